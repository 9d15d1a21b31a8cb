/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RoCE of NX-OS read into a model. */
#include "fabric/nxos/nxos.h"

/* ---- lines ---- */

/* "c-out-8q-q3" of "c-out-8q-" -> 3, "c-out-8q-q-default" -> 0; -1 for what is none. */
static int queue_of(const char *class, const char *kind)
{
	size_t len = strlen(kind);
	unsigned queue;

	if (strncmp(class, kind, len) || class[len] != 'q')
		return -1;
	if (!strcmp(class + len, "q-default"))
		return 0;
	return cli_match(class + len + 1, "%u", &queue) && queue > 0 && queue < 8 ? (int)queue : -1;
}

static bool take_match(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);
	char codes[CLI_WORD];

	if (cli_match(text, "match dscp %w", codes))
		cli_append_text(in, ctx, "dscp", codes);
	else if (cli_match(text, "match cos %w", codes))
		cli_append_text(in, ctx, "pcp", codes);
	else
		return false;
	return true;
}

struct policy {
	json_t *row;
	const char *class;
};

static bool take_group(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const struct policy *p = ctx;
	unsigned group;

	if (!cli_match(fabric_lines_text(line), "set qos-group %u", &group) || group > 7)
		return false;
	cli_set_number(in, p->row, p->class, group);
	return true;
}

static bool take_class(struct cli_in *in, const struct fabric_lines *line, void *row)
{
	char class[CLI_WORD];
	struct policy p = { row, class };

	if (!cli_match(fabric_lines_text(line), "class %w", class))
		return false;
	cli_lines(in, line, take_group, &p);
	return true;
}

static bool take_ecn(struct cli_in *in, json_t *queue, const char *text)
{
	char low[CLI_WORD], high[CLI_WORD];
	unsigned min, max, probability, weight;
	json_t *ecn;

	if (!cli_match(text,
		       "random-detect minimum-threshold %u %w maximum-threshold %u %w "
		       "drop-probability %u weight %u ecn",
		       &min, low, &max, high, &probability, &weight) ||
	    !cli_octets(min, low) || !cli_octets(max, high))
		return false;
	ecn = cli_object(in, queue, "ecn");
	cli_set_number(in, ecn, "min", cli_octets(min, low));
	cli_set_number(in, ecn, "max", cli_octets(max, high));
	cli_set_number(in, ecn, "probability", probability);
	return true;
}

static bool take_queue_line(struct cli_in *in, const struct fabric_lines *line, void *queue)
{
	const char *text = fabric_lines_text(line);
	unsigned number, pause, resume;

	if (cli_match(text, "priority level %u", &number)) {
		cli_set_bool(in, queue, "strict", true);
	} else if (cli_match(text, "bandwidth remaining percent %u", &number)) {
		cli_set_number(in, queue, "bandwidth", number);
	} else if (cli_match(text, "pause buffer-size %u pause-threshold %u resume-threshold %u",
			     &number, &pause, &resume)) {
		cli_set_number(in, queue, "xon", pause);
		cli_set_number(in, queue, "headroom", number > pause ? number - pause : 0);
	} else {
		return take_ecn(in, queue, text);
	}
	return true;
}

static bool take_queue(struct cli_in *in, const struct fabric_lines *line, void *row)
{
	char class[CLI_WORD], key[24];
	const char *way = "out";
	int queue;

	if (!cli_match(fabric_lines_text(line), "class type queuing %w", class))
		return false;
	queue = queue_of(class, "c-out-8q-");
	if (queue < 0) {
		queue = queue_of(class, "c-in-");
		way = "in";
	}
	if (queue < 0)
		return false;
	snprintf(key, sizeof(key), "%d", queue);
	cli_lines(in, line, take_queue_line, cli_object(in, cli_object(in, row, way), key));
	return true;
}

static bool take_pause(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);
	const struct policy *p = ctx;
	unsigned number;
	char key[24];

	if (cli_match(text, "mtu %u", &number))
		return true;
	if (!cli_match(text, "pause pfc-cos %u", &number) &&
	    !cli_match(text, "pause no-drop pfc-cos %u", &number))
		return false;
	/* Of another number it is paused, and what comes is dropped all the same. */
	if (queue_of(p->class, "c-8q-n") != (int)number)
		return false;
	snprintf(key, sizeof(key), "%u", number);
	cli_set_bool(in, p->row, key, true);
	return true;
}

