/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Resource identifiers (RFC 8040 section 3.5.3).  As OS10 does, the module's name may be left out,
 * and a list's key may be a step of its own: interface/ethernet1%2F1%2F1.
 */
#include <errno.h>
#include "sim/restconf/restconf.h"

/* ---- text ---- */

static int hex(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* In place; an octet that would end the text is none of any name. */
static bool decode(char *text)
{
	char *out = text;

	for (; *text; text++) {
		int high = *text == '%' ? hex(text[1]) : -1, low = high >= 0 ? hex(text[2]) : -1;

		if (*text != '%') {
			*out++ = *text;
			continue;
		}
		if (low < 0 || !(high * 16 + low))
			return false;
		*out++ = (char)(high * 16 + low);
		text += 2;
	}
	*out = 0;
	return true;
}

static bool parse_step(char *text, struct sim_restconf_step *step)
{
	char *key = strchr(text, '='), *colon;

	if (key)
		*key++ = 0;
	if (!*text || (key && !*key) || !decode(text) || (key && !decode(key)))
		return false;
	colon = strchr(text, ':');
	/* "ethernet1/1/1:1" is a key that is a step. */
	if (colon && !strchr(text, '/')) {
		*colon = 0;
		*step = (struct sim_restconf_step){ text, colon + 1, key };
	} else {
		*step = (struct sim_restconf_step){ NULL, text, key };
	}
	return *step->name;
}

int sim_restconf_path(const char *uri, struct sim_restconf_path *ret_path)
{
	struct sim_restconf_path path = { .n = 0 };
	size_t len = strcspn(uri, "?#");
	char *rest, *text;

	while (len && uri[len - 1] == '/')
		len--;
	if (!ms_starts(uri, SIM_RESTCONF_DATA) || len < strlen(SIM_RESTCONF_DATA))
		return -EINVAL;
	uri += strlen(SIM_RESTCONF_DATA);
	len -= strlen(SIM_RESTCONF_DATA);
	path.text = rest = strndup(uri, len);
	if (!rest)
		return -ENOMEM;
	strsep(&rest, "/");
	while (rest && path.n < SIM_RESTCONF_STEPS) {
		text = strsep(&rest, "/");
		if (!parse_step(text, &path.step[path.n++]))
			break;
	}
	if (rest || (path.n && !path.step[path.n - 1].name)) {
		free(path.text);
		return -EINVAL;
	}
	*ret_path = path;
	return 0;
}

void sim_restconf_path_release(struct sim_restconf_path *path)
{
	free(path->text);
	*path = (struct sim_restconf_path){ .n = 0 };
}

/* ---- what it leads to ---- */

bool sim_restconf_member(const json_t *object, const struct sim_restconf_step *step,
			 const char **ret_key, json_t **ret_value)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value) {
		const char *colon = strchr(key, ':');
		size_t len = colon ? (size_t)(colon - key) : 0;

		if (strcmp(colon ? colon + 1 : key, step->name) ||
		    (step->module && colon &&
		     (strncmp(step->module, key, len) || step->module[len])))
			continue;
		*ret_key = key;
		*ret_value = value;
		return true;
	}
	return false;
}

static const char *key_of(const struct sim_restconf *service, const char *list)
{
	for (const struct sim_restconf_list *row = service->lists; row->name; row++)
		if (!strcmp(row->name, list))
			return row->key;
	return NULL;
}

static const json_t *entry_of(const struct sim_restconf *service,
			      const struct sim_restconf_node *list, const char *key)
{
	const char *leaf = key_of(service, list->name), *text;
	char number[24];
	json_t *row, *value;
	size_t i;

	json_array_foreach(list->value, i, row) {
		value = leaf ? json_object_get(row, leaf) : NULL;
		text = json_string_value(value);
		if (json_is_integer(value)) {
			snprintf(number, sizeof(number), "%lld",
				 (long long)json_integer_value(value));
			text = number;
		}
		if (text && !strcmp(text, key))
			return row;
	}
	return NULL;
}

/* The module of a member is that of its parent, unless its key says another one. */
static bool descend(const struct sim_restconf_step *step, struct sim_restconf_node *node)
{
	const char *key, *colon, *module = step->module;
	json_t *value;

	if (!sim_restconf_member(node->value, step, &key, &value))
		return false;
	colon = strchr(key, ':');
	if (!colon && module &&
	    (strncmp(module, node->module, (size_t)node->module_len) || module[node->module_len]))
		return false;
	if (colon) {
		node->module = key;
		node->module_len = (int)(colon - key);
	}
	node->name = colon ? colon + 1 : key;
	node->value = value;
	node->entry = false;
	return true;
}

bool sim_restconf_find(const struct sim_restconf *service, const struct sim_restconf_top *top,
		       const json_t *value, const struct sim_restconf_path *path,
		       struct sim_restconf_node *ret_node)
{
	struct sim_restconf_node node = { top->module, top->name, (int)strlen(top->module), value,
					  false };

	for (size_t i = 1; i < path->n; i++) {
		const struct sim_restconf_step *step = &path->step[i];
		bool bare = json_is_array(node.value);

		if (!bare && !descend(step, &node))
			return false;
		if (!bare && !step->key)
			continue;
		if (!json_is_array(node.value) || (bare && step->key))
			return false;
		node.value = entry_of(service, &node, bare ? step->name : step->key);
		node.entry = true;
		if (!node.value)
			return false;
	}
	*ret_node = node;
	return true;
}
