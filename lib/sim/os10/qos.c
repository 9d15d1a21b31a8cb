/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lines of QoS want and do on OS10 ("Quality of service", "Data center bridging"). */
#include "sim/os10/os10.h"

/* ---- numbers ---- */

/* "0-2,4,7": each at most `most`; as bits, 0 for what is no list. */
static uint64_t bits_of(const char *list, unsigned long most)
{
	uint64_t bits = 0;
	char *end;

	do {
		unsigned long from = strtoul(list, &end, 10), to = from;

		if (end == list)
			return 0;
		if (*end == '-')
			to = strtoul(list = end + 1, &end, 10);
		if (end == list || to > most || from > to)
			return 0;
		for (; from <= to; from++)
			bits |= 1ull << from;
		list = end + 1;
	} while (*end == ',');
	return *end ? 0 : bits;
}

const char *sim_os10_numbers(struct sim_cli_at *at)
{
	return at->no || bits_of(sim_cli_last_word(at->line), 7) ? NULL : "Illegal parameter.";
}

/* ---- what is there, and what is used ---- */

static bool has_block(const struct sim_cli_at *at, const char *kind, const char *name)
{
	MS_AUTO_FREE char *header = ms_asprintf("%s %s", kind, name);

	return header && sim_cli_block(at->cli->config, header);
}

static bool is_used_in(const json_t *kids, const char *begins, const char *name)
{
	const char *key;
	json_t *line;

	json_object_foreach ((json_t *)kids, key, line) {
		const char *text = ms_str(line, "/t", "");

		if ((ms_starts(text, begins) && !strcmp(sim_cli_last_word(text), name)) ||
		    is_used_in(json_object_get(line, "k"), begins, name))
			return true;
	}
	return false;
}

/* By a line that begins so, in blocks of this beginning. */
static bool is_used(const struct sim_cli_at *at, const char *blocks, const char *begins,
		    const char *name)
{
	const char *key;
	json_t *node;

	json_object_foreach (at->cli->config, key, node)
		if (ms_starts(key, blocks) && is_used_in(json_object_get(node, "k"), begins, name))
			return true;
	return false;
}

static bool is_bound(const struct sim_cli_at *at, const char *begins, const char *name)
{
	return is_used(at, "interface ", begins, name) || is_used(at, "system qos", begins, name);
}

static const char *too_long(const char *name)
{
	return strlen(name) > 32 ? "Name is longer than 32 characters." : NULL;
}

/* "wred NAME" */
const char *sim_os10_wred(struct sim_cli_at *at)
{
	const char *name = sim_cli_last_word(at->line);

	if (!at->no)
		return too_long(name);
	return is_used(at, "policy-map type queuing ", "random-detect ", name)
		       ? "WRED profile is in use."
		       : NULL;
}

/* "class-map type queuing NAME" */
const char *sim_os10_class_map(struct sim_cli_at *at)
{
	const char *name = sim_cli_last_word(at->line);
	char blocks[64];

	if (!at->no)
		return too_long(name);
	snprintf(blocks, sizeof(blocks), "policy-map type %s ",
		 strstr(at->line, " queuing ") ? "queuing" : "network-qos");
	return is_used(at, blocks, "class ", name) ? "Class-map is in use by a policy-map." : NULL;
}

const char *sim_os10_policy_map(struct sim_cli_at *at)
{
	const char *name = sim_cli_last_word(at->line);

	if (!at->no)
		return too_long(name);
	return is_bound(at, strstr(at->line, " queuing ") ? "service-policy output "
							   : "service-policy input ",
			name)
		       ? "Policy-map is applied on an interface."
		       : NULL;
}

/* "trust dscp-map NAME", "qos-map traffic-class NAME" */
const char *sim_os10_map(struct sim_cli_at *at)
{
	const char *name = sim_cli_last_word(at->line),
		   *begins = strstr(at->line, " dscp-map ")    ? "trust-map dscp "
			     : strstr(at->line, " dot1p-map ") ? "trust-map dot1p "
							       : "qos-map traffic-class ";

	if (!strcmp(name, "default"))
		return "Default map cannot be changed.";
	if (!at->no)
		return too_long(name);
	return is_bound(at, begins, name) ? "Map is applied on an interface." : NULL;
}

