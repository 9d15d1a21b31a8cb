/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FRR on Linux: frr.conf, or what `show running-config` says: which line is ours, and what it
 * means. */
#include <errno.h>
#include "fabric/cli/cli.h"
#include "fabric/frr/frr.h"

static json_t *section(struct frr_reading *rd, const char *name)
{
	json_t *rows = json_object_get(rd->model, name);

	if (!rows)
		json_object_set_new(rd->model, name, rows = json_object());
	return rows;
}

static json_t *row_of(json_t *rows, const char *name)
{
	json_t *row = json_object_get(rows, name);

	if (!row)
		json_object_set_new(rows, name, row = json_object());
	return row;
}

/* ---- one function per line; rest is what stands behind the words of the table ---- */

struct frr_line {
	enum frr_in in;
	const char *words;         /* ends with a blank where more has to follow */
	enum frr_verdict (*take)(struct frr_reading *, const struct frr_place *, const char *rest,
				 struct frr_place *);
};
#define TAKE(name)                                                                                 \
	static enum frr_verdict name(struct frr_reading *rd, const struct frr_place *at,           \
				     const char *rest, struct frr_place *inner)
#define UNUSED (void)rd, (void)at, (void)rest, (void)inner

TAKE(ours)
{
	UNUSED;
	return FRR_OURS;
}

TAKE(noise)
{
	UNUSED;
	return FRR_NOISE;
}

TAKE(hostname)
{
	(void)at, (void)inner;
	json_object_set_new(rd->model, "hostname", json_string(rest));
	return FRR_OURS;
}

static enum frr_verdict enter(struct frr_place *inner, enum frr_in in, const char *name,
			      enum frr_verdict verdict)
{
	if (strlen(name) >= sizeof inner->name)
		return FRR_FOREIGN;
	inner->in = in;
	snprintf(inner->name, sizeof inner->name, "%s", name);
	return verdict;
}

TAKE(vrf)
{
	(void)rd, (void)at;
	return enter(inner, FRR_VRF, rest, FRR_SHARED);
}

TAKE(vrf_vni)
{
	long vni;

	(void)inner;
	if (!frr_number(rest, "", &vni))
		return FRR_FOREIGN; /* "vni 50000 prefix-routes-only" */
	json_object_set_new(row_of(section(rd, "vrfs"), at->name), "l3vni", json_integer(vni));
	return FRR_OURS;
}

TAKE(interface)
{
	(void)rd, (void)at;
	return enter(inner, FRR_INTERFACE, rest, FRR_SHARED);
}

TAKE(ospf_area)
{
	char port[64];
	json_t *ospf;

	(void)inner;
	if (strcmp(rest, "0") && strcmp(rest, "0.0.0.0"))
		return FRR_FOREIGN;
	ospf = section(rd, "ospf");
	if (!json_object_get(ospf, "ports"))
		json_object_set_new(ospf, "ports", json_array());
	if (!strcmp(at->name, "lo"))
		return FRR_OURS;
	if (!fabric_port_abstract(rd->dialect, at->name, port, sizeof port))
		return FRR_FOREIGN;
	fabric_set_add(json_object_get(ospf, "ports"), json_string(port));
	return FRR_OURS;
}

TAKE(segment)
{
	long number;

	(void)inner;
	if (!frr_number(at->name, "bond", &number) || !strchr(rest, ':'))
		return FRR_FOREIGN;
	json_object_set_new(row_of(section(rd, "channels"), at->name + strlen("bond")), "esi",
			    json_string(rest));
	return FRR_OURS;
}

TAKE(ospf)
{
	(void)at;
	if (*rest)
		return FRR_FOREIGN;
	section(rd, "ospf");
	return enter(inner, FRR_OSPF, "", FRR_BLOCK);
}

TAKE(ospf_router_id)
{
	(void)at, (void)inner;
	json_object_set_new(section(rd, "ospf"), "routerId", json_string(rest));
	return FRR_OURS;
}

/* ---- BGP ---- */

TAKE(bgp)
{
	char *end;
	long asn = strtol(rest, &end, 10);
	json_t *bgp;

	(void)at;
	if (end == rest)
		return FRR_FOREIGN;
	if (ms_starts(end, " vrf "))
		return enter(inner, FRR_VRF_BGP, end + strlen(" vrf "), FRR_BLOCK);
	if (*end)
		return FRR_FOREIGN;
	bgp = section(rd, "bgp");
	json_object_set_new(bgp, "asn", json_integer(asn));
	row_of(bgp, "neighbors");
	rd->default4 = true;
	return enter(inner, FRR_BGP, "", FRR_BLOCK);
}

TAKE(router_id)
{
	(void)at, (void)inner;
	json_object_set_new(section(rd, "bgp"), "routerId", json_string(rest));
	return FRR_OURS;
}

TAKE(no_default4)
{
	(void)at, (void)rest, (void)inner;
	rd->default4 = false;
	return FRR_OURS;
}

TAKE(neighbor)
{
	(void)at, (void)inner;
	return frr_take_neighbor(rd, rest);
}

