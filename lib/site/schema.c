/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Field tables as JSON Schema (draft 2020-12): editors complete and underline what is refused. */
#include "site/kinds.h"

#define DRAFT "https://json-schema.org/draft/2020-12/schema"
#define RUN_PATTERN "[0-9]+(-[0-9]+(/[0-9]+)?)?"
#define RANGE_PATTERN "\\[" RUN_PATTERN "(," RUN_PATTERN ")*\\]"

struct scope {
	bool site;      /* inside a Site: null takes a default away, credentials by name */
	bool ranged;    /* inside an entry whose name may be a range */
	bool partial;   /* defaults: nothing is required */
	bool entry;     /* inherits: only its name is required */
	bool *failed;   /* memory ran out */
};
enum { STRING = 1, NONE = 2 };  /* what may stand beside the type proper */

static json_t *object_schema(const struct ms_field *fields, struct scope scope);

static void set(struct scope scope, json_t *schema, const char *key, json_t *value)
{
	ms_build_set(scope.failed, schema, key, value);
}

/* {"type": name} or {"type": [name, ...]}. */
static void set_type(struct scope scope, json_t *schema, const char *name, unsigned beside)
{
	json_t *types;

	if (!beside) {
		set(scope, schema, "type", json_string(name));
		return;
	}
	types = json_array();
	ms_build_add(scope.failed, types, json_string(name));
	if (beside & STRING)
		ms_build_add(scope.failed, types, json_string("string"));
	if (beside & NONE)
		ms_build_add(scope.failed, types, json_string("null"));
	set(scope, schema, "type", types);
}

static void set_words(struct scope scope, json_t *schema, const struct ms_field *field, bool null)
{
	json_t *words = json_array();

	for (size_t i = 0; field->words[i]; i++)
		ms_build_add(scope.failed, words, json_string(field->words[i]));
	if (null)
		ms_build_add(scope.failed, words, json_null());
	set(scope, schema, "enum", words);
}

static void set_bounds(struct scope scope, json_t *schema, const struct ms_field *field,
		       const char *min, const char *max)
{
	if (field->min || (field->max && !strcmp(min, "minimum")))
		set(scope, schema, min, json_integer(field->min));
	if (field->max)
		set(scope, schema, max, json_integer(field->max));
}

static void set_pattern(struct scope scope, json_t *schema, const char *pattern)
{
	set(scope, schema, "pattern", scope.ranged ? json_sprintf("%s|%s", pattern, RANGE_PATTERN)
						   : json_string(pattern));
}

static void set_text(struct scope scope, json_t *schema, const struct ms_field *field,
		     enum ms_field_type type)
{
	const struct ms_text_type *row = ms_text_type(type);
	MS_AUTO_FREE char *own = field->pattern ? ms_asprintf("^(%s)$", field->pattern) : NULL;

	*scope.failed |= field->pattern && !own;
	if (own || row->pattern)
		set_pattern(scope, schema, own ? own : row->pattern);
	if (row->format && !scope.ranged)
		set(scope, schema, "format", json_string(row->format));
	if (type == MS_F_STRING && field->type == MS_F_STRING)
		set_bounds(scope, schema, field, "minLength", "maxLength");
}

static json_t *scalar_schema(const struct ms_field *field, enum ms_field_type type,
			     struct scope scope)
{
	unsigned none = scope.site && !field->required ? NONE : 0;
	json_t *schema = json_object();

	switch (type) {
	case MS_F_ANY:
		break;
	case MS_F_BOOL:
		set_type(scope, schema, "boolean", none);
		break;
	case MS_F_NUMBER:
		set_type(scope, schema, "number", none);
		break;
	case MS_F_INT:
		set_type(scope, schema, "integer", none | (scope.ranged ? STRING : 0));
		set_bounds(scope, schema, field, "minimum", "maximum");
		if (scope.ranged)
			set(scope, schema, "pattern", json_string(RANGE_PATTERN));
		break;
	case MS_F_ENUM:
		set_words(scope, schema, field, none);
		break;
	default:
		set_type(scope, schema, "string", none);
		set_text(scope, schema, field, type);
	}
	return schema;
}

static json_t *member_schema(const struct ms_field *field, struct scope scope, unsigned none)
{
	json_t *schema;

	scope.partial |= field->partial;
	schema = field->fields ? object_schema(field->fields, scope) : json_object();
	set_type(scope, schema, "object", none | (none && field->names ? STRING : 0));
	return schema;
}

