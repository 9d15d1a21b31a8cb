/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The script that changes a box and knows the way back, run by this machine's shell in a folder of its own, with tools
 * of SONiC that only write down what they were asked, and a command line of OS10 that takes files for configurations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "fabric/box/box.h"
#include "fabric/os10/os10.h"
#include "fabric/frr/frr.h"
#include "fabric/sonic/sonic.h"

static char top[64], folder[128];

static void put(const char *path, const char *text, mode_t mode)
{
	char name[256];
	FILE *f;

	snprintf(name, sizeof name, "%s/%s", top, path);
	f = fopen(name, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(name, mode), 0);
}

static int run(const char *fmt, ...)
{
	char command[512];
	va_list ap;
	int status;

	va_start(ap, fmt);
	vsnprintf(command, sizeof command, fmt, ap);
	va_end(ap);
	status = system(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The script as it is, but for where it finds its tools. */
static void put_script(const char *path, const char *text)
{
	const char *line = strstr(text, "PATH="), *end = strchr(line, '\n');
	MS_AUTO_FREE char *own = ms_asprintf("%.*sPATH=%s/bin:$PATH%s", (int)(line - text), text, top, end);

	assert_non_null(own);
	put(path, own, 0700);
}

/* Each tool writes a line, and fails when a file of its name says so. */
static const char tool[] = "#!/bin/sh\nname=${0##*/}\ntop=${0%/bin/*}\necho \"$name $*\" >> \"$top/log\"\n"
			   "[ ! -e \"$top/fail-$name-$1\" ]\n";

static int set_up(void **state)
{
	(void)state;
	snprintf(top, sizeof top, "/tmp/msctl-box-XXXXXX");
	assert_non_null(mkdtemp(top));
	snprintf(folder, sizeof folder, "%s/lib/msctl-1", top);
	assert_int_equal(run("mkdir -p %s/bin %s", top, folder), 0);
	put("bin/config", tool, 0755);
	put("bin/docker", tool, 0755);
	put("bin/sonic-db-cli", tool, 0755);
	put("log", "", 0600);
	put_script("lib/msctl-1/change", box_script);
	put("lib/msctl-1/platform", sonic_platform, 0600);
	put("lib/msctl-1/patch.json", "[{\"op\":\"add\"}]", 0600);
	put("lib/msctl-1/direct.lua", "return", 0600);
	put("lib/msctl-1/new.direct", "[1]\n[2]\n", 0600);
	put("lib/msctl-1/old.direct", "[3]\n", 0600);
	put("lib/msctl-1/new.frr", "router bgp 1\n", 0600);
	put("lib/msctl-1/old.frr", "no router bgp 1\n", 0600);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return run("rm -rf %s", top);
}

static int verb(const char *words)
{
	return run("timeout 30 sh %s/change %s >/dev/null 2>&1", folder, words);
}

/* How often a line that begins so was written. */
static int asked(const char *words)
{
	char command[256], text[16] = "";
	FILE *f;

	snprintf(command, sizeof command, "grep -c '^%s' %s/log", words, top);
	f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof text, f));
	pclose(f);
	return atoi(text);
}

static bool is_over(const char *word)
{
	return !run("grep -qx '%s' %s.done 2>/dev/null", word, folder);
}

static void test_confirmed(void **state)
{
	(void)state;
	assert_int_equal(verb("stage"), 0);
	assert_int_equal(verb("validate"), 0);
	assert_int_equal(asked("config apply-patch -d"), 1);
	assert_int_equal(verb("commit 600"), 0);
	assert_int_equal(asked("config checkpoint msctl-1"), 1);
	assert_int_equal(asked("config apply-patch /"), 1);
	assert_int_equal(asked("sonic-db-cli CONFIG_DB EVAL return 0 .[12].$"), 2);
	assert_int_equal(asked("config save"), 0);
	/* The answer was lost: nothing is done twice. */
	assert_int_equal(verb("commit 600"), 0);
	assert_int_equal(asked("config apply-patch /"), 1);
	assert_int_equal(verb("confirm"), 0);
	assert_int_equal(asked("config save -y"), 1);
	assert_int_equal(asked("config rollback"), 0);
	assert_true(is_over("confirmed"));
	assert_int_not_equal(access(folder, F_OK), 0);
}

