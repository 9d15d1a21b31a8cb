/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What two readings of the counters of a NIC, or of the ports of a switch, prove.  The item has the
 * resource as it was read last; its ctx is a struct roce_readings with how it was before.  A
 * counter that went back was reset between them, and proves nothing.
 */
#include "roce/readings.h"
#include "roce/rules.h"

struct proof;
typedef int proof_fn(struct proof *proof);
struct proof {
	struct ms_item *item;
	const struct ms_rule *rule;
	struct ms_err *err;
	proof_fn *fn;
	const struct ms_roce *roce;      /* of its fabric */
	const struct roce_counted *counted;
};

static int prove_one(const struct roce_counted *counted, void *ctx)
{
	struct proof *p = ctx;

	p->counted = counted;
	return p->fn(p);
}

static int prove(struct ms_item *item, const struct ms_rule *rule, proof_fn *fn, struct ms_err *err)
{
	const struct roce_readings *readings = item->ctx;
	struct proof p = { .item = item, .rule = rule, .err = err, .fn = fn };

	if (!readings)
		return 0;
	p.roce = roce_of(readings->set, item->res);
	return roce_readings_each(readings, item->res, prove_one, &p);
}

static int64_t more(const struct proof *p, const char *name)
{
	return roce_counted_more(p->counted, name);
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
	if (text.failed || ms_find(p->item, p->rule, hint, "%s: %s " SINCE ": %s", p->counted->name,
				   what, (long long)p->counted->seconds, text.data))
		return ms_nomem(p->err);
	return 0;
}

/* ---- R24: pause storms ---- */

/* Microseconds of pause in a second that no congestion explains: a tenth of the time. */
#define STORM_SHARE 10

/* A pause frame holds a port for 65535 times 512 bits at most (802.3, 31B.2). */
#define FRAME_BITS (65535ll * 512)

/* Who pauses takes packets too slowly, or is itself paused by somebody. */
static const char *storm_hint(const struct proof *p, bool sent)
{
	if (p->counted->port ? p->counted->at_host && !sent : sent)
		return "the host takes packets too slowly: look at its PCIe link, its memory and "
		       "what waits for receive buffers";
	if (p->counted->port && sent)
		return "a port that these packets leave by is slower, or is paused: look for the "
		       "ports of this switch that receive pause frames";
	return "look where it comes from: follow the ports that send pause frames, switch by "
	       "switch, to the one that receives none";
}

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
	int64_t bits = bits_of(p->counted->speed), frames;
	char name[48];

	snprintf(name, sizeof(name), "%s_prio%u_pause", sent ? "tx" : "rx", priority);
	frames = more(p, name);
	if (!bits || !frames || frames < p->counted->seconds * (bits / FRAME_BITS))
		return 0;
	if (ms_find(p->item, p->rule, storm_hint(p, sent),
		    "%s: %lld pause frames of priority %u %s " SINCE
		    ", enough to hold it all the time (%s)",
		    p->counted->name, (long long)frames, priority, sent ? "went out" : "came",
		    (long long)p->counted->seconds, name))
		return ms_nomem(p->err);
	return 0;
}

static int storm_of(struct proof *p, bool sent, unsigned priority)
{
	char name[48];
	int64_t us;

	snprintf(name, sizeof(name), "%s_prio%u_pause_duration", sent ? "tx" : "rx", priority);
	if (!json_object_get(p->counted->after, name))
		return storm_of_frames(p, sent, priority);
	us = more(p, name);
	if (us < p->counted->seconds * (1000000 / STORM_SHARE))
		return 0;
	if (ms_find(p->item, p->rule, storm_hint(p, sent),
		    "%s: %s for %lld %% of %lld s in priority %u (%s %lld)", p->counted->name,
		    !sent	       ? "it was paused"
		    : p->counted->port ? "it paused the other end"
				       : "it paused its switch",
		    (long long)(us / (p->counted->seconds * 10000)), (long long)p->counted->seconds,
		    priority, name, (long long)us))
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

/* Names by priority: "rx_prio3_discards" for each bit. */
struct names {
	char text[16][32];
	const char *list[20];            /* ends with NULL */
	size_t n, used;
};

static void add_names(struct names *names, unsigned priorities, const char *before,
		      const char *after)
{
	for (unsigned priority = 0; priority < 8; priority++) {
		char *text = names->text[names->used];

		if (!(priorities & 1u << priority))
			continue;
		snprintf(text, sizeof(names->text[0]), "%s%u%s", before, priority, after);
		names->list[names->n++] = text;
		names->used++;
	}
}

static const char *drop_hint(const struct proof *p, bool sent)
{
	if (sent)
		return "its queue was full, which a lossless class never allows, or a watchdog "
		       "emptied it (R27): msctl-switch plan shows what the fabric says of it";
	return p->counted->port
		       ? "the headroom of that priority is too small for cable and speed, or the "
			 "other end does not obey pause frames: msctl-roce check compares both"
		       : "the buffer of that priority is too small, or the switch does not obey "
			 "pause frames: msctl-roce check compares both";
}

static int drops(struct proof *p)
{
	static const char what[] = "it dropped packets of a priority that is paused";
	struct names in = { .n = 0 }, out = { .n = 0 };
	int r;

	add_names(&in, p->counted->paused, "rx_prio", "_discards");
	add_names(&in, p->counted->paused, "rx_prio", "_buf_discard");
	add_names(&out, p->counted->paused, "tx_prio", "_discards");
	r = find_sum(p, in.list, what, drop_hint(p, false));
	return r ? r : find_sum(p, out.list, what, drop_hint(p, p->counted->port));
}

static int rule_drops(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return prove(item, rule, drops, err);
}

/* ---- R26: notifications without marks ---- */

static int find_cnps(struct proof *p, const char *hint, int64_t n, const char *what)
{
	return ms_find(p->item, p->rule, hint, "%s: %lld %s " SINCE, p->counted->name, (long long)n,
		       what, (long long)p->counted->seconds)
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
	struct names names = { .list = { "tx_pause_storm_error_events",
					 "tx_pause_storm_warning_events" },
			       .n = 2 };

	add_names(&names, 0xff, "tx_prio", "_watchdog");
	if (!p->counted->port)
		return find_sum(p, names.list, "its watchdog saw it stall, and stopped pausing",
				"packets of paused priorities were lost then; look at its PCIe "
				"link and memory");
	return find_sum(p, names.list, "its watchdog fired at a queue that stayed paused",
			"packets of that priority were lost then; the other end pauses and does "
			"not let go: look at it first");
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
	{ "R24", "error", "nobody is paused, or pauses, for long", rule_storm },
	{ "R25", "error", "nothing of a lossless class is dropped", rule_drops },
	{ "R26", "warning", "marks become notifications, and these are heeded", rule_cnp },
	{ "R27", "error", "no watchdog had to end a pause", rule_watchdog },
	{ "R28", "warning", "packets arrive in sequence", rule_sequence },
	{ "R29", "warning", "nothing is sent again", rule_retries },
	{ NULL, NULL, NULL, NULL },
};
