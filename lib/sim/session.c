/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sshd runs for a session: says which device and command it is about, then carries bytes
 * between sshd and the process that plays the site.
 */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "sim/ssh.h"

static int write_all(int fd, const void *data, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = write(fd, (const char *)data + at, len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += (size_t)n;
	}
	return 0;
}

static int read_all(int fd, void *data, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = read(fd, (char *)data + at, len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EPIPE;
		at += (size_t)n;
	}
	return 0;
}

/* SSH_CONNECTION: the client's address and port, then ours. */
static json_t *first_line(void)
{
	const char *connection = getenv("SSH_CONNECTION"),
		   *command = getenv("SSH_ORIGINAL_COMMAND"), *user = getenv("USER");
	char from[64], to[64];
	int from_port, to_port;
	size_t word = strlen(SUBSYSTEM_WORD);
	json_t *line;

	if (!connection ||
	    sscanf(connection, "%63s %d %63s %d", from, &from_port, to, &to_port) != 4)
		return NULL;
	line = json_pack("{s:{s:s, s:i}, s:{s:s, s:i}, s:s}", "from", "address", from, "port",
			 from_port, "to", "address", to, "port", to_port, "user", user ? user : "");
	if (command && !strncmp(command, SUBSYSTEM_WORD, word))
		ms_put(line, "/subsystem", json_string(command + word));
	else if (command)
		ms_put(line, "/command", json_string(command));
	return line;
}

static int dial(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		if (fd >= 0)
			close(fd);
		return -errno;
	}
	return fd;
}

static int introduce(int fd)
{
	json_auto_t *line = first_line();
	MS_AUTO_FREE char *text = line ? ms_json_text(line, MS_JSON_COMPACT) : NULL;
	int r = text ? write_all(fd, text, strlen(text)) : -EINVAL;

	return r ? r : write_all(fd, "\n", 1);
}

static int send_frame(int fd, int type, const char *data, size_t len)
{
	uint32_t n = htonl((uint32_t)len);
	char head[FRAME_HEAD] = { (char)type };
	int r;

	memcpy(head + 1, &n, 4);
	r = write_all(fd, head, sizeof(head));
	return r ? r : write_all(fd, data, len);
}

/* 1 while there may be more. */
static int take_input(int fd)
{
	char bytes[32768];
	ssize_t n = read(0, bytes, sizeof(bytes));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 1 : -errno;
	if (n)
		return send_frame(fd, FRAME_IN, bytes, (size_t)n) ? -EPIPE : 1;
	send_frame(fd, FRAME_END, "", 0);
	return 0;
}

/* 1 while the session goes on; at its end ret_status is set. */
static int take_frame(int fd, int *ret_status)
{
	static char bytes[FRAME_MAX];
	unsigned char head[FRAME_HEAD];
	uint32_t len;

	if (read_all(fd, head, sizeof(head)))
		return -EPIPE;
	memcpy(&len, head + 1, 4);
	len = ntohl(len);
	if (len > sizeof(bytes) || read_all(fd, bytes, len))
		return -EPIPE;
	if (head[0] == FRAME_STATUS) {
		*ret_status = len ? (unsigned char)bytes[0] : 0;
		return 0;
	}
	return write_all(head[0] == FRAME_ERRORS ? 2 : 1, bytes, len) ? -EPIPE : 1;
}

int sim_ssh_session(const char *socket_path)
{
	int fd = dial(socket_path), status = 255, r = fd < 0 ? fd : introduce(fd);
	struct pollfd fds[] = { { .fd = fd, .events = POLLIN }, { .fd = 0, .events = POLLIN } };

	while (r >= 0) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		if (fds[1].revents && (r = take_input(fd)) <= 0)
			fds[1].fd = -1;
		if (fds[0].revents && (r = take_frame(fd, &status)) <= 0)
			break;
		r = 0;
	}
	if (fd >= 0)
		close(fd);
	return status;
}
