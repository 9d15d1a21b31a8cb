/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of `msctl-site check`: what no single field can say.  One row each. */
#include "site/rules.h"

const struct ms_rule ms_site_rules[] = {
	{ "S01", "error", "a resource stands twice in the stream", ms_rule_names },
	{ "S02", "error", "a MAC address is used twice", ms_rule_macs },
	{ "S03", "error", "a serial number is used twice", ms_rule_serials },
	{ "S04", "error", "two servers have the same BMC", ms_rule_bmcs },
	{ "S05", "error", "two cables end in the same port", ms_rule_cables },
	{ "S06", "error", "two NICs of a server have the same name", ms_rule_nic_names },
	{ "S07", "error", "two address pools give out the same addresses", ms_rule_pools_overlap },
	{ "S08", "error", "an address is not in the pool that it names", ms_rule_pool_outside },
	{ "S09", "error", "two servers stand in the same rack unit", ms_rule_units_overlap },
	{ "S10", "error", "a server reaches beyond its rack", ms_rule_rack_height },
	{ "S11", "error", "a rack is not described", ms_rule_rack_unknown },
	{ "S12", "warning", "a rack unit without a rack", ms_rule_rack_missing },
	{ "S13", "warning", "a server without a BMC address", ms_rule_no_address },
	{ "S14", "warning", "a BMC without credentials", ms_rule_no_credentials },
	{ "S15", "error", "a credential reference does not resolve", ms_rule_secrets },
	{ "S16", "error", "trust by pin, but no pin", ms_rule_pin_missing },
	{ "S17", "warning", "a pin that is not used", ms_rule_pin_unused },
	{ "S18", "error", "HTTP boot without a URI", ms_rule_http_uri },
	{ "S19", "error", "two boot modes for one server", ms_rule_boot_modes },
	{ "S20", "error", "Secure Boot with legacy boot", ms_rule_secure_boot },
	{ "S21", "error", "virtual functions without SR-IOV", ms_rule_vfs },
	{ "S22", "warning", "a NIC that nothing identifies", ms_rule_nic_unknown },
	{ "S23", "error", "the account that logs in would be locked out", ms_rule_lockout },
	{ "S24", "warning", "an account without a password", ms_rule_account_password },
	{ "S25", "warning", "a kind that msctl does not know", ms_rule_kind },
	{ "S26", "warning", "a profile that nothing matches", ms_rule_profile_unused },
	{ "S27", "error", "a cable ends at a switch or port that is not there",
	  ms_rule_cable_nowhere },
	{ "S28", "warning", "a cable ends at a server or NIC that is not described",
	  ms_rule_cable_server },
	{ "S29", "error", "a fabric is not described", ms_rule_fabric_unknown },
	{ "S30", "error", "a tenant without a fabric", ms_rule_fabric_missing },
	{ "S31", "error", "a tenant is not described", ms_rule_tenant_unknown },
	{ "S32", "error", "two networks have the same VLAN on a switch", ms_rule_vlans },
	{ "S33", "error", "a VNI is used twice in a fabric", ms_rule_vnis },
	{ "S34", "error", "a VPLS id is used twice in a fabric", ms_rule_vpls },
	{ "S35", "error", "a network lacks what its tenant's isolation needs",
	  ms_rule_network_lacks },
	{ "S36", "error", "a member of a network leads nowhere", ms_rule_member_nowhere },
	{ "S37", "error", "a port is untagged in two networks", ms_rule_untagged },
	{ "S38", "error", "gateways overlap in a VRF", ms_rule_gateways },
	{ "S39", "info", "a tenant's peer does not peer with it", ms_rule_peers },
	{ "S40", "error", "a switch and a server have the same name", ms_rule_same_name },
	{ "S41", "error", "two switches have the same loopback", ms_rule_loopbacks },
	{ "S42", "warning", "two leaves have the same AS number", ms_rule_asns },
	{ "S43", "error", "a switch lacks what its fabric's underlay needs", ms_rule_switch_lacks },
	{ "S44", "error", "a pair of switches that is none", ms_rule_pair },
	{ "S45", "error", "a part of a port that is not broken out", ms_rule_part },
	{ "S46", "error", "a port of a channel is used by itself", ms_rule_channel_port },
	{ "S47", "warning", "a switch without a management address", ms_rule_switch_address },
	{ "S48", "warning", "a switch without credentials", ms_rule_switch_credentials },
	{ "S49", "error", "two pairs of switches have the same domain", ms_rule_pair_domain },
	{ "S50", "error", "two channels of a switch have the same number", ms_rule_channel_number },
	{ NULL, NULL, NULL, NULL }
};

