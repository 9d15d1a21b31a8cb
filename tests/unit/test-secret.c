/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Credential references, helper programs, masking, and what confinement takes away. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "core/core.h"

static char folder[] = "/tmp/msctl-secret-XXXXXX";

static char *put_file(const char *name, const char *text, unsigned mode)
{
	char *path = ms_asprintf("%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static int setup(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	char *argv[] = { (char *)"rm", (char *)"-rf", folder, NULL };
	struct ms_buf out = { 0 };
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	return ms_child_output(NULL, argv, "rm", 10, 100, &out, &err);
}

static void resolves(const char *reference, const char *value)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_secrets *secrets;
	const char *got = NULL;

	assert_int_equal(ms_secrets_new(&secrets, &err), 0);
	if (ms_secret_get(secrets, reference, &got, &err) < 0)
		fail_msg("%s: %s", reference, err.message);
	assert_string_equal(got, value);
	ms_secrets_free(secrets);
}

static void fails(const char *reference, int error, const char *message)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_secrets *secrets;
	const char *got = NULL;

	assert_int_equal(ms_secrets_new(&secrets, &err), 0);
	assert_int_equal(ms_secret_get(secrets, reference, &got, &err), error);
	assert_null(got);
	assert_string_equal(err.message, message);
	ms_secrets_free(secrets);
}

static void test_values(void **state)
{
	MS_AUTO_FREE char *path = put_file("one", "s3cret\nsecond line\n", 0600);
	MS_AUTO_FREE char *file = ms_asprintf("file:%s", path), *cat = ms_asprintf("exec:cat '%s'", path);

	(void)state;
	setenv("MSCTL_TEST_SECRET", "from the environment", 1);
	resolves(file, "s3cret");
	resolves("env:MSCTL_TEST_SECRET", "from the environment");
	resolves(cat, "s3cret");
	resolves("exec:printf 'a b\\\\tc\\r\\nd'", "a b\\tc");
	resolves("exec:printf %s/%s \"x y\" z\\ z", "x y/z z");
	/* No shell: nothing of it is expanded. */
	resolves("exec:echo $HOME `id` ; true", "$HOME `id` ; true");
}

static void test_errors(void **state)
{
	MS_AUTO_FREE char *open_path = put_file("open", "x\n", 0666), *empty = put_file("empty", "\nx", 0600);
	MS_AUTO_FREE char *open_ref = ms_asprintf("file:%s", open_path), *empty_ref = ms_asprintf("file:%s", empty);
	MS_AUTO_FREE char *open_text = ms_asprintf("the credential %s may be written by everybody", open_ref);
	MS_AUTO_FREE char *empty_text = ms_asprintf("the credential %s is empty", empty_ref);

	(void)state;
	unsetenv("MSCTL_TEST_NONE");
	fails(open_ref, -EPERM, open_text);
	fails(empty_ref, -ENODATA, empty_text);
	fails("file:/no/such", -ENOENT, "cannot read the credential file:/no/such: No such file or directory");
	fails("env:MSCTL_TEST_NONE", -ENOENT, "the credential env:MSCTL_TEST_NONE is not set");
	fails("exec:false", -EIO, "exec:false ended with status 1");
	fails("exec:/no/such", -ENOENT, "cannot run exec:/no/such: No such file or directory");
	fails("exec:echo 'x", -EINVAL, "a quote is not closed");
	fails("exec:true", -ENODATA, "the credential exec:true is empty");
	/* A password where a reference belongs must not come out in the message. */
	fails("hunter2", -EINVAL, "not a credential reference (its text is not shown)");
}

