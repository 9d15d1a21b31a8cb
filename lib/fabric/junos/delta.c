/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What turns one configuration into another, as `delete` and `set` lines; and how that fits a
 * device whose VLANs and groups have names of their own, and which has lines that nobody here
 * knows.
 */
#include <errno.h>
#include "fabric/junos/junos.h"

struct lines { char **line; size_t n; };

static void lines_release(struct lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		free(lines->line[i]);
	free(lines->line);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* ---- two renderings ---------------------------------------------------------------------------
 */

static json_t *set_of(const char *text)
{
	json_t *set = json_object();

	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (len > 4)
			json_object_setn_new(set, text + 4, len - 4, json_true());
	}
	return set;
}

/* Removals backwards: what depends on something goes before it. */
static int put_removals(struct ms_buf *out, const json_t *now, const json_t *target)
{
	const char **gone = calloc(json_object_size(now) + 1, sizeof(*gone)), *line;
	json_t *value;
	size_t n = 0;

	if (!gone)
		return -ENOMEM;
	json_object_foreach((json_t *)now, line, value)
		if (!json_object_get(target, line))
			gone[n++] = line;
	while (n-- > 0)
		ms_buf_printf(out, "delete %s\n", gone[n]);
	free(gone);
	return out->failed;
}

int junos_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target,
		json_t **ret_delta, struct ms_err *err)
{
	json_auto_t *old = set_of(json_string_value(now) ? json_string_value(now) : ""),
		    *new = set_of(json_string_value(target) ? json_string_value(target) : "");
	MS_AUTO_BUF struct ms_buf out = { 0 };
	const char *line;
	json_t *value;
	int r = put_removals(&out, old, new);

	(void)dialect;
	json_object_foreach(new, line, value)
		if (!json_object_get(old, line))
			ms_buf_printf(&out, "set %s\n", line);
	if (r < 0 || out.failed)
		return ms_nomem(err);
	*ret_delta = json_string(out.data ? out.data : "");
	return *ret_delta ? 0 : ms_nomem(err);
}

/* ---- names of the device's own -----------------------------------------------------------------
 */

struct names { json_t *vlans /* "100" -> "BLUE" */, *groups /* neighbor -> group */; };

static const char *word(const json_t *words, size_t i)
{
	const char *text = json_string_value(json_array_get(words, i));

	return text ? text : "";
}

static bool is_vlan_line(const json_t *words)
{
	return !strcmp(word(words, 0), "vlans") || !strcmp(word(words, 0), "bridge-domains");
}

static bool is_neighbor_line(const json_t *words)
{
	return !strcmp(word(words, 0), "protocols") && !strcmp(word(words, 1), "bgp") &&
	       !strcmp(word(words, 2), "group") && !strcmp(word(words, 4), "neighbor");
}

static void learn(struct names *names, const json_t *words)
{
	if (is_vlan_line(words) && !strcmp(word(words, 2), "vlan-id"))
		json_object_set_new(names->vlans, word(words, 3), json_string(word(words, 1)));
	if (is_neighbor_line(words))
		json_object_set_new(names->groups, word(words, 5), json_string(word(words, 3)));
}

static void rename_words(const struct names *names, json_t *words)
{
	const json_t *name = NULL;

	if (is_vlan_line(words) && word(words, 1)[0] == 'v') {
		name = json_object_get(names->vlans, word(words, 1) + 1);
		if (name)
			json_array_set(words, 1, (json_t *)name);
	}
	if (is_neighbor_line(words)) {
		name = json_object_get(names->groups, word(words, 5));
		if (name)
			json_array_set(words, 3, (json_t *)name);
	}
}

/* ---- whole blocks -------------------------------------------------------------------------------
 */

