/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Field tables as rows for people: what can be written where, and what it means when it is not. */
#include <inttypes.h>
#include "site/kinds.h"

struct listing {
	json_t *fields;
	char path[256];
	bool site;
};

static const char *type_word(enum ms_field_type type)
{
	static const char *const words[] = {
		[MS_F_STRING] = "string",
		[MS_F_NAME] = "name",
		[MS_F_BOOL] = "bool",
		[MS_F_INT] = "integer",
		[MS_F_NUMBER] = "number",
		[MS_F_ENUM] = "word",
		[MS_F_ADDR] = "address",
		[MS_F_HOST] = "address or DNS name",
		[MS_F_PREFIX] = "network",
		[MS_F_INTERFACE] = "address/length",
		[MS_F_MAC] = "MAC address",
		[MS_F_URL] = "URL",
		[MS_F_SECRET] = "secret reference",
		[MS_F_TIME] = "time",
		[MS_F_DURATION] = "duration",
		[MS_F_PIN] = "public key pin",
		[MS_F_OBJECT] = "object",
		[MS_F_LIST] = "list",
		[MS_F_MAP] = "map",
		[MS_F_ANY] = "any",
		[MS_F_PATH] = "file",
		[MS_F_PORT] = "SWITCH:PORT",
		[MS_F_ADDRS] = "address range",
		[MS_F_NAMES] = "name or range",
		[MS_F_INCLUDE] = "",
	};

	return words[type];
}

/* "one of a, b, c", "list of name", "integer 1 to 65535". */
static void describe(struct ms_buf *buf, const struct ms_field *field)
{
	if (field->type == MS_F_ENUM) {
		for (size_t i = 0; field->words[i]; i++)
			ms_buf_printf(buf, "%s%s", i ? ", " : "one of ", field->words[i]);
		return;
	}
	ms_buf_puts(buf, type_word(field->type));
	if (field->type == MS_F_MAP || (field->type == MS_F_LIST && !field->fields))
		ms_buf_printf(buf, " of %s", type_word(field->item));
	if (field->type == MS_F_INT && (field->min || field->max))
		ms_buf_printf(buf, " %" PRId64 " to %" PRId64, field->min, field->max);
}

static int list_field(void *ctx, const struct ms_field *field)
{
	struct listing *l = ctx;
	size_t len = strlen(l->path);
	MS_AUTO_BUF struct ms_buf type = { 0 };
	json_t *res;
	int r;

	if (field->site && !l->site)
		return 0;
	snprintf(l->path + len, sizeof(l->path) - len, ".%s%s", field->name,
		 field->type == MS_F_LIST && field->fields ? "[]" : "");
	describe(&type, field);
	res = ms_resource_new("Field", l->path);
	r = !res || ms_put(res, "/spec/type", json_string(type.data)) ||
	    ms_put(res, "/spec/help", json_string(field->help)) ||
	    (field->required && ms_put(res, "/spec/required", json_true())) ||
	    (field->preset &&
	     ms_put(res, "/spec/default", ms_field_preset(field))) ||
	    json_array_append(l->fields, res);
	json_decref(res);
	if (!r && field->fields)
		r = ms_field_each(field->fields, list_field, l);
	l->path[len] = '\0';
	return r;
}

int ms_site_fields(const struct ms_kind *kind, json_t **ret_fields, struct ms_err *err)
{
	json_auto_t *fields = json_array();
	struct listing l = { .fields = fields };

	for (size_t i = 0; ms_kinds[i]; i++) {
		if (kind && kind != ms_kinds[i])
			continue;
		l.site = ms_kinds[i] == &ms_kind_site;
		snprintf(l.path, sizeof(l.path), "%s.spec", ms_kinds[i]->name);
		if (ms_field_each(ms_kinds[i]->spec, list_field, &l))
			return ms_nomem(err);
	}
	*ret_fields = ms_take(fields);
	return *ret_fields ? 0 : ms_nomem(err);
}
