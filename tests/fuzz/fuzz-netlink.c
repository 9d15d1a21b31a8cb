/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Netlink answers, read as interfaces and addresses, and every attribute in them by every getter. */
#include "host/host.h"

#include <linux/if_link.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DEPTH 6

struct input { const uint8_t *data; size_t size; };

static int answer(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes, struct ms_buf *replies,
		  struct ms_err *err)
{
	const struct input *input = ctx;

	(void)request;
	(void)bytes;
	return ms_buf_add(replies, input->data, input->size) ? ms_nomem(err) : 0;
}

static uint64_t read_all(const struct nlattr *nest, unsigned depth)
{
	const struct nlattr *attr, *table[65];
	const char *text;
	uint64_t sum = 0;

	ms_nl_parse_nested(nest, table, 64);
	for (size_t i = 0; i <= 64; i++)
		sum += ms_nl_len(table[i]);
	ms_nl_each(attr, nest) {
		text = ms_nl_text(attr);
		sum += ms_nl_u8(attr, 0) + ms_nl_u16(attr, 0) + ms_nl_u32(attr, 0) + ms_nl_u64(attr, 0) +
		       ms_nl_number(attr, 0) + (text ? strlen(text) : 0) + (uint64_t)ms_nl_type(attr);
		json_decref(ms_nl_json_text(attr));
		if (depth < DEPTH)
			sum += read_all(attr, depth + 1);
	}
	return sum;
}

static int look(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct nlattr *table[65];

	(void)err;
	ms_nl_parse(reply, 4, table, 64);
	for (size_t i = 0; i <= 64; i++)
		if (table[i])
			*(uint64_t *)ctx += read_all(table[i], 0);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ms_nl_ops ops = { .exchange = answer };
	const struct ms_host_opts opts = { .root = "/" };
	struct input input = { data, size };
	struct ms_err err = MS_ERR_INIT;
	struct ms_host *host = NULL;
	struct ms_links *links = NULL;
	MS_AUTO_NL struct ms_nl_request request;
	uint64_t sum = 0;

	if (size > 65536 || ms_host_open(&opts, &host, &err) < 0)
		return 0;
	ms_host_use_netlink(host, &ops, &input);
	if (ms_links_read(host, &links, &err) == 0) {
		ms_link_by_mac(links, "b8:59:9f:00:00:01");
		for (size_t i = 0; i < links->n; i++)
			sum += read_all(links->links[i].vfs, 0);
		ms_links_free(links);
	}
	ms_err_clear(&err);
	ms_nl_request_init(&request, NETLINK_ROUTE, 18, NLM_F_DUMP, NULL, 0, "fuzz");
	ms_nl_talk(host, &request, look, &sum, &err);
	ms_host_close(host);
	return sum == UINT64_MAX;
}
