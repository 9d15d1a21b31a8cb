/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ports of a simulated EOS have counted, command by command. */
#include "sim/eos/eos.h"

static json_t *priorities(const struct sim_switch *sw, const char *port)
{
	json_t *rows = json_object();
	char key[2] = "0";

	for (unsigned p = 0; p < 8; p++) {
		key[0] = (char)('0' + p);
		json_object_set_new(
			rows, key,
			json_pack("{s:I,s:I}", "rxFrames",
				  sim_counter(sw->counters, port, "rx_prio%u_pause", p), "txFrames",
				  sim_counter(sw->counters, port, "tx_prio%u_pause", p)));
	}
	return rows;
}

static json_t *pfc_row(struct sim_switch *sw, const char *port, const char *native,
		       const json_t *kids)
{
	(void)native;
	(void)kids;
	return json_pack("{s:o}", "priorities", priorities(sw, port));
}

/* Traffic classes are the priorities; each has the queue of its number, unless somebody says
 * otherwise. */
static unsigned queue_of(const struct sim_switch *sw, unsigned tc)
{
	char key[64];
	const char *line;
	unsigned queue = tc;

	snprintf(key, sizeof(key), "qos map traffic-class %u to tx-queue", tc);
	line = sim_cli_line(sim_cli_config(sw), key);
	if (line)
		sscanf(line, "qos map traffic-class %*u to tx-queue %u", &queue);
	return queue;
}

static void put_queue(json_t *rows, const struct sim_switch *sw, unsigned tc, json_t *row)
{
	char key[16];

	snprintf(key, sizeof(key), "%u", queue_of(sw, tc));
	json_object_set_new(rows, key, row);
}

/* Where no watchdog has fired yet there is nothing to see. */
static json_t *watchdog_row(struct sim_switch *sw, const char *port, const char *native,
			    const json_t *kids)
{
	json_t *rows = json_object();

	(void)native;
	(void)kids;
	for (unsigned p = 0; p < 8; p++) {
		json_int_t n = sim_counter(sw->counters, port, "tx_prio%u_watchdog", p);

		if (n)
			put_queue(rows, sw, p,
				  json_pack("{s:I,s:I}", "stuckCount", n, "recoveryCount", n));
	}
	if (json_object_size(rows))
		return json_pack("{s:o}", "txQueues", rows);
	json_decref(rows);
	return NULL;
}

static json_t *queue_row(struct sim_switch *sw, const char *port, const char *native,
			 const json_t *kids)
{
	json_t *classes = json_object();
	char key[16];

	(void)native;
	(void)kids;
	for (unsigned p = 0; p < 8; p++) {
		json_int_t n = sim_counter(sw->counters, port, "tx_prio%u_discards", p);

		snprintf(key, sizeof(key), "TC%u", p);
		json_object_set_new(
			classes, key,
			json_pack("{s:{s:{s:i,s:i,s:I,s:I}}}", "dropPrecedences", "DP0",
				  "enqueuedPackets", 0, "enqueuedBytes", 0, "droppedPackets", n,
				  "droppedBytes", n * 4096));
	}
	return json_pack("{s:{s:o},s:{s:{}}}", "ucastQueues", "trafficClasses", classes,
			 "mcastQueues", "trafficClasses");
}

/* A queue that does not count its marks has a dash. */
static json_t *marks_row(struct sim_switch *sw, const char *port, const char *native,
			 const json_t *kids)
{
	json_t *rows = json_object();

	(void)native;
	(void)kids;
	for (unsigned p = 0; p < 8; p++) {
		json_int_t n = sim_counter(sw->counters, port, "tx_prio%u_marked", p);

		put_queue(rows, sw, p, n ? json_sprintf("%lld", (long long)n) : json_string("-"));
	}
	return json_pack("{s:o}", "queueCounters", rows);
}

static json_t *pause_row(struct sim_switch *sw, const char *port, const char *native,
			 const json_t *kids)
{
	(void)native;
	(void)kids;
	return json_pack("{s:s,s:s,s:s,s:s,s:I,s:I}", "txAdminState", "off", "txOperState", "off",
			 "rxAdminState", "off", "rxOperState", "off", "txPause",
			 sim_counter(sw->counters, port, "tx_pause"), "rxPause",
			 sim_counter(sw->counters, port, "rx_pause"));
}

static json_t *discards_row(struct sim_switch *sw, const char *port, const char *native,
			    const json_t *kids)
{
	(void)native;
	(void)kids;
	return json_pack("{s:I,s:I}", "inDiscards",
			 sim_counter(sw->counters, port, "rx_discards_phy"), "outDiscards",
			 sim_counter(sw->counters, port, "tx_discards_phy"));
}

static const struct {
	const char *command, *at;
	sim_cli_port_fn *fn;
} shows[] = {
	{ "show priority-flow-control counters detail", "interfaces", pfc_row },
	{ "show priority-flow-control counters watchdog", "interfaces", watchdog_row },
	{ "show qos interfaces ecn counters queue", "intfQueueCounters", marks_row },
	{ "show interfaces flow-control", "interfaceFlowControls", pause_row },
	{ "show interfaces counters discards", "interfaces", discards_row },
};

int sim_eos_show_counters(struct sim_eos_run *run, const char *command)
{
	struct sim_switch *sw = run->sw;

	if (!strcmp(command, "show interfaces counters queue detail")) {
		run->result = json_pack("{s:{s:o}}", "egressQueueCounters", "interfaces",
					sim_cli_ports(sw, sim_cli_config(sw), queue_row));
		return 0;
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(shows); i++)
		if (!strcmp(shows[i].command, command)) {
			run->result =
				json_pack("{s:o}", shows[i].at,
					  sim_cli_ports(sw, sim_cli_config(sw), shows[i].fn));
			return 0;
		}
	return -ENOENT;
}
