/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msctl-nic against a kernel of our own: what plan says, apply does, and a second plan is empty. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "nic/nic.h"
#include "nic-peer.h"
#include "state/state.h"

static char dir[64];
static struct peer peer;
static struct ms_host *host;
static bool allow_use;

/* ---- the verbs, with that kernel ---- */

static int get_one(struct ms_item *item, struct ms_err *err)
{
	struct nic_here here = { .host = host };
	json_t *status = NULL;
	int r = nic_here_read(&here, err);

	if (!r)
		r = nic_observe(&here, item->res, &status, err);
	nic_here_release(&here);
	return r ? r : ms_status_set(item->res, "nic", status);
}

static int verb_get(struct ms_run *run, struct ms_err *err)
{
	return ms_run_each(run, get_one, NULL, err);
}

static int verb_apply(struct ms_run *run, struct ms_err *err)
{
	static const char *const allow[] = { "reboot", "data", NULL };
	struct nic_env env = { .host = host, .loop = run->loop, .allow_use = allow_use };
	struct ms_apply_opts opts = { .allow = allow };
	struct ms_store *store = NULL;
	int r = ms_store_open(NULL, run->loop, &store, err);

	if (!r)
		r = ms_apply(run, store, &nic_step_ops, &env, &opts, err);
	ms_store_close(store);
	return r;
}

static const char *const nics[] = { "Nic", NULL }, *const steps[] = { "Step", "Nic", NULL };
static const struct nic_args defaults = { 0 };
static const struct ms_verb verbs[] = {
	{ .name = "get", .help = "get", .kinds = nics, .fn = verb_get },
	{ .name = "plan", .help = "plan", .kinds = nics, .fn = nic_verb_plan },
	{ .name = "apply", .help = "apply", .kinds = steps, .touches = true, .fn = verb_apply },
	MS_VERB_END
};
static const struct ms_cmd cmd = {
	.name = "msctl-nic", .help = "test", .args_size = sizeof(struct nic_args), .args_default = &defaults, .verbs = verbs,
};

/* ---- running them ---- */

static char *said;

static json_t *parse(const char *text)
{
	json_t *all = json_array(), *value;
	json_error_t error;
	size_t at = 0, len = strlen(text);

	while (at < len && (value = json_loadb(text + at, len - at, JSON_DISABLE_EOF_CHECK, &error))) {
		json_array_append_new(all, value);
		at += (size_t)error.position;
		at += strspn(text + at, " \n");
	}
	return all;
}

/* What the verb writes; its errors are in `said`. */
static json_t *run(const char *verb, const json_t *input, int status)
{
	char *argv[] = { (char *)"msctl-nic", (char *)verb, (char *)"-ojson", NULL }, *text = NULL;
	FILE *in = tmpfile(), *out, *errors;
	size_t out_len, err_len, i;
	json_t *res, *result;
	int r;

	free(ms_take(said));
	out = open_memstream(&text, &out_len);
	errors = open_memstream(&said, &err_len);
	json_array_foreach((json_t *)input, i, res) {
		json_dumpf(res, in, JSON_COMPACT);
		fputc('\n', in);
	}
	rewind(in);
	r = ms_cmd_run(&cmd, 3, argv, in, out, errors);
	fclose(in);
	fclose(out);
	fclose(errors);
	if (r != status)
		fail_msg("%s: status %d\n%s\n%s", verb, r, said, text);
	result = parse(text);
	free(text);
	return result;
}

static size_t count_steps(const json_t *stream, const char *state)
{
	size_t n = 0, i;
	json_t *res;

	json_array_foreach((json_t *)stream, i, res)
		n += ms_streq(ms_kind(res), "Step") && (!state || ms_streq(ms_str(res, "/status/state", NULL), state));
	return n;
}

static json_t *nic_new(const char *spec)
{
	json_t *nic = ms_resource_new("Nic", "node01:eth0"), *more = json_loads(spec, 0, NULL), *all = json_array();

	assert_non_null(more);
	json_object_update(json_object_get(nic, "spec"), more);
	json_object_set_new(json_object_get(nic, "spec"), "server", json_string("node01"));
	json_object_set_new(json_object_get(nic, "spec"), "mac", json_string("b8:59:9f:00:00:01"));
	json_decref(more);
	json_array_append_new(all, nic);
	return all;
}

