/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FRR on Linux: BGP sessions out of "neighbor" lines. */
#include <arpa/inet.h>
#include <errno.h>
#include "fabric/frr/frr.h"

/* The key of a session by what FRR calls it: a port, or an address.  False for anything else (peer
 * groups, bonds). */
static bool session_key(struct frr_reading *rd, const char *name, char key[80])
{
	char port[64];
	unsigned char address[16];

	if (inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1) {
		snprintf(key, 80, "%.70s", name);
		return true;
	}
	if (!fabric_port_abstract(rd->dialect, name, port, sizeof port))
		return false;
	snprintf(key, 80, "port:%.70s", port);
	return true;
}

static json_t *sessions(struct frr_reading *rd)
{
	return json_object_get(json_object_get(rd->model, "bgp"), "neighbors");
}

bool frr_has_session(struct frr_reading *rd, const char *name)
{
	char key[80];

	return session_key(rd, name, key) && json_object_get(sessions(rd), key);
}

static enum frr_verdict take_as(struct frr_reading *rd, const char *key, const char *word)
{
	json_t *row = json_object();
	char *end;
	long asn = strtol(word, &end, 10);

	if (strcmp(word, "external") && (*end || end == word)) {
		json_decref(row);
		return FRR_FOREIGN;
	}
	json_object_set_new(sessions(rd), key, row);
	if (*word != 'e')
		json_object_set_new(row, "asn", json_integer(asn));
	if (ms_starts(key, "port:"))
		json_object_set_new(row, "port", json_string(key + strlen("port:")));
	else
		json_object_set_new(row, "address", json_string(key));
	json_object_set_new(row, "families", json_array());
	return FRR_OURS;
}

static enum frr_verdict take_detail(json_t *row, const char *what)
{
	if (ms_starts(what, "description "))
		json_object_set_new(row, "description", json_string(what + strlen("description ")));
	else if (ms_starts(what, "ebgp-multihop"))
		json_object_set_new(row, "multihop", json_true());
	else if (ms_starts(what, "update-source "))
		json_object_set_new(row, "local", json_string(what + strlen("update-source ")));
	else if (strcmp(what, "timers connect 5") && strcmp(what, "capability extended-nexthop"))
		return FRR_FOREIGN;
	return FRR_OURS;
}

enum frr_verdict frr_take_neighbor(struct frr_reading *rd, const char *rest)
{
	const char *what = strchr(rest, ' ');
	char name[64], key[80];
	json_t *row;

	if (!what || what - rest >= (ptrdiff_t)sizeof name)
		return FRR_FOREIGN;
	snprintf(name, sizeof name, "%.*s", (int)(what - rest), rest);
	if (!session_key(rd, name, key))
		return FRR_FOREIGN;
	what++;
	if (ms_starts(what, "interface remote-as "))
		return take_as(rd, key, what + strlen("interface remote-as "));
	if (ms_starts(what, "interface v6only remote-as "))
		return take_as(rd, key, what + strlen("interface v6only remote-as "));
	if (ms_starts(what, "remote-as "))
		return take_as(rd, key, what + strlen("remote-as "));
	row = json_object_get(sessions(rd), key);
	return row ? take_detail(row, what) : FRR_FOREIGN;
}

enum frr_verdict frr_take_family(struct frr_reading *rd, const char *family, const char *rest,
				 bool on)
{
	const char *what = strchr(rest, ' ');
	bool own = what && ms_starts(what + 1, "allowas-in");
	char name[64], key[80];
	json_t *row;

	if (!what || (!own && strcmp(what + 1, "activate")) ||
	    what - rest >= (ptrdiff_t)sizeof name)
		return FRR_FOREIGN;
	snprintf(name, sizeof name, "%.*s", (int)(what - rest), rest);
	row = session_key(rd, name, key) ? json_object_get(sessions(rd), key) : NULL;
	if (!row)
		return FRR_FOREIGN;
	if (own && on)
		json_object_set_new(row, "ownAs", json_true());
	else if (own)
		return FRR_FOREIGN;
	else if (on)
		fabric_set_add(json_object_get(row, "families"), json_string(family));
	else
		json_object_set_new(rd->without4, key, json_true());
	return FRR_OURS;
}

/* Over an interface without an address of its own the session is an unnumbered one. */
static void mark_port(struct frr_reading *rd, const char *port)
{
	json_t *row = json_object_get(json_object_get(rd->model, "ports"), port), *l3;

	if (!row || json_object_get(row, "l2"))
		return;
	l3 = json_object_get(row, "l3");
	if (!l3)
		json_object_set_new(row, "l3", l3 = json_object());
	if (!json_object_get(l3, "addresses"))
		json_object_set_new(l3, "unnumbered", json_true());
}

void frr_finish_sessions(struct frr_reading *rd)
{
	const char *key;
	json_t *row;

	json_object_foreach(sessions(rd), key, row) {
		if (rd->default4 && !json_object_get(rd->without4, key))
			fabric_set_add(json_object_get(row, "families"), json_string("ipv4"));
		if (ms_str(row, "/port", NULL))
			mark_port(rd, ms_str(row, "/port", ""));
	}
}
