/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spec.roce of a Fabric, class by class: what is left out filled in, what contradicts itself
 * refused. */
#include <errno.h>
#include "site/roce.h"
#include "site/site.h"

static const char *role_of(const json_t *class)
{
	static const char *const roles[] = { "data", "cnp", "control" };
	const char *role = ms_str(class, "/role", NULL), *name = ms_str(class, "/name", "");

	for (size_t i = 0; !role && i < MS_ARRAY_SIZE(roles); i++)
		if (!strcmp(name, roles[i]))
			role = roles[i];
	return role ? role : "other";
}

static void read_ecn(struct ms_roce_class *class, const json_t *ecn)
{
	class->ecn_min = (uint64_t)ms_int(ecn, "/min", 0);
	class->ecn_max = (uint64_t)ms_int(ecn, "/max", 0);
	class->ecn_probability = (unsigned)ms_int(ecn, "/probability", 100);
	class->ecn_gbps = ms_gbps(ms_str(ecn, "/per", "100G"));
}

static struct ms_roce_class read_class(const struct ms_roce *roce, const json_t *from)
{
	struct ms_roce_class class = {
		.name = ms_str(from, "/name", "?"),
		.role = role_of(from),
		.priority = (unsigned)ms_int(from, "/priority", 0) & 7,
		.is_default = ms_bool(from, "/default", false),
		.lossless = ms_bool(from, "/lossless", false) && roce->lossless,
		.strict = ms_bool(from, "/strict", false),
		.bandwidth = (unsigned)ms_int(from, "/bandwidth", 0),
		.max_rate = ms_int(from, "/maxRate", -1),
	};
	const json_t *code;
	size_t i;

	class.pcp = (unsigned)ms_int(from, "/pcp", class.priority) & 7;
	class.traffic_class = (unsigned)ms_int(from, "/trafficClass", class.priority) & 7;
	class.queue = (unsigned)ms_int(from, "/queue", class.traffic_class) & 7;
	json_array_foreach(json_object_get(from, "dscp"), i, code)
		class.dscp |= 1ull << (json_integer_value(code) & 63);
	if (!roce->off && !ms_streq(roce->control, "none") && json_object_get(from, "ecn"))
		read_ecn(&class, json_object_get(from, "ecn"));
	return class;
}

