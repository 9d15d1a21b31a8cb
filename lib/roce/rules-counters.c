/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What two readings of a NIC's counters prove.  The item has the NIC as it was read last; its ctx
 * is a struct roce_readings with how it was before.  A counter that went back was reset between
 * them, and proves nothing.
 */
#include "roce/readings.h"
#include "roce/rules.h"

struct proof {
	struct ms_item *item;
	const struct ms_rule *rule;
	struct ms_err *err;
	const char *name;
	const json_t *before, *after;    /* counters */
	int64_t seconds;
	const struct ms_roce *roce;      /* of its fabric */
	unsigned paused;                 /* bit P: priority P is paused (lossless) */
};
typedef int proof_fn(struct proof *proof);

static int prove(struct ms_item *item, const struct ms_rule *rule, proof_fn *fn, struct ms_err *err)
{
	const struct roce_readings *readings = item->ctx;
	const json_t *before = readings ? roce_reading_before(readings, item->res) : NULL;
	struct proof p = { .item = item, .rule = rule, .err = err, .name = ms_name(item->res) };
	int64_t then, now;
	json_t *priority;
	size_t i;

	if (!before || ms_time_parse(ms_str(before, "/status/roce/observedAt", ""), &then) < 0 ||
	    ms_time_parse(ms_str(item->res, "/status/roce/observedAt", ""), &now) < 0 ||
	    now <= then)
		return 0;
	p.roce = roce_of(readings->set, item->res);
	p.before = ms_at(before, "/status/roce/counters");
	p.after = ms_at(item->res, "/status/roce/counters");
	p.seconds = now - then;
	json_array_foreach(ms_at(item->res, "/status/roce/pfc/enabled"), i, priority)
		p.paused |= 1u << (json_integer_value(priority) & 7);
	return p.before && p.after ? fn(&p) : 0;
}

/* How much more; 0 where one of them is missing, or it was reset. */
static int64_t more(const struct proof *p, const char *name)
{
	const json_t *a = json_object_get(p->before, name), *b = json_object_get(p->after, name);
	int64_t x = json_integer_value(a), y = json_integer_value(b);

	if (!json_is_integer(a) || !json_is_integer(b) || x < 0 || y <= x)
		return 0;
	/* Any of them may be added up. */
	return y - x < INT64_MAX / 64 ? y - x : INT64_MAX / 64;
}

static int64_t sum(const struct proof *p, const char *const *names, struct ms_buf *text)
{
	int64_t all = 0;

	for (; *names; names++) {
		int64_t n = more(p, *names);

		if (n)
			ms_buf_printf(text, "%s%s %lld", text->len ? ", " : "", *names,
				      (long long)n);
		all += n;
	}
	return all;
}

#define SINCE "within %lld s"

static int find_sum(struct proof *p, const char *const *names, const char *what, const char *hint)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };

	if (!sum(p, names, &text))
		return 0;
	if (text.failed || ms_find(p->item, p->rule, hint, "%s: %s " SINCE ": %s", p->name, what,
				   (long long)p->seconds, text.data))
		return ms_nomem(p->err);
	return 0;
}

/* ---- R24: pause storms ---- */

/* Microseconds of pause in a second that no congestion explains: a tenth of the time. */
#define STORM_SHARE 10

/* A pause frame holds a port for 65535 times 512 bits at most (802.3, 31B.2). */
#define FRAME_BITS (65535ll * 512)

static const char *const storm_hints[] = {
	"look where it comes from: follow the ports that send pause frames, switch by switch, to "
	"the one that receives none",
	"this host takes packets too slowly: look at its PCIe link, its memory and what waits for "
	"receive buffers",
};

/* "100G", "2500M"; 0 without a link. */
static int64_t bits_of(const char *speed)
{
	char *end;
	long long number = strtoll(speed, &end, 10);

	return number <= 0 || number > 100000 ? 0
	       : *end == 'G'		      ? number * 1000000000
	       : *end == 'M'		      ? number * 1000000
					      : 0;
}

/* Drivers that do not count the time: as many frames as keep a port still without an end. */
static int storm_of_frames(struct proof *p, bool sent, unsigned priority)
{
	int64_t bits = bits_of(ms_str(p->item->res, "/status/roce/speed", "")), frames;
	char name[48];

	snprintf(name, sizeof(name), "%s_prio%u_pause", sent ? "tx" : "rx", priority);
	frames = more(p, name);
	if (!bits || !frames || frames < p->seconds * (bits / FRAME_BITS))
		return 0;
	if (ms_find(p->item, p->rule, storm_hints[sent],
		    "%s: %lld pause frames of priority %u %s " SINCE
		    ", enough to hold it all the time (%s)",
		    p->name, (long long)frames, priority, sent ? "went out" : "came",
		    (long long)p->seconds, name))
		return ms_nomem(p->err);
	return 0;
}

static int storm_of(struct proof *p, bool sent, unsigned priority)
{
	char name[48];
	int64_t us;

	snprintf(name, sizeof(name), "%s_prio%u_pause_duration", sent ? "tx" : "rx", priority);
	if (!json_object_get(p->after, name))
		return storm_of_frames(p, sent, priority);
	us = more(p, name);
	if (us < p->seconds * (1000000 / STORM_SHARE))
		return 0;
	if (ms_find(p->item, p->rule, storm_hints[sent],
		    "%s: %s for %lld %% of %lld s in priority %u (%s %lld)", p->name,
		    sent ? "it paused its switch" : "it was paused",
		    (long long)(us / (p->seconds * 10000)), (long long)p->seconds, priority, name,
		    (long long)us))
		return ms_nomem(p->err);
	return 0;
}

