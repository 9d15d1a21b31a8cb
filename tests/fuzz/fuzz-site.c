/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Site files: nothing crashes or hangs; what a Site expands into is valid, twice the same, and differs from itself in
 * nothing; a file that can be formatted stays what it is when it is formatted again.
 */
#include <errno.h>
#include "site/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ENOUGH 300  /* a few bytes of ranges make a million servers */

static void fail(const char *what, const char *text)
{
	fprintf(stderr, "%s\n%s\n", what, text ? text : "");
	abort();
}

static int take(void *ctx, json_t *res, struct ms_err *err)
{
	json_t *resources = ctx;

	if (json_array_append_new(resources, res))
		return ms_nomem(err);
	return json_array_size(resources) >= ENOUGH ? ms_fail(err, -E2BIG, MS_FAILED, "enough") : 0;
}

static json_t *expand(const struct ms_doc *doc, json_t *recorded, json_t **ret_given, size_t *ret_problems)
{
	json_t *resources = json_array();
	struct ms_report report = { 0 };
	struct ms_err err = MS_ERR_INIT;

	*ret_given = NULL;
	ms_site_expand(doc, recorded, take, resources, ret_given, &report, &err);
	*ret_problems = report.n + report.dropped;
	if (*ret_problems && json_array_size(resources))
		fail("resources in spite of problems", report.errs[0].message);
	ms_report_release(&report);
	return resources;
}

static void check_valid(json_t *res)
{
	struct ms_doc doc = { .root = res, .source = (char *)"expanded" };
	struct ms_report report = { 0 };

	ms_site_check_resource(&doc, &report);
	if (report.n)
		fail(report.errs[0].path, report.errs[0].message);
	ms_report_release(&report);
}

static void look_at_all(struct ms_doc *site, const json_t *resources)
{
	struct ms_site_set set = { .resources = resources, .sites = site, .n_sites = 1 };
	struct ms_item item = { .ctx = &set };
	struct ms_err err = MS_ERR_INIT;
	json_t *changes = NULL;
	char *text = NULL;

	if (ms_rules_run(&item, ms_site_rules, &err))
		fail("rules", err.message);
	if (ms_site_graph(&set, &text, &err))
		fail("graph", err.message);
	if (ms_site_diff(resources, resources, &changes, &err) || json_array_size(changes))
		fail("differs from itself", err.message);
	json_decref(item.more);
	json_decref(changes);
	free(text);
}

static void look_at_site(struct ms_doc *doc)
{
	json_t *given, *given_again, *res;
	size_t problems, problems_again, i;
	json_t *resources = expand(doc, NULL, &given, &problems);
	json_t *again = expand(doc, given, &given_again, &problems_again);

	if (problems != problems_again || !json_equal(resources, again) || (given && !json_equal(given, given_again)))
		fail("the record changes what it recorded", NULL);
	json_array_foreach(resources, i, res)
		check_valid(res);
	if (!problems)
		look_at_all(doc, resources);
	json_decref(resources);
	json_decref(again);
	json_decref(given);
	json_decref(given_again);
}

static void look_at_text(const char *text, size_t len)
{
	struct ms_err err = MS_ERR_INIT;
	char *once = NULL, *twice = NULL;

	if (ms_site_format("fuzz", text, len, &once, &err)) {
		if (err.code != MS_INPUT)
			fail(err.message, text);
		return;
	}
	if (ms_site_format("fuzz", once, strlen(once), &twice, &err))
		fail("cannot be formatted again", once);
	if (strcmp(once, twice))
		fail("formats differently again", once);
	free(once);
	free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ms_doc doc = { 0 };
	struct ms_err err = MS_ERR_INIT;
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	look_at_text(text, size);
	if (!ms_doc_parse("dir/fuzz.yaml", 1, text, size, &doc, &err) && ms_streq(ms_kind(doc.root), "Site"))
		look_at_site(&doc);
	ms_doc_release(&doc);
	free(text);
	return 0;
}
