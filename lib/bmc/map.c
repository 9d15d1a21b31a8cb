/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of renaming: from pointers into a Redfish resource to keys of the neutral model. */
#include <errno.h>
#include "bmc/read.h"

#define MAX_WARNINGS 64

void bmc_oddity(const struct bmc_norm *norm, const char *fmt, ...)
{
	char line[512];
	json_t *old;
	va_list ap;
	size_t i;

	if (!norm->warnings || json_array_size(norm->warnings) >= MAX_WARNINGS)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	json_array_foreach(norm->warnings, i, old)
		if (ms_streq(json_string_value(old), line))
			return;
	json_array_append_new(norm->warnings, json_string(line));
}

const char *bmc_type(const json_t *raw, char *buf, size_t size)
{
	const char *type = ms_str(raw, "/@odata.type", "");

	if (*type == '#')
		type++;
	snprintf(buf, size, "%.*s", (int)strcspn(type, "."), type);
	return buf;
}

bool bmc_absent(const json_t *raw)
{
	return ms_streq(ms_str(raw, "/Status/State", NULL), "Absent");
}

const char *bmc_text(const json_t *raw, const char *pointer)
{
	static const struct bmc_norm quiet;
	const json_t *value = ms_at(raw, "%s", pointer);
	json_t *text = bmc_convert(&quiet, BMC_TEXT, value, "");
	const char *ret = text ? json_string_value(value) : NULL;

	json_decref(text);
	return ret;
}

/* Try one pointer of a row. */
static json_t *pick(const struct bmc_norm *norm, const struct bmc_row *row, const json_t *raw,
		    const char *pointer, const char *type)
{
	char what[192];

	snprintf(what, sizeof(what), "%s%s", type, pointer);
	return bmc_convert(norm, row->conv, ms_at(raw, "%s", pointer), what);
}

int bmc_map(const struct bmc_norm *norm, const struct bmc_row *rows, const json_t *raw, json_t *out)
{
	char type[64];

	bmc_type(raw, type, sizeof(type));
	for (; rows->key; rows++) {
		const char *from = rows->from;
		json_t *value = NULL;

		if (json_object_get(out, rows->key))
			continue;
		while (!value && *from) {
			char pointer[128];
			size_t n = strcspn(from, "|");

			snprintf(pointer, sizeof(pointer), "%.*s", (int)n, from);
			value = pick(norm, rows, raw, pointer, type);
			from += n + (from[n] == '|');
		}
		if (value && json_object_set_new(out, rows->key, value))
			return -ENOMEM;
	}
	return 0;
}

json_t *bmc_map_new(const struct bmc_norm *norm, const struct bmc_row *rows, const json_t *raw)
{
	json_t *out = json_object();

	if (out && bmc_map(norm, rows, raw, out)) {
		json_decref(out);
		return NULL;
	}
	return out;
}
