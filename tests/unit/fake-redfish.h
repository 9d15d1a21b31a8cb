/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A BMC made of files: stands in for lib/net's Redfish at link time, so that reading is tested without a network.
 * Included once by a test.
 */
#ifndef FAKE_REDFISH_H
#define FAKE_REDFISH_H

#include <errno.h>
#include "net/net.h"

struct ms_redfish {
	char *root_dir;              /* a captured tree: DIR/redfish/v1/.../index.json */
	json_t *map;                 /* or {uri: resource}; an integer stands for an HTTP status */
	json_t *root, *warnings, *asked;
	struct ms_rf_quirks quirks;
};

/* From a captured tree, or from {uri: resource | HTTP status}; closed with ms_redfish_close. */
static struct ms_redfish *fake_redfish_new(const char *dir, const json_t *map, const char *vendor)
{
	struct ms_redfish *fake = calloc(1, sizeof(*fake));
	struct ms_err err = MS_ERR_INIT;

	fake->root_dir = dir ? strdup(dir) : NULL;
	fake->map = map ? json_deep_copy(map) : NULL;
	fake->warnings = json_array();
	fake->asked = json_array();
	fake->quirks = (struct ms_rf_quirks){ .id = vendor, .ids = { vendor }, .vendor = vendor };
	ms_redfish_get(fake, "/redfish/v1", &fake->root, &err);
	json_array_clear(fake->asked);
	return fake;
}

/* URIs asked for since it was made; lent. */
static const json_t *fake_redfish_asked(const struct ms_redfish *fake)
{
	return fake->asked;
}

void ms_redfish_close(struct ms_redfish *fake)
{
	if (!fake)
		return;
	json_decref(fake->map);
	json_decref(fake->root);
	json_decref(fake->warnings);
	json_decref(fake->asked);
	free(fake->root_dir);
	free(fake);
}

int ms_redfish_open(struct ms_http *http, const struct ms_redfish_opts *opts, struct ms_redfish **ret_redfish,
		    struct ms_err *err)
{
	(void)http, (void)opts, (void)ret_redfish;
	return ms_fail(err, -ECONNREFUSED, MS_UNREACHABLE, "the fake BMC is opened by tests only");
}

const json_t *ms_redfish_root(const struct ms_redfish *fake)
{
	return fake->root;
}

const struct ms_rf_quirks *ms_redfish_quirks(const struct ms_redfish *fake)
{
	return &fake->quirks;
}

json_t *ms_redfish_warnings(const struct ms_redfish *fake)
{
	return fake->warnings;
}

void ms_redfish_warn(struct ms_redfish *fake, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	json_array_append_new(fake->warnings, json_vsprintf(fmt, ap));
	va_end(ap);
}

static int status_of(long status, const char *uri, struct ms_err *err)
{
	static const struct { long status; enum ms_code code; } codes[] = {
		{ 401, MS_AUTH }, { 403, MS_AUTH }, { 404, MS_NOTFOUND }, { 405, MS_UNSUPPORTED }, { 451, MS_LICENSE },
		{ 501, MS_UNSUPPORTED }, { 504, MS_UNREACHABLE },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(codes); i++)
		if (codes[i].status == status)
			return ms_fail(err, -EIO, codes[i].code, "GET %s: %ld", uri, status);
	return ms_fail(err, -EIO, MS_FAILED, "GET %s: %ld", uri, status);
}

static int from_map(struct ms_redfish *fake, const char *uri, json_t **ret_value, struct ms_err *err)
{
	json_t *value = json_object_get(fake->map, uri);

	if (!value)
		return status_of(404, uri, err);
	if (json_is_integer(value))
		return status_of((long)json_integer_value(value), uri, err);
	*ret_value = json_incref(value);
	return 0;
}

static int from_dir(struct ms_redfish *fake, const char *uri, json_t **ret_value, struct ms_err *err)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s%.*s/index.json", fake->root_dir, (int)strcspn(uri, "#"), uri);
	*ret_value = json_load_file(path, 0, NULL);
	if (!*ret_value) {
		snprintf(path, sizeof(path), "%s%.*s", fake->root_dir, (int)strcspn(uri, "#"), uri);
		*ret_value = json_load_file(path, 0, NULL);
	}
	return *ret_value ? 0 : status_of(404, uri, err);
}

int ms_redfish_get(struct ms_redfish *fake, const char *uri, json_t **ret_value, struct ms_err *err)
{
	char trimmed[1024];
	size_t n = strlen(uri);

	while (n > 1 && uri[n - 1] == '/')
		n--;
	snprintf(trimmed, sizeof(trimmed), "%.*s", (int)n, uri);
	json_array_append_new(fake->asked, json_string(trimmed));
	return fake->map ? from_map(fake, trimmed, ret_value, err) : from_dir(fake, trimmed, ret_value, err);
}

int ms_redfish_get_fresh(struct ms_redfish *fake, const char *uri, json_t **ret_value, struct ms_err *err)
{
	return ms_redfish_get(fake, uri, ret_value, err);
}

