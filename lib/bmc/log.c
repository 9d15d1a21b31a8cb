/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log entries of every LogService of a machine, oldest first.  A service may hold 90,000 entries (a
 * BlueField's Journal): at most `limit` of each are read, the newest, and reading ends where
 * `since` is passed.
 */
#include <errno.h>
#include "bmc/read.h"

static const struct bmc_row log_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "created", "/Created|/EventTimestamp", BMC_TIME },
	{ "severity", "/Severity|/MessageSeverity|/EntrySeverity", BMC_WORD },
	{ "message", "/Message", BMC_TEXT },
	{ "messageId", "/MessageId|/Oem/Lenovo/CommonEventID|/EventId", BMC_TEXT },
	{ "entryType", "/EntryType", BMC_WORD },
	{ "origin", "/Links/OriginOfCondition|/OriginOfCondition", BMC_LINK },
	BMC_ROW_END
};

/* Entries looked at in a service that cannot skip. */
#define MAX_WALK 20000

struct reader {
	struct bmc *bmc;
	const struct bmc_log_opts *opts;
	struct bmc_norm norm;
	int64_t since;               /* in the BMC's time */
	json_t *entries;             /* of this turn */
	json_t *seen, *now;          /* "service/id" of the last turn and of this one, for follow */
	bool first;
	bool old;                    /* the service has given an entry from before `since` */
};

json_t *bmc_norm_log(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, log_rows, raw);
}

/* -1 when it has no usable time: a clock that was never set must not hide an entry. */
static int64_t created(const json_t *entry)
{
	int64_t seconds;

	return ms_time_parse(ms_str(entry, "/created", ""), &seconds) ? -1 : seconds;
}

static bool too_old(const struct reader *rd, const json_t *entry)
{
	int64_t at = created(entry);

	return rd->since && at >= 0 && at < rd->since;
}

/* How far the BMC's clock is off: `since` is meant in ours. */
static int64_t skew(struct bmc *bmc)
{
	int64_t there;

	if (ms_time_parse(ms_str(bmc_manager(bmc), "/DateTime", ""), &there))
		return 0;
	return there - ms_now();
}

static int keep(struct reader *rd, const char *service, json_t *entry)
{
	char key[512];

	snprintf(key, sizeof(key), "%s/%s/%s", service, ms_str(entry, "/id", ""),
		 ms_str(entry, "/created", ""));
	if (json_object_set_new(rd->now, key, json_true()))
		return -ENOMEM;
	if (too_old(rd, entry) || json_object_get(rd->seen, key))
		return 0;
	if (json_object_set_new(entry, "service", json_string(service)))
		return -ENOMEM;
	return json_array_append(rd->entries, entry);
}

/* Members may be whole entries or only links. */
static int entry_of(struct reader *rd, const json_t *member, json_t **ret_entry, struct ms_err *err)
{
	json_auto_t *raw = NULL;
	int r;

	if (json_object_size(member) > 1) {
		*ret_entry = bmc_norm_log(&rd->norm, member);
		return *ret_entry ? 1 : ms_nomem(err);
	}
	r = bmc_read(rd->bmc, ms_str(member, "/@odata.id", ""), &raw, err);
	if (r <= 0)
		return r;
	*ret_entry = bmc_norm_log(&rd->norm, raw);
	return *ret_entry ? 1 : ms_nomem(err);
}

bool bmc_log_descending(const json_t *members)
{
	size_t n = json_array_size(members);
	int64_t a, b;

	if (n < 2 || ms_time_parse(ms_str(json_array_get(members, 0), "/Created", ""), &a) ||
	    ms_time_parse(ms_str(json_array_get(members, n - 1), "/Created", ""), &b))
		return false;
	return a > b;
}

/* The entries of one page. */
static int one_page(struct reader *rd, const char *service, const json_t *page, size_t room,
		    size_t *ret_n, struct ms_err *err)
{
	const json_t *member, *members = json_object_get(page, "Members");
	size_t i, n = json_array_size(members), first = 0;

	/* The last ones of a page that is oldest first. */
	if (n > room && !bmc_log_descending(members))
		first = n - room;
	json_array_foreach(members, i, member) {
		json_auto_t *entry = NULL;
		int r;

		if (i < first || i >= first + room)
			continue;
		r = entry_of(rd, member, &entry, err);
		if (r < 0)
			return r;
		if (!r)
			continue;
		if (too_old(rd, entry))
			rd->old = true;
		if (keep(rd, service, entry))
			return ms_nomem(err);
	}
	*ret_n = n;
	return 0;
}

/* Oldest first and more than one page: go to where the last `limit` entries begin.  1 when that
 * worked (or was not needed), 0 when the service ignored $skip: then all pages are walked, and the
 * last entries kept. */
