/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replies of OS10's RESTCONF: whatever comes, there is a body or an error, and what is read of it is short text. */
#include "fabric/os10/rest.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void check(const json_t *ports)
{
	const char *port;
	json_t *row;

	json_object_foreach((json_t *)ports, port, row)
		if (!ms_str(row, "/link", NULL) || strlen(ms_str(row, "/speed", "")) > 8)
			__builtin_trap();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const long statuses[] = { 200, 401, 404, 500 };
	json_auto_t *sw = json_pack("{s:{s:s},s:{s:s}}", "metadata", "name", "leaf01", "spec", "platform", "os10");
	struct ms_err err = MS_ERR_INIT;
	struct fabric_dialect dialect;

	if (fabric_dialect_init(&dialect, sw, NULL, &err))
		return 0;
	for (size_t i = 0; i < MS_ARRAY_SIZE(statuses); i++) {
		json_auto_t *body = NULL, *facts = json_object(), *ports = json_object();
		struct ms_err why = MS_ERR_INIT;
		int r = os10_rest_reply("/x", statuses[i], (const char *)data, size, &body, &why);

		if (r ? why.code == MS_OK || body : !body || statuses[i] != 200)
			__builtin_trap();
		os10_rest_read_version(body, facts);
		os10_rest_read_equipment(body, facts);
		os10_rest_read_ports(&dialect, body, ports);
		check(ports);
	}
	return 0;
}