static const char *family_of(enum frr_in in)
{
	return in == FRR_BGP4 ? "ipv4" : in == FRR_BGP6 ? "ipv6" : "evpn";
}

TAKE(activate)
{
	(void)inner;
	return frr_take_family(rd, family_of(at->in), rest, true);
}

TAKE(deactivate)
{
	(void)inner;
	return frr_take_family(rd, family_of(at->in), rest, false);
}

/* Those of single addresses are loopbacks; whatever else is announced, somebody else wanted. */
TAKE(network)
{
	const char *length = at->in == FRR_BGP4 ? "/32" : "/128";
	size_t n = strlen(rest), m = strlen(length);

	(void)rd, (void)inner;
	return n > m && !strcmp(rest + n - m, length) ? FRR_OURS : FRR_FOREIGN;
}

TAKE(family4)
{
	UNUSED;
	return enter(inner, at->in == FRR_BGP ? FRR_BGP4 : FRR_VRF_BGP4, at->name, FRR_SHARED);
}

TAKE(family6)
{
	UNUSED;
	return enter(inner, at->in == FRR_BGP ? FRR_BGP6 : FRR_VRF_BGP6, at->name, FRR_SHARED);
}

TAKE(family_evpn)
{
	UNUSED;
	return enter(inner, at->in == FRR_BGP ? FRR_BGP_EVPN : FRR_VRF_BGP_EVPN, at->name,
		     FRR_SHARED);
}

TAKE(vni)
{
	(void)at;
	row_of(row_of(section(rd, "evpn"), "vnis"), rest);
	return enter(inner, FRR_BGP_VNI, rest, FRR_BLOCK);
}

static json_t *target_row(struct frr_reading *rd, const struct frr_place *at)
{
	if (at->in == FRR_BGP_VNI)
		return row_of(row_of(section(rd, "evpn"), "vnis"), at->name);
	return row_of(section(rd, "vrfs"), at->name);
}

TAKE(rd_line)
{
	(void)inner;
	json_object_set_new(target_row(rd, at), "rd", json_string(rest));
	return FRR_OURS;
}

/* "route-target import A B": FRR says one in a line, people may write several. */
static void add_targets(json_t *row, const char *way, const char *words)
{
	MS_AUTO_FREE char *copy = strdup(words);
	char *word, *rest = copy;

	if (!json_object_get(row, way))
		json_object_set_new(row, way, json_array());
	while (copy && (word = strsep(&rest, " ")))
		if (*word)
			fabric_set_add(json_object_get(row, way), json_string(word));
}

TAKE(target)
{
	json_t *row = target_row(rd, at);
	const char *words = strchr(rest, ' ');

	(void)inner;
	if (!words)
		return FRR_FOREIGN;
	if (ms_starts(rest, "import ") || ms_starts(rest, "both "))
		add_targets(row, "import", words + 1);
	if (ms_starts(rest, "export ") || ms_starts(rest, "both "))
		add_targets(row, "export", words + 1);
	return FRR_OURS;
}

static const struct frr_line lines[] = {
	{ FRR_TOP, "hostname ", hostname },
	{ FRR_TOP, "vrf ", vrf },
	{ FRR_TOP, "interface ", interface },
	{ FRR_TOP, "router ospf", ospf },
	{ FRR_TOP, "router bgp ", bgp },
	{ FRR_TOP, "ip forwarding", ours },
	{ FRR_TOP, "ipv6 forwarding", ours },
	{ FRR_TOP, "no ip forwarding", ours },
	{ FRR_TOP, "no ipv6 forwarding", ours },
	{ FRR_TOP, "service integrated-vtysh-config", ours },
	{ FRR_TOP, "frr version ", noise },
	{ FRR_TOP, "frr defaults ", noise },
	{ FRR_TOP, "log ", noise },
	{ FRR_TOP, "Building configuration...", ours },
	{ FRR_TOP, "Current configuration:", ours },
	{ FRR_VRF, "vni ", vrf_vni },
	{ FRR_INTERFACE, "ip ospf area ", ospf_area },
	{ FRR_INTERFACE, "ip ospf network point-to-point", ours },
	{ FRR_INTERFACE, "evpn mh es-id ", segment },
	{ FRR_OSPF, "ospf router-id ", ospf_router_id },
	{ FRR_BGP, "bgp router-id ", router_id },
	{ FRR_BGP, "no bgp ebgp-requires-policy", ours },
	{ FRR_BGP, "no bgp default ipv4-unicast", no_default4 },
	{ FRR_BGP, "bgp bestpath as-path multipath-relax", ours },
	{ FRR_BGP, "timers bgp 3 9", ours },
	{ FRR_BGP, "neighbor ", neighbor },
	{ FRR_BGP, "address-family ipv4 unicast", family4 },
	{ FRR_BGP, "address-family ipv6 unicast", family6 },
	{ FRR_BGP, "address-family l2vpn evpn", family_evpn },
	{ FRR_BGP4, "network ", network },
	{ FRR_BGP4, "neighbor ", activate },
	{ FRR_BGP4, "no neighbor ", deactivate },
	{ FRR_BGP6, "network ", network },
	{ FRR_BGP6, "neighbor ", activate },
	{ FRR_BGP_EVPN, "neighbor ", activate },
	{ FRR_BGP_EVPN, "advertise-all-vni", ours },
	{ FRR_BGP_EVPN, "vni ", vni },
	{ FRR_BGP_VNI, "rd ", rd_line },
	{ FRR_BGP_VNI, "route-target ", target },
	{ FRR_VRF_BGP, "bgp router-id ", ours },
	{ FRR_VRF_BGP, "address-family ipv4 unicast", family4 },
	{ FRR_VRF_BGP, "address-family ipv6 unicast", family6 },
	{ FRR_VRF_BGP, "address-family l2vpn evpn", family_evpn },
	{ FRR_VRF_BGP4, "redistribute connected", ours },
	{ FRR_VRF_BGP6, "redistribute connected", ours },
	{ FRR_VRF_BGP_EVPN, "advertise ipv4 unicast", ours },
	{ FRR_VRF_BGP_EVPN, "advertise ipv6 unicast", ours },
	{ FRR_VRF_BGP_EVPN, "rd ", rd_line },
	{ FRR_VRF_BGP_EVPN, "route-target ", target },
};

