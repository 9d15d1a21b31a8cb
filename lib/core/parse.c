/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: options anywhere, before and after the verb; -abc clusters, -nVALUE,
 * --name=VALUE, --no-name for flags, unambiguous abbreviations, "--" before words that begin with a
 * dash.
 */
#include "core/cmd-private.h"

#include <errno.h>

static const char *const output_words[] = { "yaml", "json", "table", "name", NULL };
static const char *const error_words[] = { "text", "json", NULL };
static const char *const progress_words[] = { "auto", "json", "none", NULL };

const struct ms_common ms_common_default = { .errors = "text", .progress = "auto" };
const struct ms_opt ms_common_opts[] = {
	OPT_LIST('s', "select", "NAMES", struct ms_common, select,
		 "only resources with these names: node[01-40],!node07; the others pass through"),
	OPT_STRS('l', "label", "SELECTOR", struct ms_common, label,
		 "only resources with these labels: role=compute,env!=test"),
	OPT_ENUM('o', "output", output_words, struct ms_common, output,
		 "form of the output, else a table on a terminal, else the form that came in"),
	OPT_UINT(0, "window", "N", struct ms_common, window, 1, 100000,
		 "targets in flight at a time (128; apply of msctl-switch: 1024)"),
	OPT_UINT(0, "max-targets", "N", struct ms_common, max_targets, 1, 0,
		 "refuse to begin when more targets than this are selected"),
	OPT_SECONDS(0, "deadline", struct ms_common, deadline,
		    "give up what is not finished by then: 90, 5m, 1h30m"),
	OPT_ENUM(0, "errors", error_words, struct ms_common, errors, "form of errors, one a line"),
	OPT_ENUM(0, "progress", progress_words, struct ms_common, progress,
		 "progress on standard error; auto is a bar on a terminal"),
	OPT_FLAG('q', "quiet", struct ms_common, quiet, "neither progress nor notes"),
	OPT_FLAG(0, "debug", struct ms_common, debug,
		 "log what is done on standard error; secrets are masked"),
	OPT_FLAG('h', "help", struct ms_common, help, "print help"),
	OPT_FLAG(0, "version", struct ms_common, version, "print the version"),
	OPT_FLAG(0, "introspect", struct ms_common, introspect,
		 "print this command's table as JSON"),
	OPT_FLAG(0, "complete", struct ms_common, complete,
		 "print completions of the words that follow, for shells"),
	OPT_END,
};

const struct ms_verb *ms_verb_find(const struct ms_cmd *cmd, const char *name)
{
	for (const struct ms_verb *verb = cmd->verbs; verb->name; verb++) {
		if (!strcmp(verb->name, name))
			return verb;
	}
	return NULL;
}

static int unknown_verb(const struct ms_cmd *cmd, const char *word, struct ms_err *err)
{
	const char *words[64];
	size_t n = 0;
	int r;

	for (const struct ms_verb *verb = cmd->verbs; verb->name && n < MS_ARRAY_SIZE(words) - 1;
	     verb++)
		words[n++] = verb->name;
	words[n] = NULL;
	r = ms_usage(err, "no such verb: \"%s\"", word);
	if (ms_nearest(word, words))
		ms_hint(err, "did you mean \"%s %s\"?", cmd->name, ms_nearest(word, words));
	else
		ms_hint(err, "%s --help lists the verbs", cmd->name);
	return r;
}

struct match { const struct ms_opt *opt, *other; void *base; bool on; };

/* An option's name, or "no-" and a flag's name; exact ones win over abbreviations. */
static bool match_name(const struct ms_opt *opt, const char *name, size_t len, bool exact,
		       bool *ret_on)
{
	bool no = opt->type == MS_OPT_FLAG && len > 3 && !strncmp(name, "no-", 3);

	*ret_on = true;
	if (!opt->name)
		return false;
	if (!strncmp(opt->name, name, len) && (!exact || !opt->name[len]))
		return true;
	*ret_on = false;
	return no && !strncmp(opt->name, name + 3, len - 3) && (!exact || !opt->name[len - 3]);
}

