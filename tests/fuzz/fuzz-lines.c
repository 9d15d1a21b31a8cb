/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees of lines: two texts, split by a NUL.  Nothing turns a tree into itself, and a delta is read back as lines. */
#include <errno.h>
#include "fabric/driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct fabric_lines *parse(const char *text)
{
	struct ms_err err = MS_ERR_INIT;
	struct fabric_lines *lines = NULL;

	if (!fabric_lines_parse(text, &lines, &err))
		return lines;
	if (err.code == MS_OK || lines)
		abort();
	return NULL;
}

/* Every line is found by its text, and is in its block once. */
static void walk(const struct fabric_lines *block)
{
	for (size_t i = 0; i < fabric_lines_count(block); i++) {
		const struct fabric_lines *line = fabric_lines_at(block, i);

		if (!*fabric_lines_text(line) || fabric_lines_find(block, fabric_lines_text(line)) != line)
			abort();
		walk(line);
	}
}

static void compare(const struct fabric_lines *now, const struct fabric_lines *target, bool same)
{
	struct ms_err err = MS_ERR_INIT;
	struct fabric_lines *lines;
	char *text = NULL;

	if (fabric_lines_delta(now, target, NULL, &text, &err) || (same && *text))
		abort();
	lines = parse(text);
	fabric_lines_free(lines);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 2);
	struct fabric_lines *now, *target;

	memcpy(text, data, size);
	text[size] = text[size + 1] = 0;
	now = parse(text);
	target = parse(text + strlen(text) + 1 > text + size ? "" : text + strlen(text) + 1);
	if (now && target) {
		walk(now);
		walk(target);
		compare(now, now, true);
		compare(now, target, false);
		compare(target, now, false);
	}
	fabric_lines_free(now);
	fabric_lines_free(target);
	free(text);
	return 0;
}
