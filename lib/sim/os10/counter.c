/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a simulated OS10 counts: `statistics` of its interfaces, as RESTCONF gives them and
 * `show interface | display-xml` does, and what queues did.  Elements are those of replies that
 * clients of 10.4 and 10.5 keep for their tests.
 */
#include <libxml/entities.h>
#include "sim/os10/os10.h"

/* ---- statistics ---- */

static void put(json_t *row, const char *name, json_int_t n)
{
	json_object_set_new(row, name, json_sprintf("%lld", (long long)n));
}

static void put_dell(json_t *row, const json_t *counters, const char *port)
{
	json_int_t marked = 0;
	char name[48];

	for (unsigned i = 0; i < 8; i++)
		marked += sim_counter(counters, port, "tx_prio%u_marked", i);
	put(row, "dell-interface:ecn-marked-packets", marked);
	put(row, "dell-interface:pause-rx-pkts", sim_counter(counters, port, "rx_pause"));
	put(row, "dell-interface:pause-tx-pkts", sim_counter(counters, port, "tx_pause"));
	for (unsigned i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "dell-interface:pfc-%u-rx-pkts", i);
		put(row, name, sim_counter(counters, port, "rx_prio%u_pause", i));
		snprintf(name, sizeof(name), "dell-interface:pfc-%u-tx-pkts", i);
		put(row, name, sim_counter(counters, port, "tx_prio%u_pause", i));
	}
}

/* Counters of 64 bits go on as long as there is a link; those of 32 stay, but for what was lost. */
json_t *sim_os10_statistics(struct sim_switch *sw, const json_t *counters, const char *port,
			    bool up)
{
	static const char *const long_ones[] = { "in-octets",	       "in-unicast-pkts",
						 "in-broadcast-pkts",  "in-multicast-pkts",
						 "out-octets",	       "out-unicast-pkts",
						 "out-broadcast-pkts", "out-multicast-pkts" };
	static const char *const short_ones[] = { "in-errors", "in-unknown-protos", "out-errors" };
	json_t *row = json_object();
	long long seconds = (long long)sim_clock(sw->dev.sim) / 1000;

	for (size_t i = 0; i < MS_ARRAY_SIZE(long_ones); i++)
		put(row, long_ones[i],
		    up ? seconds * (strstr(long_ones[i], "octets") ? 640 : 2) : 0);
	for (size_t i = 0; i < MS_ARRAY_SIZE(short_ones); i++)
		json_object_set_new(row, short_ones[i], json_integer(0));
	json_object_set_new(row, "in-discards",
			    json_integer(sim_counter(counters, port, "rx_discards_phy")));
	json_object_set_new(row, "out-discards",
			    json_integer(sim_counter(counters, port, "tx_discards_phy")));
	if (*port)
		put_dell(row, counters, port);
	return row;
}

/* ---- XML: members without their modules, a document for each interface ---- */

static void put_text(struct ms_buf *out, const char *text)
{
	xmlChar *escaped = xmlEncodeSpecialChars(NULL, (const xmlChar *)text);

	ms_buf_puts(out, escaped ? (const char *)escaped : "");
	xmlFree(escaped);
}

static void put_members(const json_t *object, int depth, struct ms_buf *out)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value) {
		const char *colon = strchr(key, ':'), *name = colon ? colon + 1 : key;

		if (json_is_object(value) && strcmp(name, "statistics"))
			continue;
		ms_buf_printf(out, "%*s<%s>", depth, "", name);
		if (json_is_object(value)) {
			ms_buf_puts(out, "\n");
			put_members(value, depth + 2, out);
			ms_buf_printf(out, "%*s", depth, "");
		} else if (json_is_string(value)) {
			put_text(out, json_string_value(value));
		} else if (json_is_integer(value)) {
			ms_buf_printf(out, "%lld", (long long)json_integer_value(value));
		} else {
			ms_buf_puts(out, json_is_true(value) ? "true" : "false");
		}
		ms_buf_printf(out, "</%s>\n", name);
	}
}

static void put_interface(const json_t *row, struct ms_buf *out)
{
	const char *name = ms_str(row, "/name", "");

	ms_buf_printf(out,
		      "<?xml version=\"1.0\"?>\n<rpc-reply>\n  <data>\n    <interfaces>\n"
		      "      <interface>\n        <name>%s</name>\n        <load-interval>299"
		      "</load-interval>\n      </interface>\n    </interfaces>\n  </data>\n"
		      "  <bulk>\n    <data>\n      <interface>\n",
		      name);
	put_members(row, 8, out);
	ms_buf_printf(out,
		      "      </interface>\n    </data>\n    <last-keys>\n      <name>%s</name>\n"
		      "    </last-keys>\n  </bulk>\n</rpc-reply>\n",
		      name);
}

void sim_os10_display_xml(struct sim_switch *sw, struct ms_buf *out)
{
	json_auto_t *state = sim_os10_interfaces_state(sw);
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(state, "interface"), i, row)
		put_interface(row, out);
}

/* ---- queues ---- */

/* By the map of the port: its line there is the header of the map. */
static unsigned queue_of(const struct sim_switch *sw, const char *native, unsigned group)
{
	const json_t *config = sim_os10_config(sw);
	MS_AUTO_FREE char *header = ms_asprintf("interface %s", native);
	const char *map = header ? sim_cli_line(sim_cli_block(config, header),
						"qos-map traffic-class")
				 : NULL,
		   *line;
	char list[64];
	unsigned queue;
	json_t *node;

	json_object_foreach((json_t *)(map ? sim_cli_block(config, map) : NULL), line, node)
		if (sscanf(line, "queue %u qos-group %63s", &queue, list) == 2 &&
		    sim_os10_in_list(list, group))
			return queue;
	return group;
}

bool sim_os10_queuing(struct sim_switch *sw, const char *native, struct ms_buf *out)
{
	json_auto_t *counters = sim_switch_counters(sw);
	json_int_t dropped[8] = { 0 };
	char port[64];

	if (!sim_port_exists(sw, native) || !sim_port_abstract(sw, native, port, sizeof(port)))
		return false;
	for (unsigned i = 0; i < 8; i++)
		dropped[queue_of(sw, native, i) & 7] +=
			sim_counter(counters, port, "tx_prio%u_discards", i);
	ms_buf_printf(out, "Interface %s\n%-6s%-25s%-25s%-25s%-25s\n", native, "Queue", "Packets",
		      "Bytes", "Dropped-Packets", "Dropped-Bytes");
	for (unsigned i = 0; i < 8; i++)
		ms_buf_printf(out, "%-6u%-25d%-25d%-25lld%-25lld\n", i, 0, 0,
			      (long long)dropped[i], (long long)dropped[i] * 1082);
	return true;
}
