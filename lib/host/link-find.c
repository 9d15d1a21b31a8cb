/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which interface is meant: by number, name, MAC address, PCI address, or by a Nic resource. */
#include "host/host-private.h"

#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <strings.h>

const struct ms_link *ms_link_by_index(const struct ms_links *links, int index)
{
	size_t low = 0, high = links->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (links->links[middle].index == index)
			return &links->links[middle];
		if (links->links[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Names that udev found, too, or that were given besides (Linux 5.5). */
static bool goes_by(const struct ms_link *link, const char *name)
{
	const struct nlattr *attr;

	ms_nl_each(attr, link->names)
		if (ms_nl_type(attr) == IFLA_ALT_IFNAME && ms_streq(ms_nl_text(attr), name))
			return true;
	return false;
}

const struct ms_link *ms_link_by_name(const struct ms_links *links, const char *name)
{
	for (size_t i = 0; i < links->n; i++)
		if (!strcmp(links->links[i].name, name))
			return &links->links[i];
	for (size_t i = 0; i < links->n; i++)
		if (goes_by(&links->links[i], name))
			return &links->links[i];
	return NULL;
}

/* Bonds, bridges and VLANs borrow the address of a port, and ports of a bond that of the first. */
const struct ms_link *ms_link_by_mac(const struct ms_links *links, const char *mac)
{
	for (size_t i = 0; i < links->n; i++)
		if (!links->links[i].representor && !strcasecmp(links->links[i].permanent, mac))
			return &links->links[i];
	for (size_t i = 0; i < links->n; i++) {
		const struct ms_link *link = &links->links[i];

		if (!*link->permanent && !*link->kind && !link->representor &&
		    !strcasecmp(link->mac, mac))
			return link;
	}
	return NULL;
}

const struct ms_link *ms_link_by_pci(const struct ms_links *links, const char *pci)
{
	for (size_t i = 0; i < links->n; i++)
		if (!links->links[i].representor && *pci && !strcasecmp(links->links[i].pci, pci))
			return &links->links[i];
	return NULL;
}

/* ---- the link of a Nic
 * ------------------------------------------------------------------------------------ */

static bool is_hardware(const struct ms_link *link)
{
	return *link->pci && !link->representor && !link->virtual_function;
}

/* "eth0 b8:59:9f:00:00:01, eth1 ...": what might have been meant; all but loopback where nothing is
 * on a PCI bus. */
static void list_links(const struct ms_links *links, bool hardware, char *buf, size_t size)
{
	size_t n = 0, shown = 0;

	*buf = 0;
	for (size_t i = 0; i < links->n && n < size; i++) {
		const struct ms_link *link = &links->links[i];
		const char *mac = *link->permanent ? link->permanent : link->mac;

		if (hardware ? !is_hardware(link) : (link->flags & IFF_LOOPBACK) != 0)
			continue;
		if (shown++ == 8) {
			snprintf(buf + n, size - n, "...");
			return;
		}
		n += (size_t)snprintf(buf + n, size - n, "%s%s %s", shown > 1 ? ", " : "",
				      link->name, mac);
	}
}

int ms_link_of_nic(const struct ms_links *links, const json_t *nic, const struct ms_link **ret_link,
		   struct ms_err *err)
{
	const char *mac = ms_str(nic, "/spec/mac", NULL), *pci = ms_str(nic, "/spec/pci", NULL);
	const char *name = ms_str(nic, "/spec/netdev", NULL);
	const struct ms_link *link = NULL;
	char there[256];
	int r;

	if (!mac && !pci && !name) {
		r = ms_fail(err, -EINVAL, MS_INPUT, "nothing says which interface it is");
		ms_err_at(err, NULL, "/spec");
		ms_hint(err, "give its mac, its pci address or its netdev");
		return r;
	}
	link = mac ? ms_link_by_mac(links, mac)
		   : pci ? ms_link_by_pci(links, pci) : ms_link_by_name(links, name);
	if (link) {
		*ret_link = link;
		return 0;
	}
	list_links(links, true, there, sizeof(there));
	if (!*there && !pci)
		list_links(links, false, there, sizeof(there));
	r = ms_fail(err, -ENODEV, MS_NOTFOUND, "no interface has the %s %s",
		    mac	  ? "MAC address"
		    : pci ? "PCI address"
			  : "name",
		    mac	  ? mac
		    : pci ? pci
			  : name);
	ms_hint(err, *there ? "there are %s" : "no interface here is on a PCI bus%s", there);
	return r;
}
