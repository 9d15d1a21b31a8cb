/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an OS10 switch says of itself and its neighbours: text for people, in columns. */
#include "fabric/os10/rest.h"
#include "fabric/box/box.h"

bool os10_next_line(const char **text, char *buf, size_t size)
{
	size_t len = strcspn(*text, "\n");

	if (!**text)
		return false;
	snprintf(buf, size, "%.*s", (int)len, *text);
	*text += len + ((*text)[len] == '\n');
	return true;
}

/* "Remote Port ID: ethernet1/1/1" -> what is behind the colon; NULL when it is another line. */
static const char *value_of(const char *line, const char *key)
{
	line += strspn(line, " ");
	if (!ms_starts(line, key) || line[strlen(key)] != ':')
		return NULL;
	line += strlen(key) + 1;
	return line + strspn(line, " ");
}

static void put_text(json_t *row, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(row, key, json_string(text));
}

void os10_read_version(const char *text, json_t *facts)
{
	char line[512];

	while (os10_next_line(&text, line, sizeof(line))) {
		put_text(facts, "version", value_of(line, "OS Version"));
		put_text(facts, "model", value_of(line, "System Type"));
	}
}

/* ---- ports ---- */

bool os10_port_of(const struct fabric_dialect *dialect, const char *name, char *buf, size_t size)
{
	const char *number = name + strcspn(name, "0123456789");
	char native[96];

	if (!ms_starts(name, "Eth") && !ms_starts(name, "ethernet"))
		return false;
	snprintf(native, sizeof(native), "ethernet%.*s", (int)strcspn(number, " "), number);
	return fabric_port_abstract(dialect, native, buf, size);
}

/* "Eth 1/1/1  a description  up  100G  full  A  1  -": the state is the word with a speed behind
 * it. */
static bool state_of(const char *line, char *state, char *speed, size_t size)
{
	char words[64], next[64];
	int used;

	for (; sscanf(line, "%63s%n", words, &used) == 1; line += used) {
		if (strcmp(words, "up") && strcmp(words, "down"))
			continue;
		if (sscanf(line + used, "%63s", next) != 1 || !strchr("0123456789", *next))
			continue;
		snprintf(state, size, "%s", words);
		snprintf(speed, size, "%s", next);
		return true;
	}
	return false;
}

void os10_read_ports(const struct fabric_dialect *dialect, const char *text, json_t *ports)
{
	char line[512], port[64], state[64], word[64], speed[16];

	while (os10_next_line(&text, line, sizeof(line))) {
		json_t *row;

		if (!os10_port_of(dialect, line, port, sizeof(port)) ||
		    !state_of(line, state, word, sizeof(state)))
			continue;
		row = json_pack("{s:s}", "link", state);
		if (!strcmp(state, "up") && cli_speed(word, speed))
			put_text(row, "speed", speed);
		json_object_set_new(ports, port, row);
	}
}

/* A block for each neighbour; the port that it is at stands in the middle of it. */
static void end_neighbor(json_t *ports, const char *port, json_t *lldp)
{
	if (*port && json_object_size(lldp) && json_object_get(ports, port))
		json_object_set(json_object_get(ports, port), "lldp", lldp);
	json_decref(lldp);
}

void os10_read_lldp(const struct fabric_dialect *dialect, const char *text, json_t *ports)
{
	static const struct {
		const char *says, *key;
	} rows[] = {
		{ "Remote Chassis ID", "chassisId" },
		{ "Remote Port ID", "portId" },
		{ "Remote Port Description", "portDescription" },
		{ "Remote System Name", "systemName" },
	};
	char line[512], port[64] = "", mac[18];
	json_t *lldp = json_object();
	const char *value;

	while (os10_next_line(&text, line, sizeof(line))) {
		if (value_of(line, "Remote Chassis ID Subtype")) {
			end_neighbor(ports, port, lldp);
			lldp = json_object();
			*port = 0;
		}
		value = value_of(line, "Local Port ID");
		if (value && !os10_port_of(dialect, value, port, sizeof(port)))
			*port = 0;
		for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
			value = value_of(line, rows[i].says);
			if (value && strcmp(value, "Not Advertised"))
				put_text(lldp, rows[i].key, cli_mac(value, mac) ? mac : value);
		}
	}
	end_neighbor(ports, port, lldp);
}

static int show_ports(struct fabric_session *session, const struct fabric_dialect *dialect,
		      json_t *ports, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL, *neighbors = NULL;
	int r = os10_show(session, "show interface status", &text, err);

	if (!r)
		r = os10_show(session, "show lldp neighbors detail", &neighbors, err);
	if (r)
		return r;
	os10_read_ports(dialect, text, ports);
	os10_read_lldp(dialect, neighbors, ports);
	return 0;
}

static int facts_ports(struct fabric_session *session, const struct fabric_dialect *dialect,
		       json_t *status, struct ms_err *err)
{
	json_auto_t *ports = json_object(), *body = NULL;
	int r = os10_rest_interfaces(session->rest, &body, err);

	if (!r && body)
		os10_rest_read_ports(dialect, body, ports);
	else if (!r)
		r = show_ports(session, dialect, ports, err);
	return !r && json_object_set(status, "ports", ports) ? ms_nomem(err) : r;
}

/* ---- BGP ---- */

