/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON in tests is written with ' for ", so that it can stand in a C string. */
#ifndef JSON_FIXTURE_H
#define JSON_FIXTURE_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *parse(const char *text)
{
	char *copy = strdup(text);
	json_error_t error;
	json_t *value;

	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	value = json_loads(copy, JSON_DECODE_ANY, &error);
	if (!value)
		fail_msg("%s at %d in %s", error.text, error.position, text);
	free(copy);
	return value;
}

#endif
