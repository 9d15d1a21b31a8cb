/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/net: far-begin.c (logging in, and the command running there), far-line.c (what travels), far-hear.c
 * (what comes), far.c (resources there and back), far-talk.c (lines both ways), far-each.c (a stream of hosts).
 */
#ifndef MS_NET_FAR_PRIVATE_H
#define MS_NET_FAR_PRIVATE_H

#include "net/far.h"
#include "net/ssh.h"

#define FAR_MARK 40

/* One host. */
struct far {
	const struct ms_far_opts *opts;
	const char *name;
	unsigned seconds;            /* that it may work */
	int64_t deadline;            /* ms_clock_ms() time: for what is waited for now */
	char mark[FAR_MARK];         /* stands before each word of the script to us; a blank is its end */
	bool begun;                  /* the script has said something */
	bool sent;                   /* it had no such command, and got one */
	struct ms_ssh *ssh;
	struct ms_child *child;      /* of ssh */
	struct ms_buf out;           /* what it said, and nobody has taken yet */
};

/* The command runs there afterwards, and reads what is sent.  far_end in any case. */
int far_begin(struct far *far, const struct ms_far_opts *opts, const json_t *server, struct ms_err *err);
void far_end(struct far *far);

/* 0 with some more in far->out, 1 at the end. */
int far_read(struct far *far, struct ms_err *err);
/* The next word of the script; what login scripts print before it is nothing to us. */
int far_word(struct far *far, char *ret_word, size_t size, struct ms_err *err);
/* It ended, and well. */
int far_wait_end(struct far *far, struct ms_err *err);

/* The remote command line; NULL = no memory.  Caller frees. */
char *far_line(const struct far *far, bool sudo);
/* Resources as JSON Lines, without what is nobody's business there. */
int far_input(const json_t *resources, struct ms_buf *buf, struct ms_err *err);
/* The build of argv[0] to send to a machine (uname -m), open to be read. */
int far_build(const struct far *far, const char *machine, int *ret_fd, struct ms_err *err);

#endif
