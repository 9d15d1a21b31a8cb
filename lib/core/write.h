/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/core: values as text. */
#ifndef MS_CORE_WRITE_H
#define MS_CORE_WRITE_H

#include "core/buf.h"
#include "core/doc.h"

/* 0, -ENOMEM, -EFBIG, -ELOOP (too deep), -EINVAL (no value). */
int ms_json_write(struct ms_buf *buf, const json_t *value, enum ms_json_style style);
/* Block style YAML ending in a newline; 0, -ENOMEM, -EFBIG, -ELOOP. */
int ms_yaml_write(struct ms_buf *buf, const json_t *value);
/* The shortest decimal that reads back as the same double, always with a point. */
void ms_real_format(double value, char *buf, size_t size);
/* Decimal text of the core schema to a double, whatever the locale; -ERANGE when it is too large. */
int ms_real_parse(const char *text, double *ret_value);
/* Does a double keep every digit of a decimal integer?  So printers that know only doubles (jq) write large reals. */
bool ms_real_holds(const char *digits, size_t len);
/* Turn a result of the two above into an error. */
int ms_write_fail(struct ms_err *err, int error);

#endif
