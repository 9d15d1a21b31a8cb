/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RoCE on EOS.  Code points lead to traffic classes by maps of the whole switch, a traffic class is
 * the priority that PFC pauses, and everything else is said of a port: by a QoS profile, of which
 * one is made for each speed and cable ("Quality of Service" and "DCBX and Flow Control" of the
 * EOS user manual; words as arista.avd writes them).
 */
#include "fabric/eos/eos.h"
#include "site/site.h"

/* ---- rendering ------------------------------------------------------------------------------ */

/* Chips with virtual output queues have one set of queues, the others one each for unicast and
 * multicast: RoCE is unicast. */
static const char *queue_word(const struct fabric_dialect *dialect)
{
	return ms_starts(dialect->asic->name, "jericho") ? "tx-queue" : "uc-tx-queue";
}

static void put_map(struct cli_out *out, const char *what, const json_t *codes,
		    const char *priority)
{
	MS_AUTO_BUF struct ms_buf list = { 0 };
	json_t *code;
	size_t i;

	json_array_foreach ((json_t *)codes, i, code)
		ms_buf_printf(&list, " %lld", (long long)json_integer_value(code));
	if (list.len)
		cli_put(out, 0, "qos map %s%s to traffic-class %s", what, list.data, priority);
}

/* Traffic class 7 and queue 7 are bound to each other, and no line says so. */
static void put_class(struct cli_out *out, const char *priority, const json_t *class)
{
	long long number = strtoll(priority, NULL, 10), queue = ms_int(class, "/queue", number);

	put_map(out, "dscp", json_object_get(class, "dscp"), priority);
	put_map(out, "cos", json_object_get(class, "pcp"), priority);
	if ((number == 7) != (queue == 7))
		cli_refuse(out, "/qos/classes",
			   "queue 7 is that of priority 7, and priority %lld cannot have queue "
			   "%lld",
			   number, queue);
	else if (number != 7)
		cli_put(out, 0, "qos map traffic-class %lld to tx-queue %lld", number, queue);
}

static void put_seconds(struct cli_out *out, const json_t *watchdog, const char *key,
			const char *word)
{
	long long ms = ms_int(watchdog, key, -1);

	if (ms >= 0)
		cli_put(out, 0, "priority-flow-control pause watchdog default %s %lld.%03lld", word,
			ms / 1000, ms % 1000);
}

static void put_watchdog(struct cli_out *out, const json_t *watchdog)
{
	const char *action = ms_str(watchdog, "/action", NULL);

	put_seconds(out, watchdog, "/detect", "timeout");
	put_seconds(out, watchdog, "/restore", "recovery-time");
	put_seconds(out, watchdog, "/poll", "polling-interval");
	if (action)
		cli_put(out, 0, "priority-flow-control pause watchdog action %s",
			strcmp(action, "forward") ? "drop" : "no-drop");
}

/* weight 0: by the length of the queue as it is, not by an average that comes too late. */
static void put_queue(struct cli_out *out, const json_t *class, const json_t *ecn,
		      const char *priority)
{
	int64_t bandwidth = ms_int(class, "/bandwidth", 0);
	bool strict = ms_bool(class, "/strict", false);

	cli_put(out, 1, "%s %lld", queue_word(out->dialect),
		(long long)ms_int(class, "/queue", strtoll(priority, NULL, 10)));
	cli_put(out, 2, strict ? "priority strict" : "no priority");
	if (!strict && bandwidth)
		cli_put(out, 2, "bandwidth percent %lld", (long long)bandwidth);
	if (ecn)
		cli_put(out, 2,
			"random-detect ecn minimum-threshold %lld bytes maximum-threshold %lld "
			"bytes max-mark-probability %lld weight 0",
			(long long)ms_int(ecn, "/min", 0), (long long)ms_int(ecn, "/max", 0),
			(long long)ms_int(ecn, "/probability", 100));
}

