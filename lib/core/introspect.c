/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --introspect: the command's table as one JSON document; man pages and lints are made from it. */
#include "core/cmd-private.h"
#include "core/write.h"

#include <errno.h>

const struct ms_need_row ms_need_rows[] = {
	{ MS_NEEDS_NET, "net", "connects to devices" },
	{ MS_NEEDS_STATE, "state", "reads and writes the state store" },
	{ MS_NEEDS_EXEC, "exec", "may run programs (exec: credentials)" },
	{ MS_NEEDS_LISTEN, "listen", "listens on the network" },
	{ MS_NEEDS_WRITE, "write", "writes files named on the command line" },
	{ MS_NEEDS_SECRETS, "secrets", "reads the files that credentials name" },
	{ MS_NEEDS_ROOT, "root", "changes this machine" },
	{ MS_NEEDS_PROCESSES, "processes",
	  "looks into other processes, with --local; nothing is given up then" },
	{ 0, NULL, NULL },
};

/* Both turn the container into NULL when they fail, which every later step passes on. */
static void append(json_t **array, json_t *value)
{
	if (json_array_append_new(*array, value) < 0) {
		json_decref(*array);
		*array = NULL;
	}
}

static void set(json_t **object, const char *key, json_t *value)
{
	if (json_object_set_new(*object, key, value) < 0) {
		json_decref(*object);
		*object = NULL;
	}
}

static const char *type_name(enum ms_opt_type type)
{
	static const char *const names[] = { "flag", "string", "uint", "seconds",
					     "enum", "list", "enum-list", "strings" };

	return (size_t)type < MS_ARRAY_SIZE(names) ? names[type] : "unknown";
}

static const char *input_name(enum ms_input input)
{
	static const char *const names[] = { "stream", "none", "files" };

	return (size_t)input < MS_ARRAY_SIZE(names) ? names[input] : "unknown";
}

static json_t *words_json(const char *const *words)
{
	json_t *array = json_array();

	for (; words && *words; words++)
		append(&array, json_string(*words));
	return array;
}

static json_t *option_json(const struct ms_opt *opt)
{
	char letter[2] = { opt->letter, 0 };
	json_t *object = json_pack("{s:s, s:s}", "type", type_name(opt->type), "help", opt->help);

	if (opt->name)
		set(&object, "name", json_string(opt->name));
	if (opt->letter)
		set(&object, "letter", json_string(letter));
	if (opt->arg && ms_opt_takes_value(opt))
		set(&object, "arg", json_string(opt->arg));
	if (opt->words)
		set(&object, "words", words_json(opt->words));
	return object;
}

static json_t *options_json(const struct ms_opt *opts)
{
	json_t *array = json_array();

	for (; !ms_opt_end(opts); opts++)
		append(&array, option_json(opts));
	return array;
}

static json_t *operand_json(const struct ms_operand *operand)
{
	json_t *object = json_pack("{s:s, s:s, s:b}", "name", operand->name, "help", operand->help,
				   "optional", operand->optional);

	if (operand->words)
		set(&object, "words", words_json(operand->words));
	return object;
}

static json_t *operands_json(const struct ms_operand *operand)
{
	json_t *array = json_array();

	for (; operand && operand->name; operand++)
		append(&array, operand_json(operand));
	return array;
}

static json_t *row_json(const char *name, const char *help)
{
	return json_pack("{s:s, s:s}", "name", name, "help", help);
}

static json_t *needs_json(unsigned needs)
{
	json_t *array = json_array();

	for (const struct ms_need_row *row = ms_need_rows; row->name; row++) {
		if (needs & row->need)
			append(&array, row_json(row->name, row->help));
	}
	return array;
}

static json_t *column_json(const struct ms_col *col)
{
	json_t *object = json_pack("{s:s, s:s}", "title", col->title, "path", col->path);

	if (col->kind)
		set(&object, "kind", json_string(col->kind));
	if (col->help)
		set(&object, "help", json_string(col->help));
	return object;
}

static json_t *columns_json(const struct ms_col *col)
{
	json_t *array = json_array();

	for (; col && col->title; col++)
		append(&array, column_json(col));
	return array;
}

static json_t *verb_json(const struct ms_verb *verb)
{
	json_t *object = row_json(verb->name, verb->help);

	set(&object, "kinds", words_json(verb->kinds));
	set(&object, "writes", words_json(verb->writes));
	set(&object, "shows", words_json(verb->shows ? verb->shows : verb->kinds));
	set(&object, "input", json_string(input_name(verb->input)));
	set(&object, "touches", json_boolean(verb->touches));
	set(&object, "needs", needs_json(verb->needs));
	set(&object, "operands", operands_json(verb->operands));
	set(&object, "options", options_json(verb->opts));
	set(&object, "columns", columns_json(verb->cols));
	return object;
}

static json_t *verbs_json(const struct ms_verb *verb)
{
	json_t *array = json_array();

	for (; verb->name; verb++)
		append(&array, verb_json(verb));
	return array;
}

static json_t *rules_json(const struct ms_rule *const *tables)
{
	json_t *array = json_array();

	for (; tables && *tables; tables++) {
		for (const struct ms_rule *rule = *tables; rule->id; rule++)
			append(&array, json_pack("{s:s, s:s, s:s}", "id", rule->id, "severity",
						 rule->severity, "title", rule->title));
	}
	return array;
}

static json_t *exits_json(void)
{
	json_t *array = json_array();

	for (const struct ms_exit_row *row = ms_exit_rows; row->name; row++)
		append(&array, json_pack("{s:i, s:s, s:s}", "status", row->status, "name",
					 row->name, "help", row->help));
	return array;
}

static json_t *environment_json(void)
{
	json_t *array = json_array();

	for (const struct ms_env_row *row = ms_env_rows; row->name; row++)
		append(&array, row_json(row->name, row->help));
	return array;
}

static json_t *cmd_json(const struct ms_cmd *cmd)
{
	json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s}", "apiVersion", MS_API_VERSION,
				   "kind", "Command", "name", cmd->name, "version", MSCTL_VERSION,
				   "help", cmd->help);

	set(&object, "verbs", verbs_json(cmd->verbs));
	set(&object, "options", options_json(cmd->opts));
	set(&object, "common", options_json(ms_common_opts));
	set(&object, "columns", columns_json(cmd->cols));
	set(&object, "rules", rules_json(cmd->rules));
	set(&object, "exits", exits_json());
	set(&object, "environment", environment_json());
	set(&object, "confine", json_string(ms_confine_name()));
	return object;
}

int ms_introspect_print(const struct ms_cmd *cmd, FILE *out, struct ms_err *err)
{
	json_auto_t *object = cmd_json(cmd);
	MS_AUTO_BUF struct ms_buf text = { 0 };

	if (!object || ms_json_write(&text, object, MS_JSON_COMPACT) < 0)
		return ms_nomem(err);
	fprintf(out, "%s\n", text.data);
	return 0;
}
