/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about one resource at a time: what contradicts itself, and what cannot work. */
#include <inttypes.h>
#include "site/rules.h"

typedef int server_fn(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
		      struct ms_err *err);

static int each_server(struct ms_item *item, const struct ms_rule *rule, server_fn *fn,
		       struct ms_err *err)
{
	const json_t *res;
	size_t i;
	int r = 0;

	ms_set_foreach(ms_rule_set(item), i, res, "Server")
		if (!r)
			r = fn(item, rule, res, err);
	return r;
}
#define SERVER_RULE(rule_name, fn) \
	int rule_name(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err) \
	{ \
		return each_server(item, rule, fn, err); \
	}

static int no_address(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
		      struct ms_err *err)
{
	if (ms_at(res, "/spec/bmc/address"))
		return 0;
	return ms_find_one(item, rule, res, err,
			   "set bmc.address, or bmc.pool to take one from a pool",
			   "%s has no BMC address: nothing can be done with it", ms_name(res));
}
SERVER_RULE(ms_rule_no_address, no_address)

static int no_credentials(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
			  struct ms_err *err)
{
	if (!ms_at(res, "/spec/bmc/address") || ms_at(res, "/spec/bmc/credentials"))
		return 0;
	return ms_find_one(item, rule, res, err,
			   "set bmc.credentials, for all of them under spec.defaults.server",
			   "%s has no credentials for its BMC", ms_name(res));
}
SERVER_RULE(ms_rule_no_credentials, no_credentials)

static int pin_missing(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
		       struct ms_err *err)
{
	if (!ms_streq(ms_str(res, "/spec/bmc/tls/trust", NULL), "pin") ||
	    ms_at(res, "/spec/bmc/tls/pin"))
		return 0;
	return ms_find_one(
		item, rule, res, err,
		"print it with `msctl-bmc trust`, compare it, and write it to bmc.tls.pin",
		"%s trusts by pin, but bmc.tls.pin is missing", ms_name(res));
}
SERVER_RULE(ms_rule_pin_missing, pin_missing)

static int pin_unused(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
		      struct ms_err *err)
{
	const char *trust = ms_str(res, "/spec/bmc/tls/trust", "ca");

	if (!ms_at(res, "/spec/bmc/tls/pin") || !strcmp(trust, "pin"))
		return 0;
	return ms_find_one(item, rule, res, err, "set bmc.tls.trust to pin, or take the pin away",
			   "%s has a pin, but trusts by %s", ms_name(res), trust);
}
SERVER_RULE(ms_rule_pin_unused, pin_unused)

static int http_uri(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
		    struct ms_err *err)
{
	if (!ms_streq(ms_str(res, "/spec/boot/once", NULL), "http") ||
	    ms_at(res, "/spec/boot/httpUri"))
		return 0;
	return ms_find_one(item, rule, res, err, "set boot.httpUri to what it shall load",
			   "%s boots once over HTTP, but boot.httpUri is missing", ms_name(res));
}
SERVER_RULE(ms_rule_http_uri, http_uri)

static int boot_modes(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
		      struct ms_err *err)
{
	const char *boot = ms_str(res, "/spec/boot/mode", NULL),
		   *bios = ms_str(res, "/spec/bios/boot_mode", NULL);

	if (!boot || !bios || !strcmp(boot, bios))
		return 0;
	return ms_find_one(item, rule, res, err, "say it once: boot.mode or bios.boot_mode",
			   "%s has boot.mode %s and bios.boot_mode %s", ms_name(res), boot, bios);
}
SERVER_RULE(ms_rule_boot_modes, boot_modes)

static int secure_boot(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
		       struct ms_err *err)
{
	const char *mode = ms_str(res, "/spec/boot/mode",
				  ms_str(res, "/spec/bios/boot_mode", NULL));

	if (!ms_bool(res, "/spec/secureBoot", false) || !ms_streq(mode, "legacy"))
		return 0;
	return ms_find_one(item, rule, res, err,
			   "set the boot mode to uefi, or secureBoot to false",
			   "%s has secureBoot with legacy boot, but Secure Boot is part of UEFI",
			   ms_name(res));
}
SERVER_RULE(ms_rule_secure_boot, secure_boot)

