/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a Junos device says of itself, its ports and its neighbours.  Releases name some elements
 * differently. */
#include <errno.h>
#include "fabric/cli/cli.h"
#include "fabric/junos/junos.h"
#include "net/xml.h"

static int ask(struct fabric_session *session, const char *operation, xmlDoc **ret_doc,
	       struct ms_err *err)
{
	MS_AUTO_FREE char *reply = NULL;
	int r = junos_rpc(session, operation, 0, &reply, err);

	if (r)
		return r;
	*ret_doc = ms_xml_parse(reply, strlen(reply));
	return *ret_doc ? 0
			: ms_fail(err, -EBADMSG, MS_INVALID, "%s: its reply is no XML",
				  session->name);
}

/* Set from the first of some elements that has text. */
static void put(json_t *row, const char *key, const xmlNode *node, const char *const *names)
{
	for (; *names; names++) {
		MS_AUTO_FREE char *text = ms_xml_text_of(node, *names);

		if (!text || !*text || !strcmp(text, "-"))
			continue;
		json_object_set_new(row, key, json_string(text));
		return;
	}
}

#define NAMES(...) (const char *const[]) { __VA_ARGS__, NULL }

/* ---- itself
 * -------------------------------------------------------------------------------------- */

/* Not every release has these: they are no reason to give up. */
static void put_more(struct fabric_session *session, json_t *facts)
{
	MS_AUTO_XML xmlDoc *chassis = NULL, *macs = NULL;
	struct ms_err ignored = MS_ERR_INIT;

	if (!json_object_get(facts, "serialNumber") &&
	    !ask(session, "<get-chassis-inventory/>", &chassis, &ignored))
		put(facts, "serialNumber", ms_xml_find(xmlDocGetRootElement(chassis), "chassis"),
		    NAMES("serial-number"));
	ms_err_clear(&ignored);
	if (!ask(session, "<get-chassis-mac-addresses/>", &macs, &ignored))
		put(facts, "macAddress", xmlDocGetRootElement(macs),
		    NAMES("private-base-address", "public-base-address"));
}

int junos_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err)
{
	MS_AUTO_XML xmlDoc *doc = NULL;
	json_auto_t *facts = json_object();
	struct ms_err why = MS_ERR_INIT;
	int r = ask(session, "<get-system-information/>", &doc, &why);
	const xmlNode *root;

	if (r == -EINVAL || r == -EOPNOTSUPP || r == -EREMOTEIO)
		r = ask(session, "<get-software-information/>", &doc, err);
	else if (r)
		*err = why;
	if (r)
		return r;
	root = xmlDocGetRootElement(doc);
	put(facts, "version", root, NAMES("os-version", "junos-version", "package-version"));
	put(facts, "model", root, NAMES("hardware-model", "product-model"));
	put(facts, "hostname", root, NAMES("host-name"));
	put(facts, "serialNumber", root, NAMES("serial-number"));
	put_more(session, facts);
	*ret_facts = ms_take(facts);
	return 0;
}

/* ---- ports
 * --------------------------------------------------------------------------------------- */

static json_t *port_row(const struct fabric_dialect *dialect, json_t *ports, const char *native)
{
	char port[64];
	json_t *row;

	if (!native || !fabric_port_abstract(dialect, native, port, sizeof(port)))
		return NULL;
	row = json_object_get(ports, port);
	if (!row) {
		row = json_object();
		json_object_set_new(ports, port, row);
	}
	return row;
}

/* "100Gbps", "10Gbps", "1000mbps"; "Auto" says nothing. */
static void put_speed(json_t *row, const char *text)
{
	char *unit;
	long n = text ? strtol(text, &unit, 10) : 0;

	if (n && (*unit == 'm' || *unit == 'M') && n % 1000 == 0)
		n /= 1000;
	else if (n && *unit != 'G' && *unit != 'g')
		n = 0;
	if (n)
		json_object_set_new(row, "speed", json_sprintf("%ldG", n));
}

