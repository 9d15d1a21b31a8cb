/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why there is no RoCE on an interface, or on any: what was not loaded, what speaks something else.
 */
#include "roce/here.h"

#include <errno.h>
#include <linux/if_arp.h>

/* RDMA is a module of its own beside that of the interface. */
static const struct { const char *driver, *module; } modules[] = {
	{ "mlx5_core", "mlx5_ib" }, { "mlx4_core", "mlx4_ib" }, { "bnxt_en", "bnxt_re" },
	{ "ice", "irdma" },	    { "i40e", "irdma" },	{ "idpf", "irdma" },
	{ "qede", "qedr" },	    { "be2net", "ocrdma" },	{ "hns3", "hns_roce_hw_v2" },
	{ "ionic", "ionic_rdma" },  { "mana", "mana_ib" },
};

static const char *module_of(const char *driver)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(modules); i++)
		if (!strcmp(modules[i].driver, driver))
			return modules[i].module;
	return NULL;
}

static bool driver_of(const struct roce_here *here, const struct ms_link *link, char *buf,
		      size_t size)
{
	return ms_host_link_word(here->host,
				 MS_PATH("/sys/class/net/%s/device/driver", link->name), buf, size);
}

static const struct roce_port *iwarp_of(const struct roce_here *here, const struct ms_link *link)
{
	for (size_t i = 0; i < here->n_ports; i++)
		if (here->ports[i].iwarp && here->ports[i].ndev == link->index)
			return &here->ports[i];
	return NULL;
}

void roce_why_none(const struct roce_here *here, const struct ms_link *link, char *buf, size_t size)
{
	const struct roce_port *iwarp = iwarp_of(here, link);
	const struct ms_link *below = strcmp(link->kind, "vlan")
					      ? NULL
					      : ms_link_by_index(here->links, link->parent);
	const char *module;
	char driver[64];

	if (below) {
		snprintf(buf, size, "a VLAN carries no RDMA by itself: the NIC is %s", below->name);
		return;
	}
	if (iwarp) {
		snprintf(buf, size, "%s speaks iWARP, not RoCE", iwarp->device);
		return;
	}
	snprintf(buf, size, "the interface carries no RDMA");
	module = driver_of(here, link, driver, sizeof(driver)) ? module_of(driver) : NULL;
	if (!module)
		return;
	if (ms_host_exists(here->host, MS_PATH("/sys/module/%s", module)))
		snprintf(buf, size, "the interface carries no RDMA, though %s is loaded: dmesg, or "
				    "enable_roce of devlink, says why", module);
	else
		snprintf(buf, size, "the interface carries no RDMA: modprobe %s", module);
}

/* ---- a whole machine ---- */

static bool might_carry(const struct ms_link *link)
{
	return link->type == ARPHRD_ETHER && !*link->kind && !link->representor && *link->bus;
}

/* What is to be loaded for one of the interfaces; NULL = nothing would help. */
static const char *missing_module(const struct roce_here *here, const char **ret_name)
{
	char driver[64];

	for (size_t i = 0; i < here->links->n; i++) {
		const struct ms_link *link = &here->links->links[i];
		const char *module = might_carry(link) &&
						     driver_of(here, link, driver, sizeof(driver))
					     ? module_of(driver)
					     : NULL;

		if (!module || ms_host_exists(here->host, MS_PATH("/sys/module/%s", module)))
			continue;
		*ret_name = link->name;
		return module;
	}
	return NULL;
}

/* "eth0, eth1": the first few. */
static void list_interfaces(const struct roce_here *here, char *buf, size_t size)
{
	size_t used = 0;

	*buf = 0;
	for (size_t i = 0; i < here->links->n && used + 20 < size; i++)
		if (might_carry(&here->links->links[i]))
			used += (size_t)snprintf(buf + used, size - used, "%s%s", used ? ", " : "",
						 here->links->links[i].name);
}

static void hint(const struct roce_here *here, struct ms_err *note)
{
	const char *name = NULL, *module = missing_module(here, &name);
	char names[128];

	list_interfaces(here, names, sizeof(names));
	if (module)
		ms_hint(note, "modprobe %s, for %s", module, name);
	else if (*names)
		ms_hint(note,
			"soft RoCE takes any Ethernet interface: "
			"rdma link add rxe0 type rxe netdev IF (%s)",
			names);
	else
		ms_hint(note, "no Ethernet interface here is on a device: msctl-nic get --local "
			      "shows PCI functions");
}

void roce_note_none(const struct roce_here *here, struct ms_err *note)
{
	if (!here->n_ports)
		ms_fail(note, -ENOENT, MS_NOTFOUND, "no RDMA device here");
	else
		ms_fail(note, -ENOENT, MS_NOTFOUND,
			"no RDMA device here does RoCE on an interface of this network "
			"namespace: %s %s", here->ports[0].device,
			here->ports[0].iwarp ? "speaks iWARP" : "has no such interface");
	hint(here, note);
}
