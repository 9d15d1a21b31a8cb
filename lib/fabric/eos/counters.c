/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ports of an EOS switch count of RoCE.  Frames of PFC go by priority; queues by traffic class
 * or by their own number, and several of them (unicast, multicast, drop precedences) by the same.
 * Releases and chips do not know all of the commands.
 */
#include <errno.h>
#include "fabric/eos/eos.h"

struct count {
	json_t *status;
	const char *port;            /* abstract */
	bool failed;
};

static void add(struct count *count, const json_t *value, const char *name)
{
	json_int_t number;

	if (fabric_count(value, &number) &&
	    fabric_counter_add(count->status, count->port, number, "%s", name))
		count->failed = true;
}

/* `before` and `after` of a name, with the priority between them; none of ours: it has no class. */
static void add_prio(struct count *count, const json_t *value, const char *before, int priority,
		     const char *after)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%d%s", before, priority, after);
	if (priority >= 0)
		add(count, value, name);
}

/* "TC3", "3": a range ("TC0-7") is nobody's. */
static int number_of(const char *text)
{
	unsigned number;
	int end = 0;

	if (ms_starts(text, "TC"))
		text += 2;
	return sscanf(text, "%u%n", &number, &end) == 1 && !text[end] && number < 64 ? (int)number
										     : -1;
}

static int class_of(const struct count *count, const char *member, const char *text)
{
	int number = number_of(text);

	return number < 0 ? -1 : fabric_class_priority(count->status, member, (unsigned)number);
}

/* ---- what each command shows of a port ---- */

static void take_pfc(struct count *count, const json_t *row)
{
	const char *key;
	json_t *frames;

	json_object_foreach(json_object_get(row, "priorities"), key, frames) {
		int priority = number_of(key);

		if (priority > 7)
			continue;
		add_prio(count, json_object_get(frames, "rxFrames"), "rx_prio", priority, "_pause");
		add_prio(count, json_object_get(frames, "txFrames"), "tx_prio", priority, "_pause");
	}
}

static void take_watchdog(struct count *count, const json_t *row)
{
	const char *queue;
	json_t *fired;

	json_object_foreach(json_object_get(row, "txQueues"), queue, fired)
		add_prio(count, json_object_get(fired, "stuckCount"), "tx_prio",
			 class_of(count, "queue", queue), "_watchdog");
}

static void take_classes(struct count *count, const json_t *classes)
{
	const char *tc, *precedence;
	json_t *row, *dropped;

	json_object_foreach((json_t *)classes, tc, row) {
		const json_t *precedences = json_object_get(row, "dropPrecedences");
		int priority = class_of(count, "trafficClass", tc);

		if (!precedences)
			add_prio(count, json_object_get(row, "droppedPackets"), "tx_prio", priority,
				 "_discards");
		json_object_foreach((json_t *)precedences, precedence, dropped)
			add_prio(count, json_object_get(dropped, "droppedPackets"), "tx_prio",
				 priority, "_discards");
	}
}

static void take_queues(struct count *count, const json_t *row)
{
	take_classes(count, ms_at(row, "/ucastQueues/trafficClasses"));
	take_classes(count, ms_at(row, "/mcastQueues/trafficClasses"));
	/* Virtual output queues are those of the port that packets leave by. */
	take_classes(count, json_object_get(row, "trafficClasses"));
}

static void take_marks(struct count *count, const json_t *row)
{
	const char *queue;
	json_t *marked;

	json_object_foreach(json_object_get(row, "queueCounters"), queue, marked)
		add_prio(count, marked, "tx_prio", class_of(count, "queue", queue), "_marked");
}

static void take_pause(struct count *count, const json_t *row)
{
	add(count, json_object_get(row, "rxPause"), "rx_pause");
	add(count, json_object_get(row, "txPause"), "tx_pause");
}

static void take_discards(struct count *count, const json_t *row)
{
	add(count, json_object_get(row, "inDiscards"), "rx_discards_phy");
	add(count, json_object_get(row, "outDiscards"), "tx_discards_phy");
}

static const struct {
	const char *command, *at;
	void (*take)(struct count *count, const json_t *row);
} shows[] = {
	{ "show priority-flow-control counters detail", "/interfaces", take_pfc },
	{ "show priority-flow-control counters watchdog", "/interfaces", take_watchdog },
	{ "show interfaces counters queue detail", "/egressQueueCounters/interfaces", take_queues },
	{ "show interfaces counters queue detail", "/ingressVoqCounters/interfaces", take_queues },
	{ "show qos interfaces ecn counters queue", "/intfQueueCounters", take_marks },
	{ "show interfaces flow-control", "/interfaceFlowControls", take_pause },
	{ "show interfaces counters discards", "/interfaces", take_discards },
};

/* A port where the watchdog never fired is not among those that it shows. */
static void never_fired(struct count *count)
{
	const char *port, *priority;
	json_t *row, *class;

	json_object_foreach(json_object_get(count->status, "counters"), port, row)
		json_object_foreach(ms_at(count->status, "/config/qos/classes"), priority, class)
			if (ms_bool(class, "/lossless", false) &&
			    fabric_counter_add(count->status, port, 0, "tx_prio%s_watchdog",
					       priority))
				count->failed = true;
}

int eos_take_counters(const struct fabric_dialect *dialect, const json_t *breakouts,
		      const char *command, const json_t *shown, json_t *status, struct ms_err *err)
{
	struct count count = { .status = status };
	const char *native;
	char port[64];
	json_t *row;

	for (size_t i = 0; shown && i < MS_ARRAY_SIZE(shows); i++) {
		if (strcmp(shows[i].command, command))
			continue;
		json_object_foreach(ms_at(shown, "%s", shows[i].at), native, row) {
			if (!eos_port_abstract(dialect, breakouts, native, port, sizeof(port)))
				continue;
			count.port = port;
			shows[i].take(&count, row);
		}
		if (shows[i].take == take_watchdog)
			never_fired(&count);
	}
	return count.failed ? ms_nomem(err) : 0;
}

int eos_facts_counters(struct fabric_session *session, const struct fabric_dialect *dialect,
		       const json_t *breakouts, json_t *status, struct ms_err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(shows); i++) {
		json_auto_t *shown = NULL;

		if (i && !strcmp(shows[i].command, shows[i - 1].command))
			continue;
		r = eos_show_if(session, shows[i].command, &shown, err);
		if (!r)
			r = eos_take_counters(dialect, breakouts, shows[i].command, shown, status,
					      err);
	}
	return r;
}
