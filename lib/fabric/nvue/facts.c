/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an NVUE switch says of itself and its neighbours.  Releases name the same thing differently.
 */
#include <ctype.h>
#include <errno.h>
#include "fabric/nvue/nvue.h"

/* The first of several places that holds text. */
static const char *first_text(const json_t *root, const char *const *at)
{
	const char *text;

	for (; *at; at++) {
		text = ms_str(root, *at, NULL);
		if (text && *text)
			return text;
	}
	return NULL;
}

static int put_text(json_t *facts, const char *key, const char *text)
{
	return text ? json_object_set_new(facts, key, json_string(text)) : 0;
}

/* ---- the switch ----------------------------------------------------------------------------- */

/* "Cumulus Linux 5.9.1" has it at the end, and so has "5.9.1". */
static const char *version_in(const char *build)
{
	const char *digit = build ? strpbrk(build, "0123456789") : NULL;

	return digit && strchr(digit, '.') ? digit : NULL;
}

static const char *version_of(const json_t *system, const json_t *platform)
{
	static const char *const at[] = { "/version/product-release", "/product-release",
					  "/version/build", "/build", "/version/image", NULL };
	static const char *const other[] = { "/product-release", "/version", "/software/version",
					     NULL };
	const char *version = version_in(first_text(system, at));

	return version ? version : version_in(first_text(platform, other));
}

/* Lower case, for what is a MAC address or an Ethernet segment. */
static int put_lower(json_t *facts, const char *key, const char *text)
{
	json_auto_t *value = json_string(text ? text : "");
	json_t *lower = text ? nvue_mac(value) : NULL;

	return lower ? json_object_set_new(facts, key, lower) : 0;
}

int nvue_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err)
{
	static const char *const models[] = { "/product-name", "/model", "/hardware/product-name",
					      "/hardware/model", "/part-number", NULL };
	static const char *const serials[] = { "/serial-number", "/hardware/serial-number", NULL };
	static const char *const macs[] = { "/system-mac", "/base-mac", "/hardware/system-mac",
					    "/hardware/base-mac", NULL };
	json_auto_t *system = NULL, *platform = NULL, *facts = json_object();
	const char *version;
	int r = nvue_get(session, "/system", &system, err);

	if (!r)
		r = nvue_get(session, "/platform", &platform, err);
	if (r)
		return r;
	version = version_of(system, platform);
	if (!facts || put_text(facts, "version", version) ||
	    put_text(facts, "hostname", ms_str(system, "/hostname", NULL)) ||
	    put_text(facts, "model", first_text(platform, models)) ||
	    put_text(facts, "serialNumber", first_text(platform, serials)) ||
	    put_lower(facts, "macAddress", first_text(platform, macs)))
		return ms_nomem(err);
	session->modern = fabric_version_compare(version, "5.15") >= 0;
	*ret_facts = ms_take(facts);
	return 0;
}

int nvue_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err)
{
	/* From 5.15 on ranges come as ranges unless asked otherwise; older ones do not know the
	 * word. */
	const char *path = session->modern ? "/?rev=applied&filled=false&expand=true"
					   : "/?rev=applied&filled=false";
	int r = nvue_get(session, path, ret_native, err);

	if (r && session->modern && err->code == MS_FAILED) {
		ms_err_clear(err);
		r = nvue_get(session, "/?rev=applied&filled=false", ret_native, err);
	}
	if (r)
		return r;
	if (!*ret_native)
		*ret_native = json_object();
	session->form = nvue_joins_ip(*ret_native) && !nvue_splits_ip(*ret_native)
				? NVUE_FORM_JOINED
				: NVUE_FORM_SPLIT;
	/* In the form of what is rendered: lacks.c compares statement by statement. */
	if (session->modern && session->form == NVUE_FORM_JOINED && nvue_split_ip(*ret_native))
		return ms_nomem(err);
	return *ret_native ? 0 : ms_nomem(err);
}

/* ---- ports ---------------------------------------------------------------------------------- */

static const char *link_state(const json_t *link)
{
	const char *word = ms_str(link, "/oper-status", ms_str(link, "/state", NULL));

	if (word)
		return strcmp(word, "up") ? "down" : "up";
	return ms_at(link, "/state/up") ? "up" : ms_at(link, "/state/down") ? "down" : NULL;
}

