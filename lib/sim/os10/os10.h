/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/sim: the simulated Dell SmartFabric OS10, a command line on a Linux box (box.h).
 * sw->state: {running, startup, candidate: what is open (absent: nothing), lock: who else holds it, sessions, ...}, and
 * what box.h says.  From Dell's User Guide 10.6 ("CLI basics", "Advanced CLI tasks").
 */
#ifndef MS_SIM_OS10_H
#define MS_SIM_OS10_H

#include "sim/box/box.h"
#include "sim/cli/switch.h"

/* grammar.c */
extern const struct sim_cli_grammar sim_os10_grammar;
/* "interface ethernet 1/1/1" is shown, and kept, as "interface ethernet1/1/1". */
void sim_os10_normal(const char *line, char *buf, size_t size);

/* qos.c: hooks of the grammar. */
typedef const char *sim_os10_hook(struct sim_cli_at *at);
sim_os10_hook sim_os10_numbers, sim_os10_wred, sim_os10_class_map, sim_os10_policy_map, sim_os10_map,
	sim_os10_entry, sim_os10_class, sim_os10_share, sim_os10_priority, sim_os10_marking,
	sim_os10_thresholds, sim_os10_pause, sim_os10_service_policy, sim_os10_apply, sim_os10_pfc,
	sim_os10_llfc;

/* cli.c: somebody at the command line. */
struct sim_os10 {
	struct sim_switch *sw;
	struct ms_buf *out;
	bool configuring, transaction, locked, over, failed;
	unsigned length;               /* of a page; 0 = none */
	struct sim_cli cli;
	const char *in;                /* what else is typed; NULL = nobody is there */
	size_t in_len;
};
/* One line; false when it is refused, which `out` says. */
bool sim_os10_line(struct sim_os10 *at, const char *line);
/* A file of lines, until one is refused; not 0 then. */
int sim_os10_batch(struct sim_switch *sw, const char *text, struct ms_buf *out);
json_t *sim_os10_config(const struct sim_switch *sw);

/* show.c: false when it is none that is known. */
bool sim_os10_show(struct sim_switch *sw, const char *command, struct ms_buf *out);
void sim_os10_text(const json_t *config, struct ms_buf *out);
/* data.c: ietf-interfaces:interfaces-state; is a number in "0-2,5"? */
json_t *sim_os10_interfaces_state(struct sim_switch *sw);
bool sim_os10_in_list(const char *list, unsigned long number);
/* counter.c: of a port, "" for an interface that is none; `show interface | display-xml`; what queues of a port did,
 * false when there is no such port. */
json_t *sim_os10_statistics(struct sim_switch *sw, const json_t *counters, const char *port, bool up);
void sim_os10_display_xml(struct sim_switch *sw, struct ms_buf *out);
bool sim_os10_queuing(struct sim_switch *sw, const char *native, struct ms_buf *out);
/* change.c */
extern const struct sim_box_kind sim_os10_kind;
/* shell.c: what a login leads to. */
void sim_os10_exec(struct sim_exec *exec);
bool sim_os10_clish(struct sim_box_shell *shell, const char *const *word, size_t n);

#endif
