/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values in few octets: each comes back as it was, in the order that it had, and what is alike is small. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "roce/pack.h"

static struct roce_texts *texts_new(void)
{
	struct roce_texts *texts;

	assert_int_equal(roce_texts_new(&texts), 0);
	return texts;
}

static void same(struct roce_texts *texts, const json_t *value)
{
	const unsigned char *packed;
	json_t *back;

	assert_int_equal(roce_pack(texts, value, &packed), 0);
	back = roce_unpack(texts, packed);
	assert_true(json_equal(back, value));
	if (!json_is_real(value)) {
		MS_AUTO_FREE char *a = ms_json_text(value, MS_JSON_COMPACT), *b = ms_json_text(back, MS_JSON_COMPACT);

		assert_string_equal(a, b);
	}
	json_decref(back);
}

static void test_integers(void **state)
{
	struct roce_texts *texts = texts_new();
	json_t *value;

	(void)state;
	for (unsigned bit = 0; bit < 63; bit++)
		for (int more = -1; more <= 1; more++)
			for (int sign = -1; sign <= 1; sign += 2) {
				value = json_integer(sign * ((json_int_t)(1ull << bit) + more));
				same(texts, value);
				json_decref(value);
			}
	value = json_pack("[I,I]", (json_int_t)INT64_MAX, (json_int_t)INT64_MIN);
	same(texts, value);
	json_decref(value);
	roce_texts_free(texts);
}

static void test_values(void **state)
{
	static const char *const rows[] = {
		"null", "true", "false", "\"\"", "\"text\"", "\"a\\u0000b\"", "\"\\u00fc\\ud83d\\ude00\"", "{}", "[]", "0.1",
		"-1e300", "-0.0", "[null,[true,[false,[]]],{\"\":{\"\":\"\"}}]",
		"{\"z\":1,\"a\":[\"z\",\"a\"],\"\":2,\"m\":{\"z\":3}}",
	};
	struct roce_texts *texts = texts_new();

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_t *value = json_loads(rows[i], JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

		assert_non_null(value);
		same(texts, value);
		json_decref(value);
	}
	roce_texts_free(texts);
}

/* More than one block of them, and one that is larger than a block. */
static void test_many(void **state)
{
	struct roce_texts *texts = texts_new();
	const unsigned char **packed = calloc(100000, sizeof(*packed));
	json_t *large = json_array();
	size_t near = 0;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		json_t *value = json_pack("{s:i,s:s,s:[i,i]}", "n", i, "type", "RoCE v2", "more", -i, i * 7);

		assert_int_equal(roce_pack(texts, value, &packed[i]), 0);
		json_array_append_new(large, value);
	}
	same(texts, large);
	for (size_t i = 0; i < 100000; i++) {
		json_t *back = roce_unpack(texts, packed[i]);

		assert_true(json_equal(back, json_array_get(large, i)));
		json_decref(back);
		/* In a row, but for the ends of blocks. */
		near += i && packed[i] > packed[i - 1] && packed[i] <= packed[i - 1] + 20;
	}
	assert_true(near > 99900);
	json_decref(large);
	free(packed);
	roce_texts_free(texts);
}

static void test_texts_are_kept_once(void **state)
{
	struct roce_texts *texts = texts_new();
	const char *text = roce_text(texts, "RoCE v2");
	const unsigned char *packed;
	json_t *value = json_pack("{s:s}", "type", "RoCE v2"), *back;

	(void)state;
	assert_string_equal(text, "RoCE v2");
	assert_int_equal(roce_pack(texts, value, &packed), 0);
	back = roce_unpack(texts, packed);
	assert_ptr_equal(ms_str(back, "/type", NULL), text);
	assert_ptr_equal(roce_text(texts, "RoCE v2"), text);
	json_decref(back);
	json_decref(value);
	roce_texts_free(texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_texts_are_kept_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
