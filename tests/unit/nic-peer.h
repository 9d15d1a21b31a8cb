/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel with one SR-IOV NIC, for unit tests: a tree that stands for sysfs, and netlink answers with a state.  What a
 * driver would do at once when a file is written, is done before the next answer.
 */
#ifndef NIC_PEER_H
#define NIC_PEER_H

#include <arpa/inet.h>
#include <linux/devlink.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/if_ether.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include "host/host.h"

#define PEER_VFS 8
struct peer_function {
	unsigned char mac[6];
	uint32_t vlan, qos, spoof, trust, min, max, link;
	uint16_t proto;
};
struct peer {
	char root[128];
	unsigned n;
	struct peer_function functions[PEER_VFS];
	unsigned asked;              /* requests */
	unsigned sets;               /* requests that change */
	int refuse;                  /* the next change is answered by this errno */
	uint16_t mode;               /* of the eswitch */
	uint8_t inlined, encap;
	bool roce, roce_runs;        /* enable_roce: set, and since the last reload */
	char steering[16];           /* flow_steering_mode */
	uint32_t vectors, vectors_kept; /* msix_vec_per_pf_max: runs, permanent */
	char stored[32];             /* firmware */
	unsigned reloads;
	bool refuse_reload;
	uint32_t mtu, rx, tx, combined;
	unsigned away;               /* bits of functions whose interfaces are in another namespace */
	uint32_t addresses[4];       /* of eth0, then of the interfaces of functions */
	bool routed;                 /* eth0 has the default route */
	bool gro, tc;                /* rx-gro-hw, hw-tc-offload */
	unsigned bridged;            /* bits of functions whose representors are in br0 */
	bool ipoib;                  /* eth0 is of InfiniBand */
	bool no_eswitch;             /* devlink answers by nothing */
	bool no_serial;              /* devlink tells no serial number */
	bool two_ports;              /* eth1 is on the same function */
};
#define PEER_DEVLINK 0x120
#define PEER_ETHTOOL 0x121

/* ---- building answers ---- */

static inline void peer_begin(struct ms_buf *buf, size_t *at, uint16_t type, uint16_t flags, uint32_t seq,
			      const void *header, size_t len)
{
	struct nlmsghdr head = { .nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = seq };

	*at = buf->len;
	ms_buf_add(buf, &head, sizeof(head));
	ms_buf_add(buf, header, len);
	ms_buf_add(buf, "\0\0\0", NLMSG_ALIGN(len) - len);
}

static inline void peer_end(struct ms_buf *buf, size_t at)
{
	uint32_t len = (uint32_t)(buf->len - at);

	memcpy(buf->data + at, &len, sizeof(len));
}

static inline void peer_put(struct ms_buf *buf, uint16_t type, const void *data, size_t len)
{
	struct nlattr head = { .nla_type = type, .nla_len = (uint16_t)(sizeof(head) + len) };

	ms_buf_add(buf, &head, sizeof(head));
	ms_buf_add(buf, data, len);
	ms_buf_add(buf, "\0\0\0", NLA_ALIGN(len) - len);
}

static inline void peer_put_u32(struct ms_buf *buf, uint16_t type, uint32_t value)
{
	peer_put(buf, type, &value, sizeof(value));
}

static inline void peer_put_text(struct ms_buf *buf, uint16_t type, const char *text)
{
	peer_put(buf, type, text, strlen(text) + 1);
}

static inline size_t peer_nest(struct ms_buf *buf, uint16_t type)
{
	struct nlattr head = { .nla_type = type };

	ms_buf_add(buf, &head, sizeof(head));
	return buf->len - sizeof(head);
}

static inline void peer_nest_end(struct ms_buf *buf, size_t at)
{
	uint16_t len = (uint16_t)(buf->len - at);

	memcpy(buf->data + at, &len, sizeof(len));
}

static inline void peer_done(struct ms_buf *buf, uint32_t seq)
{
	int zero = 0;
	size_t at;

	peer_begin(buf, &at, NLMSG_DONE, NLM_F_MULTI, seq, &zero, sizeof(zero));
	peer_end(buf, at);
}

