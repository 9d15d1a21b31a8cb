/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FRR on Linux: /etc/network/interfaces as text (interfaces(5)), and which of its attributes are
 * ours. */
#include <errno.h>
#include "fabric/frr/frr.h"

#define DEVICE (FRR_K_PORT | FRR_K_BOND)

static const struct frr_attr attrs[] = {
	{ "address", DEVICE | FRR_K_LO | FRR_K_SVI, NULL },
	{ "netmask", DEVICE | FRR_K_SVI, NULL },
	{ "alias", DEVICE, NULL },
	{ "link-down", DEVICE, NULL },
	{ "mtu", DEVICE | FRR_K_SVI | FRR_K_VNI | FRR_K_BRIDGE, NULL },
	{ "vrf", DEVICE | FRR_K_SVI, NULL },
	{ "link-speed", FRR_K_PORT, NULL },
	{ "link-autoneg", FRR_K_PORT, NULL },
	{ "bridge-access", DEVICE | FRR_K_VNI, NULL },
	{ "bridge-vids", DEVICE | FRR_K_BRIDGE, NULL },
	{ "bridge-pvid", DEVICE, NULL },
	{ "bridge-allow-untagged", DEVICE, NULL },
	{ "bond-slaves", FRR_K_BOND, NULL },
	{ "bond-mode", FRR_K_BOND, NULL },
	{ "bond-ad-actor-system", FRR_K_BOND, NULL },
	{ "bond-miimon", FRR_K_BOND, "100" },
	{ "bond-min-links", FRR_K_BOND, "1" },
	{ "bond-xmit-hash-policy", FRR_K_BOND, "layer3+4" },
	{ "bond-lacp-rate", FRR_K_BOND, "1" },
	{ "bridge-vlan-aware", FRR_K_BRIDGE, NULL },
	{ "bridge-ports", FRR_K_BRIDGE, NULL },
	{ "bridge-stp", FRR_K_BRIDGE, "off" },
	{ "vxlan-local-tunnelip", FRR_K_LO | FRR_K_VNI, NULL },
	{ "vxlan-id", FRR_K_VNI, NULL },
	{ "vxlan-port", FRR_K_VNI, "4789" },
	{ "vxlan-learning", FRR_K_VNI, "no" },
	{ "bridge-learning", FRR_K_VNI, "off" },
	{ "bridge-arp-nd-suppress", FRR_K_VNI, "on" },
	{ "vlan-id", FRR_K_SVI, NULL },
	{ "vlan-raw-device", FRR_K_SVI, NULL },
	{ "hwaddress", FRR_K_SVI, NULL },
	{ "hwaddress", FRR_K_BRIDGE, "" },
	{ "vrf-table", FRR_K_DEV_VRF, "auto" },
};

const struct frr_attr *frr_attr_find(enum frr_kind kind, const char *name)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(attrs); i++)
		if (attrs[i].kinds & kind && !strcmp(attrs[i].name, name))
			return &attrs[i];
	return NULL;
}

bool frr_is_own_hook(const char *name, const char *line)
{
	char want[128];

	snprintf(want, sizeof want, "ip link set dev %.40s type vxlan id ", name);
	return ms_starts(line, want);
}

enum frr_kind frr_kind_of(const struct fabric_dialect *dialect, const char *name, bool is_vrf)
{
	char port[64];
	long number;

	if (!strcmp(name, "lo"))
		return FRR_K_LO;
	if (!strcmp(name, FRR_BRIDGE))
		return FRR_K_BRIDGE;
	if (is_vrf)
		return FRR_K_DEV_VRF;
	if (frr_number(name, "bond", &number))
		return FRR_K_BOND;
	if (frr_number(name, "vni", &number) && number <= 16777215)
		return FRR_K_VNI;
	if (frr_number(name, "vlan", &number) && number <= 4094)
		return FRR_K_SVI;
	return fabric_port_abstract(dialect, name, port, sizeof port) ? FRR_K_PORT : FRR_K_NONE;
}

