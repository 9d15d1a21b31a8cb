/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same command at the far end: a Server's operating system runs it over ssh, with resources on its standard input.
 * Part of the door of lib/net.
 *
 * One connection and one remote command per host.  Where the far end has this command of the same version on its PATH,
 * that is run.  Else a build of it is sent, and run from a file that lost its name before its first byte was written,
 * so that nothing can be left behind, however it ends; the architecture is compared first.  Credentials never travel:
 * what is sent of a Server has neither spec.os nor spec.bmc nor spec.accounts.
 */
#ifndef MS_NET_FAR_H
#define MS_NET_FAR_H

#include "core/core.h"

struct ms_far_opts {
	struct ms_loop *loop;
	struct ms_secrets *secrets;  /* for spec.os.ssh.credentials; lent */
	const char *const *argv;     /* {"msctl-nic", "get", "--local", NULL}: --output=json, --errors=json, --quiet,
	                                --deadline and "-" are added */
	unsigned seconds;            /* for all of it, 0 = 120 */
	const char *libexec;         /* folder of builds to send, COMMAND.static or COMMAND.MACHINE.static; NULL =
	                                MSCTL_LIBEXEC, else ../libexec/msctl, ../libexec beside this program */
	bool libraries;              /* there it opens libraries of that machine: COMMAND.dynamic is sent, which needs
	                                a C library there that is not older than its own */
};
/*
 * Run it at the far end of one server.  `resources` is an array; ret_resources is a new one, of what came back: the
 * same resources in the same order, each followed by what the far end added behind it.  The far end's exit statuses 0,
 * 4 and 5 are success here, as its failures stand in the resources.  Everything else is an error that begins with the
 * server's name: no ssh, no sudo, an unfit architecture, no room for the file, garbage or too much (64 MiB) of output,
 * resources missing, its own error with its hint, a deadline.
 */
int ms_far_run(const struct ms_far_opts *opts, const json_t *server, const json_t *resources,
	       json_t **ret_resources, struct ms_err *err);

/*
 * The same command, talked to: lines of JSON both ways.  opts and its strings must outlive it; opts->seconds is for all
 * of the talk.  A line that is no JSON object is -EBADMSG; its end is -ECONNRESET, with what it said on
 * standard error; `deadline` is ms_clock_ms() time.
 */
struct ms_far;
int ms_far_open(const struct ms_far_opts *opts, const json_t *server, struct ms_far **ret_far, struct ms_err *err);
int ms_far_send(struct ms_far *far, const json_t *line, struct ms_err *err);
int ms_far_receive(struct ms_far *far, int64_t deadline, json_t **ret_line, struct ms_err *err);
/* Nothing more is sent: it ends there. */
void ms_far_finish(struct ms_far *far);
void ms_far_close(struct ms_far *far);

/*
 * A whole stream: items are grouped by server (server_of says the name of the Server that an item of the verb is on,
 * false = none), each group travels to its far end, run->window of them at once, and comes back into its items: status
 * is replaced, what was added becomes item->more.  An item that cannot travel has its error in status.error and is
 * counted, and its host is named (ms_run_failed); the others go on.  Servers are looked up among all items.
 *
 * A verb is: ms_run_collect; where --local is given work on the items here, else ms_far_each; ms_run_put for each.
 */
#define MS_FAR_NAME 256
typedef bool ms_far_server_fn(const struct ms_item *item, char server[static MS_FAR_NAME]);
int ms_far_each(struct ms_run *run, struct ms_item *items, size_t n, const struct ms_far_opts *opts,
		ms_far_server_fn *server_of, struct ms_err *err);
/* spec.server of a Nic, metadata.name of a Server, and of a Step the Server of its target (Nic/SERVER:NIC,
 * Server/NAME). */
bool ms_far_server_of(const struct ms_item *item, char server[static MS_FAR_NAME]);

#endif
