/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an EOS switch says of itself and its neighbours. */
#include <errno.h>
#include "fabric/eos/eos.h"

static int put_text(json_t *row, const char *key, const char *text)
{
	return text && *text ? json_object_set_new(row, key, json_string(text)) : 0;
}

/* ---- the switch ---- */

/* "Ethernet1/1" is port 1 where there is no Ethernet1, and nobody wants port 1 in parts. */
static int put_name(const struct fabric_session *session, const json_t *interfaces,
		    const char *native, json_t *names)
{
	unsigned number, lane;
	char whole[32], port[16];

	if (!ms_starts(native, "Ethernet") || !fabric_port_parse(native + 8, &number, &lane) ||
	    lane != 1)
		return 0;
	snprintf(whole, sizeof(whole), "Ethernet%u", number);
	if (json_object_get(interfaces, whole) || fabric_port_parts(session->sw, number) > 1)
		return 0;
	snprintf(port, sizeof(port), "%u", number);
	return json_object_set_new(names, port, json_string(native));
}

static int put_names(const struct fabric_session *session, const json_t *status, json_t *facts)
{
	const json_t *interfaces = json_object_get(status, "interfaceStatuses");
	json_t *names = json_object(), *row;
	const char *native;
	int r = names ? 0 : -ENOMEM;

	json_object_foreach((json_t *)interfaces, native, row)
		if (!r)
			r = put_name(session, interfaces, native, names);
	if (!r && json_object_size(names))
		r = json_object_set(facts, "names", names);
	json_decref(names);
	return r;
}

int eos_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err)
{
	json_auto_t *results = NULL, *facts = json_object();
	const json_t *version;
	char mac[18];
	int r = eos_run(
		session,
		json_pack("[sss]", "show version", "show hostname", "show interfaces status"),
		"json", true, &results, err);

	if (r)
		return r;
	version = json_array_get(results, 0);
	if (!facts || put_text(facts, "version", ms_str(version, "/version", NULL)) ||
	    put_text(facts, "model", ms_str(version, "/modelName", NULL)) ||
	    put_text(facts, "serialNumber", ms_str(version, "/serialNumber", NULL)) ||
	    (cli_mac(ms_str(version, "/systemMacAddress", ""), mac) &&
	     put_text(facts, "macAddress", mac)) ||
	    put_text(facts, "hostname", ms_str(json_array_get(results, 1), "/hostname", NULL)) ||
	    put_names(session, json_array_get(results, 2), facts))
		return ms_nomem(err);
	*ret_facts = ms_take(facts);
	return 0;
}

int eos_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	int r = eos_show_text(session, "show running-config", &text, err);

	if (r)
		return r;
	*ret_native = json_string(text);
	return *ret_native ? 0
			   : ms_fail(err, -EBADMSG, MS_INVALID,
				     "show running-config: the text is not UTF-8");
}

/* ---- ports ---- */

static void strip_quotes(const char *text, char *buf, size_t size)
{
	size_t len = strlen(text);

	if (len >= 2 && *text == '"' && text[len - 1] == '"') {
		text++;
		len -= 2;
	}
	snprintf(buf, size, "%.*s", (int)len, text);
}

/* Of several neighbors at a port the one that was heard of last. */
static const json_t *newest(const json_t *list)
{
	const json_t *best = NULL;
	double best_time = -1;
	json_t *row;
	size_t i;

	json_array_foreach(list, i, row) {
		double heard = json_number_value(json_object_get(row, "lastContactTime"));

		if (heard > best_time) {
			best_time = heard;
			best = row;
		}
	}
	return best;
}

static json_t *lldp_of(const json_t *neighbors)
{
	const json_t *row = newest(json_object_get(neighbors, "lldpNeighborInfo")), *at;
	json_t *facts = row ? json_object() : NULL;
	const char *chassis = ms_str(row, "/chassisId", "");
	char mac[18], port[256];

	if (!facts)
		return NULL;
	at = json_object_get(row, "neighborInterfaceInfo");
	strip_quotes(ms_str(at, "/interfaceId_v2", ms_str(at, "/interfaceId", "")), port,
		     sizeof(port));
	put_text(facts, "chassisId", cli_mac(chassis, mac) ? mac : chassis);
	put_text(facts, "portId", cli_mac(port, mac) ? mac : port);
	put_text(facts, "portDescription", ms_str(at, "/interfaceDescription", NULL));
	put_text(facts, "systemName", ms_str(row, "/systemName", NULL));
	return facts;
}

