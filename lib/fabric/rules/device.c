/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of single switches: whether they were read, are who they should be, and are as they should
 * be. */
#include <errno.h>
#include "fabric/rules/rules.h"
#include "fabric/wanted.h"

#define MAX_WORDS 8

static bool is_switch(const struct ms_item *item)
{
	return ms_streq(ms_kind(item->res), "Switch");
}

/* ---- T07: can the platform do it ---- */

static int find_refusal(struct ms_item *item, const struct ms_rule *rule, const struct ms_err *why)
{
	return ms_find(item, rule, *why->hint ? why->hint : "msctl-switch plan", "%s",
		       why->message);
}

int rule_capable(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct fabric_check *check = item->ctx;
	const struct fabric_driver *driver =
		fabric_driver_find(ms_str(item->res, "/spec/platform", NULL));
	uint32_t sw = check->planned && is_switch(item)
			      ? graph_switch(check->planned, ms_name(item->res))
			      : NO_PLACE;
	struct ms_err why = MS_ERR_INIT;
	json_auto_t *copy = NULL;
	const json_t *vlans;

	if (sw == NO_PLACE)
		return 0;
	if (!check->planned->models[sw])
		return find_refusal(item, rule, &check->planned->errors[sw]);
	if (!driver)
		return 0;
	/* Names of VLANs may be left out: of a copy. */
	copy = json_copy(check->planned->models[sw]);
	vlans = json_object_get(copy, "vlans");
	if (!copy || (vlans && json_object_set_new(copy, "vlans", json_deep_copy(vlans))))
		return ms_nomem(err);
	if (fabric_caps_apply(driver, ms_name(item->res), copy, &why))
		return find_refusal(item, rule, &why);
	return 0;
}

/* ---- T11, T12: was it read ---- */

int rule_readable(struct ms_item *item, const struct ms_rule *rule,
		  __attribute__((unused)) struct ms_err *err)
{
	const json_t *error = ms_at(item->res, "/status/error");
	const char *hint = row_text(error, "hint", "");

	if (!is_switch(item) || !error)
		return 0;
	return ms_find(item, rule, *hint ? hint : "msctl-switch get",
		       "the switch could not be read: %s: %s; what is proven leaves it out",
		       row_text(error, "code", "failed"),
		       row_text(error, "message", "no reason given"));
}

int rule_known(struct ms_item *item, const struct ms_rule *rule,
	       __attribute__((unused)) struct ms_err *err)
{
	const struct fabric_check *check = item->ctx;
	const json_t *seen = rules_seen(item);
	const char *section;
	json_t *why;
	int r = 0;

	if (!is_switch(item) || !check->observed || ms_at(item->res, "/status/error"))
		return 0;
	if (!json_is_object(ms_at(seen, "/config")))
		return ms_find(
			item, rule, "msctl-switch get FILE | msctl-switch check",
			"other switches were read, this one was not: what is proven leaves it out");
	json_object_foreach(json_object_get(seen, "refused"), section, why)
		if (!r)
			r = ms_find(item, rule, "grant the account what it needs, and read again",
				    "the switch refused its section \"%s\": %s: %s", section,
				    row_text(why, "code", "failed"), row_text(why, "message", ""));
	return r;
}

/* ---- T13: is it the one that is meant ---- */

int rule_serial(struct ms_item *item, const struct ms_rule *rule,
		__attribute__((unused)) struct ms_err *err)
{
	const char *want = ms_str(item->res, "/spec/serial", NULL),
		   *is = ms_str(rules_seen(item), "/serialNumber", NULL);

	if (!is_switch(item) || !want || !is || !strcmp(want, is))
		return 0;
	return ms_find(item, rule,
		       "compare spec.management.address with the cabling, or correct spec.serial",
		       "this is another switch: serial number %s, not %s", is, want);
}

/* ---- T14, T15: is it as planned ---- */

static int compare(struct ms_item *item, json_t **ret_target, json_t **ret_foreign)
{
	const struct fabric_check *check = item->ctx;
	const json_t *seen = ms_at(rules_seen(item), "/config");
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *wanted = NULL;
	int r;

	if (!is_switch(item) || !json_is_object(seen))
		return -ENODATA;
	r = fabric_wanted(check->set, item->res, &wanted, &err);
	return r ? r
		 : fabric_target(check->set, item->res, wanted, seen, false, ret_target,
				 ret_foreign, &err);
}

