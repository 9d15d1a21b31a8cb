/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/site: what the rules of `msctl-site check` share. */
#ifndef MS_SITE_RULES_H
#define MS_SITE_RULES_H

#include "site/kinds.h"

typedef int rule_fn(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err);

rule_fn ms_rule_names, ms_rule_macs, ms_rule_serials, ms_rule_bmcs, ms_rule_cables, ms_rule_nic_names;
rule_fn ms_rule_pools_overlap, ms_rule_pool_outside, ms_rule_units_overlap, ms_rule_rack_height;
rule_fn ms_rule_rack_unknown, ms_rule_rack_missing, ms_rule_no_address, ms_rule_no_credentials;
rule_fn ms_rule_pin_missing, ms_rule_pin_unused, ms_rule_http_uri, ms_rule_boot_modes, ms_rule_secure_boot;
rule_fn ms_rule_vfs, ms_rule_nic_unknown, ms_rule_lockout, ms_rule_account_password;
rule_fn ms_rule_secrets, ms_rule_kind, ms_rule_profile_unused;
rule_fn ms_rule_cable_nowhere, ms_rule_cable_server, ms_rule_part, ms_rule_channel_port, ms_rule_same_name;
rule_fn ms_rule_fabric_unknown, ms_rule_fabric_missing, ms_rule_loopbacks, ms_rule_asns, ms_rule_pair,
	ms_rule_pair_domain, ms_rule_channel_number;
rule_fn ms_rule_switch_lacks, ms_rule_switch_address, ms_rule_switch_credentials;
rule_fn ms_rule_tenant_unknown, ms_rule_vlans, ms_rule_vnis, ms_rule_vpls, ms_rule_network_lacks, ms_rule_peers;
rule_fn ms_rule_member_nowhere, ms_rule_untagged, ms_rule_gateways;

static inline const struct ms_site_set *ms_rule_set(const struct ms_item *item)
{
	return item->ctx;
}
/* Call fn for each resource of a kind; non-zero ends it. */
#define ms_set_foreach(set, i, res, of_kind) \
	json_array_foreach((set)->resources, i, res) if (ms_streq(ms_kind(res), of_kind))

/* Who holds a value: {value: [{kind, name}, ...]}. */
int ms_index_add(json_t *index, const char *value, const json_t *res, struct ms_err *err);
/* One Finding per value with more than one holder: "MAC address 02:... is used by node01 and node02". */
int ms_index_find(struct ms_item *item, const struct ms_rule *rule, const json_t *index, const char *what,
		  const char *hint, struct ms_err *err);
/* A Finding about one resource. */
int ms_find_one(struct ms_item *item, const struct ms_rule *rule, const json_t *res, struct ms_err *err,
		const char *hint, const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* The same about two. */
int ms_find_two(struct ms_item *item, const struct ms_rule *rule, const json_t *a, const json_t *b, struct ms_err *err,
		const char *hint, const char *fmt, ...) __attribute__((format(printf, 7, 8)));
/* {name: resource} of a kind, new; NULL when memory ran out. */
json_t *ms_rule_index(const struct ms_site_set *set, const char *kind);
/* "did you mean leaf01?" of the names in an index, else otherwise; caller frees. */
char *ms_rule_near(const json_t *index, const char *name, const char *otherwise);
/* "1" or "1/2": what msctl-switch calls a port of the front panel. */
bool ms_rule_is_port(const char *port);
/* The device of "leaf01:1/2" into name; what stands behind the colon, "" when nothing does. */
const char *ms_rule_end(const char *end, char name[static 256]);
/* {kind, name}, for ms_find_objects. */
json_t *ms_object_new(const char *kind, const char *name);

#endif
