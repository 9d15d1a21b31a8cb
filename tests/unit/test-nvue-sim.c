/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NVUE driver against the simulated switch, in one process: the whole life of a change, and how it can end. */
#include "models.h"
#include "core-fixture.h"
#include "sim/sim.h"

#define ID "msctl-0badcafe"
#define SPEED 50

static const char *const versions[] = { "5.9.1", "5.15.0" };

struct rig {
	struct ms_loop *loop;
	struct ms_secrets *secrets;
	struct sim *sim;
	struct ms_http *http;
	json_t *sw;
	struct fabric_env env;
	struct fabric_device device;
	struct ms_err err;
};

static void must(const struct rig *rig, int r, const char *what)
{
	if (r)
		fail_msg("%s: %s (%s)", what, rig->err.message, rig->err.hint);
}

/* A fault rule: so ends the first apply. */
static void add_failure(struct rig *rig, const char *state)
{
	struct ms_doc doc = { .root = json_pack("[{s:{},s:{s:{s:s}}}]", "match", "action", "switch", "fail", state) };
	struct ms_report report = { 0 };

	must(rig, sim_faults(rig->sim, &doc, &report, &rig->err), "faults");
	json_decref(doc.root);
}

/* A switch of this version that behaves so, and whose first apply ends in this state (NULL: as it should). */
static void rig_up_failing(struct rig *rig, const char *version, const char *behaviour, const char *fail)
{
	struct sim_opts opts = { .listen = "127.0.0.1", .plain = true, .speed = SPEED };
	struct ms_http_opts http = { .poll_ms = 20 };

	*rig = (struct rig){ .err = MS_ERR_INIT };
	setenv("NVUE_TEST", "secret-1", 1);
	must(rig, ms_loop_new(&rig->loop, &rig->err), "loop");
	must(rig, ms_secrets_new(&rig->secrets, &rig->err), "secrets");
	opts.secrets = rig->secrets;
	must(rig, sim_new(rig->loop, &opts, &rig->sim, &rig->err), "sim");
	rig->sw = json_pack("{s:s,s:s,s:{s:s,s:{s:s}},s:{s:s,s:s,s:{s:s},s:{s:s,s:{s:s,s:s}}}}", "apiVersion",
			    "msctl/v1", "kind", "Switch", "metadata", "name", "leaf01", "annotations",
			    "sim/behaviour", behaviour, "spec", "platform", "cumulus", "version", version, "pair",
			    "link", "99", "management", "protocol", "http", "credentials", "username", "cumulus",
			    "password", "env:NVUE_TEST");
	must(rig, sim_add(rig->sim, rig->sw, &rig->err), "add");
	if (fail)
		add_failure(rig, fail);
	must(rig, sim_start(rig->sim, &rig->err), "start");
	must(rig, ms_http_new(rig->loop, &http, &rig->http, &rig->err), "http");
	rig->env = (struct fabric_env){ rig->http, rig->secrets, rig->loop, 20 };
	must(rig, fabric_open(&rig->env, rig->sw, &rig->device, &rig->err), "open");
}

static void rig_up(struct rig *rig, const char *version, const char *behaviour)
{
	rig_up_failing(rig, version, behaviour, NULL);
}

static void rig_down(struct rig *rig)
{
	fabric_close(&rig->device);
	ms_http_free(rig->http);
	sim_free(rig->sim);
	ms_secrets_free(rig->secrets);
	ms_loop_free(rig->loop);
	json_decref(rig->sw);
}

/* Random, and as NVUE will say it back. */
static json_t *random_model(unsigned seed, const struct fabric_caps *caps)
{
	json_t *model = model_random(seed, caps);
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(fabric_cumulus.normal(NULL, model, &err), 0);
	return model;
}

static json_t *inspect(struct rig *rig)
{
	json_auto_t *facts = NULL;

	must(rig, sim_inspect(rig->sim, &facts, &rig->err), "inspect");
	return json_incref(ms_at(facts, "/switches/0"));
}

/* Stage what makes this model of what the switch has. */
static void stage(struct rig *rig, const json_t *model)
{
	const struct fabric_driver *driver = rig->device.driver;
	json_auto_t *now = NULL, *target = NULL, *seen = NULL, *delta = NULL;

	must(rig, fabric_read(&rig->device, &seen, NULL, &rig->err), "read");
	must(rig, driver->render(&rig->device.dialect, seen, &now, &rig->err), "render now");
	must(rig, driver->render(&rig->device.dialect, model, &target, &rig->err), "render");
	must(rig, driver->delta(&rig->device.dialect, now, target, &delta, &rig->err), "delta");
	must(rig, driver->stage(rig->device.session, ID, delta, target, &rig->err), "stage");
}

