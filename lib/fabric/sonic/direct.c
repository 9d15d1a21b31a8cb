/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of RoCE, written to CONFIG_DB by themselves: what a patch of SONiC's own tool may not do.
 */
#include <errno.h>
#include "fabric/sonic/sonic.h"

/* An argument of a command holds 128 KiB at most. */
#define OPERATIONS 200

/*
 * As ConfigDBConnector writes rows: lists as "NAME@" with commas, a row without fields as NULL.  No
 * row is removed to be written again, because what refers to it would see it go.
 */
const char sonic_direct_script[] =
	"local function put(key, row) "
	"local args = {} "
	"for field, value in pairs(row) do "
	"if type(value) == [[table]] then "
	"field = field .. [[@]] value = table.concat(value, [[,]]) end "
	"args[#args + 1] = field args[#args + 1] = value end "
	"if #args == 0 then args = {[[NULL]], [[NULL]]} end "
	"redis.call([[HMSET]], key, unpack(args)) end "
	"for _, op in ipairs(cjson.decode(ARGV[1])) do "
	"local part = {} "
	"for word in string.gmatch(op.path, [[/([^/]*)]]) do "
	"word = string.gsub(word, [[~1]], [[/]]) word = string.gsub(word, [[~0]], [[~]]) "
	"part[#part + 1] = word end "
	"local key = part[1] .. [[|]] .. (part[2] or [[*]]) "
	"local gone = op.op == [[remove]] "
	"if part[3] then "
	"if gone then redis.call([[HDEL]], key, part[3]) "
	"else put(key, {[part[3]] = op.value}) end "
	"elseif part[2] then "
	"if gone then redis.call([[DEL]], key) else put(key, op.value) end "
	"elseif gone then "
	"for _, row in ipairs(redis.call([[KEYS]], key)) do redis.call([[DEL]], row) end "
	"else for row, fields in pairs(op.value) do "
	"put(part[1] .. [[|]] .. row, fields) end end end";

static json_t *tables_of_roce(const json_t *db)
{
	json_t *part = json_object(), *rows;
	const char *table;

	json_object_foreach((json_t *)db, table, rows)
		if (part && sonic_of_roce(table) && json_object_set(part, table, rows)) {
			json_decref(part);
			part = NULL;
		}
	return part;
}

static void drop_empty(json_t *db)
{
	const char *table;
	json_t *rows;
	void *next;

	json_object_foreach_safe(db, next, table, rows)
		if (!json_object_size(rows))
			json_object_del(db, table);
}

static int lines_of(const json_t *patch, char **ret_text, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	size_t n = json_array_size(patch), i = 0;

	ms_buf_puts(&text, "");
	while (i < n) {
		json_auto_t *some = json_array();
		MS_AUTO_FREE char *line = NULL;
		int r = some ? 0 : -ENOMEM;

		for (size_t k = 0; !r && k < OPERATIONS && i < n; k++)
			r = json_array_append(some, json_array_get(patch, i++));
		line = r ? NULL : ms_json_text(some, MS_JSON_COMPACT);
		if (!line)
			return ms_nomem(err);
		ms_buf_printf(&text, "%s\n", line);
	}
	*ret_text = ms_buf_steal(&text);
	return *ret_text ? 0 : ms_nomem(err);
}

static int patch_lines(const json_t *running, const json_t *merge, char **ret_text,
		       struct ms_err *err)
{
	json_auto_t *patch = NULL;
	int r = sonic_patch(running, merge, &patch, err);

	return r ? r : lines_of(patch, ret_text, err);
}

int sonic_direct(const json_t *running, json_t *merge, char **ret_new, char **ret_old,
		 struct ms_err *err)
{
	json_auto_t *now = tables_of_roce(running), *part = tables_of_roce(merge), *after = NULL,
		    *there = NULL, *back = NULL;
	const char *table;
	json_t *rows;
	int r;

	if (now && part)
		after = ms_merge_new(now, part);
	if (!after)
		return ms_nomem(err);
	drop_empty(after);
	json_object_foreach(part, table, rows)
		json_object_del(merge, table);
	r = fabric_diff(now, after, &back, &there, err);
	if (!r && sonic_name_rows(after, back))
		r = ms_nomem(err);
	if (!r)
		r = patch_lines(now, part, ret_new, err);
	return r ? r : patch_lines(after, back, ret_old, err);
}
