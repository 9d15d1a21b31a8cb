/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules over what was measured.  Where all paths of a NIC are as bad, one finding says so of the
 * NIC, and none of its paths.
 */
#include <errno.h>
#include "roce/paths.h"

struct view {
	struct ms_item *item;
	const struct ms_rule *rule;
	struct ms_err *err;
	const json_t *path, *seen;
	const struct roce_place *place;
};
typedef int view_fn(struct view *view);

static int view(struct ms_item *item, const struct ms_rule *rule, view_fn *fn, struct ms_err *err)
{
	struct view v = { .item = item, .rule = rule, .err = err, .path = item->res,
			  .place = item->ctx };

	if (!v.place->rail)
		return 0;
	v.seen = ms_at(v.path, "/status/roce");
	return fn(&v);
}

#define HINT_LINKS                                                                                 \
	"look at both cables and at the switches between them: msctl-roce check, msctl-switch trace"

static int found(int r, struct ms_err *err)
{
	return r ? ms_nomem(err) : 0;
}

static json_t *nic_new(const struct roce_node *node)
{
	return json_pack("[{s:s,s:s}]", "kind", "Nic", "name", node->name);
}

/* ---- P01 ---- */

static bool is_dead(const struct roce_node *node)
{
	/* Of a single pair nobody knows which of them it is. */
	return node->n > 2 && node->failed == node->n;
}

static int unreachable(struct view *v)
{
	const char *why = ms_str(v->seen, "/error/message", "it does not say why"),
		   *hint = ms_str(v->seen, "/error/hint", HINT_LINKS);
	bool dead = false;

	if (!ms_at(v->seen, "/error"))
		return 0;
	for (int end = 0; end < 2; end++) {
		const struct roce_node *node = v->place->ends[end];

		if (!is_dead(node))
			continue;
		dead = true;
		if (node->first == v->place->number &&
		    found(ms_find_objects(v->item, v->rule, nic_new(node), hint,
					  "%s and the %zu others do not reach each other: %s",
					  node->name, node->n / 2, why),
			  v->err))
			return v->err->error;
	}
	if (dead)
		return 0;
	return found(ms_find(v->item, v->rule, hint, "%s to %s: %s", v->place->ends[0]->name,
			     v->place->ends[1]->name, why),
		     v->err);
}

static int rule_reach(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return view(item, rule, unreachable, err);
}

/* ---- P02 ---- */

static int small(struct view *v)
{
	int64_t mtu = ms_int(v->seen, "/mtu", 0), wanted = ms_int(v->path, "/spec/mtu", 0),
		blocked = ms_int(v->seen, "/blocked", 0);

	if (!mtu)
		return 0;
	if (blocked)
		return found(ms_find(v->item, v->rule,
				     "a hop has a smaller MTU than both ends: msctl-roce check "
				     "names it where switches were read",
				     "%s to %s: packets of RDMA MTU %lld are lost on the way, %lld "
				     "passes",
				     v->place->ends[0]->name, v->place->ends[1]->name,
				     (long long)blocked, (long long)mtu),
			     v->err);
	if (!wanted)
		wanted = v->place->rail->mtu;
	if (mtu >= wanted)
		return 0;
	return found(ms_find(v->item, v->rule, "compare the MTUs of both interfaces",
			     "%s to %s: RDMA MTU %lld, not %lld", v->place->ends[0]->name,
			     v->place->ends[1]->name, (long long)mtu, (long long)wanted),
		     v->err);
}

static int rule_mtu(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return view(item, rule, small, err);
}

/* ---- P03 ---- */

static int changed(struct view *v)
{
	int64_t sent = ms_int(v->path, "/spec/tos", ms_int(v->seen, "/tos", -1));
	const char *dscp;
	json_t *packets;

	if (sent < 0)
		return 0;
	json_object_foreach(ms_at(v->seen, "/dscp/seen"), dscp, packets) {
		if (atoll(dscp) == sent >> 2)
			continue;
		return found(
			ms_find(v->item, v->rule,
				"a hop rewrites it, or the sender's NIC has a traffic class of "
				"its own: msctl-roce check",
				"%s to %s: sent with DSCP %lld, %lld packets arrived with %s",
				v->place->ends[0]->name, v->place->ends[1]->name,
				(long long)(sent >> 2), (long long)json_integer_value(packets),
				dscp),
			v->err);
	}
	return 0;
}

static int rule_dscp(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return view(item, rule, changed, err);
}

/* ---- P04, P05 ---- */

static const struct measure {
	const char *name, *unit, *than;
} measures[] = {
	[ROCE_BANDWIDTH] = { "bandwidth", "Mb/s", "less" },
	[ROCE_LATENCY] = { "latency", "ns", "more" },
};

