/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A model as an NVUE tree: the system, the bridge, MLAG; interfaces and routing are next door. */
#include <arpa/inet.h>
#include <errno.h>
#include "fabric/nvue/nvue.h"

void nvue_set(struct nvue_out *out, json_t *node, const char *key, json_t *value)
{
	if (json_object_set_new(node, key, value))
		out->failed = true;
}

void nvue_set_text(struct nvue_out *out, json_t *node, const char *key, const char *value)
{
	if (value)
		nvue_set(out, node, key, json_string(value));
}

void nvue_set_switch(struct nvue_out *out, json_t *node, const char *key, bool on)
{
	nvue_set_text(out, node, key,
		      out->modern ? (on ? "enabled" : "disabled") : (on ? "on" : "off"));
}

void nvue_enable(struct nvue_out *out, json_t *node, bool on)
{
	nvue_set_switch(out, node, out->modern ? "state" : "enable", on);
}

void nvue_keys(struct nvue_out *out, json_t *node, const json_t *list)
{
	json_t *item;
	size_t i;

	json_array_foreach((json_t *)list, i, item)
		if (json_is_string(item))
			nvue_set(out, node, json_string_value(item), json_object());
}

int nvue_port_name(struct nvue_out *out, const char *port, char *buf, size_t size,
		   struct ms_err *err)
{
	if (!fabric_port_native(out->dialect, port, buf, size))
		return 0;
	return ms_fail(err, -EINVAL, MS_INPUT, "not a port: \"%s\"", port);
}

static void render_system(struct nvue_out *out)
{
	const char *mac = ms_str(out->model, "/evpn/gatewayMac", NULL);

	nvue_set_text(out, nvue_node(out, "system", NULL), "hostname",
		      ms_str(out->model, "/hostname", NULL));
	if (mac)
		nvue_set_text(out, nvue_node(out, "system", "global", NULL), "fabric-mac", mac);
}

/* ---- the bridge ----------------------------------------------------------------------------- */

static bool bridged(const json_t *rows)
{
	json_t *row;
	const char *name;

	json_object_foreach((json_t *)rows, name, row)
		if (json_object_get(row, "l2"))
			return true;
	return false;
}

static void render_bridge(struct nvue_out *out)
{
	const json_t *vlans = ms_at(out->model, "/vlans");
	json_t *bridge, *vlan;
	const char *vid;
	char vni[24];

	if (!json_object_size(vlans) && !bridged(ms_at(out->model, "/ports")) &&
	    !bridged(ms_at(out->model, "/channels")))
		return;
	bridge = nvue_node(out, "bridge", "domain", NVUE_BRIDGE, NULL);
	nvue_set_text(out, bridge, "type", "vlan-aware");
	json_object_foreach((json_t *)vlans, vid, vlan) {
		json_t *node = nvue_dig(bridge, "vlan", vid, NULL);

		out->failed |= !node;
		snprintf(vni, sizeof(vni), "%lld", (long long)ms_int(vlan, "/vni", 0));
		if (ms_int(vlan, "/vni", 0))
			nvue_set(out, nvue_dig(node, "vni", NULL), vni, json_object());
	}
}

/* ---- MLAG ----------------------------------------------------------------------------------- */

/* The two of a pair share a /31 (RFC 3021) on the cable between them: ours is the one that the
 * other has not. */
static bool own_of(const char *peer, char *buf, size_t size)
{
	struct in_addr address;
	char text[INET_ADDRSTRLEN];

	if (!peer || inet_pton(AF_INET, peer, &address) != 1)
		return false;
	address.s_addr ^= htonl(1);
	return inet_ntop(AF_INET, &address, text, sizeof(text)) &&
	       snprintf(buf, size, "%s/31", text) < (int)size;
}

/* Unless the site file names another way, the two ask each other at their management ports, which
 * are in a VRF. */
static void render_backup(struct nvue_out *out, json_t *node, const char *backup)
{
	json_t *row = backup ? nvue_dig(node, "backup", backup, NULL) : NULL;

	if (backup && !ms_str(out->dialect->sw, "/spec/pair/backup", NULL))
		nvue_set_text(out, row, "vrf", "mgmt");
}

