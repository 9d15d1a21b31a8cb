/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Accounts of the BMC, and whether the passwords that the spec gives are accepted. */
#include "bmc/read.h"

static const struct bmc_row rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "userName", "/UserName", BMC_TEXT },
	{ "role", "/RoleId", BMC_WORD },
	{ "enabled", "/Enabled", BMC_BOOL },
	{ "locked", "/Locked", BMC_BOOL },
	{ "types", "/AccountTypes", BMC_WORDS },
	{ "uri", "/@odata.id", BMC_WORD },
	BMC_ROW_END
};

json_t *bmc_norm_account(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, rows, raw);
}

int bmc_try_login(struct bmc *bmc, const char *user, const char *password, bool *ret_accepted,
		  struct ms_err *err)
{
	struct ms_redfish_opts opts = {
		.peer = bmc->peer, .user = user, .password = password, .auth = "basic"
	};
	struct ms_redfish *redfish = NULL;
	json_t *body = NULL;
	int r = ms_redfish_open(bmc->env->http, &opts, &redfish, err);

	/* The service root needs no login; the system does. */
	if (!r)
		r = ms_redfish_get(redfish,
				   ms_str(bmc->system, "/@odata.id", "/redfish/v1/Systems"), &body,
				   err);
	json_decref(body);
	ms_redfish_close(redfish);
	if (r && err->code != MS_AUTH)
		return r;
	ms_err_clear(err);
	*ret_accepted = !r;
	return 0;
}

static int set_login(json_t *account, bool accepted, struct ms_err *err)
{
	return json_object_set_new(account, "login", json_string(accepted ? "accepted" : "refused"))
		       ? ms_nomem(err)
		       : 0;
}

/* Each wrong password counts towards a lock-out: one try per account, none where the answer is
 * known. */
static int logins(struct bmc_reading *rd, json_t *account, struct ms_err *err)
{
	const char *user = ms_str(account, "/userName", NULL), *reference, *password;
	const json_t *want;
	bool accepted;
	size_t i;

	if (rd->server && ms_streq(user, rd->bmc->user))
		return set_login(account, !rd->bmc->previous, err);
	json_array_foreach(ms_at(rd->server, "/spec/accounts"), i, want) {
		reference = ms_str(want, "/password", NULL);
		if (!reference || !ms_streq(ms_str(want, "/name", NULL), user) ||
		    ms_streq(ms_str(want, "/state", NULL), "absent") ||
		    !ms_bool(account, "/enabled", true) || ms_bool(account, "/locked", false))
			continue;
		/* A reference that does not resolve is for plan and check to say. */
		if (ms_secret_get(rd->bmc->env->secrets, reference, &password, err)) {
			ms_err_clear(err);
			continue;
		}
		if (bmc_try_login(rd->bmc, user, password, &accepted, err))
			return err->error;
		return set_login(account, accepted, err);
	}
	return 0;
}

/* All that can be known of a BMC that takes nothing but a new password. */
static int only_own(struct bmc_reading *rd, struct ms_err *err)
{
	json_t *own = json_pack("[{s:s, s:s, s:b, s:s}]", "userName", rd->bmc->user, "login",
				"refused", "passwordChangeRequired", 1, "uri",
				ms_redfish_must_change(rd->bmc->redfish));

	return json_object_set_new(rd->facts, "accounts", own) ? ms_nomem(err) : 0;
}

int bmc_section_accounts(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *service = NULL, *all = NULL, *out = json_array();
	const json_t *one;
	size_t i;
	int r;

	if (rd->bmc->must_change)
		return only_own(rd, err);
	r = bmc_follow(rd->bmc, ms_redfish_root(rd->bmc->redfish), "/AccountService", &service,
			   err);

	if (r > 0)
		r = bmc_members(rd->bmc, service, "/Accounts", &all, err);
	if (r <= 0)
		return r;
	json_array_foreach(all, i, one) {
		json_t *account = bmc_norm_account(&rd->norm, one);

		if (json_array_append_new(out, account))
			return ms_nomem(err);
		r = logins(rd, account, err);
		if (r)
			return r;
	}
	return json_object_set(rd->facts, "accounts", out) ? ms_nomem(err) : 0;
}
