/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an entry of a Site inherits: the defaults, and over them each profile whose labels it has.
 * Most entries match the same few profiles, so each mixture is merged once.
 */
#include "site/kinds.h"

void ms_inherit_init(struct ms_inherit *in, const json_t *site, const char *key)
{
	*in = (struct ms_inherit){
		.key = key,
		.defaults = ms_at(site, "/spec/defaults/%s", key),
		.profiles = ms_at(site, "/spec/profiles"),
	};
}

void ms_inherit_release(struct ms_inherit *in)
{
	json_decref(in->mixtures);
	in->mixtures = NULL;
}

/* As merging would leave it.  Profiles give no labels to match: their order would decide. */
static const char *label_of(const struct ms_inherit *in, const json_t *entry, const char *label)
{
	const json_t *labels = json_object_get(entry, "labels");
	const json_t *own = json_object_get(labels, label);

	if (own || (labels && !json_is_object(labels)))
		return json_string_value(own);
	return json_string_value(json_object_get(json_object_get(in->defaults, "labels"), label));
}

bool ms_inherit_matches(const struct ms_inherit *in, const json_t *profile, const json_t *entry)
{
	const char *label;
	json_t *wanted;

	json_object_foreach(json_object_get(profile, "matchLabels"), label, wanted)
		if (!ms_streq(label_of(in, entry, label), json_string_value(wanted)))
			return false;
	return true;
}

/* One letter per profile that has something for this kind: "-+-". */
static void mixture_name(const struct ms_inherit *in, const json_t *entry, struct ms_buf *name)
{
	const json_t *profile;
	size_t i;

	json_array_foreach(in->profiles, i, profile)
		ms_buf_puts(name, json_object_get(profile, in->key) &&
				  ms_inherit_matches(in, profile, entry) ? "+" : "-");
}

static json_t *mix(const struct ms_inherit *in, const char *name)
{
	json_t *mixed = in->defaults ? json_incref((json_t *)in->defaults) : json_object();

	for (size_t i = 0; mixed && name[i]; i++) {
		const json_t *profile = json_array_get(in->profiles, i);
		json_t *under = mixed;

		if (name[i] == '-')
			continue;
		mixed = ms_merge_new(under, json_object_get(profile, in->key));
		json_decref(under);
	}
	return mixed;
}

int ms_inherit_of(struct ms_inherit *in, const json_t *entry, const json_t **ret_inherited,
		  struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf name = { 0 };
	json_t *mixed;

	*ret_inherited = in->defaults;
	if (!json_array_size(in->profiles))
		return 0;
	if (!in->mixtures)
		in->mixtures = json_object();
	mixture_name(in, entry, &name);
	if (name.failed || !in->mixtures)
		return ms_nomem(err);
	mixed = json_object_get(in->mixtures, name.data);
	if (!mixed) {
		mixed = mix(in, name.data);
		if (json_object_set_new(in->mixtures, name.data, mixed))
			return ms_nomem(err);
	}
	*ret_inherited = mixed;
	return 0;
}

const json_t *ms_merged_at(const json_t *inherited, const json_t *entry, const char *pointer)
{
	char key[64];

	while (*pointer == '/' && (inherited || entry)) {
		size_t len = strcspn(pointer + 1, "/");

		snprintf(key, sizeof(key), "%.*s", (int)len, pointer + 1);
		pointer += len + 1;
		const json_t *over = json_object_get(entry, key);

		inherited = over && !json_is_object(over) ? NULL : json_object_get(inherited, key);
		entry = over;
	}
	return json_is_null(entry) ? NULL : entry ? entry : inherited;
}
