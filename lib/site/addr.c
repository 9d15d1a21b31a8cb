/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of both families as numbers on one line, so that pools need one arithmetic. */
#include <arpa/inet.h>
#include "site/kinds.h"

bool ms_addr_parse(const char *text, struct ms_addr *ret_addr)
{
	unsigned char bytes[16];
	struct ms_addr addr = { .v6 = strchr(text, ':') != NULL };

	if (inet_pton(addr.v6 ? AF_INET6 : AF_INET, text, bytes) != 1)
		return false;
	for (size_t i = 0; i < (addr.v6 ? 16 : 4); i++)
		addr.value = addr.value << 8 | bytes[i];
	*ret_addr = addr;
	return true;
}

const char *ms_addr_format(struct ms_addr addr, char *buf)
{
	unsigned char bytes[16];
	size_t n = addr.v6 ? 16 : 4;

	for (size_t i = n; i-- > 0; addr.value >>= 8)
		bytes[i] = (unsigned char)addr.value;
	return inet_ntop(addr.v6 ? AF_INET6 : AF_INET, bytes, buf, 48);
}

bool ms_prefix_parse(const char *text, struct ms_addr *ret_first, struct ms_addr *ret_last,
		     unsigned *ret_bits)
{
	const char *slash = strchr(text, '/');
	char head[48], *end;
	struct ms_addr addr;
	unsigned long bits;

	if (!slash || slash - text >= (ptrdiff_t)sizeof(head) || slash[1] < '0' || slash[1] > '9')
		return false;
	snprintf(head, sizeof(head), "%.*s", (int)(slash - text), text);
	bits = strtoul(slash + 1, &end, 10);
	if (*end || !ms_addr_parse(head, &addr) || bits > (addr.v6 ? 128 : 32))
		return false;

	unsigned host = (addr.v6 ? 128 : 32) - (unsigned)bits;
	ms_u128 mask = host == 128 ? ~(ms_u128)0 : ((ms_u128)1 << host) - 1;

	*ret_first = (struct ms_addr){ addr.value & ~mask, addr.v6 };
	*ret_last = (struct ms_addr){ addr.value | mask, addr.v6 };
	if (!addr.v6) /* ~mask reaches above 32 bits, addr.value does not */
		ret_last->value &= 0xffffffffu;
	*ret_bits = (unsigned)bits;
	return true;
}

bool ms_addr_range_parse(const char *text, struct ms_addr *ret_first, struct ms_addr *ret_last)
{
	const char *dash = strchr(text, '-');
	char head[48];
	unsigned bits;

	if (strchr(text, '/'))
		return ms_prefix_parse(text, ret_first, ret_last, &bits);
	if (!dash) {
		if (!ms_addr_parse(text, ret_first))
			return false;
		*ret_last = *ret_first;
		return true;
	}
	if (dash - text >= (ptrdiff_t)sizeof(head))
		return false;
	snprintf(head, sizeof(head), "%.*s", (int)(dash - text), text);
	return ms_addr_parse(head, ret_first) && ms_addr_parse(dash + 1, ret_last) &&
	       ret_first->v6 == ret_last->v6 && ret_first->value <= ret_last->value;
}
