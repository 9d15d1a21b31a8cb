/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of replies, read with their lengths in mind. */
#include "host/host-private.h"

#include <ctype.h>
#include <netlink/attr.h>

#define HEAD_LEN ((size_t)NLMSG_ALIGN(sizeof(struct nlmsghdr)))

const void *ms_nl_header(const struct nlmsghdr *reply, size_t len)
{
	return reply->nlmsg_len >= HEAD_LEN + len ? (const char *)reply + HEAD_LEN : NULL;
}

/* nla_parse() without a policy fails for nothing but a negative length. */
static void parse(const void *first, size_t len, const struct nlattr **table, int max)
{
	memset(table, 0, ((size_t)max + 1) * sizeof(*table));
	if (len && len <= INT32_MAX)
		nla_parse((struct nlattr **)table, max, (struct nlattr *)first, (int)len, NULL);
}

void ms_nl_parse(const struct nlmsghdr *reply, size_t header_len, const struct nlattr **table,
		 int max)
{
	size_t at = HEAD_LEN + NLMSG_ALIGN(header_len);

	parse((const char *)reply + at, reply->nlmsg_len > at ? reply->nlmsg_len - at : 0, table,
	      max);
}

void ms_nl_parse_nested(const struct nlattr *nest, const struct nlattr **table, int max)
{
	parse(nest ? nla_data(nest) : NULL, ms_nl_len(nest), table, max);
}

static const struct nlattr *next_of(const char *first, size_t len, const struct nlattr *prev)
{
	const char *end = first + len;
	const char *at = prev ? (const char *)prev + NLA_ALIGN(prev->nla_len) : first;

	return at < end && nla_ok((const struct nlattr *)at, (int)(end - at))
		       ? (const struct nlattr *)at
		       : NULL;
}

const struct nlattr *ms_nl_next(const struct nlattr *nest, const struct nlattr *prev)
{
	return nest ? next_of(nla_data(nest), ms_nl_len(nest), prev) : NULL;
}

const struct nlattr *ms_nl_next_in(const struct nlmsghdr *reply, size_t header_len,
				   const struct nlattr *prev)
{
	size_t at = HEAD_LEN + NLMSG_ALIGN(header_len);

	return reply->nlmsg_len > at
		       ? next_of((const char *)reply + at, reply->nlmsg_len - at, prev)
		       : NULL;
}

int ms_nl_type(const struct nlattr *attr)
{
	return nla_type(attr);
}

size_t ms_nl_len(const struct nlattr *attr)
{
	return attr ? (size_t)nla_len(attr) : 0;
}

const void *ms_nl_data(const struct nlattr *attr, size_t len)
{
	return attr && ms_nl_len(attr) >= len ? nla_data(attr) : NULL;
}

/* Payloads are aligned to four bytes only. */
#define GETTER(name, type)                                                                         \
	type ms_nl_##name(const struct nlattr *attr, type otherwise)                               \
	{                                                                                          \
		type value = otherwise;                                                            \
		const void *data = ms_nl_data(attr, sizeof(value));                                \
                                                                                                   \
		if (data)                                                                          \
			memcpy(&value, data, sizeof(value));                                       \
		return value;                                                                      \
	}
GETTER(u8, uint8_t)
GETTER(u16, uint16_t)
GETTER(u32, uint32_t)
GETTER(u64, uint64_t)

uint64_t ms_nl_number(const struct nlattr *attr, uint64_t otherwise)
{
	switch (ms_nl_len(attr)) {
	case 1: return ms_nl_u8(attr, 0);
	case 2: return ms_nl_u16(attr, 0);
	case 4: return ms_nl_u32(attr, 0);
	case 8: return ms_nl_u64(attr, 0);
	default: return otherwise;
	}
}

const char *ms_nl_text(const struct nlattr *attr)
{
	size_t len = ms_nl_len(attr);

	return len && memchr(nla_data(attr), 0, len) ? nla_data(attr) : NULL;
}

json_t *ms_nl_json_text(const struct nlattr *attr)
{
	const char *text = ms_nl_text(attr);
	MS_AUTO_FREE char *copy = text ? strdup(text) : NULL;

	if (!copy)
		return NULL;
	ms_text_clean(copy);
	return json_string(copy);
}

const char *ms_hwaddr_text(const void *bytes, size_t len, char buf[static MS_HWADDR_MAX])
{
	const unsigned char *byte = bytes;
	size_t n = 0;

	*buf = 0;
	for (size_t i = 0; bytes && i < len && i < 32; i++)
		n += (size_t)snprintf(buf + n, MS_HWADDR_MAX - n, i ? ":%02x" : "%02x", byte[i]);
	return buf;
}
