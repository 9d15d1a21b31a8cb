/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writers: resources as YAML documents, JSON Lines, names or tables. */
#include <ctype.h>
#include <errno.h>
#include "core/stream.h"
#include "core/table.h"
#include "core/text.h"
#include "core/write.h"

#define MARKER "---\n"

struct ms_writer {
	FILE *file;
	struct ms_writer_opts opts;
	struct ms_table *table;
	struct ms_buf scratch;   /* kept from one resource to the next */
	bool began;              /* a YAML document has been written */
};

int ms_writer_new(FILE *file, const struct ms_writer_opts *opts, struct ms_writer **ret_writer,
		  struct ms_err *err)
{
	struct ms_writer *writer = calloc(1, sizeof(*writer));

	if (!writer)
		return ms_nomem(err);
	writer->file = file;
	writer->opts = *opts;
	if (opts->format == MS_FMT_AUTO)
		writer->opts.format = MS_FMT_YAML;
	if (opts->format == MS_FMT_TABLE && !(writer->table = ms_table_new(opts))) {
		free(writer);
		return ms_nomem(err);
	}
	*ret_writer = writer;
	return 0;
}

void ms_writer_free(struct ms_writer *writer)
{
	if (!writer)
		return;
	ms_table_free(writer->table);
	ms_buf_release(&writer->scratch);
	free(writer);
}

static int write_bytes(struct ms_writer *writer, const char *data, size_t len, struct ms_err *err)
{
	errno = 0;
	if (fwrite(data, 1, len, writer->file) == len)
		return 0;
	return ms_fail_errno(err, errno ? -errno : -EIO, "cannot write the output");
}

/* kubectl's "-o name": the kind in lower case, and the name. */
static int render_name(const struct ms_writer_opts *opts, const json_t *res, struct ms_buf *into)
{
	const char *kind = ms_kind(res);
	size_t start = into->len;
	int error;

	if (!ms_kind_shown(opts, kind))
		return 0;
	error = ms_cell_write(into, res, "/kind");
	if (error)
		return error;
	for (char *p = into->data + start; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	ms_buf_puts(into, "/");
	error = ms_cell_write(into, res, "/metadata/name");
	return error ? error : ms_buf_puts(into, "\n");
}

static int render(struct ms_writer *writer, const json_t *res, struct ms_buf *into)
{
	int error;

	switch (writer->opts.format) {
	case MS_FMT_JSON:
		error = ms_json_write(into, res, MS_JSON_COMPACT);
		return error ? error : ms_buf_add(into, "\n", 1);
	case MS_FMT_NAME:
		return render_name(&writer->opts, res, into);
	case MS_FMT_TABLE:
		return ms_table_row(&writer->opts, res, into);
	default:
		ms_buf_puts(into, MARKER);
		return ms_yaml_write(into, res);
	}
}

int ms_writer_render(struct ms_writer *writer, const json_t *res, struct ms_buf *into,
		     struct ms_err *err)
{
	size_t len = into->len;
	int error = render(writer, res, into);

	if (!error)
		return 0;
	/* Half a resource must not be written later. */
	if (into->len > len)
		into->data[into->len = len] = '\0';
	return ms_write_fail(err, error);
}

static int write_rendered(struct ms_writer *writer, const char *data, size_t len,
			  struct ms_err *err)
{
	if (!len)
		return 0;
	if (writer->table)
		return ms_write_fail(err, ms_table_add(writer->table, data, len));
	/* Every rendered YAML document begins with its marker; the very first one needs none. */
	if (writer->opts.format == MS_FMT_YAML && !writer->began) {
		data += strlen(MARKER);
		len -= strlen(MARKER);
		writer->began = true;
	}
	return write_bytes(writer, data, len, err);
}

int ms_writer_raw(struct ms_writer *writer, const struct ms_buf *rendered, struct ms_err *err)
{
	return write_rendered(writer, rendered->data, rendered->len, err);
}

int ms_writer_text(struct ms_writer *writer, const char *text, size_t len, struct ms_err *err)
{
	return write_bytes(writer, text, len, err);
}

int ms_writer_put(struct ms_writer *writer, const json_t *res, struct ms_err *err)
{
	int error;

	writer->scratch.len = 0;
	writer->scratch.failed = 0;
	error = ms_writer_render(writer, res, &writer->scratch, err);
	return error ? error
		     : write_rendered(writer, writer->scratch.data, writer->scratch.len, err);
}

/* How a YAML text begins: with its own "---", with directives before that, or neither. */
enum opening { OPEN_BARE, OPEN_MARKER, OPEN_DIRECTIVE };

static enum opening opening_of(const char *text)
{
	enum opening opening = OPEN_BARE;

	while (*text) {
		if (ms_starts(text, "---") && (!text[3] || strchr(" \t\r\n", text[3])))
			return opening == OPEN_BARE ? OPEN_MARKER : opening;
		if (*text == '%')
			opening = OPEN_DIRECTIVE;
		else if (text[strspn(text, " \t\r")] != '#' && text[strspn(text, " \t\r")] != '\n')
			return OPEN_BARE;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return OPEN_BARE;
}

static int pass_yaml(struct ms_writer *writer, const struct ms_doc *doc, struct ms_err *err)
{
	static const char *const before[] = {
		[OPEN_BARE] = MARKER, [OPEN_MARKER] = "", [OPEN_DIRECTIVE] = "...\n"
	};
	const char *separator = writer->began ? before[opening_of(doc->text)] : "";
	bool open = doc->len && doc->text[doc->len - 1] != '\n';
	int error = write_bytes(writer, separator, strlen(separator), err);

	writer->began = true;
	if (!error)
		error = write_bytes(writer, doc->text, doc->len, err);
	return error ? error : write_bytes(writer, "\n", open, err);
}

static int pass_json(struct ms_writer *writer, const struct ms_doc *doc, struct ms_err *err)
{
	int error = write_bytes(writer, doc->text, doc->len, err);

	return error ? error : write_bytes(writer, "\n", 1, err);
}

int ms_writer_pass(struct ms_writer *writer, const struct ms_doc *doc, struct ms_err *err)
{
	if (doc->text && doc->format == writer->opts.format) {
		if (doc->format == MS_FMT_YAML)
			return pass_yaml(writer, doc, err);
		/* JSON Lines: only what is a line already. */
		if (!memchr(doc->text, '\n', doc->len))
			return pass_json(writer, doc, err);
	}
	return ms_writer_put(writer, doc->root, err);
}

int ms_writer_close(struct ms_writer *writer, struct ms_err *err)
{
	int error = writer->table ? ms_write_fail(err, ms_table_print(writer->table, writer->file))
				  : 0;

	if (error)
		return error;
	errno = 0;
	if (fflush(writer->file) || ferror(writer->file))
		return ms_fail_errno(err, errno ? -errno : -EIO, "cannot write the output");
	return 0;
}
