/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an NX-OS switch says of itself and its neighbours. */
#include <errno.h>
#include "fabric/nxos/nxos.h"

static int put_text(json_t *row, const char *key, const char *text)
{
	return text && *text ? json_object_set_new(row, key, json_string(text)) : 0;
}

/* Numbers come as numbers or as text, as the command likes. */
static int64_t number(const json_t *row, const char *pointer)
{
	const char *text = ms_str(row, pointer, NULL);

	return text ? strtoll(text, NULL, 10) : ms_int(row, pointer, 0);
}

/* ---- the switch ---- */

int nxos_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err)
{
	json_auto_t *version = NULL, *facts = json_object();
	int r = nxos_show(session, "show version", &version, err);

	if (r)
		return r;
	if (!facts ||
	    put_text(facts, "version",
		     ms_str(version, "/nxos_ver_str",
			    ms_str(version, "/sys_ver_str",
				   ms_str(version, "/kickstart_ver_str", NULL)))) ||
	    put_text(facts, "model", ms_str(version, "/chassis_id", NULL)) ||
	    put_text(facts, "serialNumber", ms_str(version, "/proc_board_id", NULL)) ||
	    put_text(facts, "hostname", ms_str(version, "/host_name", NULL)))
		return ms_nomem(err);
	*ret_facts = ms_take(facts);
	return 0;
}

int nxos_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	int r = nxos_show_text(session, "show running-config", &text, err);

	if (r)
		return r;
	*ret_native = json_string(text);
	return *ret_native ? 0
			   : ms_fail(err, -EBADMSG, MS_INVALID,
				     "show running-config: the text is not UTF-8");
}

/* ---- ports ---- */

bool nxos_port(const struct fabric_dialect *dialect, const char *name, char *buf, size_t size)
{
	char native[96];

	if (ms_starts(name, "Eth") && !ms_starts(name, "Ethernet"))
		snprintf(native, sizeof(native), "Ethernet%.80s", name + 3);
	else
		snprintf(native, sizeof(native), "%.90s", name);
	return fabric_port_abstract(dialect, native, buf, size);
}

static json_t *lldp_of(const json_t *row)
{
	json_t *facts = json_object();
	const char *chassis = ms_str(row, "/chassis_id", ""), *port = ms_str(row, "/port_id", "");
	char mac[18], port_mac[18], full[96];

	if (ms_starts(port, "Eth") && !ms_starts(port, "Ethernet") &&
	    strchr("0123456789", port[3]) && port[3]) {
		snprintf(full, sizeof(full), "Ethernet%.80s", port + 3);
		port = full;
	}
	put_text(facts, "chassisId", cli_mac(chassis, mac) ? mac : chassis);
	put_text(facts, "portId", cli_mac(port, port_mac) ? port_mac : port);
	if (strcmp(ms_str(row, "/port_desc", "null"), "null"))
		put_text(facts, "portDescription", ms_str(row, "/port_desc", NULL));
	if (strcmp(ms_str(row, "/sys_name", "null"), "null"))
		put_text(facts, "systemName", ms_str(row, "/sys_name", NULL));
	return facts;
}

static void put_port(json_t *ports, const char *port, const json_t *row)
{
	json_t *facts = json_object();
	char speed[16];
	const char *word = ms_str(row, "/speed", "");

	put_text(facts, "link", strcmp(ms_str(row, "/state", ""), "connected") ? "down" : "up");
	if (cli_speed(word + (ms_starts(word, "a-") ? 2 : 0), speed))       /* negotiated */
		put_text(facts, "speed", speed);
	json_object_set_new(ports, port, facts);
}

static void add_mtus(const struct fabric_dialect *dialect, const json_t *body, json_t *ports)
{
	json_auto_t *rows = nxos_rows(body, "interface");
	char port[64];
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		int64_t mtu = number(row, "/eth_mtu");

		if (mtu && nxos_port(dialect, ms_str(row, "/interface", ""), port, sizeof(port)) &&
		    json_object_get(ports, port))
			json_object_set_new(json_object_get(ports, port), "mtu", json_integer(mtu));
	}
}

