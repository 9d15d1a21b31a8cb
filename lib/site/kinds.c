/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry: every kind that msctl knows, and how rows of field tables are found. */
#include "site/kinds.h"

#define TABLE(table, name) &ms_kind_##table,
#define NAME(table, name) name,
const struct ms_kind *const ms_kinds[] = { MS_KINDS(TABLE) NULL };
const char *const ms_kind_names[] = { MS_KINDS(NAME) NULL };

const struct ms_field ms_fields_meta[] = {
	{ .name = "labels", .type = MS_F_MAP, .item = MS_F_STRING,
	  .help = "words to select by: -l role=compute" },
	{ .name = "annotations", .type = MS_F_MAP, .item = MS_F_STRING,
	  .help = "notes that msctl only carries" },
	MS_FIELD_END
};
static const struct ms_field metadata[] = {
	{ .name = "name", .type = MS_F_STRING, .required = true, .min = 1, .max = 253,
	  .help = "its name" },
	{ .type = MS_F_INCLUDE, .fields = ms_fields_meta },
	MS_FIELD_END
};
static const char *const versions[] = { MS_API_VERSION, NULL };
const struct ms_field ms_fields_resource[] = {
	{ .name = "apiVersion", .type = MS_F_ENUM, .words = versions, .required = true,
	  .help = "version of the format" },
	{ .name = "kind", .type = MS_F_STRING, .required = true, .help = "what it is" },
	{ .name = "metadata", .type = MS_F_OBJECT, .fields = metadata, .required = true,
	  .help = "name, labels, annotations" },
	{ .name = "spec", .type = MS_F_OBJECT, .required = true,
	  .help = "what is wanted, written by people" },
	{ .name = "status", .type = MS_F_MAP, .item = MS_F_ANY,
	  .help = "what was seen, written by commands" },
	MS_FIELD_END
};

const struct ms_kind *ms_kind_find(const char *name)
{
	for (size_t i = 0; ms_kinds[i]; i++)
		if (ms_streq(ms_kinds[i]->name, name))
			return ms_kinds[i];
	return NULL;
}

json_t *ms_field_preset(const struct ms_field *field)
{
	size_t len = strlen(field->preset);

	/* json_loads drops octets of strings when memory runs out, and says nothing. */
	return *field->preset == '"' ? json_stringn(field->preset + 1, len - 2)
				     : json_loads(field->preset, JSON_DECODE_ANY, NULL);
}

static bool row_is_last(const struct ms_field *field)
{
	return !field->name && field->type != MS_F_INCLUDE;
}

const struct ms_field *ms_field_find(const struct ms_field *fields, const char *name, bool site)
{
	for (const struct ms_field *field = fields; !row_is_last(field); field++) {
		const struct ms_field *found = NULL;

		if (field->type == MS_F_INCLUDE)
			found = ms_field_find(field->fields, name, site);
		else if (!strcmp(field->name, name) && (site || !field->site))
			found = field;
		if (found)
			return found;
	}
	return NULL;
}

int ms_field_each(const struct ms_field *fields, ms_field_fn *fn, void *ctx)
{
	for (const struct ms_field *field = fields; !row_is_last(field); field++) {
		bool more = field->type == MS_F_INCLUDE;
		int r = more ? ms_field_each(field->fields, fn, ctx) : fn(ctx, field);

		if (r)
			return r;
	}
	return 0;
}
