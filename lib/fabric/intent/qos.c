/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RoCE on a switch: the classes that the Fabric says, and for each port what its speed and cable
 * make of them. */
#include "fabric/intent/intent.h"

#define DEFAULT_MTU 9216     /* where a port does not say: as much as most can do */

struct drawing {
	struct intent *intent;
	struct ms_roce roce;
	const struct ms_asic *asic;
	json_t *qos;
};

/* ---- classes ---- */

static json_t *dscp_list(uint64_t dscp)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < 64; i++)
		if (dscp >> i & 1 && json_array_append_new(list, json_integer(i))) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *pcp_list(const struct ms_roce *roce, const struct ms_roce_class *class)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < 8; i++)
		if (ms_roce_of_pcp(roce, i) == class &&
		    json_array_append_new(list, json_integer(i))) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static void add_class(struct drawing *d, const struct ms_roce_class *class)
{
	struct intent *intent = d->intent;
	char key[4];
	json_t *row;

	snprintf(key, sizeof key, "%u", class->priority);
	row = intent_in(intent, intent_in(intent, d->qos, "classes"), key);
	intent_set(intent, row, "dscp", dscp_list(class->dscp));
	intent_set(intent, row, "pcp", pcp_list(&d->roce, class));
	intent_set(intent, row, "trafficClass", json_integer(class->traffic_class));
	intent_set(intent, row, "queue", json_integer(class->queue));
	intent_set(intent, row, "lossless", json_boolean(class->lossless));
	intent_set(intent, row, "strict", json_boolean(class->strict));
	if (class->bandwidth)
		intent_set(intent, row, "bandwidth", json_integer(class->bandwidth));
}

static void judge_lossless(struct drawing *d)
{
	unsigned lossless = 0;

	for (size_t i = 0; i < d->roce.n; i++)
		lossless += d->roce.classes[i].lossless;
	if (lossless > d->asic->lossless)
		ms_hint(intent_problem(d->intent, "",
				       "%u lossless classes, and %s has buffers for %u", lossless,
				       d->asic->name, d->asic->lossless),
			"lossless: false in one of the classes of the fabric");
}

/* A queue is scheduled, marked and paused as one. */
static bool may_share(const struct ms_roce_class *a, const struct ms_roce_class *b)
{
	return !a->lossless && !b->lossless && a->strict == b->strict && !a->bandwidth &&
	       !b->bandwidth && a->ecn_min == b->ecn_min && a->ecn_max == b->ecn_max &&
	       a->ecn_probability == b->ecn_probability && a->ecn_gbps == b->ecn_gbps;
}

static void judge_shared(struct drawing *d, const struct ms_roce_class *a,
			 const struct ms_roce_class *b)
{
	bool queue = a->queue == b->queue;

	if ((!queue && a->traffic_class != b->traffic_class) || may_share(a, b))
		return;
	ms_hint(intent_problem(d->intent, "",
			       "classes %s and %s have %s %u, which is scheduled, marked and "
			       "paused as one",
			       a->name, b->name, queue ? "queue" : "traffic class",
			       queue ? a->queue : a->traffic_class),
		"%s of %s that no other class has, or one class for both",
		queue ? "queue" : "trafficClass", b->name);
}

/* ---- profiles ---- */

/* "100G" of the link, of the Switch's ports, of the parts of a port that is split, or as it was
 * read. */
static unsigned speed_of(const struct intent *intent, const char *port, const json_t *row)
{
	unsigned gbps = ms_gbps(ms_str(row, "/speed", NULL)), number, part;
	char name[16];

	if (!gbps && fabric_port_parse(port, &number, &part) && part) {
		const json_t *whole = json_object_get(intent->model, "ports");
		const char *split, *x;

		snprintf(name, sizeof name, "%u", number);
		split = ms_str(json_object_get(whole, name), "/breakout", "");
		x = strchr(split, 'x');
		gbps = x ? ms_gbps(x + 1) : 0;
	}
	if (!gbps) {
		const json_t *seen = ms_at(intent->sw, "/status/switch/ports");

		gbps = ms_gbps(ms_str(json_object_get(seen, port), "/speed", NULL));
	}
	return gbps;
}

static bool watches(const struct drawing *d)
{
	return d->roce.lossless && strcmp(d->roce.watchdog.action, "none") != 0;
}

static const json_t *cable_at(const struct drawing *d, const char *port)
{
	const json_t *cable;
	size_t i;

	json_array_foreach(json_object_get(d->intent->set->cables, d->intent->name), i, cable)
		if (ms_streq(ms_str(cable, "/port", NULL), port))
			return cable;
	return NULL;
}

/* Switches have it from their site; hosts are told. */
static bool tells(const struct drawing *d, const json_t *cable)
{
	return strcmp(d->roce.dcbx, "off") && ms_streq(ms_str(cable, "/layer", NULL), "host");
}

static void add_pfc(struct drawing *d, json_t *profile, const char *key,
		    const struct ms_roce_link *link)
{
	struct intent *intent = d->intent;
	json_t *row = intent_in(intent, intent_in(intent, profile, "pfc"), key);

	intent_set(intent, row, "headroom", json_integer((json_int_t)ms_roce_headroom(link)));
	intent_set(intent, row, "xon", json_integer((json_int_t)ms_roce_xon(link)));
}

