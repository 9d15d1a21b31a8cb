/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accounts: made by POST, or fixed slots of which an empty one is filled by PATCH.  A changed
 * password counts at once.
 */
#include "sim/engine.h"

int sim_account_add(struct sim_bmc *bmc, const char *id, const char *user, const char *password,
		    const char *role)
{
	struct sim_account *more = realloc(bmc->accounts, (bmc->n_accounts + 1) * sizeof(*more)),
			   *account;

	if (!more)
		return -ENOMEM;
	bmc->accounts = more;
	account = &more[bmc->n_accounts];
	*account = (struct sim_account){
		strdup(id), strdup(user), strdup(password), strdup(role), true, false, false, 0
	};
	if (!account->id || !account->user || !account->password || !account->role)
		return -ENOMEM;
	bmc->n_accounts++;
	return 0;
}

void sim_account_remove(struct sim_bmc *bmc, const char *id)
{
	struct sim_account *account = sim_account_id(bmc, id);
	size_t i;

	if (!account)
		return;
	i = (size_t)(account - bmc->accounts);
	free(account->id);
	free(account->user);
	free(account->password);
	free(account->role);
	bmc->n_accounts--;
	memmove(account, account + 1, (bmc->n_accounts - i) * sizeof(*account));
}

static const char *id_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

static void show_role(struct sim_bmc *bmc, json_t *body, const char *role)
{
	json_t *link = ms_at(body, "/Links/Role");

	json_object_set_new(body, "RoleId", json_string(role));
	if (link)
		json_object_set_new(link, "@odata.id",
				    json_sprintf("%s/%s", sim_role_path(bmc, "roles"), role));
}

void sim_account_show(struct sim_bmc *bmc, const char *path, json_t *body)
{
	const struct sim_account *account = sim_account_id(bmc, id_of(path));

	json_object_set_new(body, "Password", json_null());
	if (!account) { /* an empty slot */
		json_object_set_new(body, "UserName", json_string(""));
		json_object_set_new(body, "Enabled", json_false());
		json_object_set_new(body, "Locked", json_false());
		show_role(bmc, body,
			  ms_str(bmc->shape->model->behaviour, "/account/empty_role", "None"));
		return;
	}
	json_object_set_new(body, "UserName", json_string(account->user));
	json_object_set_new(body, "Enabled", json_boolean(account->enabled));
	json_object_set_new(body, "Locked", json_boolean(account->locked));
	if (account->must_change)
		json_object_set_new(body, "PasswordChangeRequired", json_true());
	show_role(bmc, body, account->role);
}

/* ---- checks ------------------------------------------------------------------------------------
 */

static bool good_password(struct sim_req *req, const char *password)
{
	const json_t *how = req->bmc->shape->model->behaviour;
	int64_t min = ms_int(how, "/account/password_min", 8),
		max = ms_int(how, "/account/password_max", 40);
	char text[64];

	if (!password || ((int64_t)strlen(password) >= min && (int64_t)strlen(password) <= max))
		return true;
	snprintf(text, sizeof(text), "between %d and %d characters", (int)min, (int)max);
	sim_say(req, "password", "#/Password", text, NULL);
	return false;
}

static bool known_role(struct sim_req *req, const char *role)
{
	char path[SIM_PATH_MAX];

	if (!role)
		return true;
	snprintf(path, sizeof(path), "%s/%s", sim_role_path(req->bmc, "roles"), role);
	if (sim_entry(req->bmc, path, NULL))
		return true;
	sim_say(req, "value", "#/RoleId", role, "RoleId", NULL);
	return false;
}

static bool free_name(struct sim_req *req, const char *user, const struct sim_account *but)
{
	struct sim_account *other = user && *user ? sim_account_find(req->bmc, user) : NULL;

	if (!other || other == but)
		return true;
	sim_say(req, "exists", "#/UserName", user, NULL);
	return false;
}

static bool acceptable(struct sim_req *req, const struct sim_account *account)
{
	return free_name(req, ms_str(req->json, "/UserName", NULL), account) &&
	       known_role(req, ms_str(req->json, "/RoleId", NULL)) &&
	       good_password(req, ms_str(req->json, "/Password", NULL));
}

/* ---- changes -----------------------------------------------------------------------------------
 */

static void set(char **text, const char *value)
{
	char *copy = value ? strdup(value) : NULL;

	if (!copy)
		return;
	free(*text);
	*text = copy;
}

