/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host lists: bounded, and every name is a name. */
#include "core/core.h"

#define MOST 500

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *expr = strndup((const char *)data, size);
	struct ms_err err = MS_ERR_INIT;
	char **names = NULL;
	int error = ms_hostlist_expand(expr, MOST, &names, &err);
	size_t n = 0;

	if (error && (err.code == MS_OK || !err.message[0] || names))
		abort();
	for (; !error && names[n]; n++)
		if (!names[n][0] || strpbrk(names[n], "[],*?"))
			abort();
	if (n > MOST)
		abort();
	ms_strv_free(names);
	free(expr);
	return 0;
}
