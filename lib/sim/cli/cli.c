/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that are typed into configuration mode. */
#include "sim/cli/private.h"

void sim_cli_init(struct sim_cli *cli, const struct sim_cli_grammar *grammar, json_t *config,
		  void *ctx)
{
	*cli = (struct sim_cli){ .grammar = grammar, .config = config, .ctx = ctx, .depth = 1 };
	cli->stack[0].kids = config;
	cli->stack[0].context = "";
}

/* ---- the tree ---- */

/* The first n words of a line; 0 = all. */
static void key_of(const char *line, unsigned n, char *buf, size_t size)
{
	const char *c = line;

	for (unsigned i = 0; n && i < n && *c; i++) {
		c += strcspn(c, " ");
		if (i + 1 < n)
			c += strspn(c, " ");
	}
	snprintf(buf, size, "%.*s", n ? (int)(c - line) : (int)strlen(line), line);
}

static void put(json_t *kids, const char *key, const char *text, unsigned row)
{
	json_t *node = json_object_get(kids, key);

	if (!node) {
		json_object_set_new(kids, key, json_pack("{s:{}}", "k"));
		node = json_object_get(kids, key);
	}
	json_object_set_new(node, "t", json_string(text));
	json_object_set_new(node, "r", json_integer(row));
}

static bool is_preset(const struct sim_cli_row *row, const char *text)
{
	return row->preset && !strcmp(row->preset, text);
}

/* ---- one row ---- */

static struct sim_cli_result refused(const char *why)
{
	return (struct sim_cli_result){ .verdict = SIM_CLI_REFUSED, .why = why };
}

static const char *needs(const struct sim_cli *cli, const struct sim_cli_row *row)
{
	return row->needs && !sim_cli_line(cli->config, row->needs) ? row->needs : NULL;
}

static void open_block(struct sim_cli *cli, const struct sim_cli_row *row, json_t *kids,
		       const char *key)
{
	json_t *node = json_object_get(kids, key);

	if (cli->depth == SIM_CLI_DEPTH)
		return;
	cli->stack[cli->depth].kids = json_object_get(node, "k");
	cli->stack[cli->depth].context = row->opens;
	snprintf(cli->stack[cli->depth].header, sizeof(cli->stack[0].header), "%s", key);
	cli->depth++;
}

static struct sim_cli_result add(struct sim_cli *cli, unsigned number, json_t *kids,
				 const char *header, const char *line)
{
	const struct sim_cli_row *row = &cli->grammar->rows[number];
	struct sim_cli_at at = { cli, kids, header, line, false, false };
	const char *why;
	char key[256];

	if (needs(cli, row))
		return (struct sim_cli_result){ .verdict = SIM_CLI_INVALID };
	why = row->hook ? row->hook(&at) : NULL;
	if (why)
		return refused(why);
	if (at.done)
		return (struct sim_cli_result){ .verdict = SIM_CLI_TAKEN };
	key_of(line, row->key, key, sizeof(key));
	if (is_preset(row, line) || (row->flags & SIM_CLI_NEGATIVE))
		json_object_del(kids, key);
	else
		put(kids, key, line, number);
	if (row->opens)
		open_block(cli, row, kids, key);
	return (struct sim_cli_result){ .verdict = SIM_CLI_TAKEN };
}

static struct sim_cli_result take_away(struct sim_cli *cli, unsigned number, json_t *kids,
				       const char *header, const char *line, bool to_default)
{
	const struct sim_cli_row *row = &cli->grammar->rows[number];
	struct sim_cli_at at = { cli, kids, header, line, true, false };
	const char *why = row->hook ? row->hook(&at) : NULL;
	char key[256], text[300];

	if (why)
		return refused(why);
	if (at.done)
		return (struct sim_cli_result){ .verdict = SIM_CLI_TAKEN };
	key_of(line, row->key, key, sizeof(key));
	snprintf(text, sizeof(text), "no %s", line);
	if (row->flags & SIM_CLI_FIXED) {
		if (!to_default)
			return refused("Interface cannot be deleted");
		json_object_clear(json_object_get(json_object_get(kids, key), "k"));
	} else if ((row->flags & SIM_CLI_TOGGLE) && !to_default && !is_preset(row, text)) {
		put(kids, key, text, number);
	} else {
		json_object_del(kids, key);
	}
	return (struct sim_cli_result){ .verdict = SIM_CLI_TAKEN };
}

