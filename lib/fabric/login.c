/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spec.management of a Switch, resolved: where it is, who logs in, and how it proves itself. */
#include <errno.h>
#include "fabric/driver.h"

static int missing(const json_t *sw, const char *path, const char *what, struct ms_err *err)
{
	int r = ms_fail(err, -EINVAL, MS_INPUT, "Switch %s has no %s", ms_name(sw), what);

	ms_err_at(err, NULL, path);
	ms_hint(err, "give it in the site file, at %s", path);
	return r;
}

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
}

void fabric_login_release(struct fabric_login *login)
{
	if (!login)
		return;
	wipe(login->password);
	free(login->user);
	free(login->password);
	free(login->key_file);
	*login = (struct fabric_login){ 0 };
}

static int dup_text(const char *text, char **ret_copy, struct ms_err *err)
{
	if (!text)
		return 0;
	*ret_copy = strdup(text);
	return *ret_copy ? 0 : ms_nomem(err);
}

static int fill(const struct fabric_env *env, const json_t *sw, struct fabric_login *login,
		struct ms_err *err)
{
	const char *reference = ms_str(sw, "/spec/management/credentials/password", NULL);
	const char *key = ms_str(sw, "/spec/management/credentials/key", NULL);
	const char *password = NULL;
	int r = reference ? ms_secret_get(env->secrets, reference, &password, err) : 0;

	if (!r)
		r = dup_text(ms_str(sw, "/spec/management/credentials/username", NULL),
			     &login->user, err);
	if (!r)
		r = dup_text(password, &login->password, err);
	return r ? r : dup_text(key, &login->key_file, err);
}

int fabric_login(const struct fabric_env *env, const json_t *sw, unsigned default_port,
		 struct fabric_login *ret_login, struct ms_err *err)
{
	struct fabric_login login = {
		.host = ms_str(sw, "/spec/management/address", NULL),
		.port = (unsigned)ms_int(sw, "/spec/management/port", default_port),
	};
	int r;

	if (!login.host || !*login.host)
		return missing(sw, "/spec/management/address", "management address", err);
	if (!ms_str(sw, "/spec/management/credentials/username", NULL))
		return missing(sw, "/spec/management/credentials", "credentials", err);
	r = fill(env, sw, &login, err);
	if (r) {
		fabric_login_release(&login);
		return r;
	}
	*ret_login = login;
	return 0;
}

int fabric_door(const json_t *sw, const char *name, json_t **ret_sw, struct ms_err *err)
{
	const json_t *own = ms_at(sw, "/spec/management/%s", name);
	json_auto_t *spec = json_copy(ms_at(sw, "/spec")),
		    *management = json_copy(ms_at(sw, "/spec/management")),
		    *copy = json_copy((json_t *)sw);

	if (!own)
		return ms_fail(err, -ENOENT, MS_NOTFOUND, "Switch %s has no spec.management.%s",
			       ms_name(sw), name);
	if (!spec || !management || !copy)
		return ms_nomem(err);
	json_object_del(management, "port");
	json_object_del(management, "protocol");
	if (json_object_update(management, (json_t *)own) ||
	    json_object_set(spec, "management", management) || json_object_set(copy, "spec", spec))
		return ms_nomem(err);
	*ret_sw = ms_take(copy);
	return 0;
}

/* ---- over ssh -------------------------------------------------------------------------------- */

int fabric_ssh_open(const struct fabric_env *env, const json_t *sw, unsigned default_port,
		    struct ms_ssh **ret_ssh, struct ms_err *err)
{
	struct fabric_login login = { 0 };
	int r = fabric_login(env, sw, default_port, &login, err);
	struct ms_ssh_opts opts = {
		.name = ms_name(sw),
		.host = login.host,
		.port = login.port,
		.user = login.user,
		.password = login.password,
		.key_file = login.key_file,
		.host_key = ms_str(sw, "/spec/management/hostKey", NULL),
		.any_host_key = fabric_tls_trust(sw) == MS_TRUST_SKIP,
	};

	if (!r)
		r = ms_ssh_open(env->loop, &opts, ret_ssh, err);
	fabric_login_release(&login);
	return r;
}

/* ---- over HTTP ------------------------------------------------------------------------------- */

enum ms_trust fabric_tls_trust(const json_t *sw)
{
	const char *pin = ms_str(sw, "/spec/management/tls/pin", NULL);
	const char *word = ms_str(sw, "/spec/management/tls/trust", pin ? "pin" : "ca");

	if (!strcmp(word, "skip"))
		return MS_TRUST_SKIP;
	return strcmp(word, "pin") ? MS_TRUST_CA : MS_TRUST_PIN;
}

/* Brackets around IPv6 (RFC 3986 section 3.2.2). */
static char *base_of(const json_t *sw, const char *scheme, unsigned port)
{
	const char *host = ms_str(sw, "/spec/management/address", "");
	bool bare6 = strchr(host, ':') && *host != '[';

	return ms_asprintf(bare6 ? "%s://[%s]:%u" : "%s://%s:%u", scheme, host, port);
}

int fabric_peer_new(const struct fabric_env *env, const json_t *sw, const char *scheme,
		    unsigned default_port, struct ms_peer **ret_peer, struct ms_err *err)
{
	const char *word = ms_str(sw, "/spec/management/protocol", scheme);
	unsigned port = (unsigned)ms_int(sw, "/spec/management/port",
					 !strcmp(word, "http") && strcmp(scheme, "http")
						 ? 80
						 : default_port);
	MS_AUTO_FREE char *base = NULL;
	struct ms_peer_opts opts = { .name = ms_name(sw), .trust = fabric_tls_trust(sw),
				     .awaited = true };

	if (!*ms_str(sw, "/spec/management/address", ""))
		return missing(sw, "/spec/management/address", "management address", err);
	base = base_of(sw, !strcmp(word, "http") ? "http" : "https", port);
	if (!base)
		return ms_nomem(err);
	opts.base = base;
	opts.pin = ms_str(sw, "/spec/management/tls/pin", NULL);
	opts.ca = ms_str(sw, "/spec/management/tls/ca", NULL);
	return ms_peer_new(env->http, &opts, ret_peer, err);
}

int fabric_post(struct ms_peer *peer, const struct fabric_login *login, const char *path,
		const char *type, const json_t *body, unsigned seconds,
		struct ms_http_reply *ret_reply, struct ms_err *err)
{
	const char *const headers[] = { type, NULL };
	MS_AUTO_FREE char *text = body ? ms_json_text(body, MS_JSON_COMPACT) : NULL;
	struct ms_http_request request = {
		.method = "POST",
		.path = path,
		.headers = headers,
		.body = text,
		.body_len = text ? strlen(text) : 0,
		.user = login->user,
		.password = login->password,
		.class = MS_HTTP_NORMAL,
		.seconds = seconds,
		.repeatable = !seconds,
	};

	return text ? ms_http_do(peer, &request, ret_reply, err) : ms_nomem(err);
}
