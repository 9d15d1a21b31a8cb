/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any JSON through every normaliser of lib/bmc: a BMC may send anything. */
#include <stddef.h>
#include <stdint.h>
#include "bmc/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bmc_norm_fn *const fns[] = {
	bmc_norm_manager, bmc_norm_system, bmc_norm_boot_option, bmc_norm_processor, bmc_norm_memory, bmc_norm_drive,
	bmc_norm_controller, bmc_norm_volume, bmc_norm_port, bmc_norm_function, bmc_norm_ethernet, bmc_norm_pcie,
	bmc_norm_pcie_function, bmc_norm_gpu, bmc_norm_firmware, bmc_norm_tpm, bmc_norm_sensor, bmc_norm_supply,
	bmc_norm_account, bmc_norm_license, bmc_norm_task, bmc_norm_media, bmc_norm_chassis, bmc_norm_log,
	bmc_norm_event, bmc_norm_adapter,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_auto_t *raw = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
	json_auto_t *warnings = json_array(), *pending = NULL;

	if (!raw)
		return 0;
	for (size_t i = 0; i < MS_ARRAY_SIZE(fns); i++) {
		struct bmc_norm norm = { i % 2 ? "hpe" : "dell", warnings };
		json_t *out = fns[i](&norm, raw);

		/* A normaliser gives an object, whatever it is given. */
		if (!json_is_object(out))
			__builtin_trap();
		json_decref(out);
	}
	pending = bmc_bios_pending(raw, ms_at(raw, "/Attributes"));
	bmc_pcie_is_gpu(raw, ms_at(raw, "/functions"));
	bmc_log_descending(ms_at(raw, "/Members"));
	return 0;
}
