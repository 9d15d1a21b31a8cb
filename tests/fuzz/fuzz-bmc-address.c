/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where BMCs might be: ranges that people type, lease files, answers to M-SEARCH. */
#include <stddef.h>
#include <stdint.h>
#include "bmc/discover.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *found = json_object();
	char *text = malloc(size + 1), address[64];

	memcpy(text, data, size);
	text[size] = '\0';
	if (bmc_ssdp_address(text, address, sizeof(address)) && strlen(address) >= sizeof(address))
		__builtin_trap();
	if (bmc_address_range(found, text, &err) && err.code == MS_OK)
		__builtin_trap();
	ms_err_clear(&err);
	bmc_address_leases(found, text, &err);
	free(text);
	return 0;
}