/* The neighbour that was heard of last. */
static const json_t *newest_neighbor(const json_t *neighbors)
{
	const json_t *best = NULL;
	int64_t best_age = INT64_MAX;
	const char *name;
	json_t *neighbor;

	json_object_foreach((json_t *)neighbors, name, neighbor) {
		int64_t age = nvue_number(json_object_get(neighbor, "age"), INT64_MAX - 1,
					  INT64_MAX - 1);

		if (json_is_object(neighbor) && (!best || age < best_age)) {
			best = neighbor;
			best_age = age;
		}
	}
	return best;
}

static json_t *lldp_of(const json_t *interface)
{
	static const char *const chassis[] = { "/chassis/chassis-id", "/chassis/id", "/chassis-id",
					       NULL };
	static const char *const ports[] = { "/port/name", "/port/port-id", "/port/id", "/port-id",
					     NULL };
	static const char *const names[] = { "/chassis/system-name", "/chassis/name",
					     "/system-name", NULL };
	static const char *const words[] = { "/port/description", "/port/descr", NULL };
	const json_t *neighbor = newest_neighbor(ms_at(interface, "/lldp/neighbor"));
	json_t *facts = neighbor ? json_object() : NULL;

	if (!facts)
		return NULL;
	put_lower(facts, "chassisId", first_text(neighbor, chassis));
	put_text(facts, "portId", first_text(neighbor, ports));
	put_text(facts, "portDescription", first_text(neighbor, words));
	put_text(facts, "systemName", first_text(neighbor, names));
	return facts;
}

static int put_port(json_t *ports, const char *port, const json_t *interface)
{
	const json_t *link = json_object_get(interface, "link");
	const char *speed = ms_str(link, "/speed", NULL);
	int64_t mtu = nvue_number(json_object_get(link, "mtu"), 65535, 0);
	json_t *row = json_object(), *lldp = lldp_of(interface);

	put_text(row, "link", link_state(link));
	if (speed && isdigit((unsigned char)*speed))
		put_text(row, "speed", speed);
	if (mtu)
		json_object_set_new(row, "mtu", json_integer(mtu));
	if (lldp)
		json_object_set_new(row, "lldp", lldp);
	return json_object_set_new(ports, port, row);
}

/* The whole of all interfaces is more than some switches can say at once: only what is wanted. */
static int get_interfaces(struct fabric_session *session, json_t **ret_body, struct ms_err *err)
{
	int r = nvue_get(
		session,
		"/interface?include=/*/type&include=/*/link/state&include=/*/link/oper-status"
		"&include=/*/link/mtu&include=/*/link/speed&include=/*/lldp/neighbor",
		ret_body, err);

	if (!r || err->code != MS_FAILED)
		return r;
	ms_err_clear(err);
	return nvue_get(session, "/interface", ret_body, err);
}

static int facts_ports(struct fabric_session *session, const struct fabric_dialect *dialect,
		       json_t *status, struct ms_err *err)
{
	json_auto_t *body = NULL, *ports = json_object();
	const char *name;
	json_t *interface;
	char port[64];
	int r = get_interfaces(session, &body, err);

	json_object_foreach(body, name, interface)
		if (!r && fabric_port_abstract(dialect, name, port, sizeof(port)) &&
		    put_port(ports, port, interface))
			r = ms_nomem(err);
	if (!r && json_object_set(status, "ports", ports))
		r = ms_nomem(err);
	return r;
}

/* ---- BGP ------------------------------------------------------------------------------------ */

/* "established" as RFC 4271 writes it. */
static int put_state(json_t *row, const char *state)
{
	char text[32];

	if (!state || !*state)
		return 0;
	snprintf(text, sizeof(text), "%s", state);
	text[0] = (char)toupper((unsigned char)text[0]);
	return put_text(row, "state", text);
}

/* "1 day, 2:34:17", "2:32:39", or a number of seconds; -1 when it is none of these. */
static int64_t seconds_of(const json_t *value)
{
	const char *text = json_string_value(value);
	int days = 0, hours, minutes, seconds, used = 0;

	if (json_is_integer(value))
		return json_integer_value(value);
	if (!text)
		return -1;
	if (sscanf(text, "%d day%*[s,] %n", &days, &used) == 1 && used)
		text += used;
	else
		days = 0;
	if (sscanf(text, "%d:%d:%d", &hours, &minutes, &seconds) != 3)
		return -1;
	return ((days * 24LL + hours) * 60 + minutes) * 60 + seconds;
}

