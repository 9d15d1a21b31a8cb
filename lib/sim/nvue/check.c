/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NVUE finds wrong with a configuration as a whole, when it is to be applied. */
#include "sim/nvue/nvue.h"

struct finding { char *where, *reason; size_t size; };

static bool wrong(const struct finding *f, const char *where, const char *key, const char *fmt,
		  const char *arg)
{
	snprintf(f->where, f->size, "%s.%.100s", where, key);
	snprintf(f->reason, f->size, fmt, arg);
	return false;
}

/* ---- interfaces ----------------------------------------------------------------------------- */

/* A port of the front panel, or the part of one that is broken out. */
static bool is_port(const struct sim_switch *sw, const json_t *interfaces, const char *name)
{
	unsigned port, part;
	char extra, whole[32];
	const char *word;
	json_t *value;

	if (sscanf(name, "swp%u%c", &port, &extra) == 1)
		return port >= 1 && port <= sw->platform->ports;
	if (sscanf(name, "swp%us%u%c", &port, &part, &extra) != 2 || port < 1 ||
	    port > sw->platform->ports)
		return false;
	snprintf(whole, sizeof(whole), "swp%u", port);
	json_object_foreach(sim_nvue_get(interfaces, whole, "link", "breakout", NULL), word, value)
		if (part < strtoul(word, NULL, 10))
			return true;
	return false;
}

static bool is_interface(const struct sim_switch *sw, const json_t *interfaces, const char *name)
{
	const char *type = ms_str(json_object_get(interfaces, name), "/type", "");

	if (!strcmp(name, "lo") || ms_starts(name, "eth"))
		return true;
	if (ms_starts(name, "swp"))
		return is_port(sw, interfaces, name);
	return !strcmp(type, "bond") || !strcmp(type, "peerlink") || !strcmp(type, "svi") ||
	       !strcmp(type, "sub");
}

static bool check_members(const struct sim_switch *sw, const json_t *interfaces, const char *bond,
			  const json_t *members, json_t *taken, const struct finding *f)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)members, name, value) {
		if (!is_port(sw, interfaces, name))
			return wrong(f, "interface", bond, "Bond member %s does not exist", name);
		if (json_object_get(taken, name))
			return wrong(f, "interface", bond, "Interface %s is a member of two bonds",
				     name);
		if (sim_nvue_get(interfaces, name, "bridge", "domain", NULL))
			return wrong(f, "interface", bond, "Bond member %s is a bridge port itself",
				     name);
		json_object_set_new(taken, name, json_true());
	}
	return true;
}

static const char *vrf_of(const json_t *interface)
{
	return ms_str(interface, "/ip/vrf", ms_str(interface, "/vrf", NULL));
}

static bool check_interfaces(const struct sim_switch *sw, const json_t *tree,
			     const struct finding *f)
{
	const json_t *interfaces = json_object_get(tree, "interface");
	json_auto_t *taken = json_object();
	const char *name, *vrf;
	json_t *interface;

	json_object_foreach((json_t *)interfaces, name, interface) {
		if (!is_interface(sw, interfaces, name))
			return wrong(f, "interface", name, "Interface %s does not exist", name);
		vrf = vrf_of(interface);
		if (vrf && strcmp(vrf, "default") && strcmp(vrf, "mgmt") &&
		    !sim_nvue_get(tree, "vrf", vrf, NULL))
			return wrong(f, "interface", name, "VRF %s is not configured", vrf);
		if (ms_streq(ms_str(interface, "/type", NULL), "svi") &&
		    !json_object_get(interface, "vlan"))
			return wrong(f, "interface", name, "SVI %s needs a vlan", name);
		if (!check_members(sw, interfaces, name,
				   sim_nvue_get(interface, "bond", "member", NULL), taken, f))
			return false;
	}
	return true;
}

/* ---- VNIs ----------------------------------------------------------------------------------- */

static bool take_vnis(const json_t *vnis, json_t *taken, const char *where, const char *name,
		      const struct finding *f)
{
	const char *vni;
	json_t *value;

	json_object_foreach((json_t *)vnis, vni, value) {
		if (strtoul(vni, NULL, 10) < 1 || strtoul(vni, NULL, 10) > 16777214)
			return wrong(f, where, name, "VNI %s is not from 1 to 16777214", vni);
		if (json_object_get(taken, vni))
			return wrong(f, where, name, "VNI %s is mapped twice", vni);
		json_object_set_new(taken, vni, json_true());
	}
	return true;
}

