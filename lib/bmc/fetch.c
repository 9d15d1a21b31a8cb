/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fetching, with "it is not there" told apart from every other trouble. */
#include <errno.h>
#include "bmc/read.h"

struct bmc_norm bmc_norm(const struct bmc *bmc, json_t *warnings)
{
	const struct ms_rf_quirks *quirks = ms_redfish_quirks(bmc->redfish);

	return (struct bmc_norm){ .vendor = quirks ? quirks->vendor : NULL, .warnings = warnings };
}

/* 404 is an answer: the resource is absent. */
static int found(int r, struct ms_err *err)
{
	if (!r)
		return 1;
	if (err->code != MS_NOTFOUND)
		return r;
	ms_err_clear(err);
	return 0;
}

int bmc_read(struct bmc *bmc, const char *uri, json_t **ret_value, struct ms_err *err)
{
	return found(ms_redfish_get(bmc->redfish, uri, ret_value, err), err);
}

int bmc_follow(struct bmc *bmc, const json_t *from, const char *pointer, json_t **ret_value,
	       struct ms_err *err)
{
	const char *uri = ms_str(ms_at(from, "%s", pointer), "/@odata.id", NULL);

	return uri && *uri ? bmc_read(bmc, uri, ret_value, err) : 0;
}

int bmc_members(struct bmc *bmc, const json_t *from, const char *pointer, json_t **ret_array,
		struct ms_err *err)
{
	const json_t *at = ms_at(from, "%s", pointer);

	if (!json_is_array(at) && !ms_str(at, "/@odata.id", NULL))
		return 0;
	return found(ms_redfish_members(bmc->redfish, from, pointer, 0, ret_array, err), err);
}

int bmc_collect(struct bmc *bmc, const struct bmc_norm *norm, const json_t *from,
		const char *pointer, bmc_norm_fn *fn, json_t *into, struct ms_err *err)
{
	json_auto_t *members = NULL;
	const json_t *one;
	size_t i;
	int r = bmc_members(bmc, from, pointer, &members, err);

	if (r <= 0)
		return r;
	json_array_foreach(members, i, one)
		if (json_is_object(one) && !bmc_absent(one) &&
		    json_array_append_new(into, fn(norm, one)))
			return ms_nomem(err);
	return 1;
}

int bmc_keep_error(struct ms_err *first, struct ms_err *err, int r)
{
	if (r >= 0 || bmc_lost(err))
		return r;
	if (!first->code)
		*first = *err;
	ms_err_clear(err);
	return 0;
}

/* Whether a Chassis belongs to the system, on a BMC that has several machines. */
static bool chassis_of(const json_t *system, const json_t *chassis)
{
	const char *id = ms_str(chassis, "/@odata.id", "");
	const char *in = ms_str(chassis, "/Links/ContainedBy/@odata.id", "");
	const json_t *one;
	size_t i;

	json_array_foreach(ms_at(system, "/Links/Chassis"), i, one) {
		const char *uri = ms_str(one, "/@odata.id", NULL);

		if (ms_streq(uri, id) || ms_streq(uri, in))
			return true;
	}
	return false;
}

static size_t machines(const json_t *systems)
{
	const json_t *one;
	size_t i, n = 0;

	json_array_foreach(systems, i, one)
		n += ms_at(one, "/Actions/#ComputerSystem.Reset") != NULL;
	return n;
}

int bmc_chassis(struct bmc *bmc, const json_t **ret_chassis, struct ms_err *err)
{
	json_auto_t *all = NULL;
	json_t *one;
	size_t i;
	int r;

	if (!bmc->chassis) {
		r = bmc_members(bmc, ms_redfish_root(bmc->redfish), "/Chassis", &all, err);
		if (r < 0)
			return r;
		bmc->chassis = json_array();
		if (!bmc->chassis)
			return ms_nomem(err);
		/* Two machines behind one BMC: each has its own chassis.  One machine in many
		 * parts: all are its. */
		json_array_foreach(all, i, one)
			if (machines(bmc->systems) < 2 || chassis_of(bmc->system, one))
				if (json_array_append(bmc->chassis, one))
					return ms_nomem(err);
	}
	*ret_chassis = bmc->chassis;
	return 0;
}

int bmc_each_chassis(struct bmc_reading *rd, bmc_chassis_fn *fn, json_t *into, struct ms_err *err)
{
	const json_t *all, *chassis;
	size_t i;
	int r = bmc_chassis(rd->bmc, &all, err);

	json_array_foreach(r ? NULL : all, i, chassis) {
		r = fn(rd, chassis, into, err);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : 0;
}

bool bmc_lost(const struct ms_err *err)
{
	switch (err->code) {
	case MS_UNREACHABLE:
	case MS_TLS:
	case MS_SESSION:
	case MS_CANCELLED:
		return true;
	default:
		return err->error == -ENOMEM;
	}
}