static void find_long(const struct ms_parse *parse, const char *name, size_t len, bool exact,
		      struct match *ret_match)
{
	for (int i = 0; i < MS_SCOPES; i++) {
		for (const struct ms_opt *opt = parse->scopes[i].opts; !ms_opt_end(opt); opt++) {
			bool on;

			if (!match_name(opt, name, len, exact, &on))
				continue;
			if (ret_match->opt) {
				ret_match->other = opt;
				return;
			}
			*ret_match = (struct match){ opt, NULL, parse->scopes[i].base, on };
			if (exact)
				return;
		}
	}
}

static void find_letter(const struct ms_parse *parse, char letter, struct match *ret_match)
{
	for (int i = 0; i < MS_SCOPES; i++) {
		for (const struct ms_opt *opt = parse->scopes[i].opts; !ms_opt_end(opt); opt++) {
			if (opt->letter != letter)
				continue;
			*ret_match = (struct match){ opt, NULL, parse->scopes[i].base, true };
			return;
		}
	}
}

static int unknown_option(const struct ms_parse *parse, const char *name, struct ms_err *err)
{
	const char *words[128];
	size_t n = 0;
	int r;

	for (int i = 0; i < MS_SCOPES; i++) {
		for (const struct ms_opt *opt = parse->scopes[i].opts; !ms_opt_end(opt); opt++) {
			if (opt->name && n < MS_ARRAY_SIZE(words) - 1)
				words[n++] = opt->name;
		}
	}
	words[n] = NULL;
	r = ms_usage(err, "unknown option --%s", name);
	if (ms_nearest(name, words))
		ms_hint(err, "did you mean --%s?", ms_nearest(name, words));
	else
		ms_hint(err, "%s %s%s--help lists the options", parse->cmd->name,
			parse->verb ? parse->verb->name : "", parse->verb ? " " : "");
	return r;
}

/* Where the parser stands in argv. */
struct words { int argc, at; char **argv; };

static int parse_long(struct ms_parse *parse, struct words *words, const char *text,
		      struct ms_err *err)
{
	size_t len = strcspn(text, "=");
	const char *value = text[len] ? text + len + 1 : NULL;
	MS_AUTO_FREE char *name = strndup(text, len),
			  *written = ms_asprintf("--%.*s", (int)len, text);
	struct match match = { 0 };

	if (!name || !written)
		return ms_nomem(err);
	find_long(parse, name, len, true, &match);
	if (!match.opt && len)
		find_long(parse, name, len, false, &match);
	if (!match.opt)
		return unknown_option(parse, name, err);
	if (match.other)
		return ms_usage(err, "--%s could be --%s or --%s", name, match.opt->name,
				match.other->name);
	if (value && !ms_opt_takes_value(match.opt))
		return ms_usage(err, "%s takes no value", written);
	if (!value && ms_opt_takes_value(match.opt)) {
		if (words->at >= words->argc)
			return ms_usage(err, "%s needs a value: %s", written,
					match.opt->arg ? match.opt->arg : "WORD");
		value = words->argv[words->at++];
	}
	return ms_opt_set(parse, match.opt, match.base, written, value, match.on, err);
}

static int parse_cluster(struct ms_parse *parse, struct words *words, const char *letters,
			 struct ms_err *err)
{
	for (; *letters; letters++) {
		const char name[] = { '-', *letters, 0 };
		struct match match = { 0 };
		const char *value = NULL;
		int r;

		find_letter(parse, *letters, &match);
		if (!match.opt)
			return ms_usage(err, "unknown option %s", name);
		if (ms_opt_takes_value(match.opt)) {
			if (letters[1])
				value = letters + 1;
			else if (words->at < words->argc)
				value = words->argv[words->at++];
			if (!value)
				return ms_usage(err, "%s needs a value: %s", name,
						match.opt->arg ? match.opt->arg : "WORD");
		}
		r = ms_opt_set(parse, match.opt, match.base, name, value, true, err);
		if (r < 0 || value)
			return r;
	}
	return 0;
}

static int parse_word(struct ms_parse *parse, const char *word, struct ms_err *err)
{
	if (parse->verb) {
		parse->words[parse->n_words++] = word;
		return 0;
	}
	parse->verb = ms_verb_find(parse->cmd, word);
	if (!parse->verb)
		return unknown_verb(parse->cmd, word, err);
	parse->scopes[MS_SCOPE_VERB].opts = parse->verb->opts;
	return 0;
}

