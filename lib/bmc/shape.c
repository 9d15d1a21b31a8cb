/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comparing, viewing and describing values in the shape of a Step's before and after. */
#include "bmc/aspect.h"

static bool absent(const json_t *value)
{
	return !value || json_is_null(value);
}

json_t *bmc_view_members(const json_t *facts, const char *prefix, const json_t *want)
{
	const json_t *from = *prefix ? ms_at(facts, "%s", prefix) : facts;
	json_t *view = json_object(), *value;
	const char *key;

	json_object_foreach((json_t *)want, key, value) {
		json_t *now = json_object_get(from, key);

		if (json_object_set_new(view, key, now ? json_deep_copy(now) : json_null()))
			return json_decref(view), NULL;
	}
	return view;
}

static int say_array(struct ms_buf *buf, const json_t *array)
{
	size_t i;
	json_t *value;

	if (!json_array_size(array))
		return ms_buf_puts(buf, "none");
	json_array_foreach((json_t *)array, i, value) {
		if (i)
			ms_buf_puts(buf, ",");
		bmc_say_value(buf, json_is_array(value) ? NULL : value);
	}
	return buf->failed;
}

int bmc_say_value(struct ms_buf *buf, const json_t *value)
{
	char *text;

	if (absent(value))
		return ms_buf_puts(buf, "none");
	if (json_is_string(value))
		return ms_buf_puts(buf,
				   *json_string_value(value) ? json_string_value(value) : "\"\"");
	if (json_is_array(value))
		return say_array(buf, value);
	text = ms_json_text(value, MS_JSON_SORTED);
	ms_buf_puts(buf, text ? text : "");
	free(text);
	return buf->failed;
}

struct words {
	struct ms_buf *buf;
	const char *is, *are, *wanted, *gap;
	bool any;
};

static void say_members(struct words *w, const json_t *before, const json_t *after, int depth)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)after, key, value) {
		const json_t *was = json_object_get(before, key);

		if (ms_step_holds(was, value))
			continue;
		if (json_is_object(value) && depth < 4) {
			say_members(w, was, value, depth + 1);
			continue;
		}
		ms_buf_printf(w->buf, "%s%s%s", w->any ? w->gap : "", key,
			      json_is_array(value) ? w->are : w->is);
		bmc_say_value(w->buf, was);
		ms_buf_puts(w->buf, w->wanted);
		bmc_say_value(w->buf, value);
		w->any = true;
	}
}

int bmc_say_changes(struct ms_buf *buf, const json_t *before, const json_t *after, bool finding)
{
	struct words step = { buf, " ", " ", " -> ", ", ", false };
	struct words found = { buf, " is ", " are ", ", wanted ", "; ", false };

	say_members(finding ? &found : &step, before, after, 0);
	return buf->failed;
}

const char *bmc_nearest(const json_t *keys, const char *name)
{
	MS_AUTO_FREE const char **words = calloc(json_object_size(keys) + 1, sizeof *words);
	const char *key, *near = NULL;
	json_t *value;
	size_t n = 0;

	if (!words)
		return NULL;
	json_object_foreach((json_t *)keys, key, value) {
		words[n++] = key;
		if (!near && strcasestr(key, name))
			near = key;
	}
	return near ? near : ms_nearest(name, words);
}
