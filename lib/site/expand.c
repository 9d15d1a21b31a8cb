/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A Site into resources, one entry at a time: defaults merged, names multiplied, and then one walk
 * along the table that puts credentials, range values and file names in place.  Every list of
 * ms_site_lists goes the same way.
 */
#include <errno.h>
#include "site/grow.h"
#include "site/pool.h"

struct expansion {
	const struct ms_doc *site;
	const struct ms_grown *grown;
	const json_t *given;
	ms_put_fn *put;
	void *ctx;
	const struct ms_site_list *list;
};

/* Relative file names mean the site file's folder; whoever reads the resource stands elsewhere. */
static size_t folder_length(const struct expansion *e, const char *path)
{
	const char *source = e->site->source ? e->site->source : "", *slash = strrchr(source, '/');

	return *path == '/' || !slash || *source == '<' ? 0 : (size_t)(slash + 1 - source);
}

/* What a scalar becomes; NULL = it stays. */
static int settle_scalar(struct expansion *e, enum ms_field_type type, const json_t *value,
			 json_t **ret_new, struct ms_err *err)
{
	const char *text = json_string_value(value), *prefix = "";
	size_t folder;

	*ret_new = NULL;
	if (!text)
		return 0;
	if (type == MS_F_SECRET && ms_starts(text, "file:"))
		prefix = "file:";
	else if (type != MS_F_PATH)
		return 0;
	text += strlen(prefix);
	folder = folder_length(e, text);
	if (!folder)
		return 0;
	*ret_new = json_sprintf("%s%.*s%s", prefix, (int)folder, e->site->source, text);
	return *ret_new ? 0 : ms_nomem(err);
}

static json_t *entry_named(const struct expansion *e, const char *list, const char *name)
{
	json_t *entry;
	size_t i;

	json_array_foreach(ms_at(e->site->root, "%s", list), i, entry)
		if (ms_streq(ms_str(entry, "/name", NULL), name))
			return entry;
	return NULL;
}

static int settle_object(struct expansion *e, const struct ms_field *fields, json_t *object,
			 struct ms_err *err);

static int settle_list(struct expansion *e, const struct ms_field *field, json_t *list,
		       struct ms_err *err)
{
	json_t *entry, *now;
	size_t i;
	int r = 0;

	json_array_foreach(list, i, entry) {
		if (field->fields)
			r = settle_object(e, field->fields, entry, err);
		else
			r = settle_scalar(e, field->item, entry, &now, err);
		if (!r && !field->fields && now && json_array_set_new(list, i, now))
			r = ms_nomem(err);
		if (r)
			break;
	}
	return r;
}

static int settle_map(struct expansion *e, const struct ms_field *field, json_t *map,
		      struct ms_err *err)
{
	const char *key;
	json_t *value, *now;

	json_object_foreach(map, key, value) {
		int r = settle_scalar(e, field->item, value, &now, err);

		/* Replacing goes in place: the iteration goes on. */
		if (!r && now && json_object_set_new(map, key, now))
			r = ms_nomem(err);
		if (r)
			return r;
	}
	return 0;
}

static int is_many(void *ctx, const struct ms_field *field)
{
	(void)ctx;
	return field->many;
}

static bool spreads(const struct ms_field *field)
{
	return field->many || (field->fields && ms_field_each(field->fields, is_many, NULL));
}

static int settle_value(struct expansion *e, const struct ms_field *field, json_t *object,
			json_t *value, struct ms_err *err)
{
	json_t *now = NULL;
	int r;

	if (field->type == MS_F_OBJECT && field->names && json_is_string(value)) {
		now = json_deep_copy(entry_named(e, field->names, json_string_value(value)));
		if (!now || json_object_set_new(object, field->name, now))
			return ms_nomem(err);
		json_object_del(now, "name");
		value = now;
	}
	if (field->type == MS_F_LIST && spreads(field)) {
		r = ms_range_spread(field, value, &now, err);
		if (r || json_object_set_new(object, field->name, now))
			return r ? r : ms_nomem(err);
		value = now;
	}
	if (field->type == MS_F_LIST)
		return settle_list(e, field, value, err);
	if (field->type == MS_F_MAP)
		return settle_map(e, field, value, err);
	if (field->type == MS_F_OBJECT)
		return field->fields ? settle_object(e, field->fields, value, err) : 0;
	r = settle_scalar(e, field->type, value, &now, err);
	return !r && now && json_object_set_new(object, field->name, now) ? ms_nomem(err) : r;
}

struct settling { struct expansion *e; json_t *object; struct ms_err *err; };

static int settle_field(void *ctx, const struct ms_field *field)
{
	struct settling *s = ctx;
	json_auto_t *value = json_incref(json_object_get(s->object, field->name));

	if (!value)
		return 0;
	/* Taken out and put back, so that keys come in the order of the table. */
	json_object_del(s->object, field->name);
	if (field->site)
		return 0;
	if (json_object_set(s->object, field->name, value))
		return ms_nomem(s->err);
	return settle_value(s->e, field, s->object, value, s->err);
}

