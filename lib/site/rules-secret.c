/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rule that tries credential references, each once, however many servers share it.  `exec:` is
 * not tried: a check does not run programs. */
#include "site/rules.h"

struct hunt { json_t *index; const json_t *res, *object; struct ms_err *err; };

static int hunt_object(struct hunt *hunt, const struct ms_field *fields, const json_t *object);

static int hunt_field(void *ctx, const struct ms_field *field)
{
	struct hunt *hunt = ctx;
	const json_t *value = json_object_get(hunt->object, field->name), *entry;
	size_t i;
	int r = 0;

	if (field->type == MS_F_SECRET && json_is_string(value))
		return ms_index_add(hunt->index, json_string_value(value), hunt->res, hunt->err);
	if (!field->fields)
		return 0;
	if (json_is_object(value))
		return hunt_object(hunt, field->fields, value);
	json_array_foreach(value, i, entry)
		if (!r)
			r = hunt_object(hunt, field->fields, entry);
	return r;
}

static int hunt_object(struct hunt *hunt, const struct ms_field *fields, const json_t *object)
{
	struct hunt inner = *hunt;

	inner.object = object;
	return ms_field_each(fields, hunt_field, &inner);
}

static json_t *references_new(const struct ms_site_set *set, struct ms_err *err)
{
	json_t *index = json_object();
	const json_t *res;
	size_t i;

	json_array_foreach(set->resources, i, res) {
		const struct ms_kind *kind = ms_kind_find(ms_kind(res));
		struct hunt hunt = { .index = index, .res = res, .err = err };

		if (kind && kind->authored &&
		    hunt_object(&hunt, kind->spec, json_object_get(res, "spec"))) {
			json_decref(index);
			return NULL;
		}
	}
	return index;
}

int ms_rule_secrets(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *index = set->secrets ? references_new(set, err) : NULL;
	const char *reference, *value;
	json_t *owners;
	int r = 0;

	if (set->secrets && !index)
		return ms_nomem(err);
	json_object_foreach(index, reference, owners) {
		struct ms_err why = MS_ERR_INIT;

		if (r || ms_starts(reference, "exec:") ||
		    !ms_secret_get(set->secrets, reference, &value, &why))
			continue;
		r = ms_find_objects(item, rule, json_incref(owners), *why.hint ? why.hint : NULL,
				    "%s", why.message);
	}
	return r;
}
