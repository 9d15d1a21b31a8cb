/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RoCE in Junos' class-of-service: a forwarding class for each priority, one classifier, and for
 * each profile a congestion notification profile and a scheduler map; where a queue is marked, the
 * scheduler and the drop profile are called by what they say, because the levels of a drop profile
 * are lists in the order in which they were added.  Statements and ranges are those of Juniper's
 * YANG modules of 23.4, what they do is from the traffic management guides.
 */
#include "fabric/junos/junos.h"
#include "site/site.h"

/*
 * Fill levels are percents of a queue's room.  Where nobody partitioned it, half of what is shared
 * at egress is for lossless queues, 31 percent for others, 19 for multicast (statement reference,
 * "buffer-partition (Egress)", table 1); what is dedicated to ports is said nowhere and counted in,
 * so that marks come early rather than late.  The smallest chip where it is not known.
 */
#define BUFFER_LEAST (32u << 20)
#define LOSSLESS_SHARE 50

uint64_t junos_queue_buffer(const struct fabric_dialect *dialect)
{
	uint64_t buffer = dialect->asic ? dialect->asic->buffer : 0;

	return (buffer ? buffer : BUFFER_LEAST) * LOSSLESS_SHARE / 100;
}

/* ---- rendering ------------------------------------------------------------------------------ */

static void bits(char buf[static 8], int64_t code, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		buf[i] = (char)('0' + (code >> (n - 1 - i) & 1));
	buf[n] = 0;
}

static bool by_dscp(const struct junos_out *out)
{
	return !ms_streq(ms_str(out->model, "/qos/trust", NULL), "pcp");
}

static const json_t *class_of(const struct junos_out *out, const char *priority)
{
	return json_object_get(ms_at(out->model, "/qos/classes"), priority);
}

static void put_codes(struct junos_out *out, const char *what, unsigned n, const char *priority,
		      const json_t *codes)
{
	char text[8];
	json_t *code;
	size_t i;

	json_array_foreach((json_t *)codes, i, code) {
		bits(text, json_integer_value(code), n);
		junos_put(out,
			  "class-of-service classifiers %s " JUNOS_CLASSIFIER
			  " forwarding-class " JUNOS_CLASS
			  "%s loss-priority low code-points %s",
			  what, priority, text);
	}
}

/* A priority is said where PFC goes by DSCP; elsewhere it is the code point itself that is paused.
 */
static void put_class(struct junos_out *out, const char *priority, const json_t *class)
{
	const char *head = "class-of-service forwarding-classes class " JUNOS_CLASS;
	bool lossless = ms_bool(class, "/lossless", false);

	junos_put(out, "%s%s queue-num %lld", head, priority,
		  (long long)ms_int(class, "/queue", 0));
	if (lossless)
		junos_put(out, "%s%s no-loss", head, priority);
	if (lossless && by_dscp(out))
		junos_put(out, "%s%s pfc-priority %s", head, priority, priority);
	put_codes(out, "dscp", 6, priority, json_object_get(class, "dscp"));
	put_codes(out, "ieee-802.1", 3, priority, json_object_get(class, "pcp"));
}

static void put_input(struct junos_out *out, const char *name, const char *priority)
{
	const json_t *codes = json_object_get(class_of(out, priority), "dscp");
	json_auto_t *itself = json_pack("[i]", (int)strtol(priority, NULL, 10));
	bool dscp = by_dscp(out);
	char head[192], text[8];
	json_t *code;
	size_t i;

	json_array_foreach(dscp ? (json_t *)codes : itself, i, code) {
		bits(text, json_integer_value(code), dscp ? 6 : 3);
		snprintf(head, sizeof(head),
			 "class-of-service congestion-notification-profile %s input %s code-point "
			 "%s",
			 name, dscp ? "dscp" : "ieee-802.1", text);
		junos_put(out, "%s pfc", head);
		junos_put(out, "%s mru %d", head, JUNOS_MRU);
	}
}

static void put_watchdog(struct junos_out *out, const char *name)
{
	const json_t *watchdog = ms_at(out->model, "/qos/watchdog");
	int64_t poll = ms_int(watchdog, "/poll", 100);
	char head[128];

	snprintf(head, sizeof(head),
		 "class-of-service congestion-notification-profile %s pfc-watchdog", name);
	junos_put(out, "%s poll-interval %lld", head, (long long)poll);
	junos_put(out, "%s detection %lld", head,
		  (long long)(ms_int(watchdog, "/detect", 2 * poll) / poll));
	junos_put(out, "%s recovery %lld", head, (long long)ms_int(watchdog, "/restore", 200));
	junos_put(out, "%s watchdog-action %s", head, ms_str(watchdog, "/action", "drop"));
}

