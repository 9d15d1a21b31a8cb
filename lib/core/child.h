/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Helper programs, always without a shell.
 */
#ifndef MS_CORE_CHILD_H
#define MS_CORE_CHILD_H

#include "core/buf.h"
#include "core/loop.h"

/*
 * Run a program (argv[0] is searched on the PATH, standard input is empty) and keep its output, at most max bytes
 * (-EFBIG beyond).  `what` names it in errors.  With a loop it is waited for there, so that tasks go on; NULL
 * blocks.  After `seconds` it is killed: -ETIMEDOUT.  A status other than 0 is -EIO.
 */
int ms_child_output(struct ms_loop *loop, char *const *argv, const char *what, unsigned seconds, size_t max,
		    struct ms_buf *out, struct ms_err *err);
/* The words of a command line, with quotes and backslashes as a shell reads them and nothing else of a shell.
 * Freed with ms_strv_free. */
int ms_words_split(const char *command, char ***ret_words, struct ms_err *err);

#endif
