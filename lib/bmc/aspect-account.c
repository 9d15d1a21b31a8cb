/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * account.create, account.set, account.password and account.delete (DSP0268, ManagerAccount).
 *
 * Steps hold references to secrets, never secrets.  A password is proven by a login of its own, at most one refused try
 * per account and run, because refused ones lead to lock-outs.  The account that msctl itself uses is never deleted,
 * disabled or demoted, and its new password is tried before the old one is forgotten: whatever moment a run is killed
 * at, credentials.password or credentials.previous opens the BMC.
 */
#include "bmc/aspect.h"
#include "bmc/read.h"

static const char *const speaks[] = { "/accounts", NULL };
static const char *const speaks_password[] = { "/accounts", "/bmc/credentials/previous", NULL };
static const char *const after_create[] = { "account.create", NULL };

static const json_t *account_of(const json_t *facts, const char *name)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(facts, "accounts"), i, one)
		if (ms_streq(ms_str(one, "/userName", NULL), name))
			return one;
	return NULL;
}

static json_t *view_account(const json_t *facts, const json_t *want)
{
	const char *name = ms_str(want, "/name", "");
	const json_t *account = account_of(facts, name);
	json_t *view = bmc_view_members(account, "", want), *password = json_object_get(want, "password");
	int bad = 0;

	bad |= json_object_set_new(view, "name", json_string(name));
	if (json_object_get(want, "present"))
		bad |= json_object_set_new(view, "present", json_boolean(account != NULL));
	/* Nobody can read a password back; login speaks for it. */
	if (password)
		bad |= json_object_set(view, "password", password);
	/* Accounts without an Enabled of their own (HPE) can log in. */
	if (account && json_object_get(want, "enabled") && !json_object_get(account, "enabled"))
		bad |= json_object_set_new(view, "enabled", json_true());
	if (bad)
		json_decref(ms_take(view));
	return view;
}

/* ---- wishes -------------------------------------------------------------------------------------- */

static bool wanted_absent(const json_t *wish)
{
	return ms_streq(ms_str(wish, "/state", NULL), "absent");
}

static const char *own_name(const struct bmc_draft *draft)
{
	return ms_str(draft->spec, "/bmc/credentials/username", NULL);
}

static bool is_own(const struct bmc_draft *draft, const json_t *wish)
{
	return ms_streq(ms_str(wish, "/name", NULL), own_name(draft));
}

static int want_create(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	char pointer[64];
	size_t i;
	json_t *wish;
	int r = 0;

	if (!bmc_draft_section(draft, "accounts", "/spec/accounts"))
		return 0;
	json_array_foreach(json_object_get(draft->spec, "accounts"), i, wish) {
		const char *name = ms_str(wish, "/name", ""), *password = ms_str(wish, "/password", NULL);
		bool enabled = ms_bool(wish, "/enabled", true);
		json_t *after;

		snprintf(pointer, sizeof pointer, "/spec/accounts/%zu", i);
		if (r || wanted_absent(wish) || account_of(draft->facts, name))
			continue;
		if (!password) {
			ms_hint(bmc_draft_refuse(draft, MS_INPUT, pointer, "account %s is to be created, but has no password", name),
				"give password: file:PATH, env:NAME or exec:COMMAND");
			continue;
		}
		after = json_pack("{s:s,s:b,s:s,s:b,s:s}", "name", name, "present", 1, "role",
				  ms_str(wish, "/role", "Operator"), "enabled", enabled, "password", password);
		if (after && enabled && json_object_set_new(after, "login", json_string("accepted")))
			json_decref(ms_take(after));
		r = bmc_draft_add(draft, aspect, NULL, after, err);
	}
	return r;
}

static bool keeps_own(struct bmc_draft *draft, const json_t *wish, const char *pointer)
{
	if (!is_own(draft, wish) || (ms_bool(wish, "/enabled", true) &&
				     ms_streq(ms_str(wish, "/role", "Administrator"), "Administrator")))
		return true;
	bmc_draft_refuse(draft, MS_CONFLICT, pointer, "account %s is the one msctl logs in with: it stays an enabled Administrator",
			 ms_str(wish, "/name", ""));
	return false;
}

