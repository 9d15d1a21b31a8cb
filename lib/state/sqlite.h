/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/state: what sqlite.c (the calls) and sqlite-open.c (the file) share. */
#ifndef MS_STATE_SQLITE_H
#define MS_STATE_SQLITE_H

#include <sqlite3.h>
#include "state/private.h"

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

struct sqlite {
	sqlite3 *db;
	sqlite3_stmt *stmt[QUERIES];
	char *path;
};

/* Make folder and file, open it, and see that it is ours. */
int state_sq_start(struct sqlite *sq, struct ms_err *err);
/* What SQLite said last, as our error. */
int state_sq_fail(const struct sqlite *sq, struct ms_err *err);
int state_sq_damaged(const struct sqlite *sq, struct ms_err *err, const char *what);

#endif
