/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole files: read with a maximum, written beside and renamed, so that nobody ever sees half a
 * file.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include "core/buf.h"

/* read(2) that waits, also on a descriptor that somebody made non-blocking. */
static ssize_t read_some(int fd, char *into, size_t size)
{
	for (;;) {
		ssize_t n = read(fd, into, size);

		if (n >= 0)
			return n;
		if (errno == EAGAIN)
			poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, -1);
		else if (errno != EINTR)
			return -errno;
	}
}

int ms_read_fd(int fd, const char *source, size_t max, struct ms_buf *buf, struct ms_err *err)
{
	char chunk[16384];
	size_t total = 0;

	for (;;) {
		ssize_t n = read_some(fd, chunk, sizeof(chunk));
		int error;

		if (n < 0)
			return ms_fail_errno(err, (int)n, "cannot read %s", source);
		if (!n)
			return ms_buf_add(buf, "", 0) ? ms_nomem(err) : 0;
		total += (size_t)n;
		error = total > max ? -EFBIG : ms_buf_add(buf, chunk, (size_t)n);
		if (error == -EFBIG)
			return ms_fail(err, error, MS_INPUT, "%s is larger than %zu bytes", source,
				       max);
		if (error)
			return ms_nomem(err);
	}
}

int ms_read_file(const char *path, size_t max, struct ms_buf *buf, struct ms_err *err)
{
	MS_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return ms_fail_errno(err, -errno, "cannot open %s", path);
	return ms_read_fd(fd, path, max, buf, err);
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
	return 0;
}

/* The rename is only durable once the folder is. */
static void sync_folder(const char *path)
{
	MS_AUTO_FREE char *copy = strdup(path);
	MS_AUTO_FD int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0)
		(void)!fsync(fd);
}

static int create_beside(const char *path, unsigned mode, char **ret_name)
{
	for (unsigned try = 0; try < 100; try++) {
		MS_AUTO_FREE char *name = ms_asprintf("%s.%ld.%u.tmp", path, (long)getpid(), try);
		int fd;

		if (!name)
			return -ENOMEM;
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
		if (fd >= 0) {
			*ret_name = ms_take(name);
			return fd;
		}
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

static int replace(const char *path, const void *data, size_t len, unsigned mode)
{
	MS_AUTO_FREE char *name = NULL;
	int fd = create_beside(path, mode, &name), error;

	if (fd < 0)
		return fd;
	error = write_all(fd, data, len);
	if (!error && fsync(fd))
		error = -errno;
	if (close(fd) && !error)
		error = -errno;
	if (!error && rename(name, path))
		error = -errno;
	if (error)
		unlink(name);
	else
		sync_folder(path);
	return error;
}

static int write_through(const char *path, const void *data, size_t len)
{
	MS_AUTO_FD int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? -errno : write_all(fd, data, len);
}

int ms_write_file(const char *path, const void *data, size_t len, unsigned mode, struct ms_err *err)
{
	/*
	 * A link keeps pointing where it does; /dev/stdout or a FIFO cannot be replaced by a file.
	 */
	MS_AUTO_FREE char *real = realpath(path, NULL);
	const char *target = real ? real : path;
	struct stat st;
	int error;

	if (!stat(target, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		error = write_through(path, data, len);
	else
		error = replace(target, data, len, mode);
	return error ? ms_fail_errno(err, error, "cannot write %s", path) : 0;
}