static void test_rolled_back(void **state)
{
	(void)state;
	assert_int_equal(verb("stage"), 0);
	assert_int_equal(verb("commit 600"), 0);
	assert_int_equal(verb("rollback"), 0);
	assert_int_equal(asked("config rollback msctl-1"), 1);
	assert_int_equal(asked("sonic-db-cli CONFIG_DB EVAL return 0 .3.$"), 1);
	assert_int_equal(asked("config save"), 0);
	assert_true(is_over("rolled back"));
}

static void test_nobody_confirms(void **state)
{
	int64_t deadline = ms_clock_ms() + 20000;

	(void)state;
	assert_int_equal(verb("stage"), 0);
	assert_int_equal(verb("commit 1"), 0);
	while (!is_over("rolled back") && ms_clock_ms() < deadline)
		usleep(20000);
	assert_true(is_over("rolled back"));
	assert_int_equal(asked("config rollback msctl-1"), 1);
}

/* A change that fails half-way is still one to roll back. */
static void test_half_applied(void **state)
{
	(void)state;
	put("fail-docker-exec", "", 0600);
	assert_int_equal(verb("stage"), 0);
	assert_int_not_equal(verb("validate"), 0);
	assert_int_not_equal(verb("commit 600"), 0);
	assert_int_equal(run("rm %s/fail-docker-exec", top), 0);
	assert_int_equal(verb("rollback"), 0);
	assert_int_equal(asked("config rollback msctl-1"), 1);
	assert_true(is_over("rolled back"));
}

static void test_abandoned(void **state)
{
	(void)state;
	assert_int_equal(verb("stage"), 0);
	assert_int_equal(verb("abandon"), 0);
	assert_int_not_equal(access(folder, F_OK), 0);
	assert_int_equal(asked("config"), 0);
}

#define TEST_FRR(name) cmocka_unit_test_setup_teardown(test_frr_##name, set_up_frr, tear_down)
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

/* ---- FRR ---- */

static int set_up_frr(void **state)
{
	static const char *const tools[] = { "vtysh", "ifreload", "unshare", "frr-reload.py", "dcb", "tc" };
	char path[64];

	if (set_up(state))
		return -1;
	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
		snprintf(path, sizeof path, "bin/%s", tools[i]);
		put(path, tool, 0755);
	}
	put("lib/msctl-1/platform", frr_platform, 0600);
	put("lib/msctl-1/new.frr.conf", "", 0600);
	put("lib/msctl-1/new.interfaces", "auto lo\n", 0600);
	put("lib/msctl-1/new.qos", "dcb app add dev swp1\ntc two\n", 0600);
	put("lib/msctl-1/old.qos", "tc gone\ndcb app del dev swp1\n", 0600);
	put("lib/msctl-1/boot.qos", "#!/bin/sh\ntc boot\n", 0600);
	if (run("cd %s && mkdir -p etc/network etc/frr etc/systemd/system run && touch etc/frr/frr.conf && echo auto lo > "
		"etc/network/interfaces", top))
		return -1;
	return run("sed -i 's,/etc/,%s/etc/,g; s,/run/,%s/run/,g; s,/usr/lib/frr/,%s/bin/,g' %s/platform", top, top, top, folder);
}

/* What sets the ports ends a change where it fails; what undoes it is tried to its end. */
static void test_frr_rolled_back(void **state)
{
	(void)state;
	put("fail-tc-gone", "", 0600);
	assert_int_equal(verb("stage"), 0);
	assert_int_equal(verb("validate"), 0);
	assert_int_equal(verb("commit 600"), 0);
	assert_int_equal(asked("tc two"), 1);
	assert_int_equal(verb("rollback"), 0);
	assert_int_equal(asked("tc gone"), 1);
	assert_int_equal(asked("dcb app del"), 1);
	assert_int_equal(run("test ! -e %s/etc/network/msctl-qos", top), 0);
	assert_true(is_over("rolled back"));
}

