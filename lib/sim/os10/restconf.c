/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The second way into a simulated OS10.  From the chapter "RESTCONF API" of Dell's User Guide: it
 * is off until the configuration says `rest api restconf`, takes the password of an account with
 * each request, or a token that GET /login gave for one, and changes what runs at once.
 */
#include "sim/os10/restconf.h"
#include "sim/os10/os10.h"

#define SECONDS 0.05
#define SLOW_SECONDS 2.0 /* with --latency: as users of it have measured */

/* ---- tokens: {TOKEN: {user, until: simulated ms, left: refreshes (absent: it is no refresh
 * token)}} ---- */

#define VALID_MINUTES 120
#define REFRESHES 3

static json_t *tokens_of(const struct sim_req *req)
{
	json_t *state = sim_switch_of(req->dev)->state;

	if (!json_object_get(state, "tokens"))
		json_object_set_new(state, "tokens", json_object());
	return json_object_get(state, "tokens");
}

static json_t *bearer(const struct sim_req *req, const char **ret_token)
{
	const char *header = sim_header(req, "Authorization");
	json_t *token = NULL;

	if (header && !strncasecmp(header, "Bearer ", 7)) {
		*ret_token = header + 7;
		token = json_object_get(tokens_of(req), *ret_token);
	}
	return ms_int(token, "/until", 0) > sim_clock(req->sim) ? token : NULL;
}

static const char *make_token(struct sim_req *req, int times, int left, char text[static 48])
{
	struct sim_device *dev = req->dev;
	json_t *token = json_pack(
		"{s:I}", "until",
		(json_int_t)(sim_clock(req->sim) + VALID_MINUTES * 60000LL * times));
	char tag[40];

	snprintf(tag, sizeof(tag), "token %llu",
		 (unsigned long long)dev->requests * 2 + (left > 0));
	sim_digits(dev, tag, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", text,
		   40);
	if (left)
		json_object_set_new(token, "left", json_integer(left));
	json_object_set_new(tokens_of(req), text, token);
	return text;
}

static void refuse(struct sim_req *req)
{
	sim_restconf_fail(req, 401, "access-denied", "Unauthorized");
}

/* A password gives both, a refresh token another access token. */
static void login(struct sim_req *req)
{
	const char *given = NULL;
	json_t *token = bearer(req, &given);
	int64_t left = ms_int(token, "/left", 0);
	char access[48], refresh[48];

	if (given ? left <= 0 : !sim_switch_login(req)) {
		refuse(req);
		return;
	}
	if (token)
		json_object_set_new(token, "left", json_integer(left - 1));
	else
		given = make_token(req, REFRESHES, REFRESHES, refresh);
	req->reply.status = 200;
	req->reply.type = "application/json";
	req->reply.body = json_pack("{s:s, s:s, s:s}", "access_token",
				    make_token(req, 1, 0, access), "token_type", "bearer",
				    "refresh_token", given);
	sim_touch(req->dev);
}

static bool may_enter(struct sim_req *req)
{
	const char *given = NULL;
	const json_t *token = bearer(req, &given);

	if (given ? token && !json_object_get(token, "left") : sim_switch_login(req))
		return true;
	refuse(req);
	return false;
}

/* ---- */

/* FNV-1a of what runs. */
static uint64_t version(struct sim_switch *sw)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	uint64_t x = 14695981039346656037u;

	sim_os10_text(sim_os10_config(sw), &text);
	for (size_t i = 0; i < text.len; i++)
		x = (x ^ (unsigned char)text.data[i]) * 1099511628211u;
	return x;
}

static const struct sim_restconf service = {
	.tops = sim_os10_tops,
	.lists = sim_os10_lists,
	.login = may_enter,
	.version = version,
	.write = sim_os10_write,
};

static bool is_on(const struct sim_req *req)
{
	return sim_cli_line(sim_os10_config(sim_switch_of(req->dev)), "rest api restconf");
}

/* While it is off nobody listens: here, a connection that is lost. */
void sim_os10_answer(struct sim_req *req)
{
	if (!is_on(req))
		req->reply.reset = true;
	else if (!strcmp(req->path, "/login") && !strcmp(req->method, "GET"))
		login(req);
	else
		sim_restconf(req, &service);
}

double sim_os10_delay(struct sim_req *req)
{
	if (!is_on(req) || !ms_starts(req->path, "/restconf"))
		return 0;
	return req->sim->opts.latency ? SLOW_SECONDS : SECONDS;
}
