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

/* Try a password on a connection of its own, with Basic authentication: that leaves no session behind. */
static int try_login(struct bmc_reading *rd, const char *user, const char *password, json_t *account, struct ms_err *err)
{
	struct ms_redfish_opts opts = { .peer = rd->bmc->peer, .user = user, .password = password, .auth = "basic" };
	struct ms_redfish *redfish = NULL;
	json_t *body = NULL;
	int r = ms_redfish_open(rd->bmc->env->http, &opts, &redfish, err);

	/* The service root needs no login; the system does. */
	if (!r)
		r = ms_redfish_get(redfish, ms_str(rd->bmc->system, "/@odata.id", "/redfish/v1/Systems"), &body, err);
	json_decref(body);
	ms_redfish_close(redfish);
	if (r && err->code != MS_AUTH)
		return r;
	ms_err_clear(err);
	return json_object_set_new(account, "login", json_string(r ? "refused" : "accepted")) ? ms_nomem(err) : 0;
}

/* Each wrong password counts towards a lock-out: one try per account, none where the answer is known. */
static int logins(struct bmc_reading *rd, json_t *account, struct ms_err *err)
{
	const char *user = ms_str(account, "/userName", NULL), *reference, *password;
	const json_t *want;
	size_t i;

	json_array_foreach(ms_at(rd->server, "/spec/accounts"), i, want) {
		reference = ms_str(want, "/password", NULL);
		if (!reference || !ms_streq(ms_str(want, "/name", NULL), user) ||
		    ms_streq(ms_str(want, "/state", NULL), "absent") || !ms_bool(account, "/enabled", true) ||
		    ms_bool(account, "/locked", false))
			continue;
		/* A reference that does not resolve is for plan and check to say. */
		if (ms_secret_get(rd->bmc->env->secrets, reference, &password, err)) {
			ms_err_clear(err);
			continue;
		}
		return try_login(rd, user, password, account, err);
	}
	return 0;
}

int bmc_section_accounts(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *service = NULL, *all = NULL, *out = json_array();
	const json_t *one;
	size_t i;
	int r = bmc_follow(rd->bmc, ms_redfish_root(rd->bmc->redfish), "/AccountService", &service, err);

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
