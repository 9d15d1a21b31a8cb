/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RoCE of OS10 read line by line: by what ports use, whoever made it. */
#include "fabric/os10/os10.h"

#define PRIORITIES 8

void os10_qos_init(struct cli_in *in, struct os10_qos *qos)
{
	json_t **const all[] = { &qos->trusts,	&qos->queues,  &qos->classes, &qos->wreds,
				 &qos->queuing, &qos->network, &qos->bound,   &qos->left };

	*qos = (struct os10_qos){ 0 };
	for (size_t i = 0; i < MS_ARRAY_SIZE(all); i++) {
		*all[i] = json_object();
		in->failed |= !*all[i];
	}
}

void os10_qos_release(struct os10_qos *qos)
{
	json_decref(qos->trusts);
	json_decref(qos->queues);
	json_decref(qos->classes);
	json_decref(qos->wreds);
	json_decref(qos->queuing);
	json_decref(qos->network);
	json_decref(qos->bound);
	json_decref(qos->left);
}

/* ---- blocks of the switch ---- */

/* "qos-group 3 dscp 24,26-27", "queue 3 qos-group 3": lists by the number before. */
static bool take_list(struct cli_in *in, const struct fabric_lines *line, void *row)
{
	static const char *const patterns[] = { "qos-group %u dscp %r", "qos-group %u dot1p %r",
						"queue %u qos-group %r" };
	const char *text = fabric_lines_text(line), *list;
	char key[24], word[CLI_WORD];
	unsigned number;

	for (size_t i = 0; i < MS_ARRAY_SIZE(patterns); i++) {
		if (!cli_match(text, patterns[i], &number, &list) || number >= PRIORITIES)
			continue;
		/* RDMA is no multicast. */
		if (cli_match(list, "%w type ucast", word))
			list = word;
		else if (strstr(list, " type "))
			return false;
		snprintf(key, sizeof(key), "%u", number);
		cli_append_text(in, row, key, list);
		return true;
	}
	return false;
}

static bool take_match(struct cli_in *in, const struct fabric_lines *line, void *class)
{
	const char *text = fabric_lines_text(line), *list;
	unsigned queue;

	if (cli_match(text, "match queue %u", &queue) && queue < PRIORITIES)
		cli_set_number(in, class, "queue", queue);
	else if (cli_match(text, "match qos-group %r", &list))
		return cli_ranges_get(list, cli_array(in, class, "groups"));
	else
		return false;
	return true;
}

/* Packets are green unless somebody colours them. */
static bool take_wred(struct cli_in *in, const struct fabric_lines *line, void *wred)
{
	const char *text = fabric_lines_text(line);
	unsigned min, max, probability;
	char color[CLI_WORD];

	if (!strcmp(text, "random-detect ecn")) {
		cli_set_bool(in, wred, "marks", true);
		return true;
	}
	if (!cli_match(text,
		       "random-detect color %w minimum-threshold %u maximum-threshold %u "
		       "drop-probability %u",
		       color, &min, &max, &probability))
		return false;
	if (strcmp(color, "green"))
		return true;
	cli_set_number(in, wred, "min", (json_int_t)min * OS10_KB);
	cli_set_number(in, wred, "max", (json_int_t)max * OS10_KB);
	cli_set_number(in, wred, "probability", probability);
	return true;
}

static bool take_share(struct cli_in *in, const struct fabric_lines *line, void *class)
{
	const char *text = fabric_lines_text(line);
	char name[CLI_WORD];
	unsigned percent;

	if (!strcmp(text, "priority"))
		cli_set_bool(in, class, "strict", true);
	else if (cli_match(text, "bandwidth percent %u", &percent))
		cli_set_number(in, class, "bandwidth", percent);
	else if (cli_match(text, "random-detect %w", name))
		cli_set_text(in, class, "wred", name);
	else
		return false;
	return true;
}

static bool take_pause(struct cli_in *in, const struct fabric_lines *line, void *class)
{
	const char *text = fabric_lines_text(line), *list;
	unsigned buffer, pause, resume;

	if (cli_match(text, "pfc-cos %r", &list))
		return cli_ranges_get(list, cli_array(in, class, "cos"));
	if (cli_match(text, "pause buffer-size %u pause-threshold %u resume-threshold %u", &buffer,
		      &pause, &resume)) {
		cli_set_number(in, class, "xon", (json_int_t)pause * OS10_KB);
		cli_set_number(in, class, "headroom",
			       buffer > pause ? (json_int_t)(buffer - pause) * OS10_KB : 0);
	} else if (strcmp(text, "pause")) {
		return false;
	}
	cli_set_bool(in, class, "pause", true);
	return true;
}

struct policy {
	json_t *row;
	cli_line_fn *fn;
};

static bool take_class(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const struct policy *p = ctx;
	char name[CLI_WORD];

	if (!cli_match(fabric_lines_text(line), "class %w", name))
		return false;
	cli_lines(in, line, p->fn, cli_object(in, p->row, name));
	return true;
}

static bool take_system(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);
	struct os10_qos *qos = ctx;

	(void)in;
	if (cli_match(text, "trust-map dscp %w", qos->system.name))
		snprintf(qos->system.kind, sizeof(qos->system.kind), "dscp");
	else if (cli_match(text, "trust-map dot1p %w", qos->system.name))
		snprintf(qos->system.kind, sizeof(qos->system.kind), "dot1p");
	else
		return cli_match(text, "qos-map traffic-class %w", qos->system_map);
	return true;
}

static void take_policy(struct cli_in *in, const struct fabric_lines *line, json_t *policies,
			const char *name, cli_line_fn *fn)
{
	struct policy p = { cli_object(in, policies, name), fn };

	cli_lines(in, line, take_class, &p);
}

