/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msctl-site: the site file, checked, expanded, described, compared. */
#include <errno.h>
#include <sys/stat.h>
#include "core/core.h"
#include "site/site.h"

struct args {
	bool record, prune, failed, fields, write, check, exit_code, skip_secrets;
	const char *numbers;
};
static const struct args defaults = { 0 };

static const char *const site_kinds[] = { "Site", NULL };
static const char *const render_writes[] = {
	"Fabric", "Switch", "Link", "Tenant", "Network", "Server", NULL
};
static const char *const finding_writes[] = { "Finding", NULL };
static const char *const change_writes[] = { "Change", NULL };

static const struct ms_opt render_opts[] = {
	OPT_FLAG('r', "record", struct args, record,
		 "keep what the pools gave in a file beside the site file"),
	OPT_FLAG('p', "prune", struct args, prune,
		 "with --record: forget the released numbers, which others may then get"),
	OPT_STR('N', "numbers", "FILE", struct args, numbers,
		"that file; SITE.numbers.yaml when not given"),
	OPT_END
};
static const struct ms_opt check_opts[] = {
	OPT_FLAG('S', "skip-secrets", struct args, skip_secrets,
		 "do not try credential references"),
	OPT_END
};
static const struct ms_opt schema_opts[] = {
	OPT_FLAG('f', "fields", struct args, fields, "list the fields for people instead"),
	OPT_END
};
static const struct ms_opt show_opts[] = {
	OPT_FLAG('f', "failed", struct args, failed, "only what failed, whole"),
	OPT_END
};
static const struct ms_opt fmt_opts[] = {
	OPT_FLAG('w', "write", struct args, write, "write the files instead of standard output"),
	OPT_FLAG('c', "check", struct args, check,
		 "only name the files that are not formatted; exit status 5"),
	OPT_END
};
static const struct ms_opt diff_opts[] = {
	OPT_FLAG('e', "exit-code", struct args, exit_code, "exit status 5 when they differ"),
	OPT_END
};
static const struct ms_operand schema_operands[] = {
	{ "KIND", ms_kind_names, "kind to describe; all when not given", true },
	{ NULL, NULL, NULL, false }
};

static const struct ms_col cols[] = {
	{ "Server", "NAME", "/metadata/name", "name" },
	{ "Server", "RACK", "/spec/rack", "rack" },
	{ "Server", "UNIT", "/spec/unit", "lowest unit" },
	{ "Server", "VENDOR", "/spec/bmc/vendor", "vendor hint" },
	{ "Server", "BMC", "/spec/bmc/address", "address of the BMC" },
	{ "Server", "TRUST", "/spec/bmc/tls/trust", "how the BMC proves itself" },
	{ "Server", "NICS", "/spec/nics/#", "NICs described" },
	{ "Server", "ERROR", "/status/error/message", "why a command failed" },
	{ "Fabric", "NAME", "/metadata/name", "name" },
	{ "Fabric", "UNDERLAY", "/spec/underlay/routing", "routing between switches" },
	{ "Fabric", "OVERLAY", "/spec/overlay/kind", "what carries tenants" },
	{ "Switch", "NAME", "/metadata/name", "name" },
	{ "Switch", "ROLE", "/spec/role", "tier" },
	{ "Switch", "PLATFORM", "/spec/platform", "operating system" },
	{ "Switch", "ADDRESS", "/spec/management/address", "management address" },
	{ "Switch", "ASN", "/spec/asn", "AS number" },
	{ "Switch", "LOOPBACK", "/spec/loopback", "router-id" },
	{ "Link", "FROM", "/spec/from", "one end" },
	{ "Link", "TO", "/spec/to", "the other" },
	{ "Link", "LAYER", "/spec/layer", "what it is for" },
	{ "Link", "SPEED", "/spec/speed", "speed" },
	{ "Tenant", "NAME", "/metadata/name", "name" },
	{ "Tenant", "ISOLATION", "/spec/isolation", "what keeps it apart" },
	{ "Tenant", "L3VNI", "/spec/l3vni", "VNI of its VRF" },
	{ "Network", "NAME", "/metadata/name", "name" },
	{ "Network", "TENANT", "/spec/tenant", "whose it is" },
	{ "Network", "VLAN", "/spec/vlan", "VLAN id" },
	{ "Network", "VNI", "/spec/vni", "VXLAN network identifier" },
	{ "Network", "MEMBERS", "/spec/members/#", "NICs and ports in it" },
	{ "Change", "OP", "/spec/op", "add, remove or change" },
	{ "Change", "TARGET", "/spec/target", "resource" },
	{ "Change", "PATH", "/spec/path", "value" },
	{ "Change", "BEFORE", "/spec/before", "in the old site" },
	{ "Change", "AFTER", "/spec/after", "in the new site" },
	{ "Finding", "RULE", "/spec/rule", "id of the rule" },
	{ "Finding", "SEVERITY", "/spec/severity", "error, warning or info" },
	{ "Finding", "AT", "/spec/at", "where the site file says it" },
	{ "Finding", "OBJECTS", "/spec/objects", "what it is about" },
	{ "Finding", "MESSAGE", "/spec/message", "what is wrong" },
	{ "Finding", "HINT", "/spec/hint", "what to type" },
	{ "Field", "FIELD", "/metadata/name", "where it stands" },
	{ "Field", "TYPE", "/spec/type", "what may stand there" },
	{ "Field", "DEFAULT", "/spec/default", "value when absent" },
	{ "Field", "REQUIRED", "/spec/required", "must be there" },
	{ "Field", "HELP", "/spec/help", "what it means" },
	MS_COL_END
};

