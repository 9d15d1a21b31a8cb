/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RoCE on NX-OS, as the modular QoS of Nexus 9000 says it: classes of `type qos` give packets a
 * qos-group, which is the queue and the priority of the same number; one `type network-qos` of the
 * whole switch says which of them are paused; and of each speed and cable a policy `type queuing`
 * for what goes out, and one for what comes in, with the buffers of paused queues (Nexus 9000 QoS
 * configuration guide, "Configuring Priority Flow Control", "Configuring Queuing and Scheduling").
 */
#include "fabric/nxos/nxos.h"

#define QUEUES 8
#define NXOS_LEVELS 3 /* of queues that are served first */
#define WATCHDOG "priority-flow-control watch-dog"

/* Code points of the field that is trusted. */
static const char *trusted(const json_t *model)
{
	return ms_streq(ms_str(model, "/qos/trust", NULL), "pcp") ? "pcp" : "dscp";
}

/* The priority of what no class names: that of the code point 0. */
static int64_t priority_of_rest(const json_t *model)
{
	const char *priority;
	json_t *class;

	json_object_foreach (ms_at(model, "/qos/classes"), priority, class)
		if (cli_set_has(json_object_get(class, trusted(model)), 0))
			return strtol(priority, NULL, 10);
	return 0;
}

/* Does any port tell its host? */
static bool tells(const json_t *model)
{
	const char *name;
	json_t *port;

	json_object_foreach (json_object_get(model, "ports"), name, port)
		if (ms_bool(port, "/dcbx", false) && ms_str(port, "/qos", NULL))
			return true;
	return false;
}

/* ---- rendering ------------------------------------------------------------------------------ */

static void put_class_maps(struct cli_out *out, const json_t *classes, const char **keys)
{
	const char *field = trusted(out->model);

	for (size_t i = 0; keys && keys[i]; i++) {
		const json_t *codes = json_object_get(json_object_get(classes, keys[i]), field);
		MS_AUTO_BUF struct ms_buf list = { 0 };

		if (strtol(keys[i], NULL, 10) == priority_of_rest(out->model))
			continue;
		cli_ranges_put(&list, codes);
		cli_put(out, 0, "class-map type qos match-any " NXOS_CLASS "%s", keys[i]);
		cli_put(out, 1, "match %s %s", strcmp(field, "pcp") ? "dscp" : "cos",
			list.len ? list.data : "");
	}
}

static void put_classify(struct cli_out *out, const char **keys)
{
	int64_t rest = priority_of_rest(out->model);

	cli_put(out, 0, "policy-map type qos " NXOS_CLASSIFY);
	for (size_t i = 0; keys && keys[i]; i++) {
		if (strtol(keys[i], NULL, 10) == rest)
			continue;
		cli_put(out, 1, "class " NXOS_CLASS "%s", keys[i]);
		cli_put(out, 2, "set qos-group %s", keys[i]);
	}
	cli_put(out, 1, "class class-default");
	cli_put(out, 2, "set qos-group %lld", (long long)rest);
}

static const char *queue_class(const char *kind, int queue, char buf[static 32])
{
	if (queue)
		snprintf(buf, 32, "%sq%d", kind, queue);
	else
		snprintf(buf, 32, "%sq-default", kind);
	return buf;
}

