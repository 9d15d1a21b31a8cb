/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NETCONF sessions of the simulated Junos switch: the end marker of RFC 6242 section 4.3, or chunks
 * where annotation sim/netconf says "1.1".
 */
#include "sim/junos/junos.h"

#define MARKER "]]>]]>"
#define MESSAGE_MAX (16u << 20)

struct session { struct ms_buf in; bool greeted, chunked, modern; };

static void send_message(struct sim_stream *stream, const struct ms_buf *message)
{
	struct session *session = stream->own;

	if (session->greeted && session->chunked) {
		/* In two pieces, because a client must not count on one. */
		size_t half = message->len / 2;

		ms_buf_printf(&stream->out, "\n#%zu\n", half);
		ms_buf_add(&stream->out, message->data, half);
		ms_buf_printf(&stream->out, "\n#%zu\n", message->len - half);
		ms_buf_add(&stream->out, message->data + half, message->len - half);
		ms_buf_puts(&stream->out, "\n##\n");
		return;
	}
	ms_buf_add(&stream->out, message->data, message->len);
	ms_buf_puts(&stream->out, "\n" MARKER "\n");
}

static void greet(struct sim_stream *stream)
{
	static const char *const capabilities[] = {
		"urn:ietf:params:netconf:base:1.0",
		"urn:ietf:params:netconf:capability:candidate:1.0",
		"urn:ietf:params:netconf:capability:confirmed-commit:1.0",
		"urn:ietf:params:netconf:capability:validate:1.0",
		"urn:ietf:params:netconf:capability:url:1.0?scheme=http,ftp,file",
		"http://xml.juniper.net/netconf/junos/1.0",
		"http://xml.juniper.net/dmi/system/1.0",
	};
	const struct session *session = stream->own;
	MS_AUTO_BUF struct ms_buf hello = { 0 };

	ms_buf_puts(
		&hello,
		"<!-- No zombies were killed during the creation of this user interface -->\n"
		"<hello xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\">\n  <capabilities>\n");
	for (size_t i = 0; i < MS_ARRAY_SIZE(capabilities); i++)
		ms_buf_printf(&hello, "    <capability>%s</capability>\n", capabilities[i]);
	if (session->modern)
		ms_buf_puts(&hello,
			    "    <capability>urn:ietf:params:netconf:base:1.1</capability>\n");
	ms_buf_printf(&hello, "  </capabilities>\n  <session-id>%u</session-id>\n</hello>",
		      stream->id);
	send_message(stream, &hello);
}

int junos_stream_open(struct sim_stream *stream)
{
	struct junos_box *box = junos_box(stream->sw);
	struct session *session;

	if (!ms_streq(stream->subsystem, "netconf"))
		return -ENOTSUP;
	if (box->limit && box->sessions >= box->limit) {
		stream->end = true;
		stream->status = 1;
		return 0;
	}
	session = calloc(1, sizeof(*session));
	if (!session)
		return -ENOMEM;
	session->in.max = MESSAGE_MAX;
	session->modern = ms_streq(
		ms_str(stream->sw->resource, "/metadata/annotations/sim~1netconf", NULL), "1.1");
	stream->own = session;
	box->sessions++;
	greet(stream);
	return 0;
}

void junos_stream_close(struct sim_stream *stream)
{
	struct session *session = stream->own;

	if (!session)
		return;
	junos_box(stream->sw)->sessions--;
	junos_session_ended(stream->sw, stream->id, false);
	ms_buf_release(&session->in);
	free(session);
	stream->own = NULL;
}

/* ---- messages -----------------------------------------------------------------------------------
 */

void junos_escape(struct ms_buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			ms_buf_puts(out, "&lt;");
		else if (*text == '>')
			ms_buf_puts(out, "&gt;");
		else if (*text == '&')
			ms_buf_puts(out, "&amp;");
		else
			ms_buf_add(out, text, 1);
	}
}

