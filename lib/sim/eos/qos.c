/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lines of QoS want and do on EOS. */
#include "sim/eos/eos.h"

/* "qos map dscp 8 9 10 to traffic-class 1" is three entries, and each is kept by itself. */
const char *sim_eos_code_list(struct sim_cli_at *at)
{
	const char *list = at->line + strlen("qos map "), *end = strstr(list, " to ");
	char what[16], line[128];
	struct sim_cli inner;

	snprintf(what, sizeof(what), "%.*s", (int)strcspn(list, " "), list);
	sim_cli_init(&inner, at->cli->grammar, at->cli->config, at->cli->ctx);
	if (!end && !at->no)
		return "Incomplete command";
	end = end ? end : at->line + strlen(at->line);
	list += strlen(what);
	list += strspn(list, " ");
	/* One alone has been looked at already. */
	if (!memchr(list, ' ', list < end ? (size_t)(end - list) : 0))
		return "Invalid input";
	while (list < end) {
		size_t len = strcspn(list, " ");

		snprintf(line, sizeof(line), "%sqos map %s %.*s%s", at->no ? "no " : "", what,
			 (int)len, list, at->no ? "" : end);
		if (sim_cli_enter(&inner, line).verdict != SIM_CLI_TAKEN)
			return "Invalid input";
		list += len + strspn(list + len, " ");
	}
	at->done = true;
	return NULL;
}

/* 0 to 7 are traffic class 1, 8 to 15 are 0, and from there on eight code points are one class. */
const char *sim_eos_code(struct sim_cli_at *at)
{
	static const int preset[8] = { 1, 0, 2, 3, 4, 5, 6, 7 };
	unsigned code, tc;
	char what[8], key[64];

	if (at->no || sscanf(at->line, "qos map %7s %u to traffic-class %u", what, &code, &tc) != 3)
		return NULL;
	if ((unsigned)preset[strcmp(what, "dscp") ? code & 7 : code / 8 & 7] != tc)
		return NULL;
	snprintf(key, sizeof(key), "qos map %s %u", what, code);
	json_object_del(at->kids, key);
	at->done = true;
	return NULL;
}

/* Queue and class of one number belong together unless somebody says otherwise. */
const char *sim_eos_queue_map(struct sim_cli_at *at)
{
	unsigned tc, queue;
	char key[64];

	if (at->no ||
	    sscanf(at->line, "qos map traffic-class %u to tx-queue %u", &tc, &queue) != 2 ||
	    tc != queue)
		return NULL;
	snprintf(key, sizeof(key), "qos map traffic-class %u to tx-queue", tc);
	json_object_del(at->kids, key);
	at->done = true;
	return NULL;
}

const char *sim_eos_profile(struct sim_cli_at *at)
{
	char line[300];

	snprintf(line, sizeof(line), "qos profile %.200s", sim_cli_last_word(at->line));
	return at->no || sim_cli_line(at->cli->config, line) ? NULL : "QoS profile does not exist";
}

const char *sim_eos_seconds(struct sim_cli_at *at)
{
	const char *word = sim_cli_last_word(at->line);
	bool poll = strstr(at->line, " polling-interval ");
	double seconds;
	char *end;

	if (at->no)
		return NULL;
	seconds = strtod(word, &end);
	return *end || seconds < (poll ? 0.005 : 0.01) || seconds > (poll ? 30 : 60)
		       ? "Invalid input"
		       : NULL;
}

const char *sim_eos_ecn(struct sim_cli_at *at)
{
	unsigned long min, max;
	char low[16], high[16];

	if (at->no ||
	    sscanf(at->line,
		   "random-detect ecn minimum-threshold %lu %15s maximum-threshold %lu %15s", &min,
		   low, &max, high) != 4)
		return NULL;
	if (strcmp(low, high))
		return "Units of the thresholds differ";
	return min > max ? "Minimum threshold is above maximum threshold" : NULL;
}

/* "no priority" is a line of its own; without "no" it says how. */
const char *sim_eos_priority(struct sim_cli_at *at)
{
	return at->no ? NULL : "Incomplete command";
}
