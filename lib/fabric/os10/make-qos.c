/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the lines of RoCE on OS10 make together. */
#include "fabric/os10/os10.h"

#define PRIORITIES 8

static const json_t *use(struct os10_qos *qos, json_t *rows, const char *kind, const char *name)
{
	char header[2 * CLI_WORD];

	snprintf(header, sizeof(header), "%s %s", kind, name);
	json_object_del(qos->left, header);
	return json_object_get(rows, name);
}

static bool is_ours(const char *policy)
{
	return ms_starts(policy, OS10_PROFILE);
}

/* Lists by number, into a table of the reverse. */
static void take_codes(const json_t *lists, int *map, int codes)
{
	const char *number;
	json_t *list, *text;
	size_t i;

	json_object_foreach ((json_t *)lists, number, list)
		json_array_foreach (list, i, text)
			if (json_is_string(text))
				cli_take_codes(json_string_value(text), map, codes,
					       (int)strtol(number, NULL, 10));
}

/* The maps that are there by default: eight code points a priority, and PCP 0 above 1. */
static void take_default(int *map, int codes)
{
	for (int i = 0; i < codes; i++)
		map[i] = codes == 64 ? i / 8 : i < 2 ? 1 - i : i;
}

static bool has_group(const int *map, int codes, int group)
{
	for (int i = 0; i < codes; i++)
		if (map[i] == group)
			return true;
	return false;
}

/* What no map is for is in group 0; of which no class comes where the map names every code point of
 * other groups, and then it is in the class whose queue it shares. */
static int rest_of(const int *map, int codes, const int queues[static PRIORITIES])
{
	for (int group = 0; group < PRIORITIES; group++)
		if (queues[group] == queues[0] && has_group(map, codes, group))
			return group;
	return 0;
}

static void end_codes(struct cli_in *in, struct os10_qos *qos, const int queues[static PRIORITIES])
{
	const struct os10_trust *used = *qos->port.name ? &qos->port : &qos->system;
	bool pcp = !strcmp(used->kind, "dot1p");
	struct cli_codes codes = { { 0 }, { 0 } };
	int *map = pcp ? codes.pcp : codes.dscp, *other = pcp ? codes.dscp : codes.pcp;
	int n = pcp ? 8 : 64, rest;
	char key[CLI_WORD + 8];

	snprintf(key, sizeof(key), "%s %s", used->kind, used->name);
	if (!strcmp(used->name, "default"))
		take_default(map, n);
	take_codes(json_object_get(qos->trusts, key), map, n);
	use(qos, NULL, pcp ? "trust dot1p-map" : "trust dscp-map", used->name);
	rest = rest_of(map, n, queues);
	for (int i = 0; i < 72 - n; i++)
		other[i] = rest;
	cli_set_text(in, cli_object(in, in->model, "qos"), "trust", pcp ? "pcp" : "dscp");
	cli_make_classes(in, &codes);
}

/* The line of a policy about a queue. */
static const json_t *line_of(struct os10_qos *qos, const json_t *policy, int64_t queue)
{
	const char *name;
	json_t *line;

	json_object_foreach ((json_t *)policy, name, line)
		if (ms_int(json_object_get(qos->classes, name), "/queue", -1) == queue) {
			use(qos, NULL, "class-map type queuing", name);
			return line;
		}
	return NULL;
}

/* The model has one schedule for all ports; that of our own comes before others. */
static void end_classes(struct cli_in *in, struct os10_qos *qos, const json_t *first)
{
	const char *map = *qos->map ? qos->map : qos->system_map, *priority;
	int queues[PRIORITIES];
	json_t *class;

	for (int i = 0; i < PRIORITIES; i++)
		queues[i] = i;
	take_codes(use(qos, qos->queues, "qos-map traffic-class", map), queues, PRIORITIES);
	end_codes(in, qos, queues);
	json_object_foreach (ms_at(in->model, "/qos/classes"), priority, class) {
		int queue = queues[priority[0] - '0'];
		const json_t *line = line_of(qos, first, queue);

		cli_set_number(in, class, "queue", queue);
		cli_set_bool(in, class, "lossless", false);
		cli_set_bool(in, class, "strict", ms_bool(line, "/strict", false));
		if (ms_int(line, "/bandwidth", 0) && !ms_bool(line, "/strict", false))
			cli_set_number(in, class, "bandwidth", ms_int(line, "/bandwidth", 0));
	}
}