static void put_profile(struct cli_out *out, const char *name, const json_t *profile)
{
	const json_t *classes = ms_at(out->model, "/qos/classes");
	const json_t *pfc = json_object_get(profile, "pfc");
	MS_AUTO_FREE const char **paused = cli_keys(pfc), **keys = cli_keys(classes);

	cli_put(out, 0, "qos profile %s", name);
	cli_put(out, 1, "qos trust %s",
		ms_streq(ms_str(out->model, "/qos/trust", NULL), "pcp") ? "cos" : "dscp");
	if (json_object_size(pfc))
		cli_put(out, 1, "priority-flow-control on");
	for (size_t i = 0; paused && paused[i]; i++)
		cli_put(out, 1, "priority-flow-control priority %s no-drop", paused[i]);
	if (ms_bool(profile, "/watchdog", false))
		cli_put(out, 1, "priority-flow-control pause watchdog");
	for (size_t i = 0; keys && keys[i]; i++)
		put_queue(out, json_object_get(classes, keys[i]),
			  json_object_get(json_object_get(profile, "ecn"), keys[i]), keys[i]);
	cli_remark(out);
}

void eos_render_qos(struct cli_out *out)
{
	const json_t *qos = json_object_get(out->model, "qos"),
		     *classes = json_object_get(qos, "classes"),
		     *profiles = json_object_get(qos, "profiles");
	MS_AUTO_FREE const char **keys = cli_keys(classes), **names = cli_keys(profiles);

	for (size_t i = 0; keys && keys[i]; i++)
		put_class(out, keys[i], json_object_get(classes, keys[i]));
	put_watchdog(out, json_object_get(qos, "watchdog"));
	for (size_t i = 0; names && names[i]; i++)
		put_profile(out, names[i], json_object_get(profiles, names[i]));
}

void eos_render_port_qos(struct cli_out *out, const json_t *row)
{
	const char *profile = ms_str(row, "/qos", NULL);

	if (ms_bool(row, "/pause", false)) {
		cli_put(out, 1, "flowcontrol send on");
		cli_put(out, 1, "flowcontrol receive on");
	}
	if (profile)
		cli_put(out, 1, "service-profile %s", profile);
	if (ms_bool(row, "/dcbx", false))
		cli_put(out, 1, "dcbx mode ieee");
}

/* A channel classifies by its own profile, which is that of its members. */
void eos_render_channel_qos(struct cli_out *out, const json_t *channel)
{
	const char *profile = NULL;
	json_t *port;
	size_t i;

	json_array_foreach (json_object_get(channel, "members"), i, port)
		if (!profile && json_is_string(port))
			profile = ms_str(json_object_get(json_object_get(out->model, "ports"),
							 json_string_value(port)),
					 "/qos", NULL);
	if (profile)
		cli_put(out, 1, "service-profile %s", profile);
}

/* What comes out of a tunnel has the DSCP that went in: EOS rewrites nothing there unless asked. */
void eos_render_tunnel_qos(struct cli_out *out)
{
	const json_t *overlay = ms_at(out->model, "/qos/overlay");
	const char *decap = ms_str(overlay, "/decap", "preserve");

	if (!overlay)
		return;
	if (strcmp(decap, "preserve"))
		cli_refuse(out, "/qos/overlay/decap",
			   "what leaves a tunnel keeps its DSCP: overlay: {decap: preserve}, not "
			   "%.20s",
			   decap);
	if (!strcmp(ms_str(overlay, "/encap", "copy"), "copy"))
		cli_put(out, 1, "vxlan qos dscp propagation encapsulation");
	cli_put(out, 1, "vxlan qos ecn propagation");
	cli_put(out, 1, "vxlan qos map dscp to traffic-class decapsulation");
}

/* ---- parsing -------------------------------------------------------------------------------- */

