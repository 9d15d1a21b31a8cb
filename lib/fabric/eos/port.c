/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports of EOS: parts are lanes. */
#include <errno.h>
#include "fabric/eos/eos.h"

/* Lanes of the cage: eight carry 400G and more, four what is below. */
static unsigned lanes_of_part(unsigned parts, unsigned gigabits)
{
	unsigned lanes = parts * gigabits >= 400 ? 8 : 4;

	return parts && lanes >= parts ? lanes / parts : 1;
}

static bool read_breakout(const char *text, unsigned *ret_parts, unsigned *ret_gigabits)
{
	return text && sscanf(text, "%2ux%4uG", ret_parts, ret_gigabits) == 2 && *ret_parts >= 1 &&
	       *ret_parts <= 8;
}

int eos_port_native(const struct fabric_dialect *dialect, const json_t *model, const char *port,
		    char *buf, size_t size)
{
	unsigned number, part, parts, gigabits;
	char lane[32];

	if (json_object_get(dialect->names, port) || !fabric_port_parse(port, &number, &part) ||
	    !part)
		return fabric_port_native(dialect, port, buf, size);
	if (read_breakout(ms_str(ms_at(model, "/ports/%u", number), "/breakout", NULL), &parts,
			  &gigabits))
		part = (part - 1) * lanes_of_part(parts, gigabits) + 1;
	snprintf(lane, sizeof(lane), "%u/%u", number, part);
	return fabric_port_native(dialect, lane, buf, size);
}

/* ---- reading: which ports have several lanes with a speed, and all the same ---- */

static const char *speed_of(const struct fabric_lines *block, char buf[static 16])
{
	char word[CLI_WORD];
	const char *line = fabric_lines_text(fabric_lines_find(block, "speed"));

	if ((cli_match(line, "speed %w", word) || cli_match(line, "speed forced %w", word)) &&
	    cli_speed(word, buf))
		return buf;
	return NULL;
}

static int note_lane(const struct fabric_dialect *dialect, const struct fabric_lines *block,
		     json_t *found)
{
	const char *name = fabric_lines_text(block);
	char port[64], speed[16], key[16];
	unsigned number, lane;
	json_t *row;

	if (!ms_starts(name, "interface ") ||
	    !fabric_port_abstract(dialect, name + 10, port, sizeof(port)) ||
	    !fabric_port_parse(port, &number, &lane) || !lane || !speed_of(block, speed))
		return 0;
	snprintf(key, sizeof(key), "%u", number);
	row = json_object_get(found, key);
	if (!row &&
	    json_object_set_new(found, key, json_pack("{s:s,s:[]}", "speed", speed, "lanes")))
		return -ENOMEM;
	row = json_object_get(found, key);
	if (strcmp(ms_str(row, "/speed", ""), speed))
		return json_object_set_new(row, "mixed", json_true());
	return json_array_append_new(json_object_get(row, "lanes"), json_integer(lane));
}

static int name_breakouts(json_t *found)
{
	json_t *row, *lanes;
	const char *key;
	void *next;
	int r = 0;

	json_object_foreach_safe(found, next, key, row) {
		lanes = cli_set(json_object_get(row, "lanes"));
		if (json_array_size(lanes) < 2 || json_object_get(row, "mixed")) {
			json_decref(lanes);
			json_object_del(found, key);
			continue;
		}
		r |= json_object_set_new(
			row, "breakout",
			json_sprintf("%zux%s", json_array_size(lanes), ms_str(row, "/speed", "")));
		r |= json_object_set_new(row, "lanes", lanes);
	}
	return r;
}

json_t *eos_breakouts(const struct fabric_dialect *dialect, const struct fabric_lines *lines)
{
	json_t *found = json_object();
	int r = found ? 0 : -ENOMEM;

	for (size_t i = 0; !r && i < fabric_lines_count(lines); i++)
		r = note_lane(dialect, fabric_lines_at(lines, i), found);
	if (!r)
		r = name_breakouts(found);
	if (!r)
		return found;
	json_decref(found);
	return NULL;
}

bool eos_port_abstract(const struct fabric_dialect *dialect, const json_t *breakouts,
		       const char *native, char *buf, size_t size)
{
	unsigned number, lane;
	json_t *value;
	size_t i;

	if (!fabric_port_abstract(dialect, native, buf, size))
		return false;
	if (!fabric_port_parse(buf, &number, &lane) || !lane)
		return true;
	json_array_foreach(ms_at(breakouts, "/%u/lanes", number), i, value)
		if (json_integer_value(value) == (json_int_t)lane)
			return snprintf(buf, size, "%u/%zu", number, i + 1) < (int)size;
	return true;
}
