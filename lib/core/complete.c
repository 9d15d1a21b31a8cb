/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --complete WORD...: what could stand in place of the last word, one candidate a line with a tab
 * and its help.  The shells' completion files only ask and show.  A line ":files" says that file
 * names fit too.
 */
#include "core/cmd-private.h"

struct complete {
	const struct ms_cmd *cmd;
	const struct ms_verb *verb;
	const struct ms_opt *pending;     /* the option whose value the last word is */
	size_t operands;                  /* words after the verb so far */
	bool only_words;
	FILE *out;
};

static const struct ms_opt *find_option(const struct complete *c, const char *word)
{
	const struct ms_opt *const tables[] = { c->verb ? c->verb->opts : NULL, c->cmd->opts,
						ms_common_opts };

	for (size_t i = 0; i < MS_ARRAY_SIZE(tables); i++) {
		for (const struct ms_opt *opt = tables[i]; !ms_opt_end(opt); opt++) {
			if (word[1] == '-' ? ms_streq(opt->name, word + 2)
					   : opt->letter == word[strlen(word) - 1])
				return opt;
		}
	}
	return NULL;
}

static void take_word(struct complete *c, const char *word)
{
	if (c->pending) {
		c->pending = NULL;
	} else if (!c->only_words && !strcmp(word, "--")) {
		c->only_words = true;
	} else if (!c->only_words && word[0] == '-' && word[1]) {
		const struct ms_opt *opt = strchr(word, '=') ? NULL : find_option(c, word);

		c->pending = opt && ms_opt_takes_value(opt) ? opt : NULL;
	} else if (!c->verb) {
		c->verb = ms_verb_find(c->cmd, word);
	} else {
		c->operands++;
	}
}

static void offer(const struct complete *c, const char *before, const char *word, const char *help,
		  const char *start)
{
	MS_AUTO_FREE char *text = ms_asprintf("%s%s", before, word);

	if (text && ms_starts(text, start))
		fprintf(c->out, "%s\t%s\n", text, help ? help : "");
}

/* Words of an option's value; in a comma-separated list the earlier ones stay in front. */
static void offer_value(const struct complete *c, const struct ms_opt *opt, const char *prefix,
			const char *start)
{
	const char *comma = opt->type == MS_OPT_ENUM_LIST ? strrchr(start, ',') : NULL;
	MS_AUTO_FREE char *before = ms_asprintf("%s%.*s", prefix,
						comma ? (int)(comma + 1 - start) : 0, start);
	MS_AUTO_FREE char *whole = ms_asprintf("%s%s", prefix, start);

	if (!before || !whole)
		return;
	for (size_t i = 0; opt->words && opt->words[i]; i++)
		offer(c, before, opt->words[i], opt->help, whole);
	if (!opt->words && (ms_streq(opt->arg, "FILE") || ms_streq(opt->arg, "DIR")))
		fputs(":files\n", c->out);
}

static void offer_options(const struct complete *c, const char *start)
{
	const struct ms_opt *const tables[] = { c->verb ? c->verb->opts : NULL, c->cmd->opts,
						ms_common_opts };

	for (size_t i = 0; i < MS_ARRAY_SIZE(tables); i++) {
		for (const struct ms_opt *opt = tables[i]; !ms_opt_end(opt); opt++) {
			if (opt->name)
				offer(c, "--", opt->name, opt->help, start);
		}
	}
}

static void offer_words(const struct complete *c, const char *start)
{
	const struct ms_operand *operand = c->verb->operands;

	for (size_t i = 0; operand && operand->name; operand++, i++) {
		if (i != c->operands)
			continue;
		for (size_t j = 0; operand->words && operand->words[j]; j++)
			offer(c, "", operand->words[j], operand->help, start);
		if (!operand->words && !operand->optional && strcmp(operand->name, "FILE"))
			return;
		break;
	}
	fputs(":files\n", c->out);
}

int ms_complete_print(const struct ms_cmd *cmd, int n, char **words, FILE *out, struct ms_err *err)
{
	struct complete c = { .cmd = cmd, .out = out };
	const char *last = n ? words[n - 1] : "", *equals = strchr(last, '=');

	(void)err;
	for (int i = 0; i < n - 1; i++)
		take_word(&c, words[i]);
	if (c.pending) {
		offer_value(&c, c.pending, "", last);
	} else if (!c.only_words && last[0] == '-' && equals) {
		MS_AUTO_FREE char *name = strndup(last, (size_t)(equals - last));
		MS_AUTO_FREE char *prefix = strndup(last, (size_t)(equals + 1 - last));
		const struct ms_opt *opt = name ? find_option(&c, name) : NULL;

		if (opt && prefix)
			offer_value(&c, opt, prefix, equals + 1);
	} else if (!c.only_words && last[0] == '-') {
		offer_options(&c, last);
	} else if (!c.verb) {
		for (const struct ms_verb *verb = cmd->verbs; verb->name; verb++)
			offer(&c, "", verb->name, verb->help, last);
	} else {
		offer_words(&c, last);
	}
	return 0;
}
