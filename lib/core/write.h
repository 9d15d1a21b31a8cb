/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/core: values as text. */
#ifndef MS_CORE_WRITE_H
#define MS_CORE_WRITE_H

#include "core/buf.h"
#include "core/doc.h"

/* Compact JSON, keys in insertion order or sorted; 0, -ENOMEM, -EFBIG, -ELOOP (too deep). */
int ms_json_write(struct ms_buf *buf, const json_t *value, bool sort);
/* Block style YAML ending in a newline; 0, -ENOMEM, -EFBIG, -ELOOP. */
int ms_yaml_write(struct ms_buf *buf, const json_t *value);
/* The shortest decimal that reads back as the same double, always with a point. */
void ms_real_format(double value, char *buf, size_t size);
/* Decimal text of the core schema to a double, whatever the locale; -ERANGE when it is too large. */
int ms_real_parse(const char *text, double *ret_value);
/* Turn a result of the two above into an error. */
int ms_write_fail(struct ms_err *err, int error);

#endif
