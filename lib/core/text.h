/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/core: UTF-8 (RFC 3629), and text from outside made fit for a terminal. */
#ifndef MS_CORE_TEXT_H
#define MS_CORE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Decode one character of text[0..len): its bytes, or 0 when they are not UTF-8. */
size_t ms_utf8_decode(const char *text, size_t len, uint32_t *ret_code);
int ms_text_is_utf8(const char *text);
/* Columns that a character takes on a terminal: 0, 1 or 2. */
unsigned ms_char_width(uint32_t code);
/* Would a terminal act on it rather than show it?  C0, DEL, C1, line separators and direction overrides. */
int ms_char_is_control(uint32_t code);
/* Columns of a text on a terminal. */
size_t ms_text_width(const char *text);
/* Line and column (1-based, in characters) of an offset, counted from the given place. */
void ms_text_place(const char *text, size_t offset, unsigned *line, unsigned *column);

#endif
