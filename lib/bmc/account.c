/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Accounts of an open BMC: read with a proof of the password, created, changed and deleted. */
#include "bmc/account.h"
#include "bmc/read.h"

/* ---- reading ---- */

static int login_state(struct bmc_device *device, const json_t *want, const char **ret_state,
		       struct ms_err *err)
{
	const char *name = ms_str(want, "/name", ""),
		   *known = json_string_value(json_object_get(device->logins, name));
	const char *own = ms_str(device->target, "/spec/bmc/credentials/username", NULL), *password;
	bool accepted;
	int r;

	if (ms_streq(name, own))
		*ret_state = device->bmc->previous ? "refused" : "accepted";
	else if (known)
		*ret_state = known;
	else {
		r = ms_secret_get(device->env->secrets, ms_str(want, "/password", ""), &password,
				  err);
		if (!r)
			r = bmc_try_login(device->bmc, name, password, &accepted, err);
		if (r)
			return r;
		*ret_state = accepted ? "accepted" : "refused";
		if (json_object_set_new(device->logins, name, json_string(*ret_state)))
			return ms_nomem(err);
	}
	return 0;
}

/* A BMC that waits for a new password shows no system to read again. */
static int look(struct bmc *bmc, json_t **ret_facts, struct ms_err *err)
{
	static const char *const only[] = { "accounts", NULL };

	return bmc->must_change ? bmc_observe(bmc, NULL, only, ret_facts, err)
				: bmc_look(bmc, NULL, "accounts", ret_facts, err);
}

int bmc_account_read(struct bmc_device *device, const json_t *want, json_t **ret_now,
			struct ms_err *err)
{
	json_auto_t *facts = NULL, *now = NULL;
	const char *state;
	int r = look(device->bmc, &facts, err);

	if (r)
		return r;
	now = bmc_account_view(facts, want);
	if (!now)
		return ms_nomem(err);
	if (json_object_get(want, "login") && bmc_account_of(facts, ms_str(want, "/name", ""))) {
		r = login_state(device, want, &state, err);
		if (!r && json_object_set_new(now, "login", json_string(state)))
			r = ms_nomem(err);
	}
	if (!r)
		*ret_now = ms_take(now);
	return r;
}

/* ---- doing ---- */

static int accounts_of(struct bmc *bmc, json_t **ret_service, json_t **ret_all, struct ms_err *err)
{
	int r;

	ms_redfish_forget(bmc->redfish);
	r = bmc_follow(bmc, ms_redfish_root(bmc->redfish), "/AccountService", ret_service, err);
	if (r > 0)
		r = bmc_members(bmc, *ret_service, "/Accounts", ret_all, err);
	return r > 0   ? 0
	       : r < 0 ? r
		       : ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
				 "this BMC has no AccountService");
}

static const char *uri_of(const json_t *all, const char *name)
{
	size_t i;
	json_t *one;

	json_array_foreach(all, i, one)
		if (ms_streq(ms_str(one, "/UserName", NULL), name))
			return ms_str(one, "/@odata.id", NULL);
	return NULL;
}

/* A slot that nobody uses; those below first_slot belong to the firmware. */
static const char *free_slot(const json_t *all, unsigned first)
{
	size_t i;
	json_t *one;

	json_array_foreach(all, i, one)
		if (strtoul(ms_str(one, "/Id", "0"), NULL, 10) >= first &&
		    !*ms_str(one, "/UserName", ""))
			return ms_str(one, "/@odata.id", NULL);
	return NULL;
}

static json_t *new_account(const json_t *want, const char *password, bool has_enabled)
{
	json_t *body = json_pack("{s:O,s:s,s:O}", "UserName", json_object_get(want, "name"),
				 "Password", password, "RoleId", json_object_get(want, "role"));

	if (body && has_enabled &&
	    json_object_set(body, "Enabled", json_object_get(want, "enabled")))
		json_decref(ms_take(body));
	return body;
}

static int post_account(struct bmc *bmc, const json_t *service, json_t *body, struct ms_err *err)
{
	struct ms_redfish_reply reply = { 0 };
	int r = body ? ms_redfish_post(bmc->redfish, ms_str(service, "/Accounts/@odata.id", ""),
				       body, &reply, err)
		     : ms_nomem(err);

	ms_redfish_reply_release(&reply);
	json_decref(body);
	return r;
}