static int skip_ahead(struct reader *rd, const char *uri, json_t **page, struct ms_err *err)
{
	int64_t total = ms_int(*page, "/Members@odata.count", 0),
		here = json_array_size(json_object_get(*page, "Members"));
	MS_AUTO_FREE char *skipped = NULL;
	json_t *next;
	int r;

	if (total <= here || total <= rd->opts->limit ||
	    bmc_log_descending(json_object_get(*page, "Members")))
		return 1;
	skipped = ms_asprintf("%s%c$skip=%lld", uri, strchr(uri, '?') ? '&' : '?',
			      (long long)(total - rd->opts->limit));
	if (!skipped)
		return ms_nomem(err);
	r = ms_redfish_get_fresh(rd->bmc->redfish, skipped, &next, err);
	if (r && bmc_lost(err))
		return r;
	if (r || ms_streq(ms_str(next, "/Members/0/@odata.id", NULL),
			  ms_str(*page, "/Members/0/@odata.id", NULL))) {
		ms_err_clear(err);
		if (!r)
			json_decref(next);
		return 0;
	}
	json_decref(*page);
	*page = next;
	return 1;
}

/* What was read of one service into the order of time, and no more of it than asked for. */
static void finish(struct reader *rd, size_t start, bool descending)
{
	size_t end = json_array_size(rd->entries);

	for (size_t i = start, k = end; descending && i + 1 < k; i++, k--) {
		json_t *a = json_incref(json_array_get(rd->entries, i)),
		       *b = json_incref(json_array_get(rd->entries, k - 1));

		json_array_set_new(rd->entries, i, b);
		json_array_set_new(rd->entries, k - 1, a);
	}
	for (; end - start > rd->opts->limit; end--)
		json_array_remove(rd->entries, start);
}

/* A log is not cut silently: an entry of our own stands before the first one that is shown. */
static int say_cut(struct reader *rd, const char *id, int64_t total, size_t start, size_t read)
{
	const json_t *next = json_array_get(rd->entries, start);
	json_t *notice;

	if (!rd->first || rd->old || total <= (int64_t)rd->opts->limit || read < rd->opts->limit)
		return 0;
	notice = json_pack("{s:s, s:s*, s:s, s:o, s:s, s:s}", "id", "cut", "created",
			   ms_str(next, "/created", NULL), "severity", "Warning", "message",
			   json_sprintf("%lld entries, the newest %u are shown: --limit shows more",
					(long long)total, rd->opts->limit),
			   "entryType", "Notice", "service", id);
	return json_array_insert_new(rd->entries, start, notice) ? -ENOMEM : 0;
}

/* Pages from the first one on, until enough was read. */
static int read_pages(struct reader *rd, const char *id, json_t **page, size_t most,
		      size_t *ret_read, struct ms_err *err)
{
	size_t n = 1, read = 0;
	int r = 0;

	while (!r && n && read < most) {
		bool descending = bmc_log_descending(json_object_get(*page, "Members"));
		const char *next = ms_str(*page, "/Members@odata.nextLink", NULL);
		json_t *more;

		r = one_page(rd, id, *page, most - read, &n, err);
		read += n;
		if (r || !next || (rd->old && descending))
			break;
		r = ms_redfish_get_fresh(rd->bmc->redfish, next, &more, err);
		if (!r) {
			json_decref(*page);
			*page = more;
		}
	}
	*ret_read = read;
	return r;
}

/* A DGX has eight logs called XID: the name of their holder (a GPU's chassis) tells them apart. */
static const char *label_of(const json_t *services, const json_t *service, char *buf, size_t size)
{
	const char *id = ms_str(service, "/Id", "log"), *uri = ms_str(service, "/@odata.id", "");
	const char *end = strstr(uri, "/LogServices"), *start = end;
	const json_t *one;
	size_t i, same = 0;

	json_array_foreach(services, i, one)
		same += ms_streq(ms_str(one, "/Id", "log"), id);
	if (same < 2 || !end)
		return id;
	while (start > uri && start[-1] != '/')
		start--;
	snprintf(buf, size, "%.*s/%s", (int)(end - start), start, id);
	return buf;
}

static int read_service(struct reader *rd, const json_t *service, const char *id,
			struct ms_err *err)
{
	const char *uri = ms_str(service, "/Entries/@odata.id", NULL);
	size_t start = json_array_size(rd->entries), read = 0;
	json_auto_t *page = NULL;
	bool descending;
	int64_t total;
	int r;

	rd->old = false;
	if (!uri)
		return 0;
	r = ms_redfish_get_fresh(rd->bmc->redfish, uri, &page, err);
	if (r)
		return r;
	total = ms_int(page, "/Members@odata.count", 0);
	descending = bmc_log_descending(json_object_get(page, "Members"));
	r = skip_ahead(rd, uri, &page, err);
	if (r >= 0)
		r = read_pages(rd, id, &page, r ? rd->opts->limit : MAX_WALK, &read, err);
	finish(rd, start, descending);
	if (r >= 0 && say_cut(rd, id, total, start, read))
		return ms_nomem(err);
	return r;
}

