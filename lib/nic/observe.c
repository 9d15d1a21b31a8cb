/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network function, found and looked at: PCI, interface, and what its driver tells. */
#include "nic/here.h"

#include <errno.h>

int nic_here_read(struct nic_here *here, struct ms_err *err)
{
	ms_links_free(ms_take(here->links));
	nic_uses_release(here);
	return ms_links_read(here->host, &here->links, err);
}

void nic_here_release(struct nic_here *here)
{
	ms_links_free(here->links);
	nic_uses_release(here);
	*here = (struct nic_here){ 0 };
}

int nic_fact(json_t *object, const char *key, json_t *value)
{
	return value && json_object_set_new(object, key, value) < 0 ? -ENOMEM : 0;
}

int nic_put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) < 0 ? -ENOMEM : 0;
}

int nic_put_text(json_t *object, const char *key, const char *text)
{
	MS_AUTO_FREE char *copy = text && *text ? strdup(text) : NULL;

	if (!text || !*text)
		return 0;
	if (!copy)
		return -ENOMEM;
	ms_text_clean(copy);
	return nic_put(object, key, json_string(copy));
}

int nic_soft(int r, const struct ms_err *inner, json_t *status, struct ms_err *err)
{
	json_t *warnings = json_object_get(status, "warnings");

	if (!r || r == -EOPNOTSUPP)
		return 0;
	if (r == -ENOMEM || r == -ECANCELED || r == -ETIMEDOUT || r == -EBADMSG) {
		*err = *inner;
		return r;
	}
	if (!warnings) {
		warnings = json_array();
		if (!warnings || json_object_set_new(status, "warnings", warnings) < 0)
			return ms_nomem(err);
	}
	return json_array_append_new(warnings, json_string(inner->message)) < 0 ? ms_nomem(err) : 0;
}

/* ---- the interface
 * ------------------------------------------------------------------------------------- */

static int put_device(const struct ms_link *link, json_t *status, struct ms_err *err)
{
	json_t *device = json_object();

	return nic_put(status, "device", device) || nic_put_text(device, "bus", link->bus) ||
			       nic_put_text(device, "name", link->device)
		       ? ms_nomem(err)
		       : 0;
}

int nic_link(struct nic_look *look, struct ms_err *err)
{
	const struct ms_link *link = look->link;
	json_t *status = look->status;
	char driver[64];

	if (!link)
		return 0;
	if (nic_put_text(status, "netdev", link->name) ||
	    nic_put(status, "ifindex", json_integer(link->index)) ||
	    nic_put_text(status, "mac", link->mac) ||
	    nic_put_text(status, "permanentMac", link->permanent) ||
	    nic_put(status, "mtu", json_integer(link->mtu)) ||
	    nic_put_text(status, "state", link->state))
		return ms_nomem(err);
	if (*link->pci)
		return 0;
	/* On no PCI bus: its driver is that of its device. */
	ms_host_link_word(look->here->host,
			  MS_PATH("/sys/class/net/%s/device/driver", link->name), driver,
			  sizeof(driver));
	if (nic_put_text(status, "driver", driver))
		return ms_nomem(err);
	return *link->bus ? put_device(link, status, err) : 0;
}

/* ---- all of it
 * ------------------------------------------------------------------------------------------ */

/* A function that a guest or DPDK has keeps its PCI address, but has no interface. */
static bool has_function(struct nic_here *here, const json_t *nic)
{
	const char *pci = ms_str(nic, "/spec/pci", NULL);

	return pci && !ms_str(nic, "/spec/mac", NULL) &&
	       ms_host_exists(here->host, MS_PATH("/sys/bus/pci/devices/%s", pci));
}

const char *nic_pci_of(const json_t *nic, const struct ms_link *link)
{
	return link ? link->pci : ms_str(nic, "/spec/pci", "");
}

/* *ret_link NULL = it has no interface here. */
int nic_find(struct nic_here *here, const json_t *nic, const struct ms_link **ret_link,
	     struct ms_err *err)
{
	int r = ms_link_of_nic(here->links, nic, ret_link, err);

	if (r != -ENODEV || !has_function(here, nic))
		return r;
	*ret_link = NULL;
	ms_err_clear(err);
	return 0;
}

int nic_observe_parts(struct nic_here *here, const json_t *nic, nic_get_fn *const *parts,
		      json_t **ret_status, struct ms_err *err)
{
	json_auto_t *status = json_object();
	struct nic_look look = { .here = here, .nic = nic, .status = status };
	int r = status ? nic_find(here, nic, &look.link, err) : ms_nomem(err);

	if (!r)
		look.pci = nic_pci_of(nic, look.link);
	for (; !r && *parts; parts++)
		r = (*parts)(&look, err);
	r = ms_host_facts(here->host, r, err);
	if (!r)
		*ret_status = ms_take(status);
	return r;
}

int nic_observe(struct nic_here *here, const json_t *nic, json_t **ret_status, struct ms_err *err)
{
	static nic_get_fn *const all[] = { nic_pci,	 nic_sriov,    nic_info,  nic_eswitch,
					   nic_parameters, nic_link,   nic_speed, nic_rings,
					   nic_channels, nic_offloads, nic_settings, nic_use,
					   NULL };

	return nic_observe_parts(here, nic, all, ret_status, err);
}
