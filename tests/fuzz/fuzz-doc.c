/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Documents and streams: nothing crashes or hangs; what is read can be written in either format and reads back the
 * same, byte for byte the second time; our JSON is jansson's JSON.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include "core/core.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what, const char *text)
{
	fprintf(stderr, "%s\n%s\n", what, text ? text : "");
	abort();
}

/* Write, read back, compare, write again. */
static void round_trip(const json_t *value, enum ms_format format)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_doc doc = { 0 };
	char *text = NULL, *again = NULL;
	size_t len = 0, len_again = 0;

	if (ms_value_text(value, format, &text, &len, &err))
		fail("cannot be written", err.message);
	if (ms_doc_parse("again", 1, text, len, &doc, &err))
		fail(err.message, text);
	if (!json_equal(value, doc.root))
		fail("reads back as something else", text);
	if (ms_value_text(doc.root, format, &again, &len_again, &err))
		fail("cannot be written again", err.message);
	if (len != len_again || memcmp(text, again, len))
		fail("is written differently", again);
	free(text);
	free(again);
	ms_doc_release(&doc);
}

static void look(const struct ms_doc *doc)
{
	static const char *const pointers[] = { "", "/a", "/a/0/b", "/metadata/name", "/spec/servers/1/bmc", "/~0/~1", "/0/0/0", "x" };
	unsigned line, column;

	for (size_t i = 0; i < MS_ARRAY_SIZE(pointers); i++)
		if (doc->text && !ms_doc_locate(doc, pointers[i], i % 2, &line, &column))
			fail("has no place", pointers[i]);
	round_trip(doc->root, MS_FMT_JSON);
	round_trip(doc->root, MS_FMT_YAML);
}

static void read_stream(const uint8_t *data, size_t size)
{
	static const enum ms_format formats[] = { MS_FMT_YAML, MS_FMT_JSON, MS_FMT_TABLE, MS_FMT_NAME };
	struct ms_writer_opts opts = { .format = formats[size % 4], .width = 40, .color = true };
	int fd = memfd_create("in", MFD_CLOEXEC);
	FILE *out = fopen("/dev/null", "w");
	struct ms_err err = MS_ERR_INIT;
	struct ms_reader *reader = NULL;
	struct ms_writer *writer = NULL;
	struct ms_doc doc = { 0 };
	size_t errors = 0;
	int got;

	if (fd < 0 || !out || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) ||
	    ms_reader_new(fd, "in", &reader, &err) || ms_writer_new(out, &opts, &writer, &err))
		fail("cannot begin", err.message);
	while ((got = ms_reader_next(reader, &doc, &err))) {
		if (got < 0) {
			/* A missing comma, and what stands there instead: no byte costs more. */
			if (errors++ > 2 * size || !err.message[0] || !err.line)
				fail("errors without end", err.message);
			ms_err_clear(&err);
			continue;
		}
		look(&doc);
		if (ms_writer_pass(writer, &doc, &err) || ms_writer_put(writer, doc.root, &err))
			fail("cannot be passed", err.message);
		ms_doc_release(&doc);
	}
	if (ms_writer_close(writer, &err))
		fail("cannot be closed", err.message);
	ms_writer_free(writer);
	ms_reader_free(reader);
	fclose(out);
	close(fd);
}

static size_t depth_of(const uint8_t *data, size_t size)
{
	size_t depth = 0;

	for (size_t i = 0; i < size; i++)
		depth += data[i] == '[' || data[i] == '{';
	return depth;
}

/* Integers that only a double can hold: we take those that lose nothing by it. */
static bool is_json(const uint8_t *data, size_t size)
{
	json_auto_t *value = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL);

	return value;
}

static void compare_with_jansson(const uint8_t *data, size_t size)
{
	/* A NUL ends the text for jansson, and is an error for us. */
	json_auto_t *theirs = memchr(data, 0, size) ? NULL : json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	struct ms_err err = MS_ERR_INIT;
	struct ms_doc doc = { 0 };

	if (depth_of(data, size) > MS_DOC_MAX_DEPTH)
		return;
	if (ms_doc_parse("in", 1, (const char *)data, size, &doc, &err)) {
		if (theirs)
			fail("jansson takes it", err.message);
		return;
	}
	/* What both take is the same; what only we take is YAML, or a bare string. */
	if (theirs ? !json_equal(theirs, doc.root) : doc.format == MS_FMT_JSON && !json_is_string(doc.root) && !is_json(data, size))
		fail("jansson sees it differently", doc.text);
	look(&doc);
	ms_doc_release(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	compare_with_jansson(data, size);
	read_stream(data, size);
	return 0;
}
