/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CONFIG_DB as a model: everything that is not an interface; and what SONiC says of itself unasked.
 */
#include <errno.h>
#include "fabric/sonic/sonic.h"

/* Tables that the model has words for; DEVICE_METADATA and PORT hold much else, which is the box's
 * own. */
static const char *const known[] = {
	"DEVICE_METADATA", "PORT", "BREAKOUT_CFG", "PORTCHANNEL", "PORTCHANNEL_MEMBER",
	"PORTCHANNEL_INTERFACE", "INTERFACE", "LOOPBACK_INTERFACE", "VLAN", "VLAN_MEMBER",
	"VLAN_INTERFACE", "VRF", "SAG", "VXLAN_TUNNEL", "VXLAN_TUNNEL_MAP", "VXLAN_EVPN_NVO",
	"MCLAG_DOMAIN", "MCLAG_INTERFACE", NULL
};
/* Tables that every box has rows of its own in: of what is not msctl's the table's name is enough.
 */
static const char *const shared[] = {
	"DSCP_TO_TC_MAP", "DOT1P_TO_TC_MAP", "TC_TO_QUEUE_MAP", "TC_TO_PRIORITY_GROUP_MAP",
	"MAP_PFC_PRIORITY_TO_QUEUE", "PFC_PRIORITY_TO_PRIORITY_GROUP_MAP", "PORT_QOS_MAP",
	"SCHEDULER", "WRED_PROFILE", "BUFFER_PROFILE", "BUFFER_PG", "BUFFER_QUEUE", "QUEUE",
	"CABLE_LENGTH", "PFC_WD", NULL
};

json_t *sonic_dig(struct sonic_in *in, json_t *object, const char *key)
{
	json_t *found = json_object_get(object, key);

	if (json_is_object(found))
		return found;
	found = json_object();
	if (!json_object_set_new(object, key, found)) /* takes it also when it fails */
		return found;
	in->failed = true;
	return NULL;
}

const char *sonic_key(const char *key, char *buf, size_t size)
{
	const char *bar = strchr(key, '|');

	snprintf(buf, size, "%.*s", bar ? (int)(bar - key) : (int)strlen(key), key);
	return bar ? bar + 1 : NULL;
}

void sonic_add(struct sonic_in *in, json_t *object, const char *key, json_t *value)
{
	json_t *set = json_object_get(object, key);

	if (!set && !json_object_set_new(object, key, json_array()))
		set = json_object_get(object, key);
	in->failed |= fabric_set_add(set, value) != 0;
}

static void set(struct sonic_in *in, json_t *object, const char *key, json_t *value)
{
	in->failed |= json_object_set_new(object, key, value) != 0;
}

static const char *vrf_name(const char *native)
{
	return ms_starts(native, "Vrf_") ? native + 4 : native;
}

/* The number behind a prefix, as text; NULL when it is none. */
static const char *numbered(const char *name, const char *prefix)
{
	const char *number = ms_starts(name, prefix) ? name + strlen(prefix) : NULL;

	return number && *number && strspn(number, "0123456789") == strlen(number) ? number : NULL;
}

json_t *sonic_interface(struct sonic_in *in, const char *name)
{
	const char *number = numbered(name, "PortChannel");
	char port[64];

	if (number)
		return sonic_dig(in, sonic_dig(in, in->model, "channels"), number);
	number = numbered(name, "Vlan");
	if (number)
		return sonic_dig(in, sonic_dig(in, in->model, "svis"), number);
	if (fabric_port_abstract(in->dialect, name, port, sizeof port))
		return sonic_dig(in, sonic_dig(in, in->model, "ports"), port);
	return NULL;
}

/* ---- bridging ---- */

static void read_vlans(struct sonic_in *in)
{
	const char *key;
	json_t *row;

	json_object_foreach(json_object_get(in->tables, "VLAN"), key, row) {
		const char *vid = numbered(key, "Vlan"),
			   *name = json_string_value(json_object_get(row, "description"));
		json_t *vlan = vid ? sonic_dig(in, sonic_dig(in, in->model, "vlans"), vid) : NULL;

		if (vlan && name)
			set(in, vlan, "name", json_string(name));
	}
}

