/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any JSON as the configuration of an NVUE switch: it gives a model, or an error that says so; and a model that came of
 * a switch is one that the driver can write, and read again as it was.
 */
#include <stddef.h>
#include <stdint.h>
#include "fabric/driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(const char *version, const json_t *native)
{
	json_auto_t *sw = json_pack("{s:{s:s,s:s}}", "spec", "platform", "cumulus", "version", version);
	json_auto_t *model = NULL, *opaque = json_array(), *again = NULL, *third = NULL, *delta = NULL;
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;

	if (fabric_dialect_init(&dialect, sw, NULL, &err))
		__builtin_trap();
	if (fabric_cumulus.parse(&dialect, native, &model, opaque, &err)) {
		if (!err.code || model)
			__builtin_trap();
		return;
	}
	if (fabric_cumulus.render(&dialect, model, &again, &err))
		return;
	if (fabric_cumulus.parse(&dialect, again, &third, NULL, &err) || !json_equal(model, third))
		__builtin_trap();
	/* Patches of anything to anything. */
	if (json_is_object(native) && fabric_cumulus.delta(&dialect, native, again, &delta, &err))
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *native = NULL;

	if (ms_json_decode((const char *)data, size, &native, NULL, &err))
		return 0;
	round_trip("5.9.1", native);
	round_trip("5.15.0", native);
	return 0;
}
