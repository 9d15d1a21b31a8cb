/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to the simulated SONiC: CONFIG_DB is sw->state's `running`, {TABLE: {KEY: {FIELD: TEXT}}}.
 */
#ifndef MS_SIM_SONIC_H
#define MS_SIM_SONIC_H

#include "sim/box/box.h"

/* patch.c: RFC 6902 as config apply-patch does it: operations one by one; db is changed up to the one that
 * fails, whose message is in errors. */
int sim_sonic_patch(json_t *db, const json_t *patch, struct ms_buf *errors);
/* check.c: what the YANG models refuse. */
int sim_sonic_check(const json_t *db, struct ms_buf *errors);
int sim_sonic_refuse(struct ms_buf *errors, const char *table, const char *key, const char *why);
/* qos.c: the same of QoS; what `config qos reload` makes; and what buffermgrd does to a CONFIG_DB with cables. */
int sim_sonic_check_qos(const json_t *db, struct ms_buf *errors);
void sim_sonic_stock(json_t *db);
void sim_sonic_buffers(json_t *db);
/* counters.c: a command of Redis to COUNTERS_DB. */
void sim_sonic_counters(struct sim_box_shell *shell, const char *const *word, size_t n);

#endif