static int settle_object(struct expansion *e, const struct ms_field *fields, json_t *object,
			 struct ms_err *err)
{
	struct settling s = { e, object, err };

	return ms_field_each(fields, settle_field, &s);
}

/* labels and annotations stand beside the fields in a Site, and under metadata in a resource. */
static int move_meta(json_t *spec, json_t *res)
{
	static const char *const keys[] = { "labels", "annotations" };

	json_object_del(spec, "name");
	for (size_t i = 0; i < MS_ARRAY_SIZE(keys); i++) {
		json_t *value = json_object_get(spec, keys[i]);

		if (value && json_object_set(json_object_get(res, "metadata"), keys[i], value))
			return -ENOMEM;
		json_object_del(spec, keys[i]);
	}
	return 0;
}

/* What a rule or a link says about a NIC's cable stands at the NIC too. */
static int put_cables(const struct expansion *e, const char *server, const json_t *spec,
		      struct ms_err *err)
{
	char end[512];
	json_t *nic;
	size_t i;

	json_array_foreach(json_object_get(spec, "nics"), i, nic) {
		const char *name = ms_str(nic, "/name", NULL);

		if (!name || json_object_get(nic, "cable"))
			continue;
		snprintf(end, sizeof(end), "%s:%s", server, name);
		json_t *peer = json_object_get(e->grown->peers, end);

		if (peer && json_object_set(nic, "cable", peer))
			return ms_nomem(err);
	}
	return 0;
}

static int put_owns(const struct expansion *e, const char *name, json_t *spec, struct ms_err *err)
{
	json_t *owns = ms_at(e->grown->fabrics, "/%s/owns", name);

	if (!owns || json_object_get(spec, "owns"))
		return 0;
	return json_object_set_new(spec, "owns", json_deep_copy(owns)) ? ms_nomem(err) : 0;
}

/* What the operating system has of a NIC is a resource of its own, SERVER:NIC. */
static int put_nic(struct expansion *e, const char *server, const json_t *nic, struct ms_err *err)
{
	static const char *const keys[] = { "name", "mac", "slot", "cable", "vfs", NULL };
	const char *name = ms_str(nic, "/name", NULL);
	MS_AUTO_FREE char *full = name ? ms_asprintf("%s:%s", server, name) : NULL;
	json_auto_t *res = full ? ms_resource_new(ms_kind_nic.name, full) : NULL;
	json_t *spec = json_pack("{s:s}", "server", server);
	bool failed = json_object_set_new(res, "spec", spec) != 0;

	if (!name)
		return 0;
	for (const char *const *key = keys; !failed && *key; key++)
		if (json_object_get(nic, *key))
			failed = json_object_set(spec, *key, json_object_get(nic, *key)) != 0;
	if (failed || (json_object_get(nic, "os") &&
		       json_object_update(spec, json_object_get(nic, "os"))))
		return ms_nomem(err);
	return e->put(e->ctx, ms_take(res), err);
}

static int put_nics(struct expansion *e, const char *server, const json_t *spec, struct ms_err *err)
{
	const json_t *nic;
	size_t i;
	int r = 0;

	if (e->list->kind != &ms_kind_server || !json_object_get(spec, "os"))
		return 0;
	json_array_foreach(json_object_get(spec, "nics"), i, nic)
		if (!r)
			r = put_nic(e, server, nic, err);
	return r;
}

/* spec is taken. */
static int put_one(struct expansion *e, const char *name, json_t *spec, struct ms_err *err)
{
	json_t *res = ms_resource_new(e->list->kind->name, name);
	int r = 0;

	if (json_object_set_new(res, "spec", spec)) /* takes it also where there is no res */
		r = ms_nomem(err);
	if (!r)
		r = settle_object(e, ms_fields_meta, spec, err);
	if (!r && move_meta(spec, res))
		r = ms_nomem(err);
	if (!r)
		r = ms_numbers_put(e->grown, e->list, e->given, name, spec) ? ms_nomem(err) : 0;
	if (!r && e->list->kind == &ms_kind_fabric)
		r = put_owns(e, name, spec, err);
	if (!r && e->list->kind == &ms_kind_server)
		r = put_cables(e, name, spec, err);
	if (!r && e->list->kind == &ms_kind_switch && ms_grown_channels(e->grown, name, spec))
		r = ms_nomem(err);
	if (!r)
		r = ms_site_fill(res, err);
	if (!r)
		r = settle_object(e, e->list->kind->spec, spec, err);
	if (r) {
		json_decref(res);
		return r;
	}
	json_incref(spec); /* whoever takes the resource may be done with it at once */
	r = e->put(e->ctx, res, err);
	if (!r)
		r = put_nics(e, name, spec, err);
	json_decref(spec);
	return r;
}

static int expand_range(struct expansion *e, const char *range, const json_t *merged,
			struct ms_err *err)
{
	struct ms_range_cache cache = { 0 };
	char **names;
	size_t n;
	int r = ms_range_expand(range, &names, &n, err);

	if (r)
		return r;
	for (size_t i = 0; !r && i < n; i++) {
		json_t *spec = ms_range_pick(&cache, e->list->kind->spec, merged, i, err);

		r = spec ? put_one(e, names[i], spec, err) : err->error;
	}
	ms_strv_free(names);
	ms_range_cache_release(&cache);
	return r;
}