int bmc_account_create(struct bmc_device *device, const json_t *want, const json_t *now,
		      struct ms_err *err)
{
	const struct ms_rf_quirks *quirks = ms_redfish_quirks(device->bmc->redfish);
	json_auto_t *service = NULL, *all = NULL;
	const char *password, *slot;
	int r = accounts_of(device->bmc, &service, &all, err);

	(void)now;
	if (!r)
		r = ms_secret_get(device->env->secrets, ms_str(want, "/password", ""), &password,
				  err);
	/* A run that was killed may have got this far. */
	if (r || uri_of(all, ms_str(want, "/name", "")))
		return r;
	json_object_del(device->logins, ms_str(want, "/name", ""));
	if (!quirks->account_slots)
		return post_account(device->bmc, service,
				    new_account(want, password,
						json_object_get(json_array_get(all, 0), "Enabled")),
				    err);
	slot = free_slot(all, quirks->first_slot);
	if (!slot)
		return ms_fail(err, -ENOSPC, MS_CONFLICT,
			       "all account slots of this BMC are taken");
	return bmc_patch(device->bmc, slot, new_account(want, password, true), 60, err);
}

static int patch_account(struct bmc_device *device, const json_t *want, json_t *body,
			 struct ms_err *err)
{
	json_auto_t *service = NULL, *all = NULL;
	const char *uri;
	int r = accounts_of(device->bmc, &service, &all, err);

	uri = uri_of(all, ms_str(want, "/name", ""));
	if (!r && !uri)
		r = ms_fail(err, -ENOENT, MS_NOTFOUND, "account %s is not there any more",
			    ms_str(want, "/name", "?"));
	if (r) {
		json_decref(body);
		return r;
	}
	return bmc_patch(device->bmc, uri, body, 60, err);
}

int bmc_account_set(struct bmc_device *device, const json_t *want, const json_t *now,
		   struct ms_err *err)
{
	json_t *body = json_object();
	int bad = 0;

	if (!ms_step_holds(json_object_get(now, "role"), json_object_get(want, "role")))
		bad |= json_object_set(body, "RoleId", json_object_get(want, "role"));
	if (!ms_step_holds(json_object_get(now, "enabled"), json_object_get(want, "enabled")))
		bad |= json_object_set(body, "Enabled", json_object_get(want, "enabled"));
	if (bad)
		json_decref(ms_take(body));
	return patch_account(device, want, body, err);
}

/* The session of the account whose password changed may be gone: a new one is opened before the old
 * one is closed, with the new secret first. */
static int reopen(struct bmc_device *device, struct ms_err *err)
{
	struct bmc *again;
	int r = bmc_open(device->env, device->target, &again, err);

	if (r)
		return r;
	bmc_close(device->bmc);
	device->bmc = again;
	return 0;
}

int bmc_account_password(struct bmc_device *device, const json_t *want, const json_t *now,
			struct ms_err *err)
{
	const char *name = ms_str(want, "/name", ""), *password;
	int r = ms_secret_get(device->env->secrets, ms_str(want, "/password", ""), &password, err);

	(void)now;
	if (!r && device->bmc->must_change)
		r = bmc_patch(device->bmc, ms_redfish_must_change(device->bmc->redfish),
			      json_pack("{s:s}", "Password", password), 60, err);
	else if (!r)
		r = patch_account(device, want, json_pack("{s:s}", "Password", password), err);
	if (r)
		return r;
	json_object_del(device->logins, name);
	return ms_streq(name, ms_str(device->target, "/spec/bmc/credentials/username", NULL))
		       ? reopen(device, err)
		       : 0;
}

/* A slot is emptied in two writes: an enabled user cannot lose its name. */
static int empty_slot(struct bmc *bmc, const char *uri, struct ms_err *err)
{
	int r = bmc_patch(bmc, uri, json_pack("{s:b,s:s}", "Enabled", 0, "RoleId", "None"), 60,
			  err);

	return r ? r : bmc_patch(bmc, uri, json_pack("{s:s}", "UserName", ""), 60, err);
}

int bmc_account_delete(struct bmc_device *device, const json_t *want, const json_t *now,
		      struct ms_err *err)
{
	json_auto_t *service = NULL, *all = NULL;
	const char *uri;
	int r = accounts_of(device->bmc, &service, &all, err);

	(void)now;
	uri = uri_of(all, ms_str(want, "/name", ""));
	if (r || !uri)
		return r;
	if (ms_redfish_quirks(device->bmc->redfish)->account_slots)
		return empty_slot(device->bmc, uri, err);
	return ms_redfish_delete(device->bmc->redfish, uri, err);
}
