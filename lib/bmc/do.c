/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The doing verbs on one Server: do it, read it back, put what was read beside what is known of it.
 */
#include "bmc/aspect.h"

/* Sections read back replace the old ones; the rest of status.bmc stays. */
int bmc_facts_add(struct ms_item *item, json_t *facts, struct ms_err *err)
{
	json_t *old = ms_at(item->res, "/status/bmc");
	int r;

	if (!old)
		return ms_status_set(item->res, "bmc", facts) ? ms_nomem(err) : 0;
	r = json_object_update(old, facts);
	json_decref(facts);
	return r ? ms_nomem(err) : 0;
}

static int do_power(struct bmc *bmc, const struct bmc_do_opts *opts, json_t **ret_facts,
		    struct ms_err *err)
{
	int r = bmc_power(bmc, opts->action, opts->wait_seconds, ret_facts, err);

	if (!r || strcmp(opts->action, "graceful") || !opts->then_force || err->code != MS_TIMEOUT)
		return r;
	ms_err_clear(err);
	return bmc_power(bmc, "off", 0, ret_facts, err);
}

static int do_boot(struct bmc *bmc, const struct bmc_do_opts *opts, json_t **ret_facts,
		   struct ms_err *err)
{
	return bmc_boot_once(bmc, opts->target, opts->url, ret_facts, err);
}

/* boot: the image is there, the next boot is from it, and the machine restarts. */
static int do_media(struct bmc *bmc, const struct bmc_do_opts *opts, json_t **ret_facts,
		    struct ms_err *err)
{
	bool boot = !strcmp(opts->action, "boot");
	int r = bmc_media(bmc, boot ? "insert" : opts->action, opts->url, ret_facts, err);

	if (r || !boot)
		return r;
	r = bmc_boot_once(bmc, "cd", NULL, NULL, err);
	if (!r)
		r = bmc_reboot(bmc, opts->then_force, err);
	if (r)
		json_decref(ms_take(*ret_facts));
	return r;
}

static int do_reset(struct bmc *bmc, const struct bmc_do_opts *opts, json_t **ret_facts,
		    struct ms_err *err)
{
	int r = bmc_reset(bmc, opts->wait_seconds, err);

	return r ? r : bmc_look(bmc, NULL, "manager", ret_facts, err);
}

static const struct {
	const char *verb;
	int (*fn)(struct bmc *bmc, const struct bmc_do_opts *opts, json_t **ret_facts,
		  struct ms_err *err);
} doings[] = {
	{ "power", do_power }, { "boot", do_boot }, { "media", do_media }, { "reset", do_reset },
};

static int do_csr(struct ms_item *item, struct bmc *bmc, struct ms_err *err)
{
	MS_AUTO_FREE char *pem = NULL;
	int r = bmc_csr(bmc, item->res, &pem, err);

	return r ? r : bmc_facts_add(item, json_pack("{s:s}", "csr", pem), err);
}

int bmc_do(struct ms_item *item, struct bmc *bmc, const struct bmc_do_opts *opts,
	   struct ms_err *err)
{
	json_t *facts = NULL;
	size_t i;
	int r;

	for (i = 0; i < MS_ARRAY_SIZE(doings); i++) {
		if (strcmp(doings[i].verb, opts->verb))
			continue;
		r = doings[i].fn(bmc, opts, &facts, err);
		return r ? r : bmc_facts_add(item, facts, err);
	}
	return do_csr(item, bmc, err);
}
