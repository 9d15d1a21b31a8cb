/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The store: values, revisions, expiry, order, many processes, and files that are not what they should be. */
#include "state-fixture.h"

#include <fcntl.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>

static int put(struct fixture *f, const char *key, json_t *value, int64_t revision, unsigned ttl)
{
	struct ms_err err = MS_ERR_INIT;
	int r = ms_store_put(f->store, key, value, revision, ttl, NULL, &err);

	json_decref(value);
	if (r < 0 && r != -EAGAIN)
		fail_msg("put %s: %s", key, err.message);
	return r;
}

/* The integer at key, -1 when it is absent. */
static int64_t get(struct fixture *f, const char *key, int64_t *ret_revision)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *value = NULL;
	int r = ms_store_get(f->store, key, &value, ret_revision, &err);

	if (r == -ENOENT) {
		assert_int_equal(err.code, MS_OK);
		return -1;
	}
	assert_no_err(r, &err);
	return json_integer_value(value);
}

static void sql(const struct fixture *f, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* Rows in the file, expired ones too. */
static int64_t rows(const struct fixture *f)
{
	sqlite3_stmt *stmt;
	int64_t n;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM kv", -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return n;
}

static void test_put_and_get(void **state)
{
	struct fixture *f = *state;
	int64_t first, second;

	assert_int_equal(get(f, "a", NULL), -1);
	assert_int_equal(put(f, "a", json_integer(1), 0, 0), 0);
	assert_int_equal(get(f, "a", &first), 1);
	assert_true(first > 0);
	assert_int_equal(put(f, "a", json_integer(2), 0, 0), -EAGAIN);
	assert_int_equal(put(f, "a", json_integer(2), first + 1, 0), -EAGAIN);
	assert_int_equal(put(f, "a", json_integer(2), first, 0), 0);
	assert_int_equal(get(f, "a", &second), 2);
	assert_true(second > first);
	assert_int_equal(put(f, "a", json_integer(3), -1, 0), 0);
	assert_int_equal(put(f, "a", NULL, second, 0), -EAGAIN);
	assert_int_equal(put(f, "a", NULL, -1, 0), 0);
	assert_int_equal(get(f, "a", NULL), -1);
	assert_int_equal(put(f, "a", NULL, 0, 0), 0);
}

/* A key that went and came back is not the one that was read before. */
static void test_revisions_never_return(void **state)
{
	struct fixture *f = *state;
	int64_t before, after;

	put(f, "a", json_integer(1), 0, 0);
	get(f, "a", &before);
	put(f, "a", NULL, before, 0);
	put(f, "a", json_integer(1), 0, 0);
	get(f, "a", &after);
	assert_true(after > before);
	assert_int_equal(put(f, "a", json_integer(2), before, 0), -EAGAIN);
}

static void test_expiry(void **state)
{
	struct fixture *f = *state;
	int64_t revision;

	put(f, "a", json_integer(1), 0, 60);
	put(f, "b", json_integer(2), 0, 0);
	assert_int_equal(get(f, "a", &revision), 1);
	sql(f, "UPDATE kv SET expires = 1000 WHERE key = 'a'");
	assert_int_equal(get(f, "a", NULL), -1);
	assert_int_equal(put(f, "a", json_integer(3), revision, 0), -EAGAIN);
	assert_int_equal(put(f, "a", json_integer(3), 0, 60), 0);
	assert_int_equal(get(f, "a", NULL), 3);
	sql(f, "UPDATE kv SET expires = 1000 WHERE key = 'a'");
	assert_int_equal(rows(f), 2);
	put(f, "c", json_integer(1), 0, 0);
	assert_int_equal(rows(f), 2); /* a was swept out */
	assert_int_equal(get(f, "b", NULL), 2);
}

struct seen { size_t n; char last[64]; struct fixture *f; };

static int see(void *ctx, const char *key, const json_t *value)
{
	struct seen *seen = ctx;

	assert_true(strcmp(key, seen->last) > 0);
	assert_true(json_is_integer(value));
	snprintf(seen->last, sizeof(seen->last), "%s", key);
	return ++seen->n == 650 ? -E2BIG : 0;
}

static int delete_it(void *ctx, const char *key, const json_t *value)
{
	struct seen *seen = ctx;

	(void)value;
	seen->n++;
	return put(seen->f, key, NULL, -1, 0);
}

static void test_list(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	struct seen seen = { .f = f };
	char key[32];

	for (int i = 0; i < 700; i++) {
		snprintf(key, sizeof(key), "many/%04d", i);
		put(f, key, json_integer(i), 0, 0);
	}
	put(f, "many", json_integer(0), 0, 0);
	put(f, "many0", json_integer(0), 0, 0);
	put(f, "many/\xf0\x9f\x98\x80", json_integer(0), 0, 0);
	assert_int_equal(ms_store_list(f->store, "many/", see, &seen, &err), -E2BIG);
	assert_string_equal(seen.last, "many/0649");
	seen = (struct seen){ .f = f };
	assert_no_err(ms_store_list(f->store, "many/", delete_it, &seen, &err), &err);
	assert_int_equal(seen.n, 701);
	seen = (struct seen){ .f = f };
	assert_no_err(ms_store_list(f->store, "", see, &seen, &err), &err);
	assert_int_equal(seen.n, 2);
}

static void test_values_come_back_as_they_were(void **state)
{
	static const char *const texts[] = {
		"null", "true", "\"\"", "[1,[2,{\"a\":1.5}]]", "{\"u\":\"\xc3\xa4\\u0001\",\"n\":9223372036854775807}",
	};
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;

	for (size_t i = 0; i < MS_ARRAY_SIZE(texts); i++) {
		json_auto_t *in = json_loads(texts[i], JSON_DECODE_ANY, NULL), *out = NULL;

		assert_non_null(in);
		assert_no_err(ms_store_put(f->store, "v", in, -1, 0, NULL, &err), &err);
		assert_no_err(ms_store_get(f->store, "v", &out, NULL, &err), &err);
		assert_true(json_equal(in, out));
	}
}

static void test_keys_refused(void **state)
{
	static const char *const keys[] = { "", "a\nb", "x\x7f" };
	struct fixture *f = *state;
	json_auto_t *value = json_true();
	char lengthy[MS_STORE_MAX_KEY + 2];

	for (size_t i = 0; i < MS_ARRAY_SIZE(keys); i++) {
		struct ms_err err = MS_ERR_INIT;

		assert_int_equal(ms_store_put(f->store, keys[i], value, -1, 0, NULL, &err), -EINVAL);
		assert_int_not_equal(err.code, MS_OK);
	}
	memset(lengthy, 'a', sizeof(lengthy) - 1);
	lengthy[sizeof(lengthy) - 1] = 0;
	{
		struct ms_err err = MS_ERR_INIT;

		assert_int_equal(ms_store_put(f->store, lengthy, value, -1, 0, NULL, &err), -EINVAL);
		lengthy[MS_STORE_MAX_KEY] = 0;
		ms_err_clear(&err);
		assert_no_err(ms_store_put(f->store, lengthy, value, -1, 0, NULL, &err), &err);
	}
}

/* ---- many processes -------------------------------------------------------------------------- */

#define WRITERS 8
#define ROUNDS 25

static int count_up(struct fixture *f, void *arg)
{
	(void)arg;
	for (int done = 0; done < ROUNDS;) {
		int64_t revision = 0, n = get(f, "counter", &revision);

		if (put(f, "counter", json_integer(n < 0 ? 1 : n + 1), n < 0 ? 0 : revision, 0) == 0)
			done++;
	}
	return 0;
}

/* The file does not exist yet: making it is part of the race. */
static void test_many_writers(void **state)
{
	struct fixture *f = *state;
	pid_t pids[WRITERS];

	ms_store_close(ms_take(f->store));
	assert_int_equal(unlink(f->path), 0);
	for (int i = 0; i < WRITERS; i++)
		pids[i] = fixture_fork(f, count_up, NULL);
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(fixture_wait(pids[i]), 0);
	assert_int_equal(get(f, "counter", NULL), WRITERS * ROUNDS);
}

static int write_for_ever(struct fixture *f, void *arg)
{
	(void)arg;
	for (unsigned i = 1; i; i++)
		put(f, "killed", json_pack("[i, i]", i, i), -1, 0);
	return 1;
}

static void test_killed_writer(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *value = NULL;
	pid_t pid = fixture_fork(f, write_for_ever, NULL);

	while (ms_store_get(f->store, "killed", &value, NULL, &err) == -ENOENT)
		sched_yield();
	kill(pid, SIGKILL);
	assert_true(WIFSIGNALED(fixture_wait(pid)));
	json_decref(ms_take(value));
	assert_no_err(ms_store_get(f->store, "killed", &value, NULL, &err), &err);
	assert_true(json_equal(json_array_get(value, 0), json_array_get(value, 1)));
	assert_int_equal(put(f, "killed", json_integer(0), -1, 0), 0);
}

/* ---- the file -------------------------------------------------------------------------------- */

static unsigned mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void try_open(const char *where)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_store *store = NULL;

	assert_no_err(ms_store_open(where, NULL, &store, &err), &err);
	ms_store_close(store);
}

