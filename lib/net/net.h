/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door of lib/net: how to talk.  Layer 1: core, libcurl, libcrypto.
 *
 * All calls that wait are made from a task (core/loop.h) or from the main stack, and return when the
 * answer is there; concurrency comes from many tasks.
 */
#ifndef MS_NET_H
#define MS_NET_H

#include "core/core.h"

/* ---- HTTP engine -------------------------------------------------------------------------------- */

struct ms_http;

struct ms_http_opts {
	unsigned window;          /* requests in flight over all, 0 = 256 */
	unsigned rate;            /* new requests per second over all, 0 = no limit */
	const char *trace;        /* file to write exchanges to (JSON Lines, secrets removed), NULL = none */
	const char *replay;       /* answer from such a file instead of the network */
	const struct ms_secrets *secrets; /* for masking in traces; lent */
	unsigned poll_ms;         /* unit of waiting for retries and task polls, 0 = 1000 (1 while replaying) */
};
int ms_http_new(struct ms_loop *loop, const struct ms_http_opts *opts, struct ms_http **ret_http, struct ms_err *err);
void ms_http_free(struct ms_http *http);
struct ms_loop *ms_http_loop(const struct ms_http *http);
/* The unit of waiting, in milliseconds: polls of the callers scale with it too. */
unsigned ms_http_poll_ms(const struct ms_http *http);
/* Was the whole trace written?  Call it before ms_http_free; an error names the file. */
int ms_http_finish(struct ms_http *http, struct ms_err *err);

/* How the peer proves itself. */
enum ms_trust { MS_TRUST_CA, MS_TRUST_PIN, MS_TRUST_SKIP };
/* One device: connections, limits and the circuit breaker belong to it. */
struct ms_peer;
struct ms_peer_opts {
	const char *name;         /* of the resource, for errors and traces */
	const char *base;         /* "https://10.0.0.3:8443", no trailing slash */
	enum ms_trust trust;
	const char *pin;          /* "sha256//BASE64" of the public key (RFC 7469), for MS_TRUST_PIN */
	const char *ca;           /* CA file, NULL = the system's */
	unsigned reads, writes;   /* at once, 0 = 2 and 1 */
	bool close_connections;   /* quirk: no keep-alive */
	bool identity;            /* quirk: ask for no compression */
	bool awaited;             /* no circuit breaker: the caller made it go away, and waits for it */
	const char *proxy;        /* URL; NULL = none, whatever the environment says */
};
int ms_peer_new(struct ms_http *http, const struct ms_peer_opts *opts, struct ms_peer **ret_peer, struct ms_err *err);
void ms_peer_free(struct ms_peer *peer);

/* Deadline classes of one attempt; a request may name its own seconds instead. */
enum ms_http_class {
	MS_HTTP_FAST,     /* service root, power, boot: 15 s */
	MS_HTTP_NORMAL,   /* 60 s */
	MS_HTTP_SLOW,     /* logs, inventory collections: 180 s */
	MS_HTTP_UPLOAD,   /* size at 0.2 MB/s plus 360 s */
	MS_HTTP_STREAM,   /* no deadline but for the first byte (60 s); takes no place in the windows */
};
struct ms_http_request {
	const char *method;       /* "GET" */
	const char *path;         /* "/redfish/v1/Systems", or an absolute URL of the same peer */
	const char *const *headers; /* "Name: value", NULL-terminated; NULL = none */
	const char *body;
	size_t body_len;
	const char *user, *password; /* Basic authentication; NULL = none */
	enum ms_http_class class;
	unsigned seconds;         /* overrides class */
	bool repeatable;          /* may be sent again after it may have been received; GET and HEAD always are */
	unsigned tries;           /* 0 = 4 for repeatable ones, else 1 (plus those that were surely not received) */
	size_t max_body;          /* 0 = 64 MiB */
	/* Called in the caller's task with body bytes of a 2xx answer as they come (server-sent events); it may wait;
	 * non-zero ends the transfer as success. */
	int (*on_data)(void *ctx, const char *data, size_t len);
	void *ctx;
};
struct ms_http_reply {
	long status;
	char *body;               /* NUL-terminated, decompressed; of a stream only what is kept for the trace */
	size_t len;
	char **headers;           /* "name: value", names in lower case, of the last response */
	double seconds;
	unsigned tries;
};
#define MS_AUTO_REPLY MS_CLEANUP(ms_http_reply_release)
void ms_http_reply_release(struct ms_http_reply *reply);
const char *ms_http_header(const struct ms_http_reply *reply, const char *name /* lower case */);
/*
 * Send and wait.  0 for any HTTP status (the caller judges it); negative for no usable answer: unreachable,
 * tls, timeout, a body over max_body, a redirect to another host.  Redirects on the same host are followed
 * for GET and HEAD, at most 5.  Retries (connection errors, 429, 502, 503, 504 of repeatable requests) back
 * off with jitter and keep Retry-After (at most 60 s of it).  After 3 transport failures in a row the
 * peer's circuit opens for 30 s and requests fail at once.  A request that is not repeatable is sent at most once,
 * also where a kept connection turns out to be dead.
 */