static int put_port(json_t *ports, const char *port, const json_t *row, const json_t *more,
		    const json_t *neighbors)
{
	json_int_t bits = json_integer_value(json_object_get(row, "bandwidth")),
		   mtu = ms_int(more, "/mtu", 0);
	json_t *facts = json_object(), *lldp = lldp_of(neighbors);

	put_text(facts, "link",
		 strcmp(ms_str(row, "/linkStatus", ""), "connected") ? "down" : "up");
	if (bits >= 1000000000)
		json_object_set_new(facts, "speed",
				    json_sprintf("%lldG", (long long)(bits / 1000000000)));
	if (mtu)
		json_object_set_new(facts, "mtu", json_integer(mtu));
	if (lldp)
		json_object_set_new(facts, "lldp", lldp);
	return json_object_set_new(ports, port, facts);
}

static int facts_ports(struct fabric_session *session, const struct fabric_dialect *dialect,
		       const json_t *breakouts, json_t *status, struct ms_err *err)
{
	json_auto_t *links = NULL, *lldp = NULL, *more = NULL, *ports = json_object();
	const char *native;
	char port[64];
	json_t *row;
	int r = eos_show(session, "show interfaces status", &links, err);

	if (!r)
		r = eos_show_if(session, "show lldp neighbors detail", &lldp, err);
	if (!r)
		r = eos_show_if(session, "show interfaces", &more, err);
	json_object_foreach(json_object_get(links, "interfaceStatuses"), native, row) {
		if (r || !eos_port_abstract(dialect, breakouts, native, port, sizeof(port)))
			continue;
		if (put_port(ports, port, row,
			     json_object_get(json_object_get(more, "interfaces"), native),
			     json_object_get(json_object_get(lldp, "lldpNeighbors"), native)))
			r = ms_nomem(err);
	}
	if (!r && json_object_set(status, "ports", ports))
		r = ms_nomem(err);
	return r;
}

/* ---- BGP ---- */

/* "fe80::1%Et1/2" is the session of port 1/2; anything else is an address. */
static void session_key(const struct fabric_dialect *dialect, const json_t *breakouts,
			const char *peer, const json_t *row, char *key, size_t size)
{
	const char *zone = strchr(peer, '%'), *name = ms_str(row, "/ifName", NULL);
	char native[80], port[64];

	if (!name && zone) {
		zone++;
		snprintf(native, sizeof(native), "Ethernet%.60s",
			 zone + (ms_starts(zone, "Ethernet") ? 8 : ms_starts(zone, "Et") ? 2 : 0));
		name = native;
	}
	if (name && eos_port_abstract(dialect, breakouts, name, port, sizeof(port)))
		snprintf(key, size, "port:%s", port);
	else
		snprintf(key, size, "%s", peer);
}

static void put_session(json_t *sessions, const char *key, const json_t *row, const char *family)
{
	json_t *facts = json_object_get(sessions, key), *families;
	const char *state = ms_str(row, "/peerState", NULL);
	unsigned asn = (unsigned)ms_int(row, "/asn", 0);
	double since = json_number_value(json_object_get(row, "upDownTime"));

	if (!facts) {
		json_object_set_new(sessions, key, json_pack("{s:{}}", "families"));
		facts = json_object_get(sessions, key);
	}
	put_text(facts, "state", state);
	if (cli_asn(ms_str(row, "/asn", ""), &asn) || asn)
		json_object_set_new(facts, "asn", json_integer(asn));
	if (ms_streq(state, "Established") && since > 0 && ms_now() >= (int64_t)since)
		json_object_set_new(facts, "upSeconds", json_integer(ms_now() - (int64_t)since));
	families = json_object_get(facts, "families");
	json_object_set_new(
		families, family,
		json_pack("{s:I}", "received", (json_int_t)ms_int(row, "/prefixReceived", 0)));
}

