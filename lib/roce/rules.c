/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of the rules, and what they share. */
#include <errno.h>
#include <stdarg.h>
#include "roce/rules.h"

const struct ms_rule roce_rules[] = {
	{ "R01", "error", "RDMA is lossless on every hop", roce_rule_classified },
	{ "R02", "error", "hosts send RDMA with the code point of the fabric", roce_rule_tos },
	{ "R03", "error", "both ends of a cable pause the same priorities", roce_rule_pfc },
	{ "R04", "error", "paused priorities have buffers", roce_rule_buffers },
	{ "R05", "error", "both ends of a cable classify by the same field", roce_rule_trust },
	{ "R06", "error", "no pause of 802.3x where priorities are paused", roce_rule_pause },
	{ "R07", "error", "packets of RDMA fit through every hop", roce_rule_mtu },
	{ "R08", "error", "notifications of congestion are served first and never paused",
	  roce_rule_cnp },
	{ "R09", "warning", "DCQCN is on at both of its points", roce_rule_loop },
	{ "R10", "warning", "queues of RDMA mark, or nothing does", roce_rule_ecn },
	{ "R11", "error", "marking begins before pausing", roce_rule_thresholds },
	{ "R12", "warning", "marking goes by the speed of the port", roce_rule_scaled },
	{ "R13", "warning", "bandwidths add up, and nothing starves", roce_rule_shares },
	{ "R14", "warning", "a watchdog looks after paused queues", roce_rule_watchdog },
	{ "R15", "error", "no more lossless classes than there are buffers for",
	  roce_rule_too_many },
	{ "R16", "info", "control protocols are not in the class of CNPs", roce_rule_control },
	{ "R17", "error", "tunnels keep code points", roce_rule_overlay },
	{ "R18", "error", "DCBX has one authority", roce_rule_authority },
	{ "R19", "warning", "what runs is there after a restart", roce_rule_lasting },
	{ "R20", "warning", "members of a channel have one profile", roce_rule_alike },
	{ "R21", "warning", "buffers are for cables as long as they are", roce_rule_length },
	{ "R22", "info", "applications mark as the fabric expects", roce_rule_marking },
	{ "R23", "warning", "hosts and switches could be read", roce_rule_read },
	{ "R30", "error", "hosts have RDMA, and a GID for it", roce_rule_rdma },
	{ "T09", "error", "virtual functions are in their tenant's VLAN, and cannot leave it",
	  roce_rule_function },
	{ NULL, NULL, NULL, NULL },
};

const char *const roce_rule_ids[] = {
	"R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12", "R13",
	"R14", "R15", "R16", "R17", "R18", "R19", "R20", "R21", "R22", "R23", "R24", "R25", "R26",
	"R27", "R28", "R29", "R30", "T09", "P01", "P02", "P03", "P04", "P05", "P06", NULL,
};

int rules_look(struct ms_item *item, const struct ms_rule *rule, const char *kind, look_fn *fn,
	       struct ms_err *err)
{
	const struct roce_set *set = item->ctx;
	struct look look = { .item = item, .rule = rule, .err = err, .set = set };

	if (!ms_streq(ms_kind(item->res), kind))
		return 0;
	look.roce = roce_of(set, item->res);
	look.name = ms_name(item->res);
	if (!strcmp(kind, "Switch"))
		look.model = roce_model(set, item->res);
	else
		look.seen = ms_at(item->res, "/status/roce");
	if (!look.roce->managed || (!look.model && !look.seen))
		return 0;
	fn(&look);
	return look.r;
}

/* The host of this Link is in no stream: the Link stands for it. */
static void stand_for_host(const json_t *link, struct roce_side *a, struct roce_side *b)
{
	struct roce_side leaf = b->known ? *b : *a;

	*a = (struct roce_side){ .end = b->known ? a->end : b->end, .res = link, .host = true,
				 .pfc = -1, .mtu = -1, .pause = -1 };
	*b = leaf;
}

int rules_cable(struct ms_item *item, const struct ms_rule *rule, cable_fn *fn, struct ms_err *err)
{
	const struct roce_set *set = item->ctx;
	struct look look = { .item = item, .rule = rule, .err = err, .set = set,
			     .name = ms_name(item->res), .roce = roce_of(set, item->res) };
	const char *from = ms_str(item->res, "/spec/from", NULL),
		   *to = ms_str(item->res, "/spec/to", NULL);
	bool link = ms_streq(ms_kind(item->res), "Link");
	struct roce_side a, b;

	if (!look.roce->managed || (!link && !ms_streq(ms_kind(item->res), "Nic")))
		return 0;
	if (!link) {
		from = look.name;
		to = roce_leaf_of(set, item->res);
	}
	roce_side_init(set, from, &a);
	roce_side_init(set, to, &b);
	/* A NIC's cable is looked at where the NIC is; of one that was not read, the port is. */
	if (link && (a.host || b.host))
		return 0;
	if (link && a.known != b.known && ms_streq(ms_str(item->res, "/spec/layer", NULL), "host"))
		stand_for_host(item->res, &a, &b);
	if ((!a.known && !a.host) || !b.known)
		return 0;
	fn(&look, &a, &b);
	return look.r;
}

static void find(struct look *look, json_t *objects, const char *hint, const char *fmt,
		 va_list args)
{
	MS_AUTO_FREE char *text = NULL;

	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	if (!text || !objects) {
		json_decref(objects);
		look->r = ms_nomem(look->err);
	} else if (ms_find_objects(look->item, look->rule, objects, hint, "%s", text)) {
		look->r = ms_nomem(look->err);
	}
}

void look_find(struct look *look, const char *hint, const char *fmt, ...)
{
	va_list args;

	if (look->r)
		return;
	va_start(args, fmt);
	find(look, json_pack("[{s:s,s:s}]", "kind", ms_kind(look->item->res), "name", look->name),
	     hint, fmt, args);
	va_end(args);
}

void look_find_cable(struct look *look, const struct roce_side *a, const struct roce_side *b,
		     const char *hint, const char *fmt, ...)
{
	va_list args;

	if (look->r)
		return;
	va_start(args, fmt);
	find(look,
	     json_pack("[{s:s,s:s},{s:s,s:s}]", "kind", ms_kind(a->res), "name", ms_name(a->res),
		       "kind", ms_kind(b->res), "name", ms_name(b->res)),
	     hint, fmt, args);
	va_end(args);
}

void look_classes(struct look *look, class_fn *fn)
{
	const char *priority;
	json_t *class;

	json_object_foreach(ms_at(look->model, "/qos/classes"), priority, class)
		if (!look->r)
			fn(look, (unsigned)strtoul(priority, NULL, 10) & 7, class);
}

void look_ports(struct look *look, port_fn *fn)
{
	const char *port;
	json_t *row;

	json_object_foreach(json_object_get(look->model, "ports"), port, row) {
		const json_t *profile = roce_profile(look->model, row);

		if (profile && !look->r)
			fn(look, port, row, ms_str(row, "/qos", ""), profile);
	}
}
