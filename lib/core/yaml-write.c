/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as YAML: libyaml's emitter in block style.  The emitter knows which scalars the syntax
 * wants quoted; which ones some reader would take for a number or a boolean is ours to know.
 */
#include <errno.h>
#include <yaml.h>
#include "core/syntax.h"
#include "core/write.h"

/* Deeper than any document may be, and what the stack of a task can take. */
#define DEPTH_MAX (MS_DOC_MAX_DEPTH + 100)

static int append(void *ctx, unsigned char *data, size_t len)
{
	return !ms_buf_add(ctx, data, len);
}

/*
 * The emitter takes the event, also when it fails; whatever fails in it is a lack of memory or of
 * room.
 */
static int emit(yaml_emitter_t *emitter, yaml_event_t *event)
{
	return yaml_emitter_emit(emitter, event) ? 0 : -ENOMEM;
}

/*
 * NEL, LS and PS break lines in YAML 1.1, and so in libyaml; in 1.2 they are characters like
 * others.
 */
static bool has_old_break(const char *text)
{
	return strstr(text, "\xc2\x85") || strstr(text, "\xe2\x80\xa8") ||
	       strstr(text, "\xe2\x80\xa9");
}

/*
 * Literal blocks for text of several lines, where nothing about its ends asks for more than a plain
 * "|": a leading blank needs an indentation hint, several final newlines a chomping one. Characters
 * that a block cannot hold make the emitter quote it after all.
 */
static bool is_literal(const char *text, size_t len)
{
	return len > 1 && !strchr(" \n\t", text[0]) && strcmp(text + len - 2, "\n\n");
}

static yaml_scalar_style_t string_style(const char *text, size_t len, unsigned depth, bool key)
{
	if (strlen(text) != len || !ms_scalar_is_plain(text) || has_old_break(text))
		return YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	if (!memchr(text, '\n', len))
		return YAML_PLAIN_SCALAR_STYLE;
	return !key && depth && is_literal(text, len) ? YAML_LITERAL_SCALAR_STYLE
						      : YAML_DOUBLE_QUOTED_SCALAR_STYLE;
}

static int emit_scalar(yaml_emitter_t *emitter, const char *text, size_t len,
		       yaml_scalar_style_t style)
{
	yaml_event_t event;

	if (len > INT32_MAX)
		return -EFBIG;
	if (!yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)len,
					  1, 1, style))
		return -ENOMEM;
	return emit(emitter, &event);
}

static int emit_text(yaml_emitter_t *emitter, const char *text, size_t len, unsigned depth,
		     bool key)
{
	return emit_scalar(emitter, text, len, string_style(text, len, depth, key));
}

static int emit_value(yaml_emitter_t *emitter, const json_t *value, unsigned depth);

static int emit_object(yaml_emitter_t *emitter, const json_t *object, unsigned depth)
{
	yaml_event_t event;
	const char *key;
	json_t *value;
	size_t len;
	int error;

	if (!yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE))
		return -ENOMEM;
	error = emit(emitter, &event);
	if (error)
		return error;
	json_object_keylen_foreach((json_t *)object, key, len, value) {
		error = emit_text(emitter, key, len, depth, true);
		if (!error)
			error = emit_value(emitter, value, depth);
		if (error)
			return error;
	}
	return yaml_mapping_end_event_initialize(&event) ? emit(emitter, &event) : -ENOMEM;
}

static int emit_array(yaml_emitter_t *emitter, const json_t *array, unsigned depth)
{
	yaml_event_t event;
	json_t *value;
	size_t i;
	int error;

	if (!yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE))
		return -ENOMEM;
	error = emit(emitter, &event);
	if (error)
		return error;
	json_array_foreach(array, i, value) {
		error = emit_value(emitter, value, depth);
		if (error)
			return error;
	}
	return yaml_sequence_end_event_initialize(&event) ? emit(emitter, &event) : -ENOMEM;
}

static int emit_value(yaml_emitter_t *emitter, const json_t *value, unsigned depth)
{
	char text[48];

	if (depth > DEPTH_MAX)
		return -ELOOP;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return emit_object(emitter, value, depth + 1);
	case JSON_ARRAY:
		return emit_array(emitter, value, depth + 1);
	case JSON_STRING:
		return emit_text(emitter, json_string_value(value), json_string_length(value),
				 depth, false);
	case JSON_INTEGER:
		snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL:
		ms_real_format(json_real_value(value), text, sizeof(text));
		break;
	default:
		snprintf(text, sizeof(text), "%s",
			 json_is_true(value)	? "true"
			 : json_is_false(value) ? "false"
						: "null");
	}
	return emit_scalar(emitter, text, strlen(text), YAML_PLAIN_SCALAR_STYLE);
}

static int emit_document(yaml_emitter_t *emitter, const json_t *value)
{
	yaml_event_t event;
	int error;

	if (!yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING))
		return -ENOMEM;
	error = emit(emitter, &event);
	if (!error)
		error = yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1)
				? emit(emitter, &event)
				: -ENOMEM;
	if (!error)
		error = emit_value(emitter, value, 0);
	if (!error)
		error = yaml_document_end_event_initialize(&event, 1) ? emit(emitter, &event)
								      : -ENOMEM;
	if (!error)
		error = yaml_stream_end_event_initialize(&event) ? emit(emitter, &event) : -ENOMEM;
	return error;
}

int ms_yaml_write(struct ms_buf *buf, const json_t *value)
{
	yaml_emitter_t emitter;
	int error;

	if (!value)
		return -EINVAL;
	if (!yaml_emitter_initialize(&emitter))
		return -ENOMEM;
	yaml_emitter_set_output(&emitter, append, buf);
	yaml_emitter_set_unicode(&emitter, 1);
	yaml_emitter_set_width(&emitter, -1);
	error = emit_document(&emitter, value);
	yaml_emitter_delete(&emitter);
	return buf->failed ? buf->failed : error;
}
