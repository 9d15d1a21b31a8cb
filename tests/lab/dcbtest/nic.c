/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A NIC that keeps in memory what it is told: all of DCB (802.1Qaz, 802.1Qbb), pause frames, devlink parameters of each
 * mode, and a flash that the version in store comes from.  It refuses what adapters refuse.  For Linux 6.1.
 */
#include <linux/bitops.h>
#include <linux/etherdevice.h>
#include <linux/firmware.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <net/devlink.h>
#include "dcbtest.h"

#define PAUSED_MAX 2

/* The device below the interface. */
struct base {
	struct net_device *netdev;
	bool runs, lasts;
	char stored[32], running[32];
};
static struct platform_device *place;
static struct devlink *devlink;

static struct dcbtest *of(struct net_device *dev)
{
	struct dcbtest *port = ports_find(dev);

	return port ? port : netdev_priv(dev);
}

/* ---- DCB ---- */

static int get_ets(struct net_device *dev, struct ieee_ets *ets)
{
	*ets = of(dev)->ets;
	return 0;
}

static int set_ets(struct net_device *dev, struct ieee_ets *ets)
{
	unsigned int sum = 0, shared = 0, i;

	for (i = 0; i < CLASSES; i++) {
		if (ets->prio_tc[i] >= CLASSES)
			return -ENOTSUPP;
		if (ets->tc_tsa[i] != IEEE_8021QAZ_TSA_ETS)
			continue;
		shared++;
		sum += ets->tc_tx_bw[i];
		if (!ets->tc_tx_bw[i])
			return -EINVAL;
	}
	if (shared && sum != 100)
		return -EINVAL;
	of(dev)->ets = *ets;
	of(dev)->ets.ets_cap = CLASSES;
	return 0;
}

static int get_pfc(struct net_device *dev, struct ieee_pfc *pfc)
{
	*pfc = of(dev)->pfc;
	return 0;
}

static int set_pfc(struct net_device *dev, struct ieee_pfc *pfc)
{
	struct ieee_pfc *own = &of(dev)->pfc;

	if (hweight8(pfc->pfc_en) > own->pfc_cap)
		return -EINVAL;
	if (pfc->pfc_en && (of(dev)->pause.rx_pause || of(dev)->pause.tx_pause))
		return -EBUSY;
	own->pfc_en = pfc->pfc_en;
	own->mbc = pfc->mbc;
	own->delay = pfc->delay;
	return 0;
}

static int get_rates(struct net_device *dev, struct ieee_maxrate *rates)
{
	*rates = of(dev)->rates;
	return 0;
}

static int set_rates(struct net_device *dev, struct ieee_maxrate *rates)
{
	of(dev)->rates = *rates;
	return 0;
}

static int get_buffer(struct net_device *dev, struct dcbnl_buffer *buffer)
{
	*buffer = of(dev)->buffer;
	return 0;
}

static int set_buffer(struct net_device *dev, struct dcbnl_buffer *buffer)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < CLASSES; i++) {
		if (buffer->prio2buffer[i] >= CLASSES)
			return -EINVAL;
		sum += buffer->buffer_size[i];
	}
	if (sum > BUFFER_TOTAL)
		return -EINVAL;
	of(dev)->buffer = *buffer;
	of(dev)->buffer.total_size = BUFFER_TOTAL;
	return 0;
}

static int set_app(struct net_device *dev, struct dcb_app *app)
{
	if (app->priority >= CLASSES ||
	    (app->selector == IEEE_8021QAZ_APP_SEL_DSCP && app->protocol > 63))
		return -EINVAL;
	return dcb_ieee_setapp(dev, app);
}

static u8 get_dcbx(struct net_device *dev)
{
	return of(dev)->dcbx;
}

static u8 set_dcbx(struct net_device *dev, u8 mode)
{
	if ((mode & DCB_CAP_DCBX_VER_CEE) || !(mode & DCB_CAP_DCBX_VER_IEEE))
		return 1;
	of(dev)->dcbx = mode;
	return 0;
}

