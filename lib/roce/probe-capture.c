/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Code points of packets as they arrive: RoCE v2 (UDP port 4791) that the kernel sees on the
 * interface.  It does with soft RoCE; a NIC that does RDMA itself keeps them to itself.
 */
#include "roce/probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#define ROCE_PORT 4791
#define HEADERS 96
#define ROOM (4 << 20)
/* Queue pair 1 carries the connection manager, which has a ToS of its own (IBTA, 3.9.4). */
#define QP_MANAGER 1

/* UDP to port 4791, over IPv4 or IPv6 without extension headers; offsets from the network header.
 */
static const struct sock_filter program[] = {
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
	BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4, 0, 5),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 9),
	BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
	BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
	BPF_JUMP(BPF_JMP | BPF_JA, 4, 0, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 0, 5),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 3),
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 42),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ROCE_PORT, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, HEADERS),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

static int open_socket(const char *netdev)
{
	struct sock_fprog filter = { MS_ARRAY_SIZE(program), (struct sock_filter *)program };
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
				       .sll_protocol = htons(ETH_P_ALL),
				       .sll_ifindex = (int)if_nametoindex(netdev) };
	int fd, room = ROOM, r = 0;

	if (!address.sll_ifindex)
		return -ENODEV;
	/* Protocol 0: nothing comes before the filter is there. */
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		r = -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (r < 0)
		close(fd);
	return r ? r : fd;
}

void probe_capture_open(struct probe_capture *capture, const char *netdev)
{
	int fd = open_socket(netdev);

	*capture = (struct probe_capture){ .fd = fd < 0 ? -1 : fd };
	if (fd == -EPERM || fd == -EACCES)
		snprintf(capture->why, sizeof(capture->why),
			 "capturing needs root (CAP_NET_RAW) there");
	else if (fd < 0)
		snprintf(capture->why, sizeof(capture->why), "cannot capture on %.15s: %s", netdev,
			 strerror(-fd));
}

/* The ToS octet of a packet of `peer` for a queue pair of ours; -1 for another packet. */
static int tos_of(const unsigned char *p, size_t len, const struct sockaddr_storage *peer)
{
	bool v4 = len && p[0] >> 4 == 4;
	size_t ip = v4 ? (size_t)(p[0] & 15) * 4 : 40;
	const unsigned char *bth = p + ip + 8;

	/* The base transport header has 12 octets (IBTA, 9.2). */
	if (len < ip + 8 + 12 || (!v4 && p[0] >> 4 != 6))
		return -1;
	if (bth[5] == 0 && bth[6] == 0 && bth[7] == QP_MANAGER)
		return -1;
	if (v4 && peer->ss_family == AF_INET)
		return memcmp(p + 12, &((const struct sockaddr_in *)peer)->sin_addr, 4) ? -1 : p[1];
	if (!v4 && peer->ss_family == AF_INET6)
		return memcmp(p + 8, &((const struct sockaddr_in6 *)peer)->sin6_addr, 16)
			       ? -1
			       : (p[0] & 15) << 4 | p[1] >> 4;
	return -1;
}

static json_t *histogram_new(const unsigned *counts, size_t n)
{
	json_t *object = json_object();
	char key[24];

	for (size_t i = 0; object && i < n; i++) {
		if (!counts[i])
			continue;
		snprintf(key, sizeof(key), "%zu", i);
		json_object_set_new(object, key, json_integer(counts[i]));
	}
	return object;
}

static unsigned drain(int fd, const struct sockaddr_storage *peer, unsigned dscp[64],
		      unsigned ecn[4])
{
	unsigned char packet[HEADERS];
	struct sockaddr_ll from;
	unsigned n = 0;

	for (;;) {
		socklen_t size = sizeof(from);
		ssize_t len = recvfrom(fd, packet, sizeof(packet), 0, (struct sockaddr *)&from,
				       &size);
		int tos;

		if (len < 0)
			return n;
		tos = from.sll_pkttype == PACKET_OUTGOING ? -1
							  : tos_of(packet, (size_t)len, peer);
		if (tos < 0)
			continue;
		dscp[tos >> 2]++;
		ecn[tos & 3]++;
		n++;
	}
}

json_t *probe_capture_take(struct probe_capture *capture, const struct sockaddr_storage *peer)
{
	unsigned dscp[64] = { 0 }, ecn[4] = { 0 };

	if (capture->fd >= 0) {
		unsigned n = drain(capture->fd, peer, dscp, ecn);

		close(capture->fd);
		capture->fd = -1;
		if (n)
			return json_pack("{s:o,s:o}", "seen", histogram_new(dscp, 64), "ecn",
					 histogram_new(ecn, 4));
		snprintf(capture->why, sizeof(capture->why),
			 "the NIC shows no packets of RDMA to the kernel");
	}
	return json_pack("{s:s}", "unseen", capture->why);
}
