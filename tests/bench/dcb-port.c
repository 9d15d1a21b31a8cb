/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: dcb-port NETDEV TIMES
 *
 * Microseconds of CPU of read-modify-write of one port's DCB: ETS, PFC and buffers are each read, changed, and written
 * back.  NETDEV "-" is answered by this program itself as a driver with all of DCB and 64 code points would, where there
 * is none: then it is only what we do that counts.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <sys/resource.h>
#include "roce/dcb.h"

/* ---- a driver that takes everything ---- */

static int put(struct ms_buf *replies, struct ms_nl_request *reply, uint32_t seq)
{
	struct nlmsghdr *head = nlmsg_hdr(reply->msg);

	head->nlmsg_seq = seq;
	head->nlmsg_flags = 0;
	return ms_buf_add(replies, head, NLMSG_ALIGN(head->nlmsg_len));
}

static void put_all(struct ms_nl_request *reply)
{
	static const struct roce_dcb dcb;
	struct nlattr *ieee = ms_nl_nest(reply, DCB_ATTR_IEEE), *table;

	ms_nl_put(reply, DCB_ATTR_IEEE_ETS, &dcb.ets, sizeof(dcb.ets));
	ms_nl_put(reply, DCB_ATTR_IEEE_PFC, &dcb.pfc, sizeof(dcb.pfc));
	ms_nl_put(reply, DCB_ATTR_IEEE_MAXRATE, &dcb.rates, sizeof(dcb.rates));
	ms_nl_put(reply, DCB_ATTR_DCB_BUFFER, &dcb.buffer, sizeof(dcb.buffer));
	table = ms_nl_nest(reply, DCB_ATTR_IEEE_APP_TABLE);
	for (uint16_t i = 0; i < 64; i++)
		ms_nl_put(reply, DCB_ATTR_IEEE_APP, &(struct dcb_app){ 5, 0, i }, sizeof(struct dcb_app));
	ms_nl_nest_end(reply, table);
	ms_nl_nest_end(reply, ieee);
	ms_nl_put_u8(reply, DCB_ATTR_DCBX, 5);
}

static int answer(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes, struct ms_buf *replies,
		  struct ms_err *err)
{
	const struct dcbmsg *head = ms_nl_header(bytes, sizeof(*head));
	MS_AUTO_NL struct ms_nl_request reply, end;
	struct nlmsgerr done = { .error = 0 };

	(void)ctx;
	(void)request;
	(void)err;
	ms_nl_request_init(&reply, NETLINK_ROUTE, bytes->nlmsg_type, 0, head, sizeof(*head), "answer");
	if (bytes->nlmsg_type == RTM_GETDCB)
		put_all(&reply);
	else
		ms_nl_put_u8(&reply, DCB_ATTR_IEEE, 0);
	ms_nl_request_init(&end, NETLINK_ROUTE, NLMSG_ERROR, 0, &done, sizeof(done), "end");
	return put(replies, &reply, bytes->nlmsg_seq) || put(replies, &end, bytes->nlmsg_seq) ? -ENOMEM : 0;
}

static const struct ms_nl_ops driver = { .exchange = answer };

/* ---- ours ---- */

static void change(int attr, unsigned turn, struct roce_dcb *dcb)
{
	switch (attr) {
	case DCB_ATTR_IEEE_ETS: dcb->ets.prio_tc[1] = turn & 1; break;
	case DCB_ATTR_IEEE_PFC: dcb->pfc.pfc_en = turn & 1 ? 8 : 0; break;
	default: dcb->buffer.prio2buffer[1] = turn & 1;
	}
}

static int port(struct ms_host *host, const char *netdev, unsigned turn, struct ms_err *err)
{
	static const int attrs[] = { DCB_ATTR_IEEE_ETS, DCB_ATTR_IEEE_PFC, DCB_ATTR_DCB_BUFFER };
	static struct roce_dcb dcb;
	const void *values[] = { &dcb.ets, &dcb.pfc, &dcb.buffer };
	static const size_t sizes[] = { sizeof(dcb.ets), sizeof(dcb.pfc), sizeof(dcb.buffer) };
	int r = 0;

	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(attrs); i++) {
		r = roce_dcb_get(host, netdev, &dcb, err);
		change(attrs[i], turn, &dcb);
		if (!r)
			r = roce_dcb_set(host, netdev, attrs[i], values[i], sizes[i], err);
	}
	return r;
}

static double used(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

int main(int argc, char **argv)
{
	unsigned times = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	struct ms_err err = MS_ERR_INIT;
	struct ms_host *host = NULL;
	int r = times ? ms_host_open(NULL, &host, &err) : ms_fail(&err, -EINVAL, MS_USAGE, "usage: dcb-port NETDEV TIMES");
	double begin = used();

	if (!r && !strcmp(argv[1], "-"))
		ms_host_use_netlink(host, &driver, NULL);
	for (unsigned turn = 0; !r && turn < times; turn++)
		r = port(host, argv[1], turn, &err);
	if (r)
		fprintf(stderr, "%s\n", err.message);
	else
		printf("%.1f\n", (used() - begin) / times);
	ms_host_close(host);
	return r ? 1 : 0;
}