static int storms(struct proof *p)
{
	int r = 0;

	for (unsigned priority = 0; !r && priority < 8; priority++) {
		r = storm_of(p, false, priority);
		if (!r)
			r = storm_of(p, true, priority);
	}
	return r;
}

static int rule_storm(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return prove(item, rule, storms, err);
}

/* ---- R25: drops in a lossless class ---- */

static int drops(struct proof *p)
{
	char names[16][40];
	const char *list[18];
	size_t n = 0;

	for (unsigned priority = 0; priority < 8; priority++) {
		if (!(p->paused & 1u << priority))
			continue;
		snprintf(names[n], sizeof(names[n]), "rx_prio%u_discards", priority);
		list[n] = names[n];
		n++;
		snprintf(names[n], sizeof(names[n]), "rx_prio%u_buf_discard", priority);
		list[n] = names[n];
		n++;
	}
	list[n] = NULL;
	return find_sum(
		p, list, "it dropped packets of a priority that is paused",
		"the buffer of that priority is too small, or the switch does not obey pause "
		"frames: msctl-roce check compares both");
}

static int rule_drops(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return prove(item, rule, drops, err);
}

/* ---- R26: notifications without marks ---- */

static int find_cnps(struct proof *p, const char *hint, int64_t n, const char *what)
{
	return ms_find(p->item, p->rule, hint, "%s: %lld %s " SINCE, p->name, (long long)n, what,
		       (long long)p->seconds)
		       ? ms_nomem(p->err)
		       : 0;
}

/* Where the fabric is to have no DCQCN. */
static int unwanted(struct proof *p)
{
	int64_t sent = more(p, "np_cnp_sent"), handled = more(p, "rp_cnp_handled");
	int r = 0;

	if (sent)
		r = find_cnps(p, MEND_HOST, sent, "CNPs went out, and the fabric is to have none");
	if (!r && handled)
		r = find_cnps(p, MEND_HOST, handled,
			      "CNPs slowed it down, and the fabric is to have none");
	return r;
}

static int unmarked(struct proof *p)
{
	int64_t sent = more(p, "np_cnp_sent"), marked = more(p, "np_ecn_marked_roce_packets"),
		handled = more(p, "rp_cnp_handled"), ignored = more(p, "rp_cnp_ignored");
	int r = 0;

	/* NICs with a way of their own count other things. */
	if (p->roce->managed && (p->roce->off || ms_streq(p->roce->control, "vendor")))
		return 0;
	if (p->roce->managed && ms_streq(p->roce->control, "none"))
		return unwanted(p);
	if (sent && !marked)
		r = find_cnps(
			p,
			"no mark makes it send them: look at its firmware's settings",
			sent, "CNPs went out, and no marked packet came in");
	if (!r && marked && !sent)
		r = find_cnps(p, "turn the notification point on: msctl-roce plan", marked,
			      "marked packets came, and nobody was notified");
	if (!r && ignored > handled)
		r = find_cnps(p, "turn the reaction point on: msctl-roce plan", ignored,
			      "CNPs came and were ignored");
	return r;
}

static int rule_cnp(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return prove(item, rule, unmarked, err);
}

/* ---- R27: watchdogs ---- */

static int watchdog(struct proof *p)
{
	static const char *const names[] = { "tx_pause_storm_error_events",
					     "tx_pause_storm_warning_events", NULL };

	return find_sum(
		p, names, "its watchdog saw it stall, and stopped pausing",
		"packets of paused priorities were lost then; look at its PCIe link and memory");
}

static int rule_watchdog(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return prove(item, rule, watchdog, err);
}

/* ---- R28, R29: out of sequence, retries ---- */

static int sequence(struct proof *p)
{
	static const char *const names[] = { "out_of_sequence",	  "packet_seq_err",
					     "implied_nak_seq_err", "out_of_seq_request",
					     "rcvd_seq_err",	  "oos_drop_count",
					     "seq_err_naks_rcvd", NULL };

	return find_sum(p, names,
			"packets came out of sequence: some were lost, or took another way",
			"look for discards on the way; where adaptive routing is on, the NICs must "
			"allow for it");
}

static int rule_sequence(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return prove(item, rule, sequence, err);
}

static int retries(struct proof *p)
{
	static const char *const names[] = {
		"local_ack_timeout_err", "req_transport_retries_exceeded", "roce_slow_restart",
		"completer_retry_err",	 "retry_exceeded_err",	       "to_retransmits",
		"max_retry_exceeded",	 NULL };

	return find_sum(
		p, names, "packets were sent again after nothing was heard",
		"the last packets of a message are lost, or the other end is late: look for "
		"discards on the way, and at the other end");
}

static int rule_retries(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return prove(item, rule, retries, err);
}

const struct ms_rule roce_counter_rules[] = {
	{ "R24", "error", "no NIC is paused, or pauses, for long", rule_storm },
	{ "R25", "error", "nothing of a lossless class is dropped", rule_drops },
	{ "R26", "warning", "marks become notifications, and these are heeded", rule_cnp },
	{ "R27", "error", "no watchdog had to end a pause", rule_watchdog },
	{ "R28", "warning", "packets arrive in sequence", rule_sequence },
	{ "R29", "warning", "nothing is sent again", rule_retries },
	{ NULL, NULL, NULL, NULL },
};