static inline void peer_ack(struct ms_buf *buf, const struct nlmsghdr *request, int error)
{
	struct nlmsgerr body = { .error = error, .msg = *request };
	size_t at;

	peer_begin(buf, &at, NLMSG_ERROR, NLM_F_CAPPED, request->nlmsg_seq, &body, sizeof(body));
	peer_end(buf, at);
}

/* ---- sysfs: what drivers do about what was written ---- */

static inline int peer_sh(const struct peer *peer, const char *script)
{
	char command[4096];

	snprintf(command, sizeof(command), "cd %s/sys/bus/pci && %s", peer->root, script);
	return system(command);
}

static inline unsigned peer_numvfs(const struct peer *peer)
{
	char path[200];
	unsigned n = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/sys/bus/pci/devices/0000:01:00.0/sriov_numvfs", peer->root);
	file = fopen(path, "r");
	if (file && fscanf(file, "%u", &n) != 1)
		n = 0;
	if (file)
		fclose(file);
	return n < PEER_VFS ? n : PEER_VFS;
}

static inline void peer_make(struct peer *peer, unsigned n)
{
	char script[1024];

	snprintf(script, sizeof(script),
		 "rm -rf devices/0000:01:00.0/virtfn* devices/0000:01:01.*; for i in $(seq 0 %d); do "
		 "mkdir devices/0000:01:01.$i && ln -s ../0000:01:01.$i devices/0000:01:00.0/virtfn$i && "
		 "ln -s ../../drivers/mlx5_core devices/0000:01:01.$i/driver && : > devices/0000:01:01.$i/driver_override && "
		 "ln -s ../../../pci devices/0000:01:01.$i/subsystem && mkdir -p ../../class/net/eth0v$i && "
		 "ln -sfn ../../../bus/pci/devices/0000:01:01.$i ../../class/net/eth0v$i/device && "
		 "ln -s ../../../kernel/iommu_groups/4$i devices/0000:01:01.$i/iommu_group; done", (int)n - 1);
	if (peer_sh(peer, script))
		abort();
	memset(peer->functions, 0, sizeof(peer->functions));
	for (unsigned i = 0; i < n; i++)
		peer->functions[i] = (struct peer_function){ .proto = htons(ETH_P_8021Q), .spoof = 0 };
	peer->n = n;
}

static inline void peer_settle(struct peer *peer)
{
	unsigned n = peer_numvfs(peer);

	if (n != peer->n)
		peer_make(peer, n);
	if (peer_sh(peer, "for d in drivers/*; do v=$(cat $d/unbind); if [ \"$v\" ]; then rm -f devices/$v/driver; : > $d/unbind; fi; done;"
			  "v=$(cat drivers_probe); if [ \"$v\" ]; then o=$(cat devices/$v/driver_override); : > drivers_probe;"
			  "[ \"$o\" = none ] || ln -sfn ../../drivers/${o:-mlx5_core} devices/$v/driver; fi"))
		abort();
}

static inline void peer_init(struct peer *peer, const char *root)
{
	char script[2048];

	*peer = (struct peer){ .roce = true, .roce_runs = true, .steering = "dmfs", .vectors = 8, .vectors_kept = 8,
			       .stored = "22.36.1010", .mtu = 1500, .rx = 1024, .tx = 1024, .combined = 8, .gro = true };
	snprintf(peer->root, sizeof(peer->root), "%s", root);
	snprintf(script, sizeof(script),
		 "mkdir -p %s && cd %s && mkdir -p sys/bus/pci/devices/0000:01:00.0 sys/bus/pci/drivers/mlx5_core "
		 "sys/bus/pci/drivers/vfio-pci sys/class/net/eth0 && cd sys/bus/pci && : > drivers_probe && "
		 ": > drivers/mlx5_core/unbind && : > drivers/vfio-pci/unbind && "
		 "ln -s ../../../bus/pci/devices/0000:01:00.0 ../../class/net/eth0/device && cd devices/0000:01:00.0 && "
		 "echo 0x020000 > class && echo 0x15b3 > vendor && echo 0x101d > device && echo %u > sriov_totalvfs && "
		 "echo 0 > sriov_numvfs && ln -s ../../drivers/mlx5_core driver && ln -s ../../../pci subsystem",
		 root, root, PEER_VFS);
	if (system(script))
		abort();
}

/* ---- rtnetlink ---- */