/* What failed, and why, before where it stands. */
static const struct ms_col show_cols[] = {
	{ "Summary", "WHAT", "/spec/group", "what is counted" },
	{ "Summary", "VALUE", "/spec/value", "of which" },
	{ "Summary", "COUNT", "/spec/count", "how many" },
	{ "Summary", "FAILED", "/spec/failed", "how many of them failed" },
	{ "Switch", "NAME", "/metadata/name", "name" },
	{ "Switch", "ADDRESS", "/spec/management/address", "management address" },
	{ "Switch", "CODE", "/status/error/code", "kind of failure" },
	{ "Switch", "ERROR", "/status/error/message", "what failed" },
	{ "Switch", "HINT", "/status/error/hint", "what to type" },
	{ "Server", "NAME", "/metadata/name", "name" },
	{ "Server", "RACK", "/spec/rack", "rack" },
	{ "Server", "BMC", "/spec/bmc/address", "address of the BMC" },
	{ "Server", "CODE", "/status/error/code", "kind of failure" },
	{ "Server", "ERROR", "/status/error/message", "what failed" },
	{ "Server", "HINT", "/status/error/hint", "what to type" },
	MS_COL_END
};

static int put_all(struct ms_run *run, const json_t *resources, struct ms_err *err)
{
	const json_t *res;
	size_t i;
	int r = 0;

	json_array_foreach(resources, i, res)
		if (!r)
			r = ms_writer_put(run->out, res, err);
	return r;
}

static int put_text(struct ms_run *run, const char *text, struct ms_err *err)
{
	return ms_writer_text(run->out, text, strlen(text), err);
}

static int put_one(void *ctx, json_t *res, struct ms_err *err)
{
	struct ms_run *run = ctx;
	int r = 0;

	if (!run->select || ms_select_match(run->select, res))
		r = ms_writer_put(run->out, res, err);
	json_decref(res);
	return r;
}

/* An empty pipe is an empty stream, but a file that was named and holds nothing is a mistake. */
static int refuse_empty(const struct ms_run *run, struct ms_err *err)
{
	int r;

	if (!run->files[0] || run->report->n)
		return 0;
	r = ms_fail(err, -ENODATA, MS_INPUT, "%s holds no resource",
		    run->files[1] ? "the input" : run->files[0]);
	ms_hint(err, "begin with a copy of examples/minimal.yaml");
	return r;
}

static int render(struct ms_run *run, struct ms_err *err)
{
	const struct args *args = run->args;
	enum ms_record record = args->prune ? MS_RECORD_PRUNE
				: args->record ? MS_RECORD_WRITE : MS_RECORD_KEEP;
	struct ms_doc doc;
	size_t n = 0;
	bool mine;
	int r;

	if (args->prune && !args->record)
		return ms_usage(err, "--prune goes with --record: it changes the record");
	while ((r = ms_run_next(run, &doc, &mine, err)) > 0) {
		n++;
		if (ms_streq(ms_kind(doc.root), "Site"))
			r = ms_site_render(&doc, args->numbers, record, put_one, run, run->report,
					   err);
		else
			r = ms_writer_pass(run->out, &doc, err);
		ms_doc_release(&doc);
		if (r < 0)
			break;
	}
	return r || n ? r : refuse_empty(run, err);
}

