/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SONiC's routing is FRR: its text is written and read by what does so for Linux; only VRFs have
 * other names here. */
#include <errno.h>
#include "fabric/frr/frr.h"
#include "fabric/sonic/sonic.h"

/* A copy of the VRFs under SONiC's names. */
static json_t *native_vrfs(const json_t *model)
{
	json_t *vrfs = json_object(), *row;
	const char *name;
	char native[64];

	json_object_foreach(json_object_get(model, "vrfs"), name, row)
		if (json_object_set(vrfs, sonic_vrf(name, native, sizeof native), row))
			return json_decref(vrfs), NULL;
	return vrfs;
}

/* What of the model is routing. */
static json_t *routing_of(const json_t *model)
{
	static const char *const whole[] = { "hostname", "loopback", "vxlan", "bgp", "evpn" };
	json_t *part = json_object(), *vrfs = native_vrfs(model);
	int bad = json_object_set_new(part, "vrfs", vrfs);

	for (size_t i = 0; i < MS_ARRAY_SIZE(whole); i++)
		if (json_object_get(model, whole[i]))
			bad |= json_object_set(part, whole[i], json_object_get(model, whole[i]));
	if (!bad)
		return part;
	json_decref(part);
	return NULL;
}

int sonic_render_routing(const struct fabric_dialect *dialect, const json_t *model,
			 json_t **ret_text, struct ms_err *err)
{
	json_auto_t *part = routing_of(model);
	struct frr_writer w = { .dialect = dialect, .model = part, .err = err };
	int r = part ? frr_write_routing(&w) : ms_nomem(err);

	if (!r) {
		*ret_text = json_string(w.out.data ? w.out.data : "");
		r = *ret_text ? 0 : ms_nomem(err);
	}
	ms_buf_release(&w.out);
	return r;
}

/* What FRR says of the VRFs that CONFIG_DB has. */
static int add_vrfs(const json_t *part, json_t *model)
{
	const char *native, *name;
	json_t *row, *vrfs = json_object_get(model, "vrfs");

	json_object_foreach(json_object_get(part, "vrfs"), native, row) {
		name = ms_starts(native, "Vrf_") ? native + 4 : native;
		if (json_object_get(vrfs, name) &&
		    json_object_update_missing(json_object_get(vrfs, name), row))
			return -ENOMEM;
	}
	return 0;
}

static int add_vnis(const json_t *part, json_t *model)
{
	json_t *vnis = ms_at(part, "/evpn/vnis"), *evpn = json_object_get(model, "evpn");

	if (!json_object_size(vnis))
		return 0;
	if (!evpn) {
		evpn = json_object();
		if (json_object_set_new(model, "evpn", evpn))
			return -ENOMEM;
	}
	return json_object_set(evpn, "vnis", vnis);
}

int sonic_parse_routing(const struct fabric_dialect *dialect, const char *text, json_t *model,
			json_t *opaque, struct ms_err *err)
{
	json_auto_t *part = json_object(), *without4 = json_object(), *spare = json_array();
	struct frr_reading rd = { .dialect = dialect,
				  .model = part,
				  .opaque = opaque ? opaque : spare,
				  .without4 = without4,
				  .default4 = true };
	json_t *bgp;
	int r = part && without4 && spare ? frr_read_routing(&rd, text, err) : ms_nomem(err);

	if (r)
		return r;
	bgp = json_object_get(part, "bgp");
	if ((bgp && json_object_set(model, "bgp", bgp)) || add_vrfs(part, model) ||
	    add_vnis(part, model))
		return ms_nomem(err);
	return 0;
}
