/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index of a stream: who is who, what is cabled to what, and which fabric says what. */
#include <errno.h>
#include "host/host.h"
#include "roce/set.h"

static json_t *object_in(struct roce_set *set, json_t *in, const char *key)
{
	json_t *found = json_object_get(in, key);

	if (found)
		return found;
	found = json_object();
	if (!json_object_set_new(in, key, found)) /* takes it also when it fails */
		return found;
	set->failed = true;
	return NULL;
}

const json_t *roce_find(const struct roce_set *set, const char *kind, const char *name)
{
	return name ? json_object_get(json_object_get(set->kinds, kind), name) : NULL;
}

/* ---- cables ---- */

static void add_end(struct roce_set *set, const char *end, const char *peer, const json_t *link)
{
	json_t *row = object_in(set, set->cables, end);

	if (json_object_set_new(row, "peer", json_string(peer)) ||
	    (link && json_object_set(row, "link", (json_t *)link)))
		set->failed = true;
}

static void add_cable(struct roce_set *set, const char *from, const char *to, const json_t *link)
{
	if (!from || !to)
		return;
	add_end(set, from, to, link);
	add_end(set, to, from, link);
}

const char *roce_peer(const struct roce_set *set, const char *end)
{
	return json_string_value(json_object_get(json_object_get(set->cables, end), "peer"));
}

const json_t *roce_switch_at(const struct roce_set *set, const char *end, const char **ret_port)
{
	const char *colon = end ? strchr(end, ':') : NULL;
	char name[256];

	if (!colon || (size_t)(colon - end) >= sizeof(name))
		return NULL;
	snprintf(name, sizeof(name), "%.*s", (int)(colon - end), end);
	if (ret_port)
		*ret_port = colon + 1;
	return roce_find(set, "Switch", name);
}

const char *roce_leaf_of(const struct roce_set *set, const json_t *nic)
{
	const char *cable = ms_str(nic, "/spec/cable", NULL);
	char end[512];

	snprintf(end, sizeof(end), "%s:%s", ms_str(nic, "/spec/server", ""),
		 ms_str(nic, "/spec/name", ""));
	return roce_peer(set, end) ? roce_peer(set, end) : cable;
}

/* ---- fabrics ---- */

static const struct ms_roce nothing;

/* A NIC is in the fabric of its switch.  Where that is not in the stream, and there is one fabric,
 * in that one. */
static const struct roce_fabric *fabric_of_nic(const struct roce_set *set, const json_t *nic)
{
	const char *leaf = roce_leaf_of(set, nic);
	const json_t *sw = roce_switch_at(set, leaf, NULL);

	if (sw)
		return roce_fabric_of(set, sw);
	return leaf && set->n_fabrics == 1 && !roce_find(set, "Nic", leaf) ? set->fabrics : NULL;
}

const struct roce_fabric *roce_fabric_of(const struct roce_set *set, const json_t *res)
{
	const char *kind = ms_kind(res), *name = ms_str(res, "/spec/fabric", NULL);

	if (ms_streq(kind, "Fabric"))
		name = ms_name(res);
	else if (ms_streq(kind, "Nic"))
		return fabric_of_nic(set, res);
	else if (ms_streq(kind, "Link") && !name)
		return roce_fabric_of(
			set, roce_switch_at(set, ms_str(res, "/spec/from", NULL), NULL));
	for (size_t i = 0; res && i < set->n_fabrics; i++)
		if (!name ? set->n_fabrics == 1 : ms_streq(ms_name(set->fabrics[i].res), name))
			return &set->fabrics[i];
	return NULL;
}

const struct ms_roce *roce_of(const struct roce_set *set, const json_t *res)
{
	const struct roce_fabric *fabric = roce_fabric_of(set, res);

	return fabric ? &fabric->roce : &nothing;
}

const json_t *roce_model(const struct roce_set *set, const json_t *sw)
{
	const json_t *model = ms_at(sw, "/status/switch/config");

	return model ? model : ms_at(roce_find(set, "Config", ms_name(sw)), "/spec/model");
}

/* ---- virtual functions ---- */

const char *const roce_unique_keys[] = { "mac", "nodeGuid", "portGuid", NULL };

/* What was never set is zero. */
static bool is_set(const char *value)
{
	return value && strspn(value, "0:") != strlen(value);
}

const char *roce_owner_of(const struct roce_set *set, const char *key, const char *value)
{
	return is_set(value) ? json_string_value(
				       json_object_get(set->owners, MS_PATH("%s %s", key, value)))
			     : NULL;
}

void roce_function_label(const char *nic, const json_t *function, char *buf, size_t size)
{
	snprintf(buf, size, "function %lld of %s", (long long)ms_int(function, "/index", -1), nic);
}

