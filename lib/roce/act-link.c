/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setting what is not DCB: MTU, pause frames, trust, points of DCQCN, marks. */
#include "roce/aspect.h"
#include "roce/persist.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>
#include <rdma/rdma_netlink.h>

int roce_act_mtu(struct roce_act *act, struct ms_err *err)
{
	struct ifinfomsg header = { .ifi_index = act->link->index };
	MS_AUTO_NL struct ms_nl_request request;

	ms_nl_request_init(&request, NETLINK_ROUTE, RTM_NEWLINK, 0, &header, sizeof(header),
			   "MTU of %s", act->link->name);
	ms_nl_put_u32(&request, IFLA_MTU, (uint32_t)json_integer_value(act->after));
	return ms_nl_talk(act->here->host, &request, NULL, NULL, err);
}

int roce_act_pause(struct roce_act *act, struct ms_err *err)
{
	MS_AUTO_NL struct ms_nl_request request;
	struct nlattr *nest;
	int r = ms_genl_request_init(act->here->host, &request, "ethtool", ETHTOOL_MSG_PAUSE_SET, 0,
				     err, "pause of %s", act->link->name);

	if (r < 0)
		return r;
	nest = ms_nl_nest(&request, ETHTOOL_A_PAUSE_HEADER);
	ms_nl_put_u32(&request, ETHTOOL_A_HEADER_DEV_INDEX, (uint32_t)act->link->index);
	ms_nl_nest_end(&request, nest);
	/* Negotiated, a peer would decide. */
	ms_nl_put_u8(&request, ETHTOOL_A_PAUSE_AUTONEG, 0);
	ms_nl_put_u8(&request, ETHTOOL_A_PAUSE_RX, ms_bool(act->after, "/rx", false));
	ms_nl_put_u8(&request, ETHTOOL_A_PAUSE_TX, ms_bool(act->after, "/tx", false));
	return ms_nl_talk(act->here->host, &request, NULL, NULL, err);
}

int roce_act_trust(struct roce_act *act, struct ms_err *err)
{
	return ms_host_write(act->here->host,
			     MS_PATH("/sys/class/net/%s/qos/trust", act->link->name),
			     json_string_value(act->after), err);
}

/* ---- DCQCN ---- */

static int put(struct roce_act *act, const char *path, int64_t number, struct ms_err *err)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	return ms_host_write(act->here->host, path, text, err);
}

static int put_point(struct roce_act *act, const char *point, struct ms_err *err)
{
	const json_t *wanted = ms_at(act->after, "/%s/enabled", point);
	int bits = roce_bits_of(wanted), now = roce_bits_of(ms_at(act->now, "/%s/enabled", point)),
	    r = 0;

	for (int i = 0; !r && wanted && i < 8; i++)
		if ((bits ^ now) >> i & 1)
			r = put(act, MS_PATH(ROCE_ECN "/enable/%d", act->link->name, point, i),
				bits >> i & 1, err);
	return r;
}

static int put_cnp(struct roce_act *act, const char *key, const char *sysfs, const char *debugfs,
		   struct ms_err *err)
{
	const json_t *value = ms_at(act->after, "/np/%s", key);
	char folder[128];

	if (!value || json_equal(value, ms_at(act->now, "/np/%s", key)))
		return 0;
	if (ms_host_exists(act->here->host, MS_PATH(ROCE_ECN, act->link->name, "np")))
		return put(act, MS_PATH(ROCE_ECN "/%s", act->link->name, "np", sysfs),
			   json_integer_value(value), err);
	if (!roce_cc_params(act->here, act->link, folder, sizeof(folder)))
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "%s: the driver has no file for %s", act->link->name, key);
	return put(act, MS_PATH("%s/%s", folder, debugfs), json_integer_value(value), err);
}

/* Nothing of it takes effect before the last file is written, where there is one. */
static int act_cc(struct roce_act *act, const struct roce_cc *cc, const char *folder,
		  struct ms_err *err)
{
	const json_t *enabled = ms_at(act->after, "/np/enabled");
	int r = 0;

