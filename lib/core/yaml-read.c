/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * YAML 1.2 to values: the core schema, anchors and merge keys; everything else is refused with its
 * place.
 */
#include <errno.h>
#include "core/write.h"
#include "core/yaml.h"

/* Values that aliases may make: this many, and as many times what the text itself holds. */
#define ALIAS_FREE 250000u
#define ALIAS_RATIO 100u
#define CORE_TAG "tag:yaml.org,2002:"

/* ---- scalars ------------------------------------------------------------------------- */

static int make_real(struct yaml *y, const char *text, json_t **ret_value)
{
	double number;
	int error = ms_real_parse(text, &number);

	if (error == -ENOMEM)
		return ms_nomem(y->err);
	if (error)
		return ms_yaml_fail(y, &y->event.start_mark, "number out of range: %.60s", text);
	*ret_value = json_real(number);
	return 0;
}

static int make_int(struct yaml *y, const char *text, json_t **ret_value)
{
	bool octal = ms_starts(text, "0o"), hex = ms_starts(text, "0x");
	long long number;

	errno = 0;
	number = strtoll(octal || hex ? text + 2 : text, NULL, octal ? 8 : hex ? 16 : 10);
	if (errno == ERANGE && !octal && !hex && ms_real_holds(text, strlen(text)))
		return make_real(y, text, ret_value);
	if (errno == ERANGE) {
		ms_yaml_fail(y, &y->event.start_mark, "number out of range: %.60s", text);
		ms_hint(y->err, "numbers are 64-bit; put it in quotes if it is a name");
		return -EBADMSG;
	}
	*ret_value = json_integer(number);
	return 0;
}

/*
 * A tag names the type; without one a plain scalar is what it looks like, a quoted one is a string.
 */
static int scalar_type(struct yaml *y, enum ms_scalar *ret_type)
{
	static const char *const names[] = { "str", "null",  "bool",  "bool",
					     "int", "float", "float", "float" };
	const char *text = (const char *)y->event.data.scalar.value,
		   *tag = (const char *)y->event.data.scalar.tag;
	enum ms_scalar type = ms_scalar_type(text);

	if (!tag) {
		*ret_type = y->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? type
										  : MS_SCALAR_STR;
		return 0;
	}
	if (!strcmp(tag, "!") || !strcmp(tag, CORE_TAG "str")) {
		*ret_type = MS_SCALAR_STR;
		return 0;
	}
	if (!ms_starts(tag, CORE_TAG))
		return ms_yaml_fail(y, &y->event.start_mark, "unknown tag %.80s", tag);
	tag += strlen(CORE_TAG);
	if (!strcmp(tag, "float") && type == MS_SCALAR_INT)
		type = MS_SCALAR_REAL;
	if (!strcmp(tag, names[type])) {
		*ret_type = type;
		return 0;
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(names); i++)
		if (!strcmp(tag, names[i]))
			return ms_yaml_fail(y, &y->event.start_mark, "not a !!%s: \"%.60s\"", tag,
					    text);
	return ms_yaml_fail(y, &y->event.start_mark, "unknown tag !!%.80s", tag);
}

static int make_scalar(struct yaml *y, json_t **ret_value)
{
	const char *text = (const char *)y->event.data.scalar.value;
	size_t len = y->event.data.scalar.length;
	enum ms_scalar type = MS_SCALAR_STR;

	if (strlen(text) != len)
		return ms_yaml_fail(y, &y->event.start_mark, "a NUL character in a string");
	if (scalar_type(y, &type))
		return -EBADMSG;
	switch (type) {
	case MS_SCALAR_NULL:
		*ret_value = json_null();
		return 0;
	case MS_SCALAR_TRUE:
	case MS_SCALAR_FALSE:
		*ret_value = json_boolean(type == MS_SCALAR_TRUE);
		return 0;
	case MS_SCALAR_INT:
		return make_int(y, text, ret_value);
	case MS_SCALAR_REAL:
		return make_real(y, text, ret_value);
	case MS_SCALAR_INF:
	case MS_SCALAR_NAN:
		ms_yaml_fail(y, &y->event.start_mark, "%s is not a number that JSON has", text);
		ms_hint(y->err, "put it in quotes if it is text");
		return -EBADMSG;
	default:
		*ret_value = json_stringn_nocheck(text, len);
		return 0;
	}
}

/* ---- anchors and aliases ------------------------------------------------------------- */

static int remember(struct yaml *y, const char *anchor, json_t *value)
{
	return anchor && json_object_set(y->anchors, anchor, value) ? ms_nomem(y->err) : 0;
}

/*
 * What an alias stands for is copied, because values are changed in place later; scalars are not
 * changed, so they are shared, and a bomb of long strings costs no more than one of short ones.
 */
