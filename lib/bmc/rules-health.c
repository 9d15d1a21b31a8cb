/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of check that compare with no wish of the spec's: trust, clocks, health. */
#include "bmc/aspect.h"

/* ---- trust and clocks ---- */

static const char renew[] =
	"msctl-bmc csr, have it signed, name it as spec.certificate.file, plan and apply";

int bmc_rule_certificate_time(struct ms_item *item, const struct ms_rule *rule,
	__attribute__((unused)) struct ms_err *err)
{
	const json_t *facts = bmc_rule_facts(item);
	int64_t until, now = ms_now();
	const char *after = ms_str(facts, "/certificate/validNotAfter", NULL);

	if (!after || ms_time_parse(after, &until) || until > now + 30 * 86400)
		return 0;
	if (until <= now)
		return ms_find(
			item, rule,
			renew,
			"the certificate of the BMC expired at %s", after);
	return ms_find(
		item, rule,
		renew,
		"the certificate of the BMC expires in %jd days, at %s",
		(intmax_t)((until - now) / 86400), after);
}

int bmc_rule_pin(struct ms_item *item, const struct ms_rule *rule,
	__attribute__((unused)) struct ms_err *err)
{
	const json_t *spec = ms_at(item->res, "/spec"), *facts = bmc_rule_facts(item);
	const char *want = ms_str(spec, "/bmc/tls/pin", NULL),
		   *is = ms_str(facts, "/certificate/pin", NULL);

	if (!want || !is || !strcmp(want, is))
		return 0;
	return ms_find(
		item, rule,
		"msctl-bmc trust shows it; when it is the right one, write spec.bmc.tls.pin",
		"the BMC shows the key %s, pinned is %s", is, want);
}

int bmc_rule_tls_skip(struct ms_item *item, const struct ms_rule *rule,
	__attribute__((unused)) struct ms_err *err)
{
	const json_t *spec = ms_at(item->res, "/spec"), *facts = bmc_rule_facts(item);

	if (!ms_streq(ms_str(spec, "/bmc/tls/trust", ms_str(facts, "/trust", NULL)), "skip"))
		return 0;
	return ms_find(
		item, rule, "msctl-bmc trust prints the pin for spec.bmc.tls",
		"the certificate is not verified: anybody on the way can read the password");
}

int bmc_rule_clock(struct ms_item *item, const struct ms_rule *rule,
	__attribute__((unused)) struct ms_err *err)
{
	const json_t *facts = bmc_rule_facts(item);
	int64_t is, now = 0;
	const char *time = ms_str(facts, "/manager/dateTime", NULL),
		   *observed = ms_str(facts, "/observedAt", NULL);

	if (!time || !observed || ms_time_parse(observed, &now))
		return 0;
	if (ms_time_parse(time, &is))
		return ms_find(item, rule, "msctl-bmc plan | msctl-bmc apply, with spec.ntp",
			       "the clock of the BMC says \"%s\"", time);
	if (is >= now - 300 && is <= now + 300)
		return 0;
	return ms_find(item, rule, "set spec.ntp, then msctl-bmc plan | msctl-bmc apply",
		       "the clock of the BMC is at %s, %jd seconds %s", time,
		       (intmax_t)(is > now ? is - now : now - is), is > now ? "ahead" : "behind");
}

/* ---- health ---- */

int bmc_rule_health(struct ms_item *item, const struct ms_rule *rule,
	__attribute__((unused)) struct ms_err *err)
{
	const json_t *facts = bmc_rule_facts(item);
	const char *rollup = ms_str(facts, "/health/healthRollup",
				    ms_str(facts, "/health/health", NULL));

	if (!rollup || !strcmp(rollup, "OK"))
		return 0;
	return ms_find(item, rule, "msctl-bmc log", "health is %s", rollup);
}

static bool bad_drive(const json_t *drive)
{
	const char *health = ms_str(drive, "/health", "OK");

	return ms_bool(drive, "/failurePredicted", false) || strcmp(health, "OK") ||
	       ms_int(drive, "/predictedLifeLeftPercent", 100) < 10;
}

int bmc_rule_drive(struct ms_item *item, const struct ms_rule *rule,
	__attribute__((unused)) struct ms_err *err)
{
	const json_t *facts = bmc_rule_facts(item);
	size_t i, k;
	json_t *storage, *one;
	int r = 0;

	json_array_foreach(json_object_get(facts, "storage"), i, storage)
		json_array_foreach(json_object_get(storage, "drives"), k, one)
			if (!r && bad_drive(one))
				r = ms_find(
					item, rule, "replace the drive",
					"drive %s (%s, serial %s): health %s%s, life left %jd %%",
					ms_str(one, "/name", ms_str(one, "/id", "?")),
					ms_str(one, "/model", "?"),
					ms_str(one, "/serialNumber", "?"),
					ms_str(one, "/health", "OK"),
					ms_bool(one, "/failurePredicted", false)
						? ", failure predicted"
						: "",
					(intmax_t)ms_int(one, "/predictedLifeLeftPercent", 100));
	return r;
}

static int bad_parts(struct ms_item *item, const struct ms_rule *rule, const json_t *parts,
		     const char *what)
{
	size_t i;
	json_t *one;
	int r = 0;

	json_array_foreach(parts, i, one) {
		const char *health = ms_str(one, "/health", "OK");

		if (!r && strcmp(health, "OK"))
			r = ms_find(
				item, rule, "msctl-bmc log", "%s %s: health %s", what,
				ms_str(one, "/name", ms_str(one, "/slot", ms_str(one, "/id", "?"))),
				health);
	}
	return r;
}

int bmc_rule_parts(struct ms_item *item, const struct ms_rule *rule,
	__attribute__((unused)) struct ms_err *err)
{
	const json_t *facts = bmc_rule_facts(item);
	int r;

	r = bad_parts(item, rule, json_object_get(facts, "processors"), "processor");
	r = r ? r : bad_parts(item, rule, ms_at(facts, "/memory/modules"), "memory module");
	r = r ? r : bad_parts(item, rule, json_object_get(facts, "adapters"), "network adapter");
	r = r ? r : bad_parts(item, rule, json_object_get(facts, "gpus"), "GPU");
	return r ? r
		 : bad_parts(item, rule, json_object_get(facts, "powerSupplies"), "power supply");
}

int bmc_rule_locked(struct ms_item *item, const struct ms_rule *rule,
	__attribute__((unused)) struct ms_err *err)
{
	const json_t *facts = bmc_rule_facts(item);
	size_t i;
	json_t *one;
	int r = 0;

	json_array_foreach(json_object_get(facts, "accounts"), i, one)
		if (!r && ms_bool(one, "/locked", false))
			r = ms_find(item, rule,
				    "wait for the lock-out to end, or unlock it in the BMC",
				    "account %s is locked out", ms_str(one, "/userName", "?"));
	return r;
}