json_t *ms_object_new(const char *kind, const char *name)
{
	return json_pack("{s:s, s:s}", "kind", kind, "name", name);
}

int ms_find_one(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
		struct ms_err *err, const char *hint, const char *fmt, ...)
{
	MS_AUTO_FREE char *message = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&message, fmt, ap);
	va_end(ap);
	if (n < 0) {
		message = NULL;
		return ms_nomem(err);
	}
	n = ms_find_objects(item, rule, json_pack("[o]", ms_object_new(ms_kind(res), ms_name(res))),
			    hint, "%s", message);
	return n ? ms_nomem(err) : 0;
}

int ms_find_two(struct ms_item *item, const struct ms_rule *rule, const json_t *a, const json_t *b,
		struct ms_err *err, const char *hint, const char *fmt, ...)
{
	MS_AUTO_FREE char *message = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&message, fmt, ap);
	va_end(ap);
	if (n < 0) {
		message = NULL;
		return ms_nomem(err);
	}
	n = ms_find_objects(item, rule,
			    json_pack("[o, o]", ms_object_new(ms_kind(a), ms_name(a)),
				      ms_object_new(ms_kind(b), ms_name(b))),
			    hint, "%s", message);
	return n ? ms_nomem(err) : 0;
}

json_t *ms_rule_index(const struct ms_site_set *set, const char *kind)
{
	json_t *index = json_object(), *res;
	bool failed = !index;
	size_t i;

	ms_set_foreach(set, i, res, kind)
		ms_build_set(&failed, index, ms_name(res), json_incref(res));
	if (!failed)
		return index;
	json_decref(index);
	return NULL;
}

char *ms_rule_near(const json_t *index, const char *name, const char *otherwise)
{
	MS_AUTO_FREE const char **names = calloc(json_object_size(index) + 1, sizeof(*names));
	const char *key, *near;
	json_t *value;
	size_t n = 0;

	if (!names)
		return NULL;
	json_object_foreach((json_t *)index, key, value)
		names[n++] = key;
	near = ms_nearest(name, names);
	return near ? ms_asprintf("did you mean %s?", near) : strdup(otherwise);
}

bool ms_rule_is_port(const char *port)
{
	size_t n = strspn(port, "0123456789"), part;

	if (!n || *port == '0')
		return false;
	if (port[n] != '/')
		return !port[n];
	part = strspn(port + n + 1, "0123456789");
	return part && port[n + 1] != '0' && !port[n + 1 + part];
}

const char *ms_rule_end(const char *end, char name[static 256])
{
	size_t len = strcspn(end, ":");

	snprintf(name, 256, "%.*s", (int)(len < 255 ? len : 255), end);
	return end[len] ? end + len + 1 : "";
}

int ms_index_add(json_t *index, const char *value, const json_t *res, struct ms_err *err)
{
	json_t *owners = json_object_get(index, value);

	if (!owners) {
		owners = json_array();
		if (json_object_set_new(index, value, owners))
			return ms_nomem(err);
	}
	return json_array_append_new(owners, ms_object_new(ms_kind(res), ms_name(res)))
		       ? ms_nomem(err)
		       : 0;
}

/* "node01, node02 and 3 more": all of them stand in `objects`. */
static void list_owners(struct ms_buf *buf, const json_t *owners)
{
	size_t n = json_array_size(owners), shown = n > 6 ? 5 : n, i;

	for (i = 0; i < shown; i++) {
		const char *owner = ms_str(json_array_get(owners, i), "/name", "?");

		ms_buf_printf(buf, "%s%s", !i ? "" : i + 1 == n ? " and " : ", ", owner);
	}
	if (shown < n)
		ms_buf_printf(buf, " and %zu more", n - shown);
}

int ms_index_find(struct ms_item *item, const struct ms_rule *rule, const json_t *index,
		  const char *what, const char *hint, struct ms_err *err)
{
	const char *value;
	json_t *owners;
	int r = 0;

	json_object_foreach((json_t *)index, value, owners) {
		MS_AUTO_BUF struct ms_buf names = { 0 };

		if (r || json_array_size(owners) < 2)
			continue;
		list_owners(&names, owners);
		if (names.failed ||
		    ms_find_objects(item, rule, json_incref(owners), hint, "%s %s is used by %s",
				    what, value, names.data))
			r = ms_nomem(err);
	}
	return r;
}
