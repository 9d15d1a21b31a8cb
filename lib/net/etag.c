/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PATCH with If-Match (DSP0266, 6.5).  What ETags look like and whether they are enforced differs
 * so much that there is a ladder: as the device gave it, weak turned strong, "*", none.  A 412 on a
 * rung means either that somebody else has written, or that this form is not understood: the
 * resource is read again to tell which.
 */
#include <ctype.h>
#include <errno.h>
#include "net/etag.h"
#include "net/redfish.h"

static const char *const rung_names[] = {
	[RF_RUNG_GIVEN] = "as given",
	[RF_RUNG_STRONG] = "strong",
	[RF_RUNG_ANY] = "any",
	[RF_RUNG_NONE] = "none",
};

/* "abc-gzip" is the ETag of the compressed form of "abc" (Apache, lighttpd): the write is about the
 * resource. */
static void strip_suffix(char *etag)
{
	static const char *const suffixes[] = { "-gzip\"", ";gzip\"" };
	size_t n = strlen(etag);

	for (size_t i = 0; i < MS_ARRAY_SIZE(suffixes); i++) {
		size_t len = strlen(suffixes[i]);

		if (n > len && !strcmp(etag + n - len, suffixes[i]))
			snprintf(etag + n - len, 2, "\"");
	}
}

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text > 0x7e)
			return false;
	return true;
}

static void put(char *buf, size_t size, const char *text)
{
	snprintf(buf, size, "%.*s", (int)size - 1, text);
}

bool ms_etag_of(const char *header, const json_t *body, char ret_etag[RF_ETAG_SIZE])
{
	const json_t *member = json_object_get(body, "@odata.etag");

	*ret_etag = '\0';
	if (header && *header && strlen(header) < RF_ETAG_SIZE)
		put(ret_etag, RF_ETAG_SIZE, header);
	else if (json_is_integer(member))
		snprintf(ret_etag, RF_ETAG_SIZE, "%lld", (long long)json_integer_value(member));
	else if (json_string_value(member) && strlen(json_string_value(member)) < RF_ETAG_SIZE)
		put(ret_etag, RF_ETAG_SIZE, json_string_value(member));
	if (!is_printable(ret_etag))
		*ret_etag = '\0';
	strip_suffix(ret_etag);
	return *ret_etag != '\0';
}

bool ms_etag_header(enum rf_rung rung, const char *etag, char ret_line[RF_LINE_SIZE])
{
	bool weak = ms_starts(etag, "W/") || ms_starts(etag, "w/");
	const char *open = "", *text = etag, *close = "";

	*ret_line = '\0';
	if (rung == RF_RUNG_NONE)
		return true;
	if (rung == RF_RUNG_ANY) {
		text = "*";
	} else if (!*etag) {
		return false;
	} else if (rung == RF_RUNG_STRONG && weak) {
		text = etag + 2;
	} else if (rung == RF_RUNG_STRONG && *etag != '"') {
		open = close = "\"";
	}
	snprintf(ret_line, RF_LINE_SIZE, "If-Match: %s%.*s%s", open, RF_ETAG_SIZE, text, close);
	return true;
}

static enum rf_rung first_rung(enum ms_rf_etag policy)
{
	switch (policy) {
	case MS_RF_ETAG_STRONG: return RF_RUNG_STRONG;
	case MS_RF_ETAG_ANY: return RF_RUNG_ANY;
	case MS_RF_ETAG_NONE: return RF_RUNG_NONE;
	default: return RF_RUNG_GIVEN;
	}
}

struct patch {
	struct ms_redfish *rf;
	const char *uri;
	const json_t *body;
	bool (*still)(const json_t *now, void *ctx);
	void *ctx;
	json_t *now;              /* as last read */
	char etag[RF_ETAG_SIZE];
};

static int read_now(struct patch *p, struct ms_err *err)
{
	RF_AUTO_ANSWER struct rf_answer answer = { 0 };
	int rc = ms_rf_read(p->rf, p->uri, &answer, err);

	if (rc < 0)
		return rc;
	ms_etag_of(ms_http_header(&answer.http, "etag"), answer.body, p->etag);
	json_decref(p->now);
	p->now = json_incref(answer.body);
	return 0;
}

/* What `body` speaks of is equal in both. */
static bool is_untouched(const json_t *body, const json_t *before, const json_t *now)
{
	const char *key;
	json_t *value;

	if (!json_is_object(body) || !json_is_object(before) || !json_is_object(now))
		return before == now || json_equal(before, now);
	json_object_foreach((json_t *)body, key, value)
		if (!is_untouched(value, json_object_get(before, key), json_object_get(now, key)))
			return false;
	return true;
}

