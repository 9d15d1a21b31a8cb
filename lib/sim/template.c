/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing out a model: $(name), $(name.field), $(name+1), $(name-1%02d) in texts; {$list: {each,
 * item}} becomes an array,
 * {$count: LIST} its length; a text "->PATH" becomes a link.  What differs by BMC is written
 * $<name> and stays as it is (vars.c).
 */
#include <ctype.h>
#include "sim/engine.h"

#define DEPTH_MAX 40

static json_t *lookup(const json_t *vars, const char *name, size_t len)
{
	char word[64];
	const json_t *at = vars;

	while (at && len) {
		const char *dot = memchr(name, '.', len);
		size_t n = dot ? (size_t)(dot - name) : len;

		if (n >= sizeof(word))
			return NULL;
		memcpy(word, name, n);
		word[n] = 0;
		at = json_object_get(at, word);
		len -= dot ? n + 1 : n;
		name += dot ? n + 1 : n;
	}
	return (json_t *)at;
}

/* How an integer is written: as one, as a text, or padded. */
static json_t *format(json_int_t value, const char *how)
{
	unsigned n = (unsigned)value;

	if (!*how)
		return json_integer(value);
	if (!strcmp(how, "%s"))
		return json_sprintf("%u", n);
	if (!strcmp(how, "%02x"))
		return json_sprintf("%02x", n);
	return strcmp(how, "%02d") ? NULL : json_sprintf("%02u", n);
}

/* What follows a name: +N, -N or *N, then how to write it: %s (as a text), %02x, %02d, %04d. */
static json_t *apply(const json_t *value, const char *op, size_t len)
{
	char text[32], *rest = text;
	json_int_t n = json_integer_value(value), operand;

	if (!len)
		return json_incref((json_t *)value);
	if (!json_is_integer(value) || len >= sizeof(text))
		return NULL;
	memcpy(text, op, len);
	text[len] = 0;
	if (*text != '%') {
		operand = strtol(text + 1, &rest, 10);
		n = *text == '+' ? n + operand : *text == '-' ? n - operand : n * operand;
	}
	return format(n, rest);
}

static json_t *evaluate(const json_t *vars, const char *expr, size_t len)
{
	size_t n = 0;
	const json_t *value;

	while (n < len && (isalnum((unsigned char)expr[n]) || expr[n] == '_' || expr[n] == '.'))
		n++;
	value = lookup(vars, expr, n);
	return value ? apply(value, expr + n, len - n) : NULL;
}

static int append(struct ms_buf *buf, const json_t *value)
{
	if (json_is_string(value))
		return ms_buf_puts(buf, json_string_value(value));
	if (json_is_integer(value))
		return ms_buf_printf(buf, "%lld", (long long)json_integer_value(value));
	return -EINVAL;
}

int sim_expand_text(const char *text, const json_t *vars, json_t **ret_value, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	const char *at = text, *open, *close;

	while ((open = strstr(at, "$("))) {
		json_auto_t *value = NULL;

		close = strchr(open, ')');
		value = close ? evaluate(vars, open + 2, (size_t)(close - open - 2)) : NULL;
		if (!value)
			return ms_fail(err, -EINVAL, MS_FAILED, "model: cannot expand \"%s\"",
				       text);
		if (open == text && !close[1]) {
			/* A variable may hold another text with variables. */
			if (json_is_string(value) && strstr(json_string_value(value), "$("))
				return sim_expand_text(json_string_value(value), vars, ret_value,
						       err);
			*ret_value = ms_take(value);
			return 0;
		}
		ms_buf_add(&buf, at, (size_t)(open - at));
		if (append(&buf, value))
			return ms_fail(err, -EINVAL, MS_FAILED,
				       "model: \"%s\" needs a text or a number", text);
		at = close + 1;
	}
	ms_buf_puts(&buf, at);
	if (strstr(buf.data, "$(") && strcmp(buf.data, text))
		return sim_expand_text(buf.data, vars, ret_value, err);
	*ret_value = json_string(buf.data);
	return *ret_value ? 0 : ms_nomem(err);
}

