/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lines of QoS want and do on NX-OS. */
#include "sim/nxos/nxos.h"

static bool has_block(const struct sim_cli_at *at, const char *kind, const char *name)
{
	char header[300];

	snprintf(header, sizeof(header), "%s %.200s", kind, name);
	return sim_cli_block(at->cli->config, header);
}

/* Is the word the last one of a line of these blocks, which begins so? */
static bool is_last_word(const struct sim_cli_at *at, const char *blocks, const char *begins,
			 const char *word)
{
	const char *key, *inner;
	json_t *node, *line;

	json_object_foreach (at->cli->config, key, node) {
		if (!ms_starts(key, blocks))
			continue;
		json_object_foreach (json_object_get(node, "k"), inner, line) {
			const char *text = ms_str(line, "/t", "");

			if (ms_starts(text, begins) && !strcmp(sim_cli_last_word(text), word))
				return true;
		}
	}
	return false;
}

/* "match dscp 0-7,26" */
const char *sim_nxos_match(struct sim_cli_at *at)
{
	unsigned long most = ms_starts(at->line, "match cos ") ? 7 : 63;
	const char *c = sim_cli_last_word(at->line);

	while (!at->no && *c) {
		char *end;
		unsigned long code = strtoul(c, &end, 10);

		if (end == c || code > most || (*end && !strchr(",-", *end)))
			return "ERROR: Invalid value";
		c = end + (*end != 0);
	}
	return NULL;
}

const char *sim_nxos_class_map(struct sim_cli_at *at)
{
	return at->no && is_last_word(at, "policy-map type qos ", "class ",
				      sim_cli_last_word(at->line))
		       ? "ERROR: class-map is in use by a policy-map"
		       : NULL;
}

const char *sim_nxos_policy_map(struct sim_cli_at *at)
{
	const char *name = sim_cli_last_word(at->line);

	return at->no && (is_last_word(at, "interface ", "service-policy ", name) ||
			  is_last_word(at, "system qos", "service-policy ", name))
		       ? "ERROR: policy-map is in use"
		       : NULL;
}

const char *sim_nxos_class(struct sim_cli_at *at)
{
	const char *name = sim_cli_last_word(at->line);

	if (at->no || !strcmp(name, "class-default") ||
	    has_block(at, "class-map type qos match-any", name) ||
	    has_block(at, "class-map type qos match-all", name))
		return NULL;
	return "ERROR: class-map does not exist";
}

/* Those of queues and of network-qos are the system's own. */
const char *sim_nxos_system_class(struct sim_cli_at *at)
{
	static const char *const kinds[] = { "c-out-8q-q", "c-in-q", "c-8q-nq" };
	const char *name = sim_cli_last_word(at->line);
	bool network = strstr(at->line, " network-qos ");

	for (size_t i = 0; i < MS_ARRAY_SIZE(kinds); i++) {
		const char *rest = name + strlen(kinds[i]);

		if (ms_starts(name, kinds[i]) && network == (i == 2) &&
		    (!strcmp(rest, "-default") || (*rest >= '1' && *rest <= '7' && !rest[1])))
			return NULL;
	}
	return at->no ? NULL : "ERROR: class-map does not exist";
}

/* A queue is served first, or has a share, of a hundred together. */
const char *sim_nxos_share(struct sim_cli_at *at)
{
	if (at->no)
		return NULL;
	if (sim_cli_line(at->kids, "priority level"))
		return "ERROR: bandwidth remaining and priority exclude each other";
	return sim_cli_sum(at, "bandwidth remaining percent") > 100
		       ? "ERROR: sum of bandwidth remaining percent is above 100"
		       : NULL;
}

const char *sim_nxos_level(struct sim_cli_at *at)
{
	return !at->no && sim_cli_line(at->kids, "bandwidth remaining percent")
		       ? "ERROR: bandwidth remaining and priority exclude each other"
		       : NULL;
}

const char *sim_nxos_pause(struct sim_cli_at *at)
{
	unsigned long buffer, pause, resume;

	if (at->no ||
	    sscanf(at->line, "pause buffer-size %lu pause-threshold %lu resume-threshold %lu",
		   &buffer, &pause, &resume) != 3)
		return NULL;
	if (!ms_starts(at->header, "class type queuing c-in-"))
		return "ERROR: pause buffer is of input queues";
	return resume > pause || pause >= buffer ? "ERROR: pause threshold is not below buffer size"
						 : NULL;
}

const char *sim_nxos_ecn(struct sim_cli_at *at)
{
	unsigned long min, max;

	if (at->no ||
	    sscanf(at->line, "random-detect minimum-threshold %lu %*s maximum-threshold %lu", &min,
		   &max) != 2)
		return NULL;
	return min > max ? "ERROR: minimum threshold is above maximum threshold" : NULL;
}

/* "service-policy type queuing output NAME" */
const char *sim_nxos_service_policy(struct sim_cli_at *at)
{
	char type[32] = "", kind[64];

	if (at->no || sscanf(at->line, "service-policy type %31s", type) != 1)
		return NULL;
	if (sim_cli_line(at->kids, "channel-group"))
		return "ERROR: policies of a member are those of its port-channel";
	snprintf(kind, sizeof(kind), "policy-map type %s", type);
	return has_block(at, kind, sim_cli_last_word(at->line))
		       ? NULL
		       : "ERROR: policy-map does not exist";
}