static void expect_config(struct rig *rig, const char *what, const json_t *model)
{
	json_auto_t *seen = NULL;

	must(rig, fabric_read(&rig->device, &seen, NULL, &rig->err), "read");
	model_expect_equal(what, model, seen);
}

/* A model that a switch takes: what the random ones have is not always sensible as a whole. */
static json_t *sensible(void)
{
	struct ms_doc doc = { 0 };
	struct ms_err err = MS_ERR_INIT;
	static const char text[] =
		"hostname: leaf01\n"
		"loopback: {addresses: [10.255.0.1/32]}\n"
		"ports:\n"
		"  '1': {description: node01, enabled: true, mtu: 9000, l2: {access: 100}}\n"
		"  '2': {enabled: true, l2: {tagged: [100, 200], native: 300}}\n"
		"  '3': {breakout: 4x100G}\n"
		"  '3/2': {enabled: false, l3: {addresses: [10.9.0.0/31], vrf: blue}}\n"
		"  '63': {enabled: true, mtu: 9216, l3: {unnumbered: true}}\n"
		"channels:\n"
		"  '7': {members: ['7', '8'], lacp: active, enabled: true, l2: {tagged: [100]}}\n"
		"vlans: {'100': {vni: 10100}, '200': {}, '300': {vni: 10300}}\n"
		"svis: {'100': {addresses: [10.1.0.1/24, fd00:1::1/64], anycast: true, vrf: blue},\n"
		"       '200': {addresses: [10.2.0.1/24], anycast: false, mtu: 9000}}\n"
		"vrfs: {blue: {l3vni: 50001, l3vlan: 2001, rd: 10.255.0.1:1, import: [65000:50001],\n"
		"              export: [65000:50001]}}\n"
		"vxlan: {source: 10.255.0.1}\n"
		"evpn: {gatewayMac: 00:00:5e:00:01:01, vnis: {\n"
		"  '10100': {rd: 10.255.0.1:2, import: [65000:10100], export: [65000:10100]},\n"
		"  '10300': {rd: 10.255.0.1:3, import: [65000:10300], export: [65000:10300]}}}\n"
		"bgp: {asn: 65101, routerId: 10.255.0.1, neighbors: {\n"
		"  'port:63': {port: '63', families: [evpn, ipv4]},\n"
		"  10.9.9.9: {address: 10.9.9.9, asn: 65200, families: [evpn], multihop: true, local: 10.255.0.1}}}\n";

	if (ms_doc_parse("model", 1, text, strlen(text), &doc, &err))
		fail_msg("%s", err.message);
	json_t *model = json_incref(doc.root);

	ms_doc_release(&doc);
	return model;
}

/* ---- the good end --------------------------------------------------------------------------------- */

static void check_life(const char *version, const char *behaviour)
{
	struct rig rig;
	json_auto_t *model = sensible(), *status = json_object(), *pending = NULL, *before = NULL;
	const struct fabric_driver *driver = &fabric_cumulus;

	rig_up(&rig, version, behaviour);
	expect_text("version", version, ms_str(rig.device.facts, "/version", NULL));
	expect_text("hostname", "cumulus", ms_str(rig.device.facts, "/hostname", NULL));
	must(&rig, fabric_read(&rig.device, &before, NULL, &rig.err), "read");
	stage(&rig, model);
	expect_config(&rig, "staged", before);
	must(&rig, driver->validate(rig.device.session, ID, &rig.err), "validate");
	must(&rig, driver->commit(rig.device.session, ID, 300, &rig.err), "commit");
	expect_config(&rig, "committed", model);
	must(&rig, driver->pending(rig.device.session, &pending, &rig.err), "pending");
	expect_text("pending", "committed", ms_str(pending, "/state", NULL));
	must(&rig, driver->confirm(rig.device.session, ID, &rig.err), "confirm");
	expect_config(&rig, "confirmed", model);
	json_decref(pending);
	pending = NULL;
	must(&rig, driver->pending(rig.device.session, &pending, &rig.err), "pending");
	assert_null(pending);
	must(&rig, driver->facts(rig.device.session, &rig.device.dialect, NULL, status, &rig.err), "facts");
	assert_true(ms_bool(status, "/saved", false));
	expect_text("port 3/2", "down", ms_str(ms_at(status, "/ports"), "/3~12/link", NULL));
	rig_down(&rig);
}

