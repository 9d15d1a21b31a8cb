/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statistics that drivers have names of their own for: ethtool -S.  Netlink has no message for
 * them. */
#include "host/host-private.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define AT_MOST 65536u

static int add(json_t *statistics, const char *name, size_t len, uint64_t value)
{
	MS_AUTO_FREE char *text = strndup(name, len);

	if (!text)
		return -ENOMEM;
	if (json_object_size(statistics) >= AT_MOST)
		return -E2BIG;
	/* Names are the driver's; what is no text is none. */
	for (const char *c = text; *c; c++)
		if (*c < ' ' || *c >= 0x7f)
			return 0;
	if (!*text)
		return 0;
	return json_object_set_new(statistics, text,
				   json_integer((json_int_t)(value & INT64_MAX))) < 0
		       ? -ENOMEM
		       : 0;
}

/* ---- the kernel ---- */

struct asking { int fd; struct ifreq ifr; };

static int ask(struct asking *asking, void *data)
{
	asking->ifr.ifr_data = data;
	return ioctl(asking->fd, SIOCETHTOOL, &asking->ifr) < 0 ? -errno : 0;
}

static int count(struct asking *asking, uint32_t *ret_n)
{
	union {
		struct ethtool_sset_info info;
		char bytes[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)];
	} set = { .info = { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1u << ETH_SS_STATS } };
	int r = ask(asking, &set);

	if (!r && set.info.sset_mask)
		memcpy(ret_n, set.bytes + sizeof(struct ethtool_sset_info), sizeof(*ret_n));
	return r;
}

static int collect(const struct ethtool_gstrings *names, const struct ethtool_stats *values,
		   json_t *statistics)
{
	uint32_t n = names->len < values->n_stats ? names->len : values->n_stats;
	int r = 0;

	for (uint32_t i = 0; !r && i < n; i++) {
		const char *name = (const char *)names->data + (size_t)i * ETH_GSTRING_LEN;

		r = add(statistics, name, strnlen(name, ETH_GSTRING_LEN), values->data[i]);
	}
	return r;
}

static int ask_all(struct asking *asking, json_t *statistics)
{
	MS_AUTO_FREE struct ethtool_gstrings *names = NULL;
	MS_AUTO_FREE struct ethtool_stats *values = NULL;
	uint32_t n = 0, room;
	int r = count(asking, &n);

	if (r < 0 || !n)
		return r;
	/* The kernel writes as many as there are by then, whatever the buffer holds: a queue more
	 * is 20 or so. */
	room = n < AT_MOST ? 2 * n + 4096 : 0;
	names = room ? calloc(1, sizeof(*names) + (size_t)room * ETH_GSTRING_LEN) : NULL;
	values = room ? calloc(1, sizeof(*values) + (size_t)room * sizeof(uint64_t)) : NULL;
	if (!names || !values)
		return room ? -ENOMEM : -E2BIG;
	*names = (struct ethtool_gstrings){ ETHTOOL_GSTRINGS, ETH_SS_STATS, n };
	*values = (struct ethtool_stats){ ETHTOOL_GSTATS, n };
	r = ask(asking, names);
	if (!r)
		r = ask(asking, values);
	if (!r && (names->len > room || values->n_stats > room))
		r = -E2BIG;
	return r ? r : collect(names, values, statistics);
}

static int from_kernel(const char *name, json_t *statistics)
{
	struct asking asking = { .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) };
	int r;

	if (asking.fd < 0)
		return -errno;
	snprintf(asking.ifr.ifr_name, sizeof(asking.ifr.ifr_name), "%s", name);
	r = ask_all(&asking, statistics);
	close(asking.fd);
	return r;
}

/* ---- a folder that stands for a machine ---- */

/* "     rx_prio3_discards: 12" */
static int from_line(char *line, json_t *statistics)
{
	char *name = line + strspn(line, " \t"), *colon = strrchr(name, ':'), *end;
	unsigned long long value;

	if (!colon || !colon[1])
		return 0;
	errno = 0;
	value = strtoull(colon + 1, &end, 10);
	return errno || *end ? 0 : add(statistics, name, (size_t)(colon - name), value);
}

static int from_file(struct ms_host *host, const char *name, json_t *statistics)
{
	struct ms_err none = MS_ERR_INIT;
	MS_AUTO_FREE char *text = NULL;
	char *rest, *line;
	int r = ms_host_read(host, MS_PATH("/ethtool/%s", name), &text, &none);

	if (r < 0)
		return none.error == -ENOENT ? -EOPNOTSUPP : none.error;
	rest = text;
	while (!r && (line = strsep(&rest, "\n")))
		r = from_line(line, statistics);
	return r;
}

int ms_host_statistics(struct ms_host *host, const char *name, json_t **ret_statistics,
		       struct ms_err *err)
{
	json_auto_t *statistics = json_object();
	int r = statistics ? 0 : -ENOMEM;

	if (!r)
		r = host->here		  ? from_kernel(name, statistics)
		    : host->root_fd >= 0 ? from_file(host, name, statistics)
					  : -EOPNOTSUPP;
	if (r < 0)
		return ms_fail(err, r, ms_host_code(r), "statistics of %s: %s", name, strerror(-r));
	*ret_statistics = ms_take(statistics);
	return 0;
}