static size_t lower(const struct lines *lines, const char *text)
{
	size_t from = 0, to = lines->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(lines->line[middle], text) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* How many lines are this one, or below it: '!' is the character behind the blank. */
static size_t count(const struct lines *lines, const char *prefix)
{
	MS_AUTO_FREE char *first = ms_asprintf("%s ", prefix), *last = ms_asprintf("%s!", prefix);
	size_t at = lower(lines, prefix);
	bool itself = at < lines->n && !strcmp(lines->line[at], prefix);

	if (!first || !last)
		return 0;
	return lower(lines, last) - lower(lines, first) + itself;
}

/* Words behind which a name is expected: without it, the statement is not complete. */
static bool wants_name(const char *text)
{
	static const char *const list[] = {
		"interfaces",
		"unit",
		"family",
		"address",
		"neighbor",
		"members",
		"vlans",
		"bridge-domains",
		"group",
		"vni",
		"term",
		"community",
		"policy-statement",
		"interface",
		"area",
		"routing-instances",
		"apply-macro",
		"protocol",
		"dscp",
		"ieee-802.1",
		"forwarding-class",
		"loss-priority",
		"code-points",
		"code-point",
		"class",
		"congestion-notification-profile",
		"drop-profiles",
		"fill-level",
		"drop-probability",
		"scheduler-maps",
		"scheduler-map",
		"schedulers",
		"drop-profile-map",
		"flow-control-queue",
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(list); i++)
		if (!strcmp(text, list[i]))
			return true;
	return false;
}

struct fit { struct lines running, gone, added; json_t *done; struct ms_buf out; };

/* The highest block of a line in which nothing stays, else the line itself. */
static int put_removal(struct fit *fit, const char *line)
{
	json_auto_t *words = junos_words_split(line, strlen(line));
	size_t n = json_array_size(words);

	for (size_t depth = 2; depth <= n; depth++) {
		MS_AUTO_FREE char *prefix = junos_words_join(words, 0, depth);

		if (!prefix)
			return -ENOMEM;
		if (depth < n &&
		    (wants_name(word(words, depth - 1)) || count(&fit->added, prefix) ||
		     count(&fit->running, prefix) != count(&fit->gone, prefix)))
			continue;
		if (json_object_get(fit->done, prefix))
			return 0;
		json_object_set_new(fit->done, prefix, json_true());
		ms_buf_printf(&fit->out, "delete %s\n", prefix);
		return 0;
	}
	return 0;
}

/* ---- all of it ----------------------------------------------------------------------------------
 */

static int read_running(struct fit *fit, struct names *names, const char *text, struct ms_err *err)
{
	json_auto_t *lines = NULL;
	json_t *words;
	size_t i;
	int r = junos_lines_read(text, &lines, NULL, err);

	if (r)
		return r;
	fit->running.line = calloc(json_array_size(lines) + 1, sizeof(char *));
	if (!fit->running.line)
		return ms_nomem(err);
	json_array_foreach(lines, i, words) {
		learn(names, words);
		fit->running.line[fit->running.n] = junos_words_join(words, 0,
								     json_array_size(words));
		if (!fit->running.line[fit->running.n])
			return ms_nomem(err);
		fit->running.n++;
	}
	qsort(fit->running.line, fit->running.n, sizeof(char *), compare);
	return 0;
}

static bool has(const struct lines *lines, const char *line)
{
	size_t at = lower(lines, line);

	return at < lines->n && !strcmp(lines->line[at], line);
}

static int take_delta(struct fit *fit, const struct names *names, const char *text,
		      struct ms_err *err)
{
	size_t max = 1;

	for (const char *c = text; *c; c++)
		max += *c == '\n';
	fit->gone.line = calloc(max, sizeof(char *));
	fit->added.line = calloc(max, sizeof(char *));
	if (!fit->gone.line || !fit->added.line)
		return ms_nomem(err);
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		size_t head = ms_starts(text, "delete ") ? 7 : 4;
		struct lines *to = head == 7 ? &fit->gone : &fit->added;
		json_auto_t *words = NULL;
		char *line;

		len = strcspn(text, "\n");
		words = len > head ? junos_words_split(text + head, len - head) : NULL;
		if (words)
			rename_words(names, words);
		line = words ? junos_words_join(words, 0, json_array_size(words)) : NULL;
		if (!line)
			return ms_nomem(err);
		/* What is not there need not go. */
		if (to == &fit->gone && !has(&fit->running, line))
			free(line);
		else
			to->line[to->n++] = line;
	}
	return 0;
}

