/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/sim: what the files of the ssh front share.  ssh.c makes keys and starts a real sshd for each
 * connection; sshd runs session.c, which carries a session here; relay.c takes it, and relay-play.c lets the platform
 * answer.
 *
 * A session begins with one line of JSON: {command, subsystem, user, from: {address, port}, to: {address, port}}.  Then
 * both sides send frames: a type, four octets of length (network order), and so many octets.
 */
#ifndef MS_SIM_SSH_H
#define MS_SIM_SSH_H

#include "sim/switch.h"

enum { FRAME_IN = 'i', FRAME_END = 'e', FRAME_OUT = 'o', FRAME_ERRORS = 'x', FRAME_STATUS = 's' };
#define FRAME_HEAD 5
#define FRAME_MAX (1u << 20)
#define SESSION_LINE_MAX 65536
#define SUBSYSTEM_WORD "msctl-subsystem-"

struct sim_ssh {
	struct sim *sim;
	char folder[80];             /* "" = not made */
	char user[64];
	int listener;                /* where sessions come in */
	struct sim_ssh_conn *conns;
	struct sim_relay *relays;
	unsigned next_id;
};

struct sim_relay {
	struct sim_ssh *ssh;
	struct sim_relay *next;
	int fd;
	bool writes;                 /* it is watched for room to write */
	struct ms_buf in, out;       /* bytes of the socket, frames */
	size_t taken, sent;          /* of in and out */
	struct sim_switch *sw;       /* NULL before the first line */
	in_addr_t from;
	uint16_t from_port;
	char *command, *subsystem, *user;
	bool is_stream, input_ended, waits, over;
	struct ms_buf input;         /* of a command */
	struct sim_stream stream;
	struct sim_exec exec;
	struct ms_timer *timer;      /* until the answer is seen */
	bool fault_after;            /* done, and nobody hears of it */
};

/* relay.c */
int sim_relay_listen(struct sim_ssh *ssh, const char *path, struct ms_err *err);
void sim_relay_free(struct sim_relay *relay);
void sim_relay_send(struct sim_relay *relay, int type, const void *data, size_t len);
/* Everything that came in and can be used now. */
void sim_relay_go_on(struct sim_relay *relay);
void sim_relay_flush(struct sim_relay *relay);
/* relay-play.c */
void sim_relay_begin(struct sim_relay *relay);
void sim_relay_input(struct sim_relay *relay, const char *data, size_t len);
void sim_relay_close(struct sim_relay *relay);
/* ssh.c */
void sim_ssh_drop(struct sim_ssh *ssh, in_addr_t from, uint16_t port);

#endif
