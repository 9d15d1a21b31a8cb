/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The default store: one SQLite file, write-ahead logged so that readers never wait, with one short
 * transaction per call.  Many processes share it; SQLite's own locks order them.
 *
 * A commit is on the disk when put returns (synchronous=FULL): the journal is a promise made before
 * a device is written to.
 */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include "state/private.h"

#define SCHEMA 1
#define APPLICATION 0x6d736374 /* "msct", in the header of the file: PRAGMA application_id */
#define BUSY_MS 10000
#define PAGE 256

enum query {
	Q_BEGIN,
	Q_COMMIT,
	Q_ROLLBACK,
	Q_PURGE,
	Q_GET,
	Q_COUNT,
	Q_PUT,
	Q_DELETE,
	Q_LIST,
	QUERIES
};
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
static const char schema[] =
	"CREATE TABLE kv (key TEXT PRIMARY KEY, value TEXT NOT NULL, revision INTEGER NOT NULL,"
	"                 expires INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX kv_expires ON kv (expires) WHERE expires > 0;"
	"CREATE TABLE counter (revision INTEGER NOT NULL);"
	"INSERT INTO counter VALUES (0);";

struct sqlite {
	sqlite3 *db;
	sqlite3_stmt *stmt[QUERIES];
	char *path;
};

static int64_t sq_now(void *self)
{
	(void)self; /* not ms_now(): a clock fixed for a test would never let a lease end */
	return time(NULL);
}

/* ---- errors ---------------------------------------------------------------------------------- */

static int fail_damaged(const struct sqlite *sq, struct ms_err *err, const char *what)
{
	ms_fail(err, -EBADMSG, MS_FAILED, "state store %s: %s", sq->path, what);
	ms_hint(err, "no device is lost with it: mv %s %s.bad, and run again", sq->path, sq->path);
	return -EBADMSG;
}

static int fail_place(const struct sqlite *sq, struct ms_err *err, int error)
{
	ms_fail_errno(err, error, "state store %s", sq->path);
	ms_hint(err,
		"make room or give rights there, or set MSCTL_STATE=FILE to keep it elsewhere");
	return error;
}

