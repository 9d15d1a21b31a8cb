/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host that is not there: a kernel with one NIC that answers rtnetlink, DCB, ethtool and RDMA netlink as an mlx5 does,
 * and a tree of files for what is in sysfs and configfs.
 */
#ifndef ROCE_FIXTURE_H
#define ROCE_FIXTURE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <cmocka.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <rdma/rdma_netlink.h>
#include "host/host-private.h"
#include "roce/aspect.h"
#include "roce/dcb.h"

#define NETDEV "ens1f0np0"
#define PCI "0000:3b:00.0"
#define INDEX 7
#define ETHTOOL_ID 20

enum app_habit { APPS_REPLACED /* mlx5 */, APPS_PLAIN, APPS_ONCE /* ice */ };

/* An interface beside: of a bond, a port of the same card... */
struct beside { const char *name; int index, master; const char *kind, *member, *alternative; int parent; };

struct kernel {
	char root[80];
	struct beside beside[4];     /* until one without a name */
	int master;                  /* of NETDEV: bond0 */
	const char *protocol;        /* of the RDMA device: "iw"; NULL = not said */
	bool no_interface;           /* its port has none: InfiniBand */
	bool no_rdma;                /* nothing was loaded */
	bool no_ethtool;             /* Linux 5.4: no such family */
	bool no_statistics;          /* Linux 5.8: they may not be asked for */
	struct roce_dcb dcb;
	enum app_habit habit;
	bool no_dcb, own_buffers;    /* own_buffers: PFC moves priorities into buffers, as mlx5 does */
	int refuse;                  /* what the driver says of the next change of DCB, in the octet */
	bool exclusive, in_use;      /* RDMA by network namespace; there are others */
	uint32_t mtu;
	uint8_t pause_autoneg, pause_rx, pause_tx;
	unsigned changes;
	struct ms_buf *replies;
	uint32_t seq;
};

/* ---- answers: requests are messages, too ---- */

static inline void reply_end(struct kernel *kernel, struct ms_nl_request *reply)
{
	struct nlmsghdr *head = nlmsg_hdr(reply->msg);

	assert_int_equal(reply->failed, 0);
	head->nlmsg_seq = kernel->seq;
	head->nlmsg_flags = 0;
	assert_int_equal(ms_buf_add(kernel->replies, head, NLMSG_ALIGN(head->nlmsg_len)), 0);
	ms_nl_request_release(reply);
}

static inline void reply_error(struct kernel *kernel, int error)
{
	struct nlmsgerr body = { .error = error };
	struct ms_nl_request reply;

	ms_nl_request_init(&reply, NETLINK_ROUTE, NLMSG_ERROR, 0, &body, sizeof(body), "error");
	reply_end(kernel, &reply);
}

static inline void reply_done(struct kernel *kernel)
{
	int none = 0;
	struct ms_nl_request reply;

	ms_nl_request_init(&reply, NETLINK_ROUTE, NLMSG_DONE, 0, &none, sizeof(none), "done");
	reply_end(kernel, &reply);
}

static inline void answer_beside(struct kernel *kernel, const struct beside *beside)
{
	struct ifinfomsg head = { .ifi_type = ARPHRD_ETHER, .ifi_index = beside->index };
	struct ms_nl_request reply;
	struct nlattr *nest;

	ms_nl_request_init(&reply, NETLINK_ROUTE, RTM_NEWLINK, 0, &head, sizeof(head), "link");
	ms_nl_put_text(&reply, IFLA_IFNAME, beside->name);
	if (beside->master)
		ms_nl_put_u32(&reply, IFLA_MASTER, (uint32_t)beside->master);
	if (beside->parent)
		ms_nl_put_u32(&reply, IFLA_LINK, (uint32_t)beside->parent);
	nest = ms_nl_nest(&reply, IFLA_LINKINFO);
	if (beside->kind)
		ms_nl_put_text(&reply, IFLA_INFO_KIND, beside->kind);
	if (beside->member)
		ms_nl_put_text(&reply, IFLA_INFO_SLAVE_KIND, beside->member);
	ms_nl_nest_end(&reply, nest);
	nest = ms_nl_nest(&reply, IFLA_PROP_LIST);
	if (beside->alternative)
		ms_nl_put_text(&reply, IFLA_ALT_IFNAME, beside->alternative);
	ms_nl_nest_end(&reply, nest);
	reply_end(kernel, &reply);
}