static int check_stream(struct ms_run *run, struct ms_site_set *set, struct ms_err *err)
{
	struct ms_item item = { .run = run, .ctx = set };
	int r = ms_rules_run(&item, ms_site_rules, err);

	if (!r)
		r = ms_site_place(set, item.more, err);
	if (!r)
		r = put_all(run, set->resources, err);
	if (!r)
		r = put_all(run, item.more, err);
	json_decref(item.more);
	return r;
}

static int check(struct ms_run *run, struct ms_err *err)
{
	const struct args *args = run->args;
	struct ms_secrets *secrets = NULL;
	struct ms_site_stream stream;
	int r = ms_site_stream_read(run, &stream, err);

	if (!r && !stream.n)
		r = refuse_empty(run, err);
	if (!r && !args->skip_secrets)
		r = ms_secrets_new(&secrets, err);
	stream.set.secrets = secrets;
	if (!r && !run->report->n)
		r = check_stream(run, &stream.set, err);
	ms_secrets_free(secrets);
	ms_site_stream_release(&stream);
	return r;
}

static int schema(struct ms_run *run, struct ms_err *err)
{
	const struct args *args = run->args;
	const struct ms_kind *kind = run->operands[0] ? ms_kind_find(run->operands[0]) : NULL;
	json_auto_t *doc = NULL;
	MS_AUTO_FREE char *text = NULL, *line = NULL;
	int r = args->fields ? ms_site_fields(kind, &doc, err) : ms_site_schema(kind, &doc, err);

	if (r)
		return r;
	if (args->fields)
		return put_all(run, doc, err);
	text = ms_json_text(doc, MS_JSON_INDENTED);
	line = text ? ms_asprintf("%s\n", text) : NULL;
	return line ? put_text(run, line, err) : ms_nomem(err);
}

/* Counts of everything; what failed is kept, or with --failed written as it comes. */
static int show_one(struct ms_run *run, const struct ms_doc *doc, struct ms_site_summary *summary,
		    json_t *failed, struct ms_err *err)
{
	const struct args *args = run->args;
	bool is_failed = ms_site_is_failed(doc->root);

	if (run->select && !ms_select_match(run->select, doc->root))
		return 0;
	if (args->failed)
		return is_failed ? ms_writer_pass(run->out, doc, err) : 0;
	if (is_failed && json_array_append(failed, doc->root))
		return ms_nomem(err);
	return ms_site_summary_add(summary, doc->root, err);
}

static int show(struct ms_run *run, struct ms_err *err)
{
	const struct args *args = run->args;
	struct ms_site_summary *summary = NULL;
	json_auto_t *failed = json_array(), *rows = NULL;
	struct ms_doc doc;
	bool mine;
	int r = ms_site_summary_new(&summary, err);

	while (!r && (r = ms_run_next(run, &doc, &mine, err)) > 0) {
		r = show_one(run, &doc, summary, failed, err);
		ms_doc_release(&doc);
	}
	if (!r && !args->failed)
		r = ms_site_summary_rows(summary, &rows, err);
	if (!r && !args->failed && !run->report->n)
		r = put_all(run, rows, err);
	if (!r && !args->failed && !run->report->n)
		r = put_all(run, failed, err);
	ms_site_summary_free(summary);
	return r;
}

static int write_formatted(const char *path, const char *text, struct ms_err *err)
{
	struct stat st;
	unsigned mode = stat(path, &st) ? 0666 : st.st_mode & 0777;

	return ms_write_file(path, text, strlen(text), mode, err);
}

/* Several files on standard output are one stream. */
static int put_formatted(struct ms_run *run, const char *path, const char *text, struct ms_err *err)
{
	bool first = !run->files[0] || path == run->files[0];
	int r = first || ms_starts(text, "---\n") ? 0 : put_text(run, "---\n", err);

	return r ? r : put_text(run, text, err);
}

