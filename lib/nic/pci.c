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

static int put_link(struct nic_here *here, const char *pci, const char *name, json_t *facts,
		    const char *key)
{
	char word[64];

	ms_host_link_word(here->host, MS_PATH(PCI "/%s/%s", pci, name), word, sizeof(word));
	return nic_put_text(facts, key, word);
}

/* "0x15b3\n" as "15b3". */
static int put_id(struct nic_here *here, const char *pci, const char *name, json_t *facts)
{
	char word[32];

	ms_host_word(here->host, MS_PATH(PCI "/%s/%s", pci, name), word, sizeof(word));
	return nic_put_text(facts, name, ms_starts(word, "0x") ? word + 2 : word);
}

/* "16.0 GT/s PCIe" as "16.0 GT/s"; functions of a virtual machine say "Unknown". */
static int put_speed(struct nic_here *here, const char *pci, const char *name, json_t *link,
		     const char *key)
{
	char word[64], *unit;

	ms_host_word(here->host, MS_PATH(PCI "/%s/%s", pci, name), word, sizeof(word));
	unit = strstr(word, " GT/s");
	if (!unit)
		return 0;
	unit[5] = 0;
	return nic_put_text(link, key, word);
}

static int add_link(struct nic_here *here, const char *pci, json_t *facts)
{
	json_auto_t *link = json_object();

	if (!link || put_speed(here, pci, "current_link_speed", link, "speed") ||
	    nic_fact(link, "width", number_of(here, pci, "current_link_width")) ||
	    put_speed(here, pci, "max_link_speed", link, "maxSpeed") ||
	    nic_fact(link, "maxWidth", number_of(here, pci, "max_link_width")))
		return -ENOMEM;
	/* Without a speed the width is a default of the kernel. */
	return json_object_get(link, "speed") ? json_object_set(facts, "link", link) : 0;
}

static int add_facts(struct nic_here *here, const char *pci, json_t *status)
{
	json_t *facts = json_pack("{s:s}", "address", pci);

	if (!facts || json_object_set_new(status, "pci", facts) < 0)
		return -ENOMEM;
	if (put_id(here, pci, "vendor", facts) ||
	    put_id(here, pci, "device", facts) ||
	    put_id(here, pci, "class", facts) ||
	    nic_fact(facts, "numaNode", number_of(here, pci, "numa_node")) ||
	    put_link(here, pci, "iommu_group", facts, "iommuGroup"))
		return -ENOMEM;
	return add_link(here, pci, facts);
}

/* The first of the RDMA devices on the function; a function has one but for IPoIB children. */
static int put_rdma(struct nic_here *here, const char *pci, json_t *status)
{
	struct ms_err none = MS_ERR_INIT;
	char **names = NULL;
	int r = 0;

	if (ms_host_list(here->host, MS_PATH(PCI "/%s/infiniband", pci), &names, &none) == 0)
		r = nic_put_text(status, "rdma", names[0]);
	ms_strv_free(names);
	return r;
}

int nic_pci(struct nic_look *look, struct ms_err *err)
{
	if (!*look->pci)
		return 0;
	if (add_facts(look->here, look->pci, look->status) ||
	    put_link(look->here, look->pci, "driver", look->status, "driver") ||
	    put_rdma(look->here, look->pci, look->status))
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
 * function's.  And further ports of one function, of drivers that have them (mlx4, cxgb4). */
static bool is_by_itself(const struct ms_links *links, const struct ms_link *link)
{
	if (!*link->bus || link->representor || link->virtual_function)
		return false;
	if (*link->pci)
		return ms_link_by_pci(links, link->pci) != link;
	return strcmp(link->bus, "auxiliary") != 0;
}

/* By its PCI address; pci NULL = by its interface. */
static json_t *nic_of(const char *server, const char *pci, const struct ms_link *link)
{
	MS_AUTO_FREE char *name = ms_asprintf("%s:%s", server, link ? link->name : pci);
	json_t *nic = name ? ms_resource_new("Nic", name) : NULL;
	json_t *spec = nic ? json_object_get(nic, "spec") : NULL;

	if (!nic || nic_put_text(spec, "server", server) ||
	    nic_put_text(spec, "name", link ? link->name : pci) ||
	    nic_put_text(spec, pci ? "pci" : "netdev", pci ? pci : link->name)) {
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
	r = ms_host_facts(here->host, r, err);
	for (size_t i = 0; !r && i < here->links->n; i++)
		if (is_by_itself(here->links, &here->links->links[i]) &&
		    json_array_append_new(nics, nic_of(server, NULL, &here->links->links[i])) < 0)
			r = ms_nomem(err);
	if (!r)
		*ret_nics = ms_take(nics);
	return r;
}
