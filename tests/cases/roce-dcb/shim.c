/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into dcb: a NIC as the record of roce-host begins with answers it, and what it sends is written to the file
 * SENT, a line of hexadecimal for each message that sets something, behind the netlink header.
 */
#include <linux/dcbnl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

static char replies[2][8192];
static size_t lens[2], n_replies, at;

static void put(struct nlmsghdr *head, int type, const void *data, size_t len)
{
	struct rtattr *attr = (struct rtattr *)((char *)head + NLMSG_ALIGN(head->nlmsg_len));

	attr->rta_type = (unsigned short)type;
	attr->rta_len = (unsigned short)RTA_LENGTH(len);
	memcpy(RTA_DATA(attr), data, len);
	head->nlmsg_len = NLMSG_ALIGN(head->nlmsg_len) + (unsigned)RTA_ALIGN(attr->rta_len);
}

static struct nlmsghdr *begin(const struct nlmsghdr *to, int type, const void *body, size_t len)
{
	struct nlmsghdr *head = memset(replies[n_replies++], 0, sizeof(replies[0]));

	head->nlmsg_type = (unsigned short)type;
	head->nlmsg_seq = to->nlmsg_seq;
	head->nlmsg_len = (unsigned)NLMSG_LENGTH(len);
	memcpy(NLMSG_DATA(head), body, len);
	return head;
}

static void put_state(struct nlmsghdr *reply)
{
	struct ieee_ets ets = { .willing = 1, .ets_cap = 8, .tc_rx_bw = { [2] = 77 } };
	struct ieee_pfc pfc = { .pfc_cap = 8, .delay = 7, .requests = { [3] = 12 } };
	struct ieee_maxrate rates = { .tc_maxrate = { 0 } };
	struct rtattr *nest = (struct rtattr *)((char *)reply + NLMSG_ALIGN(reply->nlmsg_len));

	memset(ets.tc_tsa, IEEE_8021QAZ_TSA_VENDOR, sizeof(ets.tc_tsa));
	put(reply, DCB_ATTR_IEEE, NULL, 0);
	put(reply, DCB_ATTR_IEEE_ETS, &ets, sizeof(ets));
	put(reply, DCB_ATTR_IEEE_PFC, &pfc, sizeof(pfc));
	put(reply, DCB_ATTR_IEEE_MAXRATE, &rates, sizeof(rates));
	put(reply, DCB_ATTR_IEEE_APP_TABLE, NULL, 0);
	nest->rta_len = (unsigned short)((char *)reply + reply->nlmsg_len - (char *)nest);
}

static void answer(const struct nlmsghdr *request)
{
	const struct dcbmsg *asked = NLMSG_DATA(request);
	struct dcbmsg body = { .cmd = asked->cmd };
	struct nlmsgerr ack = { .error = 0, .msg = *request };
	struct nlmsghdr *reply;
	unsigned char fine = 0;

	n_replies = at = 0;
	reply = begin(request, request->nlmsg_type, &body, sizeof(body));
	put(reply, DCB_ATTR_IFNAME, "ens1f0np0", 10);
	if (request->nlmsg_type == RTM_GETDCB)
		put_state(reply);
	else
		put(reply, asked->cmd == DCB_CMD_SDCBX ? DCB_ATTR_DCBX : DCB_ATTR_IEEE, &fine, 1);
	lens[0] = reply->nlmsg_len;
	lens[1] = begin(request, NLMSG_ERROR, &ack, sizeof(ack))->nlmsg_len;
}

ssize_t sendto(int fd, const void *data, size_t len, int flags, const struct sockaddr *to, socklen_t to_len)
{
	const struct nlmsghdr *request = data;
	FILE *file = request->nlmsg_type == RTM_SETDCB ? fopen(getenv("SENT"), "a") : NULL;

	(void)fd;
	(void)flags;
	(void)to;
	(void)to_len;
	for (size_t i = sizeof(*request); file && i < request->nlmsg_len; i++)
		fprintf(file, "%02x", ((const unsigned char *)data)[i]);
	if (file) {
		fputc('\n', file);
		fclose(file);
	}
	answer(request);
	return (ssize_t)len;
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	(void)fd;
	(void)flags;
	if (at == n_replies)
		return 0;
	memcpy(msg->msg_iov[0].iov_base, replies[at], lens[at]);
	if (msg->msg_name)
		memset(msg->msg_name, 0, msg->msg_namelen);
	msg->msg_flags = 0;
	return (ssize_t)lens[at++];
}
