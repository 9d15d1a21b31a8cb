/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a NIC and its functions are used for, and what would be cut with them. */
#include "nic/here.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <linux/rtnetlink.h>

#define PARENTS_MAX 16 /* from us to what came by ssh: sudo, shells */

struct using {
	struct nic_here *here;
	bool *cut;                   /* by place in here->links */
	const char *prefix;          /* "", "function 3: " */
	json_t *uses;
	int r;
};

static void add(struct using *u, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void add(struct using *u, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!u->r && json_array_append_new(u->uses, json_sprintf("%s%s", u->prefix, text)) < 0)
		u->r = -ENOMEM;
}

/* ---- what stands on it ---- */

static size_t place_of(const struct nic_here *here, const struct ms_link *link)
{
	return (size_t)(link - here->links->links);
}

/* Does the master go on without it? */
static bool has_other(const struct using *u, int master)
{
	for (size_t i = 0; i < u->here->links->n; i++) {
		const struct ms_link *link = &u->here->links->links[i];

		if (link->master == master && !u->cut[i] && !strcmp(link->state, "up"))
			return true;
	}
	return false;
}

static bool stands_on(const struct ms_link *link, int index)
{
	return link->parent == index && *link->kind && strcmp(link->kind, "veth");
}

/* A round marks what the last one brought; there are at most as many as links. */
static bool spread(struct using *u)
{
	const struct ms_links *links = u->here->links;
	bool more = false;

	for (size_t i = 0; i < links->n; i++) {
		const struct ms_link *link = &links->links[i], *on;

		if (u->cut[i] || link->representor)
			continue;
		on = ms_link_by_index(links, link->parent);
		if (on && u->cut[place_of(u->here, on)] && stands_on(link, on->index))
			more = u->cut[i] = true;
	}
	for (size_t i = 0; i < links->n; i++) {
		const struct ms_link *master =
			u->cut[i] ? ms_link_by_index(links, links->links[i].master) : NULL;

		if (!master || u->cut[place_of(u->here, master)] || !strcmp(master->kind, "vrf") ||
		    has_other(u, master->index))
			continue;
		more = u->cut[place_of(u->here, master)] = true;
	}
	return more;
}

static void add_masters(struct using *u)
{
	const struct ms_links *links = u->here->links;

	for (size_t i = 0; i < links->n; i++) {
		const struct ms_link *master =
			u->cut[i] ? ms_link_by_index(links, links->links[i].master) : NULL;

		if (master)
			add(u, "%s %s", strcmp(master->kind, "vrf") ? master->kind : "VRF",
			    master->name);
	}
}

static bool is_cut(const struct using *u, int index)
{
	const struct ms_link *link = ms_link_by_index(u->here->links, index);

	return link && u->cut[place_of(u->here, link)];
}

static void add_addresses(struct using *u)
{
	const struct ms_links *links = u->here->links;

	for (size_t i = 0; i < links->n_addrs; i++)
		if (links->addrs[i].scope < RT_SCOPE_LINK && is_cut(u, links->addrs[i].index))
			add(u, "address %s/%u", links->addrs[i].text, links->addrs[i].prefix);
}

static void add_routes(struct using *u)
{
	const json_t *index;
	size_t i;

	json_array_foreach(u->here->defaults, i, index)
		if (is_cut(u, (int)json_integer_value(index))) {
			add(u, "default route");
			return;
		}
}

/* ---- the ssh connection that we came by ---- */

static bool variable(struct ms_host *host, int64_t pid, char *buf, size_t size)
{
	static const char name[] = "SSH_CONNECTION=";
	MS_AUTO_BUF struct ms_buf all = { 0 };
	struct ms_err ignored = MS_ERR_INIT;

	if (ms_host_read_bytes(host, MS_PATH("/proc/%jd/environ", (intmax_t)pid), 1 << 20, &all,
			       &ignored))
		return false;
	for (size_t at = 0; at < all.len; at += strlen(all.data + at) + 1)
		if (ms_starts(all.data + at, name)) {
			snprintf(buf, size, "%s", all.data + at + strlen(name));
			return true;
		}
	return false;
}

