/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DCBX of Junos switches.  Where LLDP runs it is on by default, and stops PFC on a port whose peer
 * does not agree, or says nothing ("Understanding DCBX", "Configuring DCBX Autonegotiation"): a
 * port with a profile says that it is off, or what is told and that nothing is asked for.
 */
#include <strings.h>
#include "fabric/junos/junos.h"

#define HEAD "protocols dcbx interface"

/* ETS would be that of hierarchical schedulers, and is of one class with everything on ports that
 * have none, as ours: it is not told. */
static const char *const telling[] = {
	"dcbx-version ieee-dcbx",
	"priority-flow-control no-auto-negotiation",
	"enhanced-transmission-selection no-auto-negotiation",
};

/* For Junos Evolved it was not found documented: its versions say so, and these have no other. */
static bool is_evolved(const struct fabric_dialect *dialect)
{
	static const char *const models[] = { "qfx5130", "qfx5220", "qfx5230", "qfx524",
					      "qfx5700" };
	const char *model = ms_str(dialect->sw, "/status/switch/model",
				   ms_str(dialect->sw, "/spec/model", ""));

	if (dialect->version && strstr(dialect->version, "-EVO"))
		return true;
	for (size_t i = 0; i < MS_ARRAY_SIZE(models); i++)
		if (!strncasecmp(model, models[i], strlen(models[i])))
			return true;
	return false;
}

static bool speaks(const struct fabric_dialect *dialect)
{
	return dialect->variant == JUNOS_ELS && !is_evolved(dialect);
}

static void put_port(struct junos_out *out, const char *port, const json_t *row)
{
	char name[64];

	junos_port(out, port, name);
	if (!ms_bool(row, "/dcbx", false)) {
		junos_put(out, HEAD " %s disable", name);
		return;
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(telling); i++)
		junos_put(out, HEAD " %s %s", name, telling[i]);
}

void junos_render_dcbx(struct junos_out *out)
{
	const json_t *ports = json_object_get(out->model, "ports");
	const char **keys = junos_keys(ports);

	for (size_t i = 0; keys && keys[i]; i++) {
		const json_t *row = json_object_get(ports, keys[i]);

		if (!json_object_get(row, "qos"))
			continue;
		if (speaks(out->dialect))
			put_port(out, keys[i], row);
		else if (ms_bool(row, "/dcbx", false))
			junos_refuse(
				out, "dcbx: off in the fabric",
				"DCBX of Junos Evolved is not known, and port %s is to tell it",
				keys[i]);
	}
	free(keys);
}

/* What is said of one interface goes before what is said of all. */
static bool tells(const json_t *dcbx, const json_t *node)
{
	const json_t *said = node ? node : junos_at(dcbx, "interface all"),
		     *version = junos_at(said, "dcbx-version");

	return !junos_at(dcbx, "disable") && !junos_at(said, "disable") &&
	       !json_object_get(version, "dcbx-version-1.01");
}

static bool hears(const struct junos_in *in, const char *name)
{
	const json_t *interfaces = junos_at(in->tree, "protocols lldp interface"),
		     *own = json_object_get(interfaces, name);

	own = own ? own : json_object_get(interfaces, "all");
	return own && !junos_at(own, "disable") && !junos_at(in->tree, "protocols lldp disable");
}

static void take_port(struct junos_in *in, json_t *dcbx, const char *port, json_t *row)
{
	char name[64];
	json_t *node;

	if (!json_object_get(row, "qos") ||
	    fabric_port_native(in->dialect, port, name, sizeof(name)))
		return;
	node = json_object_get(junos_at(dcbx, "interface"), name);
	if (hears(in, name) && tells(dcbx, node))
		json_object_set_new(row, "dcbx", json_true());
	if (!json_is_object(node))
		return;
	junos_take_flag(node, "disable");
	for (size_t i = 0; i < MS_ARRAY_SIZE(telling); i++)
		junos_take_flag(node, telling[i]);
}

void junos_parse_dcbx(struct junos_in *in)
{
	json_t *dcbx = junos_at(in->tree, "protocols dcbx"), *row;
	const char *port;

	if (speaks(in->dialect))
		json_object_foreach(json_object_get(in->model, "ports"), port, row)
			take_port(in, dcbx, port, row);
}
