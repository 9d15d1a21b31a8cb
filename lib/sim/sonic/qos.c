/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QoS of the simulated SONiC: what `config qos reload` made before anybody else came (code points 3
 * and 4 lossless), what buffermgrd writes by itself, and what the YANG models refuse.
 */
#include "sim/sonic/sonic.h"

#define POOL "ingress_lossless_pool"

/* ---- the factory ---- */

static json_t *dscp_map(void)
{
	static const struct { const char *code, *tc;
	} rows[] = { { "3", "3" },  { "4", "4" },  { "5", "2" },
		     { "8", "0" },  { "46", "5" }, { "48", "6" } };
	json_t *map = json_object();
	char code[8];

	for (unsigned i = 0; i < 64; i++) {
		snprintf(code, sizeof code, "%u", i);
		json_object_set_new(map, code, json_string("1"));
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		json_object_set_new(map, rows[i].code, json_string(rows[i].tc));
	return map;
}

static json_t *same_map(void)
{
	json_t *map = json_object();
	char number[8];

	for (unsigned i = 0; i < 8; i++) {
		snprintf(number, sizeof number, "%u", i);
		json_object_set_new(map, number, json_string(number));
	}
	return map;
}

static json_t *stock_profiles(void)
{
	return json_pack("{s:{s:s,s:s,s:s}, s:{s:s,s:s,s:s}, s:{s:s,s:s,s:s}}",
			 "ingress_lossy_profile", "pool", POOL, "size", "0", "dynamic_th", "3",
			 "egress_lossy_profile", "pool", "egress_lossy_pool", "size", "1518",
			 "dynamic_th", "3", "egress_lossless_profile", "pool",
			 "egress_lossless_pool", "size", "0", "dynamic_th", "7");
}

static json_t *stock_pools(void)
{
	return json_pack("{s:{s:s,s:s,s:s,s:s}, s:{s:s,s:s,s:s}, s:{s:s,s:s,s:s}}", POOL, "type",
			 "ingress", "mode", "dynamic", "size", "10875072", "xoff", "4194112",
			 "egress_lossy_pool", "type", "egress", "mode", "dynamic", "size",
			 "9243812", "egress_lossless_pool", "type", "egress", "mode", "dynamic",
			 "size", "15982720");
}

static void put_row(json_t *db, const char *table, const char *port, const char *part, json_t *row)
{
	json_t *rows = json_object_get(db, table);
	char key[96];

	if (!rows && !json_object_set_new(db, table, json_object()))
		rows = json_object_get(db, table);
	snprintf(key, sizeof key, "%s%s%s", port, *part ? "|" : "", part);
	json_object_set_new(rows, key, row);
}

static void stock_port(json_t *db, const char *port)
{
	static const char *const queues[] = { "0", "1", "2", "3", "4", "5", "6" };

	put_row(db, "PORT_QOS_MAP", port, "",
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "dscp_to_tc_map", "AZURE", "tc_to_queue_map",
			  "AZURE", "tc_to_pg_map", "AZURE", "pfc_to_queue_map", "AZURE",
			  "pfc_enable", "3,4", "pfcwd_sw_enable", "3,4"));
	for (size_t i = 0; i < MS_ARRAY_SIZE(queues); i++) {
		bool lossless = i == 3 || i == 4;

		put_row(db, "QUEUE", port, queues[i],
			json_pack("{s:s,s:s*}", "scheduler",
				  lossless ? "scheduler.1" : "scheduler.0", "wred_profile",
				  lossless ? "AZURE_LOSSLESS" : NULL));
	}
	put_row(db, "BUFFER_PG", port, "0", json_pack("{s:s}", "profile", "ingress_lossy_profile"));
	put_row(db, "BUFFER_QUEUE", port, "3-4",
		json_pack("{s:s}", "profile", "egress_lossless_profile"));
	put_row(db, "BUFFER_QUEUE", port, "0-2",
		json_pack("{s:s}", "profile", "egress_lossy_profile"));
	put_row(db, "BUFFER_QUEUE", port, "5-6",
		json_pack("{s:s}", "profile", "egress_lossy_profile"));
	json_object_set_new(json_object_get(json_object_get(db, "CABLE_LENGTH"), "AZURE"), port,
			    json_string("40m"));
}