/* What is paused towards the peer, and what the peer's pauses stop. */
static void put_notification(struct junos_out *out, const char *name, const json_t *profile)
{
	const char *head = "class-of-service congestion-notification-profile", *priority;
	const json_t *pfc = json_object_get(profile, "pfc");
	const char **keys = junos_keys(pfc);
	char text[8];

	for (size_t i = 0; keys && keys[i]; i++) {
		priority = keys[i];
		put_input(out, name, priority);
		bits(text, strtol(priority, NULL, 10), 3);
		junos_put(out, "%s %s output ieee-802.1 code-point %s flow-control-queue %lld",
			  head, name, text,
			  (long long)ms_int(class_of(out, priority), "/queue", 0));
	}
	if (json_object_size(pfc) && json_object_get(profile, "cable"))
		junos_put(out, "%s %s input cable-length %lld", head, name,
			  (long long)ms_int(profile, "/cable", 0));
	if (json_object_size(pfc) && ms_bool(profile, "/watchdog", false))
		put_watchdog(out, name);
	free(keys);
}

static long long percent_of(const struct junos_out *out, const json_t *ecn, const char *path)
{
	uint64_t buffer = junos_queue_buffer(out->dialect);

	return (long long)(((uint64_t)ms_int(ecn, path, 0) * 100 + buffer / 2) / buffer);
}

static void put_marking(struct junos_out *out, const char *scheduler, const char *level,
			const json_t *ecn)
{
	const char *head = "class-of-service drop-profiles msctl-";
	long long probability = (long long)ms_int(ecn, "/probability", 100);

	junos_put(out, "%s%s interpolate fill-level %lld", head, level,
		  percent_of(out, ecn, "/min"));
	junos_put(out, "%s%s interpolate fill-level %lld", head, level,
		  percent_of(out, ecn, "/max"));
	junos_put(out, "%s%s interpolate drop-probability 0", head, level);
	junos_put(out, "%s%s interpolate drop-probability %lld", head, level, probability);
	junos_put(out, "class-of-service schedulers %s explicit-congestion-notification",
		  scheduler);
	junos_put(out,
		  "class-of-service schedulers %s drop-profile-map loss-priority any protocol any "
		  "drop-profile msctl-%s",
		  scheduler, level);
}

/* Profiles share the schedulers that are alike. */
static void put_scheduler(struct junos_out *out, json_t *done, const char *scheduler,
			  const char *level, const json_t *class, const json_t *ecn)
{
	bool strict = ms_bool(class, "/strict", false);

	if (json_object_get(done, scheduler))
		return;
	json_object_set_new(done, scheduler, json_true());
	junos_put(out, "class-of-service schedulers %s priority %s", scheduler,
		  strict ? "strict-high" : "low");
	if (!strict && json_object_get(class, "bandwidth"))
		junos_put(out, "class-of-service schedulers %s transmit-rate percent %lld",
			  scheduler, (long long)ms_int(class, "/bandwidth", 0));
	if (ecn)
		put_marking(out, scheduler, level, ecn);
}

static void put_map(struct junos_out *out, json_t *done, const char *name, const json_t *profile)
{
	const json_t *classes = ms_at(out->model, "/qos/classes");
	const char **keys = junos_keys(classes);

	for (size_t i = 0; keys && keys[i]; i++) {
		const json_t *ecn = json_object_get(json_object_get(profile, "ecn"), keys[i]);
		char level[72] = "", scheduler[96];

		if (ecn)
			snprintf(level, sizeof(level), "ecn-%lld-%lld-%lld",
				 percent_of(out, ecn, "/min"), percent_of(out, ecn, "/max"),
				 (long long)ms_int(ecn, "/probability", 100));
		snprintf(scheduler, sizeof(scheduler), JUNOS_CLASS "%s%s%s", keys[i],
			 ecn ? "-" : "", level);
		put_scheduler(out, done, scheduler, level, json_object_get(classes, keys[i]), ecn);
		junos_put(out,
			  "class-of-service scheduler-maps %s forwarding-class " JUNOS_CLASS
			  "%s scheduler %s",
			  name, keys[i], scheduler);
	}
	free(keys);
}

static void put_interface(struct junos_out *out, const char *interface, const char *profile)
{
	const char *head = "class-of-service interfaces";

	if (json_object_size(json_object_get(
		    json_object_get(ms_at(out->model, "/qos/profiles"), profile), "pfc")))
		junos_put(out, "%s %s congestion-notification-profile %s", head, interface,
			  profile);
	junos_put(out, "%s %s scheduler-map %s", head, interface, profile);
	junos_put(out, "%s %s unit * classifiers %s " JUNOS_CLASSIFIER, head, interface,
		  by_dscp(out) ? "dscp" : "ieee-802.1");
}

