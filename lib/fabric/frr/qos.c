/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RoCE on ports of Linux: what of a model Linux can keep, and what that makes of each port. */
#include <errno.h>
#include "fabric/frr/frr.h"

/* A multiple of the cell of every chip that Linux drives (96, 144, 192, and 256 where it is not
 * known): none of them has to round it. */
#define CELLS 2304
/* A band without a class: its weight must not be rounded to nothing. */
#define IDLE_QUANTUM 2000
#define QUANTUM 1000         /* octets for each percent */

static unsigned class_number(const char *priority)
{
	return (unsigned)strtoul(priority, NULL, 10) & 7;
}

static unsigned traffic_class(const char *priority, const json_t *class)
{
	return (unsigned)ms_int(class, "/trafficClass", class_number(priority)) & 7;
}

static bool has_code(const json_t *class, long long dscp)
{
	const json_t *code;
	size_t i;

	json_array_foreach(json_object_get(class, "dscp"), i, code)
		if (json_integer_value(code) == dscp)
			return true;
	return false;
}

/* ---- drawing ---- */

static int refuse(const struct fabric_dialect *dialect, const char *priority, unsigned tc,
		  struct ms_err *err)
{
	int r = ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			"%s: class %s shares its port with others, and its traffic class %u is "
			"above one that is strict",
			dialect->driver->platform, priority, tc);

	ms_hint(err, "trafficClass: give strict classes the highest ones");
	ms_err_at(err, dialect->sw ? ms_name(dialect->sw) : "", "/qos/classes");
	return r;
}

static int draw_bands(const struct fabric_dialect *dialect, const json_t *classes,
		      struct frr_qos_port *port, struct ms_err *err)
{
	unsigned long long shares[FRR_BANDS] = { 0 };
	const char *priority;
	json_t *class;

	port->ets = true;
	json_object_foreach((json_t *)classes, priority, class) {
		unsigned band = FRR_BANDS - 1 - traffic_class(priority, class);

		port->band[class_number(priority)] = (unsigned char)band;
		if (!ms_bool(class, "/strict", false))
			shares[band] += (unsigned long long)ms_int(class, "/bandwidth", 0);
		else if (band >= port->strict)
			port->strict = band + 1;
	}
	json_object_foreach((json_t *)classes, priority, class) {
		unsigned tc = traffic_class(priority, class);

		if (!ms_bool(class, "/strict", false) && FRR_BANDS - 1 - tc < port->strict)
			return refuse(dialect, priority, tc, err);
	}
	for (unsigned band = port->strict; band < FRR_BANDS; band++)
		port->quanta[band] = shares[band] ? (unsigned)shares[band] * QUANTUM : IDLE_QUANTUM;
	return 0;
}

/* Priorities without a class go where everything else does. */
static void draw_classes(const json_t *classes, struct frr_qos_port *port)
{
	const char *priority, *rest = "0";
	json_t *class;

	json_object_foreach((json_t *)classes, priority, class)
		if (has_code(class, 0))
			rest = priority;
	port->otherwise = (signed char)class_number(rest);
	for (unsigned i = 0; i < 8; i++)
		port->band[i] = (unsigned char)(FRR_BANDS - 1 -
						traffic_class(rest,
							      json_object_get(classes, rest)));
	json_object_foreach((json_t *)classes, priority, class)
		for (int dscp = 0; dscp < 64 && class_number(priority) != class_number(rest);
		     dscp++)
			if (has_code(class, dscp))
				port->dscp[dscp] = (signed char)class_number(priority);
}

static void draw_profile(const json_t *profile, struct frr_qos_port *port)
{
	unsigned char next = 1;
	const json_t *row;

	for (unsigned i = 0; i < 8; i++) {
		struct frr_red *red = &port->red[port->band[i]];

		row = ms_at(profile, "/pfc/%u", i);
		if (row) {
			port->pfc |= (unsigned char)(1U << i);
			port->buffer[i] = next;
			port->size[next++ & 7] = (unsigned)ms_int(row, "/headroom", 0);
		}
		row = ms_at(profile, "/ecn/%u", i);
		if (row)
			*red = (struct frr_red){ (unsigned)ms_int(row, "/min", 0),
						 (unsigned)ms_int(row, "/max", 0),
						 (unsigned)ms_int(row, "/probability", 100) };
	}
}

