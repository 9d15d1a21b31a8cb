/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ports, their queues and their priority groups count: COUNTERS_DB, where syncd writes the
 * statistics of SAI (saiport.h, saiqueue.h, saibuffer.h) under names of objects, and maps say whose
 * an object is.  The `show` commands print some of it, each release in columns of its own; what is
 * in the database has the same names everywhere.  There are thousands of objects with a hundred
 * fields: a script of Redis picks ours out, on the switch.
 */
#include <errno.h>
#include "fabric/box/box.h"
#include "fabric/sonic/sonic.h"

/* One line for each name in a map: "Ethernet0:3 12 - 0", the fields that were asked for, in their
 * order. */
static const char script[] =
	"local lines = {} "
	"local map = redis.call([[HGETALL]], KEYS[1]) "
	"for i = 1, #map, 2 do "
	"local row = redis.call([[HMGET]], [[COUNTERS:]] .. map[i + 1], unpack(ARGV)) "
	"local line = map[i] "
	"for j = 1, #ARGV do line = line .. [[ ]] .. (row[j] or [[-]]) end "
	"lines[#lines + 1] = line "
	"end "
	"return table.concat(lines, string.char(10))";

enum { PORTS, QUEUES, GROUPS, MAPS };

/* '#' of a port's is each priority; that of a queue's, or of a group's, is its own. */
struct counted { const char *theirs, *ours; };
static const struct { const char *name; struct counted counted[9]; } maps[MAPS] = {
	[PORTS] = { "COUNTERS_PORT_NAME_MAP", {
		{ "SAI_PORT_STAT_PFC_#_RX_PKTS", "rx_prio#_pause" },
		{ "SAI_PORT_STAT_PFC_#_TX_PKTS", "tx_prio#_pause" },
		{ "SAI_PORT_STAT_PFC_#_RX_PAUSE_DURATION_US", "rx_prio#_pause_duration" },
		{ "SAI_PORT_STAT_PFC_#_TX_PAUSE_DURATION_US", "tx_prio#_pause_duration" },
		{ "SAI_PORT_STAT_PAUSE_RX_PKTS", "rx_pause" },
		{ "SAI_PORT_STAT_PAUSE_TX_PKTS", "tx_pause" },
		{ "SAI_PORT_STAT_IF_IN_DISCARDS", "rx_discards_phy" },
		{ "SAI_PORT_STAT_IF_OUT_DISCARDS", "tx_discards_phy" } } },
	[QUEUES] = { "COUNTERS_QUEUE_NAME_MAP", {
		{ "SAI_QUEUE_STAT_DROPPED_PACKETS", "tx_prio#_discards" },
		{ "SAI_QUEUE_STAT_WRED_ECN_MARKED_PACKETS", "tx_prio#_marked" },
		{ "PFC_WD_QUEUE_STATS_DEADLOCK_DETECTED", "tx_prio#_watchdog" } } },
	[GROUPS] = { "COUNTERS_PG_NAME_MAP", {
		{ "SAI_INGRESS_PRIORITY_GROUP_STAT_DROPPED_PACKETS", "rx_prio#_discards" } } },
};

static void numbered(const char *pattern, int number, char *buf, size_t size)
{
	char *mark;

	snprintf(buf, size, "%s", pattern);
	mark = strchr(buf, '#');
	if (mark)
		*mark = (char)('0' + number);
}

/* How many fields that is for a port. */
static int fields(size_t map, const struct counted *counted)
{
	return map == PORTS && strchr(counted->theirs, '#') ? 8 : 1;
}

static char *question(size_t map)
{
	struct ms_buf line = { 0 };
	char field[64];

	ms_buf_printf(&line, "sonic-db-cli COUNTERS_DB EVAL \"%s\" 1 %s", script, maps[map].name);
	for (const struct counted *c = maps[map].counted; c->theirs; c++)
		for (int i = 0; i < fields(map, c); i++) {
			numbered(c->theirs, i, field, sizeof field);
			ms_buf_printf(&line, " %s", field);
		}
	return ms_buf_steal(&line);
}

/* A group of its own have only priorities that are paused; the others share one, and may lose. */
static int group_priority(const json_t *status, unsigned group)
{
	if (json_object_size(ms_at(status, "/config/qos/classes")) &&
	    (group > 7 ||
	     !ms_bool(ms_at(status, "/config/qos/classes/%u", group), "/lossless", false)))
		return -1;
	return group < 8 ? (int)group : -1;
}

/* "Ethernet0:3" -> 3, and "Ethernet0"; false for what is no such name. */
static bool take_number(char *name, unsigned *ret_number)
{
	char *colon = strrchr(name, ':'), *end;

	if (!colon || colon[1] < '0' || colon[1] > '9')
		return false;
	*colon = 0;
	*ret_number = (unsigned)strtoul(colon + 1, &end, 10);
	return !*end;
}

static int read_line(const struct fabric_dialect *dialect, size_t map, char *line, json_t *status)
{
	char *name = strsep(&line, " "), port[64], ours[64];
	int priority = 0, r = 0;
	unsigned number = 0;

	if (map != PORTS) {
		if (!take_number(name, &number))
			return 0;
		priority = map == QUEUES ? fabric_class_priority(status, "queue", number)
					 : group_priority(status, number);
	}
	if (priority < 0 || !fabric_port_abstract(dialect, name, port, sizeof port))
		return 0;
	for (const struct counted *c = maps[map].counted; c->theirs; c++)
		for (int i = 0; i < fields(map, c); i++) {
			const char *value = strsep(&line, " ");
			json_int_t count;

			numbered(c->ours, map == PORTS ? i : priority, ours, sizeof ours);
			if (value && fabric_count_text(value, &count))
				r |= fabric_counter_add(status, port, count, "%s", ours);
		}
	return r;
}

int sonic_parse_counters(const struct fabric_dialect *dialect,
			 char *const texts[static SONIC_COUNTER_MAPS], json_t *status,
			 struct ms_err *err)
{
	int r = 0;

	for (size_t map = 0; map < MAPS; map++)
		for (char *rest = texts[map], *line; (line = strsep(&rest, "\n"));)
			r |= read_line(dialect, map, line, status);
	return r ? ms_nomem(err) : 0;
}

int sonic_counters(struct fabric_session *session, const struct fabric_dialect *dialect,
		   json_t *status, struct ms_err *err)
{
	struct box_answer said[MAPS] = { 0 };
	char *questions[MAPS], *texts[MAPS];
	int r = 0;

	for (size_t i = 0; i < MAPS; i++) {
		questions[i] = question(i);
		r = r || questions[i] ? r : ms_nomem(err);
	}
	if (!r)
		r = box_ask(session, (const char *const *)questions, MAPS, said, err);
	for (size_t i = 0; i < MAPS; i++) {
		texts[i] = said[i].status ? NULL : said[i].text;
		free(questions[i]);
	}
	if (!r && !texts[PORTS]) {
		r = ms_fail(err, -EIO, MS_FAILED,
			    "COUNTERS_DB cannot be read: sonic-db-cli ended with status %d",
			    said[PORTS].status);
		ms_err_at(err, ms_name(session->sw), NULL);
	}
	if (!r)
		r = sonic_parse_counters(dialect, texts, status, err);
	box_answers_release(said, MAPS);
	return r;
}