static void test_is_reference(void **state)
{
	static const struct { const char *text; bool is; } rows[] = {
		{ "file:x", true }, { "env:X", true }, { "exec:x y", true }, { "file:", false }, { "", false }, { "x", false },
		{ "http://x", false }, { NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		assert_int_equal(ms_secret_is_reference(rows[i].text), rows[i].is);
}

static void test_mask(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_secrets *secrets;
	const char *got;
	char text[] = "user hunter2 hunter2, json \"a\\\"b\\\\c\" raw a\"b\\c, short ab";

	(void)state;
	setenv("S1", "hunter2", 1);
	setenv("S2", "a\"b\\c", 1);
	setenv("S3", "ab", 1);
	assert_int_equal(ms_secrets_new(&secrets, &err), 0);
	assert_int_equal(ms_secret_get(secrets, "env:S1", &got, &err), 0);
	assert_int_equal(ms_secret_get(secrets, "env:S2", &got, &err), 0);
	assert_int_equal(ms_secret_get(secrets, "env:S3", &got, &err), 0);
	ms_secrets_mask(secrets, text);
	assert_string_equal(text, "user *** ***, json \"***\" raw ***, short ab");
	ms_secrets_mask(NULL, text);
	ms_secrets_free(secrets);
	ms_secrets_free(NULL);
}

/* The debug log on standard error, through a file. */
static void test_log_masks(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_secrets *secrets;
	const char *got;
	char text[128] = "";
	FILE *file = tmpfile();
	int saved = dup(2);

	(void)state;
	setenv("S1", "hunter2", 1);
	assert_int_equal(ms_secrets_new(&secrets, &err), 0);
	assert_int_equal(ms_secret_get(secrets, "env:S1", &got, &err), 0);
	dup2(fileno(file), 2);
	ms_debug("nothing yet");
	ms_log_level(MS_LOG_DEBUG);
	ms_debug("password=%s\n\033[31m", got);
	ms_log_level(MS_LOG_OFF);
	dup2(saved, 2);
	close(saved);
	ms_secrets_free(secrets);
	rewind(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	fclose(file);
	assert_string_equal(text, "debug: password=***  [31m\n");
}

static void test_timeout(void **state)
{
	char *argv[] = { (char *)"sleep", (char *)"60", NULL };
	char *quiet[] = { (char *)"sh", (char *)"-c", (char *)"exec >&-; exec sleep 60", NULL };
	struct ms_buf out = { 0 };
	struct ms_err err = MS_ERR_INIT;
	int64_t start = ms_clock_ms();

	(void)state;
	assert_int_equal(ms_child_output(NULL, argv, "the helper", 1, 100, &out, &err), -ETIMEDOUT);
	assert_string_equal(err.message, "the helper did not end within 1 s");
	/* One that closes its output and goes on. */
	ms_err_clear(&err);
	assert_int_equal(ms_child_output(NULL, quiet, "the helper", 1, 100, &out, &err), -ETIMEDOUT);
	assert_true(ms_clock_ms() - start < 20000);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void test_too_much(void **state)
{
	char *argv[] = { (char *)"cat", (char *)"/dev/zero", NULL };
	struct ms_buf out = { 0 };
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	assert_int_equal(ms_child_output(NULL, argv, "the helper", 10, 100000, &out, &err), -EFBIG);
	ms_buf_release(&out);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

struct ask { struct ms_loop *loop; struct ms_secrets *secrets; const char *reference; unsigned good, ticks; };

static void ask(void *arg)
{
	struct ask *a = arg;
	struct ms_err err = MS_ERR_INIT;
	const char *value;

	if (!ms_secret_get(a->secrets, a->reference, &value, &err) && ms_streq(value, "shared"))
		a->good++;
}

/* Shows that the loop turns while the helper runs. */
static void tick(void *arg)
{
	struct ask *a = arg;

	while (a->good < 20) {
		a->ticks++;
		ms_task_sleep(a->loop, 1);
	}
}

static void test_many_ask(void **state)
{
	MS_AUTO_FREE char *log = ms_asprintf("%s/log", folder);
	MS_AUTO_FREE char *reference = ms_asprintf("exec:sh -c 'echo run >> %s; sleep 0.05; echo shared'", log);
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct ask a = { .reference = reference };

	(void)state;
	assert_int_equal(ms_loop_new(&a.loop, &err), 0);
	assert_int_equal(ms_secrets_new(&a.secrets, &err), 0);
	ms_secrets_use_loop(a.secrets, a.loop);
	for (int i = 0; i < 20; i++)
		assert_int_equal(ms_task_start(a.loop, ask, &a, &err), 0);
	assert_int_equal(ms_task_start(a.loop, tick, &a, &err), 0);
	assert_int_equal(ms_loop_run(a.loop, &err), 0);
	assert_int_equal(a.good, 20);
	assert_true(a.ticks > 5);
	assert_int_equal(ms_read_file(log, 1000, &text, &err), 0);
	assert_string_equal(text.data, "run\n");
	ms_secrets_free(a.secrets);
	ms_loop_free(a.loop);
}

/* ---- confinement ---- */

enum { CAN_READ = 1, CAN_WRITE = 2, CAN_WRITE_NAMED = 4, CAN_CONNECT = 8, CAN_EXEC = 16, CAN_SYSTEM = 32 };

static bool can_open(const char *name, int flags)
{
	MS_AUTO_FREE char *path = name[0] == '/' ? strdup(name) : ms_asprintf("%s/%s", folder, name);
	MS_AUTO_FD int fd = open(path, flags, 0600);

	return fd >= 0;
}

/* Refused by a port where nobody listens is connecting, too. */
static bool can_connect(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(1), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	MS_AUTO_FD int fd = socket(AF_INET, SOCK_STREAM, 0);

	return connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 || errno != EACCES;
}

static bool can_exec(void)
{
	char *argv[] = { (char *)"true", NULL };
	struct ms_buf out = { 0 };
	struct ms_err err = MS_ERR_INIT;

	return ms_child_output(NULL, argv, "true", 10, 10, &out, &err) == 0;
}

static int abilities(unsigned needs, const char *const *write)
{
	struct ms_err err = MS_ERR_INIT;

	if (ms_confine(needs, NULL, write, &err) < 0)
		return 255;
	return (can_open("private/file", O_RDONLY) ? CAN_READ : 0) | (can_open("private/new", O_WRONLY | O_CREAT) ? CAN_WRITE : 0) |
	       (can_open("named/new", O_WRONLY | O_CREAT) ? CAN_WRITE_NAMED : 0) | (can_connect() ? CAN_CONNECT : 0) |
	       (can_exec() ? CAN_EXEC : 0) | (can_open("/etc/passwd", O_RDONLY) && can_open("/dev/null", O_RDWR) ? CAN_SYSTEM : 0);
}

static void confine(void)
{
	MS_AUTO_FREE char *named = ms_asprintf("%s/named/file", folder), *private = ms_asprintf("%s/private", folder);
	MS_AUTO_FREE char *named_folder = ms_asprintf("%s/named", folder);
	const char *const write[] = { named, NULL };
	unsigned tcp = strcmp(ms_confine_name(), "landlock ABI 4") < 0 ? CAN_CONNECT : 0;
	const struct { unsigned needs; int can; } rows[] = {
		{ 0, CAN_SYSTEM | CAN_WRITE_NAMED | tcp },
		{ MS_NEEDS_NET, CAN_SYSTEM | CAN_READ | CAN_WRITE_NAMED | CAN_CONNECT },
		{ MS_NEEDS_EXEC, CAN_SYSTEM | CAN_READ | CAN_WRITE_NAMED | CAN_CONNECT | CAN_EXEC },
		{ MS_NEEDS_ROOT, CAN_SYSTEM | CAN_READ | CAN_WRITE | CAN_WRITE_NAMED | CAN_CONNECT | CAN_EXEC },
	};

	assert_int_equal(mkdir(private, 0700) + mkdir(named_folder, 0700), 0);
	free(put_file("private/file", "x", 0600));
	setenv("HOME", named_folder, 1);
	setenv("TMPDIR", named_folder, 1);
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		int status;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (!pid)
			_exit(abilities(rows[i].needs, write));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), rows[i].can);
	}
}

static void test_confine(void **state)
{
	(void)state;
	if (!strcmp(ms_confine_name(), "not available"))
		skip(); /* leaves without cleaning up: nothing is held here */
	confine();
}

static void test_confine_state(void **state)
{
	MS_AUTO_FREE char *store = ms_asprintf("%s/a/b/state.db", folder);
	int status;
	pid_t pid;

	(void)state;
	setenv("MSCTL_STATE", store, 1);
	pid = fork();
	if (!pid) {
		struct ms_err err = MS_ERR_INIT;

		_exit(ms_confine(MS_NEEDS_STATE, NULL, NULL, &err) == 0 && can_open("a/b/state.db", O_RDWR | O_CREAT) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values), cmocka_unit_test(test_errors), cmocka_unit_test(test_is_reference),
		cmocka_unit_test(test_mask), cmocka_unit_test(test_log_masks), cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_too_much), cmocka_unit_test(test_many_ask), cmocka_unit_test(test_confine),
		cmocka_unit_test(test_confine_state),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
