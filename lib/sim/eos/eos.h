/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/sim: the simulated Arista EOS. */
#ifndef MS_SIM_EOS_H
#define MS_SIM_EOS_H

#include "sim/cli/switch.h"

/* grammar.c */
extern const struct sim_cli_grammar sim_eos_grammar;
/* As "show running-config" writes it: VLANs of which nothing more is said in one line, every port. */
void sim_eos_show(const json_t *config, struct ms_buf *out);

/* qos.c: hooks of the grammar */
const char *sim_eos_code_list(struct sim_cli_at *at);
const char *sim_eos_code(struct sim_cli_at *at);
const char *sim_eos_queue_map(struct sim_cli_at *at);
const char *sim_eos_profile(struct sim_cli_at *at);
const char *sim_eos_seconds(struct sim_cli_at *at);
const char *sim_eos_ecn(struct sim_cli_at *at);
const char *sim_eos_priority(struct sim_cli_at *at);

/*
 * eos.c.  sw->state: {config, startup: text, saved_config, sessions: {NAME: {state, config, base, commitBy, lines}},
 * old: configuration to go back to}.
 */

/* exec.c: one command of eAPI.  Text of a refusal in `why`, and its eAPI code; 0 = done. */
struct sim_eos_run {
	struct sim_req *req;
	struct sim_switch *sw;
	bool text;                     /* format */
	bool privileged, configuring;
	char session[128];             /* "" = the running configuration */
	struct sim_cli cli;
	char why[400];
	json_t *result;                /* of this command; owned until it is taken */
};
int sim_eos_command(struct sim_eos_run *run, const char *command);
/* session.c: "configure session ..." and what waits. */
int sim_eos_session(struct sim_eos_run *run, const char *words);
bool sim_eos_session_word(struct sim_eos_run *run, const char *command, int *ret_code);
json_t *sim_eos_sessions(const struct sim_switch *sw);
void sim_eos_session_ends(struct sim_device *dev, const json_t *arg);
json_t *sim_eos_candidate(const struct sim_switch *sw, const char *name);
/* show.c: -ENOENT where it is no show command that is known. */
int sim_eos_show_command(struct sim_eos_run *run, const char *command);
/* counters.c: the same of what ports have counted. */
int sim_eos_show_counters(struct sim_eos_run *run, const char *command);
double sim_eos_uptime(const struct sim_switch *sw);

#endif
