/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who holds something: this process, described so that a person can find it and another process on
 * the same machine can tell whether it still lives.  A number alone will not do: process ids are
 * used again, and mean different processes in different containers and after a boot.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include "state/private.h"

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@\\-"

/* First line of a small file, "" when it cannot be read. */
static void read_word(const char *path, char *buf, size_t size)
{
	MS_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, buf, size - 1);

	buf[n > 0 ? n : 0] = 0;
	buf[strcspn(buf, "\n")] = 0;
}

/* Which kernel was booted, and which process numbers are meant: "UUID pid:[4026531836]". */
static void machine_id(char *buf, size_t size)
{
	char boot[64], ns[64] = "";

	read_word("/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	if (readlink("/proc/self/ns/pid", ns, sizeof(ns) - 1) < 0)
		ns[0] = 0;
	snprintf(buf, size, "%s %s", boot, ns);
}

/* proc(5): field 3 of stat is the state, field 22 the start time in ticks since boot; the name in
 * field 2 may hold anything, so count from its last parenthesis.  False when it cannot be read. */
static bool process_stat(int64_t pid, char *ret_state, int64_t *ret_start)
{
	char path[64], line[1024];
	const char *p;

	snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)pid);
	read_word(path, line, sizeof(line));
	p = strrchr(line, ')');
	if (!p || p[1] != ' ' || !p[2])
		return false;
	*ret_state = p[2];
	p += 2;
	for (int field = 3; field < 22; field++) {
		p = strchr(p, ' ');
		if (!p)
			return false;
		p++;
	}
	*ret_start = strtoll(p, NULL, 10);
	return true;
}

/* A word for people, who may have come by sudo.  Not getpwuid(), which may ask a directory server.
 */
static const char *user_name(char *buf, size_t size)
{
	static const char *const names[] = { "SUDO_USER", "LOGNAME", "USER" };

	snprintf(buf, size, "uid %u", geteuid());
	for (size_t i = 0; i < MS_ARRAY_SIZE(names); i++) {
		const char *name = getenv(names[i]);
		size_t len = name ? strspn(name, NAME_CHARACTERS) : 0;

		if (!len || name[len])
			continue;
		snprintf(buf, size, "%s", name);
		break;
	}
	return buf;
}

int state_owner_new(const char *command, json_t **ret_owner, struct ms_err *err)
{
	char host[256] = "", machine[160], user[64], since[32], state;
	int64_t start = 0;
	json_t *owner;

	gethostname(host, sizeof(host) - 1);
	machine_id(machine, sizeof(machine));
	process_stat(getpid(), &state, &start);
	owner = json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:s}", "host", host, "machine", machine,
			  "pid", (json_int_t)getpid(), "start", (json_int_t)start, "user",
			  user_name(user, sizeof(user)), "command", command, "since",
			  ms_time_format(time(NULL), since));
	if (!owner)
		return ms_nomem(err);
	*ret_owner = owner;
	return 0;
}

bool state_owner_dead(const json_t *owner)
{
	int64_t pid = ms_int(owner, "/pid", 0), start = ms_int(owner, "/start", 0), now;
	char machine[160], state;

	machine_id(machine, sizeof(machine));
	if (pid <= 0 || pid > INT32_MAX || !ms_streq(ms_str(owner, "/machine", NULL), machine))
		return false;
	if (kill((pid_t)pid, 0) < 0 && errno == ESRCH)
		return true;
	if (!process_stat(pid, &state, &now))
		return false; /* there, but hidden from us */
	return state == 'Z' || state == 'X' || (start && now != start);
}
