/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Netlink requests under construction: libnl's messages, with a failure that waits for the end. */
#include "host/host-private.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#define REQUEST_MAX 16384

static void init(struct ms_nl_request *request, int family, uint16_t type, uint16_t flags,
		 const void *header, size_t header_len)
{
	bool dumps = (flags & NLM_F_DUMP) == NLM_F_DUMP;

	request->family = family;
	request->msg = nlmsg_alloc_size(REQUEST_MAX);
	if (!request->msg || !nlmsg_put(request->msg, 0, 0, type, 0,
					flags | NLM_F_REQUEST | (dumps ? 0 : NLM_F_ACK)))
		request->failed = -ENOMEM;
	else if (header_len &&
		 nlmsg_append(request->msg, (void *)header, header_len, NLMSG_ALIGNTO) < 0)
		request->failed = -EMSGSIZE;
}

void ms_nl_request_init(struct ms_nl_request *request, int family, uint16_t type, uint16_t flags,
			const void *header, size_t header_len, const char *what, ...)
{
	va_list args;

	*request = (struct ms_nl_request){ 0 };
	va_start(args, what);
	vsnprintf(request->what, sizeof(request->what), what, args);
	va_end(args);
	init(request, family, type, flags, header, header_len);
}

void ms_nl_request_release(struct ms_nl_request *request)
{
	nlmsg_free(request->msg);
	request->msg = NULL;
}

void ms_nl_put(struct ms_nl_request *request, int attr, const void *data, size_t len)
{
	if (request->failed)
		return;
	if (len > REQUEST_MAX || nla_put(request->msg, attr, (int)len, data) < 0)
		request->failed = -EMSGSIZE;
}

void ms_nl_put_u8(struct ms_nl_request *request, int attr, uint8_t value)
{
	ms_nl_put(request, attr, &value, sizeof(value));
}

void ms_nl_put_u16(struct ms_nl_request *request, int attr, uint16_t value)
{
	ms_nl_put(request, attr, &value, sizeof(value));
}

void ms_nl_put_u32(struct ms_nl_request *request, int attr, uint32_t value)
{
	ms_nl_put(request, attr, &value, sizeof(value));
}

void ms_nl_put_u64(struct ms_nl_request *request, int attr, uint64_t value)
{
	ms_nl_put(request, attr, &value, sizeof(value));
}

void ms_nl_put_text(struct ms_nl_request *request, int attr, const char *text)
{
	ms_nl_put(request, attr, text, strlen(text) + 1);
}

void ms_nl_put_flag(struct ms_nl_request *request, int attr)
{
	ms_nl_put(request, attr, NULL, 0);
}

/* What libnl itself does about NLA_F_NESTED changed over its releases. */
static struct nlattr *nest_as(struct ms_nl_request *request, int attr, int flag)
{
	struct nlattr *nest = request->failed ? NULL : nla_nest_start(request->msg, attr);

	if (nest)
		nest->nla_type = (uint16_t)(attr | flag);
	else if (!request->failed)
		request->failed = -EMSGSIZE;
	return nest;
}

struct nlattr *ms_nl_nest(struct ms_nl_request *request, int attr)
{
	return nest_as(request, attr, NLA_F_NESTED);
}

struct nlattr *ms_nl_nest_plain(struct ms_nl_request *request, int attr)
{
	return nest_as(request, attr, 0);
}

void ms_nl_nest_end(struct ms_nl_request *request, struct nlattr *nest)
{
	if (!request->failed && nest && nla_nest_end_keep_empty(request->msg, nest) < 0)
		request->failed = -EMSGSIZE;
}
