/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values: text, merge and hash. */
#include <errno.h>
#include <inttypes.h>
#include "core/write.h"

int ms_write_fail(struct ms_err *err, int error)
{
	if (!error)
		return 0;
	if (error == -ENOMEM)
		return ms_nomem(err);
	if (error == -EFBIG)
		return ms_fail(err, error, MS_FAILED, "a document grew over %u bytes", MS_BUF_MAX);
	return ms_fail(err, error, MS_FAILED, "a value cannot be written: %s",
		       error == -ELOOP ? "it is nested too deeply" : "it is missing");
}

int ms_value_text(const json_t *value, enum ms_format format, char **ret_text, size_t *ret_len,
		  struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	int error = format == MS_FMT_JSON ? ms_json_write(&buf, value, MS_JSON_COMPACT)
					  : ms_yaml_write(&buf, value);
	size_t len = buf.len;
	char *text;

	if (error)
		return ms_write_fail(err, error);
	text = ms_buf_steal(&buf);
	if (!text)
		return ms_nomem(err);
	if (ret_len)
		*ret_len = len;
	*ret_text = text;
	return 0;
}

/* MergePatch of RFC 7396 section 2, into a target that is ours. */
static int merge_into(json_t *target, const json_t *over, unsigned depth)
{
	const char *key;
	json_t *value;

	if (depth > 2 * MS_DOC_MAX_DEPTH)
		return -ELOOP;
	json_object_foreach((json_t *)over, key, value) {
		json_t *old = json_object_get(target, key);
		int error = 0;

		if (json_is_null(value)) {
			json_object_del(target, key);
			continue;
		}
		if (!json_is_object(value)) {
			error = json_object_set_new(target, key, json_deep_copy(value));
		} else {
			if (!json_is_object(old)) {
				error = json_object_set_new(target, key, json_object());
				old = json_object_get(target, key);
			}
			error = error ? error : merge_into(old, value, depth + 1);
		}
		if (error)
			return error;
	}
	return 0;
}

json_t *ms_merge_new(const json_t *base, const json_t *over)
{
	json_t *result;

	if (over && !json_is_object(over))
		return json_deep_copy(over);
	result = json_is_object(base) || !over ? json_deep_copy(base) : json_object();
	if (result && over && merge_into(result, over, 0)) {
		json_decref(result);
		return NULL;
	}
	return result;
}

/* FNV-1a: an identity that people compare, not a seal that somebody might forge. */
static uint64_t fnv1a(const char *data, size_t len)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)data[i]) * 0x100000001b3;
	return hash;
}

int ms_value_hash(const json_t *value, char ret_hex[static 17], struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	int error = ms_json_write(&buf, value, MS_JSON_SORTED);

	if (error)
		return ms_write_fail(err, error);
	snprintf(ret_hex, 17, "%016" PRIx64, fnv1a(buf.data, buf.len));
	return 0;
}
