/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that runs out in lib/nic: while functions are read, planned, judged, changed, and while the vendor's tool answers. */
#include "nomem-fixture.h"
#include "host/host-private.h"
#include "nic/here.h"
#include "nic-peer.h"
#include "state/state.h"

static char dir[] = "/tmp/msctl-nic-nomem-XXXXXX";
/* Made with all the memory. */
static json_t *nic, *settings, *steps;
static struct peer peer;

/* ---- what is read ---- */

static int open_host(const char *record, struct ms_host **ret_host, struct ms_err *err)
{
	char netlink[128];
	struct ms_host_opts opts = { .root = peer.root, .netlink = netlink };

	snprintf(netlink, sizeof(netlink), "%s/%s", dir, record);
	return ms_host_open(&opts, ret_host, err);
}

static int observe(struct ms_host *host, struct ms_err *err)
{
	struct nic_here here = { .host = host };
	json_t *found = NULL, *status = NULL;
	int r = nic_here_read(&here, err);

	if (!r)
		r = nic_discover(&here, &found, err);
	if (!r && json_array_size(found) != 1)
		fail_msg("%zu found", json_array_size(found));
	if (!r)
		r = nic_observe(&here, nic, &status, err);
	if (!r && !json_equal(status, ms_at(nic, "/status/nic")))
		fail_msg("something else was read");
	nic_here_release(&here);
	json_decref(found);
	json_decref(status);
	return r;
}

static int observe_scenario(struct ms_err *err)
{
	struct ms_host *host = NULL;
	int r = open_host("observe", &host, err);

	if (!r)
		r = observe(host, err);
	ms_host_close(host);
	return r;
}

/* ---- what follows from it ---- */

static int judge_scenario(struct ms_err *err)
{
	struct ms_run run = { 0 };
	struct ms_item item = { .run = &run, .res = nic, .mine = true };
	int r = nic_plan(&item, err);

	if (!r && json_array_size(item.more) != json_array_size(steps))
		fail_msg("%zu Steps", json_array_size(item.more));
	if (!r)
		r = ms_rules_run(&item, nic_rules, err);
	json_decref(item.more);
	return r;
}

/* ---- what is changed ---- */

static int carry_out(void *device, const json_t *step, struct ms_err *err)
{
	json_t *now = NULL, *then = NULL;
	int r = nic_step_ops.read(NULL, device, step, &now, err);

	if (!r)
		r = nic_step_ops.act(NULL, device, step, now, err);
	if (!r)
		r = nic_step_ops.read(NULL, device, step, &then, err);
	json_decref(now);
	json_decref(then);
	return r;
}

static int change(struct ms_host *host, struct ms_err *err)
{
	struct nic_env env = { .host = host };
	const json_t *step;
	void *device = NULL;
	size_t i;
	int r = nic_step_ops.open(&env, nic, &device, err);

	json_array_foreach(steps, i, step) {
		/* The NIC is in use, its first function is not. */
		env.allow_use = !strcmp(ms_str(step, "/spec/action", ""), "nic.eswitch");
		if (!r)
			r = carry_out(device, step, err);
	}
	nic_step_ops.close(&env, device);
	return r;
}

static int change_scenario(struct ms_err *err)
{
	struct ms_host *host = NULL;
	int r = open_host("change", &host, err);

	if (!r)
		r = change(host, err);
	ms_host_close(host);
	return r;
}

/* ---- the vendor's tool ---- */

static const char tool[] = "#!/bin/sh\n"
			   "echo '*        NUM_OF_VFS     0     8     16'\n"
			   "echo '*        SRIOV_EN       0     True(1)  True(1)'\n";

static int set_up_to(struct ms_host *host, struct ms_err *err)
{
	static nic_get_fn *const parts[] = { nic_pci, nic_settings, NULL };
	json_t *want = json_pack("{s:{s:i}}", "settings", "LOG_MAX", 3), *status = NULL;
	struct nic_here here = { .host = host };
	struct nic_act act = { .here = &here, .nic = settings, .pci = "0000:01:00.0", .want = want };
	int r = want ? nic_here_read(&here, err) : ms_nomem(err);

	if (!r)
		r = nic_observe_parts(&here, settings, parts, &status, err);
	if (!r && json_object_size(ms_at(status, "/settings")) != 2)
		fail_msg("%zu settings", json_object_size(ms_at(status, "/settings")));
	if (!r)
		r = nic_act_setting(&act, err);
	nic_here_release(&here);
	json_decref(status);
	json_decref(want);
	return r;
}

static int tool_scenario(struct ms_err *err)
{
	struct ms_host *host = NULL;
	int r = open_host("tool", &host, err);

	if (!r)
		r = set_up_to(host, err);
	ms_host_close(host);
	return r;
}

/* ---- with all the memory ---- */