static int draw_port(const struct fabric_dialect *dialect, const json_t *qos, const char *key,
		     const json_t *row, struct frr_qos *drawn, struct ms_err *err)
{
	const char *name = ms_str(row, "/qos", NULL);
	const json_t *profile = name ? ms_at(qos, "/profiles/%s", name) : NULL;
	const json_t *classes = json_object_get(profile, "classes");
	struct frr_qos_port *port;
	char native[64];
	int r;

	if (!profile && !ms_bool(row, "/pause", false))
		return 0;
	if (fabric_port_native(dialect, key, native, sizeof native))
		return ms_fail(err, -EINVAL, MS_INPUT, "not a port: \"%s\"", key);
	port = frr_qos_port(drawn, native);
	if (!port)
		return ms_nomem(err);
	port->pause = ms_bool(row, "/pause", false);
	if (!profile)
		return 0;
	/* That of a port that differs is rendered as it was read, and only then. */
	classes = classes ? classes : json_object_get(qos, "classes");
	draw_classes(classes, port);
	r = draw_bands(dialect, classes, port, err);
	if (!r)
		draw_profile(profile, port);
	return r;
}

int frr_qos_draw(const struct fabric_dialect *dialect, const json_t *model,
		 struct frr_qos *ret_qos, struct ms_err *err)
{
	const json_t *rows = json_object_get(model, "ports");
	json_auto_t *keys = frr_keys(rows);
	const json_t *key;
	size_t i;
	int r = keys ? 0 : ms_nomem(err);

	*ret_qos = (struct frr_qos){ 0 };
	json_array_foreach(keys, i, key)
		if (!r)
			r = draw_port(dialect, json_object_get(model, "qos"),
				      json_string_value(key),
				      json_object_get(rows, json_string_value(key)), ret_qos, err);
	if (r)
		frr_qos_release(ret_qos);
	return r;
}

/* ---- what Linux can keep ---- */

int frr_qos_name(const json_t *profile, char name[static 24], struct ms_err *err)
{
	char hash[17];
	int r = ms_value_hash(profile, hash, err);

	snprintf(name, 24, "roce-%.8s", r ? "" : hash);
	return r;
}

/* One number for the buffer: below the pause threshold, which the chip sets by the MTU, and above.
 */
static int normal_pfc(json_t *pfc)
{
	const char *priority;
	json_t *row;
	int r = 0;

	json_object_foreach(pfc, priority, row) {
		int64_t size = ms_int(row, "/headroom", 0) + ms_int(row, "/xon", 0);

		json_object_del(row, "xon");
		size = (size + CELLS - 1) / CELLS * CELLS;
		r |= json_object_set_new(row, "headroom", json_integer(size));
	}
	return r;
}

/* tc reckons with whole packets of 1000 octets. */
static int normal_ecn(json_t *ecn)
{
	const char *priority;
	json_t *row;
	int r = 0;

	json_object_foreach(ecn, priority, row) {
		int64_t min = ms_int(row, "/min", 0), max = ms_int(row, "/max", 0);

		min = min < 1000 ? 1000 : min;
		r |= json_object_set_new(row, "min", json_integer(min));
		r |= json_object_set_new(row, "max", json_integer(max > min ? max : min + 1));
		if (!json_object_get(row, "probability"))
			r |= json_object_set_new(row, "probability", json_integer(100));
	}
	return r;
}