/* ---- text ---- */

/* Words that begin a stanza; every other line belongs to the one before it. */
static bool begins_stanza(const char *line, size_t len)
{
	static const char *const words[] = {
		"auto",	    "iface",	     "mapping",	   "source", "source-directory",
		"template", "allow-hotplug", "allow-auto", "vlan",   "no-auto-down"
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		if (len == strlen(words[i]) && !strncmp(line, words[i], len))
			return true;
	return len > 6 && ms_starts(line, "allow-");
}

/* One line, continued ones joined, blanks folded.  Returns what is left of the text. */
static const char *fold_line(const char *text, struct ms_buf *line)
{
	bool blank = false;

	line->len = 0;
	ms_buf_puts(line, "");
	for (; *text && *text != '\n'; text++) {
		if (*text == '\\' && text[1] == '\n') {
			text++;
			blank = true;
		} else if (*text == ' ' || *text == '\t' || *text == '\r') {
			blank = true;
		} else {
			if (blank && line->len)
				ms_buf_add(line, " ", 1);
			blank = false;
			ms_buf_add(line, text, 1);
		}
	}
	return *text ? text + 1 : text;
}

char *frr_interfaces_indent(const char *text)
{
	MS_AUTO_BUF struct ms_buf line = { 0 };
	struct ms_buf out = { 0 };

	while (*text) {
		text = fold_line(text, &line);
		if (!line.len)
			continue;
		ms_buf_printf(&out, "%s%s\n",
			      begins_stanza(line.data, strcspn(line.data, " ")) ? "" : "    ",
			      line.data);
	}
	return ms_buf_steal(&out);
}

/* ---- as values ---- */

static int add_attr(json_t *iface, const char *line)
{
	size_t len = strcspn(line, " ");
	MS_AUTO_FREE char *name = strndup(line, len);
	json_t *values = name ? json_object_get(iface, name) : NULL;

	if (!name)
		return -ENOMEM;
	if (!values && json_object_set_new(iface, name, values = json_array()))
		return -ENOMEM;
	return json_array_append_new(values, json_string(line[len] ? line + len + 1 : "")) ? -ENOMEM
											   : 0;
}

static int add_iface(json_t *ifaces, const struct fabric_lines *stanza)
{
	const char *text = fabric_lines_text(stanza) + strlen("iface ");
	MS_AUTO_FREE char *name = strndup(text, strcspn(text, " "));
	json_t *iface = name ? json_object_get(ifaces, name) : NULL;
	int r = 0;

	if (!name)
		return -ENOMEM;
	if (!iface && json_object_set_new(ifaces, name, iface = json_object()))
		return -ENOMEM;
	for (size_t i = 0; i < fabric_lines_count(stanza) && !r; i++) {
		const char *line = fabric_lines_text(fabric_lines_at(stanza, i));

		if (*line != '#')
			r = add_attr(iface, line);
	}
	return r;
}

int frr_interfaces_parse(const char *text, json_t **ret_ifaces, json_t *opaque, struct ms_err *err)
{
	MS_AUTO_FREE char *indented = frr_interfaces_indent(text);
	struct fabric_lines *lines = NULL;
	json_auto_t *ifaces = json_object();
	int r = indented && ifaces ? fabric_lines_parse(indented, &lines, err) : ms_nomem(err);

	for (size_t i = 0; i < fabric_lines_count(lines) && !r; i++) {
		const char *line = fabric_lines_text(fabric_lines_at(lines, i));

		if (ms_starts(line, "iface "))
			r = add_iface(ifaces, fabric_lines_at(lines, i)) ? ms_nomem(err) : 0;
		else if (opaque && !ms_starts(line, "auto ") && !ms_starts(line, "source") &&
			 *line != '#')
			json_array_append_new(opaque, json_sprintf("interfaces: %s", line));
	}
	fabric_lines_free(lines);
	if (!r)
		*ret_ifaces = ms_take(ifaces);
	return r;
}