/* sudo(8) takes the variable away: a parent has it. */
static bool connection(struct ms_host *host, char *buf, size_t size)
{
	const char *own = getenv("SSH_CONNECTION");
	int64_t pid = getppid();

	if (own && *own) {
		snprintf(buf, size, "%s", own);
		return true;
	}
	for (unsigned i = 0; ms_host_is_here(host) && i < PARENTS_MAX && pid > 1; i++) {
		char stat[512];
		const char *end;

		if (variable(host, pid, buf, size))
			return true;
		if (!ms_host_word(host, MS_PATH("/proc/%jd/stat", (intmax_t)pid), stat,
				  sizeof(stat)))
			return false;
		end = strrchr(stat, ')');
		if (!end || sscanf(end + 1, " %*c %jd", (intmax_t *)&pid) != 1)
			return false;
	}
	return false;
}

/* "CLIENT PORT SERVER PORT" */
static void add_ssh(struct using *u)
{
	const struct ms_links *links = u->here->links;
	char text[256], client[64], server[64];

	if (!connection(u->here->host, text, sizeof(text)) ||
	    sscanf(text, "%63s %*s %63s", client, server) != 2)
		return;
	for (size_t i = 0; i < links->n_addrs; i++)
		if (!strcmp(links->addrs[i].text, server) && is_cut(u, links->addrs[i].index))
			add(u, "ssh from %s, which brought this command", client);
}

/* ---- disks ---- */

static bool same_net(const struct ms_addr *addr, const char *text)
{
	unsigned char a[16], b[16];
	unsigned bits = addr->prefix;

	if (inet_pton(addr->family, addr->text, a) != 1 || inet_pton(addr->family, text, b) != 1 ||
	    !bits)
		return false;
	for (size_t i = 0; i < sizeof(a) && bits; i++, bits -= bits < 8 ? bits : 8) {
		unsigned char mask = (unsigned char)(bits >= 8 ? 0xff : 0xff << (8 - bits));

		if ((a[i] ^ b[i]) & mask)
			return false;
	}
	return true;
}

/* By its own address, by the interface that it names, by the network of its peer, else by the
 * default route. */
static bool goes_over(const struct using *u, const json_t *disk)
{
	const struct ms_links *links = u->here->links;
	const char *own = ms_str(disk, "/source", NULL), *peer = ms_str(disk, "/address", ""),
		   *netdev = ms_str(disk, "/interface", NULL);
	const struct ms_link *link = netdev ? ms_link_by_name(links, netdev) : NULL;
	bool near = false;
	const json_t *index;
	size_t at;

	if (link)
		return is_cut(u, link->index);
	for (size_t i = 0; i < links->n_addrs; i++) {
		const struct ms_addr *addr = &links->addrs[i];
		bool hit = own ? !strcmp(addr->text, own) : same_net(addr, peer);

		near |= hit;
		if (hit && is_cut(u, addr->index))
			return true;
	}
	json_array_foreach(u->here->defaults, at, index)
		if (!near && is_cut(u, (int)json_integer_value(index)))
			return true;
	return false;
}

static void add_disks(struct using *u)
{
	const json_t *disk;
	size_t i;

	json_array_foreach(u->here->disks, i, disk)
		if (goes_over(u, disk))
			add(u, "%s %s at %s", ms_bool(disk, "/root", false) ? "root disk" : "disk",
			    ms_str(disk, "/name", ""), ms_str(disk, "/address", ""));
}

/* ---- an interface, a function ---- */

static int use_link(struct nic_here *here, const struct ms_link *link, const char *prefix,
		    json_t *uses)
{
	MS_AUTO_FREE bool *cut = calloc(here->links->n + 1, sizeof(*cut));
	struct using u = { .here = here, .cut = cut, .prefix = prefix, .uses = uses };

	if (!cut)
		return -ENOMEM;
	cut[place_of(here, link)] = true;
	while (spread(&u))
		;
	add_disks(&u);
	add_ssh(&u);
	add_routes(&u);
	add_addresses(&u);
	add_masters(&u);
	return u.r;
}

/* Its own disks: a function of an NVMe controller, of a storage adapter. */
static int use_disks(struct nic_here *here, const char *pci, const char *prefix, json_t *uses)
{
	struct using u = { .here = here, .prefix = prefix, .uses = uses };
	const char *part = MS_PATH("/%s", pci);
	const json_t *disk;
	size_t i;

	json_array_foreach(here->blocks, i, disk)
		if (*pci && nic_path_has(ms_str(disk, "/path", ""), part))
			add(&u, "%s %s", ms_bool(disk, "/root", false) ? "root disk" : "disk",
			    ms_str(disk, "/name", ""));
	return u.r;
}

