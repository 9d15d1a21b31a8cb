/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exchanges with the kernel, written down as they happen. */
#include "host/host-private.h"

#include <errno.h>

struct recorder { struct ms_nl_ops inner; void *inner_ctx; FILE *file; char *path; };

static void write_replies(struct ms_buf *text, const char *at, size_t left)
{
	while (left >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *reply = (const struct nlmsghdr *)at;
		size_t step = NLMSG_ALIGN(reply->nlmsg_len);

		if (reply->nlmsg_len < sizeof(*reply) || reply->nlmsg_len > left)
			return;
		ms_buf_puts(text, "<");
		ms_nl_hex_write(text, reply, reply->nlmsg_len);
		ms_buf_puts(text, "\n");
		step = step < left ? step : left;
		at += step;
		left -= step;
	}
}

static int exchange(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes,
		    struct ms_buf *replies, struct ms_err *err)
{
	struct recorder *recorder = ctx;
	MS_AUTO_BUF struct ms_buf text = { 0 };
	size_t before = replies->len;
	char family[16];
	int r = recorder->inner.exchange(recorder->inner_ctx, request, bytes, replies, err);

	if (r < 0)
		return r;
	ms_nl_family_word(request->family, family);
	ms_buf_printf(&text, "# %s\n> %s", request->what, family);
	ms_nl_hex_write(&text, bytes, bytes->nlmsg_len);
	ms_buf_puts(&text, "\n");
	if (replies->len > before)
		write_replies(&text, replies->data + before, replies->len - before);
	if (text.failed)
		return ms_nomem(err);
	fwrite(text.data, 1, text.len, recorder->file);
	return 0;
}

static int finish(void *ctx, struct ms_err *err)
{
	struct recorder *recorder = ctx;

	errno = 0;
	if (fflush(recorder->file) == EOF || ferror(recorder->file))
		return ms_fail_errno(err, errno ? -errno : -EIO, "cannot write %s", recorder->path);
	return 0;
}

static void recorder_free(void *ctx)
{
	struct recorder *recorder = ctx;

	if (recorder->inner.free)
		recorder->inner.free(recorder->inner_ctx);
	if (recorder->file)
		fclose(recorder->file);
	free(recorder->path);
	free(recorder);
}

int ms_nl_record_new(const char *path, const struct ms_nl_ops *inner, void *inner_ctx,
		     struct ms_nl_ops *ret_ops, void **ret_ctx, struct ms_err *err)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));
	int r;

	if (!recorder) {
		if (inner->free)
			inner->free(inner_ctx);
		return ms_nomem(err);
	}
	recorder->inner = *inner;
	recorder->inner_ctx = inner_ctx;
	recorder->path = strdup(path);
	recorder->file = recorder->path ? fopen(path, "we") : NULL;
	if (!recorder->file) {
		r = recorder->path ? ms_fail_errno(err, -errno, "cannot write %s", path)
				   : ms_nomem(err);
		ms_hint(err, "MSCTL_CONFINE=0 lets it be written anywhere");
		recorder_free(recorder);
		return r;
	}
	*ret_ops =
		(struct ms_nl_ops){ .exchange = exchange, .finish = finish, .free = recorder_free };
	*ret_ctx = recorder;
	return 0;
}
