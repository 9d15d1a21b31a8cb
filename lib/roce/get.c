/* SPDX-License-Identifier: GPL-2.0-or-later */
/* This machine, opened, and one Nic of it looked at from all sides. */
#include "roce/here.h"

#include <errno.h>
#include <stdarg.h>

/* ---- the machine ---- */

int roce_here_refresh(struct roce_here *here, struct ms_err *err)
{
	struct ms_links *links = NULL;
	int r = ms_links_read(here->host, &links, err);

	if (r < 0)
		return r;
	ms_links_free(here->links);
	here->links = links;
	return roce_ports_read(here, err);
}

int roce_here_init(struct ms_host *host, struct roce_here *ret_here, struct ms_err *err)
{
	struct roce_here here = { .host = host, .netns = -1 };
	int r = roce_here_refresh(&here, err);

	if (r < 0)
		roce_here_close(&here);
	else
		*ret_here = here;
	return r;
}

int roce_here_open(struct ms_loop *loop, struct roce_here *ret_here, struct ms_err *err)
{
	struct ms_host_opts opts = { .loop = loop };
	struct ms_host *host = NULL;
	int r = ms_host_open(&opts, &host, err);

	return r < 0 ? r : roce_here_init(host, ret_here, err);
}

void roce_here_close(struct roce_here *here)
{
	ms_links_free(here->links);
	ms_host_close(here->host);
	ms_seen_forget(&here->seen);
	free(here->ports);
	*here = (struct roce_here){ 0 };
}

/* ---- facts ---- */

int roce_fact(json_t *object, const char *key, json_t *value)
{
	return value && json_object_set_new(object, key, value) < 0 ? -ENOMEM : 0;
}

int roce_unsupported(json_t *status, const char *section, const char *fmt, ...)
{
	MS_AUTO_FREE char *text = NULL;
	char pointer[64];
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	snprintf(pointer, sizeof(pointer), "/unsupported/%s", section);
	return text ? ms_put(status, pointer, json_string(text)) : -ENOMEM;
}

int roce_warn(json_t *status, const char *fmt, ...)
{
	json_t *warnings = json_object_get(status, "warnings");
	MS_AUTO_FREE char *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	if (!warnings) {
		warnings = json_array();
		if (json_object_set_new(status, "warnings", warnings) < 0)
			return -ENOMEM;
	}
	return text ? json_array_append_new(warnings, json_string(text)) : -ENOMEM;
}

/* ---- a Nic ---- */

/* Functions of one card: "0000:3b:00" of "0000:3b:00.1". */
static bool same_card(const struct ms_link *a, const struct ms_link *b)
{
	size_t len = strcspn(a->pci, ".");

	return len && a->pci[len] && !strncmp(a->pci, b->pci, len + 1);
}

/* RoCE over a bond has one device for all of its members: its interface is the bond, or, with mlx5,
 * one of the members, which are ports of one card. */
static bool shares_bond(const struct roce_here *here, const struct roce_port *port,
			const struct ms_link *link)
{
	const struct ms_link *other = port->ndev ? ms_link_by_index(here->links, port->ndev) : NULL;

	if (!other)
		return false;
	if (other->index == link->master)
		return true;
	if (!other->master || strcmp(other->member_kind, "bond"))
		return false;
	return other->master == link->index ||
	       (other->master == link->master && same_card(other, link));
}

const struct roce_port *roce_port_of(const struct roce_here *here, const struct ms_link *link)
{
	for (size_t i = 0; i < here->n_ports; i++)
		if (!here->ports[i].iwarp && here->ports[i].ndev == link->index)
			return &here->ports[i];
	for (size_t i = 0; i < here->n_ports; i++)
		if (!here->ports[i].iwarp && shares_bond(here, &here->ports[i], link))
			return &here->ports[i];
	return NULL;
}

static int observe(struct roce_here *here, const json_t *nic, roce_get_fn *const *parts,
		   json_t **ret_status, struct ms_err *err)
{
	json_auto_t *status = json_object();
	struct roce_look look = { .here = here, .nic = nic, .status = status };
	int r = status ? ms_link_of_nic(here->links, nic, &look.link, err) : ms_nomem(err);

	if (!r)
		look.port = roce_port_of(here, look.link);
	for (; !r && *parts; parts++)
		r = (*parts)(&look, err);
	r = ms_host_facts(here->host, r, err);
	if (!r)
		*ret_status = ms_take(status);
	return r;
}

int roce_observe(struct roce_here *here, const json_t *nic, json_t **ret_status, struct ms_err *err)
{
	static roce_get_fn *const parts[] = {
		roce_get_link, roce_get_rdma,	  roce_get_gids,       roce_get_dcb,
		roce_get_ecn,  roce_get_counters, roce_get_persistent, NULL,
	};

	return observe(here, nic, parts, ret_status, err);
}

int roce_observe_part(struct roce_here *here, const json_t *nic, roce_get_fn *part,
		      json_t **ret_status, struct ms_err *err)
{
	roce_get_fn *const parts[] = { part, NULL };

	return observe(here, nic, parts, ret_status, err);
}

/* ---- without any input ---- */

static json_t *nic_of(const char *server, const struct ms_link *link)
{
	MS_AUTO_FREE char *name = ms_asprintf("%s:%s", server, link->name);
	json_t *nic = name ? ms_resource_new("Nic", name) : NULL;
	json_t *spec = json_pack("{s:s,s:s,s:s}", "server", server, "name", link->name, "netdev",
				 link->name);

	if (nic && spec && json_object_set(nic, "spec", spec) == 0) {
		json_decref(spec);
		return nic;
	}
	json_decref(spec);
	json_decref(nic);
	return NULL;
}

int roce_discover(struct roce_here *here, json_t **ret_nics, struct ms_err *err)
{
	json_auto_t *nics = json_array();
	char server[64];

	if (!ms_host_word(here->host, "/proc/sys/kernel/hostname", server, sizeof(server)))
		snprintf(server, sizeof(server), "localhost");
	server[strcspn(server, ".")] = 0;
	for (size_t i = 0; nics && i < here->n_ports; i++) {
		const struct ms_link *link = ms_link_by_index(here->links, here->ports[i].ndev);

		if (link && !link->representor && !here->ports[i].iwarp &&
		    json_array_append_new(nics, nic_of(server, link)) < 0)
			return ms_nomem(err);
	}
	if (!nics)
		return ms_nomem(err);
	*ret_nics = ms_take(nics);
	return 0;
}
