/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file of the SQLite store: made for its owner alone, told apart from other files, and never
 * blamed on the caller without saying what to do.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "state/sqlite.h"

#define SCHEMA 1
#define APPLICATION 0x6d736374 /* "msct", in the header of the file: PRAGMA application_id */
#define BUSY_MS 10000

static const char schema[] =
	"CREATE TABLE kv (key TEXT PRIMARY KEY, value TEXT NOT NULL, revision INTEGER NOT NULL,"
	"                 expires INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX kv_expires ON kv (expires) WHERE expires > 0;"
	"CREATE TABLE counter (revision INTEGER NOT NULL);"
	"INSERT INTO counter VALUES (0);";

/* ---- errors ---------------------------------------------------------------------------------- */

int state_sq_damaged(const struct sqlite *sq, struct ms_err *err, const char *what)
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

int state_sq_fail(const struct sqlite *sq, struct ms_err *err)
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
		return state_sq_damaged(sq, err, "not a state store of msctl");
	case SQLITE_CORRUPT:
		return state_sq_damaged(sq, err, "damaged");
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
	return sqlite3_exec(sq->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0
									: state_sq_fail(sq, err);
}

static int sq_integer(const struct sqlite *sq, const char *sql, int64_t *ret_n, struct ms_err *err)
{
	sqlite3_stmt *stmt = NULL;
	int r = 0;

	if (sqlite3_prepare_v2(sq->db, sql, -1, &stmt, NULL) != SQLITE_OK ||
	    sqlite3_step(stmt) != SQLITE_ROW)
		r = state_sq_fail(sq, err);
	else
		*ret_n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return r;
}

/* 1 = has our tables, 0 = a new file.  In a transaction: another process may be making them. */
static int check_schema(const struct sqlite *sq, struct ms_err *err)
{
	int64_t application, version, tables;
	int r;

	r = sq_integer(sq, "SELECT count(*) FROM sqlite_master", &tables, err);
	if (r == 0)
		r = sq_integer(sq, "PRAGMA application_id", &application, err);
	if (r == 0)
		r = sq_integer(sq, "PRAGMA user_version", &version, err);
	if (r < 0)
		return r;
	if (application == 0 && version == 0 && tables == 0)
		return 0;
	if (application != APPLICATION || version < 1)
		return state_sq_damaged(sq, err, "a database of another program");
	if (version == SCHEMA)
		return 1;
	ms_fail(err, -EBADMSG, MS_FAILED,
		"state store %s: written by a newer msctl (schema %lld, this one knows %d)",
		sq->path, (long long)version, SCHEMA);
	ms_hint(err, "use that msctl, or MSCTL_STATE=FILE for a store of its own");
	return -EBADMSG;
}

/* The same in a transaction of its own. */
static int look_at_schema(const struct sqlite *sq, struct ms_err *err)
{
	int r = sq_exec(sq, "BEGIN", err);

	if (r < 0)
		return r;
	r = check_schema(sq, err);
	if (sqlite3_exec(sq->db, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK && r >= 0)
		r = state_sq_fail(sq, err);
	return r;
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
			return state_sq_fail(sq, err);
		sqlite3_sleep(10);
	}
	return sq_exec(sq, "PRAGMA synchronous = FULL", err);
}

static int connect_file(struct sqlite *sq, struct ms_err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, r;
	bool fresh;

	if (sqlite3_open_v2(sq->path, &sq->db, flags, NULL) != SQLITE_OK)
		return sq->db ? state_sq_fail(sq, err) : ms_nomem(err);
	sqlite3_busy_timeout(sq->db, BUSY_MS);
	/* The file may come from anywhere: its triggers and views are not to run. */
	sqlite3_db_config(sq->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(sq->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	r = look_at_schema(sq, err);
	if (r >= 0 && sqlite3_db_readonly(sq->db, "main"))
		return fail_place(sq, err, -EROFS);
	fresh = r == 0;
	if (r >= 0)
		r = set_wal(sq, err);
	if (r == 0 && fresh)
		r = make_schema(sq, err);
	return r < 0 ? r : 0;
}

int state_sq_start(struct sqlite *sq, struct ms_err *err)
{
	int r = make_folders(sq, err);

	if (r == 0)
		r = make_file(sq, err);
	return r < 0 ? r : connect_file(sq, err);
}
