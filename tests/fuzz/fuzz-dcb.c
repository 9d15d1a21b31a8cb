/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers of DCB, of RDMA netlink and of ethtool: all of them are the input. */
#include "roce/dcb.h"
#include "roce/here.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input { const uint8_t *data; size_t size; };

static int answer(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes, struct ms_buf *replies,
		  struct ms_err *err)
{
	const struct input *input = ctx;

	(void)request;
	(void)bytes;
	return ms_buf_add(replies, input->data, input->size) ? ms_nomem(err) : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ms_nl_ops ops = { .exchange = answer };
	static const struct ms_link link = { .name = "none9", .index = 1, .vlan = -1, .mtu = 9000 };
	const struct ms_host_opts opts = { .root = "/" };
	struct input input = { data, size };
	struct ms_err err = MS_ERR_INIT;
	struct roce_here here = { 0 };
	struct roce_look look = { .here = &here, .link = &link, .status = json_object() };
	struct ieee_pfc pfc = { 0 };

	if (size > 65536 || !look.status || ms_host_open(&opts, &here.host, &err) < 0) {
		json_decref(look.status);
		return 0;
	}
	ms_host_use_netlink(here.host, &ops, &input);
	roce_get_dcb(&look, &err);
	ms_err_clear(&err);
	roce_get_link(&look, &err);
	ms_err_clear(&err);
	roce_ports_read(&here, &err);
	ms_err_clear(&err);
	roce_dcb_set(here.host, link.name, DCB_ATTR_IEEE_PFC, &pfc, sizeof(pfc), &err);
	ms_err_clear(&err);
	roce_dcb_set_dcbx(here.host, link.name, 0, &err);
	json_decref(look.status);
	roce_here_close(&here);
	return 0;
}
