/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --introspect: the command's table as one JSON document, from which man pages are made and lints
 * read. */
#include "core/cmd-private.h"

#include <errno.h>

const struct ms_need_row ms_need_rows[] = {
	{ MS_NEEDS_NET, "net", "connects to devices" },
	{ MS_NEEDS_STATE, "state", "reads and writes the state store" },
	{ MS_NEEDS_EXEC, "exec", "may run programs (exec: credentials)" },
	{ MS_NEEDS_LISTEN, "listen", "listens on the network" },
	{ MS_NEEDS_WRITE, "write", "writes files named on the command line" },
	{ MS_NEEDS_SECRETS, "secrets", "reads the files that credentials name" },
	{ MS_NEEDS_ROOT, "root", "changes this machine" },
	{ 0, NULL, NULL },
};

static const char *type_name(enum ms_opt_type type)
{
	static const char *const names[] = { "flag", "string", "uint",	    "seconds",
					     "enum", "list",   "enum-list", "strings" };

	return (size_t)type < MS_ARRAY_SIZE(names) ? names[type] : "unknown";
}

static json_t *words_json(const char *const *words)
{
	json_t *array = json_array();

	for (; words && *words; words++)
		json_array_append_new(array, json_string(*words));
	return array;
}

static json_t *option_json(const struct ms_opt *opt)
{
	char letter[2] = { opt->letter, 0 };

	return json_pack("{s:s*, s:s*, s:s, s:s*, s:o*, s:s}", "name", opt->name, "letter",
			 opt->letter ? letter : NULL, "type", type_name(opt->type), "arg",
			 ms_opt_takes_value(opt) ? opt->arg : NULL, "words",
			 opt->words ? words_json(opt->words) : NULL, "help", opt->help);
}

static json_t *options_json(const struct ms_opt *opts)
{
	json_t *array = json_array();

	for (; !ms_opt_end(opts); opts++)
		json_array_append_new(array, option_json(opts));
	return array;
}

static json_t *operands_json(const struct ms_operand *operand)
{
	json_t *array = json_array();

	for (; operand && operand->name; operand++)
		json_array_append_new(
			array, json_pack("{s:s, s:s, s:b, s:o*}", "name", operand->name, "help",
					 operand->help, "optional", operand->optional, "words",
					 operand->words ? words_json(operand->words) : NULL));
	return array;
}

static json_t *needs_json(unsigned needs)
{
	json_t *array = json_array();

	for (const struct ms_need_row *row = ms_need_rows; row->name; row++) {
		if (needs & row->need)
			json_array_append_new(array, json_pack("{s:s, s:s}", "name", row->name,
							       "help", row->help));
	}
	return array;
}

static json_t *columns_json(const struct ms_col *col)
{
	json_t *array = json_array();

	for (; col && col->title; col++)
		json_array_append_new(array, json_pack("{s:s*, s:s, s:s, s:s*}", "kind", col->kind,
						       "title", col->title, "path", col->path,
						       "help", col->help));
	return array;
}

static json_t *verb_json(const struct ms_verb *verb)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:s, s:b, s:o, s:o, s:o, s:o}", "name",
			 verb->name, "help", verb->help, "kinds", words_json(verb->kinds), "writes",
			 words_json(verb->writes), "shows",
			 words_json(verb->shows ? verb->shows : verb->kinds), "input",
			 verb->input == MS_IN_STREAM  ? "stream"
			 : verb->input == MS_IN_FILES ? "files"
						      : "none",
			 "touches", verb->touches, "needs", needs_json(verb->needs), "operands",
			 operands_json(verb->operands), "options", options_json(verb->opts),
			 "columns", columns_json(verb->cols));
}

static json_t *rules_json(const struct ms_rule *const *tables)
{
	json_t *array = json_array();

	for (; tables && *tables; tables++) {
		for (const struct ms_rule *rule = *tables; rule->id; rule++)
			json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "id", rule->id,
							       "severity", rule->severity, "title",
							       rule->title));
	}
	return array;
}

static json_t *exits_json(void)
{
	json_t *array = json_array();

	for (const struct ms_exit_row *row = ms_exit_rows; row->name; row++)
		json_array_append_new(array, json_pack("{s:i, s:s, s:s}", "status", row->status,
						       "name", row->name, "help", row->help));
	return array;
}

static json_t *environment_json(void)
{
	json_t *array = json_array();

	for (const struct ms_env_row *row = ms_env_rows; row->name; row++)
		json_array_append_new(
			array, json_pack("{s:s, s:s}", "name", row->name, "help", row->help));
	return array;
}

static json_t *cmd_json(const struct ms_cmd *cmd)
{
	json_t *verbs = json_array();

	for (const struct ms_verb *verb = cmd->verbs; verb->name; verb++)
		json_array_append_new(verbs, verb_json(verb));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "apiVersion", MS_API_VERSION, "kind", "Command", "name", cmd->name,
			 "version", MSCTL_VERSION, "help", cmd->help, "verbs", verbs, "options",
			 options_json(cmd->opts), "common", options_json(ms_common_opts), "columns",
			 columns_json(cmd->cols), "rules", rules_json(cmd->rules), "exits",
			 exits_json(), "environment", environment_json());
}

int ms_introspect_print(const struct ms_cmd *cmd, FILE *out, struct ms_err *err)
{
	json_auto_t *object = cmd_json(cmd);
	MS_AUTO_FREE char *text = NULL;

	if (object)
		json_object_set_new(object, "confine", json_string(ms_confine_name()));
	text = object ? json_dumps(object, JSON_INDENT(2)) : NULL;
	if (!text)
		return ms_nomem(err);
	fprintf(out, "%s\n", text);
	return 0;
}
