/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of OS10.  Without a transaction each line runs at once; in one it waits in the
 * candidate, of which the switch has one for everybody: who commits, commits all of it, and so does
 * who configures without a transaction.
 */
#include "sim/os10/os10.h"

json_t *sim_os10_config(const struct sim_switch *sw)
{
	return json_object_get(sw->state, "running");
}

static bool refuse(struct sim_os10 *at, const char *why)
{
	ms_buf_printf(at->out, "%% Error: %s\n", why);
	return false;
}

/* ---- the candidate ---- */

static json_t *candidate(struct sim_switch *sw)
{
	if (!json_object_get(sw->state, "candidate"))
		json_object_set_new(sw->state, "candidate", json_deep_copy(sim_os10_config(sw)));
	return json_object_get(sw->state, "candidate");
}

static void activate(struct sim_switch *sw)
{
	json_t *open = json_object_get(sw->state, "candidate");

	if (open)
		json_object_set(sw->state, "running", open);
	json_object_del(sw->state, "candidate");
	sim_switch_changed(sw);
}

/* Lever {fail: "lines"}: what comes first runs, and the rest does not. */
static bool stop_half_way(struct sim_os10 *at)
{
	json_t *running = sim_os10_config(at->sw), *open = candidate(at->sw), *node;
	const char *key;

	json_object_foreach(open, key, node)
		if (ms_starts(key, "interface vlan") || ms_starts(key, "ip vrf "))
			json_object_set_new(running, key, json_deep_copy(node));
	sim_switch_changed(at->sw);
	return refuse(
		at,
		" The command failure resulted in disintegrated candidate configuration. "
		"Please discard the "
		"current candidate configuration changes.");
}

static bool commit(struct sim_os10 *at)
{
	if (sim_box_fails(at->sw, "lines"))
		return stop_half_way(at);
	if (sim_box_fails(at->sw, "commit"))
		return refuse(at, "Commit failed.");
	activate(at->sw);
	at->transaction = false;
	return true;
}

/* ---- configuration mode ---- */

/* Where lines go.  Without a transaction that is what runs, and all that is in the candidate, too.
 */
static json_t *place(struct sim_os10 *at)
{
	if (at->transaction)
		return candidate(at->sw);
	if (json_object_get(at->sw->state, "candidate"))
		activate(at->sw);
	return sim_os10_config(at->sw);
}

/* Somebody else may have committed the candidate, or discarded it: then the same block of another
 * one is meant. */
static void follow(struct sim_os10 *at, json_t *config)
{
	struct sim_cli old = at->cli;

	if (old.config == config)
		return;
	sim_cli_init(&at->cli, &sim_os10_grammar, config, at->sw);
	for (unsigned i = 1; i < old.depth; i++)
		sim_cli_enter(&at->cli, old.stack[i].header);
}

static bool configure(struct sim_os10 *at, const char *line)
{
	static const char *const words[] = {
		[SIM_CLI_INVALID] = "Unrecognized command.",
		[SIM_CLI_INCOMPLETE] = "Incomplete command.",
	};
	struct sim_cli_result result;

	if (json_object_get(at->sw->state, "lock") && strcmp(line, "exit") && strcmp(line, "end"))
		return refuse(at, "Configuration is locked by another session.");
	if (sim_box_fails(at->sw, "validate"))
		return refuse(at, "Illegal parameter.");
	follow(at, place(at));
	result = sim_cli_enter(&at->cli, line);
	if (result.verdict == SIM_CLI_LEFT)
		at->configuring = false;
	else if (result.verdict == SIM_CLI_REFUSED)
		return refuse(at, result.why);
	else if (result.verdict != SIM_CLI_TAKEN)
		return refuse(at, result.token && result.verdict == SIM_CLI_INVALID
					  ? "Illegal parameter."
					  : words[result.verdict]);
	sim_switch_changed(at->sw);
	return true;
}

static bool start_configuring(struct sim_os10 *at)
{
	sim_cli_init(&at->cli, &sim_os10_grammar, place(at), at->sw);
	at->configuring = true;
	return true;
}

/* ---- EXEC mode ---- */

static bool lock(struct sim_os10 *at)
{
	if (json_object_get(at->sw->state, "lock"))
		return refuse(at, "Configuration is locked by another session.");
	return at->locked = true;
}

