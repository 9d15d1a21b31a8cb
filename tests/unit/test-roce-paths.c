/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statistics over Paths, and the picture of them: well-formed, the same twice, a square for each path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libxml/parser.h>
#include "roce/paths.h"

static void test_usual(void **state)
{
	static const struct {
		int64_t values[6];
		size_t n;
		int64_t median, mad;
	} rows[] = {
		{ { 0 }, 0, 0, 0 },
		{ { 7 }, 1, 7, 0 },
		{ { 4, 2 }, 2, 3, 1 },
		{ { 9, 1, 5 }, 3, 5, 4 },
		{ { 10, 10, 10, 10, 10, 1000 }, 6, 10, 0 },
		{ { INT64_MAX, 0, INT64_MAX, 0 }, 4, INT64_MAX / 2, INT64_MAX / 2 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		int64_t values[6];
		struct roce_usual usual;

		memcpy(values, rows[i].values, sizeof(values));
		usual = roce_usual_of(values, rows[i].n);
		assert_int_equal(usual.n, rows[i].n);
		assert_int_equal(usual.median, rows[i].median);
		assert_true(llabs(usual.mad - rows[i].mad) <= 1);
	}
}

static void test_worse(void **state)
{
	static const struct {
		struct roce_usual usual;
		enum roce_measure measure;
		int64_t value;
		bool worse;
	} rows[] = {
		{ { 1000, 0, 6 }, ROCE_BANDWIDTH, 899, true },
		{ { 1000, 0, 6 }, ROCE_BANDWIDTH, 900, false },
		{ { 1000, 0, 6 }, ROCE_BANDWIDTH, 5000, false },
		{ { 1000, 100, 6 }, ROCE_BANDWIDTH, 600, false },
		{ { 1000, 100, 6 }, ROCE_BANDWIDTH, 550, true },
		{ { 1000, 0, 6 }, ROCE_LATENCY, 1251, true },
		{ { 1000, 0, 6 }, ROCE_LATENCY, 1250, false },
		{ { 1000, 0, 6 }, ROCE_LATENCY, 10, false },
		{ { 1000, 0, 3 }, ROCE_LATENCY, 9999, false },
		{ { 1000, 0, 6 }, ROCE_BANDWIDTH, -1, false },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		assert_int_equal(roce_is_worse(&rows[i].usual, rows[i].measure, rows[i].value),
				 rows[i].worse);
}

static json_t *path_new(const char *from, const char *to, int bandwidth)
{
	json_t *path = json_pack("{s:s,s:{s:s},s:{s:s,s:s,s:s,s:s},s:{s:{s:b,s:{s:i},s:{s:i}}}}",
				 "kind", "Path", "metadata", "name", "x", "spec", "from", from,
				 "to", to, "fabric", "a<b>&\"c\"", "rail", "rail0\t", "status",
				 "roce", "connected", bandwidth > 0, "bandwidth", "average",
				 bandwidth, "latency", "median", 2000);

	assert_non_null(path);
	return path;
}

static void test_picture(void **state)
{
	json_t *all[] = { path_new("n1", "n2", 100), path_new("n2", "n1", 50),
			  path_new("n1", "<&>", 0), path_new("<&>", "n1", 90) };
	MS_AUTO_BUF struct ms_buf one = { 0 }, two = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct roce_paths paths;
	size_t squares = 0;
	xmlDoc *doc;

	(void)state;
	assert_int_equal(roce_paths_init(all, MS_ARRAY_SIZE(all), &paths, &err), 0);
	assert_int_equal(roce_heat(&paths, &one, &err), 0);
	assert_int_equal(roce_heat(&paths, &two, &err), 0);
	assert_string_equal(one.data, two.data);
	doc = xmlReadMemory(one.data, (int)one.len, "svg", NULL, XML_PARSE_NONET);
	assert_non_null(doc);
	xmlFreeDoc(doc);
	for (const char *at = one.data; (at = strstr(at, "<title>")); at++)
		squares++;
	assert_int_equal(squares, 2 * MS_ARRAY_SIZE(all));
	assert_non_null(strstr(one.data, "<title>n2 to n1: 50 Mb/s</title>"));
	roce_paths_release(&paths);
	for (size_t i = 0; i < MS_ARRAY_SIZE(all); i++)
		json_decref(all[i]);
	xmlCleanupParser();
}

/* Neighbours share a row where there are many, and what is wrong is still seen. */
static void test_large_picture(void **state)
{
	enum { NODES = 2 * ROCE_HEAT_SIDE + 2, ROWS = (NODES + 2) / 3 };
	struct roce_paths paths = { 0 };
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_BUF struct ms_buf svg = { 0 };
	char names[NODES][8];
	size_t rail, node, squares = 0;

	(void)state;
	assert_int_equal(roce_rail_add(&paths, "f", "rail0", &rail), 0);
	for (size_t i = 0; i < NODES; i++) {
		snprintf(names[i], sizeof(names[i]), "n%zu", i);
		assert_int_equal(roce_node_add(&paths.rails[rail], names[i], &node), 0);
		assert_int_equal(node, i);
	}
	assert_int_equal(roce_paths_open(&paths), 0);
	for (size_t i = 0; i < NODES * NODES; i++) {
		struct roce_cell cell = { .values = { 1000 - (int64_t)(i % 7), 2000 }, .there = true, .connected = true };

		if (i == 4 * NODES + 10)
			cell.values[ROCE_BANDWIDTH] = 400;
		if (i == 5 * NODES + 126)
			cell = (struct roce_cell){ .values = { -1, -1 }, .why = "n126 <is> silent", .there = true };
		roce_paths_take(&paths.rails[rail], i / NODES, i % NODES, i, &cell);
	}
	assert_int_equal(roce_paths_weigh(&paths), 0);
	assert_int_equal(roce_heat(&paths, &svg, &err), 0);
	for (const char *at = svg.data; (at = strstr(at, "<title>")); at++)
		squares++;
	/* In the last row is one node, which has no path to itself. */
	assert_int_equal(squares, 2 * (ROWS * ROWS - 1));
	assert_non_null(strstr(svg.data, "fill=\"#f46d43\"><title>n4 to n10: 400 Mb/s, the worst of 9</title>"));
	assert_non_null(strstr(svg.data, "fill=\"#404040\"><title>n5 to n126: n126 &lt;is&gt; silent, the worst of 9<"));
	assert_non_null(strstr(svg.data, ">n0 +2</text>"));
	assert_non_null(strstr(svg.data, ">n129</text>"));
	roce_paths_release(&paths);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual),
		cmocka_unit_test(test_worse),
		cmocka_unit_test(test_picture),
		cmocka_unit_test(test_large_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
