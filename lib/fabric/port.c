/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of ports: "1/2" here, "swp1s1" or "Ethernet1/2" there. */
#include <errno.h>
#include "fabric/driver.h"

#define MAX_PORT 4096
#define MAX_PART 64

/* A number without sign or leading zero; end stands behind it. */
static bool read_number(const char *text, long max, long *ret_number, const char **ret_end)
{
	const char *c = text;
	long number = 0;

	if (*c == '0' && c[1] >= '0' && c[1] <= '9')
		return false;
	for (; *c >= '0' && *c <= '9'; c++) {
		number = number * 10 + (*c - '0');
		if (number > max)
			return false;
	}
	if (c == text)
		return false;
	*ret_number = number;
	*ret_end = c;
	return true;
}

bool fabric_port_parse(const char *port, unsigned *ret_port, unsigned *ret_part)
{
	long number, part = 0;
	const char *end;

	if (!port || !read_number(port, MAX_PORT, &number, &end) || number < 1)
		return false;
	if (*end == '/' && (!read_number(end + 1, MAX_PART, &part, &end) || part < 1))
		return false;
	if (*end)
		return false;
	*ret_port = (unsigned)number;
	*ret_part = (unsigned)part;
	return true;
}

unsigned fabric_port_parts(const json_t *sw, unsigned port)
{
	const json_t *entry;
	char name[16];
	size_t i;

	snprintf(name, sizeof name, "%u", port);
	json_array_foreach(ms_at(sw, "/spec/ports"), i, entry)
		if (ms_streq(ms_str(entry, "/name", NULL), name))
			return (unsigned)strtoul(ms_str(entry, "/breakout", "1"), NULL, 10);
	return 1;
}

/* Platforms without a separator number the lanes: a part is as many lanes on as each part has. */
static long lanes_of_part(const struct fabric_dialect *dialect, unsigned port)
{
	unsigned parts = fabric_port_parts(dialect->sw, port);

	return parts > 1 && (unsigned)dialect->step >= parts ? dialect->step / (long)parts : 1;
}

static bool counts_lanes(const struct fabric_dialect *dialect)
{
	return !dialect->part || !*dialect->part;
}

int fabric_port_native(const struct fabric_dialect *dialect, const char *port, char *buf,
		       size_t size)
{
	const char *known = json_string_value(json_object_get(dialect->names, port));
	unsigned number, part;
	long first;
	int n;

	if (known)
		return snprintf(buf, size, "%s", known) < (int)size ? 0 : -ENAMETOOLONG;
	if (!fabric_port_parse(port, &number, &part))
		return -EINVAL;
	first = dialect->first + (long)(number - 1) * dialect->step;
	if (part && counts_lanes(dialect))
		n = snprintf(buf, size, "%s%ld", dialect->prefix,
			     first + (long)(part - 1) * lanes_of_part(dialect, number));
	else if (part)
		n = snprintf(buf, size, "%s%ld%s%ld", dialect->prefix, first, dialect->part,
			     (long)dialect->first_part + part - 1);
	else
		n = snprintf(buf, size, "%s%ld", dialect->prefix, first);
	return n < (int)size ? 0 : -ENAMETOOLONG;
}

static const char *known_as(const json_t *names, const char *native)
{
	const char *port;
	json_t *name;

	json_object_foreach((json_t *)names, port, name)
		if (ms_streq(json_string_value(name), native))
			return port;
	return NULL;
}

/* What stands behind the number: nothing, or a separator and a part. */
static bool read_part(const struct fabric_dialect *dialect, const char *rest, unsigned *ret_part)
{
	long part;

	*ret_part = 0;
	if (!*rest)
		return true;
	if (counts_lanes(dialect) || !ms_starts(rest, dialect->part) ||
	    !read_number(rest + strlen(dialect->part), MAX_PART, &part, &rest) || *rest)
		return false;
	part += 1 - dialect->first_part;
	if (part < 1)
		return false;
	*ret_part = (unsigned)part;
	return true;
}

/* The lane within a port says which part it is; a port that is not broken out has only its first.
 */
static bool lane_to_part(const struct fabric_dialect *dialect, unsigned port, long lane,
			 unsigned *ret_part)
{
	unsigned parts = fabric_port_parts(dialect->sw, port);
	long width = lanes_of_part(dialect, port);

	if (parts <= 1)
		return lane == 0;
	*ret_part = (unsigned)(lane / width + 1);
	return lane % width == 0 && *ret_part <= parts;
}

bool fabric_port_abstract(const struct fabric_dialect *dialect, const char *native, char *buf,
			  size_t size)
{
	const char *known = known_as(dialect->names, native), *rest;
	long number, lane;
	unsigned port, part;
	int n;

	if (known)
		return snprintf(buf, size, "%s", known) < (int)size;
	if (!ms_starts(native, dialect->prefix) ||
	    !read_number(native + strlen(dialect->prefix), (long)MAX_PORT * 64, &number, &rest) ||
	    number < dialect->first || !read_part(dialect, rest, &part))
		return false;
	lane = (number - dialect->first) % dialect->step;
	port = (unsigned)((number - dialect->first) / dialect->step + 1);
	if (port > MAX_PORT)
		return false;
	if (counts_lanes(dialect)) {
		if (!lane_to_part(dialect, port, lane, &part))
			return false;
	} else if (lane) {
		return false;
	}
	n = part ? snprintf(buf, size, "%u/%u", port, part) : snprintf(buf, size, "%u", port);
	return n < (int)size;
}
