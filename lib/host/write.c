/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing files of a machine: attributes in place, files of our own by a new name. */
#include "host/host-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

int ms_host_write(struct ms_host *host, const char *path, const char *text, struct ms_err *err)
{
	MS_AUTO_FD int fd = ms_host_open_path(host, path, O_WRONLY | O_TRUNC | O_NOCTTY, 0);
	size_t len = strlen(text);
	ssize_t n;
	int r;

	if (fd < 0)
		return ms_host_fail(err, fd, "write", path);
	/* A store of sysfs takes all of a value in one call. */
	n = write(fd, text, len);
	if (n == (ssize_t)len)
		return 0;
	r = n < 0 ? -errno : -EIO;
	ms_fail(err, r, ms_host_code(r), "%s: writing \"%.100s\": %s", path, text, strerror(-r));
	if (r == -EACCES || r == -EPERM)
		ms_hint(err, "run as root; at the far end: spec.os.ssh.sudo: true");
	return r;
}

int ms_host_set(struct ms_host *host, const char *path, const char *text, struct ms_err *err)
{
	MS_AUTO_FREE char *seen = NULL;
	size_t len = strlen(text);
	int r = ms_host_write(host, path, text, err);

	if (!r)
		r = ms_host_read(host, path, &seen, err);
	if (r < 0)
		return r;
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	if (strlen(seen) == len && !strncmp(seen, text, len))
		return 0;
	return ms_fail(err, -EIO, MS_UNVERIFIED,
		       "%s: \"%.*s\" was accepted, but it reads \"%.100s\"", path,
		       (int)(len < 100 ? len : 100), text, seen);
}

/* ---- files of our own
 * ------------------------------------------------------------------------------ */

/* The folder of a path, opened; *ret_name is what is left. */
static int open_folder(struct ms_host *host, const char *path, const char **ret_name)
{
	char folder[MS_PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	if (!slash || !slash[1] || !strcmp(slash + 1, "..") || !strcmp(slash + 1, "."))
		return *path ? -EINVAL : -ENAMETOOLONG;
	if (len >= sizeof(folder))
		return -ENAMETOOLONG;
	memcpy(folder, path, len);
	folder[len] = 0;
	*ret_name = slash + 1;
	return ms_host_open_path(host, len ? folder : "/", O_PATH | O_DIRECTORY, 0);
}

static int make_one(struct ms_host *host, const char *path)
{
	const char *name;
	MS_AUTO_FD int dir = open_folder(host, path, &name);

	if (dir < 0)
		return dir;
	return mkdirat(dir, name, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

static int make_way(struct ms_host *host, const char *path)
{
	char part[MS_PATH_MAX];
	int r = 0;

	if (strlen(path) >= sizeof(part))
		return -ENAMETOOLONG;
	for (const char *slash = strchr(path + 1, '/'); !r && slash;
	     slash = strchr(slash + 1, '/')) {
		memcpy(part, path, (size_t)(slash - path));
		part[slash - path] = 0;
		if (slash[-1] != '/' && !ms_host_exists(host, part))
			r = make_one(host, part);
	}
	return r;
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

static int write_beside(int dir, const char *name, const void *data, size_t len, unsigned mode)
{
	char beside[300];
	MS_AUTO_FD int fd = -1;
	int r;

	if (snprintf(beside, sizeof(beside), ".%s.msctl-%d", name, (int)getpid()) >= 256)
		return -ENAMETOOLONG;
	unlinkat(dir, beside, 0);
	fd = openat(dir, beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return -errno;
	r = fchmod(fd, mode) < 0 ? -errno : write_all(fd, data, len);
	if (!r && renameat(dir, beside, dir, name) < 0)
		r = -errno;
	if (r < 0)
		unlinkat(dir, beside, 0);
	return r;
}

int ms_host_replace(struct ms_host *host, const char *path, const void *data, size_t len,
		    unsigned mode, struct ms_err *err)
{
	const char *name = "";
	MS_AUTO_FD int dir = -1;
	int r = *path == '/' ? make_way(host, path) : -EINVAL;

	if (!r)
		dir = r = open_folder(host, path, &name);
	if (r >= 0)
		r = write_beside(dir, name, data, len, mode);
	return r < 0 ? ms_host_fail(err, r, "write", path) : 0;
}

static int remove_at(struct ms_host *host, const char *path, int flags, struct ms_err *err)
{
	const char *name = "";
	MS_AUTO_FD int dir = open_folder(host, path, &name);
	int r = dir < 0 ? dir : 0;

	if (!r && unlinkat(dir, name, flags) < 0)
		r = -errno;
	return r < 0 && r != -ENOENT ? ms_host_fail(err, r, "remove", path) : 0;
}

int ms_host_remove(struct ms_host *host, const char *path, struct ms_err *err)
{
	return remove_at(host, path, 0, err);
}

int ms_host_remove_folder(struct ms_host *host, const char *path, struct ms_err *err)
{
	return remove_at(host, path, AT_REMOVEDIR, err);
}

int ms_host_make_folder(struct ms_host *host, const char *path, struct ms_err *err)
{
	int r = make_one(host, path);

	return r < 0 ? ms_host_fail(err, r, "make", path) : 0;
}
