/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a simulated switch calls its ports: prefix, number, and the part of one that is broken out.
 */
#include "sim/switch.h"

struct names { const char *prefix, *part; int first, step, first_part; };

static struct names names_of(const struct sim_switch *sw)
{
	const struct sim_switch_platform *p = sw->platform;
	const json_t *spec = ms_at(sw->resource, "/spec/portNames");

	return (struct names){
		.prefix = ms_str(spec, "/prefix", p->prefix ? p->prefix : ""),
		.part = ms_str(spec, "/part", p->part ? p->part : "/"),
		.first = (int)ms_int(spec, "/first", p->first),
		.step = (int)ms_int(spec, "/step", p->step ? p->step : 1),
		.first_part = (int)ms_int(spec, "/firstPart", p->first_part),
	};
}

/* Parts that a port is split into, by the site file. */
static int parts_of(const struct sim_switch *sw, int port)
{
	const json_t *row;
	size_t i;
	char name[16];

	snprintf(name, sizeof(name), "%d", port);
	json_array_foreach(ms_at(sw->resource, "/spec/ports"), i, row)
		if (!strcmp(ms_str(row, "/name", ""), name))
			return (int)strtol(ms_str(row, "/breakout", "1"), NULL, 10);
	return 1;
}

/* Without a separator a part is counted in lanes of its port. */
static int lanes(const struct sim_switch *sw, const struct names *names, int port)
{
	int parts = parts_of(sw, port);

	return parts > 1 && names->step >= parts ? names->step / parts : 1;
}

static bool number(const char **text, int *ret_number)
{
	char *end;
	long n;

	if (**text < '0' || **text > '9')
		return false;
	n = strtol(*text, &end, 10);
	*text = end;
	*ret_number = (int)n;
	return n <= 65535;
}

bool sim_port_native(const struct sim_switch *sw, const char *port, char *buf, size_t size)
{
	struct names names = names_of(sw);
	int n, part = 0, len, at;

	if (!number(&port, &n) || n < 1)
		return false;
	if (*port == '/' && (port++, !number(&port, &part) || part < 1))
		return false;
	if (*port)
		return false;
	at = names.first + (n - 1) * names.step;
	if (!part)
		len = snprintf(buf, size, "%s%d", names.prefix, at);
	else if (*names.part)
		len = snprintf(buf, size, "%s%d%s%d", names.prefix, at, names.part,
			       names.first_part + part - 1);
	else
		len = snprintf(buf, size, "%s%d", names.prefix,
			       at + (part - 1) * lanes(sw, &names, n));
	return len > 0 && (size_t)len < size;
}

static bool put(char *buf, size_t size, int port, int part)
{
	int len = part ? snprintf(buf, size, "%d/%d", port, part) : snprintf(buf, size, "%d", port);

	return len > 0 && (size_t)len < size;
}

bool sim_port_abstract(const struct sim_switch *sw, const char *native, char *buf, size_t size)
{
	struct names names = names_of(sw);
	size_t prefix = strlen(names.prefix), separator = strlen(names.part);
	int at, port, part = 0, rest;

	if (strncmp(native, names.prefix, prefix))
		return false;
	native += prefix;
	if (!number(&native, &at) || at < names.first)
		return false;
	port = (at - names.first) / names.step + 1;
	rest = (at - names.first) % names.step;
	if (separator && *native && !strncmp(native, names.part, separator)) {
		native += separator;
		if (!number(&native, &part) || part < names.first_part)
			return false;
		part += 1 - names.first_part;
	} else if (!separator && parts_of(sw, port) > 1) {
		part = rest / lanes(sw, &names, port) + 1;
		rest = 0;
	}
	return !*native && !rest && put(buf, size, port, part);
}

bool sim_port_exists(const struct sim_switch *sw, const char *native)
{
	char port[64];

	return sim_port_abstract(sw, native, port, sizeof(port)) &&
	       strtoul(port, NULL, 10) <= sw->platform->ports;
}
