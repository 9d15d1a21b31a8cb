/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frr.conf and /etc/network/interfaces of a box, split by a NUL: they give a model, or an error that says so; and
 * files that hold anything come to say nothing of ours when nothing is wanted.
 */
#include <stddef.h>
#include <stdint.h>
#include "fabric/frr/frr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *merged(int (*merge)(const struct fabric_dialect *, const char *, const char *, char **, struct ms_err *),
		    const struct fabric_dialect *dialect, const char *running, const char *target)
{
	struct ms_err err = MS_ERR_INIT;
	char *text = NULL;

	if (merge(dialect, running, target, &text, &err) && (err.code == MS_OK || text))
		__builtin_trap();
	return text;
}

/* What was put into the files that are there; `model` is what it is to read as, NULL where the order of lines decides. */
static void put(const struct fabric_dialect *dialect, const json_t *running, const json_t *target, const json_t *model)
{
	MS_AUTO_FREE char *routing = merged(frr_merge_routing, dialect, ms_str(running, "/frr.conf", ""),
					    ms_str(target, "/frr.conf", ""));
	MS_AUTO_FREE char *interfaces = merged(frr_merge_interfaces, dialect, ms_str(running, "/interfaces", ""),
					       ms_str(target, "/interfaces", ""));
	json_auto_t *native = NULL, *seen = NULL;
	struct ms_err err = MS_ERR_INIT;

	if (!routing || !interfaces)
		return;
	native = json_pack("{s:s,s:s}", "frr.conf", routing, "interfaces", interfaces);
	if (!native || frr_parse(dialect, native, &seen, NULL, &err) || (model && !json_equal(seen, model)))
		__builtin_trap();
}

static void come_to(const struct fabric_dialect *dialect, const json_t *running, const json_t *wanted)
{
	json_auto_t *target = NULL, *model = NULL;
	struct ms_err err = MS_ERR_INIT;

	if (frr_render(dialect, wanted, &target, &err)) {
		if (err.code == MS_OK)
			__builtin_trap();
		return;
	}
	if (frr_parse(dialect, target, &model, NULL, &err))
		__builtin_trap();
	put(dialect, running, target, json_object_size(wanted) ? NULL : model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_auto_t *sw = json_pack("{s:{s:s},s:{s:s}}", "metadata", "name", "leaf01", "spec", "platform", "frr");
	size_t first = strnlen((const char *)data, size);
	const char *second = first < size ? (const char *)data + first + 1 : "";
	json_auto_t *native = json_pack("{s:s%,s:s%}", "frr.conf", (const char *)data, first, "interfaces", second,
					first < size ? strnlen(second, size - first - 1) : (size_t)0);
	json_auto_t *model = NULL, *opaque = json_array(), *nothing = json_object();
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;

	if (!native)
		return 0; /* no UTF-8: reading says so */
	if (fabric_dialect_init(&dialect, sw, NULL, &err))
		__builtin_trap();
	if (frr_parse(&dialect, native, &model, opaque, &err)) {
		if (err.code == MS_OK || model)
			__builtin_trap();
		return 0;
	}
	come_to(&dialect, native, model);
	come_to(&dialect, native, nothing);
	return 0;
}
