/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the Redfish client share.  Private to lib/net. */
#ifndef MS_NET_REDFISH_H
#define MS_NET_REDFISH_H

#include "net/net.h"
#include "net/retry.h"

enum rf_auth { RF_AUTO, RF_SESSION, RF_BASIC };

struct ms_redfish {
	struct ms_http *http;
	struct ms_peer *peer;
	char *name, *user, *password;
	enum rf_auth wanted;
	bool basic;               /* Basic is in force */
	char *token;              /* "X-Auth-Token: ..." */
	char *session;            /* URI to DELETE */
	char *must_change;        /* ManagerAccount that refused all but a new password */
	unsigned generation;      /* of logins */
	bool worked;              /* the session was accepted once: never fall back from it */
	struct ms_gate login;
	json_t *root, *warnings, *cache;
	size_t cache_bytes;
	json_t *seen;             /* what refined the quirks: Model of the Manager, Manufacturer */
	struct ms_rf_quirks quirks;
};

/* An answer with its body read. */
struct rf_answer {
	struct ms_http_reply http;
	json_t *body;             /* NULL when there was none, or none that is JSON */
};
#define RF_AUTO_ANSWER MS_CLEANUP(ms_rf_answer_release)
void ms_rf_answer_release(struct rf_answer *answer);

/* exchange.c: with our headers and credentials; logs in again once when the session is gone. */
int ms_rf_send(struct ms_redfish *rf, const struct ms_http_request *request, struct ms_http_reply *ret_reply,
	       struct ms_err *err);
/* The same, with JSON both ways; `header` is one more request header or NULL.  0 for any status. */
int ms_rf_ask(struct ms_redfish *rf, const char *method, const char *uri, const json_t *body, const char *header,
	      struct rf_answer *ret_answer, struct ms_err *err);
/* The same, a device that is busy asked again. */
int ms_rf_ask_until_free(struct ms_redfish *rf, const char *method, const char *uri, const json_t *body,
			 const char *header, struct rf_answer *ret_answer, struct ms_err *err);
/* Its end: forget what was read, a status that is no success is an error. ret_reply may be NULL. */
int ms_rf_finish_write(struct ms_redfish *rf, const char *method, const char *uri, struct rf_answer *answer,
		       struct ms_redfish_reply *ret_reply, struct ms_err *err);
/* Both together. */
int ms_rf_write(struct ms_redfish *rf, const char *method, const char *uri, const json_t *body,
		struct ms_redfish_reply *ret_reply, struct ms_err *err);
/* Read a body of JSON; what is not is said with its type and size. */
int ms_rf_decode(struct ms_redfish *rf, const char *method, const char *uri, const struct ms_http_reply *reply,
		 json_t **ret_body, struct ms_err *err);
int ms_rf_is_refused(struct ms_redfish *rf, const char *method, const char *uri, const struct rf_answer *answer,
		     struct ms_err *err);
enum ms_http_class ms_rf_class(const char *uri);

/* session.c */
int ms_rf_login(struct ms_redfish *rf, struct ms_err *err);
/* After a 401: 0 when it is worth asking again. */
int ms_rf_login_again(struct ms_redfish *rf, unsigned generation, struct ms_err *err);
void ms_rf_logout(struct ms_redfish *rf);

/* resource.c */
/* GET past the cache, with the reply's headers. */
int ms_rf_read(struct ms_redfish *rf, const char *uri, struct rf_answer *ret_answer, struct ms_err *err);
void ms_rf_forget_one(struct ms_redfish *rf, const char *uri);
const char *ms_rf_link(const json_t *value);   /* the @odata.id of {"@odata.id": ...}, NULL when it is none */

/* message.c */
struct rf_verdict {
	enum ms_code code;
	int error;
	char id[96];              /* MessageId that decided, "" = the status alone */
	char text[500];           /* what the device says, "" = nothing */
	const char *hint;         /* constant; NULL = none */
	char argument[256];       /* its first MessageArg */
};
void ms_rf_judge(long status, const json_t *body, struct rf_verdict *ret_verdict);
/* Messages of any body, also nested at property level, as an array of lent objects; at most 32.  New reference. */
json_t *ms_rf_messages(const json_t *body);
/* Text of messages, joined; "" when there is none. */
void ms_rf_message_text(const json_t *messages, char *buf, size_t size);
const char *ms_rf_message_key(const char *message_id);   /* "Base.1.8.GeneralError" to "GeneralError" */

/* quirk.c: the rows that fit a service root, and a Manager or System where one was read (NULL = none). */
void ms_rf_quirks_choose(const json_t *root, const json_t *resource, struct ms_rf_quirks *ret_quirks);

/* The path of a Location, which some firmware writes with a host name that only the BMC itself knows. */
const char *ms_rf_location_path(const char *location);

/* task.c */
void ms_rf_task_of(const struct rf_answer *answer, struct ms_redfish_reply *reply);

#endif
