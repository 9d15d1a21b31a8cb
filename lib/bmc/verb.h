/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/bmc: what the verbs of msctl-bmc share. */
#ifndef MS_BMC_VERB_H
#define MS_BMC_VERB_H

#include "bmc/bmc.h"

int verb_env_init(struct bmc_env *env, const struct ms_run *run, struct ms_err *err);
void verb_env_release(struct bmc_env *env);
/* fn for each Server of the stream; ctx of its item is the struct bmc_env. */
int verb_each(struct ms_run *run, int (*fn)(struct ms_item *item, struct ms_err *err), struct ms_err *err);
/* fn for each Server, with its BMC open. */
int verb_with_bmc(struct ms_item *item, int (*fn)(struct ms_item *item, struct bmc *bmc, struct ms_err *err),
		  struct ms_err *err);

#endif
