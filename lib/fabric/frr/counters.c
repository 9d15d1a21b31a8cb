/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ports of Linux count.  Pause frames by priority are DCB's, whatever the driver; marks are
 * those of `red`; time, and what was dropped, only ethtool -S tells, by the names that mlxsw gives
 * them (drivers/net/ethernet/mellanox/mlxsw/spectrum_ethtool.c).
 */
#include <errno.h>
#include "fabric/box/box.h"
#include "fabric/frr/frr.h"

static const char question[] = "dcb -j -s pfc show dev @ 2> /dev/null; ethtool -S @ 2> /dev/null";

/* '#' is a priority there; a class of traffic where `queue` is said. */
static const struct { const char *theirs, *ours; bool queue; } names[] = {
	{ "rx_pause_duration_prio_#", "rx_prio%u_pause_duration", false },
	{ "tx_pause_duration_prio_#", "tx_prio%u_pause_duration", false },
	{ "tc_no_buffer_discard_uc_tc_#", "tx_prio%u_discards", true },
	{ "a_pause_mac_ctrl_frames_received", "rx_pause", false },
	{ "a_pause_mac_ctrl_frames_xmitted", "tx_pause", false },
	{ "if_in_discards", "rx_discards_phy", false },
	{ "if_out_discards", "tx_discards_phy", false },
};

/* The whole name, with a number of one digit at its end where the pattern has '#'. */
static bool fits(const char *pattern, const char *name, unsigned *ret_number)
{
	size_t len = strcspn(pattern, "#");

	*ret_number = 0;
	if (!pattern[len])
		return !strcmp(pattern, name);
	*ret_number = (unsigned)(name[strnlen(name, len)] - '0');
	return !strncmp(pattern, name, len) && *ret_number < 8 && !name[len + 1];
}

static int take_named(json_t *status, const char *port, const char *name, json_int_t count)
{
	unsigned number;
	int priority;

	for (size_t i = 0; i < MS_ARRAY_SIZE(names); i++) {
		if (!fits(names[i].theirs, name, &number))
			continue;
		priority = names[i].queue ? fabric_class_priority(status, "queue", number)
					  : (int)number;
		return priority < 0 ? 0
				    : fabric_counter_add(status, port, count, names[i].ours,
							 (unsigned)priority);
	}
	/* Spectrum-1 counts marks of a whole port, and none in `red`. */
	priority = fabric_marked_priority(status, port);
	return strcmp(name, "ecn_marked") || priority < 0
		       ? 0
		       : fabric_counter_add(status, port, count, "tx_prio%d_marked", priority);
}

static int take_frames(json_t *status, const char *port, const json_t *said)
{
	static const char *const lists[] = { "requests", "indications" };
	json_int_t count;
	int r = 0;

	for (size_t i = 0; i < MS_ARRAY_SIZE(lists); i++)
		for (unsigned p = 0; p < 8; p++)
			if (fabric_count(json_array_get(json_object_get(said, lists[i]), p),
					 &count))
				r |= fabric_counter_add(status, port, count,
							i ? "rx_prio%u_pause" : "tx_prio%u_pause",
							p);
	return r;
}

static int take_ports(const struct fabric_dialect *dialect, const char *said, json_t *status)
{
	char name[64], port[64] = "", count[32];
	json_error_t where;
	json_int_t number;
	int r = 0;

	for (; !r && *(said += strspn(said, " \t\r\n")); said += strcspn(said, "\n")) {
		json_t *one =
			*said == '{' ? json_loads(said, JSON_DISABLE_EOF_CHECK, &where) : NULL;

		if (one) {
			r = *port ? take_frames(status, port, one) : 0;
			said += where.position;
			json_decref(one);
		} else if (sscanf(said, "@%63[^ \t\r\n]", name) == 1) {
			if (!fabric_port_abstract(dialect, name, port, sizeof port))
				*port = 0;
		} else if (*port && sscanf(said, "%63[^: \t\n]: %31[0-9]", name, count) == 2 &&
			   fabric_count_text(count, &number)) {
			r = take_named(status, port, name, number);
		}
	}
	return r;
}

/* Marks of a band, which are the class's; but for a port that has counted them already. */
static int take_marks(const struct fabric_dialect *dialect, const json_t *row, json_t *status)
{
	unsigned long band = strtoul(ms_str(row, "/parent", "1:0") + 2, NULL, 16);
	char port[64], key[32];
	json_int_t count;
	int priority;

	if (strcmp(ms_str(row, "/kind", ""), "red") || band < 1 || band > FRR_BANDS ||
	    !ms_starts(ms_str(row, "/parent", ""), "1:") ||
	    !fabric_port_abstract(dialect, ms_str(row, "/dev", ""), port, sizeof port) ||
	    !fabric_count(json_object_get(row, "marked"), &count))
		return 0;
	priority = fabric_class_priority(status, "trafficClass", (unsigned)(FRR_BANDS - band));
	snprintf(key, sizeof key, "tx_prio%d_marked", priority);
	if (priority < 0 ||
	    json_object_get(json_object_get(json_object_get(status, "counters"), port), key))
		return 0;
	return fabric_counter_add(status, port, count, "%s", key);
}

int frr_parse_counters(const struct fabric_dialect *dialect, const char *said,
		       const char *disciplines, json_t *status, struct ms_err *err)
{
	json_auto_t *list = json_loads(disciplines, 0, NULL);
	const json_t *row;
	size_t i;
	int r = take_ports(dialect, said, status);

	json_array_foreach(list, i, row)
		r |= take_marks(dialect, row, status);
	return r ? ms_nomem(err) : 0;
}

int frr_counters(struct fabric_session *session, const struct fabric_dialect *dialect,
		 json_t *status, struct ms_err *err)
{
	static const char *const commands[] = { "ls /sys/class/net", "tc -d -s -j qdisc show" };
	struct box_answer answers[2] = { 0 };
	MS_AUTO_FREE char *said = NULL;
	int r = box_ask(session, commands, 2, answers, err);

	if (!r)
		r = frr_ask_ports(session, answers[0].text, question, &said, err);
	if (!r)
		r = frr_parse_counters(dialect, said, answers[1].text, status, err);
	box_answers_release(answers, 2);
	return r;
}
