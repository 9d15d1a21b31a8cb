/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The default store: one SQLite file, write-ahead logged so that readers never wait, with one short
 * transaction per call.  Many processes share it; SQLite's own locks order them.
 *
 * A commit is on the disk when put returns (synchronous=FULL): the journal is a promise made before
 * a device is written to.
 */
#include <errno.h>
#include "state/sqlite.h"

#define PAGE 256

static const char *const queries[QUERIES] = {
	[Q_BEGIN] = "BEGIN IMMEDIATE",
	[Q_COMMIT] = "COMMIT",
	[Q_ROLLBACK] = "ROLLBACK",
	[Q_PURGE] = "DELETE FROM kv WHERE expires > 0 AND expires <= ?1",
	[Q_GET] = "SELECT value, revision FROM kv WHERE key = ?1 AND (expires = 0 OR expires > ?2)",
	[Q_COUNT] = "UPDATE counter SET revision = revision + 1 RETURNING revision",
	[Q_PUT] = "INSERT OR REPLACE INTO kv (key, value, revision, expires)"
		  " VALUES (?1, ?2, ?3, ?4)",
	[Q_DELETE] = "DELETE FROM kv WHERE key = ?1",
	/* char(1114111) is U+10FFFF, behind every other character. */
	[Q_LIST] = "SELECT key, value FROM kv WHERE key > ?1 AND key >= ?2"
		   " AND key < ?2 || char(1114111) AND (expires = 0 OR expires > ?3)"
		   " ORDER BY key LIMIT ?4",
};

static int64_t sq_now(void *self)
{
	(void)self; /* not ms_now(): a clock fixed for a test would never let a lease end */
	return time(NULL);
}

/* ---- opening ----------------------------------------------------------------------------- */