static void add_ecn(struct drawing *d, json_t *profile, const char *key,
		    const struct ms_roce_class *class, unsigned gbps)
{
	uint64_t min = ms_roce_scale(class->ecn_min, class->ecn_gbps, gbps),
		 max = ms_roce_scale(class->ecn_max, class->ecn_gbps, gbps);
	json_t *row = intent_in(d->intent, intent_in(d->intent, profile, "ecn"), key);

	intent_set(d->intent, row, "min", json_integer((json_int_t)min));
	intent_set(d->intent, row, "max", json_integer((json_int_t)max));
	intent_set(d->intent, row, "probability", json_integer(class->ecn_probability));
}

/* More than the chip has is no room for anybody. */
static bool has_room(const struct drawing *d, const char *port, const struct ms_roce_link *link)
{
	uint64_t room = ms_roce_headroom(link);

	if (!d->roce.lossless || !d->asic->buffer || room < d->asic->buffer)
		return true;
	ms_hint(intent_problem(d->intent, "",
			       "port %s needs headroom of %llu octets (%uG, %u m of cable), and %s "
			       "has %llu in all",
			       port, (unsigned long long)room, link->gbps, link->metres,
			       d->asic->name, (unsigned long long)d->asic->buffer),
		"length: METRES in its link, as it is; or roce: {profile: lossy}");
	return false;
}

static void fill_profile(struct drawing *d, json_t *profile, const struct ms_roce_link *link)
{
	for (size_t i = 0; i < d->roce.n; i++) {
		const struct ms_roce_class *class = &d->roce.classes[i];
		char key[4];

		snprintf(key, sizeof key, "%u", class->priority);
		if (class->lossless)
			add_pfc(d, profile, key, link);
		if (class->ecn_max)
			add_ecn(d, profile, key, class, link->gbps);
	}
	intent_set(d->intent, profile, "cable", json_integer(link->metres));
	if (watches(d))
		intent_set(d->intent, profile, "watchdog", json_true());
}

static void add_port(struct drawing *d, const char *port, json_t *row)
{
	const json_t *cable = cable_at(d, port);
	struct ms_roce_link link = {
		.gbps = speed_of(d->intent, port, row),
		.metres = (unsigned)ms_int(cable, "/link/spec/length", d->roce.cable),
		.mtu = (unsigned)ms_int(row, "/mtu", DEFAULT_MTU),
		.rdma_mtu = d->roce.mtu,
		.asic = d->asic,
	};
	json_t *profiles = intent_in(d->intent, d->qos, "profiles"), *profile;
	char name[48];

	if (!link.gbps) {
		ms_hint(intent_problem(d->intent, "",
				       "the speed of port %s is not known, and what "
				       "RoCE needs there depends on it",
				       port),
			"speed: 100G in its link or under ports, or what msctl-switch get read");
		return;
	}
	if (!has_room(d, port, &link))
		return;
	snprintf(name, sizeof name, "roce-%ug-%um-%u", link.gbps, link.metres, link.mtu);
	profile = json_object_get(profiles, name);
	if (!profile) {
		profile = intent_in(d->intent, profiles, name);
		fill_profile(d, profile, &link);
	}
	intent_set(d->intent, row, "qos", json_string(name));
	if (tells(d, cable))
		intent_set(d->intent, row, "dcbx", json_true());
}

/* ---- the whole ---- */

static void add_watchdog(struct drawing *d)
{
	json_t *row = intent_in(d->intent, d->qos, "watchdog");

	intent_set(d->intent, row, "detect", json_integer(d->roce.watchdog.detect));
	intent_set(d->intent, row, "restore", json_integer(d->roce.watchdog.restore));
	intent_set(d->intent, row, "poll", json_integer(d->roce.watchdog.poll));
	intent_set(d->intent, row, "action", json_string(d->roce.watchdog.action));
}

static void add_overlay(struct drawing *d)
{
	json_t *row = intent_in(d->intent, d->qos, "overlay");

	intent_set(d->intent, row, "encap", json_string(d->roce.encap));
	intent_set(d->intent, row, "decap", json_string(d->roce.decap));
}

void intent_qos(struct intent *intent)
{
	struct drawing d = { .intent = intent, .asic = ms_asic_of(intent->sw) };
	struct ms_err err = MS_ERR_INIT;
	const char *port;
	json_t *row;

	if (ms_roce_init(&d.roce, intent->fabric, &err)) {
		ms_hint(intent_problem(intent, "", "%s", err.message), "%s", err.hint);
		return;
	}
	if (!d.roce.managed || d.roce.off)
		return;
	d.qos = intent_in(intent, intent->model, "qos");
	intent_set(intent, d.qos, "trust", json_string(d.roce.trust));
	for (size_t i = 0; i < d.roce.n; i++) {
		add_class(&d, &d.roce.classes[i]);
		for (size_t k = 0; k < i; k++)
			judge_shared(&d, &d.roce.classes[k], &d.roce.classes[i]);
	}
	judge_lossless(&d);
	json_object_foreach(json_object_get(intent->model, "ports"), port, row)
		if (!json_object_get(row, "breakout"))
			add_port(&d, port, row);
	if (watches(&d))
		add_watchdog(&d);
	if (json_object_get(intent->model, "vxlan"))
		add_overlay(&d);
}
