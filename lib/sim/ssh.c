/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices that are spoken to by ssh.  Each connection gets an sshd of its own (inetd mode), so
 * there is nothing to keep running, and a device that restarts refuses connections as any other
 * does. Who may come in is the owner of this process, with a key that is made at the start.
 */
#include <openssl/evp.h>
#include <pwd.h>
#include <sys/stat.h>
#include "sim/ssh.h"

#define KEY_SECONDS 30
#define POINT_LEN 65

struct sim_ssh_conn {
	struct sim_ssh_conn *next;
	struct sim_ssh *ssh;
	const struct sim_device *dev;
	in_addr_t from;
	uint16_t port;
	struct ms_child *child;
};

/* ---- host keys ---------------------------------------------------------------------------------
 */

/* Those of TLS, written as ssh wants them (RFC 5656 section 3.1). */
static unsigned generation_of(const struct sim_device *dev)
{
	unsigned made = (unsigned)ms_int(dev->cert, "/generation", 0);

	return (unsigned)ms_int(dev->cert, "/shown", made);
}

static size_t add_string(unsigned char *blob, size_t at, const void *text, size_t len)
{
	blob[at] = blob[at + 1] = blob[at + 2] = 0;
	blob[at + 3] = (unsigned char)len;
	memcpy(blob + at + 4, text, len);
	return at + 4 + len;
}

static int host_key_text(const struct sim_device *dev, char text[static 256])
{
	unsigned char der[SIM_KEY_LEN], blob[160], encoded[224];
	size_t n;
	int r = sim_key(dev, generation_of(dev), der);

	if (r)
		return r;
	n = add_string(blob, 0, "ecdsa-sha2-nistp256", 19);
	n = add_string(blob, n, "nistp256", 8);
	n = add_string(blob, n, der + SIM_KEY_LEN - POINT_LEN, POINT_LEN);
	EVP_EncodeBlock(encoded, blob, (int)n);
	snprintf(text, 256, "ecdsa-sha2-nistp256 %s", (char *)encoded);
	return 0;
}

static int write_host_key(const struct sim_device *dev, const char *path, struct ms_err *err)
{
	unsigned char der[SIM_KEY_LEN], encoded[224];
	MS_AUTO_FREE char *pem = NULL;
	int r = sim_key(dev, generation_of(dev), der);

	if (r)
		return ms_fail_errno(err, r, "%s: cannot make a key", dev->name);
	EVP_EncodeBlock(encoded, der, SIM_KEY_LEN);
	pem = ms_asprintf(
		"-----BEGIN EC PRIVATE KEY-----\n%.64s\n%.64s\n%s\n-----END EC PRIVATE KEY-----\n",
		(char *)encoded, (char *)encoded + 64, (char *)encoded + 128);
	return pem ? ms_write_file(path, pem, strlen(pem), 0600, err) : ms_nomem(err);
}

/* ---- the folder --------------------------------------------------------------------------------
 */

static int make_folder(struct sim_ssh *ssh, struct ms_err *err)
{
	const char *const bases[] = { getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"), "/tmp" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(bases); i++) {
		if (!bases[i] || *bases[i] != '/' || strlen(bases[i]) > 40 || strchr(bases[i], ' '))
			continue;
		snprintf(ssh->folder, sizeof(ssh->folder), "%s/msctl-sim-XXXXXX", bases[i]);
		if (mkdtemp(ssh->folder))
			return 0;
	}
	*ssh->folder = 0;
	return ms_fail_errno(err, -errno, "cannot make a folder for the keys of ssh");
}

static int make_login_key(const struct sim_ssh *ssh, struct ms_err *err)
{
	MS_AUTO_FREE char *key = ms_asprintf("%s/key", ssh->folder);
	char *argv[] = { "ssh-keygen", "-q",	    "-t", "ed25519", "-N", "",
			 "-C",	       "msctl-sim", "-f", key,	     NULL };
	MS_AUTO_BUF struct ms_buf out = { 0 };
	int r = key ? ms_child_output(NULL, argv, "ssh-keygen", KEY_SECONDS, 4096, &out, err)
		    : ms_nomem(err);

	if (r == -ENOENT)
		ms_hint(err, "install OpenSSH (openssh-client and openssh-server)");
	return r;
}

