/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an answer says about a task: decided without talking.  Private to lib/net. */
#ifndef MS_NET_TASK_H
#define MS_NET_TASK_H

#include "net/redfish.h"

enum rf_progress { RF_GOING, RF_DONE, RF_BAD, RF_GONE };

/* A Task, Job or Dell job resource. */
bool ms_task_is(const json_t *body);
/* ret_state is the word that decided, lent. */
enum rf_progress ms_task_progress(const json_t *task, const char **ret_state);
/* What polling a monitor or task brought. */
enum rf_progress ms_task_judge(long status, const json_t *body, const char **ret_state);
/* The task to poll rather than its monitor: new string, or NULL when `uri` is not a monitor of that form. */
char *ms_task_behind(const char *uri);

#endif
