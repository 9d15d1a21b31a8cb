/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What dcb, ethtool and tc say of ports, split by a NUL: read, it gives commands that read back as themselves, and the
 * model of them; counters are never negative.
 */
#include "fabric/frr/frr.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* Commands that were written are read, and written the same. */
static void again(const char *text)
{
	MS_AUTO_FREE char *second = NULL;
	struct ms_err err = MS_ERR_INIT;
	struct frr_qos qos;

	if (frr_qos_parse(text, &qos, &err))
		__builtin_trap();
	second = frr_qos_lines(NULL, &qos);
	if (!second || strcmp(text, second))
		__builtin_trap();
	frr_qos_release(&qos);
}

/* A model of what was read is rendered, if it can be, and read. */
static void model(const struct fabric_dialect *dialect, const char *text)
{
	json_auto_t *native = json_pack("{s:s}", "qos", text), *seen = NULL, *drawn = NULL, *back = NULL;
	struct ms_err err = MS_ERR_INIT;

	if (!native || frr_parse(dialect, native, &seen, NULL, &err))
		__builtin_trap();
	if (frr_render(dialect, seen, &drawn, &err)) {
		if (err.code == MS_OK)
			__builtin_trap();
		return;
	}
	if (frr_parse(dialect, drawn, &back, NULL, &err))
		__builtin_trap();
}

static void count(const struct fabric_dialect *dialect, const char *said, const char *disciplines)
{
	json_auto_t *status = json_object();
	struct ms_err err = MS_ERR_INIT;
	json_t *port, *number;
	const char *name, *key;

	if (frr_parse_counters(dialect, said, disciplines, status, &err))
		__builtin_trap();
	json_object_foreach (json_object_get(status, "counters"), name, port)
		json_object_foreach (port, key, number)
			if (!json_is_integer(number) || json_integer_value(number) < 0)
				__builtin_trap();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	json_auto_t *sw = json_pack("{s:{s:s},s:{s:s}}", "metadata", "name", "leaf01", "spec", "platform", "frr");
	MS_AUTO_FREE char *said = strndup((const char *)data, size);
	size_t first = said ? strlen(said) : 0;
	MS_AUTO_FREE char *disciplines = strndup((const char *)data + first + (first < size), size - first - (first < size));
	MS_AUTO_FREE char *text = NULL;
	struct ms_err err = MS_ERR_INIT;
	struct fabric_dialect dialect;
	struct frr_qos qos;

	if (!said || !disciplines || fabric_dialect_init(&dialect, sw, NULL, &err) ||
	    frr_qos_take(&dialect, said, disciplines, &qos, &err))
		__builtin_trap();
	text = frr_qos_lines(NULL, &qos);
	frr_qos_release(&qos);
	again(text);
	model(&dialect, text);
	count(&dialect, said, disciplines);
	return 0;
}