/* "qos-group 3 dscp 24,26": no code point in two groups; and what is applied stays as it is. */
const char *sim_os10_entry(struct sim_cli_at *at)
{
	bool dscp = strstr(at->line, " dscp ");
	uint64_t bits = bits_of(sim_cli_last_word(at->line), dscp ? 63 : 7);
	const char *key;
	json_t *node;

	if (json_object_get(at->kids, at->line) && !at->no)
		return NULL;
	json_object_foreach (at->kids, key, node) {
		const char *text = ms_str(node, "/t", "");

		if (!strcmp(text, at->line) && !at->no)
			return NULL;
		if (strncmp(text, at->line, strlen("qos-group 0 ")) && !at->no &&
		    bits & bits_of(sim_cli_last_word(text), 63))
			return "Value is mapped already.";
	}
	if (is_bound(at, "", sim_cli_last_word(at->header)))
		return "Map is applied on an interface.";
	return at->no || bits ? NULL : "Illegal parameter.";
}

/* ---- policies ---- */

/* "class NAME": of the type of the policy. */
const char *sim_os10_class(struct sim_cli_at *at)
{
	bool queuing = strstr(at->header, " queuing ");

	return at->no || has_block(at,
				   queuing ? "class-map type queuing"
					   : "class-map type network-qos",
				   sim_cli_last_word(at->line))
		       ? NULL
		       : "Class-map does not exist.";
}

/* Shares of a hundred together; a queue that is served first has none. */
const char *sim_os10_share(struct sim_cli_at *at)
{
	if (at->no)
		return NULL;
	if (sim_cli_line(at->kids, "priority"))
		return "Bandwidth is not allowed for a class with priority.";
	return sim_cli_sum(at, "bandwidth percent") > 100 ? "Sum of bandwidth exceeds 100 percent."
							  : NULL;
}

const char *sim_os10_priority(struct sim_cli_at *at)
{
	return !at->no && sim_cli_line(at->kids, "bandwidth percent")
		       ? "Priority is not allowed for a class with bandwidth."
		       : NULL;
}

const char *sim_os10_marking(struct sim_cli_at *at)
{
	return at->no || has_block(at, "wred", sim_cli_last_word(at->line))
		       ? NULL
		       : "WRED profile does not exist.";
}

const char *sim_os10_thresholds(struct sim_cli_at *at)
{
	unsigned long min, max;

	if (at->no || sscanf(at->line,
			     "random-detect color %*s minimum-threshold %lu maximum-threshold %lu",
			     &min, &max) != 2)
		return NULL;
	return min > max ? "Minimum threshold is greater than maximum threshold." : NULL;
}

const char *sim_os10_pause(struct sim_cli_at *at)
{
	unsigned long buffer, pause, resume;

	if (at->no ||
	    sscanf(at->line, "pause buffer-size %lu pause-threshold %lu resume-threshold %lu",
		   &buffer, &pause, &resume) != 3)
		return NULL;
	return resume > pause || pause >= buffer
		       ? "Thresholds must be less than the buffer size, and resume not above pause."
		       : NULL;
}

/* ---- ports ---- */

/* "service-policy output type queuing NAME" */
const char *sim_os10_service_policy(struct sim_cli_at *at)
{
	bool queuing = strstr(at->line, " queuing ");

	return at->no || has_block(at,
				   queuing ? "policy-map type queuing"
					   : "policy-map type network-qos",
				   sim_cli_last_word(at->line))
		       ? NULL
		       : "Policy-map does not exist.";
}

/* "trust-map dscp NAME", "qos-map traffic-class NAME" */
const char *sim_os10_apply(struct sim_cli_at *at)
{
	const char *name = sim_cli_last_word(at->line),
		   *kind = ms_starts(at->line, "qos-map ")	   ? "qos-map traffic-class"
			   : ms_starts(at->line, "trust-map dscp") ? "trust dscp-map"
								   : "trust dot1p-map";

	if (at->no || has_block(at, kind, name))
		return NULL;
	return *kind == 't' && !strcmp(name, "default") ? NULL : "Map does not exist.";
}

/* "You cannot enable PFC and LLFC at the same time". */
const char *sim_os10_pfc(struct sim_cli_at *at)
{
	const char *in = sim_cli_line(at->kids, "flowcontrol receive"),
		   *out = sim_cli_line(at->kids, "flowcontrol transmit");

	return !at->no && ((in && !strcmp(in, "flowcontrol receive on")) ||
			   (out && !strcmp(out, "flowcontrol transmit on")))
		       ? "Link level flow control is enabled on the interface."
		       : NULL;
}

const char *sim_os10_llfc(struct sim_cli_at *at)
{
	return !at->no && sim_cli_line(at->kids, "priority-flow-control")
		       ? "Priority flow control is enabled on the interface."
		       : NULL;
}
