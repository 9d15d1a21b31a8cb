/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RoCE of ports as the tools of a box tell it, in JSON: dcb(8), tc(8), ethtool(8).  Where a port
 * has no DCB, dcb says nothing. */
#include <errno.h>
#include "fabric/frr/frr.h"

const char frr_qos_question[] = "dcb -j pfc show dev @ 2> /dev/null; "
				"dcb -j app show dev @ 2> /dev/null; "
				"dcb -j buffer show dev @ 2> /dev/null; "
				"ethtool -a @ 2> /dev/null";

/* ---- dcb, ethtool ---- */

static unsigned number(const json_t *list, size_t i)
{
	json_int_t value = json_integer_value(json_array_get(list, i));

	return value < 0 ? 0 : value > UINT32_MAX ? UINT32_MAX : (unsigned)value;
}

/* Of several priorities of a code point the highest counts. */
static void take_app(const json_t *said, struct frr_qos_port *port)
{
	const json_t *pair;
	size_t i;

	json_array_foreach(json_object_get(said, "dscp_prio"), i, pair) {
		unsigned dscp = number(pair, 0) & 63, priority = number(pair, 1) & 7;

		if (port->dscp[dscp] < (int)priority)
			port->dscp[dscp] = (signed char)priority;
	}
	json_array_foreach(json_object_get(said, "default_prio"), i, pair) {
		int priority = (int)(json_integer_value(pair) & 7);

		if (port->otherwise < priority)
			port->otherwise = (signed char)priority;
	}
}

static void take_pfc(const json_t *said, struct frr_qos_port *port)
{
	const json_t *list = json_object_get(said, "prio_pfc");

	for (unsigned i = 0; i < 8; i++)
		if (json_is_true(json_array_get(list, i)))
			port->pfc |= (unsigned char)(1U << i);
}

/* Sizes of buffers that no priority is sent to are the chip's own affair, as is that of the first.
 */
static void take_buffers(const json_t *said, struct frr_qos_port *port)
{
	const json_t *of = json_object_get(said, "prio_buffer"),
		     *size = json_object_get(said, "buffer_size");

	for (unsigned i = 0; i < 8; i++) {
		port->buffer[i] = number(of, i) & 7;
		if (port->buffer[i])
			port->size[port->buffer[i]] = number(size, port->buffer[i]);
	}
}

static void take_one(const json_t *said, struct frr_qos_port *port)
{
	if (json_object_get(said, "prio_pfc"))
		take_pfc(said, port);
	else if (json_object_get(said, "prio_buffer"))
		take_buffers(said, port);
	else if (json_is_object(said))
		take_app(said, port);
}

/* "@swp1" names the port of what follows; "RX:\t\ton" is ethtool's. */
static int take_line(const struct fabric_dialect *dialect, const char *line, struct frr_qos *qos,
		     struct frr_qos_port **port, struct ms_err *err)
{
	char name[64], abstract[64], is[8];

	if (sscanf(line, "@%63[^ \t\r\n]", name) == 1) {
		*port = NULL;
		if (!fabric_port_abstract(dialect, name, abstract, sizeof abstract))
			return 0;
		*port = frr_qos_port(qos, name);
		return *port ? 0 : ms_nomem(err);
	}
	if (*port && sscanf(line, "%2[RTX]: %7s", name, is) == 2)
		(*port)->pause |= !strcmp(is, "on");
	return 0;
}

static int take_ports(const struct fabric_dialect *dialect, const char *said, struct frr_qos *qos,
		      struct ms_err *err)
{
	struct frr_qos_port *port = NULL;
	json_error_t where;
	int r = 0;

	while (!r && *(said += strspn(said, " \t\r\n"))) {
		json_t *one = *said == '{' ? json_loads(said, JSON_DISABLE_EOF_CHECK, &where)
					   : NULL;

		if (!one) {
			r = take_line(dialect, said, qos, &port, err);
			said += strcspn(said, "\n");
			continue;
		}
		if (port)
			take_one(one, port);
		json_decref(one);
		said += where.position;
	}
	return r;
}

/* ---- tc ---- */

static void note(struct frr_qos_port *port, const json_t *row)
{
	const char *parent = ms_str(row, "/parent", "?"), *kind = ms_str(row, "/kind", "?");

	/* It becomes a line of its own. */
	snprintf(port->foreign, sizeof port->foreign, "%.40s %.20s",
		 ms_bool(row, "/root", false) ? "root" : parent, kind);
	for (char *at = port->foreign; *at; at++)
		if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 0x7f)
			*at = ' ';
}

static void take_root(const json_t *row, struct frr_qos_port *port)
{
	const json_t *quanta = ms_at(row, "/options/quanta"),
		     *map = ms_at(row, "/options/priomap");
	const char *kind = ms_str(row, "/kind", ""), *handle = ms_str(row, "/handle", "");

	/* What the kernel put there itself has no handle. */
	if (!strcmp(handle, "0:"))
		return;
	if (strcmp(kind, "ets") || strcmp(handle, "1:") ||
	    ms_int(row, "/options/bands", 0) != FRR_BANDS) {
		note(port, row);
		return;
	}
	port->ets = true;
	port->strict = (unsigned)ms_int(row, "/options/strict", 0);
	if (port->strict > FRR_BANDS)
		port->strict = FRR_BANDS;
	for (unsigned i = port->strict; i < FRR_BANDS; i++)
		port->quanta[i] = number(quanta, i - port->strict);
	for (unsigned i = 0; i < 8; i++)
		port->band[i] = number(map, i) & 7;
}

static void take_child(const json_t *row, struct frr_qos_port *port)
{
	unsigned long band = strtoul(ms_str(row, "/parent", "1:0") + 2, NULL, 16);
	const json_t *options = json_object_get(row, "options"),
		     *share = json_object_get(options, "probability");
	struct frr_red *red;

	if (band < 1 || band > FRR_BANDS)
		return;
	if (strcmp(ms_str(row, "/kind", ""), "red") || !ms_bool(options, "/ecn", false) ||
	    !ms_bool(options, "/nodrop", false)) {
		note(port, row);
		return;
	}
	red = &port->red[band - 1];
	red->min = (unsigned)ms_int(options, "/min", 0);
	red->max = (unsigned)ms_int(options, "/max", 0);
	red->percent = (unsigned)(json_number_value(share) * 100 + 0.5);
}

static int take_disciplines(const struct fabric_dialect *dialect, const char *text,
			    struct frr_qos *qos, struct ms_err *err)
{
	json_auto_t *list = json_loads(text, 0, NULL);
	char abstract[64];
	const json_t *row;
	size_t i;

	json_array_foreach(list, i, row) {
		const char *name = ms_str(row, "/dev", ""), *parent = ms_str(row, "/parent", "");
		struct frr_qos_port *port;

		if (!fabric_port_abstract(dialect, name, abstract, sizeof abstract))
			continue;
		port = frr_qos_port(qos, name);
		if (!port)
			return ms_nomem(err);
		if (ms_bool(row, "/root", false))
			take_root(row, port);
		else if (ms_starts(parent, "1:"))
			take_child(row, port);
	}
	return 0;
}

int frr_qos_take(const struct fabric_dialect *dialect, const char *said, const char *disciplines,
		 struct frr_qos *ret_qos, struct ms_err *err)
{
	int r;

	*ret_qos = (struct frr_qos){ 0 };
	r = take_ports(dialect, said, ret_qos, err);
	if (!r)
		r = take_disciplines(dialect, disciplines, ret_qos, err);
	if (r)
		frr_qos_release(ret_qos);
	return r;
}
