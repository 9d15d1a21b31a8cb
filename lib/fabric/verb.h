/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/fabric: what the verbs of msctl-switch share. */
#ifndef MS_FABRIC_VERB_H
#define MS_FABRIC_VERB_H

#include "fabric/fabric.h"

int fabric_env_init(struct fabric_env *env, const struct ms_run *run, struct ms_err *err);
void fabric_env_release(struct fabric_env *env);
/* fn for each Switch of the stream; ctx of its item is the struct fabric_env. */
int fabric_each(struct ms_run *run, int (*fn)(struct ms_item *item, struct ms_err *err), struct ms_err *err);

#endif
