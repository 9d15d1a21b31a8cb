/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sonic-yang-models refuse, as far as fabrics run into it: leafrefs, ranges, `must` of
 * members. */
#include "sim/sonic/sonic.h"

struct check { const json_t *db; struct ms_buf *errors; };

int sim_sonic_refuse(struct ms_buf *errors, const char *table, const char *key, const char *why)
{
	ms_buf_printf(
		errors,
		"Failed to apply patch due to: Given patch will produce invalid config. "
		      "Error: Data Loading Failed: "
		"%s[%s]: %s\n",
		table, key, why);
	return -EINVAL;
}

static int refuse(const struct check *c, const char *table, const char *key, const char *why)
{
	return sim_sonic_refuse(c->errors, table, key, why);
}

static const json_t *row(const struct check *c, const char *table, const char *key)
{
	return json_object_get(json_object_get(c->db, table), key);
}

/* "Vlan100|Ethernet0": the part before the bar, and what is behind it ("" = nothing). */
static const char *split(const char *key, char *buf, size_t size)
{
	size_t len = strcspn(key, "|");

	snprintf(buf, size, "%.*s", (int)len, key);
	return key[len] ? key + len + 1 : "";
}

static bool in_channel(const struct check *c, const char *port)
{
	const char *key;
	json_t *value;
	char channel[80];

	json_object_foreach(json_object_get(c->db, "PORTCHANNEL_MEMBER"), key, value)
		if (!strcmp(split(key, channel, sizeof(channel)), port))
			return true;
	return false;
}

static bool is_port(const struct check *c, const char *name)
{
	return row(c, "PORT", name) || row(c, "PORTCHANNEL", name);
}

static int check_vlan(const struct check *c, const char *table, const char *key,
		      const json_t *value)
{
	const char *id = ms_str(value, "/vlanid", NULL);
	long number = ms_starts(key, "Vlan") ? strtol(key + 4, NULL, 10) : 0;

	if (number < 2 || number > 4094)
		return refuse(c, table, key, "Value does not satisfy the constraint \"2..4094\"");
	if (id && strtol(id, NULL, 10) != number)
		return refuse(
			c, table, key,
			"Must condition \"concat('Vlan', string(vlanid)) = name\" not satisfied");
	return 0;
}

static int check_member(const struct check *c, const char *table, const char *key,
			const json_t *value)
{
	char vlan[80];
	const char *port = split(key, vlan, sizeof(vlan)),
		   *mode = ms_str(value, "/tagging_mode", "");

	if (!row(c, "VLAN", vlan) || !is_port(c, port))
		return refuse(c, table, key, "Leafref points to a non-existing leaf");
	if (strcmp(mode, "tagged") && strcmp(mode, "untagged") && strcmp(mode, "priority_tagged"))
		return refuse(c, table, key, "Missing required element \"tagging_mode\"");
	if (in_channel(c, port))
		return refuse(c, table, key,
			      "A vlan interface member cannot be part of portchannel");
	if (row(c, "INTERFACE", port))
		return refuse(c, table, key, "A routed interface cannot be a member of a VLAN");
	return 0;
}

static int check_channel_member(const struct check *c, const char *table, const char *key,
				const json_t *value)
{
	char channel[80];
	const char *port = split(key, channel, sizeof(channel));

	(void)value;
	if (!row(c, "PORTCHANNEL", channel) || !row(c, "PORT", port))
		return refuse(c, table, key, "Leafref points to a non-existing leaf");
	return row(c, "INTERFACE", port)
		       ? refuse(c, table, key, "A routed interface cannot be in a portchannel")
		       : 0;
}

static int check_channel(const struct check *c, const char *table, const char *key,
			 const json_t *value)
{
	(void)value;
	return ms_starts(key, "PortChannel") &&
			       strspn(key + 11, "0123456789") == strlen(key + 11) &&
			       strlen(key) > 11 && strlen(key) <= 15
		       ? 0
		       : refuse(c, table, key,
				"Value does not satisfy the constraint \"PortChannel[0-9]{1,4}\"");
}

static int check_vrf(const struct check *c, const char *table, const char *key, const json_t *value)
{
	const char *vni = ms_str(value, "/vni", NULL), *map;
	json_t *mapped;

	if (!ms_starts(key, "Vrf") || strlen(key) > 15)
		return refuse(c, table, key,
			      "Value does not satisfy the constraint \"Vrf[a-zA-Z0-9_-]+\"");
	if (!vni || !strcmp(vni, "0"))
		return 0;
	json_object_foreach(json_object_get(c->db, "VXLAN_TUNNEL_MAP"), map, mapped)
		if (!strcmp(ms_str(mapped, "/vni", ""), vni))
			return 0;
	return refuse(c, table, key, "VLAN VNI not mapped");
}

