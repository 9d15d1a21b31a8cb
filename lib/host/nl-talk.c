/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request, all of its replies: whoever answers, they are checked here, and errors get their
 * words. */
#include "host/host-private.h"

#include <errno.h>
#include <netlink/msg.h>

#define REPLIES_MAX ((size_t)64 << 20)
#define DUMP_TRIES 5

enum ms_code ms_host_code(int error)
{
	switch (error) {
	case -EPERM:
	case -EACCES: return MS_AUTH;
	case -EOPNOTSUPP:
	case -ENOSYS: return MS_UNSUPPORTED;
	case -ENODEV:
	case -ENXIO:
	case -ENOENT: return MS_NOTFOUND;
	case -EBUSY: return MS_BUSY;
	case -ETIMEDOUT: return MS_TIMEOUT;
	case -ECANCELED: return MS_CANCELLED;
	default: return MS_FAILED;
	}
}

/* ---- errors of the kernel
 * ---------------------------------------------------------------------------- */

/* Where the attributes of an extended acknowledgement begin: behind the header of the request, or
 * behind all of it. */
static size_t words_at(const struct nlmsghdr *reply)
{
	const struct nlmsgerr *error;

	if (reply->nlmsg_type == NLMSG_DONE)
		return sizeof(int);
	error = ms_nl_header(reply, sizeof(*error));
	if (!error)
		return SIZE_MAX;
	if (reply->nlmsg_flags & NLM_F_CAPPED)
		return sizeof(*error);
	return sizeof(int) + (size_t)NLMSG_ALIGN(error->msg.nlmsg_len);
}

/* The type of the attribute that stands at an offset of the request. */
static int type_at(const struct ms_nl_request *request, uint32_t offset)
{
	const struct nlmsghdr *head = nlmsg_hdr(request->msg);
	struct nlattr attr;

	if (offset < sizeof(*head) || offset > head->nlmsg_len ||
	    head->nlmsg_len - offset < sizeof(attr))
		return -1;
	memcpy(&attr, (const char *)head + offset, sizeof(attr));
	return attr.nla_type & NLA_TYPE_MASK;
}

static int fail_kernel(const struct ms_nl_request *request, const struct nlmsghdr *reply, int error,
		       struct ms_err *err)
{
	const struct nlattr *words[NLMSGERR_ATTR_MAX + 1] = { 0 };
	size_t at = reply->nlmsg_flags & NLM_F_ACK_TLVS ? words_at(reply) : SIZE_MAX;
	const char *said;
	char which[32] = "";
	int type = -1;

	if (at < reply->nlmsg_len)
		ms_nl_parse(reply, at, words, NLMSGERR_ATTR_MAX);
	said = ms_nl_text(words[NLMSGERR_ATTR_MSG]);
	if (words[NLMSGERR_ATTR_OFFS])
		type = type_at(request, ms_nl_u32(words[NLMSGERR_ATTR_OFFS], 0));
	if (type >= 0)
		snprintf(which, sizeof(which), " (attribute %d)", type);
	ms_fail(err, error, ms_host_code(error), "%s: %.300s%s%s%s", request->what,
		said ? said : "", said ? ": " : "", strerror(-error), which);
	if (error == -EPERM || error == -EACCES)
		ms_hint(err, "run as root; at the far end: spec.os.ssh.sudo: true");
	return error;
}

/* ---- replies
 * ------------------------------------------------------------------------------------------- */

static int fail_malformed(const struct ms_nl_request *request, struct ms_err *err)
{
	return ms_fail(err, -EBADMSG, MS_INVALID, "%s: an answer that is no netlink message",
		       request->what);
}

/* 1 at the end of the answer, 0 for a message of it, negative for an error. */
static int judge(const struct ms_nl_request *request, const struct nlmsghdr *reply,
		 struct ms_err *err)
{
	const int *error;

