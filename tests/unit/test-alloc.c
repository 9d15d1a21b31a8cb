/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Out of memory is an error like others: whole runs of a small command, with the first, the second, ... allocation
 * failing.  Each run must end, say so with its status, or do its work as if nothing had been; and leave nothing behind.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/core.h"

#if defined(__SANITIZE_ADDRESS__)
#define INTERPOSED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define INTERPOSED 0
#endif
#endif
#ifndef INTERPOSED
#define INTERPOSED 1
#endif

static bool counting;
static long allocations, fail_at, live;

#if INTERPOSED
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void __libc_free(void *p);

static bool fails(void)
{
	if (!counting)
		return false;
	if (++allocations != fail_at)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	void *p = fails() ? NULL : __libc_malloc(size);

	live += counting && p;
	return p;
}

void *calloc(size_t n, size_t size)
{
	void *p = fails() ? NULL : __libc_calloc(n, size);

	live += counting && p;
	return p;
}

void *realloc(void *old, size_t size)
{
	void *p = fails() ? NULL : __libc_realloc(old, size);

	live += counting && p && !old;
	return p;
}

void free(void *p)
{
	live -= counting && p;
	__libc_free(p);
}
#endif

static const char *const kinds[] = { "Server", NULL }, *const writes[] = { "status.test", NULL };
struct args { const char **list; };
static const struct ms_opt opts[] = { OPT_LIST(0, "list", "WORD,...", struct args, list, "a list"), OPT_END };

static int find(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	int r = ms_find(item, rule, "a hint", "%s is here", ms_name(item->res));

	return r < 0 ? ms_nomem(err) : 0;
}

static const struct ms_rule rules[] = { { "T01", "error", "nothing is here", find }, { 0 } };

static int look(struct ms_item *item, struct ms_err *err)
{
	ms_task_sleep(item->run->loop, 0);
	if (ms_status_set(item->res, "test", json_pack("{s:b}", "seen", 1)))
		return ms_nomem(err);
	return ms_rules_run(item, rules, err);
}

static int get(struct ms_run *run, struct ms_err *err)
{
	return ms_run_each(run, look, NULL, err);
}

static int apply(struct ms_run *run, struct ms_err *err)
{
	struct ms_item *items;
	size_t n;
	int r = ms_run_collect(run, &items, &n, err);

	if (r < 0)
		return r;
	for (size_t i = 0; !r && i < n; i++)
		r = ms_run_put(run, &items[i], err);
	ms_items_free(items, n);
	return r;
}

static const struct ms_col cols[] = { { "Server", "NAME", "/metadata/name", NULL }, { "Finding", "RULE", "/spec/rule", NULL }, MS_COL_END };
static const struct ms_verb verbs[] = {
	{ .name = "get", .help = "get", .kinds = kinds, .writes = writes, .opts = opts, .fn = get },
	{ .name = "apply", .help = "apply", .kinds = kinds, .touches = true, .fn = apply },
	MS_VERB_END,
};
static const struct ms_cmd cmd = { .name = "msctl-test", .help = "test", .args_size = sizeof(struct args), .verbs = verbs, .cols = cols };

static const char yaml[] = "# two of ours, one that passes, and an anchor\n"
			   "apiVersion: msctl/v1\nkind: Server\nmetadata: {name: a, labels: {x: y}}\nspec: &s {n: 1, text: \"two\\nlines\"}\n"
			   "---\nkind: Other\nmetadata: {name: o}\n---\napiVersion: msctl/v1\nkind: Server\nmetadata: {name: b}\n"
			   "spec:\n  <<: {m: [1, 2.5, true, null]}\n";
static const char json[] = "{\"kind\":\"List\",\"items\":[{\"apiVersion\":\"msctl/v1\",\"kind\":\"Server\",\"metadata\":{\"name\":\"a\"},"
			   "\"spec\":{\"s\":\"\\u20ac\"}}]}\n{\"kind\":\"Other\"}\n";
static const char bad[] = "apiVersion: msctl/v1\nkind: Server\nmetadata: {name: a}\nspec: {}\n---\nkind: [\n";

struct streams { FILE *in, *out, *err; char buffers[3][4096], text[65536]; size_t len; };

static void open_streams(struct streams *s, const char *input)
{
	FILE **const files[] = { &s->in, &s->out, &s->err };

	for (int i = 0; i < 3; i++) {
		*files[i] = tmpfile();
		setvbuf(*files[i], s->buffers[i], _IOFBF, sizeof(s->buffers[i]));
	}
	fputs(input, s->in);
	fflush(s->in);
	rewind(s->in);
}

static void close_streams(struct streams *s)
{
	rewind(s->out);
	s->len = fread(s->text, 1, sizeof(s->text), s->out);
	fclose(s->in);
	fclose(s->out);
	fclose(s->err);
}

static int run_once(const char *input, const char *line, long fail, struct streams *s)
{
	char copy[128], *argv[16] = { (char *)"msctl-test" }, *save = NULL;
	int argc = 1, status;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	open_streams(s, input);
	allocations = live = 0;
	fail_at = fail;
	counting = true;
	status = ms_cmd_run(&cmd, argc, argv, s->in, s->out, s->err);
	counting = false;
	close_streams(s);
	return status;
}

static void every_allocation(const char *input, const char *line, int status)
{
	static struct streams good, now;
	long n;

	setenv("MSCTL_NOW", "2026-11-22T08:00:00Z", 1);
	run_once(input, line, 0, &good); /* what libraries keep for ever is kept now */
	assert_int_equal(run_once(input, line, 0, &good), status);
	assert_int_equal(live, 0);
	n = allocations;
	for (long i = 1; i <= n; i++) {
		int got = run_once(input, line, i, &now);

		if (live)
			fail_msg("%s: %ld blocks are left when allocation %ld of %ld fails", line, live, i, n);
		/* A refused input hides in its status that a target failed, too. */
		if (got == status && status != MS_EXIT_INPUT && (now.len != good.len || memcmp(now.text, good.text, good.len)))
			fail_msg("%s: wrong output but status %d when allocation %ld of %ld fails:\n%.*s", line, got, i, n,
				 (int)now.len, now.text);
	}
}

static void test_every_allocation(void **state)
{
	static const struct { const char *input, *line; int status; } rows[] = {
		{ yaml, "get --list a,b", 5 }, { yaml, "get -o json --window 1", 5 }, { yaml, "get -o table -s a,b", 5 },
		{ yaml, "get -o name -l x=y", 5 }, { json, "get", 5 }, { json, "apply -o yaml", 0 }, { yaml, "apply --max-targets 2", 0 },
		{ bad, "get", 3 }, { bad, "get --errors=json", 3 }, { "", "get --help", 0 }, { "", "--introspect", 0 }, { "", "gte", 2 },
	};

	(void)state;
	if (!INTERPOSED)
		skip();
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		every_allocation(rows[i].input, rows[i].line, rows[i].status);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_every_allocation) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
