/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Formatting a file, and proof that it still means the same. */
#include <errno.h>
#include <sys/mman.h>
#include "site/format.h"

/* All documents of a text, as values. */
static int read_all(const char *source, const char *text, size_t len, json_t **ret_docs,
		    enum ms_format *ret_format, struct ms_err *err)
{
	MS_AUTO_FD int fd = memfd_create("msctl-site", MFD_CLOEXEC);
	json_auto_t *docs = json_array();
	struct ms_reader *reader = NULL;
	struct ms_doc doc;
	int r;

	if (!docs)
		return ms_nomem(err);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET))
		return ms_fail_errno(err, -errno, "cannot keep a copy of %s", source);
	r = ms_reader_new(fd, source, &reader, err);
	while (!r && (r = ms_reader_next(reader, &doc, err)) > 0) {
		r = json_array_append(docs, doc.root) ? ms_nomem(err) : 0;
		ms_doc_release(&doc);
	}
	if (!r) {
		*ret_format = ms_reader_format(reader);
		*ret_docs = ms_take(docs);
	}
	ms_reader_free(reader);
	return r;
}

/* One value after the other, as they stand: an array stays an array. */
static int format_json(const char *source, const struct ms_buf *text, struct ms_buf *buf,
		       struct ms_err *err)
{
	const size_t flags = JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY;
	size_t at = 0;

	while (at += strspn(text->data + at, " \t\r\n"), at < text->len) {
		json_error_t where;
		json_auto_t *value = json_loadb(text->data + at, text->len - at, flags, &where);
		MS_AUTO_FREE char *pretty = NULL;

		if (!value && json_error_code(&where) == json_error_out_of_memory)
			return ms_nomem(err);
		if (!value)
			return ms_fail(err, -EBADMSG, MS_INPUT, "cannot format %s: %s", source,
				       where.text);
		pretty = ms_json_text(value, MS_JSON_INDENTED);
		if (!pretty)
			return ms_nomem(err);
		ms_buf_puts(buf, pretty);
		ms_buf_puts(buf, "\n");
		at += (size_t)where.position;
	}
	return buf->failed ? ms_nomem(err) : 0;
}

static int format_yaml(const char *source, const struct ms_buf *text, struct ms_buf *buf,
		       struct ms_err *err)
{
	struct ms_layout layout;
	int r = ms_layout_read(&layout, source, text->data, text->len, err);

	if (!r)
		r = ms_layout_write(&layout, buf, err);
	ms_layout_release(&layout);
	return r;
}

static int format(const char *source, const struct ms_buf *text, struct ms_buf *buf,
		  struct ms_err *err)
{
	json_auto_t *before = NULL, *after = NULL;
	enum ms_format form;
	int r = read_all(source, text->data, text->len, &before, &form, err);

	if (!r)
		r = form == MS_FMT_JSON ? format_json(source, text, buf, err)
					: format_yaml(source, text, buf, err);
	if (r)
		return r;
	r = read_all(source, buf->data ? buf->data : "", buf->len, &after, &form, err);
	if (r == -ENOMEM || (!r && json_equal(before, after)))
		return r;
	ms_err_clear(err);
	r = ms_fail(err, -EBADMSG, MS_FAILED,
		    "formatting %s would change what it means; it is left as it is", source);
	ms_hint(err, "this is a defect of msctl-site: please report it with the file");
	return r;
}

int ms_site_format(const char *source, const char *text, size_t len, char **ret_text,
		   struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 }, lines = { 0 };
	int r;

	/* A byte order mark says nothing in UTF-8. */
	for (; len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3); len -= 3)
		text += 3;
	/* The last line ends as all others do: a block scalar there means the same to everybody. */
	ms_buf_add(&lines, text, len);
	if (!len || text[len - 1] != '\n')
		ms_buf_puts(&lines, len ? "\n" : "");
	r = lines.failed ? ms_nomem(err) : format(source, &lines, &buf, err);
	if (r) {
		ms_err_at(err, source, NULL);
		return r;
	}
	*ret_text = ms_buf_steal(&buf);
	return *ret_text ? 0 : ms_nomem(err);
}