static void change(struct sim_req *req, struct sim_account *account)
{
	const char *password = ms_str(req->json, "/Password", NULL);
	const json_t *locked = json_object_get(req->json, "Locked");

	set(&account->user, ms_str(req->json, "/UserName", NULL));
	set(&account->role, ms_str(req->json, "/RoleId", NULL));
	set(&account->password, password);
	if (password)
		account->must_change = false;
	account->enabled = ms_bool(req->json, "/Enabled", account->enabled);
	if (json_is_false(locked)) {
		account->locked = false;
		account->failures = 0;
	}
	sim_touch(&req->bmc->dev);
}

/* The factory account's slot or another; the first two slots of a Dell are not for use. */
static bool fill_slot(struct sim_req *req, const char *id)
{
	int64_t first = ms_int(req->bmc->shape->model->behaviour, "/account/first_slot", 1);
	const char *user = ms_str(req->json, "/UserName", "");

	if (strtoll(id, NULL, 10) < first) {
		sim_say(req, "read_only", "#/UserName", "UserName", NULL);
		return false;
	}
	if (!*user) {
		sim_say(req, "missing", "#/UserName", "UserName", NULL);
		return false;
	}
	if (sim_account_add(req->bmc, id, user, ms_str(req->json, "/Password", ""), "None")) {
		sim_say(req, "internal", NULL, NULL);
		return false;
	}
	sim_account_id(req->bmc, id)->enabled = false;
	return true;
}

static bool own_change(struct sim_req *req, const struct sim_account *account)
{
	if (ms_streq(req->role, "Administrator"))
		return true;
	if (account && ms_streq(account->user, req->user) && json_object_size(req->json) == 1 &&
	    json_object_get(req->json, "Password"))
		return true;
	sim_say(req, "forbidden", NULL, NULL);
	return false;
}

/* Called by sim_patch after the rules of the resource have passed. */
void sim_account_patch(struct sim_req *req)
{
	const char *id = id_of(req->path), *user = ms_str(req->json, "/UserName", NULL);
	struct sim_account *account = sim_account_id(req->bmc, id);

	if (!own_change(req, account) || !acceptable(req, account))
		return;
	if (account && user && !*user) { /* an emptied slot */
		sim_account_remove(req->bmc, id);
	} else {
		if (!account && !fill_slot(req, id))
			return;
		change(req, sim_account_id(req->bmc, id));
	}
	sim_touch(&req->bmc->dev);
	sim_done(req, (unsigned)ms_int(req->bmc->shape->model->behaviour, "/patch_status", 200));
}

static void new_id(struct sim_bmc *bmc, const char *user, char *buf, size_t size)
{
	if (ms_streq(ms_str(bmc->shape->model->behaviour, "/account/id", "1"), "name")) {
		snprintf(buf, size, "%s", user);
		return;
	}
	for (unsigned n = 2;; n++) {
		snprintf(buf, size, "%u", n);
		if (!sim_account_id(bmc, buf))
			return;
	}
}

static bool complete(struct sim_req *req)
{
	static const char *const needed[] = { "UserName", "Password", "RoleId", NULL };

	if (ms_bool(req->bmc->shape->model->behaviour, "/account/slots", false)) {
		sim_say(req, "method", NULL, NULL);
		return false;
	}
	for (const char *const *name = needed; *name; name++) {
		if (json_is_string(json_object_get(req->json, *name)))
			continue;
		/* HPE takes OEM privileges in place of a role. */
		if (!strcmp(*name, "RoleId") && json_object_get(req->json, "Oem"))
			continue;
		sim_say(req, "missing", NULL, *name, NULL);
		return false;
	}
	return true;
}

void sim_account_post(struct sim_req *req)
{
	const char *user = ms_str(req->json, "/UserName", "");
	char id[64], path[SIM_PATH_MAX];
	json_t *entry = NULL;

	if (!complete(req) || !acceptable(req, NULL))
		return;
	if (req->bmc->n_accounts >=
	    (size_t)ms_int(req->bmc->shape->model->behaviour, "/account/max", 16)) {
		sim_say(req, "full", NULL, NULL);
		return;
	}
	new_id(req->bmc, user, id, sizeof(id));
	if (strpbrk(user, "/%?#") ||
	    sim_prototype(req->bmc, "account", json_pack("{s:s}", "id", id), path, &entry) ||
	    sim_account_add(req->bmc, id, user, ms_str(req->json, "/Password", ""),
			    ms_str(req->json, "/RoleId", "Operator"))) {
		sim_say(req, "format", "#/UserName", user, "UserName", NULL);
		json_decref(entry);
		return;
	}
	sim_account_id(req->bmc, id)->enabled = ms_bool(req->json, "/Enabled", true);
	sim_make(req->bmc, path, entry);
	req->reply.status = 201;
	req->reply.body = sim_read(req->bmc, path);
	snprintf(req->reply.location, sizeof(req->reply.location), "%s", path);
}