/* Of another number than its group the priority is paused, and what comes is dropped all the same.
 */
static void end_pause(struct cli_in *in, struct os10_qos *qos, const json_t *policy,
		      json_t *profile)
{
	static const char *const keys[] = { "xon", "headroom" };
	const char *name, *priority;
	json_t *line, *class, *row;

	json_object_foreach (ms_at(in->model, "/qos/classes"), priority, class)
		json_object_foreach ((json_t *)policy, name, line) {
			const json_t *groups = json_object_get(
				use(qos, qos->classes, "class-map type network-qos", name),
				"groups");
			int64_t number = priority[0] - '0';

			if (!ms_bool(line, "/pause", false) || !cli_set_has(groups, number) ||
			    !cli_set_has(json_object_get(line, "cos"), number))
				continue;
			cli_set_bool(in, class, "lossless", true);
			row = cli_object(in, cli_object(in, profile, "pfc"), priority);
			for (size_t i = 0; i < MS_ARRAY_SIZE(keys); i++)
				if (json_object_get(line, keys[i]))
					cli_set_value(in, row, keys[i],
						      json_incref(json_object_get(line, keys[i])));
		}
}

static void end_marking(struct cli_in *in, struct os10_qos *qos, const char *wred, json_t *profile,
			const char *priority)
{
	json_t *ecn = json_copy((json_t *)use(qos, qos->wreds, "wred", wred));

	if (ms_bool(ecn, "/marks", false) && ms_int(ecn, "/max", 0)) {
		json_object_del(ecn, "marks");
		cli_set_value(in, cli_object(in, profile, "ecn"), priority, json_incref(ecn));
	}
	json_decref(ecn);
}

static void end_profile(struct cli_in *in, struct os10_qos *qos, const char *name,
			const json_t *policy)
{
	json_t *profile = cli_object(
		in, cli_object(in, json_object_get(in->model, "qos"), "profiles"), name);
	const char *priority, *input = json_string_value(json_object_get(qos->bound, name));
	json_t *class;

	use(qos, NULL, "policy-map type queuing", name);
	/* That a port has lost it is told otherwise: see structure in os10.c. */
	if (is_ours(name))
		input = OS10_PFC;
	if (input)
		end_pause(in, qos, use(qos, qos->network, "policy-map type network-qos", input),
			  profile);
	json_object_foreach (ms_at(in->model, "/qos/classes"), priority, class) {
		const json_t *line = line_of(qos, policy, ms_int(class, "/queue", 0));
		const char *wred = ms_str(line, "/wred", NULL);

		if (wred)
			end_marking(in, qos, wred, profile, priority);
		if (ms_bool(class, "/strict", false) != ms_bool(line, "/strict", false) ||
		    (!ms_bool(class, "/strict", false) &&
		     ms_int(class, "/bandwidth", 0) != ms_int(line, "/bandwidth", 0)))
			cli_opaque(in, name, "another schedule of queues than other policies");
	}
}

static bool is_profile(const struct os10_qos *qos, const char *name)
{
	return is_ours(name) || json_object_get(qos->bound, name);
}

/* Ports tell only where the switch does. */
static void end_dcbx(struct cli_in *in, const struct os10_qos *qos)
{
	const char *name;
	json_t *port;

	if (qos->dcbx && !os10_tells(in->model))
		cli_opaque(in, "", "dcbx enable");
	json_object_foreach (json_object_get(in->model, "ports"), name, port)
		if (!qos->dcbx)
			json_object_del(port, "dcbx");
}

/* Policies for what goes out of ports, and ours that no port has yet, are profiles; without any a
 * switch has no RoCE. */
void os10_qos_end(struct cli_in *in, struct os10_qos *qos)
{
	const json_t *first = NULL;
	bool ours = false;
	const char *name;
	json_t *policy;

	end_dcbx(in, qos);
	json_object_foreach (qos->queuing, name, policy)
		if (is_profile(qos, name) && (!first || (!ours && is_ours(name)))) {
			first = policy;
			ours = is_ours(name);
		}
	if (first) {
		end_classes(in, qos, first);
		json_object_foreach (qos->queuing, name, policy)
			if (is_profile(qos, name))
				end_profile(in, qos, name, policy);
	}
	json_object_foreach (qos->left, name, policy)
		cli_opaque(in, "", name);
}
