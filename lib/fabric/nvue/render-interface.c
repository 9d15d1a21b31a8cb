/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces of NVUE: front panel ports, bonds, the loopback, and routed interfaces of VLANs. */
#include <errno.h>
#include "fabric/nvue/nvue.h"

/* What ports and channels have in common. */
static void render_link(struct nvue_out *out, json_t *node, const json_t *row)
{
	const json_t *enabled = json_object_get(row, "enabled");

	nvue_set_text(out, node, "description", ms_str(row, "/description", NULL));
	if (enabled)
		nvue_set(out, nvue_dig(node, "link", "state", NULL),
			 json_is_true(enabled) ? "up" : "down", json_object());
	if (json_object_get(row, "mtu"))
		nvue_set(out, nvue_dig(node, "link", NULL), "mtu",
			 json_integer(ms_int(row, "/mtu", 9216)));
}

static void set_vlan(struct nvue_out *out, json_t *node, int64_t vid)
{
	char key[24];

	snprintf(key, sizeof(key), "%lld", (long long)vid);
	nvue_set(out, nvue_dig(node, "vlan", NULL), key, json_object());
}

/* A trunk without a list would carry every VLAN, and without "untagged" VLAN 1: both are always
 * said. */
static void render_l2(struct nvue_out *out, json_t *interface, const json_t *l2)
{
	json_t *node, *vid;
	int64_t native = ms_int(l2, "/native", 0);
	size_t i;

	if (!ms_int(l2, "/access", 0) && !native && !json_array_size(json_object_get(l2, "tagged")))
		return;
	node = nvue_dig(interface, "bridge", "domain", NVUE_BRIDGE, NULL);
	if (ms_int(l2, "/access", 0)) {
		nvue_set(out, node, "access", json_integer(ms_int(l2, "/access", 0)));
		return;
	}
	json_array_foreach(json_object_get(l2, "tagged"), i, vid)
		set_vlan(out, node, json_integer_value(vid));
	if (native)
		set_vlan(out, node, native);
	nvue_set(out, node, "untagged", native ? json_integer(native) : json_string("none"));
}

static void render_l3(struct nvue_out *out, json_t *interface, const json_t *l3)
{
	json_t *ip;

	if (!l3)
		return;
	ip = nvue_dig(interface, "ip", NULL);
	out->failed |= !ip;
	if (ms_at(l3, "/addresses"))
		nvue_keys(out, nvue_dig(ip, "address", NULL), ms_at(l3, "/addresses"));
	if (ms_bool(l3, "/unnumbered", false))
		nvue_enable(out, nvue_dig(ip, "ipv6", NULL), true);
	nvue_set_text(out, ip, "vrf", ms_str(l3, "/vrf", NULL));
}

/* ---- ports ---------------------------------------------------------------------------------- */

static json_t *swp(struct nvue_out *out, const char *port, struct ms_err *err)
{
	char name[64];
	json_t *node;

	if (nvue_port_name(out, port, name, sizeof(name), err))
		return NULL;
	node = nvue_node(out, "interface", name, NULL);
	nvue_set_text(out, node, "type", "swp");
	return node;
}

/* "4x25G": four parts, each told its speed; NVUE knows the number of parts only. */
static int render_breakout(struct nvue_out *out, json_t *node, const char *port, const char *word,
			   struct ms_err *err)
{
	unsigned parts = 0;
	char speed[16], count[16], part[64];

	if (!word)
		return 0;
	if (sscanf(word, "%ux%15s", &parts, speed) != 2 || parts < 2 || parts > 8)
		return ms_fail(err, -EINVAL, MS_INPUT, "port %s: not a breakout: \"%s\"", port,
			       word);
	snprintf(count, sizeof(count), "%ux", parts);
	nvue_set(out, nvue_dig(node, "link", "breakout", NULL), count, json_object());
	for (unsigned i = 1; i <= parts; i++) {
		snprintf(part, sizeof(part), "%s/%u", port, i);
		node = swp(out, part, err);
		if (!node)
			return err->error ? err->error : ms_nomem(err);
		if (!ms_at(out->model, "/ports/%s~1%u/speed", port, i))
			nvue_set_text(out, nvue_dig(node, "link", NULL), "speed", speed);
	}
	return 0;
}

static int render_port(struct nvue_out *out, const char *port, const json_t *row,
		       struct ms_err *err)
{
	json_t *node = swp(out, port, err);
	const char *speed = ms_str(row, "/speed", NULL);

	if (!node)
		return err->error ? err->error : ms_nomem(err);
	render_link(out, node, row);
	if (speed)
		nvue_set_text(out, nvue_dig(node, "link", NULL), "speed", speed);
	render_l2(out, node, json_object_get(row, "l2"));
	render_l3(out, node, json_object_get(row, "l3"));
	nvue_render_port_qos(out, node, row);
	return render_breakout(out, node, port, ms_str(row, "/breakout", NULL), err);
}

/* ---- channels ------------------------------------------------------------------------------- */

static void render_segment(struct nvue_out *out, json_t *node, const json_t *channel)
{
	json_t *segment;

	if (!ms_str(channel, "/esi", NULL))
		return;
	segment = nvue_dig(node, "evpn", "multihoming", "segment", NULL);
	nvue_enable(out, segment, true);
	nvue_set_text(out, segment, "identifier", ms_str(channel, "/esi", NULL));
	nvue_set_text(out, segment, "mac-address", ms_str(channel, "/systemMac", NULL));
}

