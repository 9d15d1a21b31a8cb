/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a machine says of its NICs in files: sysfs, configfs, the table of GIDs, statistics, what sets it at boot, disks.
 * The input is records that end by NUL: the first octet chooses a file, '0' the first of them, the rest is what it says.
 */
#include <linux/if_arp.h>
#include <sys/stat.h>
#include "nic/here.h"
#include "roce/here.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DEVICE "/sys/bus/pci/devices/0000:01:00.0"
#define NET "/sys/class/net/none9"
#define PORT "/sys/class/infiniband/rdma9/ports/1"
#define CC "/sys/kernel/config/bnxt_re/rdma9/ports/1/cc"

static const char *const files[] = {
	PORT "/gids/0", PORT "/gid_attrs/types/0", PORT "/gid_attrs/ndevs/0", PORT "/gids/1", PORT "/gid_attrs/types/1",
	PORT "/gid_attrs/ndevs/1", PORT "/gids/x", PORT "/hw_counters/np_cnp_sent", "/sys/class/infiniband/rdma9/tc/1/traffic_class",
	"/sys/kernel/config/rdma_cm/rdma9/ports/1/default_roce_tos", "/sys/kernel/config/rdma_cm/rdma9/ports/1/default_roce_mode",
	CC "/ecn_enable", CC "/cnp_dscp", CC "/roce_prio", NET "/qos/trust", NET "/statistics/rx_dropped", "/ethtool/none9",
	"/etc/msctl/roce/none9", "/proc/self/mountinfo", "/proc/sys/kernel/hostname", "/proc/sys/kernel/osrelease", "/proc/modules",
	"/sys/class/nvme/nvme0/transport", "/sys/class/nvme/nvme0/address", "/sys/class/iscsi_connection/connection1:0/address",
	DEVICE "/sriov_numvfs", DEVICE "/sriov_totalvfs", DEVICE "/vendor", DEVICE "/current_link_speed",
	DEVICE "/current_link_width", DEVICE "/max_link_speed", DEVICE "/class", NET "/ecn/roce_np/enable/0",
	NET "/ecn/roce_np/cnp_dscp", "/proc/812/comm",
};

static char root[] = "/tmp/msctl-fuzz-sysfs-XXXXXX";

static void sh(const char *format)
{
	char command[1024];

	snprintf(command, sizeof(command), format, root);
	if (system(command))
		__builtin_trap();
}

static void drop(void)
{
	sh("rm -rf %s");
}

static void make(void)
{
	if (!mkdtemp(root))
		__builtin_trap();
	atexit(drop);
	for (size_t i = 0; i < MS_ARRAY_SIZE(files); i++) {
		char path[256];

		snprintf(path, sizeof(path), "mkdir -p \"$(dirname %%s%s)\"", files[i]);
		sh(path);
	}
	sh("cd %s && ln -s ../../../bus/pci/devices/0000:01:00.0 sys/class/net/none9/device && mkdir -p sys/bus/pci/drivers/bnxt_en "
	   "etc/systemd/system proc/812/fd && ln -s ../../drivers/bnxt_en sys/bus/pci/devices/0000:01:00.0/driver && "
	   "ln -s /dev/vfio/1 proc/812/fd/3");
}

static void put(size_t file, const uint8_t *data, size_t size)
{
	char path[256];
	FILE *out;

	snprintf(path, sizeof(path), "%s%s", root, files[file]);
	out = data ? fopen(path, "we") : NULL;
	if (!data)
		unlink(path);
	else if (!out || fwrite(data, 1, size, out) != size || fclose(out))
		__builtin_trap();
}

static void put_all(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(files); i++)
		put(i, NULL, 0);
	while (size) {
		const uint8_t *end = memchr(data, 0, size);
		size_t len = end ? (size_t)(end - data) : size;

		if (len)
			put((size_t)(data[0] - '0') % MS_ARRAY_SIZE(files), data + 1, len - 1);
		size -= end ? len + 1 : len;
		data += end ? len + 1 : len;
	}
}

/* No kernel answers: parts that ask it end there. */
static int nothing(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes, struct ms_buf *replies,
		   struct ms_err *err)
{
	static const unsigned char done[20] = { 20, 0, 0, 0, 3 };

	(void)ctx;
	(void)request;
	(void)bytes;
	return ms_buf_add(replies, done, sizeof(done)) ? ms_nomem(err) : 0;
}

/* What was read is a document, whatever it was. */
static void check(const json_t *status)
{
	MS_AUTO_FREE char *text = json_dumps(status, 0);

	if (!text)
		__builtin_trap();
}

static void look_roce(struct ms_host *host, struct ms_link *link)
{
	static roce_get_fn *const parts[] = { roce_get_rdma, roce_get_gids, roce_get_ecn, roce_get_counters, roce_get_persistent };
	struct roce_port port = { .device = "rdma9", .port = 1, .ndev = 1, .state = 4 };
	struct ms_links links = { .links = link, .n = 1 };
	struct roce_here here = { .host = host, .links = &links, .ports = &port, .n_ports = 1 };
	json_auto_t *nic = json_object(), *status = json_object(), *server = NULL;
	struct roce_look look = { .here = &here, .nic = nic, .link = link, .port = &port, .status = status };

	for (int bare = 0; bare < 2; bare++) {
		for (size_t i = 0; i < MS_ARRAY_SIZE(parts); i++) {
			struct ms_err err = MS_ERR_INIT;

			parts[i](&look, &err);
		}
		/* Without a device of RDMA, as the second turn. */
		look.port = NULL;
	}
	check(status);
	roce_observe_server(&here, &server, &(struct ms_err)MS_ERR_INIT);
	check(server ? server : status);
}

static void look_nic(struct ms_host *host, struct ms_link *link)
{
	static nic_get_fn *const parts[] = { nic_pci, nic_sriov, nic_link, nic_use };
	struct ms_links links = { .links = link, .n = 1 };
	struct nic_here here = { .host = host, .links = &links };
	json_auto_t *nic = json_object(), *status = json_object(), *state = NULL;
	struct nic_look look = { .here = &here, .nic = nic, .link = link, .pci = link->pci, .status = status };

	for (size_t i = 0; i < MS_ARRAY_SIZE(parts); i++) {
		struct ms_err err = MS_ERR_INIT;

		parts[i](&look, &err);
	}
	check(status);
	state = nic_state_new(status);
	here.links = NULL;
	nic_here_release(&here);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ms_nl_ops ops = { .exchange = nothing };
	struct ms_link link = { .name = "none9", .index = 1, .type = ARPHRD_ETHER, .vlan = -1, .mtu = 9000, .pci = "0000:01:00.0",
				.bus = "pci", .device = "0000:01:00.0", .state = "up" };
	const struct ms_host_opts opts = { .root = root };
	struct ms_err err = MS_ERR_INIT;
	struct ms_host *host = NULL;

	if (strstr(root, "XXXXXX"))
		make();
	if (size > 65536)
		return 0;
	put_all(data, size);
	if (ms_host_open(&opts, &host, &err) < 0)
		__builtin_trap();
	ms_host_use_netlink(host, &ops, NULL);
	look_roce(host, &link);
	look_nic(host, &link);
	ms_host_close(host);
	return 0;
}