static bool matches(const char *line, const char *words)
{
	size_t n = strlen(words);

	if (n && words[n - 1] == ' ')
		return ms_starts(line, words) && line[n];
	return !strcmp(line, words);
}

enum frr_verdict frr_take(struct frr_reading *rd, const struct frr_place *at, const char *line,
			  struct frr_place *inner)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(lines); i++)
		if (lines[i].in == at->in && matches(line, lines[i].words))
			return lines[i].take(rd, at, line + strlen(lines[i].words), inner);
	return FRR_FOREIGN;
}

/* ---- the whole ---- */

#define MAX_TRAIL 512

static void note(struct frr_reading *rd, const char *trail, const char *text)
{
	MS_AUTO_FREE char *shown = ms_asprintf("%s%s%s", trail, *trail ? ": " : "", text);

	if (shown)
		cli_mask(shown);
	json_array_append_new(rd->opaque, shown ? json_string(shown) : NULL);
}

static void walk(struct frr_reading *rd, const struct fabric_lines *block,
		 const struct frr_place *at, const char *trail)
{
	for (size_t i = 0; i < fabric_lines_count(block); i++) {
		const struct fabric_lines *line = fabric_lines_at(block, i);
		const char *text = fabric_lines_text(line);
		struct frr_place inner = { .in = FRR_TOP };
		enum frr_verdict verdict = frr_take(rd, at, text, &inner);
		char below[MAX_TRAIL];

		if (verdict == FRR_FOREIGN)
			note(rd, trail, text);
		if (verdict != FRR_BLOCK && verdict != FRR_SHARED)
			continue;
		snprintf(below, sizeof below, "%.300s%s%.200s", trail, *trail ? ": " : "", text);
		walk(rd, line, &inner, below);
	}
}

int frr_read_routing(struct frr_reading *rd, const char *text, struct ms_err *err)
{
	struct frr_place top = { .in = FRR_TOP };
	struct fabric_lines *lines_read = NULL;
	int r = fabric_lines_parse(text, &lines_read, err);

	if (r)
		return r;
	walk(rd, lines_read, &top, "");
	frr_finish_sessions(rd);
	fabric_lines_free(lines_read);
	return 0;
}

/* ---- what is missed
 * --------------------------------------------------------------------------------- */

/* The innermost line of a statement. */
static const char *line_of(const char *statement)
{
	const char *line = statement, *next;

	while ((next = strstr(line, " / ")))
		line = next + strlen(" / ");
	return line;
}

/* Of stanzas what makes an interface what it is, where the header is as ours are; and that tunnels
 * copy the code point of what they carry. */
static bool is_minor(const json_t *there, const char *statement)
{
	static const char *const words[] = { "bridge-vlan-aware ", "vlan-raw-device ", "vlan-id ",
					     "vxlan-id ", "post-up ip link set dev " };
	const char *line = line_of(statement);
	char header[160];

	snprintf(header, sizeof(header), "%.*s", (int)(line - statement - (long)strlen(" / ")),
		 statement);
	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		if (ms_starts(line, words[i]))
			return !json_object_get(there, header);
	return true;
}

bool frr_excused(const struct fabric_dialect *dialect, const json_t *there, const char *statement)
{
	static const char *const hidden[] = { "no bgp ebgp-requires-policy",
					      "bgp bestpath as-path multipath-relax" };
	const char *line = line_of(statement);

	(void)dialect;
	if (ms_starts(statement, "interfaces / "))
		return is_minor(there, statement);
	if (!strcmp(line, "ip forwarding"))
		return !json_object_get(there, "frr.conf / no ip forwarding");
	if (!strcmp(line, "ipv6 forwarding"))
		return !json_object_get(there, "frr.conf / no ipv6 forwarding");
	for (size_t i = 0; i < MS_ARRAY_SIZE(hidden); i++)
		if (!strcmp(line, hidden[i]))
			return json_object_get(there, "frr.conf / frr defaults datacenter") != NULL;
	return false;
}
