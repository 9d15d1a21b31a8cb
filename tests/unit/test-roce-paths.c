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
	struct roce_paths *paths;
	size_t squares = 0;
	xmlDoc *doc;

	(void)state;
	assert_int_equal(roce_paths_new(all, MS_ARRAY_SIZE(all), &paths, &err), 0);
	assert_int_equal(roce_heat(paths, &one, &err), 0);
	assert_int_equal(roce_heat(paths, &two, &err), 0);
	assert_string_equal(one.data, two.data);
	doc = xmlReadMemory(one.data, (int)one.len, "svg", NULL, XML_PARSE_NONET);
	assert_non_null(doc);
	xmlFreeDoc(doc);
	for (const char *at = one.data; (at = strstr(at, "<title>")); at++)
		squares++;
	assert_int_equal(squares, 2 * MS_ARRAY_SIZE(all));
	assert_non_null(strstr(one.data, "<title>n2 to n1: 50 Mb/s</title>"));
	roce_paths_free(paths);
	for (size_t i = 0; i < MS_ARRAY_SIZE(all); i++)
		json_decref(all[i]);
	xmlCleanupParser();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual),
		cmocka_unit_test(test_worse),
		cmocka_unit_test(test_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