const struct dcbnl_rtnl_ops dcbtest_dcb_ops = {
	.ieee_getets = get_ets,
	.ieee_setets = set_ets,
	.ieee_getpfc = get_pfc,
	.ieee_setpfc = set_pfc,
	.ieee_getmaxrate = get_rates,
	.ieee_setmaxrate = set_rates,
	.ieee_setapp = set_app,
	.ieee_delapp = dcb_ieee_delapp,
	.dcbnl_getbuffer = get_buffer,
	.dcbnl_setbuffer = set_buffer,
	.getdcbx = get_dcbx,
	.setdcbx = set_dcbx,
};

/* ---- the interface ---- */

static netdev_tx_t drop(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops net_ops = {
	.ndo_start_xmit = drop,
	.ndo_set_mac_address = eth_mac_addr,
};

static void get_pause(struct net_device *dev, struct ethtool_pauseparam *pause)
{
	*pause = of(dev)->pause;
}

static int set_pause(struct net_device *dev, struct ethtool_pauseparam *pause)
{
	if (of(dev)->pfc.pfc_en && (pause->rx_pause || pause->tx_pause))
		return -EBUSY;
	of(dev)->pause = *pause;
	return 0;
}

static int get_link(struct net_device *dev, struct ethtool_link_ksettings *link)
{
	link->base.speed = SPEED_100000;
	link->base.duplex = DUPLEX_FULL;
	return 0;
}

const struct ethtool_ops dcbtest_tool_ops = {
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = get_link,
	.get_pauseparam = get_pause,
	.set_pauseparam = set_pause,
};

/* As adapters start: all in one class, both pauses on, firmware speaks DCBX. */
static void setup(struct net_device *dev)
{
	struct dcbtest *own = of(dev);

	ether_setup(dev);
	dev->netdev_ops = &net_ops;
	dev->ethtool_ops = &dcbtest_tool_ops;
	dev->dcbnl_ops = &dcbtest_dcb_ops;
	dev->max_mtu = 9600;
	own->ets.ets_cap = CLASSES;
	own->ets.willing = 1;
	own->pfc.pfc_cap = PAUSED_MAX;
	own->pause.rx_pause = own->pause.tx_pause = 1;
	own->buffer.total_size = BUFFER_TOTAL;
	own->buffer.buffer_size[0] = BUFFER_TOTAL;
	own->dcbx = DCB_CAP_DCBX_LLD_MANAGED | DCB_CAP_DCBX_VER_IEEE;
}

/* ---- devlink ---- */

enum { PARAM_ROCE = DEVLINK_PARAM_GENERIC_ID_ENABLE_ROCE };

static int get_param(struct devlink *link, u32 id, struct devlink_param_gset_ctx *ctx)
{
	struct base *base = devlink_priv(link);

	ctx->val.vbool = ctx->cmode == DEVLINK_PARAM_CMODE_PERMANENT ? base->lasts : base->runs;
	return 0;
}

static int set_param(struct devlink *link, u32 id, struct devlink_param_gset_ctx *ctx)
{
	struct base *base = devlink_priv(link);

	*(ctx->cmode == DEVLINK_PARAM_CMODE_PERMANENT ? &base->lasts : &base->runs) = ctx->val.vbool;
	return 0;
}

static const struct devlink_param params[] = {
	DEVLINK_PARAM_GENERIC(ENABLE_ROCE,
			      BIT(DEVLINK_PARAM_CMODE_RUNTIME) | BIT(DEVLINK_PARAM_CMODE_DRIVERINIT) |
				      BIT(DEVLINK_PARAM_CMODE_PERMANENT),
			      get_param, set_param, NULL),
};

static int reload_down(struct devlink *link, bool netns, enum devlink_reload_action action,
		       enum devlink_reload_limit limit, struct netlink_ext_ack *extack)
{
	return 0;
}

static int reload_up(struct devlink *link, enum devlink_reload_action action,
		     enum devlink_reload_limit limit, u32 *done, struct netlink_ext_ack *extack)
{
	struct base *base = devlink_priv(link);
	union devlink_param_value value;

	*done = BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT);
	if (!devlink_param_driverinit_value_get(link, PARAM_ROCE, &value))
		base->runs = value.vbool;
	return 0;
}

