/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What OS10 shows: text in columns, for people, behind filters. */
#include <regex.h>
#include "sim/os10/os10.h"

#define RULE "---------------------------------------------------------------------------\n"

void sim_os10_text(const json_t *config, struct ms_buf *out)
{
	sim_cli_show(&sim_os10_grammar, config, out);
}

/* ---- configurations ---- */

static void running(struct sim_switch *sw, struct ms_buf *out)
{
	ms_buf_printf(out, "! Version %s\n! Last configuration change at Nov 20 18:49:21 2026\n!\n",
		      sw->version);
	sim_os10_text(sim_os10_config(sw), out);
}

static void startup(struct sim_switch *sw, struct ms_buf *out)
{
	ms_buf_printf(out, "! Version %s\n!\n", sw->version);
	sim_os10_text(json_object_get(sw->state, "startup"), out);
}

static const json_t *candidate_of(const struct sim_switch *sw)
{
	const json_t *open = json_object_get(sw->state, "candidate");

	return open ? open : sim_os10_config(sw);
}

static void candidate(struct sim_switch *sw, struct ms_buf *out)
{
	sim_os10_text(candidate_of(sw), out);
}

/* Nothing when they are the same; else lines, those that would go with "no". */
static void differences(struct sim_switch *sw, struct ms_buf *out)
{
	MS_AUTO_BUF struct ms_buf a = { 0 }, b = { 0 }, diff = { 0 };

	sim_os10_text(sim_os10_config(sw), &a);
	sim_os10_text(candidate_of(sw), &b);
	sim_cli_diff(a.data ? a.data : "", b.data ? b.data : "", &diff);
	if (diff.len)
		ms_buf_puts(out, "!\n");
	for (const char *line = diff.data ? diff.data : ""; *line;
	     line = strchrnul(line, '\n'), line += *line != 0) {
		const char *text = line + 1 + strspn(line + 1, " ");

		ms_buf_printf(out, "%s%.*s\n", *line == '-' ? "no " : "", (int)strcspn(text, "\n"),
			      text);
	}
}

/* VLANs and ports only, those that are alike in one block: none are here, so they come one by one.
 */
static void compressed(struct sim_switch *sw, struct ms_buf *out)
{
	MS_AUTO_BUF struct ms_buf all = { 0 };
	bool wanted = false;

	sim_os10_text(sim_os10_config(sw), &all);
	for (const char *line = all.data ? all.data : ""; *line;
	     line = strchrnul(line, '\n'), line += *line != 0) {
		if (*line != ' ' && *line != '!')
			wanted = ms_starts(line, "interface ");
		if (wanted)
			ms_buf_printf(out, "%.*s\n", (int)strcspn(line, "\n"), line);
	}
}

/* ---- what it is ---- */

static void version(struct sim_switch *sw, struct ms_buf *out)
{
	ms_buf_printf(
		out,
		"Dell SmartFabric OS10 Enterprise\n"
		"Copyright (c) 1999-2024 by Dell Inc. All Rights Reserved.\n"
		"OS Version: %s\nBuild Version: %s.226\nBuild Time: 2024-04-12T21:35:41+0000\n"
		"System Type: %s\nArchitecture: x86_64\nUp Time: 1 day 00:54:13\n",
		sw->version, sw->version, sw->platform->model);
}

/* ---- ports ---- */

static const json_t *kids_of(const struct sim_switch *sw, const char *native)
{
	MS_AUTO_FREE char *header = ms_asprintf("interface %s", native);

	return header ? sim_cli_block(sim_os10_config(sw), header) : NULL;
}

static void port_row(struct sim_switch *sw, const char *native, const char *port,
		     struct ms_buf *out)
{
	const json_t *kids = kids_of(sw, native);
	const char *description = sim_cli_line(kids, "description");
	const char *access = sim_cli_line(kids, "switchport access vlan"),
		   *tagged = sim_cli_line(kids, "switchport trunk allowed vlan");
	bool up = sim_port_up(sw, port), routed = sim_cli_line(kids, "no switchport");
	char name[80], speed[16];

	snprintf(name, sizeof(name), "Eth %s", native + strlen("ethernet"));
	snprintf(speed, sizeof(speed), up ? "%uG" : "0", sim_port_speed(sw, port));
	ms_buf_printf(out, "%-15s %-15.15s %-8s %-8s %-8s %-4s %-4s %s\n", name,
		      description ? description + 12 : "", up ? "up" : "down", speed, "full",
		      routed					    ? "-"
		      : sim_cli_line(kids, "switchport mode trunk") ? "T"
								    : "A",
		      access && !routed ? access + 23 : "-", tagged ? tagged + 30 : "-");
}