static int refuse(struct ms_err *err, const json_t *fabric, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static int refuse(struct ms_err *err, const json_t *fabric, const char *hint, const char *fmt, ...)
{
	MS_AUTO_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	ms_fail(err, -EINVAL, MS_INPUT, "Fabric %s: /spec/roce: %s", ms_name(fabric),
		text ? text : "out of memory");
	ms_hint(err, "%s", hint);
	return -EINVAL;
}

/* One class beside those before it. */
static int judge_class(const struct ms_roce *roce, const struct ms_roce_class *class,
		       const json_t *fabric, struct ms_err *err)
{
	for (size_t i = 0; i < roce->n; i++) {
		const struct ms_roce_class *other = &roce->classes[i];
		uint64_t both = other->dscp & class->dscp;

		if (other->priority == class->priority)
			return refuse(err, fabric, "give each class a priority of its own",
				      "classes %s and %s have priority %u", other->name,
				      class->name, class->priority);
		if (both)
			return refuse(err, fabric, "leave it in one of them",
				      "classes %s and %s have DSCP %d", other->name, class->name,
				      __builtin_ctzll(both));
		if (other->pcp == class->pcp)
			return refuse(err, fabric, "give each class a PCP of its own",
				      "classes %s and %s have PCP %u", other->name, class->name,
				      class->pcp);
		if (other->traffic_class == class->traffic_class && other->max_rate >= 0 &&
		    class->max_rate >= 0 && other->max_rate != class->max_rate)
			return refuse(err, fabric, "give each a trafficClass of its own",
				      "maxRate of %s and %s of traffic class %u: %lld and %lld",
				      other->name, class->name, class->traffic_class,
				      (long long)other->max_rate, (long long)class->max_rate);
	}
	if (class->lossless && class->strict)
		return refuse(err, fabric, "give it bandwidth, and be strict with the CNP class",
			      "class %s is lossless and strict: it could starve all others",
			      class->name);
	if (class->strict && class->bandwidth)
		return refuse(err, fabric, "leave one of them out",
			      "class %s is strict and has bandwidth", class->name);
	if (class->ecn_max && class->ecn_min >= class->ecn_max)
		return refuse(err, fabric, "min is where marking begins, max where it is full",
			      "ecn of class %s: min %llu is not below max %llu", class->name,
			      (unsigned long long)class->ecn_min,
			      (unsigned long long)class->ecn_max);
	return 0;
}

/* All of them together; code points that nobody named are the default class's. */
static int judge_all(struct ms_roce *roce, const json_t *fabric, struct ms_err *err)
{
	struct ms_roce_class *rest = NULL;
	unsigned sum = 0, defaults = 0;
	uint64_t named = 0;

	for (size_t i = 0; i < roce->n; i++) {
		struct ms_roce_class *class = &roce->classes[i];

		named |= class->dscp;
		sum += class->bandwidth;
		if (class->is_default && !defaults++)
			rest = class;
	}
	if (defaults != 1)
		return refuse(err, fabric, "default: true in exactly one class",
			      "%u classes are the default", defaults);
	if (sum != 100)
		return refuse(err, fabric,
			      "bandwidth of all classes that are not strict adds up to 100",
			      "bandwidths add up to %u", sum);
	if (rest->lossless)
		return refuse(err, fabric, "lossless: false in the default class",
			      "class %s is the default and lossless: everything would be",
			      rest->name);
	rest->dscp |= ~named;
	return 0;
}

/* What the table of the kind presets, where a Fabric was written without a Site around it. */
static const struct ms_roce_class presets[] = {
	{ .name = "bulk", .role = "other", .dscp = ~(1ull << 26 | 1ull << 48), .is_default = true,
	  .bandwidth = 50 },
	{ .name = "data", .role = "data", .priority = 3, .pcp = 3, .traffic_class = 3, .queue = 3,
	  .dscp = 1ull << 26, .lossless = true, .bandwidth = 50, .ecn_min = 150000,
	  .ecn_max = 1500000, .ecn_probability = 100, .ecn_gbps = 100 },
	{ .name = "cnp", .role = "cnp", .priority = 6, .pcp = 6, .traffic_class = 6, .queue = 6,
	  .dscp = 1ull << 48, .strict = true },
};

static void preset(struct ms_roce *roce)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(presets); i++) {
		struct ms_roce_class *class = &roce->classes[roce->n++];

		*class = presets[i];
		class->max_rate = -1;
		class->lossless = class->lossless && roce->lossless;
		if (roce->off || ms_streq(roce->control, "none"))
			class->ecn_min = class->ecn_max = 0;
	}
}

static int by_priority(const void *a, const void *b)
{
	const struct ms_roce_class *x = a, *y = b;

	return (x->priority > y->priority) - (x->priority < y->priority);
}

static void read_rest(struct ms_roce *roce, const json_t *spec)
{
	const json_t *watchdog = json_object_get(spec, "watchdog");
	const char *profile = ms_str(spec, "/profile", "lossless");

	roce->managed = true;
	roce->off = !strcmp(profile, "off");
	roce->lossless = !strcmp(profile, "lossless");
	roce->control = ms_str(spec, "/congestionControl", "dcqcn");
	roce->trust = ms_str(spec, "/trust", "dscp");
	roce->dcbx = ms_str(spec, "/dcbx", "off");
	roce->mtu = (unsigned)ms_int(spec, "/mtu", 4096);
	roce->cable = (unsigned)ms_int(spec, "/cableLength", 40);
	roce->watchdog.detect = (unsigned)ms_int(watchdog, "/detectMs", 300);
	roce->watchdog.restore = (unsigned)ms_int(watchdog, "/restoreMs", 300);
	roce->watchdog.poll = (unsigned)ms_int(watchdog, "/pollMs", 100);
	roce->watchdog.action = ms_str(watchdog, "/action", "drop");
	roce->encap = ms_str(spec, "/overlay/encap", "copy");
	roce->decap = ms_str(spec, "/overlay/decap", "preserve");
}

