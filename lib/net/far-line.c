/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What travels to the far end: a command line, a build of the command, resources.
 *
 * The script is for any POSIX shell, and stands in single quotes on one line, so that the login
 * shell, which may be csh or fish, has nothing to read in it.
 */
#include "net/far-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/utsname.h>

/*
 * $1 mark, $2 command, $3 what `command --version` is to say, $4 whether sudo is wanted, then the
 * arguments.
 *
 * A file that is to be run must lie where programs may run from, so an empty one is run first: a
 * shell takes it for an empty script.  It is opened twice, and its folder removed, before the first
 * byte comes; /proc/PID/fd still leads to it, as long as this shell is there.  head(1) may read
 * more of a pipe than it wants, so nothing is sent behind the program before the shell has said
 * "run".
 */
static const char script[] =
	"t=$1 c=$2 v=$3 s=$4; shift 4; PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin; "
	"if [ $s = 1 ] && ! command -v sudo >/dev/null; "
	"then echo \"sudo: not there\" >&2; exit 1; fi; "
	"run() { if [ $s = 1 ]; then exec sudo -n -- \"$@\"; else exec \"$@\"; fi; }; "
	"if p=$(command -v \"$c\") && [ \"$(\"$p\" --version 2>/dev/null </dev/null)\" = \"$v\" ]; "
	"then echo \"$t run\"; run \"$p\" \"$@\"; fi; "
	"for b in \"${TMPDIR:-/tmp}\" \"${XDG_RUNTIME_DIR:-/run}\" /dev/shm /var/tmp \"$HOME\"; do "
	"d=$(umask 077; mktemp -d \"$b/msctl.XXXXXXXXXX\" 2>/dev/null) || { d=; continue; }; "
	"trap \"rm -rf \\\"$d\\\"\" 0; trap \"exit 129\" 1 2 13 15; "
	": >\"$d/run\" && chmod 700 \"$d/run\" && (\"$d/run\") 2>/dev/null && break; "
	"rm -rf \"$d\"; d=; done; "
	"if [ -z \"$d\" ]; then echo \"$t room\"; exit 0; fi; "
	"exec 8>\"$d/run\" 9<\"$d/run\"; rm -rf \"$d\"; "
	"echo \"$t need $(uname -m)\"; read -r size; head -c \"$size\" >&8; w=$?; exec 8>&-; "
	"if [ $w != 0 ] || [ \"$(wc -c </proc/$$/fd/9)\" -ne \"$size\" ]; "
	"then echo \"$t cut\"; exit 0; fi; "
	"echo \"$t run\"; (run /proc/$$/fd/9 \"$@\"); exit $?";

static void quote(struct ms_buf *buf, const char *word)
{
	ms_buf_puts(buf, " '");
	for (; *word; word++)
		if (*word == '\'')
			ms_buf_puts(buf, "'\\''");
		else
			ms_buf_add(buf, word, 1);
	ms_buf_puts(buf, "'");
}

char *far_line(const struct far *far, bool sudo)
{
	const struct ms_far_opts *opts = far->opts;
	static const char *const more[] = { "--output=json", "--errors=json", "--quiet" };
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	char number[32], mark[FAR_MARK];

	snprintf(number, sizeof(number), "--deadline=%us", far->seconds);
	/* The script puts the blank behind it. */
	snprintf(mark, sizeof(mark), "%.*s", (int)strcspn(far->mark, " "), far->mark);
	ms_buf_puts(&buf, "exec sh -c");
	quote(&buf, script);
	quote(&buf, "sh");
	quote(&buf, mark);
	quote(&buf, opts->argv[0]);
	ms_buf_printf(&buf, " '%s " MSCTL_VERSION "'", opts->argv[0]);
	quote(&buf, sudo ? "1" : "0");
	for (const char *const *word = opts->argv + 1; *word; word++)
		quote(&buf, *word);
	for (size_t i = 0; i < MS_ARRAY_SIZE(more); i++)
		quote(&buf, more[i]);
	quote(&buf, number);
	quote(&buf, "-");
	return ms_buf_steal(&buf);
}