/* "00:01:10" is a time, and so is "2d03h"; -1 = never. */
static int64_t seconds_of(const char *text)
{
	int a, b, c;

	if (sscanf(text, "%d:%d:%d", &a, &b, &c) == 3)
		return a * 3600LL + b * 60 + c;
	if (sscanf(text, "%dd%dh", &a, &b) == 2)
		return a * 86400LL + b * 3600LL;
	if (sscanf(text, "%dw%dd", &a, &b) == 2)
		return a * 604800LL + b * 86400LL;
	return -1;
}

/* "80.1.1.2  800  8  4  00:01:10  5": a number at the end is of routes, a word is a state. */
void os10_read_sessions(const struct fabric_dialect *dialect, const char *text, const char *family,
			json_t *sessions)
{
	char line[512], name[96], up[32], state[32], port[64], key[96];
	unsigned asn;

	while (os10_next_line(&text, line, sizeof(line))) {
		json_t *row;
		bool established;

		if (sscanf(line, "%95s %u %*u %*u %31s %31s", name, &asn, up, state) != 4)
			continue;
		if (os10_port_of(dialect, name, port, sizeof(port)))
			snprintf(key, sizeof(key), "port:%s", port);
		else if (strpbrk(name, ".:"))
			snprintf(key, sizeof(key), "%s", name);
		else
			continue;
		established = strspn(state, "0123456789") == strlen(state);
		row = json_object_get(sessions, key);
		if (!row) {
			json_object_set_new(sessions, key, json_pack("{s:{}}", "families"));
			row = json_object_get(sessions, key);
		}
		put_text(row, "state", established ? "Established" : state);
		json_object_set_new(row, "asn", json_integer(asn));
		if (established && seconds_of(up) >= 0)
			json_object_set_new(row, "upSeconds", json_integer(seconds_of(up)));
		if (established)
			json_object_set_new(json_object_get(row, "families"), family,
					    json_pack("{s:I}", "received",
						      (json_int_t)strtol(state, NULL, 10)));
	}
}

static int facts_bgp(struct fabric_session *session, const struct fabric_dialect *dialect,
		     json_t *status, struct ms_err *err)
{
	static const struct {
		const char *command, *family;
	} commands[] = {
		{ "show ip bgp summary", "ipv4" },
		{ "show ip bgp l2vpn evpn summary", "evpn" },
	};
	json_auto_t *sessions = json_object();
	int r = 0;

	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(commands); i++) {
		MS_AUTO_FREE char *text = NULL;

		r = os10_show(session, commands[i].command, &text, err);
		if (r && err->code == MS_FAILED) { /* no BGP there */
			ms_err_clear(err);
			r = 0;
		} else if (!r) {
			os10_read_sessions(dialect, text, commands[i].family, sessions);
		}
	}
	if (!r && json_object_set(status, "bgp", sessions))
		r = ms_nomem(err);
	return r;
}

/* "IP Address: 10.1.254.1,  State: up, Encap: VxLAN", and its VNIs below. */
int os10_read_vteps(const char *text, json_t *vteps)
{
	char line[512];
	const char *value;
	int r = 0;

	while (!r && os10_next_line(&text, line, sizeof(line))) {
		value = value_of(line, "IP Address");
		if (!value)
			value = value_of(line, "IP");
		if (value)
			r = fabric_set_add(vteps, json_stringn(value, strcspn(value, ", ")));
	}
	return r;
}

static int facts_vteps(struct fabric_session *session, json_t *status, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	json_auto_t *vteps = json_array();
	int r = os10_show(session, "show nve remote-vtep", &text, err);

	if (r && err->code == MS_FAILED) { /* no tunnels there */
		ms_err_clear(err);
		return 0;
	}
	if (!r && (os10_read_vteps(text, vteps) || json_object_set(status, "vteps", vteps)))
		r = ms_nomem(err);
	return r;
}

/* ---- what would run after a restart ---- */

static int facts_saved(struct fabric_session *session, const struct fabric_dialect *dialect,
		       json_t *status, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	json_auto_t *running = NULL, *native = NULL, *one = NULL, *other = NULL;
	int r = os10_read(session, &running, err);

	if (!r)
		r = os10_show(session, "show startup-configuration", &text, err);
	if (r)
		return r;
	native = json_string(text);
	r = os10_parse(dialect, running, &one, NULL, err);
	if (!r)
		r = os10_parse(dialect, native, &other, NULL, err);
	return r ? r
	       : json_object_set_new(status, "saved", json_boolean(json_equal(one, other)))
		       ? ms_nomem(err)
		       : 0;
}

/* ---- */

int os10_facts(struct fabric_session *session, const struct fabric_dialect *dialect,
	       const char *const *only, json_t *status, struct ms_err *err)
{
	int r = 0;

	if (fabric_wants(only, "ports"))
		r = facts_ports(session, dialect, status, err);
	if (!r && fabric_wants(only, "bgp"))
		r = facts_bgp(session, dialect, status, err);
	if (!r && fabric_wants(only, "bgp"))
		r = facts_vteps(session, status, err);
	if (!r && fabric_wants(only, "counters"))
		r = os10_counters(session, dialect, status, err);
	if (!r && fabric_wants(only, "config"))
		r = facts_saved(session, dialect, status, err);
	return r ? r : os10_rest_status(session->rest, status, err);
}
