/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that runs out while documents and streams are read and written. */
#include "nomem-fixture.h"

/* ---- scenarios: 0 or an error; they clean up after themselves ---------------------------------------- */

static const char yaml[] =
	"kind: Server\nmetadata: &m\n  name: node01\n  labels: {role: compute, rack: 7}\n"
	"spec:\n  <<: [*m, {x: 0x1f}]\n  text: |\n    one\n    two\n  real: 1.5\n  list: [*m, true, ~, 'it''s']\n  *m : 1\n";
static const char json[] =
	"{\"kind\":\"Step\",\"metadata\":{\"name\":\"a\\u00e9\\n\"},\"list\":[1,2.5,\"x\",[],{}],\"k\\u0041\":null,"
	"\"status\":{\"state\":\"failed\"}}";

static int parse(const char *text, struct ms_err *err)
{
	struct ms_doc doc = { 0 };
	unsigned line, column;
	int error = ms_doc_parse("t", 1, text, strlen(text), &doc, err);

	/* No place is no error, only less help. */
	if (!error)
		ms_doc_locate(&doc, "/spec/list/0/labels/role", true, &line, &column);
	ms_doc_release(&doc);
	return error;
}

static int parse_json(struct ms_err *err)
{
	return parse(json, err);
}

static int parse_yaml(struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };

	/* Without the last line, whose alias is no key. */
	if (ms_buf_add(&text, yaml, sizeof(yaml) - 1 - strlen("  *m : 1\n")))
		return ms_nomem(err);
	return parse(text.data, err);
}

static int write_value(struct ms_err *err, enum ms_format format)
{
	json_auto_t *value = json_pack("{s:[i,f,s,s,b,n],s:{s:s},s:{},s:[]}", "list", 1, 0.1, "yes", "a\nb\n", 1, "object", "key",
				       "value", "none", "empty");
	char *text = NULL, hash[17];
	int error = value ? ms_value_text(value, format, &text, NULL, err) : ms_nomem(err);

	free(text);
	text = error ? NULL : ms_json_text(value, MS_JSON_INDENTED);
	if (text)
		assert_string_equal(text, "{\n  \"list\": [\n    1,\n    0.1,\n    \"yes\",\n    \"a\\nb\\n\",\n    true,\n    null\n  ],\n"
				    "  \"object\": {\n    \"key\": \"value\"\n  },\n  \"none\": {},\n  \"empty\": []\n}");
	else if (!error)
		return ms_nomem(err);
	free(text);
	return error ? error : ms_value_hash(value, hash, err);
}

static int write_json(struct ms_err *err)
{
	return write_value(err, MS_FMT_JSON);
}

static int write_yaml(struct ms_err *err)
{
	return write_value(err, MS_FMT_YAML);
}

static int build(struct ms_err *err)
{
	json_auto_t *res = ms_resource_new("Server", "node01"), *over = json_pack("{s:{s:{s:i},s:n}}", "spec", "a", "b", 1, "x");
	json_auto_t *merged = NULL;
	struct ms_err cause = MS_ERR_INIT;

	ms_fail(&cause, -EIO, MS_TIMEOUT, "no answer");
	ms_hint(&cause, "wait");
	if (!res || !over || ms_put(res, "/spec/a~1b/c", json_integer(1)) || ms_status_set(res, "bmc", json_object()) ||
	    ms_status_error(res, &cause))
		return ms_nomem(err);
	merged = ms_merge_new(res, over);
	return merged && ms_int(merged, "/spec/a/b", 0) == 1 ? 0 : ms_nomem(err);
}

static int stream(struct ms_err *err, const char *text, enum ms_format format)
{
	const struct ms_writer_opts opts = { .format = format };
	MS_AUTO_BUF struct ms_buf later = { 0 };
	struct ms_reader *reader = NULL;
	struct ms_writer *writer = NULL;
	FILE *in, *out;
	int error, got = 0;

	heap.armed = false; /* stdio is not what is tested */
	in = file_of(text, strlen(text));
	out = fopen("/dev/null", "w");
	heap.armed = true;
	error = ms_reader_new(fileno(in), "t", &reader, err);
	if (!error)
		error = ms_writer_new(out, &opts, &writer, err);
	while (!error) {
		struct ms_doc doc = { 0 };

		got = ms_reader_next(reader, &doc, err);
		if (got <= 0)
			break;
		error = ms_writer_pass(writer, &doc, err);
		if (!error)
			error = ms_writer_render(writer, doc.root, &later, err);
		ms_doc_release(&doc);
	}
	error = error ? error : got;
	if (!error)
		error = ms_writer_raw(writer, &later, err);
	if (!error)
		error = ms_writer_close(writer, err);
	ms_writer_free(writer);
	ms_reader_free(reader);
	heap.armed = false;
	fclose(in);
	fclose(out);
	return error;
}

static const char lines[] = "{\"kind\":\"Server\",\"metadata\":{\"name\":\"a\"}}\n[{\"kind\":\"Switch\"}]\n---\nkind: Step\n";

static int stream_yaml(struct ms_err *err)
{
	return stream(err, lines, MS_FMT_YAML);
}

static int stream_json(struct ms_err *err)
{
	return stream(err, lines, MS_FMT_JSON);
}

static int stream_table(struct ms_err *err)
{
	return stream(err, lines, MS_FMT_TABLE);
}

static int stream_name(struct ms_err *err)
{
	return stream(err, lines, MS_FMT_NAME);
}

static int selection(struct ms_err *err)
{
	const char *const names[] = { "node[1-3],leaf*", "!node2", NULL }, *const labels[] = { "a in (b,c),!d", "e=f", NULL };
	struct ms_select *select = NULL;
	int error = ms_select_new(names, labels, &select, err);

	if (!error) {
		char *unused = ms_select_unused(select);

		error = unused ? 0 : ms_nomem(err);
		free(unused);
	}
	ms_select_free(select);
	return error;
}

static int hostlist(struct ms_err *err)
{
	char **names = NULL;
	int error = ms_hostlist_expand("node[01-20]-[1-2],!node07-1", 100, &names, err);

	ms_strv_free(names);
	return error;
}

static int write_file(struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	char path[64];
	int error;

	snprintf(path, sizeof(path), "/tmp/msctl-nomem-%ld", (long)getpid());
	error = ms_write_file(path, json, sizeof(json), 0600, err);
	if (!error)
		error = ms_read_file(path, 1000, &buf, err);
	unlink(path);
	return error;
}

#define TEST(name, least) static void test_##name(void **state) { (void)state; survives(name, least); }
TEST(parse_json, 20)
TEST(parse_yaml, 60)
TEST(write_json, 20)
TEST(write_yaml, 40)
TEST(build, 30)
TEST(stream_yaml, 40)
TEST(stream_json, 40)
TEST(stream_table, 40)
TEST(stream_name, 30)
TEST(selection, 20)
TEST(hostlist, 80)
TEST(write_file, 3)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_json), cmocka_unit_test(test_parse_yaml), cmocka_unit_test(test_write_json),
		cmocka_unit_test(test_write_yaml), cmocka_unit_test(test_build), cmocka_unit_test(test_stream_yaml),
		cmocka_unit_test(test_stream_json), cmocka_unit_test(test_stream_table), cmocka_unit_test(test_stream_name),
		cmocka_unit_test(test_selection), cmocka_unit_test(test_hostlist), cmocka_unit_test(test_write_file),
	};

	set_up();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
