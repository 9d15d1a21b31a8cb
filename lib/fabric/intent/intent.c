/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the stream wants of one switch, as a model. */
#include <errno.h>
#include <stdarg.h>
#include "fabric/intent/intent.h"

json_t *intent_in(struct intent *intent, json_t *in, const char *key)
{
	json_t *found = json_object_get(in, key);

	if (found)
		return found;
	found = json_object();
	if (!json_object_set_new(in, key, found))
		return found;
	intent->failed = true;
	return NULL;
}

json_t *intent_row(struct intent *intent, const char *section, const char *key)
{
	return intent_in(intent, intent_in(intent, intent->model, section), key);
}

void intent_set(struct intent *intent, json_t *row, const char *key, json_t *value)
{
	if (json_object_set_new(row, key, value))
		intent->failed = true;
}

static int compare(const json_t *a, const json_t *b)
{
	json_int_t x = json_integer_value(a), y = json_integer_value(b);

	if (json_is_integer(a))
		return (x > y) - (x < y);
	return strcmp(json_string_value(a), json_string_value(b));
}

void intent_add(struct intent *intent, json_t *row, const char *key, json_t *scalar)
{
	json_t *list = json_object_get(row, key);
	size_t i;
	int order = 1;

	if (!list) {
		list = json_array();
		intent_set(intent, row, key, list);
	}
	for (i = scalar ? json_array_size(list) : 0; i > 0; i--) {
		order = compare(json_array_get(list, i - 1), scalar);
		if (order <= 0)
			break;
	}
	if (order == 0)
		json_decref(scalar);
	else if (json_array_insert_new(list, i, scalar))
		intent->failed = true;
}

struct ms_err *intent_problem(struct intent *intent, const char *path, const char *fmt, ...)
{
	MS_AUTO_FREE char *text = NULL;
	struct ms_err *problem;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	problem = ms_report_add(&intent->problems, MS_INPUT, intent->name, path, "%s",
				text ? text : "out of memory");
	return problem ? problem : &intent->spilt;
}

int fabric_refuse(const struct ms_report *problems, const char *what, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	size_t i, more, room = sizeof err->message - 96;

	if (!problems->n)
		return 0;
	/* What the error has no room for is counted. */
	for (i = 0; i < problems->n; i++) {
		const struct ms_err *one = &problems->errs[i];

		if (i && text.len + strlen(one->path) + strlen(one->message) > room)
			break;
		ms_buf_printf(&text, "%s%s%s%s", i ? "; " : "", one->path, *one->path ? ": " : "",
			      one->message);
	}
	more = problems->n - i + problems->dropped;
	if (more)
		ms_buf_printf(&text, "; and %zu more", more);
	if (text.failed)
		return ms_nomem(err);
	ms_fail(err, problems->errs[0].code == MS_UNSUPPORTED ? -EOPNOTSUPP : -EINVAL,
		problems->errs[0].code, "%s: %s", what, text.data);
	for (i = 0; i < problems->n; i++)
		if (*problems->errs[i].hint)
			ms_hint(err, "%s", problems->errs[i].hint);
	return err->error;
}

/* ---- the whole ---- */

static void add_self(struct intent *intent)
{
	const char *loopback = ms_str(intent->sw, "/spec/loopback", NULL);
	bool v6 = loopback && strchr(loopback, ':');
	char cidr[80];

	intent_set(intent, intent->model, "hostname", json_string(intent->name));
	if (!loopback)
		return;
	snprintf(cidr, sizeof cidr, "%s/%d", loopback, v6 ? 128 : 32);
	intent_add(intent, intent_in(intent, intent->model, "loopback"), "addresses",
		   json_string(cidr));
	if (!v6)
		intent->router = loopback;
}

int intent_draw(const struct fabric_set *set, const json_t *sw, json_t **ret_model,
		struct ms_err *err)
{
	struct intent intent = {
		.set = set,
		.sw = sw,
		.fabric = fabric_set_fabric(set, sw),
		.name = ms_name(sw),
		.model = json_object(),
		.vrfs = json_object(),
	};
	int r;

	add_self(&intent);
	intent_ports(&intent);
	intent_underlay(&intent);
	intent_tenants(&intent);
	intent_pair(&intent);
	intent_qos(&intent);
	r = fabric_refuse(&intent.problems, "not planned", err);
	if (!r && (intent.failed || !intent.model))
		r = ms_nomem(err);
	if (!r)
		*ret_model = ms_take(intent.model);
	json_decref(intent.model);
	json_decref(intent.vrfs);
	ms_report_release(&intent.problems);
	return r;
}

int fabric_intent(const struct fabric_set *set, const json_t *sw, json_t **ret_model,
		  struct ms_err *err)
{
	json_auto_t *model = NULL;
	json_t *sorted;
	int r = intent_draw(set, sw, &model, err);

	if (r)
		return r;
	sorted = fabric_sorted(model);
	if (!sorted)
		return ms_nomem(err);
	*ret_model = sorted;
	return 0;
}
