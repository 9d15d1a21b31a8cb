/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Actions (DSP0266, 7.9) and the values that they and properties take. */
#include <errno.h>
#include "net/redfish.h"

static const json_t *find_in(const json_t *actions, const char *name)
{
	const json_t *action = json_object_get(actions, name);

	/* Some firmware leaves the '#' out. */
	return action ? action : json_object_get(actions, *name == '#' ? name + 1 : name);
}

static const json_t *find_action(const json_t *res, const char *name)
{
	const json_t *actions = json_object_get(res, "Actions");
	const json_t *action = find_in(actions, name);

	return json_is_object(action) ? action : find_in(json_object_get(actions, "Oem"), name);
}

static const char *target_of(const json_t *action)
{
	return ms_str(action, "/target", ms_str(action, "/Target", NULL));
}

int ms_redfish_action(struct ms_redfish *rf, const json_t *res, const char *name,
		      const json_t *body, struct ms_redfish_reply *ret_reply, struct ms_err *err)
{
	const char *target = target_of(find_action(res, name));
	json_auto_t *empty = NULL;

	if (!target) {
		ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED, "%s has no action %s",
			ms_str(res, "/@odata.id", "the resource"), name);
		ms_err_at(err, rf->name, NULL);
		return -EOPNOTSUPP;
	}
	/* An action without parameters is sent with {}: several devices refuse an empty body, none
	 * is known to refuse this. */
	if (!body)
		body = empty = json_object();
	return ms_rf_write(rf, "POST", target, body, ret_reply, err);
}

static json_t *words_of(const json_t *list)
{
	json_t *words = json_array(), *word;
	size_t i;

	json_array_foreach(list, i, word)
		if (json_is_string(word))
			json_array_append(words, word);
	return words;
}

/* ActionInfo (DSP0266, 7.9.3): Parameters[Name == parameter].AllowableValues. */
static int from_action_info(struct ms_redfish *rf, const char *uri, const char *parameter,
			    json_t **ret_words, struct ms_err *err)
{
	json_auto_t *info = NULL;
	json_t *one;
	size_t i;
	int rc = ms_redfish_get(rf, uri, &info, err);

	if (rc < 0)
		return rc;
	json_array_foreach(json_object_get(info, "Parameters"), i, one) {
		if (!ms_streq(ms_str(one, "/Name", NULL), parameter))
			continue;
		*ret_words = words_of(json_object_get(one, "AllowableValues"));
		return *ret_words ? 0 : ms_nomem(err);
	}
	*ret_words = json_array();
	return *ret_words ? 0 : ms_nomem(err);
}

/* "name@Redfish.AllowableValues" beside the parameter or property; `name` may be a pointer into
 * `value`. */
static const json_t *inline_values(const json_t *value, const char *name)
{
	const char *last = strrchr(name, '/');
	MS_AUTO_FREE char *parent = strndup(name, last ? (size_t)(last - name) : 0);
	MS_AUTO_FREE char *key = ms_asprintf("%s@Redfish.AllowableValues", last ? last + 1 : name);

	if (!parent || !key)
		return NULL;
	return json_object_get(*parent ? ms_at(value, "%s", parent) : value, key);
}

int ms_redfish_allowed(struct ms_redfish *rf, const json_t *res, const char *action,
		       const char *parameter, json_t **ret_words, struct ms_err *err)
{
	const json_t *holder = action ? find_action(res, action) : res;
	const json_t *list = inline_values(holder, parameter);
	const char *info = ms_str(holder, "/@Redfish.ActionInfo", NULL);

	if (!json_is_array(list) && action && info)
		return from_action_info(rf, info, parameter, ret_words, err);
	*ret_words = words_of(list);
	return *ret_words ? 0 : ms_nomem(err);
}
