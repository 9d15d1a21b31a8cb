/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RDMA devices by RDMA netlink (rdma/rdma_netlink.h), and what rdma_cm and the device mark packets
 * with. */
#include "roce/here.h"

#include <errno.h>
#include <rdma/rdma_netlink.h>

#define PORTS_MAX 4096
#define SYS RDMA_NL_GET_TYPE(RDMA_NL_NLDEV, RDMA_NLDEV_CMD_SYS_GET)
#define DEVICES RDMA_NL_GET_TYPE(RDMA_NL_NLDEV, RDMA_NLDEV_CMD_GET)
#define PORTS RDMA_NL_GET_TYPE(RDMA_NL_NLDEV, RDMA_NLDEV_CMD_PORT_GET)

/* ---- RDMA netlink ---- */

/* A word out of a reply becomes a part of paths. */
static bool is_name(const char *text)
{
	return text && *text && *text != '.' && !strchr(text, '/') && strlen(text) < 64;
}

static int take_netns(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct nlattr *attrs[RDMA_NLDEV_SYS_ATTR_NETNS_MODE + 1];
	struct roce_here *here = ctx;

	(void)err;
	ms_nl_parse(reply, 0, attrs, RDMA_NLDEV_SYS_ATTR_NETNS_MODE);
	if (attrs[RDMA_NLDEV_SYS_ATTR_NETNS_MODE])
		here->netns = ms_nl_u8(attrs[RDMA_NLDEV_SYS_ATTR_NETNS_MODE], 0);
	return 0;
}

struct device { uint32_t index; char name[64]; bool iwarp; };
struct devices { struct device list[256]; size_t n; };

static int take_device(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct nlattr *attrs[RDMA_NLDEV_ATTR_DEV_PROTOCOL + 1];
	struct devices *devices = ctx;
	struct device *device = &devices->list[devices->n];
	const char *name;

	(void)err;
	ms_nl_parse(reply, 0, attrs, RDMA_NLDEV_ATTR_DEV_PROTOCOL);
	name = ms_nl_text(attrs[RDMA_NLDEV_ATTR_DEV_NAME]);
	if (!is_name(name) || devices->n == MS_ARRAY_SIZE(devices->list) - 1)
		return 0;
	device->index = ms_nl_u32(attrs[RDMA_NLDEV_ATTR_DEV_INDEX], 0);
	device->iwarp = ms_streq(ms_nl_text(attrs[RDMA_NLDEV_ATTR_DEV_PROTOCOL]), "iw");
	snprintf(device->name, sizeof(device->name), "%s", name);
	devices->n++;
	return 0;
}

struct port_ctx { struct roce_here *here; const struct device *device; };

static int take_port(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct nlattr *attrs[RDMA_NLDEV_ATTR_NDEV_INDEX + 1];
	const struct port_ctx *port_ctx = ctx;
	struct roce_here *here = port_ctx->here;
	struct roce_port *port, *ports;

	if (here->n_ports == PORTS_MAX)
		return 0;
	ports = reallocarray(here->ports, here->n_ports + 1, sizeof(*ports));
	if (!ports)
		return ms_nomem(err);
	here->ports = ports;
	port = &ports[here->n_ports++];
	ms_nl_parse(reply, 0, attrs, RDMA_NLDEV_ATTR_NDEV_INDEX);
	*port = (struct roce_port){ .port = ms_nl_u32(attrs[RDMA_NLDEV_ATTR_PORT_INDEX], 1),
				    .ndev = (int)ms_nl_u32(attrs[RDMA_NLDEV_ATTR_NDEV_INDEX], 0),
				    .state = ms_nl_u8(attrs[RDMA_NLDEV_ATTR_PORT_STATE], 0),
				    .iwarp = port_ctx->device->iwarp };
	snprintf(port->device, sizeof(port->device), "%s", port_ctx->device->name);
	return 0;
}

static int ask_ports(struct roce_here *here, const struct device *device, struct ms_err *err)
{
	struct port_ctx ctx = { here, device };
	MS_AUTO_NL struct ms_nl_request request;

	ms_nl_request_init(&request, NETLINK_RDMA, PORTS, NLM_F_DUMP, NULL, 0, "ports of %s",
			   device->name);
	ms_nl_put_u32(&request, RDMA_NLDEV_ATTR_DEV_INDEX, device->index);
	return ms_nl_talk(here->host, &request, take_port, &ctx, err);
}

static int ask(struct roce_here *here, uint16_t type, uint16_t flags, ms_nl_fn *fn, void *ctx,
	       const char *what, struct ms_err *err)
{
	MS_AUTO_NL struct ms_nl_request request;

	ms_nl_request_init(&request, NETLINK_RDMA, type, flags, NULL, 0, "%s", what);
	return ms_nl_talk(here->host, &request, fn, ctx, err);
}