static const char config[] =
	"PidFile none\n"
	"UsePAM no\n"
	"StrictModes no\n"
	"AuthorizedKeysFile %s/key.pub\n"
	"PasswordAuthentication no\n"
	"KbdInteractiveAuthentication no\n"
	"PermitRootLogin prohibit-password\n"
	/* It may miss a SIGTERM just before it waits: a word to the client wakes it. */
	"ClientAliveInterval 5\n"
	"ClientAliveCountMax 0\n"
	"PermitUserRC no\n"
	"PrintMotd no\n"
	"PrintLastLog no\n"
	"AllowTcpForwarding no\n"
	"AllowStreamLocalForwarding no\n"
	"AllowAgentForwarding no\n"
	"X11Forwarding no\n"
	"MaxSessions 64\n"
	"UseDNS no\n"
	"LogLevel ERROR\n"
	/* The user's shell runs the command; it is to read none of its own files, and bash reads
	 * one when it is the first shell of a session. */
	"SetEnv HOME=%s SHLVL=2\n"
	"Subsystem netconf " SUBSYSTEM_WORD "netconf\n"
	"ForceCommand exec '%s' ssh-session %s/socket\n";

static int write_config(const struct sim_ssh *ssh, struct ms_err *err)
{
	char self[PATH_MAX] = "";
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	MS_AUTO_FREE char *path = ms_asprintf("%s/config", ssh->folder),
			  *text = ms_asprintf(config, ssh->folder, ssh->folder, self, ssh->folder);

	if (n < 0)
		return ms_fail_errno(err, -errno, "cannot find this program");
	return path && text ? ms_write_file(path, text, strlen(text), 0600, err) : ms_nomem(err);
}

static int set_up(struct sim_ssh *ssh, struct ms_err *err)
{
	const struct passwd *self = getpwuid(geteuid());
	MS_AUTO_FREE char *path = NULL;
	int r;

	if (access("/usr/sbin/sshd", X_OK)) {
		r = ms_fail_errno(err, -errno, "/usr/sbin/sshd");
		ms_hint(err, "install OpenSSH's server (openssh-server); it need not run");
		return r;
	}
	if (!self)
		return ms_fail(err, -ENOENT, MS_FAILED, "this user has no name to log in with");
	snprintf(ssh->user, sizeof(ssh->user), "%s", self->pw_name);
	/* Its own start script would make it. */
	if (geteuid() == 0 && mkdir("/run/sshd", 0755) < 0 && errno != EEXIST)
		return ms_fail_errno(err, -errno, "/run/sshd");
	r = make_folder(ssh, err);
	path = ms_asprintf("%s/socket", ssh->folder);
	r = r ? r : make_login_key(ssh, err);
	r = r ? r : write_config(ssh, err);
	if (!r && !path)
		return ms_nomem(err);
	return r ? r : sim_relay_listen(ssh, path, err);
}

static int get_ssh(struct sim *sim, struct ms_err *err)
{
	if (sim->ssh)
		return 0;
	sim->ssh = calloc(1, sizeof(*sim->ssh));
	if (!sim->ssh)
		return ms_nomem(err);
	sim->ssh->sim = sim;
	sim->ssh->listener = -1;
	return set_up(sim->ssh, err);
}

int sim_ssh_fill(struct sim_device *dev, json_t *management, struct ms_err *err)
{
	char text[256];
	int r = get_ssh(dev->sim, err);

	if (!r)
		r = host_key_text(dev, text) ? ms_nomem(err) : 0;
	if (r)
		return r;
	json_object_del(management, "tls");
	ms_put(management, "/hostKey", json_string(text));
	return ms_put(management, "/credentials",
		      json_pack("{s:s, s:o}", "username", dev->sim->ssh->user, "key",
				json_sprintf("%s/key", dev->sim->ssh->folder)));
}

/* ---- connections -------------------------------------------------------------------------------
 */

static void conn_free(struct sim_ssh_conn *conn)
{
	struct sim_ssh_conn **at = &conn->ssh->conns;

	while (*at != conn)
		at = &(*at)->next;
	*at = conn->next;
	ms_loop_unwatch(conn->ssh->sim->loop, ms_child_fd(conn->child));
	ms_child_free(conn->child);
	free(conn);
}

