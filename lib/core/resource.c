/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resources: the few keys that every part of msctl agrees on. */
#include <errno.h>
#include "core/core.h"

const char *ms_kind(const json_t *res)
{
	return ms_str(res, "/kind", "");
}

const char *ms_name(const json_t *res)
{
	return ms_str(res, "/metadata/name", "");
}

json_t *ms_resource_new(const char *kind, const char *name)
{
	return json_pack("{s:s, s:s, s:{s:s}, s:{}}", "apiVersion", MS_API_VERSION, "kind", kind,
			 "metadata", "name", name, "spec");
}

/* The status object, made where it is missing or something else. */
static json_t *status_of(json_t *res)
{
	json_t *status = json_object_get(res, "status");

	if (json_is_object(status))
		return status;
	if (json_object_set_new(res, "status", json_object()))
		return NULL;
	return json_object_get(res, "status");
}

int ms_status_set(json_t *res, const char *domain, json_t *facts)
{
	json_t *status = facts ? status_of(res) : NULL;
	char now[32];

	if (!status ||
	    json_object_set_new(facts, "observedAt", json_string(ms_time_format(ms_now(), now)))) {
		json_decref(facts);
		return -ENOMEM;
	}
	return json_object_set_new(status, domain, facts) ? -ENOMEM : 0;
}

int ms_status_error(json_t *res, const struct ms_err *err)
{
	json_t *status = status_of(res), *error;

	if (!status)
		return -ENOMEM;
	error = json_pack("{s:s, s:s, s:s*}", "code", ms_code_name(err->code), "message",
			  err->message, "hint", err->hint[0] ? err->hint : NULL);
	return json_object_set_new(status, "error", error) ? -ENOMEM : 0;
}

void ms_status_clear_error(json_t *res)
{
	json_t *status = json_object_get(res, "status");

	if (json_object_del(status, "error"))
		return;
	if (!json_object_size(status))
		json_object_del(res, "status");
}
