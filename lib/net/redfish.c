/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A BMC from open to close: service root, quirks, login, and always the logout. */
#include <errno.h>
#include "net/http.h"
#include "net/redfish.h"

#define MAX_WARNINGS 100

static const char *const auth_words[] = {
	[RF_AUTO] = "auto", [RF_SESSION] = "session", [RF_BASIC] = "basic"
};

static int parse_auth(const char *word, enum rf_auth *ret, struct ms_err *err)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(auth_words); i++) {
		if (word && strcmp(word, auth_words[i]))
			continue;
		*ret = (enum rf_auth)i;
		return 0;
	}
	return ms_fail(err, -EINVAL, MS_INPUT,
		       "not a way to log in: \"%.40s\" (auto, session or basic)", word);
}

static int new_redfish(struct ms_http *http, const struct ms_redfish_opts *opts,
		       struct ms_redfish **ret, struct ms_err *err)
{
	struct ms_redfish *rf = calloc(1, sizeof(*rf));

	if (!rf)
		return ms_nomem(err);
	rf->http = http;
	rf->warnings = json_array();
	rf->cache = json_object();
	ms_gate_init(&rf->login, 1);
	rf->name = strdup(opts->peer.name ? opts->peer.name : opts->peer.base);
	rf->user = opts->user ? strdup(opts->user) : NULL;
	rf->password = opts->password ? strdup(opts->password) : NULL;
	*ret = rf;
	if (!rf->warnings || !rf->cache || !rf->name || (opts->user && !rf->user) ||
	    (opts->password && !rf->password))
		return ms_nomem(err);
	return 0;
}

static bool is_root(const json_t *body)
{
	static const char *const members[] = { "RedfishVersion", "Systems", "Managers", "Chassis",
					       "SessionService" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(members); i++)
		if (json_object_get(body, members[i]))
			return true;
	return false;
}

static int get_root(struct ms_redfish *rf, const char *uri, long *ret_status, struct ms_err *err)
{
	RF_AUTO_ANSWER struct rf_answer answer = { 0 };
	int rc = ms_rf_ask(rf, "GET", uri, NULL, NULL, &answer, err);

	if (rc < 0)
		return rc;
	*ret_status = answer.http.status;
	rc = ms_rf_is_refused(rf, "GET", uri, &answer, err);
	if (rc == 0 && !answer.body)
		rc = ms_rf_decode(rf, "GET", uri, &answer.http, &answer.body, err);
	if (rc == 0 && !is_root(answer.body))
		rc = ms_fail(err, -EPROTO, MS_INVALID,
			     "GET %s: the answer is not a Redfish service root", uri);
	if (rc < 0)
		return rc;
	json_decref(rf->root);
	rf->root = json_incref(answer.body);
	return 0;
}

/* The service root needs no login (DSP0266, 13.3.3), but some want one, and some know it only
 * without its slash. */
static int find_root(struct ms_redfish *rf, struct ms_err *err)
{
	struct ms_err why = MS_ERR_INIT;
	long status = 0;
	int rc = get_root(rf, "/redfish/v1/", &status, &why);

	if (rc < 0 && status == 404) {
		struct ms_err again = MS_ERR_INIT;

		rc = get_root(rf, "/redfish/v1", &status, &again);
		why = rc == 0 || status != 404 ? again : why;
	}
	if (rc < 0 && status == 401 && rf->user) {
		rf->basic = true;
		ms_err_clear(&why);
		rc = get_root(rf, "/redfish/v1/", &status, &why);
		rf->basic = false;
	}
	if (rc < 0)
		*err = why;
	return rc;
}

static void choose(struct ms_redfish *rf)
{
	ms_rf_quirks_choose(rf->root, rf->seen, &rf->quirks);
	if (rf->quirks.reads)
		rf->peer->reads.limit = rf->quirks.reads;
}

void ms_redfish_refine(struct ms_redfish *rf, const json_t *resource)
{
	enum ms_rf_etag learnt = rf->quirks.etag;
	bool is_manager = ms_starts(ms_str(resource, "/@odata.type", ""), "#Manager.");

	if (!rf->seen)
		rf->seen = json_object();
	if (is_manager)
		json_object_set_new(rf->seen, "Model", json_string(ms_str(resource, "/Model", "")));
	else
		json_object_set_new(rf->seen, "Manufacturer",
				    json_string(ms_str(resource, "/Manufacturer", "")));
	choose(rf);
	if (rf->quirks.etag == MS_RF_ETAG_AUTO)
		rf->quirks.etag = learnt;
}

static int connect_to(struct ms_redfish *rf, const struct ms_redfish_opts *opts, struct ms_err *err)
{
	int rc = parse_auth(opts->auth, &rf->wanted, err);

	if (rc == 0)
		rc = ms_peer_new(rf->http, &opts->peer, &rf->peer, err);
	if (rc == 0)
		rc = find_root(rf, err);
	if (rc < 0)
		return rc;
	choose(rf);
	return opts->no_login || !rf->user ? 0 : ms_rf_login(rf, err);
}

int ms_redfish_open(struct ms_http *http, const struct ms_redfish_opts *opts,
		    struct ms_redfish **ret_redfish, struct ms_err *err)
{
	struct ms_redfish *rf = NULL;
	int rc = new_redfish(http, opts, &rf, err);

	if (rc == 0)
		rc = connect_to(rf, opts, err);
	if (rc < 0) {
		ms_err_at(err, opts->peer.name, NULL);
		ms_redfish_close(rf);
		return rc;
	}
	*ret_redfish = rf;
	return 0;
}

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

void ms_redfish_close(struct ms_redfish *rf)
{
	if (!rf)
		return;
	if (rf->peer) {
		/* The logout is the last: curl closes its connection at once, and need not look for
		 * it later. */
		rf->peer->close_connections = true;
		ms_rf_logout(rf);
	}
	ms_peer_free(rf->peer);
	wipe(rf->password);
	free(rf->must_change);
	free(rf->user);
	free(rf->name);
	json_decref(rf->root);
	json_decref(rf->seen);
	json_decref(rf->warnings);
	json_decref(rf->cache);
	free(rf);
}

const json_t *ms_redfish_root(const struct ms_redfish *rf)
{
	return rf->root;
}

const struct ms_rf_quirks *ms_redfish_quirks(const struct ms_redfish *rf)
{
	return &rf->quirks;
}

const char *ms_redfish_auth(const struct ms_redfish *rf)
{
	return rf->basic ? "basic" : rf->token ? "session" : "none";
}

const char *ms_redfish_must_change(const struct ms_redfish *rf)
{
	return rf->must_change;
}

json_t *ms_redfish_warnings(const struct ms_redfish *rf)
{
	return rf->warnings;
}

void ms_redfish_warn(struct ms_redfish *rf, const char *fmt, ...)
{
	struct ms_err err = MS_ERR_INIT;
	char text[sizeof(err.message)];
	const json_t *known;
	va_list args;
	size_t i;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* Through an error: it replaces what a terminal must not see, and cuts at a character. */
	ms_fail(&err, -EIO, MS_FAILED, "%s", text);
	json_array_foreach(rf->warnings, i, known)
		if (!strcmp(json_string_value(known), err.message))
			return;
	if (i == MAX_WARNINGS)
		json_array_append_new(rf->warnings, json_string("there are more warnings"));
	else if (i < MAX_WARNINGS)
		json_array_append_new(rf->warnings, json_string(err.message));
}
