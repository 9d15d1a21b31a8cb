/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the firmware keeps by itself (SRIOV_EN, NUM_OF_VFS...): by devlink where the driver has a
 * permanent parameter for it, else by the vendor's tool where that is installed.
 */
#include "nic/here.h"

#include <ctype.h>
#include <errno.h>

#define SECONDS 120
#define OUT_MAX ((size_t)4 << 20)
#define VENDOR "15b3"

/* Documentation/networking/devlink/mlx5.rst */
static const struct { const char *setting, *parameter; } known[] = {
	{ "SRIOV_EN", "enable_sriov" },
	{ "NUM_OF_VFS", "total_vfs" },
};

static const char *parameter_of(const char *setting, const json_t *status)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(known); i++) {
		const json_t *all = json_object_get(status, "parameters");

		if (!strcmp(known[i].setting, setting) &&
		    json_object_get(json_object_get(all, known[i].parameter), "permanent"))
			return known[i].parameter;
	}
	return NULL;
}

/* ---- the tool ---- */

static int run_tool(struct nic_here *here, char *const *words, const char *what, struct ms_buf *out,
		    struct ms_err *err)
{
	static const char *const tools[] = { "mlxconfig", "mstconfig" };
	int r = -ENOENT;

	for (size_t i = 0; r == -ENOENT && i < MS_ARRAY_SIZE(tools); i++) {
		char *argv[16] = { (char *)tools[i] };

		for (size_t at = 0; words[at] && at < MS_ARRAY_SIZE(argv) - 2; at++)
			argv[at + 1] = words[at];
		ms_err_clear(err);
		r = ms_child_output(here->loop, argv, what, SECONDS, OUT_MAX, out, err);
	}
	if (r == -ENOENT) {
		ms_err_clear(err);
		ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			"%s: neither mlxconfig nor mstconfig is installed", what);
		ms_hint(err, "apt install mstflint");
		return -EOPNOTSUPP;
	}
	return r;
}

/* "True(1)" is the word and the number of it, "8" a number, "22.1" neither. */
static json_t *value_new(const char *text)
{
	const char *open = strrchr(text, '(');
	char *end;
	long long number = strtoll(open ? open + 1 : text, &end, 0);
	json_t *value = json_object();
	bool is_number = end != (open ? open + 1 : text) && !strcmp(end, open ? ")" : "");

	if (!value ||
	    json_object_set_new(value, "word",
				json_stringn(text, open && is_number ? (size_t)(open - text)
								     : strlen(text))) < 0 ||
	    (is_number && json_object_set_new(value, "value", json_integer(number)) < 0)) {
		json_decref(value);
		return NULL;
	}
	return value;
}

/* "*        NUM_OF_VFS        0        8        16": name, default, current, of the next boot. */
int nic_parse_setting(char *line, json_t *settings)
{
	char *words[5] = { 0 }, *save = NULL;
	json_t *setting;
	size_t n = 0;

	for (char *word = strtok_r(line, " \t*", &save); word && n < MS_ARRAY_SIZE(words);
	     word = strtok_r(NULL, " \t", &save))
		words[n++] = word;
	if (n != 4 || strspn(words[0], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != strlen(words[0]))
		return 0;
	setting = value_new(words[3]);
	if (!setting || json_object_set_new(settings, words[0], setting) < 0)
		return -ENOMEM;
	if (!strcmp(words[2], words[3]))
		return 0;
	return nic_put_text(setting, "running", words[2]) ||
			       nic_put(setting, "pending", json_true()) ||
			       nic_put_text(setting, "needs", "reboot")
		       ? -ENOMEM
		       : 0;
}

static int ask_tool(struct nic_here *here, const char *pci, json_t *settings, struct ms_err *err)
{
	char *words[] = { (char *)"-d", (char *)pci, (char *)"-e", (char *)"query", NULL }, *rest,
	     *line;
	MS_AUTO_BUF struct ms_buf out = { 0 };
	int r = run_tool(here, words, "settings of the firmware", &out, err);

	rest = out.data;
	while (!r && rest && (line = strsep(&rest, "\n")))
		if (nic_parse_setting(line, settings))
			r = ms_nomem(err);
	return r;
}

/* ---- get: only where the Nic speaks of them, as the tool takes seconds ---- */

static int say_unsupported(json_t *status, const char *reason)
{
	return ms_put(status, "/unsupported/settings", json_string(reason));
}

static int take_known(const json_t *wanted, json_t *status, json_t *settings)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(known); i++) {
		const char *name = parameter_of(known[i].setting, status);
		json_t *value =
			name ? json_object_get(
				       json_object_get(json_object_get(status, "parameters"), name),
				       "permanent")
			     : NULL;

		if (!value || !json_object_get(wanted, known[i].setting))
			continue;
		value = json_is_integer(value) ? json_incref(value)
					       : json_integer(json_is_true(value));
		if (json_object_set_new(settings, known[i].setting,
					json_pack("{s:o}", "value", value)) < 0)
			return -ENOMEM;
	}
	return 0;
}