static int fmt_one(struct ms_run *run, const char *path, struct ms_err *err)
{
	const struct args *args = run->args;
	bool standard = !strcmp(path, "-");
	const char *source = standard ? "<stdin>" : path;
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	MS_AUTO_FREE char *text = NULL;
	bool same;
	int r = standard ? ms_read_fd(STDIN_FILENO, source, MS_DOC_MAX_BYTES, &buf, err)
			 : ms_read_file(path, MS_DOC_MAX_BYTES, &buf, err);

	if (!r)
		r = ms_site_format(source, buf.data ? buf.data : "", buf.len, &text, err);
	if (r)
		return r;
	same = strlen(text) == buf.len && !memcmp(text, buf.data ? buf.data : "", buf.len);
	run->found += args->check && !same;
	if (args->check) {
		MS_AUTO_FREE char *line = ms_asprintf("%s\n", source);

		return same ? 0 : line ? put_text(run, line, err) : ms_nomem(err);
	}
	if (!args->write || standard)
		return put_formatted(run, path, text, err);
	return same ? 0 : write_formatted(path, text, err);
}

static int fmt(struct ms_run *run, struct ms_err *err)
{
	static const char *const standard[] = { "-", NULL };
	int r = 0;

	for (const char *const *file = run->files[0] ? run->files : standard; !r && *file; file++)
		r = fmt_one(run, *file, err);
	return r;
}

static int diff(struct ms_run *run, struct ms_err *err)
{
	const struct args *args = run->args;
	json_auto_t *old = NULL, *new = NULL, *changes = NULL;
	int r;

	if (!run->files[0] || !run->files[1] || run->files[2]) {
		r = ms_usage(err, "diff compares two files");
		ms_hint(err, "msctl-site diff old.yaml new.yaml");
		return r;
	}
	r = ms_site_load(run->files[0], &old, run->report, err);
	if (!r)
		r = ms_site_load(run->files[1], &new, run->report, err);
	if (!r && run->report->n)
		return 0;
	if (!r)
		r = ms_site_diff(old, new, &changes, err);
	if (!r)
		r = put_all(run, changes, err);
	if (args->exit_code)
		run->found += json_array_size(changes);
	return r;
}

static int graph(struct ms_run *run, struct ms_err *err)
{
	struct ms_site_stream stream;
	MS_AUTO_FREE char *text = NULL;
	int r = ms_site_stream_read(run, &stream, err);

	if (!r && !run->report->n)
		r = ms_site_graph(&stream.set, &text, err);
	if (!r && text)
		r = put_text(run, text, err);
	ms_site_stream_release(&stream);
	return r;
}

static const struct ms_verb verbs[] = {
	{ .name = "render", .help = "expand a site file into resources", .fn = render,
	  .kinds = site_kinds, .writes = render_writes, .shows = render_writes, .opts = render_opts,
	  .needs = MS_NEEDS_WRITE },
	{ .name = "check", .help = "report what contradicts itself or each other", .fn = check,
	  .kinds = ms_kind_names, .writes = finding_writes, .shows = finding_writes,
	  .opts = check_opts, .needs = MS_NEEDS_SECRETS },
	{ .name = "schema", .help = "print the JSON Schema of a kind, or of all", .fn = schema,
	  .opts = schema_opts, .operands = schema_operands, .input = MS_IN_NONE },
	{ .name = "show", .help = "say what a stream holds, and what failed", .fn = show,
	  .opts = show_opts, .cols = show_cols },
	{ .name = "fmt", .help = "format files, comments kept", .fn = fmt, .opts = fmt_opts,
	  .input = MS_IN_FILES, .needs = MS_NEEDS_WRITE },
	{ .name = "diff", .help = "say what differs between two files, OLD and NEW", .fn = diff,
	  .writes = change_writes, .shows = change_writes, .opts = diff_opts,
	  .input = MS_IN_FILES },
	{ .name = "graph", .help = "draw racks and cabling (Graphviz)", .fn = graph,
	  .kinds = ms_kind_names },
	MS_VERB_END
};
static const struct ms_rule *const rules[] = { ms_site_rules, NULL };
static const struct ms_cmd cmd = {
	.name = "msctl-site",
	.help = "the site file: expand, check, describe, compare",
	.args_size = sizeof(struct args),
	.args_default = &defaults,
	.verbs = verbs,
	.cols = cols,
	.front = &ms_site_front,
	.rules = rules,
};

int main(int argc, char **argv)
{
	return ms_main(&cmd, argc, argv);
}
