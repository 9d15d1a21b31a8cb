/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Neighbours by the names of the site.  A port's own identifier is believed first: hosts with
 * several NICs give the same chassis identifier on all of them.
 */
#include <ctype.h>
#include <errno.h>
#include "fabric/graph/graph.h"
#include "fabric/lldp.h"

struct fabric_who {
	const struct fabric_set *set;
	json_t *ends;            /* {MAC: "node07:rail0"} */
	json_t *devices;         /* {MAC, serial number or name: "node07"} */
	bool failed;
};

/* "00-11-22-AA-BB-CC" and "0011.22aa.bbcc" are "00:11:22:aa:bb:cc"; false for what is no MAC
 * address. */
static bool read_mac(const char *text, char buf[static 18])
{
	char digits[13];
	size_t n = 0;

	for (; *text; text++) {
		if (isxdigit((unsigned char)*text) && n < 12)
			digits[n++] = (char)tolower((unsigned char)*text);
		else if (!strchr(":-.", *text))
			return false;
	}
	if (n != 12)
		return false;
	for (n = 0; n < 6; n++) {
		buf[3 * n] = digits[2 * n];
		buf[3 * n + 1] = digits[2 * n + 1];
		buf[3 * n + 2] = n < 5 ? ':' : 0;
	}
	return true;
}

static void know(struct fabric_who *who, json_t *as, const char *key, const char *name)
{
	char mac[18];

	if (!key || !*key)
		return;
	if (json_object_set_new(as, read_mac(key, mac) ? mac : key, json_string(name)))
		who->failed = true;
}

static const char *look_up(const json_t *in, const char *key)
{
	char mac[18];

	return json_string_value(json_object_get(in, read_mac(key, mac) ? mac : key));
}

/* ---- who there is ---- */

static void know_server(struct fabric_who *who, const json_t *server)
{
	const json_t *nic;
	char end[320];
	size_t i;

	know(who, who->devices, ms_name(server), ms_name(server));
	know(who, who->devices, ms_str(server, "/spec/serial", NULL), ms_name(server));
	know(who, who->devices, ms_str(server, "/status/bmc/system/serialNumber", NULL),
	     ms_name(server));
	know(who, who->devices, ms_str(server, "/status/bmc/system/hostName", NULL),
	     ms_name(server));
	json_array_foreach(ms_at(server, "/spec/nics"), i, nic) {
		snprintf(end, sizeof end, "%s:%s", ms_name(server), row_text(nic, "name", ""));
		know(who, who->ends, row_text(nic, "mac", NULL), end);
		know(who, who->devices, row_text(nic, "mac", NULL), ms_name(server));
	}
	json_array_foreach(ms_at(server, "/status/bmc/ethernetInterfaces"), i, nic)
		know(who, who->devices, row_text(nic, "macAddress", NULL), ms_name(server));
	/* NICs that speak LLDP by themselves may give their own serial number as the chassis. */
	json_array_foreach(ms_at(server, "/status/bmc/adapters"), i, nic)
		know(who, who->devices, row_text(nic, "serialNumber", NULL), ms_name(server));
}

static void know_switch(struct fabric_who *who, const json_t *sw)
{
	know(who, who->devices, ms_name(sw), ms_name(sw));
	know(who, who->devices, ms_str(sw, "/spec/serial", NULL), ms_name(sw));
	know(who, who->devices, ms_str(sw, "/status/switch/hostname", NULL), ms_name(sw));
	know(who, who->devices, ms_str(sw, "/status/switch/macAddress", NULL), ms_name(sw));
	know(who, who->devices, ms_str(sw, "/status/switch/serialNumber", NULL), ms_name(sw));
}

