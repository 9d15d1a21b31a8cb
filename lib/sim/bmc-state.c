/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a BMC has become: kept in the saved state, shown at /sim, changed by levers.  Sessions are
 * not kept: a restart ends them.
 */
#include "sim/engine.h"

static json_t *accounts_json(const struct sim_bmc *bmc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < bmc->n_accounts; i++) {
		const struct sim_account *a = &bmc->accounts[i];

		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:b}", "id", a->id,
						"user", a->user, "password", a->password, "role",
						a->role, "enabled", a->enabled, "locked", a->locked,
						"mustChange", a->must_change));
	}
	return list;
}

/* Sessions are over when it starts again. */
static json_t *overlay_json(const struct sim_bmc *bmc)
{
	json_t *over = json_object(), *value;
	const char *path;

	json_object_foreach(bmc->over, path, value)
		if (!sim_has_role(value, "session"))
			json_object_set(over, path, value);
	return over;
}

json_t *sim_bmc_save(const struct sim_device *dev)
{
	const struct sim_bmc *bmc = (const struct sim_bmc *)dev;

	return json_pack("{s:i, s:i, s:b, s:I, s:i, s:i, s:s*, s:o, s:o, s:O*}", "power",
			 (int)bmc->power, "boot", (int)bmc->boot, "stubborn", bmc->stubborn,
			 "reset", (json_int_t)bmc->reset_at, "serial", (int)bmc->serial_no,
			 "boots", (int)bmc->boots, "bootedFrom", bmc->booted_from, "accounts",
			 accounts_json(bmc), "overlay", overlay_json(bmc), "pending",
			 bmc->pending);
}

static void load_accounts(struct sim_bmc *bmc, const json_t *list)
{
	json_t *row;
	size_t i;

	while (bmc->n_accounts)
		sim_account_remove(bmc, bmc->accounts[0].id);
	json_array_foreach(list, i, row) {
		struct sim_account *account;

		if (sim_account_add(bmc, ms_str(row, "/id", ""), ms_str(row, "/user", ""),
				    ms_str(row, "/password", ""), ms_str(row, "/role", "")))
			continue;
		account = &bmc->accounts[bmc->n_accounts - 1];
		account->enabled = ms_bool(row, "/enabled", true);
		account->locked = ms_bool(row, "/locked", false);
		account->must_change = ms_bool(row, "/mustChange", false);
	}
}

static json_t *object_at(const json_t *row, const char *key)
{
	json_t *value = json_object_get(row, key);

	return json_is_object(value) ? json_deep_copy(value) : NULL;
}

void sim_bmc_load(struct sim_device *dev, const json_t *row)
{
	struct sim_bmc *bmc = sim_bmc_of(dev);
	const char *from = ms_str(row, "/bootedFrom", NULL);

	bmc->power = (enum sim_power)(ms_int(row, "/power", SIM_ON) & 3);
	bmc->boot = (enum sim_boot)(ms_int(row, "/boot", SIM_BOOT_OS) & 3);
	bmc->stubborn = ms_bool(row, "/stubborn", false);
	bmc->reset_at = ms_int(row, "/reset", 0);
	bmc->serial_no = (unsigned)ms_int(row, "/serial", 0);
	bmc->boots = (unsigned)ms_int(row, "/boots", 0);
	bmc->booted_from = from ? strdup(from) : NULL;
	json_decref(bmc->over);
	json_decref(bmc->pending);
	bmc->over = object_at(row, "overlay");
	bmc->pending = object_at(row, "pending");
	load_accounts(bmc, json_object_get(row, "accounts"));
}

/* ---- /sim --------------------------------------------------------------------------------------
 */

static json_t *sessions_of(struct sim_bmc *bmc)
{
	json_t *list = json_array();

	sim_sessions_expire(bmc);
	for (size_t i = 0; i < bmc->n_sessions; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "id", bmc->sessions[i].id,
						      "user", bmc->sessions[i].user));
	return list;
}

json_t *sim_bmc_inspect(struct sim_device *dev)
{
	static const char *const boots[] = { "none", "post", "loader", "os" };
	struct sim_bmc *bmc = sim_bmc_of(dev);

	return json_pack("{s:s, s:s, s:i, s:s*, s:o, s:I, s:I, s:O*}", "power", sim_power_word(bmc),
			 "boot", boots[bmc->boot], "boots", (int)bmc->boots, "bootedFrom",
			 bmc->booted_from, "sessions", sessions_of(bmc), "logins",
			 (json_int_t)bmc->logins, "refused", (json_int_t)bmc->refused, "pending",
			 bmc->pending);
}

static int set_password(struct sim_bmc *bmc, const json_t *wanted)
{
	struct sim_account *account = sim_account_find(bmc, ms_str(wanted, "/user", ""));
	char *copy = strdup(ms_str(wanted, "/password", ""));

	if (!account || !copy) {
		free(copy);
		return -ENOENT;
	}
	free(account->password);
	account->password = copy;
	return 0;
}

static int must_change(struct sim_bmc *bmc, const char *user)
{
	struct sim_account *account = sim_account_find(bmc, user);

	if (!account)
		return -ENOENT;
	account->must_change = true;
	return 0;
}

int sim_bmc_pull(struct sim_device *dev, const char *lever, const json_t *value)
{
	struct sim_bmc *bmc = sim_bmc_of(dev);
	const char *text = json_is_string(value) ? json_string_value(value) : "";

	if (!strcmp(lever, "power"))
		return sim_power_force(bmc, text);
	if (!strcmp(lever, "shutdown"))
		return bmc->stubborn = !strcmp(text, "ignored"), 0;
	if (!strcmp(lever, "sessions"))
		return sim_sessions_drop(bmc), 0;
	if (!strcmp(lever, "password"))
		return set_password(bmc, value);
	if (!strcmp(lever, "must_change"))
		return must_change(bmc, text);
	return -EINVAL;
}
