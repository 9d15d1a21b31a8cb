/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked once for all NICs of a machine: default routes, disks that come over networks,
 * guests. */
#include "nic/here.h"

#include <ctype.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#define DEPTH_MAX 6

/* ---- default routes ---- */

static int take_hops(const struct nlattr *multipath, json_t *defaults)
{
	const struct rtnexthop *hop = ms_nl_data(multipath, sizeof(*hop));
	size_t left = ms_nl_len(multipath);

	while (hop && left >= sizeof(*hop) && hop->rtnh_len >= sizeof(*hop) &&
	       hop->rtnh_len <= left) {
		size_t step = RTNH_ALIGN(hop->rtnh_len);

		if (json_array_append_new(defaults, json_integer(hop->rtnh_ifindex)) < 0)
			return -ENOMEM;
		step = step < left ? step : left;
		left -= step;
		hop = (const struct rtnexthop *)((const char *)hop + step);
	}
	return 0;
}

static int take_route(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct rtmsg *head = ms_nl_header(reply, sizeof(*head));
	const struct nlattr *attrs[RTA_MAX + 1];

	if (reply->nlmsg_type != RTM_NEWROUTE || !head || head->rtm_dst_len ||
	    head->rtm_type != RTN_UNICAST)
		return 0;
	ms_nl_parse(reply, sizeof(*head), attrs, RTA_MAX);
	if (attrs[RTA_OIF] &&
	    json_array_append_new(ctx, json_integer(ms_nl_u32(attrs[RTA_OIF], 0))) < 0)
		return ms_nomem(err);
	return take_hops(attrs[RTA_MULTIPATH], ctx) ? ms_nomem(err) : 0;
}

static int read_routes(struct nic_here *here, struct ms_err *err)
{
	struct rtmsg header = { .rtm_family = AF_UNSPEC };
	MS_AUTO_NL struct ms_nl_request request;

	here->defaults = json_array();
	if (!here->defaults)
		return ms_nomem(err);
	ms_nl_request_init(&request, NETLINK_ROUTE, RTM_GETROUTE, NLM_F_DUMP, &header,
			   sizeof(header), "routes");
	return ms_nl_talk(here->host, &request, take_route, here->defaults, err);
}

/* ---- what "/" lies on ---- */

/* Paths in sysfs of a block device and of those below it (device mapper, RAID). */
static int add_below(struct nic_here *here, const char *device, json_t *paths, unsigned depth)
{
	struct ms_err ignored = MS_ERR_INIT;
	MS_AUTO_FREE char *real = NULL;
	char **names = NULL;
	int r;

	if (ms_host_resolve(here->host, device, &real, &ignored))
		return 0;
	r = json_array_append_new(paths, json_string(real)) < 0 ? -ENOMEM : 0;
	ms_err_clear(&ignored);
	if (depth < DEPTH_MAX &&
	    !ms_host_list(here->host, MS_PATH("%s/slaves", real), &names, &ignored))
		for (size_t i = 0; !r && names[i]; i++)
			r = add_below(here, MS_PATH("/sys/class/block/%s", names[i]), paths,
				      depth + 1);
	ms_strv_free(names);
	return r;
}

static int read_root(struct nic_here *here, json_t *paths)
{
	struct ms_err ignored = MS_ERR_INIT;
	MS_AUTO_FREE char *text = NULL;
	char device[32], point[8], *rest, *line;
	int r = 0;

	if (ms_host_read(here->host, "/proc/self/mountinfo", &text, &ignored))
		return 0;
	rest = text;
	while (!r && (line = strsep(&rest, "\n")))
		if (sscanf(line, "%*s %*s %31s %*s %7s ", device, point) == 2 &&
		    !strcmp(point, "/"))
			r = add_below(here, MS_PATH("/sys/dev/block/%s", device), paths, 0);
	return r;
}

bool nic_path_has(const char *path, const char *part)
{
	size_t len = strlen(part);

	for (const char *at = path; (at = strstr(at, part)); at += len)
		if (!at[len] || at[len] == '/')
			return true;
	return false;
}

static bool is_root(const json_t *paths, const char *part)
{
	const json_t *path;
	size_t i;

	json_array_foreach((json_t *)paths, i, path)
		if (nic_path_has(json_string_value(path), part))
			return true;
	return false;
}

/* ---- NVMe over fabrics: "traddr=10.0.0.1,trsvcid=4420,src_addr=10.0.0.5,host_iface=eth0" ---- */

static int put_part(json_t *disk, const char *name, const char *address, const char *key)
{
	const char *at = strstr(address, key);
	char text[512];

	if (!at)
		return 0;
	at += strlen(key);
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(at, ","), at);
	return nic_put_text(disk, name, text);
}

static int add_nvme(struct nic_here *here, const char *name, const json_t *paths)
{
	char word[16], address[512], subsystem[64], part[80];
	json_t *disk;
	bool root;

	if (!ms_host_word(here->host, MS_PATH("/sys/class/nvme/%s/transport", name), word,
			  sizeof(word)) ||
	    (strcmp(word, "rdma") && strcmp(word, "tcp")) ||
	    !ms_host_word(here->host, MS_PATH("/sys/class/nvme/%s/address", name), address,
			  sizeof(address)))
		return 0;
	snprintf(part, sizeof(part), "/%s", name);
	root = is_root(paths, part);
	/* With multipath the disk belongs to the subsystem. */
	if (!root &&
	    ms_host_link_word(here->host, MS_PATH("/sys/class/nvme/%s/subsystem", name), subsystem,
			      sizeof(subsystem)) &&
	    ms_starts(subsystem, "nvme-subsys")) {
		snprintf(part, sizeof(part), "/%s", subsystem);
		root = is_root(paths, part);
	}
	disk = json_pack("{s:s, s:b}", "name", name, "root", root);
	if (!disk || json_array_append_new(here->disks, disk) < 0 ||
	    put_part(disk, "address", address, "traddr=") ||
	    put_part(disk, "source", address, "src_addr=") ||
	    put_part(disk, "interface", address, "host_iface="))
		return -ENOMEM;
	return 0;
}