	if (reply->nlmsg_type == NLMSG_NOOP)
		return 0;
	if (reply->nlmsg_type == NLMSG_OVERRUN)
		return ms_fail(err, -ENOBUFS, MS_INVALID, "%s: the kernel lost a part of it",
			       request->what);
	if (reply->nlmsg_type != NLMSG_ERROR && reply->nlmsg_type != NLMSG_DONE)
		return 0;
	error = ms_nl_header(reply, sizeof(*error));
	if (error && *error < 0 && *error >= -4095)
		return fail_kernel(request, reply, *error, err);
	if (!error && reply->nlmsg_type == NLMSG_ERROR)
		return fail_malformed(request, err);
	return 1;
}

struct walk { const char *at; size_t left; };

/* Messages begin at multiples of four, so each is aligned in the buffer. */
static const struct nlmsghdr *walk_next(struct walk *walk)
{
	const struct nlmsghdr *reply = (const struct nlmsghdr *)walk->at;
	size_t step;

	if (walk->left < sizeof(*reply) || reply->nlmsg_len < sizeof(*reply) ||
	    reply->nlmsg_len > walk->left)
		return NULL;
	step = NLMSG_ALIGN(reply->nlmsg_len);
	step = step < walk->left ? step : walk->left;
	walk->at += step;
	walk->left -= step;
	return reply;
}

/* Is it complete, without an error, and one picture? */
static int check_all(const struct ms_nl_request *request, const struct ms_buf *replies,
		     bool *ret_torn, struct ms_err *err)
{
	struct walk walk = { replies->data, replies->len };
	const struct nlmsghdr *reply;
	int r = 0;

	while (!r && walk.left) {
		reply = walk_next(&walk);
		if (!reply)
			return fail_malformed(request, err);
		if (reply->nlmsg_flags & NLM_F_DUMP_INTR)
			*ret_torn = true;
		r = judge(request, reply, err);
	}
	if (!r)
		return ms_fail(err, -EBADMSG, MS_INVALID, "%s: the answer has no end",
			       request->what);
	return r < 0 ? r : 0;
}

static int deliver(const struct ms_buf *replies, ms_nl_fn *fn, void *ctx, struct ms_err *err)
{
	struct walk walk = { replies->data, replies->len };
	const struct nlmsghdr *reply;
	int r = 0;

	while (fn && r >= 0 && (reply = walk_next(&walk)))
		if (reply->nlmsg_type >= NLMSG_MIN_TYPE)
			r = fn(reply, ctx, err);
	return r < 0 ? r : 0;
}

/* ---- talking
 * --------------------------------------------------------------------------------------------- */

static int exchange(struct ms_host *host, const struct ms_nl_request *request,
		    struct ms_buf *replies, struct ms_err *err)
{
	struct nlmsghdr *head = nlmsg_hdr(request->msg);
	int r = 0;

	if (host->loop)
		r = ms_gate_enter(host->loop, &host->gate, 0);
	if (r < 0)
		return ms_fail(err, r, MS_CANCELLED, "%s: stopped", request->what);
	head->nlmsg_seq = ++host->seq;
	r = host->ops.exchange(host->ops_ctx, request, head, replies, err);
	if (host->loop)
		ms_gate_leave(host->loop, &host->gate);
	return r;
}

int ms_nl_talk(struct ms_host *host, struct ms_nl_request *request, ms_nl_fn *fn, void *ctx,
	       struct ms_err *err)
{
	if (request->failed)
		return request->failed == -ENOMEM
			       ? ms_nomem(err)
			       : ms_fail(err, request->failed, MS_FAILED,
					 "%s: too long for one netlink message", request->what);
	for (unsigned i = 0; i < DUMP_TRIES; i++) {
		MS_AUTO_BUF struct ms_buf replies = { .max = REPLIES_MAX };
		bool torn = false;
		int r = exchange(host, request, &replies, err);

		if (!r)
			r = check_all(request, &replies, &torn, err);
		if (r < 0)
			return r;
		if (!torn)
			return deliver(&replies, fn, ctx, err);
		ms_debug("%s: it changed while it was read; again", request->what);
	}
	return ms_fail(err, -EAGAIN, MS_BUSY, "%s: it changed each of %d times that it was read",
		       request->what, DUMP_TRIES);
}