static int sq_prepare(struct sqlite *sq, struct ms_err *err)
{
	for (size_t i = 0; i < QUERIES; i++)
		if (sqlite3_prepare_v3(sq->db, queries[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &sq->stmt[i], NULL) != SQLITE_OK)
			return state_sq_fail(sq, err);
	return 0;
}

static void sq_close(void *self)
{
	struct sqlite *sq = self;

	if (!sq)
		return;
	for (size_t i = 0; i < QUERIES; i++)
		sqlite3_finalize(sq->stmt[i]);
	sqlite3_close(sq->db);
	free(sq->path);
	free(sq);
}

static int sq_open(const char *where, struct ms_loop *loop, void **ret_self, struct ms_err *err)
{
	struct sqlite *sq = calloc(1, sizeof(*sq));
	int r;

	(void)loop;
	/* "./": SQLite gives names such as ":memory:" a meaning of their own. */
	if (sq)
		sq->path = ms_asprintf("%s%s", *where == '/' ? "" : "./", where);
	if (!sq || !sq->path) {
		sq_close(sq);
		return ms_nomem(err);
	}
	r = state_sq_start(sq, err);
	if (r == 0)
		r = sq_prepare(sq, err);
	if (r < 0) {
		sq_close(sq);
		return r;
	}
	*ret_self = sq;
	return 0;
}

/* ---- the calls ------------------------------------------------------------------------------- */

/* Step a statement; SQLITE_ROW, SQLITE_DONE, or a negative errno.  Rows stay readable until
 * sq_reset. */
static int sq_step(struct sqlite *sq, enum query q, struct ms_err *err)
{
	int code = sqlite3_step(sq->stmt[q]);

	return code == SQLITE_ROW || code == SQLITE_DONE ? code : state_sq_fail(sq, err);
}

static void sq_reset(struct sqlite *sq, enum query q)
{
	sqlite3_reset(sq->stmt[q]);
	sqlite3_clear_bindings(sq->stmt[q]);
}

/* A statement without rows. */
static int sq_run(struct sqlite *sq, enum query q, struct ms_err *err)
{
	int r = sq_step(sq, q, err);

	sq_reset(sq, q);
	return r < 0 ? r : 0;
}

static void bind_text(struct sqlite *sq, enum query q, int n, const char *text)
{
	sqlite3_bind_text(sq->stmt[q], n, text, -1, SQLITE_STATIC);
}

static int row_value(struct sqlite *sq, enum query q, int column, json_t **ret_value,
		     struct ms_err *err)
{
	const char *text = (const char *)sqlite3_column_text(sq->stmt[q], column);
	size_t len = sqlite3_column_bytes(sq->stmt[q], column);
	struct ms_err why = MS_ERR_INIT;
	struct ms_doc doc = { 0 };
	int r;

	if (!text)
		return ms_nomem(err);
	/* Not json_loadb(): it does not tell bad JSON from memory that ran out. */
	r = ms_doc_parse(sq->path, 1, text, len, &doc, &why);
	if (r == -ENOMEM)
		return ms_nomem(err);
	if (r < 0)
		return state_sq_damaged(sq, err, "damaged: a value is not JSON");
	*ret_value = json_incref(doc.root);
	ms_doc_release(&doc);
	return 0;
}

static int sq_get(void *self, const char *key, json_t **ret_value, int64_t *ret_revision,
		  struct ms_err *err)
{
	struct sqlite *sq = self;
	int r;

	bind_text(sq, Q_GET, 1, key);
	sqlite3_bind_int64(sq->stmt[Q_GET], 2, sq_now(sq));
	r = sq_step(sq, Q_GET, err);
	if (r == SQLITE_DONE) {
		r = -ENOENT;
	} else if (r == SQLITE_ROW) {
		r = row_value(sq, Q_GET, 0, ret_value, err);
		if (r == 0 && ret_revision)
			*ret_revision = sqlite3_column_int64(sq->stmt[Q_GET], 1);
	}
	sq_reset(sq, Q_GET);
	return r;
}

/* Inside a transaction: is the key still at `revision`? */
static int still_at(struct sqlite *sq, const char *key, int64_t revision, struct ms_err *err)
{
	int64_t now = 0;
	int r;

	if (revision < 0)
		return 0;
	bind_text(sq, Q_GET, 1, key);
	sqlite3_bind_int64(sq->stmt[Q_GET], 2, sq_now(sq));
	r = sq_step(sq, Q_GET, err);
	if (r == SQLITE_ROW)
		now = sqlite3_column_int64(sq->stmt[Q_GET], 1);
	sq_reset(sq, Q_GET);
	if (r < 0)
		return r;
	return now == revision ? 0 : -EAGAIN;
}

/* Count up, inside a transaction. */
static int next_revision(struct sqlite *sq, int64_t *ret_revision, struct ms_err *err)
{
	int r = sq_step(sq, Q_COUNT, err);

	if (r == SQLITE_ROW)
		*ret_revision = sqlite3_column_int64(sq->stmt[Q_COUNT], 0);
	sq_reset(sq, Q_COUNT);
	if (r == SQLITE_DONE)
		return state_sq_damaged(sq, err, "damaged: it has no counter");
	return r < 0 ? r : 0;
}

static int write_row(struct sqlite *sq, const char *key, const char *text, int64_t expires,
		     int64_t *ret_revision, struct ms_err *err)
{
	int r = next_revision(sq, ret_revision, err);

	if (r < 0)
		return r;
	if (!text) {
		bind_text(sq, Q_DELETE, 1, key);
		return sq_run(sq, Q_DELETE, err);
	}
	bind_text(sq, Q_PUT, 1, key);
	bind_text(sq, Q_PUT, 2, text);
	sqlite3_bind_int64(sq->stmt[Q_PUT], 3, *ret_revision);
	sqlite3_bind_int64(sq->stmt[Q_PUT], 4, expires);
	return sq_run(sq, Q_PUT, err);
}

static int sq_put(void *self, const char *key, const json_t *value, int64_t revision, unsigned ttl,
		  int64_t *ret_revision, struct ms_err *err)
{
	struct sqlite *sq = self;
	int64_t now = sq_now(sq), mine = 0;
	MS_AUTO_FREE char *text = NULL;
	int r;

	r = value ? ms_value_text(value, MS_FMT_JSON, &text, NULL, err) : 0;
	if (r == 0)
		r = sq_run(sq, Q_BEGIN, err);
	if (r < 0)
		return r;
	sqlite3_bind_int64(sq->stmt[Q_PURGE], 1, now);
	r = sq_run(sq, Q_PURGE, err);
	if (r == 0)
		r = still_at(sq, key, revision, err);
	if (r == 0)
		r = write_row(sq, key, text, ttl ? now + ttl : 0, &mine, err);
	if (r == 0)
		r = sq_run(sq, Q_COMMIT, err);
	/* Some errors (full disk) have rolled back already. */
	if (r < 0 && !sqlite3_get_autocommit(sq->db)) {
		sqlite3_step(sq->stmt[Q_ROLLBACK]);
		sq_reset(sq, Q_ROLLBACK);
	}
	if (r == 0 && ret_revision)
		*ret_revision = mine;
	return r;
}

/* Takes value. */
static int page_add(json_t *page, const char *key, json_t *value, struct ms_err *err)
{
	json_auto_t *row = json_array();
	int r = json_array_append_new(row, value);

	if (r == 0)
		r = json_array_append_new(row, key ? json_string_nocheck(key) : NULL);
	return r || json_array_append(page, row) < 0 ? ms_nomem(err) : 0;
}

/* Up to PAGE rows behind `last` into an array [[value, key]...]: fn runs when the statement is
 * closed. */
static int read_page(struct sqlite *sq, const char *prefix, const char *last, json_t *page,
		     struct ms_err *err)
{
	json_t *value;
	int r;

	bind_text(sq, Q_LIST, 1, last);
	bind_text(sq, Q_LIST, 2, prefix);
	sqlite3_bind_int64(sq->stmt[Q_LIST], 3, sq_now(sq));
	sqlite3_bind_int(sq->stmt[Q_LIST], 4, PAGE);
	while ((r = sq_step(sq, Q_LIST, err)) == SQLITE_ROW) {
		r = row_value(sq, Q_LIST, 1, &value, err);
		if (r == 0)
			r = page_add(page, (const char *)sqlite3_column_text(sq->stmt[Q_LIST], 0),
				     value, err);
		if (r < 0)
			break;
	}
	sq_reset(sq, Q_LIST);
	return r < 0 ? r : 0;
}

static int sq_list(void *self, const char *prefix,
		   int (*fn)(void *ctx, const char *key, const json_t *value), void *ctx,
		   struct ms_err *err)
{
	char last[MS_STORE_MAX_KEY + 1] = "";
	size_t n = PAGE;

	while (n == PAGE) {
		json_auto_t *page = json_array();
		int r = page ? read_page(self, prefix, last, page, err) : ms_nomem(err);

		n = json_array_size(page);
		for (size_t i = 0; r == 0 && i < n; i++) {
			const json_t *row = json_array_get(page, i);
			const char *key = json_string_value(json_array_get(row, 1));

			r = fn(ctx, key, json_array_get(row, 0));
			snprintf(last, sizeof(last), "%s", key);
		}
		if (r)
			return r;
	}
	return 0;
}

const struct ms_store_ops state_sqlite_ops = {
	.scheme = "sqlite",
	.open = sq_open,
	.close = sq_close,
	.get = sq_get,
	.put = sq_put,
	.list = sq_list,
	.now = sq_now,
};
