/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/bmc: account.c does what aspect-account.c asks for. */
#ifndef MS_BMC_ACCOUNT_H
#define MS_BMC_ACCOUNT_H

#include "bmc/aspect.h"

/* The account of that name in the facts, lent; NULL when there is none. */
const json_t *bmc_account_of(const json_t *facts, const char *name);
json_t *bmc_account_view(const json_t *facts, const json_t *want);

int bmc_account_read(struct bmc_device *device, const json_t *want, json_t **ret_now, struct ms_err *err);
int bmc_account_create(struct bmc_device *device, const json_t *want, const json_t *now, struct ms_err *err);
int bmc_account_set(struct bmc_device *device, const json_t *want, const json_t *now, struct ms_err *err);
int bmc_account_password(struct bmc_device *device, const json_t *want, const json_t *now, struct ms_err *err);
int bmc_account_delete(struct bmc_device *device, const json_t *want, const json_t *now, struct ms_err *err);

#endif
