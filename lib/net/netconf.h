/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/net: the parts of NETCONF that have nothing to do with a connection, and are fuzzed. */
#ifndef MS_NET_NETCONF_H
#define MS_NET_NETCONF_H

#include "net/net.h"
#include "net/xml.h"

/* ---- netconf-frame.c: messages out of a stream of bytes (RFC 6242 section 4) -------------------- */

struct ms_netconf_frame {
	bool chunked;                /* section 4.2; else section 4.3, "]]>]]>" */
	unsigned state;
	uint64_t left;               /* of a chunk; digits of its size so far */
	unsigned digits;
	struct ms_buf message;       /* so far */
};
/* Take bytes: 1 when frame->message is complete, with ret_used bytes of the data; 0 when all are taken and more is
 * wanted; -EBADMSG when it is no framing, -EFBIG when the message has more than its maximum. */
int ms_netconf_frame_take(struct ms_netconf_frame *frame, const char *data, size_t len, size_t *ret_used);
/* For the next message. */
void ms_netconf_frame_reset(struct ms_netconf_frame *frame);
int ms_netconf_frame_put(struct ms_buf *out, bool chunked, const char *message, size_t len);

/* ---- netconf-xml.c: what messages say ------------------------------------------------------------ */

#define MS_NETCONF_NS "urn:ietf:params:xml:ns:netconf:base:1.0"

/* Of a hello: capabilities (array) and session-id (may be NULL). */
int ms_netconf_hello(const char *text, size_t len, json_t **ret_capabilities, char **ret_id);
/* Is it a reply to that message-id?  0 with the errors in it looked at, -ESTALE when it is another message. */
int ms_netconf_reply(const char *name, const char *text, size_t len, const char *message_id, json_t *warnings,
		     struct ms_err *err);

#endif