static int copy_value(struct yaml *y, json_t *from, unsigned depth, json_t **ret_value)
{
	json_t *to = NULL, *value;
	const char *key;
	size_t i, len;
	int error = 0;

	y->copied++;
	if (y->copied > ALIAS_FREE + ALIAS_RATIO * y->nodes)
		return ms_yaml_fail(y, &y->event.start_mark, "aliases make too many values");
	if (ms_yaml_limits(y, depth, json_is_object(from) || json_is_array(from),
			   &y->event.start_mark))
		return -EBADMSG;
	if (!json_is_object(from) && !json_is_array(from)) {
		*ret_value = json_incref(from);
		return 0;
	}
	to = json_is_object(from) ? json_object() : json_array();
	if (!to)
		return ms_nomem(y->err);
	json_object_keylen_foreach(from, key, len, value) {
		json_t *copy = NULL;

		y->copied += len / 32;
		error = copy_value(y, value, depth + 1, &copy);
		if (!error && json_object_setn_new_nocheck(to, key, len, copy))
			error = ms_nomem(y->err);
		if (error)
			goto out;
	}
	json_array_foreach(from, i, value) {
		json_t *copy = NULL;

		error = copy_value(y, value, depth + 1, &copy);
		if (!error && json_array_append_new(to, copy))
			error = ms_nomem(y->err);
		if (error)
			goto out;
	}
	*ret_value = ms_take(to);
out:
	json_decref(to);
	return error;
}

static int make_alias(struct yaml *y, unsigned depth, json_t **ret_value)
{
	const char *name = (const char *)y->event.data.alias.anchor;
	json_t *value = json_object_get(y->anchors, name);

	if (!value) {
		ms_yaml_fail(y, &y->event.start_mark, "unknown alias *%.80s", name);
		ms_hint(y->err,
			"an anchor (&%.80s) must be complete before its use, in the same document",
			name);
		return -EBADMSG;
	}
	return copy_value(y, value, depth, ret_value);
}

/* ---- collections --------------------------------------------------------------------- */

static int make_value(struct yaml *y, unsigned depth, json_t **ret_value);

static int check_tag(struct yaml *y, const yaml_char_t *tag, const char *want)
{
	const char *name = (const char *)tag;

	if (!name || !strcmp(name, "!") ||
	    (ms_starts(name, CORE_TAG) && !strcmp(name + strlen(CORE_TAG), want)))
		return 0;
	return ms_yaml_fail(y, &y->event.start_mark, "unknown tag %.80s", name);
}

static int make_sequence(struct yaml *y, unsigned depth, json_t **ret_value)
{
	MS_AUTO_FREE char *anchor = (char *)ms_take(y->event.data.sequence_start.anchor);
	json_auto_t *array = json_array();
	int error = array ? check_tag(y, y->event.data.sequence_start.tag, "seq")
			  : ms_nomem(y->err);

	while (!error) {
		json_t *value = NULL;

		error = ms_yaml_advance(y);
		if (error || y->event.type == YAML_SEQUENCE_END_EVENT)
			break;
		error = make_value(y, depth + 1, &value);
		if (!error && json_array_append_new(array, value))
			error = ms_nomem(y->err);
	}
	if (!error)
		error = remember(y, anchor, array);
	if (!error)
		*ret_value = ms_take(array);
	return error;
}

/* A key: any scalar, by its text. */
static int take_key(struct yaml *y, char **ret_key, bool *ret_merge)
{
	json_t *value;

	switch (y->event.type) {
	case YAML_SCALAR_EVENT:
		if (strlen((char *)y->event.data.scalar.value) != y->event.data.scalar.length)
			return ms_yaml_fail(y, &y->event.start_mark, "a NUL character in a key");
		*ret_merge = y->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
			     !y->event.data.scalar.tag &&
			     ms_streq((char *)y->event.data.scalar.value, "<<");
		if (y->event.data.scalar.anchor) {
			json_auto_t *text = json_string((char *)y->event.data.scalar.value);

			if (!text || remember(y, (char *)y->event.data.scalar.anchor, text))
				return ms_nomem(y->err);
		}
		*ret_key = (char *)ms_take(y->event.data.scalar.value);
		return 0;
	case YAML_ALIAS_EVENT:
		value = json_object_get(y->anchors, (char *)y->event.data.alias.anchor);
		if (!json_is_string(value))
			return ms_yaml_fail(y, &y->event.start_mark,
					    "the alias *%.80s is not a string and cannot be a key",
					    (char *)y->event.data.alias.anchor);
		*ret_key = strdup(json_string_value(value));
		return *ret_key ? 0 : ms_nomem(y->err);
	default:
		return ms_yaml_fail(y, &y->event.start_mark, "a key must be a string");
	}
}

/*
 * The value of "<<": a mapping, or a list of them; earlier ones win (yaml.org/type/merge.html).
 */
static int take_merge(struct yaml *y, json_t *value, json_t *merges, const yaml_mark_t *mark)
{
	json_t *item;
	size_t i;

	if (json_is_object(value))
		return json_array_append(merges, value) ? ms_nomem(y->err) : 0;
	if (!json_is_array(value))
		return ms_yaml_fail(y, mark, "<< merges mappings only");
	json_array_foreach(value, i, item)
		if (!json_is_object(item))
			return ms_yaml_fail(y, mark, "<< merges mappings only");
	return json_array_extend(merges, value) ? ms_nomem(y->err) : 0;
}

