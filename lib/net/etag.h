/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ETags as devices send them and as they want them back.  Private to lib/net. */
#ifndef MS_NET_ETAG_H
#define MS_NET_ETAG_H

#include "core/core.h"

#define RF_ETAG_SIZE 256
#define RF_LINE_SIZE (RF_ETAG_SIZE + 16)
enum rf_rung { RF_RUNG_GIVEN, RF_RUNG_STRONG, RF_RUNG_ANY, RF_RUNG_NONE };

/* The header's ETag, else the body's; "" and false when there is none that can be used. */
bool ms_etag_of(const char *header, const json_t *body, char ret_etag[RF_ETAG_SIZE]);
/* The If-Match line of a rung, "" for none; false when the rung has nothing to offer for this ETag. */
bool ms_etag_header(enum rf_rung rung, const char *etag, char ret_line[RF_LINE_SIZE]);

#endif