static bool take_network(struct cli_in *in, const struct fabric_lines *line, void *row)
{
	char class[CLI_WORD];
	struct policy p = { row, class };

	if (!cli_match(fabric_lines_text(line), "class type network-qos %w", class) ||
	    queue_of(class, "c-8q-n") < 0)
		return false;
	cli_lines(in, line, take_pause, &p);
	return true;
}

static bool take_system(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct nxos_qos *qos = ctx;

	(void)in;
	return cli_match(fabric_lines_text(line), "service-policy type network-qos %w",
			 qos->active);
}

static bool take_watchdog(struct nxos_qos *qos, const char *text)
{
	if (!strcmp(text, "priority-flow-control watch-dog-interval on"))
		return qos->watches = true;
	return cli_match(text, "priority-flow-control watch-dog interval %u", &qos->interval) ||
	       cli_match(text, "priority-flow-control watch-dog shutdown-multiplier %u",
			 &qos->shutdown) ||
	       cli_match(text, "priority-flow-control auto-restore multiplier %u", &qos->restore);
}

static bool take_dcbx(struct nxos_qos *qos, const char *text)
{
	if (strcmp(text, NXOS_TELLS) && strcmp(text, NXOS_SILENT))
		return !strcmp(text, "lldp tlv-select dcbxp");
	snprintf(qos->dcbx, sizeof(qos->dcbx), "%s", text);
	return true;
}

bool nxos_take_qos(struct cli_in *in, const struct fabric_lines *line, struct nxos_qos *qos)
{
	const char *text = fabric_lines_text(line);
	char name[CLI_WORD], how[CLI_WORD];

	if (cli_match(text, "class-map type qos %w %w", how, name))
		cli_lines(in, line, take_match, cli_object(in, qos->maps, name));
	else if (cli_match(text, "policy-map type qos %w", name))
		cli_lines(in, line, take_class, cli_object(in, qos->classify, name));
	else if (cli_match(text, "policy-map type queuing %w", name))
		cli_lines(in, line, take_queue, cli_object(in, qos->queuing, name));
	else if (cli_match(text, "policy-map type network-qos %w", name))
		cli_lines(in, line, take_network, cli_object(in, qos->network, name));
	else if (!strcmp(text, "system qos"))
		cli_lines(in, line, take_system, qos);
	else
		return take_dcbx(qos, text) || take_watchdog(qos, text);
	return true;
}

/* What follows from a policy of our own is no more than that policy; its loss is that of a
 * statement. */
bool nxos_take_port_qos(struct cli_in *in, json_t *row, const char *text, struct nxos_qos *qos)
{
	char word[CLI_WORD];

	if (cli_match(text, "service-policy type queuing output %w", word)) {
		cli_set_text(in, row, "qos", word);
		return true;
	}
	if (cli_match(text, "flowcontrol receive %w", word) ||
	    cli_match(text, "flowcontrol send %w", word)) {
		if (strcmp(word, "off"))
			cli_set_bool(in, row, "pause", true);
		return true;
	}
	if (cli_match(text, "service-policy type qos input %w", word)) {
		bool ours = !strcmp(word, NXOS_CLASSIFY);

		if (ours || !*qos->used)
			snprintf(qos->used, sizeof(qos->used), "%s", word);
		return ours;
	}
	if (!strcmp(text, "priority-flow-control mode on send-tlv")) {
		cli_set_bool(in, row, "dcbx", true);
		return true;
	}
	return cli_match(text, "service-policy type queuing input %w", word) ||
	       !strcmp(text, "priority-flow-control mode on") ||
	       !strcmp(text, "priority-flow-control watch-dog-interval on");
}

/* ---- what only the whole tells ---- */

void nxos_qos_init(struct cli_in *in, struct nxos_qos *qos)
{
	*qos = (struct nxos_qos){ .maps = json_object(),
				  .classify = json_object(),
				  .queuing = json_object(),
				  .network = json_object(),
				  .versions = json_object(),
				  .interval = 100,
				  .shutdown = 1,
				  .restore = 10 };
	in->failed |= !qos->maps || !qos->classify || !qos->queuing || !qos->network ||
		      !qos->versions;
}

