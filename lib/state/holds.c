/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does what was read satisfy what is wanted?  An object that is wanted names only what it speaks
 * of; null wants absence; everything else is compared by value.
 */
#include "state/private.h"

static bool same_scalar(const json_t *now, const json_t *want)
{
	if (json_is_number(now) && json_is_number(want))
		return json_equal(now, want) || (json_typeof(now) != json_typeof(want) &&
						 json_number_value(now) == json_number_value(want));
	return json_equal(now, want);
}

static bool arrays_hold(const json_t *now, const json_t *want)
{
	size_t n = json_array_size(want);

	if (!json_is_array(now) || json_array_size(now) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!ms_step_holds(json_array_get(now, i), json_array_get(want, i)))
			return false;
	return true;
}

bool ms_step_holds(const json_t *now, const json_t *want)
{
	const char *key;
	json_t *value;

	if (!want || json_is_null(want))
		return !now || json_is_null(now);
	if (json_is_array(want))
		return arrays_hold(now, want);
	if (!json_is_object(want))
		return same_scalar(now, want);
	if (!json_is_object(now))
		return false;
	json_object_foreach((json_t *)want, key, value)
		if (!ms_step_holds(json_object_get(now, key), value))
			return false;
	return true;
}

/* ---- the difference in words ----------------------------------------------------------------- */

#define SHOWN 3 /* more would hide the first */

struct words {
	struct ms_buf *out;
	const char *verb;
	unsigned found;
};

static void put_value(struct ms_buf *out, const json_t *value)
{
	MS_AUTO_FREE char *text = json_is_null(value) || !value
					  ? strdup("absent")
					  : ms_json_text(value, MS_JSON_COMPACT);
	size_t len = text ? strlen(text) : 0;

	if (len > 80)
		ms_buf_printf(out, "%.77s...", text);
	else
		ms_buf_puts(out, text ? text : "?");
}

static void walk(struct words *w, char *path, size_t size, const json_t *now, const json_t *want)
{
	size_t len = strlen(path);
	const char *key;
	json_t *value;

	if (ms_step_holds(now, want))
		return;
	if (json_is_object(want) && json_is_object(now)) {
		json_object_foreach((json_t *)want, key, value) {
			ms_pointer_push(path, size, key);
			walk(w, path, size, json_object_get(now, key), value);
			path[len] = 0;
		}
		return;
	}
	if (w->found++ >= SHOWN)
		return;
	if (w->found > 1)
		ms_buf_puts(w->out, ", ");
	if (*path)
		ms_buf_printf(w->out, "%s is ", path);
	put_value(w->out, now);
	ms_buf_printf(w->out, " (%s ", w->verb);
	put_value(w->out, want);
	ms_buf_puts(w->out, ")");
}

void ms_step_differs(const json_t *now, const json_t *want, const char *verb, char *buf,
		     size_t size)
{
	MS_AUTO_BUF struct ms_buf out = { 0 };
	struct words w = { &out, verb, 0 };
	char path[512] = "";

	walk(&w, path, sizeof(path), now, want);
	if (w.found > SHOWN)
		ms_buf_printf(&out, " and %u more", w.found - SHOWN);
	snprintf(buf, size, "%s", out.len ? out.data : "it differs");
}
