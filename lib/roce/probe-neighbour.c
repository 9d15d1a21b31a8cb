/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's table of neighbours says of the other side.  RDMA takes the Ethernet address
 * from there when it connects, and keeps it: where it is another machine's, or that of a NIC that
 * was replaced, packets go nowhere.
 */
#include "roce/probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include "host/host.h"

static const void *address_of(const struct sockaddr_storage *peer)
{
	return peer->ss_family == AF_INET
		       ? (const void *)&((const struct sockaddr_in *)peer)->sin_addr
		       : (const void *)&((const struct sockaddr_in6 *)peer)->sin6_addr;
}

static int take(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct ndmsg *header = ms_nl_header(reply, sizeof(*header));
	const struct nlattr *attrs[NDA_LLADDR + 1];
	struct probe_neighbour *neighbour = ctx;
	const unsigned char *mac;

	(void)err;
	if (!header)
		return 0;
	ms_nl_parse(reply, sizeof(*header), attrs, NDA_LLADDR);
	mac = ms_nl_data(attrs[NDA_LLADDR], 6);
	neighbour->silent = (header->ndm_state & (NUD_INCOMPLETE | NUD_FAILED)) != 0;
	if (mac && !neighbour->silent)
		snprintf(neighbour->mac, sizeof(neighbour->mac), "%02x:%02x:%02x:%02x:%02x:%02x",
			 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return 0;
}

void probe_neighbour(struct ms_host *host, unsigned ifindex, const struct sockaddr_storage *peer,
		     struct probe_neighbour *ret_neighbour)
{
	struct ndmsg header = { .ndm_family = (unsigned char)peer->ss_family,
				.ndm_ifindex = (int)ifindex };
	struct ms_err ignored = MS_ERR_INIT;
	MS_AUTO_NL struct ms_nl_request request;

	*ret_neighbour = (struct probe_neighbour){ 0 };
	ms_nl_request_init(&request, NETLINK_ROUTE, RTM_GETNEIGH, 0, &header, sizeof(header),
			   "neighbour of interface %u", ifindex);
	ms_nl_put(&request, NDA_DST, address_of(peer), peer->ss_family == AF_INET ? 4 : 16);
	/* Behind a router there is none, and kernels before 5.0 do not tell of a single one. */
	ms_nl_talk(host, &request, take, ret_neighbour, &ignored);
}

void probe_neighbour_of(const struct probe_job *job, struct probe_neighbour *ret_neighbour)
{
	struct ms_err ignored = MS_ERR_INIT;
	struct ms_host *host = NULL;

	*ret_neighbour = (struct probe_neighbour){ 0 };
	if (ms_host_open(NULL, &host, &ignored) < 0)
		return;
	probe_neighbour(host, if_nametoindex(job->netdev), &job->peer, ret_neighbour);
	ms_host_close(host);
}

void probe_explain(const struct probe_job *job, const struct probe_neighbour *neighbour,
		   struct ms_err *err)
{
	struct ms_err bare = *err;
	char peer[INET6_ADDRSTRLEN] = "";

	inet_ntop(job->peer.ss_family, address_of(&job->peer), peer, sizeof(peer));
	if (!neighbour->silent && !*neighbour->mac)
		return;
	ms_err_clear(err);
	if (neighbour->silent) {
		ms_fail(err, bare.error, bare.code, "%s: nobody answers for %s on %s", bare.message,
			peer, job->netdev);
	} else if (*job->mac && strcmp(job->mac, neighbour->mac)) {
		ms_fail(err, bare.error, bare.code,
			"%s: %s is at %s for this host, and its interface has %s", bare.message,
			peer, neighbour->mac, job->mac);
		ms_hint(err,
			"is that address given twice? else there: ip neigh flush to %s dev %s",
			peer, job->netdev);
	} else {
		ms_fail(err, bare.error, bare.code, "%s: %s is there (%s), RDMA does not answer",
			bare.message, peer, neighbour->mac);
		ms_hint(err, "are packets to UDP port 4791 let through, on the way and there?");
	}
}