static void add_lldp(const struct fabric_dialect *dialect, const json_t *body, json_t *ports)
{
	json_auto_t *rows = nxos_rows(body, "nbor_detail");
	char port[64];
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
		if (nxos_port(dialect, ms_str(row, "/l_port_id", ""), port, sizeof(port)) &&
		    json_object_get(ports, port))
			json_object_set_new(json_object_get(ports, port), "lldp", lldp_of(row));
}

static int facts_ports(struct fabric_session *session, const struct fabric_dialect *dialect,
		       json_t *status, struct ms_err *err)
{
	json_auto_t *body = NULL, *more = NULL, *lldp = NULL, *rows = NULL, *ports = json_object();
	char port[64];
	json_t *row;
	size_t i;
	int r = nxos_show(session, "show interface status", &body, err);

	if (!r)
		r = nxos_show_if(session, "show interface", &more, err);
	if (!r)
		r = nxos_show_if(session, "show lldp neighbors detail", &lldp, err);
	if (r)
		return r;
	rows = nxos_rows(body, "interface");
	json_array_foreach(rows, i, row)
		if (nxos_port(dialect, ms_str(row, "/interface", ""), port, sizeof(port)))
			put_port(ports, port, row);
	add_mtus(dialect, more, ports);
	add_lldp(dialect, lldp, ports);
	return json_object_set(status, "ports", ports) ? ms_nomem(err) : 0;
}

/* ---- BGP ---- */

/* "P1DT2H3M4S" (ISO 8601), "01:02:03" or "1d02h"; -1 when it is none. */
static int64_t seconds_of(const char *text)
{
	int64_t seconds = 0, value = 0;
	int h, m, s;

	if (sscanf(text, "%d:%d:%d", &h, &m, &s) == 3)
		return h * 3600LL + m * 60 + s;
	if (!strpbrk(text, "0123456789"))
		return -1;
	for (; *text; text++) {
		if (*text >= '0' && *text <= '9') {
			value = value < 100000000 ? value * 10 + (*text - '0') : value;
			continue;
		}
		seconds += value * (strchr("yY", *text)		   ? 31536000
				    : strchr("wW", *text)	   ? 604800
				    : strchr("dD", *text)	   ? 86400
				    : strchr("hH", *text)	   ? 3600
				    : *text == 'M' || *text == 'm' ? 60
				    : strchr("sS", *text)	   ? 1
								   : 0);
		value = 0;
	}
	return seconds;
}

static void put_session(const struct fabric_dialect *dialect, json_t *sessions, const json_t *row,
			const char *family)
{
	const char *name = ms_str(row, "/neighborid", ""), *state = ms_str(row, "/state", NULL);
	char port[64], key[96];
	unsigned asn = (unsigned)number(row, "/neighboras");
	int64_t up = seconds_of(ms_str(row, "/time", ""));
	json_t *facts;

	name = strchr(name, '%') ? strchr(name, '%') + 1 : name;
	if (nxos_port(dialect, name, port, sizeof(port)))
		snprintf(key, sizeof(key), "port:%s", port);
	else
		snprintf(key, sizeof(key), "%.90s", name);
	facts = json_object_get(sessions, key);
	if (!facts) {
		json_object_set_new(sessions, key, json_pack("{s:{}}", "families"));
		facts = json_object_get(sessions, key);
	}
	put_text(facts, "state", state);
	if (cli_asn(ms_str(row, "/neighboras", ""), &asn) || asn)
		json_object_set_new(facts, "asn", json_integer(asn));
	if (ms_streq(state, "Established") && up >= 0)
		json_object_set_new(facts, "upSeconds", json_integer(up));
	json_object_set_new(
		json_object_get(facts, "families"), family,
		json_pack("{s:I}", "received", (json_int_t)number(row, "/prefixreceived")));
}

