/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lib/site from inside: the field tables themselves, text types, addresses, ranges, pools. */
#include <regex.h>
#include "core-fixture.h"
#include "site/pool.h"

/* ---- the field tables: what every row must keep --------------------------------------------------- */

static int check_row(void *ctx, const struct ms_field *field);

static void check_rows(const struct ms_field *fields)
{
	struct { const char *names[128]; size_t n; } seen = { .n = 0 };

	for (const struct ms_field *f = fields; f->name || f->type == MS_F_INCLUDE; f++) {
		for (size_t i = 0; f->name && i < seen.n; i++)
			if (!strcmp(seen.names[i], f->name))
				fail_msg("%s stands twice", f->name);
		if (f->name)
			seen.names[seen.n++] = f->name;
	}
	ms_field_each(fields, check_row, NULL);
}

static void check_preset(const struct ms_field *field)
{
	json_auto_t *value = json_loads(field->preset, JSON_DECODE_ANY, NULL);

	if (!value)
		fail_msg("%s: the preset is no JSON", field->name);
	if (field->type == MS_F_ENUM) {
		bool known = false;

		for (size_t i = 0; field->words[i]; i++)
			known |= ms_streq(field->words[i], json_string_value(value));
		assert_true(known);
	}
	if (field->type == MS_F_INT)
		assert_in_range(json_integer_value(value), field->min, field->max);
	if (field->type == MS_F_BOOL)
		assert_true(json_is_boolean(value));
}

static int check_row(void *ctx, const struct ms_field *field)
{
	regex_t regex;

	(void)ctx;
	assert_true(field->help && *field->help);
	assert_true((field->type == MS_F_ENUM) == (field->words != NULL));
	assert_true(field->min <= field->max);
	assert_true(!field->fields || field->type == MS_F_OBJECT || field->type == MS_F_LIST);
	assert_true(!field->fields || !field->item);
	if (field->pattern) {
		assert_int_equal(field->type, MS_F_STRING);
		assert_int_equal(regcomp(&regex, field->pattern, REG_EXTENDED | REG_NOSUB), 0);
		regfree(&regex);
	}
	if (field->preset)
		check_preset(field);
	if (field->required)
		assert_null(field->preset);
	if (field->fields)
		check_rows(field->fields);
	return 0;
}

static void test_tables(void **state)
{
	size_t n = 0;

	(void)state;
	for (; ms_kinds[n]; n++) {
		expect_text("registry", ms_kinds[n]->name, ms_kind_names[n]);
		assert_ptr_equal(ms_kind_find(ms_kinds[n]->name), ms_kinds[n]);
		assert_non_null(ms_kinds[n]->help);
		assert_non_null(ms_kinds[n]->commands[0]);
		check_rows(ms_kinds[n]->spec);
	}
	assert_null(ms_kind_names[n]);
	assert_null(ms_kind_find("Nobody"));
	assert_null(ms_kind_find(NULL));
}

/* Every list of a Site: its key is a field of the Site, its defaults too, and what a pool fills is a field. */
static void test_lists(void **state)
{
	(void)state;
	for (const struct ms_site_list *list = ms_site_lists; list->key; list++) {
		const struct ms_field *field = ms_field_find(ms_kind_site.spec, list->key, true);
		const struct ms_field *defaults = ms_field_find(ms_kind_site.spec, "defaults", true);

		assert_non_null(field);
		assert_int_equal(field->type, MS_F_LIST);
		assert_int_equal(ms_field_find(field->fields, "name", true)->type, MS_F_NAMES);
		assert_true(ms_field_find(defaults->fields, list->defaults, true)->partial);
		for (const struct ms_site_number *number = list->numbers; number && number->value; number++)
			assert_true(number->pools[0] == '/' && number->pool[0] == '/' && number->value[0] == '/');
	}
}

/* ---- text types ------------------------------------------------------------------------------------ */

