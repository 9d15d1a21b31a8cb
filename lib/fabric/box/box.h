/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to drivers of switches that are a Linux behind ssh (FRR, SONiC): a login, commands of sh(1) as root, what
 * Linux and FRR say of links and sessions, and a change that is undone on the box when nobody confirms.
 *
 * A change is a folder, /var/lib/msctl/ID, with the files that it needs and two scripts: `change`, which is the same
 * everywhere, and `platform`, which is not.
 */
#ifndef MS_FABRIC_BOX_H
#define MS_FABRIC_BOX_H

#include "fabric/driver.h"

/* ---- session.c ---- */
struct fabric_session {
	const struct fabric_env *env;
	const json_t *sw;              /* lent */
	struct fabric_dialect dialect;
	struct ms_ssh *ssh;
	bool sudo;
	struct os10_rest *rest;        /* OS10: its other way in; NULL = it has none, or none any more */
	/* How a command of sh gets there when the login is no shell; NULL = as it is. */
	int (*shell)(struct fabric_session *session, const char *command, const char *in, unsigned seconds,
		     struct ms_ssh_reply *ret_reply, struct ms_err *err);
};
int box_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session, struct ms_err *err);
void box_close(struct fabric_session *session);
/* Run a command of sh as root there, however it ends. */
int box_shell(struct fabric_session *session, const char *command, const char *in, unsigned seconds,
	      struct ms_ssh_reply *ret_reply, struct ms_err *err);
/* Run a command of sh as root there.  An exit status other than 0 is an error that says what it printed, unless
 * ret_status is given. */
int box_run(struct fabric_session *session, const char *command, const char *in, unsigned seconds, char **ret_out,
	    int *ret_status, struct ms_err *err);
/* Several of them in one go: what each printed, and how it ended.  Released by the caller, also after a failure. */
struct box_answer { char *text; int status; };
int box_ask(struct fabric_session *session, const char *const *commands, size_t n, struct box_answer *answers,
	    struct ms_err *err);
void box_answers_release(struct box_answer *answers, size_t n);

/* ---- facts.c: `ports`, `bgp` and `vteps` of status.switch ---- */
int box_facts(struct fabric_session *session, const struct fabric_dialect *dialect, const char *const *only,
	      json_t *status, struct ms_err *err);

/* ---- script.c, change.c ---- */
/* What does a change, and undoes it, on the box.  `platform`, which it reads, has to say how to keep what runs now,
 * reload new|old, validate, persist, and where to look when it goes wrong (logs). */
extern const char box_script[];
/* Put the script and these files (`platform` among them) where a change lies, and say that it is staged.  Ends with a
 * NULL name. */
struct box_file { const char *name, *text; };
int box_stage(struct fabric_session *session, const char *id, const struct box_file *files, struct ms_err *err);
int box_pending(struct fabric_session *session, json_t **ret_pending, struct ms_err *err);
int box_validate(struct fabric_session *session, const char *id, struct ms_err *err);
int box_commit(struct fabric_session *session, const char *id, unsigned seconds, struct ms_err *err);
int box_confirm(struct fabric_session *session, const char *id, struct ms_err *err);
int box_rollback(struct fabric_session *session, const char *id, struct ms_err *err);
int box_abandon(struct fabric_session *session, const char *id, struct ms_err *err);

#endif