/* The percents of a traffic class are those of its first priority; code points are DSCP alone. */
static int normal_classes(json_t *classes)
{
	json_t *first[8] = { NULL }, *class;
	long long shares[8] = { 0 };
	const char *priority;
	void *next;
	int r = 0;

	for (char key[2] = "0"; *key < '8'; ++*key) {
		class = json_object_get(classes, key);
		if (!class)
			continue;
		unsigned tc = traffic_class(key, class);

		shares[tc] += ms_bool(class, "/strict", false) ? 0 : ms_int(class, "/bandwidth", 1);
		first[tc] = first[tc] ? first[tc] : class;
		json_object_del(class, "bandwidth");
		json_object_del(class, "pcp");
		r |= json_object_set_new(class, "trafficClass", json_integer(tc));
		r |= json_object_set_new(class, "queue", json_integer(tc));
	}
	for (unsigned tc = 0; tc < 8; tc++)
		if (shares[tc] > 0)
			r |= json_object_set_new(first[tc], "bandwidth", json_integer(shares[tc]));
	/* What no packet belongs to. */
	json_object_foreach_safe(classes, next, priority, class)
		if (!json_array_size(json_object_get(class, "dscp")) &&
		    !ms_bool(class, "/lossless", false))
			json_object_del(classes, priority);
	return r;
}

/* Whether a queue marks is said of the queue: all its classes have what its first one says. */
static int share_ecn(json_t *ecn, const json_t *classes)
{
	const json_t *rows[8] = { NULL }, *class, *row;
	char key[2] = "0";
	int r = 0;

	for (unsigned i = 0; i < 16; i++) {
		key[0] = (char)('0' + (i & 7));
		class = json_object_get(classes, key);
		row = json_object_get(ecn, key);
		unsigned tc = traffic_class(key, class);

		if (!class)
			json_object_del(ecn, key);
		else if (i < 8)
			rows[tc] = rows[tc] ? rows[tc] : row;
		else if (rows[tc] && rows[tc] != row)
			r |= json_object_set_new(ecn, key, json_copy((json_t *)rows[tc]));
	}
	return r;
}

static int normal_profile(json_t *profile, const json_t *classes)
{
	static const char *const parts[] = { "pfc", "ecn" };
	json_t *ecn = json_object_get(profile, "ecn");
	int r = normal_pfc(json_object_get(profile, "pfc")) | normal_ecn(ecn);

	if (ecn)
		r |= share_ecn(ecn, classes);
	json_object_del(profile, "cable");
	json_object_del(profile, "watchdog");
	for (size_t i = 0; i < MS_ARRAY_SIZE(parts); i++)
		if (!json_object_size(json_object_get(profile, parts[i])))
			json_object_del(profile, parts[i]);
	return r;
}

/* Profiles by new names, those that a port has. */
static int rename_profiles(json_t *ports, json_t *qos, struct ms_err *err)
{
	json_t *old = json_object_get(qos, "profiles"), *profiles = json_object(), *row, *profile;
	const char *key;
	char name[24];
	int r = profiles ? 0 : -ENOMEM;

	json_object_foreach(ports, key, row) {
		profile = json_object_get(old, ms_str(row, "/qos", ""));
		json_object_del(row, "dcbx");
		if (!profile) {
			json_object_del(row, "qos");
			continue;
		}
		r |= frr_qos_name(profile, name, err);
		r |= json_object_set(profiles, name, profile) |
		     json_object_set_new(row, "qos", json_string(name));
	}
	return r | json_object_set_new(qos, "profiles", profiles);
}

int frr_qos_normal(json_t *model, struct ms_err *err)
{
	json_t *qos = json_object_get(model, "qos"), *profile;
	const char *name;
	int r = 0;

	if (!qos)
		return 0;
	r = normal_classes(json_object_get(qos, "classes"));
	json_object_foreach(json_object_get(qos, "profiles"), name, profile)
		r |= normal_profile(profile, json_object_get(qos, "classes"));
	r |= rename_profiles(json_object_get(model, "ports"), qos, err);
	json_object_del(qos, "watchdog");
	json_object_del(qos, "overlay");
	/* Classes say nothing as long as no port has them. */
	if (!r && !json_object_size(json_object_get(qos, "profiles")))
		json_object_del(model, "qos");
	return r ? ms_nomem(err) : 0;
}