static int facts_family(struct fabric_session *session, const struct fabric_dialect *dialect,
			const json_t *breakouts, const char *command, const char *family,
			json_t *sessions, struct ms_err *err)
{
	json_auto_t *result = NULL;
	const char *peer;
	char key[128];
	json_t *row;
	int r = eos_show_if(session, command, &result, err);

	json_object_foreach(ms_at(result, "/vrfs/default/peers"), peer, row) {
		session_key(dialect, breakouts, peer, row, key, sizeof(key));
		put_session(sessions, key, row, family);
	}
	return r;
}

static int facts_vteps(struct fabric_session *session, json_t *status, struct ms_err *err)
{
	json_auto_t *result = NULL;
	json_t *list;
	int r = eos_show_if(session, "show vxlan vtep", &result, err);

	if (r || !result)
		return r;
	list = ms_at(result, "/interfaces/Vxlan1/vteps");
	list = cli_set(list ? list : json_object_get(result, "vteps"));
	return json_object_set_new(status, "vteps", list) ? ms_nomem(err) : 0;
}

static int facts_bgp(struct fabric_session *session, const struct fabric_dialect *dialect,
		     const json_t *breakouts, json_t *status, struct ms_err *err)
{
	static const struct { const char *command, *family;
	} rows[] = {
		{ "show ip bgp summary", "ipv4" },
		{ "show ipv6 bgp summary", "ipv6" },
		{ "show bgp evpn summary", "evpn" },
	};
	json_auto_t *sessions = json_object();
	int r = sessions ? 0 : ms_nomem(err);

	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(rows); i++)
		r = facts_family(session, dialect, breakouts, rows[i].command, rows[i].family,
				 sessions, err);
	if (!r && json_object_set(status, "bgp", sessions))
		r = ms_nomem(err);
	return r ? r : facts_vteps(session, status, err);
}

/* ---- saved ---- */

static int facts_saved(struct fabric_session *session, json_t *status, struct ms_err *err)
{
	MS_AUTO_FREE char *diffs = NULL;
	int r = eos_show_text(session, "show running-config diffs", &diffs, err);

	if (r && err->code == MS_FAILED) {
		ms_err_clear(err);
		return 0;
	}
	if (!r && json_object_set_new(status, "saved", json_boolean(!diffs[strspn(diffs, " \n")])))
		r = ms_nomem(err);
	return r;
}

/* Which lanes are parts of a port is in the configuration. */
static int read_breakouts(struct fabric_session *session, const struct fabric_dialect *dialect,
			  json_t **ret_breakouts, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	struct fabric_lines *lines = NULL;
	int r = eos_show_text(session, "show running-config", &text, err);

	if (!r)
		r = fabric_lines_parse(text, &lines, err);
	if (!r) {
		*ret_breakouts = eos_breakouts(dialect, lines);
		r = *ret_breakouts ? 0 : ms_nomem(err);
	}
	fabric_lines_free(lines);
	return r;
}

int eos_facts(struct fabric_session *session, const struct fabric_dialect *dialect,
	      const char *const *only, json_t *status, struct ms_err *err)
{
	json_auto_t *breakouts = NULL;
	int r = 0;

	if (fabric_wants(only, "ports") || fabric_wants(only, "bgp") ||
	    fabric_wants(only, "counters"))
		r = read_breakouts(session, dialect, &breakouts, err);
	if (!r && fabric_wants(only, "ports"))
		r = facts_ports(session, dialect, breakouts, status, err);
	if (!r && fabric_wants(only, "bgp"))
		r = facts_bgp(session, dialect, breakouts, status, err);
	if (!r && fabric_wants(only, "counters"))
		r = eos_facts_counters(session, dialect, breakouts, status, err);
	if (!r && fabric_wants(only, "config"))
		r = facts_saved(session, status, err);
	return r;
}