int ms_roce_init(struct ms_roce *ret_roce, const json_t *fabric, struct ms_err *err)
{
	const json_t *spec = ms_at(fabric, "/spec/roce"), *from;
	struct ms_roce roce = { 0 };
	size_t i;
	int r = 0;

	*ret_roce = roce;
	if (!spec)
		return 0;
	read_rest(&roce, spec);
	if (roce.mtu & (roce.mtu - 1))
		return refuse(err, fabric, "256, 512, 1024, 2048 or 4096",
			      "mtu %u is none that RDMA has", roce.mtu);
	if (strcmp(roce.watchdog.action, "none") && roce.watchdog.detect < roce.watchdog.poll)
		return refuse(err, fabric, "a pollMs of at most detectMs",
			      "watchdog: detectMs %u is less than pollMs %u", roce.watchdog.detect,
			      roce.watchdog.poll);
	if (!json_object_get(spec, "classes"))
		preset(&roce);
	json_array_foreach(json_object_get(spec, "classes"), i, from) {
		struct ms_roce_class class = read_class(&roce, from);

		if (roce.n == MS_ARRAY_SIZE(roce.classes))
			return refuse(err, fabric, "there are eight priorities",
				      "more than 8 classes");
		r = judge_class(&roce, &class, fabric, err);
		if (r)
			return r;
		roce.classes[roce.n++] = class;
	}
	r = judge_all(&roce, fabric, err);
	if (r)
		return r;
	qsort(roce.classes, roce.n, sizeof(*roce.classes), by_priority);
	*ret_roce = roce;
	return 0;
}

const struct ms_roce_class *ms_roce_of_dscp(const struct ms_roce *roce, unsigned dscp)
{
	for (size_t i = 0; i < roce->n; i++)
		if (roce->classes[i].dscp >> (dscp & 63) & 1)
			return &roce->classes[i];
	return NULL;
}

const struct ms_roce_class *ms_roce_of_pcp(const struct ms_roce *roce, unsigned pcp)
{
	const struct ms_roce_class *rest = NULL;

	for (size_t i = 0; i < roce->n; i++) {
		if (roce->classes[i].pcp == pcp)
			return &roce->classes[i];
		if (roce->classes[i].is_default)
			rest = &roce->classes[i];
	}
	return rest;
}

const struct ms_roce_class *ms_roce_of_role(const struct ms_roce *roce, const char *role)
{
	for (size_t i = 0; i < roce->n; i++)
		if (!strcmp(roce->classes[i].role, role))
			return &roce->classes[i];
	return NULL;
}

unsigned ms_gbps(const char *speed)
{
	char *end;
	unsigned long gbps = speed ? strtoul(speed, &end, 10) : 0;

	return gbps && gbps <= 100000 && !strcmp(end, "G") ? (unsigned)gbps : 0;
}

uint64_t ms_roce_scale(uint64_t octets, unsigned per_gbps, unsigned gbps)
{
	return per_gbps && gbps ? octets * gbps / per_gbps : octets;
}

unsigned ms_roce_tos(unsigned dscp, bool ect)
{
	return (dscp & 63) << 2 | (ect ? 2 : 0);
}

unsigned ms_roce_mtu_of(unsigned netdev_mtu)
{
	unsigned mtu = 4096;

	while (mtu >= 256 && mtu + MS_ROCE_HEADERS > netdev_mtu)
		mtu /= 2;
	return mtu >= 256 ? mtu : 0;
}
