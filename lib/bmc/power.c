/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power: ComputerSystem.Reset, and seeing that it came to pass.
 *
 * A restart is off, wait, on: GracefulRestart hard-resets some machines, others never come back
 * from it, and nothing on the wire tells a restart that happened from one that did not.
 */
#include "bmc/aspect.h"
#include "bmc/read.h"

enum { SWITCH_MS = 60000, GRACEFUL_SECONDS = 600 };

static bool is_on(const struct bmc *bmc, bool on)
{
	return ms_streq(ms_str(bmc_system(bmc), "/PowerState", NULL), on ? "On" : "Off");
}

static int refresh(struct bmc *bmc, struct ms_err *err)
{
	ms_redfish_forget(bmc->redfish);
	return bmc_refresh(bmc, err);
}

/* Until the power is so; a BMC that does not answer meanwhile is asked again. */
static int wait_power(struct bmc *bmc, bool on, int64_t ms, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + ms;
	const char *what = on ? "the power to be On" : "the power to be Off";
	struct ms_err look = MS_ERR_INIT;
	int r;

	for (;;) {
		ms_err_clear(&look);
		r = refresh(bmc, &look);
		if (!r && is_on(bmc, on))
			return 0;
		if (r && !bmc_transient(&look)) {
			*err = look;
			return r;
		}
		r = bmc_pause(bmc, deadline, what, err);
		if (r)
			return r;
	}
}

/* The first of the words that the system allows; the first of all when it does not say what it
 * allows. */
static int choose(struct bmc *bmc, const char *const *words, const char **ret_word,
		  struct ms_err *err)
{
	json_auto_t *allowed = NULL;
	json_t *word;
	size_t i;
	int r = ms_redfish_allowed(bmc->redfish, bmc_system(bmc), "#ComputerSystem.Reset",
				   "ResetType", &allowed, err);

	if (r)
		return r;
	*ret_word = words[0];
	if (!json_array_size(allowed))
		return 0;
	for (; *words; words++)
		json_array_foreach(allowed, i, word)
			if (ms_streq(json_string_value(word), *words)) {
				*ret_word = *words;
				return 0;
			}
	return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED, "this system does not offer ResetType %s",
		       *ret_word);
}

/* Busy during POST (iLO UnableToModifyDuringSystemPOST, iDRAC10 409) passes; six tries as ironic
 * has it. */
static int reset(struct bmc *bmc, const char *type, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + 120000;
	struct ms_err once = MS_ERR_INIT;
	unsigned tries;
	int r;

	for (tries = 0;; tries++) {
		ms_err_clear(&once);
		r = bmc_action(bmc, bmc_system(bmc), "#ComputerSystem.Reset",
			       json_pack("{s:s}", "ResetType", type), 0, &once);
		if (!r || (once.code != MS_BUSY && once.code != MS_CONFLICT) || tries == 5)
			break;
		r = bmc_pause(bmc, deadline, "the BMC to take a reset", err);
		if (r)
			return r;
	}
	if (r)
		*err = once;
	return r;
}

static const char *const on_words[] = { "On", "ForceOn", NULL };
static const char *const off_words[] = { "ForceOff", NULL };
static const char *const graceful_words[] = { "GracefulShutdown", NULL };

/* Ask, and see.  400 or 409 from a machine that is already so is success. */
static int switch_to(struct bmc *bmc, const char *const *words, bool on, int64_t ms,
		     struct ms_err *err)
{
	struct ms_err refused = MS_ERR_INIT;
	const char *type;
	int r = choose(bmc, words, &type, err);

	if (r)
		return r;
	r = reset(bmc, type, &refused);
	if (!r)
		return wait_power(bmc, on, ms, err);
	if (refused.code == MS_CANCELLED || refresh(bmc, err) || !is_on(bmc, on)) {
		ms_err_clear(err);
		*err = refused;
		return r;
	}
	return 0;
}

/* A machine in POST, or whose operating system is still coming up, does not hear the request: it is
 * asked again until the time is over. */
static int shut_down(struct bmc *bmc, unsigned seconds, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + seconds * 1000ll, left, again = 4 * bmc_poll_ms(bmc);
	int r;

	do {
		ms_err_clear(err);
		left = deadline - ms_clock_ms();
		r = switch_to(bmc, graceful_words, false, left < again ? left : again, err);
	} while (r && err->code == MS_TIMEOUT && ms_clock_ms() < deadline);
	return r;
}

