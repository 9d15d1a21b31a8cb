/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Classes of RoCE, as far as command lines have them in common: code points, and what they come to.
 */
#include "fabric/cli/cli.h"

static json_t *codes_of(struct cli_in *in, const int *map, int codes, int priority)
{
	json_t *list = json_array();

	for (int i = 0; i < codes; i++)
		if (map[i] == priority && json_array_append_new(list, json_integer(i)))
			in->failed = true;
	return list;
}

void cli_make_classes(struct cli_in *in, const struct cli_codes *codes)
{
	json_t *classes = cli_object(in, cli_object(in, in->model, "qos"), "classes"), *class;
	char key[24];

	for (int priority = 0; priority < 8; priority++) {
		json_auto_t *dscp = codes_of(in, codes->dscp, 64, priority),
			    *pcp = codes_of(in, codes->pcp, 8, priority);

		if (!json_array_size(dscp) && !json_array_size(pcp))
			continue;
		snprintf(key, sizeof(key), "%d", priority);
		class = cli_object(in, classes, key);
		cli_set_value(in, class, "dscp", json_incref(dscp));
		cli_set_value(in, class, "pcp", json_incref(pcp));
		cli_set_number(in, class, "trafficClass", priority);
	}
}

bool cli_take_codes(const char *text, int *map, int codes, int priority)
{
	json_auto_t *numbers = json_array();
	char word[CLI_WORD];
	json_t *number;
	size_t i;

	for (; *text; text += strspn(text, " ")) {
		size_t len = strcspn(text, " ");

		snprintf(word, sizeof(word), "%.*s", (int)len, text);
		if (!numbers || len >= sizeof(word) || !cli_ranges_get(word, numbers))
			return false;
		text += len;
	}
	json_array_foreach (numbers, i, number)
		if (json_integer_value(number) >= codes)
			return false;
	json_array_foreach (numbers, i, number)
		map[json_integer_value(number)] = priority;
	return true;
}

int64_t cli_octets(unsigned number, const char *unit)
{
	static const struct {
		const char *unit;
		unsigned octets;
	} rows[] = {
		{ "bytes", 1 },
		{ "kbytes", 1000 },
		{ "mbytes", 1000000 },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].unit, unit))
			return (int64_t)number * rows[i].octets;
	return 0;
}
