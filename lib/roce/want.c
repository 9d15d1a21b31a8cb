/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fabric wants of an interface: classes, pauses, MTU. */
#include "roce/aspect.h"

/* A neighbour that is obeyed says what classes there are. */
static bool is_willing(const struct roce_draft *draft)
{
	return !strcmp(draft->roce->dcbx, "willing");
}

static const char *reason(const struct roce_draft *draft, const char *section)
{
	return ms_str(ms_at(draft->seen, "/unsupported"), MS_PATH("/%s", section),
		      "it was not read");
}

json_t *roce_want_dcbx(struct roce_draft *draft)
{
	if (!json_object_get(draft->seen, "dcbx") || is_willing(draft) || draft->roce->off)
		return NULL;
	return json_pack("{s:b,s:b,s:b}", "host", 1, "lld", 0, "ieee", 1);
}

json_t *roce_want_mtu(struct roce_draft *draft)
{
	int64_t host = ms_int(draft->fabric->res, "/spec/underlay/hostMtu", ROCE_HOST_MTU),
		mtu = ms_int(draft->nic, "/spec/mtu", host);
	unsigned need = draft->roce->mtu + MS_ROCE_HEADERS;

	if (draft->roce->off)
		return NULL;
	if (mtu < need) {
		roce_refuse(draft, "mtu", "mtu of the Nic, or hostMtu of the fabric's underlay",
			    "an MTU of %d octets holds no RDMA packet of %u: it needs %u", (int)mtu,
			    draft->roce->mtu, need);
		return NULL;
	}
	return json_integer(mtu);
}

json_t *roce_want_pause(struct roce_draft *draft)
{
	if (!draft->roce->lossless || !json_object_get(draft->seen, "pause"))
		return NULL;
	return json_pack("{s:b,s:b}", "rx", 0, "tx", 0);
}

/* ---- ETS ---- */

static const struct ms_roce_class *class_of(const struct ms_roce *roce, unsigned priority)
{
	const struct ms_roce_class *rest = NULL;

	for (size_t i = 0; i < roce->n; i++) {
		if (roce->classes[i].priority == priority)
			return &roce->classes[i];
		if (roce->classes[i].is_default)
			rest = &roce->classes[i];
	}
	return rest;
}

struct shares { unsigned tc[8], percent[8]; bool by_share[8]; unsigned most; };

static void share_out(const struct ms_roce *roce, struct shares *shares)
{
	*shares = (struct shares){ 0 };
	for (unsigned p = 0; p < 8; p++) {
		const struct ms_roce_class *class = class_of(roce, p);

		shares->tc[p] = class ? class->traffic_class : 0;
		if (shares->tc[p] > shares->most)
			shares->most = shares->tc[p];
	}
	for (size_t i = 0; i < roce->n; i++) {
		const struct ms_roce_class *class = &roce->classes[i];

		if (class->strict)
			continue;
		shares->by_share[class->traffic_class] = true;
		shares->percent[class->traffic_class] += class->bandwidth;
	}
}

/* Traffic classes that nobody is in are strict: drivers refuse an ETS class without bandwidth. */
static json_t *ets_new(const struct shares *shares)
{
	json_t *words = json_array(), *percents = json_array(), *tcs = json_array();

	for (size_t i = 0; i < 8; i++) {
		json_array_append_new(words, json_string(shares->by_share[i] ? "ets" : "strict"));
		json_array_append_new(percents, json_integer(shares->percent[i]));
		json_array_append_new(tcs, json_integer(shares->tc[i]));
	}
	return json_pack("{s:b,s:o,s:o,s:o}", "willing", 0, "algorithm", words, "bandwidth",
			 percents, "prioToTc", tcs);
}

json_t *roce_want_ets(struct roce_draft *draft)
{
	struct shares shares;
	int64_t max = ms_int(draft->seen, "/ets/max", 0);

	if (draft->roce->off)
		return NULL;
	if (!json_object_get(draft->seen, "ets")) {
		roce_refuse(draft, "ets",
			    "profile: off in the fabric, or enabled: false in roce of the Nic",
			    "no bandwidth for classes: %s", reason(draft, "ets"));
		return NULL;
	}
	if (is_willing(draft))
		return json_pack("{s:b}", "willing", 1);
	share_out(draft->roce, &shares);
	if (max > 0 && shares.most >= (unsigned)max) {
		roce_refuse(draft, "ets", "trafficClass of the classes of the fabric",
			    "traffic class %u, and the NIC has %d", shares.most, (int)max);
		return NULL;
	}
	return ets_new(&shares);
}

/* ---- PFC ---- */

static json_t *lossless_new(const struct ms_roce *roce)
{
	json_t *list = json_array();

	for (size_t i = 0; i < roce->n; i++)
		if (roce->classes[i].lossless)
			json_array_append_new(list, json_integer(roce->classes[i].priority));
	return list;
}