static int sq_fail(const struct sqlite *sq, struct ms_err *err)
{
	int code = sqlite3_errcode(sq->db), error = sqlite3_system_errno(sq->db);

	if (code == SQLITE_FULL || (code == SQLITE_IOERR && (error == ENOSPC || error == EDQUOT)))
		return fail_place(sq, err, -ENOSPC);
	switch (code) {
	case SQLITE_NOMEM:
		return ms_nomem(err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ms_fail(err, -EBUSY, MS_BUSY,
			       "state store %s: another process kept it busy for %d s", sq->path,
			       BUSY_MS / 1000);
	case SQLITE_NOTADB:
		return fail_damaged(sq, err, "not a state store of msctl");
	case SQLITE_CORRUPT:
		return fail_damaged(sq, err, "damaged");
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return fail_place(sq, err, -EROFS);
	case SQLITE_CANTOPEN:
		return fail_place(sq, err, error ? -error : -EACCES);
	default:
		ms_fail(err, -EIO, MS_FAILED, "state store %s: %s", sq->path,
			sqlite3_errmsg(sq->db));
		ms_hint(err, "set MSCTL_STATE=FILE to keep it elsewhere");
		return -EIO;
	}
}

/* ---- opening --------------------------------------------------------------------------------- */

static int make_folders(const struct sqlite *sq, struct ms_err *err)
{
	MS_AUTO_FREE char *dir = strdup(sq->path);

	if (!dir)
		return ms_nomem(err);
	for (char *p = strchr(dir + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = 0;
		if (mkdir(dir, 0700) < 0 && errno != EEXIST)
			return fail_place(sq, err, -errno);
		*p = '/';
	}
	return 0;
}

/*
 * Make the file before SQLite does, which would leave it readable by all.  An existing one is not
 * even opened: closing it would drop the locks that this process may hold on it (fcntl(2)).
 */
static int make_file(const struct sqlite *sq, struct ms_err *err)
{
	MS_AUTO_FD int fd = open(sq->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0 || errno == EEXIST)
		return 0;
	return fail_place(sq, err, -errno);
}

static int sq_exec(const struct sqlite *sq, const char *sql, struct ms_err *err)
{
	return sqlite3_exec(sq->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : sq_fail(sq, err);
}

static int sq_integer(const struct sqlite *sq, const char *sql, int64_t *ret_n, struct ms_err *err)
{
	sqlite3_stmt *stmt = NULL;
	int r = 0;

	if (sqlite3_prepare_v2(sq->db, sql, -1, &stmt, NULL) != SQLITE_OK ||
	    sqlite3_step(stmt) != SQLITE_ROW)
		r = sq_fail(sq, err);
	else
		*ret_n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return r;
}

/* 1 = has our tables, 0 = a new file. */
static int check_schema(const struct sqlite *sq, struct ms_err *err)
{
	int64_t application, version, tables;
	int r;

	r = sq_integer(sq, "PRAGMA application_id", &application, err);
	if (r == 0)
		r = sq_integer(sq, "PRAGMA user_version", &version, err);
	if (r == 0)
		r = sq_integer(sq, "SELECT count(*) FROM sqlite_master", &tables, err);
	if (r < 0)
		return r;
	if (application == 0 && version == 0 && tables == 0)
		return 0;
	if (application != APPLICATION || version < 1)
		return fail_damaged(sq, err, "a database of another program");
	if (version == SCHEMA)
		return 1;
	ms_fail(err, -EBADMSG, MS_FAILED,
		"state store %s: written by a newer msctl (schema %lld, this one knows %d)",
		sq->path, (long long)version, SCHEMA);
	ms_hint(err, "use that msctl, or MSCTL_STATE=FILE for a store of its own");
	return -EBADMSG;
}

static int make_schema(const struct sqlite *sq, struct ms_err *err)
{
	MS_AUTO_FREE char *marks = ms_asprintf(
		"PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION, SCHEMA);
	int r;

	if (!marks)
		return ms_nomem(err);
	r = sq_exec(sq, "BEGIN IMMEDIATE", err);
	if (r < 0)
		return r;
	r = check_schema(sq, err); /* another process may have been faster */
	if (r == 0)
		r = sq_exec(sq, schema, err);
	if (r == 0)
		r = sq_exec(sq, marks, err);
	if (r >= 0)
		r = sq_exec(sq, "COMMIT", err);
	if (r < 0)
		sqlite3_exec(sq->db, "ROLLBACK", NULL, NULL, NULL);
	return r;
}

/*
 * Going over to write-ahead logging needs the file alone, and SQLite does not call the busy handler
 * for it.  Where the file system cannot do it (no shared memory), SQLite stays with a rollback
 * journal.
 */
static int set_wal(const struct sqlite *sq, struct ms_err *err)
{
	int64_t end = ms_clock_ms() + BUSY_MS;

	while (sqlite3_exec(sq->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL) != SQLITE_OK) {
		if (sqlite3_errcode(sq->db) != SQLITE_BUSY || ms_clock_ms() >= end)
			return sq_fail(sq, err);
		sqlite3_sleep(10);
	}
	return sq_exec(sq, "PRAGMA synchronous = FULL", err);
}

static int sq_prepare(struct sqlite *sq, struct ms_err *err)
{
	for (size_t i = 0; i < QUERIES; i++)
		if (sqlite3_prepare_v3(sq->db, queries[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &sq->stmt[i], NULL) != SQLITE_OK)
			return sq_fail(sq, err);
	return 0;
}

static int sq_start(struct sqlite *sq, struct ms_err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, r;

	if (sqlite3_open_v2(sq->path, &sq->db, flags, NULL) != SQLITE_OK)
		return sq->db ? sq_fail(sq, err) : ms_nomem(err);
	sqlite3_busy_timeout(sq->db, BUSY_MS);
	/* The file may come from anywhere: its triggers and views are not to run. */
	sqlite3_db_config(sq->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(sq->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	r = check_schema(sq, err);
	if (r >= 0 && sqlite3_db_readonly(sq->db, "main"))
		return fail_place(sq, err, -EROFS);
	if (r == 0) {
		r = set_wal(sq, err);
		if (r == 0)
			r = make_schema(sq, err);
	} else if (r == 1) {
		r = set_wal(sq, err);
	}
	return r < 0 ? r : sq_prepare(sq, err);
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
	r = make_folders(sq, err);
	if (r == 0)
		r = make_file(sq, err);
	if (r == 0)
		r = sq_start(sq, err);
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

	return code == SQLITE_ROW || code == SQLITE_DONE ? code : sq_fail(sq, err);
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
		return fail_damaged(sq, err, "damaged: a value is not JSON");
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
		return fail_damaged(sq, err, "damaged: it has no counter");
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

	/* Not json_dumps(): it leaves out what it found no memory for. */
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
