/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What switches say they count, SONiC in lines, the others in JSON: counters of ports are numbers, and none is negative. */
#include <stddef.h>
#include <stdint.h>
#include "fabric/nxos/nxos.h"
#include "fabric/sonic/sonic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Each driver has a session of its own, so that their headers do not go together. */
int eos_take_counters(const struct fabric_dialect *dialect, const json_t *breakouts, const char *command, const json_t *shown, json_t *status,
		      struct ms_err *err);
int nvue_take_counters(const char *port, const json_t *interface, json_t *status, struct ms_err *err);

static void check(const json_t *status)
{
	json_t *port, *count;
	const char *key;
	void *next;

	json_object_foreach_safe(json_object_get(status, "counters"), next, key, port)
		json_object_foreach(port, key, count)
			if (!json_is_integer(count) || json_integer_value(count) < 0)
				__builtin_trap();
}

static void sonic(const json_t *sw, const uint8_t *data, size_t size)
{
	json_auto_t *status = json_object();
	char *texts[SONIC_COUNTER_MAPS];
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;

	for (size_t i = 0; i < SONIC_COUNTER_MAPS; i++)
		texts[i] = strndup((const char *)data, size);
	if (fabric_dialect_init(&dialect, sw, NULL, &err) || sonic_parse_counters(&dialect, texts, status, &err))
		__builtin_trap();
	check(status);
	for (size_t i = 0; i < SONIC_COUNTER_MAPS; i++)
		free(texts[i]);
}

static void nxos(const json_t *sw, const uint8_t *data, size_t size)
{
	json_auto_t *status = json_object(), *body = NULL;
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;

	if (ms_json_decode((const char *)data, size, &body, NULL, &err))
		return;
	if (fabric_dialect_init(&dialect, sw, NULL, &err))
		__builtin_trap();
	for (size_t i = 0; i < NXOS_COUNTERS; i++)
		if (nxos_parse_counters(&dialect, i, body, status, &err))
			__builtin_trap();
	check(status);
}

/* One answer to every command, and as an interface. */
static void eos_and_nvue(const json_t *sw, const uint8_t *data, size_t size)
{
	static const char *const commands[] = {
		"show priority-flow-control counters detail", "show priority-flow-control counters watchdog",
		"show interfaces counters queue detail", "show qos interfaces ecn counters queue", "show interfaces flow-control",
		"show interfaces counters discards",
	};
	json_auto_t *status = json_pack("{s:{s:{s:{s:{s:b}}}}}", "config", "qos", "classes", "3", "lossless", 1), *body = NULL,
		    *breakouts = json_object();
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;

	if (ms_json_decode((const char *)data, size, &body, NULL, &err))
		return;
	if (fabric_dialect_init(&dialect, sw, NULL, &err))
		__builtin_trap();
	for (size_t i = 0; i < MS_ARRAY_SIZE(commands); i++)
		if (eos_take_counters(&dialect, breakouts, commands[i], body, status, &err))
			__builtin_trap();
	if (nvue_take_counters("1", body, status, &err))
		__builtin_trap();
	check(status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct { const char *platform; void (*fn)(const json_t *, const uint8_t *, size_t); } platforms[] = {
		{ "sonic", sonic }, { "nxos", nxos }, { "eos", eos_and_nvue },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(platforms); i++) {
		json_auto_t *sw = json_pack("{s:{s:s},s:{s:s}}", "metadata", "name", "leaf01", "spec", "platform",
					    platforms[i].platform);

		platforms[i].fn(sw, data, size);
	}
	return 0;
}