static void test_frr_half_applied(void **state)
{
	(void)state;
	put("fail-dcb-app", "", 0600);
	assert_int_equal(verb("stage"), 0);
	assert_int_not_equal(verb("commit 600"), 0);
	assert_int_equal(asked("tc two"), 0);
	assert_int_equal(verb("rollback"), 0);
	assert_int_equal(asked("tc gone"), 1);
	assert_true(is_over("rolled back"));
}

/* What a start runs is kept when it is confirmed, and goes when nothing is to be run any more. */
static void test_frr_confirmed(void **state)
{
	(void)state;
	assert_int_equal(verb("stage"), 0);
	assert_int_equal(verb("commit 600"), 0);
	assert_int_equal(verb("confirm"), 0);
	assert_int_equal(run("grep -qx 'tc boot' %s/etc/network/msctl-qos", top), 0);
	assert_int_equal(run("grep -q msctl-qos %s/etc/systemd/system/multi-user.target.wants/msctl-qos.service", top), 0);
	assert_true(is_over("confirmed"));
}

/* Whoever waits is told, whatever ends the way back. */
static void test_frr_broken(void **state)
{
	(void)state;
	assert_int_equal(run("echo 'qos() { echo \"$9\"; }' >> %s/platform", folder), 0);
	assert_int_equal(verb("stage"), 0);
	assert_int_not_equal(verb("commit 600"), 0);
	assert_int_not_equal(verb("rollback"), 0);
	assert_true(is_over("rolled back, with errors"));
}

/* ---- OS10 ---- */

/* What a line means is nothing to it: each that is committed is shown, and "no LINE" takes it away.  A file `refuse`
 * holds a line that is refused, `half` lets a commit take one line and fail. */
static const char clish[] =
	"#!/bin/sh\ntop=${0%/bin/*}\necho \"New user admin logged in at session 10\"\n"
	"take() { case $1 in 'no '*) grep -vx \"${1#no }\" running > new; mv new running ;;\n"
	"\t*) grep -qx \"$1\" running || echo \"$1\" >> running ;; esac; }\n"
	"cd \"$top\"\n"
	"case $1:$2 in\n"
	"-c:show\\ diff*) cat candidate 2>/dev/null; exit 0 ;;\n"
	"-c:show\\ running*) echo '! Version 10'; cat running; exit 0 ;;\n"
	"-c:write*) cp running startup; exit 0 ;;\n"
	"esac\n"
	"transaction=\nwhile read -r line; do\n"
	"\techo \"clish $line\" >> log\n"
	"\tif [ -e refuse ] && [ \"$line\" = \"$(cat refuse)\" ]; then echo '% Error: Illegal parameter.'; exit 1; fi\n"
	"\tcase $line in\n"
	"\tlock | unlock | end | exit | configure*) ;;\n"
	"\tstart*) transaction=yes ;;\n"
	"\tdiscard) rm -f candidate ;;\n"
	"\tcommit)\n"
	"\t\twhile read -r one; do\n"
	"\t\t\ttake \"$one\"\n"
	"\t\t\t[ ! -e half ] || { rm half; echo '% Error:  disintegrated'; exit 0; }\n"
	"\t\tdone < candidate\n"
	"\t\trm candidate ;;\n"
	"\t*) if [ \"$transaction\" ]; then echo \"$line\" >> candidate; else take \"$line\"; fi ;;\n"
	"\tesac\n"
	"done < \"$2\"\n";

static int set_up_os10(void **state)
{
	if (set_up(state))
		return -1;
	put("bin/clish", clish, 0755);
	put("bin/sudo", "#!/bin/sh\nshift 3\nexec \"$@\"\n", 0755);
	put("bin/chown", "#!/bin/sh\n", 0755);
	put("running", "hostname leaf01\ninterface vlan1\n", 0600);
	put("lib/msctl-1/platform", os10_box_platform, 0600);
	put("lib/msctl-1/new", "interface vlan100\n description blue\n exit\nno interface vlan1\n", 0600);
	put("lib/msctl-1/old", "no interface vlan100\nno description blue\ninterface vlan1\n", 0600);
	return 0;
}