int ms_http_do(struct ms_peer *peer, const struct ms_http_request *request, struct ms_http_reply *ret_reply,
	       struct ms_err *err);
/* The peer's certificate, without trusting it: pin as "sha256//...", subject, issuer, validity, SHA-256 fingerprint. */
int ms_http_certificate(struct ms_peer *peer, json_t **ret_facts, struct ms_err *err);
/* The same facts of the first certificate in a PEM text. */
int ms_certificate_facts(const char *pem, size_t len, const char *source, json_t **ret_facts, struct ms_err *err);

/*
 * JSON from devices: an object or array, nested 64 deep at most, repaired where firmware gets it wrong (bytes that are
 * not UTF-8, control characters, nan); then ret_oddity (may be NULL) is set to a constant text.  An integer beyond 64
 * bits (Dell's attribute registry has 18446744073709551615 as a bound) is the nearest real, json_is_real().  Documents
 * of people (ms_doc_parse) refuse it: there it is a serial number without its quotes.  MS_INVALID when unreadable.
 */
int ms_json_decode(const char *text, size_t len, json_t **ret_value, const char **ret_oddity, struct ms_err *err);

/* ---- Redfish (DSP0266) --------------------------------------------------------------------------- */

/* What differs by vendor, as data; see net/quirk.c.  Values are policies, not vendors. */
enum ms_rf_auth { MS_RF_AUTH_SESSION, MS_RF_AUTH_BASIC };
enum ms_rf_etag { MS_RF_ETAG_AUTO, MS_RF_ETAG_STRONG, MS_RF_ETAG_ANY /* "*" */, MS_RF_ETAG_NONE };
enum ms_rf_boot { MS_RF_BOOT_CHANGED /* only what differs */, MS_RF_BOOT_ALL /* mode+enabled+target together */,
		  MS_RF_BOOT_ECHO_MODE /* enabled always, mode echoed */, MS_RF_BOOT_TARGET_ONLY };
struct ms_rf_quirks {
	const char *id;               /* the last row in force: "dell-idrac9" */
	const char *ids[8];           /* all of them in order, NULL-terminated: status.bmc.quirks */
	const char *vendor;           /* neutral vendor word: dell hpe lenovo supermicro ami openbmc nvidia unknown */
	enum ms_rf_auth auth;
	enum ms_rf_etag etag;
	enum ms_rf_boot boot;
	bool expand;                  /* $expand of collections is trusted */
	bool empty_body;              /* actions without parameters need "{}" */
	bool poll_task;               /* a finished task monitor deletes itself: poll Tasks/N, not the monitor */
	bool bios_job;                /* BIOS settings need @Redfish.SettingsApplyTime or a config job */
	bool account_slots;           /* accounts are fixed slots: PATCH an empty one */
	unsigned first_slot;          /* first slot that may be used */
	bool no_graceful_restart;     /* GracefulRestart is not trusted: off, wait, on */
	bool reset_plain;             /* Manager.Reset takes no ResetType */
	bool session_media;           /* media goes when its session ends: mount with Basic */
	unsigned reads;               /* reads at once, 0 = 2 */
	const char *settings[4];      /* BIOS neutral-key map name and spare words for the domain */
};

/* The rows, for documentation and tests: array of {id, source, when, then}.  New reference. */
json_t *ms_rf_quirk_rows(void);

struct ms_redfish;
struct ms_redfish_opts {
	struct ms_peer_opts peer;
	const char *user, *password;
	const char *auth;             /* "auto" "session" "basic"; NULL = auto */
	bool no_login;                /* trust, discover: only the service root */
};
/* Connect: GET the service root, choose quirks, log in.  Always close, also after errors and signals. */
int ms_redfish_open(struct ms_http *http, const struct ms_redfish_opts *opts, struct ms_redfish **ret_redfish,
		    struct ms_err *err);
/* DELETE the session (shielded from a stop, 10 s at most) and free. */
void ms_redfish_close(struct ms_redfish *redfish);
const json_t *ms_redfish_root(const struct ms_redfish *redfish);
const struct ms_rf_quirks *ms_redfish_quirks(const struct ms_redfish *redfish);
/* Some rows are known only by the Manager's model, or by a System's manufacturer where the service root names no
 * vendor: choose again, now that such a resource was read. */
void ms_redfish_refine(struct ms_redfish *redfish, const json_t *resource);
/* "session" or "basic": what is in force.  "none" before a login. */
const char *ms_redfish_auth(const struct ms_redfish *redfish);
/* The ManagerAccount that has to get a new password before the BMC takes anything else
 * (PasswordChangeRequired), "" where it did not say which; NULL when nothing was said of it.  Lent. */
