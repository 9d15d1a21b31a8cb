/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NVUE without a switch: rendering and parsing are inverses, and what is sent makes one tree of the other. */
#include "models.h"
#include "core-fixture.h"

#define MODELS 500

static const char *const versions[] = { "5.9.1", "5.15.0" };

/* A Switch of this version; the link of a pair has the number that the model gives it. */
static json_t *switch_of(const char *version, const json_t *model)
{
	const char *link = ms_str(model, "/mlag/link", "99");

	return json_pack("{s:{s:s},s:{s:s,s:s,s:{s:s}}}", "metadata", "name", "leaf01", "spec", "platform",
			 "cumulus", "version", version, "pair", "link", link);
}

static struct fabric_dialect dialect_of(const json_t *sw)
{
	const char *version = ms_str(sw, "/spec/version", NULL);
	struct fabric_dialect dialect = {
		.driver = &fabric_cumulus, .version = version, .sw = sw, .prefix = "swp", .part = "s",
		.first = 1, .step = 1,
	};

	fabric_cumulus.choose(&dialect);
	return dialect;
}

static json_t *render(const struct fabric_dialect *dialect, const json_t *model)
{
	struct ms_err err = MS_ERR_INIT;
	json_t *native = NULL;

	if (fabric_cumulus.render(dialect, model, &native, &err))
		fail_msg("render: %s", err.message);
	return native;
}

static json_t *reparse(const struct fabric_dialect *dialect, const json_t *native, json_t *opaque)
{
	struct ms_err err = MS_ERR_INIT;
	json_t *model = NULL;

	if (fabric_cumulus.parse(dialect, native, &model, opaque, &err))
		fail_msg("parse: %s", err.message);
	return model;
}

static void check_identity(const char *version, unsigned seed)
{
	json_auto_t *model = model_random(seed, &fabric_cumulus.caps), *sw = switch_of(version, model);
	struct fabric_dialect dialect = dialect_of(sw);
	json_auto_t *native = render(&dialect, model), *opaque = json_array();
	json_auto_t *again = reparse(&dialect, native, opaque);
	char what[64];

	snprintf(what, sizeof(what), "%s, seed %u", version, seed);
	model_expect_equal(what, model, again);
	if (json_array_size(opaque))
		fail_msg("%s: opaque: %s", what, json_string_value(json_array_get(opaque, 0)));
}

static void test_identity(void **state)
{
	(void)state;
	for (size_t v = 0; v < MS_ARRAY_SIZE(versions); v++)
		for (unsigned seed = 0; seed < MODELS; seed++)
			check_identity(versions[v], seed);
}

/* What the same model has as bytes does not depend on the order of its keys. */
static void test_stable(void **state)
{
	json_auto_t *model = model_random(7, &fabric_cumulus.caps), *sw = switch_of("5.15.0", model);
	struct fabric_dialect dialect = dialect_of(sw);
	json_auto_t *again = json_object(), *first = render(&dialect, model), *second;
	const char *keys[64], *key;
	size_t n = 0;
	json_t *value;
	char *a, *b;

	(void)state;
	json_object_foreach(model, key, value)
		keys[n++] = key;
	while (n--)
		json_object_set(again, keys[n], json_object_get(model, keys[n]));
	second = render(&dialect, again);
	a = as_json(first);
	b = as_json(second);
	assert_string_equal(a, b);
	free(a);
	free(b);
}

/* Sending the patches, one after the other, makes the one tree of the other, but for empty shells. */
static void check_delta(const char *version, unsigned seed)
{
	json_auto_t *from = model_random(seed, &fabric_cumulus.caps);
	json_auto_t *to = model_random(seed + 10000, &fabric_cumulus.caps);
	json_auto_t *sw, *now, *target, *delta = NULL, *model;
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;
	json_t *patch;
	char what[64];
	size_t i;

	/* The link of the pair has one number on a switch. */
	json_object_del(from, "mlag");
	sw = switch_of(version, to);
	dialect = dialect_of(sw);
	now = render(&dialect, from);
	target = render(&dialect, to);
	assert_int_equal(fabric_cumulus.delta(&dialect, now, target, &delta, &err), 0);
	json_array_foreach(delta, i, patch) {
		json_t *merged = ms_merge_new(now, patch);

		json_decref(now);
		now = merged;
	}
	model = reparse(&dialect, now, NULL);
	snprintf(what, sizeof(what), "delta, %s, seed %u", version, seed);
	model_expect_equal(what, to, model);
}

static void test_delta(void **state)
{
	(void)state;
	for (size_t v = 0; v < MS_ARRAY_SIZE(versions); v++)
		for (unsigned seed = 0; seed < MODELS; seed++)
			check_delta(versions[v], seed);
}

static void test_no_delta(void **state)
{
	json_auto_t *model = model_random(3, &fabric_cumulus.caps), *sw = switch_of("5.9", model);
	struct fabric_dialect dialect = dialect_of(sw);
	json_auto_t *native = render(&dialect, model), *delta = NULL;
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	assert_int_equal(fabric_cumulus.delta(&dialect, native, native, &delta, &err), 0);
	assert_int_equal(json_array_size(delta), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity), cmocka_unit_test(test_stable),
		cmocka_unit_test(test_delta), cmocka_unit_test(test_no_delta),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