int ms_redfish_follow(struct ms_redfish *fake, const json_t *from, const char *pointer, json_t **ret_value,
		      struct ms_err *err)
{
	const char *uri = ms_str(ms_at(from, "%s", pointer), "/@odata.id", NULL);

	return uri ? ms_redfish_get(fake, uri, ret_value, err) : status_of(404, pointer, err);
}

int ms_redfish_members(struct ms_redfish *fake, const json_t *from, const char *pointer, size_t limit,
		       json_t **ret_array, struct ms_err *err)
{
	json_t *collection, *array = json_array(), *one, *value, *at = ms_at(from, "%s", pointer);
	size_t i;
	int r = 0;

	if (json_is_array(at))
		collection = json_pack("{s:O}", "Members", at);
	else
		r = ms_redfish_follow(fake, from, pointer, &collection, err);
	if (r) {
		json_decref(array);
		return r;
	}
	json_array_foreach(json_object_get(collection, "Members"), i, one) {
		struct ms_err bad = MS_ERR_INIT;

		if (limit && i >= limit)
			break;
		if (json_is_object(one) && (json_object_get(one, "Id") || !json_object_get(one, "@odata.id")))
			json_array_append(array, one);
		else if (json_is_object(one) && !ms_redfish_get(fake, ms_str(one, "/@odata.id", ""), &value, &bad))
			json_array_append_new(array, value);
		else if (bad.code)
			ms_redfish_warn(fake, "%s", bad.message);
	}
	json_decref(collection);
	*ret_array = array;
	return 0;
}

int ms_redfish_allowed(struct ms_redfish *fake, const json_t *res, const char *action, const char *parameter,
		       json_t **ret_words, struct ms_err *err)
{
	char pointer[256];
	json_t *words;

	(void)fake, (void)err;
	snprintf(pointer, sizeof(pointer), "/Actions/%s/%s@Redfish.AllowableValues", action, parameter);
	words = ms_at(res, "%s", pointer);
	*ret_words = words ? json_incref(words) : json_array();
	return 0;
}

/* The rest of the door, so that nothing of lib/net's Redfish is linked: reading must not need it. */
static int no_writing(struct ms_err *err)
{
	return ms_fail(err, -ENOTSUP, MS_UNSUPPORTED, "the fake BMC is only read");
}

void ms_redfish_refine(struct ms_redfish *fake, const json_t *resource)
{
	(void)fake, (void)resource;
}

const char *ms_redfish_auth(const struct ms_redfish *fake)
{
	(void)fake;
	return "none";
}

const char *ms_redfish_must_change(const struct ms_redfish *fake)
{
	(void)fake;
	return NULL;
}

void ms_redfish_forget(struct ms_redfish *fake)
{
	(void)fake;
}

void ms_redfish_reply_release(struct ms_redfish_reply *reply)
{
	(void)reply;
}

int ms_redfish_patch(struct ms_redfish *fake, const char *uri, const json_t *body,
		     bool (*still)(const json_t *now, void *ctx), void *ctx, struct ms_redfish_reply *ret_reply,
		     struct ms_err *err)
{
	(void)fake, (void)uri, (void)body, (void)still, (void)ctx, (void)ret_reply;
	return no_writing(err);
}

int ms_redfish_post(struct ms_redfish *fake, const char *uri, const json_t *body, struct ms_redfish_reply *ret_reply,
		    struct ms_err *err)
{
	(void)fake, (void)uri, (void)body, (void)ret_reply;
	return no_writing(err);
}

int ms_redfish_delete(struct ms_redfish *fake, const char *uri, struct ms_err *err)
{
	(void)fake, (void)uri;
	return no_writing(err);
}

int ms_redfish_action(struct ms_redfish *fake, const json_t *res, const char *name, const json_t *body,
		      struct ms_redfish_reply *ret_reply, struct ms_err *err)
{
	(void)fake, (void)res, (void)name, (void)body, (void)ret_reply;
	return no_writing(err);
}

int ms_redfish_wait(struct ms_redfish *fake, const struct ms_redfish_reply *reply, unsigned seconds, json_t **ret_task,
		    struct ms_err *err)
{
	(void)fake, (void)reply, (void)seconds, (void)ret_task;
	return no_writing(err);
}

int ms_redfish_events(struct ms_redfish *fake, const char *uri, int (*fn)(void *ctx, const json_t *event), void *ctx,
		      struct ms_err *err)
{
	json_t *one, *all = json_object_get(fake->map, uri);
	size_t i;
	int r = 0;

	(void)err;
	json_array_foreach(all, i, one)
		if (!r)
			r = fn(ctx, one);
	return r;
}

int ms_redfish_raw(struct ms_redfish *fake, const struct ms_http_request *request, struct ms_http_reply *ret_reply,
		   struct ms_err *err)
{
	(void)fake, (void)request, (void)ret_reply;
	return no_writing(err);
}

int ms_redfish_fail(struct ms_redfish *fake, const char *method, const char *uri, long status, const json_t *body,
		    struct ms_err *err)
{
	(void)fake, (void)method, (void)body;
	return status_of(status, uri, err);
}

#endif
