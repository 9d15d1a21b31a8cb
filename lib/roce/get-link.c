/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interface: MTU, speed, and pause frames by ethtool netlink
 * (Documentation/networking/ethtool-netlink.rst). */
#include "roce/here.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

/* The header is attribute 1 of all messages. */
#define HEADER 1
#define FLAG_STATS (1u << 2)

static int take_pause(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct nlattr *attrs[ETHTOOL_A_PAUSE_STATS + 1],
		*stats[ETHTOOL_A_PAUSE_STAT_RX_FRAMES + 1];
	json_t *status = ctx;
	json_t *pause;

	ms_nl_parse(reply, GENL_HDRLEN, attrs, ETHTOOL_A_PAUSE_STATS);
	pause = json_pack("{s:b,s:b,s:b}", "autoneg", ms_nl_u8(attrs[ETHTOOL_A_PAUSE_AUTONEG], 0),
			  "rx", ms_nl_u8(attrs[ETHTOOL_A_PAUSE_RX], 0), "tx",
			  ms_nl_u8(attrs[ETHTOOL_A_PAUSE_TX], 0));
	ms_nl_parse_nested(attrs[ETHTOOL_A_PAUSE_STATS], stats, ETHTOOL_A_PAUSE_STAT_RX_FRAMES);
	for (int i = ETHTOOL_A_PAUSE_STAT_TX_FRAMES; i <= ETHTOOL_A_PAUSE_STAT_RX_FRAMES; i++)
		if (ms_nl_len(stats[i]) == 8 &&
		    ms_put(status,
			   i == ETHTOOL_A_PAUSE_STAT_RX_FRAMES ? "/counters/pause_rx"
							       : "/counters/pause_tx",
			   json_integer((json_int_t)(ms_nl_u64(stats[i], 0) & INT64_MAX))) < 0) {
			json_decref(pause);
			return ms_nomem(err);
		}
	return json_object_set_new(status, "pause", pause) < 0 ? ms_nomem(err) : 0;
}

static int put_speed(json_t *status, uint32_t mbps)
{
	return roce_fact(status, "speed",
			 mbps % 1000 ? json_sprintf("%uM", mbps)
				     : json_sprintf("%uG", mbps / 1000));
}

static int take_speed(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct nlattr *attrs[ETHTOOL_A_LINKMODES_SPEED + 1];
	uint32_t mbps;

	ms_nl_parse(reply, GENL_HDRLEN, attrs, ETHTOOL_A_LINKMODES_SPEED);
	mbps = ms_nl_u32(attrs[ETHTOOL_A_LINKMODES_SPEED], 0);
	/* Without a link it is SPEED_UNKNOWN, all ones. */
	if (!mbps || mbps == UINT32_MAX)
		return 0;
	return put_speed(ctx, mbps) ? ms_nomem(err) : 0;
}

/* -EOPNOTSUPP is an answer, too: kernels before 5.6 know nothing of it, drivers not all of it. */
static int ask(struct roce_look *look, uint8_t command, uint32_t flags, ms_nl_fn *fn,
	       const char *what, struct ms_err *err)
{
	MS_AUTO_NL struct ms_nl_request request;
	struct nlattr *nest;
	int r = ms_genl_request_init(look->here->host, &request, "ethtool", command, 0, err,
				     "%s of %s", what, look->link->name);

	if (r < 0)
		return r;
	nest = ms_nl_nest(&request, HEADER);
	ms_nl_put_u32(&request, ETHTOOL_A_HEADER_DEV_INDEX, (uint32_t)look->link->index);
	if (flags)
		ms_nl_put_u32(&request, ETHTOOL_A_HEADER_FLAGS, flags);
	ms_nl_nest_end(&request, nest);
	return ms_nl_talk(look->here->host, &request, fn, look->status, err);
}

static int get_speed(struct roce_look *look, struct ms_err *err)
{
	struct ms_err none = MS_ERR_INIT;
	int64_t mbps;
	int r = ask(look, ETHTOOL_MSG_LINKMODES_GET, 0, take_speed, "link modes", &none);

	if (r == -EOPNOTSUPP &&
	    ms_host_number(look->here->host, MS_PATH("/sys/class/net/%s/speed", look->link->name),
			   &mbps) &&
	    mbps > 0)
		r = put_speed(look->status, (uint32_t)mbps) ? ms_nomem(&none) : 0;
	if (!r || r == -EOPNOTSUPP)
		return 0;
	*err = none;
	return r;
}

/* Statistics are of Linux 5.10: older ones refuse the flag. */
static int get_pause(struct roce_look *look, struct ms_err *err)
{
	struct ms_err none = MS_ERR_INIT, why = MS_ERR_INIT;
	int r = ask(look, ETHTOOL_MSG_PAUSE_GET, FLAG_STATS, take_pause, "pause", &none);

	if (r == -EOPNOTSUPP)
		r = ask(look, ETHTOOL_MSG_PAUSE_GET, 0, take_pause, "pause", &why);
	if (r == -EOPNOTSUPP)
		return roce_unsupported(look->status, "pause", "%s",
					ms_starts(why.message, "this kernel")
						? why.message
						: "the driver has no pause frames of 802.3x")
			       ? ms_nomem(err)
			       : 0;
	if (r < 0)
		*err = why.error ? why : none;
	return r;
}

int roce_get_link(struct roce_look *look, struct ms_err *err)
{
	const struct ms_link *link = look->link;
	int r;

	if (roce_fact(look->status, "netdev", json_string(link->name)) ||
	    roce_fact(look->status, "mtu", json_integer(link->mtu)))
		return ms_nomem(err);
	r = get_speed(look, err);
	return r ? r : get_pause(look, err);
}
