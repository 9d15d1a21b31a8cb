/* SPDX-License-Identifier: GPL-2.0-or-later */
/* commit check: what a Junos switch finds wrong with a configuration as a whole. */
#include "sim/junos/junos.h"

struct check {
	const struct sim_switch *sw;
	const json_t *lines;
	struct junos_complaint *complaint;
};

static int wrong(struct check *check, const char *path, const char *element, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static int wrong(struct check *check, const char *path, const char *element, const char *fmt, ...)
{
	struct junos_complaint *c = check->complaint;
	va_list args;

	*c = (struct junos_complaint){ .message = "" };
	va_start(args, fmt);
	vsnprintf(c->message, sizeof(c->message), fmt, args);
	va_end(args);
	snprintf(c->path, sizeof(c->path), "%s", path);
	snprintf(c->element, sizeof(c->element), "%s", element);
	return -EINVAL;
}

static bool is(const struct junos_line *line, size_t i, const char *word)
{
	return i < line->n && !strcmp(line->word[i], word);
}

/* The same number for two VLANs, or two VXLANs; an interface in two instances. */
static int check_once(struct check *check, const struct junos_line *line, json_t *seen)
{
	bool vlan = (is(line, 0, "vlans") || is(line, 0, "bridge-domains")) && line->n >= 4;
	char key[320];
	const char *other, *what = line->word[2];

	if (vlan && is(line, 2, "vlan-id"))
		snprintf(key, sizeof(key), "vlan-id %s", line->word[3]);
	else if (vlan && is(line, 2, "vxlan") && line->n == 5)
		snprintf(key, sizeof(key), "vni %s", line->word[4]);
	else if (is(line, 0, "routing-instances") && is(line, 2, "interface") && line->n == 4)
		snprintf(key, sizeof(key), "interface %s", line->word[3]);
	else
		return 0;
	other = json_string_value(json_object_get(seen, key));
	if (!other) {
		json_object_set_new(seen, key, json_string(line->word[1]));
		return 0;
	}
	if (!strcmp(what, "interface"))
		return wrong(check, "[edit routing-instances]", line->word[3],
			     "RT Instance: Interface %s already configured under instance %s",
			     line->word[3], other);
	return wrong(check, "[edit vlans]", line->word[1], "Duplicate %s exists: %s and %s", key,
		     other, line->word[1]);
}

static int check_policy(struct check *check, const struct junos_line *line)
{
	const char *name = line->word[line->n - 1];
	char path[400];
	bool export = (is(line, 0, "routing-instances") &&
		       (is(line, 2, "vrf-import") || is(line, 2, "vrf-export"))) ||
		      (is(line, 0, "protocols") && is(line, 1, "bgp") && is(line, 4, "export"));

	snprintf(path, sizeof(path), "policy-options policy-statement %s", name);
	if (export && !junos_has(check->lines, path))
		return wrong(check, "[edit policy-options]", name,
			     "Policy error: Policy %s referenced but not defined", name);
	snprintf(path, sizeof(path), "policy-options community %s", name);
	if (is(line, 1, "policy-statement") && line->n > 5 &&
	    (is(line, line->n - 2, "community") || is(line, line->n - 3, "community")) &&
	    !junos_has(check->lines, path))
		return wrong(check, "[edit policy-options]", line->word[2],
			     "Policy error: Community %s referenced by policy %s is not defined",
			     name, line->word[2]);
	return 0;
}

static int check_instance(struct check *check, const struct junos_line *line)
{
	char path[400];

	if (!is(line, 0, "routing-instances") || !is(line, 2, "instance-type") ||
	    !is(line, 3, "vrf"))
		return 0;
	snprintf(path, sizeof(path), "routing-instances %s route-distinguisher", line->word[1]);
	if (!junos_has(check->lines, path))
		return wrong(
			check, "[edit routing-instances]", line->word[1],
			"RT Instance: 'route-distinguisher' must be configured for "
			"instance-type vrf: %s",
			line->word[1]);
	return 0;
}

static int check_neighbor(struct check *check, const struct junos_line *line)
{
	char path[600];

	if (!is(line, 0, "protocols") || !is(line, 1, "bgp") || !is(line, 4, "neighbor") ||
	    line->n < 6)
		return 0;
	snprintf(path, sizeof(path), "protocols bgp group %s type internal", line->word[3]);
	if (junos_has(check->lines, path))
		return 0;
	snprintf(path, sizeof(path), "protocols bgp group %s neighbor %s peer-as", line->word[3],
		 line->word[5]);
	if (junos_has(check->lines, path))
		return 0;
	snprintf(path, sizeof(path), "protocols bgp group %s peer-as", line->word[3]);
	if (junos_has(check->lines, path))
		return 0;
	return wrong(
		check, "[edit protocols bgp]", line->word[5],
		"Error in neighbor %s of group %s: peer AS number must be configured for an "
		"external peer",
		line->word[5], line->word[3]);
}

/* It is spoken inside of LLDP. */
static int check_dcbx(struct check *check, const struct junos_line *line)
{
	static const char *const versions[] = { "ieee-dcbx", "dcbx-version-1.01",
						"auto-negotiate" };
	bool known = !is(line, 4, "dcbx-version");
	char path[400];

	if (!is(line, 0, "protocols") || !is(line, 1, "dcbx") || line->n < 5 ||
	    is(line, 4, "disable"))
		return 0;
	for (size_t i = 0; i < MS_ARRAY_SIZE(versions); i++)
		known |= is(line, 5, versions[i]);
	if (!known)
		return wrong(check, "[edit protocols dcbx]", line->word[5],
			     "DCBX version is unknown: %s", line->word[5]);
	snprintf(path, sizeof(path), "protocols lldp interface %s", line->word[3]);
	if (junos_has(check->lines, "protocols lldp interface all") ||
	    junos_has(check->lines, path))
		return 0;
	return wrong(check, "[edit protocols dcbx]", line->word[3],
		     "LLDP must be enabled on interface %s for DCBX", line->word[3]);
}

/* A member of an aggregated interface has no logical ones of its own. */
static int check_member(struct check *check, const struct junos_line *line)
{
	char path[400];

	if (!is(line, 0, "interfaces") || !is(line, 3, "802.3ad"))
		return 0;
	snprintf(path, sizeof(path), "interfaces %s unit", line->word[1]);
	if (junos_has(check->lines, path))
		return wrong(check, "[edit interfaces]", line->word[1],
			     "logical unit is not allowed on aggregated links: %s", line->word[1]);
	return 0;
}

/* A VLAN that is named must exist; one that is numbered need not. */
static int check_vlan_name(struct check *check, const struct junos_line *line)
{
	char path[400];

	if (line->n < 8 || !is(line, 6, "vlan") || !is(line, 7, "members") || line->n != 9)
		return 0;
	snprintf(path, sizeof(path), "vlans %s", line->word[8]);
	if (strspn(line->word[8], "0123456789-") == strlen(line->word[8]) || is(line, 8, "all") ||
	    junos_has(check->lines, path))
		return 0;
	return wrong(check, "[edit interfaces]", line->word[8], "vlan %s is not defined",
		     line->word[8]);
}

static int check_evpn(struct check *check)
{
	if (!junos_has(check->lines, "protocols evpn extended-vni-list"))
		return 0;
	if (!junos_has(check->lines, "switch-options route-distinguisher"))
		return wrong(check, "[edit switch-options]", "route-distinguisher",
			     "'route-distinguisher' must be configured for protocols evpn");
	if (!junos_has(check->lines, "switch-options vtep-source-interface"))
		return wrong(check, "[edit switch-options]", "vtep-source-interface",
			     "'vtep-source-interface' must be configured for encapsulation vxlan");
	return 0;
}

int junos_check(const struct sim_switch *sw, const json_t *lines, struct junos_complaint *complaint)
{
	struct check check = { sw, lines, complaint };
	json_auto_t *seen = json_object();
	const char *text;
	json_t *value;
	int r = check_evpn(&check);

	json_object_foreach((json_t *)lines, text, value) {
		struct junos_line line;

		if (r || !junos_line_cut(&line, text, strlen(text)))
			continue;
		r = check_once(&check, &line, seen);
		r = r ? r : check_policy(&check, &line);
		r = r ? r : check_instance(&check, &line);
		r = r ? r : check_neighbor(&check, &line);
		r = r ? r : check_dcbx(&check, &line);
		r = r ? r : check_member(&check, &line);
		r = r ? r : check_vlan_name(&check, &line);
		r = r ? r : junos_check_cos(lines, &line, complaint);
	}
	return r;
}