static int outlier(struct view *v, enum roce_measure m)
{
	const struct roce_usual *usual = &v->place->rail->usual[m];
	const struct measure *word = &measures[m];
	int64_t value = roce_measured(v->seen, m);
	bool whole = false;

	for (int end = 0; end < 2; end++) {
		const struct roce_node *node = v->place->ends[end];

		if (!node->bad[m])
			continue;
		whole = true;
		if (node->first == v->place->number &&
		    found(ms_find_objects(v->item, v->rule, nic_new(node), HINT_LINKS,
					  "%s: %s of its paths is %lld %s, %s than the usual %lld",
					  node->name, word->name,
					  (long long)node->usual[m].median, word->unit, word->than,
					  (long long)usual->median),
			  v->err))
			return v->err->error;
	}
	if (whole || !roce_is_worse(usual, m, value))
		return 0;
	return found(ms_find(v->item, v->rule, HINT_LINKS,
			     "%s to %s: %s is %lld %s, %s than the usual %lld",
			     v->place->ends[0]->name, v->place->ends[1]->name, word->name,
			     (long long)value, word->unit, word->than, (long long)usual->median),
		     v->err);
}

static int slow(struct view *v)
{
	return outlier(v, ROCE_LATENCY);
}

static int thin(struct view *v)
{
	return outlier(v, ROCE_BANDWIDTH);
}

static int rule_latency(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return view(item, rule, slow, err);
}

static int rule_bandwidth(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return view(item, rule, thin, err);
}

/* ---- P06 ---- */

/* What the sender counts when it sends again, and the receiver when something is missing: names of
 * mlx5, of irdma and bnxt_re where they are others, and of rxe. */
static const char *const lost[] = {
	"packet_seq_err", "local_ack_timeout_err", "implied_nak_seq_err", "out_of_sequence",
	"req_transport_retries_exceeded", "roce_slow_restart", "RetransSegs", "to_retransmits",
	"seq_err_naks_rcvd", "rx_roce_discards", "res_oos_drop_count", "rcvd_seq_err",
	"out_of_seq_request", "completer_retry_err", "retry_exceeded_err", "port_xmit_discards",
	"port_rcv_errors", NULL,
};

/* rxe's timer runs on when all is acknowledged, and goes off amid a later write (rxe_comp.c): what
 * was sent again for that had arrived already, and the other end counted it. */
static int64_t early(const char *name, const json_t *peer)
{
	return strcmp(name, "completer_retry_err") ? 0 : ms_int(peer, "/duplicate_request", 0);
}

static int64_t add_lost(struct ms_buf *text, const json_t *counters, const json_t *peer,
			const char *where)
{
	int64_t sum = 0;

	for (const char *const *name = lost; *name; name++) {
		int64_t n = json_integer_value(json_object_get(counters, *name)) -
			    early(*name, peer);

		if (n <= 0)
			continue;
		ms_buf_printf(text, "%s%s %lld at %s", text->len ? ", " : "", *name, (long long)n,
			      where);
		sum += n;
	}
	return sum;
}

static int lossy(struct view *v)
{
	const json_t *from = ms_at(v->seen, "/counters/from"), *to = ms_at(v->seen, "/counters/to");
	MS_AUTO_BUF struct ms_buf text = { 0 };
	int64_t n;

	/* Both directions were measured between the same readings: once for each pair. */
	if (strcmp(v->place->ends[0]->name, v->place->ends[1]->name) > 0)
		return 0;
	n = add_lost(&text, from, to, v->place->ends[0]->name) +
	    add_lost(&text, to, from, v->place->ends[1]->name);
	if (!n)
		return 0;
	if (text.failed)
		return ms_nomem(v->err);
	return found(ms_find(v->item, v->rule,
			     "packets were dropped: look for discards on the switches between "
			     "them, and at msctl-roce check",
			     "%s and %s: packets were sent again under load: %s",
			     v->place->ends[0]->name, v->place->ends[1]->name, text.data),
		     v->err);
}

static int rule_loss(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return view(item, rule, lossy, err);
}

const struct ms_rule roce_path_rules[] = {
	{ "P01", "error", "NICs of a rail reach each other", rule_reach },
	{ "P02", "error", "packets of the RDMA MTU pass", rule_mtu },
	{ "P03", "error", "code points arrive as they were sent", rule_dscp },
	{ "P04", "warning", "latency is near the median", rule_latency },
	{ "P05", "warning", "bandwidth is near the median", rule_bandwidth },
	{ "P06", "warning", "nothing is sent again under load", rule_loss },
	{ NULL, NULL, NULL, NULL },
};
