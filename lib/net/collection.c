/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collections (DSP0266, 7.12): pages, members that are links or stand there whole, and several
 * reads at once. Everything that a device could make endless is bounded.
 */
#include <errno.h>
#include "net/http.h"
#include "net/redfish.h"

#define MAX_PAGES 1000
#define MAX_MEMBERS 100000
#define EXPAND "?$expand=.($levels=1)"

struct walk {
	struct ms_redfish *rf;
	const char *uri;          /* of the collection, for messages */
	size_t limit;             /* of members, 0 = all */
	json_t *members;          /* as they stand in the pages */
	json_t *seen;             /* pages, so that a loop of nextLinks ends */
	json_t *links;            /* members, so that pages that overlap give each once */
};

/* A link has nothing but its @odata.id (some add a name); what has a type or an Id stands there
 * whole. */
static bool is_whole(const json_t *member)
{
	return !ms_rf_link(member) || json_object_get(member, "@odata.type") ||
	       json_object_get(member, "Id") || json_object_get(member, "MemberId");
}

static bool is_full(const struct walk *w)
{
	size_t limit = w->limit ? w->limit : MAX_MEMBERS;

	return json_array_size(w->members) >= limit;
}

/* AMI has been seen to give all members in the first page, and some of them in the next again. */
static bool is_new(struct walk *w, const json_t *member)
{
	const char *uri = ms_rf_link(member);

	if (!uri)
		return true;
	if (json_object_get(w->links, uri))
		return false;
	json_object_set_new(w->links, uri, json_true());
	return true;
}

static int add_page(struct walk *w, const json_t *page, struct ms_err *err)
{
	const json_t *members = json_object_get(page, "Members");
	json_t *member;
	size_t i;

	json_array_foreach(members, i, member) {
		if (is_full(w))
			break;
		if (json_is_object(member) && is_new(w, member) &&
		    json_array_append(w->members, member))
			return ms_nomem(err);
	}
	if (!w->limit && is_full(w))
		ms_redfish_warn(w->rf, "%s: only the first %d members were read", w->uri,
				MAX_MEMBERS);
	return 0;
}

static const char *next_of(const struct walk *w, const json_t *page)
{
	const char *next = json_string_value(json_object_get(page, "Members@odata.nextLink"));

	/* Before DSP0266 1.1 it was written without the member's name. */
	if (!next)
		next = json_string_value(json_object_get(page, "@odata.nextLink"));
	return next && *next && !is_full(w) ? next : NULL;
}

static int add_pages(struct walk *w, const json_t *first, struct ms_err *err)
{
	json_auto_t *page = json_incref((json_t *)first);
	int rc = add_page(w, page, err);

	for (unsigned n = 1; rc == 0; n++) {
		const char *next = next_of(w, page);
		json_t *following = NULL;

		if (!next)
			return 0;
		if (json_object_get(w->seen, next) || n >= MAX_PAGES) {
			ms_redfish_warn(w->rf, "%s: its pages do not end: %u were read", w->uri, n);
			return 0;
		}
		json_object_set_new(w->seen, next, json_true());
		rc = ms_redfish_get_fresh(w->rf, next, &following, err);
		if (rc < 0)
			return rc;
		json_decref(page);
		page = following;
		rc = add_page(w, page, err);
	}
	return rc;
}

/* ---- members side by side ---- */

struct fetch {
	struct ms_redfish *rf;
	const json_t *members;
	json_t *out;              /* array, null where one could not be read */
	size_t next, failed, workers;
	struct ms_err first;      /* the first failure */
	struct ms_cell done;
};

static int fetch_one(struct fetch *f, size_t i, struct ms_err *err)
{
	const json_t *member = json_array_get(f->members, i);
	json_t *value = NULL;
	int rc;

	if (is_whole(member))
		return json_array_set(f->out, i, (json_t *)member);
	rc = ms_redfish_get(f->rf, ms_rf_link(member), &value, err);
	return rc < 0 ? rc : json_array_set_new(f->out, i, value);
}

static void work(void *arg)
{
	struct fetch *f = arg;
	size_t n = json_array_size(f->members);

	while (f->next < n && f->first.code != MS_CANCELLED) {
		size_t i = f->next++;
		struct ms_err err = MS_ERR_INIT;

		if (fetch_one(f, i, &err) >= 0)
			continue;
		f->failed++;
		if (!f->first.code || err.code == MS_CANCELLED)
			f->first = err;
		if (err.code != MS_CANCELLED)
			ms_redfish_warn(f->rf, "%s", err.message);
	}
	if (--f->workers == 0)
		ms_cell_set(ms_http_loop(f->rf->http), &f->done);
}

static size_t count_links(const json_t *members)
{
	json_t *member;
	size_t i, n = 0;

	json_array_foreach(members, i, member)
		n += !is_whole(member);
	return n;
}

