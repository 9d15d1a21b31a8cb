/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions of ssh that come in from sshd's children: bytes in, frames out, on the event loop.
 */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "sim/ssh.h"

#define INPUT_MAX (128u << 20)

/* ---- writing -----------------------------------------------------------------------------------
 */

static void on_socket(void *ctx, int fd, unsigned events);

static void watch(struct sim_relay *relay)
{
	bool writes = relay->out.len > 0;
	struct ms_err err = MS_ERR_INIT;

	if (writes == relay->writes)
		return;
	relay->writes = writes;
	ms_loop_watch(relay->ssh->sim->loop, relay->fd, POLLIN | (writes ? POLLOUT : 0), on_socket,
		      relay, &err);
}

void sim_relay_flush(struct sim_relay *relay)
{
	while (relay->sent < relay->out.len) {
		ssize_t n = send(relay->fd, relay->out.data + relay->sent,
				 relay->out.len - relay->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0)
			relay->sent = relay->out.len;
		else
			relay->sent += (size_t)n;
	}
	if (relay->sent == relay->out.len) {
		ms_buf_release(&relay->out);
		relay->out = (struct ms_buf){ 0 };
		relay->sent = 0;
	}
	watch(relay);
}

static void send_one(struct sim_relay *relay, int type, const char *data, size_t len)
{
	uint32_t n = htonl((uint32_t)len);
	char head[FRAME_HEAD] = { (char)type };

	memcpy(head + 1, &n, 4);
	ms_buf_add(&relay->out, head, sizeof(head));
	ms_buf_add(&relay->out, data, len);
}

void sim_relay_send(struct sim_relay *relay, int type, const void *data, size_t len)
{
	size_t at = 0;

	do {
		size_t n = len - at < FRAME_MAX ? len - at : FRAME_MAX;

		send_one(relay, type, (const char *)data + at, n);
		at += n;
	} while (at < len);
	sim_relay_flush(relay);
}

/* ---- reading -----------------------------------------------------------------------------------
 */

static char *copy(const json_t *line, const char *at)
{
	const char *text = ms_str(line, at, NULL);

	return text ? strdup(text) : NULL;
}

/* False when it is about no device. */
static bool introduce(struct sim_relay *relay, const char *text, size_t len)
{
	json_auto_t *line = json_loadb(text, len, 0, NULL);
	struct in_addr to = { 0 }, from = { 0 };

	if (inet_pton(AF_INET, ms_str(line, "/to/address", ""), &to) != 1 ||
	    inet_pton(AF_INET, ms_str(line, "/from/address", ""), &from) != 1)
		return false;
	relay->from = from.s_addr;
	relay->from_port = (uint16_t)ms_int(line, "/from/port", 0);
	relay->sw = sim_switch_of(
		sim_device_at(relay->ssh->sim, to.s_addr, (uint16_t)ms_int(line, "/to/port", 0)));
	relay->command = copy(line, "/command");
	relay->subsystem = copy(line, "/subsystem");
	relay->user = copy(line, "/user");
	return relay->sw && relay->user;
}

/* The first line, once it is there; false when the session cannot be. */
static bool take_line(struct sim_relay *relay)
{
	const char *newline = memchr(relay->in.data, '\n', relay->in.len);

	if (!newline)
		return relay->in.len < SESSION_LINE_MAX;
	relay->taken = (size_t)(newline - relay->in.data) + 1;
	if (!introduce(relay, relay->in.data, relay->taken - 1))
		return false;
	sim_relay_begin(relay);
	return true;
}

/* One frame; false when none is complete. */
static bool take_frame(struct sim_relay *relay)
{
	size_t left = relay->in.len - relay->taken;
	const char *head = relay->in.data + relay->taken;
	uint32_t len;

	if (left < FRAME_HEAD)
		return false;
	memcpy(&len, head + 1, 4);
	len = ntohl(len);
	if (len > FRAME_MAX) {
		relay->over = true;
		return false;
	}
	if (left < FRAME_HEAD + len)
		return false;
	relay->taken += FRAME_HEAD + len;
	if (head[0] == FRAME_END)
		relay->input_ended = true;
	sim_relay_input(relay, head + FRAME_HEAD, head[0] == FRAME_END ? 0 : len);
	return true;
}

static void compact(struct sim_relay *relay)
{
	if (!relay->taken)
		return;
	relay->in.len -= relay->taken;
	memmove(relay->in.data, relay->in.data + relay->taken, relay->in.len);
	relay->taken = 0;
}

void sim_relay_go_on(struct sim_relay *relay)
{
	if (!relay->sw && relay->in.len && !take_line(relay))
		relay->over = true;
	while (relay->sw && !relay->waits && !relay->over && take_frame(relay))
		;
	compact(relay);
}

static void on_socket(void *ctx, int fd, unsigned events)
{
	struct sim_relay *relay = ctx;
	char bytes[65536];
	ssize_t n;

	if (events & POLLOUT)
		sim_relay_flush(relay);
	n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) ||
	    (n > 0 && ms_buf_add(&relay->in, bytes, (size_t)n) < 0)) {
		sim_relay_free(relay);
		return;
	}
	if (n > 0)
		sim_relay_go_on(relay);
	if (relay->over && !relay->out.len)
		sim_relay_free(relay);
}

/* ---- life --------------------------------------------------------------------------------------
 */

void sim_relay_free(struct sim_relay *relay)
{
	struct sim_relay **at = &relay->ssh->relays;

	while (*at != relay)
		at = &(*at)->next;
	*at = relay->next;
	sim_relay_close(relay);
	ms_loop_unwatch(relay->ssh->sim->loop, relay->fd);
	close(relay->fd);
	ms_timer_free(relay->timer);
	ms_buf_release(&relay->in);
	ms_buf_release(&relay->out);
	ms_buf_release(&relay->input);
	free(relay->command);
	free(relay->subsystem);
	free(relay->user);
	free(relay);
}

static void on_accept(void *ctx, int fd, unsigned events)
{
	struct sim_ssh *ssh = ctx;
	int conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct sim_relay *relay = conn < 0 ? NULL : calloc(1, sizeof(*relay));
	struct ms_err err = MS_ERR_INIT;

	(void)events;
	if (!relay) {
		if (conn >= 0)
			close(conn);
		return;
	}
	*relay = (struct sim_relay){
		.ssh = ssh, .fd = conn, .next = ssh->relays, .input.max = INPUT_MAX
	};
	ssh->relays = relay;
	if (ms_loop_watch(ssh->sim->loop, conn, POLLIN, on_socket, relay, &err))
		sim_relay_free(relay);
}

int sim_relay_listen(struct sim_ssh *ssh, const char *path, struct ms_err *err)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	ssh->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (ssh->listener < 0 || bind(ssh->listener, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(ssh->listener, 512) < 0)
		return ms_fail_errno(err, -errno, "%s", path);
	return ms_loop_watch(ssh->sim->loop, ssh->listener, POLLIN, on_accept, ssh, err);
}