static int changed_meanwhile(const struct patch *p, struct ms_err *err)
{
	ms_fail(err, -ESTALE, MS_PRECONDITION,
		"PATCH %s: it was changed by somebody else meanwhile", p->uri);
	ms_hint(err, "plan again");
	return -ESTALE;
}

/* Read again after a 412.  *ret_same says that nobody has written: then it is the form that was not
 * understood. */
static int look_again(struct patch *p, bool *ret_same, struct ms_err *err)
{
	json_auto_t *before = json_incref(p->now);
	char etag[RF_ETAG_SIZE];
	int rc;

	put(etag, sizeof(etag), p->etag);
	rc = read_now(p, err);
	if (rc < 0)
		return rc;
	if (p->still ? !p->still(p->now, p->ctx) : before && !is_untouched(p->body, before, p->now))
		return changed_meanwhile(p, err);
	*ret_same = !strcmp(etag, p->etag);
	return 0;
}

static bool is_etag_matter(long status)
{
	return status == 412 || status == 428;
}

/* One rung: sent once, and once more where only the ETag had moved on.  ret_answer is the last one.
 */
static int try_rung(struct patch *p, enum rf_rung rung, struct rf_answer *ret_answer,
		    struct ms_err *err)
{
	char line[RF_LINE_SIZE];
	bool same = false;
	int rc;

	for (int again = 0; again < 2; again++) {
		ms_rf_answer_release(ret_answer);
		ms_etag_header(rung, p->etag, line);
		rc = ms_rf_ask_until_free(p->rf, "PATCH", p->uri, p->body, *line ? line : NULL,
					  ret_answer, err);
		if (rc < 0 || ret_answer->http.status != 412 || rung == RF_RUNG_NONE)
			return rc;
		rc = look_again(p, &same, err);
		if (rc < 0 || same || rung == RF_RUNG_ANY)
			return rc;
	}
	return 0;
}

static void learn(struct ms_redfish *rf, enum rf_rung rung)
{
	static const enum ms_rf_etag policies[] = {
		[RF_RUNG_GIVEN] = MS_RF_ETAG_AUTO,
		[RF_RUNG_STRONG] = MS_RF_ETAG_STRONG,
		[RF_RUNG_ANY] = MS_RF_ETAG_ANY,
		[RF_RUNG_NONE] = MS_RF_ETAG_NONE,
	};

	rf->quirks.etag = policies[rung];
}

static int climb(struct patch *p, struct rf_answer *ret_answer, struct ms_err *err)
{
	enum rf_rung first = first_rung(p->rf->quirks.etag);
	char line[RF_LINE_SIZE], tried[RF_LINE_SIZE] = "";

	for (enum rf_rung rung = first; rung <= RF_RUNG_NONE; rung++) {
		int rc;

		/* A resource without an ETag is patched without; only a 428 then asks for "*". */
		if (!ms_etag_header(rung, p->etag, line) ||
		    (rung == RF_RUNG_ANY && rung != first && !*p->etag))
			continue;
		if (*line && !strcmp(line, tried))
			continue;
		put(tried, sizeof(tried), line);
		rc = try_rung(p, rung, ret_answer, err);
		if (rc < 0)
			return rc;
		if (!is_etag_matter(ret_answer->http.status)) {
			ms_debug("%s: PATCH %s: If-Match %s: %ld", p->rf->name, p->uri,
				 rung_names[rung], ret_answer->http.status);
			if (rung != first && *p->etag && ret_answer->http.status < 300)
				learn(p->rf, rung);
			return 0;
		}
	}
	return ret_answer->http.status == 428 ? try_rung(p, RF_RUNG_ANY, ret_answer, err) : 0;
}

int ms_redfish_patch(struct ms_redfish *rf, const char *uri, const json_t *body,
		     bool (*still)(const json_t *now, void *ctx), void *ctx,
		     struct ms_redfish_reply *ret_reply, struct ms_err *err)
{
	struct patch p = { .rf = rf, .uri = uri, .body = body, .still = still, .ctx = ctx };
	RF_AUTO_ANSWER struct rf_answer answer = { 0 };
	enum rf_rung first = first_rung(rf->quirks.etag);
	int rc = first <= RF_RUNG_STRONG || still ? read_now(&p, err) : 0;

	if (rc == 0 && still && !still(p.now, ctx))
		rc = changed_meanwhile(&p, err);
	if (rc == 0)
		rc = climb(&p, &answer, err);
	if (rc == 0)
		rc = ms_rf_finish_write(rf, "PATCH", uri, &answer, ret_reply, err);
	json_decref(p.now);
	if (rc < 0)
		ms_err_at(err, rf->name, NULL);
	return rc;
}
