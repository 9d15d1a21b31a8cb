/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Linux, lldpd and FRR say: links, neighbours, sessions, and tunnel end points that are known.
 */
#include <errno.h>
#include "fabric/box/box.h"

/* All that is asked, in one go; each section uses its part. */
enum { LINKS, SPEEDS, LLDP, SESSIONS, FDB, QUESTIONS };
static const struct { const char *section, *command; } questions[QUESTIONS] = {
	[LINKS] = { "ports", "ip -j link show" },
	[SPEEDS] = { "ports", "grep -s . /sys/class/net/*/speed" },
	[LLDP] = { "ports", "lldpcli -f json0 show neighbors" },
	[SESSIONS] = { "bgp", "vtysh -c \"show bgp summary json\"" },
	[FDB] = { "bgp", "bridge -j fdb show" },
};

/* JSON that a command printed; NULL where the command is not there or printed something else. */
static json_t *json_of(const struct box_answer *answer)
{
	return answer->text && !answer->status ? json_loads(answer->text, 0, NULL) : NULL;
}

/* ---- links ---- */

static void add_link(const struct fabric_dialect *dialect, json_t *ports, const json_t *link)
{
	const char *name = ms_str(link, "/ifname", ""), *state = ms_str(link, "/operstate", "");
	char port[64];
	json_t *row;

	if (!fabric_port_abstract(dialect, name, port, sizeof port))
		return;
	row = json_object();
	json_object_set_new(ports, port, row);
	json_object_set_new(row, "link", json_string(strcmp(state, "UP") ? "down" : "up"));
	json_object_set_new(row, "mtu", json_integer(ms_int(link, "/mtu", 0)));
}

/* "/sys/class/net/swp1/speed:100000"; -1 where nobody knows. */
static void add_speeds(const struct fabric_dialect *dialect, json_t *ports, char *text)
{
	char *line, name[64], port[64];
	long megabits;

	while ((line = strsep(&text, "\n"))) {
		if (sscanf(line, "/sys/class/net/%63[^/]/speed:%ld", name, &megabits) != 2 ||
		    megabits < 1000 || !fabric_port_abstract(dialect, name, port, sizeof port))
			continue;
		json_object_set_new(json_object_get(ports, port), "speed",
				    json_sprintf("%ldG", megabits / 1000));
	}
}

/* ---- LLDP: lldpcli's json0, where everything is a list ---- */

static const char *value(const json_t *of, const char *name)
{
	return ms_str(json_array_get(json_object_get(of, name), 0), "/value", NULL);
}

static void set_text(json_t *row, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(row, key, json_string(text));
}

static void add_neighbor(const struct fabric_dialect *dialect, json_t *ports,
			 const json_t *interface)
{
	const json_t *chassis = json_array_get(json_object_get(interface, "chassis"), 0);
	const json_t *far = json_array_get(json_object_get(interface, "port"), 0);
	char port[64];
	json_t *lldp;

	if (!fabric_port_abstract(dialect, ms_str(interface, "/name", ""), port, sizeof port))
		return;
	lldp = json_object();
	set_text(lldp, "chassisId", value(chassis, "id"));
	set_text(lldp, "systemName", value(chassis, "name"));
	set_text(lldp, "portId", value(far, "id"));
	set_text(lldp, "portDescription", value(far, "descr"));
	json_object_set_new(json_object_get(ports, port), "lldp", lldp);
}

static void add_lldp(const struct fabric_dialect *dialect, json_t *ports, const json_t *said)
{
	const json_t *part, *interface;
	size_t i, k;

	json_array_foreach(json_object_get(said, "lldp"), i, part)
		json_array_foreach(json_object_get(part, "interface"), k, interface)
			add_neighbor(dialect, ports, interface);
}

static int read_ports(const struct fabric_dialect *dialect, struct box_answer *said, json_t *status,
		      struct ms_err *err)
{
	json_auto_t *links = json_of(&said[LINKS]), *lldp = json_of(&said[LLDP]),
		    *ports = json_object();
	const json_t *link;
	size_t i;

