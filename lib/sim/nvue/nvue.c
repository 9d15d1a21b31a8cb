/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A Cumulus Linux switch, which is spoken to by NVUE's REST API: how it starts, and what runs on
 * it. */
#include "sim/nvue/nvue.h"

json_t *sim_nvue_applied(const struct sim_switch *sw)
{
	return json_object_get(sw->state, "applied");
}

bool sim_nvue_at_least(const struct sim_switch *sw, unsigned minor)
{
	unsigned major = 0, have = 0;

	sscanf(sw->version, "%u.%u", &major, &have);
	return major > 5 || (major == 5 && have >= minor);
}

bool sim_nvue_behaves(const struct sim_switch *sw, const char *word)
{
	const char *words = ms_str(sw->resource, "/metadata/annotations/sim~1behaviour", "");
	size_t n = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += n)
		if ((at == words || strchr(" ,", at[-1])) && (!at[n] || strchr(" ,", at[n])))
			return true;
	return false;
}

bool sim_nvue_on(const json_t *node, bool otherwise)
{
	const char *word = json_string_value(json_object_get(node, "enable"));

	if (!word)
		word = json_string_value(json_object_get(node, "state"));
	return word ? !strcmp(word, "on") || !strcmp(word, "enabled") : otherwise;
}

/* ---- start ---------------------------------------------------------------------------------- */

/* What the image comes with, as far as anybody looks. */
static json_t *factory(const struct sim_switch *sw)
{
	bool split = sim_nvue_at_least(sw, 15) && !sim_nvue_behaves(sw, "ip");
	json_t *tree = json_object(), *eth0 = json_object();

	json_object_set_new(eth0, "type", json_string("eth"));
	if (split) {
		ms_put(eth0, "/ipv4/dhcp-client/state", json_string("enabled"));
		ms_put(eth0, "/vrf", json_string("mgmt"));
	} else {
		ms_put(eth0, "/ip/address/dhcp", json_object());
		ms_put(eth0, "/ip/vrf", json_string("mgmt"));
	}
	ms_put(tree, "/interface/eth0", eth0);
	ms_put(tree, "/interface/lo/type", json_string("loopback"));
	ms_put(tree, "/system/hostname", json_string("cumulus"));
	ms_put(tree, "/system/api/state", json_string("enabled"));
	ms_put(tree, "/system/aaa/user/cumulus/role", json_string("system-admin"));
	ms_put(tree, sim_nvue_at_least(sw, 15) ? "/system/config/auto-save/state"
					       : "/system/config/auto-save/enable",
	       json_string(sim_nvue_at_least(sw, 15) ? "enabled" : "on"));
	return tree;
}

/* The file may be a startup.yaml, which is a list with one "set". */
static int first_tree(const struct sim_switch *sw, const json_t *resource, json_t **ret_tree,
		      struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	struct ms_doc doc = { 0 };
	const json_t *tree;
	int r = sim_switch_config(resource, &text, err);

	if (r || !text) {
		*ret_tree = r ? NULL : factory(sw);
		return r;
	}
	r = ms_doc_parse("sim/config", 1, text, strlen(text), &doc, err);
	if (r)
		return r;
	tree = json_is_array(doc.root) ? ms_at(doc.root, "/0/set") : doc.root;
	*ret_tree = json_is_object(tree) ? json_deep_copy(tree) : factory(sw);
	ms_doc_release(&doc);
	return 0;
}

static int start(struct sim_switch *sw, const json_t *resource, struct ms_err *err)
{
	json_auto_t *tree = NULL;
	const char *id;
	int r = first_tree(sw, resource, &tree, err);

	if (r)
		return r;
	json_object_set_new(sw->state, "revisions", json_object());
	json_object_set_new(sw->state, "next", json_integer(1));
	json_object_set_new(sw->state, "applied", json_deep_copy(tree));
	json_object_set_new(sw->state, "startup", json_deep_copy(tree));
	id = sim_nvue_revision_new(sw, tree, "applied_and_saved");
	json_object_set_new(sw->state, "current", json_string(id ? id : ""));
	if (sim_nvue_behaves(sw, "locked"))
		json_object_set_new(sw->state, "locked", json_true());
	sw->dev.used = false;
	return id ? 0 : ms_nomem(err);
}

/* ---- what runs ------------------------------------------------------------------------------ */

static bool enabled(struct sim_switch *sw, const char *port)
{
	char native[64];

	return !sim_port_native(sw, port, native, sizeof(native)) ||
	       !sim_nvue_get(sim_nvue_applied(sw), "interface", native, "link", "state", "down",
			     NULL);
}

static void put_addresses(json_t *into, const json_t *addresses, const char *port)
{
	const char *address;
	json_t *value;
	char bare[64];

	json_object_foreach((json_t *)addresses, address, value) {
		snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(address, "/"), address);
		json_object_set_new(into, bare, json_string(port));
	}
}

static json_t *own_addresses(struct sim_switch *sw)
{
	static const char *const families[] = { "ip", "ipv4", "ipv6" };
	json_t *all = json_object(), *interface;
	const char *name;
	char port[64];

	json_object_foreach(json_object_get(sim_nvue_applied(sw), "interface"), name, interface) {
		bool lo = !strcmp(name, "lo");

		if (!lo && !sim_port_abstract(sw, name, port, sizeof(port)))
			continue;
		for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++)
			put_addresses(all, sim_nvue_get(interface, families[i], "address", NULL),
				      lo ? "" : port);
	}
	return all;
}

