/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers, and whose they are: stable names of owners, and the way from what a pool gave into the
 * resource. */
#include <errno.h>
#include "site/pool.h"

const char *ms_member_end(const json_t *member)
{
	return ms_str(member, "/nic", ms_str(member, "/port", ms_str(member, "/channel", "")));
}

static const char *text_at(const struct ms_number_owner *owner, const char *pointer)
{
	return json_string_value(ms_merged_at(owner->base, owner->entry, pointer));
}

/* Of the two of a pair, the one that stands for both; NULL when it is none. */
static const char *first_of_pair(const struct ms_number_owner *owner)
{
	const char *with = json_string_value(json_object_get(owner->grown->pairs, owner->name));

	return with && strcmp(with, owner->name) < 0 ? with : with ? owner->name : NULL;
}

/* All spines of a pod are one to the leaves below; leaves are where the plan says so.  Whoever has
 * no fabric stands alone. */
static bool shares(const struct ms_number_owner *owner, const char *plan)
{
	const char *role = text_at(owner, "/role");

	return text_at(owner, "/fabric") &&
	       (ms_streq(role, "spine") || ms_streq(role, "super-spine") || !strcmp(plan, "tier"));
}

static void tier_owner(const struct ms_site_number *row, const struct ms_number_owner *owner,
		       char *buf, size_t size)
{
	const char *pod = text_at(owner, "/pod"), *role = text_at(owner, "/role"),
		   *fabric = text_at(owner, "/fabric"), *first = first_of_pair(owner),
		   *plan = ms_str(fabric ? json_object_get(owner->grown->fabrics, fabric) : NULL,
				  "/underlay/asnPlan", "leaf");

	if (!shares(owner, plan))
		snprintf(buf, size, "%s/%s%s", owner->kind,
			 first && !strcmp(plan, "pair") ? first : owner->name, row->value);
	else if (pod)
		snprintf(buf, size, "Fabric/%s/pods/%s/%s%s", fabric, pod, role ? role : "leaf",
			 row->value);
	else
		snprintf(buf, size, "Fabric/%s/%s%s", fabric, role ? role : "leaf", row->value);
}

void ms_number_owner(const struct ms_site_number *row, const struct ms_number_owner *owner,
		     char *buf, size_t size)
{
	const char *first = first_of_pair(owner);

	if (row->form == MS_NUMBER_TIER)
		tier_owner(row, owner, buf, size);
	else if (row->form == MS_NUMBER_MEMBERS)
		snprintf(buf, size, "%s/%s%s/%s/address", owner->kind, owner->name, row->value,
			 owner->end);
	else
		snprintf(buf, size, "%s/%s%s", owner->kind,
			 first && row->form != MS_NUMBER_OWN && row->form != MS_NUMBER_ENDS
				 ? first
				 : owner->name,
			 row->value);
}

json_t *ms_subnet_address(const char *subnet, unsigned i)
{
	struct ms_addr first, last;
	unsigned bits;
	char buf[48];

	if (!ms_prefix_parse(subnet, &first, &last, &bits))
		return NULL;
	first.value += i + (last.value - first.value > 1);
	return json_sprintf("%s/%u", ms_addr_format(first, buf), bits);
}

/* ---- into the resource ----------------------------------------------------------------------- */

static json_t *given_to(const json_t *given, const char *owner)
{
	const char *pool;
	json_t *of_pool, *value;

	json_object_foreach((json_t *)given, pool, of_pool) {
		value = json_object_get(json_object_get(of_pool, "taken"), owner);
		if (value)
			return value;
	}
	return NULL;
}

static int put_ends(json_t *spec, const char *pointer, const json_t *subnet)
{
	const char *text = json_string_value(subnet);
	json_t *ends = text ? json_pack("{s:o, s:o}", "from", ms_subnet_address(text, 0), "to",
					ms_subnet_address(text, 1))
			    : NULL;

	return ms_put(spec, pointer, ends);
}

static int put_members(const struct ms_site_number *row, const json_t *given,
		       struct ms_number_owner *owner, json_t *members)
{
	char key[768];
	json_t *member, *value;
	size_t i;
	int r = 0;

	json_array_foreach(members, i, member) {
		if (json_object_get(member, "address"))
			continue;
		owner->end = ms_member_end(member);
		ms_number_owner(row, owner, key, sizeof(key));
		value = given_to(given, key);
		if (value)
			r |= json_object_set_new(member, "address",
						 ms_subnet_address(json_string_value(value), 0));
	}
	return r;
}

int ms_numbers_put(const struct ms_grown *grown, const struct ms_site_list *list,
		   const json_t *given, const char *name, json_t *spec)
{
	struct ms_number_owner owner = {
		.grown = grown, .kind = list->kind->name, .name = name, .entry = spec
	};
	char key[768];
	json_t *value;
	int r = 0;

	for (const struct ms_site_number *row = list->numbers; !r && row->value; row++) {
		if (row->form == MS_NUMBER_MEMBERS) {
			r = put_members(row, given, &owner, ms_at(spec, "%s", row->value));
			continue;
		}
		if (ms_at(spec, "%s", row->value))
			continue;
		ms_number_owner(row, &owner, key, sizeof(key));
		value = given_to(given, key);
		if (value)
			r = row->form == MS_NUMBER_ENDS
				    ? put_ends(spec, row->value, value)
				    : ms_put(spec, row->value, json_incref(value));
	}
	return r;
}
