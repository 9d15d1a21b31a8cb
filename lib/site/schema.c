/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Field tables as JSON Schema (draft 2020-12), so that editors complete and underline what `check`
 * would refuse. */
#include "site/kinds.h"

#define DRAFT "https://json-schema.org/draft/2020-12/schema"
#define RUN_PATTERN "[0-9]+(-[0-9]+(/[0-9]+)?)?"
#define RANGE_PATTERN "\\[" RUN_PATTERN "(," RUN_PATTERN ")*\\]"

struct scope {
	bool site;      /* inside a Site: null takes a default away, credentials by name */
	bool ranged;    /* inside an entry whose name may be a range */
	bool partial;   /* defaults: nothing is required */
};

static json_t *object_schema(const struct ms_field *fields, struct scope scope);

/* {"type": name} or {"type": [name, ...]}. */
static json_t *typed(const char *name, bool string, bool null)
{
	json_t *types = json_pack("[s]", name);

	if (string)
		json_array_append_new(types, json_string("string"));
	if (null)
		json_array_append_new(types, json_string("null"));
	if (json_array_size(types) > 1)
		return json_pack("{s:o}", "type", types);
	json_decref(types);
	return json_pack("{s:s}", "type", name);
}

static json_t *enum_schema(const struct ms_field *field, bool null)
{
	json_t *words = json_array();

	for (size_t i = 0; field->words[i]; i++)
		json_array_append_new(words, json_string(field->words[i]));
	if (null)
		json_array_append_new(words, json_null());
	return json_pack("{s:o}", "enum", words);
}

static void set_bounds(json_t *schema, const struct ms_field *field, const char *min,
		       const char *max)
{
	if (field->min || (field->max && !strcmp(min, "minimum")))
		json_object_set_new(schema, min, json_integer(field->min));
	if (field->max)
		json_object_set_new(schema, max, json_integer(field->max));
}

static json_t *text_schema(const struct ms_field *field, enum ms_field_type type,
			   struct scope scope, bool null)
{
	const struct ms_text_type *row = ms_text_type(type);
	json_t *schema = typed("string", false, null);
	MS_AUTO_FREE char *own = field->pattern ? ms_asprintf("^(%s)$", field->pattern) : NULL;
	const char *pattern = own ? own : row->pattern;

	if (pattern)
		json_object_set_new(schema, "pattern",
				    scope.ranged ? json_sprintf("%s|%s", pattern, RANGE_PATTERN)
						 : json_string(pattern));
	if (row->format && !scope.ranged)
		json_object_set_new(schema, "format", json_string(row->format));
	if (type == MS_F_STRING && field->type == MS_F_STRING)
		set_bounds(schema, field, "minLength", "maxLength");
	return schema;
}

static json_t *scalar_schema(const struct ms_field *field, enum ms_field_type type,
			     struct scope scope)
{
	bool null = scope.site && !field->required;
	json_t *schema;

	switch (type) {
	case MS_F_ANY:
		return json_object();
	case MS_F_BOOL:
		return typed("boolean", false, null);
	case MS_F_NUMBER:
		return typed("number", false, null);
	case MS_F_INT:
		schema = typed("integer", scope.ranged, null);
		set_bounds(schema, field, "minimum", "maximum");
		if (scope.ranged)
			json_object_set_new(schema, "pattern", json_string(RANGE_PATTERN));
		return schema;
	case MS_F_ENUM:
		return enum_schema(field, null);
	default:
		return text_schema(field, type, scope, null);
	}
}

static json_t *value_schema(const struct ms_field *field, struct scope scope)
{
	json_t *schema, *items;

	switch (field->type) {
	case MS_F_OBJECT:
		scope.partial |= field->partial;
		schema = field->fields ? object_schema(field->fields, scope)
				       : typed("object", false, false);
		if (scope.site && !field->required)
			json_object_set_new(
				schema, "type",
				field->names ? json_pack("[s, s, s]", "object", "string", "null")
					     : json_pack("[s, s]", "object", "null"));
		return schema;
	case MS_F_LIST:
		scope.partial = false;
		items = field->fields ? object_schema(field->fields, scope)
				      : scalar_schema(field, field->item, scope);
		schema = typed("array", false, scope.site && !field->required);
		json_object_set_new(schema, "items", items);
		set_bounds(schema, field, "minItems", "maxItems");
		return schema;
	case MS_F_MAP:
		schema = typed("object", false, scope.site && !field->required);
		json_object_set_new(schema, "additionalProperties",
				    scalar_schema(field, field->item, scope));
		return schema;
	default:
		return scalar_schema(field, field->type, scope);
	}
}

struct members { json_t *properties, *required; struct scope scope; };

static int member_add(void *ctx, const struct ms_field *field)
{
	struct members *m = ctx;
	json_t *schema;

	if (field->site && !m->scope.site)
		return 0;
	schema = value_schema(field, m->scope);
	json_object_set_new(schema, "description", json_string(field->help));
	if (field->preset)
		json_object_set_new(schema, "default",
				    json_loads(field->preset, JSON_DECODE_ANY, NULL));
	if (field->required && !m->scope.partial)
		json_array_append_new(m->required, json_string(field->name));
	return json_object_set_new(m->properties, field->name, schema);
}

static json_t *object_schema(const struct ms_field *fields, struct scope scope)
{
	const struct ms_field *name = ms_field_find(fields, "name", true);
	struct members m = { json_object(), json_array(), scope };
	json_t *schema;

	m.scope.ranged |= scope.site && name && name->type == MS_F_NAMES;
	ms_field_each(fields, member_add, &m);
	schema = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", m.properties,
			   "additionalProperties", 0);
	if (json_array_size(m.required))
		json_object_set(schema, "required", m.required);
	json_decref(m.required);
	return schema;
}

static json_t *kind_schema(const struct ms_kind *kind)
{
	struct scope scope = { .site = kind == &ms_kind_site };
	json_t *schema = object_schema(ms_fields_resource, (struct scope){ 0 });
	json_t *spec = object_schema(kind->spec, scope);

	json_object_set_new(spec, "description", json_string("what is wanted, written by people"));
	ms_put(schema, "/title", json_string(kind->name));
	ms_put(schema, "/description", json_string(kind->help));
	ms_put(schema, "/properties/kind/const", json_string(kind->name));
	ms_put(schema, "/properties/spec", spec);
	return schema;
}

int ms_site_schema(const struct ms_kind *kind, json_t **ret_schema, struct ms_err *err)
{
	json_auto_t *schema = json_pack("{s:s}", "$schema", DRAFT), *defs = json_object(),
		    *any = json_array();

	if (kind) {
		json_auto_t *one = kind_schema(kind);

		if (!schema || !one || json_object_update(schema, one))
			return ms_nomem(err);
		*ret_schema = ms_take(schema);
		return 0;
	}
	for (size_t i = 0; ms_kinds[i]; i++) {
		json_array_append_new(
			any,
			json_pack("{s:o}", "$ref", json_sprintf("#/$defs/%s", ms_kinds[i]->name)));
		json_object_set_new(defs, ms_kinds[i]->name, kind_schema(ms_kinds[i]));
	}
	if (!schema || json_object_set_new(schema, "title", json_string("msctl resources")) ||
	    json_object_set(schema, "oneOf", any) || json_object_set(schema, "$defs", defs))
		return ms_nomem(err);
	*ret_schema = ms_take(schema);
	return 0;
}