static json_t *plan(const json_t *nic, int status)
{
	json_auto_t *got = run("get", nic, 0);

	return run("plan", got, status);
}

static const json_t *step_of(const json_t *stream, const char *action)
{
	size_t i;
	json_t *res;

	json_array_foreach((json_t *)stream, i, res)
		if (ms_streq(ms_str(res, "/spec/action", NULL), action))
			return res;
	fail_msg("no Step %s", action);
	return NULL;
}

/* Plan `n` Steps, carry them out, and plan nothing. */
static void settle(const char *spec, size_t n)
{
	json_auto_t *nic = nic_new(spec), *planned = plan(nic, 0), *done = NULL, *again = NULL;

	if (count_steps(planned, NULL) != n)
		fail_msg("%s: %zu Steps, not %zu", spec, count_steps(planned, NULL), n);
	done = run("apply", planned, 0);
	assert_int_equal(count_steps(done, "done"), n);
	again = plan(nic, 0);
	assert_int_equal(count_steps(again, NULL), 0);
}

static void sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void sh(const char *fmt, ...)
{
	char command[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	if (system(command))
		fail_msg("failed: %s", command);
}

static int setup(void **state)
{
	struct ms_host_opts opts = { 0 };
	struct ms_err err = MS_ERR_INIT;
	char root[80], store[80];

	(void)state;
	strcpy(dir, "/tmp/msctl-nic-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(root, sizeof(root), "%s/root", dir);
	snprintf(store, sizeof(store), "%s/state.db", dir);
	setenv("MSCTL_STATE", store, 1);
	peer_init(&peer, root);
	opts.root = root;
	assert_int_equal(ms_host_open(&opts, &host, &err), 0);
	ms_host_use_netlink(host, &peer_ops, &peer);
	allow_use = false;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ms_host_close(host);
	free(ms_take(said));
	sh("rm -rf %s", dir);
	return 0;
}

/* ---- functions ---- */

static void test_count(void **state)
{
	(void)state;
	settle("{\"vfs\": 4}", 1);
	assert_int_equal(peer.n, 4);
	settle("{\"vfs\": 6}", 1);
	settle("{\"vfs\": 0}", 1);
	settle("{}", 0);
}

static void test_settings(void **state)
{
	(void)state;
	settle("{\"vfs\": 2, \"functions\": ["
	       "{\"index\": \"0\", \"mac\": \"02:00:00:00:01:00\", \"vlan\": 100, \"priority\": 3, \"spoofCheck\": true},"
	       "{\"index\": \"1\", \"vlan\": 200, \"protocol\": \"802.1ad\", \"trust\": true, \"minRate\": 100,"
	       " \"maxRate\": 5000, \"linkState\": \"enable\"}]}",
	       3);
	assert_int_equal(peer.functions[0].vlan, 100);
	assert_int_equal(peer.functions[0].qos, 3);
	assert_int_equal(peer.functions[0].spoof, 1);
	assert_memory_equal(peer.functions[0].mac, "\2\0\0\0\1\0", 6);
	assert_int_equal(peer.functions[1].proto, htons(ETH_P_8021AD));
	assert_int_equal(peer.functions[1].max, 5000);
	assert_int_equal(peer.functions[1].link, 1);
	/* Only what changes is sent. */
	peer.sets = 0;
	settle("{\"functions\": [{\"index\": \"0\", \"vlan\": 100, \"priority\": 4}]}", 1);
	assert_int_equal(peer.sets, 1);
	assert_int_equal(peer.functions[0].vlan, 100);
	/* Made anew they have lost it all, and get it back. */
	settle("{\"vfs\": 3, \"functions\": [{\"index\": \"0\", \"vlan\": 100}, {\"index\": \"2\", \"vlan\": 101}]}", 3);
	assert_int_equal(peer.functions[2].vlan, 101);
}

static void test_driver(void **state)
{
	(void)state;
	settle("{\"vfs\": 2, \"functions\": [{\"index\": \"1\", \"driver\": \"vfio-pci\"}]}", 2);
	sh("test $(basename $(readlink %s/sys/bus/pci/devices/0000:01:01.1/driver)) = vfio-pci", peer.root);
	settle("{\"functions\": [{\"index\": \"1\", \"driver\": \"none\"}]}", 1);
	sh("test ! -e %s/sys/bus/pci/devices/0000:01:01.1/driver", peer.root);
	settle("{\"functions\": [{\"index\": \"1\", \"driver\": \"kernel\"}]}", 1);
}

static void test_refused(void **state)
{
	json_auto_t *nic = nic_new("{\"vfs\": 9}"), *planned = plan(nic, MS_EXIT_PARTIAL), *other = NULL, *done = NULL;

	(void)state;
	assert_non_null(strstr(said, "9 virtual functions are wanted, its firmware gives 8"));
	json_decref(planned);
	json_decref(nic);
	nic = nic_new("{\"vfs\": 2, \"functions\": [{\"index\": \"2\", \"vlan\": 5}]}");
	planned = plan(nic, MS_EXIT_PARTIAL);
	assert_non_null(strstr(said, "function 2, but there are to be 2"));
	/* The driver's refusal is the Step's failure, with the kernel's errno. */
	settle("{\"vfs\": 1}", 1);
	json_decref(nic);
	json_decref(planned);
	nic = nic_new("{\"functions\": [{\"index\": \"0\", \"trust\": true}]}");
	planned = plan(nic, 0);
	peer.refuse = -EOPNOTSUPP;
	done = run("apply", planned, MS_EXIT_PARTIAL);
	assert_non_null(strstr(said, "trust of function 0 of eth0"));
	assert_string_equal(ms_str(step_of(done, "nic.function"), "/status/error/code", ""), "unsupported");
	/* Somebody else was faster. */
	peer.functions[0].trust = 0;
	json_decref(planned);
	json_decref(nic);
	nic = nic_new("{\"functions\": [{\"index\": \"0\", \"vlan\": 7}]}");
	planned = plan(nic, 0);
	peer.functions[0].vlan = 9;
	other = run("apply", planned, MS_EXIT_PARTIAL);
	assert_string_equal(ms_str(step_of(other, "nic.function"), "/status/error/code", ""), "precondition");
	assert_int_equal(peer.functions[0].vlan, 9);
}

/* ---- devlink, ethtool ---- */

static void test_eswitch(void **state)
{
	json_auto_t *nic = nic_new("{}"), *got = NULL;

	(void)state;
	settle("{\"vfs\": 2, \"eswitch\": {\"mode\": \"switchdev\", \"inlineMode\": \"transport\", \"encap\": true}}", 2);
	assert_int_equal(peer.mode, DEVLINK_ESWITCH_MODE_SWITCHDEV);
	assert_int_equal(peer.inlined, DEVLINK_ESWITCH_INLINE_MODE_TRANSPORT);
	got = run("get", nic, 0);
	assert_string_equal(ms_str(got, "/0/status/nic/eswitch/representors/1/netdev", ""), "eth0_1");
	assert_int_equal(ms_int(got, "/0/status/nic/eswitch/representors/1/function", -1), 1);
	settle("{\"eswitch\": {\"mode\": \"legacy\"}}", 1);
}

/* An answer without anything in it is no eswitch. */
static void test_no_eswitch(void **state)
{
	json_auto_t *nic = nic_new("{}"), *got = NULL;

	(void)state;
	peer.no_eswitch = true;
	got = run("get", nic, 0);
	assert_non_null(ms_at(got, "/0/status/nic/parameters"));
	assert_null(ms_at(got, "/0/status/nic/eswitch"));
}

static void test_parameters(void **state)
{
	json_auto_t *nic = NULL, *got = NULL, *planned = NULL;

	(void)state;
	settle("{\"parameters\": [{\"name\": \"enable_roce\", \"value\": false},"
	       "{\"name\": \"flow_steering_mode\", \"value\": \"smfs\"}]}",
	       2);
	assert_false(peer.roce_runs);
	assert_int_equal(peer.reloads, 1);
	assert_string_equal(peer.steering, "smfs");
	/* What only a restart brings is set, shown as pending, and planned no more. */
	settle("{\"parameters\": [{\"name\": \"msix_vec_per_pf_max\", \"value\": 64, \"mode\": \"permanent\"}]}", 1);
	nic = nic_new("{}");
	got = run("get", nic, 0);
	assert_true(ms_bool(got, "/0/status/nic/parameters/msix_vec_per_pf_max/pending", false));
	assert_string_equal(ms_str(got, "/0/status/nic/parameters/msix_vec_per_pf_max/needs", ""), "reboot");
	json_decref(nic);
	nic = nic_new("{\"parameters\": [{\"name\": \"no_such\", \"value\": 1}]}");
	planned = plan(nic, MS_EXIT_PARTIAL);
	assert_non_null(strstr(said, "no devlink parameter \"no_such\""));
}

/* A reload that fails leaves nothing that a later plan would take for done. */
static void test_reload_refused(void **state)
{
	json_auto_t *nic = nic_new("{\"parameters\": [{\"name\": \"enable_roce\", \"value\": false}]}"),
		    *planned = plan(nic, 0), *done = NULL, *again = NULL;

	(void)state;
	peer.refuse_reload = true;
	done = run("apply", planned, MS_EXIT_PARTIAL);
	assert_non_null(strstr(said, "reload of pci/0000:01:00.0"));
	assert_true(peer.roce);
	again = plan(nic, 0);
	assert_int_equal(count_steps(again, NULL), 1);
}

static void test_interface(void **state)
{
	json_auto_t *nic = NULL, *planned = NULL;

	(void)state;
	settle("{\"mtu\": 9000, \"rings\": {\"rx\": 4096}, \"channels\": {\"combined\": 32},"
	       "\"offloads\": {\"hw-tc-offload\": true, \"rx-gro-hw\": false}}",
	       4);
	assert_int_equal(peer.mtu, 9000);
	assert_int_equal(peer.rx, 4096);
	assert_int_equal(peer.tx, 1024);
	assert_int_equal(peer.combined, 32);
	assert_true(peer.tc && !peer.gro);
	nic = nic_new("{\"channels\": {\"combined\": 64}}");
	planned = plan(nic, MS_EXIT_PARTIAL);
	assert_non_null(strstr(said, "channels.combined: 64 are wanted, the device has 63 at most"));
}

static void test_firmware(void **state)
{
	(void)state;
	settle("{\"firmware\": {\"version\": \"22.41.1000\", \"file\": \"fw.bin\"}}", 1);
	settle("{\"firmware\": {\"version\": \"22.41.1000\"}}", 0);
}

/* Whose serial number nobody tells is not written to. */
static void test_nameless(void **state)
{
	json_auto_t *nic = nic_new("{\"firmware\": {\"version\": \"22.41.1000\", \"file\": \"fw.bin\"}}"), *planned = NULL;

	(void)state;
	peer.no_serial = true;
	planned = plan(nic, MS_EXIT_PARTIAL);
	assert_int_equal(count_steps(planned, NULL), 0);
	assert_non_null(strstr(said, "no serial number"));
}

/* ---- what a Step asks ---- */

/* Only what it is about is read, before and after it; what a Step read last serves the next. */
static void test_asked(void **state)
{
	static const struct { const char *spec; size_t steps; unsigned most; } cases[] = {
		{ "{\"mtu\": 9000}", 1, 5 },
		{ "{\"rings\": {\"rx\": 4096}}", 1, 5 },
		{ "{\"mtu\": 4000, \"rings\": {\"rx\": 512}, \"channels\": {\"combined\": 32}, \"offloads\": {\"hw-tc-offload\": true}}", 4, 14 },
		{ "{\"vfs\": 4, \"functions\": [{\"index\": \"0\", \"vlan\": 5}, {\"index\": \"1\", \"vlan\": 6}, {\"index\": \"2\", \"vlan\": 7}]}",
		  4, 39 },
		{ "{\"functions\": [{\"index\": \"0\", \"vlan\": 8}, {\"index\": \"1\", \"vlan\": 9}, {\"index\": \"2\", \"trust\": true}]}",
		  3, 21 },
		{ "{\"parameters\": [{\"name\": \"enable_roce\", \"value\": false}, {\"name\": \"flow_steering_mode\", \"value\": \"smfs\"}]}",
		  2, 17 },
		{ "{\"eswitch\": {\"mode\": \"switchdev\"}}", 1, 14 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		json_auto_t *nic = nic_new(cases[i].spec), *planned = plan(nic, 0), *done = NULL;

		assert_int_equal(count_steps(planned, NULL), cases[i].steps);
		peer.asked = 0;
		done = run("apply", planned, 0);
		if (peer.asked > cases[i].most)
			fail_msg("%s: %u requests, %u at most", cases[i].spec, peer.asked, cases[i].most);
	}
}

/* ---- use ---- */

static void expect_use(const char *pointer, const char *text)
{
	json_auto_t *nic = nic_new("{}"), *got = run("get", nic, 0);
	char path[128];
	MS_AUTO_FREE char *uses = NULL;

	snprintf(path, sizeof(path), "/0/status/nic%s", pointer);
	uses = ms_json_text(ms_at(got, "%s", path), MS_JSON_COMPACT);
	if (!uses || !strstr(uses, text))
		fail_msg("%s: %s, not %s", path, uses, text);
}

/* Refused, and carried out when it is allowed. */
static void expect_refused(const char *spec, const char *text)
{
	json_auto_t *nic = nic_new(spec), *planned = plan(nic, 0), *refused = run("apply", planned, MS_EXIT_PARTIAL), *done = NULL;

	if (!strstr(said, text) || !strstr(said, "--allow use"))
		fail_msg("%s, not %s", said, text);
	assert_int_equal(count_steps(refused, "done"), 0);
	allow_use = true;
	done = run("apply", planned, 0);
	assert_int_equal(count_steps(done, "done"), count_steps(planned, NULL));
	allow_use = false;
}

static void test_management(void **state)
{
	(void)state;
	setenv("SSH_CONNECTION", "10.9.9.9 40000 10.0.0.5 22", 1);
	peer.addresses[0] = htonl(0x0a000005);
	peer.routed = true;
	sh("cd %s && mkdir -p proc/self sys/class/nvme/nvme4 sys/dev/block sys/devices/virtual/nvme-fabrics/ctl/nvme4/nvme4n1 &&"
	   "echo tcp > sys/class/nvme/nvme4/transport && echo traddr=10.0.0.77,trsvcid=4420 > sys/class/nvme/nvme4/address &&"
	   "echo '25 1 259:3 / / rw - ext4 /dev/nvme4n1 rw' > proc/self/mountinfo &&"
	   "ln -s ../../devices/virtual/nvme-fabrics/ctl/nvme4/nvme4n1 sys/dev/block/259:3", peer.root);
	expect_use("/use", "root disk nvme4 at 10.0.0.77");
	expect_use("/use", "default route");
	expect_use("/use", "ssh from 10.9.9.9");
	expect_use("/use", "address 10.0.0.5/24");
	/* Functions come and go without their NIC, which another mode of the eswitch starts anew. */
	settle("{\"vfs\": 2}", 1);
	expect_refused("{\"eswitch\": {\"mode\": \"switchdev\"}}", "root disk nvme4");
	expect_refused("{\"parameters\": [{\"name\": \"enable_roce\", \"value\": false}]}", "ssh from");
	settle("{\"mtu\": 9000}", 1);
	unsetenv("SSH_CONNECTION");
}

static void test_tenants(void **state)
{
	(void)state;
	settle("{\"vfs\": 3, \"functions\": [{\"index\": \"1\", \"driver\": \"vfio-pci\"}]}", 2);
	/* Bound, but nobody's. */
	settle("{\"vfs\": 4, \"functions\": [{\"index\": \"1\", \"driver\": \"vfio-pci\"}]}", 2);
	sh("mkdir -p %s/proc/812/fd && echo qemu > %s/proc/812/comm && ln -s /dev/vfio/41 %s/proc/812/fd/9", peer.root,
	   peer.root, peer.root);
	peer.away = 1;
	peer.addresses[3] = htonl(0x0a000105);
	expect_use("/sriov/functions/0/use", "function 0: its interface is in another network namespace");
	expect_use("/sriov/functions/1/use", "function 1: a guest's, opened by qemu (812)");
	expect_use("/sriov/functions/2/use", "function 2: address 10.0.1.5/24");
	settle("{\"functions\": [{\"index\": \"1\", \"trust\": true}, {\"index\": \"3\", \"vlan\": 9}]}", 2);
	expect_refused("{\"functions\": [{\"index\": \"1\", \"vlan\": 77}]}", "opened by qemu (812)");
	expect_refused("{\"functions\": [{\"index\": \"1\", \"driver\": \"kernel\"}]}", "opened by qemu (812)");
	expect_refused("{\"vfs\": 0}", "function 2: address 10.0.1.5/24");
}

/* In an eswitch a tenant may be seen by the bridge that the port of its function is in. */
static void test_representors(void **state)
{
	(void)state;
	settle("{\"vfs\": 2, \"eswitch\": {\"mode\": \"switchdev\"}}", 2);
	peer.bridged = 2;
	expect_use("/sriov/functions/1/use", "function 1: representor eth0_1: bridge br0");
	settle("{\"functions\": [{\"index\": \"0\", \"vlan\": 9}]}", 1);
	expect_refused("{\"vfs\": 0}", "representor eth0_1: bridge br0");
}

/* Functions of an NVMe controller have disks, by a path of their own or by the multipath disk that it belongs to. */
static void test_disks(void **state)
{
	json_auto_t *all = json_array(), *got = NULL, *planned = NULL, *refused = NULL, *done = NULL;
	json_t *nic = ms_resource_new("Nic", "node01:nvme"), *functions;

	(void)state;
	settle("{\"vfs\": 3}", 1);
	sh("cd %s && mkdir -p proc/self sys/class/block sys/dev/block sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1 &&"
	   "rm -r sys/class/net && cd sys/bus/pci/devices && rm 0000:01:01.[12]/driver &&"
	   "mkdir -p 0000:01:01.1/nvme/nvme2/nvme0c2n1 0000:01:01.2/ata1/host0/sda/sda1 && : > 0000:01:01.2/ata1/host0/sda/sda1/partition &&"
	   "cd ../../../class/block && ln -s ../../bus/pci/devices/0000:01:01.1/nvme/nvme2/nvme0c2n1 &&"
	   "ln -s ../../bus/pci/devices/0000:01:01.2/ata1/host0/sda && ln -s ../../bus/pci/devices/0000:01:01.2/ata1/host0/sda/sda1 &&"
	   "ln -s ../../devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1 && cp -P nvme0n1 ../../dev/block/259:1 &&"
	   "echo '25 1 259:1 / / rw - ext4 /dev/nvme0n1 rw' > ../../../proc/self/mountinfo", peer.root);
	json_object_set_new(json_object_get(nic, "spec"), "pci", json_string("0000:01:00.0"));
	json_object_set_new(json_object_get(nic, "spec"), "vfs", json_integer(0));
	json_array_append_new(all, nic);
	got = run("get", all, 0);
	functions = ms_at(got, "/0/status/nic/sriov/functions");
	/* Bound to the driver of its physical function, which has no interface either. */
	assert_null(ms_at(functions, "/0/use"));
	assert_string_equal(ms_str(functions, "/1/use/0", ""), "function 1: root disk nvme0n1");
	assert_string_equal(ms_str(functions, "/2/use/0", ""), "function 2: disk sda");
	assert_int_equal(json_array_size(ms_at(functions, "/2/use")), 1);
	planned = run("plan", got, 0);
	refused = run("apply", planned, MS_EXIT_PARTIAL);
	assert_non_null(strstr(said, "root disk nvme0n1, function 2: disk sda"));
	allow_use = true;
	done = run("apply", planned, 0);
	assert_int_equal(count_steps(done, "done"), 1);
}

/* Interfaces of InfiniBand have a kind although they are of a device. */
static void test_ipoib(void **state)
{
	json_auto_t *nic = nic_new("{}"), *got = NULL;

	(void)state;
	peer.ipoib = true;
	got = run("get", nic, 0);
	assert_string_equal(ms_str(got, "/0/status/nic/pci/address", ""), "0000:01:00.0");
	assert_int_equal(ms_int(got, "/0/status/nic/sriov/total", 0), PEER_VFS);
}

/* Without a PCI bus, by the interface: what it is of. */
static void test_other_bus(void **state)
{
	struct nic_here here = { .host = host };
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *found = NULL, *got = NULL;

	(void)state;
	sh("cd %s/sys && mkdir -p bus/platform devices/netsec.0 && ln -s ../../bus/platform devices/netsec.0/subsystem &&"
	   "rm -r class/net/eth0/device bus/pci/devices/* && ln -s ../../../devices/netsec.0 class/net/eth0/device &&"
	   "echo 0 > devices/netsec.0/sriov_numvfs", peer.root);
	assert_int_equal(nic_here_read(&here, &err), 0);
	assert_int_equal(nic_discover(&here, &found, &err), 0);
	nic_here_release(&here);
	assert_int_equal(json_array_size(found), 1);
	assert_string_equal(ms_str(found, "/0/spec/netdev", ""), "eth0");
	got = run("get", found, 0);
	assert_string_equal(ms_str(got, "/0/status/nic/device/bus", ""), "platform");
	assert_string_equal(ms_str(got, "/0/status/nic/device/name", ""), "netsec.0");
	assert_null(ms_at(got, "/0/status/nic/pci"));
	assert_int_equal(ms_int(got, "/0/status/nic/sriov/vfs", -1), 0);
}

/* Drivers with one function for all ports (mlx4, cxgb4): each of them is found. */
static void test_two_ports(void **state)
{
	struct nic_here here = { .host = host };
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *found = NULL, *got = NULL;

	(void)state;
	peer.two_ports = true;
	sh("mkdir %s/sys/class/net/eth1 && ln -s ../../../bus/pci/devices/0000:01:00.0 %s/sys/class/net/eth1/device", peer.root,
	   peer.root);
	assert_int_equal(nic_here_read(&here, &err), 0);
	assert_int_equal(nic_discover(&here, &found, &err), 0);
	nic_here_release(&here);
	assert_int_equal(json_array_size(found), 2);
	assert_string_equal(ms_str(found, "/0/spec/pci", ""), "0000:01:00.0");
	assert_string_equal(ms_str(found, "/1/spec/netdev", ""), "eth1");
	got = run("get", found, 0);
	assert_string_equal(ms_str(got, "/0/status/nic/netdev", ""), "eth0");
	assert_string_equal(ms_str(got, "/1/status/nic/netdev", ""), "eth1");
	assert_string_equal(ms_str(got, "/1/status/nic/pci/address", ""), "0000:01:00.0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_count, setup, teardown),
		cmocka_unit_test_setup_teardown(test_settings, setup, teardown),
		cmocka_unit_test_setup_teardown(test_driver, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_eswitch, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_eswitch, setup, teardown),
		cmocka_unit_test_setup_teardown(test_representors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_disks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ipoib, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_bus, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_ports, setup, teardown),
		cmocka_unit_test_setup_teardown(test_parameters, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reload_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_interface, setup, teardown),
		cmocka_unit_test_setup_teardown(test_firmware, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nameless, setup, teardown),
		cmocka_unit_test_setup_teardown(test_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_management, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tenants, setup, teardown),
	};

	setenv("MSCTL_NOW", "2026-11-22T08:00:00Z", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
