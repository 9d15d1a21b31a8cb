/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading files of a machine: attributes of sysfs and its like, folders, links. */
#include "host/host-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#define TEXT_MAX ((size_t)1 << 20)
#define NAMES_MAX 65536

const char *ms_path(char buf[static MS_PATH_MAX], const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, MS_PATH_MAX, fmt, args);
	va_end(args);
	if (n < 0 || n >= MS_PATH_MAX)
		*buf = 0;
	return buf;
}

int ms_host_open_path(struct ms_host *host, const char *path, int flags, unsigned mode)
{
	struct open_how how = { .flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
				.mode = flags & O_CREAT ? mode : 0,
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	int fd;

	if (*path != '/')
		return *path ? -EINVAL : -ENAMETOOLONG;
	if (host->root_fd < 0)
		fd = open(path, flags | O_CLOEXEC, mode);
	else
		fd = (int)syscall(SYS_openat2, host->root_fd, path, &how, sizeof(how));
	return fd < 0 ? -errno : fd;
}

int ms_host_fail(struct ms_err *err, int error, const char *verb, const char *path)
{
	ms_fail(err, error, ms_host_code(error), "cannot %s %s: %s", verb, path, strerror(-error));
	if (error == -EACCES || error == -EPERM || error == -EROFS)
		ms_hint(err, "run as root; at the far end: spec.os.ssh.sudo: true");
	return error;
}

/* Whoever takes this for a file that is not there hears of it at the end. */
static int starve(struct ms_host *host, struct ms_err *err)
{
	host->starved = true;
	return ms_nomem(err);
}

int ms_host_facts(struct ms_host *host, int r, struct ms_err *err)
{
	bool starved = host->starved;

	host->starved = false;
	return r || !starved ? r : ms_nomem(err);
}

int ms_host_read_bytes(struct ms_host *host, const char *path, size_t max, struct ms_buf *buf,
		       struct ms_err *err)
{
	/* Without O_NONBLOCK a FIFO in a strange tree would wait for a writer. */
	MS_AUTO_FD int fd = ms_host_open_path(host, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	struct ms_err inner = MS_ERR_INIT;
	int r = fd < 0 ? fd : ms_read_fd(fd, path, max, buf, &inner);

	if (r == -ENOMEM)
		return starve(host, err);
	return r < 0 ? ms_host_fail(err, r, "read", path) : 0;
}

static void trim(struct ms_buf *buf)
{
	while (buf->len && strchr(" \t\r\n", buf->data[buf->len - 1]))
		buf->data[--buf->len] = 0;
}

int ms_host_read(struct ms_host *host, const char *path, char **ret_text, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	int r = ms_host_read_bytes(host, path, TEXT_MAX, &buf, err);

	if (r < 0)
		return r;
	if (buf.len && memchr(buf.data, 0, buf.len))
		return ms_fail(err, -EINVAL, MS_INVALID, "%s: not a text", path);
	trim(&buf);
	*ret_text = ms_buf_steal(&buf);
	return *ret_text ? 0 : starve(host, err);
}

/* ---- facts that may be missing
 * -------------------------------------------------------------------- */

static bool take_word(const char *text, size_t len, char *buf, size_t size)
{
	while (len && strchr(" \t\r", text[len - 1]))
		len--;
	if (!len || len >= size)
		return false;
	memcpy(buf, text, len);
	buf[len] = 0;
	ms_text_clean(buf);
	return true;
}

bool ms_host_word(struct ms_host *host, const char *path, char *buf, size_t size)
{
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_FREE char *text = NULL;

	*buf = 0;
	if (ms_host_read(host, path, &text, &err) < 0)
		return false;
	return take_word(text, strcspn(text, "\n"), buf, size);
}

bool ms_host_number(struct ms_host *host, const char *path, int64_t *ret_number)
{
	char word[64], *end;
	long long number;

	if (!ms_host_word(host, path, word, sizeof(word)))
		return false;
	errno = 0;
	number = strtoll(word, &end, ms_starts(word, "0x") ? 16 : 10);
	if (errno || *end)
		return false;
	*ret_number = number;
	return true;
}

static json_t *known(struct ms_host *host, json_t *value)
{
	host->starved |= !value;
	return value;
}

json_t *ms_host_json_word(struct ms_host *host, const char *path)
{
	char word[4096];

	return ms_host_word(host, path, word, sizeof(word)) ? known(host, json_string(word)) : NULL;
}

json_t *ms_host_json_number(struct ms_host *host, const char *path)
{
	int64_t number;

	return ms_host_number(host, path, &number) ? known(host, json_integer(number)) : NULL;
}

bool ms_host_exists(struct ms_host *host, const char *path)
{
	MS_AUTO_FD int fd = ms_host_open_path(host, path, O_PATH, 0);

	return fd >= 0;
}

/* ---- folders
 * ------------------------------------------------------------------------------------------ */

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names { char **all; size_t n, cap; };

static int names_add(struct names *names, const char *name)
{
	if (names->n >= NAMES_MAX)
		return -E2BIG;
	if (names->n + 1 >= names->cap) {
		size_t cap = names->cap ? 2 * names->cap : 32;
		char **all = reallocarray(names->all, cap, sizeof(*all));

		if (!all)
			return -ENOMEM;
		names->all = all;
		names->cap = cap;
	}
	names->all[names->n] = strdup(name);
	if (!names->all[names->n])
		return -ENOMEM;
	names->all[++names->n] = NULL;
	return 0;
}

static int read_names(DIR *dir, struct names *names)
{
	struct dirent *entry;
	int r = 0;

	while (!r && (errno = 0, entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			r = names_add(names, entry->d_name);
	return r ? r : -errno;
}

int ms_host_list(struct ms_host *host, const char *path, char ***ret_names, struct ms_err *err)
{
	int fd = ms_host_open_path(host, path, O_RDONLY | O_DIRECTORY, 0), r = fd < 0 ? fd : 0;
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct names names = { .all = calloc(1, sizeof(char *)), .cap = 1 };

	if (fd >= 0 && !dir) {
		r = -errno;
		close(fd);
	}
	if (dir) {
		r = names.all ? read_names(dir, &names) : -ENOMEM;
		closedir(dir);
	}
	if (r < 0) {
		ms_strv_free(names.all);
		return r == -ENOMEM ? starve(host, err) : ms_host_fail(err, r, "list", path);
	}
	if (names.n)
		qsort(names.all, names.n, sizeof(*names.all), by_bytes);
	*ret_names = names.all;
	return 0;
}

/* ---- links
 * ------------------------------------------------------------------------------------------- */

static int read_link(struct ms_host *host, const char *path, char *buf, size_t size)
{
	MS_AUTO_FD int fd = ms_host_open_path(host, path, O_PATH | O_NOFOLLOW, 0);
	ssize_t n = fd < 0 ? fd : readlinkat(fd, "", buf, size - 1);

	if (fd < 0)
		return fd;
	/* readlinkat() of what is no link says ENOENT, because the name is empty. */
	if (n < 0)
		return errno == ENOENT ? -EINVAL : -errno;
	buf[n] = 0;
	return 0;
}

static const char *last_part(char *text)
{
	size_t len = strlen(text);
	char *slash;

	while (len && text[len - 1] == '/')
		text[--len] = 0;
	slash = strrchr(text, '/');
	return slash ? slash + 1 : text;
}

int ms_host_link(struct ms_host *host, const char *path, char **ret_name, struct ms_err *err)
{
	char target[4096];
	int r = read_link(host, path, target, sizeof(target));

	if (r < 0)
		return ms_host_fail(err, r, "read the link", path);
	*ret_name = strdup(last_part(target));
	return *ret_name ? 0 : ms_nomem(err);
}

bool ms_host_link_word(struct ms_host *host, const char *path, char *buf, size_t size)
{
	char target[4096];
	const char *last;

	*buf = 0;
	if (read_link(host, path, target, sizeof(target)) < 0)
		return false;
	last = last_part(target);
	return take_word(last, strlen(last), buf, size);
}

bool ms_host_link_text(struct ms_host *host, const char *path, char *buf, size_t size)
{
	char target[4096];

	*buf = 0;
	return read_link(host, path, target, sizeof(target)) >= 0 &&
	       take_word(target, strlen(target), buf, size);
}

int ms_host_resolve(struct ms_host *host, const char *path, char **ret_path, struct ms_err *err)
{
	MS_AUTO_FD int fd = ms_host_open_path(host, path, O_PATH, 0);
	char name[64], real[4096];
	size_t len = strlen(host->root);
	ssize_t n;

	if (fd < 0)
		return ms_host_fail(err, fd, "open", path);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	n = readlink(name, real, sizeof(real) - 1);
	if (n < 0)
		return ms_host_fail(err, -errno, "resolve", path);
	real[n] = 0;
	if (strncmp(real, host->root, len) || (real[len] && real[len] != '/'))
		return ms_host_fail(err, -EXDEV, "resolve", path);
	*ret_path = strdup(real[len] ? real + len : "/");
	return *ret_path ? 0 : starve(host, err);
}
