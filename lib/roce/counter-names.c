/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drivers count alike, and name it each in their own way (ethtool -S).  Here it goes by the names
 * of mlx5, so that rules know one of each: frames and microseconds by priority, as received (this
 * end was paused) and as sent.
 */
#include "roce/here.h"

/* '@' is rx or tx, the same wherever it stands; '#' is a priority.  NULL: the name stays. */
static const struct { const char *theirs, *ours; } names[] = {
	{ "@_prio#_pause", NULL },
	{ "@_prio#_pause_duration", NULL },
	{ "@_prio#_pause_transition", NULL },
	{ "@_prio#_discards", NULL },
	{ "rx_prio#_buf_discard", NULL },
	{ "rx_prio#_cong_discard", NULL },
	{ "rx_prio#_marked", NULL },
	{ "@_discards_phy", NULL },
	{ "tx_pause_storm_warning_events", NULL },
	{ "tx_pause_storm_error_events", NULL },
	/* mlx4_en */
	{ "@_pause_prio_#", "@_prio#_pause" },
	{ "@_pause_duration_prio_#", "@_prio#_pause_duration" },
	{ "@_pause_transition_prio_#", "@_prio#_pause_transition" },
	/* bnxt_en; its drops are by queue, and which priorities share one it does not say. */
	{ "@_pfc_ena_frames_pri#", "@_prio#_pause" },
	{ "pfc_pri#_@_duration_us", "@_prio#_pause_duration" },
	{ "pfc_pri#_@_transitions", "@_prio#_pause_transition" },
	/* ice, i40e: frames that stop it; those that let it go on count apart. */
	{ "@_priority_#_xoff.nic", "@_prio#_pause" },
	{ "port.@_priority_#_xoff", "@_prio#_pause" },
	{ "port.@_priority_#_xoff_@", "@_prio#_pause" },
	/* ionic */
	{ "@_pripause_#_1us_count", "@_prio#_pause_duration" },
	/* hns3, hinic */
	{ "mac_@_pfc_pri#_pkt_num", "@_prio#_pause" },
	/* cxgb4, which fills its names up with blanks */
	{ "@_ppp#_frames", "@_prio#_pause" },
};

struct found { char direction, priority; };

static bool take(const char **at, char symbol, struct found *found)
{
	const char *name = *at;

	if (symbol == '#') {
		found->priority = *name;
		*at += 1;
		return *name >= '0' && *name <= '7';
	}
	if (symbol != '@') {
		*at += 1;
		return *name == symbol;
	}
	if ((*name != 'r' && *name != 't') || name[1] != 'x' ||
	    (found->direction && found->direction != *name))
		return false;
	found->direction = *name;
	*at += 2;
	return true;
}

static bool matches(const char *pattern, const char *name, struct found *found)
{
	*found = (struct found){ 0 };
	for (; *pattern; pattern++)
		if (!take(&name, *pattern, found))
			return false;
	return !name[strspn(name, " ")];
}

static void write_name(const char *pattern, const struct found *found, char *buf, size_t size)
{
	size_t n = 0;

	for (; *pattern && n + 3 < size; pattern++) {
		if (*pattern == '#') {
			buf[n++] = found->priority;
		} else if (*pattern == '@') {
			buf[n++] = found->direction;
			buf[n++] = 'x';
		} else {
			buf[n++] = *pattern;
		}
	}
	buf[n] = 0;
}

bool roce_counter_name(const char *name, char buf[static ROCE_COUNTER_NAME])
{
	struct found found;

	for (size_t i = 0; i < MS_ARRAY_SIZE(names); i++) {
		if (!matches(names[i].theirs, name, &found))
			continue;
		write_name(names[i].ours ? names[i].ours : names[i].theirs, &found, buf,
			   ROCE_COUNTER_NAME);
		return true;
	}
	return false;
}