int fabric_who_new(const struct fabric_set *set, struct fabric_who **ret_who)
{
	struct fabric_who *who = calloc(1, sizeof *who);
	const char *name;
	json_t *res;

	if (!who)
		return -ENOMEM;
	*who = (struct fabric_who){ set, json_object(), json_object(), false };
	json_object_foreach(json_object_get(set->kinds, "Server"), name, res)
		know_server(who, res);
	json_object_foreach(json_object_get(set->kinds, "Switch"), name, res)
		know_switch(who, res);
	if (who->failed || !who->ends || !who->devices) {
		fabric_who_free(who);
		return -ENOMEM;
	}
	*ret_who = who;
	return 0;
}

void fabric_who_free(struct fabric_who *who)
{
	if (!who)
		return;
	json_decref(who->ends);
	json_decref(who->devices);
	free(who);
}

/* ---- who it is ---- */

/* By chassis, by name, by name without its domain. */
static const char *device_of(const struct fabric_who *who, const json_t *lldp)
{
	const char *chassis = row_text(lldp, "chassisId", ""),
		   *name = row_text(lldp, "systemName", "");
	const char *found = look_up(who->devices, chassis);
	char host[256];

	if (!found)
		found = look_up(who->devices, name);
	if (found)
		return found;
	snprintf(host, sizeof host, "%.*s", (int)strcspn(name, "."), name);
	return look_up(who->devices, host);
}

static bool port_of_switch(const json_t *sw, const json_t *lldp, char *buf, size_t size)
{
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;

	if (fabric_dialect_init(&dialect, sw, NULL, &err))
		return false;
	return fabric_port_abstract(&dialect, row_text(lldp, "portId", ""), buf, size) ||
	       fabric_port_abstract(&dialect, row_text(lldp, "portDescription", ""), buf, size);
}

static const char *nic_of(const json_t *server, const json_t *lldp)
{
	const json_t *nic;
	size_t i;

	json_array_foreach(ms_at(server, "/spec/nics"), i, nic) {
		const char *name = row_text(nic, "name", "");

		if (*name && (!strcmp(name, row_text(lldp, "portId", "")) ||
			      !strcmp(name, row_text(lldp, "portDescription", ""))))
			return name;
	}
	return "";
}

const char *fabric_who_is(const struct fabric_who *who, const json_t *lldp, char *buf, size_t size)
{
	const char *end = look_up(who->ends, row_text(lldp, "portId", "")), *device;
	const json_t *sw, *server;
	char port[64] = "";

	if (end) {
		snprintf(buf, size, "%s", end);
		return buf;
	}
	device = device_of(who, lldp);
	if (!device)
		return "";
	sw = fabric_set_find(who->set, "Switch", device);
	server = fabric_set_find(who->set, "Server", device);
	if (sw && !port_of_switch(sw, lldp, port, sizeof port))
		*port = 0;
	snprintf(buf, size, "%s:%s", device, sw ? port : nic_of(server, lldp));
	return buf;
}

/* ---- the cabling as it is seen ---- */

static void see_port(struct fabric_graph *graph, const struct fabric_who *who, const json_t *sw,
		     const char *port, const json_t *seen)
{
	const json_t *lldp = json_object_get(seen, "lldp");
	char end[320], own[320];
	const char *is = lldp ? fabric_who_is(who, lldp, end, sizeof end) : "";

	if (!*is || is[strlen(is) - 1] == ':')
		return;
	snprintf(own, sizeof own, "%s:%s", ms_name(sw), port);
	if (json_object_set_new(graph->cabling, own, json_string(is)) ||
	    json_object_set_new(graph->cabling, is, json_string(own)))
		graph->failed = true;
}

void graph_see_cabling(struct fabric_graph *graph)
{
	const char *port;
	json_t *seen;

	if (graph->view != FABRIC_OBSERVED)
		return;
	if (fabric_who_new(graph->set, &graph->who)) {
		graph->failed = true;
		return;
	}
	for (size_t i = 0; i < fabric_set_switches(graph->set); i++) {
		const json_t *sw = fabric_set_switch(graph->set, i);

		if (graph->models[i])
			json_object_foreach(ms_at(sw, "/status/switch/ports"), port, seen)
				see_port(graph, graph->who, sw, port, seen);
	}
}