void nxos_qos_release(struct nxos_qos *qos)
{
	json_decref(qos->maps);
	json_decref(qos->classify);
	json_decref(qos->queuing);
	json_decref(qos->network);
	json_decref(qos->versions);
}

static bool take_field(const json_t *lists, int *map, int codes, int64_t priority)
{
	json_t *list;
	size_t i;
	bool any = false;

	json_array_foreach ((json_t *)lists, i, list)
		any |= json_is_string(list) &&
		       cli_take_codes(json_string_value(list), map, codes, (int)priority);
	return any;
}

/* Everything is of class-default but what the maps of other classes name. */
static void end_codes(struct cli_in *in, const struct nxos_qos *qos)
{
	const json_t *policy = json_object_get(qos->classify,
					       *qos->used ? qos->used : NXOS_CLASSIFY);
	int rest = (int)ms_int(policy, "/class-default", 0);
	struct cli_codes codes;
	bool pcp = false, dscp = false;
	const char *class;
	json_t *group;

	for (int i = 0; i < 64; i++)
		codes.dscp[i] = rest;
	for (int i = 0; i < 8; i++)
		codes.pcp[i] = rest;
	json_object_foreach ((json_t *)policy, class, group) {
		const json_t *map = json_object_get(qos->maps, class);
		int64_t priority = json_integer_value(group);

		dscp |= take_field(json_object_get(map, "dscp"), codes.dscp, 64, priority);
		pcp |= take_field(json_object_get(map, "pcp"), codes.pcp, 8, priority);
	}
	cli_set_text(in, cli_object(in, in->model, "qos"), "trust",
		     pcp && dscp ? "both"
		     : pcp	 ? "pcp"
				 : "dscp");
	cli_make_classes(in, &codes);
}

/* The model has one schedule for all ports, and the first profile says it. */
static void end_classes(struct cli_in *in, const struct nxos_qos *qos, const json_t *first)
{
	const json_t *network = *qos->active ? json_object_get(qos->network, qos->active) : NULL;
	const char *priority;
	json_t *class;

	end_codes(in, qos);
	json_object_foreach (ms_at(in->model, "/qos/classes"), priority, class) {
		const json_t *queue = ms_at(first, "/out/%s", priority);

		cli_set_number(in, class, "queue", priority[0] - '0');
		cli_set_bool(in, class, "lossless",
			     json_is_true(json_object_get(network, priority)));
		cli_set_bool(in, class, "strict", ms_bool(queue, "/strict", false));
		if (ms_int(queue, "/bandwidth", 0))
			cli_set_number(in, class, "bandwidth", ms_int(queue, "/bandwidth", 0));
	}
}

static void end_profile(struct cli_in *in, const struct nxos_qos *qos, const char *name,
			const json_t *policy)
{
	json_t *profile = cli_object(
		in, cli_object(in, json_object_get(in->model, "qos"), "profiles"), name);
	const char *priority;
	json_t *class, *input;
	char other[CLI_WORD];

	snprintf(other, sizeof(other), "%.100s" NXOS_INPUT, name);
	input = json_object_get(json_object_get(qos->queuing, other), "in");
	json_object_foreach (ms_at(in->model, "/qos/classes"), priority, class) {
		json_t *queue = ms_at(policy, "/out/%s", priority);
		json_t *ecn = json_object_get(queue, "ecn"),
		       *pause = json_object_get(input, priority);

		if (ecn)
			cli_set_value(in, cli_object(in, profile, "ecn"), priority,
				      json_incref(ecn));
		if (ms_bool(class, "/lossless", false))
			cli_set_value(in, cli_object(in, profile, "pfc"), priority,
				      pause ? json_incref(pause) : json_object());
		if (ms_bool(class, "/strict", false) != ms_bool(queue, "/strict", false) ||
		    ms_int(class, "/bandwidth", 0) != ms_int(queue, "/bandwidth", 0))
			cli_opaque(in, name, "another schedule of queues than other policies");
	}
	if (qos->watches && json_object_get(profile, "pfc"))
		cli_set_bool(in, profile, "watchdog", true);
}