static void read_vrfs(struct sonic_in *in)
{
	const char *key;
	json_t *row;

	json_object_foreach(json_object_get(in->tables, "VRF"), key, row) {
		json_t *vrf = sonic_dig(in, sonic_dig(in, in->model, "vrfs"), vrf_name(key));
		long vni = strtol(ms_str(row, "/vni", "0"), NULL, 10);

		if (vni > 0)
			set(in, vrf, "l3vni", json_integer(vni));
	}
}

static json_t *vrf_with(struct sonic_in *in, long vni)
{
	const char *name;
	json_t *vrf;

	json_object_foreach(json_object_get(in->model, "vrfs"), name, vrf)
		if (ms_int(vrf, "/l3vni", 0) == vni)
			return vrf;
	return NULL;
}

/* The VLAN of a VRF's VNI is the VRF's, and no VLAN of a tenant. */
static void read_maps(struct sonic_in *in)
{
	const char *key;
	json_t *row;

	json_object_foreach(json_object_get(in->tables, "VXLAN_TUNNEL_MAP"), key, row) {
		long vni = strtol(ms_str(row, "/vni", "0"), NULL, 10);
		const char *vid = numbered(ms_str(row, "/vlan", ""), "Vlan");
		json_t *vrf = vrf_with(in, vni);

		if (!vid || vni <= 0)
			continue;
		if (vrf) {
			set(in, vrf, "l3vlan", json_integer(strtol(vid, NULL, 10)));
			json_object_del(json_object_get(in->model, "vlans"), vid);
		} else {
			set(in, sonic_dig(in, sonic_dig(in, in->model, "vlans"), vid), "vni",
			    json_integer(vni));
		}
	}
	if (!json_object_size(json_object_get(in->model, "vlans")))
		json_object_del(in->model, "vlans");
}

/* ---- the rest ---- */

static void read_loopbacks(struct sonic_in *in)
{
	const char *key, *address;
	char name[64];
	json_t *row;

	json_object_foreach(json_object_get(in->tables, "LOOPBACK_INTERFACE"), key, row) {
		address = sonic_key(key, name, sizeof name);
		if (address && !strcmp(name, "Loopback0"))
			sonic_add(in, sonic_dig(in, in->model, "loopback"), "addresses",
				  json_string(address));
	}
}

static bool is_shared(const struct sonic_in *in, const char *address)
{
	char key[128];

	snprintf(key, sizeof key, "Loopback1|%s/%d", address, strchr(address, ':') ? 128 : 32);
	return json_object_get(json_object_get(in->tables, "LOOPBACK_INTERFACE"), key) != NULL;
}

static void read_tunnel(struct sonic_in *in)
{
	const json_t *tunnels = json_object_get(in->tables, "VXLAN_TUNNEL"), *tunnel = NULL,
		     *address;
	const char *source, *key;
	size_t i;

	json_object_foreach((json_t *)tunnels, key, tunnel)
		break;
	source = ms_str(tunnel, "/src_ip", NULL);
	if (!source)
		return;
	json_t *vxlan = sonic_dig(in, in->model, "vxlan");

	if (!is_shared(in, source)) {
		set(in, vxlan, "source", json_string(source));
		return;
	}
	set(in, vxlan, "shared", json_string(source));
	json_array_foreach(ms_at(in->model, "/loopback/addresses"), i, address) {
		const char *text = json_string_value(address), *slash = strchr(text, '/');

		if (strchr(text, ':') || !slash)
			continue;
		set(in, vxlan, "source", json_stringn(text, (size_t)(slash - text)));
		break;
	}
}

static void drop_number(json_t *list, json_int_t number)
{
	for (size_t i = json_array_size(list); i-- > 0;)
		if (json_integer_value(json_array_get(list, i)) == number)
			json_array_remove(list, i);
}

