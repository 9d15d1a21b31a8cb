/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole of a run's input at once, for verbs that look at everything together. */
#include "site/kinds.h"

static int append(void *ctx, json_t *res, struct ms_err *err)
{
	return json_array_append_new(ctx, res) ? ms_nomem(err) : 0;
}

/* doc is taken. */
static int add_site(struct ms_run *run, struct ms_site_stream *stream, struct ms_doc *doc,
		    struct ms_err *err)
{
	struct ms_doc *sites = reallocarray(stream->sites, stream->set.n_sites + 1, sizeof(*sites));

	if (!sites) {
		ms_doc_release(doc);
		return ms_nomem(err);
	}
	stream->sites = sites;
	stream->set.sites = sites;
	sites[stream->set.n_sites] = *doc;
	return ms_site_render(&sites[stream->set.n_sites++], NULL, MS_RECORD_KEEP, append,
			      stream->resources, run->report, err);
}

static int add(struct ms_run *run, struct ms_site_stream *stream, struct ms_doc *doc,
	       struct ms_err *err)
{
	int r;

	stream->n++;
	if (ms_streq(ms_kind(doc->root), ms_kind_site.name))
		return add_site(run, stream, doc, err);
	r = json_array_append(stream->resources, doc->root) ? ms_nomem(err) : 0;
	ms_doc_release(doc);
	return r;
}

int ms_site_stream_read(struct ms_run *run, struct ms_site_stream *stream, struct ms_err *err)
{
	struct ms_doc doc;
	bool mine;
	int r;

	*stream = (struct ms_site_stream){ .resources = json_array() };
	stream->set.resources = stream->resources;
	if (!stream->resources)
		return ms_nomem(err);
	while ((r = ms_run_next(run, &doc, &mine, err)) > 0) {
		r = add(run, stream, &doc, err);
		if (r)
			return r;
	}
	return r;
}

void ms_site_stream_release(struct ms_site_stream *stream)
{
	json_decref(stream->resources);
	for (size_t i = 0; i < stream->set.n_sites; i++)
		ms_doc_release(&stream->sites[i]);
	free(stream->sites);
}
