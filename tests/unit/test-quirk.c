/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Quirk rows: each one fires for the service root that it is for, and what follows from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "net/redfish.h"

static const struct sample {
	const char *root, *resource;
	const char *ids, *vendor;
	const char *then;         /* "name=value ..." that must hold, of the fields below */
} samples[] = {
	{ "{\"Vendor\":\"Dell\",\"RedfishVersion\":\"1.13.1\",\"Product\":\"Integrated Dell Remote Access Controller\"}", NULL,
	  "dell-idrac dell-expand", "dell", "bios_job=1 account_slots=1 first_slot=3 poll_task=1 expand=1 reads=0" },
	{ "{\"Vendor\":\"Dell\",\"RedfishVersion\":\"1.4.0\"}", NULL, "dell-idrac", "dell", "expand=0 bios_job=1" },
	{ "{\"Oem\":{\"Dell\":{}},\"RedfishVersion\":\"1.0.2\"}", NULL, "dell-idrac", "dell", "bios_job=1" },
	{ "{\"Vendor\":\"Dell\",\"RedfishVersion\":\"1.20.1\"}", "{\"Model\":\"17G Monolithic\"}",
	  "dell-idrac dell-expand dell-idrac10", "dell", "setting=boot-settings" },
	{ "{\"Vendor\":\"HPE\",\"RedfishVersion\":\"1.6.0\",\"Product\":\"ProLiant DL385\"}", NULL, "hpe-ilo", "hpe",
	  "reset_plain=1 boot=0 account_slots=0" },
	{ "{\"Oem\":{\"Hpe\":{}}}", NULL, "hpe-ilo", "hpe", "reset_plain=1" },
	{ "{\"Vendor\":\"Lenovo\",\"RedfishVersion\":\"1.15.0\"}", NULL, "lenovo-xcc", "lenovo",
	  "session_media=1 poll_task=1 no_graceful_restart=1" },
	{ "{\"Vendor\":\"Lenovo\",\"Oem\":{\"Ami\":{}}}", NULL, "lenovo-xcc lenovo-tsm", "lenovo", "session_media=0 boot=1" },
	{ "{\"RedfishVersion\":\"1.11.0\",\"Oem\":{\"Supermicro\":{}}}", NULL, "supermicro", "supermicro", "boot=2 reads=1" },
	{ "{\"Vendor\":\"Supermicro\"}", NULL, "supermicro", "supermicro", "boot=2 reads=1" },
	{ "{\"RedfishVersion\":\"1.9.0\"}", "{\"Manufacturer\":\"Super Micro\"}", "generic", "unknown", "reads=0" },
	{ "{\"RedfishVersion\":\"1.9.0\"}", "{\"Manufacturer\":\"Supermicro\"}", "supermicro", "supermicro", "reads=1" },
	{ "{\"Vendor\":\"AMI\",\"Product\":\"AMI Redfish Server\"}", NULL, "ami-megarac", "ami", "boot=1" },
	{ "{\"Vendor\":\"American Megatrends, Inc.\"}", NULL, "ami-megarac", "ami", "boot=1" },
	{ "{\"Vendor\":\"ASRockRack\"}", NULL, "asrockrack", "asrockrack", "boot=1" },
	{ "{\"Links\":{\"ManagerProvidingService\":{\"@odata.id\":\"/redfish/v1/Managers/bmc\"}}}", NULL, "openbmc", "openbmc",
	  "no_graceful_restart=1" },
	{ "{\"Vendor\":\"OpenBMC\"}", NULL, "openbmc", "openbmc", "no_graceful_restart=1" },
	{ "{\"Vendor\":\"NVIDIA\",\"Product\":\"GB200\"}", NULL, "nvidia-openbmc", "nvidia", "no_graceful_restart=1 setting=" },
	{ "{\"Vendor\":\"Nvidia\",\"Product\":\"Nvidia-BMCMezz\"}", NULL, "nvidia-openbmc nvidia-bluefield", "nvidia",
	  "setting=bluefield" },
	{ "{\"Vendor\":\"Nvidia\",\"Product\":\"BlueField-3 DPU\"}", NULL, "nvidia-openbmc nvidia-bluefield", "nvidia",
	  "setting=bluefield" },
	{ "{\"Vendor\":\"Huawei\"}", NULL, "huawei-ibmc", "huawei", "" },
	{ "{\"Vendor\":\"GIGABYTE\"}", NULL, "gigabyte", "gigabyte", "setting=bios-sd" },
	{ "{\"Vendor\":\"Fujitsu\"}", NULL, "fujitsu-irmc", "fujitsu", "" },
	{ "{\"Vendor\":\"Cisco Systems Inc.\"}", NULL, "cisco-cimc", "cisco", "" },
	{ "{\"Vendor\":\"Dellicious\"}", NULL, "generic", "unknown", "bios_job=0" },
	{ "{\"Vendor\":5,\"Product\":null,\"Oem\":[],\"RedfishVersion\":{}}", NULL, "generic", "unknown", "" },
	{ "{}", NULL, "generic", "unknown", "boot=0 etag=0 auth=0" },
};

