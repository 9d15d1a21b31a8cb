/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * account.create, account.set, account.password and account.delete (DSP0268, ManagerAccount).
 *
 * Steps hold references to secrets, never secrets.  A password is proven by a login of its own, at
 * most one refused try per account and run, because refused ones lead to lock-outs.  The account
 * that msctl itself uses is never deleted, disabled or demoted, and its new password is tried
 * before the old one is forgotten: whatever moment a run is killed at, credentials.password or
 * credentials.previous opens the BMC.
 */
#include "bmc/aspect.h"
#include "bmc/account.h"

static const char *const speaks[] = { "/accounts", NULL };
static const char *const speaks_password[] = { "/accounts", "/bmc/credentials/previous", NULL };
static const char *const after_create[] = { "account.create", NULL };
/* An account goes only when those that are to stay are as wanted. */
static const char *const rests_on[] = { "/spec/accounts", NULL };

const json_t *bmc_account_of(const json_t *facts, const char *name)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(facts, "accounts"), i, one)
		if (ms_streq(ms_str(one, "/userName", NULL), name))
			return one;
	return NULL;
}

json_t *bmc_account_view(const json_t *facts, const json_t *want)
{
	const char *name = ms_str(want, "/name", "");
	const json_t *account = bmc_account_of(facts, name);
	json_t *view = bmc_view_members(account, "", want),
	       *password = json_object_get(want, "password");
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

/* ---- wishes ---- */

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
		const char *name = ms_str(wish, "/name", ""),
			   *password = ms_str(wish, "/password", NULL);
		bool enabled = ms_bool(wish, "/enabled", true);
		json_t *after;

		snprintf(pointer, sizeof pointer, "/spec/accounts/%zu", i);
		if (r || wanted_absent(wish) || bmc_account_of(draft->facts, name))
			continue;
		if (!password) {
			ms_hint(bmc_draft_refuse(draft, MS_INPUT, pointer,
						 "account %s is to be created, but has no password",
						 name),
				"give password: file:PATH, env:NAME or exec:COMMAND");
			continue;
		}
		after = json_pack("{s:s,s:b,s:s,s:b,s:s}", "name", name, "present", 1, "role",
				  ms_str(wish, "/role", "Operator"), "enabled", enabled, "password",
				  password);
		if (after && enabled &&
		    json_object_set_new(after, "login", json_string("accepted")))
			json_decref(ms_take(after));
		r = bmc_draft_add(draft, aspect, NULL, after, err);
	}
	return r;
}

static bool keeps_own(struct bmc_draft *draft, const json_t *wish, const char *pointer)
{
	if (!is_own(draft, wish) ||
	    (ms_bool(wish, "/enabled", true) &&
	     ms_streq(ms_str(wish, "/role", "Administrator"), "Administrator")))
		return true;
	bmc_draft_refuse(
		draft, MS_CONFLICT, pointer,
		"account %s is the one msctl logs in with: it stays an enabled Administrator",
		ms_str(wish, "/name", ""));
	return false;
}

