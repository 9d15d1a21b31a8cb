/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msctl-roce on a host: what is read, what is planned, what is set, and that a second plan is empty. */
#include "roce-fixture.h"

struct site { json_t *fabric, *leaf, *nic; };

static void site_open(struct site *site, const char *roce)
{
	site->fabric = json_pack("{s:s,s:s,s:{s:s},s:{s:o,s:{s:i}}}", "apiVersion", "msctl/v1", "kind", "Fabric", "metadata",
				 "name", "f", "spec", "roce", json_loads(roce, 0, NULL), "underlay", "hostMtu", 9000);
	site->leaf = json_pack("{s:s,s:s,s:{s:s},s:{s:s}}", "apiVersion", "msctl/v1", "kind", "Switch", "metadata", "name",
			       "leaf01", "spec", "fabric", "f");
	site->nic = json_pack("{s:s,s:s,s:{s:s},s:{s:s,s:s,s:s,s:s}}", "apiVersion", "msctl/v1", "kind", "Nic", "metadata",
			      "name", "node01:rail0", "spec", "server", "node01", "name", "rail0", "mac",
			      "02:00:00:00:00:01", "cable", "leaf01:1");
	assert_true(site->fabric && site->leaf && site->nic);
}

static void site_close(struct site *site)
{
	json_decref(site->fabric);
	json_decref(site->leaf);
	json_decref(site->nic);
}

static void get(struct roce_here *here, struct site *site)
{
	struct ms_err err = MS_ERR_INIT;
	json_t *status = NULL;

	if (roce_here_refresh(here, &err) || roce_observe(here, site->nic, &status, &err))
		fail_msg("%s", err.message);
	assert_int_equal(ms_status_set(site->nic, "roce", status), 0);
}

/* Steps, a new reference; err says what was refused. */
static json_t *plan(struct site *site, struct ms_err *err)
{
	json_t *resources[] = { site->fabric, site->leaf, site->nic };
	struct ms_item item = { .res = site->nic, .mine = true };
	struct roce_set *set = NULL;

	assert_int_equal(roce_set_new(resources, 3, &set, err), 0);
	roce_plan(&item, set, err);
	roce_set_free(set);
	return item.more ? item.more : json_array();
}

static void apply(struct roce_here *here, const struct site *site, const json_t *steps)
{
	const json_t *step;
	size_t i;

	json_array_foreach(steps, i, step) {
		json_auto_t *now = NULL, *then = NULL;
		struct ms_err err = MS_ERR_INIT;

		if (roce_step_read(here, site->nic, step, &now, &err))
			fail_msg("%s", err.message);
		if (roce_step_ops.holds(step, now, ms_at(step, "/spec/after")))
			continue;
		if (!roce_step_ops.holds(step, now, ms_at(step, "/spec/before")) &&
		    strcmp(ms_str(step, "/spec/action", ""), "roce.buffer"))
			fail_msg("%s: before does not hold: %s", ms_str(step, "/spec/action", ""), json_dumps(now, 0));
		if (roce_step_act(here, site->nic, step, now, &err) || roce_step_read(here, site->nic, step, &then, &err))
			fail_msg("%s: %s", ms_str(step, "/spec/action", ""), err.message);
		if (!roce_step_ops.holds(step, then, ms_at(step, "/spec/after")))
			fail_msg("%s: not as wanted: %s", ms_str(step, "/spec/action", ""), json_dumps(then, 0));
	}
}

static void actions_of(const json_t *steps, char *buf, size_t size)
{
	const json_t *step;
	size_t i, used = 0;

	*buf = 0;
	json_array_foreach(steps, i, step)
		used += (size_t)snprintf(buf + used, size - used, "%s%s", i ? " " : "",
					 ms_str(step, "/spec/action", "") + strlen("roce."));
}

static json_t *json(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(value);
	return value;
}

static void assert_json(const json_t *seen, const char *pointer, const char *text)
{
	json_auto_t *want = json(text);
	MS_AUTO_FREE char *got = json_dumps(ms_at(seen, "%s", pointer), JSON_ENCODE_ANY | JSON_COMPACT);

	if (!json_equal(ms_at(seen, "%s", pointer), want))
		fail_msg("%s: %s, expected %s", pointer, got ? got : "absent", text);
}

/* ---- reading ---- */