/* ---- iSCSI: "connection3:0" of session3 ---- */

static int add_iscsi(struct nic_here *here, const char *name, const json_t *paths)
{
	char address[64], local[64], part[80];
	json_t *disk;

	if (!ms_host_word(here->host, MS_PATH("/sys/class/iscsi_connection/%s/address", name),
			  address, sizeof(address)))
		return 0;
	snprintf(part, sizeof(part), "/session%.*s",
		 (int)strcspn(name + strlen("connection"), ":"), name + strlen("connection"));
	disk = json_pack("{s:s, s:s, s:b}", "name", name, "address", address, "root",
			 is_root(paths, part));
	if (!disk || json_array_append_new(here->disks, disk) < 0)
		return -ENOMEM;
	if (!ms_host_word(here->host, MS_PATH("/sys/class/iscsi_connection/%s/local_ipaddr", name),
			  local, sizeof(local)))
		return 0;
	return nic_put_text(disk, "source", local);
}

/* ---- disks of this machine's own devices ---- */

/* With multipath nvme0n1 is a disk of the subsystem, whose paths nvme0c1n1 are those of
 * controllers.
 */
static void name_disk(const char *name, char part[static 40])
{
	unsigned subsystem, space;

	if (sscanf(name, "nvme%uc%*un%u", &subsystem, &space) == 2)
		snprintf(part, 40, "/nvme%un%u", subsystem, space);
	else
		snprintf(part, 40, "/%.32s", name);
}

static int add_block(struct nic_here *here, const char *name, const json_t *paths)
{
	const char *folder = MS_PATH("/sys/class/block/%s", name);
	struct ms_err ignored = MS_ERR_INIT;
	MS_AUTO_FREE char *real = NULL;
	char part[40];

	if (ms_host_exists(here->host, MS_PATH("%s/partition", folder)) ||
	    ms_host_resolve(here->host, folder, &real, &ignored))
		return 0;
	name_disk(name, part);
	return json_array_append_new(here->blocks,
				     json_pack("{s:s, s:s, s:b}", "name", part + 1, "path", real,
					       "root", is_root(paths, part)));
}

static int each_name(struct nic_here *here, const char *folder, const char *prefix,
		     int (*fn)(struct nic_here *here, const char *name, const json_t *paths),
		     const json_t *paths)
{
	struct ms_err ignored = MS_ERR_INIT;
	char **names = NULL;
	int r = 0;

	if (ms_host_list(here->host, folder, &names, &ignored))
		return 0;
	for (size_t i = 0; !r && names[i]; i++)
		if (ms_starts(names[i], prefix))
			r = fn(here, names[i], paths);
	ms_strv_free(names);
	return r;
}

static int read_disks(struct nic_here *here)
{
	json_auto_t *paths = json_array();

	here->disks = json_array();
	here->blocks = json_array();
	if (!paths || !here->disks || !here->blocks || read_root(here, paths) ||
	    each_name(here, "/sys/class/block", "", add_block, paths) ||
	    each_name(here, "/sys/class/nvme", "nvme", add_nvme, paths) ||
	    each_name(here, "/sys/class/iscsi_connection", "connection", add_iscsi, paths))
		return -ENOMEM;
	return 0;
}

/* ---- who has VFIO devices open ---- */

/* /dev/vfio/12 is a group, /dev/vfio/devices/vfio3 a device, whose function names it in its folder
 * vfio-dev. */
static int take_open(struct nic_here *here, const char *target, const char *pid)
{
	const char *group = ms_starts(target, "/dev/vfio/") ? target + 10 : NULL;
	char name[32];

	if (!group || !strcmp(group, "vfio"))
		return 0;
	if (!ms_host_word(here->host, MS_PATH("/proc/%s/comm", pid), name, sizeof(name)))
		snprintf(name, sizeof(name), "process");
	if (ms_starts(group, "devices/"))
		group += 8;
	return json_object_set_new(here->guests, group, json_sprintf("%s (%s)", name, pid));
}

static int read_open(struct nic_here *here, const char *pid, const json_t *paths)
{
	struct ms_err ignored = MS_ERR_INIT;
	char **fds = NULL, target[256];
	int r = 0;

	(void)paths;
	if (!isdigit((unsigned char)*pid) ||
	    ms_host_list(here->host, MS_PATH("/proc/%s/fd", pid), &fds, &ignored))
		return 0;
	for (size_t i = 0; !r && fds[i]; i++)
		if (ms_host_link_text(here->host, MS_PATH("/proc/%s/fd/%s", pid, fds[i]), target,
				      sizeof(target)))
			r = take_open(here, target, pid);
	ms_strv_free(fds);
	return r;
}

int nic_guests_read(struct nic_here *here)
{
	if (here->guests)
		return 0;
	here->guests = json_object();
	return here->guests ? each_name(here, "/proc", "", read_open, NULL) : -ENOMEM;
}

/* ---- all ---- */

void nic_uses_release(struct nic_here *here)
{
	json_decref(ms_take(here->defaults));
	json_decref(ms_take(here->disks));
	json_decref(ms_take(here->blocks));
	json_decref(ms_take(here->guests));
}

int nic_uses_read(struct nic_here *here, struct ms_err *err)
{
	int r;

	nic_uses_release(here);
	r = read_disks(here) ? ms_nomem(err) : read_routes(here, err);
	if (r)
		nic_uses_release(here);
	return r;
}
