/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs by vendor, as rows.  Every row that fits is applied, in this order: later rows
 * refine earlier ones.  A row says where its claim comes from.  Adding one: a row here, and one in
 * tests/unit/test-quirk.c.
 */
#include "net/quirk.h"
#include "net/redfish.h"

#define THEN(...) .then = { __VA_ARGS__ }
#define VENDOR(word) .vendor = word

const struct rf_quirk ms_rf_quirk_table[] = {
	{ "dell-idrac", VENDOR("dell"), .when = { .vendor = "Dell" },
	  .source = "account slots from 3, settings need a job, finished monitors are purged",
	  THEN({ Q_BIOS_JOB, 1 }, { Q_ACCOUNT_SLOTS, 1 }, { Q_FIRST_SLOT, 3 },
	       { Q_POLL_TASK, 1 }) },
	{ "dell-expand", .when = { .vendor = "Dell", .redfish_from = "1.6" },
	  .source = "one level of $expand is offered; the count is checked all the same",
	  THEN({ Q_EXPAND, 1 }) },
	{ "dell-idrac10", .when = { .vendor = "Dell", .model = "17G" },
	  .source = "Boot is in the Systems/x/Settings resource", .setting = "boot-settings" },

	{ "hpe-ilo", VENDOR("hpe"), .when = { .vendor = "HPE" },
	  .source = "Manager.Reset takes no ResetType, an unchanged boot mode is refused",
	  THEN({ Q_RESET_PLAIN, 1 }, { Q_BOOT, MS_RF_BOOT_CHANGED }) },

	{ "lenovo-xcc", VENDOR("lenovo"), .when = { .vendor = "Lenovo" },
	  .source = "media is unmounted with its session, a finished monitor deletes itself",
	  THEN({ Q_SESSION_MEDIA, 1 }, { Q_POLL_TASK, 1 }, { Q_NO_GRACEFUL_RESTART, 1 }) },
	{ "lenovo-tsm", .when = { .vendor = "Lenovo", .oem = "Ami" },
	  .source = "TSM is AMI firmware: boot settings go together, media outlives the session",
	  THEN({ Q_BOOT, MS_RF_BOOT_ALL }, { Q_SESSION_MEDIA, 0 }, { Q_POLL_TASK, 0 }) },

	{ "supermicro", VENDOR("supermicro"), .when = { .vendor = "Supermicro" },
	  .source = "boot override needs Enabled and the mode echoed, polling floods crash the BMC",
	  THEN({ Q_BOOT, MS_RF_BOOT_ECHO_MODE }, { Q_READS, 1 }) },

	{ "ami-megarac", VENDOR("ami"), .when = { .vendor = "AMI" },
	  .source = "mode, enabled and target of the boot override go together",
	  THEN({ Q_BOOT, MS_RF_BOOT_ALL }) },
	{ "ami-megarac", VENDOR("ami"), .when = { .vendor = "American Megatrends" },
	  .source = "the same under the older name", THEN({ Q_BOOT, MS_RF_BOOT_ALL }) },
	{ "asrockrack", VENDOR("asrockrack"), .when = { .vendor = "ASRockRack" },
	  .source = "mode, enabled and target of the boot override go together",
	  THEN({ Q_BOOT, MS_RF_BOOT_ALL }) },

	{ "openbmc", VENDOR("openbmc"),
	  .when = { .no_vendor = true, .manager_link = "/redfish/v1/Managers/bmc" },
	  .source = "GracefulRestart may not return", THEN({ Q_NO_GRACEFUL_RESTART, 1 }) },
	{ "openbmc", VENDOR("openbmc"), .when = { .vendor = "OpenBMC" },
	  .source = "GracefulRestart may not return", THEN({ Q_NO_GRACEFUL_RESTART, 1 }) },
	{ "nvidia-openbmc", VENDOR("nvidia"), .when = { .vendor = "Nvidia" },
	  .source = "OpenBMC: GracefulRestart may not return", THEN({ Q_NO_GRACEFUL_RESTART, 1 }) },
	{ "nvidia-bluefield", .when = { .vendor = "Nvidia", .product = "BMCMezz" },
	  .source = "account ids are user names, BIOS attribute names changed with 24.10",
	  .setting = "bluefield" },
	{ "nvidia-bluefield", .when = { .vendor = "Nvidia", .product = "BlueField" },
	  .source = "the same under its newer product name", .setting = "bluefield" },

	{ "huawei-ibmc", VENDOR("huawei"), .when = { .vendor = "Huawei" },
	  .source = "If-Match is required" },
	{ "gigabyte", VENDOR("gigabyte"), .when = { .vendor = "GIGABYTE" },
	  .source = "the settings resource is there, the annotation that names it is not",
	  .setting = "bios-sd" },
	{ "fujitsu-irmc", VENDOR("fujitsu"), .when = { .vendor = "Fujitsu" },
	  .source = "names only" },
	{ "cisco-cimc", VENDOR("cisco"), .when = { .vendor = "Cisco" }, .source = "names only" },
	{ .id = NULL },
};