static json_t *stock_wred(void)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "ecn", "ecn_all",
			 "wred_green_enable", "true", "wred_yellow_enable", "true",
			 "wred_red_enable", "true", "green_min_threshold", "1048576",
			 "green_max_threshold", "2097152", "green_drop_probability", "5",
			 "yellow_min_threshold", "1048576", "yellow_max_threshold", "2097152",
			 "yellow_drop_probability", "5", "red_min_threshold", "1048576",
			 "red_max_threshold", "2097152", "red_drop_probability", "5");
}

void sim_sonic_stock(json_t *db)
{
	json_t *groups = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "0", "0", "1", "0", "2",
				   "0", "3", "3", "4", "4", "5", "0", "6", "0", "7", "7"),
	       *row;
	const char *port;

	put_row(db, "DSCP_TO_TC_MAP", "AZURE", "", dscp_map());
	put_row(db, "TC_TO_QUEUE_MAP", "AZURE", "", same_map());
	put_row(db, "MAP_PFC_PRIORITY_TO_QUEUE", "AZURE", "", same_map());
	put_row(db, "TC_TO_PRIORITY_GROUP_MAP", "AZURE", "", groups);
	put_row(db, "SCHEDULER", "scheduler.0", "",
		json_pack("{s:s,s:s}", "type", "DWRR", "weight", "14"));
	put_row(db, "SCHEDULER", "scheduler.1", "",
		json_pack("{s:s,s:s}", "type", "DWRR", "weight", "15"));
	put_row(db, "WRED_PROFILE", "AZURE_LOSSLESS", "", stock_wred());
	put_row(db, "CABLE_LENGTH", "AZURE", "", json_object());
	put_row(db, "PORT_QOS_MAP", "global", "", json_pack("{s:s}", "dscp_to_tc_map", "AZURE"));
	json_object_set_new(db, "BUFFER_POOL", stock_pools());
	json_object_set_new(db, "BUFFER_PROFILE", stock_profiles());
	json_object_foreach(json_object_get(db, "PORT"), port, row)
		stock_port(db, port);
	sim_sonic_buffers(db);
}

/* ---- buffermgrd ---- */

/* "3,4,6" as groups that lie together: "3-4" and "6". */
static size_t groups_of(const char *paused, char names[8][24])
{
	unsigned bits = 0;
	size_t n = 0;

	for (; *paused; paused++)
		if (*paused >= '0' && *paused <= '7')
			bits |= 1u << (*paused - '0');
	for (unsigned i = 0, last; i < 8; i++) {
		if (!(bits >> i & 1))
			continue;
		for (last = i; bits >> (last + 1) & 1; last++)
			;
		if (last > i)
			snprintf(names[n++], sizeof names[0], "%u-%u", i, last);
		else
			snprintf(names[n++], sizeof names[0], "%u", i);
		i = last;
	}
	return n;
}

static void write_buffers(json_t *db, const char *port, const char *paused, const char *cable)
{
	const char *speed = json_string_value(json_object_get(
		json_object_get(json_object_get(db, "PORT"), port), "speed"));
	char names[8][24], profile[96];

	snprintf(profile, sizeof profile, "pg_lossless_%s_%s_profile", speed ? speed : "0", cable);
	if (!json_object_get(json_object_get(db, "BUFFER_PROFILE"), profile))
		put_row(db, "BUFFER_PROFILE", profile, "",
			json_pack("{s:s,s:s,s:s,s:s,s:s}", "pool", POOL, "xon", "18432", "xoff",
				  "165888", "size", "184320", "dynamic_th", "0"));
	for (size_t i = groups_of(paused, names); i-- > 0;)
		put_row(db, "BUFFER_PG", port, names[i], json_pack("{s:s}", "profile", profile));
}

void sim_sonic_buffers(json_t *db)
{
	static const char *const looked_up[] = { "5m", "40m", "300m" };
	const json_t *lengths = json_object_get(json_object_get(db, "CABLE_LENGTH"), "AZURE");
	const char *port;
	json_t *row;

	if (!strcmp(ms_str(db, "/DEVICE_METADATA/localhost/buffer_model", ""), "dynamic") ||
	    !json_object_get(json_object_get(db, "BUFFER_POOL"), POOL))
		return;
	json_object_foreach(json_object_get(db, "PORT_QOS_MAP"), port, row) {
		const char *cable = json_string_value(json_object_get(lengths, port));

		for (size_t i = 0; cable && i < MS_ARRAY_SIZE(looked_up); i++)
			if (!strcmp(cable, looked_up[i]))
				write_buffers(db, port, ms_str(row, "/pfc_enable", ""), cable);
	}
}

/* ---- YANG ---- */