static const struct { enum ms_field_type type; const char *good[10], *bad[14]; } texts[] = {
	{ MS_F_NAME, { "a", "node01", "R1", "a.b-c", "0" }, { "", "-a", "a-", "a..b", ".a", "a.", "a_b", "a b", "a/b", "\xc3\xa4", "a\n" } },
	{ MS_F_NAMES, { "a", "n[1-3]", "r[1-2]n[01-10/3]", "n[7]" }, { "n[3-1]", "n[1-", "n[]", "n[1-3]_", "n[1-2/0]", "[", "n[a]" } },
	{ MS_F_ADDR, { "10.0.0.1", "0.0.0.0", "::", "2001:db8::1", "::ffff:1.2.3.4" },
	  { "", "10.0.0", "10.0.0.256", "10.0.0.1/24", "01.2.3.4", "1.2.3.4 ", "fe80::1%eth0", "g::1", "1:2", ":::" } },
	{ MS_F_HOST, { "10.0.0.1", "::1", "bmc", "bmc-1.example.net", "1a" }, { "", "10.0.0.300", "1.2.3", "7", "a:b", "a_b", "a b", "-a" } },
	{ MS_F_PREFIX, { "10.0.0.0/8", "0.0.0.0/0", "10.0.0.1/32", "::/0", "2001:db8::/64", "2001:db8::1/128" },
	  { "10.0.0.0", "10.0.0.1/24", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "/8", "10.0.0.0/8x", "::/129", "a/8", "10.0.0.0/ 8" } },
	{ MS_F_ADDRS, { "10.0.0.1", "10.0.0.1-10.0.0.1", "10.0.0.1-10.0.0.9", "10.0.0.0/30", "::1-::2" },
	  { "10.0.0.9-10.0.0.1", "10.0.0.1-", "-10.0.0.1", "10.0.0.1-::1", "a-b", "1-2-3" } },
	{ MS_F_MAC, { "02:00:5e:10:00:01", "FF:ff:00:11:22:33" },
	  { "", "02:00:5e:10:00", "02:00:5e:10:00:01:02", "02-00-5e-10-00-01", "02005e100001", "0g:00:00:00:00:00", "02:00:5e:10:00:1" } },
	{ MS_F_URL, { "http://h", "https://h/x?y#z", "nfs+x://h/a", "http://[::1]:8/" },
	  { "", "h/x", "://h", "http:/h", "http://", "http:///x", "1http://h", "http://a b", "http://h\n" } },
	{ MS_F_SECRET, { "env:A", "file:x", "exec:pass show x" }, { "", "env:", "file:", "hunter2", "ENV:A", "http://x" } },
	{ MS_F_TIME, { "2026-11-22T08:00:00Z", "2026-11-22T08:00:00+01:00", "2026-11-22T08:00:00.5Z" }, { "", "2026-11-22", "now", "2026-13-01T00:00:00Z" } },
	{ MS_F_DURATION, { "90", "5m", "1h30m", "2d" }, { "", "5x", "m5", "-1", "1h 30m", "5m1h5m5m" } },
	{ MS_F_PIN, { "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" },
	  { "", "sha256//", "sha256//AAAA=", "sha1//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=x", "sha256//*AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" } },
	{ MS_F_PORT, { "leaf01:1", "leaf01:Ethernet1/1", "l:swp1s0" }, { "", "leaf01", ":1", "leaf01:", "a:b:c", "a b:1", "a:1 " } },
	{ MS_F_PATH, { "a", "/a b" }, { "" } },
};

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(texts); i++) {
		const struct ms_text_type *type = ms_text_type(texts[i].type);

		for (size_t k = 0; texts[i].good[k]; k++)
			if (!type->valid(texts[i].good[k]))
				fail_msg("\"%s\" is %s", texts[i].good[k], type->what);
		for (size_t k = 0; texts[i].bad[k]; k++)
			if (type->valid(texts[i].bad[k]))
				fail_msg("\"%s\" is not %s", texts[i].bad[k], type->what);
	}
	assert_null(ms_text_type(MS_F_BOOL));
	assert_null(ms_text_type(MS_F_INCLUDE));
	assert_null(ms_text_type((enum ms_field_type)999));
}