static int set_one(struct bmc_draft *draft, const struct bmc_aspect *aspect, const json_t *wish, const char *pointer,
		   struct ms_err *err)
{
	const char *name = ms_str(wish, "/name", "");
	const json_t *account = account_of(draft->facts, name);
	bool enabled = ms_bool(wish, "/enabled", true);

	if (!account || wanted_absent(wish) || !keeps_own(draft, wish, pointer))
		return 0;
	if (!enabled && !json_object_get(account, "enabled")) {
		bmc_draft_refuse(draft, MS_UNSUPPORTED, pointer, "this BMC cannot disable accounts: %s can be absent or present",
				 name);
		return 0;
	}
	return bmc_draft_add(draft, aspect, NULL, json_pack("{s:s,s:s,s:b}", "name", name, "role",
							    ms_str(wish, "/role", "Operator"), "enabled", enabled), err);
}

static int want_set(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	char pointer[64];
	size_t i;
	json_t *wish;
	int r = 0;

	json_array_foreach(json_object_get(draft->spec, "accounts"), i, wish) {
		snprintf(pointer, sizeof pointer, "/spec/accounts/%zu", i);
		if (!r)
			r = set_one(draft, aspect, wish, pointer, err);
	}
	return r;
}

/* Only where a login has shown that the password is another one; where none was tried, nothing is known. */
static int password_one(struct bmc_draft *draft, const struct bmc_aspect *aspect, const char *name, const char *reference,
			struct ms_err *err)
{
	const json_t *account = account_of(draft->facts, name);

	if (!account || !ms_str(account, "/login", NULL))
		return 0;
	return bmc_draft_add(draft, aspect, NULL, json_pack("{s:s,s:s,s:s}", "name", name, "login", "accepted",
							    "password", reference), err);
}

static int want_password(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	const char *own = ms_str(draft->spec, "/bmc/credentials/password", NULL);
	char pointer[64];
	size_t i;
	json_t *wish;
	int r = 0;

	if (!bmc_draft_section(draft, "accounts", "/spec/accounts"))
		return 0;
	if (own_name(draft) && own)
		r = password_one(draft, aspect, own_name(draft), own, err);
	json_array_foreach(json_object_get(draft->spec, "accounts"), i, wish) {
		const char *reference = ms_str(wish, "/password", NULL);

		if (r || !reference || wanted_absent(wish) || !ms_bool(wish, "/enabled", true))
			continue;
		snprintf(pointer, sizeof pointer, "/spec/accounts/%zu/password", i);
		if (!is_own(draft, wish))
			r = password_one(draft, aspect, ms_str(wish, "/name", ""), reference, err);
		else if (!ms_streq(reference, own))
			ms_hint(bmc_draft_refuse(draft, MS_CONFLICT, pointer,
						 "account %s is the one msctl logs in with, and bmc.credentials.password is another "
						 "reference", own_name(draft)),
				"to rotate it: the new reference as credentials.password, the old one as credentials.previous");
	}
	return r;
}

static int want_delete(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	char pointer[64];
	size_t i;
	json_t *wish;
	int r = 0;

	json_array_foreach(json_object_get(draft->spec, "accounts"), i, wish) {
		const char *name = ms_str(wish, "/name", "");

		if (r || !wanted_absent(wish) || !account_of(draft->facts, name))
			continue;
		snprintf(pointer, sizeof pointer, "/spec/accounts/%zu", i);
		if (is_own(draft, wish))
			bmc_draft_refuse(draft, MS_CONFLICT, pointer, "account %s is the one msctl logs in with: it is not deleted",
					 name);
		else
			r = bmc_draft_add(draft, aspect, NULL, json_pack("{s:s,s:b}", "name", name, "present", 0), err);
	}
	return r;
}

static int say_create(struct ms_buf *buf, const json_t *before, const json_t *after)
{
	(void)before;
	return ms_buf_printf(buf, "account %s created as %s%s", ms_str(after, "/name", "?"), ms_str(after, "/role", "?"),
			     ms_bool(after, "/enabled", true) ? "" : ", disabled");
}

