/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of lib/net that decide without talking: URLs, retries, dates, JSON from devices. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "net/json.h"
#include "net/retry.h"
#include "net/url.h"

static void test_origin(void **state)
{
	static const struct { const char *base, *want; } rows[] = {
		{ "https://10.0.0.3", "https://10.0.0.3" },         { "HTTPS://BMC-1.Lan:443/", "https://bmc-1.lan" },
		{ "http://h:80", "http://h" },                      { "http://h:443", "http://h:443" },
		{ "https://[fe80::1]:8443", "https://[fe80::1]:8443" }, { "https://[::1]", "https://[::1]" },
		{ "https://h:0", NULL },   { "https://h:", NULL },      { "https://h:x", NULL },  { "https://[::1", NULL },
		{ "https://h/x", NULL },   { "https://h?x", NULL },     { "https://a b", NULL },  { "https://u:p@h", NULL },
		{ "", NULL },              { "h", NULL },               { "file:///etc", NULL },  { "https://h\r\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		MS_AUTO_FREE char *origin = NULL;
		struct ms_err err = MS_ERR_INIT;
		int rc = ms_url_origin(rows[i].base, &origin, &err);

		if (rows[i].want ? rc || strcmp(origin, rows[i].want) : rc >= 0 || !*err.message)
			fail_msg("%s: %d %s", rows[i].base, rc, origin ? origin : err.message);
	}
}

static void test_resolve(void **state)
{
	static const struct { const char *path, *reference, *want; int error; } rows[] = {
		{ NULL, "/redfish/v1", "/redfish/v1", 0 },
		{ NULL, "redfish/v1", "/redfish/v1", 0 },
		{ "/a/b?c=/d", "e", "/a/e", 0 },
		{ "/a/b", "/c?d=e&f", "/c?d=e&f", 0 },
		{ "/a/b", "https://h/c", "/c", 0 },
		{ "/a/b", "https://H:443", "/", 0 },
		{ NULL, "https://h/c#frag", "/c", 0 },
		{ NULL, "/a b\"<\xc3\xa9", "/a%20b%22%3C%C3%A9", 0 },
		{ NULL, "/a%20b", "/a%20b", 0 },
		{ NULL, "/c?$expand=.($levels=1)", "/c?$expand=.($levels=1)", 0 },
		{ NULL, "/Disk.Bay.1:Enclosure", "/Disk.Bay.1:Enclosure", 0 },
		{ NULL, "/x?u=http://other/", "/x?u=http://other/", 0 },
		{ NULL, "http://h/c", NULL, -EXDEV },
		{ NULL, "https://h:8443/c", NULL, -EXDEV },
		{ NULL, "https://h.evil/c", NULL, -EXDEV },
		{ NULL, "https://h@evil/c", NULL, -EINVAL },
		{ NULL, "//evil/c", NULL, -EINVAL },
		{ NULL, "ftp://h/c", NULL, -EINVAL },
		{ NULL, "/a\nb", NULL, -EINVAL },
		{ NULL, "/a\x7f", NULL, -EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		MS_AUTO_FREE char *path = NULL;
		struct ms_err err = MS_ERR_INIT;
		int rc = ms_url_resolve("https://h", rows[i].path, rows[i].reference, &path, &err);

		if (rc != rows[i].error || (rows[i].want && strcmp(path, rows[i].want)))
			fail_msg("%s: %d %s", rows[i].reference, rc, path ? path : err.message);
	}
}

static void test_long_link(void **state)
{
	char *link = malloc(10000), *path = NULL;
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	memset(link, '/', 9999);
	link[1] = 'a';
	link[9999] = '\0';
	assert_true(ms_url_resolve("https://h", NULL, link, &path, &err) < 0);
	assert_string_equal(err.message, "a link is too long");
	free(link);
}

static void test_retry_after(void **state)
{
	static const struct { const char *header, *date; int64_t want; } rows[] = {
		{ "5", NULL, 5 },
		{ "0", NULL, 0 },
		{ "99999999999999999999999", NULL, -1 },
		{ "-1", NULL, -1 },
		{ "soon", NULL, -1 },
		{ "", NULL, -1 },
		{ NULL, NULL, -1 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT", NULL, 37 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", NULL, 37 },
		{ "Sun Nov  6 08:49:37 1994", NULL, 37 },
		{ "Sun, 06 Nov 1994 08:40:00 GMT", NULL, 0 },
		{ "Sun, 06 Nov 1994 08:49:37", NULL, -1 },
		{ "Sun, 06 Foo 1994 08:49:37 GMT", NULL, -1 },
		{ "Sun, 36 Nov 1994 08:49:37 GMT", NULL, -1 },
		/* The device's clock is in 1970. */
		{ "Thu, 01 Jan 1970 00:00:20 GMT", "Thu, 01 Jan 1970 00:00:05 GMT", 15 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		int64_t got = ms_retry_after(rows[i].header, rows[i].date, 784111740);

		if (got != rows[i].want)
			fail_msg("%s: %lld", rows[i].header ? rows[i].header : "NULL", (long long)got);
	}
}

static void test_backoff(void **state)
{
	(void)state;
	assert_int_equal(ms_retry_backoff_ms(1, 1000, 0.5), 500);
	assert_int_equal(ms_retry_backoff_ms(2, 1000, 0.5), 1000);
	assert_int_equal(ms_retry_backoff_ms(5, 1000, 0.5), 8000);
	assert_int_equal(ms_retry_backoff_ms(6, 1000, 0.999), 29970);
	assert_int_equal(ms_retry_backoff_ms(4000000000u, 1000, 0.999), 29970);
	assert_int_equal(ms_retry_backoff_ms(3, 1000, 0), 0);
	for (int i = 0; i < 1000; i++)
		assert_true(ms_random() >= 0 && ms_random() < 1);
}

static void test_retry_wanted(void **state)
{
	static const struct {
		const char *method;
		bool repeatable;
		int rc;
		long status;
		struct ms_outcome outcome;
		unsigned try;
		enum ms_code code;
		bool want;
		enum ms_http_class class;
	} rows[] = {
		{ "GET", false, 0, 200, { 0 }, 1, MS_OK, .want = false },
		{ "GET", false, 0, 503, { 0 }, 1, MS_OK, .want = true },
		{ "GET", false, 0, 503, { 0 }, 4, MS_OK, .want = false },
		{ "GET", false, 0, 500, { 0 }, 1, MS_OK, .want = false },
		{ "POST", false, 0, 503, { 0 }, 1, MS_OK, .want = false },
		{ "POST", true, 0, 503, { 0 }, 1, MS_OK, .want = true },
		{ "POST", false, 0, 429, { 0 }, 1, MS_OK, .want = true },
		{ "GET", false, -1, 0, { .transport = true }, 1, MS_UNREACHABLE, .want = true },
		{ "POST", false, -1, 0, { .transport = true }, 1, MS_UNREACHABLE, .want = false },
		{ "POST", false, -1, 0, { .transport = true, .unsent = true }, 1, MS_UNREACHABLE, .want = true },
		{ "GET", false, -1, 0, { .transport = true }, 1, MS_TIMEOUT, .want = true },
		{ "GET", false, -1, 0, { .transport = true }, 2, MS_TIMEOUT, .want = false },
		{ "GET", false, -1, 0, { .transport = true }, 1, MS_TIMEOUT, .want = true, .class = MS_HTTP_NORMAL },
		{ "GET", false, -1, 0, { .transport = true }, 1, MS_TIMEOUT, .want = false, .class = MS_HTTP_SLOW },
		{ "GET", false, -1, 0, { .final = true }, 1, MS_TLS, .want = false },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_http_request request = { .method = rows[i].method, .repeatable = rows[i].repeatable, .class = rows[i].class };

		if (ms_retry_wanted(&request, rows[i].rc, rows[i].status, &rows[i].outcome, rows[i].try, rows[i].code) != rows[i].want)
			fail_msg("row %zu: %s %ld", i, rows[i].method, rows[i].status);
	}
}

static void test_json(void **state)
{
	static const struct { const char *text, *want; bool odd; } rows[] = {
		{ "{\"a\":[1,-2,3.5,true,null]}", "{\"a\":[1,-2,3.5,true,null]}", false },
		{ "{\"a\":\"\\u0000b\"}", "{\"a\":\"\\u0000b\"}", false },
		{ "{\"a\":9223372036854775807}", "{\"a\":9223372036854775807}", false },
		{ "{\"a\":-99999999999999999999,\"b\":1e5,\"c\":12345678901234567890.5}",
		  "{\"a\":-1e20,\"b\":100000.0,\"c\":1.23457e19}", false },
		{ "{\"a\":1e999,\"b\":[-1e-999,18446744073709551615]}", "{\"a\":null,\"b\":[-0.0,1.84467e19]}", true },
		{ "{\"nan\":\"inf\",\"a\":NaN}", "{\"nan\":\"inf\",\"a\":null}", true },
		{ "{\"a\":\"tab\there\\\"quoted\\\\\"}", "{\"a\":\"tab here\\\"quoted\\\\\"}", true },
		{ "{\"\xff\":\"\xc3\x28\xe2\x82\"}", "{\"\xef\xbf\xbd\":\"\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\"}", true },
		{ "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}", true },
		{ "", NULL, false },
		{ "{\"a\":", NULL, false },
		{ "{\"a\":\"\\", NULL, false },
		{ "nan", NULL, false },
		{ "{} trailing", NULL, false },
		{ "\"text\"", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *value = NULL;
		MS_AUTO_FREE char *text = NULL;
		struct ms_err err = MS_ERR_INIT;
		const char *oddity = NULL;
		int rc = ms_json_decode(rows[i].text, strlen(rows[i].text), &value, &oddity, &err);

		text = value ? json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
		if (rows[i].want ? rc || strcmp(text, rows[i].want) || (oddity != NULL) != rows[i].odd : rc >= 0)
			fail_msg("%s: %d %s %s", rows[i].text, rc, text ? text : err.message, oddity ? oddity : "");
	}
}

static void test_depth(void **state)
{
	char text[400];

	(void)state;
	for (unsigned n = MS_JSON_MAX_DEPTH; n <= MS_JSON_MAX_DEPTH + 1; n++) {
		memset(text, '[', n);
		memset(text + n, ']', n);
		assert_int_equal(ms_json_is_shallow(text, 2 * n), n == MS_JSON_MAX_DEPTH);
	}
	/* Brackets in strings do not count. */
	memset(text, '[', sizeof(text));
	text[0] = '"';
	assert_true(ms_json_is_shallow(text, sizeof(text)));
	memcpy(text, "\"\\\"", 3);
	assert_true(ms_json_is_shallow(text, sizeof(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_long_link),
		cmocka_unit_test(test_retry_after),
		cmocka_unit_test(test_backoff),
		cmocka_unit_test(test_retry_wanted),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
