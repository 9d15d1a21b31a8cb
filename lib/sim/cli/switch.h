/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/sim: what switches have in common whose configuration is lines of a grammar (cli.h). */
#ifndef MS_SIM_CLI_SWITCH_H
#define MS_SIM_CLI_SWITCH_H

#include "sim/cli/cli.h"
#include "sim/switch.h"

/* sw->state: {config, startup}.  Out of the box, and what annotation sim/config names on top of it. */
int sim_cli_start(struct sim_switch *sw, const struct sim_cli_grammar *grammar, const json_t *resource,
		  const char *factory, struct ms_err *err);
json_t *sim_cli_config(const struct sim_switch *sw);

/* Levers {config: TEXT}: somebody types these lines at the console; {refuse: WORDS or null}: the command that begins so
 * fails; half of a request is done then. */
int sim_cli_pull(struct sim_switch *sw, const struct sim_cli_grammar *grammar, const char *lever,
		 const json_t *value);
bool sim_cli_refuses(const struct sim_switch *sw, const char *command);
/* {running, saved}; new reference. */
json_t *sim_cli_inspect(const struct sim_switch *sw,
			void (*show)(const json_t *config, struct ms_buf *out));

/* ---- what lines mean ---- */

/* Lines of a port's interface. */
json_t *sim_cli_port(const struct sim_switch *sw, const json_t *config, const char *port);
/* {ADDRESS: PORT or ""} of routed ports and loopbacks, as struct sim_switch_platform wants it;
 * new reference. */
json_t *sim_cli_addresses(const struct sim_switch *sw, const json_t *config);
/* {NAME: row} of all ports that the configuration has, whatever is plugged in; fn gives new references,
 * NULL = no row. */
typedef json_t *sim_cli_port_fn(struct sim_switch *sw, const char *port, const char *native,
				const json_t *kids);
json_t *sim_cli_ports(struct sim_switch *sw, const json_t *config, sim_cli_port_fn *fn);

/* ---- for hooks of grammars ---- */

const char *sim_cli_last_word(const char *line);
/* The numbers at the end of lines that start so, over all parts of the block that the line's own block is in: what they
 * come to with the line. */
unsigned long sim_cli_sum(const struct sim_cli_at *at, const char *text);
bool sim_cli_has_secondary(const json_t *kids);
/* "router bgp": there is one AS number. */
const char *sim_cli_one_bgp(struct sim_cli_at *at);

#endif
