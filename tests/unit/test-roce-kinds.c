/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts that are not like the one of the other tests: bonds, older kernels, what is loaded and what
 * is not. */
#include "roce-fixture.h"

static struct kernel *kernel;
static struct roce_here here;

static int setup(void **state)
{
	(void)state;
	kernel = kernel_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	roce_here_close(&here);
	kernel_free(kernel);
	return 0;
}

/* status.roce of the interface of that name */
static json_t *seen(const char *netdev)
{
	json_auto_t *nic = json_pack("{s:s,s:{s:s},s:{s:s}}", "kind", "Nic", "metadata", "name",
				     "node01:rail0", "spec", "netdev", netdev);
	struct ms_err err = MS_ERR_INIT;
	json_t *status = NULL;

	if (!here.host)
		kernel_open(kernel, &here, NULL);
	if (roce_observe(&here, nic, &status, &err))
		fail_msg("%s: %s", err.message, err.hint);
	return status;
}

/* ens1f1np1, the second port of the same card, or of another one */
static void add_port(const char *name, const char *pci, const char *driver)
{
	sh("cd %s && d=sys/devices/pci0000:3a/%s && mkdir -p $d/net/%s && ln -s ../../devices/pci0000:3a/%s/net/%s "
	   "sys/class/net/%s && ln -s ../../../%s $d/net/%s/device && ln -s ../../../../bus/pci $d/subsystem && "
	   "ln -s ../../../../bus/pci/drivers/%s $d/driver",
	   kernel->root, pci, name, pci, name, name, pci, name, driver);
}

/* mlx5 has one device for both ports then, and shows one of them as its interface. */
static void test_bond(void **state)
{
	static const struct { const char *name, *pci; bool carries; } ports[] = {
		{ "ens1f1np1", "0000:3b:00.1", true }, { "ens2f0np0", "0000:af:00.0", false },
	};

	(void)state;
	kernel->master = 9;
	kernel->beside[0] = (struct beside){ .name = "bond0", .index = 9, .kind = "bond" };
	for (size_t i = 0; i < MS_ARRAY_SIZE(ports); i++) {
		add_port(ports[i].name, ports[i].pci, "mlx5_core");
		kernel->beside[i + 1] = (struct beside){
			.name = ports[i].name, .index = 10 + (int)i, .master = 9, .member = "bond"
		};
	}
	sh("echo bond0 | tee %s/sys/class/infiniband/mlx5_0/ports/1/gid_attrs/ndevs/* > /dev/null",
	   kernel->root);
	for (size_t i = 0; i < MS_ARRAY_SIZE(ports); i++) {
		json_auto_t *status = seen(ports[i].name);

		assert_int_equal(ms_streq(ms_str(status, "/device", NULL), "mlx5_0"),
				 ports[i].carries);
		assert_int_equal(ms_int(status, "/gid/index", -1), ports[i].carries ? 3 : -1);
	}
	json_auto_t *bond = seen("bond0");

	assert_string_equal(ms_str(bond, "/device", ""), "mlx5_0");
	assert_int_equal(ms_int(bond, "/gid/index", -1), 3);
}

static void test_alternative_name(void **state)
{
	(void)state;
	kernel->beside[0] =
		(struct beside){ .name = "rail1", .index = 8, .alternative = "enp59s0f1np1" };
	json_auto_t *status = seen("enp59s0f1np1");

	assert_string_equal(ms_str(status, "/netdev", ""), "rail1");
}

/* What stands on a NIC is not the NIC. */
static void test_vlan(void **state)
{
	(void)state;
	kernel->beside[0] =
		(struct beside){ .name = "rail0.100", .index = 8, .kind = "vlan", .parent = INDEX };
	json_auto_t *status = seen("rail0.100");

	assert_null(json_object_get(status, "device"));
	assert_string_equal(ms_str(status, "/unsupported/device", ""),
			    "a VLAN carries no RDMA by itself: the NIC is " NETDEV);
}

/* ---- kernels ---- */

static void test_no_ethtool(void **state)
{
	(void)state;
	kernel->no_ethtool = true;
	sh("echo 25000 > %s/sys/class/net/" NETDEV "/speed", kernel->root);
	json_auto_t *status = seen(NETDEV);

	assert_string_equal(ms_str(status, "/speed", ""), "25G");
	assert_null(json_object_get(status, "pause"));
	assert_string_equal(ms_str(status, "/unsupported/pause", ""),
			    "this kernel has no netlink family ethtool");
}

static void test_no_speed(void **state)
{
	(void)state;
	kernel->no_ethtool = true;
	sh("echo -1 > %s/sys/class/net/" NETDEV "/speed", kernel->root);
	json_auto_t *status = seen(NETDEV);

	assert_null(json_object_get(status, "speed"));
}

