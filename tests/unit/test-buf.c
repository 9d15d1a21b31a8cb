/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buffers with a maximum, and whole files. */
#include "core-fixture.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void appends(void **state)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	char *text;

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(ms_buf_printf(&buf, "%d,", i), 0);
	assert_int_equal(buf.len, 3890);
	assert_int_equal(strlen(buf.data), 3890);
	ms_buf_add(&buf, "\0x", 2);
	assert_int_equal(buf.len, 3892);
	text = ms_buf_steal(&buf);
	assert_int_equal(strncmp(text, "0,1,2,", 6), 0);
	free(text);
	assert_null(buf.data);
	assert_int_equal(buf.len, 0);
	text = ms_buf_steal(&buf);
	assert_string_equal(text, "");
	free(text);
}

static void has_a_maximum(void **state)
{
	MS_AUTO_BUF struct ms_buf buf = { .max = 10 };

	(void)state;
	assert_int_equal(ms_buf_puts(&buf, "0123456789"), 0);
	assert_int_equal(ms_buf_puts(&buf, ""), 0);
	assert_int_equal(ms_buf_puts(&buf, "x"), -EFBIG);
	assert_int_equal(ms_buf_puts(&buf, ""), -EFBIG);
	assert_int_equal(buf.failed, -EFBIG);
	assert_string_equal(buf.data, "0123456789");
	assert_null(ms_buf_steal(&buf));
	assert_int_equal(buf.failed, 0);
	assert_int_equal(buf.max, 10);
	assert_int_equal(ms_buf_printf(&buf, "%s", "01234567890"), -EFBIG);
}

static char *folder(void)
{
	static char path[] = "/tmp/msctl-buf-XXXXXX";

	strcpy(path, "/tmp/msctl-buf-XXXXXX");
	assert_non_null(mkdtemp(path));
	return path;
}

static size_t count_files(const char *path)
{
	MS_AUTO_FREE char *command = ms_asprintf("ls -A '%s' | wc -l", path);
	FILE *pipe = popen(command, "r");
	size_t n = 0;

	assert_int_equal(fscanf(pipe, "%zu", &n), 1);
	pclose(pipe);
	return n;
}

static void files_are_replaced_whole(void **state)
{
	MS_AUTO_FREE char *dir = strdup(folder());
	MS_AUTO_FREE char *file = ms_asprintf("%s/file", dir), *link = ms_asprintf("%s/link", dir);
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct stat st;

	(void)state;
	umask(022);
	assert_int_equal(ms_write_file(file, "one", 3, 0666, &err), 0);
	assert_int_equal(symlink("file", link), 0);
	assert_int_equal(ms_write_file(link, "two two", 7, 0600, &err), 0);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(ms_read_file(file, 7, &buf, &err), 0);
	assert_string_equal(buf.data, "two two");
	assert_int_equal(ms_read_file(file, 6, &buf, &err), -EFBIG);
	assert_int_equal(err.code, MS_INPUT);
	ms_err_clear(&err);
	assert_int_equal(count_files(dir), 2);
	assert_int_equal(ms_write_file(dir, "x", 1, 0644, &err), -EISDIR);
	assert_int_equal(count_files(dir), 2);
	unlink(link);
	unlink(file);
	rmdir(dir);
}

static void failures_name_the_file(void **state)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	assert_int_equal(ms_read_file("/nonexistent/x", 10, &buf, &err), -ENOENT);
	assert_string_equal(err.message, "cannot open /nonexistent/x: No such file or directory");
	ms_err_clear(&err);
	assert_int_equal(ms_read_file("/", 10, &buf, &err), -EISDIR);
	ms_err_clear(&err);
	assert_int_equal(ms_write_file("/nonexistent/x", "", 0, 0644, &err), -ENOENT);
}

/* A pipe stays a pipe: what cannot be replaced is written to. */
static void special_files_are_written_to(void **state)
{
	MS_AUTO_FREE char *dir = strdup(folder());
	MS_AUTO_FREE char *fifo = ms_asprintf("%s/fifo", dir);
	struct ms_err err = MS_ERR_INIT;
	struct stat st;
	char got[8] = "";
	int fd;

	(void)state;
	assert_int_equal(mkfifo(fifo, 0600), 0);
	fd = open(fifo, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	assert_int_equal(ms_write_file(fifo, "hello", 5, 0644, &err), 0);
	assert_int_equal(read(fd, got, sizeof(got)), 5);
	assert_string_equal(got, "hello");
	close(fd);
	assert_int_equal(stat(fifo, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	unlink(fifo);
	rmdir(dir);
}

static void a_failed_write_leaves_nothing(void **state)
{
	const struct rlimit small = { 4, RLIM_INFINITY }, large = { RLIM_INFINITY, RLIM_INFINITY };
	MS_AUTO_FREE char *dir = strdup(folder());
	MS_AUTO_FREE char *file = ms_asprintf("%s/file", dir), *want = ms_asprintf("cannot write %s: File too large", file);
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	struct ms_err err = MS_ERR_INIT;
	int error;

	(void)state;
	assert_int_equal(ms_write_file(file, "old", 3, 0600, &err), 0);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	error = ms_write_file(file, "too long", 8, 0600, &err);
	setrlimit(RLIMIT_FSIZE, &large);
	assert_int_equal(error, -EFBIG);
	assert_string_equal(err.message, want);
	ms_err_clear(&err);
	assert_int_equal(ms_read_file(file, 10, &buf, &err), 0);
	assert_string_equal(buf.data, "old");
	assert_int_equal(count_files(dir), 1);
	unlink(file);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends), cmocka_unit_test(has_a_maximum), cmocka_unit_test(files_are_replaced_whole),
		cmocka_unit_test(failures_name_the_file), cmocka_unit_test(special_files_are_written_to),
		cmocka_unit_test(a_failed_write_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