static int64_t received_of(const json_t *family)
{
	static const char *const at[] = { "/prefix/received", "/prefixes/received", "/pfx-rcvd",
					  "/accepted-prefix", "/pfxrcd" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(at); i++)
		if (ms_int(family, at[i], -1) >= 0)
			return ms_int(family, at[i], -1);
	return -1;
}

static json_t *session_of(const json_t *neighbor)
{
	static const struct { const char *native, *word; } names[] = {
		{ "l2vpn-evpn", "evpn" }, { "ipv4-unicast", "ipv4" }, { "ipv6-unicast", "ipv6" },
	};
	json_t *row = json_object(), *families = json_object();
	int64_t up = seconds_of(json_object_get(neighbor, "uptime"));
	int64_t asn = nvue_number(json_object_get(neighbor, "remote-as"), 4294967295, 0);

	put_state(row, ms_str(neighbor, "/state", NULL));
	if (asn)
		json_object_set_new(row, "asn", json_integer(asn));
	if (up >= 0)
		json_object_set_new(row, "upSeconds", json_integer(up));
	for (size_t i = 0; i < MS_ARRAY_SIZE(names); i++) {
		const json_t *family = ms_at(neighbor, "/address-family/%s", names[i].native);
		int64_t n = received_of(family);

		if (n >= 0)
			json_object_set_new(families, names[i].word,
					    json_pack("{s:I}", "received", (json_int_t)n));
	}
	if (json_object_size(families))
		json_object_set(row, "families", families);
	json_decref(families);
	return row;
}

static int facts_bgp(struct fabric_session *session, const struct fabric_dialect *dialect,
		     json_t *status, struct ms_err *err)
{
	json_auto_t *body = NULL, *sessions = json_object();
	const char *name;
	json_t *neighbor;
	char port[64], key[80];
	int r = nvue_get(session, "/vrf/default/router/bgp/neighbor", &body, err);

	json_object_foreach(body, name, neighbor) {
		if (r || !json_is_object(neighbor))
			continue;
		if (fabric_port_abstract(dialect, name, port, sizeof(port)))
			snprintf(key, sizeof(key), "port:%s", port);
		else
			snprintf(key, sizeof(key), "%s", name);
		if (json_object_set_new(sessions, key, session_of(neighbor)))
			r = ms_nomem(err);
	}
	if (!r && json_object_set(status, "bgp", sessions))
		r = ms_nomem(err);
	return r;
}

static int facts_vteps(struct fabric_session *session, json_t *status, struct ms_err *err)
{
	json_auto_t *body = NULL, *vteps = json_object();
	const char *vni, *address;
	json_t *node, *value;
	int r = nvue_get(session, "/evpn/vni", &body, err);

	if (r)
		return r;
	json_object_foreach(body, vni, node)
		json_object_foreach(json_object_get(node, "remote-vtep"), address, value)
			json_object_set_new(vteps, address, json_null());
	return json_object_set_new(status, "vteps", nvue_key_list(vteps)) ? ms_nomem(err) : 0;
}

/* ---- saved ---------------------------------------------------------------------------------- */

/* Is what is in force what the switch would start with? */
static int facts_saved(struct fabric_session *session, json_t *status, struct ms_err *err)
{
	json_auto_t *forth = NULL, *back = NULL;
	int r = nvue_get(session, "/?rev=startup&diff=applied&filled=false", &forth, err);

	if (!r)
		r = nvue_get(session, "/?rev=applied&diff=startup&filled=false", &back, err);
	if (r)
		return r;
	return json_object_set_new(
		       status, "saved",
		       json_boolean(!json_object_size(forth) && !json_object_size(back)))
		       ? ms_nomem(err)
		       : 0;
}

int nvue_facts(struct fabric_session *session, const struct fabric_dialect *dialect,
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
		r = nvue_facts_counters(session, dialect, status, err);
	if (!r && fabric_wants(only, "config"))
		r = facts_saved(session, status, err);
	return r;
}
