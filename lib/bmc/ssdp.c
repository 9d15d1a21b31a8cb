/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DSP0266, "Discovery": M-SEARCH for urn:dmtf-org:service:redfish-rest:1 on the local network. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include "bmc/discover.h"

#define SSDP_SECONDS 3

/* The value of a header, cut at the end of its line. */
static bool header(const char *answer, const char *name, char *buf, size_t size)
{
	size_t n = strlen(name);

	for (const char *line = answer; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncasecmp(line, name, n) && line[n] == ':') {
			line += n + 1;
			line += strspn(line, " \t<");
			snprintf(buf, size, "%.*s", (int)strcspn(line, "\r\n>"), line);
			return true;
		}
	}
	return false;
}

bool bmc_ssdp_address(const char *answer, char *buf, size_t size)
{
	char text[512], *host, *end;

	if (!header(answer, "ST", text, sizeof(text)) ||
	    !ms_starts(text, "urn:dmtf-org:service:redfish-rest:1"))
		return false;
	if (!header(answer, "AL", text, sizeof(text)) &&
	    !header(answer, "LOCATION", text, sizeof(text)))
		return false;
	host = strstr(text, "://");
	if (!host)
		return false;
	host += 3;
	end = host + strcspn(host, "/");
	*end = '\0';
	if (!*host || strpbrk(host, " @?#") || strlen(host) >= size)
		return false;
	snprintf(buf, size, "%s", host);
	return true;
}

static int ask(int fd, struct ms_err *err)
{
	static const char search[] =
		"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"
		"MAN: \"ssdp:discover\"\r\nMX: 2\r\n"
		"ST: urn:dmtf-org:service:redfish-rest:1\r\nUSER-AGENT: msctl/" MSCTL_VERSION
		"\r\n\r\n";
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(1900) };
	const unsigned char ttl = 2;

	inet_pton(AF_INET, "239.255.255.250", &to.sin_addr);
	setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof(ttl));
	if (sendto(fd, search, sizeof(search) - 1, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return ms_fail_errno(err, -errno, "cannot send M-SEARCH");
	return 0;
}

int bmc_ssdp(struct ms_loop *loop, json_t *found, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + SSDP_SECONDS * 1000;
	MS_AUTO_FD int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r;

	if (fd < 0)
		return ms_fail_errno(err, -errno, "cannot open a socket");
	r = ask(fd, err);
	while (!r) {
		char answer[2048], address[256];
		ssize_t n;

		r = ms_task_wait_fd(loop, fd, POLLIN, deadline);
		if (r)
			return r == -ETIMEDOUT ? 0
					       : ms_fail(err, r, MS_CANCELLED,
							 "stopped while waiting for SSDP answers");
		n = recv(fd, answer, sizeof(answer) - 1, 0);
		if (n <= 0)
			continue;
		answer[n] = '\0';
		if (bmc_ssdp_address(answer, address, sizeof(address)))
			r = bmc_address_add(found, address, "ssdp", err);
	}
	return r;
}
