/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtual functions are made, laid down, and bound to drivers. */
#include "nic/here.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#define WAIT_MS 10000
#define POLL_MS 100

/* ---- how many ---- */

/* Drivers make their interfaces when they find the time; until then a function looks as if it were
 * in another namespace. */
static bool has_interfaces(const struct nic_act *act, const char *device, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		const char *function = MS_PATH("%s/virtfn%jd", device, (intmax_t)i);

		if (ms_host_exists(act->here->host, MS_PATH("%s/driver", function)) &&
		    !ms_host_exists(act->here->host, MS_PATH("%s/net", function)))
			return false;
	}
	return true;
}

static void wait_interfaces(const struct nic_act *act, const char *device, int64_t n)
{
	int64_t end = ms_clock_ms() + WAIT_MS;

	while (act->link && ms_host_is_here(act->here->host) && !has_interfaces(act, device, n) &&
	       ms_clock_ms() < end)
		if (ms_task_sleep(act->loop, POLL_MS) < 0)
			return;
}

static int write_number(const struct nic_act *act, const char *device, int64_t n,
			struct ms_err *err)
{
	char text[24];

	snprintf(text, sizeof(text), "%jd", (intmax_t)n);
	return ms_host_write(act->here->host, MS_PATH("%s/sriov_numvfs", device), text, err);
}

/* A driver takes another number only when there are none (sriov_numvfs_store: EBUSY).  When it then
 * refuses, the old number comes back: what is laid down for them is another Step's. */
int nic_act_vfs(const struct nic_act *act, struct ms_err *err)
{
	int64_t want = ms_int(act->want, "/vfs", 0), now = ms_int(act->status, "/sriov/vfs", 0);
	struct ms_err ignored = MS_ERR_INIT;
	char buf[MS_PATH_MAX];
	const char *device = nic_device_path(buf, act->pci, act->link);
	int r = now > 0 ? write_number(act, device, 0, err) : 0;

	if (r || !want)
		return r;
	r = write_number(act, device, want, err);
	if (r && now > 0)
		write_number(act, device, now, &ignored);
	wait_interfaces(act, device, r ? now : want);
	return r;
}

/* ---- what is laid down for one ---- */

struct lay {
	const struct nic_act *act;
	uint32_t index;
	const json_t *want, *now;
	struct ms_err *err;
};

static bool changes(const struct lay *lay, const char *key)
{
	const json_t *want = json_object_get(lay->want, key);

	return want && !json_equal(want, json_object_get(lay->now, key));
}

static int64_t number(const struct lay *lay, const char *key)
{
	const json_t *want = json_object_get(lay->want, key);

	return json_integer_value(want ? want : json_object_get(lay->now, key));
}

static const char *word(const struct lay *lay, const char *key)
{
	const json_t *want = json_object_get(lay->want, key);

	return json_string_value(want ? want : json_object_get(lay->now, key));
}

/* One at a time, so that what a driver refuses has a name. */
static int set(const struct lay *lay, const char *what, int list, int attr, const void *data,
	       size_t len)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC, .ifi_index = lay->act->link->index };
	MS_AUTO_NL struct ms_nl_request request;
	struct nlattr *all, *info, *nest = NULL;

	ms_nl_request_init(&request, NETLINK_ROUTE, RTM_SETLINK, 0, &header, sizeof(header),
			   "%s of function %u of %s", what, lay->index, lay->act->link->name);
	all = ms_nl_nest_plain(&request, IFLA_VFINFO_LIST);
	info = ms_nl_nest_plain(&request, IFLA_VF_INFO);
	if (list)
		nest = ms_nl_nest_plain(&request, list);
	ms_nl_put(&request, attr, data, len);
	if (list)
		ms_nl_nest_end(&request, nest);
	ms_nl_nest_end(&request, info);
	ms_nl_nest_end(&request, all);
	return ms_nl_talk(lay->act->here->host, &request, NULL, NULL, lay->err);
}

static size_t read_bytes(const char *text, unsigned char *bytes, size_t max)
{
	size_t n = 0;

	for (; *text && n < max; text += *text == ':') {
		char *end;

		bytes[n++] = (unsigned char)strtoul(text, &end, 16);
		if (end == text)
			return 0;
		text = end;
	}
	return *text ? 0 : n;
}

static int set_mac(const struct lay *lay)
{
	struct ifla_vf_mac mac = { .vf = lay->index };

	if (!changes(lay, "mac"))
		return 0;
	read_bytes(word(lay, "mac"), mac.mac, sizeof(mac.mac));
	return set(lay, "MAC address", 0, IFLA_VF_MAC, &mac, sizeof(mac));
}

/* Drivers that know no 802.1ad know the older attribute only. */
static int set_vlan(const struct lay *lay)
{
	struct ifla_vf_vlan plain = { .vf = lay->index, .vlan = (uint32_t)number(lay, "vlan") };
	struct ifla_vf_vlan_info info = { .vf = lay->index, .vlan = plain.vlan };

	if (!changes(lay, "vlan") && !changes(lay, "priority") && !changes(lay, "protocol"))
		return 0;
	/* Without a tag there is no priority in it. */
	plain.qos = info.qos = plain.vlan || json_object_get(lay->want, "priority")
				       ? (uint32_t)number(lay, "priority")
				       : 0;
	info.vlan_proto = htons(ETH_P_8021AD);
	if (plain.vlan && ms_streq(word(lay, "protocol"), "802.1ad"))
		return set(lay, "VLAN", IFLA_VF_VLAN_LIST, IFLA_VF_VLAN_INFO, &info, sizeof(info));
	return set(lay, "VLAN", 0, IFLA_VF_VLAN, &plain, sizeof(plain));
}