static bool is_member(const json_t *model, const char *port)
{
	const char *number;
	json_t *row;

	json_object_foreach(json_object_get(model, "channels"), number, row)
		if (fabric_has_text(json_object_get(row, "members"), port))
			return true;
	return false;
}

static void put_interfaces(struct junos_out *out)
{
	const json_t *ports = json_object_get(out->model, "ports"),
		     *channels = json_object_get(out->model, "channels");
	const char **keys = junos_keys(ports), **numbers = junos_keys(channels), *profile;
	char name[64];

	for (size_t i = 0; keys && keys[i]; i++) {
		profile = ms_str(json_object_get(ports, keys[i]), "/qos", NULL);
		if (profile && !is_member(out->model, keys[i]))
			put_interface(out, junos_port(out, keys[i], name), profile);
	}
	for (size_t i = 0; numbers && numbers[i]; i++) {
		profile = junos_channel_profile(
			out->model,
			json_object_get(json_object_get(channels, numbers[i]), "members"));
		snprintf(name, sizeof(name), "ae%s", numbers[i]);
		if (profile)
			put_interface(out, name, profile);
	}
	free(keys);
	free(numbers);
}

void junos_render_qos(struct junos_out *out)
{
	const json_t *qos = json_object_get(out->model, "qos"),
		     *classes = json_object_get(qos, "classes"),
		     *profiles = json_object_get(qos, "profiles");
	json_auto_t *done = json_object();
	const char **keys;

	if (!qos)
		return;
	if (out->dialect->variant == JUNOS_MX)
		junos_refuse(out, "roce: {profile: off}, or a switch of the QFX series",
			     "MX routers have no PFC");
	keys = junos_keys(classes);
	for (size_t i = 0; keys && keys[i]; i++)
		put_class(out, keys[i], json_object_get(classes, keys[i]));
	free(keys);
	keys = junos_keys(profiles);
	for (size_t i = 0; keys && keys[i]; i++) {
		put_notification(out, keys[i], json_object_get(profiles, keys[i]));
		put_map(out, done, keys[i], json_object_get(profiles, keys[i]));
	}
	free(keys);
	put_interfaces(out);
}

/* EX switches pause whole links unless they are told not to, QFX ones do not. */
void junos_render_pause(struct junos_out *out, const char *name, const json_t *port)
{
	bool pause = ms_bool(port, "/pause", false);

	if (pause || json_object_get(port, "qos"))
		junos_put(out, "interfaces %s %s %sflow-control", name, out->words->ether,
			  pause ? "" : "no-");
}

/* ---- what comes back ------------------------------------------------------------------------ */

static const json_t *profile_of(const json_t *model, const json_t *port, const char **ret_name)
{
	*ret_name = ms_str(port, "/qos", NULL);
	return *ret_name ? json_object_get(ms_at(model, "/qos/profiles"), *ret_name) : NULL;
}

const char *junos_channel_profile(const json_t *model, const json_t *members)
{
	const json_t *ports = json_object_get(model, "ports"), *profile;
	const char *best = NULL, *name;
	int64_t longest = -1;
	json_t *port;
	size_t i;

	/* The longest cable of them: there is room for all then. */
	json_array_foreach((json_t *)members, i, port) {
		profile = profile_of(model, json_object_get(ports, json_string_value(port)), &name);
		if (!profile || ms_int(profile, "/cable", 0) < longest ||
		    (ms_int(profile, "/cable", 0) == longest && strcmp(name, best) >= 0))
			continue;
		longest = ms_int(profile, "/cable", 0);
		best = name;
	}
	return best;
}

static void give_members(json_t *model, const json_t *members)
{
	MS_AUTO_FREE char *profile = NULL;
	const char *best = junos_channel_profile(model, members);
	json_t *ports = json_object_get(model, "ports"), *port, *row;
	size_t i;

	if (!best || !(profile = strdup(best)))
		return;
	json_array_foreach((json_t *)members, i, port) {
		row = json_object_get(ports, json_string_value(port));
		if (!row) {
			row = json_object();
			json_object_set_new(ports, json_string_value(port), row);
		}
		json_object_set_new(row, "qos", json_string(profile));
	}
}

/* Percents of the buffer: whole ones, the upper above the lower, and never 100, which the guide
 * advises against. */
