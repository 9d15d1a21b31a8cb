/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel with one SR-IOV NIC, for unit tests: a tree that stands for sysfs, and netlink answers with a state.  What a
 * driver would do at once when a file is written, is done before the next answer.
 */
#ifndef NIC_PEER_H
#define NIC_PEER_H

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/if_ether.h>
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
	unsigned sets;               /* requests that change */
	int refuse;                  /* the next change is answered by this errno */
};

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

	*peer = (struct peer){ 0 };
	snprintf(peer->root, sizeof(peer->root), "%s", root);
	snprintf(script, sizeof(script),
		 "mkdir -p %s && cd %s && mkdir -p sys/bus/pci/devices/0000:01:00.0 sys/bus/pci/drivers/mlx5_core "
		 "sys/bus/pci/drivers/vfio-pci sys/class/net/eth0 && cd sys/bus/pci && : > drivers_probe && "
		 ": > drivers/mlx5_core/unbind && : > drivers/vfio-pci/unbind && "
		 "ln -s ../../../bus/pci/devices/0000:01:00.0 ../../class/net/eth0/device && cd devices/0000:01:00.0 && "
		 "echo 0x020000 > class && echo 0x15b3 > vendor && echo 0x101d > device && echo %u > sriov_totalvfs && "
		 "echo 0 > sriov_numvfs && ln -s ../../drivers/mlx5_core driver",
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

static inline void peer_links(struct peer *peer, struct ms_buf *buf, uint32_t seq)
{
	static const unsigned char mac[6] = { 0xb8, 0x59, 0x9f, 0, 0, 1 };
	struct ifinfomsg head = { .ifi_type = 1, .ifi_index = 2, .ifi_flags = 1 };
	size_t at, list;

	peer_begin(buf, &at, RTM_NEWLINK, NLM_F_MULTI, seq, &head, sizeof(head));
	peer_put_text(buf, IFLA_IFNAME, "eth0");
	peer_put_u32(buf, IFLA_MTU, 1500);
	peer_put(buf, IFLA_ADDRESS, mac, sizeof(mac));
	peer_put(buf, IFLA_PERM_ADDRESS, mac, sizeof(mac));
	peer_put_u32(buf, IFLA_NUM_VF, peer->n);
	list = peer_nest(buf, IFLA_VFINFO_LIST);
	for (unsigned i = 0; i < peer->n; i++)
		peer_vf(buf, i, &peer->functions[i]);
	peer_nest_end(buf, list);
	peer_end(buf, at);
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
	ms_nl_each(info, attrs[IFLA_VFINFO_LIST])
		r = r ? r : peer_set_vf(peer, info);
	return r;
}

static inline int peer_exchange(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes,
				struct ms_buf *replies, struct ms_err *err)
{
	struct peer *peer = ctx;
	int refuse = peer->refuse;

	(void)err;
	(void)request;
	switch (request->family == NETLINK_ROUTE ? bytes->nlmsg_type : 0) {
	case RTM_GETLINK:
		peer_settle(peer);
		peer_links(peer, replies, bytes->nlmsg_seq);
		break;
	case RTM_GETADDR:
	case RTM_GETROUTE:
		peer_done(replies, bytes->nlmsg_seq);
		break;
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
