/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An earlier reading, by name; and what was counted since, at a NIC or at the ports of a switch. */
#include "host/host.h"
#include "roce/readings.h"

static const char *key_of(const json_t *res, char *buf, size_t size)
{
	snprintf(buf, size, "%s %s", ms_kind(res), ms_name(res));
	return buf;
}

int roce_readings_load(const char *path, struct roce_readings *ret_readings,
		       struct ms_report *report, struct ms_err *err)
{
	struct roce_readings readings = { .by_name = json_object() };
	char key[512];
	size_t i;
	json_t *res;
	int r = readings.by_name ? ms_site_load(path, &readings.resources, report, err)
				 : ms_nomem(err);

	json_array_foreach(readings.resources, i, res)
		if (!r && json_object_set(readings.by_name, key_of(res, key, sizeof(key)), res) < 0)
			r = ms_nomem(err);
	if (r < 0)
		roce_readings_release(&readings);
	else
		*ret_readings = readings;
	return r;
}

void roce_readings_release(struct roce_readings *readings)
{
	json_decref(readings->resources);
	json_decref(readings->by_name);
	*readings = (struct roce_readings){ 0 };
}

int64_t roce_counted_more(const struct roce_counted *counted, const char *name)
{
	const json_t *a = json_object_get(counted->before, name),
		     *b = json_object_get(counted->after, name);
	int64_t x = json_integer_value(a), y = json_integer_value(b);

	if (!json_is_integer(a) || !json_is_integer(b) || x < 0 || y <= x)
		return 0;
	/* Any of them may be added up. */
	return y - x < INT64_MAX / 64 ? y - x : INT64_MAX / 64;
}

/* From one reading to the other; 0 where they do not follow each other. */
static int64_t seconds(const json_t *before, const json_t *after, const char *pointer)
{
	int64_t then, now;

	if (ms_time_parse(ms_str(before, pointer, ""), &then) < 0 ||
	    ms_time_parse(ms_str(after, pointer, ""), &now) < 0 || now <= then)
		return 0;
	return now - then;
}

/* ---- a NIC ---- */

static int each_nic(const json_t *before, const json_t *nic, roce_counted_fn *fn, void *ctx)
{
	struct roce_counted counted = {
		.name = ms_name(nic),
		.before = ms_at(before, "/status/roce/counters"),
		.after = ms_at(nic, "/status/roce/counters"),
		.seconds = seconds(before, nic, "/status/roce/observedAt"),
		.speed = ms_str(nic, "/status/roce/speed", ""),
		.paused = (unsigned)roce_bits_of(ms_at(nic, "/status/roce/pfc/enabled")),
	};

	return counted.seconds && counted.before && counted.after ? fn(&counted, ctx) : 0;
}

/* ---- ports of a switch ---- */

static unsigned lossless(const json_t *model, const json_t *port)
{
	unsigned bits = 0;
	const char *priority;
	json_t *class;

	json_object_foreach(ms_at(model, "/qos/classes"), priority, class)
		if (json_is_true(json_object_get(class, "lossless")))
			bits |= 1u << (strtoul(priority, NULL, 10) & 7);
	return roce_profile(model, port) ? bits : 0;
}

static const char *speed_of(const json_t *sw, const json_t *row, const char *port)
{
	const json_t *seen = json_object_get(ms_at(sw, "/status/switch/ports"), port);

	return ms_str(seen, "/speed", ms_str(row, "/speed", ""));
}

/* What a reading of counters alone does not say, the earlier one may. */
static int each_port(const struct roce_readings *readings, const json_t *before, const json_t *sw,
		     roce_counted_fn *fn, void *ctx)
{
	const json_t *old = ms_at(before, "/status/switch/counters"),
		     *model = roce_model(readings->set, sw);
	struct roce_counted counted = {
		.port = true,
		.seconds = seconds(before, sw, "/status/switch/observedAt"),
	};
	const char *port;
	json_t *now;
	int r = 0;

	if (!model)
		model = roce_model(readings->set, before);
	json_object_foreach(ms_at(sw, "/status/switch/counters"), port, now) {
		const char *end = MS_PATH("%s:%s", ms_name(sw), port),
			   *peer = roce_peer(readings->set, end);
		const json_t *row = roce_port(model, port);

		counted.name = peer ? MS_PATH("%s (cabled to %s)", end, peer) : end;
		counted.at_host = peer && !roce_switch_at(readings->set, peer, NULL);
		counted.before = json_object_get(old, port);
		counted.after = now;
		counted.paused = lossless(model, row);
		counted.speed = speed_of(sw, row, port);
		if (!*counted.speed)
			counted.speed = speed_of(before, row, port);
		if (!r && counted.before && counted.seconds)
			r = fn(&counted, ctx);
	}
	return r;
}

int roce_readings_each(const struct roce_readings *readings, const json_t *res, roce_counted_fn *fn,
		       void *ctx)
{
	char key[512];
	const json_t *before =
		json_object_get(readings->by_name, key_of(res, key, sizeof(key)));

	if (before && ms_streq(ms_kind(res), "Nic"))
		return each_nic(before, res, fn, ctx);
	if (before && ms_streq(ms_kind(res), "Switch"))
		return each_port(readings, before, res, fn, ctx);
	return 0;
}
