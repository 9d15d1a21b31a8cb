/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What hosts and switches say of RoCE, any JSON, in a small fabric: all rules and the plan survive it, and give the same
 * twice.  Keys of the input are names of resources, values become their status; one under "before" is a reading of
 * counters to compare with, one under "roce" is the fabric's.
 */
#include <stddef.h>
#include <stdint.h>
#include "roce/aspect.h"
#include "roce/readings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char site[] =
	"[{'kind':'Fabric','metadata':{'name':'f'},'spec':{'roce':{}}},"
	"{'kind':'Switch','metadata':{'name':'s1'},'spec':{'platform':'eos','fabric':'f'}},"
	"{'kind':'Switch','metadata':{'name':'l1'},'spec':{'platform':'cumulus','fabric':'f','model':'SN4700'}},"
	"{'kind':'Link','metadata':{'name':'a'},'spec':{'from':'l1:9','to':'s1:1','length':300}},"
	"{'kind':'Link','metadata':{'name':'b'},'spec':{'from':'l1:1','to':'n1:r'}},"
	"{'kind':'Server','metadata':{'name':'n1'},'spec':{}},"
	"{'kind':'Nic','metadata':{'name':'n1:r'},'spec':{'server':'n1','name':'r','functions':[{'index':'0','vlan':100}]}},"
	"{'kind':'Network','metadata':{'name':'x'},'spec':{'vlan':100,'members':[{'nic':'n1:r'}]}}]";

/* JSON with the quotes that C wants escaped. */
static json_t *read_site(const json_t *input)
{
	char text[sizeof(site)];
	json_t *list, *res, *status;
	size_t i;

	for (i = 0; i < sizeof(site); i++)
		text[i] = (char)(site[i] == '\'' ? '"' : site[i]);
	list = json_loads(text, 0, NULL);
	if (!list)
		__builtin_trap();
	json_array_foreach(list, i, res) {
		status = json_object_get(input, ms_name(res));
		if (status)
			json_object_set_new(res, "status", json_deep_copy(status));
	}
	if (json_is_object(json_object_get(input, "roce")))
		ms_put(json_array_get(list, 0), "/spec/roce", json_deep_copy(json_object_get(input, "roce")));
	return list;
}

static void take(json_t *found, struct ms_item *item)
{
	if (item->more)
		json_array_extend(found, item->more);
	json_decref(item->more);
	item->more = NULL;
}

static void judge(struct ms_item *item, const struct roce_readings *readings, json_t *found)
{
	struct ms_err err = MS_ERR_INIT;

	if (ms_rules_run(item, roce_rules, &err))
		__builtin_trap();
	take(found, item);
	if (ms_streq(ms_kind(item->res), "Nic") && roce_plan(item, item->ctx, &err) && !*err.message)
		__builtin_trap();
	take(found, item);
	item->ctx = (void *)readings;
	if (ms_rules_run(item, roce_counter_rules, &err))
		__builtin_trap();
	take(found, item);
}

static json_t *all_of(const json_t *input)
{
	json_auto_t *list = read_site(input), *before = json_pack("{s:{s:s},s:O*}", "metadata", "name", "n1:r", "status",
								  json_object_get(input, "before"));
	json_auto_t *by_name = json_pack("{s:O,s:O}", "Nic n1:r", before, "Switch l1", before);
	struct roce_readings readings = { .by_name = by_name };
	json_t *found = json_array();
	json_t *resources[16];
	size_t n = json_array_size(list);
	struct ms_err err = MS_ERR_INIT;
	struct ms_run run = { 0 };
	struct roce_set *set;

	for (size_t i = 0; i < n; i++)
		resources[i] = json_array_get(list, i);
	if (roce_set_new(resources, n, &set, &err))
		__builtin_trap();
	readings.set = set;
	for (size_t i = 0; i < n; i++) {
		struct ms_item item = { .run = &run, .res = resources[i], .ctx = set, .mine = true };

		judge(&item, &readings, found);
	}
	roce_set_free(set);
	return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_auto_t *input = json_loadb((const char *)data, size, 0, NULL), *once = NULL, *twice = NULL;

	if (!json_is_object(input))
		return 0;
	once = all_of(input);
	twice = all_of(input);
	if (!json_equal(once, twice))
		__builtin_trap();
	return 0;
}
