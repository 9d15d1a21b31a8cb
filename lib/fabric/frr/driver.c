/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FRR on Linux: the driver, its pure half in whole. */
#include <errno.h>
#include "fabric/box/box.h"
#include "fabric/frr/frr.h"

static int write_file(const struct fabric_dialect *dialect, const json_t *model, json_t *native,
		      const char *name, int (*write)(struct frr_writer *), struct ms_err *err)
{
	struct frr_writer w = { .dialect = dialect, .model = model, .err = err };
	int r = write(&w);

	if (!r && json_object_set_new(native, name, json_string(w.out.data ? w.out.data : "")))
		r = ms_nomem(err);
	ms_buf_release(&w.out);
	return r;
}

static int write_qos(const struct fabric_dialect *dialect, const json_t *model, json_t *native,
		     struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	int r = frr_qos_text(dialect, model, &text, err);

	if (!r && *text && json_object_set_new(native, "qos", json_string(text)))
		r = ms_nomem(err);
	return r;
}

int frr_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native,
	       struct ms_err *err)
{
	json_auto_t *native = json_object();
	int r = native ? write_file(dialect, model, native, "frr.conf", frr_write_routing, err)
		       : ms_nomem(err);

	if (!r)
		r = write_file(dialect, model, native, "interfaces", frr_write_interfaces, err);
	if (!r)
		r = write_qos(dialect, model, native, err);
	if (!r)
		*ret_native = ms_take(native);
	return r;
}

/* Files that are sourced are looked at, and never written. */
static int note_sourced(const json_t *sourced, json_t *opaque, struct ms_err *err)
{
	json_t *text, *ifaces;
	const char *path, *name;
	json_t *attrs;
	int r = 0;

	json_object_foreach((json_t *)sourced, path, text) {
		r = frr_interfaces_parse(json_string_value(text) ? json_string_value(text) : "",
					 &ifaces, NULL, err);
		if (r)
			break;
		json_object_foreach(ifaces, name, attrs)
			if (strcmp(name, "lo"))
				json_array_append_new(opaque,
						      json_sprintf("%s: iface %s", path, name));
		json_decref(ifaces);
	}
	return r;
}

static int read_qos(struct frr_reading *rd, const char *text, struct ms_err *err)
{
	struct frr_qos qos;
	int r = frr_qos_parse(text, &qos, err);

	if (!r)
		r = frr_qos_model(rd, &qos, err);
	frr_qos_release(&qos);
	return r;
}

int frr_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model,
	      json_t *opaque, struct ms_err *err)
{
	json_auto_t *model = json_object(), *without4 = json_object(), *ifaces = NULL,
		    *spare = json_array();
	struct frr_reading rd = { .dialect = dialect,
				  .model = model,
				  .opaque = opaque ? opaque : spare,
				  .without4 = without4 };
	int r = model && without4 && spare ? 0 : ms_nomem(err);

	if (!r)
		r = frr_interfaces_parse(ms_str(native, "/interfaces", ""), &ifaces, rd.opaque,
					 err);
	if (!r)
		r = frr_read_interfaces(&rd, ifaces, err);
	if (!r)
		r = frr_read_routing(&rd, ms_str(native, "/frr.conf", ""), err);
	if (!r)
		r = read_qos(&rd, ms_str(native, "/qos", ""), err);
	if (!r)
		r = note_sourced(json_object_get(native, "sourced"), rd.opaque, err);
	if (!r)
		*ret_model = ms_take(model);
	return r;
}

/* ---- what becomes of a model on such a box
 * ---------------------------------------------------------- */

static void normal_ports(json_t *ports)
{
	json_t *row;
	const char *key;
	void *next;

	/* Splitting a port is the business of its driver, before there is an interface to speak of.
	 */
	json_object_foreach_safe(ports, next, key, row) {
		if (json_object_del(row, "breakout") == 0 && !json_object_size(row)) {
			json_object_del(ports, key);
			continue;
		}
		if (!json_object_get(row, "enabled"))
			json_object_set_new(row, "enabled", json_true());
	}
}

/* Members have the MTU of their channel; ifupdown2 refuses another. */
static void normal_members(json_t *model)
{
	json_t *channel, *member, *ports = json_object_get(model, "ports");
	const char *key;
	size_t i;

	json_object_foreach(json_object_get(model, "channels"), key, channel)
		json_array_foreach(json_object_get(channel, "members"), i, member)
			if (json_is_string(member))
				json_object_del(json_object_get(ports, json_string_value(member)),
						"mtu");
}

static void drop_unused_mac(json_t *model)
{
	json_t *row;
	const char *key;
	bool used = false;

	json_object_foreach(json_object_get(model, "svis"), key, row) {
		if (!json_object_get(row, "anycast"))
			json_object_set_new(row, "anycast", json_false());
		used |= ms_bool(row, "/anycast", false);
	}
	if (!used)
		json_object_del(json_object_get(model, "evpn"), "gatewayMac");
}