static inline void answer_links(struct kernel *kernel)
{
	struct nlattr *nest;
	struct ifinfomsg head = { .ifi_type = ARPHRD_ETHER, .ifi_index = INDEX, .ifi_flags = 0x11043 };
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	struct ms_nl_request reply;

	ms_nl_request_init(&reply, NETLINK_ROUTE, RTM_NEWLINK, 0, &head, sizeof(head), "link");
	ms_nl_put_text(&reply, IFLA_IFNAME, NETDEV);
	ms_nl_put_u32(&reply, IFLA_MTU, kernel->mtu);
	ms_nl_put_u8(&reply, IFLA_OPERSTATE, 6);
	ms_nl_put(&reply, IFLA_ADDRESS, mac, sizeof(mac));
	if (kernel->master) {
		ms_nl_put_u32(&reply, IFLA_MASTER, (uint32_t)kernel->master);
		nest = ms_nl_nest(&reply, IFLA_LINKINFO);
		ms_nl_put_text(&reply, IFLA_INFO_SLAVE_KIND, "bond");
		ms_nl_nest_end(&reply, nest);
	}
	reply_end(kernel, &reply);
	for (size_t i = 0; i < MS_ARRAY_SIZE(kernel->beside) && kernel->beside[i].name; i++)
		answer_beside(kernel, &kernel->beside[i]);
	reply_done(kernel);
}

/* ---- DCB (net/dcb/dcbnl.c) ---- */

static inline void answer_dcb(struct kernel *kernel)
{
	const struct roce_dcb *dcb = &kernel->dcb;
	struct dcbmsg head = { .cmd = DCB_CMD_IEEE_GET };
	struct ms_nl_request reply;
	struct nlattr *ieee, *table;

	ms_nl_request_init(&reply, NETLINK_ROUTE, RTM_GETDCB, 0, &head, sizeof(head), "dcb");
	ms_nl_put_text(&reply, DCB_ATTR_IFNAME, NETDEV);
	ieee = ms_nl_nest_plain(&reply, DCB_ATTR_IEEE);
	ms_nl_put(&reply, DCB_ATTR_IEEE_ETS, &dcb->ets, sizeof(dcb->ets));
	ms_nl_put(&reply, DCB_ATTR_IEEE_PFC, &dcb->pfc, sizeof(dcb->pfc));
	ms_nl_put(&reply, DCB_ATTR_IEEE_MAXRATE, &dcb->rates, sizeof(dcb->rates));
	if (dcb->has_buffer)
		ms_nl_put(&reply, DCB_ATTR_DCB_BUFFER, &dcb->buffer, sizeof(dcb->buffer));
	table = ms_nl_nest_plain(&reply, DCB_ATTR_IEEE_APP_TABLE);
	for (size_t i = dcb->n_apps; i--;)
		ms_nl_put(&reply, DCB_ATTR_IEEE_APP, &dcb->apps[i], sizeof(dcb->apps[i]));
	ms_nl_nest_end(&reply, table);
	ms_nl_nest_end(&reply, ieee);
	ms_nl_put_u8(&reply, DCB_ATTR_DCBX, dcb->dcbx);
	reply_end(kernel, &reply);
	reply_error(kernel, 0);
}

static inline bool drop_app(struct roce_dcb *dcb, const struct dcb_app *app, bool any_priority)
{
	bool found = false;

	for (size_t i = 0; i < dcb->n_apps; i++) {
		struct dcb_app *at = &dcb->apps[i];

		if (at->selector != app->selector || at->protocol != app->protocol ||
		    (!any_priority && at->priority != app->priority))
			continue;
		memmove(at, at + 1, (dcb->n_apps - i-- - 1) * sizeof(*at));
		dcb->n_apps--;
		found = true;
	}
	return found;
}

static inline int set_app(struct kernel *kernel, const struct dcb_app *app)
{
	struct roce_dcb *dcb = &kernel->dcb;

	for (size_t i = 0; kernel->habit == APPS_ONCE && i < dcb->n_apps; i++)
		if (dcb->apps[i].selector == app->selector && dcb->apps[i].protocol == app->protocol)
			return -EINVAL;
	if (kernel->habit == APPS_REPLACED)
		drop_app(dcb, app, true);
	assert_true(dcb->n_apps < ROCE_APPS_MAX);
	dcb->apps[dcb->n_apps++] = *app;
	return 0;
}

