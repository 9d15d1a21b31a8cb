/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ethtool(8) 6.1 at a port of mlxsw: pause of 802.3x, and what the port counts. */
#include "sim/box/qos.h"

static bool is_on(const json_t *port, const char *name)
{
	return json_is_true(json_object_get(port, name));
}

static void bad_arguments(struct sim_box_shell *shell)
{
	sim_qos_fail(shell, 1,
		     "ethtool: bad command line argument(s)\nFor more information run ethtool -h");
}

/* ---- pause ---- */

static bool known(struct sim_box_shell *shell, const json_t *port, const char *dev, int status)
{
	bool there = sim_qos_is_device(shell->sw, dev);

	if (port)
		return true;
	if (!there)
		ms_buf_puts(shell->errors, "netlink error: no device matches name (offset 24)\n");
	sim_qos_fail(shell, status, "netlink error: %s", strerror(there ? EOPNOTSUPP : ENODEV));
	return false;
}

/* This release takes the place of a value for the value. */
static void pause_show(struct sim_box_shell *shell, const json_t *port, const char *dev, bool json)
{
	if (!known(shell, port, dev, 1)) {
		ms_buf_puts(shell->out, json ? "[ ]\n" : "");
		return;
	}
	if (json)
		ms_buf_printf(shell->out,
			      "[ {\n        \"ifname\": \"%s\",\n        \"autonegotiate\": true,\n"
			      "        \"rx\": true,\n        \"tx\": true\n    } ]\n",
			      dev);
	else
		ms_buf_printf(
			shell->out,
			"Pause parameters for %s:\nAutonegotiate:\toff\nRX:\t\t%s\nTX:\t\t%s\n\n",
			dev, is_on(port, "rx") ? "on" : "off", is_on(port, "tx") ? "on" : "off");
}

static bool has_pfc(const json_t *port)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(port, "pfc"), i, one)
		if (json_is_true(one))
			return true;
	return false;
}

/* [rx on|off] [tx on|off] [autoneg on|off]; mlxsw negotiates nothing. */
static bool pause_words(const char *const *word, size_t n, bool *rx, bool *tx, bool *negotiated)
{
	for (size_t i = 0; i < n; i += 2) {
		bool *what = !strcmp(word[i], "rx")	   ? rx
			     : !strcmp(word[i], "tx")	   ? tx
			     : !strcmp(word[i], "autoneg") ? negotiated
							   : NULL;

		if (!what || i + 1 == n || !sim_qos_on_off(word[i + 1], what))
			return false;
	}
	return true;
}

/* The kernel asks nobody for what is so already. */
static void pause_set(struct sim_box_shell *shell, json_t *port, const char *dev,
		      const char *const *word, size_t n)
{
	bool rx = is_on(port, "rx"), tx = is_on(port, "tx"), negotiated = false;

	if (!pause_words(word, n, &rx, &tx, &negotiated)) {
		bad_arguments(shell);
		return;
	}
	if (!known(shell, port, dev, 76) ||
	    (rx == is_on(port, "rx") && tx == is_on(port, "tx") && !negotiated))
		return;
	if (negotiated || has_pfc(port)) {
		sim_qos_fail(shell, 76, "netlink error: %s", strerror(EINVAL));
		return;
	}
	json_object_set_new(port, "rx", json_boolean(rx));
	json_object_set_new(port, "tx", json_boolean(tx));
}

/* ---- -S ---- */

/* In the order of spectrum_ethtool.c; what nothing here counts is 0.  */
static const struct { const char *theirs, *ours; } statistics[] = {
	{ "a_frames_transmitted_ok", NULL },
	{ "a_frames_received_ok", NULL },
	{ "a_frame_check_sequence_errors", NULL },
	{ "a_octets_transmitted_ok", NULL },
	{ "a_octets_received_ok", NULL },
	{ "a_pause_mac_ctrl_frames_received", "rx_pause" },
	{ "a_pause_mac_ctrl_frames_xmitted", "tx_pause" },
	{ "if_in_discards", "rx_discards_phy" },
	{ "if_out_discards", "tx_discards_phy" },
	{ "if_out_errors", NULL },
};
static const struct { const char *theirs, *ours; } by_priority[] = {
	{ "rx_octets_prio", NULL },
	{ "rx_frames_prio", NULL },
	{ "tx_octets_prio", NULL },
	{ "tx_frames_prio", NULL },
	{ "rx_pause_prio", "rx_prio%u_pause" },
	{ "rx_pause_duration_prio", "rx_prio%u_pause_duration" },
	{ "tx_pause_prio", "tx_prio%u_pause" },
	{ "tx_pause_duration_prio", "tx_prio%u_pause_duration" },
};
/* TC_MAX_QUEUE, of which half are for multicast. */
#define CLASSES 16

static void put(struct sim_box_shell *shell, const char *name, int number, json_int_t count)
{
	ms_buf_printf(shell->out, "     %s", name);
	if (number >= 0)
		ms_buf_printf(shell->out, "_%d", number);
	ms_buf_printf(shell->out, ": %" JSON_INTEGER_FORMAT "\n", count);
}

static json_int_t count(const struct sim_box_shell *shell, const char *dev, const char *name,
			unsigned priority)
{
	char port[64];

	return name && sim_port_abstract(shell->sw, dev, port, sizeof(port))
		       ? sim_counter(shell->sw->counters, port, name, priority)
		       : 0;
}

static void count_show(struct sim_box_shell *shell, const json_t *port, const char *dev)
{
	json_int_t marked = 0;

	if (!port) {
		bool there = sim_qos_is_device(shell->sw, dev);

		sim_qos_fail(shell, there ? 94 : 96,
			     there ? "no stats available"
				   : "Cannot get stats strings information: No such device");
		return;
	}
	ms_buf_puts(shell->out, "NIC statistics:\n");
	for (size_t i = 0; i < MS_ARRAY_SIZE(statistics); i++)
		put(shell, statistics[i].theirs, -1, count(shell, dev, statistics[i].ours, 0));
	for (unsigned p = 0; p < SIM_QOS_PRIORITIES; p++)
		marked += count(shell, dev, "tx_prio%u_marked", p);
	put(shell, "ecn_marked", -1, marked);
	for (unsigned p = 0; p < SIM_QOS_PRIORITIES; p++)
		for (size_t i = 0; i < MS_ARRAY_SIZE(by_priority); i++)
			put(shell, by_priority[i].theirs, (int)p,
			    count(shell, dev, by_priority[i].ours, p));
	for (unsigned class = 0; class < CLASSES; class++) {
		put(shell, "tc_transmit_queue_tc", (int)class, 0);
		put(shell, "tc_no_buffer_discard_uc_tc", (int)class,
		    sim_qos_sum(shell->sw, dev, class, "tx_prio%u_discards"));
	}
}

/* ---- ethtool [--json] -a|-A|-S DEVICE ... ---- */

void sim_ethtool(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	bool json = n && !strcmp(*word, "--json");
	json_t *port;

	word += json;
	n -= json;
	port = n > 1 && sim_qos_has_dcb(shell->sw) ? sim_qos_port(shell->sw, word[1]) : NULL;
	if (n == 2 && !strcmp(*word, "-a"))
		pause_show(shell, port, word[1], json);
	else if (n > 1 && !strcmp(*word, "-A"))
		pause_set(shell, port, word[1], word + 2, n - 2);
	else if (n == 2 && !strcmp(*word, "-S") && !json)
		count_show(shell, port, word[1]);
	else
		bad_arguments(shell);
}
