/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What log.c, secret.c and child.c share. */
#ifndef MS_CORE_LOG_PRIVATE_H
#define MS_CORE_LOG_PRIVATE_H

#include "core/core.h"

struct ms_secret {
	char *reference, *value;
	char *escaped;            /* as it stands in a JSON string; NULL when that is the same */
	struct ms_secret *next;
};
struct ms_secrets {
	struct ms_loop *loop;     /* NULL = waiting blocks */
	struct ms_gate gate;      /* one helper program at a time */
	struct ms_secret *first;
	struct ms_secrets *next;  /* in the log's list */
};
void ms_log_add_secrets(struct ms_secrets *secrets);
void ms_log_remove_secrets(struct ms_secrets *secrets);

#endif
