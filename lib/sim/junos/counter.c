/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a simulated Junos switch counts at a port: the part of `show interfaces extensive` that is
 * about it, by the elements with which a QFX and Junos Evolved answer.
 */
#include "sim/junos/junos.h"

/* The queue that a pause frame of a priority stops. */
static unsigned queue_of(const struct sim_switch *sw, unsigned priority)
{
	char bits[9];
	unsigned queue;
	const char *line;
	json_t *value;

	json_object_foreach((json_t *)junos_committed(sw), line, value)
		if (sscanf(line,
			   "class-of-service congestion-notification-profile %*s output ieee-802.1 "
			   "code-point %8[01] flow-control-queue %u",
			   bits, &queue) == 2 &&
		    strtoul(bits, NULL, 2) == priority)
			return queue;
	return priority;
}

/* Names of classes by queue, those of the factory until others are configured. */
static void class_names(const struct sim_switch *sw, char names[static 8][64])
{
	static const char *const factory[8] = { "best-effort", "", "", "fcoe",
						"no-loss",     "", "", "network-control" };
	unsigned queue;
	const char *line;
	json_t *value;
	char name[64];

	for (unsigned i = 0; i < 8; i++)
		snprintf(names[i], 64, "%s", factory[i]);
	json_object_foreach((json_t *)junos_committed(sw), line, value)
		if (sscanf(line, "class-of-service forwarding-classes class %63s queue-num %u",
			   name, &queue) == 2 &&
		    queue < 8)
			snprintf(names[queue], 64, "%s", name);
}

static void put(struct ms_buf *out, const char *element, json_int_t n)
{
	ms_buf_printf(out, "<%s>\n%lld\n</%s>\n", element, (long long)n, element);
}

static void put_errors(const json_t *counters, const char *port, struct ms_buf *out)
{
	json_int_t marked = 0;

	for (unsigned i = 0; i < 8; i++)
		marked += sim_counter(counters, port, "tx_prio%u_marked", i);
	ms_buf_puts(out, "<input-error-list>\n<input-errors>\n0\n</input-errors>\n");
	put(out, "input-drops", sim_counter(counters, port, "rx_discards_phy"));
	ms_buf_puts(out, "</input-error-list>\n<output-error-list>\n"
			 "<carrier-transitions>\n3\n</carrier-transitions>\n");
	put(out, "output-drops", sim_counter(counters, port, "tx_discards_phy"));
	put(out, "ecn-marked-packets", marked);
	ms_buf_puts(out, "</output-error-list>\n");
}

static void put_queues(const struct sim_switch *sw, const json_t *counters, const char *port,
		       struct ms_buf *out)
{
	json_int_t dropped[8] = { 0 };
	char names[8][64];

	for (unsigned i = 0; i < 8; i++)
		dropped[queue_of(sw, i) & 7] +=
			sim_counter(counters, port, "tx_prio%u_discards", i);
	class_names(sw, names);
	ms_buf_puts(out, "<queue-counters junos:style=\"brief\">\n<interface-cos-short-summary>\n"
			 "<intf-cos-queue-type>\nEgress queues\n</intf-cos-queue-type>\n"
			 "</interface-cos-short-summary>\n");
	for (unsigned i = 0; i < 8; i++) {
		if (!*names[i])
			continue;
		ms_buf_puts(out, "<queue>\n");
		put(out, "queue-number", i);
		ms_buf_printf(out, "<forwarding-class-name>\n%s\n</forwarding-class-name>\n",
			      names[i]);
		put(out, "queue-counters-queued-packets", 1000 + dropped[i]);
		put(out, "queue-counters-trans-packets", 1000);
		put(out, "queue-counters-total-drop-packets", dropped[i]);
		ms_buf_puts(out, "</queue>\n");
	}
	ms_buf_puts(out, "</queue-counters>\n");
}

static void put_mac(const json_t *counters, const char *port, struct ms_buf *out)
{
	ms_buf_puts(out, "<ethernet-mac-statistics junos:style=\"verbose\">\n");
	put(out, "input-mac-pause-frames", sim_counter(counters, port, "rx_pause"));
	put(out, "output-mac-pause-frames", sim_counter(counters, port, "tx_pause"));
	ms_buf_puts(out, "</ethernet-mac-statistics>\n");
	for (unsigned i = 0; i < 8; i++) {
		ms_buf_puts(out, "<ethernet-mac-pfc-statistics junos:style=\"verbose\">\n");
		put(out, "mac-pfc-dot1p", i);
		put(out, "input-mac-pfc-frames",
		    sim_counter(counters, port, "rx_prio%u_pause", i));
		put(out, "output-mac-pfc-frames",
		    sim_counter(counters, port, "tx_prio%u_pause", i));
		ms_buf_puts(out, "</ethernet-mac-pfc-statistics>\n");
	}
}

void junos_put_counters(const struct sim_switch *sw, const json_t *counters, const char *port,
			struct ms_buf *out)
{
	put_errors(counters, port, out);
	put_queues(sw, counters, port, out);
	put_mac(counters, port, out);
}