static inline void peer_vf(struct ms_buf *buf, unsigned i, const struct peer_function *f)
{
	struct ifla_vf_mac mac = { .vf = i };
	struct ifla_vf_vlan vlan = { i, f->vlan, f->qos };
	struct ifla_vf_vlan_info info = { i, f->vlan, f->qos, f->proto };
	struct ifla_vf_rate rate = { i, f->min, f->max };
	struct ifla_vf_spoofchk spoof = { i, f->spoof }, trust = { i, f->trust };
	struct ifla_vf_link_state state = { i, f->link };
	size_t nest = peer_nest(buf, IFLA_VF_INFO), list;

	memcpy(mac.mac, f->mac, 6);
	peer_put(buf, IFLA_VF_MAC, &mac, sizeof(mac));
	peer_put(buf, IFLA_VF_VLAN, &vlan, sizeof(vlan));
	peer_put(buf, IFLA_VF_RATE, &rate, sizeof(rate));
	peer_put(buf, IFLA_VF_SPOOFCHK, &spoof, sizeof(spoof));
	peer_put(buf, IFLA_VF_LINK_STATE, &state, sizeof(state));
	peer_put(buf, IFLA_VF_TRUST, &trust, sizeof(trust));
	list = peer_nest(buf, IFLA_VF_VLAN_LIST);
	peer_put(buf, IFLA_VF_VLAN_INFO, &info, sizeof(info));
	peer_nest_end(buf, list);
	peer_nest_end(buf, nest);
}

static inline bool peer_has_link(const struct peer *peer, unsigned i)
{
	char path[200], target[200];
	ssize_t n;

	snprintf(path, sizeof(path), "%s/sys/bus/pci/devices/0000:01:01.%u/driver", peer->root, i);
	n = readlink(path, target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = 0;
	return strstr(target, "mlx5_core") && !(peer->away & 1u << i);
}

static inline void peer_vf_link(struct ms_buf *buf, uint32_t seq, unsigned i)
{
	struct ifinfomsg head = { .ifi_type = 1, .ifi_index = 10 + (int)i, .ifi_flags = 1 };
	char name[16];
	size_t at;

	snprintf(name, sizeof(name), "eth0v%u", i);
	peer_begin(buf, &at, RTM_NEWLINK, NLM_F_MULTI, seq, &head, sizeof(head));
	peer_put_text(buf, IFLA_IFNAME, name);
	peer_end(buf, at);
}

static inline void peer_addresses(const struct peer *peer, struct ms_buf *buf, uint32_t seq)
{
	for (unsigned i = 0; i < 4; i++) {
		struct ifaddrmsg head = { .ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = i ? 9 + i : 2 };
		size_t at;

		if (!peer->addresses[i])
			continue;
		peer_begin(buf, &at, RTM_NEWADDR, NLM_F_MULTI, seq, &head, sizeof(head));
		peer_put(buf, IFA_LOCAL, &peer->addresses[i], 4);
		peer_end(buf, at);
	}
	peer_done(buf, seq);
}

static inline void peer_routes(const struct peer *peer, struct ms_buf *buf, uint32_t seq)
{
	struct rtmsg head = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST, .rtm_table = RT_TABLE_MAIN };
	size_t at;

	if (peer->routed) {
		peer_begin(buf, &at, RTM_NEWROUTE, NLM_F_MULTI, seq, &head, sizeof(head));
		peer_put_u32(buf, RTA_OIF, 2);
		peer_end(buf, at);
	}
	peer_done(buf, seq);
}

/* Representors, and the bridge that some are in. */
static inline void peer_port_links(const struct peer *peer, struct ms_buf *buf, uint32_t seq)
{
	struct ifinfomsg head = { .ifi_type = 1, .ifi_index = 40, .ifi_flags = 1 };
	char name[16], port[16];
	size_t at, nest;

	peer_begin(buf, &at, RTM_NEWLINK, NLM_F_MULTI, seq, &head, sizeof(head));
	peer_put_text(buf, IFLA_IFNAME, "br0");
	nest = peer_nest(buf, IFLA_LINKINFO);
	peer_put_text(buf, IFLA_INFO_KIND, "bridge");
	peer_nest_end(buf, nest);
	peer_end(buf, at);
	for (unsigned i = 0; i < peer->n; i++) {
		head.ifi_index = 30 + (int)i;
		snprintf(name, sizeof(name), "eth0_%u", i);
		snprintf(port, sizeof(port), "pf0vf%u", i);
		peer_begin(buf, &at, RTM_NEWLINK, NLM_F_MULTI, seq, &head, sizeof(head));
		peer_put_text(buf, IFLA_IFNAME, name);
		peer_put_text(buf, IFLA_PHYS_PORT_NAME, port);
		if (peer->bridged & 1u << i)
			peer_put_u32(buf, IFLA_MASTER, 40);
		peer_end(buf, at);
	}
}

