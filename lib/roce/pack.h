/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/roce: many values that are much alike, kept in few octets each.  Texts and keys are kept once for all
 * of them, numbers take as many octets as they need.
 */
#ifndef MS_ROCE_PACK_H
#define MS_ROCE_PACK_H

#include "core/core.h"

struct roce_texts;
int roce_texts_new(struct roce_texts **ret_texts);
void roce_texts_free(struct roce_texts *texts);
/* The same text as long as `texts` lasts; NULL = no memory. */
const char *roce_text(struct roce_texts *texts, const char *text);

/* The octets last as long as `texts`. */
int roce_pack(struct roce_texts *texts, const json_t *value, const unsigned char **ret_packed);
/* Exactly the value that was packed, with the same texts; NULL = no memory. */
json_t *roce_unpack(const struct roce_texts *texts, const unsigned char *packed);

#endif
