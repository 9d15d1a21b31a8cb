/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where BMCs might be: address ranges, lease files.  Both give "address" or "address:port" strings,
 * each once. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include "bmc/discover.h"

#define MAX_ADDRESSES 65536
#define MAX_LEASES (64u << 20)

unsigned bmc_address_port(const char *text)
{
	char *end;
	unsigned long port = strtoul(text, &end, 10);

	return isdigit((unsigned char)*text) && !*end && port <= 65535 ? (unsigned)port : 0;
}

int bmc_address_add(json_t *found, const char *address, const char *how, struct ms_err *err)
{
	if (json_object_get(found, address))
		return 0;
	if (json_object_size(found) >= MAX_ADDRESSES) {
		ms_fail(err, -E2BIG, MS_USAGE, "more than %d addresses to ask", MAX_ADDRESSES);
		ms_hint(err, "ask for less at a time: /16 of IPv4 is the most");
		return -E2BIG;
	}
	return json_object_set_new(found, address, json_string(how)) ? ms_nomem(err) : 0;
}

static int bad_range(const char *range, struct ms_err *err)
{
	ms_usage(err, "not an address range: \"%s\"", range);
	ms_hint(err, "write 10.0.0.0/24, 10.0.0.5-10.0.0.20, 10.0.0.[5-20] or 10.0.0.5, with "
		     ":PORT where it is not 443");
	return -EINVAL;
}

static int add_span(json_t *found, const char *range, uint32_t first, uint32_t last,
		    const char *port, struct ms_err *err)
{
	if (last < first)
		return bad_range(range, err);
	if (last - first >= MAX_ADDRESSES)
		return ms_usage(err, "%s has %u addresses, %d are the most", range,
				last - first + 1, MAX_ADDRESSES);
	for (uint32_t at = first;; at++) {
		struct in_addr ip = { htonl(at) };
		char text[INET_ADDRSTRLEN + 8], bare[INET_ADDRSTRLEN];
		int r;

		snprintf(text, sizeof(text), "%s%s", inet_ntop(AF_INET, &ip, bare, sizeof(bare)),
			 port);
		r = bmc_address_add(found, text, "range", err);
		if (r || at == last)
			return r;
	}
}

/* Network and broadcast addresses are no hosts, but for /31 and /32. */
static int add_prefix(json_t *found, const char *range, uint32_t ip, const char *bits,
		      const char *port, struct ms_err *err)
{
	char *end;
	unsigned long n = strtoul(bits, &end, 10);
	uint32_t mask, edge;

	if (end == bits || *end || n > 32 || !isdigit((unsigned char)*bits))
		return bad_range(range, err);
	mask = n ? 0xffffffffu << (32 - n) : 0;
	edge = n < 31;
	return add_span(found, range, (ip & mask) + edge, (ip | ~mask) - edge, port, err);
}

static bool ipv4(const char *text, uint32_t *ret_ip)
{
	struct in_addr ip;

	if (inet_pton(AF_INET, text, &ip) != 1)
		return false;
	*ret_ip = ntohl(ip.s_addr);
	return true;
}

/* A host list ("10.0.0.[5-20]", "bmc[01-40].example.net") or one name or IPv6 address. */
static int add_names(json_t *found, const char *range, const char *expr, const char *port,
		     struct ms_err *err)
{
	char **names = NULL;
	int r = ms_hostlist_expand(expr, MAX_ADDRESSES, &names, err);

	for (size_t i = 0; !r && names && names[i]; i++) {
		char text[300];

		if (!names[i][0] || strpbrk(names[i], "/ @?#")) {
			r = bad_range(range, err);
			break;
		}
		snprintf(text, sizeof(text), "%s%s", names[i], port);
		r = bmc_address_add(found, text, "range", err);
	}
	ms_strv_free(names);
	return r;
}

/* ":8443" at the end of anything but a bare IPv6 address; cut off from `text`. */
static const char *take_port(char *text, char *buf, size_t size)
{
	char *colon = strrchr(text, ':');
	bool bracket = strchr(text, ']') && *text == '[' && strchr(text, ':') < strchr(text, ']');

	buf[0] = '\0';
	if (!colon || (strchr(text, ':') != colon && !bracket) ||
	    (bracket && colon < strchr(text, ']')))
		return buf;
	snprintf(buf, size, "%s", colon);
	*colon = '\0';
	return buf;
}

int bmc_address_range(json_t *found, const char *range, struct ms_err *err)
{
	char text[256], port[16], *slash, *dash;
	uint32_t first, last;

	if (strlen(range) >= sizeof(text) || !*range)
		return bad_range(range, err);
	snprintf(text, sizeof(text), "%s", range);
	take_port(text, port, sizeof(port));
	if (port[0] && !bmc_address_port(port + 1))
		return bad_range(range, err);
	slash = strchr(text, '/');
	dash = strchr(text, '-');
	if (slash) {
		*slash = '\0';
		return ipv4(text, &first) ? add_prefix(found, range, first, slash + 1, port, err)
					  : bad_range(range, err);
	}
	if (dash) {
		*dash = '\0';
		if (ipv4(text, &first) && ipv4(dash + 1, &last))
			return add_span(found, range, first, last, port, err);
		*dash = '-';
	}
	return add_names(found, range, text, port, err);
}

/* One line of a lease file: dnsmasq "1700000000 aa:bb:.. 10.0.0.3 name *", ISC "lease 10.0.0.3 {",
 * Kea "10.0.0.3,aa:bb,...". */
static const char *lease_address(char *line)
{
	char *save = NULL, *first, *second, *third;
	uint32_t ip;

	if (strchr(line, ',')) {
		first = strtok_r(line, ",", &save);
		return first && ipv4(first, &ip) ? first : NULL;
	}
	first = strtok_r(line, " \t", &save);
	second = strtok_r(NULL, " \t", &save);
	third = strtok_r(NULL, " \t", &save);
	if (first && second && !strcmp(first, "lease"))
		return ipv4(second, &ip) ? second : NULL;
	return first && isdigit((unsigned char)*first) && third && ipv4(third, &ip) ? third : NULL;
}

int bmc_address_leases(json_t *found, char *text, struct ms_err *err)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\r\n", &save); line;
	     line = strtok_r(NULL, "\r\n", &save)) {
		const char *address = lease_address(line);
		int r = address ? bmc_address_add(found, address, "lease", err) : 0;

		if (r)
			return r;
	}
	return 0;
}

int bmc_address_lease_file(json_t *found, const char *path, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf text = { .max = MAX_LEASES + 1 };
	int r = ms_read_file(path, MAX_LEASES, &text, err);

	if (r)
		return r;
	return text.data ? bmc_address_leases(found, text.data, err) : 0;
}