static bool check_vnis(const json_t *tree, const struct finding *f)
{
	json_auto_t *taken = json_object();
	const char *key;
	json_t *row;

	json_object_foreach (sim_nvue_get(tree, "bridge", "domain", "br_default", "vlan", NULL),
			     key, row)
		if (!take_vnis(json_object_get(row, "vni"), taken, "bridge.domain.br_default.vlan",
			       key, f))
			return false;
	json_object_foreach(json_object_get(tree, "vrf"), key, row)
		if (!take_vnis(sim_nvue_get(row, "evpn", "vni", NULL), taken, "vrf", key, f))
			return false;
	if (json_object_size(taken) &&
	    !sim_nvue_on(sim_nvue_get(tree, "nve", "vxlan", NULL), false))
		return wrong(f, "nve", "vxlan", "VNIs need %s", "nve vxlan to be enabled");
	return true;
}

/* ---- routing -------------------------------------------------------------------------------- */

static bool check_neighbors(const json_t *tree, const json_t *bgp, const struct finding *f)
{
	const char *name;
	json_t *row;

	json_object_foreach(json_object_get(bgp, "neighbor"), name, row) {
		const char *group = ms_str(row, "/peer-group", "");
		bool numbered = strchr(name, ':') || strspn(name, "0123456789.") == strlen(name);

		if (!json_object_get(row, "remote-as") &&
		    !sim_nvue_get(bgp, "peer-group", group, "remote-as", NULL))
			return wrong(f, "vrf.default.router.bgp.neighbor", name,
				     "Neighbor %s has no remote-as", name);
		if (!numbered && !sim_nvue_get(tree, "interface", name, NULL))
			return wrong(f, "vrf.default.router.bgp.neighbor", name,
				     "Interface %s does not exist", name);
	}
	return true;
}

static bool check_bgp(const json_t *tree, const struct finding *f)
{
	const json_t *global = sim_nvue_get(tree, "router", "bgp", NULL);
	const char *name;
	json_t *vrf;

	json_object_foreach(json_object_get(tree, "vrf"), name, vrf) {
		const json_t *bgp = sim_nvue_get(vrf, "router", "bgp", NULL);

		if (!sim_nvue_on(bgp, false))
			continue;
		if (!sim_nvue_on(global, false))
			return wrong(f, "router", "bgp",
				     "BGP in VRF %s needs router bgp to be enabled", name);
		if (!json_object_get(global, "autonomous-system") &&
		    !json_object_get(bgp, "autonomous-system"))
			return wrong(f, "router", "bgp", "BGP requires autonomous-system%s", "");
		if (!json_object_get(global, "router-id") && !json_object_get(bgp, "router-id"))
			return wrong(f, "router", "bgp.enable",
				     "BGP requires router-id to be set globally or in the VRF.%s",
				     "");
		if (!check_neighbors(tree, bgp, f))
			return false;
	}
	return true;
}

static bool check_pair(const json_t *tree, const struct finding *f)
{
	const json_t *mlag = json_object_get(tree, "mlag");

	if (!sim_nvue_on(mlag, mlag && json_object_size(mlag)))
		return true;
	if (!json_object_size(json_object_get(mlag, "backup")))
		return wrong(f, "mlag", "backup", "MLAG requires a backup address%s", "");
	if (!sim_nvue_get(tree, "interface", "peerlink", NULL))
		return wrong(f, "mlag", "peer-ip", "MLAG requires a peerlink%s", "");
	if (sim_nvue_on(sim_nvue_get(tree, "evpn", "multihoming", NULL), false))
		return wrong(f, "evpn", "multihoming",
			     "EVPN multihoming and MLAG exclude each other%s", "");
	return true;
}

bool sim_nvue_check(const struct sim_switch *sw, const json_t *tree, char *where, char *reason,
		    size_t size)
{
	struct finding f = { where, reason, size };

	return check_interfaces(sw, tree, &f) && check_vnis(tree, &f) && check_bgp(tree, &f) &&
	       check_pair(tree, &f);
}
