/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FRR's configuration as vtysh takes and shows it, from FRR's user guide: contexts, `no`, what
 * replaces what.  Indentation means nothing; a line that its context does not know is tried in the
 * one around it.
 */
#include "sim/box/box.h"

#define DEPTH 5
#define LINE_MAX_LEN 1000

/* First words that a context knows, between blanks. */
struct context { const char *name, *words; };
enum { TOP, VRF, INTERFACE, BGP, OSPF, FAMILY, VNI, MAP, OTHER };
static const struct context contexts[] = {
	[TOP] = {
		"",
		" hostname frr log service ip ipv6 vrf interface router route-map line password "
		"enable debug bfd agentx zebra mpls segment-routing key access-list bgp evpn "
		"domainname banner nexthop-group ",
	},
	[VRF] = { "exit-vrf", " vni ip ipv6 netns router-id " },
	[INTERFACE] = {
		"exit",
		" ip ipv6 evpn description shutdown mpls bandwidth link-detect multicast vrf ",
	},
	[BGP] = {
		"exit",
		" bgp neighbor timers address-family maximum-paths network redistribute "
		"coalesce-time update-delay read-quanta write-quanta ",
	},
	[OSPF] = {
		"exit",
		" ospf router-id network passive-interface redistribute area auto-cost timers "
		"log-adjacency-changes default-information distance maximum-paths ",
	},
	[FAMILY] = {
		"exit-address-family",
		" neighbor network redistribute advertise-all-vni advertise vni rd route-target "
		"maximum-paths aggregate-address import export label rt nexthop autort "
		"advertise-default-gw advertise-svi-ip default-originate ",
	},
	[VNI] = { "exit-vni", " rd route-target advertise-default-gw advertise-svi-ip " },
	[MAP] = { "exit", " match set call description on-match continue " },
	[OTHER] = { "exit", " exec-timeout login " },
};
static const struct { unsigned in; const char *header; unsigned opens; } blocks[] = {
	{ TOP, "vrf ", VRF },
	{ TOP, "interface ", INTERFACE },
	{ TOP, "router bgp ", BGP },
	{ TOP, "router ospf", OSPF },
	{ TOP, "route-map ", MAP },
	{ TOP, "line ", OTHER },
	{ BGP, "address-family ", FAMILY },
	{ FAMILY, "vni ", VNI },
};
/* So many words say which line it is: another one with these replaces it. */
static const struct { const char *line; size_t words; } keys[] = {
	{ "hostname ", 1 },	  { "log syslog", 2 },
	{ "frr defaults ", 2 },	  { "frr version ", 2 },
	{ "bgp router-id ", 2 },  { "timers bgp ", 2 },
	{ "maximum-paths ", 1 },  { "rd ", 1 },
	{ "ospf router-id ", 2 }, { "evpn mh es-id ", 3 },
	{ "ip ospf area ", 3 },	  { "ip ospf network ", 3 },
	{ "description ", 1 },
};
/* On unless "no" is said; that is then shown. */
static const char *const on[] = { "bgp ebgp-requires-policy", "bgp default ipv4-unicast",
				  "bgp network import-check", "ip forwarding", "ipv6 forwarding" };

struct vty { struct { json_t *lines; unsigned context; } stack[DEPTH]; unsigned depth; };

static const char *word_after(const char *line, size_t n)
{
	while (n-- && *line) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	return line;
}

/* How many words of a line are its key; 0 = all. */
static size_t key_words(const char *line)
{
	const char *what = word_after(line, 2);

	for (size_t i = 0; i < MS_ARRAY_SIZE(keys); i++)
		if (ms_starts(line, keys[i].line))
			return keys[i].words;
	if (!ms_starts(line, "neighbor "))
		return 0;
	if (ms_starts(what, "timers connect "))
		return 4;
	return ms_starts(what, "remote-as ") || ms_starts(what, "description ") ||
			       ms_starts(what, "update-source ") ||
			       ms_starts(what, "ebgp-multihop") ||
			       ms_starts(what, "allowas-in") || ms_starts(what, "interface ")
		       ? 3
		       : 0;
}

