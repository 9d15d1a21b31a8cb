/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving up what a verb does not need, before input is parsed: landlock rules made of its needs.
 * System calls are made directly, because distributions' headers are often older than the kernel
 * that they run on.
 */
#include "core/core.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* linux/landlock.h, up to ABI 4. */
struct ruleset_attr { uint64_t fs, net; };
struct path_attr { uint64_t access; int32_t fd; } __attribute__((packed));
enum { RULE_PATH_BENEATH = 1, CREATE_VERSION = 1 };
#define FS_EXECUTE (1ull << 0)
#define FS_WRITE_FILE (1ull << 1)
#define FS_READ_FILE (1ull << 2)
#define FS_READ_DIR (1ull << 3)
#define FS_REMOVE_DIR (1ull << 4)
#define FS_REMOVE_FILE (1ull << 5)
#define FS_MAKE_DIR (1ull << 7)
#define FS_MAKE_REG (1ull << 8)
#define FS_MAKE_SOCK (1ull << 9)
#define FS_MAKE_FIFO (1ull << 10)
#define FS_MAKE_SYM (1ull << 12)
#define FS_REFER (1ull << 13)
#define FS_TRUNCATE (1ull << 14)
#define FS_ABI1 ((1ull << 13) - 1)
#define NET_BIND (1ull << 0)
#define NET_CONNECT (1ull << 1)

#define READ (FS_READ_FILE | FS_READ_DIR)
#define WRITE_IN_PLACE (FS_WRITE_FILE | FS_TRUNCATE)
#define WRITE                                                                                      \
	(READ | WRITE_IN_PLACE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG |      \
	 FS_MAKE_SOCK | FS_MAKE_FIFO | FS_MAKE_SYM | FS_REFER)
#define FILE_RIGHTS (FS_EXECUTE | FS_READ_FILE | WRITE_IN_PLACE)

struct ruleset { int fd; uint64_t handled; };

static int landlock_abi(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);
}

const char *ms_confine_name(void)
{
	static const char *const names[] = { "not available",  "landlock ABI 1", "landlock ABI 2",
					     "landlock ABI 3", "landlock ABI 4", "landlock ABI 5",
					     "landlock ABI 6", "landlock ABI 7" };
	int abi = landlock_abi();

	if (abi < 1)
		return names[0];
	return (size_t)abi < MS_ARRAY_SIZE(names) ? names[abi] : "landlock";
}

/* What does not exist needs no rule. */
static int allow(const struct ruleset *set, const char *path, uint64_t access)
{
	MS_AUTO_FD int fd = path ? open(path, O_PATH | O_CLOEXEC) : -1;
	struct path_attr attr = { .fd = fd };
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return 0;
	attr.access = access & set->handled & (S_ISDIR(st.st_mode) ? ~0ull : FILE_RIGHTS);
	if (!attr.access)
		return 0;
	/* Pipes and sockets (/dev/stdout) are in no file system and need no rule: EBADFD. */
	if (!syscall(SYS_landlock_add_rule, set->fd, RULE_PATH_BENEATH, &attr, 0) ||
	    errno == EBADFD)
		return 0;
	return -errno;
}

/* What a site file names relative to itself, and the record of its numbers, lie in its folder. */
static int allow_beside(const struct ruleset *set, const char *path, uint64_t access)
{
	MS_AUTO_FREE char *folder = path ? strdup(path) : NULL;
	char *slash = folder ? strrchr(folder, '/') : NULL;

	if (!path || !strcmp(path, "-"))
		return 0;
	if (!folder)
		return -ENOMEM;
	if (!slash)
		return allow(set, ".", access);
	slash[slash == folder] = 0;
	return allow(set, folder, access);
}

static int allow_each(const struct ruleset *set, const char *const *paths, uint64_t access)
{
	int r = 0;

	for (; !r && paths && *paths; paths++)
		r = allow(set, *paths, access);
	return r;
}

static int allow_each_beside(const struct ruleset *set, const char *const *paths, uint64_t access)
{
	int r = 0;

	for (; !r && paths && *paths; paths++)
		r = allow_beside(set, *paths, access);
	return r;
}

/*
 * Verbs that log in somewhere resolve credential references, which may name any file: they may read
 * everything. The others read the system's folders, what the command line names, and what lies
 * beside it.
 */
