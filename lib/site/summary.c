/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a stream holds, counted: by kind, rack, vendor, role, and how Steps and Findings stand. */
#include "site/kinds.h"

static const struct group {
	const char *name, *kind, *path, *otherwise;
} groups[] = {
	{ "kind", NULL, "/kind", "(none)" },
	{ "rack", "Server", "/spec/rack", NULL },
	{ "vendor", "Server", "/spec/bmc/vendor", NULL },
	{ "role", "Server", "/spec/role", NULL },
	{ "platform", "Switch", "/spec/platform", NULL },
	{ "tier", "Switch", "/spec/role", NULL },
	{ "cable", "Link", "/spec/layer", NULL },
	{ "isolation", "Tenant", "/spec/isolation", NULL },
	{ "step", "Step", "/status/state", "planned" },
	{ "risk", "Step", "/spec/risk", "none" },
	{ "finding", "Finding", "/spec/severity", NULL },
};

struct ms_site_summary {
	json_t *rows[MS_ARRAY_SIZE(groups)]; /* {value: [count, failed]}, in order of first sight */
};

bool ms_site_is_failed(const json_t *res)
{
	return ms_at(res, "/status/error") ||
	       (ms_streq(ms_kind(res), "Step") &&
		ms_streq(ms_str(res, "/status/state", NULL), "failed")) ||
	       (ms_streq(ms_kind(res), "Finding") &&
		ms_streq(ms_str(res, "/spec/severity", NULL), "error"));
}

int ms_site_summary_new(struct ms_site_summary **ret_summary, struct ms_err *err)
{
	struct ms_site_summary *summary = calloc(1, sizeof(*summary));

	for (size_t i = 0; summary && i < MS_ARRAY_SIZE(groups); i++) {
		summary->rows[i] = json_object();
		if (!summary->rows[i]) {
			ms_site_summary_free(summary);
			summary = NULL;
		}
	}
	if (!summary)
		return ms_nomem(err);
	*ret_summary = summary;
	return 0;
}

void ms_site_summary_free(struct ms_site_summary *summary)
{
	for (size_t i = 0; summary && i < MS_ARRAY_SIZE(groups); i++)
		json_decref(summary->rows[i]);
	free(summary);
}

static int count(json_t *rows, const char *value, bool failed)
{
	json_t *row = json_object_get(rows, value);

	if (!row) {
		row = json_pack("[i, i]", 0, 0);
		if (json_object_set_new(rows, value, row))
			return -1;
	}
	for (size_t i = 0; i < 1u + failed; i++)
		json_integer_set(json_array_get(row, i),
				 json_integer_value(json_array_get(row, i)) + 1);
	return 0;
}

int ms_site_summary_add(struct ms_site_summary *summary, const json_t *res, struct ms_err *err)
{
	bool failed = ms_site_is_failed(res);

	for (size_t i = 0; i < MS_ARRAY_SIZE(groups); i++) {
		const char *value = ms_str(res, groups[i].path, groups[i].otherwise);

		if (value && (!groups[i].kind || ms_streq(ms_kind(res), groups[i].kind)) &&
		    count(summary->rows[i], value, failed))
			return ms_nomem(err);
	}
	return 0;
}

static json_t *row_new(const char *group, const char *value, const json_t *row)
{
	MS_AUTO_FREE char *name = ms_asprintf("%s/%s", group, value);
	json_t *res = name ? ms_resource_new("Summary", name) : NULL;

	if (!res || ms_put(res, "/spec/group", json_string(group)) ||
	    ms_put(res, "/spec/value", json_string(value)) ||
	    ms_put(res, "/spec/count", json_incref(json_array_get(row, 0))) ||
	    ms_put(res, "/spec/failed", json_incref(json_array_get(row, 1)))) {
		json_decref(res);
		return NULL;
	}
	return res;
}

int ms_site_summary_rows(const struct ms_site_summary *summary, json_t **ret_rows,
			 struct ms_err *err)
{
	json_auto_t *rows = json_array();
	const char *value;
	json_t *row;

	for (size_t i = 0; i < MS_ARRAY_SIZE(groups); i++)
		json_object_foreach(summary->rows[i], value, row)
			if (json_array_append_new(rows, row_new(groups[i].name, value, row)))
				return ms_nomem(err);
	*ret_rows = ms_take(rows);
	return *ret_rows ? 0 : ms_nomem(err);
}