struct dated { json_t *entry; int64_t at; size_t index; };

/* Stable: entries of the same second keep the order of their service. */
static int by_time(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static int sorted(json_t *entries, struct ms_err *err)
{
	size_t n = json_array_size(entries), i;
	struct dated *list = calloc(n + 1, sizeof(*list));
	json_t *one;

	if (!list)
		return ms_nomem(err);
	json_array_foreach(entries, i, one)
		list[i] = (struct dated){ json_incref(one), created(one), i };
	qsort(list, n, sizeof(*list), by_time);
	json_array_clear(entries);
	for (i = 0; i < n; i++)
		json_array_append_new(entries, list[i].entry);
	free(list);
	return 0;
}

/* One look at every service; a service that fails leaves a warning. */
static int read_all(struct reader *rd, const json_t *services, struct ms_err *err)
{
	const json_t *one;
	size_t i;

	json_array_foreach(services, i, one) {
		char label[256];
		int r = read_service(rd, one, label_of(services, one, label, sizeof(label)), err);

		if (r && bmc_lost(err))
			return r;
		if (r && rd->first)
			ms_redfish_warn(rd->bmc->redfish, "log %s: %s", ms_str(one, "/Id", ""),
					err->message);
		ms_err_clear(err);
	}
	return sorted(rd->entries, err);
}

static int put_all(struct reader *rd, int (*put)(void *ctx, json_t *entry), void *ctx,
		   struct ms_err *err)
{
	json_t *one;
	size_t i;

	json_array_foreach(rd->entries, i, one)
		if (put(ctx, json_incref(one)))
			return ms_fail(err, -ECANCELED, MS_CANCELLED,
				       "the output does not take more");
	json_array_clear(rd->entries);
	json_decref(rd->seen);
	rd->seen = rd->now;
	rd->now = json_object();
	rd->first = false;
	return rd->now ? 0 : ms_nomem(err);
}

/* LogServices of manager, system, its other parts and its chassis (GPU Xid), each once: XCC shows
 * one set in two places. */
static int add_services(struct bmc *bmc, const json_t *holder, json_t *into, struct ms_err *err)
{
	json_auto_t *all = NULL;
	json_t *one;
	size_t i;
	int r = bmc_members(bmc, holder, "/LogServices", &all, err);

	if (r < 0)
		return r;
	json_array_foreach(all, i, one) {
		const char *uri = ms_str(one, "/@odata.id", "");

		/* Dumps are archives, not messages. */
		if (strstr(uri, "Dump") || !ms_bool(one, "/ServiceEnabled", true))
			continue;
		if (json_object_set(into, uri, one))
			return ms_nomem(err);
	}
	return 0;
}

static int services_of(struct bmc *bmc, json_t **ret_services, struct ms_err *err)
{
	json_auto_t *found = json_object(), *list = json_array();
	const json_t *chassis = NULL, *holder;
	const char *key;
	json_t *value;
	size_t i;
	int r = add_services(bmc, bmc_manager(bmc), found, err);

	json_array_foreach(bmc->systems, i, holder)
		if (!r &&
		    (holder == bmc->system || !ms_at(holder, "/Actions/#ComputerSystem.Reset")))
			r = add_services(bmc, holder, found, err);
	if (!r)
		r = bmc_chassis(bmc, &chassis, err);
	json_array_foreach(chassis, i, holder)
		if (!r)
			r = add_services(bmc, holder, found, err);
	json_object_foreach(found, key, value)
		if (!r && json_array_append(list, value))
			r = ms_nomem(err);
	if (!r)
		*ret_services = ms_take(list);
	return r;
}

int bmc_log(struct bmc *bmc, const struct bmc_log_opts *opts, int (*put)(void *ctx, json_t *entry),
	    void *ctx, struct ms_err *err)
{
	struct bmc_log_opts with = *opts;
	struct reader rd = {
		.bmc = bmc, .opts = &with, .norm = bmc_norm(bmc, NULL), .first = true
	};
	json_auto_t *services = NULL;
	int r = services_of(bmc, &services, err);

	with.limit = with.limit ? with.limit : 1000;
	rd.since = with.since ? with.since + skew(bmc) : 0;
	rd.entries = json_array();
	rd.seen = json_object();
	rd.now = json_object();
	if (!r && (!rd.entries || !rd.seen || !rd.now))
		r = ms_nomem(err);
	while (!r) {
		r = read_all(&rd, services, err);
		if (!r)
			r = put_all(&rd, put, ctx, err);
		if (r || !with.follow)
			break;
		if (ms_task_sleep(ms_http_loop(bmc->env->http),
				  (with.poll_seconds ? with.poll_seconds : 10) * 1000LL))
			break; /* stopped by a signal: the end of a follow */
	}
	json_decref(rd.entries);
	json_decref(rd.seen);
	json_decref(rd.now);
	return r;
}