/* What its port of the eswitch is in: the bridge of a tenant. */
static int use_representors(struct nic_here *here, const json_t *status, int64_t index,
			    json_t *uses)
{
	const json_t *port;
	char prefix[64];
	size_t i;

	json_array_foreach(ms_at(status, "/eswitch/representors"), i, port) {
		const char *name = ms_str(port, "/netdev", "");
		const struct ms_link *link = ms_link_by_name(here->links, name);

		if (!link || strcmp(ms_str(port, "/flavour", ""), "pcivf") ||
		    ms_int(port, "/function", -1) != index)
			continue;
		snprintf(prefix, sizeof(prefix), "function %jd: representor %s: ", (intmax_t)index,
			 name);
		if (use_link(here, link, prefix, uses))
			return -ENOMEM;
	}
	return 0;
}

/* The holder of its VFIO group or device, read once for all (use-read.c). */
static int use_guest(struct nic_here *here, const json_t *function, const char *prefix,
		     json_t *uses)
{
	const char *group = ms_str(function, "/iommuGroup", ""),
		   *pci = ms_str(function, "/pci", "");
	struct using u = { .here = here, .prefix = prefix, .uses = uses };
	struct ms_err ignored = MS_ERR_INIT;
	char **names = NULL;
	const json_t *holder;

	if (nic_guests_read(here))
		return -ENOMEM;
	holder = json_object_get(here->guests, group);
	if (!holder && !ms_host_list(here->host, MS_PATH("/sys/bus/pci/devices/%s/vfio-dev", pci),
				     &names, &ignored)) {
		holder = json_object_get(here->guests, names[0] ? names[0] : "");
		ms_strv_free(names);
	}
	if (holder)
		add(&u, "a guest's, opened by %s", json_string_value(holder));
	return u.r;
}

static int use_function(struct nic_here *here, const json_t *function, const json_t *status,
			json_t *uses)
{
	const struct ms_link *link = ms_link_by_name(here->links, ms_str(function, "/netdev", ""));
	const char *driver = ms_str(function, "/driver", "");
	int64_t index = ms_int(function, "/index", 0);
	char prefix[32];
	struct using u = { .here = here, .prefix = prefix, .uses = uses };

	snprintf(prefix, sizeof(prefix), "function %jd: ", (intmax_t)index);
	if (use_representors(here, status, index, uses) ||
	    use_disks(here, ms_str(function, "/pci", ""), prefix, uses))
		return -ENOMEM;
	if (link)
		return use_link(here, link, prefix, uses);
	if (ms_starts(driver, "vfio") || strstr(driver, "_vfio_pci"))
		return use_guest(here, function, prefix, uses);
	/* Drivers of network functions make interfaces: one that is not here is somewhere else. */
	if (ms_str(status, "/netdev", NULL) && *driver &&
	    !strcmp(driver, ms_str(status, "/driver", "")))
		add(&u, "its interface is in another network namespace");
	return u.r;
}

static int set_uses(json_t *object, json_t *uses, struct ms_err *err)
{
	int r = json_array_size(uses) && json_object_set(object, "use", uses) < 0 ? ms_nomem(err)
										  : 0;

	json_decref(uses);
	return r;
}

int nic_use(struct nic_look *look, struct ms_err *err)
{
	const struct ms_link *link = look->link;
	struct nic_here *here = look->here;
	json_t *status = look->status, *uses, *function;
	size_t i;
	int r = here->defaults ? 0 : nic_uses_read(here, err);

	if (r)
		return r;
	uses = json_array();
	if (!uses || (link && use_link(here, link, "", uses)) ||
	    use_disks(here, ms_str(status, "/pci/address", ""), "", uses)) {
		json_decref(uses);
		return ms_nomem(err);
	}
	r = set_uses(status, uses, err);
	json_array_foreach(ms_at(status, "/sriov/functions"), i, function) {
		uses = r ? NULL : json_array();
		if (!r && (!uses || use_function(here, function, status, uses)))
			r = ms_nomem(err);
		if (r)
			json_decref(uses);
		else
			r = set_uses(function, uses, err);
	}
	return r;
}
