/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading resources, and keeping what was read for the length of a session, within a bound. */
#include <errno.h>
#include "net/redfish.h"

#define MAX_CACHE (256u << 10)

const char *ms_rf_link(const json_t *value)
{
	const json_t *id = json_object_get(value, "@odata.id");

	/* Redfish 1.0 firmware is met that writes "href". */
	if (!id)
		id = json_object_get(value, "href");
	return json_string_value(id) && *json_string_value(id) ? json_string_value(id) : NULL;
}

const char *ms_rf_location_path(const char *location)
{
	const char *host = strstr(location, "://");
	const char *path = host && host == location + strcspn(location, ":/")
				   ? strchr(host + 3, '/')
				   : NULL;

	return path ? path : location;
}

/* "/redfish/v1/Systems/" and ".../Systems" are the same resource. */
static char *key_of(const char *uri)
{
	size_t n = strcspn(uri, "#");

	while (n > 1 && uri[n - 1] == '/')
		n--;
	return strndup(uri, n);
}

void ms_redfish_forget(struct ms_redfish *rf)
{
	json_object_clear(rf->cache);
	rf->cache_bytes = 0;
}

void ms_rf_forget_one(struct ms_redfish *rf, const char *uri)
{
	MS_AUTO_FREE char *key = key_of(uri);
	const json_t *entry = key ? json_object_get(rf->cache, key) : NULL;

	if (!entry)
		return;
	rf->cache_bytes -= (size_t)ms_int(entry, "/bytes", 0);
	json_object_del(rf->cache, key);
}

/* The oldest go first; a value larger than the whole bound is not kept. */
static void keep(struct ms_redfish *rf, const char *uri, json_t *value, size_t bytes)
{
	MS_AUTO_FREE char *key = key_of(uri);
	void *oldest;

	if (!key || bytes > MAX_CACHE)
		return;
	ms_rf_forget_one(rf, uri);
	while (rf->cache_bytes + bytes > MAX_CACHE && (oldest = json_object_iter(rf->cache))) {
		rf->cache_bytes -= (size_t)ms_int(json_object_iter_value(oldest), "/bytes", 0);
		json_object_del(rf->cache, json_object_iter_key(oldest));
	}
	if (json_object_set_new(
		    rf->cache, key,
		    json_pack("{s:I, s:O}", "bytes", (json_int_t)bytes, "value", value)) == 0)
		rf->cache_bytes += bytes;
}

static json_t *kept(const struct ms_redfish *rf, const char *uri)
{
	MS_AUTO_FREE char *key = key_of(uri);

	return key ? json_object_get(json_object_get(rf->cache, key), "value") : NULL;
}

int ms_rf_read(struct ms_redfish *rf, const char *uri, struct rf_answer *ret_answer,
	       struct ms_err *err)
{
	RF_AUTO_ANSWER struct rf_answer answer = { 0 };
	int rc = ms_rf_ask(rf, "GET", uri, NULL, NULL, &answer, err);

	if (rc == 0)
		rc = ms_rf_is_refused(rf, "GET", uri, &answer, err);
	/* Read again for the error, which ms_rf_ask leaves to the caller. */
	if (rc == 0 && !answer.body)
		rc = ms_rf_decode(rf, "GET", uri, &answer.http, &answer.body, err);
	if (rc < 0)
		return rc;
	*ret_answer = answer;
	answer = (struct rf_answer){ 0 };
	return 0;
}

/* "uri#/a/b": the value inside (RFC 6901). */
static int inside(const char *uri, json_t *resource, json_t **ret_value, struct ms_err *err)
{
	const char *fragment = strchr(uri, '#');
	json_t *value = resource;

	if (fragment && fragment[1])
		value = ms_at(resource, "%s", fragment + 1);
	if (!value)
		return ms_fail(err, -ENOENT, MS_NOTFOUND, "GET %s: the resource has no such member",
			       uri);
	*ret_value = json_incref(value);
	return 0;
}

int ms_redfish_get_fresh(struct ms_redfish *rf, const char *uri, json_t **ret_value,
			 struct ms_err *err)
{
	RF_AUTO_ANSWER struct rf_answer answer = { 0 };
	MS_AUTO_FREE char *plain = strndup(uri, strcspn(uri, "#"));
	int rc = plain ? ms_rf_read(rf, plain, &answer, err) : ms_nomem(err);

	if (rc < 0) {
		ms_err_at(err, rf->name, NULL);
		return rc;
	}
	keep(rf, plain, answer.body, answer.http.len);
	return inside(uri, answer.body, ret_value, err);
}

int ms_redfish_get(struct ms_redfish *rf, const char *uri, json_t **ret_value, struct ms_err *err)
{
	json_t *value = kept(rf, uri);

	return value ? inside(uri, value, ret_value, err)
		     : ms_redfish_get_fresh(rf, uri, ret_value, err);
}

int ms_redfish_follow(struct ms_redfish *rf, const json_t *from, const char *pointer,
		      json_t **ret_value, struct ms_err *err)
{
	const json_t *value = ms_at(from, "%s", pointer);
	const char *uri = ms_rf_link(value);

	if (uri)
		return ms_redfish_get(rf, uri, ret_value, err);
	return ms_fail(err, -ENOENT, MS_NOTFOUND, "%s has no link at %s",
		       ms_str(from, "/@odata.id", "the resource"), pointer);
}
