/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading configuration line by line into a model. */
#include <errno.h>
#include "fabric/cli/cli.h"

#define MAX_OPAQUE 2000

void cli_mask(char *line)
{
	static const char *const words[] = { "password",  "secret", "key",	 "key-string",
					     "community", "auth",   "passphrase", "token" };
	size_t len;

	for (char *word = line; *word; word += len + strspn(word + len, " ")) {
		len = strcspn(word, " ");
		for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
			if (strlen(words[i]) == len && !strncmp(word, words[i], len) && word[len] &&
			    word[len + 1])
				memcpy(word + len, " *", sizeof(" *"));
	}
}

/* Text of a device may be no UTF-8, or cut within a character: then jansson makes no string of it,
 * and what stays is seen by nobody. */
static json_t *text_new(char *text)
{
	json_t *value = text ? json_string(text) : NULL;

	if (value || !text)
		return value;
	for (char *c = text; *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	return json_string(text);
}

void cli_opaque(struct cli_in *in, const char *block, const char *line)
{
	MS_AUTO_FREE char *text = NULL;

	if (!in->opaque || json_array_size(in->opaque) >= MAX_OPAQUE)
		return;
	text = *block ? ms_asprintf("%.120s: %.200s", block, line) : ms_asprintf("%.200s", line);
	if (text)
		cli_mask(text);
	if (json_array_append_new(in->opaque, text_new(text)))
		in->failed = true;
}

void cli_set_value(struct cli_in *in, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value))
		in->failed = true;
}

void cli_set_text(struct cli_in *in, json_t *object, const char *key, const char *text)
{
	MS_AUTO_FREE char *own = strdup(text);

	cli_set_value(in, object, key, text_new(own));
}

void cli_set_number(struct cli_in *in, json_t *object, const char *key, json_int_t number)
{
	cli_set_value(in, object, key, json_integer(number));
}

void cli_set_bool(struct cli_in *in, json_t *object, const char *key, bool value)
{
	cli_set_value(in, object, key, json_boolean(value));
}

json_t *cli_object(struct cli_in *in, json_t *parent, const char *key)
{
	json_t *object = json_object_get(parent, key);

	if (json_is_object(object))
		return object;
	cli_set_value(in, parent, key, json_object());
	return json_object_get(parent, key);
}

json_t *cli_array(struct cli_in *in, json_t *parent, const char *key)
{
	json_t *array = json_object_get(parent, key);

	if (json_is_array(array))
		return array;
	cli_set_value(in, parent, key, json_array());
	return json_object_get(parent, key);
}

void cli_append_text(struct cli_in *in, json_t *parent, const char *key, const char *text)
{
	MS_AUTO_FREE char *own = strdup(text);

	if (json_array_append_new(cli_array(in, parent, key), text_new(own)))
		in->failed = true;
}

void cli_append_number(struct cli_in *in, json_t *parent, const char *key, json_int_t number)
{
	if (json_array_append_new(cli_array(in, parent, key), json_integer(number)))
		in->failed = true;
}

/* Models are shallow: the recursion ends where what was read into them does. */
void cli_sort_sets(struct cli_in *in, json_t *value)
{
	const char *key;
	json_t *child;
	void *next;

	json_object_foreach_safe(value, next, key, child) {
		if (json_is_object(child))
			cli_sort_sets(in, child);
		else if (json_is_array(child))
			cli_set_value(in, value, key, cli_set(child));
	}
}

void cli_lines(struct cli_in *in, const struct fabric_lines *block, cli_line_fn *fn, void *ctx)
{
	size_t n = fabric_lines_count(block), i;

	for (i = 0; i < n; i++) {
		const struct fabric_lines *line = fabric_lines_at(block, i);

		if (!fn(in, line, ctx))
			cli_opaque(in, fabric_lines_text(block), fabric_lines_text(line));
	}
}

static void drop_empty(json_t *model)
{
	static const char *const sections[] = {
		"vlans", "svis", "vrfs", "ports", "channels", "evpn"
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(sections); i++)
		if (!json_object_size(json_object_get(model, sections[i])))
			json_object_del(model, sections[i]);
}

int cli_parse(const struct fabric_dialect *dialect, const json_t *native, cli_read_fn *read,
	      json_t **ret_model, json_t *opaque, struct ms_err *err)
{
	struct cli_in in = {
		.dialect = dialect, .model = json_object(), .opaque = opaque, .err = err
	};
	const char *text = json_string_value(native);
	struct fabric_lines *lines = NULL;
	int r = fabric_lines_parse(text ? text : "", &lines, err);

	if (!r) {
		read(&in, lines);
		drop_empty(in.model);
		cli_sort_sets(&in, in.model);
	}
	fabric_lines_free(lines);
	if (!r && (in.failed || !in.model))
		r = ms_nomem(err);
	if (r)
		json_decref(in.model);
	else
		*ret_model = in.model;
	return r;
}
