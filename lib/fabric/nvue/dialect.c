/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Classic NVUE to that of Cumulus Linux 5.15, and back ("New and Changed NVUE Commands" of its user
 * guide): "enable" with on and off became "state" with enabled and disabled, other switches changed
 * their words only, and an interface's "ip" was taken apart into "ipv4" and "ipv6", its VRF moved
 * up.
 */
#include <errno.h>
#include "fabric/nvue/nvue.h"

/* Switches that are values rather than "enable". */
static const char *const switches[] = {
	"arp-nd-suppress", "mac-learning", "uplink", "passive", "lacp-bypass",
	NVUE_DCBX_ETS, NVUE_DCBX_ADVICE, NVUE_DCBX_PFC, NULL
};

static bool is_switch(const char *key)
{
	for (const char *const *s = switches; *s; s++)
		if (!strcmp(*s, key))
			return true;
	return false;
}

static const char *classic_word(const json_t *value)
{
	const char *word = json_string_value(value);

	return ms_streq(word, "enabled") ? "on" : ms_streq(word, "disabled") ? "off" : NULL;
}

/* Move a key; a null (of a patch) moves too. */
static int rename_key(json_t *node, const char *from, const char *to)
{
	json_t *value = json_object_get(node, from);

	if (!value || json_object_set(node, to, value))
		return value ? -ENOMEM : 0;
	json_object_del(node, from);
	return 0;
}

static int words_to_classic(json_t *node)
{
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(node, next, key, value) {
		const char *word = classic_word(value);

		if (json_is_object(value) && words_to_classic(value))
			return -ENOMEM;
		if (!strcmp(key, "state") && word) {
			if (json_object_set_new(node, "enable", json_string(word)))
				return -ENOMEM;
			json_object_del(node, "state");
		} else if (word && is_switch(key) &&
			   json_object_set_new(node, key, json_string(word))) {
			return -ENOMEM;
		}
	}
	return 0;
}

/* ---- addresses ------------------------------------------------------------------------------ */

static json_t *family(json_t *interface, const char *address)
{
	return nvue_dig(interface, strchr(address, ':') ? "ipv6" : "ipv4", NULL);
}

/* Move the addresses of one map ("address") to where their family has them. */
static int split_addresses(json_t *interface, const json_t *addresses, const char *below)
{
	const char *address;
	json_t *value;

	json_object_foreach((json_t *)addresses, address, value) {
		json_t *node = family(interface, address);

		if (below)
			node = nvue_dig(node, below, NULL);
		if (json_object_set(nvue_dig(node, "address", NULL), address, value))
			return -ENOMEM;
	}
	return 0;
}

/* A gateway of both families is switched on in both. */
static int split_vrr(json_t *interface, const json_t *vrr)
{
	static const char *const families[] = { "ipv4", "ipv6" };
	int r = split_addresses(interface, json_object_get(vrr, "address"), "vrr");

	for (size_t i = 0; i < 2 && !r; i++) {
		json_t *node = nvue_at(interface, families[i], "vrr", NULL), *value;
		const char *key;

		json_object_foreach(node ? (json_t *)vrr : NULL, key, value)
			if (strcmp(key, "address") && json_object_set(node, key, value))
				r = -ENOMEM;
	}
	return r;
}

static int split_ip(json_t *interface)
{
	json_auto_t *ip = json_incref(json_object_get(interface, "ip"));
	json_t *v6 = json_object_get(ip, "ipv6"), *vrf = json_object_get(ip, "vrf");

	if (!ip || json_object_del(interface, "ip"))
		return 0;
	if (vrf && json_object_set(interface, "vrf", vrf))
		return -ENOMEM;
	if (v6 && json_object_update(nvue_dig(interface, "ipv6", NULL), v6))
		return -ENOMEM;
	if (split_addresses(interface, json_object_get(ip, "address"), NULL))
		return -ENOMEM;
	return split_vrr(interface, json_object_get(ip, "vrr"));
}

static int join_vrr(json_t *ip, const json_t *vrr)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)vrr, key, value) {
		json_t *node = nvue_dig(ip, "vrr", NULL);

		if (!strcmp(key, "address") ? json_object_update(nvue_dig(node, key, NULL), value)
					    : json_object_set(node, key, value))
			return -ENOMEM;
	}
	return 0;
}

/* DHCP was an address, and is a client of its own now: left where it is, nobody here knows it. */
static int join_family(json_t *interface, const char *name)
{
	json_auto_t *from = json_incref(json_object_get(interface, name));
	json_t *ip, *value;
	const char *key;

	if (!json_is_object(from))
		return 0;
	json_object_del(interface, name);
	ip = nvue_dig(interface, "ip", NULL);
	json_object_foreach(from, key, value) {
		int r;

		if (!strcmp(key, "address") && json_is_object(value))
			r = json_object_update(nvue_dig(ip, "address", NULL), value);
		else if (!strcmp(key, "vrr") && json_is_object(value))
			r = join_vrr(ip, value);
		else
			r = json_object_set(nvue_dig(ip, name, NULL), key, value);
		if (r)
			return -ENOMEM;
	}
	return 0;
}

static int join_interface(json_t *interface)
{
	json_auto_t *vrf = json_incref(json_object_get(interface, "vrf"));

	if (vrf && (json_object_del(interface, "vrf") ||
		    json_object_set(nvue_dig(interface, "ip", NULL), "vrf", vrf)))
		return -ENOMEM;
	return join_family(interface, "ipv4") || join_family(interface, "ipv6") ? -ENOMEM : 0;
}

static int each_interface(json_t *tree, int (*fn)(json_t *interface))
{
	json_t *interface;
	const char *name;
	int r = 0;

	json_object_foreach(json_object_get(tree, "interface"), name, interface)
		if (!r && json_is_object(interface))
			r = fn(interface);
	return r;
}

int nvue_join_ip(json_t *tree)
{
	return each_interface(tree, join_interface);
}

int nvue_split_ip(json_t *tree)
{
	return each_interface(tree, split_ip);
}

/* The switch is "enable" by now, and its name is free. */
static int rename_vrr_state(json_t *interface)
{
	return rename_key(nvue_at(interface, "ip", "vrr", NULL), "vrr-state", "state");
}

int nvue_to_classic(json_t *tree)
{
	int r = words_to_classic(tree);

	if (!r)
		r = each_interface(tree, join_interface);
	return r ? r : each_interface(tree, rename_vrr_state);
}

static bool any_interface_has(const json_t *tree, const char *key)
{
	json_t *interface;
	const char *name;

	json_object_foreach(json_object_get(tree, "interface"), name, interface)
		if (json_object_get(interface, key))
			return true;
	return false;
}

bool nvue_splits_ip(const json_t *tree)
{
	return any_interface_has(tree, "ipv4") || any_interface_has(tree, "ipv6");
}

bool nvue_joins_ip(const json_t *tree)
{
	return any_interface_has(tree, "ip");
}