static void ports(struct sim_switch *sw, struct ms_buf *out)
{
	json_auto_t *all = sim_box_ports(sw);
	char port[64];
	json_t *native;
	size_t i;

	ms_buf_puts(
		out, RULE
		"Port            Description     Status   Speed    Duplex   Mode Vlan "
		"Tagged-Vlans\n" RULE);
	json_array_foreach(all, i, native)
		if (sim_port_abstract(sw, json_string_value(native), port, sizeof(port)))
			port_row(sw, json_string_value(native), port, out);
}

static void neighbor(const struct sim_neighbor *n, const char *native, unsigned index,
		     struct ms_buf *out)
{
	ms_buf_printf(
		out,
		"Remote Chassis ID Subtype: Mac address (4)\nRemote Chassis ID: %s\n"
		"Remote Port Subtype: %s\nRemote Port ID: %s\nRemote Port Description: %s\n"
		"Local Port ID: %s\nLocally assigned remote Neighbor Index: %u\nRemote TTL: 120\n"
		"Information valid for next 98 seconds\n"
		"Time since last information change of this neighbor: 3 weeks 4 days 21:30:16\n"
		"Remote System Name: %s\nRemote System Desc: %s\nRemote Max Frame Size: 0\n"
		"Remote Aggregation Status: false\n" RULE "\n",
		n->chassis, n->is_switch ? "Interface name (5)" : "Mac address (3)", n->port,
		*n->description ? n->description : "Not Advertised", native, index,
		*n->system ? n->system : "Not Advertised",
		*n->system_description ? n->system_description : "Not Advertised");
}

static void lldp(struct sim_switch *sw, struct ms_buf *out)
{
	json_auto_t *cabled = sim_cable_ports(sw);
	struct sim_neighbor n;
	char native[64];
	json_t *port;
	size_t i;

	json_array_foreach(cabled, i, port)
		if (sim_port_neighbor(sw, json_string_value(port), &n) &&
		    sim_port_native(sw, json_string_value(port), native, sizeof(native)))
			neighbor(&n, native, (unsigned)i + 1, out);
}

/* ---- BGP ---- */

static bool asks(const json_t *bgp, const char *key, const char *family)
{
	json_t *word;
	size_t i;

	json_array_foreach (json_object_get(json_object_get(json_object_get(bgp, "neighbors"), key),
					    "families"),
			    i, word)
		if (ms_streq(json_string_value(word), family))
			return true;
	return false;
}

static void session(struct sim_switch *sw, const char *key, const json_t *row, const char *family,
		    struct ms_buf *out)
{
	int64_t up = ms_int(row, "/upSeconds", 0);
	const char *state = ms_str(row, "/state", "Idle");
	char name[80], time[32], prefixes[16];

	snprintf(name, sizeof(name), "%.70s", key);
	if (ms_starts(key, "port:"))
		sim_port_native(sw, key + 5, name, sizeof(name));
	snprintf(prefixes, sizeof(prefixes), "%lld",
		 (long long)ms_int(json_object_get(json_object_get(row, "families"), family),
				   "/received", 0));
	snprintf(time, sizeof(time), "%02lld:%02lld:%02lld", (long long)(up / 3600),
		 (long long)(up / 60 % 60), (long long)(up % 60));
	ms_buf_printf(out, "%-17s %-12lld %-8d %-8d %-10s %s\n", name,
		      (long long)ms_int(row, "/asn", 0), 8, 4, time,
		      strcmp(state, "Established") ? state : prefixes);
}

static void summary(struct sim_switch *sw, const char *family, struct ms_buf *out)
{
	json_auto_t *sessions = sim_bgp_sessions(sw), *bgp = sw->platform->bgp(sw);
	const char *key;
	json_t *row;

	if (!bgp)
		return;
	ms_buf_printf(out, "BGP router identifier %s local AS number %lld\n",
		      ms_str(bgp, "/routerId", "0.0.0.0"), (long long)ms_int(bgp, "/asn", 0));
	ms_buf_puts(out, "Neighbor          AS           MsgRcvd  MsgSent  Up/Down    State/Pfx\n");
	json_object_foreach(sessions, key, row)
		if (asks(bgp, key, family))
			session(sw, key, row, family, out);
}