void eos_qos_init(struct cli_in *in, struct eos_qos *qos)
{
	static const int preset[8] = { 1, 0, 2, 3, 4, 5, 6, 7 };

	for (int i = 0; i < 64; i++)
		qos->codes.dscp[i] = preset[i / 8];
	for (int i = 0; i < 8; i++) {
		qos->codes.pcp[i] = preset[i];
		qos->queue[i] = i;
	}
	qos->profiles = json_object();
	qos->watchdog = json_object();
	in->failed |= !qos->profiles || !qos->watchdog;
}

void eos_qos_release(struct eos_qos *qos)
{
	json_decref(qos->profiles);
	json_decref(qos->watchdog);
}

static bool take_map(struct eos_qos *qos, const char *line)
{
	const char *to = strstr(line, " to "), *rest;
	char codes[512], what[CLI_WORD];
	unsigned number;

	if (!to || !cli_match(line, "qos map %w %r", what, &rest) || to <= rest)
		return false;
	snprintf(codes, sizeof(codes), "%.*s", (int)(to - rest), rest);
	if (cli_match(to + 1, "to tx-queue %u", &number))
		return !strcmp(what, "traffic-class") && number < 8 &&
		       cli_take_codes(codes, qos->queue, 8, (int)number);
	if (!cli_match(to + 1, "to traffic-class %u", &number) || number > 7)
		return false;
	if (!strcmp(what, "dscp"))
		return cli_take_codes(codes, qos->codes.dscp, 64, (int)number);
	return !strcmp(what, "cos") && cli_take_codes(codes, qos->codes.pcp, 8, (int)number);
}

static bool take_watchdog(struct cli_in *in, struct eos_qos *qos, const char *line)
{
	static const struct {
		const char *word, *key;
	} rows[] = {
		{ "timeout", "detect" },
		{ "recovery-time", "restore" },
		{ "polling-interval", "poll" },
	};
	char word[CLI_WORD], value[CLI_WORD], *end;
	double seconds;

	if (cli_match(line, "priority-flow-control pause watchdog action %w", word)) {
		bool drop = !strcmp(word, "drop");

		if (drop || !strcmp(word, "no-drop"))
			cli_set_text(in, qos->watchdog, "action", drop ? "drop" : "forward");
		return drop || !strcmp(word, "no-drop");
	}
	if (!cli_match(line, "priority-flow-control pause watchdog default %w %w", word, value))
		return false;
	seconds = strtod(value, &end);
	if (*end || !(seconds >= 0 && seconds <= 3600))
		return false;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].word, word)) {
			cli_set_number(in, qos->watchdog, rows[i].key,
				       (json_int_t)(seconds * 1000 + 0.5));
			return true;
		}
	return false;
}

static bool take_ecn(struct cli_in *in, json_t *queue, const char *line)
{
	char low[CLI_WORD], high[CLI_WORD];
	const char *rest = "";
	unsigned min, max, probability = 100, weight;
	json_t *ecn;

	if (!cli_match(line, "random-detect ecn minimum-threshold %u %w maximum-threshold %u %w %r",
		       &min, low, &max, high, &rest) &&
	    !cli_match(line, "random-detect ecn minimum-threshold %u %w maximum-threshold %u %w",
		       &min, low, &max, high))
		return false;
	if (*rest && !cli_match(rest, "max-mark-probability %u", &probability) &&
	    !cli_match(rest, "max-mark-probability %u weight %u", &probability, &weight) &&
	    !cli_match(rest, "weight %u", &weight))
		return false;
	if (!cli_octets(min, low) || !cli_octets(max, high))
		return false;
	ecn = cli_object(in, queue, "ecn");
	cli_set_number(in, ecn, "min", cli_octets(min, low));
	cli_set_number(in, ecn, "max", cli_octets(max, high));
	cli_set_number(in, ecn, "probability", probability);
	return true;
}

static bool take_queue_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);
	json_t *queue = ctx;
	unsigned number;

	if (!strcmp(text, "no priority") || !strcmp(text, "priority strict"))
		cli_set_bool(in, queue, "strict", *text == 'p');
	else if (cli_match(text, "bandwidth percent %u", &number))
		cli_set_number(in, queue, "bandwidth", number);
	else
		return take_ecn(in, queue, text);
	return true;
}

