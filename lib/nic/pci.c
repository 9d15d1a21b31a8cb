/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions by sysfs: what they are, how they are connected; which network functions there
 * are, also on other buses. */
#include "nic/here.h"

#include <errno.h>

#define PCI "/sys/bus/pci/devices"

static json_t *number_of(struct nic_here *here, const char *pci, const char *name)
{
	return ms_host_json_number(here->host, MS_PATH(PCI "/%s/%s", pci, name));
}

static json_t *link_of(struct nic_here *here, const char *pci, const char *name)
{
	char word[64];

	return ms_host_link_word(here->host, MS_PATH(PCI "/%s/%s", pci, name), word, sizeof(word))
		       ? json_string(word)
		       : NULL;
}

/* "0x15b3\n" as "15b3". */
static json_t *id_of(struct nic_here *here, const char *pci, const char *name)
{
	char word[32];

	if (!ms_host_word(here->host, MS_PATH(PCI "/%s/%s", pci, name), word, sizeof(word)))
		return NULL;
	return json_string(ms_starts(word, "0x") ? word + 2 : word);
}

/* "16.0 GT/s PCIe" as "16.0 GT/s"; functions of a virtual machine say "Unknown". */
static json_t *speed_of(struct nic_here *here, const char *pci, const char *name)
{
	char word[64], *unit;

	if (!ms_host_word(here->host, MS_PATH(PCI "/%s/%s", pci, name), word, sizeof(word)))
		return NULL;
	unit = strstr(word, " GT/s");
	if (!unit)
		return NULL;
	unit[5] = 0;
	return json_string(word);
}

static int add_link(struct nic_here *here, const char *pci, json_t *facts)
{
	json_t *link = json_object();

	if (!link || nic_fact(link, "speed", speed_of(here, pci, "current_link_speed")) ||
	    nic_fact(link, "width", number_of(here, pci, "current_link_width")) ||
	    nic_fact(link, "maxSpeed", speed_of(here, pci, "max_link_speed")) ||
	    nic_fact(link, "maxWidth", number_of(here, pci, "max_link_width"))) {
		json_decref(link);
		return -ENOMEM;
	}
	/* Without a speed the width is a default of the kernel. */
	if (json_object_get(link, "speed"))
		return nic_fact(facts, "link", link);
	json_decref(link);
	return 0;
}

static int add_facts(struct nic_here *here, const char *pci, json_t *status)
{
	json_t *facts = json_pack("{s:s}", "address", pci);

	if (!facts || json_object_set_new(status, "pci", facts) < 0)
		return -ENOMEM;
	if (nic_fact(facts, "vendor", id_of(here, pci, "vendor")) ||
	    nic_fact(facts, "device", id_of(here, pci, "device")) ||
	    nic_fact(facts, "class", id_of(here, pci, "class")) ||
	    nic_fact(facts, "numaNode", number_of(here, pci, "numa_node")) ||
	    nic_fact(facts, "iommuGroup", link_of(here, pci, "iommu_group")))
		return -ENOMEM;
	return add_link(here, pci, facts);
}

/* The first of the RDMA devices on the function; a function has one but for IPoIB children. */
static json_t *rdma_of(struct nic_here *here, const char *pci)
{
	struct ms_err err = MS_ERR_INIT;
	char **names = NULL;
	json_t *name = NULL;

	if (ms_host_list(here->host, MS_PATH(PCI "/%s/infiniband", pci), &names, &err) == 0 &&
	    names[0])
		name = json_string(names[0]);
	ms_strv_free(names);
	return name;
}

int nic_pci(struct nic_look *look, struct ms_err *err)
{
	if (!*look->pci)
		return 0;
	if (add_facts(look->here, look->pci, look->status) ||
	    nic_fact(look->status, "driver", link_of(look->here, look->pci, "driver")) ||
	    nic_fact(look->status, "rdma", rdma_of(look->here, look->pci)))
		return ms_nomem(err);
	return 0;
}

/* ---- finding them
 * ---------------------------------------------------------------------------------------- */

/* Base class 02h is "network controller" (PCI Code and ID Assignment, 1.3). */
static bool is_network(struct nic_here *here, const char *pci)
{
	int64_t class;

	return ms_host_number(here->host, MS_PATH(PCI "/%s/class", pci), &class) &&
	       class >> 16 == 2 && !ms_host_exists(here->host, MS_PATH(PCI "/%s/physfn", pci));
}

static void server_name(struct nic_here *here, char *buf, size_t size)
{
	if (!ms_host_word(here->host, "/proc/sys/kernel/hostname", buf, size))
		snprintf(buf, size, "localhost");
	buf[strcspn(buf, ".")] = 0;
}

/* On other buses: what a driver has made an interface of, but subfunctions, which are their
 * function's. */
static bool is_elsewhere(const struct ms_link *link)
{
	return *link->bus && !*link->pci && !link->representor && strcmp(link->bus, "auxiliary");
}

/* By its PCI address; pci NULL = by its interface. */
static json_t *nic_of(const char *server, const char *pci, const struct ms_link *link)
{
	MS_AUTO_FREE char *name = ms_asprintf("%s:%s", server, link ? link->name : pci);
	json_t *nic = name ? ms_resource_new("Nic", name) : NULL;
	json_t *spec = nic ? json_object_get(nic, "spec") : NULL;

	if (!nic || nic_fact(spec, "server", json_string(server)) ||
	    nic_fact(spec, "name", json_string(link ? link->name : pci)) ||
	    nic_fact(spec, pci ? "pci" : "netdev", json_string(pci ? pci : link->name))) {
		json_decref(nic);
		return NULL;
	}
	return nic;
}

int nic_discover(struct nic_here *here, json_t **ret_nics, struct ms_err *err)
{
	json_auto_t *nics = json_array();
	struct ms_err none = MS_ERR_INIT;
	char server[64], **names = NULL;
	int r = nics ? 0 : ms_nomem(err);

	server_name(here, server, sizeof(server));
	/* A machine without a PCI bus has no such folder. */
	if (!r && ms_host_list(here->host, PCI, &names, &none) < 0 && none.error != -ENOENT) {
		*err = none;
		r = none.error;
	}
	for (size_t i = 0; !r && names && names[i]; i++)
		if (is_network(here, names[i]) &&
		    json_array_append_new(nics, nic_of(server, names[i],
						       ms_link_by_pci(here->links, names[i]))) < 0)
			r = ms_nomem(err);
	ms_strv_free(names);
	for (size_t i = 0; !r && i < here->links->n; i++)
		if (is_elsewhere(&here->links->links[i]) &&
		    json_array_append_new(nics, nic_of(server, NULL, &here->links->links[i])) < 0)
			r = ms_nomem(err);
	if (!r)
		*ret_nics = ms_take(nics);
	return r;
}