/* Every queue is said, because what is not has a share by default. */
static void put_output(struct cli_out *out, const char *name, const json_t *profile)
{
	char key[24], class_name[32];
	int level = 1;

	cli_put(out, 0, "policy-map type queuing %s", name);
	for (int queue = QUEUES - 1; queue >= 0; queue--) {
		const json_t *class, *ecn;

		snprintf(key, sizeof(key), "%d", queue);
		class = ms_at(out->model, "/qos/classes/%s", key);
		ecn = ms_at(profile, "/ecn/%s", key);
		cli_put(out, 1, "class type queuing %s",
			queue_class("c-out-8q-", queue, class_name));
		if (ms_bool(class, "/strict", false))
			cli_put(out, 2, "priority level %d", level++);
		else
			cli_put(out, 2, "bandwidth remaining percent %lld",
				(long long)ms_int(class, "/bandwidth", 0));
		if (ecn)
			cli_put(out, 2,
				"random-detect minimum-threshold %lld bytes maximum-threshold "
				"%lld bytes drop-probability %lld weight 0 ecn",
				(long long)ms_int(ecn, "/min", 0),
				(long long)ms_int(ecn, "/max", 0),
				(long long)ms_int(ecn, "/probability", 100));
	}
	if (level > NXOS_LEVELS + 1)
		cli_refuse(out, "/qos/classes", "at most %d classes can be strict", NXOS_LEVELS);
}

static bool has_buffers(const json_t *profile)
{
	const char *priority;
	json_t *row;

	json_object_foreach (json_object_get(profile, "pfc"), priority, row)
		if (json_object_get(row, "headroom"))
			return true;
	return false;
}

/* What is held before the pause frame goes out, and what may still come after it. */
static void put_input(struct cli_out *out, const char *name, const json_t *profile)
{
	const json_t *pfc = json_object_get(profile, "pfc");
	MS_AUTO_FREE const char **keys = cli_keys(pfc);
	char class_name[32];

	if (!has_buffers(profile))
		return;
	cli_put(out, 0, "policy-map type queuing %s" NXOS_INPUT, name);
	for (size_t i = 0; keys && keys[i]; i++) {
		const json_t *row = json_object_get(pfc, keys[i]);
		long long xon = ms_int(row, "/xon", 0), headroom = ms_int(row, "/headroom", 0);

		cli_put(out, 1, "class type queuing %s",
			queue_class("c-in-", (int)strtol(keys[i], NULL, 10), class_name));
		cli_put(out, 2, "pause buffer-size %lld pause-threshold %lld resume-threshold %lld",
			xon + headroom, xon, xon);
	}
}

static void put_network(struct cli_out *out, const json_t *classes, const char **keys)
{
	char name[32];

	cli_put(out, 0, "policy-map type network-qos " NXOS_NETWORK);
	for (size_t i = 0; keys && keys[i]; i++) {
		if (!ms_bool(json_object_get(classes, keys[i]), "/lossless", false))
			continue;
		cli_put(out, 1, "class type network-qos %s",
			queue_class("c-8q-n", (int)strtol(keys[i], NULL, 10), name));
		cli_put(out, 2, "mtu %d", NXOS_JUMBO);
		cli_put(out, 2, "pause pfc-cos %s", keys[i]);
	}
	cli_put(out, 1, "class type network-qos c-8q-nq-default");
	cli_put(out, 2, "mtu %d", NXOS_JUMBO);
	cli_put(out, 0, "system qos");
	cli_put(out, 1, "service-policy type network-qos " NXOS_NETWORK);
}

static void put_watchdog(struct cli_out *out, const json_t *watchdog)
{
	int64_t poll = ms_int(watchdog, "/poll", 100);

	if (!watchdog || poll <= 0)
		return;
	if (strcmp(ms_str(watchdog, "/action", "drop"), "drop"))
		cli_refuse(out, "/qos/watchdog/action",
			   "what is in a stuck queue is dropped: watchdog: {action: drop}");
	cli_put(out, 0, WATCHDOG "-interval on");
	cli_put(out, 0, WATCHDOG " interval %lld", (long long)poll);
	cli_put(out, 0, WATCHDOG " shutdown-multiplier %lld",
		(long long)(ms_int(watchdog, "/detect", poll) / poll));
	cli_put(out, 0, "priority-flow-control auto-restore multiplier %lld",
		(long long)(ms_int(watchdog, "/restore", 10 * poll) / poll));
}