static json_t *list_schema(const struct ms_field *field, struct scope scope, unsigned none)
{
	json_t *schema = json_object(), *items;

	scope.partial = false;
	scope.entry = field->partial;
	items = field->fields ? object_schema(field->fields, scope)
			      : scalar_schema(field, field->item, scope);
	set_type(scope, schema, "array", none);
	set(scope, schema, "items", items);
	set_bounds(scope, schema, field, "minItems", "maxItems");
	return schema;
}

static json_t *map_schema(const struct ms_field *field, struct scope scope, unsigned none)
{
	json_t *schema = json_object();

	set_type(scope, schema, "object", none);
	set(scope, schema, "additionalProperties", scalar_schema(field, field->item, scope));
	return schema;
}

static json_t *value_schema(const struct ms_field *field, struct scope scope)
{
	unsigned none = scope.site && !field->required ? NONE : 0;

	switch (field->type) {
	case MS_F_OBJECT: return member_schema(field, scope, none);
	case MS_F_LIST: return list_schema(field, scope, none);
	case MS_F_MAP: return map_schema(field, scope, none);
	default: return scalar_schema(field, field->type, scope);
	}
}

struct members { json_t *properties, *required; struct scope scope; bool entry; };

static int member_add(void *ctx, const struct ms_field *field)
{
	struct members *m = ctx;
	json_t *schema;

	if (field->site && !m->scope.site)
		return 0;
	schema = value_schema(field, m->scope);
	set(m->scope, schema, "description", json_string(field->help));
	if (field->preset)
		set(m->scope, schema, "default", ms_field_preset(field));
	if (field->required && !m->scope.partial && (!m->entry || !strcmp(field->name, "name")))
		ms_build_add(m->scope.failed, m->required, json_string(field->name));
	set(m->scope, m->properties, field->name, schema);
	return 0;
}

static json_t *object_schema(const struct ms_field *fields, struct scope scope)
{
	const struct ms_field *name = ms_field_find(fields, "name", true);
	struct members m = { json_object(), json_array(), scope, scope.entry };
	json_t *schema = json_object();

	m.scope.entry = false;
	m.scope.ranged |= scope.site && name && name->type == MS_F_NAMES;
	ms_field_each(fields, member_add, &m);
	set_type(scope, schema, "object", 0);
	set(scope, schema, "properties", m.properties);
	set(scope, schema, "additionalProperties", json_false());
	if (json_array_size(m.required))
		set(scope, schema, "required", json_incref(m.required));
	json_decref(m.required);
	return schema;
}

static void set_kind(json_t *schema, const struct ms_kind *kind, bool *failed)
{
	struct scope scope = { .failed = failed };
	json_auto_t *resource = object_schema(ms_fields_resource, scope);
	json_t *properties = json_object_get(resource, "properties"), *spec;

	scope.site = kind == &ms_kind_site;
	spec = object_schema(kind->spec, scope);
	set(scope, spec, "description", json_string("what is wanted, written by people"));
	set(scope, properties, "spec", spec);
	set(scope, json_object_get(properties, "kind"), "const", json_string(kind->name));
	set(scope, schema, "title", json_string(kind->name));
	set(scope, schema, "description", json_string(kind->help));
	if (json_object_update(schema, resource))
		*failed = true;
}

static void set_all(json_t *schema, bool *failed)
{
	json_t *defs = json_object(), *any = json_array();

	for (size_t i = 0; ms_kinds[i]; i++) {
		json_t *one = json_object(), *ref = json_object();

		set_kind(one, ms_kinds[i], failed);
		ms_build_set(failed, ref, "$ref", json_sprintf("#/$defs/%s", ms_kinds[i]->name));
		ms_build_add(failed, any, ref);
		ms_build_set(failed, defs, ms_kinds[i]->name, one);
	}
	ms_build_set(failed, schema, "title", json_string("msctl resources"));
	ms_build_set(failed, schema, "oneOf", any);
	ms_build_set(failed, schema, "$defs", defs);
}

int ms_site_schema(const struct ms_kind *kind, json_t **ret_schema, struct ms_err *err)
{
	json_auto_t *schema = json_object();
	bool failed = false;

	ms_build_set(&failed, schema, "$schema", json_string(DRAFT));
	if (kind)
		set_kind(schema, kind, &failed);
	else
		set_all(schema, &failed);
	if (failed)
		return ms_nomem(err);
	*ret_schema = ms_take(schema);
	return 0;
}
