/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/sim: a simulated Linux with FRR and ifupdown2.
 *
 * state: {files: {PATH: text}, running: what `show running-config` says, interfaces: what ifreload made active,
 * change: {id, until, running, interfaces} while one waits to be confirmed}.  A small shell (frr-shell.c) runs what
 * comes over ssh.  Of the script that a change brings along only the verbs are played (frr-change.c): what it does on a
 * real system no simulator can prove, tests/lab does.
 */
#ifndef MS_SIM_FRR_H
#define MS_SIM_FRR_H

#include "sim/switch.h"

struct sim_frr_shell {
	struct sim_exec *exec;
	size_t used;                 /* of exec->in */
	char cwd[256];
	struct ms_buf *out;          /* where the command writes: exec->out, or a file that is being written */
	int status;
};
void sim_frr_shell(struct sim_exec *exec);

const char *sim_frr_file(const struct sim_switch *sw, const char *path);     /* NULL when there is none */
void sim_frr_write(struct sim_switch *sw, const char *path, const char *text);
void sim_frr_remove(struct sim_switch *sw, const char *path);              /* and what is below */
const char *sim_frr_running(const struct sim_switch *sw);
const char *sim_frr_interfaces(const struct sim_switch *sw);

/* "sh /var/lib/msctl/ID/change VERB [ARG]" */
void sim_frr_change(struct sim_frr_shell *shell, const char *id, const char *verb, const char *arg);
extern const struct sim_event_kind sim_frr_events[];

/* vtysh -c COMMAND, ip, bridge, lldpcli: what they print; exit status. */
int sim_frr_vtysh(struct sim_switch *sw, const char *command, struct ms_buf *out);
int sim_frr_show(struct sim_switch *sw, const char *program, struct ms_buf *out);

#endif