static int expand_entry(struct expansion *e, const json_t *defaults, const json_t *entry,
			struct ms_err *err)
{
	json_auto_t *nothing = json_object();
	json_t *merged = ms_merge_new(defaults ? defaults : nothing, entry);
	const char *name = ms_str(entry, "/name", "");
	int r;

	if (!merged)
		return ms_nomem(err);
	if (!ms_range_is(name))
		return put_one(e, name, merged, err);
	r = expand_range(e, name, merged, err);
	json_decref(merged);
	return r;
}

static int expand_list(struct expansion *e, struct ms_err *err)
{
	struct ms_inherit in;
	const json_t *entry, *inherited;
	size_t i;
	int r = 0;

	ms_inherit_init(&in, e->grown->root, e->list->defaults);
	json_array_foreach(ms_at(e->grown->root, "/spec/%s", e->list->key), i, entry) {
		r = ms_inherit_of(&in, entry, &inherited, err);
		if (!r)
			r = expand_entry(e, inherited, entry, err);
		if (r)
			break;
	}
	ms_inherit_release(&in);
	return r;
}

static int expand_lists(struct expansion *e, struct ms_err *err)
{
	int r = 0;

	for (e->list = ms_site_lists; !r && e->list->key; e->list++)
		r = expand_list(e, err);
	return r;
}

/* Checked, grown and numbered.  Problems go to the report; ret_grown is to be released in any case.
 */
static int prepare(const struct ms_doc *site, json_t *recorded, struct ms_grown *ret_grown,
		   json_t **ret_given, struct ms_report *report, struct ms_err *err)
{
	size_t before = report->n + report->dropped;
	int r = ms_site_check_resource(site, report) ? ms_nomem(err) : 0;

	if (!r && report->n + report->dropped == before)
		r = ms_grow(site, ret_grown, report, err);
	if (!r && report->n + report->dropped == before)
		r = ms_check_grown(ret_grown, report, err);
	if (!r && report->n + report->dropped == before)
		r = ms_site_allocate(ret_grown, recorded, ret_given, report, err);
	return r;
}

int ms_site_expand(const struct ms_doc *site, json_t *recorded, ms_put_fn *put, void *ctx,
		   json_t **ret_given, struct ms_report *report, struct ms_err *err)
{
	size_t before = report->n + report->dropped;
	struct ms_grown grown = { 0 };
	json_auto_t *given = NULL;
	struct expansion e = { .site = site, .grown = &grown, .put = put, .ctx = ctx };
	int r = prepare(site, recorded, &grown, &given, report, err);

	e.given = given;
	if (!r && report->n + report->dropped == before)
		r = expand_lists(&e, err);
	if (!r && ret_given && report->n + report->dropped == before)
		*ret_given = ms_take(given);
	ms_grown_release(&grown);
	return r;
}

/* Only those that still ask stay on record.  A Site with problems prunes nothing: expanding it will
 * tell them. */
static int prune(const struct ms_doc *site, json_t **recorded, struct ms_err *err)
{
	struct ms_report problems = { .max = 1 };
	struct ms_grown grown = { 0 };
	json_t *given = NULL, *of_pool;
	const char *pool;
	int r = prepare(site, *recorded, &grown, &given, &problems, err);

	json_object_foreach(given, pool, of_pool)
		json_object_del(of_pool, "released");
	if (given) {
		json_decref(*recorded);
		*recorded = given;
	}
	ms_report_release(&problems);
	ms_grown_release(&grown);
	return r;
}

int ms_site_render(const struct ms_doc *site, const char *numbers, enum ms_record record,
		   ms_put_fn *put, void *ctx, struct ms_report *report, struct ms_err *err)
{
	MS_AUTO_FREE char *beside_it = !numbers && site->source ? ms_numbers_path(site->source)
								: NULL;
	const char *path = numbers ? numbers : beside_it;
	json_auto_t *recorded = NULL, *asked = NULL, *given = NULL;
	int r = path ? ms_numbers_load(path, &recorded, err) : 0;

	if (!r && record != MS_RECORD_KEEP && !path) {
		r = ms_usage(err, "nowhere to record numbers: the site does not come from a file");
		ms_hint(err, "name the site file on the command line, or give --numbers FILE");
	}
	asked = json_incref(recorded);
	if (!r && record == MS_RECORD_PRUNE)
		r = prune(site, &asked, err);
	if (!r)
		r = ms_site_expand(site, asked, put, ctx, &given, report, err);
	if (!r && record != MS_RECORD_KEEP && given && !json_equal(given, recorded))
		r = ms_numbers_save(path, ms_name(site->root), given, err);
	return r;
}

static int front_expand(const struct ms_doc *site, ms_put_fn *put, void *ctx,
			struct ms_report *report, struct ms_err *err)
{
	return ms_site_render(site, NULL, MS_RECORD_KEEP, put, ctx, report, err);
}

const struct ms_front ms_site_front = { .expand = front_expand, .check = ms_site_check_resource };
