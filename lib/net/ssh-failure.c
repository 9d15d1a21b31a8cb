/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What OpenSSH's client says when it fails, as an error with a hint.  It has no other words for it
 * than text, and one exit status (255).
 */
#include "net/ssh-private.h"

#include <errno.h>

#define HOST_CHANGED "REMOTE HOST IDENTIFICATION HAS CHANGED"

/* In hints "@" is where the login stands, and "~" the command that shows keys. */
static const struct {
	const char *said;
	enum ms_code code;
	int error;
	const char *hint;
} failures[] = {
	{ HOST_CHANGED, MS_TLS, -EKEYREJECTED, "~ shows the key that it has now" },
	{ "Host key verification failed", MS_TLS, -EKEYREJECTED,
	  "~ shows its key for @.hostKey" },
	{ "host key is known", MS_TLS, -EKEYREJECTED,
	  "~ shows its key for @.hostKey" },
	{ "no matching host key type", MS_TLS, -EKEYREJECTED,
	  "allow its old key type in .ssh/config: HostKeyAlgorithms +ssh-rsa" },
	{ "no matching key exchange", MS_UNSUPPORTED, -EPROTONOSUPPORT,
	  "allow its old algorithms in .ssh/config: KexAlgorithms" },
	{ "no matching cipher", MS_UNSUPPORTED, -EPROTONOSUPPORT,
	  "allow its old ciphers in .ssh/config: Ciphers" },
	{ "Permission denied", MS_AUTH, -EACCES, "check @.credentials" },
	{ "Too many authentication failures", MS_AUTH, -EACCES,
	  "name the key in @.credentials.key; the agent offers too many" },
	{ "bad permissions", MS_AUTH, -EACCES, "chmod 600 the key file" },
	{ "Could not resolve hostname", MS_UNREACHABLE, -EHOSTUNREACH, "check @.address" },
	{ "Connection timed out", MS_UNREACHABLE, -ETIMEDOUT,
	  "check @.address, and that the way there is up" },
	{ "Connection refused", MS_UNREACHABLE, -ECONNREFUSED,
	  "check @.port, and that ssh is enabled there" },
	{ "No route to host", MS_UNREACHABLE, -EHOSTUNREACH,
	  "check @.address, and that the way there is up" },
	{ "Network is unreachable", MS_UNREACHABLE, -ENETUNREACH,
	  "check @.address, and that the way there is up" },
	{ "timed out during banner exchange", MS_UNREACHABLE, -ETIMEDOUT,
	  "is it ssh that listens on @.port?" },
	{ "session open refused by peer", MS_SESSION, -EBUSY,
	  "end sessions that nobody needs, or raise its limit" },
	{ "Session open refused by peer", MS_SESSION, -EBUSY,
	  "end sessions that nobody needs, or raise its limit" },
	{ "subsystem request failed", MS_UNSUPPORTED, -EPROTONOSUPPORT, "enable it on the device" },
	{ "Connection reset", MS_UNREACHABLE, -ECONNRESET,
	  "it may allow no more connections now; try again" },
	{ "Connection closed", MS_UNREACHABLE, -ECONNRESET,
	  "it may allow no more connections now; try again" },
};

/* The last line that is one: ssh ends with what made it end. */
static void last_line(const char *said, char *line, size_t size)
{
	*line = 0;
	while (*said) {
		size_t len = strcspn(said, "\r\n");

		if (len && !ms_starts(said, "mux_client"))
			snprintf(line, size, "%.*s", (int)(len < size ? len : size - 1), said);
		said += len;
		said += strspn(said, "\r\n");
	}
}

/* ssh-keyscan(1) knows nothing of sites. */
static void put_keys(const struct ms_ssh *ssh, struct ms_buf *buf)
{
	ms_buf_puts(buf, ssh->keys);
	if (!strcmp(ssh->keys, "ssh-keyscan"))
		ms_buf_printf(buf, " -p %u %s", ssh->port, ssh->host);
}

static void hint(const struct ms_ssh *ssh, const char *text, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };

	for (; *text; text++) {
		if (*text == '@')
			ms_buf_puts(&buf, ssh->place);
		else if (*text == '~')
			put_keys(ssh, &buf);
		else
			ms_buf_add(&buf, text, 1);
	}
	if (!buf.failed)
		ms_hint(err, "%s", buf.data);
}

int ms_ssh_fail(const struct ms_ssh *ssh, const char *said, struct ms_err *err)
{
	char line[256];
	int r;

	last_line(said, line, sizeof(line));
	for (size_t i = 0; i < MS_ARRAY_SIZE(failures); i++) {
		if (!strstr(said, failures[i].said))
			continue;
		r = ms_fail(err, failures[i].error, failures[i].code, "%s: ssh: %s%s", ssh->name,
			    strcmp(failures[i].said, HOST_CHANGED)
				    ? ""
				    : "it has another host key than was expected: ",
			    line + (ms_starts(line, "ssh: ") ? 5 : 0));
		hint(ssh, failures[i].hint, err);
		return r;
	}
	r = ms_fail(err, -ECONNABORTED, MS_UNREACHABLE, "%s: ssh: %s", ssh->name,
		    *line ? line : "the connection ended without a word");
	ms_hint(err, "try it by hand: ssh -p %u %s", ssh->port, ssh->host);
	return r;
}
