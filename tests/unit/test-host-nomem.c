/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that runs out while a machine is read (lib/host, lib/roce), and while one is reached (lib/net/far.h). */
#include "nomem-fixture.h"
#include <sys/stat.h>
#include "net/far.h"
#include "roce/here.h"

static char dir[] = "/tmp/msctl-host-nomem-XXXXXX";
/* Made with all the memory: jansson drops octets of a text when it has none for them. */
static json_t *servers;

/* A machine that another test has: a folder for its files, a record of its netlink. */
static int open_case(const char *name, const char *record, struct ms_host **ret_host, struct ms_err *err)
{
	const char *top = getenv("TOP");
	char root[256], netlink[256];
	struct ms_host_opts opts = { .root = root, .netlink = netlink };

	snprintf(root, sizeof(root), "%s/tests/cases/%s/root", top ? top : ".", name);
	snprintf(netlink, sizeof(netlink), "%s/tests/cases/%s/%s", top ? top : ".", name, record);
	return ms_host_open(&opts, ret_host, err);
}

static int roce_scenario(struct ms_err *err)
{
	struct roce_here here = { 0 };
	struct ms_host *host = NULL;
	json_t *found = NULL, *status = NULL;
	int r = open_case("roce-host", "before", &host, err);

	if (r)
		return r;
	r = roce_here_init(host, &here, err);
	if (!r)
		r = roce_discover(&here, &found, err);
	if (!r)
		r = roce_observe(&here, json_array_get(found, 0), &status, err);
	if (here.host)
		roce_here_close(&here);
	json_decref(found);
	json_decref(status);
	return r;
}

static int file_scenario(struct ms_err *err)
{
	struct ms_host_opts opts = { .root = dir };
	struct ms_host *host = NULL;
	char **names = NULL, *text = NULL;
	json_t *statistics = NULL;
	int r = ms_host_open(&opts, &host, err);

	if (!r)
		r = ms_host_replace(host, "/ethtool/eth0", "a: 1\nb: 2\n: 3\nc: x\n", 19, 0644, err);
	if (!r)
		r = ms_host_statistics(host, "eth0", &statistics, err);
	if (!r && json_object_size(statistics) != 2)
		fail_msg("%zu statistics", json_object_size(statistics));
	if (!r)
		r = ms_host_list(host, "/ethtool", &names, err);
	if (!r)
		r = ms_host_set(host, "/ethtool/eth0", "a: 1\nb: 2\n: 3\nc: x", err);
	if (!r)
		r = ms_host_read(host, "/ethtool/eth0", &text, err);
	if (!r)
		r = ms_host_remove(host, "/ethtool/eth0", err);
	ms_strv_free(names);
	free(text);
	json_decref(statistics);
	ms_host_close(host);
	return r;
}

/* ---- far ends ---- */

/* In place of ssh: what the shell there would say, and everything back. */
static const char ssh[] = "#!/bin/sh\n"
			  "for line; do :; done\n"
			  "mark=${line##*\\'sh\\'\\ \\'}\n"
			  "echo \"${mark%%\\'*} run\"\n"
			  "exec cat\n";
static int far_scenario(struct ms_err *err)
{
	static const char *const argv[] = { "msctl-nic", "get", "--local", NULL };
	struct ms_far_opts opts = { .argv = argv, .seconds = 60 };
	json_t *back = NULL;
	int r = ms_loop_new(&opts.loop, err);

	if (!r)
		r = ms_far_run(&opts, json_array_get(servers, 0), servers, &back, err);
	if (!r && json_array_size(back) != 1)
		fail_msg("%zu came back", json_array_size(back));
	ms_loop_free(opts.loop);
	json_decref(back);
	return r;
}

static int talk_scenario(struct ms_err *err)
{
	static const char *const argv[] = { "msctl-roce", "probe", "--endpoint", NULL };
	struct ms_far_opts opts = { .argv = argv, .seconds = 60, .libraries = true };
	json_t *server = json_array_get(servers, 0), *line = NULL;
	struct ms_far *far = NULL;
	int r = ms_loop_new(&opts.loop, err);

	if (!r)
		r = ms_far_open(&opts, server, &far, err);
	if (!r)
		r = ms_far_send(far, server, err);
	if (!r)
		r = ms_far_receive(far, ms_clock_ms() + 60000, &line, err);
	ms_far_close(far);
	ms_loop_free(opts.loop);
	json_decref(line);
	return r;
}

static void test_roce(void **state) { (void)state; survives(roce_scenario, 300); }
static void test_files(void **state) { (void)state; survives(file_scenario, 15); }
static void test_far(void **state) { (void)state; survives(far_scenario, 50); }
static void test_talk(void **state) { (void)state; survives(talk_scenario, 50); }

static int make_dir(void **state)
{
	char path[256];
	FILE *file;

	(void)state;
	servers = json_loads("[{\"kind\": \"Server\", \"metadata\": {\"name\": \"node01\"}, \"spec\": {\"os\": {\"ssh\": {\"address\": \"h\", "
			     "\"hostKey\": \"ssh-ed25519 AAAA\", \"credentials\": {\"username\": \"u\", \"key\": \"/dev/null\"}}}}}]", 0, NULL);
	if (!servers || !mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/ethtool", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/ssh", dir);
	file = fopen(path, "we");
	if (!file || fputs(ssh, file) < 0 || fclose(file) || chmod(path, 0700))
		return -1;
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", dir);
	return setenv("PATH", path, 1) || setenv("XDG_RUNTIME_DIR", "/tmp", 1);
}

static int drop_dir(void **state)
{
	char command[64];

	(void)state;
	json_decref(servers);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roce), cmocka_unit_test(test_files), cmocka_unit_test(test_far),
		cmocka_unit_test(test_talk),
	};

	set_up();
	return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