static int say_set(struct ms_buf *buf, const json_t *before, const json_t *after)
{
	ms_buf_printf(buf, "account %s ", ms_str(after, "/name", "?"));
	return bmc_say_changes(buf, before, after);
}

static int say_password(struct ms_buf *buf, const json_t *before, const json_t *after)
{
	(void)before;
	return ms_buf_printf(buf, "account %s gets the password of %s", ms_str(after, "/name", "?"),
			     ms_str(after, "/password", "?"));
}

static int say_delete(struct ms_buf *buf, const json_t *before, const json_t *after)
{
	(void)before;
	return ms_buf_printf(buf, "account %s deleted", ms_str(after, "/name", "?"));
}

/* ---- reading ------------------------------------------------------------------------------------- */

static int login_state(struct bmc_device *device, const json_t *want, const char **ret_state, struct ms_err *err)
{
	const char *name = ms_str(want, "/name", ""), *known = json_string_value(json_object_get(device->logins, name));
	const char *own = ms_str(device->target, "/spec/bmc/credentials/username", NULL), *password;
	bool accepted;
	int r;

	if (ms_streq(name, own))
		*ret_state = device->bmc->previous ? "refused" : "accepted";
	else if (known)
		*ret_state = known;
	else {
		r = ms_secret_get(device->env->secrets, ms_str(want, "/password", ""), &password, err);
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

static int read_account(struct bmc_device *device, const json_t *want, json_t **ret_now, struct ms_err *err)
{
	json_auto_t *facts = NULL, *now = NULL;
	const char *state;
	int r = bmc_look(device->bmc, NULL, "accounts", &facts, err);

	if (r)
		return r;
	now = view_account(facts, want);
	if (!now)
		return ms_nomem(err);
	if (json_object_get(want, "login") && account_of(facts, ms_str(want, "/name", ""))) {
		r = login_state(device, want, &state, err);
		if (!r && json_object_set_new(now, "login", json_string(state)))
			r = ms_nomem(err);
	}
	if (!r)
		*ret_now = ms_take(now);
	return r;
}

/* ---- doing --------------------------------------------------------------------------------------- */

static int accounts_of(struct bmc *bmc, json_t **ret_service, json_t **ret_all, struct ms_err *err)
{
	int r;

	ms_redfish_forget(bmc->redfish);
	r = bmc_follow(bmc, ms_redfish_root(bmc->redfish), "/AccountService", ret_service, err);
	if (r > 0)
		r = bmc_members(bmc, *ret_service, "/Accounts", ret_all, err);
	return r > 0 ? 0 : r < 0 ? r : ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED, "this BMC has no AccountService");
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
		if (strtoul(ms_str(one, "/Id", "0"), NULL, 10) >= first && !*ms_str(one, "/UserName", ""))
			return ms_str(one, "/@odata.id", NULL);
	return NULL;
}

static json_t *new_account(const json_t *want, const char *password, bool has_enabled)
{
	json_t *body = json_pack("{s:O,s:s,s:O}", "UserName", json_object_get(want, "name"), "Password", password, "RoleId",
				 json_object_get(want, "role"));

	if (body && has_enabled && json_object_set(body, "Enabled", json_object_get(want, "enabled")))
		json_decref(ms_take(body));
	return body;
}

static int post_account(struct bmc *bmc, const json_t *service, json_t *body, struct ms_err *err)
{
	struct ms_redfish_reply reply = { 0 };
	int r = body ? ms_redfish_post(bmc->redfish, ms_str(service, "/Accounts/@odata.id", ""), body, &reply, err) : ms_nomem(err);

	ms_redfish_reply_release(&reply);
	json_decref(body);
	return r;
}

static int act_create(struct bmc_device *device, const json_t *want, const json_t *now, struct ms_err *err)
{
	const struct ms_rf_quirks *quirks = ms_redfish_quirks(device->bmc->redfish);
	json_auto_t *service = NULL, *all = NULL;
	const char *password, *slot;
	int r = accounts_of(device->bmc, &service, &all, err);

	(void)now;
	if (!r)
		r = ms_secret_get(device->env->secrets, ms_str(want, "/password", ""), &password, err);
	/* A run that was killed may have got this far. */
	if (r || uri_of(all, ms_str(want, "/name", "")))
		return r;
	json_object_del(device->logins, ms_str(want, "/name", ""));
	if (!quirks->account_slots)
		return post_account(device->bmc, service,
				    new_account(want, password, json_object_get(json_array_get(all, 0), "Enabled")), err);
	slot = free_slot(all, quirks->first_slot);
	if (!slot)
		return ms_fail(err, -ENOSPC, MS_CONFLICT, "all account slots of this BMC are taken");
	return bmc_patch(device->bmc, slot, new_account(want, password, true), 60, err);
}

static int patch_account(struct bmc_device *device, const json_t *want, json_t *body, struct ms_err *err)
{
	json_auto_t *service = NULL, *all = NULL;
	const char *uri;
	int r = accounts_of(device->bmc, &service, &all, err);

	uri = uri_of(all, ms_str(want, "/name", ""));
	if (!r && !uri)
		r = ms_fail(err, -ENOENT, MS_NOTFOUND, "account %s is not there any more", ms_str(want, "/name", "?"));
	if (r) {
		json_decref(body);
		return r;
	}
	return bmc_patch(device->bmc, uri, body, 60, err);
}

static int act_set(struct bmc_device *device, const json_t *want, const json_t *now, struct ms_err *err)
{
	json_t *body = json_object();
	int bad = 0;

	if (!bmc_contains(json_object_get(now, "role"), json_object_get(want, "role")))
		bad |= json_object_set(body, "RoleId", json_object_get(want, "role"));
	if (!bmc_contains(json_object_get(now, "enabled"), json_object_get(want, "enabled")))
		bad |= json_object_set(body, "Enabled", json_object_get(want, "enabled"));
	if (bad)
		json_decref(ms_take(body));
	return patch_account(device, want, body, err);
}

/* The session of the account whose password changed may be gone: a new one is opened before the old one is closed, with
 * the new secret first. */
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

static int act_password(struct bmc_device *device, const json_t *want, const json_t *now, struct ms_err *err)
{
	const char *name = ms_str(want, "/name", ""), *password;
	int r = ms_secret_get(device->env->secrets, ms_str(want, "/password", ""), &password, err);

	(void)now;
	if (!r)
		r = patch_account(device, want, json_pack("{s:s}", "Password", password), err);
	if (r)
		return r;
	json_object_del(device->logins, name);
	return ms_streq(name, ms_str(device->target, "/spec/bmc/credentials/username", NULL)) ? reopen(device, err) : 0;
}

/* A slot is emptied in two writes: an enabled user cannot lose its name. */
static int empty_slot(struct bmc *bmc, const char *uri, struct ms_err *err)
{
	int r = bmc_patch(bmc, uri, json_pack("{s:b,s:s}", "Enabled", 0, "RoleId", "None"), 60, err);

	return r ? r : bmc_patch(bmc, uri, json_pack("{s:s}", "UserName", ""), 60, err);
}

static int act_delete(struct bmc_device *device, const json_t *want, const json_t *now, struct ms_err *err)
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

const struct bmc_aspect bmc_aspect_account_create = {
	.action = "account.create", .label = "account", .risk = "none", .speaks = speaks, .section = "accounts",
	.want = want_create, .view = view_account, .read = read_account, .act = act_create, .say = say_create,
};
const struct bmc_aspect bmc_aspect_account_set = {
	.action = "account.set", .label = "account", .risk = "none", .speaks = speaks, .section = "accounts", .undo = true,
	.want = want_set, .view = view_account, .read = read_account, .act = act_set, .say = say_set,
};
const struct bmc_aspect bmc_aspect_account_password = {
	.action = "account.password", .label = "account", .risk = "none", .speaks = speaks_password, .section = "accounts",
	.after = after_create, .want = want_password, .view = view_account, .read = read_account, .act = act_password,
	.say = say_password,
};
const struct bmc_aspect bmc_aspect_account_delete = {
	.action = "account.delete", .label = "account", .risk = "none", .speaks = speaks, .section = "accounts",
	.after = after_create, .want = want_delete, .view = view_account, .read = read_account, .act = act_delete,
	.say = say_delete,
};
