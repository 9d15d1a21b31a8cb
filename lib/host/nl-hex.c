/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Netlink messages as text, for records. */
#include "host/host-private.h"

#include <errno.h>

#define LINE_BYTES 32

static const struct { int family; const char *word; } words[] = {
	{ NETLINK_ROUTE, "route" },
	{ NETLINK_GENERIC, "generic" },
	{ NETLINK_RDMA, "rdma" },
};

void ms_nl_family_word(int family, char buf[static 16])
{
	snprintf(buf, 16, "%d", family);
	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		if (words[i].family == family)
			snprintf(buf, 16, "%s", words[i].word);
}

int ms_nl_family_of(const char *word, size_t len)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		if (strlen(words[i].word) == len && !strncmp(word, words[i].word, len))
			return words[i].family;
	if (!len || len > 2 || strspn(word, "0123456789") < len)
		return -1;
	return (int)strtol(word, NULL, 10);
}

static bool is_numbering(size_t i)
{
	return i >= offsetof(struct nlmsghdr, nlmsg_seq) && i < sizeof(struct nlmsghdr);
}

int ms_nl_hex_write(struct ms_buf *buf, const void *bytes, size_t len)
{
	const unsigned char *byte = bytes;

	for (size_t i = 0; i < len; i++) {
		if (i && i % LINE_BYTES == 0)
			ms_buf_puts(buf, "\n   ");
		ms_buf_printf(buf, i % 4 ? "%02x" : " %02x", is_numbering(i) ? 0 : byte[i]);
	}
	return buf->failed;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int ms_nl_hex_read(const char *text, struct ms_buf *buf)
{
	for (;;) {
		unsigned char byte;

		text += strspn(text, " \t\r\n");
		if (!*text)
			return buf->failed;
		if (digit(text[0]) < 0 || digit(text[1]) < 0)
			return -EINVAL;
		byte = (unsigned char)(16 * digit(text[0]) + digit(text[1]));
		ms_buf_add(buf, &byte, 1);
		text += 2;
	}
}
