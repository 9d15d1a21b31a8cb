/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the people's text says what a Finding is about. */
#include <errno.h>
#include "site/grow.h"

/* {"Switch/leaf01": pointer}: also what rules and NICs make, at the line that makes it. */
static int add_entry(const struct ms_grown *grown, const struct ms_site_list *list, size_t i,
		     const json_t *entry, json_t *index, struct ms_err *err)
{
	char path[128], origin[512];
	char **names = NULL;
	size_t n = 0;
	int r = ms_range_expand(ms_str(entry, "/name", ""), &names, &n, err);

	snprintf(path, sizeof(path), "/spec/%s/%zu", list->key, i);
	ms_grown_origin(grown, path, origin, sizeof(origin));
	for (size_t k = 0; !r && k < n; k++) {
		MS_AUTO_FREE char *key = ms_asprintf("%s/%s", list->kind->name, names[k]);

		if (!key || json_object_set_new(index, key, json_string(origin)))
			r = ms_nomem(err);
	}
	ms_strv_free(names);
	return r;
}

static int index_site(const struct ms_grown *grown, json_t *index, struct ms_err *err)
{
	const json_t *entry;
	size_t i;
	int r = 0;

	for (const struct ms_site_list *list = ms_site_lists; list->key; list++)
		json_array_foreach(ms_at(grown->root, "/spec/%s", list->key), i, entry)
			if (!r)
				r = add_entry(grown, list, i, entry, index, err);
	return r;
}

static int place(const struct ms_doc *site, const json_t *index, json_t *finding,
		 struct ms_err *err)
{
	MS_AUTO_FREE char *key = ms_asprintf("%s/%s", ms_str(finding, "/spec/objects/0/kind", ""),
					     ms_str(finding, "/spec/objects/0/name", ""));
	const char *pointer = key ? json_string_value(json_object_get(index, key)) : NULL;
	unsigned line, column;

	if (!key)
		return ms_nomem(err);
	if (!pointer || !site->source || !ms_doc_locate(site, pointer, false, &line, &column))
		return 0;
	return ms_put(finding, "/spec/at",
		      json_sprintf("%s:%u:%u", site->source, line, column))
		       ? ms_nomem(err)
		       : 0;
}

static int place_all(const struct ms_doc *site, json_t *findings, struct ms_err *err)
{
	json_auto_t *index = json_object();
	struct ms_report ignored = { .max = 1 };
	struct ms_grown grown = { 0 };
	json_t *finding;
	size_t i;
	int r = index ? ms_grow(site, &grown, &ignored, err) : ms_nomem(err);

	if (!r)
		r = index_site(&grown, index, err);
	json_array_foreach(findings, i, finding)
		if (!r)
			r = place(site, index, finding, err);
	ms_grown_release(&grown);
	ms_report_release(&ignored);
	return r;
}

int ms_site_place(const struct ms_site_set *set, json_t *findings, struct ms_err *err)
{
	int r = 0;

	for (size_t s = 0; !r && json_array_size(findings) && s < set->n_sites; s++)
		r = place_all(&set->sites[s], findings, err);
	return r;
}
