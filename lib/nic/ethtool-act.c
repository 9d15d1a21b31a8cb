/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces are changed: MTU by rtnetlink, the rest by ethtool netlink. */
#include "nic/here.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

struct value { int attr; const char *key; };

static const struct value rings[] = {
	{ ETHTOOL_A_RINGS_RX, "rx" },
	{ ETHTOOL_A_RINGS_TX, "tx" },
	{ 0, NULL },
};
static const struct value channels[] = {
	{ ETHTOOL_A_CHANNELS_COMBINED_COUNT, "combined" },
	{ ETHTOOL_A_CHANNELS_RX_COUNT, "rx" },
	{ ETHTOOL_A_CHANNELS_TX_COUNT, "tx" },
	{ 0, NULL },
};

static int begin(const struct nic_act *act, struct ms_nl_request *request, uint8_t command,
		 const char *what, struct ms_err *err)
{
	struct nlattr *nest;
	int r;

	if (!act->link)
		return ms_fail(err, -ENODEV, MS_PRECONDITION, "%s: it has no interface", what);
	r = ms_genl_request_init(act->here->host, request, "ethtool", command, 0, err, "%s of %s",
				 what, act->link->name);
	if (r)
		return r;
	nest = ms_nl_nest(request, 1);
	ms_nl_put_u32(request, ETHTOOL_A_HEADER_DEV_INDEX, (uint32_t)act->link->index);
	ms_nl_nest_end(request, nest);
	return 0;
}

static int set_values(const struct nic_act *act, uint8_t command, const char *what,
		      const struct value *values, struct ms_err *err)
{
	const json_t *want = json_object_get(act->want, what);
	MS_AUTO_NL struct ms_nl_request request = { 0 };
	int r = begin(act, &request, command, what, err);

	for (const struct value *value = values; !r && value->key; value++)
		if (json_object_get(want, value->key))
			ms_nl_put_u32(
				&request, value->attr,
				(uint32_t)json_integer_value(json_object_get(want, value->key)));
	return r ? r : ms_nl_talk(act->here->host, &request, NULL, NULL, err);
}

int nic_act_rings(const struct nic_act *act, struct ms_err *err)
{
	return set_values(act, ETHTOOL_MSG_RINGS_SET, "rings", rings, err);
}

int nic_act_channels(const struct nic_act *act, struct ms_err *err)
{
	return set_values(act, ETHTOOL_MSG_CHANNELS_SET, "channels", channels, err);
}

int nic_act_offloads(const struct nic_act *act, struct ms_err *err)
{
	MS_AUTO_NL struct ms_nl_request request = { 0 };
	struct nlattr *wanted, *bits, *bit;
	const char *name;
	json_t *value;
	int r = begin(act, &request, ETHTOOL_MSG_FEATURES_SET, "offloads", err);

	if (r)
		return r;
	wanted = ms_nl_nest(&request, ETHTOOL_A_FEATURES_WANTED);
	bits = ms_nl_nest(&request, ETHTOOL_A_BITSET_BITS);
	json_object_foreach(json_object_get(act->want, "offloads"), name, value) {
		bit = ms_nl_nest(&request, ETHTOOL_A_BITSET_BITS_BIT);
		ms_nl_put_text(&request, ETHTOOL_A_BITSET_BIT_NAME, name);
		if (json_is_true(value))
			ms_nl_put_flag(&request, ETHTOOL_A_BITSET_BIT_VALUE);
		ms_nl_nest_end(&request, bit);
	}
	ms_nl_nest_end(&request, bits);
	ms_nl_nest_end(&request, wanted);
	return ms_nl_talk(act->here->host, &request, NULL, NULL, err);
}

int nic_act_mtu(const struct nic_act *act, struct ms_err *err)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	MS_AUTO_NL struct ms_nl_request request = { 0 };

	if (!act->link)
		return ms_fail(err, -ENODEV, MS_PRECONDITION, "MTU: it has no interface");
	header.ifi_index = act->link->index;
	ms_nl_request_init(&request, NETLINK_ROUTE, RTM_SETLINK, 0, &header, sizeof(header),
			   "MTU of %s", act->link->name);
	ms_nl_put_u32(&request, IFLA_MTU, (uint32_t)ms_int(act->want, "/mtu", 0));
	return ms_nl_talk(act->here->host, &request, NULL, NULL, err);
}
