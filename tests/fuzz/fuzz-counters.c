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

/* What was said, to a switch of one platform; body: as JSON, NULL where it is none. */
struct said { struct fabric_dialect dialect; const uint8_t *data; size_t size; json_t *body, *status; };

static void sonic(const struct said *said, struct ms_err *err)
{
	char *texts[SONIC_COUNTER_MAPS];

	for (size_t i = 0; i < SONIC_COUNTER_MAPS; i++)
		texts[i] = strndup((const char *)said->data, said->size);
	if (sonic_parse_counters(&said->dialect, texts, said->status, err))
		__builtin_trap();
	for (size_t i = 0; i < SONIC_COUNTER_MAPS; i++)
		free(texts[i]);
}

static void nxos(const struct said *said, struct ms_err *err)
{
	for (size_t i = 0; said->body && i < NXOS_COUNTERS; i++)
		if (nxos_parse_counters(&said->dialect, i, said->body, said->status, err))
			__builtin_trap();
}

/* One answer to every command, and as an interface. */
static void eos_and_nvue(const struct said *said, struct ms_err *err)
{
	static const char *const commands[] = {
		"show priority-flow-control counters detail", "show priority-flow-control counters watchdog",
		"show interfaces counters queue detail", "show qos interfaces ecn counters queue", "show interfaces flow-control",
		"show interfaces counters discards",
	};
	json_auto_t *breakouts = json_object();

	for (size_t i = 0; said->body && i < MS_ARRAY_SIZE(commands); i++)
		if (eos_take_counters(&said->dialect, breakouts, commands[i], said->body, said->status, err))
			__builtin_trap();
	if (said->body && nvue_take_counters("1", said->body, said->status, err))
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct { const char *platform; void (*fn)(const struct said *, struct ms_err *); } platforms[] = {
		{ "sonic", sonic }, { "nxos", nxos }, { "eos", eos_and_nvue },
	};
	struct ms_err none = MS_ERR_INIT;
	json_auto_t *body = NULL;

	if (ms_json_decode((const char *)data, size, &body, NULL, &none))
		body = NULL;
	for (size_t i = 0; i < MS_ARRAY_SIZE(platforms); i++) {
		json_auto_t *sw = json_pack("{s:{s:s},s:{s:s}}", "metadata", "name", "leaf01", "spec", "platform",
					    platforms[i].platform);
		json_auto_t *status = json_pack("{s:{s:{s:{s:{s:b}}}}}", "config", "qos", "classes", "3", "lossless", 1);
		struct said said = { .data = data, .size = size, .body = body, .status = status };
		struct ms_err err = MS_ERR_INIT;

		if (fabric_dialect_init(&said.dialect, sw, NULL, &err))
			__builtin_trap();
		platforms[i].fn(&said, &err);
		check(status);
	}
	return 0;
}