static void render_mlag(struct nvue_out *out)
{
	const json_t *mlag = ms_at(out->model, "/mlag");
	json_t *node, *sub;
	char own[32];

	if (!mlag)
		return;
	node = nvue_node(out, "mlag", NULL);
	nvue_enable(out, node, true);
	nvue_set_text(out, node, "mac-address", ms_str(mlag, "/systemMac", NULL));
	nvue_set_text(out, node, "peer-ip", ms_str(mlag, "/peer", "linklocal"));
	render_backup(out, node, ms_str(mlag, "/backup", NULL));
	if (ms_int(mlag, "/priority", 0))
		nvue_set(out, node, "priority", json_integer(ms_int(mlag, "/priority", 0)));
	sub = nvue_node(out, "interface", NVUE_PEERLINK ".4094", NULL);
	nvue_set_text(out, sub, "type", "sub");
	nvue_set_text(out, sub, "base-interface", NVUE_PEERLINK);
	nvue_set(out, sub, "vlan", json_integer(4094));
	if (own_of(ms_str(mlag, "/peer", NULL), own, sizeof(own)))
		nvue_set(out, nvue_dig(sub, "ip", "address", NULL), own, json_object());
}

/* ---- all of it ------------------------------------------------------------------------------ */

int nvue_render_tree(const struct fabric_dialect *dialect, const json_t *model, bool modern,
		     json_t **ret_tree, struct ms_err *err)
{
	struct nvue_out out = {
		.dialect = dialect, .model = model, .tree = json_object(), .modern = modern,
	};
	int r;

	render_system(&out);
	render_bridge(&out);
	render_mlag(&out);
	nvue_render_qos(&out);
	r = nvue_render_interfaces(&out, err);
	if (!r)
		r = nvue_render_routing(&out, err);
	if (!r && out.failed)
		r = ms_nomem(err);
	if (r)
		json_decref(out.tree);
	else
		*ret_tree = out.tree;
	return r;
}

int nvue_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native,
		struct ms_err *err)
{
	bool modern = dialect->variant == NVUE_MODERN;
	json_auto_t *tree = NULL;
	int r = nvue_render_tree(dialect, model, modern, &tree, err);

	if (r)
		return r;
	if (modern && nvue_split_ip(tree))
		return ms_nomem(err);
	*ret_native = fabric_sorted(tree);
	return *ret_native ? 0 : ms_nomem(err);
}

/* ---- what comes back ------------------------------------------------------------------------ */

/* A port that carries no VLAN is no port of the bridge. */
static void drop_empty_l2(json_t *rows)
{
	const char *name;
	json_t *row, *l2;

	json_object_foreach(rows, name, row) {
		l2 = json_object_get(row, "l2");
		if (l2 && !json_object_get(l2, "access") && !json_object_get(l2, "native") &&
		    !json_array_size(json_object_get(l2, "tagged")))
			json_object_del(row, "l2");
	}
}

/* "4x25G" tells the parts their speed already. */
static void drop_speeds(json_t *ports)
{
	const char *name;
	json_t *row;

	json_object_foreach(ports, name, row) {
		const char *slash = strchr(name, '/'), *speed = ms_str(row, "/speed", NULL), *x;
		char whole[16];

		if (!slash || !speed)
			continue;
		snprintf(whole, sizeof(whole), "%.*s", (int)(slash - name), name);
		x = strchr(ms_str(json_object_get(ports, whole), "/breakout", ""), 'x');
		if (x && !strcmp(x + 1, speed))
			json_object_del(row, "speed");
	}
}

int nvue_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err)
{
	(void)dialect;
	(void)err;
	drop_empty_l2(json_object_get(model, "ports"));
	drop_empty_l2(json_object_get(model, "channels"));
	drop_speeds(json_object_get(model, "ports"));
	nvue_normal_qos(model);
	return 0;
}