/* "->/redfish/v1/X" is {"@odata.id": "/redfish/v1/X"}. */
static int expand_string(const char *text, const json_t *vars, json_t **ret_value,
			 struct ms_err *err)
{
	json_auto_t *value = NULL;
	int r = sim_expand_text(text, vars, &value, err);

	if (r)
		return r;
	if (json_is_string(value) && ms_starts(json_string_value(value), "->"))
		*ret_value = json_pack("{s:s}", "@odata.id", json_string_value(value) + 2);
	else
		*ret_value = ms_take(value);
	return *ret_value ? 0 : ms_nomem(err);
}

static json_t *with_var(const json_t *vars, const char *name, json_t *value)
{
	json_t *all = json_copy((json_t *)vars);

	if (!all)
		all = json_object();
	json_object_set_new(all, name, value);
	return all;
}

/* One row of `each`: an object joins the rows under the name, with its place as "n". */
static int add_row(json_t *rows, const json_t *vars, const char *name, json_t *value, size_t n,
		   struct ms_err *err)
{
	if (json_is_object(value) && !json_object_get(value, "n"))
		json_object_set_new(value, "n", json_integer((json_int_t)n));
	if (json_array_append_new(rows, with_var(vars, name, value)))
		return ms_nomem(err);
	return 0;
}

static int each_list(const json_t *list, const json_t *vars, const char *name, json_t *rows,
		     struct ms_err *err)
{
	size_t i;
	json_t *item;
	int r;

	json_array_foreach(list, i, item) {
		json_t *value = NULL;

		r = sim_expand(item, vars, &value, err);
		if (r)
			return r;
		r = add_row(rows, vars, name, value, i + 1, err);
		if (r)
			return r;
	}
	return 0;
}

/* {n: 4} counts from 1; {n: "0..3"} from and to; {n: [...]} takes the items; {n: "$(list)"} a list
 * of the variables. */
static int each_one(const json_t *over, const json_t *vars, const char *name, json_t *rows,
		    struct ms_err *err)
{
	long from = 1, to;

	if (json_is_array(over))
		return each_list(over, vars, name, rows, err);
	if (json_is_integer(over))
		to = (long)json_integer_value(over);
	else if (!json_is_string(over) ||
		 sscanf(json_string_value(over), "%ld..%ld", &from, &to) != 2)
		return ms_fail(err, -EINVAL, MS_FAILED,
			       "model: each.%s is neither a number, a range nor a list", name);
	for (; from <= to; from++)
		if (json_array_append_new(rows, with_var(vars, name, json_integer(from))))
			return ms_nomem(err);
	return 0;
}

int sim_expand_each(const json_t *each, const json_t *vars, json_t **ret_rows, struct ms_err *err)
{
	json_auto_t *rows = json_pack("[O]", vars), *next = NULL;
	const char *name;
	json_t *over, *row;
	size_t i;
	int r;

	json_object_foreach((json_t *)each, name, over) {
		next = json_array();
		json_array_foreach(rows, i, row) {
			json_auto_t *value = NULL;

			r = sim_expand(over, row, &value, err);
			if (!r)
				r = each_one(value, row, name, next, err);
			if (r)
				return r;
		}
		json_decref(rows);
		rows = ms_take(next);
	}
	*ret_rows = ms_take(rows);
	return *ret_rows ? 0 : ms_nomem(err);
}

static int expand_deep(const json_t *value, const json_t *vars, unsigned depth, json_t **ret_value,
		       struct ms_err *err);

/* {$list: {each: ..., item: ...}} */
static int expand_list(const json_t *list, const json_t *vars, unsigned depth, json_t **ret_value,
		       struct ms_err *err)
{
	json_auto_t *rows = NULL, *array = json_array();
	json_t *row, *item;
	size_t i;
	int r = sim_expand_each(json_object_get(list, "each"), vars, &rows, err);

