/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A value is a tag and a number in groups of 7 bits, the lowest first, of which the first octet has
 * 4 beside the tag; the members of a collection follow.  A key is the number of its text.
 */
#include "roce/pack.h"

#include <errno.h>

enum tag { CONSTANT, INTEGER, REAL, TEXT, ARRAY, OBJECT };
#define TAG_BITS 3
#define MORE 0x80u

/* Values that come and go have no long-lived ones among them, so that memory stays whole. */
#define BLOCK_SIZE ((size_t)1 << 20)
struct block {
	struct block *next;
	size_t used, size;
	unsigned char octets[];
};

struct roce_texts {
	json_t *all;                 /* strings */
	json_t *numbers;             /* {TEXT: its place among them} */
	struct ms_buf scratch;
	struct block *blocks;        /* the newest first */
};

int roce_texts_new(struct roce_texts **ret_texts)
{
	struct roce_texts *texts = calloc(1, sizeof(*texts));

	if (!texts)
		return -ENOMEM;
	texts->all = json_array();
	texts->numbers = json_object();
	if (!texts->all || !texts->numbers) {
		roce_texts_free(texts);
		return -ENOMEM;
	}
	*ret_texts = texts;
	return 0;
}

void roce_texts_free(struct roce_texts *texts)
{
	if (!texts)
		return;
	json_decref(texts->all);
	json_decref(texts->numbers);
	for (struct block *block = texts->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	ms_buf_release(&texts->scratch);
	free(texts);
}

static int text_number(struct roce_texts *texts, const char *text, size_t len, uint64_t *ret_number)
{
	const json_t *known = json_object_getn(texts->numbers, text, len);
	size_t n = json_array_size(texts->all);

	if (!known) {
		if (json_array_append_new(texts->all, json_stringn_nocheck(text, len)) < 0 ||
		    json_object_setn_new_nocheck(texts->numbers, text, len,
						 json_integer((json_int_t)n)) < 0)
			return -ENOMEM;
		*ret_number = n;
		return 0;
	}
	*ret_number = (uint64_t)json_integer_value(known);
	return 0;
}

const char *roce_text(struct roce_texts *texts, const char *text)
{
	uint64_t number;

	if (text_number(texts, text, strlen(text), &number) < 0)
		return NULL;
	return json_string_value(json_array_get(texts->all, number));
}

/* ---- into octets ---- */

static int put(struct ms_buf *into, enum tag tag, uint64_t number)
{
	unsigned char octets[11] = { (unsigned char)(tag | (number & 15) << TAG_BITS) };
	size_t n = 1;

	for (number >>= 4; number; number >>= 7) {
		octets[n - 1] |= MORE;
		octets[n++] = number & 127;
	}
	return ms_buf_add(into, octets, n);
}

static int put_text(struct roce_texts *texts, const char *text, size_t len)
{
	uint64_t number;
	int r = text_number(texts, text, len, &number);

	return r ? r : put(&texts->scratch, TEXT, number);
}

static int put_value(struct roce_texts *texts, const json_t *value);

static int put_members(struct roce_texts *texts, const json_t *object)
{
	const char *key;
	size_t len;
	json_t *value;
	int r = put(&texts->scratch, OBJECT, json_object_size(object));

	json_object_keylen_foreach((json_t *)object, key, len, value) {
		r = r ? r : put_text(texts, key, len);
		r = r ? r : put_value(texts, value);
	}
	return r;
}

static int put_elements(struct roce_texts *texts, const json_t *array)
{
	size_t i;
	json_t *value;
	int r = put(&texts->scratch, ARRAY, json_array_size(array));

	json_array_foreach(array, i, value)
		r = r ? r : put_value(texts, value);
	return r;
}

static int put_value(struct roce_texts *texts, const json_t *value)
{
	struct ms_buf *into = &texts->scratch;
	json_int_t integer = json_integer_value(value);
	double real = json_real_value(value);
	uint64_t bits;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return put_members(texts, value);
	case JSON_ARRAY:
		return put_elements(texts, value);
	case JSON_STRING:
		return put_text(texts, json_string_value(value), json_string_length(value));
	case JSON_INTEGER:
		/* Small ones of both signs take few bits. */
		return put(into, INTEGER, (uint64_t)integer << 1 ^ (uint64_t)(integer >> 63));
	case JSON_REAL:
		memcpy(&bits, &real, sizeof(bits));
		return put(into, REAL, bits);
	default:
		return put(into, CONSTANT, json_typeof(value));
	}
}

/* Room for `len` octets in the newest block, or in a new one. */
static unsigned char *reserve(struct roce_texts *texts, size_t len)
{
	struct block *block = texts->blocks;

	if (!block || block->size - block->used < len) {
		size_t size = len > BLOCK_SIZE ? len : BLOCK_SIZE;

		block = malloc(sizeof(*block) + size);
		if (!block)
			return NULL;
		*block = (struct block){ .next = texts->blocks, .size = size };
		texts->blocks = block;
	}
	block->used += len;
	return block->octets + block->used - len;
}

int roce_pack(struct roce_texts *texts, const json_t *value, const unsigned char **ret_packed)
{
	unsigned char *packed;
	int r;

	texts->scratch.len = 0;
	r = put_value(texts, value);
	if (r < 0)
		return r;
	packed = reserve(texts, texts->scratch.len);
	if (!packed)
		return -ENOMEM;
	memcpy(packed, texts->scratch.data, texts->scratch.len);
	*ret_packed = packed;
	return 0;
}

/* ---- and back ---- */

static enum tag take(const unsigned char **at, uint64_t *ret_number)
{
	enum tag tag = **at & ((1 << TAG_BITS) - 1);
	uint64_t number = **at >> TAG_BITS & 15;
	unsigned shift = 4;

	while (*(*at)++ & MORE) {
		number |= (uint64_t)(**at & 127) << shift;
		shift += 7;
	}
	*ret_number = number;
	return tag;
}

static json_t *take_value(const struct roce_texts *texts, const unsigned char **at);

static json_t *take_members(const struct roce_texts *texts, const unsigned char **at, uint64_t n)
{
	json_t *object = json_object();

	for (; object && n; n--) {
		uint64_t number;
		const json_t *key = (take(at, &number), json_array_get(texts->all, number));

		if (json_object_setn_new_nocheck(object, json_string_value(key),
						 json_string_length(key),
						 take_value(texts, at)) == 0)
			continue;
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *take_elements(const struct roce_texts *texts, const unsigned char **at, uint64_t n)
{
	json_t *array = json_array();

	for (; array && n; n--) {
		if (json_array_append_new(array, take_value(texts, at)) == 0)
			continue;
		json_decref(array);
		return NULL;
	}
	return array;
}

static json_t *take_value(const struct roce_texts *texts, const unsigned char **at)
{
	uint64_t number;
	double real;

	switch (take(at, &number)) {
	case OBJECT:
		return take_members(texts, at, number);
	case ARRAY:
		return take_elements(texts, at, number);
	case TEXT:
		return json_incref(json_array_get(texts->all, number));
	case INTEGER:
		return json_integer((json_int_t)(number >> 1 ^ -(number & 1)));
	case REAL:
		memcpy(&real, &number, sizeof(real));
		return json_real(real);
	case CONSTANT:
		break;
	}
	return number == JSON_NULL ? json_null() : json_boolean(number == JSON_TRUE);
}

json_t *roce_unpack(const struct roce_texts *texts, const unsigned char *packed)
{
	return take_value(texts, &packed);
}
