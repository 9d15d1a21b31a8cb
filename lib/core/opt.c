/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of options: text into the members that the table points to. */
#include "core/cmd-private.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>

bool ms_opt_end(const struct ms_opt *opt)
{
	return !opt || (!opt->name && !opt->letter);
}

bool ms_opt_takes_value(const struct ms_opt *opt)
{
	return opt->type != MS_OPT_FLAG;
}

static int64_t unit_seconds(char unit)
{
	switch (unit) {
	case 's': return 1;
	case 'm': return 60;
	case 'h': return 3600;
	case 'd': return 86400;
	default: return 0;
	}
}

/* Units may follow each other, largest first; a bare number is seconds. */
int ms_duration_parse(const char *text, int64_t *ret_seconds)
{
	int64_t sum = 0, last = INT64_MAX;

	if (!*text)
		return -EINVAL;
	while (*text) {
		int64_t number = 0, unit;
		const char *start = text;

		for (; isdigit((unsigned char)*text); text++) {
			number = 10 * number + (*text - '0');
			if (number > 1000000000)
				return -EINVAL;
		}
		unit = *text ? unit_seconds(*text) : sum ? 0 : 1;
		if (text == start || !unit || unit >= last)
			return -EINVAL;
		sum += number * unit;
		last = unit;
		text += *text != 0;
	}
	*ret_seconds = sum;
	return 0;
}

int ms_usage_word(struct ms_err *err, const char *what, const char *word, const char *const *words)
{
	const char *near = ms_nearest(word, words);
	MS_AUTO_BUF struct ms_buf all = { 0 };
	int r = ms_usage(err, "%s: not a word it knows: \"%s\"", what, word);

	if (near) {
		ms_hint(err, "did you mean \"%s\"?", near);
		return r;
	}
	for (; *words; words++)
		ms_buf_printf(&all, "%s%s", all.len ? ", " : "", *words);
	ms_hint(err, "one of %s", all.data ? all.data : "");
	return r;
}

static const char *find_word(const char *const *words, const char *value, size_t len)
{
	for (; *words; words++) {
		if (!strncmp(*words, value, len) && !(*words)[len])
			return *words;
	}
	return NULL;
}

static int set_uint(const struct ms_opt *opt, void *at, const char *name, const char *value,
		    struct ms_err *err)
{
	unsigned max = opt->max ? opt->max : UINT_MAX;
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(value, &end, 10);
	if (!isdigit((unsigned char)*value) || *end || errno || number < opt->min || number > max) {
		int r = ms_usage(err, "%s: not a number it takes: \"%s\"", name, value);

		ms_hint(err, "a number from %u to %u", opt->min, max);
		return r;
	}
	*(unsigned *)at = (unsigned)number;
	return 0;
}

static int set_seconds(void *at, const char *name, const char *value, struct ms_err *err)
{
	int64_t seconds;

	if (ms_duration_parse(value, &seconds) < 0) {
		int r = ms_usage(err, "%s: not a time: \"%s\"", name, value);

		ms_hint(err, "seconds, or 30s, 5m, 1h30m, 2d");
		return r;
	}
	*(int64_t *)at = seconds;
	return 0;
}

static int set_enum(const struct ms_opt *opt, void *at, const char *name, const char *value,
		    struct ms_err *err)
{
	const char *word = find_word(opt->words, value, strlen(value));

	if (!word)
		return ms_usage_word(err, name, value, opt->words);
	*(const char **)at = word;
	return 0;
}

static struct ms_list *list_of(struct ms_parse *parse, void *slot)
{
	struct ms_list *list = parse->lists;

	while (list && list->slot != slot)
		list = list->next;
	if (list)
		return list;
	list = calloc(1, sizeof(*list));
	if (!list)
		return NULL;
	list->slot = slot;
	list->next = parse->lists;
	parse->lists = list;
	return list;
}

static int list_add(struct ms_list *list, const char *value, size_t len, struct ms_err *err)
{
	const char **items = reallocarray(list->items, list->n + 2, sizeof(*items));

	if (!items)
		return ms_nomem(err);
	list->items = items;
	items[list->n] = strndup(value, len);
	if (!items[list->n])
		return ms_nomem(err);
	items[++list->n] = NULL;
	*(const char ***)list->slot = items;
	return 0;
}

/* A comma inside brackets belongs to a hostlist: node[1,3],node7 are two items. */
static size_t item_length(const char *value)
{
	size_t n = 0;
	int depth = 0;

	for (; value[n] && (depth || value[n] != ','); n++) {
		depth += value[n] == '[' || value[n] == '(';
		depth -= depth && (value[n] == ']' || value[n] == ')');
	}
	return n;
}

static int set_list(struct ms_parse *parse, const struct ms_opt *opt, void *at, const char *name,
		    const char *value, struct ms_err *err)
{
	struct ms_list *list = list_of(parse, at);

	if (!list)
		return ms_nomem(err);
	if (opt->type == MS_OPT_STRS)
		return list_add(list, value, strlen(value), err);
	for (;;) {
		size_t len = item_length(value);
		int r = 0;

		if (opt->type == MS_OPT_ENUM_LIST && !find_word(opt->words, value, len)) {
			MS_AUTO_FREE char *word = strndup(value, len);

			return word ? ms_usage_word(err, name, word, opt->words) : ms_nomem(err);
		}
		if (len)
			r = list_add(list, value, len, err);
		if (r < 0 || !value[len])
			return r;
		value += len + 1;
	}
}

int ms_opt_set(struct ms_parse *parse, const struct ms_opt *opt, void *base, const char *name,
	       const char *value, bool on, struct ms_err *err)
{
	void *at = (char *)base + opt->offset;

	switch (opt->type) {
	case MS_OPT_FLAG:
		*(bool *)at = on;
		return 0;
	case MS_OPT_STR:
		*(const char **)at = value;
		return 0;
	case MS_OPT_UINT:
		return set_uint(opt, at, name, value, err);
	case MS_OPT_SECONDS:
		return set_seconds(at, name, value, err);
	case MS_OPT_ENUM:
		return set_enum(opt, at, name, value, err);
	default:
		return set_list(parse, opt, at, name, value, err);
	}
}