/* Where RDMA was not loaded, there is no such socket; older kernels have no SYS_GET. */
static bool is_absent(int r)
{
	return r == -EPROTONOSUPPORT || r == -EOPNOTSUPP || r == -EINVAL;
}

int roce_ports_read(struct roce_here *here, struct ms_err *err)
{
	struct devices devices = { 0 };
	struct ms_err none = MS_ERR_INIT;
	int r = ask(here, DEVICES, NLM_F_DUMP, take_device, &devices, "RDMA devices", &none);

	here->n_ports = 0;
	if (!r)
		r = ask(here, SYS, 0, take_netns, here, "RDMA network namespace mode", &none);
	if (is_absent(r)) {
		ms_err_clear(&none);
		r = 0;
	}
	for (size_t i = 0; !r && i < devices.n; i++)
		r = ask_ports(here, &devices.list[i], &none);
	if (r < 0)
		*err = none;
	return r;
}

/* ---- one port ---- */

static const char *state_word(int state)
{
	static const char *const words[] = {
		NULL, "DOWN", "INIT", "ARMED", "ACTIVE", "ACTIVE_DEFER"
	};

	return state > 0 && (size_t)state < MS_ARRAY_SIZE(words) ? words[state] : NULL;
}

/* A folder under rdma_cm/ appears when somebody makes it: without one, nothing says what the values
 * are. */
static int add_cm(struct roce_look *look)
{
	struct ms_host *host = look->here->host;
	const char *folder = MS_PATH("/sys/kernel/config/rdma_cm/%s/ports/%u", look->port->device,
				     look->port->port);
	json_t *tos, *mode;

	if (!ms_host_exists(host, "/sys/kernel/config/rdma_cm"))
		return roce_unsupported(
			look->status, "cm",
			"no /sys/kernel/config/rdma_cm: modprobe rdma_cm, and mount configfs");
	tos = ms_host_json_number(host, MS_PATH("%s/default_roce_tos", folder));
	if (!tos)
		return 0;
	mode = ms_host_json_word(host, MS_PATH("%s/default_roce_mode", folder));
	return roce_fact(look->status, "cm", mode ? json_pack("{s:o,s:o}", "tos", tos, "mode", mode)
						  : json_pack("{s:o}", "tos", tos));
}

/* MLNX_OFED: "Global tclass=106" where it is set, then a line for each rule of its own. */
static int add_traffic_class(struct roce_look *look)
{
	static const char word[] = "Global tclass=";
	const char *path = MS_PATH("/sys/class/infiniband/%s/tc/%u/traffic_class",
				   look->port->device, look->port->port);
	char line[128];
	unsigned long number = 0;

	if (!ms_host_exists(look->here->host, path))
		return roce_unsupported(look->status, "trafficClass", "the driver forces none");
	ms_host_word(look->here->host, path, line, sizeof(line));
	if (ms_starts(line, word))
		number = strtoul(line + sizeof(word) - 1, NULL, 10);
	else if (line[strspn(line, "0123456789")] == 0)
		number = strtoul(line, NULL, 10);
	return roce_fact(look->status, "trafficClass", json_integer((json_int_t)(number & 255)));
}

json_t *roce_netns_mode(const struct roce_here *here)
{
	return here->netns < 0 ? NULL : json_string(here->netns ? "shared" : "exclusive");
}

int roce_get_rdma(struct roce_look *look, struct ms_err *err)
{
	const struct roce_port *port = look->port;
	json_t *status = look->status;
	const char *state;
	char why[192];
	unsigned mtu;

	if (roce_fact(status, "netnsMode", roce_netns_mode(look->here)))
		return ms_nomem(err);
	if (!port) {
		roce_why_none(look->here, look->link, why, sizeof(why));
		return roce_unsupported(status, "device", "%s", why) ||
				       roce_unsupported(status, "cm", "%s", why)
			       ? ms_nomem(err)
			       : 0;
	}
	state = state_word(port->state);
	/* As the kernel has it from the MTU of the interface (iboe_get_mtu). */
	mtu = ms_roce_mtu_of(look->link->mtu);
	if (roce_fact(status, "device", json_string(port->device)) ||
	    roce_fact(status, "port", json_integer(port->port)) ||
	    roce_fact(status, "state", state ? json_string(state) : NULL) ||
	    roce_fact(status, "activeMtu", mtu ? json_integer(mtu) : NULL) || add_cm(look) ||
	    add_traffic_class(look))
		return ms_nomem(err);
	return 0;
}
