/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ports of a simulated NVUE switch have counted. */
#include "sim/nvue/nvue.h"

/* The traffic class of a priority: as mapped, else as `qos roce` presets it. */
static unsigned class_of(const struct sim_switch *sw, unsigned priority)
{
	const json_t *qos = json_object_get(sim_nvue_applied(sw), "qos"), *mapped;
	char key[2] = { (char)('0' + priority), 0 };

	mapped = sim_nvue_get(qos, "egress-queue-mapping", "default-global", "switch-priority", key,
			      "traffic-class", NULL);
	if (mapped)
		return (unsigned)json_integer_value(mapped) & 7;
	return !sim_nvue_on(json_object_get(qos, "roce"), false) || priority == 3 || priority == 6
		       ? priority
		       : 0;
}

/* Of all priorities that share a traffic class. */
static json_int_t of_class(const struct sim_switch *sw, const char *port, unsigned tc,
			   const char *after)
{
	json_int_t sum = 0;

	for (unsigned p = 0; p < 8; p++)
		if (class_of(sw, p) == tc)
			sum += sim_counter(sw->counters, port, "tx_prio%u_%s", p, after);
	return sum;
}

static json_t *rows(const struct sim_switch *sw, const char *port,
		    json_t *(*fn)(const struct sim_switch *sw, const char *port, unsigned n))
{
	json_t *all = json_object();
	char key[2] = "0";

	for (unsigned n = 0; n < 8; n++) {
		key[0] = (char)('0' + n);
		json_object_set_new(all, key, fn(sw, port, n));
	}
	return all;
}

static json_t *pfc_row(const struct sim_switch *sw, const char *port, unsigned p)
{
	return json_pack("{s:I,s:I,s:I,s:I}", "rx-pause-frames",
			 sim_counter(sw->counters, port, "rx_prio%u_pause", p), "rx-pause-duration",
			 sim_counter(sw->counters, port, "rx_prio%u_pause_duration", p),
			 "tx-pause-frames", sim_counter(sw->counters, port, "tx_prio%u_pause", p),
			 "tx-pause-duration",
			 sim_counter(sw->counters, port, "tx_prio%u_pause_duration", p));
}

/* Until 5.9 marks are counted by port alone. */
static json_t *queue_row(const struct sim_switch *sw, const char *port, unsigned tc)
{
	json_t *row = json_pack("{s:i,s:i,s:I,s:i}", "tx-frames", 0, "tx-bytes", 0,
				"tx-uc-buffer-discards", of_class(sw, port, tc, "discards"),
				"wred-discards", 0);

	if (sim_nvue_at_least(sw, 10))
		json_object_set_new(row, "ecn-marked-frames",
				    json_integer(of_class(sw, port, tc, "marked")));
	return row;
}

static json_t *buffer_row(const struct sim_switch *sw, const char *port, unsigned group)
{
	(void)sw;
	(void)port;
	(void)group;
	return json_pack("{s:i,s:s,s:s}", "rx-frames", 0, "rx-buffer-discards", "0 Bytes",
			 "rx-shared-buffer-discards", "0 Bytes");
}

static json_t *watchdog_row(const struct sim_switch *sw, const char *port, unsigned tc)
{
	return json_pack("{s:s,s:I}", "status", "OK", "deadlock-count",
			 of_class(sw, port, tc, "watchdog"));
}

static json_t *port_stats(const struct sim_switch *sw, const char *port)
{
	json_int_t marked = 0;

	for (unsigned tc = 0; tc < 8; tc++)
		marked += of_class(sw, port, tc, "marked");
	return json_pack("{s:{s:I},s:{s:I,s:I}}", "rx-stats", "pause-frames",
			 sim_counter(sw->counters, port, "rx_pause"), "tx-stats", "pause-frames",
			 sim_counter(sw->counters, port, "tx_pause"), "ecn-marked-packets", marked);
}

/* Where a priority is lossless all that found no buffer was its own. */
static json_t *roce(const struct sim_switch *sw, const char *port)
{
	json_int_t sum = 0;

	for (unsigned p = 0; p < 8; p++)
		sum += sim_counter(sw->counters, port, "rx_prio%u_discards", p);
	return json_pack("{s:{s:{s:I},s:{s:i}}}", "rx-stats", "rx-roce-stats", "no-buffer-discard",
			 sum, "rx-non-roce-stats", "no-buffer-discard", 0);
}

void sim_nvue_put_counters(const struct sim_switch *sw, const char *port, json_t *row)
{
	ms_put(row, sim_nvue_at_least(sw, 5) ? "/counters/qos" : "/qos/counter",
	       json_pack("{s:o,s:o,s:o,s:o}", "pfc-stats", rows(sw, port, pfc_row),
			 "egress-queue-stats", rows(sw, port, queue_row), "ingress-buffer-stats",
			 rows(sw, port, buffer_row), "port-stats", port_stats(sw, port)));
	ms_put(row, "/qos/roce/counters", roce(sw, port));
	if (sim_nvue_at_least(sw, 6))
		ms_put(row, "/qos/pfc-watchdog/status", rows(sw, port, watchdog_row));
}
