/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Selections: the first line is a host list, the second a label selector; both meet a small world. */
#include "core/core.h"

static const char *const world[] = {
	"{\"metadata\":{\"name\":\"node01\",\"labels\":{\"role\":\"compute\",\"rack\":1,\"gpu\":\"\"}}}",
	"{\"metadata\":{\"name\":\"leaf-1.example.net\",\"labels\":{\"example.com/tier\":\"a\",\"x\":null,\"y\":[1]}}}",
	"{\"metadata\":{\"labels\":\"none\"}}", "[]",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), *newline = strchr(text, '\n');
	const char *names[] = { text, NULL }, *labels[] = { newline ? newline + 1 : NULL, NULL };
	struct ms_err err = MS_ERR_INIT;
	struct ms_select *select = NULL;

	if (newline)
		*newline = '\0';
	/* A million names are allowed, but not in every run. */
	if (strlen(text) > 40 || ms_select_new(*text ? names : NULL, labels, &select, &err)) {
		free(text);
		return 0;
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(world); i++) {
		json_t *res = json_loads(world[i], 0, NULL);

		ms_select_match(select, res);
		json_decref(res);
	}
	free(ms_select_unused(select));
	ms_select_free(select);
	free(text);
	return 0;
}