static void forget_same(json_t *lines, const char *line, size_t words)
{
	size_t len = words ? (size_t)(word_after(line, words) - line) : 0;
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(lines, next, key, value)
		if (len && !strncmp(key, line, len) && strcmp(key, line))
			json_object_del(lines, key);
}

static bool is_on(const char *line)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(on); i++)
		if (!strcmp(on[i], line))
			return true;
	return false;
}

static int opened(unsigned context, const char *line)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(blocks); i++)
		if (blocks[i].in == context && ms_starts(line, blocks[i].header))
			return (int)blocks[i].opens;
	return -1;
}

static bool knows(unsigned context, const char *line)
{
	char word[80];

	snprintf(word, sizeof(word), " %.*s ", (int)strcspn(line, " "), line);
	return strlen(word) > 2 && strstr(contexts[context].words, word);
}

/* ---- lines that go ---- */

static void forget_neighbor(json_t *lines, const char *name)
{
	size_t len = strcspn(name, " ");
	const char *key, *rest;
	json_t *below;
	void *next;

	json_object_foreach_safe(lines, next, key, below) {
		rest = word_after(key, 1);
		if (json_object_size(below))
			forget_neighbor(below, name);
		if (ms_starts(key, "neighbor ") && !strncmp(rest, name, len) && rest[len] == ' ')
			json_object_del(lines, key);
	}
}

/* A session goes with the line that made it. */
static bool whole_neighbor(const char *line)
{
	const char *what = word_after(line, 2);

	return ms_starts(line, "neighbor ") &&
	       (!*what || ms_starts(what, "remote-as") || ms_starts(what, "interface"));
}

static void take_away(json_t *lines, unsigned context, const char *line)
{
	size_t len = strlen(line);
	const char *key;
	json_t *value;
	void *next;
	char no[LINE_MAX_LEN + 4];

	if (context == BGP && whole_neighbor(line)) {
		forget_neighbor(lines, word_after(line, 1));
	} else if (is_on(line)) {
		snprintf(no, sizeof(no), "no %s", line);
		json_object_set_new(lines, no, json_object());
	} else {
		json_object_foreach_safe(lines, next, key, value)
			if (!strncmp(key, line, len) && (!key[len] || key[len] == ' '))
				json_object_del(lines, key);
	}
}

/* ---- lines that come ---- */

static const char *put(struct vty *vty, unsigned depth, const char *line)
{
	json_t *lines = vty->stack[depth].lines;
	unsigned context = vty->stack[depth].context;
	int opens = opened(context, line);
	char name[200], no[LINE_MAX_LEN + 4];
	bool known = false;
	const char *key;
	json_t *value;

	if (opens >= 0) {
		if (!json_object_get(lines, line))
			json_object_set_new(lines, line, json_object());
		vty->depth = depth + 2;
		vty->stack[depth + 1].lines = json_object_get(lines, line);
		vty->stack[depth + 1].context = (unsigned)opens;
		return NULL;
	}
	vty->depth = depth + 1;
	snprintf(no, sizeof(no), "no %s", line);
	if (is_on(line)) {
		json_object_del(lines, no);
		return NULL;
	}
	if (ms_starts(line, "neighbor ") && !whole_neighbor(line)) {
		json_t *bgp = vty->stack[context == FAMILY && depth ? depth - 1 : depth].lines;

		snprintf(name, sizeof(name), "%.*s", (int)(word_after(line, 2) - line), line);
		json_object_foreach(bgp, key, value)
			known |= ms_starts(key, name) && whole_neighbor(key);
		if (!known)
			return "% Specify remote-as or peer-group commands first";
	}
	forget_same(lines, line, key_words(line));
	if (!json_object_get(lines, line))
		json_object_set_new(lines, line, json_object());
	return NULL;
}

