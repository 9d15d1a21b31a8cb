/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our NETCONF with a server that somebody else wrote: netconfd of Yuma, behind a real sshd. */
#include "core-fixture.h"
#include "net/ssh.h"
#include "ssh-fixture.h"

#define SERVER "/usr/sbin/netconfd"
#define SUBSYSTEM "/usr/sbin/netconf-subsystem"
#define LOCK "<lock><target><candidate/></target></lock>"
#define UNLOCK "<unlock><target><candidate/></target></unlock>"

struct rig { struct sshd sshd; struct ms_child *server; struct ms_ssh *ssh; };

static void server_start(struct rig *rig)
{
	char socket[128], socket_arg[160], port[32], user[80], more[256];
	/* It leaves a copy of its configuration where it was started. */
	const char *const argv[] = { "sh", "-c", "cd \"$0\" && exec \"$@\"", rig->sshd.dir, SERVER, "--no-startup",
				     "--target=candidate", socket_arg, port, user, NULL };
	struct ms_child_opts opts = { .argv = argv, .what = "netconfd" };
	int64_t deadline = ms_clock_ms() + 60000;
	struct ms_err err = MS_ERR_INIT;

	snprintf(socket, sizeof(socket), "%s/netconf.sock", rig->sshd.dir);
	snprintf(socket_arg, sizeof(socket_arg), "--ncxserver-sockname=%s", socket);
	snprintf(port, sizeof(port), "--port=%u", rig->sshd.port);
	snprintf(user, sizeof(user), "--superuser=%s", rig->sshd.user);
	snprintf(more, sizeof(more), "'Subsystem netconf " SUBSYSTEM " --ncxserver-sockname=%u@%s'", rig->sshd.port, socket);
	ms_child_free(rig->sshd.child);
	sshd_start(&rig->sshd, more);
	assert_int_equal(ms_child_start(rig->sshd.loop, &opts, &rig->server, &err), 0);
	while (access(socket, F_OK)) {
		if (!ms_child_runs(rig->server) || ms_clock_ms() > deadline)
			fail_msg("netconfd: %s", ms_child_errors(rig->server));
		ms_task_sleep(rig->sshd.loop, 20);
	}
}

static struct ms_netconf *session(struct rig *rig)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_netconf *netconf = NULL;

	if (ms_netconf_open(rig->ssh, &netconf, &err))
		fail_msg("%s", err.message);
	return netconf;
}

static void must(struct ms_netconf *netconf, const char *operation)
{
	struct ms_err err = MS_ERR_INIT;

	if (ms_netconf_rpc(netconf, operation, 30, NULL, NULL, &err))
		fail_msg("%s: %s", operation, err.message);
}

/* What the driver of Junos asks of a candidate, as far as RFC 6241 has it. */
static void a_change(struct rig *rig)
{
	struct ms_netconf *one = session(rig), *two = session(rig);
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_FREE char *reply = NULL;

	assert_true(ms_netconf_can(one, "urn:ietf:params:netconf:base:1.1"));
	assert_true(ms_netconf_can(one, "urn:ietf:params:netconf:capability:confirmed-commit:1.1"));
	assert_non_null(ms_netconf_session_id(one));
	must(one, LOCK);
	assert_true(ms_netconf_rpc(two, LOCK, 30, NULL, NULL, &err) < 0);
	assert_int_equal(err.code, MS_CONFLICT);
	ms_err_clear(&err);
	must(one, "<validate><source><candidate/></source></validate>");
	must(one, "<commit><confirmed/><confirm-timeout>60</confirm-timeout></commit>");
	must(one, "<commit/>");
	must(one, "<discard-changes/>");
	must(one, UNLOCK);
	must(two, LOCK);
	must(two, UNLOCK);
	/* More than one chunk, and afterwards an operation that nobody knows. */
	assert_int_equal(ms_netconf_rpc(two, "<get/>", 30, &reply, NULL, &err), 0);
	assert_true(strlen(reply) > 4096 && strstr(reply, "<data"));
	assert_true(ms_netconf_rpc(two, "<make-coffee/>", 30, NULL, NULL, &err) < 0);
	must(two, "<get-config><source><running/></source></get-config>");
	ms_netconf_close(two);
	ms_netconf_close(one);
}

static void speaks_with_yuma(void **state)
{
	struct rig rig = { 0 };
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	if (access(SERVER, X_OK) || access(SUBSYSTEM, X_OK)) {
		print_message("no " SERVER ": nothing is tested\n");
		skip();
	}
	if (!sshd_setup(&rig.sshd, ""))
		skip();
	server_start(&rig);
	assert_int_equal(ms_ssh_open(rig.sshd.loop, &rig.sshd.opts, &rig.ssh, &err), 0);
	a_change(&rig);
	ms_ssh_close(rig.ssh);
	ms_child_free(rig.server);
	sshd_teardown(&rig.sshd);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(speaks_with_yuma) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