static void take_interface(const struct fabric_dialect *dialect, const xmlNode *node, json_t *ports)
{
	MS_AUTO_FREE char *name = ms_xml_text_of(node, "name"),
			  *link = ms_xml_text_of(node, "oper-status"),
			  *speed = ms_xml_text_of(node, "speed"),
			  *mtu = ms_xml_text_of(node, "mtu");
	json_t *row = port_row(dialect, ports, name);
	long octets = mtu ? strtol(mtu, NULL, 10) : 0;

	if (!row)
		return;
	if (link)
		json_object_set_new(row, "link", json_string(strcmp(link, "up") ? "down" : "up"));
	put_speed(row, speed);
	if (octets > JUNOS_MTU_HEAD)
		json_object_set_new(row, "mtu", json_integer(octets - JUNOS_MTU_HEAD));
}

static void take_neighbor(const struct fabric_dialect *dialect, const xmlNode *node, json_t *ports)
{
	MS_AUTO_FREE char *own = ms_xml_text_of(node, "lldp-local-port-id"),
			  *older = ms_xml_text_of(node, "lldp-local-interface");
	char *name = own ? own : older, *dot = name ? strchr(name, '.') : NULL;
	json_t *row, *lldp;

	if (dot)
		*dot = 0;
	row = port_row(dialect, ports, name);
	if (!row)
		return;
	lldp = json_object();
	put(lldp, "chassisId", node, NAMES("lldp-remote-chassis-id"));
	put(lldp, "portId", node, NAMES("lldp-remote-port-id", "lldp-remote-port-description"));
	put(lldp, "portDescription", node, NAMES("lldp-remote-port-description"));
	put(lldp, "systemName", node, NAMES("lldp-remote-system-name"));
	json_object_set_new(row, "lldp", lldp);
}

static int read_ports(struct fabric_session *session, const struct fabric_dialect *dialect,
		      json_t *status, struct ms_err *err)
{
	MS_AUTO_XML xmlDoc *links = NULL, *neighbors = NULL;
	json_auto_t *ports = json_object();
	struct ms_err why = MS_ERR_INIT;
	int r = ask(session, "<get-interface-information><media/></get-interface-information>",
		    &links, err);

	if (r)
		return r;
	/* "LLDP is not running" is an error, too. */
	r = ask(session, "<get-lldp-neighbors-information/>", &neighbors, &why);
	if (r && r != -EREMOTEIO && r != -EINVAL) {
		*err = why;
		return r;
	}
	for (const xmlNode *root = xmlDocGetRootElement(links), *at = root;
	     (at = ms_xml_next(at, root));)
		if (ms_xml_is(at, "physical-interface"))
			take_interface(dialect, at, ports);
	for (const xmlNode *root = neighbors ? xmlDocGetRootElement(neighbors) : NULL, *at = root;
	     at && (at = ms_xml_next(at, root));)
		if (ms_xml_is(at, "lldp-neighbor-information"))
			take_neighbor(dialect, at, ports);
	return json_object_set(status, "ports", ports);
}

/* ---- BGP
 * ------------------------------------------------------------------------------------------ */

/* "RED.inet.0" is of a VRF: peers are listed without saying where. */
static bool is_of_instance(const xmlNode *peer)
{
	bool some = false;

	for (const xmlNode *at = peer; (at = ms_xml_next(at, peer));) {
		MS_AUTO_FREE char *name = ms_xml_is(at, "bgp-rib") ? ms_xml_text_of(at, "name")
								   : NULL;
		const char *rest = name ? strstr(name, ".inet") : NULL;

		if (name && (!rest || rest == name))
			return false;
		some |= name != NULL;
	}
	return some;
}

static void take_ribs(const xmlNode *peer, json_t *families)
{
	static const struct { const char *rib, *family; } known[] = {
		{ "inet.0", "ipv4" }, { "inet6.0", "ipv6" }, { "bgp.evpn.0", "evpn" },
	};

	for (const xmlNode *at = peer; (at = ms_xml_next(at, peer));) {
		MS_AUTO_FREE char *name = ms_xml_is(at, "bgp-rib") ? ms_xml_text_of(at, "name")
								   : NULL;
		MS_AUTO_FREE char *received = name ? ms_xml_text_of(at, "received-prefix-count")
						   : NULL;

		for (size_t i = 0; name && i < MS_ARRAY_SIZE(known); i++)
			if (!strcmp(name, known[i].rib))
				json_object_set_new(
					families, known[i].family,
					json_pack("{s:I}", "received",
						  (json_int_t)(received
								       ? strtoll(received, NULL, 10)
								       : 0)));
	}
}