/* Policies are those of the channel; the model says them of its members. */
static void end_channels(struct cli_in *in)
{
	json_t *ports = cli_object(in, in->model, "ports"), *channel, *port, *row;
	const char *name;
	size_t i;

	json_object_foreach (json_object_get(in->model, "channels"), name, channel) {
		json_t *qos = json_object_get(channel, "qos");

		json_array_foreach (json_object_get(channel, "members"), i, port) {
			if (!qos || !json_is_string(port))
				continue;
			row = cli_object(in, ports, json_string_value(port));
			if (!json_object_get(row, "enabled"))
				cli_set_bool(in, row, "enabled", true);
			cli_set_value(in, row, "qos", json_incref(qos));
			if (json_object_get(channel, "dcbx"))
				cli_set_bool(in, row, "dcbx", true);
		}
		json_object_del(channel, "qos");
		json_object_del(channel, "dcbx");
		json_object_del(channel, "pause");
	}
}

static void end_watchdog(struct cli_in *in, const struct nxos_qos *qos)
{
	json_t *row;

	if (!qos->watches)
		return;
	row = cli_object(in, json_object_get(in->model, "qos"), "watchdog");
	cli_set_number(in, row, "poll", qos->interval);
	cli_set_number(in, row, "detect", (json_int_t)qos->interval * qos->shutdown);
	cli_set_number(in, row, "restore", (json_int_t)qos->interval * qos->restore);
	cli_set_text(in, row, "action", "drop");
}

/* Ports tell where the switch does: PFC where they are told to, beside what is on; where nothing is
 * paused, it is the version that says so. */
static void end_dcbx(struct cli_in *in, const struct nxos_qos *qos)
{
	const json_t *profiles = ms_at(in->model, "/qos/profiles");
	const char *name;
	json_t *port;

	json_object_foreach (json_object_get(in->model, "ports"), name, port) {
		const char *version = ms_str(json_object_get(qos->versions, name), "", "auto"),
			   *profile = ms_str(port, "/qos", NULL);
		bool says = json_object_get(port, "dcbx") != NULL;

		if (profile && !json_object_get(json_object_get(profiles, profile), "pfc"))
			says = !strcmp(version, "ieee");
		if (says && profile && strcmp(qos->dcbx, NXOS_SILENT) && strcmp(version, "cee"))
			cli_set_bool(in, port, "dcbx", true);
		else
			json_object_del(port, "dcbx");
	}
}

/* What is of no port with a profile is its owner's. */
static void end_others(struct cli_in *in, const struct nxos_qos *qos)
{
	char native[64], line[CLI_WORD + 32];
	const char *port;
	json_t *version;

	json_object_foreach (qos->versions, port, version) {
		const json_t *row = json_object_get(json_object_get(in->model, "ports"), port);

		snprintf(line, sizeof(line), "lldp dcbx version %s", json_string_value(version));
		if ((!json_object_get(row, "qos") || strstr(line, "cee")) &&
		    !fabric_port_native(in->dialect, port, native, sizeof(native)))
			cli_opaque(in, native, line);
	}
	if (*qos->dcbx && !json_object_get(in->model, "qos"))
		cli_opaque(in, "", qos->dcbx);
}

/* Policies that give out queues are profiles; without any a switch has no RoCE. */
static void end_policies(struct cli_in *in, struct nxos_qos *qos)
{
	const json_t *first = NULL;
	const char *name;
	json_t *policy, *overlay;

	json_object_foreach (qos->queuing, name, policy)
		if (!first && json_object_get(policy, "out"))
			first = policy;
	if (!first)
		return;
	end_classes(in, qos, first);
	json_object_foreach (qos->queuing, name, policy)
		if (json_object_get(policy, "out"))
			end_profile(in, qos, name, policy);
	end_watchdog(in, qos);
	if (!json_object_get(in->model, "vxlan"))
		return;
	overlay = cli_object(in, json_object_get(in->model, "qos"), "overlay");
	cli_set_text(in, overlay, "encap", "copy");
	cli_set_text(in, overlay, "decap", qos->pipe ? "preserve" : "copy");
}

void nxos_qos_end(struct cli_in *in, struct nxos_qos *qos)
{
	end_channels(in);
	end_policies(in, qos);
	end_dcbx(in, qos);
	end_others(in, qos);
}
