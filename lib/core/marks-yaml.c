/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places of values in YAML, from libyaml's events. */
#include <errno.h>
#include "core/marks.h"
#include "core/yaml.h"

/* An open collection: its mark, and the key that waits for its value. */
struct level {
	uint32_t mark;
	bool mapping, have_key;
	uint32_t key, key_line, key_column;
};

struct walk {
	struct ms_yaml_place at;
	struct ms_marks *marks;
	json_t *anchors;               /* name -> mark */
	struct level levels[MS_DOC_MAX_DEPTH + 2];
	unsigned depth;
};

static bool take_key(struct walk *w, struct level *level, const yaml_event_t *event)
{
	const char *key = "";
	size_t len = 0;

	if (event->type == YAML_SCALAR_EVENT) {
		key = (const char *)event->data.scalar.value;
		len = event->data.scalar.length;
	} else if (event->type != YAML_ALIAS_EVENT) {
		return false;
	}
	level->key = ms_marks_key(w->marks, key, len);
	level->key_line = w->at.line;
	level->key_column = w->at.column;
	level->have_key = true;
	return level->key != MS_NO_MARK;
}

static const char *anchor_of(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return (const char *)event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return (const char *)event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT:
		return (const char *)event->data.mapping_start.anchor;
	default:
		return NULL;
	}
}

static bool open_level(struct walk *w, uint32_t mark, bool mapping)
{
	if (w->depth >= MS_ARRAY_SIZE(w->levels))
		return false;
	w->levels[w->depth++] = (struct level){ .mark = mark, .mapping = mapping };
	return true;
}

/* A value begins; false ends the walk. */
static bool take_value(struct walk *w, const yaml_event_t *event)
{
	struct level *level = w->depth ? &w->levels[w->depth - 1] : NULL;
	struct ms_mark mark = { .line = w->at.line,
				.column = w->at.column,
				.key = MS_NO_MARK,
				.alias = MS_NO_MARK };
	const char *anchor = anchor_of(event);
	uint32_t at;

	if (level && level->mapping) {
		mark.key = level->key;
		mark.key_line = level->key_line;
		mark.key_column = level->key_column;
		level->have_key = false;
	}
	if (event->type == YAML_ALIAS_EVENT) {
		json_t *target = json_object_get(w->anchors,
						 (const char *)event->data.alias.anchor);

		mark.alias = target ? (uint32_t)json_integer_value(target) : MS_NO_MARK;
	}
	at = ms_marks_add(w->marks, level ? level->mark : MS_NO_MARK, &mark);
	if (at == MS_NO_MARK ||
	    (anchor && json_object_set_new(w->anchors, anchor, json_integer(at))))
		return false;
	if (event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT)
		return open_level(w, at, event->type == YAML_MAPPING_START_EVENT);
	return true;
}

static bool take_event(struct walk *w, const yaml_event_t *event)
{
	struct level *level = w->depth ? &w->levels[w->depth - 1] : NULL;

	switch (event->type) {
	case YAML_NO_EVENT:
	case YAML_DOCUMENT_END_EVENT:
	case YAML_STREAM_END_EVENT:
		return false;
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_START_EVENT:
		return true;
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		w->depth--;
		return true;
	default:
		ms_yaml_place(&w->at, &event->start_mark);
		return level && level->mapping && !level->have_key ? take_key(w, level, event)
								   : take_value(w, event);
	}
}

int ms_marks_yaml(const struct ms_text *text, struct ms_marks *marks)
{
	struct walk w = { .at.text = text, .marks = marks, .anchors = json_object() };
	yaml_parser_t parser;
	bool more = true;

	if (!w.anchors || !yaml_parser_initialize(&parser)) {
		json_decref(w.anchors);
		return -ENOMEM;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text->text, text->len);
	while (more) {
		yaml_event_t event;

		more = yaml_parser_parse(&parser, &event) && take_event(&w, &event);
		if (parser.error == YAML_NO_ERROR)
			yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	json_decref(w.anchors);
	return marks->n ? 0 : -ENOMEM;
}