static void test_no_statistics(void **state)
{
	(void)state;
	kernel->no_statistics = true;
	json_auto_t *status = seen(NETDEV);

	assert_true(ms_bool(status, "/pause/rx", false));
	assert_null(ms_at(status, "/unsupported/pause"));
}

/* ---- what is loaded ---- */

static void test_none(void **state)
{
	static const struct {
		const char *make, *protocol;
		bool no_rdma, no_interface;
		const char *why, *message, *hint;
	} rows[] = {
		{ "ln -s ../../../../bus/pci/drivers/mlx5_core sys/class/net/" NETDEV
		  "/device/driver",
		  NULL, true, false, "the interface carries no RDMA: modprobe mlx5_ib",
		  "no RDMA device here", "modprobe mlx5_ib, for " NETDEV },
		{ "ln -s ../../../../bus/pci/drivers/ice sys/class/net/" NETDEV
		  "/device/driver; mkdir -p sys/module/irdma",
		  NULL, true, false,
		  "the interface carries no RDMA, though irdma is loaded: dmesg, or enable_roce of devlink, says why",
		  "no RDMA device here",
		  "soft RoCE takes any Ethernet interface: rdma link add rxe0 type rxe netdev IF (" NETDEV
		  ")" },
		{ "true", "iw", false, false, "mlx5_0 speaks iWARP, not RoCE",
		  "no RDMA device here does RoCE on an interface of this network namespace: mlx5_0 speaks iWARP",
		  "soft RoCE takes " },
		{ "true", "ib", false, true, "the interface carries no RDMA",
		  "no RDMA device here does RoCE on an interface of this network namespace: mlx5_0 has no such interface",
		  "soft RoCE takes " },
		{ "rm sys/class/net/" NETDEV "/device", NULL, true, false,
		  "the interface carries no RDMA", "no RDMA device here",
		  "no Ethernet interface here is on a device" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *status = NULL, *nics = NULL;
		struct ms_err note = MS_ERR_INIT, err = MS_ERR_INIT;

		if (i) {
			teardown(NULL);
			setup(NULL);
		}
		kernel->no_rdma = rows[i].no_rdma;
		kernel->no_interface = rows[i].no_interface;
		kernel->protocol = rows[i].protocol;
		sh("cd %s && %s", kernel->root, rows[i].make);
		status = seen(NETDEV);
		assert_null(json_object_get(status, "device"));
		assert_string_equal(ms_str(status, "/unsupported/device", ""), rows[i].why);
		assert_int_equal(roce_discover(&here, &nics, &err), 0);
		assert_int_equal(json_array_size(nics), 0);
		roce_note_none(&here, &note);
		assert_string_equal(note.message, rows[i].message);
		assert_memory_equal(note.hint, rows[i].hint, strlen(rows[i].hint));
	}
}

static void test_v1_only(void **state)
{
	(void)state;
	sh("echo IB/RoCE v1 | tee %s/sys/class/infiniband/mlx5_0/ports/1/gid_attrs/types/* > /dev/null",
	   kernel->root);
	json_auto_t *status = seen(NETDEV);

	assert_null(json_object_get(status, "gid"));
	assert_string_equal(ms_str(status, "/warnings/0", ""),
			    "all GIDs are of RoCE v1: mlx5_0, or its driver, does no RoCE v2");
}

/* The closed flavour of NVIDIA's driver has the name of the open one, and exports nothing. */
static void test_flavour(void **state)
{
	static const struct { const char *version; bool closed;
	} rows[] = {
		{ "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.54.03  Tue Jun  6 22:20:39 UTC 2023",
		  true },
		{ "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.15  Release Build",
		  false },
	};

	(void)state;
	kernel_open(kernel, &here, NULL);
	sh("mkdir -p %s/proc/driver/nvidia %s/sys/module/nvidia %s/sys/module/mlx5_ib",
	   kernel->root, kernel->root, kernel->root);
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *server = NULL;
		struct ms_err err = MS_ERR_INIT;
		MS_AUTO_FREE char *text = NULL;

		sh("echo '%s' > %s/proc/driver/nvidia/version", rows[i].version, kernel->root);
		assert_int_equal(roce_observe_server(&here, &server, &err), 0);
		text = json_dumps(ms_at(server, "/dmabuf/reasons"), 0);
		assert_int_equal(strstr(text, "open kernel modules") != NULL, rows[i].closed);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_bond),       TEST(test_alternative_name), TEST(test_vlan),
		TEST(test_no_ethtool), TEST(test_no_speed),	    TEST(test_no_statistics),
		TEST(test_none),       TEST(test_v1_only),	    TEST(test_flavour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
