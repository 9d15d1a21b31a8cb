/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who asks: sessions with their cap and time-out, Basic authentication, and a log of it for tests.
 */
#include "sim/engine.h"

/* What a BMC shows without a login (DSP0266 section 9.2). */
static bool is_public(const struct sim_req *req)
{
	static const char *const paths[] = { "/redfish", "/redfish/v1", "/redfish/v1/odata",
					     "/redfish/v1/$metadata", NULL };

	if (strcmp(req->method, "GET") && strcmp(req->method, "HEAD"))
		return false;
	for (const char *const *path = paths; *path; path++)
		if (!strcmp(req->path, *path))
			return true;
	return false;
}

static int64_t timeout_ms(struct sim_bmc *bmc)
{
	json_auto_t *service = sim_read(bmc, sim_role_path(bmc, "session_service"));
	const json_t *value = json_object_get(service, "SessionTimeout");

	/* Some say it as text. */
	if (json_is_string(value))
		return strtoll(json_string_value(value), NULL, 10) * 1000;
	return ms_int(service, "/SessionTimeout", bmc->shape->model->session_timeout) * 1000;
}

static void session_remove(struct sim_bmc *bmc, size_t i)
{
	char path[SIM_PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", sim_role_path(bmc, "sessions"), bmc->sessions[i].id);
	if (json_object_get(bmc->over, path))
		json_object_del(bmc->over, path);
	free(bmc->sessions[i].id);
	free(bmc->sessions[i].user);
	bmc->n_sessions--;
	memmove(&bmc->sessions[i], &bmc->sessions[i + 1],
		(bmc->n_sessions - i) * sizeof(*bmc->sessions));
}

void sim_session_end(struct sim_bmc *bmc, const char *id)
{
	for (size_t i = 0; i < bmc->n_sessions; i++) {
		if (strcmp(bmc->sessions[i].id, id))
			continue;
		sim_media_session(bmc, id);
		session_remove(bmc, i);
		return;
	}
}

/* Session time-outs are in real time, whatever the speed: they are the client's to keep. */
void sim_sessions_expire(struct sim_bmc *bmc)
{
	int64_t now = ms_clock_ms(), limit;

	if (!bmc->n_sessions)
		return;
	limit = timeout_ms(bmc);
	for (size_t i = bmc->n_sessions; i-- > 0;)
		if (now - bmc->sessions[i].used > limit)
			sim_session_end(bmc, bmc->sessions[i].id);
}

void sim_sessions_drop(struct sim_bmc *bmc)
{
	while (bmc->n_sessions)
		sim_session_end(bmc, bmc->sessions[bmc->n_sessions - 1].id);
}

/* ---- accounts ----------------------------------------------------------------------------------
 */

struct sim_account *sim_account_find(struct sim_bmc *bmc, const char *user)
{
	for (size_t i = 0; i < bmc->n_accounts; i++)
		if (!strcmp(bmc->accounts[i].user, user))
			return &bmc->accounts[i];
	return NULL;
}

struct sim_account *sim_account_id(struct sim_bmc *bmc, const char *id)
{
	for (size_t i = 0; i < bmc->n_accounts; i++)
		if (!strcmp(bmc->accounts[i].id, id))
			return &bmc->accounts[i];
	return NULL;
}

static struct sim_account *check(struct sim_bmc *bmc, const char *user, const char *password)
{
	struct sim_account *account = sim_account_find(bmc, user);
	int64_t limit = ms_int(bmc->shape->model->behaviour, "/account/lock_after", 0);

	if (!account || !account->enabled || account->locked)
		return NULL;
	if (strcmp(account->password, password)) {
		if (limit && ++account->failures >= limit)
			account->locked = true;
		return NULL;
	}
	account->failures = 0;
	return account;
}

/* Only the account's own password may be changed before anything else. */
static bool must_change(struct sim_req *req, const struct sim_account *account)
{
	char path[SIM_PATH_MAX];

	if (!account->must_change)
		return false;
	snprintf(path, sizeof(path), "%s/%s", sim_role_path(req->bmc, "accounts"), account->id);
	if (!strcmp(req->path, path) &&
	    (!strcmp(req->method, "GET") || !strcmp(req->method, "PATCH")))
		return false;
	/* ConfigureSelf also ends a session (DSP0266, 13.3.7). */
	if (!strcmp(req->method, "DELETE") &&
	    ms_starts(req->path, sim_role_path(req->bmc, "sessions")))
		return false;
	sim_say(req, "password_change", NULL, path, NULL);
	return true;
}

static bool accept_account(struct sim_req *req, const struct sim_account *account)
{
	if (must_change(req, account))
		return false;
	req->user = account->user;
	req->role = account->role;
	return true;
}

/* ---- who ---------------------------------------------------------------------------------------
 */

static struct sim_session *find_token(struct sim_bmc *bmc, const char *token)
{
	sim_sessions_expire(bmc);
	for (size_t i = 0; i < bmc->n_sessions; i++)
		if (!strcmp(bmc->sessions[i].token, token))
			return &bmc->sessions[i];
	return NULL;
}

static bool by_token(struct sim_req *req, const char *token)
{
	struct sim_session *session = find_token(req->bmc, token);
	struct sim_account *account = session ? sim_account_find(req->bmc, session->user) : NULL;

	if (!account || !account->enabled) {
		sim_say(req, "unauthorized", NULL, NULL);
		return false;
	}
	session->used = ms_clock_ms();
	req->session = session;
	return accept_account(req, account);
}

static int unbase64(const char *text, char *buf, size_t size)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, have = 0;
	size_t n = 0;

	for (; *text && *text != '='; text++) {
		const char *at = strchr(alphabet, *text);

		if (!at || n + 1 >= size)
			return -EINVAL;
		bits = bits << 6 | (unsigned)(at - alphabet);
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf[n++] = (char)(bits >> have & 255);
		}
	}
	buf[n] = 0;
	return 0;
}

