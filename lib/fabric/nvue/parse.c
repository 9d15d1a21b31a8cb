/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An NVUE tree as a model: small readers, the system and the bridge. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include "fabric/nvue/nvue.h"

json_t *nvue_section(struct nvue_in *in, const char *name, const char *key)
{
	json_t *node = key ? nvue_dig(in->model, name, key, NULL) : nvue_dig(in->model, name, NULL);

	in->failed |= !node;
	return node;
}

/* A NULL value is nothing to say, not a failure. */
void nvue_put(struct nvue_in *in, json_t *object, const char *key, json_t *value)
{
	if (value && json_object_set_new(object, key, value))
		in->failed = true;
}

bool nvue_is_on(const json_t *node, bool otherwise)
{
	const char *word = json_string_value(json_object_get(node, "enable"));

	return word ? !strcmp(word, "on") : otherwise;
}

int64_t nvue_number(const json_t *value, int64_t max, int64_t otherwise)
{
	const char *text = json_string_value(value);
	int64_t number = -1;
	char *end;

	if (json_is_integer(value))
		number = json_integer_value(value);
	else if (text && isdigit((unsigned char)*text)) {
		number = strtoll(text, &end, 10);
		if (*end)
			number = -1;
	}
	return number >= 0 && number <= max ? number : otherwise;
}

json_t *nvue_mac(const json_t *value)
{
	char text[64];
	size_t i;

	if (!json_is_string(value) || json_string_length(value) >= sizeof(text))
		return NULL;
	for (i = 0; i <= json_string_length(value); i++)
		text[i] = (char)tolower((unsigned char)json_string_value(value)[i]);
	return json_string(text);
}

/* ---- sets of text --------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
	return strcmp(json_string_value(*(json_t *const *)a),
		      json_string_value(*(json_t *const *)b));
}

/* Takes the array. */
static json_t *sorted_set(json_t *array)
{
	size_t n = json_array_size(array), i;
	MS_AUTO_FREE json_t **items = calloc(n + 1, sizeof(*items));
	json_t *set = json_array();
	int r = items && set && array ? 0 : -1;

	for (i = 0; i < n && !r; i++)
		items[i] = json_array_get(array, i);
	if (!r)
		qsort(items, n, sizeof(*items), by_bytes);
	for (i = 0; i < n && !r; i++)
		if (!i || by_bytes(&items[i - 1], &items[i]))
			r = json_array_append(set, items[i]);
	json_decref(array);
	if (r) {
		json_decref(set);
		return NULL;
	}
	return set;
}

json_t *nvue_key_list(const json_t *node)
{
	json_t *list = json_array(), *value;
	const char *key;

	json_object_foreach((json_t *)node, key, value)
		json_array_append_new(list, json_string(key));
	return sorted_set(list);
}

/* "10.0.0.1/24" as inet_ntop(3) has it; false for what is no address with a length (dhcp). */
static bool canonical(const char *text, char *buf, size_t size)
{
	const char *slash = strchr(text, '/');
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;
	char host[64], name[INET6_ADDRSTRLEN];
	unsigned char raw[16];

	if (!slash || (size_t)(slash - text) >= sizeof(host) || strlen(slash) > 4)
		return false;
	snprintf(host, sizeof(host), "%.*s", (int)(slash - text), text);
	if (inet_pton(family, host, raw) != 1 || !inet_ntop(family, raw, name, sizeof(name)))
		return false;
	return snprintf(buf, size, "%s%s", name, slash) < (int)size;
}

json_t *nvue_addresses(const json_t *node)
{
	json_t *list = json_array(), *value;
	const char *key;
	char address[80];

	json_object_foreach((json_t *)node, key, value)
		if (canonical(key, address, sizeof(address)))
			json_array_append_new(list, json_string(address));
	if (!json_array_size(list)) {
		json_decref(list);
		return NULL;
	}
	return sorted_set(list);
}

/* ---- the system and the bridge -------------------------------------------------------------- */

