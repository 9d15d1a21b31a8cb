/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Junos says its ports count, in XML, and OS10, in XML, JSON and a table: numbers, of which none is negative. */
#include "fabric/junos/junos.h"
#include "fabric/os10/rest.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static int rest(const struct fabric_dialect *dialect, const char *text, json_t *status)
{
	json_auto_t *body = json_loads(text, 0, NULL);

	return os10_rest_read_counters(dialect, body, status);
}

static const struct {
	const char *platform;
	int (*read)(const struct fabric_dialect *dialect, const char *text, json_t *status);
} readers[] = {
	{ "junos", junos_read_counters },
	{ "os10", os10_read_counters },
	{ "os10", os10_read_queues },
	{ "os10", rest },
};

static void check(const json_t *status)
{
	json_t *port, *count;
	const char *name, *key;

	json_object_foreach (json_object_get(status, "counters"), name, port)
		json_object_foreach (port, key, count)
			if (!json_is_integer(count) || json_integer_value(count) < 0)
				__builtin_trap();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	MS_AUTO_FREE char *text = strndup((const char *)data, size);

	for (size_t i = 0; text && i < MS_ARRAY_SIZE(readers); i++) {
		json_auto_t *sw = json_pack("{s:{s:s},s:{s:s}}", "metadata", "name", "leaf01", "spec", "platform", readers[i].platform);
		json_auto_t *config = json_pack("{s:{s:{s:s}},s:{s:{s:{s:i}},s:{s:{s:{s:{}}}}}}", "ports", "1", "qos", "p", "qos",
						"classes", "3", "queue", 4, "profiles", "p", "ecn", "3");
		json_auto_t *status = json_pack("{s:O}", "config", config);
		struct ms_err err = MS_ERR_INIT;
		struct fabric_dialect dialect;

		if (fabric_dialect_init(&dialect, sw, NULL, &err))
			__builtin_trap();
		readers[i].read(&dialect, text, status);
		check(status);
	}
	return 0;
}
