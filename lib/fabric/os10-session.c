/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OS10 over ssh: a login whose command line reads what it is told from its standard input.
 *
 * Nothing is changed there.  OS10 has a candidate (start transaction, commit, discard), but no
 * commit that goes back by itself, and no timer of its own that could be armed instead: a switch
 * that cuts itself off would stay so.
 */
#include <errno.h>
#include "fabric/os10.h"

#define SECONDS 120

static int connect_to(const struct fabric_env *env, const json_t *sw,
		      struct fabric_session *session, struct ms_err *err)
{
	struct fabric_login login = { 0 };
	int r = fabric_login(env, sw, 22, &login, err);
	struct ms_ssh_opts opts = {
		.name = ms_name(sw),
		.host = login.host,
		.port = login.port,
		.user = login.user,
		.password = login.password,
		.key_file = login.key_file,
		.host_key = ms_str(sw, "/spec/management/hostKey", NULL),
		.any_host_key = ms_streq(ms_str(sw, "/spec/management/tls/trust", NULL), "skip"),
	};

	if (!r)
		r = ms_ssh_open(env->loop, &opts, &session->ssh, err);
	fabric_login_release(&login);
	return r;
}

static void os10_close(struct fabric_session *session)
{
	if (session && session->ssh)
		ms_ssh_close(session->ssh);
	free(session);
}

static int os10_open(const struct fabric_env *env, const json_t *sw,
		     struct fabric_session **ret_session, struct ms_err *err)
{
	struct fabric_session *session = calloc(1, sizeof(*session));
	int r = session ? 0 : ms_nomem(err);

	if (r)
		return r;
	session->env = env;
	session->sw = sw;
	r = connect_to(env, sw, session, err);
	if (r)
		os10_close(session);
	else
		*ret_session = session;
	return r;
}

/* ---- commands ---- */

/* How long a prompt is that the line begins with: "leaf1# ", as often as it comes; 0 = none. */
static size_t prompt_len(const char *line, size_t len)
{
	size_t word, all = 0;

	for (;;) {
		word = strcspn(line + all, " #\n");
		if (!word || word > 80 || all + word >= len || line[all + word] != '#')
			return all;
		all += word + 1;
		while (all < len && line[all] == ' ')
			all++;
	}
}

void os10_strip(char *text, const char *command)
{
	char *out = text;

	for (char *line = text; *line;) {
		size_t len = strcspn(line, "\n"), skip = prompt_len(line, len);
		char *next = line + len + (line[len] == '\n');
		bool echo = skip && !strncmp(line + skip, command, strlen(command));

		if (!echo && (!skip || skip < len) && strncmp(line + skip, "exit", skip ? 4 : 5)) {
			memmove(out, line + skip, len - skip);
			out += len - skip;
			if (out > text && out[-1] == '\r')
				out--;
			*out++ = '\n';
		}
		line = next;
	}
	*out = 0;
}

static int refusal(const struct fabric_session *session, const char *command, const char *text,
		   struct ms_err *err)
{
	const char *at = strstr(text, "% Error");
	int r;

	if (!at)
		return 0;
	r = ms_fail(err, -EREMOTEIO, MS_FAILED, "%s: %.*s", command, (int)strcspn(at, "\n"), at);
	ms_err_at(err, ms_name(session->sw), NULL);
	return r;
}

int os10_show(struct fabric_session *session, const char *command, char **ret_text,
	      struct ms_err *err)
{
	MS_AUTO_SSH_REPLY struct ms_ssh_reply reply = { 0 };
	MS_AUTO_FREE char *in = ms_asprintf("%s | no-more\nexit\n", command), *text = NULL;
	int r = in ? ms_ssh_run(session->ssh, NULL, in, strlen(in), SECONDS, &reply, err)
		   : ms_nomem(err);

	if (r)
		return r;
	text = reply.out.data ? ms_buf_steal(&reply.out) : strdup("");
	if (!text)
		return ms_nomem(err);
	os10_strip(text, command);
	r = refusal(session, command, text, err);
	if (!r)
		*ret_text = ms_take(text);
	return r;
}

/* ---- what it is, and what it runs ---- */