/* As many tasks as the device takes reads; each takes the next member.  The wait is shielded: they
 * work on our stack, and end soon after a stop because their own waits are cancelled. */
static void fetch_all(struct fetch *f)
{
	struct ms_loop *loop = ms_http_loop(f->rf->http);
	size_t links = count_links(f->members), wanted = f->rf->peer->reads.limit;
	struct ms_err err = MS_ERR_INIT;

	f->workers = 1;
	for (size_t i = 1; i < wanted && i < links && ms_task_start(loop, work, f, &err) == 0; i++)
		f->workers++;
	work(f);
	ms_task_shield(loop);
	while (f->workers)
		ms_cell_wait(loop, &f->done, 0);
	ms_task_unshield(loop);
}

static json_t *nulls(size_t n)
{
	json_t *array = json_array();

	while (array && n--)
		json_array_append_new(array, json_null());
	return array;
}

static json_t *without_nulls(const json_t *array)
{
	json_t *out = json_array(), *value;
	size_t i;

	json_array_foreach(array, i, value)
		if (!json_is_null(value))
			json_array_append(out, value);
	return out;
}

static int fetch_members(struct walk *w, json_t **ret_array, struct ms_err *err)
{
	json_auto_t *slots = nulls(json_array_size(w->members));
	struct fetch f = { .rf = w->rf, .members = w->members, .out = slots, .first = MS_ERR_INIT };

	if (!slots)
		return ms_nomem(err);
	fetch_all(&f);
	if (f.failed && (f.failed == json_array_size(w->members) || f.first.code == MS_CANCELLED)) {
		*err = f.first;
		return err->error;
	}
	*ret_array = without_nulls(slots);
	return *ret_array ? 0 : ms_nomem(err);
}

/* ---- $expand ---- */

static bool may_expand(const struct ms_redfish *rf, const char *uri)
{
	return rf->quirks.expand && !strchr(uri, '?') &&
	       ms_bool(rf->root, "/ProtocolFeaturesSupported/ExpandQuery/NoLinks", false);
}

static bool is_complete(const json_t *page)
{
	const json_t *members = json_object_get(page, "Members");

	return json_object_get(page, "Members@odata.nextLink") ||
	       (json_int_t)json_array_size(members) == ms_int(page, "/Members@odata.count", -1);
}

/* $expand is never believed: a page whose count is wrong is read again in the plain way, and a BMC
 * that did not expand is not asked to again. */
static int get_collection(struct ms_redfish *rf, const char *uri, json_t **ret_page,
			  struct ms_err *err)
{
	MS_AUTO_FREE char *expanded = may_expand(rf, uri) ? ms_asprintf("%s" EXPAND, uri) : NULL;
	struct ms_err why = MS_ERR_INIT;
	json_auto_t *page = NULL;

	if (!expanded)
		return ms_redfish_get(rf, uri, ret_page, err);
	ms_redfish_get(rf, expanded, &page, &why);
	if (why.code == MS_CANCELLED) {
		*err = why;
		return err->error;
	}
	if (!page || !is_complete(page) || count_links(json_object_get(page, "Members"))) {
		ms_debug("%s: $expand of %s is not to be trusted", rf->name, uri);
		rf->quirks.expand = false;
	}
	if (!page || !is_complete(page))
		return ms_redfish_get(rf, uri, ret_page, err);
	*ret_page = json_incref(page);
	return 0;
}

static int walk(struct walk *w, const json_t *page, json_t **ret_array, struct ms_err *err)
{
	int rc;

	w->members = json_array();
	w->seen = json_object();
	w->links = json_object();
	rc = w->members && w->seen && w->links ? add_pages(w, page, err) : ms_nomem(err);
	if (rc == 0)
		rc = fetch_members(w, ret_array, err);
	json_decref(w->members);
	json_decref(w->seen);
	json_decref(w->links);
	return rc;
}

int ms_redfish_members(struct ms_redfish *rf, const json_t *from, const char *pointer, size_t limit,
		       json_t **ret_array, struct ms_err *err)
{
	const json_t *value = ms_at(from, "%s", pointer);
	const char *uri = ms_rf_link(value);
	struct walk w = { .rf = rf, .uri = uri ? uri : pointer, .limit = limit };
	json_auto_t *page = NULL;
	int rc = 0;

	if (json_is_array(value))
		page = json_pack("{s:O}", "Members", value);
	else if (json_is_object(value) && json_object_get(value, "Members"))
		page = json_incref((json_t *)value);
	else if (uri)
		rc = get_collection(rf, uri, &page, err);
	else
		return ms_fail(err, -ENOENT, MS_NOTFOUND, "%s has no link at %s",
			       ms_str(from, "/@odata.id", "the resource"), pointer);
	if (rc == 0)
		rc = page ? walk(&w, page, ret_array, err) : ms_nomem(err);
	if (rc < 0)
		ms_err_at(err, rf->name, NULL);
	return rc;
}