static bool by_password(struct sim_req *req, const char *header)
{
	struct sim_account *account = NULL;
	char text[512], *colon;

	if (ms_starts(header, "Basic ") && !unbase64(header + 6, text, sizeof(text)) &&
	    (colon = strchr(text, ':'))) {
		*colon = 0;
		account = check(req->bmc, text, colon + 1);
	}
	if (account)
		return accept_account(req, account);
	sim_say(req, "bad_login", NULL, req->path, NULL);
	return false;
}

bool sim_auth(struct sim_req *req)
{
	const char *token = sim_header(req, "X-Auth-Token"),
		   *basic = sim_header(req, "Authorization");

	if (token)
		return by_token(req, token);
	if (basic)
		return by_password(req, basic);
	if (is_public(req))
		return true;
	sim_say(req, "unauthorized", NULL, NULL);
	return false;
}

/* ---- logging in --------------------------------------------------------------------------------
 */

bool sim_is_login(const struct sim_req *req)
{
	const char *sessions = sim_role_path(req->bmc, "sessions");
	size_t n = strlen(sessions);

	/* DSP0266: a POST to the collection or to its Members. */
	return !strncmp(req->path, sessions, n) &&
	       (!req->path[n] || !strcmp(req->path + n, "/Members"));
}

static struct sim_session *session_new(struct sim_bmc *bmc, const char *user)
{
	struct sim_session *more = realloc(bmc->sessions, (bmc->n_sessions + 1) * sizeof(*more)),
			   *session;
	char tag[32];

	if (!more)
		return NULL;
	bmc->sessions = more;
	session = &more[bmc->n_sessions++];
	snprintf(tag, sizeof(tag), "token%llu/%u", (unsigned long long)bmc->logins,
		 (unsigned)ms_clock_ms());
	*session = (struct sim_session){ .user = strdup(user),
					 .created = sim_wall(&bmc->dev),
					 .used = ms_clock_ms() };
	session->id = ms_asprintf("%u", ++bmc->serial_no);
	sim_digits(&bmc->dev, tag, "0123456789abcdef", session->token, 32);
	return session;
}

/* The vendor's own Id is the last part of the path. */
static int show_session(struct sim_bmc *bmc, struct sim_session *session,
			char path[static SIM_PATH_MAX])
{
	char stamp[32], *id;
	json_t *entry = NULL;
	int r;

	ms_time_format(sim_wall(&bmc->dev), stamp);
	r = sim_prototype(bmc, "session",
			  json_pack("{s:s, s:s, s:s, s:s}", "id", session->id, "user",
				    session->user, "time", stamp, "client", "127.0.0.1"),
			  path, &entry);
	if (r)
		return r;
	id = strdup(strrchr(path, '/') + 1);
	if (!id) {
		json_decref(entry);
		return -ENOMEM;
	}
	free(session->id);
	session->id = id;
	return sim_make(bmc, path, entry);
}

static void open_session(struct sim_req *req, const struct sim_account *account)
{
	struct sim_session *session = session_new(req->bmc, account->user);
	char path[SIM_PATH_MAX];

	if (!session || show_session(req->bmc, session, path)) {
		sim_say(req, "internal", NULL, NULL);
		return;
	}
	/* The vendor's own form of the id (iLO) is the one that a DELETE names. */
	free(session->id);
	session->id = strdup(strrchr(path, '/') + 1);
	req->bmc->logins++;
	req->reply.status = 201;
	req->reply.body = sim_read(req->bmc, path);
	snprintf(req->reply.token, sizeof(req->reply.token), "%s", session->token);
	if (!ms_streq(ms_str(req->bmc->shape->model->behaviour, "/session/location", "header"),
		      "body"))
		snprintf(req->reply.location, sizeof(req->reply.location), "%s", path);
}

/* A refused login: some firmware answers it with a success and without a token. */
static void refuse_login(struct sim_req *req)
{
	sim_say(req, "bad_login", NULL, req->path, NULL);
	if (ms_bool(req->bmc->shape->model->behaviour, "/session/polite_refusal", false))
		req->reply.status = 200;
}

void sim_login(struct sim_req *req)
{
	const char *user = ms_str(req->json, "/UserName", NULL),
		   *password = ms_str(req->json, "/Password", NULL);
	struct sim_account *account;

	sim_sessions_expire(req->bmc);
	if (!user || !password) {
		sim_say(req, "missing", NULL, user ? "Password" : "UserName", NULL);
		return;
	}
	account = check(req->bmc, user, password);
	if (!account)
		refuse_login(req);
	else if (req->bmc->n_sessions >= req->bmc->shape->model->session_cap)
		sim_say(req, "session_full", NULL, NULL);
	else
		open_session(req, account);
}
