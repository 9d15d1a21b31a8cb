/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of GIDs, and the one to use: its index moves with each address, VLAN and link flap, so
 * it is found by what it is, and never by its number.
 */
#include "roce/here.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>

#define GIDS_MAX 1024

struct gid {
	unsigned index;
	bool v2, local;              /* local: fe80::/10, never routed (RFC 4291) */
	struct in6_addr bytes;
	char address[INET6_ADDRSTRLEN];
	const struct ms_link *link;  /* what it belongs to; NULL = not said */
};

static bool read_one(const struct roce_look *look, unsigned index, struct gid *gid)
{
	const char *port = MS_PATH("/sys/class/infiniband/%s/ports/%u", look->port->device,
				   look->port->port);
	char text[64], type[32], ndev[32];

	*gid = (struct gid){ .index = index };
	if (!ms_host_word(look->here->host, MS_PATH("%s/gids/%u", port, index), text,
			  sizeof(text)) ||
	    inet_pton(AF_INET6, text, &gid->bytes) != 1 || IN6_IS_ADDR_UNSPECIFIED(&gid->bytes))
		return false;
	if (ms_host_word(look->here->host, MS_PATH("%s/gid_attrs/types/%u", port, index), type,
			 sizeof(type)))
		gid->v2 = !strcmp(type, "RoCE v2");
	if (ms_host_word(look->here->host, MS_PATH("%s/gid_attrs/ndevs/%u", port, index), ndev,
			 sizeof(ndev)))
		gid->link = ms_link_by_name(look->here->links, ndev);
	gid->local = IN6_IS_ADDR_LINKLOCAL(&gid->bytes);
	if (IN6_IS_ADDR_V4MAPPED(&gid->bytes))
		inet_ntop(AF_INET, &gid->bytes.s6_addr[12], gid->address, sizeof(gid->address));
	else
		inet_ntop(AF_INET6, &gid->bytes, gid->address, sizeof(gid->address));
	return true;
}

static json_t *gid_new(const struct gid *gid)
{
	char text[48];
	size_t used = 0;
	json_t *row;

	for (size_t i = 0; i < 16; i += 2)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%02x%02x",
					 i ? ":" : "", gid->bytes.s6_addr[i],
					 gid->bytes.s6_addr[i + 1]);
	row = json_pack("{s:i,s:s,s:s,s:s}", "index", (int)gid->index, "type",
			gid->v2 ? "RoCE v2" : "RoCE v1", "gid", text, "address", gid->address);
	if (row && gid->link &&
	    (roce_fact(row, "netdev", json_string(gid->link->name)) ||
	     (gid->link->vlan >= 0 && roce_fact(row, "vlan", json_integer(gid->link->vlan))))) {
		json_decref(row);
		return NULL;
	}
	return row;
}

/* ---- the one to use ---- */

/* Of this interface: itself, the bond that it is in, or a VLAN on one of them. */
static unsigned nearness(const struct roce_look *look, const struct ms_link *link)
{
	if (!link)
		return 0;
	if (link->index == look->link->index ||
	    (look->link->master && link->index == look->link->master))
		return 2;
	return link->vlan >= 0 && (link->parent == look->link->index ||
				   (look->link->master && link->parent == look->link->master));
}

static bool same_address(const struct gid *gid, const char *address)
{
	struct in6_addr wanted = { .s6_addr = { [10] = 0xff, [11] = 0xff } };
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)strcspn(address, "/"), address);
	if (inet_pton(AF_INET, text, &wanted.s6_addr[12]) != 1 &&
	    inet_pton(AF_INET6, text, &wanted) != 1)
		return false;
	return !memcmp(&gid->bytes, &wanted, sizeof(wanted));
}

/* Higher is better, 0 = not fit.  The address of the Nic wins; then its own interface over VLANs,
 * IPv4 over IPv6. */
static unsigned fitness(const struct roce_look *look, const struct gid *gid)
{
	const char *address = ms_str(look->nic, "/spec/roce/address", NULL);
	unsigned near = nearness(look, gid->link);

	if (!gid->v2 || gid->local || !near)
		return 0;
	if (address)
		return same_address(gid, address);
	return near * 2 + (IN6_IS_ADDR_V4MAPPED(&gid->bytes) ? 1 : 0);
}

static int add_best(struct roce_look *look, const struct gid *best, bool any_v2)
{
	const char *address = ms_str(look->nic, "/spec/roce/address", NULL);
	json_t *row;

	if (!best && !any_v2 && json_array_size(json_object_get(look->status, "gids")))
		return roce_warn(look->status,
				 "all GIDs are of RoCE v1: %s, or its driver, does no "
				 "RoCE v2",
				 look->port->device);
	if (!best)
		return address ? roce_warn(look->status, "no GID of RoCE v2 has the address %s",
					   address)
			       : roce_warn(
					 look->status,
					 "no GID of RoCE v2 has an address that is more than "
					 "local: "
					 "give %s an IP address",
					 look->link->name);
	row = json_pack("{s:i,s:s}", "index", (int)best->index, "address", best->address);
	if (row && best->link->vlan >= 0 &&
	    roce_fact(row, "vlan", json_integer(best->link->vlan))) {
		json_decref(row);
		return -ENOMEM;
	}
	return row ? json_object_set_new(look->status, "gid", row) : -ENOMEM;
}

static int by_value(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return (x > y) - (x < y);
}

/* Names of the files are the indices. */
static int list(const struct roce_look *look, unsigned indices[static GIDS_MAX], size_t *ret_n,
		struct ms_err *err)
{
	char **names = NULL;
	int r = ms_host_list(look->here->host,
			     MS_PATH("/sys/class/infiniband/%s/ports/%u/gids", look->port->device,
				     look->port->port),
			     &names, err);

	*ret_n = 0;
	for (size_t i = 0; !r && names[i] && *ret_n < GIDS_MAX; i++)
		if (isdigit((unsigned char)names[i][0]))
			indices[(*ret_n)++] = (unsigned)strtoul(names[i], NULL, 10);
	ms_strv_free(names);
	if (r)
		return r;
	qsort(indices, *ret_n, sizeof(*indices), by_value);
	return 0;
}

int roce_get_gids(struct roce_look *look, struct ms_err *err)
{
	unsigned indices[GIDS_MAX], best_fit = 0;
	bool any_v2 = false;
	struct ms_err none = MS_ERR_INIT;
	struct gid gid, best = { 0 };
	json_t *rows;
	size_t n;

	if (!look->port || list(look, indices, &n, &none) < 0)
		return 0;
	rows = json_array();
	if (json_object_set_new(look->status, "gids", rows) < 0)
		return ms_nomem(err);
	for (size_t i = 0; i < n; i++) {
		if (!read_one(look, indices[i], &gid))
			continue;
		any_v2 = any_v2 || gid.v2;
		if (json_array_append_new(rows, gid_new(&gid)) < 0)
			return ms_nomem(err);
		if (fitness(look, &gid) <= best_fit)
			continue;
		best_fit = fitness(look, &gid);
		best = gid;
	}
	return add_best(look, best_fit ? &best : NULL, any_v2) ? ms_nomem(err) : 0;
}