static int render_members(struct nvue_out *out, json_t *bond, const json_t *members,
			  struct ms_err *err)
{
	json_t *member;
	char name[64];
	size_t i;
	int r;

	json_array_foreach((json_t *)members, i, member) {
		const char *port = json_string_value(member);

		if (!port || !swp(out, port, err))
			return err->error ? err->error : ms_nomem(err);
		r = nvue_port_name(out, port, name, sizeof(name), err);
		if (r)
			return r;
		nvue_set(out, nvue_dig(bond, "member", NULL), name, json_object());
	}
	return 0;
}

static int render_channel(struct nvue_out *out, const char *number, const json_t *channel,
			  struct ms_err *err)
{
	bool peer = ms_streq(number, ms_str(out->model, "/mlag/link", NULL));
	bool fixed = ms_streq(ms_str(channel, "/lacp", NULL), "static");
	char name[32];
	json_t *node, *bond;

	snprintf(name, sizeof(name), peer ? NVUE_PEERLINK : "bond%s", number);
	node = nvue_node(out, "interface", name, NULL);
	nvue_set_text(out, node, "type", peer ? "peerlink" : "bond");
	render_link(out, node, channel);
	render_l2(out, node, json_object_get(channel, "l2"));
	render_l3(out, node, json_object_get(channel, "l3"));
	render_segment(out, node, channel);
	bond = nvue_dig(node, "bond", NULL);
	nvue_set_text(out, bond, "mode", fixed ? "static" : "lacp");
	if (ms_int(channel, "/mlag", 0)) {
		nvue_enable(out, nvue_dig(bond, "mlag", NULL), true);
		nvue_set(out, nvue_dig(bond, "mlag", NULL), "id",
			 json_integer(ms_int(channel, "/mlag", 0)));
	}
	return render_members(out, bond, json_object_get(channel, "members"), err);
}

/* ---- routed interfaces of VLANs ------------------------------------------------------------- */

static void render_svi(struct nvue_out *out, const char *vid, const json_t *svi)
{
	char name[32];
	json_t *node, *ip;

	snprintf(name, sizeof(name), "vlan%s", vid);
	node = nvue_node(out, "interface", name, NULL);
	nvue_set_text(out, node, "type", "svi");
	nvue_set(out, node, "vlan", json_integer(strtol(vid, NULL, 10)));
	if (json_object_get(svi, "mtu"))
		nvue_set(out, nvue_dig(node, "link", NULL), "mtu",
			 json_integer(ms_int(svi, "/mtu", 9216)));
	ip = nvue_dig(node, "ip", NULL);
	nvue_set_text(out, ip, "vrf", ms_str(svi, "/vrf", NULL));
	if (ms_bool(svi, "/anycast", false)) {
		ip = nvue_dig(ip, "vrr", NULL);
		nvue_enable(out, ip, true);
		nvue_set(out, nvue_dig(ip, out->modern ? "vrr-state" : "state", NULL), "up",
			 json_object());
		nvue_enable(out, nvue_node(out, "router", "vrr", NULL), true);
	}
	nvue_keys(out, nvue_dig(ip, "address", NULL), ms_at(svi, "/addresses"));
}

/* ---- all ------------------------------------------------------------------------------------ */

static bool has_segments(const json_t *model)
{
	json_t *channel;
	const char *number;

	json_object_foreach(ms_at(model, "/channels"), number, channel)
		if (json_object_get(channel, "esi"))
			return true;
	return false;
}

/* Ethernet segments go down with the last link to the spines, so NVUE has to know which those are.
 */
static int render_multihoming(struct nvue_out *out, struct ms_err *err)
{
	json_t *port, *node;
	const char *name;

	if (!has_segments(out->model))
		return 0;
	nvue_enable(out, nvue_node(out, "evpn", "multihoming", NULL), true);
	json_object_foreach(ms_at(out->model, "/ports"), name, port) {
		if (!json_object_get(port, "l3") || ms_at(port, "/l3/vrf"))
			continue;
		node = swp(out, name, err);
		if (!node)
			return err->error ? err->error : ms_nomem(err);
		nvue_set_switch(out, nvue_dig(node, "evpn", "multihoming", NULL), "uplink", true);
	}
	return 0;
}

static void render_loopback(struct nvue_out *out)
{
	const json_t *addresses = ms_at(out->model, "/loopback/addresses");
	json_t *node;

	if (!addresses)
		return;
	node = nvue_node(out, "interface", "lo", NULL);
	nvue_set_text(out, node, "type", "loopback");
	nvue_keys(out, nvue_dig(node, "ip", "address", NULL), addresses);
}

int nvue_render_interfaces(struct nvue_out *out, struct ms_err *err)
{
	json_t *row;
	const char *name;
	int r = 0;

	render_loopback(out);
	json_object_foreach(ms_at(out->model, "/ports"), name, row)
		if (!r)
			r = render_port(out, name, row, err);
	json_object_foreach(ms_at(out->model, "/channels"), name, row)
		if (!r)
			r = render_channel(out, name, row, err);
	json_object_foreach(ms_at(out->model, "/svis"), name, row)
		render_svi(out, name, row);
	return r ? r : render_multihoming(out, err);
}