static inline void peer_port(struct ms_buf *buf, uint32_t seq)
{
	struct ifinfomsg head = { .ifi_type = 1, .ifi_index = 3, .ifi_flags = 1 };
	size_t at;

	peer_begin(buf, &at, RTM_NEWLINK, NLM_F_MULTI, seq, &head, sizeof(head));
	peer_put_text(buf, IFLA_IFNAME, "eth1");
	peer_end(buf, at);
}

static inline void peer_links(struct peer *peer, struct ms_buf *buf, uint32_t seq)
{
	static const unsigned char mac[6] = { 0xb8, 0x59, 0x9f, 0, 0, 1 };
	struct ifinfomsg head = { .ifi_type = 1, .ifi_index = 2, .ifi_flags = 1 };
	size_t at, list;

	peer_begin(buf, &at, RTM_NEWLINK, NLM_F_MULTI, seq, &head, sizeof(head));
	peer_put_text(buf, IFLA_IFNAME, "eth0");
	peer_put_u32(buf, IFLA_MTU, peer->mtu);
	peer_put(buf, IFLA_ADDRESS, mac, sizeof(mac));
	peer_put(buf, IFLA_PERM_ADDRESS, mac, sizeof(mac));
	peer_put_u32(buf, IFLA_NUM_VF, peer->n);
	if (peer->ipoib) {
		list = peer_nest(buf, IFLA_LINKINFO);
		peer_put_text(buf, IFLA_INFO_KIND, "ipoib");
		peer_nest_end(buf, list);
	}
	list = peer_nest(buf, IFLA_VFINFO_LIST);
	for (unsigned i = 0; i < peer->n; i++)
		peer_vf(buf, i, &peer->functions[i]);
	peer_nest_end(buf, list);
	peer_end(buf, at);
	if (peer->two_ports)
		peer_port(buf, seq);
	for (unsigned i = 0; i < peer->n; i++)
		if (peer_has_link(peer, i))
			peer_vf_link(buf, seq, i);
	if (peer->mode)
		peer_port_links(peer, buf, seq);
	peer_done(buf, seq);
}

/* As do_setvfinfo() does it; -EINVAL for a function that is not there. */
static inline int peer_set_vf(struct peer *peer, const struct nlattr *info)
{
	const struct nlattr *attrs[IFLA_VF_MAX + 1], *first = ms_nl_next(info, NULL), *entry;
	unsigned i = ms_nl_u32(ms_nl_type(first) == IFLA_VF_VLAN_LIST ? ms_nl_next(first, NULL) : first, ~0u);
	struct peer_function *f = &peer->functions[i < PEER_VFS ? i : 0];
	const uint32_t *n;

	if (i >= peer->n)
		return -EINVAL;
	ms_nl_parse_nested(info, attrs, IFLA_VF_MAX);
	if ((n = ms_nl_data(attrs[IFLA_VF_MAC], sizeof(struct ifla_vf_mac))))
		memcpy(f->mac, n + 1, 6);
	if ((n = ms_nl_data(attrs[IFLA_VF_VLAN], 12))) {
		f->vlan = n[1], f->qos = n[2];
		f->proto = htons(ETH_P_8021Q);
	}
	entry = ms_nl_next(attrs[IFLA_VF_VLAN_LIST], NULL);
	if ((n = ms_nl_data(entry, sizeof(struct ifla_vf_vlan_info)))) {
		f->vlan = n[1], f->qos = n[2];
		f->proto = ((const struct ifla_vf_vlan_info *)(const void *)n)->vlan_proto;
	}
	if ((n = ms_nl_data(attrs[IFLA_VF_SPOOFCHK], 8)))
		f->spoof = n[1];
	if ((n = ms_nl_data(attrs[IFLA_VF_TRUST], 8)))
		f->trust = n[1];
	if ((n = ms_nl_data(attrs[IFLA_VF_LINK_STATE], 8)))
		f->link = n[1];
	if ((n = ms_nl_data(attrs[IFLA_VF_RATE], 12)))
		f->min = n[1], f->max = n[2];
	return 0;
}