static void record(const char *name, int (*fn)(struct ms_host *host, struct ms_err *err))
{
	struct ms_host_opts opts = { .root = peer.root };
	struct ms_err err = MS_ERR_INIT;
	struct ms_host *host = NULL;
	struct ms_nl_ops ops;
	char path[128];
	void *ctx;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(ms_host_open(&opts, &host, &err), 0);
	assert_int_equal(ms_nl_record_new(path, &peer_ops, &peer, &ops, &ctx, &err), 0);
	ms_host_use_netlink(host, &ops, ctx);
	if (fn(host, &err) || ms_host_finish(host, &err))
		fail_msg("%s: %s", name, err.message);
	ms_host_close(host);
}

static int look_once(struct ms_host *host, struct ms_err *err)
{
	struct nic_here here = { .host = host };
	json_t *status = NULL;
	int r = nic_here_read(&here, err);

	if (!r)
		r = nic_observe(&here, nic, &status, err);
	nic_here_release(&here);
	r = r ? r : ms_status_set(nic, "nic", status);
	json_object_del(ms_at(nic, "/status/nic"), "observedAt");
	return r;
}

static void plan_once(void)
{
	struct ms_item item = { .res = nic, .mine = true };
	struct ms_err err = MS_ERR_INIT;

	if (nic_plan(&item, &err))
		fail_msg("%s", err.message);
	steps = item.more;
	/* Of what is in functions, parameters, eswitch, MTU, rings, channels, offloads. */
	assert_int_equal(json_array_size(steps), 9);
}

static void write_tool(void)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/mlxconfig", dir);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(tool, file) >= 0);
	assert_int_equal(fclose(file), 0);
	snprintf(path, sizeof(path), "chmod +x %s/mlxconfig", dir);
	assert_int_equal(system(path), 0);
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", dir);
	setenv("PATH", path, 1);
}

/* Two functions, one of them with a guest and behind a bridge; a disk over the network. */
static int prepare(void **state)
{
	char root[80];

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(root, sizeof(root), "%s/root", dir);
	peer_init(&peer, root);
	if (peer_sh(&peer, "echo 2 > devices/0000:01:00.0/sriov_numvfs && cd ../.. && mkdir -p ../proc/self ../proc/812/fd "
			   "class/nvme/nvme4 dev/block devices/virtual/ctl/nvme4/nvme4n1 class/block && "
			   "echo tcp > class/nvme/nvme4/transport && echo traddr=10.0.0.77 > class/nvme/nvme4/address && "
			   "echo '25 1 259:3 / / rw - ext4 /dev/nvme4n1 rw' > ../proc/self/mountinfo && "
			   "ln -s ../../devices/virtual/ctl/nvme4/nvme4n1 dev/block/259:3 && "
			   "ln -s ../../devices/virtual/ctl/nvme4/nvme4n1 class/block/ && "
			   "echo qemu > ../proc/812/comm && ln -s /dev/vfio/41 ../proc/812/fd/9"))
		return -1;
	peer_settle(&peer);
	if (peer_sh(&peer, "ln -sfn ../../drivers/vfio-pci devices/0000:01:01.1/driver"))
		return -1;
	peer.addresses[0] = htonl(0x0a000005);
	peer.routed = true;
	peer.bridged = 2;
	nic = json_loads("{\"apiVersion\": \"msctl/v1\", \"kind\": \"Nic\", \"metadata\": {\"name\": \"node01:eth0\"}, \"spec\": {\"server\": "
			 "\"node01\", \"mac\": \"b8:59:9f:00:00:01\", \"mtu\": 9000, \"rings\": {\"rx\": 4096}, \"channels\": {\"combined\": 32}, "
			 "\"offloads\": {\"hw-tc-offload\": true}, \"eswitch\": {\"inlineMode\": \"transport\"}, \"functions\": ["
			 "{\"index\": \"0\", \"vlan\": 5, \"trust\": true, \"spoofCheck\": true, \"minRate\": 1}, {\"index\": \"1\", \"trust\": true}], "
			 "\"parameters\": [{\"name\": \"flow_steering_mode\", \"value\": \"smfs\"}, "
			 "{\"name\": \"msix_vec_per_pf_max\", \"value\": 64, \"mode\": \"permanent\"}]}}", 0, NULL);
	settings = json_loads("{\"spec\": {\"mac\": \"b8:59:9f:00:00:01\", \"firmware\": {\"settings\": {\"NUM_OF_VFS\": 16, \"SRIOV_EN\": true}}}}",
			      0, NULL);
	if (!nic || !settings)
		return -1;
	write_tool();
	record("look", look_once);
	record("observe", observe);
	record("tool", set_up_to);
	plan_once();
	record("change", change);
	return 0;
}

static int clean_up(void **state)
{
	char command[64];

	(void)state;
	json_decref(nic);
	json_decref(settings);
	json_decref(steps);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void test_observe(void **state) { (void)state; survives(observe_scenario, 300); }
static void test_judge(void **state) { (void)state; survives(judge_scenario, 200); }
static void test_change(void **state) { (void)state; survives(change_scenario, 300); }
static void test_tool(void **state) { (void)state; survives(tool_scenario, 100); }

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_observe),
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_change),
		cmocka_unit_test(test_tool),
	};

	set_up();
	return cmocka_run_group_tests(tests, prepare, clean_up);
}
