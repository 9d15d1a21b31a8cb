/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an OS10 switch counts at its ports: `statistics` of ietf-interfaces (RFC 7223), as Dell's
 * module augments it, by RESTCONF or by `show interface | display-xml`, where each interface is a
 * document of its own.  What queues dropped only the command line says, port by port: it is asked
 * of those that have a profile, in one session.
 */
#include <errno.h>
#include "fabric/box/box.h"
#include "fabric/os10/rest.h"
#include "net/xml.h"

/* ---- statistics ---- */

/* "pfc-3-rx-pkts" */
static bool pfc_name(const char *said, char buf[static 40])
{
	unsigned priority;
	char direction;
	int used = 0;

	if (sscanf(said, "pfc-%1u-%cx-pkts%n", &priority, &direction, &used) != 2 || !used ||
	    said[used] || priority > 7 || !strchr("rt", direction))
		return false;
	snprintf(buf, 40, "%cx_prio%u_pause", direction, priority);
	return true;
}

static int take(json_t *status, const char *port, const char *said, json_int_t n)
{
	static const struct { const char *said, *name; } whole[] = {
		{ "pause-rx-pkts", "rx_pause" },
		{ "pause-tx-pkts", "tx_pause" },
		{ "in-discards", "rx_discards_phy" },
		{ "out-discards", "tx_discards_phy" },
	};
	char name[40];
	int marked;

	for (size_t i = 0; i < MS_ARRAY_SIZE(whole); i++)
		if (!strcmp(said, whole[i].said))
			return fabric_counter_add(status, port, n, "%s", whole[i].name);
	if (pfc_name(said, name))
		return fabric_counter_add(status, port, n, "%s", name);
	marked = strcmp(said, "ecn-marked-packets") ? -1 : fabric_marked_priority(status, port);
	return marked < 0 ? 0 : fabric_counter_add(status, port, n, "tx_prio%d_marked", marked);
}

int os10_rest_read_counters(const struct fabric_dialect *dialect, const json_t *body,
			    json_t *status)
{
	json_t *interface, *value;
	char port[64];
	const char *key;
	json_int_t n;
	int r = 0;
	size_t i;

	json_array_foreach(json_object_get(body, "ietf-interfaces:interface"), i, interface) {
		const char *name = ms_str(interface, "/name", "");

		if (!fabric_port_abstract(dialect, name, port, sizeof(port)))
			continue;
		json_object_foreach(json_object_get(interface, "statistics"), key, value) {
			const char *colon = strchr(key, ':');

			if (fabric_count(value, &n))
				r |= take(status, port, colon ? colon + 1 : key, n);
		}
	}
	return r ? -ENOMEM : 0;
}

static int take_interface(const struct fabric_dialect *dialect, const xmlNode *node,
			  json_t *status)
{
	MS_AUTO_FREE char *name = ms_xml_text_of(node, "name");
	const xmlNode *statistics = ms_xml_find(node, "statistics");
	char port[64];
	json_int_t n;
	int r = 0;

	if (!name || !statistics || !fabric_port_abstract(dialect, name, port, sizeof(port)))
		return 0;
	for (const xmlNode *at = statistics->children; at; at = at->next) {
		MS_AUTO_FREE char *text = at->type == XML_ELEMENT_NODE ? ms_xml_text(at) : NULL;

		if (text && fabric_count_text(text, &n))
			r |= take(status, port, (const char *)at->name, n);
	}
	return r;
}

int os10_read_counters(const struct fabric_dialect *dialect, const char *text, json_t *status)
{
	static const char head[] = "<?xml";
	int r = 0;

	for (const char *next = strstr(text, head); (text = next);) {
		next = strstr(text + 1, head);
		MS_AUTO_XML xmlDoc *doc =
			ms_xml_parse(text, next ? (size_t)(next - text) : strlen(text));
		const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;

		for (const xmlNode *at = root; at && (at = ms_xml_next(at, root));)
			if (ms_xml_is(at, "interface"))
				r |= take_interface(dialect, at, status);
	}
	return r ? -ENOMEM : 0;
}

/* ---- queues ---- */

/* Which word of a line it is, from 0; -1 when it is not there. */
static int column_of(const char *line, const char *title)
{
	char word[64];
	int used;

	for (int i = 0; sscanf(line, "%63s%n", word, &used) == 1; line += used, i++)
		if (!strcmp(word, title))
			return i;
	return -1;
}

static bool word_at(const char *line, int column, char *buf /* of 64 */)
{
	int used;

	for (; column >= 0 && sscanf(line, "%63s%n", buf, &used) == 1; line += used, column--)
		if (!column)
			return true;
	return false;
}

/* "3     0      0      0     0": the number of the queue comes first. */
static int take_queue(json_t *status, const char *port, const char *line, int column)
{
	char number[64], dropped[64];
	json_int_t queue, n;
	int priority;

	if (!word_at(line, 0, number) || !word_at(line, column, dropped) ||
	    !fabric_count_text(number, &queue) || !fabric_count_text(dropped, &n) || queue > 63)
		return 0;
	priority = fabric_class_priority(status, "queue", (unsigned)queue);
	return priority < 0 ? 0
			    : fabric_counter_add(status, port, n, "tx_prio%d_discards", priority);
}

/* A prompt may stand in front of the first line of each. */
int os10_read_queues(const struct fabric_dialect *dialect, const char *text, json_t *status)
{
	char line[512], port[64] = "";
	int column = -1, r = 0;

	while (os10_next_line(&text, line, sizeof(line))) {
		const char *name = strstr(line, "Interface ");

		if (name) {
			column = -1;
			if (!os10_port_of(dialect, name + strlen("Interface "), port, sizeof(port)))
				*port = 0;
		} else if (column_of(line, "Queue") >= 0) {
			column = column_of(line, "Dropped-Packets");
		} else if (*port && column > 0) {
			r |= take_queue(status, port, line, column);
		}
	}
	return r ? -ENOMEM : 0;
}

/* ---- asking ---- */

static int show_interfaces(struct fabric_session *session, const struct fabric_dialect *dialect,
			   json_t *status, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	int r = os10_show(session, "show interface | display-xml", &text, err);

	return r ? r : os10_read_counters(dialect, text, status) ? ms_nomem(err) : 0;
}

static int show_queues(struct fabric_session *session, const struct fabric_dialect *dialect,
		       json_t *status, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf commands = { 0 };
	MS_AUTO_FREE char *text = NULL;
	const char *port;
	char native[64];
	json_t *row;
	int r;

	json_object_foreach(ms_at(status, "/config/ports"), port, row)
		if (json_object_get(row, "qos") &&
		    !fabric_port_native(dialect, port, native, sizeof(native)))
			ms_buf_printf(&commands, "show queuing statistics interface ethernet %s\n",
				      native + strcspn(native, "0123456789"));
	if (!commands.len)
		return commands.failed ? ms_nomem(err) : 0;
	r = os10_show_each(session, commands.data, &text, err);
	return r ? r : os10_read_queues(dialect, text, status) ? ms_nomem(err) : 0;
}

int os10_counters(struct fabric_session *session, const struct fabric_dialect *dialect,
		  json_t *status, struct ms_err *err)
{
	json_auto_t *body = NULL;
	int r = os10_rest_interfaces(session->rest, &body, err);

	if (!r && body)
		r = os10_rest_read_counters(dialect, body, status) ? ms_nomem(err) : 0;
	else if (!r)
		r = show_interfaces(session, dialect, status, err);
	return r ? r : show_queues(session, dialect, status, err);
}