static void take_peer(const xmlNode *peer, json_t *sessions)
{
	MS_AUTO_FREE char *address = ms_xml_text_of(peer, "peer-address"),
			  *asn = ms_xml_text_of(peer, "peer-as"),
			  *state = ms_xml_text_of(peer, "peer-state");
	const xmlNode *elapsed = ms_xml_find(peer, "elapsed-time");
	xmlChar *seconds = elapsed ? xmlGetProp((xmlNode *)elapsed, (const xmlChar *)"seconds")
				   : NULL;
	json_t *row = json_object(), *families = json_object();
	unsigned number;

	if (state)
		json_object_set_new(row, "state", json_string(state));
	if (asn && cli_asn(asn, &number))
		json_object_set_new(row, "asn", json_integer(number));
	if (seconds)
		json_object_set_new(row, "upSeconds",
				    json_integer(strtoll((const char *)seconds, NULL, 10)));
	xmlFree(seconds);
	take_ribs(peer, families);
	if (json_object_size(families))
		json_object_set(row, "families", families);
	json_decref(families);
	if (address) /* "10.0.0.1+179" on some */
		address[strcspn(address, "+")] = 0;
	if (address && *address)
		json_object_set(sessions, address, row);
	json_decref(row);
}

static int read_bgp(struct fabric_session *session, json_t *status, struct ms_err *err)
{
	MS_AUTO_XML xmlDoc *doc = NULL;
	json_auto_t *sessions = json_object();
	struct ms_err why = MS_ERR_INIT;
	int r = ask(session, "<get-bgp-summary-information/>", &doc, &why);

	/* "BGP is not running" is an error, too. */
	if (r && r != -EREMOTEIO && r != -EINVAL) {
		*err = why;
		return r;
	}
	for (const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL, *at = root;
	     at && (at = ms_xml_next(at, root));)
		if (ms_xml_is(at, "bgp-peer") && !is_of_instance(at))
			take_peer(at, sessions);
	return json_object_set(status, "bgp", sessions);
}

/* ---- tunnels
 * --------------------------------------------------------------------------------------- */

static void read_vteps(struct fabric_session *session, json_t *status)
{
	MS_AUTO_XML xmlDoc *doc = NULL;
	json_t *list = json_array();
	struct ms_err ignored = MS_ERR_INIT;

	if (!ask(session, "<get-ethernet-switching-vxlan-rvtep-info/>", &doc, &ignored)) {
		const xmlNode *root = xmlDocGetRootElement(doc);

		for (const xmlNode *at = root; (at = ms_xml_next(at, root));) {
			MS_AUTO_FREE char *text = ms_xml_is(at, "vxlan-rvtep-ip-address") ||
								  ms_xml_is(at,
									    "remote-vtep-address")
							  ? ms_xml_text(at)
							  : NULL;

			if (text && *text)
				json_array_append_new(list, json_string(text));
		}
	}
	if (json_array_size(list))
		json_object_set(status, "vteps", list);
	json_decref(list);
}

int junos_facts(struct fabric_session *session, const struct fabric_dialect *dialect,
		const char *const *only, json_t *status, struct ms_err *err)
{
	bool all = !only;
	int r = 0;

	if (all || fabric_wants(only, "ports"))
		r = read_ports(session, dialect, status, err);
	if (!r && (all || fabric_wants(only, "bgp")))
		r = read_bgp(session, status, err);
	if (!r && (all || fabric_wants(only, "vteps")))
		read_vteps(session, status);
	if (!r && (all || fabric_wants(only, "counters")))
		r = junos_counters(session, dialect, status, err);
	/* A commit writes the configuration that the device starts with. */
	if (!r && all)
		json_object_set_new(status, "saved", json_true());
	return r;
}
