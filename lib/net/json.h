/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON from devices: bounded before it is parsed, repaired where firmware gets it wrong.  Private to lib/net. */
#ifndef MS_NET_JSON_H
#define MS_NET_JSON_H

#include <jansson.h>
#include "core/err.h"

/* The parser, the printer and the destructor recurse; tasks have small stacks. */
#define MS_JSON_MAX_DEPTH 64

/* Nesting stays within MS_JSON_MAX_DEPTH; says nothing else about the text. */
bool ms_json_is_shallow(const char *text, size_t len);
/* An object or array.  ret_oddity (may be NULL) is set to a constant text when the JSON had to be repaired.
 * MS_INVALID when it cannot be read. */
int ms_json_decode(const char *text, size_t len, json_t **ret_value, const char **ret_oddity, struct ms_err *err);

#endif