/* A VRF may come in several rows, the first without any family. */
static void put_vrf(const struct fabric_dialect *dialect, json_t *sessions, const json_t *vrf,
		    const char *family)
{
	json_auto_t *afs = nxos_rows(vrf, "af");
	json_t *af, *saf, *row;
	size_t i, j, k;

	if (strcmp(ms_str(vrf, "/vrf-name-out", "default"), "default"))
		return;
	json_array_foreach(afs, i, af) {
		json_auto_t *safs = nxos_rows(af, "saf");

		json_array_foreach(safs, j, saf) {
			json_auto_t *rows = nxos_rows(saf, "neighbor");

			json_array_foreach(rows, k, row)
				put_session(dialect, sessions, row, family);
		}
	}
}

static int facts_family(struct fabric_session *session, const struct fabric_dialect *dialect,
			const char *command, const char *family, json_t *sessions,
			struct ms_err *err)
{
	json_auto_t *body = NULL, *vrfs = NULL;
	json_t *vrf;
	size_t i;
	int r = nxos_show_if(session, command, &body, err);

	if (r || !body)
		return r;
	vrfs = nxos_rows(body, "vrf");
	json_array_foreach(vrfs, i, vrf)
		put_vrf(dialect, sessions, vrf, family);
	return 0;
}

static int facts_vteps(struct fabric_session *session, json_t *status, struct ms_err *err)
{
	json_auto_t *body = NULL, *rows = NULL, *list = json_array();
	json_t *row, *set;
	size_t i;
	int r = nxos_show_if(session, "show nve peers", &body, err);

	if (r || !body)
		return r;
	rows = nxos_rows(body, "nve_peers");
	json_array_foreach(rows, i, row)
		if (ms_str(row, "/peer-ip", NULL))
			json_array_append(list, json_object_get(row, "peer-ip"));
	set = cli_set(list);
	return json_object_set_new(status, "vteps", set) ? ms_nomem(err) : 0;
}

static int facts_bgp(struct fabric_session *session, const struct fabric_dialect *dialect,
		     json_t *status, struct ms_err *err)
{
	static const struct { const char *command, *family;
	} commands[] = {
		{ "show bgp ipv4 unicast summary", "ipv4" },
		{ "show bgp ipv6 unicast summary", "ipv6" },
		{ "show bgp l2vpn evpn summary", "evpn" },
	};
	json_auto_t *sessions = json_object();
	int r = sessions ? 0 : ms_nomem(err);

	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(commands); i++)
		r = facts_family(session, dialect, commands[i].command, commands[i].family,
				 sessions, err);
	if (!r && json_object_set(status, "bgp", sessions))
		r = ms_nomem(err);
	return r ? r : facts_vteps(session, status, err);
}

/* ---- saved ---- */

/* Differences have a mark in front; the two headers have three. */
static bool has_differences(const char *text)
{
	for (; text && *text; text = strchr(text, '\n'), text += text != NULL)
		if (strchr("+-!", *text) && text[1] == ' ')
			return true;
	return false;
}

static int facts_saved(struct fabric_session *session, json_t *status, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	int r = nxos_show_text(session, "show running-config diff", &text, err);

	if (r && err->code == MS_FAILED) {
		ms_err_clear(err);
		return 0;
	}
	if (!r && json_object_set_new(status, "saved", json_boolean(!has_differences(text))))
		r = ms_nomem(err);
	return r;
}

int nxos_facts(struct fabric_session *session, const struct fabric_dialect *dialect,
	       const char *const *only, json_t *status, struct ms_err *err)
{
	int r = 0;

	if (fabric_wants(only, "ports"))
		r = facts_ports(session, dialect, status, err);
	if (!r && fabric_wants(only, "bgp"))
		r = facts_bgp(session, dialect, status, err);
	if (!r && fabric_wants(only, "config"))
		r = facts_saved(session, status, err);
	if (!r && fabric_wants(only, "counters"))
		r = nxos_counters(session, dialect, status, err);
	return r;
}