static void test_life(void **state)
{
	static const char *const manners[] = { "", "ays", "no-message", "no-message ays no-delete" };

	(void)state;
	for (size_t v = 0; v < MS_ARRAY_SIZE(versions); v++)
		for (size_t m = 0; m < MS_ARRAY_SIZE(manners); m++)
			check_life(versions[v], manners[m]);
	check_life("5.15.0", "ip");
	check_life("5.14.2", "");
	check_life("5.12.0", "");
}

/* The next of a chain; where the switch has RoCE, this goes first. */
static json_t *next_model(struct rig *rig, unsigned seed, const struct fabric_caps *caps)
{
	json_auto_t *seen = NULL;

	must(rig, fabric_read(&rig->device, &seen, NULL, &rig->err), "read");
	return json_object_get(seen, "qos") ? model_without_qos(seen) : random_model(seed, caps);
}

/* What the switch shows is what was rendered, whatever it was before: a chain of random models, each made of the last. */
static void check_chain(const char *version, const char *behaviour)
{
	struct fabric_caps caps = fabric_cumulus.caps;
	struct rig rig;
	unsigned taken = 0;

	/* The link of a pair has one number on a switch, and the models would have several. */
	caps.mlag = false;
	rig_up(&rig, version, behaviour);
	for (unsigned seed = 0; seed < 25; seed++) {
		json_auto_t *model = next_model(&rig, seed, &caps);
		struct ms_err err = MS_ERR_INIT;
		char what[64];

		snprintf(what, sizeof(what), "%s, seed %u", version, seed);
		stage(&rig, model);
		if (fabric_cumulus.commit(rig.device.session, ID, 300, &err)) {
			/* Not everything random makes sense to a switch. */
			if (!strstr(err.message, "invalid"))
				fail_msg("%s: %s", what, err.message);
			must(&rig, fabric_cumulus.abandon(rig.device.session, ID, &rig.err), what);
			continue;
		}
		must(&rig, fabric_cumulus.confirm(rig.device.session, ID, &rig.err), what);
		expect_config(&rig, what, model);
		taken++;
	}
	assert_true(taken > 15);
	rig_down(&rig);
}

static void test_chain(void **state)
{
	(void)state;
	check_chain("5.9.1", "");
	check_chain("5.15.0", "");
	check_chain("5.15.0", "ip");
}

/* ---- going back ------------------------------------------------------------------------------------ */

static void check_rollback(const char *version, const char *behaviour, bool confirmed)
{
	struct rig rig;
	json_auto_t *model = sensible(), *before = NULL;
	const struct fabric_driver *driver = &fabric_cumulus;

	rig_up(&rig, version, behaviour);
	must(&rig, fabric_read(&rig.device, &before, NULL, &rig.err), "read");
	stage(&rig, model);
	must(&rig, driver->commit(rig.device.session, ID, 300, &rig.err), "commit");
	if (confirmed)
		must(&rig, driver->confirm(rig.device.session, ID, &rig.err), "confirm");
	must(&rig, driver->rollback(rig.device.session, ID, &rig.err), "rollback");
	expect_config(&rig, "rolled back", before);
	rig_down(&rig);
}

static void test_rollback(void **state)
{
	(void)state;
	check_rollback("5.9.1", "", false);
	check_rollback("5.15.0", "", false);
	check_rollback("5.15.0", "ays", false);
	check_rollback("5.15.0", "no-message", false);
	check_rollback("5.15.0", "", true);
}

