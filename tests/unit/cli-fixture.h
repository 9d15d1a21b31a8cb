/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drivers that write lines, against the simulator's command line, which knows nothing of them: models of random seeds
 * are rendered and read again, and what is sent makes one of another, line by line.
 */
#ifndef MS_UNIT_CLI_FIXTURE_H
#define MS_UNIT_CLI_FIXTURE_H

#include "core-fixture.h"
#include "driver-fixture.h"
#include "sim/cli/cli.h"

#define SEEDS 500

struct cli_case {
	const char *platform;
	const struct sim_cli_grammar *grammar;
	void (*show)(const json_t *config, struct ms_buf *out);
	void (*tune)(json_t *model);     /* what the platform would refuse of a random one; may be NULL */
	json_t *sw;
	struct fabric_dialect dialect;
};

static int cli_set_up(void **state)
{
	struct cli_case *c = *state;
	struct ms_err err = MS_ERR_INIT;

	c->sw = json_pack("{s:s,s:{s:s},s:{s:s}}", "kind", "Switch", "metadata", "name", "leaf01", "spec", "platform",
			  c->platform);
	return fabric_dialect_init(&c->dialect, c->sw, NULL, &err);
}

static int cli_tear_down(void **state)
{
	json_decref(((struct cli_case *)*state)->sw);
	return 0;
}

/* What an intent says more than a random model: numbered sessions name their AS. */
static json_t *cli_model(const struct cli_case *c, unsigned seed)
{
	json_t *model = model_random(seed, &c->dialect.driver->caps), *neighbor;
	const char *key;

	json_object_foreach(ms_at(model, "/bgp/neighbors"), key, neighbor)
		if (!json_object_get(neighbor, "port") && !json_object_get(neighbor, "asn"))
			json_object_set_new(neighbor, "asn", json_integer(65099));
	if (c->tune)
		c->tune(model);
	return driver_normal(&c->dialect, model);
}

static void reads_what_it_renders(void **state)
{
	const struct cli_case *c = *state;
	char what[64];

	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		json_auto_t *model = cli_model(c, seed);

		snprintf(what, sizeof(what), "seed %u", seed);
		driver_expect_same(&c->dialect, what, model);
	}
}

static void cli_enter(const struct cli_case *c, json_t *config, const char *what, const json_t *text)
{
	struct sim_cli cli;
	char line[1024];
	struct sim_cli_result result;

	sim_cli_init(&cli, c->grammar, config, NULL);
	result = sim_cli_enter_all(&cli, json_string_value(text), line, sizeof(line));
	if (result.verdict == SIM_CLI_TAKEN)
		return;
	print_error("%s\n", json_string_value(text));
	fail_msg("%s: \"%s\" is refused: %s%s", what, line, result.why ? result.why : "at ", result.word);
}

/* What is shown then is the model. */
static void cli_expect_shown(const struct cli_case *c, const json_t *config, const char *what, const json_t *model)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	json_auto_t *text = NULL, *seen = NULL;

	c->show(config, &buf);
	text = json_string(buf.data ? buf.data : "");
	seen = driver_parse(&c->dialect, text, NULL);
	if (!json_equal(model, seen))
		print_error("%s\n", json_string_value(text));
	model_expect_equal(what, model, seen);
}

/* What is on the switch when one model becomes another; to say all of it again changes nothing. */
static void cli_change(const struct cli_case *c, unsigned seed, const json_t *old, const json_t *new)
{
	const struct fabric_dialect *dialect = &c->dialect;
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *config = json_object();
	json_auto_t *from = driver_render(dialect, old), *to = driver_render(dialect, new), *delta = NULL, *none = NULL;
	char what[64];

	snprintf(what, sizeof(what), "seed %u", seed);
	cli_enter(c, config, what, from);
	cli_expect_shown(c, config, what, old);
	if (dialect->driver->delta(dialect, from, to, &delta, &err) || dialect->driver->delta(dialect, to, to, &none, &err))
		fail_msg("%s", err.message);
	assert_string_equal(json_string_value(none), "");
	cli_enter(c, config, what, delta);
	cli_expect_shown(c, config, what, new);
	cli_enter(c, config, what, to);
	cli_expect_shown(c, config, what, new);
}

static void changes_line_by_line(void **state)
{
	const struct cli_case *c = *state;

	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		json_auto_t *old = cli_model(c, seed), *new = cli_model(c, seed + 1000);

		cli_change(c, seed, old, new);
	}
}

static void gives_up_roce(void **state)
{
	const struct cli_case *c = *state;

	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		json_auto_t *old = cli_model(c, seed), *new = model_without_qos(old);

		if (!json_equal(old, new))
			cli_change(c, seed, old, driver_normal(&c->dialect, new));
	}
}

static int cli_run(struct cli_case *c)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate_setup_teardown(reads_what_it_renders, cli_set_up, cli_tear_down, c),
		cmocka_unit_test_prestate_setup_teardown(changes_line_by_line, cli_set_up, cli_tear_down, c),
		cmocka_unit_test_prestate_setup_teardown(gives_up_roce, cli_set_up, cli_tear_down, c),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