static inline int peer_set_link(struct peer *peer, const struct nlmsghdr *request)
{
	const struct nlattr *attrs[IFLA_MAX + 1], *info;
	int r = 0;

	ms_nl_parse(request, sizeof(struct ifinfomsg), attrs, IFLA_MAX);
	peer->mtu = ms_nl_u32(attrs[IFLA_MTU], peer->mtu);
	ms_nl_each(info, attrs[IFLA_VFINFO_LIST])
		r = r ? r : peer_set_vf(peer, info);
	return r;
}

/* ---- devlink ---- */

static inline void peer_devlink_begin(struct ms_buf *buf, size_t *at, const struct nlmsghdr *request)
{
	struct genlmsghdr head = { .cmd = 1, .version = 1 };

	peer_begin(buf, at, PEER_DEVLINK, 0, request->nlmsg_seq, &head, sizeof(head));
	peer_put_text(buf, DEVLINK_ATTR_BUS_NAME, "pci");
	peer_put_text(buf, DEVLINK_ATTR_DEV_NAME, "0000:01:00.0");
}

static inline void peer_version(struct ms_buf *buf, uint16_t store, const char *name, const char *value)
{
	size_t nest = peer_nest(buf, store);

	peer_put_text(buf, DEVLINK_ATTR_INFO_VERSION_NAME, name);
	peer_put_text(buf, DEVLINK_ATTR_INFO_VERSION_VALUE, value);
	peer_nest_end(buf, nest);
}

static inline void peer_value(struct ms_buf *buf, uint8_t cmode, const void *data, size_t len, bool there)
{
	size_t nest = peer_nest(buf, DEVLINK_ATTR_PARAM_VALUE);

	if (there)
		peer_put(buf, DEVLINK_ATTR_PARAM_VALUE_DATA, data, len);
	peer_put(buf, DEVLINK_ATTR_PARAM_VALUE_CMODE, &cmode, 1);
	peer_nest_end(buf, nest);
}

static inline void peer_parameter(struct ms_buf *buf, const struct nlmsghdr *request, const char *name, uint8_t type,
				  const struct peer *peer)
{
	size_t at, nest, list;

	peer_devlink_begin(buf, &at, request);
	nest = peer_nest(buf, DEVLINK_ATTR_PARAM);
	peer_put_text(buf, DEVLINK_ATTR_PARAM_NAME, name);
	peer_put(buf, DEVLINK_ATTR_PARAM_TYPE, &type, 1);
	list = peer_nest(buf, DEVLINK_ATTR_PARAM_VALUES_LIST);
	if (type == 6)
		peer_value(buf, DEVLINK_PARAM_CMODE_DRIVERINIT, NULL, 0, peer->roce);
	if (type == 5)
		peer_value(buf, DEVLINK_PARAM_CMODE_RUNTIME, peer->steering, strlen(peer->steering) + 1, true);
	if (type == 3) {
		peer_value(buf, DEVLINK_PARAM_CMODE_RUNTIME, &peer->vectors, 4, true);
		peer_value(buf, DEVLINK_PARAM_CMODE_PERMANENT, &peer->vectors_kept, 4, true);
	}
	peer_nest_end(buf, list);
	peer_nest_end(buf, nest);
	peer_end(buf, at);
}

