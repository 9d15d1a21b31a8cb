/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ssh, by way of OpenSSH's own client, and NETCONF over it (RFC 6242).  Part of the door of lib/net.
 *
 * All calls wait in the caller's task.  No shell of this machine is involved; what a command means is up to the device.
 */
#ifndef MS_NET_SSH_H
#define MS_NET_SSH_H

#include "core/core.h"

struct ms_ssh_opts {
	const char *name;         /* of the resource, for errors */
	const char *host;
	unsigned port;            /* 0 = 22 */
	const char *user;
	const char *password;     /* of the login, and of key_file where it is locked; by way of SSH_ASKPASS, never on a
	                             command line; NULL = none */
	const char *key_file;     /* private key, NULL = the user's own keys and agent */
	const char *host_key;     /* "ssh-ed25519 AAAA...": this key and no other; NULL = known_hosts decides */
	bool any_host_key;        /* trust: skip */
	unsigned connect_seconds; /* 0 = 20 */
	const char *place;        /* where a resource says all this, for hints; NULL = "management" */
	const char *keys;         /* command that shows host keys, for hints; NULL = "msctl-switch trust" */
};
/* One device.  Connections are made when needed, kept for the next command (one master connection), and made again
 * when lost.  The strings are copied; the password is wiped. */
struct ms_ssh;
int ms_ssh_open(struct ms_loop *loop, const struct ms_ssh_opts *opts, struct ms_ssh **ret_ssh, struct ms_err *err);
void ms_ssh_close(struct ms_ssh *ssh);

struct ms_ssh_reply {
	struct ms_buf out, errors; /* at most 64 MiB and 1 MiB; NUL-terminated */
	int status;                /* of the remote command; 255 never: that is a failure of ssh itself */
};
void ms_ssh_reply_release(struct ms_ssh_reply *reply);
#define MS_AUTO_SSH_REPLY MS_CLEANUP(ms_ssh_reply_release)
/* Run a command with `in` on its standard input (NULL = empty).  command NULL: the login shell or CLI, which reads
 * `in`.  0 for any exit status; negative for no usable answer: unreachable, auth, hostkey (MS_TLS), timeout after
 * `seconds` (0 = 60). */
int ms_ssh_run(struct ms_ssh *ssh, const char *command, const void *in, size_t in_len, unsigned seconds,
	       struct ms_ssh_reply *ret_reply, struct ms_err *err);
/* The host keys that the device shows, without trusting them: array of "TYPE BASE64". */
int ms_ssh_host_keys(struct ms_loop *loop, const char *host, unsigned port, unsigned seconds, json_t **ret_keys,
		     struct ms_err *err);

/* ---- NETCONF (RFC 6241) ---------------------------------------------------------------------------- */

/* A session in the subsystem `netconf`; hello exchanged, 1.1 framing where both can. */
struct ms_netconf;
int ms_netconf_open(struct ms_ssh *ssh, struct ms_netconf **ret_netconf, struct ms_err *err);
/* close-session, and wait for its answer for a little. */
void ms_netconf_close(struct ms_netconf *netconf);
bool ms_netconf_can(const struct ms_netconf *netconf, const char *capability /* URI, parameters ignored */);
const char *ms_netconf_session_id(const struct ms_netconf *netconf);
/*
 * One rpc: `operation` is the XML inside of <rpc>.  ret_reply is the XML of the whole <rpc-reply>, caller frees.
 * An <rpc-error> of severity error is MS_FAILED with its tag, path and message (-EBUSY + MS_CONFLICT for lock-denied
 * and in-use); warnings go to `warnings` (array, may be NULL).
 */
int ms_netconf_rpc(struct ms_netconf *netconf, const char *operation, unsigned seconds, char **ret_reply,
		   json_t *warnings, struct ms_err *err);

#endif
