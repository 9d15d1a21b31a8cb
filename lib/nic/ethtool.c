/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What drivers tell by ethtool netlink (Documentation/networking/ethtool-netlink.rst): speed,
 * rings, channels. */
#include "nic/here.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

/* Header and attributes stand at the same place in all of them: the header is attribute 1. */
#define HEADER 1
#define ATTRS_MAX 16

struct value { int attr; const char *key; };

static const struct value rings[] = {
	{ ETHTOOL_A_RINGS_RX, "rx" },
	{ ETHTOOL_A_RINGS_TX, "tx" },
	{ ETHTOOL_A_RINGS_RX_MAX, "rxMax" },
	{ ETHTOOL_A_RINGS_TX_MAX, "txMax" },
	{ 0, NULL },
};
static const struct value channels[] = {
	{ ETHTOOL_A_CHANNELS_COMBINED_COUNT, "combined" },
	{ ETHTOOL_A_CHANNELS_RX_COUNT, "rx" },
	{ ETHTOOL_A_CHANNELS_TX_COUNT, "tx" },
	{ ETHTOOL_A_CHANNELS_COMBINED_MAX, "combinedMax" },
	{ ETHTOOL_A_CHANNELS_RX_MAX, "rxMax" },
	{ ETHTOOL_A_CHANNELS_TX_MAX, "txMax" },
	{ 0, NULL },
};
static const struct value modes[] = {
	{ ETHTOOL_A_LINKMODES_SPEED, "speed" },
	{ 0, NULL },
};

struct table { const struct value *values; json_t *facts; };

static int take(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct nlattr *attrs[ATTRS_MAX + 1];
	struct table *table = ctx;

	ms_nl_parse(reply, GENL_HDRLEN, attrs, ATTRS_MAX);
	for (const struct value *value = table->values; value->key; value++)
		if (ms_nl_len(attrs[value->attr]) &&
		    nic_put(table->facts, value->key,
			    json_integer(ms_nl_u32(attrs[value->attr], 0))))
			return ms_nomem(err);
	return 0;
}

/* What a driver cannot say (-EOPNOTSUPP), or a kernel before 5.7, is no error: facts stay empty. */
static int ask(const struct nic_look *look, uint8_t command, const char *what, ms_nl_fn *fn,
	       void *ctx, struct ms_err *err)
{
	MS_AUTO_NL struct ms_nl_request request = { 0 };
	struct ms_err none = MS_ERR_INIT;
	struct nlattr *nest;
	int r;

	if (!look->link)
		return 0;
	r = ms_genl_request_init(look->here->host, &request, "ethtool", command, 0, &none,
				 "%s of %s", what, look->link->name);
	if (!r) {
		nest = ms_nl_nest(&request, HEADER);
		ms_nl_put_u32(&request, ETHTOOL_A_HEADER_DEV_INDEX, (uint32_t)look->link->index);
		ms_nl_nest_end(&request, nest);
		r = ms_nl_talk(look->here->host, &request, fn, ctx, &none);
	}
	if (!r || r == -EOPNOTSUPP)
		return 0;
	*err = none;
	return r;
}

static int add(struct nic_look *look, uint8_t command, const char *what, const struct value *values,
	       struct ms_err *err)
{
	struct table table = { values, json_object() };
	int r = table.facts ? ask(look, command, what, take, &table, err) : ms_nomem(err);

	if (!r && json_object_size(table.facts) &&
	    json_object_set(look->status, what, table.facts) < 0)
		r = ms_nomem(err);
	json_decref(table.facts);
	return r;
}

int nic_rings(struct nic_look *look, struct ms_err *err)
{
	return add(look, ETHTOOL_MSG_RINGS_GET, "rings", rings, err);
}

int nic_channels(struct nic_look *look, struct ms_err *err)
{
	return add(look, ETHTOOL_MSG_CHANNELS_GET, "channels", channels, err);
}