static int os10_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	json_auto_t *facts = json_object();
	int r = facts ? os10_show(session, "show version", &text, err) : ms_nomem(err);

	if (r)
		return r;
	os10_read_version(text, facts);
	if (!json_object_get(facts, "version")) {
		r = ms_fail(err, -EBADMSG, MS_INVALID, "`show version` does not speak of OS10");
		ms_hint(err, "is spec.platform of the Switch right?");
		ms_err_at(err, ms_name(session->sw), NULL);
		return r;
	}
	*ret_facts = ms_take(facts);
	return 0;
}

static int os10_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	int r = os10_show(session, "show running-configuration", &text, err);

	if (r)
		return r;
	*ret_native = json_string(text);
	return *ret_native ? 0
			   : ms_fail(err, -EBADMSG, MS_INVALID,
				     "show running-configuration: the text is not UTF-8");
}

/* ---- changes: none ---- */

static int refuse_change(const struct fabric_session *session, struct ms_err *err)
{
	int r = ms_fail(
		err, -EOPNOTSUPP, MS_UNSUPPORTED,
		"OS10 cannot go back by itself from a change that nobody confirms: "
		"nothing was sent");

	ms_hint(err,
		"msctl-switch render -s %s shows what to enter: start transaction, "
		"configure terminal, ..., commit",
		ms_name(session->sw));
	ms_err_at(err, ms_name(session->sw), NULL);
	return r;
}

static int os10_pending(struct fabric_session *session, json_t **ret_pending, struct ms_err *err)
{
	(void)session;
	(void)err;
	*ret_pending = NULL;
	return 0;
}

static int os10_stage(struct fabric_session *session, const char *id, const json_t *delta,
		      const json_t *target, struct ms_err *err)
{
	(void)id;
	(void)delta;
	(void)target;
	return refuse_change(session, err);
}

static int refuse_verb(struct fabric_session *session, const char *id, struct ms_err *err)
{
	(void)id;
	return refuse_change(session, err);
}

static int os10_commit(struct fabric_session *session, const char *id, unsigned seconds,
		       struct ms_err *err)
{
	(void)seconds;
	return refuse_verb(session, id, err);
}

/* Nothing was staged, nothing is active: so it is undone. */
static int os10_nothing(struct fabric_session *session, const char *id, struct ms_err *err)
{
	(void)session;
	(void)id;
	(void)err;
	return 0;
}

/* What of a rendering no model says. */
static const char *const structure[] = {
	"ip vrf *",
	"vlt-domain * / peer-routing",
	"evpn / router-mac |*",
	"evpn / vrf * / advertise ipv* connected",
	"interface ethernet* / ip ospf network point-to-point",
	"interface loopback* / ip ospf * area |*",
	"router bgp * / bestpath as-path multipath-relax",
	"router bgp * / maximum-paths ebgp |*",
	"router bgp * / template " OS10_TEMPLATE,
	"router bgp * / address-family ipv* unicast / network *",
	"router bgp * / neighbor * / no shutdown",
	"router bgp * / neighbor * / send-community extended",
	"router bgp * / neighbor * / inherit template " OS10_TEMPLATE " inherit-type ebgp",
	NULL,
};

const struct fabric_driver fabric_os10 = {
	.platform = "os10",
	.title = "Dell SmartFabric OS10 (ssh, read only)",
	.format = "text",
	.protocol = "ssh",
	.caps = {
		.no_l3vlan = true,
		.isolation = FABRIC_VLAN | FABRIC_EVPN_VXLAN | FABRIC_EVPN_L3,
		.unnumbered = true, .mlag = true, .ospf = true,
		.first_vlan = 1, .last_vlan = 4093, .reserved_vlans = "4094",
		.max_mtu = 9216 - OS10_OVERHEAD, .max_name = 32,
	},
	.prefix = "ethernet1/1/", .part = ":", .first = 1, .step = 1, .first_part = 1,
	.normal = os10_normal,
	.structure = structure,
	.render = os10_render,
	.parse = os10_parse,
	.delta = os10_delta,
	.open = os10_open,
	.close = os10_close,
	.probe = os10_probe,
	.read = os10_read,
	.facts = os10_facts,
	.pending = os10_pending,
	.stage = os10_stage,
	.validate = refuse_verb,
	.commit = os10_commit,
	.confirm = refuse_verb,
	.rollback = os10_nothing,
	.abandon = os10_nothing,
};