/* ---- the grammar ---- */

struct search { const char *line; bool no, to_default; unsigned best; bool short_of; };

/* "no mtu" is enough where "mtu <n>" is the line; toggles are said whole. */
static bool removes(const struct sim_cli_row *row, const struct sim_fit *fit)
{
	unsigned key = row->key;

	if (fit->whole)
		return true;
	return fit->short_of && key && !(row->flags & SIM_CLI_TOGGLE) && fit->words >= key;
}

static int find(struct sim_cli *cli, const char *context, struct search *s)
{
	const struct sim_cli_row *row = cli->grammar->rows;

	for (unsigned i = 0; row->pattern; i++, row++) {
		struct sim_fit fit;

		if (strcmp(row->in, context))
			continue;
		fit = sim_cli_fit(cli, row->pattern, s->line);
		if (s->no || s->to_default ? removes(row, &fit) : fit.whole)
			return (int)i;
		if (fit.words > s->best || (fit.words == s->best && fit.short_of)) {
			s->best = fit.words;
			s->short_of = fit.short_of;
		}
	}
	return -1;
}

static struct sim_cli_result stumble(const struct search *s)
{
	struct sim_cli_result result = { .verdict = s->short_of ? SIM_CLI_INCOMPLETE
								: SIM_CLI_INVALID,
					 .token = s->best + (s->no || s->to_default) };
	const char *c = s->line;

	for (unsigned i = 0; i < s->best && *c; i++) {
		c += strcspn(c, " ");
		c += strspn(c, " ");
	}
	snprintf(result.word, sizeof(result.word), "%.*s", (int)strcspn(c, " "), c);
	return result;
}

static struct sim_cli_result leave(struct sim_cli *cli, bool whole)
{
	if (whole || cli->depth == 1)
		return (struct sim_cli_result){ .verdict = SIM_CLI_LEFT };
	cli->depth--;
	return (struct sim_cli_result){ .verdict = SIM_CLI_TAKEN };
}

/* In this block, or in one around it: then the inner ones are left. */
struct sim_cli_result sim_cli_enter(struct sim_cli *cli, const char *line)
{
	struct search s = { .line = line + strspn(line, " ") };

	if (!*s.line || *s.line == '!')
		return (struct sim_cli_result){ .verdict = SIM_CLI_TAKEN };
	if (!strcmp(s.line, "exit") || !strcmp(s.line, "end"))
		return leave(cli, *s.line == 'e' && s.line[1] == 'n');
	s.no = ms_starts(s.line, "no ");
	s.to_default = ms_starts(s.line, "default ");
	s.line += s.no ? 3 : s.to_default ? 8 : 0;
	for (unsigned depth = cli->depth; depth-- > 0;) {
		int row = find(cli, cli->stack[depth].context, &s);
		json_t *kids = cli->stack[depth].kids;

		if (row < 0)
			continue;
		cli->depth = depth + 1;
		return s.no || s.to_default
			       ? take_away(cli, (unsigned)row, kids, cli->stack[depth].header,
					   s.line, s.to_default)
			       : add(cli, (unsigned)row, kids, cli->stack[depth].header, s.line);
	}
	return stumble(&s);
}

struct sim_cli_result sim_cli_enter_all(struct sim_cli *cli, const char *text, char *ret_line,
					size_t size)
{
	struct sim_cli_result result = { .verdict = SIM_CLI_TAKEN };

	while (*text && result.verdict == SIM_CLI_TAKEN) {
		size_t len = strcspn(text, "\n");

		snprintf(ret_line, size, "%.*s", (int)len, text);
		result = sim_cli_enter(cli, ret_line);
		text += len + (text[len] == '\n');
	}
	return result;
}