json_t *roce_want_pfc(struct roce_draft *draft)
{
	json_t *list = is_willing(draft) ? NULL : lossless_new(draft->roce);
	int64_t max = ms_int(draft->seen, "/pfc/max", 0);
	size_t n = json_array_size(list);
	bool has = json_object_get(draft->seen, "pfc") != NULL;

	if (list && has && (max <= 0 || (int64_t)n <= max))
		return json_pack("{s:o}", "enabled", list);
	if (has && n)
		roce_refuse(draft, "pfc", "lossless: false in one of the classes of the fabric",
			    "%zu priorities are to be paused, and the NIC can do %d", n, (int)max);
	else if (n)
		roce_refuse(draft, "pfc", "profile: lossy in the fabric does without",
			    "no priority can be paused: %s", reason(draft, "pfc"));
	json_decref(list);
	return NULL;
}

/* ---- what classifies ---- */

static const char *trust_of(const struct roce_draft *draft)
{
	return strcmp(draft->roce->trust, "pcp") ? "dscp" : "pcp";
}

/* Without a file for it, it follows from the APP entries. */
json_t *roce_want_trust(struct roce_draft *draft)
{
	if (draft->roce->off || is_willing(draft) ||
	    !ms_streq(ms_str(draft->seen, "/trustBy", NULL), "sysfs"))
		return NULL;
	return json_string(trust_of(draft));
}

/* All 64, as a NIC's own map has other classes for those that nobody names. */
json_t *roce_want_app(struct roce_draft *draft)
{
	json_t *apps;

	if (draft->roce->off || is_willing(draft))
		return NULL;
	if (!json_object_get(draft->seen, "app")) {
		if (!strcmp(trust_of(draft), "dscp") &&
		    !ms_streq(ms_str(draft->seen, "/trustBy", NULL), "sysfs"))
			roce_refuse(
				draft, "app",
				"profile: off in the fabric, or enabled: false in roce of the Nic",
				"code points cannot be put into classes: %s", reason(draft, "app"));
		return NULL;
	}
	apps = json_array();
	for (unsigned dscp = 0; dscp < 64 && !strcmp(trust_of(draft), "dscp"); dscp++) {
		const struct ms_roce_class *class = ms_roce_of_dscp(draft->roce, dscp);

		json_array_append_new(apps, json_pack("{s:s,s:i,s:i}", "selector", "dscp",
						      "protocol", (int)dscp, "priority",
						      class ? (int)class->priority : 0));
	}
	return apps;
}

/* ---- buffers ---- */

static unsigned metres_of(const struct roce_draft *draft)
{
	MS_AUTO_FREE char *end = ms_asprintf("%s:%s", ms_str(draft->nic, "/spec/server", ""),
					     ms_str(draft->nic, "/spec/name", ""));
	const json_t *row = end ? json_object_get(draft->set->cables, end) : NULL;

	return (unsigned)ms_int(row, "/link/spec/length", draft->roce->cable);
}

static unsigned mtu_of(const struct roce_draft *draft)
{
	return (unsigned)ms_int(draft->settings, "/mtu",
				ms_int(draft->seen, "/mtu", ROCE_HOST_MTU));
}

/* What a lossless priority needs, by the arithmetic that switches have, too. */
static int64_t room_of(const struct roce_draft *draft)
{
	unsigned gbps = ms_gbps(ms_str(draft->seen, "/speed", NULL));
	struct ms_roce_link link = { .gbps = gbps ? gbps : 100,
				     .metres = metres_of(draft),
				     .mtu = mtu_of(draft),
				     .rdma_mtu = draft->roce->mtu,
				     .asic = ms_asic_of(NULL) };

	return (int64_t)(ms_roce_headroom(&link) + ms_roce_xon(&link));
}

/*
 * A driver that moves lossless priorities into buffers of their own when PFC is switched on has
 * done this before its Step comes; written by hand, sizes stay as they are for ever.
 */
json_t *roce_want_buffer(struct roce_draft *draft)
{
	int64_t total = ms_int(draft->seen, "/buffer/total", 0), room = room_of(draft), used = 0;
	int at[8] = { 0 }, n = 0;
	json_t *list, *sizes;

	if (!draft->roce->lossless || is_willing(draft) || total <= 0)
		return NULL;
	for (size_t i = 0; i < draft->roce->n; i++)
		if (draft->roce->classes[i].lossless && n < 7) {
			at[draft->roce->classes[i].priority] = ++n;
			used += room;
		}
	/* What may be dropped needs room for two packets at least. */
	if (used + 2 * (int64_t)mtu_of(draft) > total) {
		roce_refuse(
			draft, "buffer", "a shorter cable, or fewer lossless classes",
			"%d lossless classes need %lld octets each, and the NIC has %lld in all", n,
			(long long)room, (long long)total);
		return NULL;
	}
	list = lossless_new(draft->roce);
	sizes = json_pack("[I]", (json_int_t)(total - used));
	for (int i = 1; i < 8; i++)
		json_array_append_new(sizes, json_integer(i <= n ? room : 0));
	return json_pack("{s:o,s:[i,i,i,i,i,i,i,i],s:o}", "lossless", list, "prioToBuffer", at[0],
			 at[1], at[2], at[3], at[4], at[5], at[6], at[7], "sizes", sizes);
}
