/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON from devices: bounded before it is parsed; ms_json_decode() of net.h is the reader.  Private to lib/net. */
#ifndef MS_NET_JSON_H
#define MS_NET_JSON_H

#include <jansson.h>
#include "core/err.h"

/* The parser, the printer and the destructor recurse; tasks have small stacks. */
#define MS_JSON_MAX_DEPTH 64

/* Nesting stays within MS_JSON_MAX_DEPTH; says nothing else about the text. */
bool ms_json_is_shallow(const char *text, size_t len);

#endif