static void on_end(void *ctx, int fd, unsigned events)
{
	struct sim_ssh_conn *conn = ctx;

	(void)fd;
	(void)events;
	if (*ms_child_errors(conn->child))
		ms_debug("sshd: %s", ms_child_errors(conn->child));
	conn_free(conn);
}

static int start_sshd(struct sim_ssh_conn *conn, int fd, struct ms_err *err)
{
	struct sim_ssh *ssh = conn->ssh;
	MS_AUTO_FREE char *key = ms_asprintf("%s/host-%u-%u", ssh->folder, conn->dev->index,
					     generation_of(conn->dev)),
			  *file = ms_asprintf("%s/config", ssh->folder);
	const char *const argv[] = { "/usr/sbin/sshd", "-i", "-e", "-f", file, "-h", key, NULL };
	struct ms_child_opts opts = { .argv = argv, .what = "sshd", .socket = fd };
	int r = key && file ? 0 : ms_nomem(err);

	if (!r && access(key, F_OK))
		r = write_host_key(conn->dev, key, err);
	return r ? r : ms_child_start(ssh->sim->loop, &opts, &conn->child, err);
}

void sim_ssh_accept(struct sim *sim, struct sim_device *dev, int fd, in_addr_t from, uint16_t port)
{
	struct sim_ssh_conn *conn = calloc(1, sizeof(*conn));
	struct ms_err err = MS_ERR_INIT;
	int r = conn ? 0 : -ENOMEM;

	if (conn) {
		*conn = (struct sim_ssh_conn){
			.ssh = sim->ssh, .dev = dev, .from = from, .port = port
		};
		r = start_sshd(conn, fd, &err);
	}
	close(fd);
	if (r) {
		ms_debug("sshd: %s", err.message);
		free(conn);
		return;
	}
	conn->next = sim->ssh->conns;
	sim->ssh->conns = conn;
	if (ms_loop_watch(sim->loop, ms_child_fd(conn->child), POLLIN, on_end, conn, &err))
		conn_free(conn);
}

/* Not freed here: the caller may be in the midst of a session of it. */
void sim_ssh_cut(struct sim *sim, const struct sim_device *dev)
{
	for (struct sim_ssh_conn *conn = sim->ssh ? sim->ssh->conns : NULL; conn; conn = conn->next)
		if (conn->dev == dev)
			ms_child_kill(conn->child);
}

void sim_ssh_drop(struct sim_ssh *ssh, in_addr_t from, uint16_t port)
{
	for (struct sim_ssh_conn *conn = ssh->conns; conn; conn = conn->next)
		if (conn->from == from && conn->port == port)
			ms_child_kill(conn->child);
}

size_t sim_ssh_connections(const struct sim *sim, const struct sim_device *dev)
{
	size_t n = 0;

	for (const struct sim_ssh_conn *conn = sim->ssh ? sim->ssh->conns : NULL; conn;
	     conn = conn->next)
		n += conn->dev == dev;
	return n;
}

/* ---- the end -----------------------------------------------------------------------------------
 */

static void remove_folder(const struct sim_ssh *ssh)
{
	static const char *const files[] = { "key", "key.pub", "config", "socket" };
	char path[160];

	if (!*ssh->folder)
		return;
	for (size_t i = 0; i < MS_ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", ssh->folder, files[i]);
		unlink(path);
	}
	for (size_t i = 0; i < ssh->sim->n_devices; i++)
		for (unsigned generation = 0; generation < 16; generation++) {
			snprintf(path, sizeof(path), "%s/host-%zu-%u", ssh->folder, i, generation);
			unlink(path);
		}
	rmdir(ssh->folder);
}

void sim_ssh_stop(struct sim *sim)
{
	struct sim_ssh *ssh = sim->ssh;

	if (!ssh)
		return;
	while (ssh->relays)
		sim_relay_free(ssh->relays);
	for (struct sim_ssh_conn *conn = ssh->conns; conn; conn = conn->next)
		ms_child_kill(conn->child);
	while (ssh->conns)
		conn_free(ssh->conns);
	if (ssh->listener >= 0) {
		ms_loop_unwatch(sim->loop, ssh->listener);
		close(ssh->listener);
	}
	remove_folder(ssh);
	free(ssh);
	sim->ssh = NULL;
}