int bmc_power_to(struct bmc *bmc, bool on, bool force, unsigned seconds, struct ms_err *err)
{
	struct ms_err soft = MS_ERR_INIT;
	int r = refresh(bmc, err);

	if (r || is_on(bmc, on))
		return r;
	if (on)
		return switch_to(bmc, on_words, true, seconds ? seconds * 1000ll : SWITCH_MS, err);
	r = shut_down(bmc, seconds ? seconds : GRACEFUL_SECONDS, &soft);
	if (r && force && soft.code != MS_CANCELLED)
		return switch_to(bmc, off_words, false, SWITCH_MS, err);
	if (r) {
		if (soft.code == MS_TIMEOUT || soft.code == MS_UNSUPPORTED)
			ms_hint(&soft,
				"the machine did not shut down by itself: --force allows ForceOff");
		*err = soft;
	}
	return r;
}

int bmc_reboot(struct bmc *bmc, bool force, struct ms_err *err)
{
	int r = bmc_power_to(bmc, false, force, 0, err);

	return r ? r : bmc_power_to(bmc, true, false, 0, err);
}

static int facts_of(struct bmc *bmc, json_t **ret_facts, struct ms_err *err)
{
	return ret_facts ? bmc_look(bmc, NULL, "power", ret_facts, err) : 0;
}

static int nmi(struct bmc *bmc, struct ms_err *err)
{
	static const char *const words[] = { "Nmi", NULL };
	const char *type;
	int r = choose(bmc, words, &type, err);

	return r ? r : reset(bmc, type, err);
}

int bmc_power(struct bmc *bmc, const char *action, unsigned wait_seconds, json_t **ret_facts,
	      struct ms_err *err)
{
	int r = refresh(bmc, err);

	if (r)
		return r;
	if (!strcmp(action, "nmi")) {
		r = nmi(bmc, err);
	} else if (!strcmp(action, "graceful")) {
		r = bmc_power_to(bmc, false, false, wait_seconds, err);
	} else if (!strcmp(action, "on")) {
		r = bmc_power_to(bmc, true, false, wait_seconds, err);
	} else {
		r = is_on(bmc, false)
			    ? 0
			    : switch_to(bmc, off_words, false,
					wait_seconds ? wait_seconds * 1000ll : SWITCH_MS, err);
		if (!r && !strcmp(action, "cycle"))
			r = bmc_power_to(bmc, true, false, wait_seconds, err);
	}
	return r ? r : facts_of(bmc, ret_facts, err);
}

/* HPE and some others take no ResetType, Cisco only ForceRestart. */
static json_t *reset_body(struct bmc *bmc, const json_t *manager)
{
	json_auto_t *allowed = NULL;
	struct ms_err ignored = MS_ERR_INIT;
	const char *type = "GracefulRestart";

	if (ms_redfish_quirks(bmc->redfish)->reset_plain)
		return json_object();
	if (!ms_redfish_allowed(bmc->redfish, manager, "#Manager.Reset", "ResetType", &allowed,
				&ignored) &&
	    json_array_size(allowed)) {
		size_t i;
		json_t *word;

		type = json_string_value(json_array_get(allowed, 0));
		json_array_foreach(allowed, i, word)
			if (ms_streq(json_string_value(word), "GracefulRestart"))
				type = "GracefulRestart";
	}
	return json_pack("{s:s}", "ResetType", type ? type : "GracefulRestart");
}

/* A BMC that restarts is seen going: it stops answering, or answers after it was gone.  Then it has
 * to answer again. */
int bmc_reset(struct bmc *bmc, unsigned wait_seconds, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + (wait_seconds ? wait_seconds : 600) * 1000ll, gone_by;
	const json_t *manager = bmc_manager(bmc);
	struct ms_err look = MS_ERR_INIT;
	bool gone = false;
	int r;

	if (!manager)
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "this BMC shows no Manager to reset");
	r = bmc_action(bmc, manager, "#Manager.Reset", reset_body(bmc, manager), 0, err);
	gone_by = ms_clock_ms() + 30000;
	while (!r) {
		r = bmc_pause(bmc, deadline, "the BMC to come back", err);
		if (r)
			break;
		ms_err_clear(&look);
		if (refresh(bmc, &look))
			gone = true;
		else if (gone || ms_clock_ms() > gone_by)
			return 0;
	}
	return r;
}
