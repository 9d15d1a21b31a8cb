/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of Junos configuration: words, quotes, and the tree that they are leaves of. */
#include <errno.h>
#include "fabric/junos/junos.h"

#define WORDS_MAX 64               /* of a line: also the depth of the tree */

/* One word from *text on; false when a quote stays open. */
static bool take_word(const char **text, const char *end, struct ms_buf *word)
{
	bool quoted = **text == '"';
	const char *c = *text + quoted;

	for (; c < end && (quoted ? *c != '"' : !strchr(" \t", *c)); c++) {
		if (quoted && *c == '\\' && c + 1 < end)
			c++;
		ms_buf_add(word, c, 1);
	}
	if (quoted && c >= end)
		return false;
	*text = c + quoted;
	return true;
}

json_t *junos_words_split(const char *line, size_t len)
{
	const char *end = line + len;
	json_t *words = json_array();

	while (words && line < end) {
		MS_AUTO_BUF struct ms_buf word = { 0 };

		if (strchr(" \t", *line)) {
			line++;
			continue;
		}
		if (!take_word(&line, end, &word) || json_array_size(words) >= WORDS_MAX ||
		    json_array_append_new(words,
					  json_stringn(word.data ? word.data : "", word.len))) {
			json_decref(words);
			return NULL;
		}
	}
	return words;
}

void junos_word_put(struct ms_buf *out, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:*+@<>";

	if (*word && strspn(word, plain) == strlen(word)) {
		ms_buf_puts(out, word);
		return;
	}
	ms_buf_puts(out, "\"");
	for (; *word; word++) {
		if (strchr("\"\\", *word))
			ms_buf_puts(out, "\\");
		ms_buf_add(out, strchr("\r\n", *word) ? " " : word, 1);
	}
	ms_buf_puts(out, "\"");
}

char *junos_words_join(const json_t *words, size_t from, size_t n)
{
	struct ms_buf out = { 0 };

	for (size_t i = from; i < n && i < json_array_size(words); i++) {
		if (i > from)
			ms_buf_puts(&out, " ");
		junos_word_put(&out, json_string_value(json_array_get(words, i)));
	}
	return ms_buf_steal(&out);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

static bool begins(const json_t *words, const json_t *prefix)
{
	json_t *word;
	size_t i;

	json_array_foreach(prefix, i, word)
		if (!json_equal(word, json_array_get(words, i)))
			return false;
	return true;
}

/* What is deactivated does not count, whatever its lines say. */
static int leave_out(json_t *lines, const json_t *inactive, json_t *opaque)
{
	json_t *prefix;
	size_t i;

	json_array_foreach(inactive, i, prefix) {
		MS_AUTO_FREE char *text = junos_words_join(prefix, 0, WORDS_MAX);

		if (opaque && text)
			json_array_append_new(opaque, json_sprintf("inactive: %s", text));
		for (size_t k = json_array_size(lines); k-- > 0;)
			if (begins(json_array_get(lines, k), prefix))
				json_array_remove(lines, k);
	}
	return 0;
}

static int read_line(const char *line, size_t len, json_t *lines, json_t *inactive)
{
	json_t *words, *to = lines;

	while (len && strchr(" \t\r", line[len - 1]))
		len--;
	if (len > 11 && !strncmp(line, "deactivate ", 11))
		to = inactive;
	else if (len <= 4 || strncmp(line, "set ", 4))
		return 0;
	words = junos_words_split(line + (to == lines ? 4 : 11), len - (to == lines ? 4 : 11));
	if (!words)
		return -EBADMSG;
	return json_array_append_new(to, words);
}

int junos_lines_read(const char *text, json_t **ret_lines, json_t *opaque, struct ms_err *err)
{
	json_auto_t *lines = json_array(), *inactive = json_array();
	unsigned number = 0;

	if (!lines || !inactive)
		return ms_nomem(err);
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		number++;
		if (opaque && ms_starts(text, "protect "))
			json_array_append_new(opaque, json_stringn(text, len));
		if (read_line(text, len, lines, inactive) < 0)
			return ms_fail(err, -EBADMSG, MS_INVALID,
				       "line %u of the configuration cannot be read: %.*s", number,
				       (int)(len < 60 ? len : 60), text);
	}
	leave_out(lines, inactive, opaque);
	*ret_lines = ms_take(lines);
	return 0;
}

/* ---- trees ------------------------------------------------------------------------------------
 */

static int tree_add(json_t *tree, const json_t *words)
{
	size_t n = json_array_size(words);

	for (size_t i = 0; i < n; i++) {
		const char *word = json_string_value(json_array_get(words, i));
		json_t *below = json_object_get(tree, word);

		if (i + 1 == n && below)
			return 0;
		if (i + 1 == n)
			return json_object_set_new(tree, word, json_true());
		if (!json_is_object(below)) {
			below = json_object();
			if (json_object_set_new(tree, word, below))
				return -1;
		}
		tree = below;
	}
	return 0;
}

json_t *junos_tree_new(const json_t *lines)
{
	json_t *tree = json_object(), *words;
	size_t i;

	json_array_foreach(lines, i, words) {
		if (!tree || tree_add(tree, words)) {
			json_decref(tree);
			return NULL;
		}
	}
	return tree;
}

static int collect(const json_t *tree, struct ms_buf *path, json_t *lines)
{
	const char *word;
	json_t *below;

	json_object_foreach((json_t *)tree, word, below) {
		size_t len = path->len;
		int r;

		if (len)
			ms_buf_puts(path, " ");
		junos_word_put(path, word);
		if (path->failed)
			return -ENOMEM;
		r = json_is_object(below) ? collect(below, path, lines)
					  : json_array_append_new(lines, json_string(path->data));
		if (r)
			return -ENOMEM;
		path->len = len;
		path->data[len] = 0;
	}
	return 0;
}

int junos_tree_lines(const json_t *tree, json_t *lines)
{
	MS_AUTO_BUF struct ms_buf path = { 0 };

	return collect(tree, &path, lines);
}