static void parse_system(struct nvue_in *in)
{
	const json_t *system = json_object_get(in->tree, "system");
	const json_t *global = json_object_get(system, "global");
	json_t *name = json_object_get(system, "hostname");
	int64_t id = nvue_number(json_object_get(global, "fabric-id"), 255, 0);
	char mac[24];

	if (json_is_string(name))
		nvue_put(in, in->model, "hostname", json_incref(name));
	if (json_is_string(json_object_get(global, "fabric-mac"))) {
		nvue_put(in, nvue_section(in, "evpn", NULL), "gatewayMac",
			 nvue_mac(json_object_get(global, "fabric-mac")));
	} else if (id) {
		snprintf(mac, sizeof(mac), "00:00:5e:00:01:%02x", (unsigned)id);
		nvue_put(in, nvue_section(in, "evpn", NULL), "gatewayMac", json_string(mac));
	}
}

/* The lowest VNI: a VLAN has one. */
static int64_t vni_of(const json_t *vlan)
{
	int64_t found = 0;
	const char *key;
	json_t *value;

	json_object_foreach(json_object_get(vlan, "vni"), key, value) {
		json_auto_t *text = json_string(key);
		int64_t vni = nvue_number(text, 16777215, 0);

		if (vni && (!found || vni < found))
			found = vni;
	}
	return found;
}

static void parse_bridge(struct nvue_in *in)
{
	const json_t *vlans = nvue_at(in->tree, "bridge", "domain", NVUE_BRIDGE, "vlan", NULL);
	const char *vid;
	json_t *vlan, *row;
	int64_t vni;

	json_object_foreach((json_t *)vlans, vid, vlan) {
		json_auto_t *text = json_string(vid);

		if (!nvue_number(text, 4094, 0))
			continue;
		row = nvue_section(in, "vlans", vid);
		vni = vni_of(vlan);
		if (vni)
			nvue_put(in, row, "vni", json_integer(vni));
	}
}

/*
 * NVUE has no number for a pair, only its MAC address, which has to be unlike that of any other.
 * Those that we give out end with the number.
 */
static int64_t domain_of(const char *mac)
{
	unsigned high, low;

	return mac && sscanf(mac, "44:38:39:ff:%2x:%2x", &high, &low) == 2 ? high << 8 | low : 0;
}

static void parse_mlag(struct nvue_in *in)
{
	const json_t *node = json_object_get(in->tree, "mlag");
	const char *peer = json_string_value(json_object_get(node, "peer-ip")), *backup;
	json_auto_t *mac = nvue_mac(json_object_get(node, "mac-address"));
	int64_t domain = domain_of(json_string_value(mac));
	int64_t priority = nvue_number(json_object_get(node, "priority"), 65535, 0);
	json_t *row, *value;

	if (!node || !mac || !nvue_is_on(node, true))
		return;
	row = nvue_section(in, "mlag", NULL);
	if (domain)
		nvue_put(in, row, "domain", json_integer(domain));
	if (peer && strcmp(peer, "linklocal"))
		nvue_put(in, row, "peer", json_string(peer));
	json_object_foreach(json_object_get(node, "backup"), backup, value)
		nvue_put(in, row, "backup", json_string(backup));
	nvue_put(in, row, "systemMac", json_incref(mac));
	if (priority)
		nvue_put(in, row, "priority", json_integer(priority));
}

/* ---- all of it ------------------------------------------------------------------------------ */

/* What the model could not hold is what is not written when it is rendered again. */
static int list_opaque(struct nvue_in *in, json_t *opaque, struct ms_err *err)
{
	json_auto_t *known = NULL;
	int r;

	if (!opaque)
		return 0;
	r = nvue_render_tree(in->dialect, in->model, false, &known, err);
	if (!r && nvue_rest(in->tree, known, opaque))
		r = ms_nomem(err);
	return r;
}

int nvue_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model,
	       json_t *opaque, struct ms_err *err)
{
	json_auto_t *tree = json_deep_copy(native), *model = json_object();
	json_auto_t *members = json_object();
	struct nvue_in in = {
		.dialect = dialect, .tree = tree, .model = model, .members = members
	};
	int r;

	if (!json_is_object(native))
		return ms_fail(err, -EBADMSG, MS_INVALID, "the configuration is no NVUE tree");
	r = nvue_expand(tree, err);
	if (r)
		return r;
	if (nvue_to_classic(tree))
		return ms_nomem(err);
	parse_system(&in);
	parse_bridge(&in);
	parse_mlag(&in);
	nvue_parse_qos(&in);
	nvue_parse_routing(&in);
	nvue_parse_interfaces(&in);
	if (in.failed)
		return ms_nomem(err);
	r = list_opaque(&in, opaque, err);
	if (!r)
		*ret_model = ms_take(model);
	return r;
}
