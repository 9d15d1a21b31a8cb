/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A driver without a switch: what the tests of drivers share. */
#ifndef MS_UNIT_DRIVER_FIXTURE_H
#define MS_UNIT_DRIVER_FIXTURE_H

#include "models.h"

static inline json_t *driver_render(const struct fabric_dialect *dialect, const json_t *model)
{
	struct ms_err err = MS_ERR_INIT;
	json_t *native = NULL;

	if (dialect->driver->render(dialect, model, &native, &err))
		fail_msg("render: %s", err.message);
	return native;
}

static inline json_t *driver_parse(const struct fabric_dialect *dialect, const json_t *native, json_t *opaque)
{
	struct ms_err err = MS_ERR_INIT;
	json_t *model = NULL;

	if (dialect->driver->parse(dialect, native, &model, opaque, &err))
		fail_msg("parse: %s", err.message);
	return model;
}

/* The model as the device will say it back; in place. */
static inline json_t *driver_normal(const struct fabric_dialect *dialect, json_t *model)
{
	struct ms_err err = MS_ERR_INIT;

	if (dialect->driver->normal && dialect->driver->normal(dialect, model, &err))
		fail_msg("normal: %s", err.message);
	return model;
}

/* What is rendered is read again, the same and all of it. */
static inline void driver_expect_same(const struct fabric_dialect *dialect, const char *what, const json_t *model)
{
	json_auto_t *native = driver_render(dialect, model), *opaque = json_array(),
		    *again = driver_parse(dialect, native, opaque);

	if (json_is_string(native) && (!json_equal(model, again) || json_array_size(opaque)))
		print_error("%s\n", json_string_value(native));
	model_expect_equal(what, model, again);
	if (json_array_size(opaque))
		fail_msg("%s: not understood: %s", what, json_string_value(json_array_get(opaque, 0)));
}

#endif
