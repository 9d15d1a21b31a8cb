/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How lines of OS10 go away. */
#include <errno.h>
#include "fabric/lines.h"
#include "fabric/os10/os10.h"

#define MOVED '~' /* in front of a line that has to go and come back */
#define BREAKOUT "interface breakout "

static bool stays(const char *line)
{
	return ms_starts(line, "hostname ") || !strcmp(line, "no shutdown") ||
	       !strcmp(line, OS10_TELLS) ||
	       !strcmp(line, "interface vlan1") ||
	       !strcmp(line, "no switchport access vlan") ||
	       !strcmp(line, "switchport mode access") || !strcmp(line, "activate");
}

/* Beginnings of lines whose "no" form takes no value. */
static const char *const plain[] = {
	"description",
	"mtu",
	"speed",
	"switchport access vlan",
	"channel-group",
	"ip vrf forwarding",
	"vlt-port-channel",
	"update-source",
	"ebgp-multihop",
	"allowas-in",
	"primary-priority",
	"vlt-mac",
	"router-mac",
	"source-interface",
	"router-id",
	"remote-as",
	"vni",
	"rd",
	"vxlan-vni",
	"ip virtual-router mac-address",
	"ipv6 nd min-ra-interval",
	"ipv6 nd max-ra-interval",
	"backup destination",
	"maximum-paths ebgp",
	"virtual-network",
	"ip ospf network",
	"trust-map dscp",
	"trust-map dot1p",
	"qos-map traffic-class",
	"ets",
	"priority-flow-control",
	"flowcontrol receive",
	"flowcontrol transmit",
	"dcbx version",
	NULL,
};

static bool negate_special(const char *line, char *buf, size_t size)
{
	char word[CLI_WORD], rest[CLI_WORD];

	if (!strcmp(line, "no switchport") || !strcmp(line, "switchport mode trunk"))
		snprintf(buf, size, "switchport mode access");
	else if (cli_match(line, "route-target %w %w", word, rest))
		snprintf(buf, size, "no route-target %s", word);
	else if (cli_match(line, BREAKOUT "%w map %w", word, rest))
		snprintf(buf, size, "no " BREAKOUT "%s", word);
	else if (cli_match(line, "ip ospf %w area %w", word, rest))
		snprintf(buf, size, "no ip ospf %s area %s", word, rest);
	else if (cli_match(line, "inherit template %w inherit-type ebgp", word))
		snprintf(buf, size, "no inherit template %s", word);
	else
		return false;
	return true;
}

static bool negate(const char *block, const char *line, char *buf, size_t size)
{
	*buf = 0;
	line += *line == MOVED;
	if (stays(line) || negate_special(line, buf, size))
		return true;
	if (*block && cli_negate(plain, line, buf, size))
		return true;
	if (cli_begins(line, "ip virtual-router mac-address")) {
		snprintf(buf, size, "no ip virtual-router mac-address");
		return true;
	}
	snprintf(buf, size, ms_starts(line, "no ") ? "%s" : "no %s",
		 ms_starts(line, "no ") ? line + 3 : line);
	return true;
}

static const char *const slots[] = { "hostname",
				     "description",
				     "mtu",
				     "speed",
				     "switchport access vlan",
				     "switchport mode",
				     "router-id",
				     "remote-as",
				     "update-source",
				     "ebgp-multihop",
				     "primary-priority",
				     "vlt-mac",
				     "router-mac",
				     "source-interface",
				     "backup destination",
				     "maximum-paths",
				     "ip virtual-router mac-address",
				     "rd",
				     NULL };

/* ---- what must go before it comes back ---- */

/* Addresses keep an interface from changing its VRF, and its layer. */
static bool is_layer3(const char *line)
{
	return (ms_starts(line, "ip ") && !ms_starts(line, "ip vrf ")) || ms_starts(line, "ipv6 ");
}

static bool moves(const struct fabric_lines *now, const struct fabric_lines *target)
{
	return strcmp(fabric_lines_text(fabric_lines_find(now, "ip vrf forwarding")),
		      fabric_lines_text(fabric_lines_find(target, "ip vrf forwarding"))) != 0;
}

/* ---- RoCE: what is used cannot change ---- */

static bool is_definition(const char *header)
{
	return ms_starts(header, "wred ") || ms_starts(header, "class-map ") ||
	       ms_starts(header, "trust d") || ms_starts(header, "qos-map ") ||
	       ms_starts(header, "policy-map ");
}

static bool is_binding(const char *line)
{
	return ms_starts(line, "trust-map ") || ms_starts(line, "qos-map ") ||
	       ms_starts(line, "service-policy ") || ms_starts(line, "ets ") ||
	       ms_starts(line, "priority-flow-control ");
}

static const char *last_word(const char *line)
{
	const char *blank = strrchr(line, ' ');

	return blank ? blank + 1 : line;
}

static bool differs(const struct fabric_lines *a, const struct fabric_lines *b)
{
	size_t n = fabric_lines_count(a);

	if (n != fabric_lines_count(b))
		return true;
	for (size_t i = 0; i < n; i++) {
		const struct fabric_lines *line = fabric_lines_at(a, i),
					  *twin = fabric_lines_same(b, fabric_lines_text(line));

		if (!twin || differs(line, twin))
			return true;
	}
	return false;
}