const char *ms_redfish_must_change(const struct ms_redfish *redfish);
/* Oddities met so far (array of strings, lent), for status.bmc.warnings; and a way to add one. */
json_t *ms_redfish_warnings(const struct ms_redfish *redfish);
void ms_redfish_warn(struct ms_redfish *redfish, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* GET a resource; "uri#/pointer" gives the value inside it.  ret_value is a new reference to a value that may be shared
 * with later reads: do not change it.  Kept for the session (up to 256 KiB of text) unless `fresh`; error codes tell
 * absent (MS_NOTFOUND), refused (MS_AUTH, MS_LICENSE), unsupported and broken apart, with the extended-info message. */
int ms_redfish_get(struct ms_redfish *redfish, const char *uri, json_t **ret_value, struct ms_err *err);
int ms_redfish_get_fresh(struct ms_redfish *redfish, const char *uri, json_t **ret_value, struct ms_err *err);
/* Forget what was kept: every later read asks the device.  A write forgets by itself. */
void ms_redfish_forget(struct ms_redfish *redfish);
/* GET the resource that a link names: value at `pointer` of `from` is {"@odata.id": ...}.  -ENOENT + MS_NOTFOUND
 * when there is no such link. */
int ms_redfish_follow(struct ms_redfish *redfish, const json_t *from, const char *pointer, json_t **ret_value,
		      struct ms_err *err);
/*
 * All members of the collection that a link names, as a new array, all pages; fetched as many at once as the device
 * may take.  A member that cannot be read is left out with a warning, unless all fail.  `limit` 0 = all.
 */
int ms_redfish_members(struct ms_redfish *redfish, const json_t *from, const char *pointer, size_t limit,
		       json_t **ret_array, struct ms_err *err);

/* What a write came back with. */
struct ms_redfish_reply {
	long status;
	json_t *body;                 /* NULL when there was none */
	char *location;               /* Location, or the @odata.id of the body */
	char *task;                   /* where to ask how it goes on; NULL = finished, or (202) not said */
	int64_t date;                 /* the device's clock when it answered, seconds; ours where it did not say */
};
void ms_redfish_reply_release(struct ms_redfish_reply *reply);
/* PATCH with the ETag ladder: If-Match as given, weak turned strong, "*", none; on 412 the resource is read again and
 * the caller's `still` (NULL: what the body names must be as it was) decides whether the change is still right: never a
 * blind retry.  A device that says busy is asked again, 6 times, 5 to 30 s apart; the same for POST and DELETE. */
int ms_redfish_patch(struct ms_redfish *redfish, const char *uri, const json_t *body,
		     bool (*still)(const json_t *now, void *ctx), void *ctx, struct ms_redfish_reply *ret_reply,
		     struct ms_err *err);
int ms_redfish_post(struct ms_redfish *redfish, const char *uri, const json_t *body, struct ms_redfish_reply *ret_reply,
		    struct ms_err *err);
int ms_redfish_delete(struct ms_redfish *redfish, const char *uri, struct ms_err *err);
/* POST an action found in `res`.Actions (`name` as "#ComputerSystem.Reset"); MS_UNSUPPORTED when it is not there. */
int ms_redfish_action(struct ms_redfish *redfish, const json_t *res, const char *name, const json_t *body,
		      struct ms_redfish_reply *ret_reply, struct ms_err *err);
/* Allowed values of an action's or a property's parameter: inline @Redfish.AllowableValues or ActionInfo.
 * New array, empty when the device does not say. */
int ms_redfish_allowed(struct ms_redfish *redfish, const json_t *res, const char *action, const char *parameter,
		       json_t **ret_words, struct ms_err *err);
/* Wait for a task in every form vendors use (monitor, Tasks/N, Dell jobs, one that vanished after it was read).
 * 0 when it completed; MS_FAILED with its messages when it did not; -ETIMEDOUT after `seconds`. `ret_task` may be
 * NULL; a task that vanished leaves it NULL: then only reading back can tell. */
int ms_redfish_wait(struct ms_redfish *redfish, const struct ms_redfish_reply *reply, unsigned seconds,
		    json_t **ret_task, struct ms_err *err);
/* Server-sent events: calls fn with each event's JSON until it returns non-zero or the loop stops. */
int ms_redfish_events(struct ms_redfish *redfish, const char *uri, int (*fn)(void *ctx, const json_t *event), void *ctx,
		      struct ms_err *err);
/* Any request, for `raw` and vendor detours; status and body as they are. */
int ms_redfish_raw(struct ms_redfish *redfish, const struct ms_http_request *request, struct ms_http_reply *ret_reply,
		   struct ms_err *err);
/* Map a reply that is not a success to err by its extended info (base registry, then vendor prefix). */
int ms_redfish_fail(struct ms_redfish *redfish, const char *method, const char *uri, long status, const json_t *body,
		    struct ms_err *err);

/* ssh and NETCONF. */
#include "net/far.h"
#include "net/ssh.h"

#endif