/* Nobody confirms: the switch goes back by itself, and says so to whoever comes too late. */
static void test_timer(void **state)
{
	struct rig rig;
	json_auto_t *model = sensible(), *before = NULL;
	const struct fabric_driver *driver = &fabric_cumulus;
	int64_t start;

	(void)state;
	rig_up(&rig, "5.15.0", "");
	must(&rig, fabric_read(&rig.device, &before, NULL, &rig.err), "read");
	stage(&rig, model);
	must(&rig, driver->commit(rig.device.session, ID, 10, &rig.err), "commit");
	expect_config(&rig, "committed", model);
	start = ms_clock_ms();
	for (;;) {
		json_auto_t *pending = NULL;

		must(&rig, driver->pending(rig.device.session, &pending, &rig.err), "pending");
		if (!pending)
			break;
		if (ms_clock_ms() - start > 10000)
			fail_msg("the timer does not fire");
		ms_task_sleep(rig.loop, 20);
	}
	expect_config(&rig, "gone back", before);
	assert_int_not_equal(driver->confirm(rig.device.session, ID, &rig.err), 0);
	assert_int_equal(rig.err.code, MS_CONFLICT);
	ms_err_clear(&rig.err);
	must(&rig, driver->rollback(rig.device.session, ID, &rig.err), "rollback of what is gone");
	rig_down(&rig);
}

/* Another process, which knows no more than the name, takes over. */
static void check_takeover(const char *behaviour)
{
	struct rig rig;
	json_auto_t *model = sensible(), *before = NULL;
	const struct fabric_driver *driver = &fabric_cumulus;

	rig_up(&rig, "5.15.0", behaviour);
	must(&rig, fabric_read(&rig.device, &before, NULL, &rig.err), "read");
	stage(&rig, model);
	must(&rig, driver->commit(rig.device.session, ID, 300, &rig.err), "commit");
	fabric_close(&rig.device);
	must(&rig, fabric_open(&rig.env, rig.sw, &rig.device, &rig.err), "open again");
	must(&rig, driver->rollback(rig.device.session, ID, &rig.err), "rollback");
	expect_config(&rig, "rolled back by another", before);
	rig_down(&rig);
}

static void test_takeover(void **state)
{
	(void)state;
	check_takeover("");
	check_takeover("no-message");
	check_takeover("ays");
}

static void check_abandon(const char *behaviour, bool again)
{
	struct rig rig;
	json_auto_t *model = sensible(), *pending = NULL;
	const struct fabric_driver *driver = &fabric_cumulus;

	rig_up(&rig, "5.15.0", behaviour);
	stage(&rig, model);
	if (again) {
		fabric_close(&rig.device);
		must(&rig, fabric_open(&rig.env, rig.sw, &rig.device, &rig.err), "open again");
		must(&rig, driver->pending(rig.device.session, &pending, &rig.err), "pending");
		expect_text("pending", "staged", ms_str(pending, "/state", NULL));
		expect_text("whose", ID, ms_str(pending, "/id", NULL));
		json_decref(pending);
		pending = NULL;
	}
	must(&rig, driver->abandon(rig.device.session, ID, &rig.err), "abandon");
	must(&rig, driver->pending(rig.device.session, &pending, &rig.err), "pending");
	assert_null(pending);
	must(&rig, driver->abandon(rig.device.session, ID, &rig.err), "abandon what is gone");
	rig_down(&rig);
}

static void test_abandon(void **state)
{
	(void)state;
	check_abandon("", false);
	check_abandon("", true);
	check_abandon("no-delete", true);
	check_abandon("no-message no-delete", false);
}

/* ---- refusals --------------------------------------------------------------------------------------- */

/* The switch says what is wrong, where, and nothing has changed. */
static void check_refused(const char *fragment, const char *want)
{
	struct rig rig;
	json_auto_t *model = sensible(), *before = NULL, *merged = NULL;
	const struct fabric_driver *driver = &fabric_cumulus;
	struct ms_doc doc = { 0 };
	struct ms_err err = MS_ERR_INIT;

	rig_up(&rig, "5.9.1", "");
	must(&rig, fabric_read(&rig.device, &before, NULL, &rig.err), "read");
	must(&rig, ms_doc_parse("fragment", 1, fragment, strlen(fragment), &doc, &rig.err), "fragment");
	merged = ms_merge_new(model, doc.root);
	ms_doc_release(&doc);
	stage(&rig, merged);
	assert_int_not_equal(driver->commit(rig.device.session, ID, 300, &err), 0);
	if (!strstr(err.message, want))
		fail_msg("want \"%s\", got \"%s\"", want, err.message);
	must(&rig, driver->rollback(rig.device.session, ID, &rig.err), "rollback");
	must(&rig, driver->abandon(rig.device.session, ID, &rig.err), "abandon");
	expect_config(&rig, "refused", before);
	rig_down(&rig);
}