void nxos_render_qos(struct cli_out *out)
{
	const json_t *qos = json_object_get(out->model, "qos"),
		     *classes = json_object_get(qos, "classes"),
		     *profiles = json_object_get(qos, "profiles");
	MS_AUTO_FREE const char **keys = cli_keys(classes), **names = cli_keys(profiles);

	if (!qos)
		return;
	cli_put(out, 0, tells(out->model) ? NXOS_TELLS : NXOS_SILENT);
	put_watchdog(out, json_object_get(qos, "watchdog"));
	put_class_maps(out, classes, keys);
	put_classify(out, keys);
	for (size_t i = 0; names && names[i]; i++) {
		put_output(out, names[i], json_object_get(profiles, names[i]));
		put_input(out, names[i], json_object_get(profiles, names[i]));
	}
	put_network(out, classes, keys);
}

void nxos_render_port_qos(struct cli_out *out, const json_t *row)
{
	const char *name = ms_str(row, "/qos", NULL);
	const json_t *profile = name ? json_object_get(ms_at(out->model, "/qos/profiles"), name)
				     : NULL;

	if (ms_bool(row, "/pause", false)) {
		cli_put(out, 1, "flowcontrol receive on");
		cli_put(out, 1, "flowcontrol send on");
	}
	if (!name)
		return;
	if (json_object_get(profile, "pfc"))
		cli_put(out, 1, "priority-flow-control mode on%s",
			ms_bool(row, "/dcbx", false) ? " send-tlv" : "");
	if (ms_bool(profile, "/watchdog", false))
		cli_put(out, 1, WATCHDOG "-interval on");
	cli_put(out, 1, "service-policy type qos input " NXOS_CLASSIFY);
	if (has_buffers(profile))
		cli_put(out, 1, "service-policy type queuing input %s" NXOS_INPUT, name);
	cli_put(out, 1, "service-policy type queuing output %s", name);
}

/* LLDP is spoken by members of a channel, each for itself.  Where both versions may be spoken, both
 * are: IEEE's beside that of CEE. */
void nxos_render_port_dcbx(struct cli_out *out, const json_t *row)
{
	if (ms_bool(row, "/dcbx", false) && ms_str(row, "/qos", NULL))
		cli_put(out, 1, NXOS_VERSION);
}

const json_t *nxos_channel_port(const json_t *model, const json_t *channel)
{
	json_t *port;
	size_t i;

	json_array_foreach (json_object_get(channel, "members"), i, port) {
		const json_t *row = ms_at(model, "/ports");

		row = json_is_string(port) ? json_object_get(row, json_string_value(port)) : NULL;
		if (ms_str(row, "/qos", NULL))
			return row;
	}
	return NULL;
}

/* What goes into a tunnel is copied to its outside, always; what comes out is as it was, in "pipe",
 * or as the outside is. */
void nxos_render_tunnel_qos(struct cli_out *out)
{
	const json_t *overlay = ms_at(out->model, "/qos/overlay");
	const char *decap = ms_str(overlay, "/decap", "preserve");

	if (!overlay)
		return;
	if (strcmp(ms_str(overlay, "/encap", "copy"), "copy") || !strcmp(decap, "derive"))
		cli_refuse(out, "/qos/overlay",
			   "DSCP is copied to the outside of tunnels, and kept or copied at their "
			   "end: overlay: {encap: copy, decap: preserve}");
	if (!strcmp(decap, "preserve"))
		cli_put(out, 1, "qos-mode pipe");
}

/* ---- what NX-OS says back of a model ---- */

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
	return value < least ? least : value > most ? most : value;
}

/* Times are multiples of the interval; what is stuck is dropped. */
static int normal_watchdog(json_t *watchdog)
{
	int64_t poll = clamp(ms_int(watchdog, "/poll", 100), 100, 1000);
	int64_t detect = clamp(ms_int(watchdog, "/detect", poll) / poll, 1, 10),
		restore = clamp(ms_int(watchdog, "/restore", 10 * poll) / poll, 0, 100);

	if (!watchdog)
		return 0;
	return json_object_set_new(watchdog, "poll", json_integer(poll)) |
	       json_object_set_new(watchdog, "detect", json_integer(poll * detect)) |
	       json_object_set_new(watchdog, "restore", json_integer(poll * restore));
}