static bool take_profile_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);
	json_t *profile = ctx;
	char word[CLI_WORD];
	unsigned number;

	if (cli_match(text, "uc-tx-queue %u", &number) || cli_match(text, "tx-queue %u", &number)) {
		snprintf(word, sizeof(word), "%u", number);
		cli_lines(in, line, take_queue_line,
			  cli_object(in, cli_object(in, profile, "queues"), word));
	} else if (cli_match(text, "qos trust %w", word)) {
		cli_set_text(in, profile, "trust", strcmp(word, "cos") ? word : "pcp");
	} else if (cli_match(text, "priority-flow-control priority %u no-drop", &number) &&
		   number < 8) {
		snprintf(word, sizeof(word), "%u", number);
		cli_object(in, cli_object(in, profile, "pfc"), word);
	} else if (!strcmp(text, "priority-flow-control on")) {
		cli_set_bool(in, profile, "on", true);
	} else if (!strcmp(text, "priority-flow-control pause watchdog")) {
		cli_set_bool(in, profile, "watchdog", true);
	} else {
		return cli_match(text, "priority-flow-control priority %u drop", &number);
	}
	return true;
}

bool eos_take_qos(struct cli_in *in, const struct fabric_lines *line, struct eos_qos *qos)
{
	const char *text = fabric_lines_text(line);
	char name[CLI_WORD];

	if (cli_match(text, "qos profile %w", name)) {
		cli_lines(in, line, take_profile_line, cli_object(in, qos->profiles, name));
		return true;
	}
	if (!strcmp(text, "priority-flow-control all off"))
		qos->off = true;
	return take_map(qos, text) || take_watchdog(in, qos, text);
}

bool eos_take_port_qos(struct cli_in *in, json_t *row, const char *line)
{
	char word[CLI_WORD];

	if (cli_match(line, "service-profile %w", word)) {
		cli_set_text(in, row, "qos", word);
		return true;
	}
	if (!strcmp(line, "dcbx mode ieee")) {
		cli_set_bool(in, row, "dcbx", true);
		return true;
	}
	if (!cli_match(line, "flowcontrol send %w", word) &&
	    !cli_match(line, "flowcontrol receive %w", word))
		return false;
	/* What is "desired" is negotiated, and on where the other end has it. */
	if (strcmp(word, "off"))
		cli_set_bool(in, row, "pause", true);
	return true;
}

bool eos_take_tunnel_qos(struct eos_qos *qos, const char *line)
{
	if (!strcmp(line, "vxlan qos dscp propagation encapsulation"))
		return qos->copies = true;
	return !strcmp(line, "vxlan qos ecn propagation") ||
	       !strcmp(line, "vxlan qos map dscp to traffic-class decapsulation");
}

/* ---- what only the whole tells ---- */

/* Queues are served by strict priority unless somebody says otherwise. */
static void schedule(struct cli_in *in, json_t *class, const json_t *queue)
{
	bool strict = ms_bool(queue, "/strict", true);

	cli_set_bool(in, class, "strict", strict);
	if (!strict && json_object_get(queue, "bandwidth"))
		cli_set_value(in, class, "bandwidth",
			      json_incref(json_object_get(queue, "bandwidth")));
}

static const json_t *queue_of(const json_t *profile, const json_t *class)
{
	return ms_at(profile, "/queues/%d", (int)ms_int(class, "/queue", -1));
}