static inline int change_apps(struct kernel *kernel, const struct nlattr *table, bool remove)
{
	const struct nlattr *attr;
	int r = 0;

	ms_nl_each(attr, table) {
		const struct dcb_app *app = ms_nl_data(attr, sizeof(*app));

		assert_non_null(app);
		if (!r && remove)
			r = drop_app(&kernel->dcb, app, false) ? 0 : -ENOENT;
		else if (!r)
			r = set_app(kernel, app);
	}
	return r;
}

/* As mlx5e_port_manual_buffer_config does with what is lossless. */
static inline void move_buffers(struct roce_dcb *dcb)
{
	for (size_t i = 0; i < 8; i++)
		dcb->buffer.prio2buffer[i] = dcb->pfc.pfc_en >> i & 1;
	dcb->buffer.buffer_size[1] = dcb->pfc.pfc_en ? dcb->buffer.total_size / 2 : 0;
	dcb->buffer.buffer_size[0] = dcb->buffer.total_size - dcb->buffer.buffer_size[1];
}

static inline int check_ets(const struct ieee_ets *ets)
{
	unsigned sum = 0;

	for (size_t i = 0; i < 8; i++) {
		if (ets->prio_tc[i] >= 8)
			return -EINVAL;
		if (ets->tc_tsa[i] != IEEE_8021QAZ_TSA_ETS)
			continue;
		if (!ets->tc_tx_bw[i])
			return -EINVAL;
		sum += ets->tc_tx_bw[i];
	}
	return sum && sum != 100 ? -EINVAL : 0;
}

/* As mlx5e_dcbnl_ieee_setmaxrate does. */
static inline void round_rates(struct ieee_maxrate *rates)
{
	for (size_t i = 0; i < 8; i++) {
		__u64 *rate = &rates->tc_maxrate[i], unit = *rate <= 25500000 ? 100000 : 1000000;

		if (*rate)
			*rate = *rate < unit ? unit : *rate / unit * unit;
	}
}

static inline int change_dcb(struct kernel *kernel, const struct nlattr *nest, bool remove)
{
	const struct nlattr *ieee[DCB_ATTR_IEEE_MAX + 1];
	struct roce_dcb *dcb = &kernel->dcb;
	const struct ieee_ets *ets;

	ms_nl_parse_nested(nest, ieee, DCB_ATTR_IEEE_MAX);
	ets = ms_nl_data(ieee[DCB_ATTR_IEEE_ETS], sizeof(*ets));
	if (ets && check_ets(ets))
		return -EINVAL;
	if (ets)
		dcb->ets = *ets;
	if (ms_nl_data(ieee[DCB_ATTR_IEEE_PFC], sizeof(dcb->pfc))) {
		memcpy(&dcb->pfc, ms_nl_data(ieee[DCB_ATTR_IEEE_PFC], sizeof(dcb->pfc)), sizeof(dcb->pfc));
		if (kernel->own_buffers)
			move_buffers(dcb);
	}
	if (ms_nl_data(ieee[DCB_ATTR_IEEE_MAXRATE], sizeof(dcb->rates))) {
		memcpy(&dcb->rates, ms_nl_data(ieee[DCB_ATTR_IEEE_MAXRATE], sizeof(dcb->rates)), sizeof(dcb->rates));
		round_rates(&dcb->rates);
	}
	if (ms_nl_data(ieee[DCB_ATTR_DCB_BUFFER], sizeof(dcb->buffer)))
		memcpy(&dcb->buffer, ms_nl_data(ieee[DCB_ATTR_DCB_BUFFER], sizeof(dcb->buffer)), sizeof(dcb->buffer));
	return change_apps(kernel, ieee[DCB_ATTR_IEEE_APP_TABLE], remove);
}

static inline void answer_set_dcb(struct kernel *kernel, const struct nlmsghdr *bytes)
{
	const struct nlattr *top[DCB_ATTR_MAX + 1];
	const struct dcbmsg *head = ms_nl_header(bytes, sizeof(*head));
	int attr = head->cmd == DCB_CMD_SDCBX ? DCB_ATTR_DCBX : DCB_ATTR_IEEE, said = kernel->refuse;
	struct dcbmsg back = { .cmd = head->cmd };
	struct ms_nl_request reply;

	ms_nl_parse(bytes, sizeof(*head), top, DCB_ATTR_MAX);
	assert_string_equal(ms_nl_text(top[DCB_ATTR_IFNAME]), NETDEV);
	kernel->refuse = 0;
	if (!said && attr == DCB_ATTR_DCBX)
		kernel->dcb.dcbx = ms_nl_u8(top[DCB_ATTR_DCBX], 0);
	else if (!said)
		said = change_dcb(kernel, top[DCB_ATTR_IEEE], head->cmd == DCB_CMD_IEEE_DEL);
	kernel->changes++;
	ms_nl_request_init(&reply, NETLINK_ROUTE, RTM_SETDCB, 0, &back, sizeof(back), "dcb");
	ms_nl_put_u8(&reply, attr, (uint8_t)said);
	reply_end(kernel, &reply);
	reply_error(kernel, 0);
}