static void describe(const struct ms_rf_quirks *q, struct ms_buf *buf)
{
	ms_buf_printf(buf, " bios_job=%d account_slots=%d first_slot=%u poll_task=%d expand=%d reads=%u reset_plain=%d boot=%d "
		      "session_media=%d no_graceful_restart=%d etag=%d auth=%d setting=%s ", q->bios_job, q->account_slots,
		      q->first_slot, q->poll_task, q->expand, q->reads, q->reset_plain, q->boot, q->session_media,
		      q->no_graceful_restart, q->etag, q->auth, q->settings[1] ? q->settings[1] : "");
}

static void check(const struct sample *s, const struct ms_rf_quirks *q)
{
	MS_AUTO_BUF struct ms_buf ids = { 0 }, all = { 0 };
	MS_AUTO_FREE char *then = strdup(s->then);

	for (size_t i = 0; q->ids[i]; i++)
		ms_buf_printf(&ids, "%s%s", i ? " " : "", q->ids[i]);
	describe(q, &all);
	if (strcmp(ids.data, s->ids) || strcmp(q->vendor, s->vendor) || strcmp(q->settings[0], s->vendor))
		fail_msg("%s: %s, %s", s->root, ids.data, q->vendor);
	for (char *word = strtok(then, " "); word; word = strtok(NULL, " ")) {
		MS_AUTO_FREE char *spaced = ms_asprintf(" %s ", word);

		if (!strstr(all.data, spaced))
			fail_msg("%s: not %s in%s", s->root, word, all.data);
	}
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(samples); i++) {
		json_auto_t *root = json_loads(samples[i].root, 0, NULL);
		json_auto_t *resource = samples[i].resource ? json_loads(samples[i].resource, 0, NULL) : NULL;
		struct ms_rf_quirks quirks;

		assert_non_null(root);
		ms_rf_quirks_choose(root, resource, &quirks);
		check(&samples[i], &quirks);
	}
}

/* No row without a sample above that it fires for, and none that says nothing for people. */
static void test_every_row_has_a_sample(void **state)
{
	json_auto_t *rows = ms_rf_quirk_rows();
	const json_t *row;
	size_t i;

	(void)state;
	assert_true(json_array_size(rows) > 10);
	json_array_foreach(rows, i, row) {
		const char *id = ms_str(row, "/id", "");
		bool found = false;

		for (size_t j = 0; j < MS_ARRAY_SIZE(samples); j++) {
			MS_AUTO_FREE char *ids = ms_asprintf(" %s ", samples[j].ids), *word = ms_asprintf(" %s ", id);

			found |= strstr(ids, word) != NULL;
		}
		if (!found || !*ms_str(row, "/source", "") || !json_object_size(json_object_get(row, "when")))
			fail_msg("row %s has no sample, no source or no condition", id);
	}
	assert_int_equal(ms_int(rows, "/0/then/firstSlot", 0), 3);
	assert_string_equal(ms_str(rows, "/0/when/vendor", ""), "Dell");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_row_has_a_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