static void drop_empty(json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (value && !json_object_size(value) && !json_array_size(value))
		json_object_del(object, key);
}

/* What the two talk over belongs to the pair, and is no VLAN of anybody's. */
static void drop_pair_vlan(struct sonic_in *in, const char *own, const char *link)
{
	json_t *channel = ms_at(in->model, "/channels/%s", link),
	       *l2 = json_object_get(channel, "l2");
	char key[128];

	snprintf(key, sizeof key, "Vlan" SONIC_PAIR_VLAN "|%s/31", own);
	if (!json_object_get(json_object_get(in->tables, "VLAN_INTERFACE"), key))
		return;
	json_object_del(json_object_get(in->model, "vlans"), SONIC_PAIR_VLAN);
	json_object_del(json_object_get(in->model, "svis"), SONIC_PAIR_VLAN);
	drop_empty(in->model, "vlans");
	drop_empty(in->model, "svis");
	drop_number(json_object_get(l2, "tagged"), strtol(SONIC_PAIR_VLAN, NULL, 10));
	drop_empty(l2, "tagged");
	drop_empty(channel, "l2");
}

static void read_pair(struct sonic_in *in)
{
	const char *key, *name, *link;
	json_t *row = NULL, *mlag;
	char domain[16];

	json_object_foreach(json_object_get(in->tables, "MCLAG_DOMAIN"), key, row)
		break;
	if (!row)
		return;
	mlag = sonic_dig(in, in->model, "mlag");
	set(in, mlag, "domain", json_integer(strtol(key, NULL, 10)));
	link = numbered(ms_str(row, "/peer_link", ""), "PortChannel");
	if (ms_str(row, "/peer_ip", NULL))
		set(in, mlag, "peer", json_string(ms_str(row, "/peer_ip", "")));
	if (link)
		set(in, mlag, "link", json_string(link));
	if (link && ms_str(row, "/source_ip", NULL))
		drop_pair_vlan(in, ms_str(row, "/source_ip", ""), link);
	json_object_foreach(json_object_get(in->tables, "MCLAG_INTERFACE"), key, row) {
		name = sonic_key(key, domain, sizeof domain);
		name = name ? numbered(name, "PortChannel") : NULL;
		if (name)
			set(in, sonic_dig(in, sonic_dig(in, in->model, "channels"), name), "mlag",
			    json_integer(strtol(name, NULL, 10)));
	}
}

/* A port is always in the PORT table: one that is shut and as it came is not configured. */
static void drop_idle(json_t *model)
{
	json_t *row, *ports = json_object_get(model, "ports");
	const char *key;
	void *next;

	json_object_foreach_safe(ports, next, key, row)
		if (json_object_size(row) == 2 && !ms_bool(row, "/enabled", true) &&
		    ms_int(row, "/mtu", 0) == SONIC_MTU)
			json_object_del(ports, key);
	if (!json_object_size(ports))
		json_object_del(model, "ports");
}

static bool knows(const char *const *names, const char *table)
{
	for (size_t i = 0; names[i]; i++)
		if (!strcmp(names[i], table))
			return true;
	return false;
}

static int add_opaque(json_t *opaque, const char *table, const char *key, const char *field)
{
	return json_array_append_new(opaque, json_sprintf("%.60s|%.120s%s%.60s", table, key,
							  field ? ": " : "", field ? field : ""));
}

static int rest_of_row(const char *table, const char *key, const json_t *row,
		       const json_t *known_row, json_t *opaque)
{
	const char *field;
	json_t *value;
	int r = 0;

	if (!known_row)
		return add_opaque(opaque, table, key, NULL);
	json_object_foreach((json_t *)row, field, value)
		if (!r && !json_object_get(known_row, field) && strcmp(field, "NULL"))
			r = add_opaque(opaque, table, key, field);
	return r;
}