	json_array_foreach(links, i, link)
		add_link(dialect, ports, link);
	add_speeds(dialect, ports, said[SPEEDS].text);
	add_lldp(dialect, ports, lldp);
	return json_object_set(status, "ports", ports) ? ms_nomem(err) : 0;
}

/* ---- sessions ---- */

static const struct { const char *said, *name; } families[] = {
	{ "ipv4Unicast", "ipv4" }, { "ipv6Unicast", "ipv6" }, { "l2VpnEvpn", "evpn" },
};

static json_t *session_of(const struct fabric_dialect *dialect, json_t *sessions, const char *name)
{
	char port[64], key[160];
	json_t *row;

	if (fabric_port_abstract(dialect, name, port, sizeof port))
		snprintf(key, sizeof key, "port:%s", port);
	else
		snprintf(key, sizeof key, "%.150s", name);
	row = json_object_get(sessions, key);
	if (!row)
		json_object_set_new(sessions, key, row = json_object());
	return row;
}

static void add_session(json_t *row, const char *family, const json_t *peer)
{
	json_t *of = json_object_get(row, "families");

	json_object_set_new(row, "state", json_string(ms_str(peer, "/state", "Idle")));
	if (ms_int(peer, "/remoteAs", 0))
		json_object_set_new(row, "asn", json_integer(ms_int(peer, "/remoteAs", 0)));
	json_object_set_new(row, "upSeconds",
			    json_integer(ms_int(peer, "/peerUptimeMsec", 0) / 1000));
	if (!of)
		json_object_set_new(row, "families", of = json_object());
	json_object_set_new(of, family,
			    json_pack("{s:I}", "received", (json_int_t)ms_int(peer, "/pfxRcd", 0)));
}

static int read_sessions(const struct fabric_dialect *dialect, const struct box_answer *said,
			 json_t *status, struct ms_err *err)
{
	json_auto_t *summary = json_of(&said[SESSIONS]), *sessions = json_object();
	json_t *peer;
	const char *name;

	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++)
		json_object_foreach (
			json_object_get(json_object_get(summary, families[i].said), "peers"), name,
			peer)
			add_session(session_of(dialect, sessions, name), families[i].name, peer);
	return json_object_set(status, "bgp", sessions) ? ms_nomem(err) : 0;
}

/* Floods go to every other end point of a VNI: an entry without a MAC for each. */
static int read_vteps(const struct box_answer *said, json_t *status, struct ms_err *err)
{
	json_auto_t *fdb = json_of(&said[FDB]), *vteps = json_array();
	const json_t *entry;
	size_t i;

	json_array_foreach(fdb, i, entry)
		if (!strcmp(ms_str(entry, "/mac", ""), "00:00:00:00:00:00") &&
		    ms_str(entry, "/dst", NULL))
			fabric_set_add(vteps, json_string(ms_str(entry, "/dst", "")));
	return json_object_set(status, "vteps", vteps) ? ms_nomem(err) : 0;
}

int box_facts(struct fabric_session *session, const struct fabric_dialect *dialect,
	      const char *const *only, json_t *status, struct ms_err *err)
{
	const char *commands[QUESTIONS];
	struct box_answer said[QUESTIONS] = { 0 };
	int r;

	if (!fabric_wants(only, "ports") && !fabric_wants(only, "bgp"))
		return 0;
	for (size_t i = 0; i < QUESTIONS; i++)
		commands[i] = fabric_wants(only, questions[i].section) ? questions[i].command
								       : "false";
	r = box_ask(session, commands, QUESTIONS, said, err);
	if (!r && fabric_wants(only, "ports"))
		r = read_ports(dialect, said, status, err);
	if (!r && fabric_wants(only, "bgp"))
		r = read_sessions(dialect, said, status, err);
	if (!r && fabric_wants(only, "bgp"))
		r = read_vteps(said, status, err);
	box_answers_release(said, QUESTIONS);
	return r;
}