static void add_functions(struct roce_set *set, const json_t *nic)
{
	const json_t *row;
	char label[300];
	size_t i;

	json_array_foreach(ms_at(nic, "/status/nic/sriov/functions"), i, row)
		for (size_t k = 0; roce_unique_keys[k]; k++) {
			const char *value = ms_str(row, MS_PATH("/%s", roce_unique_keys[k]), NULL);

			if (!is_set(value) || roce_owner_of(set, roce_unique_keys[k], value))
				continue;
			roce_function_label(ms_name(nic), row, label, sizeof(label));
			if (json_object_set_new(set->owners,
						MS_PATH("%s %s", roce_unique_keys[k], value),
						json_string(label)))
				set->failed = true;
		}
}

/* ---- building ---- */

static void add_resource(struct roce_set *set, json_t *res)
{
	static const char *const kinds[] = { "Switch", "Nic", "Server", "Link", "Fabric", "Config",
					     "Tenant", "Network", NULL };
	const char *kind = ms_kind(res);
	const char *const *known = kinds;
	struct roce_fabric *fabric;

	while (*known && !ms_streq(*known, kind))
		known++;
	if (!*known)
		return;
	if (json_object_set(object_in(set, set->kinds, kind), ms_name(res), res))
		set->failed = true;
	if (ms_streq(kind, "Link"))
		add_cable(set, ms_str(res, "/spec/from", NULL), ms_str(res, "/spec/to", NULL), res);
	if (!ms_streq(kind, "Fabric"))
		return;
	fabric = &set->fabrics[set->n_fabrics++];
	fabric->res = res;
	fabric->err = (struct ms_err)MS_ERR_INIT;
	ms_roce_init(&fabric->roce, res, &fabric->err);
}

/* The cable of a NIC that no Link tells, and its functions. */
static void add_nic(struct roce_set *set, const json_t *nic)
{
	const char *cable = ms_str(nic, "/spec/cable", NULL);
	char end[512];

	snprintf(end, sizeof(end), "%s:%s", ms_str(nic, "/spec/server", ""),
		 ms_str(nic, "/spec/name", ""));
	if (cable && !roce_peer(set, end) && !roce_peer(set, cable))
		add_cable(set, end, cable, NULL);
	add_functions(set, nic);
}

int64_t roce_host_mtu(const struct roce_set *set, const json_t *res)
{
	const struct roce_fabric *fabric = roce_fabric_of(set, res);
	int64_t need = (fabric ? fabric->roce.mtu : 0) + MS_ROCE_HEADERS;

	return fabric && fabric->host_mtu > need ? fabric->host_mtu : need;
}

static void add_host_mtu(struct roce_set *set, const json_t *nic)
{
	const struct roce_fabric *fabric = roce_fabric_of(set, nic);
	int64_t mtu = ms_int(nic, "/status/roce/mtu", 0);

	for (size_t i = 0; i < set->n_fabrics; i++)
		if (&set->fabrics[i] == fabric && mtu > fabric->host_mtu)
			set->fabrics[i].host_mtu = mtu;
}

int roce_set_new(json_t *const *resources, size_t n, struct roce_set **ret_set, struct ms_err *err)
{
	struct roce_set *set = calloc(1, sizeof(*set));
	size_t i;

	if (!set)
		return ms_nomem(err);
	set->kinds = json_object();
	set->cables = json_object();
	set->owners = json_object();
	set->fabrics = calloc(n + 1, sizeof(*set->fabrics));
	set->failed = !set->kinds || !set->cables || !set->owners || !set->fabrics;
	for (i = 0; !set->failed && i < n; i++)
		add_resource(set, resources[i]);
	for (i = 0; !set->failed && i < n; i++)
		if (ms_streq(ms_kind(resources[i]), "Nic"))
			add_nic(set, resources[i]);
	for (i = 0; !set->failed && i < n; i++)
		if (ms_streq(ms_kind(resources[i]), "Nic"))
			add_host_mtu(set, resources[i]);
	if (set->failed) {
		roce_set_free(set);
		return ms_nomem(err);
	}
	*ret_set = set;
	return 0;
}

void roce_set_free(struct roce_set *set)
{
	if (!set)
		return;
	json_decref(set->kinds);
	json_decref(set->cables);
	json_decref(set->owners);
	free(set->fabrics);
	free(set);
}

bool roce_has_fabric(const struct roce_set *set, struct ms_err *note)
{
	for (size_t i = 0; i < set->n_fabrics; i++)
		if (set->fabrics[i].roce.managed || set->fabrics[i].err.error)
			return true;
	ms_fail(note, -ENOENT, MS_PRECONDITION,
		"no Fabric with spec.roce in the stream: nothing was compared with one");
	ms_hint(note, "pass the whole site: msctl-site render FILE | msctl-roce get");
	return false;
}