struct check { const json_t *db; struct ms_buf *errors; };

static bool has(const struct check *c, const char *table, const char *key)
{
	return json_object_get(json_object_get(c->db, table), key) != NULL;
}

static bool is_number(const char *text, long least, long most)
{
	char *end;
	long value = strtol(text, &end, 10);

	return *text && !*end && value >= least && value <= most;
}

static const char *number_fault(const json_t *row, const char *field, long least, long most)
{
	const char *text = json_string_value(json_object_get(row, field));

	return text && !is_number(text, least, most) ? "Value out of its range" : NULL;
}

/* Rows of maps are code to code. */
static const char *map_fault(const char *table, const json_t *row)
{
	static const struct { const char *table; long from, to;
	} limits[] = {
		{ "DSCP_TO_TC_MAP", 63, 15 },
		{ "DOT1P_TO_TC_MAP", 7, 15 },
		{ "TC_TO_QUEUE_MAP", 15, 9 },
		{ "TC_TO_PRIORITY_GROUP_MAP", 15, 7 },
		{ "MAP_PFC_PRIORITY_TO_QUEUE", 7, 7 },
		{ "PFC_PRIORITY_TO_PRIORITY_GROUP_MAP", 7, 7 },
	};
	const char *from;
	json_t *to;

	for (size_t i = 0; i < MS_ARRAY_SIZE(limits); i++)
		if (!strcmp(limits[i].table, table))
			json_object_foreach((json_t *)row, from, to)
				if (!is_number(from, 0, limits[i].from) ||
				    !is_number(json_string_value(to), 0, limits[i].to))
					return "Value out of its range";
	return NULL;
}

/* Fields that name rows of other tables. */
static const char *reference_fault(const struct check *c, const char *table, const json_t *row)
{
	static const struct { const char *table, *field, *to;
	} refs[] = {
		{ "PORT_QOS_MAP", "dscp_to_tc_map", "DSCP_TO_TC_MAP" },
		{ "PORT_QOS_MAP", "dot1p_to_tc_map", "DOT1P_TO_TC_MAP" },
		{ "PORT_QOS_MAP", "tc_to_queue_map", "TC_TO_QUEUE_MAP" },
		{ "PORT_QOS_MAP", "tc_to_pg_map", "TC_TO_PRIORITY_GROUP_MAP" },
		{ "PORT_QOS_MAP", "pfc_to_queue_map", "MAP_PFC_PRIORITY_TO_QUEUE" },
		{ "PORT_QOS_MAP", "pfc_to_pg_map", "PFC_PRIORITY_TO_PRIORITY_GROUP_MAP" },
		{ "QUEUE", "scheduler", "SCHEDULER" },
		{ "QUEUE", "wred_profile", "WRED_PROFILE" },
		{ "BUFFER_PROFILE", "pool", "BUFFER_POOL" },
		{ "BUFFER_PG", "profile", "BUFFER_PROFILE" },
		{ "BUFFER_QUEUE", "profile", "BUFFER_PROFILE" },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(refs); i++) {
		const char *name = !strcmp(refs[i].table, table)
					   ? json_string_value(json_object_get(row, refs[i].field))
					   : NULL;

		if (name && !has(c, refs[i].to, name) &&
		    (strcmp(table, "BUFFER_PG") || strcmp(name, "NULL")))
			return "Leafref points to a non-existing leaf";
	}
	return NULL;
}

static const char *port_fault(const struct check *c, const char *table, const char *key)
{
	static const struct { const char *table, *but;
	} tables[] = { { "PORT_QOS_MAP", "global" }, { "PFC_WD", "GLOBAL" }, { "QUEUE", "CPU" },
		       { "BUFFER_PG", "" },	     { "BUFFER_QUEUE", "" } };
	char port[80];

	snprintf(port, sizeof port, "%.*s", (int)strcspn(key, "|"), key);
	for (size_t i = 0; i < MS_ARRAY_SIZE(tables); i++)
		if (!strcmp(tables[i].table, table) && strcmp(port, tables[i].but) &&
		    !has(c, "PORT", port))
			return "Leafref points to a non-existing leaf";
	return NULL;
}

static const char *paused_fault(const json_t *row)
{
	const char *text = ms_str(row, "/pfc_enable", "");

	for (size_t i = 0; text[i]; i++)
		if (i % 2 ? text[i] != ',' || !text[i + 1] : text[i] < '0' || text[i] > '7')
			return "Value does not satisfy the constraint \"([0-7](,[0-7])*)?\"";
	return NULL;
}