/* ---- ethtool, RDMA ---- */

static inline void answer_generic(struct kernel *kernel, const struct nlmsghdr *bytes)
{
	const struct genlmsghdr *head = ms_nl_header(bytes, sizeof(*head));
	const struct nlattr *attrs[ETHTOOL_A_PAUSE_TX + 1], *inside[ETHTOOL_A_HEADER_FLAGS + 1];
	struct genlmsghdr back = { .cmd = head->cmd };
	struct ms_nl_request reply;

	ms_nl_parse(bytes, GENL_HDRLEN, attrs, ETHTOOL_A_PAUSE_TX);
	ms_nl_parse_nested(attrs[ETHTOOL_A_PAUSE_HEADER], inside, ETHTOOL_A_HEADER_FLAGS);
	if (bytes->nlmsg_type == GENL_ID_CTRL && kernel->no_ethtool) {
		reply_error(kernel, -ENOENT);
		return;
	}
	if (bytes->nlmsg_type != GENL_ID_CTRL && kernel->no_statistics && inside[ETHTOOL_A_HEADER_FLAGS]) {
		reply_error(kernel, -EOPNOTSUPP);
		return;
	}

	ms_nl_request_init(&reply, NETLINK_GENERIC, bytes->nlmsg_type, 0, &back, sizeof(back), "generic");
	if (bytes->nlmsg_type == GENL_ID_CTRL) {
		ms_nl_put_u16(&reply, CTRL_ATTR_FAMILY_ID, ETHTOOL_ID);
	} else if (head->cmd == ETHTOOL_MSG_LINKMODES_GET) {
		ms_nl_put_u32(&reply, ETHTOOL_A_LINKMODES_SPEED, 100000);
	} else if (head->cmd == ETHTOOL_MSG_PAUSE_GET) {
		ms_nl_put_u8(&reply, ETHTOOL_A_PAUSE_AUTONEG, kernel->pause_autoneg);
		ms_nl_put_u8(&reply, ETHTOOL_A_PAUSE_RX, kernel->pause_rx);
		ms_nl_put_u8(&reply, ETHTOOL_A_PAUSE_TX, kernel->pause_tx);
	} else {
		assert_int_equal(head->cmd, ETHTOOL_MSG_PAUSE_SET);
		kernel->pause_autoneg = ms_nl_u8(attrs[ETHTOOL_A_PAUSE_AUTONEG], kernel->pause_autoneg);
		kernel->pause_rx = ms_nl_u8(attrs[ETHTOOL_A_PAUSE_RX], kernel->pause_rx);
		kernel->pause_tx = ms_nl_u8(attrs[ETHTOOL_A_PAUSE_TX], kernel->pause_tx);
		kernel->changes++;
	}
	reply_end(kernel, &reply);
	reply_error(kernel, 0);
}