static int set_one(struct bmc_draft *draft, const struct bmc_aspect *aspect, const json_t *wish,
		   const char *pointer, struct ms_err *err)
{
	const char *name = ms_str(wish, "/name", "");
	const json_t *account = bmc_account_of(draft->facts, name);
	bool enabled = ms_bool(wish, "/enabled", true);

	if (!account || wanted_absent(wish) || !keeps_own(draft, wish, pointer))
		return 0;
	if (!enabled && !json_object_get(account, "enabled")) {
		bmc_draft_refuse(draft, MS_UNSUPPORTED, pointer,
				 "this BMC cannot disable accounts: %s can be absent or present",
				 name);
		return 0;
	}
	return bmc_draft_add(draft, aspect, NULL,
			     json_pack("{s:s,s:s,s:b}", "name", name, "role",
				       ms_str(wish, "/role", "Operator"), "enabled", enabled),
			     err);
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

/* Only where a login has shown that the password is another one; where none was tried, nothing is
 * known. */
static int password_one(struct bmc_draft *draft, const struct bmc_aspect *aspect, const char *name,
			const char *reference, struct ms_err *err)
{
	const json_t *account = bmc_account_of(draft->facts, name);

	if (!account || !ms_str(account, "/login", NULL))
		return 0;
	return bmc_draft_add(draft, aspect, NULL,
			     json_pack("{s:s,s:s,s:s}", "name", name, "login", "accepted",
				       "password", reference),
			     err);
}

static int want_password(struct bmc_draft *draft, const struct bmc_aspect *aspect,
			 struct ms_err *err)
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
			ms_hint(bmc_draft_refuse(
					draft, MS_CONFLICT, pointer,
					"account %s is the one msctl logs in with, and "
					"bmc.credentials.password is "
					"another "
					"reference",
					own_name(draft)),
				"to rotate it: the new reference as credentials.password, "
				"the old one as credentials.previous");
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

		if (r || !wanted_absent(wish) || !bmc_account_of(draft->facts, name))
			continue;
		snprintf(pointer, sizeof pointer, "/spec/accounts/%zu", i);
		if (is_own(draft, wish))
			bmc_draft_refuse(
				draft, MS_CONFLICT, pointer,
				"account %s is the one msctl logs in with: it is not deleted",
				name);
		else
			r = bmc_draft_add(draft, aspect, NULL,
					  json_pack("{s:s,s:b}", "name", name, "present", 0), err);
	}
	return r;
}

static int say_create(struct ms_buf *buf, const json_t *before, const json_t *after, bool finding)
{
	(void)before;
	if (finding)
		return ms_buf_printf(buf, "account %s is missing", ms_str(after, "/name", "?"));
	return ms_buf_printf(buf, "account %s created as %s%s", ms_str(after, "/name", "?"),
			     ms_str(after, "/role", "?"),
			     ms_bool(after, "/enabled", true) ? "" : ", disabled");
}

static int say_set(struct ms_buf *buf, const json_t *before, const json_t *after, bool finding)
{
	ms_buf_printf(buf, "account %s: ", ms_str(after, "/name", "?"));
	return bmc_say_changes(buf, before, after, finding);
}

static int say_password(struct ms_buf *buf, const json_t *before, const json_t *after, bool finding)
{
	(void)before;
	return ms_buf_printf(buf,
			     finding ? "account %s refuses the password of %s"
				     : "account %s gets the password of %s",
			     ms_str(after, "/name", "?"), ms_str(after, "/password", "?"));
}

static int say_delete(struct ms_buf *buf, const json_t *before, const json_t *after, bool finding)
{
	(void)before;
	return ms_buf_printf(buf, finding ? "account %s is still there" : "account %s deleted",
			     ms_str(after, "/name", "?"));
}

const struct bmc_aspect bmc_aspect_account_create = {
	.action = "account.create",
	.label = "account",
	.risk = "none",
	.speaks = speaks,
	.section = "accounts",
	.want = want_create,
	.view = bmc_account_view,
	.read = bmc_account_read,
	.act = bmc_account_create,
	.say = say_create,
};
const struct bmc_aspect bmc_aspect_account_set = {
	.action = "account.set",
	.label = "account",
	.risk = "none",
	.speaks = speaks,
	.section = "accounts",
	.undo = true,
	.want = want_set,
	.view = bmc_account_view,
	.read = bmc_account_read,
	.act = bmc_account_set,
	.say = say_set,
};
const struct bmc_aspect bmc_aspect_account_password = {
	.action = "account.password",
	.label = "account",
	.risk = "none",
	.speaks = speaks_password,
	.section = "accounts",
	.after = after_create,
	.want = want_password,
	.view = bmc_account_view,
	.read = bmc_account_read,
	.act = bmc_account_password,
	.say = say_password,
};
const struct bmc_aspect bmc_aspect_account_delete = {
	.action = "account.delete",
	.label = "account",
	.risk = "none",
	.speaks = speaks,
	.section = "accounts",
	.after = after_create,
	.rests_on = rests_on,
	.want = want_delete,
	.view = bmc_account_view,
	.read = bmc_account_read,
	.act = bmc_account_delete,
	.say = say_delete,
};
