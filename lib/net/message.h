/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Message registries as far as they decide what an error is.  Private to lib/net. */
#ifndef MS_NET_MESSAGE_H
#define MS_NET_MESSAGE_H

#include "core/err.h"

struct ms_message_row {
	const char *registry;   /* first segment of the MessageId, NULL = any */
	const char *key;        /* last segment; ends with '*' to match a prefix */
	enum ms_code code;
	const char *hint;
};
/* NULL when the id says nothing that the HTTP status does not. */
const struct ms_message_row *ms_message_find(const char *message_id);

#endif
