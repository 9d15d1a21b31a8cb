/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about profiles. */
#include "site/rules.h"

static bool is_used_by(const struct ms_doc *site, const struct ms_site_list *list,
		       const json_t *profile)
{
	struct ms_inherit in;
	const json_t *entry;
	size_t i;

	if (!json_object_get(profile, list->defaults))
		return false;
	ms_inherit_init(&in, site->root, list->defaults);
	json_array_foreach(ms_at(site->root, "/spec/%s", list->key), i, entry)
		if (ms_inherit_matches(&in, profile, entry))
			return true;
	return false;
}

static int check_profile(struct ms_item *item, const struct ms_rule *rule,
			 const struct ms_doc *site, const json_t *profile)
{
	const char *name = ms_str(profile, "/name", "");

	for (const struct ms_site_list *list = ms_site_lists; list->key; list++)
		if (is_used_by(site, list, profile))
			return 0;
	return ms_find_objects(item, rule, json_pack("[o]", ms_object_new("Profile", name)),
			       "correct matchLabels or the labels, or take the profile away",
			       "nothing that profile %s speaks of has its labels", name);
}

int ms_rule_profile_unused(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	const json_t *profile;
	size_t i;
	int r = 0;

	for (size_t s = 0; s < set->n_sites; s++)
		json_array_foreach(ms_at(set->sites[s].root, "/spec/profiles"), i, profile)
			if (!r)
				r = check_profile(item, rule, &set->sites[s], profile);
	return r ? ms_nomem(err) : 0;
}
