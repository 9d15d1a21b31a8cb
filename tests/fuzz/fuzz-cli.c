/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running configurations of EOS, NX-OS and OS10: what is read of one can be written, or is refused with a reason. */
#include "fabric/driver.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void one(const struct fabric_driver *driver, const json_t *native)
{
	json_auto_t *sw = json_pack("{s:{s:s},s:{s:s}}", "metadata", "name", "leaf01", "spec", "platform", driver->platform);
	json_auto_t *model = NULL, *opaque = json_array(), *text = NULL, *delta = NULL;
	struct ms_err err = MS_ERR_INIT;
	struct fabric_dialect dialect;

	if (fabric_dialect_init(&dialect, sw, NULL, &err))
		__builtin_trap();
	if (driver->parse(&dialect, native, &model, opaque, &err))
		return;
	if (driver->render(&dialect, model, &text, &err)) {
		if (err.code == MS_OK)
			__builtin_trap();
		return;
	}
	if (driver->delta(&dialect, text, text, &delta, &err) || *json_string_value(delta))
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	json_auto_t *native = json_stringn((const char *)data, size);

	if (!native)
		return 0;
	one(&fabric_eos, native);
	one(&fabric_nxos, native);
	one(&fabric_os10, native);
	return 0;
}
