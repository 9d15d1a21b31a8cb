/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What switches say of themselves, any JSON, as the status.switch of a small fabric: check and trace survive it, give
 * the same twice, and every way that is found has hops.
 */
#include <stddef.h>
#include <stdint.h>
#include "fabric/fabric.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char site[] =
	"[{'kind':'Fabric','metadata':{'name':'dc1'},'spec':{}},"
	"{'kind':'Switch','metadata':{'name':'spine01'},'spec':{'platform':'eos','role':'spine','asn':65000,"
	"'loopback':'10.255.0.1'}},"
	"{'kind':'Switch','metadata':{'name':'leaf01'},'spec':{'platform':'cumulus','asn':65001,'loopback':'10.255.0.11',"
	"'pair':{'with':'leaf02','kind':'mlag','domain':1,'link':'100','address':'10.255.1.1'},"
	"'channels':[{'name':'100','ports':['10','11']},{'name':'5','ports':['5'],'shared':true}]}},"
	"{'kind':'Switch','metadata':{'name':'leaf02'},'spec':{'platform':'cumulus','asn':65002,'loopback':'10.255.0.12',"
	"'pair':{'with':'leaf01','kind':'mlag','domain':1,'link':'100','address':'10.255.1.1'},"
	"'channels':[{'name':'100','ports':['10','11']},{'name':'5','ports':['5'],'shared':true}]}},"
	"{'kind':'Link','metadata':{'name':'a'},'spec':{'from':'leaf01:49','to':'spine01:1'}},"
	"{'kind':'Link','metadata':{'name':'b'},'spec':{'from':'leaf02:49','to':'spine01:2'}},"
	"{'kind':'Link','metadata':{'name':'c'},'spec':{'from':'leaf01:10','to':'leaf02:10','layer':'peer'}},"
	"{'kind':'Link','metadata':{'name':'d'},'spec':{'from':'leaf01:11','to':'leaf02:11','layer':'peer'}},"
	"{'kind':'Link','metadata':{'name':'e'},'spec':{'from':'leaf01:1','to':'node01:rail0'}},"
	"{'kind':'Link','metadata':{'name':'f'},'spec':{'from':'leaf02:1','to':'node02:rail0'}},"
	"{'kind':'Link','metadata':{'name':'g'},'spec':{'from':'leaf01:2','to':'node03:rail0'}},"
	"{'kind':'Server','metadata':{'name':'node01'},'spec':{'nics':[{'name':'rail0','mac':'02:00:00:00:01:00'}]}},"
	"{'kind':'Server','metadata':{'name':'node02'},'spec':{'nics':[{'name':'rail0','mac':'02:00:00:00:02:00'}]}},"
	"{'kind':'Server','metadata':{'name':'node03'},'spec':{'nics':[{'name':'rail0','mac':'02:00:00:00:03:00'}]}},"
	"{'kind':'Tenant','metadata':{'name':'blue'},'spec':{'l3vni':50001,'l3vlan':3001}},"
	"{'kind':'Tenant','metadata':{'name':'red'},'spec':{'l3vni':50002,'l3vlan':3002}},"
	"{'kind':'Network','metadata':{'name':'blue-s1'},'spec':{'tenant':'blue','vlan':100,'vni':10100,"
	"'gateways':[{'address':'10.1.0.1/24'}],'members':[{'nic':'node01:rail0'},{'nic':'node02:rail0'}]}},"
	"{'kind':'Network','metadata':{'name':'red-s1'},'spec':{'tenant':'red','vlan':200,'vni':10200,"
	"'gateways':[{'address':'10.2.0.1/24'}],'members':[{'nic':'node03:rail0'},{'channel':'leaf01:5','tagged':true}]}}]";

/* JSON with the quotes that C wants escaped. */
static json_t *read_site(void)
{
	char text[sizeof site];
	json_t *list;

	for (size_t i = 0; i < sizeof site; i++)
		text[i] = (char)(site[i] == '\'' ? '"' : site[i]);
	list = json_loads(text, 0, NULL);
	if (!list)
		__builtin_trap();
	return list;
}

/* Whatever the input says of a resource becomes its status. */
static void dress(json_t *list, const json_t *input)
{
	json_t *res, *status;
	size_t i;

	json_array_foreach(list, i, res) {
		status = json_object_get(input, ms_name(res));
		if (status)
			ms_put(res, "/status/switch", json_deep_copy(status));
	}
}

static json_t *check(json_t *list, struct fabric_check *with)
{
	json_t *found = json_array(), *res, *finding;
	struct ms_run run = { 0 };
	struct ms_err err = MS_ERR_INIT;
	size_t i, j;

	json_array_foreach(list, i, res) {
		struct ms_item item = { .run = &run, .res = res, .ctx = with, .mine = true };

		if (ms_rules_run(&item, fabric_rules, &err))
			__builtin_trap();
		json_array_foreach(item.more, j, finding) {
			if (ms_streq(ms_str(finding, "/spec/rule", NULL), "T05") &&
			    !json_array_size(ms_at(finding, "/spec/way")))
				__builtin_trap();
			json_array_append(found, finding);
		}
		json_decref(item.more);
	}
	return found;
}

static void trace(const struct fabric_graph *graph)
{
	static const char *const ends[] = { "node01:rail0", "node02:rail0", "node03:rail0", "leaf01:5", "leaf02:7" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(ends); i++)
		for (size_t j = 0; j < MS_ARRAY_SIZE(ends); j++) {
			struct ms_err err = MS_ERR_INIT;
			json_auto_t *hops = NULL;

			if (fabric_trace(graph, ends[i], ends[j], &hops, &err) && err.code == MS_OK)
				__builtin_trap();
		}
}

static json_t *prove(json_t *list, const struct fabric_set *set)
{
	struct fabric_check with = { .set = set };
	struct ms_err err = MS_ERR_INIT;
	json_t *found;

	if (fabric_graph_new(set, FABRIC_PLANNED, &with.planned, &err) ||
	    fabric_graph_new(set, FABRIC_OBSERVED, &with.observed, &err))
		__builtin_trap();
	found = check(list, &with);
	trace(with.observed);
	fabric_graph_free(with.planned);
	fabric_graph_free(with.observed);
	return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_auto_t *input = json_loadb((const char *)data, size, 0, NULL), *list = NULL, *first = NULL, *again = NULL;
	json_t *resources[64];
	struct ms_report report = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct fabric_set *set;
	size_t n = 0, i;
	json_t *res;

	if (!json_is_object(input))
		return 0;
	list = read_site();
	dress(list, input);
	json_array_foreach(list, i, res)
		resources[n++] = res;
	if (fabric_set_new(resources, n, &set, &report, &err) || report.n)
		__builtin_trap();
	first = prove(list, set);
	again = prove(list, set);
	if (!json_equal(first, again))
		__builtin_trap();
	fabric_set_free(set);
	ms_report_release(&report);
	return 0;
}
