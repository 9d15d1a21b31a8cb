/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/sim: the configuration mode of a command line, as data.  A grammar says which lines there are in which
 * context; everything else is refused, as the vendor refuses it.  The configuration is a tree of JSON: {KEY: {"t": the
 * line, "r": row of the grammar, "k": {lines below}}}, so that it can be copied, compared and saved.
 *
 * Patterns: words that stand for themselves, and
 *
 *	<1-4094>  a number            <word>  one word          <rest>   everything that is left
 *	<ip>      IPv4 address        <cidr>  with length       <cidr6>  IPv6 with length     <net>  either, with length
 *	<list>    VLANs, or "none"    <mac>   in any form       <rd> <rt>  N:N or A.B.C.D:N
 *	<esi>     five groups of four digits
 *	<Vlan:1-4094>  a name and a number in one word
 *	<port>    a port of the front panel, by its native name
 */
#ifndef MS_SIM_CLI_H
#define MS_SIM_CLI_H

#include "core/core.h"

struct sim_cli;
/* A line that fits, before it is taken. */
struct sim_cli_at {
	struct sim_cli *cli;
	json_t *kids;                  /* the block that it is in */
	const char *header;            /* of that block, "" = none */
	const char *line;              /* without "no" or "default" */
	bool no;
	bool done;                     /* by the hook: nothing more is kept, or goes */
};
enum { SIM_CLI_TOGGLE = 1 /* "no LINE" is kept as a line */, SIM_CLI_FIXED = 2 /* a block that cannot be removed */,
       SIM_CLI_NEGATIVE = 4 /* a toggle of which only "no LINE" is ever shown */ };
struct sim_cli_row {
	const char *in, *pattern;      /* context "" = the whole */
	unsigned key;                  /* words that another such line replaces; 0 = all of them */
	const char *opens;             /* context of the block that it opens */
	const char *preset;            /* not shown when it says this, or "no LINE" of a toggle */
	unsigned flags;
	const char *needs;             /* line of the whole without which it is refused */
	/* More that it wants or does; text of a refusal, NULL = taken.  May change the tree. */
	const char *(*hook)(struct sim_cli_at *at);
};
struct sim_cli_grammar {
	const struct sim_cli_row *rows;        /* ends with a NULL pattern */
	bool (*is_port)(void *ctx, const char *native);
	unsigned indent;
	const char *between;           /* behind each block: "!" */
};

#define SIM_CLI_DEPTH 8
struct sim_cli {
	const struct sim_cli_grammar *grammar;
	void *ctx;                     /* for is_port */
	json_t *config;                /* lent */
	struct { json_t *kids; const char *context; char header[256]; } stack[SIM_CLI_DEPTH];
	unsigned depth;
};
void sim_cli_init(struct sim_cli *cli, const struct sim_cli_grammar *grammar, json_t *config, void *ctx);

enum sim_cli_verdict { SIM_CLI_TAKEN, SIM_CLI_INVALID, SIM_CLI_INCOMPLETE, SIM_CLI_REFUSED, SIM_CLI_LEFT };
struct sim_cli_result {
	enum sim_cli_verdict verdict;
	unsigned token;                /* that it stumbled over, from 0 */
	char word[128];                /* that token */
	const char *why;               /* of a refusal */
};
/* One line of configuration mode; LEFT: "end", or "exit" out of it. */
struct sim_cli_result sim_cli_enter(struct sim_cli *cli, const char *line);
/* All lines of a text; the first that is not taken ends it. */
struct sim_cli_result sim_cli_enter_all(struct sim_cli *cli, const char *text, char *ret_line, size_t size);

/* The configuration as the vendor shows it, in the order of the grammar. */
void sim_cli_show(const struct sim_cli_grammar *grammar, const json_t *config, struct ms_buf *out);
/* A line of a block: exactly this, or the first that begins with it and a blank; its text, or NULL. */
const char *sim_cli_line(const json_t *kids, const char *text);
/* Lines of the block with that header in the whole; NULL when there is none. */
json_t *sim_cli_block(const json_t *config, const char *header);
/* Remove lines of a block that begin with the text. */
void sim_cli_forget(json_t *kids, const char *text);
/* Unified differences of two shown texts, line by line; "" when there are none. */
void sim_cli_diff(const char *from, const char *to, struct ms_buf *out);

#endif