static const char *watchdog_fault(const struct check *c, const char *key, const json_t *row)
{
	long poll = strtol(ms_str(c->db, "/PFC_WD/GLOBAL/POLL_INTERVAL", "0"), NULL, 10);
	const char *action = ms_str(row, "/action", "drop");
	const char *bad = number_fault(row, "POLL_INTERVAL", 100, 1000);

	if (bad)
		return bad;
	if (json_object_get(row, "POLL_INTERVAL"))
		return strcmp(key, "GLOBAL")
			       ? "Must condition \"../ifname = 'GLOBAL'\" not satisfied"
			       : NULL;
	if (strcmp(action, "drop") && strcmp(action, "forward") && strcmp(action, "alert"))
		return "Invalid enumeration value of action";
	bad = number_fault(row, "detection_time", poll > 100 ? poll : 100, 5000);
	return bad ? bad : number_fault(row, "restoration_time", poll > 100 ? poll : 100, 60000);
}

static const char *wred_fault(const char *key, const json_t *row)
{
	static const char *const colours[] = { "green", "yellow", "red" };
	const char *bad = strlen(key) > 32 ? "Invalid length for wred profile name." : NULL;
	char min[32], max[32], probability[32];

	for (size_t i = 0; i < MS_ARRAY_SIZE(colours) && !bad; i++) {
		snprintf(min, sizeof min, "/%s_min_threshold", colours[i]);
		snprintf(max, sizeof max, "/%s_max_threshold", colours[i]);
		snprintf(probability, sizeof probability, "%s_drop_probability", colours[i]);
		if (strtoll(ms_str(row, max, "0"), NULL, 10) <
		    strtoll(ms_str(row, min, "0"), NULL, 10))
			bad = "max threshold must be greater than or equal to min threshold";
		if (!bad)
			bad = number_fault(row, probability, 0, 100);
	}
	return bad;
}

static const char *cable_fault(const struct check *c, const json_t *row)
{
	const char *port;
	json_t *value;

	json_object_foreach((json_t *)row, port, value) {
		const char *text = json_string_value(value);
		size_t digits = strspn(text, "0123456789");

		if (!has(c, "PORT", port))
			return "Leafref points to a non-existing leaf";
		if (!digits || strcmp(text + digits, "m"))
			return "Invalid cable length.";
	}
	return NULL;
}

static const char *fault(const struct check *c, const char *table, const char *key,
			 const json_t *row)
{
	const char *bad = port_fault(c, table, key);

	if (!bad)
		bad = map_fault(table, row);
	if (!bad)
		bad = reference_fault(c, table, row);
	if (bad)
		return bad;
	if (!strcmp(table, "PORT_QOS_MAP"))
		return paused_fault(row);
	if (!strcmp(table, "PFC_WD"))
		return watchdog_fault(c, key, row);
	if (!strcmp(table, "SCHEDULER"))
		return number_fault(row, "weight", 1, 100);
	if (!strcmp(table, "WRED_PROFILE"))
		return wred_fault(key, row);
	if (!strcmp(table, "CABLE_LENGTH"))
		return cable_fault(c, row);
	if (!strcmp(table, "BUFFER_PROFILE"))
		return json_object_get(row, "size") ? number_fault(row, "dynamic_th", -8, 7)
						    : "Missing required element \"size\"";
	return NULL;
}

int sim_sonic_check_qos(const json_t *db, struct ms_buf *errors)
{
	static const char *const tables[] = {
		"DSCP_TO_TC_MAP", "DOT1P_TO_TC_MAP", "TC_TO_QUEUE_MAP", "TC_TO_PRIORITY_GROUP_MAP",
		"MAP_PFC_PRIORITY_TO_QUEUE", "PFC_PRIORITY_TO_PRIORITY_GROUP_MAP", "PORT_QOS_MAP",
		"SCHEDULER", "WRED_PROFILE", "QUEUE", "BUFFER_PROFILE", "BUFFER_PG",
		"BUFFER_QUEUE", "CABLE_LENGTH", "PFC_WD",
	};
	struct check c = { db, errors };
	const char *key, *bad;
	json_t *row;

	for (size_t i = 0; i < MS_ARRAY_SIZE(tables); i++)
		json_object_foreach(json_object_get(db, tables[i]), key, row) {
			bad = fault(&c, tables[i], key, row);
			if (bad)
				return sim_sonic_refuse(errors, tables[i], key, bad);
		}
	return 0;
}