static void test_get(void **state)
{
	struct kernel *kernel = kernel_new();
	struct site site;
	struct roce_here here;
	json_auto_t *server = NULL;
	struct ms_err err = MS_ERR_INIT;
	const json_t *seen;

	(void)state;
	site_open(&site, "{}");
	kernel->dcb.apps[kernel->dcb.n_apps++] = (struct dcb_app){ IEEE_8021QAZ_APP_SEL_DGRAM, 3, 4791 };
	kernel_open(kernel, &here, NULL);
	get(&here, &site);
	seen = ms_at(site.nic, "/status/roce");
	assert_json(seen, "/netdev", "\"" NETDEV "\"");
	assert_json(seen, "/device", "\"mlx5_0\"");
	assert_json(seen, "/state", "\"ACTIVE\"");
	assert_json(seen, "/speed", "\"100G\"");
	assert_json(seen, "/mtu", "1500");
	assert_json(seen, "/activeMtu", "1024");
	assert_json(seen, "/gid", "{\"index\": 3, \"address\": \"10.1.0.11\"}");
	assert_int_equal(json_array_size(ms_at(seen, "/gids")), 5);
	assert_json(seen, "/gids/0/type", "\"RoCE v1\"");
	assert_json(seen, "/trust", "\"pcp\"");
	assert_json(seen, "/trustBy", "\"app\"");
	assert_json(seen, "/pfc", "{\"enabled\": [], \"max\": 8, \"delay\": 7, \"mbc\": false}");
	assert_json(seen, "/app", "[{\"selector\": \"dgram\", \"protocol\": 4791, \"priority\": 3}]");
	assert_json(seen, "/dcbx/lld", "true");
	assert_json(seen, "/pause", "{\"autoneg\": false, \"rx\": true, \"tx\": true}");
	assert_json(seen, "/ecn/np/cnpPriority", "7");
	assert_json(seen, "/ecn/rp", "{\"enabled\": [], \"parameters\": {\"rpg_time_reset\": 300}}");
	assert_json(seen, "/cm", "{\"tos\": 0, \"mode\": \"IB/RoCE v1\"}");
	assert_json(seen, "/trafficClass", "0");
	assert_json(seen, "/counters", "{\"rx_dropped\": 5, \"np_cnp_sent\": 9, \"rx_prio3_discards\": 4, \"rx_prio3_pause_duration\": 70}");
	assert_null(ms_at(seen, "/persistent"));
	assert_null(ms_at(seen, "/unsupported"));
	assert_int_equal(roce_observe_server(&here, &server, &err), 0);
	assert_false(ms_bool(server, "/dmabuf/ready", true));
	json_object_del(server, "dmabuf");
	assert_json(server, "", "{\"kernel\": \"6.1.0\", \"netnsMode\": \"shared\", \"lldpad\": false, \"modules\": []}");
	roce_here_close(&here);
	site_close(&site);
	kernel_free(kernel);
}

