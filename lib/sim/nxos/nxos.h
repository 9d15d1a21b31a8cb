/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/sim: the simulated Cisco NX-OS. */
#ifndef MS_SIM_NXOS_H
#define MS_SIM_NXOS_H

#include "sim/cli/switch.h"

/* grammar.c */
extern const struct sim_cli_grammar sim_nxos_grammar;
/* qos.c: its hooks */
const char *sim_nxos_match(struct sim_cli_at *at);
const char *sim_nxos_class_map(struct sim_cli_at *at);
const char *sim_nxos_policy_map(struct sim_cli_at *at);
const char *sim_nxos_class(struct sim_cli_at *at);
const char *sim_nxos_system_class(struct sim_cli_at *at);
const char *sim_nxos_share(struct sim_cli_at *at);
const char *sim_nxos_level(struct sim_cli_at *at);
const char *sim_nxos_pause(struct sim_cli_at *at);
const char *sim_nxos_ecn(struct sim_cli_at *at);
const char *sim_nxos_service_policy(struct sim_cli_at *at);
/* running.c: as "show running-config" writes it: all VLANs in one line first. */
void sim_nxos_show(const json_t *config, struct ms_buf *out);

/* nxos.c.  sw->state: {config, startup, checkpoints: {NAME: config}}. */
void sim_nxos_replace(struct sim_switch *sw, const json_t *config);

/* exec.c: one command of NX-API. */
struct sim_nxos_run {
	struct sim_req *req;
	struct sim_switch *sw;
	bool text;                     /* cli_ascii */
	bool configuring;
	struct sim_cli cli;
	char why[400];
	json_t *body;                  /* of cli; owned until it is taken */
	struct ms_buf out;             /* of cli_ascii */
};
/* 0, or the code of a JSON-RPC error: -32602 with what is wrong in `why`. */
int sim_nxos_command(struct sim_nxos_run *run, const char *command);
/* show.c: -ENOENT where it is no show command that is known. */
int sim_nxos_show_command(struct sim_nxos_run *run, const char *command);
/* {"TABLE_x": {"ROW_x": ...}}; takes rows. */
json_t *sim_nxos_table(const char *name, json_t *rows);
/* counters.c: "show queuing interface", "show queuing pfc-queue detail"; new references. */
json_t *sim_nxos_queuing(struct sim_nxos_run *run);
json_t *sim_nxos_watchdog(struct sim_nxos_run *run);
/* scheduler.c: jobs at their time, to the minute. */
void sim_nxos_schedule(struct sim_switch *sw);
void sim_nxos_job(struct sim_device *dev, const json_t *arg);
int sim_nxos_rollback(struct sim_switch *sw, const char *checkpoint);

#endif