static void take_hello(struct session *session, const xmlNode *root)
{
	for (const xmlNode *at = root; (at = ms_xml_next(at, root));) {
		MS_AUTO_FREE char *uri = ms_xml_is(at, "capability") ? ms_xml_text(at) : NULL;

		if (ms_streq(uri, "urn:ietf:params:netconf:base:1.1"))
			session->chunked = session->modern;
	}
	session->greeted = true;
}

static const xmlNode *first_element(const xmlNode *root)
{
	const xmlNode *node = root->children;

	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

static void answer_rpc(struct sim_stream *stream, const xmlNode *root)
{
	xmlChar *id = xmlGetNoNsProp((xmlNode *)root, (const xmlChar *)"message-id");
	const xmlNode *operation = first_element(root);
	MS_AUTO_BUF struct ms_buf reply = { 0 };

	ms_buf_puts(&reply, "<rpc-reply xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\" "
			    "xmlns:junos=\"http://xml.juniper.net/junos/23.4R0/junos\"");
	if (id) {
		ms_buf_puts(&reply, " message-id=\"");
		junos_escape(&reply, (const char *)id);
		ms_buf_puts(&reply, "\"");
	}
	ms_buf_puts(&reply, ">\n");
	if (operation)
		stream->end = junos_operation(stream, operation, &reply);
	ms_buf_puts(&reply, "</rpc-reply>");
	xmlFree(id);
	if (!stream->drop)
		send_message(stream, &reply);
}

static void take_message(struct sim_stream *stream, const char *text, size_t len)
{
	struct session *session = stream->own;
	MS_AUTO_XML xmlDoc *doc = ms_xml_parse(text, len);
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;

	if (root && !session->greeted && ms_xml_is(root, "hello"))
		take_hello(session, root);
	else if (root && session->greeted && ms_xml_is(root, "rpc"))
		answer_rpc(stream, root);
	else
		stream->end = true;
}

/* ---- framing ------------------------------------------------------------------------------------
 */

/* A message out of chunks at the start of the buffer: its length with frames, 0 when it is not
 * whole, -1 when it is none.  The text is gathered in `message`. */
static ssize_t gather(const struct ms_buf *in, struct ms_buf *message)
{
	size_t at = 0;

	while (at < in->len) {
		char *end;
		unsigned long n;

		if (in->len - at < 4)
			return 0;
		if (in->data[at] != '\n' || in->data[at + 1] != '#')
			return -1;
		if (in->data[at + 2] == '#')
			return in->data[at + 3] == '\n' ? (ssize_t)at + 4 : -1;
		n = strtoul(in->data + at + 2, &end, 10);
		if (end == in->data + in->len)
			return 0;
		if (*end != '\n' || !n || n > MESSAGE_MAX)
			return -1;
		at = (size_t)(end - in->data) + 1;
		if (in->len - at < n)
			return 0;
		ms_buf_add(message, in->data + at, n);
		at += n;
	}
	return 0;
}

static void drop_front(struct ms_buf *in, size_t n)
{
	memmove(in->data, in->data + n, in->len - n + 1);
	in->len -= n;
}

/* One message; false when there is none yet. */
static bool take_one(struct sim_stream *stream)
{
	struct session *session = stream->own;
	MS_AUTO_BUF struct ms_buf message = { 0 };
	ssize_t used;

	if (session->greeted && session->chunked) {
		used = gather(&session->in, &message);
		if (used < 0)
			stream->end = true;
	} else {
		const char *end = session->in.len ? strstr(session->in.data, MARKER) : NULL;

		used = end ? end - session->in.data + (ssize_t)strlen(MARKER) : 0;
		if (end)
			ms_buf_add(&message, session->in.data, (size_t)(end - session->in.data));
	}
	if (used <= 0)
		return false;
	drop_front(&session->in, (size_t)used);
	take_message(stream, message.data ? message.data : "", message.len);
	return true;
}

void junos_stream_input(struct sim_stream *stream, const char *data, size_t len)
{
	struct session *session = stream->own;

	if (!session || !len || ms_buf_add(&session->in, data, len) < 0) {
		stream->end = true;
		return;
	}
	while (!stream->end && !stream->drop && take_one(stream))
		;
}