static bool discard(struct sim_os10 *at)
{
	if (json_object_get(at->sw->state, "lock"))
		return refuse(at, "Configuration is locked by another session.");
	json_object_del(at->sw->state, "candidate");
	sim_touch(&at->sw->dev);
	return true;
}

static bool save(struct sim_os10 *at)
{
	json_object_set_new(at->sw->state, "startup", json_deep_copy(sim_os10_config(at->sw)));
	sim_touch(&at->sw->dev);
	return true;
}

static bool start(struct sim_os10 *at) { return at->transaction = true; }
static bool nothing(struct sim_os10 *at) { (void)at; return true; }
static bool leave(struct sim_os10 *at) { return at->over = true; }

static bool unlock(struct sim_os10 *at)
{
	at->locked = false;
	return true;
}

/* "config://a.txt" and "home://a.txt" are files of the box. */
static bool path_of(const char *url, char *buf, size_t size)
{
	if (ms_starts(url, "config://"))
		snprintf(buf, size, "/config/%s", url + 9);
	else if (ms_starts(url, "home://"))
		snprintf(buf, size, "/config/home/admin/%s", url + 7);
	else
		return false;
	return true;
}

static bool copy(struct sim_os10 *at, const char *from, const char *to)
{
	char path[300];
	MS_AUTO_BUF struct ms_buf text = { 0 };
	MS_AUTO_FREE char *lines = NULL;

	if (!strcmp(from, "running-configuration") && !strcmp(to, "startup-configuration"))
		return save(at);
	if (!strcmp(from, "running-configuration") && path_of(to, path, sizeof(path))) {
		sim_os10_text(sim_os10_config(at->sw), &text);
		sim_box_write(at->sw, path, text.data ? text.data : "");
	} else if (!strcmp(to, "running-configuration") && path_of(from, path, sizeof(path))) {
		lines = sim_box_read(at->sw, path);
		if (!lines)
			return refuse(at, "File does not exist.");
		ms_buf_printf(&text, "configure terminal\n%s", lines);
		return !sim_os10_batch(at->sw, text.data, at->out);
	} else {
		return refuse(at, "Illegal parameter.");
	}
	ms_buf_puts(at->out, "Copy completed\n");
	return true;
}

static bool with_words(struct sim_os10 *at, const char *line)
{
	char a[200], b[200], path[300];

	if (sscanf(line, "copy %199s %199s", a, b) == 2)
		return copy(at, a, b);
	if (sscanf(line, "terminal length %u", &at->length) == 1)
		return true;
	if (sscanf(line, "delete %199s", a) == 1 && path_of(a, path, sizeof(path))) {
		sim_box_remove(at->sw, path);
		return true;
	}
	return refuse(at, "Unrecognized command.");
}

static bool exec(struct sim_os10 *at, const char *line)
{
	static const struct { const char *line; bool (*fn)(struct sim_os10 *); } commands[] = {
		{ "commit", commit },		{ "configure", start_configuring },
		{ "discard", discard },		{ "configure terminal", start_configuring },
		{ "lock", lock },		{ "start transaction", start },
		{ "unlock", unlock },		{ "validate", nothing },
		{ "write memory", save },	{ "end", nothing },
		{ "exit", leave },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].line, line))
			return commands[i].fn(at);
	if (ms_starts(line, "show "))
		return sim_os10_show(at->sw, line, at->out) || refuse(at, "Unrecognized command.");
	return with_words(at, line);
}

bool sim_os10_line(struct sim_os10 *at, const char *line)
{
	char own[1024];

	sim_os10_normal(line, own, sizeof(own));
	if (!*own || *own == '!')
		return true;
	if (at->configuring && ms_starts(own, "do "))
		return exec(at, own + 3);
	/* Show commands, and a few more, are taken in all modes. */
	if (at->configuring && (ms_starts(own, "show ") || ms_starts(own, "start ")))
		return exec(at, own);
	return at->configuring ? configure(at, own) : exec(at, own);
}

int sim_os10_batch(struct sim_switch *sw, const char *text, struct ms_buf *out)
{
	struct sim_os10 at = { .sw = sw, .out = out };

	while (*text && !at.over) {
		size_t len = strcspn(text, "\n");
		MS_AUTO_FREE char *line = strndup(text, len);

		if (!line || !sim_os10_line(&at, line)) {
			ms_buf_printf(out, "(%s)\n", line ? line : "");
			return -EINVAL;
		}
		text += len + (text[len] == '\n');
	}
	return 0;
}
