/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cisco NX-OS: a model rendered and read again is the same model. */
#include "core-fixture.h"
#include "fabric/driver.h"
#include "models.h"
#include "sim/nxos.h"

#define SEEDS 500

static struct fabric_dialect dialect_of(const json_t *sw)
{
	struct ms_err err = MS_ERR_INIT;
	struct fabric_dialect dialect;

	if (fabric_dialect_init(&dialect, sw, NULL, &err))
		fail_msg("%s", err.message);
	return dialect;
}

/* What an intent for NX-OS says more than a random model: numbered sessions name their AS. */
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
				    "platform", "nxos");
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

/* ---- through a command line that knows nothing of the driver ---- */

static void enter(json_t *config, const char *what, const json_t *text)
{
	struct sim_cli cli;
	char line[1024];
	struct sim_cli_result result;

	sim_cli_init(&cli, &sim_nxos_grammar, config, NULL);
	result = sim_cli_enter_all(&cli, json_string_value(text), line, sizeof(line));
	if (result.verdict != SIM_CLI_TAKEN)
		print_error("%s\n", json_string_value(text));
	if (result.verdict != SIM_CLI_TAKEN)
		fail_msg("%s: \"%s\" is refused: %s%s", what, line, result.why ? result.why : "at ", result.word);
}

static json_t *shown(const json_t *config)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };

	sim_nxos_show(config, &buf);
	return json_string(buf.data);
}

static json_t *read_back(const struct fabric_dialect *dialect, const json_t *native)
{
	struct ms_err err = MS_ERR_INIT;
	json_t *model = NULL;

	if (dialect->driver->parse(dialect, native, &model, NULL, &err))
		fail_msg("%s", err.message);
	return model;
}

/* What is on the switch when the model of one seed becomes that of another, line by line. */
static void changes(const struct fabric_dialect *dialect, unsigned seed)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *old = model_of(dialect, seed), *new = model_of(dialect, seed + 1000), *config = json_object();
	json_auto_t *from = render(dialect, old), *to = render(dialect, new), *delta = NULL, *none = NULL;
	json_auto_t *before = NULL, *after = NULL, *text = NULL;
	char what[64];

	snprintf(what, sizeof(what), "seed %u", seed);
	enter(config, what, from);
	text = shown(config);
	before = read_back(dialect, text);
	model_expect_equal(what, old, before);
	if (dialect->driver->delta(dialect, from, to, &delta, &err) || dialect->driver->delta(dialect, to, to, &none, &err))
		fail_msg("%s", err.message);
	assert_string_equal(json_string_value(none), "");
	enter(config, what, delta);
	json_decref(text);
	text = shown(config);
	after = read_back(dialect, text);
	if (!json_equal(new, after))
		print_error("%s\n----\n%s\n", json_string_value(delta), json_string_value(text));
	model_expect_equal(what, new, after);
	enter(config, what, to);       /* to say all of it again changes nothing */
	json_decref(text);
	text = shown(config);
	json_decref(after);
	after = read_back(dialect, text);
	model_expect_equal(what, new, after);
}

static void changes_line_by_line(void **state)
{
	json_auto_t *sw = json_pack("{s:s,s:{s:s},s:{s:s}}", "kind", "Switch", "metadata", "name", "leaf01", "spec",
				    "platform", "nxos");
	struct fabric_dialect dialect = dialect_of(sw);

	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++)
		changes(&dialect, seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads_what_it_renders), cmocka_unit_test(changes_line_by_line) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
