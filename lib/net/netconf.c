/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A NETCONF session (RFC 6241) in the subsystem of that name (RFC 6242).
 */
#include "net/netconf.h"
#include "net/ssh-private.h"

#include <errno.h>

#define MESSAGE_MAX ((size_t)64 << 20)
#define HELLO_SECONDS 30
#define CLOSE_MS 2000

static const char base_1_1[] = "urn:ietf:params:netconf:base:1.1";
static const char hello[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<hello xmlns=\"" MS_NETCONF_NS
	"\"><capabilities>"
	"<capability>urn:ietf:params:netconf:base:1.0</capability>"
	"<capability>urn:ietf:params:netconf:base:1.1</capability></capabilities></hello>\n";

struct ms_netconf {
	struct ms_ssh *ssh;
	struct ms_child *child;
	struct ms_netconf_frame frame;
	struct ms_buf ahead;         /* read, and not taken yet */
	json_t *capabilities;
	char *session_id;
	unsigned next_id;
	bool broken;                 /* nothing sensible can be expected any more */
};

/* ---- messages ----------------------------------------------------------------------------------
 */

static int send_message(struct ms_netconf *netconf, const char *text, size_t len,
			struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf out = { 0 };

	if (ms_netconf_frame_put(&out, netconf->frame.chunked, text, len) < 0)
		return ms_nomem(err);
	return ms_child_send(netconf->child, out.data, out.len, err);
}

/* The subsystem ended: ssh says why. */
static int fail_end(struct ms_netconf *netconf, struct ms_err *err)
{
	struct ms_err ignored = MS_ERR_INIT;
	int status;

	ms_child_wait(netconf->child, ms_clock_ms() + CLOSE_MS, &status, &ignored);
	return ms_ssh_fail(netconf->ssh, ms_child_errors(netconf->child), err);
}

static int take(struct ms_netconf *netconf, const char *data, size_t len, struct ms_err *err)
{
	size_t used = 0;
	int r = ms_netconf_frame_take(&netconf->frame, data, len, &used);

	if (r < 0)
		return ms_fail(err, r == -ENOMEM ? r : -EBADMSG, MS_INVALID, "%s: %s",
			       netconf->ssh->name,
			       r == -EFBIG ? "its NETCONF message is too long"
					   : "its NETCONF framing is broken");
	if (r && used < len && ms_buf_add(&netconf->ahead, data + used, len - used) < 0)
		return ms_nomem(err);
	return r;
}

static int read_message(struct ms_netconf *netconf, int64_t deadline, struct ms_err *err)
{
	char bytes[16384];
	MS_AUTO_BUF struct ms_buf ahead = netconf->ahead;
	int r;

	netconf->ahead = (struct ms_buf){ 0 };
	ms_netconf_frame_reset(&netconf->frame);
	r = ahead.len ? take(netconf, ahead.data, ahead.len, err) : 0;
	while (!r) {
		ssize_t n = ms_child_read(netconf->child, bytes, sizeof(bytes), deadline, err);

		if (n < 0)
			return (int)n;
		r = n ? take(netconf, bytes, (size_t)n, err) : fail_end(netconf, err);
	}
	return r < 0 ? r : 0;
}

/* ---- rpc ---------------------------------------------------------------------------------------
 */

static int send_rpc(struct ms_netconf *netconf, const char *id, const char *operation,
		    struct ms_err *err)
{
	MS_AUTO_FREE char *text = ms_asprintf(
		"<rpc xmlns=\"" MS_NETCONF_NS "\" message-id=\"%s\">%s</rpc>\n", id, operation);

	return text ? send_message(netconf, text, strlen(text), err) : ms_nomem(err);
}

/* What is not an answer to it is a late answer to something older, or a notification. */
static int wait_reply(struct ms_netconf *netconf, const char *id, int64_t deadline,
		      json_t *warnings, struct ms_err *err)
{
	int r;

	do {
		const struct ms_buf *message = &netconf->frame.message;

		r = read_message(netconf, deadline, err);
		if (r < 0) {
			netconf->broken = true;
			return r;
		}
		r = ms_netconf_reply(netconf->ssh->name, message->data ? message->data : "",
				     message->len, id, warnings, err);
	} while (r == -ESTALE);
	return r;
}

int ms_netconf_rpc(struct ms_netconf *netconf, const char *operation, unsigned seconds,
		   char **ret_reply, json_t *warnings, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + 1000 * (int64_t)(seconds ? seconds : 60);
	char id[16];
	int r;

	if (netconf->broken)
		return ms_fail(err, -ECONNABORTED, MS_UNREACHABLE,
			       "%s: the NETCONF session is lost", netconf->ssh->name);
	snprintf(id, sizeof(id), "%u", ++netconf->next_id);
	r = send_rpc(netconf, id, operation, err);
	if (!r)
		r = wait_reply(netconf, id, deadline, warnings, err);
	if (r || !ret_reply)
		return r;
	*ret_reply = ms_buf_steal(&netconf->frame.message);
	return *ret_reply ? 0 : ms_nomem(err);
}

/* ---- the session -------------------------------------------------------------------------------
 */

static int greet(struct ms_netconf *netconf, struct ms_err *err)
{
	const struct ms_buf *message = &netconf->frame.message;
	int r = send_message(netconf, hello, sizeof(hello) - 1, err);

	if (!r)
		r = read_message(netconf, ms_clock_ms() + 1000 * HELLO_SECONDS, err);
	if (r)
		return r;
	r = ms_netconf_hello(message->data ? message->data : "", message->len,
			     &netconf->capabilities, &netconf->session_id);
	if (r)
		return ms_fail(err, r, MS_INVALID, "%s: its NETCONF hello is none",
			       netconf->ssh->name);
	netconf->frame.chunked = ms_netconf_can(netconf, base_1_1);
	return 0;
}

int ms_netconf_open(struct ms_ssh *ssh, struct ms_netconf **ret_netconf, struct ms_err *err)
{
	struct ms_netconf *netconf = calloc(1, sizeof(*netconf));
	int r;

	if (!netconf)
		return ms_nomem(err);
	netconf->ssh = ssh;
	netconf->frame.message.max = MESSAGE_MAX;
	r = ms_ssh_start(ssh, NULL, "netconf", &netconf->child, err);
	if (!r)
		r = greet(netconf, err);
	if (r) {
		netconf->broken = true;
		ms_netconf_close(netconf);
		return r;
	}
	*ret_netconf = netconf;
	return 0;
}

void ms_netconf_close(struct ms_netconf *netconf)
{
	struct ms_err ignored = MS_ERR_INIT;

	if (!netconf)
		return;
	if (netconf->child && !netconf->broken) {
		ms_task_shield(netconf->ssh->loop);
		if (!send_rpc(netconf, "close", "<close-session/>", &ignored))
			wait_reply(netconf, "close", ms_clock_ms() + CLOSE_MS, NULL, &ignored);
		ms_task_unshield(netconf->ssh->loop);
	}
	ms_child_free(netconf->child);
	ms_netconf_frame_reset(&netconf->frame);
	ms_buf_release(&netconf->ahead);
	json_decref(netconf->capabilities);
	free(netconf->session_id);
	free(netconf);
}

bool ms_netconf_can(const struct ms_netconf *netconf, const char *capability)
{
	json_t *uri;
	size_t i;

	json_array_foreach(netconf->capabilities, i, uri) {
		const char *text = json_string_value(uri);
		size_t len = strcspn(text, "?");

		if (strlen(capability) == len && !strncmp(text, capability, len))
			return true;
	}
	return false;
}

const char *ms_netconf_session_id(const struct ms_netconf *netconf)
{
	return netconf->session_id;
}
