/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One host that is talked to: lines of JSON both ways. */
#include "net/far-private.h"
#include "net/net.h"

#include <errno.h>

struct ms_far {
	struct far far;
	char *name;
};

int ms_far_open(const struct ms_far_opts *opts, const json_t *server, struct ms_far **ret_far,
		struct ms_err *err)
{
	struct ms_far *talk = calloc(1, sizeof(*talk));
	int r;

	if (!talk || !(talk->name = strdup(ms_name(server)))) {
		free(talk);
		return ms_nomem(err);
	}
	r = far_begin(&talk->far, opts, server, err);
	/* The server may be gone before the talk is over. */
	talk->far.name = talk->name;
	if (r < 0)
		ms_far_close(talk);
	else
		*ret_far = talk;
	return r;
}

int ms_far_send(struct ms_far *talk, const json_t *line, struct ms_err *err)
{
	MS_AUTO_FREE char *text = ms_json_text(line, MS_JSON_COMPACT);
	int r = text ? ms_child_send(talk->far.child, text, strlen(text), err) : ms_nomem(err);

	return r ? r : ms_child_send(talk->far.child, "\n", 1, err);
}

static int take_line(struct far *far, size_t len, json_t **ret_line, struct ms_err *err)
{
	json_t *line = NULL;
	struct ms_err none = MS_ERR_INIT;

	if (ms_json_decode(far->out.data, len, &line, NULL, &none) == -ENOMEM)
		return ms_nomem(err);
	if (!json_is_object(line)) {
		json_decref(line);
		return ms_fail(err, -EBADMSG, MS_INVALID, "%s: %s said there: \"%.*s\"", far->name,
			       far->opts->argv[0], (int)(len < 80 ? len : 80), far->out.data);
	}
	far->out.len -= len + 1;
	memmove(far->out.data, far->out.data + len + 1, far->out.len + 1);
	*ret_line = line;
	return 0;
}

int ms_far_receive(struct ms_far *talk, int64_t deadline, json_t **ret_line, struct ms_err *err)
{
	struct far *far = &talk->far;

	far->deadline = deadline;
	for (;;) {
		char *end = far->out.len ? memchr(far->out.data, '\n', far->out.len) : NULL;
		int r;

		if (end)
			return take_line(far, (size_t)(end - far->out.data), ret_line, err);
		r = far_read(far, err);
		if (r < 0)
			return r;
		if (r == 0)
			continue;
		r = far_wait_end(far, err);
		return r ? r : ms_fail(err, -ECONNRESET, MS_UNREACHABLE, "%s: %s ended there",
				       far->name, far->opts->argv[0]);
	}
}

void ms_far_finish(struct ms_far *talk)
{
	ms_child_send_end(talk->far.child);
}

void ms_far_close(struct ms_far *talk)
{
	if (!talk)
		return;
	far_end(&talk->far);
	free(talk->name);
	free(talk);
}
