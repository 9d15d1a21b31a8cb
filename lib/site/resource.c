/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One resource of a known kind: checked against its table, and its presets filled in. */
#include <errno.h>
#include "site/check.h"

/* A cable is leaf01:49--spine01:1 where nobody says otherwise, a NIC is node01:rail0. */
static bool is_called_by_ends(const char *kind)
{
	return ms_streq(kind, ms_kind_link.name) || ms_streq(kind, ms_kind_nic.name);
}

static void check_name(struct ms_check *c)
{
	const struct ms_text_type *type = ms_text_type(MS_F_NAME);
	const char *name = json_string_value(ms_at(c->doc->root, "/metadata/name"));

	if (!name || type->valid(name))
		return;
	if (is_called_by_ends(ms_kind(c->doc->root)) && !strpbrk(name, " \t\n"))
		return;
	snprintf(c->path, sizeof(c->path), "/metadata/name");
	ms_check_hint(ms_check_problem(c, false, "not a name: \"%.120s\"", name), "%s", type->hint);
}

int ms_site_check_resource(const struct ms_doc *doc, struct ms_report *report)
{
	struct ms_check c = { .doc = doc, .report = report };
	const struct ms_kind *kind = ms_kind_find(ms_kind(doc->root));
	const json_t *spec = json_object_get(doc->root, "spec");

	if (!kind)
		return 0;
	ms_check_object(&c, ms_fields_resource, doc->root);
	if (kind->authored)
		check_name(&c);
	if (!json_is_object(spec))
		return c.failed ? -ENOMEM : 0;
	snprintf(c.path, sizeof(c.path), "/spec");
	c.site = kind == &ms_kind_site;
	ms_check_object(&c, kind->spec, spec);
	if (c.site)
		ms_check_site(&c);
	return c.failed ? -ENOMEM : 0;
}

struct fill { json_t *object; };

static int fill_object(const struct ms_field *fields, json_t *object);

static int fill_field(void *ctx, const struct ms_field *field)
{
	struct fill *f = ctx;
	json_t *value = json_object_get(f->object, field->name), *entry;
	size_t i;
	int r = 0;

	if (!value && field->preset && !field->site) {
		value = ms_field_preset(field);
		if (json_object_set_new(f->object, field->name,
					value)) /* takes it also when it fails */
			return -ENOMEM;
	}
	if (!field->fields)
		return 0;
	if (json_is_object(value))
		return fill_object(field->fields, value);
	json_array_foreach(value, i, entry)
		if (!r && json_is_object(entry))
			r = fill_object(field->fields, entry);
	return r;
}

static int fill_object(const struct ms_field *fields, json_t *object)
{
	struct fill f = { .object = object };

	return ms_field_each(fields, fill_field, &f);
}

int ms_site_fill(json_t *res, struct ms_err *err)
{
	const struct ms_kind *kind = ms_kind_find(ms_kind(res));
	json_t *spec = json_object_get(res, "spec");

	if (kind && json_is_object(spec) && fill_object(kind->spec, spec))
		return ms_nomem(err);
	return 0;
}