/* "end" of a block: exit-vrf and the like; "exit" leaves any. */
static bool leaves(struct vty *vty, const char *line)
{
	if (!strcmp(line, "end")) {
		vty->depth = 1;
		return true;
	}
	if (!strcmp(line, "exit")) {
		vty->depth -= vty->depth > 1;
		return true;
	}
	for (unsigned depth = vty->depth; depth-- > 1;)
		if (!strcmp(contexts[vty->stack[depth].context].name, line)) {
			vty->depth = depth;
			return true;
		}
	return false;
}

static const char *enter(struct vty *vty, const char *line)
{
	bool no = ms_starts(line, "no ");
	const char *words = no ? line + 3 : line;

	if (!*line || *line == '!' || leaves(vty, line))
		return NULL;
	for (unsigned depth = vty->depth; depth-- > 0;) {
		if (!knows(vty->stack[depth].context, words))
			continue;
		if (!no)
			return depth + 1 < DEPTH ? put(vty, depth, line) : "% Too deep";
		take_away(vty->stack[depth].lines, vty->stack[depth].context, words);
		vty->depth = depth + 1;
		return NULL;
	}
	return "% Unknown command";
}

unsigned sim_vty_enter(json_t *tree, const char *text, struct ms_buf *errors)
{
	struct vty vty = { .stack = { { tree, TOP } }, .depth = 1 };
	unsigned number = 0, bad = 0;
	char line[LINE_MAX_LEN];

	while (*text) {
		size_t len = strcspn(text, "\n"), blanks = strspn(text, " \t");
		const char *why;

		number++;
		snprintf(line, sizeof(line), "%.*s", blanks < len ? (int)(len - blanks) : 0,
			 text + blanks);
		for (size_t n = strlen(line); n && (line[n - 1] == ' ' || line[n - 1] == '\r'); n--)
			line[n - 1] = 0;
		why = enter(&vty, line);
		if (why) {
			ms_buf_printf(errors, "line %u: %s: %s\n", number, why, line);
			bad++;
		}
		text += len + (text[len] == '\n');
	}
	return bad;
}

/* ---- what it shows ---- */

static void show_block(const json_t *lines, unsigned context, unsigned depth, struct ms_buf *out);

static void show_line(const char *line, const json_t *below, unsigned context, unsigned depth,
		      struct ms_buf *out)
{
	int opens = opened(context, line);

	if (opens >= 0)
		ms_buf_printf(out, "%*s!\n", (int)depth, "");
	ms_buf_printf(out, "%*s%s\n", (int)depth, "", line);
	if (opens < 0)
		return;
	show_block(below, (unsigned)opens, depth + 1, out);
	ms_buf_printf(out, "%*s%s\n", (int)depth, "", contexts[opens].name);
}

/* Plain lines first, then blocks in the order of the table. */
static void show_block(const json_t *lines, unsigned context, unsigned depth, struct ms_buf *out)
{
	const char *line;
	json_t *below;

	for (size_t i = 0; i <= MS_ARRAY_SIZE(blocks); i++)
		json_object_foreach((json_t *)lines, line, below) {
			bool block = opened(context, line) >= 0;

			if (i ? block && blocks[i - 1].in == context &&
					    ms_starts(line, blocks[i - 1].header)
			      : !block)
				show_line(line, below, context, depth, out);
		}
}

void sim_vty_show(const json_t *tree, struct ms_buf *out)
{
	show_block(tree, TOP, 0, out);
}

void sim_vty_running(struct sim_switch *sw, struct ms_buf *out)
{
	ms_buf_puts(out, "Building configuration...\n\nCurrent configuration:\n!\n");
	sim_vty_show(json_object_get(sw->state, "routing"), out);
	ms_buf_puts(out, "!\nend\n");
}