static void test_where(void **state)
{
	struct fixture *f = *state;
	MS_AUTO_FREE char *folder = ms_asprintf("%s/x/msctl", f->dir), *file = ms_asprintf("%s/state.db", folder);
	MS_AUTO_FREE char *xdg = ms_asprintf("%s/x", f->dir), *other = ms_asprintf("%s/deep/er/s.db", f->dir);
	MS_AUTO_FREE char *named = ms_asprintf("sqlite:%s/named", f->dir);
	mode_t mask = umask(0);

	unsetenv("MSCTL_STATE");
	setenv("XDG_STATE_HOME", xdg, 1);
	try_open(NULL);
	assert_int_equal(mode_of(file), 0600);
	assert_int_equal(mode_of(folder), 0700);
	setenv("MSCTL_STATE", other, 1);
	try_open(NULL);
	assert_int_equal(mode_of(other), 0600);
	try_open(named);
	assert_int_equal(mode_of(named + strlen("sqlite:")), 0600);
	unsetenv("MSCTL_STATE");
	unsetenv("XDG_STATE_HOME");
	umask(mask);
}

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void spoil(const struct fixture *f)
{
	int fd = open(f->path, O_WRONLY);
	char noise[4096];

	memset(noise, 0x5a, sizeof(noise));
	for (off_t at = 100; at < 5 * 4096; at += sizeof(noise))
		assert_int_equal(pwrite(fd, noise, sizeof(noise), at), sizeof(noise));
	close(fd);
}