static inline void answer_rdma(struct kernel *kernel, const struct nlmsghdr *bytes)
{
	const struct nlattr *attrs[RDMA_NLDEV_SYS_ATTR_NETNS_MODE + 1];
	unsigned command = RDMA_NL_GET_OP(bytes->nlmsg_type);
	struct ms_nl_request reply;

	if (kernel->no_rdma) {
		reply_error(kernel, -EOPNOTSUPP);
		return;
	}
	ms_nl_request_init(&reply, NETLINK_RDMA, bytes->nlmsg_type, 0, NULL, 0, "rdma");
	if (command == RDMA_NLDEV_CMD_SYS_GET) {
		ms_nl_put_u8(&reply, RDMA_NLDEV_SYS_ATTR_NETNS_MODE, !kernel->exclusive);
		reply_end(kernel, &reply);
		reply_error(kernel, 0);
		return;
	}
	if (command == RDMA_NLDEV_CMD_SYS_SET) {
		ms_nl_request_release(&reply);
		ms_nl_parse(bytes, 0, attrs, RDMA_NLDEV_SYS_ATTR_NETNS_MODE);
		if (!kernel->in_use)
			kernel->exclusive = !ms_nl_u8(attrs[RDMA_NLDEV_SYS_ATTR_NETNS_MODE], 9);
		kernel->changes++;
		reply_error(kernel, kernel->in_use ? -EBUSY : 0);
		return;
	}
	ms_nl_put_u32(&reply, RDMA_NLDEV_ATTR_DEV_INDEX, 0);
	if (command == RDMA_NLDEV_CMD_GET) {
		ms_nl_put_text(&reply, RDMA_NLDEV_ATTR_DEV_NAME, "mlx5_0");
		if (kernel->protocol)
			ms_nl_put_text(&reply, RDMA_NLDEV_ATTR_DEV_PROTOCOL, kernel->protocol);
	} else {
		ms_nl_put_u32(&reply, RDMA_NLDEV_ATTR_PORT_INDEX, 1);
		ms_nl_put_u8(&reply, RDMA_NLDEV_ATTR_PORT_STATE, 4);
		if (!kernel->no_interface)
			ms_nl_put_u32(&reply, RDMA_NLDEV_ATTR_NDEV_INDEX, INDEX);
	}
	reply_end(kernel, &reply);
	reply_done(kernel);
}

static inline int kernel_exchange(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes,
				  struct ms_buf *replies, struct ms_err *err)
{
	struct kernel *kernel = ctx;
	const struct nlattr *attrs[IFLA_MTU + 1];

	(void)err;
	kernel->replies = replies;
	kernel->seq = bytes->nlmsg_seq;
	if (request->family == NETLINK_GENERIC) {
		answer_generic(kernel, bytes);
	} else if (request->family == NETLINK_RDMA) {
		answer_rdma(kernel, bytes);
	} else if (bytes->nlmsg_type == RTM_GETLINK) {
		answer_links(kernel);
	} else if (bytes->nlmsg_type == RTM_GETADDR) {
		reply_done(kernel);
	} else if (bytes->nlmsg_type == RTM_NEWLINK) {
		ms_nl_parse(bytes, sizeof(struct ifinfomsg), attrs, IFLA_MTU);
		kernel->mtu = ms_nl_u32(attrs[IFLA_MTU], 0);
		kernel->changes++;
		reply_error(kernel, 0);
	} else if (kernel->no_dcb) {
		reply_error(kernel, -EOPNOTSUPP);
	} else if (bytes->nlmsg_type == RTM_GETDCB) {
		answer_dcb(kernel);
	} else {
		assert_int_equal(bytes->nlmsg_type, RTM_SETDCB);
		answer_set_dcb(kernel, bytes);
	}
	return 0;
}

/* ---- files ---- */

static inline void sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static inline void sh(const char *fmt, ...)
{
	char *command = NULL;
	va_list args;

	va_start(args, fmt);
	assert_true(vasprintf(&command, fmt, args) > 0);
	va_end(args);
	if (system(command))
		fail_msg("failed: %s", command);
	free(command);
}