static void test_refused(void **state)
{
	(void)state;
	check_refused("vlans: {'200': {vni: 10100}}", "VNI 10100 is mapped twice");
	check_refused("channels: {'7': {members: ['7', '99']}}", "swp99 does not exist");
	check_refused("bgp: {routerId: null}", "BGP requires router-id");
}

/* What is no value at all is refused when it is staged, and the candidate is gone. */
static void check_refused_at_once(json_t *value, const char *want)
{
	struct rig rig;
	const struct fabric_driver *driver = &fabric_cumulus;
	json_auto_t *delta = json_pack("[{s:{s:o}}]", "interface", "swp1", value);
	json_auto_t *facts = NULL;

	rig_up(&rig, "5.15.0", "");
	assert_int_not_equal(driver->stage(rig.device.session, ID, delta, NULL, &rig.err), 0);
	if (!strstr(rig.err.message, want))
		fail_msg("%s", rig.err.message);
	facts = inspect(&rig);
	assert_int_equal(json_object_size(ms_at(facts, "/revisions")), 1);
	rig_down(&rig);
}

static void test_refused_at_once(void **state)
{
	(void)state;
	check_refused_at_once(json_pack("{s:{s:{s:{s:i}}}}", "bridge", "domain", "br_default", "access", 5000),
			      "is not a VLAN");
	check_refused_at_once(json_pack("{s:{s:s}}", "lldp", "dcbx-pfc-tlv", "ieee"), "is not enabled or disabled");
	check_refused_at_once(json_pack("{s:{s:s}}", "lldp", "dcbx-pfc-tlv", "on"), "not of this release");
	check_refused_at_once(json_pack("{s:{s:s}}", "lldp", "dcbx", "enabled"), "Additional properties");
}

/* Half of it came about; going back brings all of it back. */
static void check_half(const char *how, const char *want)
{
	struct rig rig;
	json_auto_t *model = sensible(), *before = NULL;
	const struct fabric_driver *driver = &fabric_cumulus;
	struct ms_err err = MS_ERR_INIT;

	rig_up_failing(&rig, "5.15.0", "", how);
	must(&rig, fabric_read(&rig.device, &before, NULL, &rig.err), "read");
	stage(&rig, model);
	assert_int_not_equal(driver->commit(rig.device.session, ID, 300, &err), 0);
	if (!strstr(err.message, how) || !strstr(err.message, want))
		fail_msg("%s", err.message);
	must(&rig, driver->rollback(rig.device.session, ID, &rig.err), "rollback");
	expect_config(&rig, how, before);
	rig_down(&rig);
}

static void test_half(void **state)
{
	(void)state;
	check_half("ignore_fail", "took only a part of the change");
	check_half("apply_fail", "frr.service");
	check_half("ays_fail", "Timeout while waiting for client response");
	check_half("invalid", "the switch refuses the change");
}

static void test_locked(void **state)
{
	struct rig rig;
	struct fabric_device device;
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	rig_up(&rig, "5.15.0", "");
	json_object_set_new(ms_at(rig.sw, "/spec/management/credentials"), "username", json_string("nobody"));
	assert_int_not_equal(fabric_open(&rig.env, rig.sw, &device, &err), 0);
	assert_int_equal(err.code, MS_AUTH);
	rig_down(&rig);
}

/* A release without a timer is no place for a commit that has to be confirmed. */
static void test_no_timer(void **state)
{
	struct rig rig;
	json_auto_t *model = sensible(), *before = NULL;
	const struct fabric_driver *driver = &fabric_cumulus;
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	rig_up(&rig, "5.9.1", "no-confirm");
	must(&rig, fabric_read(&rig.device, &before, NULL, &rig.err), "read");
	stage(&rig, model);
	assert_int_not_equal(driver->commit(rig.device.session, ID, 300, &err), 0);
	assert_int_equal(err.code, MS_UNSUPPORTED);
	must(&rig, driver->rollback(rig.device.session, ID, &rig.err), "rollback");
	expect_config(&rig, "no timer", before);
	rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life), cmocka_unit_test(test_chain), cmocka_unit_test(test_rollback),
		cmocka_unit_test(test_timer),
		cmocka_unit_test(test_takeover), cmocka_unit_test(test_abandon), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_refused_at_once), cmocka_unit_test(test_half), cmocka_unit_test(test_locked),
		cmocka_unit_test(test_no_timer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