/* What every model is rendered with, and what is ours alone: it is in both renderings, so it is in
 * no delta, but a device that we have not configured before does not have it. */
static bool is_constant(const json_t *words)
{
	const char *one = word(words, 0), *two = word(words, 1);

	if (!strcmp(one, "policy-options"))
		return ms_starts(word(words, 2), "msctl-");
	if (!strcmp(one, "protocols") && !strcmp(two, "bgp"))
		return ms_starts(word(words, 3), "msctl-") &&
		       strcmp(word(words, 4), "neighbor") != 0;
	if (!strcmp(one, "protocols"))
		return !strcmp(two, "lldp");
	return !strcmp(one, "routing-options") && !strcmp(two, "forwarding-table");
}

static int take_constants(struct fit *fit, const char *target, struct ms_err *err)
{
	json_auto_t *lines = NULL, *known = json_object();
	json_t *words;
	char **more;
	size_t i;
	int r = junos_lines_read(target, &lines, NULL, err);

	if (r)
		return r;
	more = reallocarray(fit->added.line, fit->added.n + json_array_size(lines) + 1,
			    sizeof(char *));
	if (!more || !known)
		return ms_nomem(err);
	fit->added.line = more;
	for (i = 0; i < fit->added.n; i++)
		json_object_set_new(known, fit->added.line[i], json_true());
	json_array_foreach(lines, i, words) {
		char *line = is_constant(words) ? junos_words_join(words, 0, json_array_size(words))
						: NULL;

		if (line && !has(&fit->running, line) && !json_object_get(known, line))
			fit->added.line[fit->added.n++] = line;
		else
			free(line);
	}
	return 0;
}

static int write_fit(struct fit *fit, char **gone, char **added, struct ms_err *err)
{
	for (size_t i = 0; i < fit->gone.n; i++)
		if (put_removal(fit, gone[i]) < 0)
			fit->out.failed = -ENOMEM;
	for (size_t i = 0; i < fit->added.n; i++)
		ms_buf_printf(&fit->out, "set %s\n", added[i]);
	return fit->out.failed ? ms_nomem(err) : 0;
}

/* Lines are looked up in order of their text, and written in the order in which they came. */
static char **sort(struct lines *lines)
{
	char **order = calloc(lines->n + 1, sizeof(*order));

	if (order && lines->n) {
		memcpy(order, lines->line, lines->n * sizeof(*order));
		qsort(lines->line, lines->n, sizeof(*order), compare);
	}
	return order;
}

static int sort_and_write(struct fit *fit, struct ms_err *err)
{
	char **gone = sort(&fit->gone), **added = sort(&fit->added);
	int r;

	fit->done = json_object();
	r = gone && added && fit->done ? write_fit(fit, gone, added, err) : ms_nomem(err);
	free(gone);
	free(added);
	return r;
}

int junos_delta_fit(const char *delta, const char *target, const char *running, char **ret_text,
		    struct ms_err *err)
{
	struct fit fit = { 0 };
	struct names names = { json_object(), json_object() };
	int r = names.vlans && names.groups ? read_running(&fit, &names, running, err)
					    : ms_nomem(err);

	if (!r)
		r = take_delta(&fit, &names, delta, err);
	if (!r)
		r = take_constants(&fit, target, err);
	if (!r)
		r = sort_and_write(&fit, err);
	if (!r) {
		*ret_text = ms_buf_steal(&fit.out);
		r = *ret_text ? 0 : ms_nomem(err);
	}
	ms_buf_release(&fit.out);
	lines_release(&fit.running);
	lines_release(&fit.gone);
	lines_release(&fit.added);
	json_decref(fit.done);
	json_decref(names.vlans);
	json_decref(names.groups);
	return r;
}