static int set_flag(const struct lay *lay, const char *key, const char *what, int attr)
{
	struct ifla_vf_spoofchk flag = { .vf = lay->index };

	if (!changes(lay, key))
		return 0;
	flag.setting = json_is_true(json_object_get(lay->want, key));
	return set(lay, what, 0, attr, &flag, sizeof(flag));
}

static int set_rates(const struct lay *lay)
{
	struct ifla_vf_rate rate = { .vf = lay->index,
				     .min_tx_rate = (uint32_t)number(lay, "minRate"),
				     .max_tx_rate = (uint32_t)number(lay, "maxRate") };

	if (!changes(lay, "minRate") && !changes(lay, "maxRate"))
		return 0;
	return set(lay, "rate", 0, IFLA_VF_RATE, &rate, sizeof(rate));
}

static int set_link_state(const struct lay *lay)
{
	struct ifla_vf_link_state state = { .vf = lay->index };

	if (!changes(lay, "linkState"))
		return 0;
	state.link_state = (uint32_t)nic_link_state_of(word(lay, "linkState"));
	return set(lay, "link state", 0, IFLA_VF_LINK_STATE, &state, sizeof(state));
}

/* rtnetlink takes GUIDs for InfiniBand links only; NVIDIA's own driver has files for RoCE. */
static int set_guid(const struct lay *lay, const char *key, const char *file, int attr)
{
	const char *rdma = ms_str(lay->act->status, "/rdma", NULL), *text = word(lay, key), *path;
	struct ifla_vf_guid guid = { .vf = lay->index };
	unsigned char bytes[8] = { 0 };

	if (!changes(lay, key))
		return 0;
	path = rdma ? MS_PATH("/sys/class/infiniband/%s/device/sriov/%u/%s", rdma, lay->index, file)
		    : "";
	if (*path && ms_host_exists(lay->act->here->host, path))
		return ms_host_write(lay->act->here->host, path, text, lay->err);
	read_bytes(text, bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		guid.guid = guid.guid << 8 | bytes[i];
	return set(lay, key, 0, attr, &guid, sizeof(guid));
}

static int lay_down(const struct lay *lay)
{
	int r = set_mac(lay);

	if (!r)
		r = set_vlan(lay);
	if (!r)
		r = set_flag(lay, "spoofCheck", "spoof check", IFLA_VF_SPOOFCHK);
	if (!r)
		r = set_flag(lay, "trust", "trust", IFLA_VF_TRUST);
	if (!r)
		r = set_rates(lay);
	if (!r)
		r = set_link_state(lay);
	if (!r)
		r = set_guid(lay, "nodeGuid", "node", IFLA_VF_IB_NODE_GUID);
	return r ? r : set_guid(lay, "portGuid", "port", IFLA_VF_IB_PORT_GUID);
}

static int no_function(const struct nic_act *act, const char *name, struct ms_err *err)
{
	ms_fail(err, -ENODEV, MS_PRECONDITION, "there is no function %.32s: it has %jd", name,
		(intmax_t)ms_int(act->status, "/sriov/vfs", 0));
	ms_hint(err, "spec.vfs says how many there are to be");
	return -ENODEV;
}

int nic_act_function(const struct nic_act *act, struct ms_err *err)
{
	const char *name;
	json_t *want;
	int r = 0;

	if (!act->link) {
		ms_fail(err, -ENODEV, MS_PRECONDITION,
			"its functions are laid down by its interface, which it has not");
		return -ENODEV;
	}
	json_object_foreach(json_object_get(act->want, "functions"), name, want) {
		struct lay lay = { .act = act,
				   .index = (uint32_t)strtoul(name, NULL, 10),
				   .want = want,
				   .err = err };

		lay.now = json_array_get(ms_at(act->status, "/sriov/functions"), lay.index);
		if (!r)
			r = lay.now ? lay_down(&lay) : no_function(act, name, err);
	}
	return r;
}

/* ---- its driver ---- */

static int unbind(struct ms_host *host, const char *pci, struct ms_err *err)
{
	if (!ms_host_exists(host, MS_PATH("/sys/bus/pci/devices/%s/driver", pci)))
		return 0;
	return ms_host_write(host, MS_PATH("/sys/bus/pci/devices/%s/driver/unbind", pci), pci, err);
}

/* driver_override makes the choice, drivers_probe carries it out
 * (Documentation/ABI/testing/sysfs-bus-pci).  An empty line takes the override back. */
static int bind_to(struct ms_host *host, const char *pci, const char *driver, struct ms_err *err)
{
	int r = 0;

	if (!strcmp(driver, "vfio-pci") && !ms_host_exists(host, "/sys/bus/pci/drivers/vfio-pci")) {
		ms_fail(err, -ENOENT, MS_PRECONDITION, "vfio-pci is not loaded");
		ms_hint(err, "modprobe vfio-pci");
		return -ENOENT;
	}
	r = ms_host_write(host, MS_PATH("/sys/bus/pci/devices/%s/driver_override", pci),
			  strcmp(driver, "kernel") ? driver : "\n", err);
	if (!r)
		r = unbind(host, pci, err);
	if (!r && strcmp(driver, "none"))
		r = ms_host_write(host, "/sys/bus/pci/drivers_probe", pci, err);
	return r;
}

int nic_act_driver(const struct nic_act *act, struct ms_err *err)
{
	const char *name;
	json_t *want;
	int r = 0;

	json_object_foreach(json_object_get(act->want, "drivers"), name, want) {
		const json_t *function = json_array_get(ms_at(act->status, "/sriov/functions"),
							strtoul(name, NULL, 10));
		const char *pci = ms_str(function, "/pci", NULL);

		if (!r)
			r = pci ? bind_to(act->here->host, pci, json_string_value(want), err)
				: no_function(act, name, err);
	}
	return r;
}
