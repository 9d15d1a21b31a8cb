/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers of devlink, ethtool and rtnetlink about a NIC, and what the vendor's tool prints. */
#include <linux/rtnetlink.h>
#include "nic/here.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input { const uint8_t *data; size_t size; };

/* Families of generic netlink get a number, so that questions go on; everything else is answered by the input. */
static int answer(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes, struct ms_buf *replies,
		  struct ms_err *err)
{
	static const unsigned char family[] = { 28, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 6, 0, 1, 0, 32, 1, 0, 0 },
				   ack[36] = { 36, 0, 0, 0, 2 };
	const struct input *input = ctx;

	(void)request;
	if (bytes->nlmsg_type == 16)
		return ms_buf_add(replies, family, sizeof(family)) || ms_buf_add(replies, ack, sizeof(ack)) ? ms_nomem(err)
													     : 0;
	return ms_buf_add(replies, input->data, input->size) ? ms_nomem(err) : 0;
}

static void observe(struct ms_host *host, const json_t *nic)
{
	struct nic_here here = { .host = host };
	struct ms_err err = MS_ERR_INIT;
	json_t *status = NULL;

	if (nic_here_read(&here, &err) == 0)
		nic_observe(&here, nic, &status, &err);
	json_decref(status);
	nic_here_release(&here);
}

static void parse(const struct nlmsghdr *reply)
{
	json_auto_t *status = json_object(), *function = json_object(), *state = NULL;
	struct nic_handle handle = { "pci", "0000:01:00.0" };
	const struct nlattr *attr = NULL;

	nic_is_of(reply, &handle);
	nic_parse_eswitch(reply, status);
	nic_parse_port(reply, status);
	nic_parse_parameter(reply, status);
	nic_parse_info(reply, status);
	while ((attr = ms_nl_next_in(reply, sizeof(struct ifinfomsg), attr)))
		nic_function_fill(attr, 6, function);
	state = nic_state_new(status);
}

static void tool(const uint8_t *data, size_t size)
{
	json_auto_t *settings = json_object();
	char *text = strndup((const char *)data, size), *rest = text, *line;

	while ((line = strsep(&rest, "\n")))
		nic_parse_setting(line, settings);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ms_nl_ops ops = { .exchange = answer };
	const struct ms_host_opts opts = { .root = "/" };
	json_auto_t *nic = json_pack("{s:{s:s}}", "spec", "netdev", "eth0");
	struct input input = { data, size };
	struct ms_err err = MS_ERR_INIT;
	struct ms_host *host = NULL;
	struct nlmsghdr *reply;

	if (size > 65536 || ms_host_open(&opts, &host, &err) < 0)
		return 0;
	ms_host_use_netlink(host, &ops, &input);
	observe(host, nic);
	ms_host_close(host);
	tool(data, size);
	if (size < sizeof(*reply))
		return 0;
	reply = malloc(size);
	memcpy(reply, data, size);
	reply->nlmsg_len = (uint32_t)size;
	parse(reply);
	free(reply);
	return 0;
}
