/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * With ports=PREFIX, interfaces of any driver in any namespace whose name is PREFIX and a number have DCB and pause frames
 * of their own, and are like ports of a switch: drivers/net/ethernet/mellanox/mlxsw/spectrum_{dcb,buffers}.c of Linux.
 */
#include <linux/module.h>
#include <net/sch_generic.h>
#include "dcbtest.h"

/* Octets are kept in cells of this size. */
#define CELL 144

struct port {
	struct list_head node;
	struct net_device *dev;
	struct dcbtest dcb;
	struct ethtool_ops tools;
	/* what the driver of the interface gave it */
	const struct ethtool_ops *theirs;
};
static LIST_HEAD(ports);
static struct dcbnl_rtnl_ops ops;

static struct port *port_of(const struct net_device *dev)
{
	struct port *port;

	list_for_each_entry(port, &ports, node)
		if (port->dev == dev)
			return port;
	return NULL;
}

struct dcbtest *ports_find(const struct net_device *dev)
{
	struct port *port = port_of(dev);

	return port ? &port->dcb : NULL;
}

/* What tc(8) has put there has a handle. */
static bool tc_decides(const struct net_device *dev)
{
	return rtnl_dereference(dev->qdisc)->handle;
}

/* What comes of what was set: whole cells, and two packets at least where something comes in.  Unless tc(8) decides, the
 * switch does, which adds two more where nothing may be lost.
 */
static int get_buffer(struct net_device *dev, struct dcbnl_buffer *buffer)
{
	const struct dcbtest *own = ports_find(dev);
	bool set = tc_decides(dev);
	u32 least[CLASSES] = { 0 }, packet = roundup(dev->mtu, CELL);
	int i, into;

	for (i = 0; i < CLASSES; i++) {
		into = buffer->prio2buffer[i] = set ? own->buffer.prio2buffer[i] : own->ets.prio_tc[i];
		least[into] = max(least[into], packet * (!set && (own->pfc.pfc_en & BIT(i)) ? 4 : 2));
	}
	buffer->total_size = 0;
	for (i = 0; i < CLASSES; i++) {
		buffer->buffer_size[i] = max(set ? roundup(own->buffer.buffer_size[i], CELL) : 0, least[i]);
		buffer->total_size += buffer->buffer_size[i];
	}
	return 0;
}

static int set_buffer(struct net_device *dev, struct dcbnl_buffer *buffer)
{
	struct dcbtest *own = ports_find(dev);
	struct dcbnl_buffer old = own->buffer, sizes;
	int r = tc_decides(dev) ? dcbtest_dcb_ops.dcbnl_setbuffer(dev, buffer) : -EINVAL;

	if (r)
		return r;
	get_buffer(dev, &sizes);
	if (sizes.total_size <= BUFFER_TOTAL)
		return 0;
	own->buffer = old;
	return -ENOBUFS;
}

static int set_app(struct net_device *dev, struct dcb_app *app)
{
	if (app->selector != IEEE_8021QAZ_APP_SEL_DSCP &&
	    (app->selector != IEEE_8021QAZ_APP_SEL_ETHERTYPE || app->protocol))
		return -EINVAL;
	return dcbtest_dcb_ops.ieee_setapp(dev, app);
}

static u8 set_dcbx(struct net_device *dev, u8 mode)
{
	return mode != (DCB_CAP_DCBX_HOST | DCB_CAP_DCBX_VER_IEEE);
}

/* ---- which interfaces ---- */

static char prefix[IFNAMSIZ];
module_param_string(ports, prefix, sizeof(prefix), 0444);
MODULE_PARM_DESC(ports, "interfaces of this name and a number are ports of a switch");

static void take(struct net_device *dev)
{
	size_t n = strlen(prefix);
	unsigned int number;
	struct port *port;

	if (!n || strncmp(dev->name, prefix, n) || kstrtouint(dev->name + n, 10, &number) || dev->dcbnl_ops)
		return;
	port = kzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return;
	port->dev = dev;
	port->dcb.ets.ets_cap = port->dcb.pfc.pfc_cap = CLASSES;
	port->dcb.dcbx = DCB_CAP_DCBX_HOST | DCB_CAP_DCBX_VER_IEEE;
	port->theirs = dev->ethtool_ops;
	port->tools = *dev->ethtool_ops;
	port->tools.get_pauseparam = dcbtest_tool_ops.get_pauseparam;
	port->tools.set_pauseparam = dcbtest_tool_ops.set_pauseparam;
	list_add(&port->node, &ports);
	dev->ethtool_ops = &port->tools;
	dev->dcbnl_ops = &ops;
}

static void leave(struct net_device *dev)
{
	struct port *port = port_of(dev);

	if (!port)
		return;
	dev->dcbnl_ops = NULL;
	dev->ethtool_ops = port->theirs;
	list_del(&port->node);
	kfree(port);
}

static int hear(struct notifier_block *block, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);

	if (event == NETDEV_REGISTER || event == NETDEV_CHANGENAME)
		take(dev);
	else if (event == NETDEV_UNREGISTER)
		leave(dev);
	return NOTIFY_DONE;
}

static struct notifier_block ear = { .notifier_call = hear };

/* Who begins to listen hears of all interfaces that there are, and who ends it that they go. */
int ports_start(void)
{
	ops = dcbtest_dcb_ops;
	ops.dcbnl_getbuffer = get_buffer;
	ops.dcbnl_setbuffer = set_buffer;
	ops.ieee_setapp = set_app;
	ops.setdcbx = set_dcbx;
	return register_netdevice_notifier(&ear);
}

void ports_stop(void)
{
	unregister_netdevice_notifier(&ear);
}

/* ---- frames that nobody sent ---- */

static int set_counts(const char *value, const struct kernel_param *param)
{
	unsigned long long sent, received;
	struct port *port;
	unsigned int prio;
	int index, r = -ENODEV;

	if (sscanf(value, "%d %u %llu %llu", &index, &prio, &sent, &received) != 4 || prio >= CLASSES)
		return -EINVAL;
	rtnl_lock();
	list_for_each_entry(port, &ports, node) {
		if (port->dev->ifindex != index)
			continue;
		port->dcb.pfc.requests[prio] = sent;
		port->dcb.pfc.indications[prio] = received;
		r = 0;
	}
	rtnl_unlock();
	return r;
}

static const struct kernel_param_ops counts_ops = { .set = set_counts };
module_param_cb(pfc, &counts_ops, NULL, 0200);
MODULE_PARM_DESC(pfc, "INDEX PRIORITY SENT RECEIVED: PFC frames of a port");