bool os10_take_qos(struct cli_in *in, const struct fabric_lines *line, struct os10_qos *qos)
{
	const char *text = fabric_lines_text(line);
	char name[CLI_WORD], key[CLI_WORD + 8];

	if (cli_match(text, "wred %w", name))
		cli_lines(in, line, take_wred, cli_object(in, qos->wreds, name));
	else if (cli_match(text, "class-map type queuing %w", name) ||
		 cli_match(text, "class-map type network-qos %w", name))
		cli_lines(in, line, take_match, cli_object(in, qos->classes, name));
	else if (cli_match(text, "policy-map type queuing %w", name))
		take_policy(in, line, qos->queuing, name, take_share);
	else if (cli_match(text, "policy-map type network-qos %w", name))
		take_policy(in, line, qos->network, name, take_pause);
	else if (cli_match(text, "qos-map traffic-class %w", name))
		cli_lines(in, line, take_list, cli_object(in, qos->queues, name));
	else if (cli_match(text, "trust dscp-map %w", name) ||
		 cli_match(text, "trust dot1p-map %w", name)) {
		snprintf(key, sizeof(key), "%s %s", strstr(text, "dscp-") ? "dscp" : "dot1p", name);
		cli_lines(in, line, take_list, cli_object(in, qos->trusts, key));
	} else if (!strcmp(text, "system qos") || !strcmp(text, "dcbx enable")) {
		qos->dcbx = qos->dcbx || *text == 'd';
		cli_lines(in, line, take_system, qos);
		return true;
	} else {
		return false;
	}
	cli_set_bool(in, qos->left, text, true);
	return true;
}

/* ---- ports ---- */

bool os10_take_port_qos(struct cli_in *in, json_t *lines, const char *text)
{
	static const char *const words[] = { "trust-map",  "qos-map traffic-class", "ets mode",
					     "service-policy input type network-qos",
					     "service-policy output type queuing",
					     "priority-flow-control mode", "dcbx version",
					     OS10_SILENT, OS10_TELLS };
	json_t *line;

	if (!lines)
		return false;
	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		if (cli_begins(text, words[i])) {
			line = json_string(text);
			in->failed |= json_array_append_new(lines, line);
			return line;
		}
	if (!strcmp(text, "flowcontrol receive on") || !strcmp(text, "flowcontrol transmit on"))
		in->failed |= json_array_append_new(lines, json_string(text));
	return cli_begins(text, "flowcontrol receive") || cli_begins(text, "flowcontrol transmit");
}

/* What is ours wins: that of other people stays beside it where they said it of the port. */
static bool take_trust(struct os10_qos *qos, const char *text)
{
	struct os10_trust trust = { .kind = "dscp" };
	bool ours;

	if (!cli_match(text, "trust-map dscp %w", trust.name)) {
		snprintf(trust.kind, sizeof(trust.kind), "dot1p");
		if (!cli_match(text, "trust-map dot1p %w", trust.name))
			return false;
	}
	ours = !strcmp(trust.name, OS10_DSCP) || !strcmp(trust.name, OS10_DOT1P);
	if (ours || !*qos->port.name)
		qos->port = trust;
	return true;
}

static bool take_port(struct os10_qos *qos, json_t *row, const char *text, char *input, bool *pfc)
{
	char word[CLI_WORD];

	if (cli_match(text, "qos-map traffic-class %w", word)) {
		if (!*qos->map || !strcmp(word, OS10_QUEUES))
			snprintf(qos->map, sizeof(qos->map), "%s", word);
	} else if (!strcmp(text, "priority-flow-control mode on")) {
		*pfc = true;
	} else if (ms_starts(text, "flowcontrol ")) {
		json_object_set_new(row, "pause", json_true());
	} else if (!strcmp(text, OS10_SILENT)) {
		json_object_del(row, "dcbx");
	} else {
		return cli_match(text, "service-policy input type network-qos %w", input) ||
		       cli_match(text, "service-policy output type queuing %w", word) ||
		       !strcmp(text, "ets mode on") || take_trust(qos, text);
	}
	return true;
}

/* The version follows the other end unless it is said: IEEE to who speaks it. */
static bool take_version(json_t *row, const char *text)
{
	if (!strcmp(text, "dcbx version ieee") || !strcmp(text, "dcbx version auto"))
		return true;
	if (ms_starts(text, "dcbx "))
		json_object_del(row, "dcbx");
	return !strcmp(text, OS10_TELLS);
}

static const char *policy_of(const json_t *lines, char word[static CLI_WORD])
{
	json_t *line;
	size_t i;

	json_array_foreach ((json_t *)lines, i, line)
		if (cli_match(json_string_value(line), "service-policy output type queuing %w",
			      word))
			return word;
	return NULL;
}

/* A port whose queues are not its own is none of RoCE; how it pauses is its owner's business. */
void os10_make_port_qos(struct cli_in *in, struct os10_qos *qos, const char *port, json_t *row,
			const json_t *lines)
{
	char output[CLI_WORD], input[CLI_WORD] = "";
	const char *name = policy_of(lines, output);
	bool pfc = false;
	json_t *line;
	size_t i;

	if (name)
		cli_set_bool(in, row, "dcbx", true);
	json_array_foreach ((json_t *)lines, i, line) {
		const char *text = json_string_value(line);

		if (name ? !take_port(qos, row, text, input, &pfc) && !take_version(row, text)
			 : !ms_starts(text, "flowcontrol "))
			cli_opaque(in, port, text);
	}
	if (!name)
		return;
	cli_set_text(in, row, "qos", name);
	if (pfc && *input && !json_is_string(json_object_get(qos->bound, name)))
		cli_set_text(in, qos->bound, name, input);
	else if (!json_object_get(qos->bound, name))
		cli_set_value(in, qos->bound, name, json_null());
}
