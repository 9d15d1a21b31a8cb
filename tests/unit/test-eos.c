/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arista EOS: a model rendered and read again is the same model. */
#include "core-fixture.h"
#include "fabric/driver.h"
#include "models.h"

#define SEEDS 500

static struct fabric_dialect dialect_of(const json_t *sw)
{
	struct ms_err err = MS_ERR_INIT;
	struct fabric_dialect dialect;

	if (fabric_dialect_init(&dialect, sw, NULL, &err))
		fail_msg("%s", err.message);
	return dialect;
}

/* What an intent for EOS says more than a random model: numbered sessions name their AS. */
static json_t *model_of(const struct fabric_dialect *dialect, unsigned seed)
{
	struct ms_err err = MS_ERR_INIT;
	json_t *model = model_random(seed, &dialect->driver->caps), *neighbor;
	const char *key;

	json_object_foreach(ms_at(model, "/bgp/neighbors"), key, neighbor)
		if (!json_object_get(neighbor, "port") && !json_object_get(neighbor, "asn"))
			json_object_set_new(neighbor, "asn", json_integer(65099));
	if (dialect->driver->normal(dialect, model, &err))
		fail_msg("%s", err.message);
	return model;
}

static json_t *render(const struct fabric_dialect *dialect, const json_t *model)
{
	struct ms_err err = MS_ERR_INIT;
	json_t *native = NULL;

	if (dialect->driver->render(dialect, model, &native, &err))
		fail_msg("%s", err.message);
	return native;
}

static void reads_what_it_renders(void **state)
{
	json_auto_t *sw = json_pack("{s:s,s:{s:s},s:{s:s}}", "kind", "Switch", "metadata", "name", "leaf01", "spec",
				    "platform", "eos");
	struct fabric_dialect dialect = dialect_of(sw);
	char what[64];

	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *model = model_of(&dialect, seed), *native = render(&dialect, model), *again = NULL;
		json_auto_t *opaque = json_array();

		if (dialect.driver->parse(&dialect, native, &again, opaque, &err))
			fail_msg("%s", err.message);
		snprintf(what, sizeof(what), "seed %u", seed);
		if (!json_equal(model, again) || json_array_size(opaque))
			print_error("%s\n%s\n", json_string_value(native), json_dumps(opaque, 0));
		model_expect_equal(what, model, again);
		assert_int_equal(json_array_size(opaque), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads_what_it_renders) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