static inline int peer_set_parameter(struct peer *peer, const struct nlattr *const *attrs)
{
	const char *name = ms_nl_text(attrs[DEVLINK_ATTR_PARAM_NAME]);
	const struct nlattr *data = attrs[DEVLINK_ATTR_PARAM_VALUE_DATA];
	uint8_t type = ms_nl_u8(attrs[DEVLINK_ATTR_PARAM_TYPE], 0), cmode = ms_nl_u8(attrs[DEVLINK_ATTR_PARAM_VALUE_CMODE], 9);

	if (ms_streq(name, "enable_roce") && type == 6 && cmode == DEVLINK_PARAM_CMODE_DRIVERINIT)
		peer->roce = data != NULL;
	else if (ms_streq(name, "flow_steering_mode") && type == 5 && cmode == DEVLINK_PARAM_CMODE_RUNTIME && ms_nl_text(data))
		snprintf(peer->steering, sizeof(peer->steering), "%s", ms_nl_text(data));
	else if (ms_streq(name, "msix_vec_per_pf_max") && type == 3 && ms_nl_len(data) == 4 &&
		 cmode == DEVLINK_PARAM_CMODE_PERMANENT)
		peer->vectors_kept = ms_nl_u32(data, 0);
	else
		return -EINVAL;
	return 0;
}

static inline void peer_info(const struct peer *peer, struct ms_buf *buf, const struct nlmsghdr *request)
{
	size_t at;

	peer_devlink_begin(buf, &at, request);
	peer_put_text(buf, DEVLINK_ATTR_INFO_DRIVER_NAME, "mlx5_core");
	if (!peer->no_serial)
		peer_put_text(buf, DEVLINK_ATTR_INFO_SERIAL_NUMBER, "MT2214X00001");
	peer_version(buf, DEVLINK_ATTR_INFO_VERSION_FIXED, "fw.psid", "MT_0000000359");
	peer_version(buf, DEVLINK_ATTR_INFO_VERSION_RUNNING, "fw.version", "22.36.1010");
	peer_version(buf, DEVLINK_ATTR_INFO_VERSION_STORED, "fw.version", peer->stored);
	peer_end(buf, at);
	peer_ack(buf, request, 0);
}

static inline void peer_ports(const struct peer *peer, struct ms_buf *buf, const struct nlmsghdr *request)
{
	for (unsigned i = 0; peer->mode && i < peer->n; i++) {
		uint16_t flavour = DEVLINK_PORT_FLAVOUR_PCI_VF, vf = (uint16_t)i;
		char name[16];
		size_t at;

		snprintf(name, sizeof(name), "eth0_%u", i);
		peer_devlink_begin(buf, &at, request);
		peer_put_text(buf, DEVLINK_ATTR_PORT_NETDEV_NAME, name);
		peer_put(buf, DEVLINK_ATTR_PORT_FLAVOUR, &flavour, 2);
		peer_put(buf, DEVLINK_ATTR_PORT_PCI_VF_NUMBER, &vf, 2);
		peer_end(buf, at);
	}
	peer_done(buf, request->nlmsg_seq);
}

static inline void peer_eswitch(const struct peer *peer, struct ms_buf *buf, const struct nlmsghdr *request)
{
	size_t at;

	peer_devlink_begin(buf, &at, request);
	if (!peer->no_eswitch) {
		peer_put(buf, DEVLINK_ATTR_ESWITCH_MODE, &peer->mode, 2);
		peer_put(buf, DEVLINK_ATTR_ESWITCH_INLINE_MODE, &peer->inlined, 1);
		peer_put(buf, DEVLINK_ATTR_ESWITCH_ENCAP_MODE, &peer->encap, 1);
	}
	peer_end(buf, at);
	peer_ack(buf, request, 0);
}

static inline int peer_reload(struct peer *peer)
{
	if (peer->refuse_reload)
		return -EOPNOTSUPP;
	peer->reloads++;
	peer->roce_runs = peer->roce;
	return 0;
}