	if (r)
		return r;
	json_array_foreach(rows, i, row) {
		r = expand_deep(json_object_get(list, "item"), row, depth + 1, &item, err);
		if (r)
			return r;
		if (json_array_append_new(array, item))
			return ms_nomem(err);
	}
	*ret_value = ms_take(array);
	return 0;
}

/* {$count: "$(list)"} */
static int expand_count(const json_t *list, const json_t *vars, json_t **ret_value,
			struct ms_err *err)
{
	json_auto_t *value = NULL;
	int r = sim_expand(list, vars, &value, err);

	if (r)
		return r;
	*ret_value = json_integer((json_int_t)json_array_size(value));
	return *ret_value ? 0 : ms_nomem(err);
}

static int expand_object(const json_t *value, const json_t *vars, unsigned depth,
			 json_t **ret_value, struct ms_err *err)
{
	json_auto_t *object = json_object();
	const json_t *list = json_object_get(value, "$list");
	const char *key;
	json_t *member, *item;
	int r;

	if (list)
		return expand_list(list, vars, depth, ret_value, err);
	if (json_object_get(value, "$count"))
		return expand_count(json_object_get(value, "$count"), vars, ret_value, err);
	json_object_foreach((json_t *)value, key, member) {
		json_auto_t *name = NULL;

		r = sim_expand_text(key, vars, &name, err);
		if (!r)
			r = expand_deep(member, vars, depth + 1, &item, err);
		if (r)
			return r;
		if (json_object_set_new(object, json_string_value(name), item))
			return ms_nomem(err);
	}
	*ret_value = ms_take(object);
	return 0;
}

static int expand_array(const json_t *value, const json_t *vars, unsigned depth, json_t **ret_value,
			struct ms_err *err)
{
	json_auto_t *array = json_array();
	json_t *member, *item;
	size_t i;
	int r;

	json_array_foreach(value, i, member) {
		r = expand_deep(member, vars, depth + 1, &item, err);
		if (r)
			return r;
		if (json_array_append_new(array, item))
			return ms_nomem(err);
	}
	*ret_value = ms_take(array);
	return 0;
}

static int expand_deep(const json_t *value, const json_t *vars, unsigned depth, json_t **ret_value,
		       struct ms_err *err)
{
	if (depth > DEPTH_MAX)
		return ms_fail(err, -ELOOP, MS_FAILED, "model: nested deeper than %d", DEPTH_MAX);
	if (json_is_object(value))
		return expand_object(value, vars, depth, ret_value, err);
	if (json_is_array(value))
		return expand_array(value, vars, depth, ret_value, err);
	if (json_is_string(value))
		return expand_string(json_string_value(value), vars, ret_value, err);
	*ret_value = json_incref((json_t *)value);
	return 0;
}

int sim_expand(const json_t *value, const json_t *vars, json_t **ret_value, struct ms_err *err)
{
	return expand_deep(value, vars, 0, ret_value, err);
}

json_t *sim_overlay_new(const json_t *base, const json_t *over)
{
	json_t *merged, *value;
	const char *key;

	if (!json_is_object(base) || !json_is_object(over))
		return json_incref((json_t *)(over ? over : base));
	merged = json_copy((json_t *)base);
	json_object_foreach((json_t *)over, key, value)
		json_object_set_new(merged, key,
				    sim_overlay_new(json_object_get(base, key), value));
	return merged;
}

/* A copy without what the word "$none" stands for. */
json_t *sim_strip_new(const json_t *value)
{
	json_t *copy, *member;
	const char *key;

	if (!json_is_object(value))
		return json_incref((json_t *)value);
	copy = json_object();
	json_object_foreach((json_t *)value, key, member)
		if (!json_is_string(member) || strcmp(json_string_value(member), "$none"))
			json_object_set_new(copy, key, sim_strip_new(member));
	return copy;
}