/* Rows, and fields of rows, that are not written when the model is rendered again. */
static int list_rest(const struct sonic_in *in, json_t *opaque)
{
	json_auto_t *native = NULL;
	struct ms_err ignored = MS_ERR_INIT;
	const char *table, *key;
	json_t *rows, *row;
	int r = 0;

	if (!opaque || sonic_render(in->dialect, in->model, &native, &ignored))
		return 0;
	json_object_foreach((json_t *)in->tables, table, rows) {
		const json_t *mine = json_object_get(json_object_get(native, "config_db"), table);

		if (knows(shared, table) && !r && !json_equal(rows, mine))
			r = json_array_append_new(opaque, json_string(table));
		if (!knows(known, table) || !strcmp(table, "PORT") ||
		    !strcmp(table, "DEVICE_METADATA"))
			continue;
		json_object_foreach(rows, key, row)
			if (!r)
				r = rest_of_row(table, key, row, json_object_get(mine, key),
						opaque);
	}
	return r;
}

static int parse_tables(struct sonic_in *in, json_t *opaque)
{
	const char *table, *mac = ms_str(in->tables, "/SAG/GLOBAL/gateway_mac", NULL);
	const char *host = ms_str(in->tables, "/DEVICE_METADATA/localhost/hostname", NULL);
	json_t *rows;

	if (host)
		set(in, in->model, "hostname", json_string(host));
	read_loopbacks(in);
	read_vlans(in);
	read_vrfs(in);
	read_maps(in);
	if (mac)
		set(in, sonic_dig(in, in->model, "evpn"), "gatewayMac", json_string(mac));
	read_tunnel(in);
	sonic_parse_interfaces(in);
	sonic_parse_qos(in);
	drop_idle(in->model);
	read_pair(in);
	json_object_foreach((json_t *)in->tables, table, rows)
		if (!knows(known, table) && !knows(shared, table) && opaque &&
		    json_array_append_new(opaque, json_string(table)))
			in->failed = true;
	return in->failed ? -ENOMEM : 0;
}

int sonic_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model,
		json_t *opaque, struct ms_err *err)
{
	struct sonic_in in = { .dialect = dialect,
			       .tables = json_object_get(native, "config_db"),
			       .model = json_object() };
	int r;

	if (!in.model)
		return ms_nomem(err);
	if (!json_is_object(in.tables))
		r = ms_fail(err, -EBADMSG, MS_INVALID, "%s: its CONFIG_DB is no object",
			    ms_name(dialect->sw));
	else
		r = parse_tables(&in, opaque) ? ms_nomem(err) : 0;
	if (!r)
		r = sonic_parse_routing(dialect, ms_str(native, "/frr.conf", ""), in.model, opaque,
					err);
	if (!r && list_rest(&in, opaque))
		r = ms_nomem(err);
	if (r)
		json_decref(in.model);
	else
		*ret_model = in.model;
	return r;
}

static int fill(json_t *row)
{
	int bad = 0;

	if (json_object_get(row, "breakout"))
		return 0;
	if (!json_object_get(row, "mtu"))
		bad |= json_object_set_new(row, "mtu", json_integer(SONIC_MTU));
	if (!json_object_get(row, "enabled"))
		bad |= json_object_set_new(row, "enabled", json_true());
	return bad;
}

int sonic_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err)
{
	static const char *const unsaid[] = { "backup", "systemMac", "priority" };
	const char *key;
	json_t *row, *mlag = json_object_get(model, "mlag");
	int bad = 0;

	(void)dialect;
	bad |= sonic_normal_qos(model);
	json_object_foreach(json_object_get(model, "ports"), key, row)
		bad |= fill(row);
	drop_idle(model);
	json_object_foreach(json_object_get(model, "channels"), key, row) {
		bad |= fill(row);
		/* A pair has one number for a channel on SONiC: the channel's own. */
		if (json_object_get(row, "mlag"))
			bad |= json_object_set_new(row, "mlag",
						   json_integer(strtol(key, NULL, 10)));
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(unsaid); i++)
		json_object_del(mlag, unsaid[i]);
	return bad ? ms_nomem(err) : 0;
}
