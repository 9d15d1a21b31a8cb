/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One host: resources go there, and come back. */
#include "net/far-private.h"
#include "net/net.h"

#include <errno.h>

static int parse(const struct far *far, json_t *resources, struct ms_err *err)
{
	const char *at = far->out.data ? far->out.data : "", *end = at + far->out.len;
	json_t *value;
	int r;

	while (at < end) {
		const char *line = memchr(at, '\n', (size_t)(end - at));
		size_t len = line ? (size_t)(line - at) : (size_t)(end - at);

		if (len) {
			r = ms_json_decode(at, len, &value, NULL, err);
			if (r == -ENOMEM)
				return r;
			if (r < 0) {
				*err = (struct ms_err)MS_ERR_INIT;
				return ms_fail(err, -EBADMSG, MS_INVALID,
					       "%s: %s gave something else than resources there: "
					       "\"%.*s\"",
					       far->name, far->opts->argv[0],
					       (int)(len < 80 ? len : 80), at);
			}
			if (json_array_append_new(resources, value) < 0)
				return ms_nomem(err);
		}
		at += len + (line != NULL);
	}
	return 0;
}

static bool is_same(const json_t *a, const json_t *b)
{
	return !strcmp(ms_kind(a), ms_kind(b)) && !strcmp(ms_name(a), ms_name(b));
}

/* All that was sent, in its order. */
static int check_back(const struct far *far, const json_t *sent, const json_t *back,
		      struct ms_err *err)
{
	size_t at = 0, n = json_array_size(back);

	for (size_t i = 0; i < json_array_size(sent); i++) {
		const json_t *res = json_array_get(sent, i);

		while (at < n && !is_same(json_array_get(back, at), res))
			at++;
		if (at++ < n)
			continue;
		return ms_fail(err, -EBADMSG, MS_INVALID, "%s: %s %s did not come back from there",
			       far->name, ms_kind(res), ms_name(res));
	}
	return 0;
}

static int exchange(struct far *far, const json_t *resources, json_t *back, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf in = { 0 };
	int r = far_input(resources, &in, err);

	if (!r && in.len)
		r = ms_child_send(far->child, in.data, in.len, err);
	if (!r)
		ms_child_send_end(far->child);
	while (!r)
		r = far_read(far, err);
	if (r > 0)
		r = far_wait_end(far, err);
	return r ? r : parse(far, back, err);
}

int ms_far_run(const struct ms_far_opts *opts, const json_t *server, const json_t *resources,
	       json_t **ret_resources, struct ms_err *err)
{
	struct far far;
	json_auto_t *back = json_array();
	int r;

	if (!back)
		return ms_nomem(err);
	r = far_begin(&far, opts, server, err);
	if (!r)
		r = exchange(&far, resources, back, err);
	if (!r)
		r = check_back(&far, resources, back, err);
	far_end(&far);
	if (!r)
		*ret_resources = ms_take(back);
	return r;
}
