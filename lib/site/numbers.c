/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of numbers given out, a file beside the site file. */
#include <errno.h>
#include "site/kinds.h"

char *ms_numbers_path(const char *site_source)
{
	static const char *const endings[] = { ".yaml", ".yml", ".json" };
	size_t len = strlen(site_source);

	if (!len || *site_source == '<' || !strcmp(site_source, "-"))
		return NULL;
	for (size_t i = 0; i < MS_ARRAY_SIZE(endings); i++) {
		size_t n = strlen(endings[i]);

		if (len > n && !strcmp(site_source + len - n, endings[i])) {
			len -= n;
			break;
		}
	}
	return ms_asprintf("%.*s.numbers.yaml", (int)len, site_source);
}

/* The same number twice under one pool: somebody edited the record, and either owner could be
 * right. */
static int check_once(const struct ms_doc *doc, size_t index, const char *pool, const char *state,
		      json_t *taken, json_t *owners, struct ms_err *err)
{
	const char *owner;
	json_t *value;

	json_object_foreach(taken, owner, value) {
		MS_AUTO_FREE char *text = ms_json_text(value, MS_JSON_COMPACT);
		const char *first = text ? json_string_value(json_object_get(owners, text)) : NULL;

		if (first) {
			int r = ms_fail(err, -EBADMSG, MS_INPUT,
					"%s of pool %s is recorded for %s and for %s", text, pool,
					first, owner);

			snprintf(err->path, sizeof(err->path), "/spec/pools/%zu/%s", index,
				 state);
			ms_pointer_push(err->path, sizeof(err->path), owner);
			ms_hint(err, "take one of the two lines out");
			ms_doc_place(doc, err);
			return r;
		}
		if (!text || json_object_set_new(owners, text, json_string(owner)))
			return ms_nomem(err);
	}
	return 0;
}

static int collect(const struct ms_doc *doc, json_t *recorded, struct ms_err *err)
{
	const json_t *entry;
	size_t i;
	int r = 0;

	json_array_foreach(ms_at(doc->root, "/spec/pools"), i, entry) {
		json_auto_t *owners = json_object(), *states = json_copy((json_t *)entry);
		const char *name = ms_str(entry, "/name", ""), *state;
		json_t *taken;

		json_object_del(states, "name");
		if (!owners || !states || json_object_set(recorded, name, states))
			r = ms_nomem(err);
		json_object_foreach(states, state, taken)
			if (!r)
				r = check_once(doc, i, name, state, taken, owners, err);
	}
	return r;
}

int ms_numbers_load(const char *path, json_t **ret_recorded, struct ms_err *err)
{
	struct ms_doc doc = { 0 };
	struct ms_report report = { .max = 1 };
	json_auto_t *recorded = json_object();
	int r;

	if (access(path, F_OK) && errno == ENOENT) {
		*ret_recorded = ms_take(recorded);
		return *ret_recorded ? 0 : ms_nomem(err);
	}
	r = ms_doc_load(path, &doc, err);
	if (r)
		return r;
	if (!ms_streq(ms_kind(doc.root), ms_kind_numbers.name))
		r = ms_fail(err, -EBADMSG, MS_INPUT, "%s is not of kind Numbers", path);
	if (!r)
		r = ms_site_check_resource(&doc, &report);
	if (!r && report.n) {
		*err = report.errs[0];
		r = -EBADMSG;
	}
	if (!r)
		r = collect(&doc, recorded, err);
	if (!r)
		*ret_recorded = ms_take(recorded);
	ms_report_release(&report);
	ms_doc_release(&doc);
	return r;
}

static json_t *record_new(const char *site_name, const json_t *given)
{
	json_t *res = ms_resource_new(ms_kind_numbers.name, site_name), *pools = json_array(),
	       *of_pool;
	const char *name;

	json_object_foreach((json_t *)given, name, of_pool) {
		json_t *pool = json_pack("{s:s}", "name", name);

		/* What could not be put in is missed by its number below. */
		if (json_object_update(pool, of_pool))
			json_decref(pool);
		else
			json_array_append_new(pools, pool);
	}
	if (ms_put(res, "/spec/pools", pools) ||
	    json_array_size(pools) != json_object_size(given)) {
		json_decref(res);
		return NULL;
	}
	return res;
}

int ms_numbers_save(const char *path, const char *site_name, const json_t *given,
		    struct ms_err *err)
{
	json_auto_t *res = record_new(site_name, given);
	MS_AUTO_BUF struct ms_buf file = { 0 };
	MS_AUTO_FREE char *text = NULL;
	size_t len;
	int r = res ? ms_value_text(res, MS_FMT_YAML, &text, &len, err) : ms_nomem(err);

	if (r)
		return r;
	ms_buf_puts(&file,
		    "# Given out of the site's pools; written by `msctl-site render --record`.\n"
		    "# Keep it beside the site file: what stands here stays.\n");
	ms_buf_add(&file, text, len);
	if (file.failed)
		return ms_nomem(err);
	return ms_write_file(path, file.data, file.len, 0666, err);
}
