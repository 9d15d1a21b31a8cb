/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers of eAPI and NX-API: whatever comes, there is a result for each command or an error. */
#include "fabric/eos/eos.h"

int nxos_reply(const char *text, size_t len, const json_t *commands, json_t **ret_results, struct ms_err *err);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	json_auto_t *commands = json_pack("[s,{s:s},s]", "enable", "cmd", "show version", "show hostname");
	int (*const reply[])(const char *, size_t, const json_t *, json_t **, struct ms_err *) = { eos_reply, nxos_reply };

	for (size_t i = 0; i < MS_ARRAY_SIZE(reply); i++) {
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *results = NULL;
		int r = reply[i]((const char *)data, size, commands, &results, &err);

		if (r ? err.code == MS_OK : json_array_size(results) != 3)
			__builtin_trap();
	}
	return 0;
}
