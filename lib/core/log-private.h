/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What log.c, secret.c and child.c share. */
#ifndef MS_CORE_LOG_PRIVATE_H
#define MS_CORE_LOG_PRIVATE_H

#include "core/core.h"

struct ms_secret { char *reference, *value, *escaped /* as it stands in JSON, NULL if the same */; struct ms_secret *next; };
struct ms_secrets {
	struct ms_loop *loop;     /* NULL = waiting blocks */
	struct ms_gate gate;      /* one helper program at a time */
	struct ms_secret *first;
	struct ms_secrets *next;  /* in the log's list */
};
void ms_log_add_secrets(struct ms_secrets *secrets);
void ms_log_remove_secrets(struct ms_secrets *secrets);

/* Run a program without a shell and keep its output, at most max bytes; the command is split at blanks, with quotes
 * and backslashes as a shell reads them.  `what` names it in errors.  After `seconds` it is killed. */
int ms_child_output(struct ms_loop *loop, const char *command, const char *what, unsigned seconds, size_t max,
		    struct ms_buf *out, struct ms_err *err);
/* The words of a command; freed with ms_strv_free. */
int ms_words_split(const char *command, char ***ret_words, struct ms_err *err);

#endif
