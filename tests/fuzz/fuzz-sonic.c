/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any JSON as what a SONiC box says it runs: it gives a model, or an error that says so; what is written of that model
 * reads back as it, and the patch from anything to it removes no row twice.
 */
#include <stddef.h>
#include <stdint.h>
#include "fabric/sonic/sonic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* RFC 6902, section 5: one operation that finds nothing to remove fails the whole patch. */
static void each_once(const json_t *patch)
{
	json_auto_t *gone = json_object();
	const char *path;
	json_t *op;
	size_t i;

	json_array_foreach(patch, i, op) {
		path = ms_str(op, "/path", NULL);
		if (!path)
			__builtin_trap();
		if (strcmp(ms_str(op, "/op", ""), "remove"))
			continue;
		if (json_object_get(gone, path))
			__builtin_trap();
		json_object_set_new(gone, path, json_true());
	}
}

static void change(const struct fabric_dialect *dialect, const json_t *native, const json_t *target)
{
	json_auto_t *delta = NULL, *patch = NULL, *nothing = NULL;
	struct ms_err err = MS_ERR_INIT;

	if (sonic_delta(dialect, target, target, &nothing, &err) || json_object_size(nothing))
		__builtin_trap();
	if (sonic_delta(dialect, native, target, &delta, &err) ||
	    sonic_patch(json_object_get(native, "config_db"), json_object_get(delta, "config_db"), &patch, &err))
		__builtin_trap();
	each_once(patch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_auto_t *sw = json_pack("{s:{s:s},s:{s:s}}", "metadata", "name", "leaf01", "spec", "platform", "sonic");
	json_auto_t *native = NULL, *model = NULL, *opaque = json_array(), *again = NULL, *third = NULL;
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;

	if (ms_json_decode((const char *)data, size, &native, NULL, &err))
		return 0;
	if (fabric_dialect_init(&dialect, sw, NULL, &err))
		__builtin_trap();
	if (sonic_parse(&dialect, native, &model, opaque, &err)) {
		if (err.code == MS_OK || model)
			__builtin_trap();
		return 0;
	}
	if (sonic_render(&dialect, model, &again, &err)) {
		if (err.code == MS_OK)
			__builtin_trap();
		return 0;
	}
	if (sonic_parse(&dialect, again, &third, NULL, &err))
		__builtin_trap();
	change(&dialect, native, again);
	return 0;
}
