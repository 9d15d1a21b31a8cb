/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One value as one cell of a table: short, on one line, harmless to a terminal. */
#include "core/table.h"
#include "core/text.h"
#include "core/write.h"

#define CELL_MAX 512  /* bytes; what is cut ends in an ellipsis */
#define CELL_ITEMS 4  /* of a list or an object */

static void put_text(struct ms_buf *cell, const char *text)
{
	size_t len = strlen(text), keep = len;

	if (len > CELL_MAX)
		for (keep = CELL_MAX; keep && ((unsigned char)text[keep] & 0xc0) == 0x80; keep--)
			;
	ms_buf_add(cell, text, keep);
	if (keep < len)
		ms_buf_puts(cell, "…");
}

static void put_scalar(struct ms_buf *cell, const json_t *value)
{
	char text[48];

	if (json_is_string(value)) {
		put_text(cell, json_string_value(value));
	} else if (json_is_integer(value)) {
		ms_buf_printf(cell, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	} else if (json_is_real(value)) {
		ms_real_format(json_real_value(value), text, sizeof(text));
		ms_buf_puts(cell, text);
	} else if (json_is_boolean(value)) {
		ms_buf_puts(cell, json_is_true(value) ? "true" : "false");
	} else if (json_is_array(value)) {
		ms_buf_printf(cell, "[%zu]", json_array_size(value));
	} else if (json_is_object(value)) {
		ms_buf_printf(cell, "{%zu}", json_object_size(value));
	}
}

/* {kind, name} is how resources are named: "Server/node01". */
static bool put_reference(struct ms_buf *cell, const json_t *object)
{
	const char *kind = ms_str(object, "/kind", NULL), *name = ms_str(object, "/name", NULL);

	if (!kind || !name || json_object_size(object) != 2)
		return false;
	put_text(cell, kind);
	ms_buf_puts(cell, "/");
	put_text(cell, name);
	return true;
}

static void put_item(struct ms_buf *cell, const json_t *value)
{
	if (!put_reference(cell, value))
		put_scalar(cell, value);
}

static void put_object(struct ms_buf *cell, const json_t *object)
{
	size_t n = 0;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value) {
		if (n == CELL_ITEMS) {
			ms_buf_printf(cell, ",+%zu", json_object_size(object) - n);
			break;
		}
		if (n++)
			ms_buf_puts(cell, ",");
		put_text(cell, key);
		ms_buf_puts(cell, "=");
		put_scalar(cell, value);
	}
}

static void put_array(struct ms_buf *cell, const json_t *array)
{
	json_t *value;
	size_t i;

	json_array_foreach(array, i, value) {
		if (i == CELL_ITEMS) {
			ms_buf_printf(cell, ",+%zu", json_array_size(array) - i);
			break;
		}
		if (i)
			ms_buf_puts(cell, ",");
		put_item(cell, value);
	}
}

static void put_value(struct ms_buf *cell, const json_t *value)
{
	if (json_is_array(value))
		put_array(cell, value);
	else if (!json_is_object(value))
		put_scalar(cell, value);
	else if (!put_reference(cell, value))
		put_object(cell, value);
}

/* One alternative of a path; "/#" at its end counts. */
static void put_path(struct ms_buf *cell, const json_t *res, const char *path, size_t len)
{
	bool count = len >= 2 && !memcmp(path + len - 2, "/#", 2);
	const json_t *value = ms_at(res, "%.*s", (int)(count ? len - 2 : len), path);

	if (!count)
		put_value(cell, value);
	else if (json_is_array(value) || json_is_object(value))
		ms_buf_printf(cell, "%zu",
			      json_is_array(value) ? json_array_size(value)
						   : json_object_size(value));
}

int ms_cell_write(struct ms_buf *into, const json_t *res, const char *path)
{
	MS_AUTO_BUF struct ms_buf cell = { 0 };

	while (*path && !cell.len) {
		size_t len = strcspn(path, "|");

		put_path(&cell, res, path, len);
		path += len + (path[len] == '|');
	}
	if (cell.failed)
		return cell.failed;
	if (!cell.len)
		return ms_buf_puts(into, "-");
	ms_text_clean(cell.data);
	return ms_buf_puts(into, cell.data);
}