static bool runs(const char *line)
{
	return !run("grep -qx '%s' %s/running", line, top);
}

static void test_os10_confirmed(void **state)
{
	(void)state;
	assert_int_equal(verb("stage"), 0);
	assert_int_equal(verb("validate"), 0);
	assert_true(!runs("interface vlan100") && runs("interface vlan1"));
	assert_int_equal(asked("clish discard"), 1);
	assert_int_equal(verb("commit 600"), 0);
	assert_true(runs("interface vlan100") && runs("description blue") && !runs("interface vlan1"));
	assert_int_not_equal(run("test -e %s/startup", top), 0);
	assert_int_equal(verb("confirm"), 0);
	assert_int_equal(run("cmp -s %s/running %s/startup", top, top), 0);
	assert_true(is_over("confirmed"));
}

static void test_os10_rolled_back(void **state)
{
	(void)state;
	assert_int_equal(verb("stage"), 0);
	assert_int_equal(verb("commit 600"), 0);
	assert_int_equal(verb("rollback"), 0);
	assert_true(!runs("interface vlan100") && !runs("description blue") && runs("interface vlan1"));
	assert_true(is_over("rolled back"));
}

static void test_os10_nobody_confirms(void **state)
{
	int64_t deadline = ms_clock_ms() + 60000;

	(void)state;
	assert_int_equal(verb("stage"), 0);
	assert_int_equal(verb("commit 1"), 0);
	while (!is_over("rolled back") && ms_clock_ms() < deadline)
		usleep(20000);
	assert_true(is_over("rolled back") && !runs("interface vlan100") && runs("interface vlan1"));
}

/* What is refused leaves no candidate; what stopped half-way goes back, line by line where it must. */
static void test_os10_half_applied(void **state)
{
	(void)state;
	assert_int_equal(verb("stage"), 0);
	put("refuse", "description blue", 0600);
	assert_int_not_equal(verb("validate"), 0);
	assert_int_not_equal(run("test -e %s/candidate", top), 0);
	assert_int_equal(run("rm %s/refuse", top), 0);
	put("half", "", 0600);
	assert_int_not_equal(verb("commit 600"), 0);
	assert_true(runs("interface vlan100") && runs("interface vlan1"));
	put("refuse", "no description blue", 0600);
	assert_int_equal(verb("rollback"), 0);
	assert_true(!runs("interface vlan100") && runs("interface vlan1"));
	assert_true(is_over("rolled back"));
}

static void test_os10_cannot_go_back(void **state)
{
	(void)state;
	assert_int_equal(verb("stage"), 0);
	assert_int_equal(verb("commit 600"), 0);
	put("refuse", "no interface vlan100", 0600);
	assert_int_not_equal(verb("rollback"), 0);
	assert_true(is_over("rolled back, with errors"));
	assert_int_equal(run("grep -qx 'interface vlan1' %s.running", folder), 0);
}

/* Somebody else's candidate is neither committed nor discarded. */
static void test_os10_open_candidate(void **state)
{
	(void)state;
	put("candidate", "interface vlan7\n", 0600);
	assert_int_equal(verb("stage"), 0);
	assert_int_not_equal(verb("validate"), 0);
	assert_int_not_equal(verb("commit 600"), 0);
	assert_int_equal(run("grep -qx 'interface vlan7' %s/candidate", top), 0);
	assert_true(!runs("interface vlan7") && !runs("interface vlan100"));
}

#define OS10(name) cmocka_unit_test_setup_teardown(test_os10_##name, set_up_os10, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(confirmed), TEST(rolled_back), TEST(nobody_confirms), TEST(half_applied),
					    TEST(abandoned), TEST_FRR(rolled_back), TEST_FRR(half_applied), TEST_FRR(confirmed),
					    TEST_FRR(broken), OS10(confirmed), OS10(rolled_back), OS10(nobody_confirms),
					    OS10(half_applied), OS10(cannot_go_back), OS10(open_candidate) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
