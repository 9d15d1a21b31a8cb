/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be told only once rules are written out: required keys that nothing gave, names given
 * twice. */
#include <errno.h>
#include "site/grow.h"

struct lacking {
	const struct ms_grown *grown;
	struct ms_check check;
	const struct ms_site_list *list;
	const json_t *base, *entry;
	size_t index;
	char told[512]; /* a rule that gave many entries is told of once */
};

static void point(struct lacking *l)
{
	char path[128];

	snprintf(path, sizeof(path), "/spec/%s/%zu", l->list->key, l->index);
	ms_grown_origin(l->grown, path, l->check.path, sizeof(l->check.path));
}

static int lacks(void *ctx, const struct ms_field *field)
{
	struct lacking *l = ctx;
	char pointer[64];

	snprintf(pointer, sizeof(pointer), "/%s", field->name);
	if (!field->required || ms_merged_at(l->base, l->entry, pointer))
		return 0;
	point(l);
	if (!strcmp(l->told, l->check.path))
		return 0;
	snprintf(l->told, sizeof(l->told), "%s", l->check.path);
	ms_check_hint(ms_check_problem(&l->check, false, "missing key \"%s\"", field->name),
		      "add \"%s: ...\", %s", field->name, field->help);
	return 0;
}

/* Two rules, or a rule and a link, may give one name; what people wrote was looked at before. */
static int name_once(struct lacking *l, json_t *seen, struct ms_err *err)
{
	const char *name = ms_str(l->entry, "/name", "");

	if (!json_object_get(seen, name))
		return json_object_set_new(seen, name, json_true()) ? ms_nomem(err) : 0;
	point(l);
	ms_check_hint(ms_check_problem(&l->check, false, "the name \"%.120s\" is taken", name),
		      "give each entry a name of its own");
	return 0;
}

static int check_list(struct lacking *l, struct ms_err *err)
{
	bool grown = json_object_get(l->grown->origins, l->list->key);
	json_auto_t *seen = json_object();
	struct ms_inherit in;
	size_t i;
	int r = seen ? 0 : ms_nomem(err);

	ms_inherit_init(&in, l->grown->root, l->list->defaults);
	json_array_foreach(ms_at(l->grown->root, "/spec/%s", l->list->key), i, l->entry) {
		l->index = i;
		if (!r)
			r = ms_inherit_of(&in, l->entry, &l->base, err);
		if (!r)
			ms_field_each(l->list->kind->spec, lacks, l);
		if (!r && grown)
			r = name_once(l, seen, err);
	}
	ms_inherit_release(&in);
	return r;
}

int ms_check_grown(const struct ms_grown *grown, struct ms_report *report, struct ms_err *err)
{
	struct lacking l = { .grown = grown, .check = { .doc = grown->site, .report = report } };
	int r = 0;

	for (l.list = ms_site_lists; !r && l.list->key; l.list++)
		r = check_list(&l, err);
	return r || !l.check.failed ? r : ms_nomem(err);
}