static int get_info(struct devlink *link, struct devlink_info_req *req, struct netlink_ext_ack *extack)
{
	struct base *base = devlink_priv(link);
	int r = devlink_info_driver_name_put(req, "dcbtest");

	if (!r)
		r = devlink_info_serial_number_put(req, "DT0001");
	if (!r)
		r = devlink_info_version_running_put(req, DEVLINK_INFO_VERSION_GENERIC_FW, base->running);
	return r ? r : devlink_info_version_stored_put(req, DEVLINK_INFO_VERSION_GENERIC_FW, base->stored);
}

/* The image is its version, and runs after a restart only. */
static int flash(struct devlink *link, struct devlink_flash_update_params *update, struct netlink_ext_ack *extack)
{
	struct base *base = devlink_priv(link);
	size_t n = min(update->fw->size, sizeof(base->stored) - 1);

	if (!n) {
		NL_SET_ERR_MSG_MOD(extack, "the image is empty");
		return -EINVAL;
	}
	memcpy(base->stored, update->fw->data, n);
	base->stored[n] = 0;
	strim(base->stored);
	return 0;
}

static const struct devlink_ops link_ops = {
	.reload_actions = BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT),
	.reload_down = reload_down,
	.reload_up = reload_up,
	.info_get = get_info,
	.flash_update = flash,
};

/* ---- all of it ---- */

static int add_devlink(void)
{
	struct base *base = devlink_priv(devlink);
	int r = devlink_params_register(devlink, params, ARRAY_SIZE(params));

	if (r)
		return r;
	strscpy(base->running, "1.0.0", sizeof(base->running));
	strscpy(base->stored, "1.0.0", sizeof(base->stored));
	base->runs = base->lasts = true;
	devlink_param_driverinit_value_set(devlink, PARAM_ROCE, (union devlink_param_value){ .vbool = true });
	devlink_set_features(devlink, DEVLINK_F_RELOAD);
	devlink_register(devlink);
	return 0;
}

static int add_netdev(struct base *base)
{
	int r;

	base->netdev = alloc_netdev(sizeof(struct dcbtest), "dcb%d", NET_NAME_ENUM, setup);
	if (!base->netdev)
		return -ENOMEM;
	eth_hw_addr_random(base->netdev);
	SET_NETDEV_DEV(base->netdev, &place->dev);
	r = register_netdev(base->netdev);
	if (r)
		free_netdev(base->netdev);
	return r;
}

static int __init start(void)
{
	int r;

	place = platform_device_register_simple("dcbtest", 0, NULL, 0);
	if (IS_ERR(place))
		return PTR_ERR(place);
	devlink = devlink_alloc(&link_ops, sizeof(struct base), &place->dev);
	r = ports_start();
	if (!r)
		r = devlink ? add_netdev(devlink_priv(devlink)) : -ENOMEM;
	if (r)
		goto out;
	r = add_devlink();
	if (!r)
		return 0;
	unregister_netdev(((struct base *)devlink_priv(devlink))->netdev);
	free_netdev(((struct base *)devlink_priv(devlink))->netdev);
out:
	ports_stop();
	if (devlink)
		devlink_free(devlink);
	platform_device_unregister(place);
	return r;
}

static void __exit stop(void)
{
	struct base *base = devlink_priv(devlink);

	ports_stop();
	devlink_unregister(devlink);
	devlink_params_unregister(devlink, params, ARRAY_SIZE(params));
	unregister_netdev(base->netdev);
	free_netdev(base->netdev);
	devlink_free(devlink);
	platform_device_unregister(place);
}

module_init(start);
module_exit(stop);
MODULE_DESCRIPTION("A NIC with DCB and devlink that keeps what it is told");
MODULE_LICENSE("GPL");
