/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs that only look at switches: get, trust. */
#include "fabric/verb.h"

static int get_one(struct ms_item *item, struct ms_err *err)
{
	const struct fabric_args *args = item->run->args;
	json_t *status;
	int r = fabric_observe(item->ctx, item->res, (const char *const *)args->only, &status, err);

	if (r)
		return r;
	return ms_status_set(item->res, "switch", status) ? ms_nomem(err) : 0;
}

int fabric_verb_get(struct ms_run *run, struct ms_err *err)
{
	return fabric_each(run, get_one, err);
}


static int trust_one(struct ms_item *item, struct ms_err *err)
{
	json_t *facts = NULL, *status;
	int r = fabric_trust(item->ctx, item->res, &facts, err);

	if (r)
		return r;
	status = json_pack("{s:o}", "key", facts);
	return !status || ms_status_set(item->res, "switch", status) ? ms_nomem(err) : 0;
}

int fabric_verb_trust(struct ms_run *run, struct ms_err *err)
{
	return fabric_each(run, trust_one, err);
}
