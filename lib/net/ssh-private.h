/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/net: ssh.c (commands), ssh-master.c (the connection that they share), ssh-failure.c (what went
 * wrong), and netconf.c and far.c on top of them.
 */
#ifndef MS_NET_SSH_PRIVATE_H
#define MS_NET_SSH_PRIVATE_H

#include "net/ssh.h"

#define SSH_WORDS 64

struct ms_ssh {
	struct ms_loop *loop;
	char *name, *host, *user, *password, *key_file, *host_key, *place, *keys;
	unsigned port, connect_seconds;
	bool any_host_key;
	char folder[96];             /* private to this process; "" = not made yet */
	struct ms_child *master;
	int secret;                  /* FIFO that offers the password to a client of its own; -1 = none */
	struct ms_gate gate;         /* one at a time connects */
};

/* A command line under construction. */
struct ssh_line { const char *words[SSH_WORDS]; size_t n; char *owned[SSH_WORDS]; size_t n_owned; int failed; };
void ssh_line_add(struct ssh_line *line, const char *word);
/* The word is kept until release. */
void ssh_line_format(struct ssh_line *line, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ssh_line_release(struct ssh_line *line);

/* ssh-master.c: there is a connection afterwards. */
int ms_ssh_connect(struct ms_ssh *ssh, struct ms_err *err);
/* Forget a connection that does not work any more. */
void ms_ssh_disconnect(struct ms_ssh *ssh);
void ms_ssh_folder_remove(struct ms_ssh *ssh);

/* ssh.c: start a command (NULL = login shell) or a subsystem over the connection, to be talked to. */
int ms_ssh_start(struct ms_ssh *ssh, const char *command, const char *subsystem, struct ms_child **ret_child,
		 struct ms_err *err);

/* ssh-master.c: one command over a connection of its own, which ends with it: half the processes where there is only
 * one command.  To be talked to. */
int ms_ssh_start_alone(struct ms_ssh *ssh, const char *command, struct ms_child **ret_child, struct ms_err *err);

/* ssh-failure.c: what ssh said, as an error with a hint. */
int ms_ssh_fail(const struct ms_ssh *ssh, const char *said, struct ms_err *err);

#endif