/* Interfaces: the row without an address has to be there, and a VRF that it names. */
static int check_interface(const struct check *c, const char *table, const char *key,
			   const json_t *value)
{
	static const struct { const char *table, *of;
	} owners[] = {
		{ "INTERFACE", "PORT" },
		{ "PORTCHANNEL_INTERFACE", "PORTCHANNEL" },
		{ "VLAN_INTERFACE", "VLAN" },
	};
	const char *vrf = ms_str(value, "/vrf_name", NULL);
	char name[80];

	split(key, name, sizeof(name));
	if (!row(c, table, name))
		return refuse(c, table, key,
			      "Must condition on the interface of this address not satisfied");
	for (size_t i = 0; i < MS_ARRAY_SIZE(owners); i++)
		if (!strcmp(owners[i].table, table) && !row(c, owners[i].of, name))
			return refuse(c, table, key, "Leafref points to a non-existing leaf");
	if (vrf && !row(c, "VRF", vrf))
		return refuse(c, table, key,
			      "Leafref \"/vrf:VRF_LIST/name\" points to a non-existing leaf");
	return 0;
}

static int check_map(const struct check *c, const char *table, const char *key, const json_t *value)
{
	const char *vlan = ms_str(value, "/vlan", ""), *vni = ms_str(value, "/vni", "0");
	char tunnel[80];

	split(key, tunnel, sizeof(tunnel));
	if (!row(c, "VXLAN_TUNNEL", tunnel) || !row(c, "VLAN", vlan))
		return refuse(c, table, key, "Leafref points to a non-existing leaf");
	if (strtol(vni, NULL, 10) < 1 || strtol(vni, NULL, 10) > 16777215)
		return refuse(c, table, key,
			      "Value does not satisfy the constraint \"1..16777215\"");
	return 0;
}

static int check_nvo(const struct check *c, const char *table, const char *key, const json_t *value)
{
	return row(c, "VXLAN_TUNNEL", ms_str(value, "/source_vtep", ""))
		       ? 0
		       : refuse(c, table, key, "Leafref points to a non-existing leaf");
}

static int check_port(const struct check *c, const char *table, const char *key,
		      const json_t *value)
{
	long mtu = strtol(ms_str(value, "/mtu", "9100"), NULL, 10);

	if (!ms_str(value, "/lanes", NULL) || !ms_str(value, "/speed", NULL))
		return refuse(c, table, key, "Missing required element \"lanes\" or \"speed\"");
	return mtu < 68 || mtu > 9216
		       ? refuse(c, table, key, "Value does not satisfy the constraint \"68..9216\"")
		       : 0;
}

/* An empty table or a field that is no text is nothing that Redis could hold. */
static int check_shape(const struct check *c)
{
	const char *table, *key, *field;
	json_t *rows, *fields, *value;

	json_object_foreach((json_t *)c->db, table, rows) {
		if (!json_object_size(rows))
			return refuse(c, table, "", "an empty table");
		json_object_foreach(rows, key, fields) {
			if (!json_is_object(fields))
				return refuse(c, table, key, "not an object");
			json_object_foreach(fields, field, value)
				if (!json_is_string(value) && !json_is_array(value))
					return refuse(c, table, key, "a field that is no text");
		}
	}
	return 0;
}

int sim_sonic_check(const json_t *db, struct ms_buf *errors)
{
	static const struct {
		const char *table;
		int (*fn)(const struct check *, const char *, const char *, const json_t *);
	} rules[] = {
		{ "PORT", check_port },
		{ "VLAN", check_vlan },
		{ "VLAN_MEMBER", check_member },
		{ "PORTCHANNEL", check_channel },
		{ "PORTCHANNEL_MEMBER", check_channel_member },
		{ "VRF", check_vrf },
		{ "INTERFACE", check_interface },
		{ "PORTCHANNEL_INTERFACE", check_interface },
		{ "VLAN_INTERFACE", check_interface },
		{ "LOOPBACK_INTERFACE", check_interface },
		{ "VXLAN_TUNNEL_MAP", check_map },
		{ "VXLAN_EVPN_NVO", check_nvo },
	};
	struct check c = { db, errors };
	const char *key;
	json_t *value;
	int r = check_shape(&c);

	for (size_t i = 0; i < MS_ARRAY_SIZE(rules) && !r; i++)
		json_object_foreach(json_object_get(db, rules[i].table), key, value) {
			r = rules[i].fn(&c, rules[i].table, key, value);
			if (r)
				break;
		}
	return r ? r : sim_sonic_check_qos(db, errors);
}