static void refused(const char *where, int error, const char *words, const char *hint)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_store *store = NULL;
	int r = ms_store_open(where, NULL, &store, &err);

	assert_null(store);
	assert_int_equal(r, error);
	if (!strstr(err.message, words))
		fail_msg("\"%s\" does not say \"%s\"", err.message, words);
	if (!strstr(err.hint, hint))
		fail_msg("\"%s\" does not hint at \"%s\"", err.hint, hint);
}

static void test_files_refused(void **state)
{
	struct fixture *f = *state;
	MS_AUTO_FREE char *text = ms_asprintf("%s/notes", f->dir), *under = ms_asprintf("%s/notes/state.db", f->dir);

	write_text(text, "a text of somebody, long enough to be taken for a database header page..............\n");
	refused(text, -EBADMSG, text, ".bad");
	refused(under, -ENOTDIR, under, "MSCTL_STATE");
	refused("etcd:http://[::1]:2379", -EINVAL, "etcd", "sqlite:");
	refused(f->dir, -EISDIR, f->dir, "MSCTL_STATE");
	sql(f, "PRAGMA user_version = 7");
	refused(f->path, -EBADMSG, "newer msctl (schema 7", "MSCTL_STATE");
	sql(f, "PRAGMA user_version = 1; PRAGMA application_id = 5");
	refused(f->path, -EBADMSG, "another program", ".bad");
	fixture_close(f);
	spoil(f);
	refused(f->path, -EBADMSG, f->path, "no device is lost");
	unlink(f->path);
	fixture_open(f);
}

/* A small file system of our own, that is full or cannot be written; needs rights that not everybody has. */
static int in_small_disk(struct fixture *f, void *arg)
{
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_FREE char *at = ms_asprintf("%s/state.db", (char *)arg), *big = malloc(4 << 20);
	json_auto_t *value = NULL;
	int r;

	(void)f;
	if (unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return 77;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mount("none", arg, "tmpfs", 0, "size=1m") < 0)
		return 77;
	assert_no_err(ms_store_open(at, NULL, &f->store, &err), &err);
	assert_int_equal(put(f, "small", json_integer(1), 0, 0), 0);
	memset(big, 'x', (4 << 20) - 1);
	big[(4 << 20) - 1] = 0;
	value = json_string(big);
	r = ms_store_put(f->store, "big", value, 0, 0, NULL, &err);
	assert_int_equal(r, -ENOSPC);
	assert_non_null(strstr(err.message, "No space left"));
	assert_int_equal(get(f, "small", NULL), 1);
	assert_int_equal(get(f, "big", NULL), -1);
	assert_int_equal(put(f, "small", json_integer(2), -1, 0), 0);
	ms_store_close(f->store);
	assert_int_equal(mount(NULL, arg, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	refused(at, -EROFS, "Read-only", "MSCTL_STATE");
	return 0;
}

static void test_full_and_read_only(void **state)
{
	struct fixture *f = *state;
	int status = fixture_wait(fixture_fork(f, in_small_disk, f->dir));

	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		print_message("no rights to mount: full and read-only disks were not tried\n");
		skip();
	}
	assert_int_equal(status, 0);
}

static int not_json(struct fixture *f)
{
	struct ms_err err = MS_ERR_INIT;
	json_t *value = NULL;

	sql(f, "UPDATE kv SET value = '{' WHERE key = 'a'");
	return ms_store_get(f->store, "a", &value, NULL, &err);
}

static void test_value_damaged(void **state)
{
	struct fixture *f = *state;

	put(f, "a", json_integer(1), 0, 0);
	assert_int_equal(not_json(f), -EBADMSG);
}

#define ROW(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(test_put_and_get), ROW(test_revisions_never_return), ROW(test_expiry), ROW(test_list),
		ROW(test_values_come_back_as_they_were), ROW(test_keys_refused), ROW(test_many_writers),
		ROW(test_killed_writer), ROW(test_where), ROW(test_files_refused), ROW(test_full_and_read_only),
		ROW(test_value_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
