/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Debug log (--debug, MSCTL_DEBUG), credential references, and giving up what is not needed.
 */
#ifndef MS_CORE_LOG_H
#define MS_CORE_LOG_H

#include "core/buf.h"
#include "core/loop.h"

/* The only global: the level, and where the log goes. */
enum ms_level { MS_LOG_OFF, MS_LOG_DEBUG };
void ms_log_level(enum ms_level level);
void ms_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Credential references: "file:PATH" (first line), "env:NAME", "exec:COMMAND ARGS" (first line of its output,
 * run without a shell, 30 s).  Resolved at the last moment and kept for the run; a store wipes its memory when
 * freed.  Every resolved value is known to ms_secrets_mask, which the log and traces use.  A file that everybody
 * may write is refused; who may read it is its owner's business.
 */
struct ms_secrets;
int ms_secrets_new(struct ms_secrets **ret_secrets, struct ms_err *err);
void ms_secrets_free(struct ms_secrets *secrets);
/* Helper programs are then waited for in this loop (tasks go on meanwhile) rather than by blocking. */
void ms_secrets_use_loop(struct ms_secrets *secrets, struct ms_loop *loop);
/* ret_value is lent until ms_secrets_free.  The error names the reference, never the value. */
int ms_secret_get(struct ms_secrets *secrets, const char *reference, const char **ret_value, struct ms_err *err);
/* True when the text is a well-formed reference. */
bool ms_secret_is_reference(const char *text);
/* Replace every known secret of three bytes or more in text by "***", in place; also where it stands escaped in
 * JSON. */
void ms_secrets_mask(const struct ms_secrets *secrets, char *text);

/*
 * Landlock (where the kernel has it) and no-new-privileges, before input is parsed.  `needs` are ms_needs bits (cmd.h);
 * read and write are extra paths, NULL-terminated or NULL; of a path to be written its whole folder is opened.
 *   NET, LISTEN, EXEC,     reads everything, because a credential reference may name any file
 *   or SECRETS
 *   none of these          reads the system's folders, MSCTL_ROOT, `read` and what lies beside it; no TCP (ABI 4)
 *   STATE                  writes the folder of the state store, which is made here
 *   EXEC                   runs programs, which write in HOME, XDG_RUNTIME_DIR and TMPDIR
 *   ROOT                   no limits on files
 */
int ms_confine(unsigned needs, const char *const *read, const char *const *write, struct ms_err *err);
/* "landlock ABI 3", "not available": for --introspect. */
const char *ms_confine_name(void);

#endif