/* Keys of the mapping itself win. */
static int apply_merges(struct yaml *y, json_t *object, json_t *merges)
{
	const char *key;
	json_t *merge, *value;
	size_t i, len;

	json_array_foreach(merges, i, merge)
		json_object_keylen_foreach(merge, key, len, value)
			if (!json_object_getn(object, key, len) &&
			    json_object_setn_nocheck(object, key, len, value))
				return ms_nomem(y->err);
	return 0;
}

static int make_member(struct yaml *y, json_t *object, json_t *merges, unsigned depth)
{
	MS_AUTO_FREE char *key = NULL;
	json_auto_t *value = NULL;
	yaml_mark_t mark = y->event.start_mark;
	bool merge = false;
	int error = take_key(y, &key, &merge);

	if (!error &&
	    (merge ? json_array_size(merges) > 0 : json_object_get(object, key) != NULL)) {
		error = ms_yaml_fail(y, &mark, "duplicate key \"%.80s\"", key);
		if (merge)
			ms_hint(y->err, "merge several with <<: [*a, *b]");
	}
	if (!error)
		error = ms_yaml_advance(y);
	if (!error)
		error = make_value(y, depth + 1, &value);
	if (error)
		return error;
	if (merge)
		return take_merge(y, value, merges, &mark);
	return json_object_set_new_nocheck(object, key, ms_take(value)) ? ms_nomem(y->err) : 0;
}

static int make_mapping(struct yaml *y, unsigned depth, json_t **ret_value)
{
	MS_AUTO_FREE char *anchor = (char *)ms_take(y->event.data.mapping_start.anchor);
	json_auto_t *object = json_object(), *merges = json_array();
	int error = object && merges ? check_tag(y, y->event.data.mapping_start.tag, "map")
				     : ms_nomem(y->err);

	while (!error) {
		error = ms_yaml_advance(y);
		if (error || y->event.type == YAML_MAPPING_END_EVENT)
			break;
		error = make_member(y, object, merges, depth);
	}
	if (!error)
		error = apply_merges(y, object, merges);
	if (!error)
		error = remember(y, anchor, object);
	if (!error)
		*ret_value = ms_take(object);
	return error;
}

static int make_value(struct yaml *y, unsigned depth, json_t **ret_value)
{
	json_t *value = NULL;
	int error;

	y->nodes++;
	if (ms_yaml_limits(y, depth,
			   y->event.type == YAML_SEQUENCE_START_EVENT ||
				   y->event.type == YAML_MAPPING_START_EVENT,
			   &y->event.start_mark))
		return -EBADMSG;
	switch (y->event.type) {
	case YAML_SCALAR_EVENT:
		error = make_scalar(y, &value);
		if (!error && value)
			error = remember(y, (char *)y->event.data.scalar.anchor, value);
		break;
	case YAML_ALIAS_EVENT:
		error = make_alias(y, depth, &value);
		break;
	case YAML_SEQUENCE_START_EVENT:
		error = make_sequence(y, depth, &value);
		break;
	default:
		error = make_mapping(y, depth, &value);
	}
	if (!error && !value)
		error = ms_nomem(y->err);
	if (error)
		json_decref(value);
	else
		*ret_value = value;
	return error;
}

/* STREAM-START DOCUMENT-START value DOCUMENT-END STREAM-END */
static int make_document(struct yaml *y, json_t **ret_root)
{
	json_auto_t *root = NULL;

	if (ms_yaml_advance(y) || ms_yaml_advance(y))
		return -EBADMSG;
	if (y->event.type == YAML_STREAM_END_EVENT)
		return ms_yaml_fail(y, &y->event.start_mark, "there is no document");
	if (ms_yaml_advance(y) || make_value(y, 0, &root) || ms_yaml_advance(y) ||
	    ms_yaml_advance(y))
		return -EBADMSG;
	if (y->event.type != YAML_STREAM_END_EVENT)
		return ms_yaml_fail(y, &y->event.start_mark, "more than one document");
	*ret_root = ms_take(root);
	return 0;
}

int ms_yaml_parse(const struct ms_text *text, json_t **ret_root, struct ms_err *err)
{
	struct yaml y = { .text = text, .err = err, .anchors = json_object() };

	if (!y.anchors || !yaml_parser_initialize(&y.parser)) {
		json_decref(y.anchors);
		return ms_nomem(err);
	}
	yaml_parser_set_encoding(&y.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&y.parser, (const unsigned char *)text->text, text->len);
	if (make_document(&y, ret_root) && err->code == MS_OK)
		ms_nomem(err);
	yaml_event_delete(&y.event);
	yaml_parser_delete(&y.parser);
	json_decref(y.anchors);
	return err->code == MS_OK ? 0 : err->error;
}
