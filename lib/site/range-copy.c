/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ranges spelled out: an entry that is many, for one of its names; and a list whose entries each
 * mean several. */
#include <errno.h>
#include "site/grow.h"

/* ---- one of many ---- */

static const char *value_at(struct ms_range_cache *cache, const char *text, size_t copy,
			    struct ms_err *err)
{
	__typeof__(cache->list) list;
	size_t i;

	for (i = 0; i < cache->n; i++)
		if (!strcmp(cache->list[i].text, text))
			break;
	if (i == cache->n) {
		list = reallocarray(cache->list, cache->n + 1, sizeof(*list));
		cache->list = list ? list : cache->list;
		if (!list || !(list[i].text = strdup(text))) {
			ms_nomem(err);
			return NULL;
		}
		if (ms_range_expand(text, &list[i].values, &list[i].n, err)) {
			free(list[i].text);
			return NULL;
		}
		cache->n++;
	}
	if (copy < cache->list[i].n)
		return cache->list[i].values[copy];
	ms_fail(err, -EINVAL, MS_INPUT, "\"%.80s\" has only %zu values", text, cache->list[i].n);
	return NULL;
}

void ms_range_cache_release(struct ms_range_cache *cache)
{
	for (size_t i = 0; i < cache->n; i++) {
		free(cache->list[i].text);
		ms_strv_free(cache->list[i].values);
	}
	free(cache->list);
	*cache = (struct ms_range_cache){ 0 };
}

struct picking {
	struct ms_range_cache *cache;
	size_t copy;
	struct ms_err *err;
};

/* NULL with no error: it stays. */
static json_t *picked_scalar(struct picking *p, enum ms_field_type type, const json_t *value)
{
	const char *text = json_string_value(value);
	json_t *now;

	if (!text || type == MS_F_ANY || !ms_range_is(text))
		return NULL;
	text = value_at(p->cache, text, p->copy, p->err);
	if (!text)
		return NULL;
	now = type == MS_F_INT ? json_integer(strtoll(text, NULL, 10)) : json_string(text);
	if (!now)
		ms_nomem(p->err);
	return now;
}

static void pick_object(struct picking *p, const struct ms_field *fields, json_t *object);

static void pick_list(struct picking *p, const struct ms_field *field, json_t *list)
{
	json_t *entry, *now;
	size_t i;

	json_array_foreach(list, i, entry) {
		if (field->fields) {
			pick_object(p, field->fields, entry);
			continue;
		}
		now = field->many ? NULL : picked_scalar(p, field->item, entry);
		if (now && json_array_set_new(list, i, now))
			ms_nomem(p->err);
	}
}

static void pick_map(struct picking *p, const struct ms_field *field, json_t *map)
{
	const char *key;
	json_t *value, *now;

	json_object_foreach(map, key, value) {
		now = picked_scalar(p, field->item, value);
		/* Replacing goes in place: the iteration goes on. */
		if (now && json_object_set_new(map, key, now))
			ms_nomem(p->err);
	}
}

static void pick_object(struct picking *p, const struct ms_field *fields, json_t *object)
{
	const char *key;
	json_t *value, *now;

	json_object_foreach(object, key, value) {
		const struct ms_field *field = ms_field_find(fields, key, true);

		if (!field)
			field = fields == ms_fields_meta ? NULL
							 : ms_field_find(ms_fields_meta, key, true);
		if (!field)
			continue;
		if (json_is_array(value))
			pick_list(p, field, value);
		else if (json_is_object(value) && field->type == MS_F_MAP)
			pick_map(p, field, value);
		else if (json_is_object(value) && field->fields)
			pick_object(p, field->fields, value);
		else if (!field->many) {
			now = picked_scalar(p, field->type, value);
			if (now && json_object_set_new(object, key, now))
				ms_nomem(p->err);
		}
	}
}

json_t *ms_range_pick(struct ms_range_cache *cache, const struct ms_field *fields,
		      const json_t *entry, size_t copy, struct ms_err *err)
{
	struct picking p = { cache, copy, err };
	json_t *one = json_deep_copy(entry);

	if (!one)
		ms_nomem(err);
	pick_object(&p, fields, one);
	if (err->code == MS_OK)
		return one;
	json_decref(one);
	return NULL;
}

/* ---- several in one ---- */

struct spreading {
	const json_t *entry;
	const char *first;
	size_t n;
	struct ms_err *err;
};

/* How many values the `many` fields of an entry have. */
static int count_many(void *ctx, const struct ms_field *field)
{
	struct spreading *s = ctx;
	const char *text = json_string_value(json_object_get(s->entry, field->name));
	char **values;
	size_t n;
	int r;

	if (!field->many || !text || !ms_range_is(text))
		return 0;
	r = ms_range_expand(text, &values, &n, s->err);
	if (r)
		return r;
	ms_strv_free(values);
	if (s->first && n != s->n)
		return ms_fail(s->err, -EINVAL, MS_INPUT,
			       "\"%.80s\" has %zu values, but \"%.80s\" has %zu", text, n, s->first,
			       s->n);
	s->first = text;
	s->n = n;
	return 0;
}

static int spread_entry(const struct ms_field *field, const struct spreading *s, json_t *list)
{
	struct ms_range_cache cache = { 0 };
	const struct ms_field *row;
	const char *key, *text;
	json_t *value;
	int r = 0;

	for (size_t i = 0; !r && i < s->n; i++) {
		json_t *one = json_deep_copy(s->entry);

		json_object_foreach((json_t *)s->entry, key, value) {
			row = ms_field_find(field->fields, key, true);
			text = json_string_value(value);
			if (r || !row || !row->many || !text || !ms_range_is(text))
				continue;
			text = value_at(&cache, text, i, s->err);
			r = text ? json_object_set_new(one, key, json_string(text)) : -1;
		}
		if (json_array_append_new(list, one))
			r = -1;
	}
	ms_range_cache_release(&cache);
	return r ? ms_nomem(s->err) : 0;
}

static int spread_scalar(const json_t *value, json_t *list, struct ms_err *err)
{
	char **values;
	size_t n;
	int r = ms_range_expand(json_string_value(value), &values, &n, err);

	if (r)
		return r;
	for (size_t i = 0; !r && i < n; i++)
		if (json_array_append_new(list, json_string(values[i])))
			r = ms_nomem(err);
	ms_strv_free(values);
	return r;
}

static int spread_one(const struct ms_field *field, json_t *entry, json_t *list, struct ms_err *err)
{
	struct spreading s = { .entry = entry, .err = err };
	const char *text = json_string_value(entry);
	int r = 0;

	if (!field->fields && field->many && text && ms_range_is(text))
		return spread_scalar(entry, list, err);
	if (field->fields)
		r = ms_field_each(field->fields, count_many, &s);
	if (r)
		return r;
	if (s.first)
		return spread_entry(field, &s, list);
	return json_array_append(list, entry) ? ms_nomem(err) : 0;
}

int ms_range_spread(const struct ms_field *field, json_t *list, json_t **ret_list,
		    struct ms_err *err)
{
	json_auto_t *spread = json_array();
	json_t *entry;
	size_t i;
	int r = spread ? 0 : ms_nomem(err);

	json_array_foreach(list, i, entry)
		if (!r)
			r = spread_one(field, entry, spread, err);
	if (!r)
		*ret_list = ms_take(spread);
	return r;
}