int frr_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err)
{
	static const char *const sections[] = {
		"ports", "channels", "vlans", "svis", "vrfs", "evpn"
	};
	json_t *row;
	const char *key;

	(void)dialect;
	if (frr_qos_normal(model, err))
		return err->error;
	normal_ports(json_object_get(model, "ports"));
	normal_ports(json_object_get(model, "channels"));
	normal_members(model);
	json_object_foreach(json_object_get(model, "vlans"), key, row)
		json_object_del(row, "name");
	drop_unused_mac(model);
	for (size_t i = 0; i < MS_ARRAY_SIZE(sections); i++)
		if (!json_object_size(json_object_get(model, sections[i])))
			json_object_del(model, sections[i]);
	return 0;
}

/* ---- what people are shown of a change
 * ------------------------------------------------------------- */

/* ifupdown2 has no words that remove: what goes is written with a minus, so that a delta reads like
 * a patch. */
static bool minus(const char *block, const char *line, char *buf, size_t size)
{
	(void)block;
	snprintf(buf, size, "-%s", line);
	return true;
}

static int delta_of(const char *now, const char *target, fabric_negate_fn *negate, char **ret_text,
		    struct ms_err *err)
{
	struct fabric_lines *a = NULL, *b = NULL;
	int r = now && target ? fabric_lines_parse(now, &a, err) : ms_nomem(err);

	if (!r)
		r = fabric_lines_parse(target, &b, err);
	if (!r)
		r = fabric_lines_delta(a, b, negate, ret_text, err);
	fabric_lines_free(a);
	fabric_lines_free(b);
	return r;
}

static int delta_of_qos(const json_t *now, const json_t *target, json_t *delta, struct ms_err *err)
{
	struct frr_qos from = { 0 }, to = { 0 };
	MS_AUTO_FREE char *text = NULL;
	int r = frr_qos_parse(ms_str(now, "/qos", ""), &from, err);

	if (!r)
		r = frr_qos_parse(ms_str(target, "/qos", ""), &to, err);
	if (!r) {
		text = frr_qos_lines(&from, &to);
		if (!text || (*text && json_object_set_new(delta, "qos", json_string(text))))
			r = ms_nomem(err);
	}
	frr_qos_release(&from);
	frr_qos_release(&to);
	return r;
}

int frr_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target,
	      json_t **ret_delta, struct ms_err *err)
{
	static const char *const names[] = { "frr.conf", "interfaces" };
	json_auto_t *delta = json_object();

	(void)dialect;
	for (size_t i = 0; i < MS_ARRAY_SIZE(names); i++) {
		const char *a = json_string_value(json_object_get(now, names[i]));
		const char *b = json_string_value(json_object_get(target, names[i]));
		MS_AUTO_FREE char *from = i ? frr_interfaces_indent(a ? a : "")
					    : strdup(a ? a : "");
		MS_AUTO_FREE char *to = i ? frr_interfaces_indent(b ? b : "") : strdup(b ? b : "");
		MS_AUTO_FREE char *text = NULL;
		int r = delta_of(from, to, i ? minus : NULL, &text, err);

		if (r)
			return r;
		if (*text && json_object_set_new(delta, names[i], json_string(text)))
			return ms_nomem(err);
	}
	if (delta_of_qos(now, target, delta, err))
		return err->error;
	*ret_delta = ms_take(delta);
	return 0;
}

/* What of a rendering no model says.  FRR hides what its defaults have. */
static const char *const structure[] = {
	FRR_STRUCTURE("frr.conf / "),
	"interfaces / iface *",
	"interfaces / iface " FRR_BRIDGE " / mtu *",
	"interfaces / iface " FRR_BRIDGE " / hwaddress |*",
	NULL,
};

const struct fabric_driver fabric_frr = {
	.platform = "frr",
	.title = "FRR on Linux (ifupdown2)",
	.format = "files",
	.caps = {
		.isolation = FABRIC_VLAN | FABRIC_EVPN_VXLAN | FABRIC_EVPN_L3,
		.unnumbered = true,
		.esi = true,
		.ospf = true,
		.qos = true,
		.qos_tc = true,
		.qos_trusts = FABRIC_TRUST_DSCP,
		.sends_peer_as = true,
		.no_vlan_names = true,
		.no_lacp_passive = true,
		.validates = true,
		.first_vlan = 2,
		.last_vlan = 4094,
		.max_mtu = 9500,
		.max_name = 15,
	},
	.prefix = "swp",
	.part = "s",
	.first = 1,
	.step = 1,
	.normal = frr_normal,
	.structure = structure,
	.excused = frr_excused,
	.render = frr_render,
	.parse = frr_parse,
	.delta = frr_delta,
	.open = box_open,
	.close = box_close,
	.probe = frr_probe,
	.read = frr_read,
	.facts = frr_facts,
	.pending = box_pending,
	.stage = frr_stage,
	.validate = box_validate,
	.commit = box_commit,
	.confirm = box_confirm,
	.rollback = box_rollback,
	.abandon = box_abandon,
};
