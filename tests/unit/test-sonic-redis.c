/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What SONiC's own tool refuses is written to CONFIG_DB by a script of Redis: run by a Redis, it makes one configuration
 * of another, and the first of it again.  Skipped where there is none (redis-tools).
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core-fixture.h"
#include "driver-fixture.h"
#include "fabric/sonic/sonic.h"
#include "site/site.h"

#define MODELS 12
/* The same program is the server, and what checks its files: its name decides. */
#define PROGRAM "/usr/bin/redis-check-rdb"

static char folder[] = "/tmp/msctl-redis-XXXXXX";

/* Everything that is there, as {KEY: {FIELD: VALUE}}. */
static const char dump_script[] =
	"local all = {} for _, key in ipairs(redis.call([[KEYS]], [[*]])) do "
	"local row = redis.call([[HGETALL]], key) local fields = {} "
	"for i = 1, #row, 2 do fields[row[i]] = row[i + 1] end "
	"all[key] = fields end return cjson.encode(all)";

static char *evaluate(const char *script, const char *argument)
{
	char path[64], command[256], *text = calloc(1, 1 << 20);
	FILE *file, *said;

	assert_non_null(text);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%d", folder, i);
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(i ? argument : script, file);
		fclose(file);
	}
	snprintf(command, sizeof command, "cd %s && redis-cli -s socket EVAL \"$(cat 0)\" 0 \"$(cat 1)\" 2>&1", folder);
	said = popen(command, "r");
	assert_non_null(said);
	assert_true(fread(text, 1, (1 << 20) - 1, said) > 0);
	assert_int_equal(pclose(said), 0);
	return text;
}

static void run_lines(char *lines)
{
	char *line;

	while ((line = strsep(&lines, "\n")) && *line) {
		MS_AUTO_FREE char *said = evaluate(sonic_direct_script, line);

		assert_string_equal(said, "\n");
	}
}

/* As ConfigDBConnector reads it: "TABLE|ROW", lists, and rows without fields. */
static json_t *dump(void)
{
	MS_AUTO_FREE char *said = evaluate(dump_script, "");
	json_auto_t *all = json_loads(said, 0, NULL);
	json_t *db = json_object(), *row, *rows;
	const char *key;
	char table[64];

	assert_non_null(all);
	json_object_foreach(all, key, row) {
		const char *bar = strchr(key, '|');

		assert_non_null(bar);
		snprintf(table, sizeof table, "%.*s", (int)(bar - key), key);
		json_object_del(row, "NULL");
		rows = json_object_get(db, table);
		if (!rows)
			json_object_set_new(db, table, rows = json_object());
		json_object_set(rows, bar + 1, row);
	}
	return db;
}

static json_t *roce_of(const json_t *db)
{
	json_t *part = json_object(), *rows;
	const char *table;

	json_object_foreach((json_t *)db, table, rows)
		if (sonic_of_roce(table) && json_object_size(rows))
			json_object_set(part, table, rows);
	return part;
}

static json_t *rendered(unsigned seed)
{
	json_auto_t *model = model_random(seed, &fabric_sonic.caps), *sw = json_pack("{s:{s:s}}", "metadata", "name", "leaf01");
	struct fabric_dialect dialect = { .driver = &fabric_sonic, .sw = sw, .asic = ms_asic_of(sw), .prefix = "Ethernet",
					  .part = "", .step = 4 };
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *native = NULL;

	assert_int_equal(sonic_normal(NULL, model, &err), 0);
	native = driver_render(&dialect, model);
	return json_incref(json_object_get(native, "config_db"));
}

static void becomes(const json_t *running, json_t *merge, const json_t *want)
{
	MS_AUTO_FREE char *there = NULL, *back = NULL;
	json_auto_t *first = dump(), *second = NULL, *third = NULL, *again = json_deep_copy(merge);
	struct ms_err err = MS_ERR_INIT;
	const char *table;
	json_t *rows;

	assert_int_equal(sonic_direct(running, again, &there, &back, &err), 0);
	json_object_foreach(again, table, rows)
		assert_false(sonic_of_roce(table));
	run_lines(there);
	second = dump();
	model_expect_equal("there", want, second);
	run_lines(back);
	third = dump();
	model_expect_equal("back", first, third);
	free(there);
	there = NULL;
	free(back);
	back = NULL;
	assert_int_equal(sonic_direct(running, merge, &there, &back, &err), 0);
	run_lines(there);
}

static void redis_makes_one_of_the_other(void **state)
{
	json_auto_t *running = json_object();

	(void)state;
	if (access(PROGRAM, X_OK))
		skip();
	for (unsigned seed = 1; seed <= MODELS; seed++) {
		json_auto_t *target = rendered(seed), *want = roce_of(target), *before = roce_of(running), *merge = NULL, *unused = NULL;
		struct ms_err err = MS_ERR_INIT;

		assert_int_equal(fabric_diff(before, want, &unused, &merge, &err), 0);
		assert_int_equal(sonic_name_rows(before, merge), 0);
		json_object_set_new(merge, "VLAN", json_pack("{s:{}}", "Vlan7"));
		becomes(running, merge, want);
		json_decref(running);
		running = json_deep_copy(target);
	}
}

static int start(void **state)
{
	char socket[64];
	pid_t *pid = calloc(1, sizeof *pid);

	*state = pid;
	if (access(PROGRAM, X_OK))
		return 0;
	if (!mkdtemp(folder))
		return -1;
	snprintf(socket, sizeof socket, "%s/socket", folder);
	*pid = fork();
	if (!*pid) {
		execl(PROGRAM, "redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder, "--logfile",
		      "log", (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 1000 && access(socket, F_OK); i++)
		usleep(10000);
	return access(socket, F_OK);
}

static int stop(void **state)
{
	pid_t *pid = *state;
	char command[64];

	if (*pid > 0) {
		kill(*pid, SIGTERM);
		waitpid(*pid, NULL, 0);
		snprintf(command, sizeof command, "rm -rf %s", folder);
		if (system(command))
			return -1;
	}
	free(pid);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(redis_makes_one_of_the_other) };

	return cmocka_run_group_tests(tests, start, stop);
}