int nic_settings(struct nic_look *look, struct ms_err *err)
{
	const json_t *wanted = ms_at(look->nic, "/spec/firmware/settings");
	json_auto_t *settings = json_object(), *all = json_object();
	struct ms_err inner = MS_ERR_INIT;
	json_t *status = look->status, *value;
	const char *name;
	int r = 0;

	if (!json_object_size(wanted) || !*look->pci)
		return 0;
	if (!settings || !all || take_known(wanted, status, settings))
		return ms_nomem(err);
	if (json_object_size(settings) < json_object_size(wanted)) {
		if (!ms_streq(ms_str(status, "/pci/vendor", NULL), VENDOR))
			return say_unsupported(status, "no tool is known for this vendor")
				       ? ms_nomem(err)
				       : 0;
		r = ask_tool(look->here, look->pci, all, &inner);
		if (r == -EOPNOTSUPP)
			return say_unsupported(status, inner.message) ? ms_nomem(err) : 0;
		r = nic_soft(r, &inner, status, err);
	}
	json_object_foreach((json_t *)wanted, name, value)
		if (!r && json_object_get(all, name) && !json_object_get(settings, name) &&
		    json_object_set(settings, name, json_object_get(all, name)) < 0)
			r = ms_nomem(err);
	return r || json_object_set(status, "settings", settings) == 0 ? r : ms_nomem(err);
}

/* ---- plan ---- */

/* true and false are numbers to the firmware. */
int nic_want_settings(const json_t *nic, const json_t *status, json_t *want, struct ms_err *err)
{
	const json_t *wanted = ms_at(nic, "/spec/firmware/settings"),
		     *now = json_object_get(status, "settings");
	json_auto_t *settings = json_object();
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)wanted, name, value) {
		if (!json_object_get(now, name)) {
			ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED, "setting %.64s: %s", name,
				ms_str(status, "/unsupported/settings",
				       "its firmware has none of that name"));
			return -EOPNOTSUPP;
		}
		value = json_is_boolean(value) ? json_integer(json_is_true(value))
					       : json_incref(value);
		if (json_object_set_new(settings, name, value) < 0)
			return ms_nomem(err);
	}
	return json_object_size(settings) && json_object_set(want, "settings", settings) < 0
		       ? ms_nomem(err)
		       : 0;
}

/* ---- apply ---- */

static int set_known(const struct nic_act *act, const char *parameter, const json_t *value,
		     struct ms_err *err)
{
	const json_t *now = json_object_get(
		json_object_get(json_object_get(act->status, "parameters"), parameter),
		"permanent");
	json_t *own = json_is_boolean(now) ? json_boolean(json_integer_value(value))
					   : json_incref((json_t *)value);
	json_auto_t *want = json_pack("{s:{s:{s:o}}}", "parameters", parameter, "permanent", own);
	struct nic_act inner = *act;

	inner.want = want;
	return want ? nic_act_parameter(&inner, err) : ms_nomem(err);
}

static int set_by_tool(const struct nic_act *act, const char *name, const json_t *value,
		       struct ms_err *err)
{
	MS_AUTO_FREE char *text = json_is_string(value) ? strdup(json_string_value(value))
							: ms_json_text(value, MS_JSON_COMPACT);
	MS_AUTO_FREE char *pair = text ? ms_asprintf("%s=%s", name, text) : NULL;
	char *words[] = { (char *)"-d", (char *)act->pci, (char *)"-y", (char *)"set", pair, NULL };
	MS_AUTO_BUF struct ms_buf out = { 0 };

	if (!pair)
		return ms_nomem(err);
	return run_tool(act->here, words, pair, &out, err);
}

int nic_act_setting(const struct nic_act *act, struct ms_err *err)
{
	const char *name;
	json_t *value;
	int r = 0;

	json_object_foreach(json_object_get(act->want, "settings"), name, value) {
		const char *parameter = parameter_of(name, act->status);

		if (!r)
			r = parameter ? set_known(act, parameter, value, err)
				      : set_by_tool(act, name, value, err);
	}
	return r;
}
