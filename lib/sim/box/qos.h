/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/sim/box: quality of service at the ports of a Linux box as mlxsw has it, by dcb(8), tc(8) of iproute2
 * 6.1 and ethtool(8) 6.1.  sw->state.qos: {NATIVE: {
 *   root: {handle, bands, strict, quanta, priomap}   the root qdisc, ets; absent: what the kernel put there
 *   red: {BAND: {handle, limit, ...}}                below it
 *   app: [[selector, protocol, priority]]            802.1Qaz, D.2.12.7: 1 and 0 is the default priority, 5 DSCP
 *   pfc: [boolean], rx, tx                           802.1Qbb; pause of 802.3x
 *   map: [buffer], sizes: [octets]                   as they were asked for, by priority, by buffer
 * }}; what is as the driver made it is absent.
 *
 * What is here was seen with Linux 6.1.192 and iproute2 6.1.0, and read in drivers/net/ethernet/mellanox/mlxsw; what
 * they do that nobody expects is done here:
 *   dcb pfc set, buffer set, app replace   read first, and take the acknowledgement of that for the answer to what they
 *                                          write: a refusal is not told, the exit status is 0
 *   ethtool --json -a                      says true, whatever is
 *   quanta below 256                       are 256
 *   a buffer that priorities use           has room for two frames, whatever was asked for
 */
#ifndef MS_SIM_QOS_H
#define MS_SIM_QOS_H

#include "sim/box/box.h"

#define SIM_QOS_PRIORITIES 8

/* What is known of a port, made as it is needed; NULL when no port of the front panel has that name, or none has DCB
 * (annotation sim/dcb: none). */
json_t *sim_qos_port(struct sim_switch *sw, const char *native);
/* Any interface: those ports, lo and eth0. */
bool sim_qos_is_device(struct sim_switch *sw, const char *native);
bool sim_qos_has_dcb(const struct sim_switch *sw);
unsigned sim_qos_cell(const struct sim_switch *sw);
/* What priorities of a traffic class have counted: mlxsw lets band B of ets be class 7 - B; all is class 0 without. */
json_int_t sim_qos_sum(struct sim_switch *sw, const char *native, unsigned class, const char *name);
/* A command failed: its exit status, and what it says. */
void sim_qos_fail(struct sim_box_shell *shell, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void sim_qos_say(struct sim_box_shell *shell, const json_t *value);
/* A decimal number of 32 bits, all of the text. */
bool sim_qos_number(const char *text, int64_t *ret_number);
bool sim_qos_on_off(const char *text, bool *ret_on);

/* tc.c: tc qdisc VERB dev DEVICE root|parent MAJOR:MINOR [handle MAJOR:] [KIND ...] */
struct sim_tc {
	struct sim_box_shell *shell;
	struct sim_switch *sw;
	json_t *port;
	const char *verb, *dev, *kind;
	unsigned handle, major, minor; /* major 0: root */
	bool parent, root;
	const char *const *word;     /* what follows the kind */
	size_t n;
};
/* The kernel says no. */
void sim_tc_refuse(struct sim_tc *q, const char *text);
json_t *sim_tc_root(const struct sim_tc *q);
unsigned sim_tc_handle(const json_t *qdisc);
/* Is the class there that `parent` says?  Else it is refused, by these words where there is no such qdisc at all. */
bool sim_tc_class(struct sim_tc *q, const char *no_qdisc);
/* red.c: what the words say is put there. */
void sim_tc_red(struct sim_tc *q);

/* dcb.c, tc.c, ethtool.c: the commands. */
void sim_dcb(struct sim_box_shell *shell, const char *const *word, size_t n);
void sim_tc(struct sim_box_shell *shell, const char *const *word, size_t n);
void sim_ethtool(struct sim_box_shell *shell, const char *const *word, size_t n);

#endif