	for (size_t i = 0; !r && enabled && cc->enable[i]; i++)
		r = put(act, MS_PATH("%s/%s", folder, cc->enable[i]), json_array_size(enabled) > 0,
			err);
	for (const struct roce_cc_file *file = cc->files; !r && file->key; file++) {
		const json_t *value = ms_at(act->after, "/%s/%s", file->point, file->key);

		if (value)
			r = put(act, MS_PATH("%s/%s", folder, file->file),
				json_integer_value(value), err);
	}
	return r || !cc->commit ? r : put(act, MS_PATH("%s/%s", folder, cc->commit), 1, err);
}

int roce_act_ecn(struct roce_act *act, struct ms_err *err)
{
	char folder[160];
	const struct roce_cc *cc = roce_cc_of(act->here, act->link, act->port, folder,
					      sizeof(folder));
	int r = cc ? act_cc(act, cc, folder, err)
		   : put_cnp(act, "cnpDscp", "cnp_dscp", "np_cnp_dscp", err);

	if (cc)
		return r;
	if (!r)
		r = put_cnp(act, "cnpPriority", "cnp_802p_prio", "np_cnp_prio", err);
	if (!r)
		r = put_point(act, "np", err);
	return r ? r : put_point(act, "rp", err);
}

/* ---- marks ---- */

static int need_port(const struct roce_act *act, struct ms_err *err)
{
	return act->port
		       ? 0
		       : ms_fail(err, -ENODEV, MS_NOTFOUND, "%s carries no RDMA", act->link->name);
}

/* The folder stays, so that the values can be read; they hold as long as the device is there. */
int roce_act_cm(struct roce_act *act, struct ms_err *err)
{
	struct ms_host *host = act->here->host;
	const char *folder;
	int r = need_port(act, err);

	if (r < 0)
		return r;
	folder = MS_PATH("/sys/kernel/config/rdma_cm/%s", act->port->device);
	if (!ms_host_exists(host, folder))
		r = ms_host_make_folder(host, folder, err);
	if (!r)
		r = ms_host_write(host,
				  MS_PATH("%s/ports/%u/default_roce_mode", folder, act->port->port),
				  ms_str(act->after, "/mode", ""), err);
	if (!r)
		r = put(act, MS_PATH("%s/ports/%u/default_roce_tos", folder, act->port->port),
			ms_int(act->after, "/tos", 0), err);
	return r;
}

int roce_act_traffic_class(struct roce_act *act, struct ms_err *err)
{
	int r = need_port(act, err);

	return r ? r
		 : put(act,
		       MS_PATH("/sys/class/infiniband/%s/tc/%u/traffic_class", act->port->device,
			       act->port->port),
		       json_integer_value(act->after), err);
}

/* The kernel has one switch for all devices: RDMA_NLDEV_CMD_SYS_SET. */
int roce_act_netns(struct roce_act *act, struct ms_err *err)
{
	MS_AUTO_NL struct ms_nl_request request;
	int r;

	ms_nl_request_init(&request, NETLINK_RDMA,
			   RDMA_NL_GET_TYPE(RDMA_NL_NLDEV, RDMA_NLDEV_CMD_SYS_SET), 0, NULL, 0,
			   "network namespaces that see RDMA devices");
	ms_nl_put_u8(&request, RDMA_NLDEV_SYS_ATTR_NETNS_MODE,
		     ms_streq(json_string_value(act->after), "shared"));
	r = ms_nl_talk(act->here->host, &request, NULL, NULL, err);
	if (r == -EBUSY)
		ms_hint(err, "it changes only while there are no other network namespaces: ip "
			     "netns, lsns -t net");
	return r;
}

int roce_act_persistent(struct roce_act *act, struct ms_err *err)
{
	return roce_persist(act->here, act->link, act->after, err);
}
