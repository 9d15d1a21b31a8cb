/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole file into resources, for verbs that compare files instead of filtering a stream. */
#include <errno.h>
#include <fcntl.h>
#include "site/kinds.h"

static int append(void *ctx, json_t *res, struct ms_err *err)
{
	return json_array_append_new(ctx, res) ? ms_nomem(err) : 0;
}

static int add_doc(const struct ms_doc *doc, json_t *resources, struct ms_report *report,
		   struct ms_err *err)
{
	const json_t *items = json_is_array(doc->root) ? doc->root
						       : json_object_get(doc->root, "items");

	if (ms_streq(ms_kind(doc->root), ms_kind_site.name))
		return ms_site_render(doc, NULL, MS_RECORD_KEEP, append, resources, report, err);
	if (json_is_array(items) &&
	    (json_is_array(doc->root) || ms_streq(ms_kind(doc->root), "List")))
		return json_array_extend(resources, (json_t *)items) ? ms_nomem(err) : 0;
	ms_site_check_resource(doc, report);
	return json_array_append(resources, doc->root) ? ms_nomem(err) : 0;
}

int ms_site_load(const char *path, json_t **ret_resources, struct ms_report *report,
		 struct ms_err *err)
{
	bool standard = !strcmp(path, "-");
	MS_AUTO_FD int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	json_auto_t *resources = json_array();
	struct ms_reader *reader = NULL;
	struct ms_doc doc;
	int r;

	if (fd < 0)
		return ms_fail_errno(err, -errno, "cannot open %s", path);
	r = resources ? ms_reader_new(fd, standard ? "<stdin>" : path, &reader, err)
		      : ms_nomem(err);
	while (!r && (r = ms_reader_next(reader, &doc, err)) > 0) {
		r = add_doc(&doc, resources, report, err);
		ms_doc_release(&doc);
	}
	ms_reader_free(reader);
	if (!r)
		*ret_resources = ms_take(resources);
	return r;
}