/* ---- resources ---- */

/* How a server and its BMC are reached is for this side only. */
static json_t *stripped_new(const json_t *res)
{
	static const char *const secret[] = { "os", "bmc", "accounts" };
	const json_t *spec = json_object_get(res, "spec");
	json_auto_t *copy = json_copy((json_t *)res), *bare = NULL;

	/* Without memory json_copy leaves members out. */
	if (json_object_size(copy) != json_object_size(res))
		return NULL;
	if (!json_is_object(spec))
		return ms_take(copy);
	bare = json_copy((json_t *)spec);
	if (json_object_size(bare) != json_object_size(spec) ||
	    json_object_set(copy, "spec", bare) < 0)
		return NULL;
	for (size_t i = 0; i < MS_ARRAY_SIZE(secret); i++)
		json_object_del(bare, secret[i]);
	return ms_take(copy);
}

int far_input(const json_t *resources, struct ms_buf *buf, struct ms_err *err)
{
	size_t i;
	json_t *res;

	json_array_foreach((json_t *)resources, i, res) {
		bool server = !strcmp(ms_kind(res), "Server");
		json_auto_t *copy = server ? stripped_new(res) : json_incref(res);
		MS_AUTO_FREE char *text = copy ? ms_json_text(copy, MS_JSON_COMPACT) : NULL;

		if (!text || ms_buf_puts(buf, text) || ms_buf_puts(buf, "\n"))
			return ms_nomem(err);
	}
	return 0;
}

/* ---- the program ---- */

/* Folders to look in: what was said, else beside this program, built or installed. */
static size_t folders_of(const struct ms_far_opts *opts, char *folders[2])
{
	const char *said = opts->libexec ? opts->libexec : getenv("MSCTL_LIBEXEC");
	char self[4096], *slash;
	ssize_t n;

	if (said && *said)
		return (folders[0] = strdup(said)) ? 1 : 0;
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n < 0 ? 0 : n] = 0;
	slash = strrchr(self, '/');
	if (!slash)
		return 0;
	*slash = 0;
	folders[0] = ms_asprintf("%s/../libexec/msctl", self);
	folders[1] = ms_asprintf("%s/../libexec", self);
	return folders[0] && folders[1] ? 2 : 0;
}

/* COMMAND.MACHINE.static, or for this machine's own architecture COMMAND.static. */
static int open_build(const struct far *far, const char *folder, const char *machine, int *ret_fd,
		      struct ms_err *err)
{
	const char *command = far->opts->argv[0],
		   *kind = far->opts->libraries ? "dynamic" : "static";
	MS_AUTO_FREE char *exact = ms_asprintf("%s/%s.%s.%s", folder, command, machine, kind);
	MS_AUTO_FREE char *own = ms_asprintf("%s/%s.%s", folder, command, kind);
	struct utsname here;
	int fd;

	if (!exact || !own)
		return ms_nomem(err);
	fd = open(exact, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && uname(&here) == 0 && !strcmp(here.machine, machine))
		fd = open(own, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -ENOENT;
	*ret_fd = fd;
	return 0;
}

int far_build(const struct far *far, const char *machine, int *ret_fd, struct ms_err *err)
{
	const char *command = far->opts->argv[0];
	char *folders[2] = { NULL, NULL };
	size_t n = folders_of(far->opts, folders);
	int r = -ENOENT;

	for (size_t i = 0; r == -ENOENT && i < n; i++)
		r = open_build(far, folders[i], machine, ret_fd, err);
	if (r == -ENOENT) {
		ms_fail(err, -ENOEXEC, MS_UNSUPPORTED,
			"%s: it has no %s " MSCTL_VERSION
			", and there is no build of it for %s here that could be sent",
			far->name, command, machine);
		ms_hint(err, "install msctl there, or put one at %s/%s.%s.%s",
			n ? folders[0] : "MSCTL_LIBEXEC", command, machine,
			far->opts->libraries ? "dynamic" : "static");
		r = -ENOEXEC;
	}
	free(folders[0]);
	free(folders[1]);
	return r;
}