static inline void peer_devlink(struct peer *peer, struct ms_buf *buf, const struct nlmsghdr *request)
{
	const struct genlmsghdr *head = ms_nl_header(request, sizeof(*head));
	const struct nlattr *attrs[DEVLINK_ATTR_MAX + 1];

	ms_nl_parse(request, GENL_HDRLEN, attrs, DEVLINK_ATTR_MAX);
	switch (head->cmd) {
	case DEVLINK_CMD_INFO_GET: peer_info(peer, buf, request); break;
	case DEVLINK_CMD_ESWITCH_GET: peer_eswitch(peer, buf, request); break;
	case DEVLINK_CMD_PORT_GET: peer_ports(peer, buf, request); break;
	case DEVLINK_CMD_PARAM_GET:
		peer_parameter(buf, request, "enable_roce", 6, peer);
		peer_parameter(buf, request, "flow_steering_mode", 5, peer);
		peer_parameter(buf, request, "msix_vec_per_pf_max", 3, peer);
		peer_done(buf, request->nlmsg_seq);
		break;
	case DEVLINK_CMD_ESWITCH_SET:
		peer->mode = ms_nl_u16(attrs[DEVLINK_ATTR_ESWITCH_MODE], peer->mode);
		peer->inlined = ms_nl_u8(attrs[DEVLINK_ATTR_ESWITCH_INLINE_MODE], peer->inlined);
		peer->encap = ms_nl_u8(attrs[DEVLINK_ATTR_ESWITCH_ENCAP_MODE], peer->encap);
		peer_ack(buf, request, 0);
		break;
	case DEVLINK_CMD_PARAM_SET: peer_ack(buf, request, peer_set_parameter(peer, attrs)); break;
	case DEVLINK_CMD_RELOAD: peer_ack(buf, request, peer_reload(peer)); break;
	case DEVLINK_CMD_FLASH_UPDATE:
		snprintf(peer->stored, sizeof(peer->stored), "%s", "22.41.1000");
		peer_ack(buf, request, ms_streq(ms_nl_text(attrs[DEVLINK_ATTR_FLASH_UPDATE_FILE_NAME]), "fw.bin") ? 0 : -ENOENT);
		break;
	default: peer_ack(buf, request, -EOPNOTSUPP);
	}
}

/* ---- ethtool ---- */

static inline void peer_bits(struct ms_buf *buf, uint16_t type, bool masked, const char *const *names, const bool *on)
{
	size_t set = peer_nest(buf, type), bits, bit;

	if (!masked)
		peer_put(buf, ETHTOOL_A_BITSET_NOMASK, NULL, 0);
	bits = peer_nest(buf, ETHTOOL_A_BITSET_BITS);
	for (size_t i = 0; names[i]; i++) {
		if (!masked && !on[i])
			continue;
		bit = peer_nest(buf, ETHTOOL_A_BITSET_BITS_BIT);
		peer_put_text(buf, ETHTOOL_A_BITSET_BIT_NAME, names[i]);
		if (masked && on[i])
			peer_put(buf, ETHTOOL_A_BITSET_BIT_VALUE, NULL, 0);
		peer_nest_end(buf, bit);
	}
	peer_nest_end(buf, bits);
	peer_nest_end(buf, set);
}

static inline void peer_features(const struct peer *peer, struct ms_buf *buf)
{
	static const char *const names[] = { "rx-gro-hw", "hw-tc-offload", "netns-local", "highdma", NULL };
	const bool hw[] = { true, true, false, true }, active[] = { peer->gro, peer->tc, true, true },
		   never[] = { false, false, true, true };

	peer_bits(buf, ETHTOOL_A_FEATURES_HW, true, names, hw);
	peer_bits(buf, ETHTOOL_A_FEATURES_ACTIVE, false, names, active);
	peer_bits(buf, ETHTOOL_A_FEATURES_NOCHANGE, false, names, never);
}

static inline void peer_set_features(struct peer *peer, const struct nlmsghdr *request)
{
	const struct nlattr *attrs[8], *set[8], *bit, *inside[8];

	ms_nl_parse(request, GENL_HDRLEN, attrs, 7);
	ms_nl_parse_nested(attrs[ETHTOOL_A_FEATURES_WANTED], set, 7);
	ms_nl_each(bit, set[ETHTOOL_A_BITSET_BITS]) {
		ms_nl_parse_nested(bit, inside, 7);
		if (ms_streq(ms_nl_text(inside[ETHTOOL_A_BITSET_BIT_NAME]), "hw-tc-offload"))
			peer->tc = inside[ETHTOOL_A_BITSET_BIT_VALUE];
		if (ms_streq(ms_nl_text(inside[ETHTOOL_A_BITSET_BIT_NAME]), "rx-gro-hw"))
			peer->gro = inside[ETHTOOL_A_BITSET_BIT_VALUE];
	}
}