/* One field is looked at: of the other every code point is in class-default, and so is in no class
 * what has none of the first. */
static int normal_classes(json_t *qos, const char *field)
{
	const char *other = strcmp(field, "dscp") ? "dscp" : "pcp", *priority, *name;
	json_t *classes = json_object_get(qos, "classes"), *class, *profile;
	void *next;
	int r = 0;

	json_object_foreach_safe (classes, next, priority, class) {
		json_t *codes = json_array();

		for (int i = 0; i < (*other == 'd' ? 64 : 8); i++)
			if (cli_set_has(json_object_get(class, field), 0))
				r |= json_array_append_new(codes, json_integer(i));
		r |= json_object_set_new(class, other, codes);
		if (json_array_size(json_object_get(class, field)))
			continue;
		json_object_foreach (json_object_get(qos, "profiles"), name, profile) {
			json_object_del(json_object_get(profile, "pfc"), priority);
			json_object_del(json_object_get(profile, "ecn"), priority);
		}
		json_object_del(classes, priority);
	}
	return r;
}

/* Room for the longest of the cables is room for all of them. */
static int64_t room(const json_t *profiles, const char *name)
{
	json_t *row;
	const char *priority;
	int64_t sum = 0;

	json_object_foreach (json_object_get(json_object_get(profiles, name), "pfc"), priority, row)
		sum += ms_int(row, "/headroom", 0);
	return sum;
}

static int normal_channel(json_t *ports, const json_t *profiles, const json_t *members)
{
	const char *best = NULL, *name;
	bool dcbx = false;
	json_t *port, *row;
	int r = 0;
	size_t i;

	json_array_foreach ((json_t *)members, i, port) {
		row = json_object_get(ports, json_is_string(port) ? json_string_value(port) : "");
		name = ms_str(row, "/qos", NULL);
		if (name && (!best || room(profiles, name) > room(profiles, best)))
			best = name;
		dcbx |= ms_bool(row, "/dcbx", false);
	}
	json_array_foreach ((json_t *)members, i, port) {
		json_t *keep = best && json_is_string(port) ? json_string(best) : NULL;

		if (!keep)
			continue;
		row = json_object_get(ports, json_string_value(port));
		if (!row) {
			r |= json_object_set_new(ports, json_string_value(port), json_object());
			row = json_object_get(ports, json_string_value(port));
		}
		r |= json_object_set_new(row, "qos", keep);
		if (dcbx)
			r |= json_object_set_new(row, "dcbx", json_true());
		best = ms_str(row, "/qos", NULL);
	}
	return r;
}

int nxos_normal_qos(json_t *model)
{
	json_t *qos = json_object_get(model, "qos"), *profiles = json_object_get(qos, "profiles");
	json_t *profile, *channel;
	const char *name;
	int r;

	if (!json_object_size(profiles)) {
		json_object_del(model, "qos");
		return 0;
	}
	r = normal_watchdog(json_object_get(qos, "watchdog"));
	r |= normal_classes(qos, ms_streq(ms_str(qos, "/trust", NULL), "pcp") ? "pcp" : "dscp");
	json_object_foreach (profiles, name, profile) {
		json_object_del(profile, "cable");
		if (!json_object_size(json_object_get(profile, "pfc"))) {
			json_object_del(profile, "pfc");
			json_object_del(profile, "watchdog");
		}
	}
	json_object_foreach (json_object_get(model, "channels"), name, channel)
		r |= normal_channel(json_object_get(model, "ports"), profiles,
				    json_object_get(channel, "members"));
	return r;
}
