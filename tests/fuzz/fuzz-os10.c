/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a login to OS10 prints: tables, noise, a shell within the command line; and the way back from any configuration. */
#include "fabric/os10/os10.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void tables(const struct fabric_dialect *dialect, const char *text)
{
	json_auto_t *facts = json_object(), *ports = json_object(), *sessions = json_object(), *vteps = json_array();

	os10_read_version(text, facts);
	os10_read_ports(dialect, text, ports);
	os10_read_lldp(dialect, text, ports);
	os10_read_sessions(dialect, text, "ipv4", sessions);
	os10_read_vteps(text, vteps);
}

/* Where nothing changes, nothing is said of it on the way back. */
static void back(const struct fabric_dialect *dialect, const char *text)
{
	json_auto_t *native = json_string(text), *model = NULL, *whole = NULL, *target = NULL;
	MS_AUTO_FREE char *lines = NULL, *other = NULL;
	struct ms_err err = MS_ERR_INIT;

	if (!native || os10_parse(dialect, native, &model, NULL, &err) || fabric_lacks(dialect, native, model, &err) ||
	    os10_render(dialect, model, &whole, &err) ||
	    fabric_without(whole, json_object_get(model, "lacks"), &target, &err))
		return;
	if (os10_way_back(dialect, text, "", target, &lines, &err) || *lines)
		__builtin_trap();
	os10_way_back(dialect, text, text, target, &other, &err);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	json_auto_t *sw = json_pack("{s:{s:s},s:{s:s}}", "metadata", "name", "leaf01", "spec", "platform", "os10");
	MS_AUTO_FREE char *text = strndup((const char *)data, size), *shell = strndup((const char *)data, size);
	struct ms_err err = MS_ERR_INIT;
	struct fabric_dialect dialect;
	int status;

	if (!text || !shell || fabric_dialect_init(&dialect, sw, NULL, &err))
		return 0;
	if (os10_unwrap(shell, &status) && strlen(shell) > strlen(text))
		__builtin_trap();
	os10_strip(text);
	tables(&dialect, text);
	back(&dialect, text);
	return 0;
}
