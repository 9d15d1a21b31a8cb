/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a Junos device counts at its ports: all of it is in `show interfaces extensive`.  PFC frames
 * stand in an element for each priority, drops in one for each queue.  Marks are counted at the
 * port; of paused queues that the watchdog let go no element of a reply was found documented.
 */
#include <errno.h>
#include "fabric/junos/junos.h"
#include "net/xml.h"

#define COUNTER 40
#define SECONDS 180 /* a box with many ports has much to say */

struct counting {
	json_t *status;
	char port[64];
	int failed;
};

static void count(struct counting *at, const xmlNode *node, const char *element, const char *name)
{
	MS_AUTO_FREE char *text = ms_xml_text_of(node, element);
	json_int_t n;

	if (text && fabric_count_text(text, &n) &&
	    fabric_counter_add(at->status, at->port, n, "%s", name))
		at->failed = -ENOMEM;
}

static void count_priority(struct counting *at, const xmlNode *node, const char *element,
			   const char *direction, int priority, const char *what)
{
	char name[COUNTER];

	snprintf(name, sizeof(name), "%s_prio%d_%s", direction, priority, what);
	if (priority >= 0)
		count(at, node, element, name);
}

/* The number in an element; -1 when there is none, or it is none that is meant here. */
static int number_of(const xmlNode *node, const char *element)
{
	MS_AUTO_FREE char *text = ms_xml_text_of(node, element);
	json_int_t n;

	return text && fabric_count_text(text, &n) && n < 64 ? (int)n : -1;
}

static void take_pfc(struct counting *at, const xmlNode *node)
{
	int priority = number_of(node, "mac-pfc-dot1p");

	if (priority > 7)
		return;
	count_priority(at, node, "input-mac-pfc-frames", "rx", priority, "pause");
	count_priority(at, node, "output-mac-pfc-frames", "tx", priority, "pause");
}

static void take_queue(struct counting *at, const xmlNode *node)
{
	int queue = number_of(node, "queue-number");

	if (queue >= 0)
		count_priority(at, node, "queue-counters-total-drop-packets", "tx",
			       fabric_class_priority(at->status, "queue", (unsigned)queue),
			       "discards");
}

/* Some have them at ingress as well: another block, with another type. */
static void take_queues(struct counting *at, const xmlNode *node)
{
	MS_AUTO_FREE char *type = ms_xml_text_of(node, "intf-cos-queue-type");

	if (type && ms_starts(type, "Ingress"))
		return;
	for (const xmlNode *child = node; (child = ms_xml_next(child, node));)
		if (ms_xml_is(child, "queue"))
			take_queue(at, child);
}

static void take_port(struct counting *at, const xmlNode *node)
{
	static const struct { const char *list, *element, *name; } whole[] = {
		{ "input-error-list", "input-drops", "rx_discards_phy" },
		{ "output-error-list", "output-drops", "tx_discards_phy" },
		{ "ethernet-mac-statistics", "input-mac-pause-frames", "rx_pause" },
		{ "ethernet-mac-statistics", "output-mac-pause-frames", "tx_pause" },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(whole); i++)
		count(at, ms_xml_find(node, whole[i].list), whole[i].element, whole[i].name);
	count_priority(at, ms_xml_find(node, "output-error-list"), "ecn-marked-packets", "tx",
		       fabric_marked_priority(at->status, at->port), "marked");
	for (const xmlNode *child = node; (child = ms_xml_next(child, node));) {
		if (ms_xml_is(child, "ethernet-mac-pfc-statistics"))
			take_pfc(at, child);
		else if (ms_xml_is(child, "queue-counters"))
			take_queues(at, child);
	}
}

int junos_read_counters(const struct fabric_dialect *dialect, const char *reply, json_t *status)
{
	MS_AUTO_XML xmlDoc *doc = ms_xml_parse(reply, strlen(reply));
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
	struct counting at = { .status = status };

	for (const xmlNode *node = root; node && (node = ms_xml_next(node, root));) {
		MS_AUTO_FREE char *name = NULL;

		if (!ms_xml_is(node, "physical-interface"))
			continue;
		name = ms_xml_text_of(node, "name");
		if (name && fabric_port_abstract(dialect, name, at.port, sizeof(at.port)))
			take_port(&at, node);
	}
	return root ? at.failed : -EBADMSG;
}

int junos_counters(struct fabric_session *session, const struct fabric_dialect *dialect,
		   json_t *status, struct ms_err *err)
{
	MS_AUTO_FREE char *reply = NULL;
	int r = junos_rpc(session,
			  "<get-interface-information><extensive/></get-interface-information>",
			  SECONDS, &reply, err);

	if (r)
		return r;
	r = junos_read_counters(dialect, reply, status);
	if (r == -EBADMSG)
		return ms_fail(err, r, MS_INVALID, "%s: its reply is no XML", session->name);
	return r ? ms_nomem(err) : 0;
}