int rule_drift(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const json_t *seen = ms_at(rules_seen(item), "/config");
	json_auto_t *target = NULL;
	MS_AUTO_FREE char *words = NULL;
	int r = compare(item, &target, NULL);

	if (r)
		return r == -ENOMEM ? ms_nomem(err) : 0;
	r = fabric_diff_words(seen, target, MAX_WORDS, &words, err);
	if (r || !words || !*words)
		return r;
	return ms_find(item, rule, "msctl-switch plan | msctl-switch apply",
		       "the switch is not as planned: %s", words);
}

/* What a patch names: "vlans 300, vrfs mgmt". */
static void add_keys(struct ms_buf *text, const json_t *patch, size_t *n)
{
	const char *section, *key;
	json_t *rows, *row;

	json_object_foreach((json_t *)patch, section, rows) {
		if (!json_object_size(rows) && ++*n <= MAX_WORDS)
			ms_buf_printf(text, "%s%s", text->len ? ", " : "", section);
		json_object_foreach(rows, key, row)
			if (++*n <= MAX_WORDS)
				ms_buf_printf(text, "%s%s %s", text->len ? ", " : "", section, key);
	}
}

int rule_foreign(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const json_t *opaque = ms_at(rules_seen(item), "/opaque"), *line;
	json_auto_t *target = NULL, *foreign = NULL;
	MS_AUTO_BUF struct ms_buf text = { 0 };
	bool modelled;
	size_t n = 0, i;

	if (!is_switch(item))
		return 0;
	if (compare(item, &target, &foreign) == -ENOMEM)
		return ms_nomem(err);
	add_keys(&text, foreign, &n);
	modelled = n > 0;
	json_array_foreach(opaque, i, line)
		if (json_is_string(line) && ++n <= MAX_WORDS)
			ms_buf_printf(&text, "%s\"%s\"", text.len ? ", " : "",
				      json_string_value(line));
	if (n > MAX_WORDS)
		ms_buf_printf(&text, " and %zu more", n - MAX_WORDS);
	if (text.failed)
		return ms_nomem(err);
	return !n ? 0
		  : ms_find(item, rule,
			    !modelled ? "nothing is to be done: msctl never touches such lines"
			    : json_array_size(opaque)
				    ? "msctl-switch plan --own-all takes the switch over, but for "
				      "lines in quotes; else nothing is to be done"
				    : "msctl-switch plan --own-all takes the switch over; else "
				      "nothing is to be done",
			    "configuration that is not msctl's: %s", text.data);
}

/* ---- T16, T17: changes that are half done ---- */

int rule_pending(struct ms_item *item, const struct ms_rule *rule,
		 __attribute__((unused)) struct ms_err *err)
{
	const json_t *pending = json_object_get(rules_seen(item), "pending");
	const char *id = row_text(pending, "id", "without a name");
	int64_t left = row_int(pending, "secondsLeft");
	bool staged = ms_streq(row_text(pending, "state", ""), "staged");

	if (!is_switch(item) || !json_is_object(pending))
		return 0;
	if (staged)
		return ms_find(item, rule,
			       "ask who left it; msctl-switch apply refuses until it is gone",
			       "a change waits to be committed: %s", id);
	return ms_find(
		item, rule, "wait until it is over, then msctl-switch get | msctl-switch check",
		"a change waits to be confirmed, and goes back by itself in %lld seconds: %s",
		(long long)left, id);
}

int rule_saved(struct ms_item *item, const struct ms_rule *rule,
	       __attribute__((unused)) struct ms_err *err)
{
	if (!is_switch(item) || ms_bool(rules_seen(item), "/saved", true))
		return 0;
	return ms_find(item, rule, "save it on the switch, or restart what was tried out",
		       "what runs is not what the switch would start with");
}

/* ---- T29: trust ---- */

int rule_trust(struct ms_item *item, const struct ms_rule *rule,
	       __attribute__((unused)) struct ms_err *err)
{
	const char *trust = ms_str(item->res, "/spec/management/tls/trust",
				   ms_str(rules_seen(item), "/trust", NULL)),
		   *door = ms_str(item->res, "/spec/management/restconf/tls/trust", NULL);

	if (!is_switch(item) || (!ms_streq(trust, "skip") && !ms_streq(door, "skip")))
		return 0;
	return ms_find(item, rule, "msctl-switch trust prints the pin for spec.management.tls",
		       "the certificate is not verified: anybody on the way can read the password");
}