static json_t *neighbor_of(const json_t *bgp, const json_t *neighbor)
{
	static const struct { const char *name, *word; bool usual;
	} families[] = {
		{ "l2vpn-evpn", "evpn", false },
		{ "ipv4-unicast", "ipv4", true },
		{ "ipv6-unicast", "ipv6", false },
	};
	const json_t *group = sim_nvue_get(bgp, "peer-group", ms_str(neighbor, "/peer-group", ""),
					   NULL);
	const json_t *as = json_object_get(neighbor, "remote-as");
	json_t *row = json_object(), *list = json_array();

	if (!as)
		as = json_object_get(group, "remote-as");
	if (json_is_integer(as))
		json_object_set(row, "asn", (json_t *)as);
	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++) {
		bool on = sim_nvue_on(ms_at(group, "/address-family/%s", families[i].name),
				      families[i].usual);

		if (sim_nvue_on(ms_at(neighbor, "/address-family/%s", families[i].name), on))
			json_array_append_new(list, json_string(families[i].word));
	}
	json_object_set_new(row, "families", list);
	json_object_set_new(row, "shutdown", json_boolean(ms_bool(neighbor, "/shutdown", false)));
	return row;
}

static json_t *bgp(struct sim_switch *sw)
{
	const json_t *tree = sim_nvue_applied(sw),
		     *global = sim_nvue_get(tree, "router", "bgp", NULL);
	const json_t *conf = sim_nvue_get(tree, "vrf", "default", "router", "bgp", NULL);
	json_t *neighbors = json_object(), *row;
	const char *name;
	char port[64], key[80];

	json_object_foreach (sim_nvue_on(global, false) ? json_object_get(conf, "neighbor") : NULL,
			     name, row) {
		snprintf(key, sizeof(key), "%s", name);
		if (sim_port_abstract(sw, name, port, sizeof(port)))
			snprintf(key, sizeof(key), "port:%s", port);
		json_object_set_new(neighbors, key, neighbor_of(conf, row));
	}
	return json_pack(
		"{s:I,s:o,s:o,s:{s:I,s:I}}", "asn",
		(json_int_t)ms_int(global, "/autonomous-system", 0), "addresses", own_addresses(sw),
		"neighbors", neighbors, "announced", "ipv4",
		(json_int_t)json_object_size(ms_at(conf, "/address-family/ipv4-unicast/network")),
		"evpn", (json_int_t)json_object_size(ms_at(tree, "/evpn/vni")));
}

/* ---- levers --------------------------------------------------------------------------------- */

/* {set: TREE}: somebody configures by hand, with nulls for what goes. */
static int set_by_hand(struct sim_switch *sw, const json_t *value)
{
	json_auto_t *tree = json_deep_copy(sim_nvue_applied(sw));
	MS_AUTO_FREE char *id = NULL;
	const char *made;

	if (!json_is_object(value) || sim_nvue_merge(tree, "", value))
		return -EINVAL;
	made = sim_nvue_revision_new(sw, tree, "applied");
	id = made ? strdup(made) : NULL;
	if (!id)
		return -ENOMEM;
	ms_put(sim_nvue_revision(sw, ms_str(sw->state, "/current", "")), "/doc/state",
	       json_string("inactive"));
	json_object_set_new(sw->state, "current", json_string(id));
	json_object_set_new(sw->state, "applied", json_deep_copy(tree));
	sim_switch_changed(sw);
	return 0;
}

/* fail: state in which the next apply ends; set; locked. */
static int pull(struct sim_switch *sw, const char *lever, const json_t *value)
{
	if (!strcmp(lever, "set"))
		return set_by_hand(sw, value);
	if (strcmp(lever, "fail") && strcmp(lever, "locked"))
		return -EINVAL;
	json_object_set(sw->state, lever, (json_t *)value);
	sim_touch(&sw->dev);
	return 0;
}

static json_t *inspect(struct sim_switch *sw)
{
	json_t *facts = json_object(), *states = json_object(), *row;
	const char *id;

	json_object_foreach(json_object_get(sw->state, "revisions"), id, row)
		json_object_set_new(states, id, json_string(ms_str(row, "/doc/state", "")));
	json_object_set_new(facts, "revisions", states);
	json_object_set_new(facts, "current", json_string(ms_str(sw->state, "/current", "")));
	json_object_set_new(facts, "waiting", json_string(ms_str(sw->state, "/waiting", "")));
	json_object_set(facts, "applied", sim_nvue_applied(sw));
	json_object_set_new(facts, "saved",
			    json_boolean(json_equal(sim_nvue_applied(sw),
						    json_object_get(sw->state, "startup"))));
	return facts;
}

static double delay(struct sim_req *req)
{
	if (!req->sim->opts.latency)
		return 0;
	return strcmp(req->method, "GET") ? 0.4 : 0.15;
}

const struct sim_switch_platform sim_cumulus = {
	.platform = "cumulus",
	.vendor = "nvidia",
	.model = "SN5600",
	.version = "5.15.0",
	.prefix = "swp",
	.part = "s",
	.first = 1,
	.step = 1,
	.ports = 64,
	.speed = 400,
	.events = sim_nvue_events,
	.start = start,
	.answer = sim_nvue_answer,
	.delay = delay,
	.enabled = enabled,
	.bgp = bgp,
	.inspect = inspect,
	.pull = pull,
};