static void test_meant(void **state)
{
	static const struct { enum ms_field_type type; const char *text, *meant; } rows[] = {
		{ MS_F_MAC, "02-00-5E-10-00-01", "02:00:5e:10:00:01" }, { MS_F_MAC, "0200.5e10.0001", "02:00:5e:10:00:01" },
		{ MS_F_MAC, "02005e100001", "02:00:5e:10:00:01" }, { MS_F_MAC, "02005e10000", NULL }, { MS_F_MAC, "02005e1000011", NULL },
		{ MS_F_MAC, "02/00/5e/10/00/01", NULL }, { MS_F_PREFIX, "10.0.0.7/24", "10.0.0.0/24" },
		{ MS_F_PREFIX, "2001:db8::7/64", "2001:db8::/64" }, { MS_F_PREFIX, "10.0.0.0/99", NULL },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		MS_AUTO_FREE char *meant = ms_text_type(rows[i].type)->meant(rows[i].text);

		if (rows[i].meant)
			expect_text(rows[i].text, rows[i].meant, meant);
		else
			assert_null(meant);
	}
}

/* ---- addresses ------------------------------------------------------------------------------------- */

static void test_prefixes(void **state)
{
	static const struct { const char *text, *first, *last; } rows[] = {
		{ "10.1.2.3/8", "10.0.0.0", "10.255.255.255" }, { "10.1.2.3/32", "10.1.2.3", "10.1.2.3" },
		{ "1.2.3.4/0", "0.0.0.0", "255.255.255.255" }, { "10.1.2.3/31", "10.1.2.2", "10.1.2.3" },
		{ "2001:db8::1/64", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff" }, { "::1/128", "::1", "::1" },
		{ "abcd::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_addr first, last;
		unsigned bits;
		char buf[48];

		assert_true(ms_prefix_parse(rows[i].text, &first, &last, &bits));
		expect_text(rows[i].text, rows[i].first, ms_addr_format(first, buf));
		expect_text(rows[i].text, rows[i].last, ms_addr_format(last, buf));
		assert_int_equal(bits, atoi(strchr(rows[i].text, '/') + 1));
	}
}

/* ---- ranges ---------------------------------------------------------------------------------------- */

static void test_ranges(void **state)
{
	static const struct { const char *text; bool is; const char *values; } rows[] = {
		{ "node01", false, "node01" }, { "", false, "" }, { "n[1-3]", true, "n1 n2 n3" }, { "n[08-11]x", true, "n08x n09x n10x n11x" },
		{ "[1,1,2]", true, "1 1 2" }, { "[3,1-2]", true, "3 1 2" }, { "[1-9/4]", true, "1 5 9" }, { "[1-8/4]", true, "1 5" },
		{ "a[1-2]b[1-2]", true, "a1b1 a1b2 a2b1 a2b2" }, { "[::1]", false, "[::1]" },
		{ "[2001:db8::1]:5[1-2]", true, "[2001:db8::1]:51 [2001:db8::1]:52" },
		{ "a, b [1-2]", true, "a, b 1|a, b 2" }, { "[a]", false, "[a]" }, { "[1-]", false, "[1-]" }, { "[1,]", false, "[1,]" },
		{ "[]", false, "[]" }, { "[1", false, "[1" }, { "[[1-2]]", true, "[1] [2]" }, { "[1/2]", false, "[1/2]" },
		{ "n[7]", true, "n7" }, { "!n[1-2]", true, "!n1 !n2" }, { "[2-1]", true, NULL }, { "[1-2/0]", true, NULL },
		{ "[1-1234567890123456789]", true, NULL }, { "[1-100001]", true, NULL }, { "[1-400][1-400]", true, NULL },
		{ "[1][1][1][1][1][1][1][1]", true, "11111111" }, { "[1][1][1][1][1][1][1][1][1]", true, NULL },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		MS_AUTO_BUF struct ms_buf got = { 0 };
		const char *gap = rows[i].values && strchr(rows[i].values, '|') ? "|" : " ";
		char **values = NULL;
		size_t n = 0;
		int r = ms_range_expand(rows[i].text, &values, &n, &err);

		assert_int_equal(ms_range_is(rows[i].text), rows[i].is);
		if (!rows[i].values) {
			if (!r || err.code != MS_INPUT || !*err.hint)
				fail_msg("%s is taken", rows[i].text);
			continue;
		}
		assert_int_equal(r, 0);
		for (size_t k = 0; k < n; k++)
			ms_buf_printf(&got, "%s%s", k ? gap : "", values[k]);
		assert_null(values[n]);
		expect_text(rows[i].text, rows[i].values, got.data ? got.data : "");
		ms_strv_free(values);
	}
}

/* ---- pools ----------------------------------------------------------------------------------------- */

/* What a pool gives until it is empty, at most eight. */
static void test_pools(void **state)
{
	static const struct { const char *entry, *reserve, *given; } rows[] = {
		{ "{'prefix': '10.0.0.0/29'}", "", "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6" },
		{ "{'prefix': '10.0.0.0/30'}", "", "10.0.0.1 10.0.0.2" },
		{ "{'prefix': '10.0.0.0/31'}", "", "10.0.0.0 10.0.0.1" },
		{ "{'prefix': '10.0.0.7/32'}", "", "10.0.0.7" },
		{ "{'prefix': '10.0.0.0/29', 'first': '10.0.0.4'}", "", "10.0.0.4 10.0.0.5 10.0.0.6" },
		{ "{'prefix': '10.0.0.0/29', 'last': '10.0.0.3'}", "", "10.0.0.1 10.0.0.2 10.0.0.3" },
		{ "{'prefix': '10.0.0.0/29', 'first': '10.0.0.0', 'last': '10.0.0.7'}", "10.0.0.1-10.0.0.6", "10.0.0.0 10.0.0.7" },
		{ "{'prefix': '10.0.0.0/29', 'exclude': ['10.0.0.1', '10.0.0.3-10.0.0.4', '10.0.0.4/31']}", "", "10.0.0.2 10.0.0.6" },
		{ "{'prefix': '10.0.0.0/29', 'exclude': ['10.0.0.0/29']}", "", "" },
		{ "{'prefix': '10.0.0.0/29', 'exclude': ['10.0.0.0/30', '10.0.0.2']}", "10.0.0.2", "10.0.0.4 10.0.0.5 10.0.0.6" },
		{ "{'prefix': '255.255.255.252/30', 'last': '255.255.255.255'}", "", "255.255.255.253 255.255.255.254 255.255.255.255" },
		{ "{'prefix': '2001:db8::/126'}", "", "2001:db8::1 2001:db8::2 2001:db8::3" },
		{ "{'prefix': '2001:db8::/127'}", "", "2001:db8:: 2001:db8::1" },
		{ "{'prefix': 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc/126'}", "",
		  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffd ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
		{ "{'prefix': '::/0', 'exclude': ['::-7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']}", "8000::",
		  "8000::1 8000::2 8000::3 8000::4 8000::5 8000::6 8000::7 8000::8" },
		{ "{'first': 100, 'last': 103}", "", "100 101 102 103" },
		{ "{'first': 4294967295, 'last': 4294967295}", "", "4294967295" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		MS_AUTO_FREE char *text = strdup(rows[i].entry);
		MS_AUTO_BUF struct ms_buf got = { 0 };
		struct ms_addr first, last;
		struct ms_pool pool;
		json_auto_t *entry = NULL;
		ms_u128 value;

		for (char *p = text; *p; p++)
			*p = *p == '\'' ? '"' : *p;
		entry = json_loads(text, 0, NULL);
		assert_int_equal(ms_pool_init(&pool, entry, &err), 0);
		if (*rows[i].reserve) {
			assert_true(ms_addr_range_parse(rows[i].reserve, &first, &last));
			assert_int_equal(ms_pool_reserve(&pool, first.value, last.value, &err), 0);
		}
		for (size_t k = 0; k < 8 && ms_pool_give(&pool, &value); k++) {
			json_auto_t *shown = ms_pool_show(&pool, value);
			ms_u128 again;

			assert_true(ms_pool_read(&pool, shown, &again) && again == value);
			if (json_is_string(shown))
				ms_buf_printf(&got, "%s%s", k ? " " : "", json_string_value(shown));
			else
				ms_buf_printf(&got, "%s%lld", k ? " " : "", (long long)json_integer_value(shown));
		}
		expect_text(rows[i].entry, rows[i].given, got.data ? got.data : "");
		ms_pool_release(&pool);
	}
}

static void test_pool_free(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *entry = json_pack("{s:s, s:[s, s]}", "prefix", "10.0.0.0/24", "exclude", "10.0.0.10-10.0.0.20", "10.0.0.15-10.0.0.30");
	struct ms_pool pool;

	(void)state;
	assert_int_equal(ms_pool_init(&pool, entry, &err), 0);
	ms_pool_seal(&pool);
	for (unsigned i = 0; i < 256; i++)
		assert_int_equal(ms_pool_is_free(&pool, 0x0a000000 + i), i >= 1 && i <= 254 && !(i >= 10 && i <= 30));
	ms_pool_release(&pool);
}

/* ---- defaults -------------------------------------------------------------------------------------- */

/* Looking a value up through the defaults is merging and then looking. */
static void test_merged_at(void **state)
{
	static const char *const values[] = {
		"{}", "{\"a\": 1}", "{\"a\": null}", "{\"a\": {\"b\": 2}}", "{\"a\": {\"b\": null}}", "{\"a\": {\"c\": 3}}",
		"{\"a\": {\"b\": {\"c\": 4}}}", "{\"a\": [1]}", "{\"a\": {\"b\": \"x\"}, \"z\": 1}",
	};
	static const char *const pointers[] = { "/a", "/a/b", "/a/b/c", "/z", "/q/r" };

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(values); i++) {
		for (size_t j = 0; j < MS_ARRAY_SIZE(values); j++) {
			json_auto_t *base = json_loads(values[i], 0, NULL), *over = json_loads(values[j], 0, NULL);
			json_auto_t *merged = ms_merge_new(base, over);

			for (size_t k = 0; k < MS_ARRAY_SIZE(pointers); k++) {
				const json_t *want = ms_at(merged, "%s", pointers[k]), *got = ms_merged_at(base, over, pointers[k]);

				/* Of an object only a part may come from either side; what is looked up is a leaf. */
				if (!json_is_object(want) && !(want == NULL && got == NULL) && !json_equal(want, got))
					fail_msg("%s + %s at %s", values[i], values[j], pointers[k]);
			}
		}
	}
}

/* ---- the record ------------------------------------------------------------------------------------ */

static void test_numbers_path(void **state)
{
	static const struct { const char *source, *path; } rows[] = {
		{ "site.yaml", "site.numbers.yaml" }, { "a/b.yml", "a/b.numbers.yaml" }, { "x.json", "x.numbers.yaml" },
		{ "site", "site.numbers.yaml" }, { "a.b/c", "a.b/c.numbers.yaml" }, { ".yaml", ".yaml.numbers.yaml" },
		{ "<stdin>", NULL }, { "-", NULL }, { "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		MS_AUTO_FREE char *path = ms_numbers_path(rows[i].source);

		if (rows[i].path)
			expect_text(rows[i].source, rows[i].path, path);
		else
			assert_null(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables), cmocka_unit_test(test_lists), cmocka_unit_test(test_texts), cmocka_unit_test(test_meant),
		cmocka_unit_test(test_prefixes), cmocka_unit_test(test_ranges), cmocka_unit_test(test_pools), cmocka_unit_test(test_pool_free),
		cmocka_unit_test(test_merged_at), cmocka_unit_test(test_numbers_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
