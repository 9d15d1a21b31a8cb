/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Documents: which syntax a text has, and the value together with the text that it came from. */
#include <errno.h>
#include <fcntl.h>
#include "core/marks.h"
#include "core/text.h"

void ms_doc_release(struct ms_doc *doc)
{
	json_decref(doc->root);
	free(doc->text);
	free(doc->source);
	ms_marks_free(doc->marks);
	*doc = (struct ms_doc){ 0 };
}

int ms_place_fail(struct ms_err *err, const char *source, unsigned line, unsigned column,
		  const char *fmt, va_list args)
{
	char message[sizeof(err->message)];

	if (err->code != MS_OK)
		return -EBADMSG;
	vsnprintf(message, sizeof(message), fmt, args);
	ms_fail(err, -EBADMSG, MS_INPUT, "%s", message);
	ms_err_at(err, source, NULL);
	err->line = line;
	err->column = column;
	return -EBADMSG;
}

int ms_text_fail(const struct ms_text *text, size_t offset, struct ms_err *err, const char *fmt,
		 ...)
{
	unsigned line = text->line, column = text->column;
	va_list args;

	ms_text_place(text->text, offset, &line, &column);
	va_start(args, fmt);
	ms_place_fail(err, text->source, line, column, fmt, args);
	va_end(args);
	return -EBADMSG;
}

/* How far to look for the first word behind the brackets. */
#define SYNTAX_MAX 4096

enum ms_syntax ms_text_syntax(const char *text, size_t len)
{
	char last = '\0';

	for (size_t i = 0; i < len && i < SYNTAX_MAX; i++) {
		char c = text[i];

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		if (c == '{' || c == '[')
			last = c;
		else if (!last)
			return c == '"' ? MS_SYNTAX_EITHER : MS_SYNTAX_YAML;
		else if (c == '"' || c == '}' || c == ']')
			return MS_SYNTAX_JSON;
		else
			return last == '{' ? MS_SYNTAX_YAML : MS_SYNTAX_EITHER;
	}
	return !last ? MS_SYNTAX_YAML : len < SYNTAX_MAX ? MS_SYNTAX_OPEN : MS_SYNTAX_JSON;
}

static bool further(const struct ms_err *a, const struct ms_err *b)
{
	return a->line > b->line || (a->line == b->line && a->column > b->column);
}

/*
 * [a, b] and "a": 1 are YAML unless they are JSON.  When they are neither: whoever gets further
 * into a list knows what is wrong with it, and what begins with a quote was meant as YAML.
 */
static int parse_either(const struct ms_text *text, json_t **ret_root, enum ms_format *ret_format,
			struct ms_err *err)
{
	struct ms_err json = MS_ERR_INIT, yaml = MS_ERR_INIT;

	*ret_format = MS_FMT_JSON;
	if (!ms_json_parse(text, ret_root, &json))
		return 0;
	*ret_format = MS_FMT_YAML;
	if (json.error == -EBADMSG && !ms_yaml_parse(text, ret_root, &yaml))
		return 0;
	if (err->code == MS_OK)
		*err = text->text[strspn(text->text, " \t\r\n")] == '"' || further(&yaml, &json)
			       ? yaml
			       : json;
	return err->error;
}

int ms_text_parse(const struct ms_text *text, json_t **ret_root, enum ms_format *ret_format,
		  struct ms_err *err)
{
	enum ms_syntax syntax = text->json ? MS_SYNTAX_JSON : ms_text_syntax(text->text, text->len);

	if (text->len > MS_DOC_MAX_BYTES)
		return ms_text_fail(text, 0, err, "a document of more than %u bytes",
				    MS_DOC_MAX_BYTES);
	if (syntax == MS_SYNTAX_EITHER)
		return parse_either(text, ret_root, ret_format, err);
	*ret_format = syntax == MS_SYNTAX_YAML ? MS_FMT_YAML : MS_FMT_JSON;
	return syntax == MS_SYNTAX_YAML ? ms_yaml_parse(text, ret_root, err)
					: ms_json_parse(text, ret_root, err);
}

int ms_doc_take(const struct ms_text *where, char *text, struct ms_doc *ret_doc, struct ms_err *err)
{
	struct ms_doc doc = {
		.text = text, .len = where->len, .line = where->line, .column = where->column
	};
	struct ms_text own = *where;
	int error;

	own.text = text;
	doc.source = strdup(where->source);
	error = doc.source ? ms_text_parse(&own, &doc.root, &doc.format, err) : ms_nomem(err);
	if (error)
		ms_doc_release(&doc);
	else
		*ret_doc = doc;
	return error;
}

int ms_doc_parse(const char *source, unsigned line, const char *text, size_t len,
		 struct ms_doc *ret_doc, struct ms_err *err)
{
	struct ms_text where = { source, line, 1, text, len, false };
	char *copy = malloc(len + 1);

	if (!copy)
		return ms_nomem(err);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return ms_doc_take(&where, copy, ret_doc, err);
}

int ms_doc_load(const char *path, struct ms_doc *ret_doc, struct ms_err *err)
{
	bool standard = !strcmp(path, "-");
	const char *source = standard ? "<stdin>" : path;
	MS_AUTO_BUF struct ms_buf buf = { .max = MS_DOC_MAX_BYTES };
	const char *text;
	int error = standard ? ms_read_fd(STDIN_FILENO, source, MS_DOC_MAX_BYTES, &buf, err) :
			       ms_read_file(path, MS_DOC_MAX_BYTES, &buf, err);

	if (error)
		return error;
	text = ms_starts(buf.data, "\xef\xbb\xbf") ? buf.data + 3 : buf.data;
	return ms_doc_parse(source, 1, text, buf.len - (size_t)(text - buf.data), ret_doc, err);
}

void ms_doc_place(const struct ms_doc *doc, struct ms_err *err)
{
	unsigned line, column;

	ms_err_at(err, doc->source, NULL);
	if (err->line || !ms_doc_locate(doc, err->path, false, &line, &column))
		return;
	err->line = line;
	err->column = column;
}