static inline void peer_ethtool(struct peer *peer, struct ms_buf *buf, const struct nlmsghdr *request)
{
	const struct genlmsghdr *head = ms_nl_header(request, sizeof(*head));
	const struct nlattr *attrs[17];
	size_t at;

	ms_nl_parse(request, GENL_HDRLEN, attrs, 16);
	switch (head->cmd) {
	case ETHTOOL_MSG_RINGS_SET:
		peer->rx = ms_nl_u32(attrs[ETHTOOL_A_RINGS_RX], peer->rx);
		peer->tx = ms_nl_u32(attrs[ETHTOOL_A_RINGS_TX], peer->tx);
		break;
	case ETHTOOL_MSG_CHANNELS_SET:
		peer->combined = ms_nl_u32(attrs[ETHTOOL_A_CHANNELS_COMBINED_COUNT], peer->combined);
		break;
	case ETHTOOL_MSG_FEATURES_SET: peer_set_features(peer, request); break;
	case ETHTOOL_MSG_RINGS_GET:
	case ETHTOOL_MSG_CHANNELS_GET:
	case ETHTOOL_MSG_FEATURES_GET:
		peer_begin(buf, &at, PEER_ETHTOOL, 0, request->nlmsg_seq, head, sizeof(*head));
		if (head->cmd == ETHTOOL_MSG_RINGS_GET) {
			peer_put_u32(buf, ETHTOOL_A_RINGS_RX, peer->rx);
			peer_put_u32(buf, ETHTOOL_A_RINGS_TX, peer->tx);
			peer_put_u32(buf, ETHTOOL_A_RINGS_RX_MAX, 8192);
		} else if (head->cmd == ETHTOOL_MSG_CHANNELS_GET) {
			peer_put_u32(buf, ETHTOOL_A_CHANNELS_COMBINED_COUNT, peer->combined);
			peer_put_u32(buf, ETHTOOL_A_CHANNELS_COMBINED_MAX, 63);
		} else {
			peer_features(peer, buf);
		}
		peer_end(buf, at);
		break;
	default: peer_ack(buf, request, -EOPNOTSUPP); return;
	}
	peer_ack(buf, request, 0);
}

static inline void peer_family(struct ms_buf *buf, const struct nlmsghdr *request)
{
	const struct genlmsghdr *head = ms_nl_header(request, sizeof(*head));
	const struct nlattr *attrs[CTRL_ATTR_FAMILY_NAME + 1];
	uint16_t id;
	size_t at;

	ms_nl_parse(request, GENL_HDRLEN, attrs, CTRL_ATTR_FAMILY_NAME);
	id = ms_streq(ms_nl_text(attrs[CTRL_ATTR_FAMILY_NAME]), "devlink") ? PEER_DEVLINK : PEER_ETHTOOL;
	peer_begin(buf, &at, GENL_ID_CTRL, 0, request->nlmsg_seq, head, sizeof(*head));
	peer_put(buf, CTRL_ATTR_FAMILY_ID, &id, sizeof(id));
	peer_end(buf, at);
	peer_ack(buf, request, 0);
}

static inline int peer_exchange(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes,
				struct ms_buf *replies, struct ms_err *err)
{
	struct peer *peer = ctx;
	int refuse = peer->refuse;

	(void)err;
	(void)request;
	peer->asked++;
	switch (bytes->nlmsg_type) {
	case GENL_ID_CTRL: peer_family(replies, bytes); break;
	case PEER_DEVLINK: peer_devlink(peer, replies, bytes); break;
	case PEER_ETHTOOL: peer_ethtool(peer, replies, bytes); break;
	case RTM_GETLINK:
		peer_settle(peer);
		peer_links(peer, replies, bytes->nlmsg_seq);
		break;
	case RTM_GETADDR: peer_addresses(peer, replies, bytes->nlmsg_seq); break;
	case RTM_GETROUTE: peer_routes(peer, replies, bytes->nlmsg_seq); break;
	case RTM_SETLINK:
		peer->sets++;
		peer->refuse = 0;
		peer_ack(replies, bytes, refuse ? refuse : peer_set_link(peer, bytes));
		break;
	default:
		peer_ack(replies, bytes, -ENOENT);
	}
	return replies->failed;
}

static const struct ms_nl_ops peer_ops = { .exchange = peer_exchange };

#endif