static void normal_ecn(const struct fabric_dialect *dialect, json_t *ecn)
{
	uint64_t buffer = junos_queue_buffer(dialect);
	uint64_t min = ((uint64_t)ms_int(ecn, "/min", 0) * 100 + buffer / 2) / buffer;
	uint64_t max = ((uint64_t)ms_int(ecn, "/max", 0) * 100 + buffer / 2) / buffer;

	min = min > 98 ? 98 : min < 1 ? 1 : min;
	max = max > 99 ? 99 : max <= min ? min + 1 : max;
	json_object_set_new(ecn, "min", json_integer((json_int_t)(min * buffer / 100)));
	json_object_set_new(ecn, "max", json_integer((json_int_t)(max * buffer / 100)));
	if (!json_object_get(ecn, "probability"))
		json_object_set_new(ecn, "probability", json_integer(100));
}

/* Headroom is counted by the switch itself, from the length of the cable and the largest frame; so
 * is the level at which the peer goes on. */
static void normal_profile(const struct fabric_dialect *dialect, json_t *profile)
{
	json_t *pfc = json_object_get(profile, "pfc"), *row;
	const char *priority;
	bool pauses = json_object_size(pfc) > 0;

	json_object_foreach(pfc, priority, row)
		json_object_clear(row);
	if (!pauses)
		json_object_del(profile, "pfc");
	if (!pauses)
		json_object_del(profile, "cable");
	else if (!json_object_get(profile, "cable"))
		json_object_set_new(profile, "cable", json_integer(100));
	if (!pauses || !ms_bool(profile, "/watchdog", false))
		json_object_del(profile, "watchdog");
	json_object_foreach(json_object_get(profile, "ecn"), priority, row)
		normal_ecn(dialect, row);
	if (!json_object_size(json_object_get(profile, "ecn")))
		json_object_del(profile, "ecn");
}

static int64_t within(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

/* It belongs to profiles: without one that has it there is none. */
static void normal_watchdog(json_t *qos)
{
	json_t *row = json_object_get(qos, "watchdog"), *profile;
	int64_t poll = within(ms_int(row, "/poll", 100), 100, 1000);
	bool any = false;
	const char *name;

	json_object_foreach(json_object_get(qos, "profiles"), name, profile)
		any |= ms_bool(profile, "/watchdog", false);
	if (any)
		json_object_set_new(
			qos, "watchdog",
			json_pack("{s:I,s:I,s:I,s:s}", "poll", (json_int_t)poll, "detect",
				  (json_int_t)(within(ms_int(row, "/detect", 200) / poll, 2, 10) *
					       poll),
				  "restore",
				  (json_int_t)within(ms_int(row, "/restore", 200), 200, 1000),
				  "action", ms_str(row, "/action", "drop")));
	else
		json_object_del(qos, "watchdog");
}

static void normal_class(json_t *class)
{
	static const char *const lists[] = { "dscp", "pcp" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(lists); i++)
		if (!json_object_get(class, lists[i]))
			json_object_set_new(class, lists[i], json_array());
	if (ms_bool(class, "/strict", false) || !ms_int(class, "/bandwidth", 0))
		json_object_del(class, "bandwidth");
}

/* Profiles that no port has are not read, because a device may have any number of them. */
static void keep_used(json_t *model, json_t *profiles)
{
	json_auto_t *used = json_object();
	json_t *row;
	const char *key, *name;
	void *next;

	json_object_foreach(json_object_get(model, "ports"), key, row) {
		if (profile_of(model, row, &name))
			json_object_set_new(used, name, json_true());
		else
			json_object_del(row, "qos");
		if (!json_object_get(row, "qos"))
			json_object_del(row, "dcbx");
	}
	json_object_foreach_safe(profiles, next, key, row)
		if (!json_object_get(used, key))
			json_object_del(profiles, key);
}

void junos_normal_qos(const struct fabric_dialect *dialect, json_t *model)
{
	json_t *qos = json_object_get(model, "qos"), *profiles = json_object_get(qos, "profiles"),
	       *row;
	const char *key;

	json_object_foreach(json_object_get(model, "channels"), key, row)
		give_members(model, json_object_get(row, "members"));
	keep_used(model, profiles);
	/* Classes say nothing as long as no port has the classifier. */
	if (!json_object_size(profiles)) {
		json_object_del(model, "qos");
		return;
	}
	json_object_foreach(profiles, key, row)
		normal_profile(dialect, row);
	json_object_foreach(json_object_get(qos, "classes"), key, row)
		normal_class(row);
	normal_watchdog(qos);
	/* Whatever it does to the DSCP of tunnels, it is not to be chosen. */
	json_object_del(qos, "overlay");
}
