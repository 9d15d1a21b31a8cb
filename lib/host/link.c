/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interfaces and their addresses, from rtnetlink(7); which PCI function they are on, from
 * sysfs. */
#include "host/host-private.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#define ITEMS_MAX 1000000u
/* linux/rtnetlink.h of older distributions lacks it: counters would be most of the answer. */
#define FILTER_SKIP_STATS (1 << 3)

static void copy_text(char *buf, size_t size, const struct nlattr *attr)
{
	const char *text = ms_nl_text(attr);

	snprintf(buf, size, "%s", text ? text : "");
	for (char *c = buf; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

static void copy_hwaddr(char buf[static MS_HWADDR_MAX], const struct nlattr *attr)
{
	ms_hwaddr_text(ms_nl_data(attr, 1), ms_nl_len(attr), buf);
}

/* RFC 2863, in the order of linux/if.h. */
static const char *state_word(unsigned state)
{
	static const char *const words[] = { "unknown", "notpresent", "down", "lowerlayerdown",
					     "testing", "dormant",    "up" };

	return words[state < MS_ARRAY_SIZE(words) ? state : 0];
}

/* "pf0", "pf0vf3", "pf0sf1", "c1pf0vf2" (devlink_port(7)): ports that stand for something else;
 * "p0" is the port itself. */
static bool is_representor(const char *port)
{
	if (*port == 'c' && isdigit((unsigned char)port[1]))
		port += 1 + strspn(port + 1, "0123456789");
	return port[0] == 'p' && port[1] == 'f' && isdigit((unsigned char)port[2]);
}

/* ---- links
 * ---------------------------------------------------------------------------------------------- */

static void take_kind(struct ms_link *link, const struct nlattr *info)
{
	const struct nlattr *attrs[IFLA_INFO_SLAVE_KIND + 1], *data[IFLA_VLAN_ID + 1];

	link->vlan = -1;
	ms_nl_parse_nested(info, attrs, IFLA_INFO_SLAVE_KIND);
	copy_text(link->kind, sizeof(link->kind), attrs[IFLA_INFO_KIND]);
	copy_text(link->member_kind, sizeof(link->member_kind), attrs[IFLA_INFO_SLAVE_KIND]);
	if (strcmp(link->kind, "vlan"))
		return;
	ms_nl_parse_nested(attrs[IFLA_INFO_DATA], data, IFLA_VLAN_ID);
	if (data[IFLA_VLAN_ID])
		link->vlan = ms_nl_u16(data[IFLA_VLAN_ID], 0) & 0xfff;
}

static void take_switch(struct ms_link *link, const struct nlattr *id)
{
	const unsigned char *bytes = ms_nl_data(id, 1);
	size_t n = 0;

	for (size_t i = 0; bytes && i < ms_nl_len(id) && i < 32; i++)
		n += (size_t)snprintf(link->switch_id + n, sizeof(link->switch_id) - n, "%02x",
				      bytes[i]);
}

static void fill_link(struct ms_link *link, const struct ifinfomsg *head,
		      const struct nlattr *const *attrs)
{
	link->index = head->ifi_index;
	link->type = head->ifi_type;
	link->flags = head->ifi_flags;
	copy_text(link->name, sizeof(link->name), attrs[IFLA_IFNAME]);
	copy_text(link->port_name, sizeof(link->port_name), attrs[IFLA_PHYS_PORT_NAME]);
	copy_hwaddr(link->mac, attrs[IFLA_ADDRESS]);
	copy_hwaddr(link->permanent, attrs[IFLA_PERM_ADDRESS]);
	link->master = (int)ms_nl_u32(attrs[IFLA_MASTER], 0);
	link->parent = (int)ms_nl_u32(attrs[IFLA_LINK], 0);
	link->mtu = ms_nl_u32(attrs[IFLA_MTU], 0);
	link->min_mtu = ms_nl_u32(attrs[IFLA_MIN_MTU], 0);
	link->max_mtu = ms_nl_u32(attrs[IFLA_MAX_MTU], 0);
	link->state = state_word(ms_nl_u8(attrs[IFLA_OPERSTATE], 0));
	link->n_vfs = ms_nl_u32(attrs[IFLA_NUM_VF], 0);
	link->vfs = attrs[IFLA_VFINFO_LIST];
	link->names = attrs[IFLA_PROP_LIST];
	link->representor = is_representor(link->port_name);
	take_kind(link, attrs[IFLA_LINKINFO]);
	take_switch(link, attrs[IFLA_PHYS_SWITCH_ID]);
}

/* Room for one more of an array whose capacity is the power of two over n. */
static void *grow(void *items, size_t n, size_t size)
{
	if (n >= ITEMS_MAX)
		return NULL;
	if (n & (n - 1) || (n && n < 8))
		return items;
	return reallocarray(items, n < 8 ? 8 : 2 * n, size);
}

static int keep(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	struct ms_links *links = ctx;
	static const char zeros[NLMSG_ALIGNTO];

	if (reply->nlmsg_type != RTM_NEWLINK || !ms_nl_header(reply, sizeof(struct ifinfomsg)))
		return 0;
	if (ms_buf_add(&links->raw, reply, reply->nlmsg_len) ||
	    ms_buf_add(&links->raw, zeros, NLMSG_ALIGN(reply->nlmsg_len) - reply->nlmsg_len))
		return ms_nomem(err);
	links->n++;
	return 0;
}

static int by_index(const void *a, const void *b)
{
	const struct ms_link *x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

/* `vfs` point into the bytes, which move no more now. */
static int fill_links(struct ms_links *links, struct ms_err *err)
{
	const struct nlattr *attrs[IFLA_MAX + 1];
	size_t at = 0;

	links->links = calloc(links->n ? links->n : 1, sizeof(*links->links));
	if (!links->links)
		return ms_nomem(err);
	for (size_t i = 0; i < links->n; i++) {
		const struct nlmsghdr *reply = (const struct nlmsghdr *)(links->raw.data + at);

		ms_nl_parse(reply, sizeof(struct ifinfomsg), attrs, IFLA_MAX);
		fill_link(&links->links[i], ms_nl_header(reply, sizeof(struct ifinfomsg)), attrs);
		at += NLMSG_ALIGN(reply->nlmsg_len);
	}
	qsort(links->links, links->n, sizeof(*links->links), by_index);
	return 0;
}

static int read_links(struct ms_host *host, struct ms_links *links, struct ms_err *err)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	MS_AUTO_NL struct ms_nl_request request;
	int r;

	ms_nl_request_init(&request, NETLINK_ROUTE, RTM_GETLINK, NLM_F_DUMP, &header,
			   sizeof(header), "interfaces");
	ms_nl_put_u32(&request, IFLA_EXT_MASK, RTEXT_FILTER_VF | FILTER_SKIP_STATS);
	r = ms_nl_talk(host, &request, keep, links, err);
	return r ? r : fill_links(links, err);
}

/* ---- addresses
 * -------------------------------------------------------------------------------------------- */

static int take_addr(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	struct ms_links *links = ctx;
	const struct ifaddrmsg *head = ms_nl_header(reply, sizeof(*head));
	const struct nlattr *attrs[IFA_FLAGS + 1];
	const void *bytes;
	struct ms_addr *addrs, *addr;

	if (reply->nlmsg_type != RTM_NEWADDR || !head ||
	    (head->ifa_family != AF_INET && head->ifa_family != AF_INET6))
		return 0;
	ms_nl_parse(reply, sizeof(*head), attrs, IFA_FLAGS);
	/* Of a point-to-point link IFA_ADDRESS is the peer's. */
	bytes = ms_nl_data(attrs[IFA_LOCAL] ? attrs[IFA_LOCAL] : attrs[IFA_ADDRESS],
			   head->ifa_family == AF_INET ? 4 : 16);
	if (!bytes)
		return 0;
	addrs = grow(links->addrs, links->n_addrs, sizeof(*addrs));
	if (!addrs)
		return ms_nomem(err);
	links->addrs = addrs;
	addr = &addrs[links->n_addrs++];
	*addr = (struct ms_addr){ .index = (int)head->ifa_index,
				  .family = head->ifa_family,
				  .prefix = head->ifa_prefixlen,
				  .scope = head->ifa_scope,
				  .flags = ms_nl_u32(attrs[IFA_FLAGS], head->ifa_flags) };
	inet_ntop(addr->family, bytes, addr->text, sizeof(addr->text));
	return 0;
}

static int read_addrs(struct ms_host *host, struct ms_links *links, struct ms_err *err)
{
	struct ifaddrmsg header = { .ifa_family = AF_UNSPEC };
	MS_AUTO_NL struct ms_nl_request request;

	ms_nl_request_init(&request, NETLINK_ROUTE, RTM_GETADDR, NLM_F_DUMP, &header,
			   sizeof(header), "addresses");
	return ms_nl_talk(host, &request, take_addr, links, err);
}

/* ---- where they are on the bus
 * ---------------------------------------------------------------------------- */

static bool is_pci(const char *name)
{
	static const char form[] = "xxxx:xx:xx.x";

	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == 'x' ? !isxdigit((unsigned char)name[i]) : name[i] != form[i])
			return false;
	return !name[sizeof(form) - 1] || name[sizeof(form) - 1] == '/';
}

/* virtio devices are children of a PCI function and have no other; subfunctions have a name of
 * their own on the auxiliary bus, and are not the function. */
static int find_pci(struct ms_host *host, struct ms_link *link)
{
	struct ms_err none = MS_ERR_INIT;
	MS_AUTO_FREE char *path = NULL;
	char *part;

	if (strcmp(link->bus, "pci") && strcmp(link->bus, "virtio"))
		return 0;
	if (ms_host_resolve(host, MS_PATH("/sys/class/net/%s/device", link->name), &path, &none) <
	    0)
		return none.error == -ENOMEM ? -ENOMEM : 0;
	part = strrchr(path, '/');
	if (part && !strcmp(link->bus, "virtio")) {
		*part = 0;
		part = strrchr(path, '/');
	}
	if (part && is_pci(part + 1))
		snprintf(link->pci, sizeof(link->pci), "%.12s", part + 1);
	link->virtual_function =
		ms_host_exists(host, MS_PATH("/sys/class/net/%s/device/physfn", link->name));
	return 0;
}

static int find_device(struct ms_host *host, struct ms_link *link)
{
	if (!ms_host_link_word(host, MS_PATH("/sys/class/net/%s/device", link->name), link->device,
			       sizeof(link->device)))
		return 0;
	ms_host_link_word(host, MS_PATH("/sys/class/net/%s/device/subsystem", link->name),
			  link->bus, sizeof(link->bus));
	return find_pci(host, link);
}

/* ---- all of it
 * ---------------------------------------------------------------------------------------------- */

int ms_links_read(struct ms_host *host, struct ms_links **ret_links, struct ms_err *err)
{
	struct ms_links *links = calloc(1, sizeof(*links));
	int r;

	if (!links)
		return ms_nomem(err);
	r = read_links(host, links, err);
	if (!r)
		r = read_addrs(host, links, err);
	for (size_t i = 0; !r && i < links->n; i++)
		if (find_device(host, &links->links[i]) < 0)
			r = ms_nomem(err);
	if (r < 0)
		ms_links_free(links);
	else
		*ret_links = links;
	return r;
}

void ms_links_free(struct ms_links *links)
{
	if (!links)
		return;
	ms_buf_release(&links->raw);
	free(links->links);
	free(links->addrs);
	free(links);
}