static const char *nic_name(const json_t *nic)
{
	return ms_str(nic, "/name", ms_str(nic, "/mac", ms_str(nic, "/slot", "(no name)")));
}

static int vfs(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
	       struct ms_err *err)
{
	const json_t *nic;
	size_t i;
	int r = 0;

	json_array_foreach(ms_at(res, "/spec/nics"), i, nic) {
		bool off = !ms_bool(nic, "/sriov", true),
		     off_in_bios = !ms_bool(res, "/spec/bios/sriov", true);

		if (!r && ms_int(nic, "/vfs", 0) > 0 && (off || off_in_bios))
			r = ms_find_one(item, rule, res, err, "set sriov to true, or vfs to 0",
					"%s wants %" PRId64
					" virtual functions on %s, but %ssriov is false",
					ms_name(res), ms_int(nic, "/vfs", 0), nic_name(nic),
					off ? "its " : "bios.");
	}
	return r;
}
SERVER_RULE(ms_rule_vfs, vfs)

static int nic_unknown(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
		       struct ms_err *err)
{
	const json_t *nic;
	size_t i;
	int r = 0;

	json_array_foreach(ms_at(res, "/spec/nics"), i, nic)
		if (!r && !ms_at(nic, "/mac") && !ms_at(nic, "/slot"))
			r = ms_find_one(
				item, rule, res, err,
				"set mac or slot; `msctl-bmc get --only adapters` prints both",
				"NIC %s of %s has neither mac nor slot: it cannot be found",
				nic_name(nic), ms_name(res));
	return r;
}
SERVER_RULE(ms_rule_nic_unknown, nic_unknown)

static const char *locks_out(const json_t *account)
{
	if (ms_streq(ms_str(account, "/state", NULL), "absent"))
		return "taken away";
	if (!ms_bool(account, "/enabled", true))
		return "disabled";
	return ms_streq(ms_str(account, "/role", NULL), "ReadOnly") ? "made ReadOnly" : NULL;
}

static int lockout(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
		   struct ms_err *err)
{
	const char *user = ms_str(res, "/spec/bmc/credentials/username", NULL);
	const json_t *account;
	size_t i;
	int r = 0;

	json_array_foreach(ms_at(res, "/spec/accounts"), i, account) {
		const char *how = locks_out(account);

		if (!r && how && ms_streq(ms_str(account, "/name", NULL), user))
			r = ms_find_one(item, rule, res, err,
					"log in with another account first: change bmc.credentials",
					"account %s of %s would be %s, but msctl logs in with it",
					user, ms_name(res), how);
	}
	return r;
}
SERVER_RULE(ms_rule_lockout, lockout)

static int account_password(struct ms_item *item, const struct ms_rule *rule, const json_t *res,
			    struct ms_err *err)
{
	const json_t *account;
	size_t i;
	int r = 0;

	json_array_foreach(ms_at(res, "/spec/accounts"), i, account)
		if (!r && !ms_at(account, "/password") &&
		    !ms_streq(ms_str(account, "/state", NULL), "absent"))
			r = ms_find_one(
				item, rule, res, err,
				"set password to a reference, for example file:secrets/monitor",
				"account %s of %s has no password: it cannot be created",
				ms_str(account, "/name", "?"), ms_name(res));
	return r;
}
SERVER_RULE(ms_rule_account_password, account_password)

/* Whole kinds pass every filter untouched, so that a slip in `kind` would go unnoticed. */
int ms_rule_kind(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const json_t *res;
	size_t i;
	int r = 0;

	json_array_foreach(ms_rule_set(item)->resources, i, res) {
		const char *kind = ms_kind(res), *near = ms_nearest(kind, ms_kind_names);
		MS_AUTO_FREE char *hint = near ? ms_asprintf("did you mean %s?", near)
					       : strdup("`msctl-site schema --fields` lists kinds");

		if (r || ms_kind_find(kind) ||
		    !ms_streq(ms_str(res, "/apiVersion", NULL), MS_API_VERSION))
			continue;
		r = hint ? ms_find_one(item, rule, res, err, hint,
				       "%s is of kind %s, which no command knows", ms_name(res),
				       kind)
			 : ms_nomem(err);
	}
	return r;
}
