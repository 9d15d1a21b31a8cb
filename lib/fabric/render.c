/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Vendor text or tree of what the stream wants, without a device. */
#include <errno.h>
#include "fabric/wanted.h"

static json_t *describe(const struct fabric_dialect *dialect)
{
	json_t *words = json_object();

	if (dialect->version &&
	    json_object_set_new(words, "version", json_string(dialect->version))) {
		json_decref(words);
		return NULL;
	}
	if (json_object_set_new(words, "variant", json_integer(dialect->variant))) {
		json_decref(words);
		return NULL;
	}
	return words;
}

int fabric_render(const json_t *sw, const json_t *model, json_t **ret_native, struct ms_err *err)
{
	struct fabric_dialect dialect;
	json_t *config = NULL;
	int r = fabric_dialect_init(&dialect, sw, NULL, err);

	if (!r)
		r = dialect.driver->render(&dialect, model, &config, err);
	if (r)
		return r;
	*ret_native = json_pack("{s:s,s:o,s:s,s:o}", "platform", dialect.driver->platform,
				"dialect", describe(&dialect), "format", dialect.driver->format,
				"config", config);
	return *ret_native ? 0 : ms_nomem(err);
}

int fabric_wanted(const struct fabric_set *set, const json_t *sw, json_t **ret_model,
		  struct ms_err *err)
{
	struct fabric_dialect dialect;
	json_t *model = NULL;
	int r = fabric_dialect_init(&dialect, sw, NULL, err);

	if (!r)
		r = fabric_intent(set, sw, &model, err);
	if (!r)
		r = fabric_caps_apply(dialect.driver, ms_name(sw), model, err);
	if (!r && dialect.driver->normal)
		r = dialect.driver->normal(&dialect, model, err);
	if (r)
		json_decref(model);
	else
		*ret_model = model;
	return r;
}