static inline void make_tree(struct kernel *kernel)
{
	strcpy(kernel->root, "/tmp/msctl-roce-XXXXXX");
	assert_non_null(mkdtemp(kernel->root));
	sh("cd %s && mkdir -p etc/systemd/system usr/sbin proc/sys/kernel proc/42 sys/class/net sys/class/infiniband && "
	   "touch usr/sbin/dcb && echo node01.example > proc/sys/kernel/hostname && echo 6.1.0 > proc/sys/kernel/osrelease && "
	   "echo sshd > proc/42/comm && d=sys/devices/pci0000:3a/%s && mkdir -p $d/net/%s/ecn $d/net/%s/statistics && "
	   "ln -s ../../devices/pci0000:3a/%s/net/%s sys/class/net/%s && ln -s ../../../%s $d/net/%s/device && "
	   "mkdir -p sys/bus/pci && ln -s ../../../../bus/pci $d/subsystem && echo 5 > $d/net/%s/statistics/rx_dropped && "
	   "for p in np rp; do mkdir -p $d/net/%s/ecn/roce_$p/enable; "
	   "for i in 0 1 2 3 4 5 6 7; do echo 0 > $d/net/%s/ecn/roce_$p/enable/$i; done; done && "
	   "echo 0 > $d/net/%s/ecn/roce_np/cnp_dscp && echo 7 > $d/net/%s/ecn/roce_np/cnp_802p_prio && "
	   "echo 300 > $d/net/%s/ecn/roce_rp/rpg_time_reset && mkdir ethtool && printf 'NIC statistics:\\n     rx3_packets: 12\\n"
	   "     rx_prio3_discards: 4\\n     rx_prio3_pause_duration: 70\\n' > ethtool/%s",
	   kernel->root, PCI, NETDEV, NETDEV, PCI, NETDEV, NETDEV, PCI, NETDEV, NETDEV, NETDEV, NETDEV, NETDEV, NETDEV,
	   NETDEV, NETDEV);
	sh("cd %s && i=sys/class/infiniband/mlx5_0 && mkdir -p $i/ports/1/gids $i/ports/1/gid_attrs/types "
	   "$i/ports/1/gid_attrs/ndevs $i/tc/1 $i/ports/1/hw_counters && : > $i/tc/1/traffic_class && "
	   "echo 9 > $i/ports/1/hw_counters/np_cnp_sent && echo 10 > $i/ports/1/hw_counters/lifespan && n=0 && "
	   "for g in 'fe80:0000:0000:0000:0000:00ff:fe00:0001 IB/RoCE_v1' 'fe80:0000:0000:0000:0000:00ff:fe00:0001 RoCE_v2' "
	   "'0000:0000:0000:0000:0000:ffff:0a01:000b IB/RoCE_v1' '0000:0000:0000:0000:0000:ffff:0a01:000b RoCE_v2' "
	   "'2001:0db8:0000:0000:0000:0000:0000:000b RoCE_v2'; do "
	   "set -- $g; echo $1 > $i/ports/1/gids/$n; echo $2 | tr _ ' ' > $i/ports/1/gid_attrs/types/$n; "
	   "echo %s > $i/ports/1/gid_attrs/ndevs/$n; n=$((n+1)); done && "
	   "echo 0000:0000:0000:0000:0000:0000:0000:0000 > $i/ports/1/gids/5 && "
	   "c=sys/kernel/config/rdma_cm/mlx5_0/ports/1 && mkdir -p $c && echo 0 > $c/default_roce_tos && "
	   "echo 'IB/RoCE v1' > $c/default_roce_mode",
	   kernel->root, NETDEV);
}

/* ---- as it leaves the factory ---- */

static inline struct kernel *kernel_new(void)
{
	struct kernel *kernel = calloc(1, sizeof(*kernel));

	assert_non_null(kernel);
	make_tree(kernel);
	kernel->mtu = 1500;
	kernel->pause_rx = kernel->pause_tx = 1;
	kernel->own_buffers = true;
	kernel->dcb.has_buffer = true;
	kernel->dcb.ets.ets_cap = 8;
	kernel->dcb.ets.willing = 1;
	kernel->dcb.ets.tc_rx_bw[2] = 77;
	kernel->dcb.pfc = (struct ieee_pfc){ .pfc_cap = 8, .delay = 7, .requests = { [3] = 12 } };
	memset(kernel->dcb.ets.tc_tsa, IEEE_8021QAZ_TSA_VENDOR, 8);
	kernel->dcb.buffer.total_size = kernel->dcb.buffer.buffer_size[0] = 262144;
	kernel->dcb.dcbx = DCB_CAP_DCBX_LLD_MANAGED | DCB_CAP_DCBX_VER_IEEE;
	return kernel;
}

static inline void kernel_free(struct kernel *kernel)
{
	sh("rm -rf %s", kernel->root);
	free(kernel);
}

/* record: a file for what is exchanged, NULL = none. */
static inline void kernel_open(struct kernel *kernel, struct roce_here *here, const char *record)
{
	static const struct ms_nl_ops inner = { .exchange = kernel_exchange };
	struct ms_host_opts opts = { .root = kernel->root };
	struct ms_err err = MS_ERR_INIT;
	struct ms_nl_ops ops = inner;
	struct ms_host *host = NULL;
	void *ctx = kernel;

	assert_int_equal(ms_host_open(&opts, &host, &err), 0);
	if (record && ms_nl_record_new(record, &inner, kernel, &ops, &ctx, &err))
		fail_msg("%s", err.message);
	ms_host_use_netlink(host, &ops, ctx);
	if (roce_here_init(host, here, &err))
		fail_msg("%s", err.message);
}

#endif