static int allow_reading(const struct ruleset *set, unsigned needs, const char *const *read)
{
	static const char *const folders[] = { "/etc",	"/usr", "/lib", "/lib64",
					       "/proc", "/sys", "/dev", NULL };
	int r;

	if (needs & (MS_NEEDS_NET | MS_NEEDS_EXEC | MS_NEEDS_LISTEN | MS_NEEDS_SECRETS))
		return allow(set, "/", READ);
	r = allow_each(set, folders, READ);
	r = r ? r : allow(set, getenv("MSCTL_ROOT"), READ);
	r = r ? r : allow_each(set, read, READ);
	return r ? r : allow_each_beside(set, read, READ);
}

static int make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(path, 0700);
		*slash = '/';
	}
	return mkdir(path, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

/* Where the state store lies, as state.h says it is found; made now, because it could not be later.
 */
static char *state_folder(void)
{
	const char *where = getenv("MSCTL_STATE"), *base = getenv("XDG_STATE_HOME"),
		   *home = getenv("HOME");
	char *folder, *slash;

	if (where && *where) {
		folder = strdup(ms_starts(where, "sqlite:") ? where + 7 : where);
		slash = folder ? strrchr(folder, '/') : NULL;
		if (slash && slash != folder)
			*slash = 0;
		else if (folder)
			memcpy(folder, slash ? "/" : ".", 2);
	} else if (geteuid() == 0 && !(base && *base)) {
		folder = strdup("/var/lib/msctl");
	} else if (base && *base) {
		folder = ms_asprintf("%s/msctl", base);
	} else {
		folder = home ? ms_asprintf("%s/.local/state/msctl", home) : NULL;
	}
	if (folder && strcmp(folder, "."))
		make_folders(folder);
	return folder;
}

/* Helper programs keep caches and agents in the user's own folders; OpenSSH's server wants
 * /run/sshd when it runs as root. */
static int allow_helpers(const struct ruleset *set, unsigned needs)
{
	const char *temporary = getenv("TMPDIR");
	int r = allow(set, "/", FS_EXECUTE);

	if (!r && needs & MS_NEEDS_LISTEN && geteuid() == 0)
		r = allow(set, "/run", FS_MAKE_DIR);
	r = r ? r : allow(set, getenv("HOME"), WRITE);
	r = r ? r : allow(set, getenv("XDG_RUNTIME_DIR"), WRITE);
	return r ? r : allow(set, temporary && *temporary ? temporary : "/tmp", WRITE);
}

static int allow_writing(const struct ruleset *set, unsigned needs, const char *const *write)
{
	static const char *const devices[] = { "/dev/null", "/dev/tty", "/dev/stdout",
					       "/dev/stderr", NULL };
	MS_AUTO_FREE char *state = needs & MS_NEEDS_STATE ? state_folder() : NULL;
	int r = allow_each(set, devices, WRITE_IN_PLACE | FS_READ_FILE);

	if (!r && state)
		r = allow(set, state, WRITE);
	if (!r && needs & MS_NEEDS_EXEC)
		r = allow_helpers(set, needs);
	/* A file that is written is made under a temporary name and renamed: its folder must allow
	 * that. */
	return r ? r : allow_each_beside(set, write, WRITE);
}

static struct ruleset_attr handled(int abi, unsigned needs)
{
	struct ruleset_attr attr = { .fs = FS_ABI1 };

	if (abi >= 2)
		attr.fs |= FS_REFER;
	if (abi >= 3)
		attr.fs |= FS_TRUNCATE;
	if (abi >= 4 && !(needs & (MS_NEEDS_LISTEN | MS_NEEDS_EXEC)))
		attr.net |= NET_BIND;
	if (abi >= 4 && !(needs & (MS_NEEDS_NET | MS_NEEDS_LISTEN | MS_NEEDS_EXEC)))
		attr.net |= NET_CONNECT;
	return attr;
}

int ms_confine(unsigned needs, const char *const *read, const char *const *write,
	       struct ms_err *err)
{
	int abi = landlock_abi(), r;
	struct ruleset_attr attr = handled(abi, needs);
	MS_AUTO_FD int fd = -1;
	struct ruleset set;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return ms_fail_errno(err, -errno, "cannot give up privileges");
	if (abi < 1 || needs & MS_NEEDS_ROOT)
		return 0;
	fd = (int)syscall(SYS_landlock_create_ruleset, &attr,
			  abi >= 4 ? sizeof(attr) : sizeof(attr.fs), 0);
	if (fd < 0)
		return ms_fail_errno(err, -errno, "cannot make landlock rules");
	set = (struct ruleset){ .fd = fd, .handled = attr.fs };
	r = allow_reading(&set, needs, read);
	r = r ? r : allow_writing(&set, needs, write);
	if (r < 0)
		return ms_fail_errno(err, r, "cannot make landlock rules");
	if (syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		return ms_fail_errno(err, -errno, "cannot apply landlock rules");
	return 0;
}