static bool uses(const struct fabric_lines *block, const json_t *moved)
{
	for (size_t i = 0; i < fabric_lines_count(block); i++) {
		const struct fabric_lines *line = fabric_lines_at(block, i);

		if (json_object_get(moved, last_word(fabric_lines_text(line))) || uses(line, moved))
			return true;
	}
	return false;
}

/* Definitions come before what uses them. */
static bool is_moved(const struct fabric_lines *line, const struct fabric_lines *target,
		     json_t *moved)
{
	const char *text = fabric_lines_text(line);
	const struct fabric_lines *wanted = fabric_lines_same(target, text);

	return wanted && is_definition(text) && (differs(line, wanted) || uses(line, moved)) &&
	       !json_object_set_new(moved, last_word(text), json_true());
}

/* Does a port lose anything of it?  Then it gets all of it anew. */
static bool rebinds(const struct fabric_lines *now, const struct fabric_lines *wanted,
		    const json_t *moved)
{
	for (size_t i = 0; wanted && i < fabric_lines_count(now); i++) {
		const char *text = fabric_lines_text(fabric_lines_at(now, i));

		if (is_binding(text) && (!fabric_lines_same(wanted, text) ||
					 json_object_get(moved, last_word(text))))
			return true;
	}
	return false;
}

/* ---- */

static void put_lines(struct ms_buf *out, const struct fabric_lines *block, unsigned depth,
		      bool layer3, bool binding)
{
	for (size_t i = 0; i < fabric_lines_count(block); i++) {
		const struct fabric_lines *line = fabric_lines_at(block, i);
		const char *text = fabric_lines_text(line);
		bool goes = (layer3 && is_layer3(text)) || (binding && is_binding(text));

		ms_buf_printf(out, "%*s%s%s\n", (int)depth, "", goes ? "~" : "", text);
		put_lines(out, line, depth + 1, false, false);
	}
}

/* Ports that are broken out in another way begin anew: what was said of them and of their parts is
 * gone. */
static bool begins_anew(const struct fabric_lines *now, const struct fabric_lines *target,
			const char *header)
{
	const char *name = header + strlen("interface ethernet");
	char line[CLI_WORD];
	const char *was, *is;

	if (!ms_starts(header, "interface ethernet"))
		return false;
	snprintf(line, sizeof(line), BREAKOUT "%.*s map", (int)strcspn(name, ":"), name);
	was = fabric_lines_text(fabric_lines_find(now, line));
	is = fabric_lines_text(fabric_lines_find(target, line));
	return strcmp(was, is) != 0;
}

/* A port that begins anew forgets by itself, but not before policies go that it has. */
static void put_bindings(struct ms_buf *out, const struct fabric_lines *port)
{
	ms_buf_printf(out, "%s\n", fabric_lines_text(port));
	for (size_t i = 0; i < fabric_lines_count(port); i++) {
		const char *text = fabric_lines_text(fabric_lines_at(port, i));

		if (is_binding(text))
			ms_buf_printf(out, " %c%s\n", MOVED, text);
	}
}

static void put_block(struct ms_buf *out, const struct fabric_lines *line,
		      const struct fabric_lines *now, const struct fabric_lines *target,
		      json_t *moved)
{
	const char *text = fabric_lines_text(line);
	const struct fabric_lines *wanted = fabric_lines_same(target, text);
	bool interface = ms_starts(text, "interface ");

	if (begins_anew(now, target, text)) {
		put_bindings(out, line);
		return;
	}
	ms_buf_printf(out, "%s%s\n", is_moved(line, target, moved) ? "~" : "", text);
	put_lines(out, line, 1, interface && wanted && moves(line, wanted),
		  interface && rebinds(line, wanted, moved));
}

static int prepare(const json_t *now, const json_t *target, json_t **ret_now, struct ms_err *err)
{
	json_auto_t *moved = json_object(); /* {NAME: true} of definitions */
	struct fabric_lines *a = NULL, *b = NULL;
	MS_AUTO_BUF struct ms_buf out = { 0 };
	int r = fabric_lines_parse(json_string_value(now) ? json_string_value(now) : "", &a, err);

	if (!r)
		r = fabric_lines_parse(json_string_value(target) ? json_string_value(target) : "",
				       &b, err);
	for (size_t i = 0; !r && i < fabric_lines_count(a); i++)
		put_block(&out, fabric_lines_at(a, i), a, b, moved);
	fabric_lines_free(a);
	fabric_lines_free(b);
	*ret_now = r ? NULL : json_string(out.data ? out.data : "");
	return r || (*ret_now && !out.failed && moved) ? r : ms_nomem(err);
}

int os10_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target,
	       json_t **ret_delta, struct ms_err *err)
{
	static const struct cli_delta how = { .negate = negate,
					      .slots = slots,
					      .vrf = "ip vrf forwarding" };
	json_auto_t *kept = NULL;
	int r = prepare(now, target, &kept, err);

	(void)dialect;
	return r ? r : cli_delta(&how, kept, target, ret_delta, err);
}