static void ipv4(struct sim_switch *sw, struct ms_buf *out) { summary(sw, "ipv4", out); }
static void ipv6(struct sim_switch *sw, struct ms_buf *out) { summary(sw, "ipv6", out); }
static void evpn(struct sim_switch *sw, struct ms_buf *out) { summary(sw, "evpn", out); }

static bool has_vni(const json_t *tunnels, const json_t *vni)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(tunnels, "vnis"), i, one)
		if (json_equal(one, vni))
			return true;
	return false;
}

static void remote_vteps(struct sim_switch *sw, struct ms_buf *out)
{
	json_auto_t *far = sim_box_far(sw), *own = sim_os10_kind.tunnels(sw);
	json_t *row, *vni;
	size_t i, j;

	json_array_foreach(far, i, row) {
		MS_AUTO_BUF struct ms_buf list = { 0 };

		json_array_foreach(json_object_get(row, "vnis"), j, vni)
			if (has_vni(own, vni))
				ms_buf_printf(&list, "%s%lld", list.len ? "," : "",
					      (long long)json_integer_value(vni));
		if (list.len && ms_str(own, "/address", NULL))
			ms_buf_printf(out,
				      "IP Address: %s,  State: up, Encap: VxLAN\n   VNI list: %s\n",
				      ms_str(row, "/address", ""), list.data);
	}
}

/* ---- filters ---- */

static const struct {
	const char *command;
	void (*fn)(struct sim_switch *sw, struct ms_buf *out);
} shows[] = {
	{ "show running-configuration", running },
	{ "show running-configuration compressed", compressed },
	{ "show startup-configuration", startup },
	{ "show candidate-configuration", candidate },
	{ "show diff candidate-configuration running-configuration", differences },
	{ "show version", version },
	{ "show interface status", ports },
	{ "show interface | display-xml", sim_os10_display_xml },
	{ "show lldp neighbors detail", lldp },
	{ "show ip bgp summary", ipv4 },
	{ "show ipv6 bgp summary", ipv6 },
	{ "show ip bgp l2vpn evpn summary", evpn },
	{ "show nve remote-vtep", remote_vteps },
};

/* "| grep X", "| except X": lines with it, or without. */
static void filter(const char *text, const char *pattern, bool with, struct ms_buf *out)
{
	regex_t re;

	if (regcomp(&re, pattern, REG_NOSUB))
		return;
	while (*text) {
		size_t len = strcspn(text, "\n");
		MS_AUTO_FREE char *line = strndup(text, len);

		if (line && !regexec(&re, line, 0, NULL, 0) == with)
			ms_buf_printf(out, "%s\n", line);
		text += len + (text[len] == '\n');
	}
	regfree(&re);
}

static bool through(const char *pipe, const struct ms_buf *all, struct ms_buf *out)
{
	const char *text = all->data ? all->data : "";
	char word[200] = "";

	if (!*pipe || !strcmp(pipe, " no-more"))
		ms_buf_puts(out, text);
	else if (sscanf(pipe, " grep %199[^|]", word) == 1)
		filter(text, word, true, out);
	else if (sscanf(pipe, " except %199[^|]", word) == 1)
		filter(text, word, false, out);
	else
		return false;
	return true;
}

static bool queuing(struct sim_switch *sw, const char *command, struct ms_buf *out)
{
	char native[64];

	return sscanf(command, "show queuing statistics interface %63s", native) == 1 &&
	       sim_os10_queuing(sw, native, out);
}

/* What is behind a command: filters, each behind a bar; NULL when it is another command. */
static const char *behind(const char *line, const char *command)
{
	size_t len = strlen(command);

	if (strncmp(line, command, len))
		return NULL;
	line += len + strspn(line + len, " ");
	return !*line || *line == '|' ? line : NULL;
}

bool sim_os10_show(struct sim_switch *sw, const char *command, struct ms_buf *out)
{
	MS_AUTO_BUF struct ms_buf all = { 0 };
	const char *pipe = strchrnul(command, '|');

	for (size_t i = 0; i < MS_ARRAY_SIZE(shows); i++) {
		const char *rest = behind(command, shows[i].command);

		if (!rest)
			continue;
		shows[i].fn(sw, &all);
		return through(*rest ? rest + 1 : rest, &all, out);
	}
	return queuing(sw, command, &all) && through(*pipe ? pipe + 1 : pipe, &all, out);
}
