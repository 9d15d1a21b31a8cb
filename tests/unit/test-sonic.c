/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SONiC without a switch: rendering and parsing are inverses, and the patch makes one CONFIG_DB of the other. */
#include "core-fixture.h"
#include "driver-fixture.h"
#include "fabric/sonic.h"

#define MODELS 500

static struct fabric_dialect dialect_of(const json_t *sw)
{
	return (struct fabric_dialect){ .driver = &fabric_sonic, .sw = sw, .prefix = "Ethernet", .part = "", .step = 4 };
}

/* A Switch whose ports are split as the model says: that decides names. */
static json_t *switch_of(const json_t *model)
{
	json_t *ports = json_array(), *port;
	const char *name;

	json_object_foreach(json_object_get(model, "ports"), name, port)
		if (json_object_get(port, "breakout"))
			json_array_append_new(ports, json_pack("{s:s,s:O}", "name", name, "breakout",
							       json_object_get(port, "breakout")));
	return json_pack("{s:{s:s},s:{s:s,s:o}}", "metadata", "name", "leaf01", "spec", "platform", "sonic", "ports", ports);
}

static json_t *model_of(unsigned seed)
{
	json_t *model = model_random(seed, &fabric_sonic.caps);
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(sonic_normal(NULL, model, &err), 0);
	return model;
}

static void test_identity(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < MODELS; seed++) {
		json_auto_t *model = model_of(seed), *sw = switch_of(model);
		struct fabric_dialect dialect = dialect_of(sw);
		char what[64];

		snprintf(what, sizeof(what), "seed %u", seed);
		driver_expect_same(&dialect, what, model);
	}
}

/* RFC 6902, as far as SONiC's patches go: strict about paths that are not there. */
static void patch_one(json_t *db, const json_t *op)
{
	const char *verb = ms_str(op, "/op", ""), *path = ms_str(op, "/path", "");
	char tokens[3][256] = { { 0 } };
	size_t n = 0, len = 0;
	json_t *at = db;

	for (const char *c = path + 1; *path == '/'; c++) {
		if (*c && *c != '/') {
			tokens[n][len++] = *c == '~' ? (*++c == '1' ? '/' : '~') : *c;
			continue;
		}
		n++;
		len = 0;
		if (!*c)
			break;
	}
	assert_in_range(n, 1, 3);
	for (size_t i = 0; i + 1 < n; i++)
		assert_non_null(at = json_object_get(at, tokens[i]));
	if (strcmp(verb, "add"))
		assert_non_null(json_object_get(at, tokens[n - 1]));
	if (!strcmp(verb, "remove"))
		json_object_del(at, tokens[n - 1]);
	else
		json_object_set_new(at, tokens[n - 1], json_deep_copy(json_object_get(op, "value")));
}

/* What the box has besides: it must stay. */
static void add_foreign(json_t *db)
{
	json_t *row = json_pack("{s:s,s:s,s:s}", "lanes", "0,1,2,3", "mtu", "9100", "index", "1"), *ports;

	json_object_set_new(db, "NTP_SERVER", json_pack("{s:{}}", "192.0.2.1"));
	ports = json_object_get(db, "PORT");
	if (!ports)
		json_object_set_new(db, "PORT", ports = json_object());
	json_object_set_new(ports, "Ethernet508", row);
}

/* Ports keep what they had: a model does not make or remove them. */
static void drop_ports(json_t *db)
{
	json_object_del(db, "PORT");
	json_object_del(db, "DEVICE_METADATA");
}

static void test_patch(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < MODELS; seed++) {
		json_auto_t *old = model_of(seed), *new = model_of(seed + 1000), *sw = switch_of(json_object_get(old, "x"));
		struct fabric_dialect dialect = dialect_of(sw);
		json_auto_t *now = driver_render(&dialect, old), *target = driver_render(&dialect, new), *delta = NULL, *patch = NULL;
		json_auto_t *db = json_deep_copy(json_object_get(now, "config_db")), *want;
		struct ms_err err = MS_ERR_INIT;
		json_t *op;
		size_t i;
		char what[64];

		add_foreign(db);
		want = json_deep_copy(json_object_get(target, "config_db"));
		add_foreign(want);
		if (sonic_delta(&dialect, now, target, &delta, &err) ||
		    sonic_patch(db, json_object_get(delta, "config_db"), &patch, &err))
			fail_msg("seed %u: %s", seed, err.message);
		json_array_foreach(patch, i, op)
			patch_one(db, op);
		assert_non_null(ms_at(db, "/NTP_SERVER"));
		assert_string_equal(ms_str(db, "/PORT/Ethernet508/lanes", ""), "0,1,2,3");
		drop_ports(db);
		drop_ports(want);
		snprintf(what, sizeof(what), "seed %u", seed);
		model_expect_equal(what, want, db);
	}
}

/* A port cannot be taken out of the box: it is shut, and no part of the model any more. */
static void test_shut(void **state)
{
	json_auto_t *model = json_pack("{s:{s:{s:b,s:i,s:s}}}", "ports", "3", "enabled", true, "mtu", 1500, "description", "x");
	json_auto_t *none = json_object(), *sw = switch_of(model), *delta = NULL, *patch = NULL, *again = NULL, *native = NULL;
	struct fabric_dialect dialect = dialect_of(sw);
	json_auto_t *now = driver_render(&dialect, model), *target = driver_render(&dialect, none);
	json_auto_t *db = json_deep_copy(json_object_get(now, "config_db"));
	struct ms_err err = MS_ERR_INIT;
	json_t *op;
	size_t i;

	(void)state;
	add_foreign(db);
	assert_int_equal(sonic_delta(&dialect, now, target, &delta, &err), 0);
	assert_int_equal(sonic_patch(db, json_object_get(delta, "config_db"), &patch, &err), 0);
	assert_true(json_array_size(patch) > 0);
	json_array_foreach(patch, i, op)
		patch_one(db, op);
	native = json_pack("{s:O,s:s}", "config_db", db, "frr.conf", "");
	again = driver_parse(&dialect, native, NULL);
	model_expect_equal("shut", none, again);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_identity), cmocka_unit_test(test_patch),
		cmocka_unit_test(test_shut) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