/* "100G", "2.5G", "100M". */
static json_t *speed_new(uint64_t mbps)
{
	if (mbps < 1000)
		return json_sprintf("%uM", (unsigned)mbps);
	if (mbps % 1000)
		return json_sprintf("%u.%uG", (unsigned)(mbps / 1000),
				    (unsigned)(mbps % 1000 / 100));
	return json_sprintf("%uG", (unsigned)(mbps / 1000));
}

/* Without a link the speed is SPEED_UNKNOWN, all ones. */
int nic_speed(struct nic_look *look, struct ms_err *err)
{
	struct table table = { modes, json_object() };
	int r = table.facts
			? ask(look, ETHTOOL_MSG_LINKMODES_GET, "link modes", take, &table, err)
			: ms_nomem(err);
	uint64_t mbps = (uint64_t)ms_int(table.facts, "/speed", 0);
	int64_t older;

	if (!r && look->link && !json_object_size(table.facts) &&
	    ms_host_number(look->here->host, MS_PATH("/sys/class/net/%s/speed", look->link->name),
			   &older) &&
	    older > 0)
		mbps = (uint64_t)older;
	if (!r && mbps && mbps < UINT32_MAX && nic_put(look->status, "speed", speed_new(mbps)))
		r = ms_nomem(err);
	json_decref(table.facts);
	return r;
}

/* ---- features ---- */

enum bit_use { BIT_LIST, BIT_DROP, BIT_ON };

static int each_bit(const struct nlattr *set, enum bit_use use, json_t *facts)
{
	const struct nlattr *attrs[ETHTOOL_A_BITSET_MAX + 1], *bit,
		*inside[ETHTOOL_A_BITSET_BIT_MAX + 1];

	ms_nl_parse_nested(set, attrs, ETHTOOL_A_BITSET_MAX);
	ms_nl_each(bit, attrs[ETHTOOL_A_BITSET_BITS]) {
		json_auto_t *name = NULL;
		const char *key;

		ms_nl_parse_nested(bit, inside, ETHTOOL_A_BITSET_BIT_MAX);
		name = ms_nl_json_text(inside[ETHTOOL_A_BITSET_BIT_NAME]);
		key = json_string_value(name);
		/* A set with a mask lists bits that are off, too; one without (NOMASK) those that
		 * are on. */
		if (!ms_nl_text(inside[ETHTOOL_A_BITSET_BIT_NAME]) ||
		    (!attrs[ETHTOOL_A_BITSET_NOMASK] && !inside[ETHTOOL_A_BITSET_BIT_VALUE]))
			continue;
		if (!key)
			return -ENOMEM;
		if (use == BIT_DROP)
			json_object_del(facts, key);
		else if ((use == BIT_LIST || json_object_get(facts, key)) &&
			 json_object_set_new(facts, key, json_boolean(use == BIT_ON)) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* What the hardware lets be changed, less what may not be; of that, what is on. */
static int take_features(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct nlattr *attrs[ETHTOOL_A_FEATURES_MAX + 1];
	json_t *facts = ctx;

	ms_nl_parse(reply, GENL_HDRLEN, attrs, ETHTOOL_A_FEATURES_MAX);
	if (each_bit(attrs[ETHTOOL_A_FEATURES_HW], BIT_LIST, facts) ||
	    each_bit(attrs[ETHTOOL_A_FEATURES_NOCHANGE], BIT_DROP, facts) ||
	    each_bit(attrs[ETHTOOL_A_FEATURES_ACTIVE], BIT_ON, facts))
		return ms_nomem(err);
	return 0;
}

int nic_offloads(struct nic_look *look, struct ms_err *err)
{
	json_auto_t *facts = json_object();
	int r = facts ? ask(look, ETHTOOL_MSG_FEATURES_GET, "offloads", take_features, facts, err)
		      : ms_nomem(err);

	if (!r && json_object_size(facts) && json_object_set(look->status, "offloads", facts) < 0)
		r = ms_nomem(err);
	return r;
}