static int parse_all(struct ms_parse *parse, struct words *words, struct ms_err *err)
{
	bool only_words = false;
	int r = 0;

	while (!r && words->at < words->argc) {
		const char *word = words->argv[words->at++];

		if (only_words || word[0] != '-' || !word[1])
			r = parse_word(parse, word, err);
		else if (!strcmp(word, "--"))
			only_words = true;
		else if (word[1] == '-')
			r = parse_long(parse, words, word + 2, err);
		else
			r = parse_cluster(parse, words, word + 1, err);
	}
	return r;
}

static bool has_word(const char *const *words, const char *word)
{
	for (; *words; words++) {
		if (!strcmp(*words, word))
			return true;
	}
	return false;
}

/* The verb's own words come first, files after them.  An optional word that is none of its words is
 * a file, where there may be files. */
static int take_operands(struct ms_parse *parse, struct ms_err *err)
{
	const struct ms_operand *operand = parse->verb->operands;
	size_t at = 0;

	for (size_t i = 0; operand && operand->name; operand++, i++) {
		const char *word = at < parse->n_words ? parse->words[at] : NULL;

		if (word && operand->words && !has_word(operand->words, word)) {
			if (!operand->optional || parse->verb->input == MS_IN_NONE)
				return ms_usage_word(err, operand->name, word, operand->words);
			word = NULL;
		}
		if (!word && !operand->optional) {
			int r = ms_usage(err, "%s: %s is missing", parse->verb->name,
					 operand->name);

			ms_hint(err, "%s: %s", operand->name, operand->help);
			return r;
		}
		parse->operands[i] = word;
		at += word != NULL;
	}
	parse->files = parse->words + at;
	if (parse->verb->input == MS_IN_NONE && *parse->files)
		return ms_usage(err, "%s: one word too many: \"%s\"", parse->verb->name,
				*parse->files);
	return 0;
}

static size_t count_operands(const struct ms_verb *verb)
{
	size_t n = 0;

	while (verb->operands && verb->operands[n].name)
		n++;
	return n;
}

/* How errors are to look must be known before the first one, wherever the option stands. */
static const char *find_error_form(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--errors=json"))
			return "json";
		if (!strcmp(argv[i], "--errors") && i + 1 < argc && !strcmp(argv[i + 1], "json"))
			return "json";
	}
	return "text";
}

int ms_parse(const struct ms_cmd *cmd, int argc, char **argv, struct ms_parse *parse,
	     struct ms_err *err)
{
	struct words words = { argc, 1, argv };
	int r;

	*parse = (struct ms_parse){ .cmd = cmd, .common = ms_common_default };
	parse->common.errors = find_error_form(argc, argv);
	parse->args = calloc(1, cmd->args_size + 1);
	parse->words = calloc((size_t)argc + 1, sizeof(*parse->words));
	if (!parse->args || !parse->words)
		return ms_nomem(err);
	if (cmd->args_default)
		memcpy(parse->args, cmd->args_default, cmd->args_size);
	parse->scopes[MS_SCOPE_VERB] = (struct ms_scope){ NULL, parse->args };
	parse->scopes[MS_SCOPE_CMD] = (struct ms_scope){ cmd->opts, parse->args };
	parse->scopes[MS_SCOPE_COMMON] = (struct ms_scope){ ms_common_opts, &parse->common };
	r = parse_all(parse, &words, err);
	if (r < 0 || parse->common.help || parse->common.version || parse->common.introspect)
		return r;
	if (!parse->verb) {
		r = ms_usage(err, "a verb is missing");
		ms_hint(err, "%s --help lists the verbs", cmd->name);
		return r;
	}
	parse->operands = calloc(count_operands(parse->verb) + 1, sizeof(*parse->operands));
	return parse->operands ? take_operands(parse, err) : ms_nomem(err);
}

void ms_parse_release(struct ms_parse *parse)
{
	while (parse->lists) {
		struct ms_list *list = parse->lists;

		parse->lists = list->next;
		for (size_t i = 0; i < list->n; i++)
			free((char *)list->items[i]);
		free(list->items);
		free(list);
	}
	free(parse->args);
	free(parse->words);
	free(parse->operands);
	*parse = (struct ms_parse){ 0 };
}