/* The model has one schedule for all ports, and the first profile says it. */
static void end_profile(struct cli_in *in, const struct eos_qos *qos, const char *name, json_t *row)
{
	json_t *profile = cli_object(
		in, cli_object(in, json_object_get(in->model, "qos"), "profiles"), name);
	json_t *class, *ecn, *pfc = json_object_get(row, "pfc");
	const char *priority;

	if (pfc && ms_bool(row, "/on", false) && !qos->off)
		cli_set_value(in, profile, "pfc", json_incref(pfc));
	if (ms_bool(row, "/watchdog", false))
		cli_set_bool(in, profile, "watchdog", true);
	json_object_foreach (ms_at(in->model, "/qos/classes"), priority, class) {
		const json_t *queue = queue_of(row, class);

		ecn = json_object_get(queue, "ecn");
		if (ecn)
			cli_set_value(in, cli_object(in, profile, "ecn"), priority,
				      json_incref(ecn));
		if (ms_at(profile, "/pfc/%s", priority))
			cli_set_bool(in, class, "lossless", true);
		if (ms_bool(class, "/strict", true) != ms_bool(queue, "/strict", true) ||
		    ms_int(class, "/bandwidth", 0) != ms_int(queue, "/bandwidth", 0))
			cli_opaque(in, name, "another schedule of queues than other profiles");
	}
	if (!ms_streq(ms_str(row, "/trust", ""), ms_str(in->model, "/qos/trust", "")))
		cli_opaque(in, name, "trusts another field than other profiles");
}

static void end_classes(struct cli_in *in, const struct eos_qos *qos, const json_t *first)
{
	const char *priority;
	json_t *class;

	cli_make_classes(in, &qos->codes);
	json_object_foreach (ms_at(in->model, "/qos/classes"), priority, class) {
		cli_set_number(in, class, "queue", qos->queue[priority[0] - '0']);
		cli_set_bool(in, class, "lossless", false);
		schedule(in, class, queue_of(first, class));
	}
}

/* Maps alone treat nothing in any way: a switch without profiles has no RoCE. */
void eos_qos_end(struct cli_in *in, struct eos_qos *qos)
{
	const char *name;
	json_t *row, *out, *first;

	if (!json_object_size(qos->profiles))
		return;
	first = json_object_iter_value(json_object_iter(qos->profiles));
	out = cli_object(in, in->model, "qos");
	if (ms_str(first, "/trust", NULL))
		cli_set_text(in, out, "trust", ms_str(first, "/trust", ""));
	end_classes(in, qos, first);
	json_object_foreach (qos->profiles, name, row)
		end_profile(in, qos, name, row);
	if (json_object_size(qos->watchdog))
		cli_set_value(in, out, "watchdog", json_incref(qos->watchdog));
	if (!json_object_get(in->model, "vxlan"))
		return;
	row = cli_object(in, out, "overlay");
	cli_set_text(in, row, "encap", qos->copies ? "copy" : "derive");
	cli_set_text(in, row, "decap", "preserve");
}

/* ---- what comes back ------------------------------------------------------------------------ */

static int64_t round_to(json_t *object, const char *key, int64_t step, int64_t least, int64_t most)
{
	int64_t value = json_integer_value(json_object_get(object, key)) / step * step;

	if (!json_object_get(object, key))
		return most;
	value = value < least ? least : value > most ? most : value;
	json_object_set_new(object, key, json_integer(value));
	return value;
}

/* Buffers are the switch's own: what `platform trident mmu` says of them is another on each chip,
 * and no length of a cable is among it. */
void eos_normal_qos(json_t *model)
{
	json_t *qos = json_object_get(model, "qos"), *watchdog = json_object_get(qos, "watchdog"),
	       *profile, *row;
	const char *name, *priority;
	int64_t detect, restore;

	if (!json_object_size(json_object_get(qos, "profiles"))) {
		json_object_del(model, "qos");
		return;
	}
	json_object_foreach (json_object_get(qos, "profiles"), name, profile) {
		json_object_del(profile, "cable");
		json_object_foreach (json_object_get(profile, "pfc"), priority, row)
			json_object_clear(row);
	}
	detect = round_to(watchdog, "detect", 10, 10, 60000);
	restore = round_to(watchdog, "restore", 10, 10, 60000);
	/* It looks twice in either time, or chooses by itself how often it does. */
	round_to(watchdog, "poll", 1, 5, (detect < restore ? detect : restore) / 2);
}
