/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about what may stand only once. */
#include <ctype.h>
#include <inttypes.h>
#include "site/rules.h"

static void lower(char *text)
{
	for (; *text; text++)
		*text = (char)tolower((unsigned char)*text);
}

int ms_rule_names(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	json_auto_t *index = json_object();
	const json_t *res;
	const char *name;
	json_t *owners;
	size_t i;
	int r = 0;

	json_array_foreach(ms_rule_set(item)->resources, i, res) {
		MS_AUTO_FREE char *key = ms_asprintf("%s/%s", ms_kind(res), ms_name(res));

		/* Steps and Findings may repeat. */
		if (r || !*ms_name(res) || ms_streq(ms_kind(res), "Step") ||
		    ms_streq(ms_kind(res), "Finding"))
			continue;
		r = key ? ms_index_add(index, key, res, err) : ms_nomem(err);
	}
	json_object_foreach(index, name, owners)
		if (!r && json_array_size(owners) > 1 &&
		    ms_find_objects(item, rule, json_pack("[O]", json_array_get(owners, 0)),
				    "describe it once, or give one of them another name",
				    "%s stands %zu times in the stream", name,
				    json_array_size(owners)))
			r = ms_nomem(err);
	return r;
}

static int each_nic(struct ms_item *item,
		    int (*fn)(json_t *index, const json_t *res, const json_t *nic,
			      struct ms_err *err),
		    json_t *index, struct ms_err *err)
{
	const json_t *res, *nic;
	size_t i, j;
	int r = 0;

	ms_set_foreach(ms_rule_set(item), i, res, "Server") {
		json_array_foreach(ms_at(res, "/spec/nics"), j, nic)
			if (!r)
				r = fn(index, res, nic, err);
	}
	return r;
}

static int add_mac(json_t *index, const json_t *res, const json_t *nic, struct ms_err *err)
{
	const char *mac = ms_str(nic, "/mac", NULL);
	char key[32];

	if (!mac)
		return 0;
	snprintf(key, sizeof(key), "%s", mac);
	lower(key);
	return ms_index_add(index, key, res, err);
}

int ms_rule_macs(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	json_auto_t *index = json_object();
	int r = each_nic(item, add_mac, index, err);

	return r ? r
		 : ms_index_find(item, rule, index, "MAC address",
				 "read the MAC addresses with `msctl-bmc get --only adapters`",
				 err);
}

int ms_rule_nic_names(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const json_t *res, *nic;
	size_t i, j;
	int r = 0;

	ms_set_foreach(ms_rule_set(item), i, res, "Server") {
		json_auto_t *seen = json_object();

		json_array_foreach(ms_at(res, "/spec/nics"), j, nic) {
			const char *name = ms_str(nic, "/name", NULL);

			if (r || !name)
				continue;
			if (json_object_get(seen, name))
				r = ms_find_one(item, rule, res, err,
						"give each NIC of a server a name of its own",
						"%s has two NICs named %s", ms_name(res), name);
			if (!r && json_object_set_new(seen, name, json_true()))
				r = ms_nomem(err);
		}
	}
	return r;
}

int ms_rule_serials(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	json_auto_t *index = json_object();
	const json_t *res;
	size_t i;
	int r = 0;

	ms_set_foreach(ms_rule_set(item), i, res, "Server") {
		const char *serial = ms_str(res, "/spec/serial", NULL);

		if (serial && !r)
			r = ms_index_add(index, serial, res, err);
	}
	return r ? r
		 : ms_index_find(item, rule, index, "serial number",
				 "read the serial numbers with `msctl-bmc get --only system`", err);
}

/* One BMC may manage several systems (DGX, multi-node chassis): then `system` tells them apart. */
static char *bmc_key(const json_t *res, const char *address)
{
	const char *system = ms_str(res, "/spec/bmc/system", NULL);
	struct ms_addr addr;
	char buf[48], *key;
	bool brackets;

	if (ms_addr_parse(address, &addr))
		address = ms_addr_format(addr, buf);
	brackets = strchr(address, ':');
	key = ms_asprintf("%s%s%s:%" PRId64 "%s%s", brackets ? "[" : "", address,
			  brackets ? "]" : "", ms_int(res, "/spec/bmc/port", 443),
			  system ? " system " : "", system ? system : "");
	if (key && !system)
		lower(key);
	return key;
}

int ms_rule_bmcs(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	json_auto_t *index = json_object();
	const json_t *res;
	size_t i;
	int r = 0;

	ms_set_foreach(ms_rule_set(item), i, res, "Server") {
		const char *address = ms_str(res, "/spec/bmc/address", NULL);
		MS_AUTO_FREE char *key = address ? bmc_key(res, address) : NULL;

		if (address && !r)
			r = key ? ms_index_add(index, key, res, err) : ms_nomem(err);
	}
	return r ? r
		 : ms_index_find(item, rule, index, "BMC",
				 "correct bmc.address of one of them, or set bmc.system", err);
}