static void test_gid(void **state)
{
	static const struct { const char *change, *spec, *gid; } cases[] = {
		{ "true", "{}", "{\"index\": 3, \"address\": \"10.1.0.11\"}" },
		{ "true", "{\"address\": \"2001:db8::b\"}", "{\"index\": 4, \"address\": \"2001:db8::b\"}" },
		{ "true", "{\"address\": \"10.1.0.11/24\"}", "{\"index\": 3, \"address\": \"10.1.0.11\"}" },
		{ "echo eth9 > gid_attrs/ndevs/3", "{}", "{\"index\": 4, \"address\": \"2001:db8::b\"}" },
		{ "mv gids/3 gids/30 && mv gid_attrs/types/3 gid_attrs/types/30 && mv gid_attrs/ndevs/3 gid_attrs/ndevs/30",
		  "{}", "{\"index\": 30, \"address\": \"10.1.0.11\"}" },
		{ "true", "{\"address\": \"192.0.2.1\"}", "null" },
		{ "rm gids/3 gids/4", "{}", "null" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct kernel *kernel = kernel_new();
		struct site site;
		struct roce_here here;

		site_open(&site, "{}");
		json_object_set_new(json_object_get(site.nic, "spec"), "roce", json(cases[i].spec));
		sh("cd %s/sys/class/infiniband/mlx5_0/ports/1 && %s", kernel->root, cases[i].change);
		kernel_open(kernel, &here, NULL);
		get(&here, &site);
		if (!strcmp(cases[i].gid, "null")) {
			assert_null(ms_at(site.nic, "/status/roce/gid"));
			assert_int_equal(json_array_size(ms_at(site.nic, "/status/roce/warnings")), 1);
		} else {
			assert_json(site.nic, "/status/roce/gid", cases[i].gid);
		}
		roce_here_close(&here);
		site_close(&site);
		kernel_free(kernel);
	}
}

static void test_traffic_class(void **state)
{
	static const struct { const char *text, *number; } cases[] = {
		{ "", "0" }, { "Global tclass=106", "106" }, { "Global tclass=96\\nsrc_ip=10.0.0.1 tclass=32", "96" },
		{ "src_ip=10.0.0.1 tclass=32", "0" }, { "104", "104" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct kernel *kernel = kernel_new();
		struct site site;
		struct roce_here here;

		site_open(&site, "{}");
		sh("printf '%s\\n' > %s/sys/class/infiniband/mlx5_0/tc/1/traffic_class", cases[i].text, kernel->root);
		kernel_open(kernel, &here, NULL);
		get(&here, &site);
		assert_json(site.nic, "/status/roce/trafficClass", cases[i].number);
		roce_here_close(&here);
		site_close(&site);
		kernel_free(kernel);
	}
}

/* ---- from the factory to what the fabric says ---- */

static void check_kernel(const struct kernel *kernel)
{
	const struct roce_dcb *dcb = &kernel->dcb;

	assert_int_equal(kernel->mtu, 9000);
	assert_int_equal(kernel->pause_rx | kernel->pause_tx, 0);
	assert_int_equal(dcb->dcbx, DCB_CAP_DCBX_HOST | DCB_CAP_DCBX_VER_IEEE);
	assert_int_equal(dcb->pfc.pfc_en, 1 << 3);
	/* What nobody spoke of was written back as it was read. */
	assert_int_equal(dcb->pfc.delay, 7);
	assert_int_equal(dcb->ets.tc_rx_bw[2], 77);
	assert_int_equal(dcb->ets.willing, 0);
	assert_int_equal(dcb->ets.tc_tx_bw[3], 50);
	assert_int_equal(dcb->ets.tc_tsa[6], IEEE_8021QAZ_TSA_STRICT);
	assert_int_equal(dcb->ets.prio_tc[3], 3);
	assert_int_equal(dcb->ets.prio_tc[5], 0);
	assert_int_equal(dcb->n_apps, 64 + 1);
	for (size_t i = 0; i < dcb->n_apps; i++) {
		const struct dcb_app *app = &dcb->apps[i];

		if (app->selector == IEEE_8021QAZ_APP_SEL_DSCP)
			assert_int_equal(app->priority, app->protocol == 26 ? 3 : app->protocol == 48 ? 6 : 0);
		else
			assert_int_equal(app->protocol, 3260);
	}
}

static void test_converges(void **state)
{
	static const struct { enum app_habit habit; bool own_buffers; const char *actions; } cases[] = {
		{ APPS_REPLACED, true, "dcbx mtu pause ets pfc app buffer ecn cm trafficClass persist" },
		{ APPS_PLAIN, false, "dcbx mtu pause ets pfc app buffer ecn cm trafficClass persist" },
		{ APPS_ONCE, true, "dcbx mtu pause ets pfc app buffer ecn cm trafficClass persist" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct kernel *kernel = kernel_new();
		json_auto_t *first = NULL, *second = NULL;
		struct ms_err err = MS_ERR_INIT;
		struct roce_here here;
		struct site site;
		char actions[256];

		site_open(&site, "{}");
		kernel->habit = cases[i].habit;
		kernel->own_buffers = cases[i].own_buffers;
		/* In the way: another class for RDMA, and its UDP port; iSCSI is none of ours. */
		kernel->dcb.apps[kernel->dcb.n_apps++] = (struct dcb_app){ IEEE_8021QAZ_APP_SEL_DSCP, 5, 26 };
		kernel->dcb.apps[kernel->dcb.n_apps++] = (struct dcb_app){ IEEE_8021QAZ_APP_SEL_STREAM, 4, 3260 };
		kernel->dcb.apps[kernel->dcb.n_apps++] = (struct dcb_app){ IEEE_8021QAZ_APP_SEL_DGRAM, 1, 4791 };
		kernel_open(kernel, &here, NULL);
		get(&here, &site);
		first = plan(&site, &err);
		assert_string_equal(err.message, "");
		actions_of(first, actions, sizeof(actions));
		assert_string_equal(actions, cases[i].actions);
		apply(&here, &site, first);
		check_kernel(kernel);
		assert_int_equal(kernel->dcb.buffer.prio2buffer[3], 1);
		get(&here, &site);
		second = plan(&site, &err);
		actions_of(second, actions, sizeof(actions));
		assert_string_equal(actions, "");
		assert_json(site.nic, "/status/roce/trust", "\"dscp\"");
		assert_json(site.nic, "/status/roce/persistent/pfc", "{\"enabled\": [3]}");
		assert_json(site.nic, "/status/roce/cm", "{\"tos\": 106, \"mode\": \"RoCE v2\"}");
		assert_json(site.nic, "/status/roce/ecn/np", "{\"enabled\": [3], \"cnpDscp\": 48, \"cnpPriority\": 6}");
		assert_json(site.nic, "/status/roce/trafficClass", "106");
		roce_here_close(&here);
		site_close(&site);
		kernel_free(kernel);
	}
}

/* ---- other fabrics, other NICs ---- */

#define DRIVER(name) "rm -r sys/devices/*/*/net/*/ecn && for d in sys/devices/*/*:*; do ln -s x/" name " $d/driver; done"
#define BROADCOM DRIVER("bnxt_en")


/* 80.05 Gb/s for RDMA, with what else is in traffic class 3. */
#define RATES(bulk)                                                                                                    \
	"{\"classes\": [{\"name\": \"data\", \"priority\": 3, \"dscp\": [26], \"lossless\": true, \"bandwidth\": 50, "            \
	"\"maxRate\": 80050000}, {\"name\": \"bulk\", \"priority\": 0, \"trafficClass\": " bulk ", \"default\": true, "             \
	"\"bandwidth\": 50}, {\"name\": \"cnp\", \"priority\": 6, \"dscp\": [48], \"strict\": true, \"maxRate\": 70000}]}"

/* From the factory, with these in the fabric and the NIC: what is planned, and what is refused. */
static const struct {
	const char *roce, *spec, *change, *actions, *refused;
	bool no_dcb;
} plans[] = {
	{ "{\"profile\": \"off\"}", "{}", "true", "", "", false },
	{ "{\"profile\": \"lossy\"}", "{}", "true", "dcbx mtu ets app ecn cm trafficClass persist", "", false },
	{ "{\"congestionControl\": \"none\"}", "{}", "true",
	  "dcbx mtu pause ets pfc app buffer cm trafficClass persist", "", false },
	{ "{\"congestionControl\": \"vendor\"}", "{}", "rm -r sys/devices/*/*/net/*/ecn",
	  "dcbx mtu pause ets pfc app buffer cm trafficClass persist", "", false },
	{ "{}", "{}", "rm -r sys/devices/*/*/net/*/ecn",
	  "dcbx mtu pause ets pfc app buffer cm trafficClass persist", "ecn: DCQCN cannot be set", false },
	{ "{}", "{}", BROADCOM, "dcbx mtu pause ets pfc app buffer cm trafficClass persist",
	  "ecn: DCQCN cannot be set: no /sys/kernel/config/bnxt_re", false },
	{ "{}", "{}", BROADCOM " && mkdir sys/kernel/config/bnxt_re", "dcbx mtu pause ets pfc app buffer cm trafficClass persist",
	  "ecn: DCQCN cannot be set: mkdir /sys/kernel/config/bnxt_re/mlx5_0", false },
	{ "{\"dcbx\": \"willing\"}", "{}", "true", "mtu pause ecn cm trafficClass persist", "", false },
	{ "{\"trust\": \"pcp\"}", "{}", "true", "dcbx mtu pause ets pfc buffer ecn cm trafficClass persist", "",
	  false },
	{ "{\"trust\": \"both\"}", "{}", "mkdir -p sys/class/net/ens1f0np0/qos && echo pcp > sys/class/net/ens1f0np0/qos/trust",
	  "dcbx mtu pause ets pfc trust app buffer ecn cm trafficClass persist", "", false },
	{ "{}", "{\"roce\": {\"enabled\": false}}", "true", "", "", false },
	{ "{}", "{\"mtu\": 1500}", "true", "dcbx pause ets pfc app buffer ecn cm trafficClass persist",
	  "mtu: an MTU of 1500 octets holds no RDMA packet of 4096: it needs 4192", false },
	{ "{}", "{}", "rm -r sys/kernel", "dcbx mtu pause ets pfc app buffer ecn trafficClass persist",
	  "cm: rdma_cm cannot be told how to mark: no /sys/kernel/config/rdma_cm", false },
	{ "{}", "{}", "rm -r sys/kernel/config/rdma_cm/mlx5_0",
	  "dcbx mtu pause ets pfc app buffer ecn cm trafficClass persist", "", false },
	{ "{}", "{}", "rm usr/sbin/dcb", "dcbx mtu pause ets pfc app buffer ecn cm trafficClass",
	  "persistent: nothing can set it again after a restart: no dcb here", false },
	{ "{\"profile\": \"off\"}", "{}", "true", "", "", true },
	{ "{\"profile\": \"off\"}", "{}", "echo 1 > sys/class/net/ens1f0np0/ecn/roce_rp/enable/3", "ecn", "", false },
	{ "{}", "{}", "true", "mtu pause ecn cm trafficClass persist",
	  "ets: no bandwidth for classes: the driver has no DCB; pfc: no priority can be paused: the driver has no DCB; "
	  "app: code points cannot be put into classes: the driver has no DCB", true },
	{ "{\"classes\": [{\"name\": \"a\", \"priority\": 0, \"bandwidth\": 90}]}", "{}", "true", "",
	  "0 classes are the default", false },
	{ "{}", "{\"roce\": {\"maxRate\": {\"data\": 50000000}}}", "true",
	  "dcbx mtu pause ets maxRate pfc app buffer ecn cm trafficClass persist", "", false },
	{ "{}", "{\"roce\": {\"maxRate\": {\"date\": 50000000}}}", "true",
	  "dcbx mtu pause ets pfc app buffer ecn cm trafficClass persist", "maxRate: no maximum rates: the fabric has no class date",
	  false },
	{ RATES("3"), "{\"roce\": {\"maxRate\": {\"bulk\": 9}}}", "true",
	  "dcbx mtu pause ets pfc app buffer ecn cm trafficClass persist",
	  "maxRate: no maximum rates: class data is to have 80050000 kb/s, another of its traffic class 9", false },
	{ "{\"profile\": \"lossy\"}", "{\"roce\": {\"maxRate\": {\"data\": 9}}}", "true", "mtu ecn cm trafficClass persist",
	  "maxRate: no maximum rates: the driver has no DCB", true },
	{ "{\"dcbx\": \"willing\"}", "{\"roce\": {\"maxRate\": {\"data\": 9}}}", "true", "mtu pause ecn cm trafficClass persist", "",
	  false },
};

static void test_plans(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(plans); i++) {
		struct kernel *kernel = kernel_new();
		json_auto_t *steps = NULL, *spec = json(plans[i].spec);
		struct ms_err err = MS_ERR_INIT;
		struct roce_here here;
		struct site site;
		char actions[256];

		site_open(&site, plans[i].roce);
		json_object_update(json_object_get(site.nic, "spec"), spec);
		kernel->no_dcb = plans[i].no_dcb;
		sh("cd %s && %s", kernel->root, plans[i].change);
		kernel_open(kernel, &here, NULL);
		get(&here, &site);
		steps = plan(&site, &err);
		actions_of(steps, actions, sizeof(actions));
		if (strcmp(actions, plans[i].actions))
			fail_msg("case %zu: \"%s\", expected \"%s\"", i, actions, plans[i].actions);
		if (*plans[i].refused ? !strstr(err.message, plans[i].refused) : *err.message)
			fail_msg("case %zu: \"%s\", expected \"%s\"", i, err.message, plans[i].refused);
		assert_true(!*err.message || *err.hint);
		roce_here_close(&here);
		site_close(&site);
		kernel_free(kernel);
	}
}

/* Who sees RDMA devices: the kernel's word, at boot too; and why it may refuse. */
static void test_netns(void **state)
{
	struct kernel *kernel = kernel_new();
	json_auto_t *first = NULL, *second = NULL, *third = NULL, *now = NULL;
	struct ms_err err = MS_ERR_INIT;
	struct roce_here here;
	struct site site;
	char actions[256];

	(void)state;
	site_open(&site, "{}");
	json_object_set_new(json_object_get(site.nic, "spec"), "roce", json("{\"netns\": \"exclusive\"}"));
	kernel_open(kernel, &here, NULL);
	get(&here, &site);
	first = plan(&site, &err);
	assert_string_equal(err.message, "");
	assert_json(json_array_get(first, 0), "/spec/after", "{\"netnsMode\": \"exclusive\"}");
	apply(&here, &site, first);
	assert_true(kernel->exclusive);
	get(&here, &site);
	assert_json(site.nic, "/status/roce/netnsMode", "\"exclusive\"");
	assert_json(site.nic, "/status/roce/persistent/netnsMode", "\"exclusive\"");
	second = plan(&site, &err);
	actions_of(second, actions, sizeof(actions));
	assert_string_equal(actions, "");

	kernel->exclusive = false;
	kernel->in_use = true;
	get(&here, &site);
	third = plan(&site, &err);
	actions_of(third, actions, sizeof(actions));
	assert_string_equal(actions, "netns");
	assert_int_equal(roce_step_read(&here, site.nic, json_array_get(third, 0), &now, &err), 0);
	assert_int_equal(roce_step_act(&here, site.nic, json_array_get(third, 0), now, &err), -EBUSY);
	assert_int_equal(err.code, MS_BUSY);
	assert_non_null(strstr(err.hint, "lsns -t net"));
	roce_here_close(&here);
	site_close(&site);
	kernel_free(kernel);
}

/* kb/s as they were said reach the kernel, and what the driver makes of them is no change. */
static void test_rates(void **state)
{
	static const struct { const char *spec, *planned, *now; uint64_t data, cnp; } cases[] = {
		{ "{}", "[0, 0, 0, 80050000, 0, 0, 70000, 0]", "[0, 0, 0, 80000000, 0, 0, 100000, 0]", 80000000, 100000 },
		{ "{\"maxRate\": {\"data\": 0, \"cnp\": 25000000}}", "[0, 0, 0, 0, 0, 0, 25000000, 0]", "[0, 0, 0, 0, 0, 0, 25000000, 0]",
		  0, 25000000 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct kernel *kernel = kernel_new();
		json_auto_t *first = NULL, *second = NULL, *third = NULL;
		struct ms_err err = MS_ERR_INIT;
		struct roce_here here;
		struct site site;
		char actions[256];

		site_open(&site, RATES("0"));
		json_object_set_new(json_object_get(site.nic, "spec"), "roce", json(cases[i].spec));
		kernel_open(kernel, &here, NULL);
		get(&here, &site);
		first = plan(&site, &err);
		assert_string_equal(err.message, "");
		assert_string_equal(ms_str(json_array_get(first, 4), "/spec/action", ""), "roce.maxRate");
		assert_json(json_array_get(first, 4), "/spec/after/maxRate", cases[i].planned);
		apply(&here, &site, first);
		assert_int_equal(kernel->dcb.rates.tc_maxrate[3], cases[i].data);
		assert_int_equal(kernel->dcb.rates.tc_maxrate[6], cases[i].cnp);
		get(&here, &site);
		assert_json(site.nic, "/status/roce/maxRate", cases[i].now);
		assert_json(site.nic, "/status/roce/persistent/maxRate", cases[i].planned);
		second = plan(&site, &err);
		actions_of(second, actions, sizeof(actions));
		assert_string_equal(actions, "");
		kernel->dcb.rates.tc_maxrate[1] = 1000000;
		get(&here, &site);
		third = plan(&site, &err);
		actions_of(third, actions, sizeof(actions));
		assert_string_equal(actions, "maxRate");
		roce_here_close(&here);
		site_close(&site);
		kernel_free(kernel);
	}
}

/* Rounded by drivers, or something else? */
static void test_rounding(void **state)
{
	static const struct { int64_t now, want; bool holds; } cases[] = {
		{ 0, 0, true }, { 0, 1, false }, { 1, 0, false }, { 100000, 1, true }, { 100000, 99999, true },
		{ 200000, 99999, false }, { 200000, 250000, true }, { 300000, 250000, true }, { 250000, 250000, true },
		{ 249999, 250000, false }, { 25000000, 25500000, false }, { 25500000, 25500000, true },
		{ 80000000, 80990000, true }, { 81000000, 80990000, true }, { 79000000, 80990000, false },
		{ 80000001, 80990000, false },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++)
		if (roce_rate_holds(cases[i].now, cases[i].want) != cases[i].holds)
			fail_msg("case %zu", i);
}

/* One switch for both points, in configfs. */
static void test_other_drivers(void **state)
{
	static const struct { const char *make, *on, *np, *rp, *script; } rows[] = {
		{ BROADCOM " && c=sys/kernel/config/bnxt_re/mlx5_0/ports/1/cc && mkdir -p $c && for f in ecn_enable ecn_marking cnp_dscp "
		  "cnp_prio apply; do echo 0x0 > $c/$f; done",
		  "cd sys/kernel/config/bnxt_re/mlx5_0/ports/1/cc && test $(cat ecn_enable ecn_marking cnp_dscp cnp_prio apply | tr -d '\\n') = 114861",
		  "{\"cnpDscp\": 48, \"cnpPriority\": 6, \"enabled\": [0, 1, 2, 3, 4, 5, 6, 7]}", "{}", "ecn_marking" },
		{ BROADCOM " && c=sys/kernel/config/bnxt_re/mlx5_0/ports/1/cc && mkdir -p $c && for f in ecn_enable ecn_marking cnp_dscp "
		  "cnp_prio roce_dscp roce_prio apply; do echo 0x0 > $c/$f; done",
		  "cd sys/kernel/config/bnxt_re/mlx5_0/ports/1/cc && test $(cat cnp_dscp cnp_prio roce_dscp roce_prio apply | tr -d '\\n') = 4862631",
		  "{\"cnpDscp\": 48, \"cnpPriority\": 6, \"enabled\": [0, 1, 2, 3, 4, 5, 6, 7]}", "{\"dscp\": 26, \"priority\": 3}",
		  "put 26 \"$cc/roce_dscp\" && put 3 \"$cc/roce_prio\" && put 1 \"$cc/apply\"" },
		{ DRIVER("ice") " && c=sys/kernel/config/irdma/mlx5_0 && mkdir -p $c && echo 0 > $c/roce_dcqcn_enable",
		  "test $(cat sys/kernel/config/irdma/mlx5_0/roce_dcqcn_enable) = 1", "{\"enabled\": [0, 1, 2, 3, 4, 5, 6, 7]}",
		  "{}", "roce_dcqcn_enable" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct kernel *kernel = kernel_new();
		json_auto_t *first = NULL, *second = NULL;
		struct ms_err err = MS_ERR_INIT;
		struct roce_here here;
		struct site site;
		char actions[256];

		site_open(&site, "{}");
		sh("cd %s && %s", kernel->root, rows[i].make);
		kernel_open(kernel, &here, NULL);
		get(&here, &site);
		assert_json(site.nic, "/status/roce/ecn/np/enabled", "[]");
		first = plan(&site, &err);
		assert_string_equal(err.message, "");
		apply(&here, &site, first);
		sh("cd %s && %s", kernel->root, rows[i].on);
		sh("cd %s/etc/msctl/roce && sh -n ens1f0np0 && grep -qF '%s' ens1f0np0", kernel->root, rows[i].script);
		get(&here, &site);
		assert_json(site.nic, "/status/roce/ecn/np", rows[i].np);
		assert_json(site.nic, "/status/roce/ecn/rp", rows[i].rp);
		second = plan(&site, &err);
		actions_of(second, actions, sizeof(actions));
		assert_string_equal(actions, "");
		roce_here_close(&here);
		site_close(&site);
		kernel_free(kernel);
	}
}

/* A NIC that leaves the fabric forgets what was to be set at its boot. */
static void test_leaves(void **state)
{
	struct kernel *kernel = kernel_new();
	json_auto_t *first = NULL, *last = NULL;
	struct ms_err err = MS_ERR_INIT;
	struct roce_here here;
	struct site site;

	(void)state;
	site_open(&site, "{}");
	kernel_open(kernel, &here, NULL);
	get(&here, &site);
	first = plan(&site, &err);
	apply(&here, &site, first);
	assert_true(ms_host_exists(here.host, "/etc/msctl/roce/" NETDEV));
	json_object_set_new(json_object_get(site.nic, "spec"), "roce", json("{\"enabled\": false}"));
	get(&here, &site);
	last = plan(&site, &err);
	assert_int_equal(json_array_size(last), 1);
	apply(&here, &site, last);
	assert_false(ms_host_exists(here.host, "/etc/msctl/roce/" NETDEV));
	assert_false(ms_host_exists(here.host, "/etc/udev/rules.d/90-msctl-roce-" NETDEV ".rules"));
	roce_here_close(&here);
	site_close(&site);
	kernel_free(kernel);
}

/* A plan without what is now is refused, and says what to type. */
static void test_unread(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *none = NULL, *failed = NULL;
	struct site site;

	(void)state;
	site_open(&site, "{}");
	none = plan(&site, &err);
	assert_int_equal(err.code, MS_PRECONDITION);
	assert_non_null(strstr(err.hint, "msctl-roce get"));
	ms_err_clear(&err);
	json_object_set_new(site.nic, "status", json("{\"roce\": {}, \"error\": {\"code\": \"unreachable\", \"message\": \"gone\"}}"));
	failed = plan(&site, &err);
	assert_int_equal(err.code, MS_UNREACHABLE);
	assert_int_equal(json_array_size(none) + json_array_size(failed), 0);
	site_close(&site);
}

/* ---- what drivers count ---- */

/* As ethtool -S prints it. */
static const struct { const char *driver, *text, *want; } drivers[] = {
	{ "mlx5",
	  "NIC statistics:\n     rx_packets: 9\n     rx_prio3_pause: 1\n     rx_prio3_pause_duration: 2\n"
	  "     rx_prio3_pause_transition: 3\n     tx_prio3_pause: 4\n     tx_prio3_pause_duration: 5\n     rx_prio3_discards: 6\n"
	  "     rx_prio3_buf_discard: 7\n     rx_prio8_pause: 8\n     tx_pause_storm_error_events: 9\n     rx_discards_phy: 10\n",
	  "{\"rx_prio3_pause\": 1, \"rx_prio3_pause_duration\": 2, \"rx_prio3_pause_transition\": 3, \"tx_prio3_pause\": 4, "
	  "\"tx_prio3_pause_duration\": 5, \"rx_prio3_discards\": 6, \"rx_prio3_buf_discard\": 7, "
	  "\"tx_pause_storm_error_events\": 9, \"rx_discards_phy\": 10}" },
	{ "mlx4_en", "     rx_pause_prio_3: 1\n     rx_pause_duration_prio_3: 2\n     tx_pause_transition_prio_3: 3\n     rx_prio_3_bytes: 4\n",
	  "{\"rx_prio3_pause\": 1, \"rx_prio3_pause_duration\": 2, \"tx_prio3_pause_transition\": 3}" },
	{ "bnxt_en",
	  "     rx_pfc_ena_frames_pri3: 1\n     tx_pfc_ena_frames_pri3: 2\n     pfc_pri3_rx_duration_us: 3\n"
	  "     pfc_pri3_tx_duration_us: 4\n     pfc_pri3_rx_transitions: 5\n     rx_discard_packets_cos3: 6\n",
	  "{\"rx_prio3_pause\": 1, \"tx_prio3_pause\": 2, \"rx_prio3_pause_duration\": 3, \"tx_prio3_pause_duration\": 4, "
	  "\"rx_prio3_pause_transition\": 5}" },
	{ "ice", "     tx_priority_3_xon.nic: 1\n     tx_priority_3_xoff.nic: 2\n     rx_priority_3_xoff.nic: 3\n     rx_dropped.nic: 4\n",
	  "{\"tx_prio3_pause\": 2, \"rx_prio3_pause\": 3}" },
	{ "i40e",
	  "     port.tx_priority_3_xoff: 1\n     port.rx_priority_4_xoff_rx: 2\n     port.rx_priority_5_xoff_tx: 3\n"
	  "     port.rx_priority_3_xon_2_xoff: 4\n",
	  "{\"tx_prio3_pause\": 1, \"rx_prio4_pause\": 2}" },
	{ "ionic", "     tx_pripause_3_1us_count: 1\n     rx_pripause_7_1us_count: 2\n     frames_rx_pripause: 3\n",
	  "{\"tx_prio3_pause_duration\": 1, \"rx_prio7_pause_duration\": 2}" },
	{ "hns3", "     mac_tx_pfc_pri3_pkt_num: 1\n     mac_rx_pfc_pri3_pkt_num: 2\n     mac_rx_pfc_pkt_num: 3\n",
	  "{\"tx_prio3_pause\": 1, \"rx_prio3_pause\": 2}" },
	{ "cxgb4", "     rx_ppp3_frames         : 1\n     tx_ppp3_frames         : 2\n     rx_bg3_frames_dropped  : 3\n",
	  "{\"rx_prio3_pause\": 1, \"tx_prio3_pause\": 2}" },
	{ "none", "     prio3: 1\n     rx: 2\n     : 3\n", "{}" },
};

/* Only what the driver counts: the rest of the fixture is taken away. */
static void test_drivers(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(drivers); i++) {
		struct kernel *kernel = kernel_new();
		json_auto_t *none = NULL;
		struct ms_err err = MS_ERR_INIT;
		const json_t *counters;
		struct roce_here here;
		struct site site;
		const char *name;
		json_t *number;

		site_open(&site, "{}");
		sh("> %s/ethtool/" NETDEV, kernel->root);
		kernel_open(kernel, &here, NULL);
		get(&here, &site);
		none = json_deep_copy(ms_at(site.nic, "/status/roce/counters"));
		assert_int_equal(ms_host_replace(here.host, "/ethtool/" NETDEV, drivers[i].text, strlen(drivers[i].text), 0644, &err), 0);
		get(&here, &site);
		counters = ms_at(site.nic, "/status/roce/counters");
		json_object_foreach(none, name, number)
			json_object_del((json_t *)counters, name);
		assert_json(site.nic, "/status/roce/counters", drivers[i].want);
		roce_here_close(&here);
		site_close(&site);
		kernel_free(kernel);
	}
}

/* ---- what goes wrong ---- */

/* The driver's word stands in one octet of an answer that the kernel gives as a success. */
static void test_octet(void **state)
{
	static const struct { int said, r; enum ms_code code; const char *words; } cases[] = {
		{ -EINVAL, -EINVAL, MS_FAILED, "the driver refused it: Invalid argument" },
		{ -EOPNOTSUPP, -EOPNOTSUPP, MS_UNSUPPORTED, "the driver refused it: Operation not supported" },
		{ 1, -EINVAL, MS_FAILED, "the driver refused it" },
	};
	static const char *const steps[] = { "{\"spec\": {\"action\": \"roce.pfc\", \"after\": {\"pfc\": {\"enabled\": [3]}}}}",
					     "{\"spec\": {\"action\": \"roce.dcbx\", \"after\": {\"dcbx\": {\"host\": true}}}}" };

	(void)state;
	for (size_t i = 0; i < 2 * MS_ARRAY_SIZE(cases); i++) {
		struct kernel *kernel = kernel_new();
		json_auto_t *step = json(steps[i % 2]);
		struct ms_err err = MS_ERR_INIT;
		struct roce_here here;
		struct site site;

		site_open(&site, "{}");
		kernel_open(kernel, &here, NULL);
		kernel->refuse = cases[i / 2].said;
		assert_int_equal(roce_step_act(&here, site.nic, step, NULL, &err), cases[i / 2].r);
		assert_int_equal(err.code, cases[i / 2].code);
		assert_non_null(strstr(err.message, cases[i / 2].words));
		assert_int_equal(kernel->dcb.pfc.pfc_en, 0);
		roce_here_close(&here);
		site_close(&site);
		kernel_free(kernel);
	}
}

/* ---- records for tests/cases/roce-host ---- */

static void get_recorded(struct kernel *kernel, struct site *site, const char *folder, const char *name)
{
	struct ms_err err = MS_ERR_INIT;
	struct roce_here here;
	json_t *status = NULL;

	kernel_open(kernel, &here, MS_PATH("%s/%s", folder, name));
	assert_int_equal(roce_observe(&here, site->nic, &status, &err), 0);
	assert_int_equal(ms_status_set(site->nic, "roce", status), 0);
	assert_int_equal(ms_host_finish(here.host, &err), 0);
	roce_here_close(&here);
}

/* Routing protocols are not in the class of CNPs here. */
#define RECORDED                                                                                                      \
	"{\"classes\": [{\"name\": \"data\", \"priority\": 3, \"dscp\": [26], \"lossless\": true, \"bandwidth\": 50, "            \
	"\"ecn\": {\"min\": 150000, \"max\": 1500000}}, "                                                                \
	"{\"name\": \"cnp\", \"priority\": 6, \"dscp\": [46], \"strict\": true}, "                                        \
	"{\"name\": \"control\", \"priority\": 7, \"dscp\": [48, 56], \"strict\": true}, "                                \
	"{\"name\": \"bulk\", \"priority\": 0, \"default\": true, \"bandwidth\": 50, \"maxRate\": 40500000}]}"

/* ROCE_RECORD=tests/cases/roce-host build/tests/unit/test-roce-host writes what the commands of that case will ask. */
static void test_record(void **state)
{
	const char *folder = getenv("ROCE_RECORD");
	json_auto_t *steps = NULL;
	struct ms_err err = MS_ERR_INIT;
	struct roce_here here;
	struct kernel *kernel;
	struct site site;

	(void)state;
	if (!folder)
		return;
	kernel = kernel_new();
	site_open(&site, RECORDED);
	sh("mkdir -p %s && rm -rf %s/root && cp -a %s %s/root && touch %s/root/etc/systemd/system/keep %s/root/sys/bus/pci/keep && "
	   "chmod 755 %s/root", folder, folder,
	   kernel->root, folder, folder, folder, folder);
	get_recorded(kernel, &site, folder, "before");
	steps = plan(&site, &err);
	kernel_open(kernel, &here, MS_PATH("%s/apply", folder));
	apply(&here, &site, steps);
	assert_int_equal(ms_host_finish(here.host, &err), 0);
	roce_here_close(&here);
	get_recorded(kernel, &site, folder, "after");
	site_close(&site);
	kernel_free(kernel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_gid),
		cmocka_unit_test(test_traffic_class),
		cmocka_unit_test(test_converges),
		cmocka_unit_test(test_plans),
		cmocka_unit_test(test_netns),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_rounding),
		cmocka_unit_test(test_other_drivers),
		cmocka_unit_test(test_leaves),
		cmocka_unit_test(test_unread),
		cmocka_unit_test(test_drivers),
		cmocka_unit_test(test_octet),
		cmocka_unit_test(test_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
