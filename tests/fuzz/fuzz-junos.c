/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Junos configuration as a device shows it: read as a model; what is rendered of that reads back as the same, and the
 * delta from nothing to it fits the device.
 */
#include "fabric/junos/junos.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct fabric_dialect *dialect, const json_t *model, const char *text)
{
	json_auto_t *native = NULL, *again = NULL, *empty = json_string(""), *delta = NULL;
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_FREE char *fit = NULL;

	/* Hostile text may make models that Junos could not be told: they are refused. */
	if (junos_render(dialect, model, &native, &err))
		return;
	if (junos_parse(dialect, native, &again, NULL, &err))
		abort();
	if (junos_delta(dialect, empty, native, &delta, &err) ||
	    junos_delta_fit(json_string_value(delta), json_string_value(native), text, &fit, &err))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_auto_t *sw = json_pack("{s:s, s:{s:s}, s:{s:s}}", "kind", "Switch", "metadata", "name", "x", "spec", "platform", "junos");
	json_auto_t *native = json_stringn((const char *)data, size), *model = NULL, *opaque = json_array();
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;

	if (!native || strlen(json_string_value(native)) != size || fabric_dialect_init(&dialect, sw, NULL, &err))
		return 0;
	if (junos_parse(&dialect, native, &model, opaque, &err)) {
		if (!*err.message)
			abort();
		return 0;
	}
	check(&dialect, model, json_string_value(native));
	return 0;
}
