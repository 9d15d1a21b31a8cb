/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line, one word a line of the input: parsed and run by a verb that does nothing, and completed; and the
 * whole input as a helper's command line. */
#include <stdint.h>
#include "core/core.h"

struct args { bool flag; const char *text, *word, **list, **words, **texts; unsigned number; int64_t seconds; };
static const struct args defaults = { .word = "one" };
static const char *const words[] = { "one", "two", "three", NULL };
static const struct ms_opt opts[] = {
	OPT_FLAG('f', "flag", struct args, flag, "a flag"),
	OPT_STR('t', "text", "TEXT", struct args, text, "a text"),
	OPT_ENUM('w', "word", words, struct args, word, "a word"),
	OPT_LIST('L', "list", "WORD,...", struct args, list, "a list"),
	OPT_ENUM_LIST('W', "words", words, struct args, words, "words"),
	OPT_STRS('T', "texts", "TEXT", struct args, texts, "texts"),
	OPT_UINT('n', "number", "N", struct args, number, 1, 99, "a number"),
	OPT_SECONDS('S', "seconds", struct args, seconds, "a time"),
	OPT_END,
};
static const struct ms_operand operands[] = { { "WORD", words, "a word", false }, { "TEXT", NULL, "a text", true }, { 0 } };

static size_t length(const char *const *list)
{
	size_t n = 0;

	for (; list && *list; list++)
		n += strlen(*list);
	return n;
}

/* Touches every byte that the options point to, for the sanitizers. */
static int use(struct ms_run *run, struct ms_err *err)
{
	const struct args *a = run->args;
	volatile size_t n = length((const char *const *)a->list) + length((const char *const *)a->words) +
			    length((const char *const *)a->texts) + strlen(a->word) + (a->text ? strlen(a->text) : 0) +
			    length(run->files) + strlen(run->operands[0]);

	(void)n;
	(void)err;
	return a->number > 99 ? -1 : 0;
}

static const struct ms_verb verbs[] = {
	{ .name = "use", .help = "use", .opts = opts, .operands = operands, .input = MS_IN_NONE, .fn = use },
	{ .name = "using", .help = "use", .opts = opts, .operands = operands, .input = MS_IN_FILES, .fn = use },
	MS_VERB_END,
};
static const struct ms_cmd cmd = { .name = "msctl-fuzz", .help = "fuzz", .args_size = sizeof(struct args),
				   .args_default = &defaults, .verbs = verbs };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), *argv[66] = { (char *)"msctl-fuzz" }, **split = NULL;
	FILE *in = fopen("/dev/null", "r"), *out = fopen("/dev/null", "w");
	struct ms_err err = MS_ERR_INIT;
	int argc = 1;

	if (!text || !in || !out)
		return 0;
	if (!ms_words_split(text, &split, &err))
		ms_strv_free(split);
	for (char *word = text; word && argc < 65; argc++)
		argv[argc] = strsep(&word, "\n");
	ms_cmd_run(&cmd, argc, argv, in, out, out);
	memmove(argv + 2, argv + 1, sizeof(*argv) * (size_t)(argc - 1));
	argv[1] = (char *)"--complete";
	ms_cmd_run(&cmd, argc + (argc < 65), argv, in, out, out);
	fclose(in);
	fclose(out);
	free(text);
	return 0;
}
