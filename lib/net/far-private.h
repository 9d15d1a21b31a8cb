/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/net: far.c (one host), far-line.c (what is sent), far-each.c (a stream of them). */
#ifndef MS_NET_FAR_PRIVATE_H
#define MS_NET_FAR_PRIVATE_H

#include "net/far.h"

#define FAR_MARK 40

/* The remote command line; the far end says `mark` before each of its words to us.  Caller frees; NULL = no memory. */
char *ms_far_line(const struct ms_far_opts *opts, const char *mark, bool sudo, unsigned seconds);
/* Resources as JSON Lines, without what is nobody's business there. */
int ms_far_input(const json_t *resources, struct ms_buf *buf, struct ms_err *err);
/* The self-contained build of argv[0] for a machine (uname -m). */
int ms_far_helper(const struct ms_far_opts *opts, const char *machine, const char *server, struct ms_buf *buf,
		  struct ms_err *err);

#endif
