/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resource tree of one BMC: the shape that it shares, with its own writes laid over.
 */
#include <strings.h>
#include "sim/engine.h"

static json_t *own(const struct sim_bmc *bmc, const char *path)
{
	return json_object_get(bmc->over, path);
}

/* Whether a path was made by a request, whatever the case of the letters. */
static const char *own_folded(const struct sim_bmc *bmc, const char *path)
{
	const char *key;
	json_t *value;

	json_object_foreach(bmc->over, key, value)
		if (!strcasecmp(key, path))
			return key;
	return NULL;
}

static const char *canonical(struct sim_bmc *bmc, const char *path)
{
	const struct sim_shape *shape = bmc->shape;
	const char *found;
	char low[SIM_PATH_MAX];
	size_t i;

	if (json_object_get(shape->resources, path) || own(bmc, path) || !shape->folded)
		return path;
	for (i = 0; path[i] && i < sizeof(low) - 1; i++)
		low[i] = path[i] >= 'A' && path[i] <= 'Z' ? (char)(path[i] + 32) : path[i];
	low[i] = 0;
	found = json_string_value(json_object_get(shape->folded, low));
	if (!found)
		found = own_folded(bmc, path);
	return found ? found : path;
}

const json_t *sim_entry(struct sim_bmc *bmc, const char *path, const char **ret_path)
{
	const json_t *mine;

	path = canonical(bmc, path);
	if (ret_path)
		*ret_path = path;
	mine = own(bmc, path);
	if (json_is_null(mine))
		return NULL;
	if (json_object_get(mine, "body"))
		return mine;
	return json_object_get(bmc->shape->resources, path);
}

bool sim_has_role(const json_t *entry, const char *role)
{
	return ms_streq(json_string_value(json_object_get(entry, "role")), role);
}

const char *sim_role_path(const struct sim_bmc *bmc, const char *role)
{
	const char *path = json_string_value(json_object_get(bmc->shape->roles, role));

	return path ? path : "";
}

static bool is_child(const char *path, const char *parent, size_t len)
{
	return !strncmp(path, parent, len) && path[len] == '/' && !strchr(path + len + 1, '/');
}

static void add_member(json_t *members, const char *path)
{
	json_array_append_new(members, json_pack("{s:s}", "@odata.id", path));
}

static void add_made(struct sim_bmc *bmc, const char *path, json_t *members)
{
	size_t len = strlen(path);
	const char *key;
	json_t *value;

	json_object_foreach(bmc->over, key, value)
		if (json_object_get(value, "body") && is_child(key, path, len))
			add_member(members, key);
}

json_t *sim_members(struct sim_bmc *bmc, const char *path)
{
	json_t *members = json_array(), *child;
	size_t i;

	json_array_foreach(json_object_get(bmc->shape->children, path), i, child) {
		const json_t *mine = own(bmc, json_string_value(child));

		if (!json_is_null(mine) && !json_object_get(mine, "body"))
			add_member(members, json_string_value(child));
	}
	add_made(bmc, path, members);
	return members;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

/* The members as captured, but for those that were removed, and those that were made. */
static void show_captured(struct sim_bmc *bmc, const char *path, json_t *body)
{
	json_t *captured = json_object_get(body, "Members"), *members, *link;
	size_t i;

	if (!bmc->over || !json_is_array(captured))
		return;
	members = json_array();
	json_array_foreach(captured, i, link)
		if (!json_is_null(own(bmc, ms_str(link, "/@odata.id", ""))))
			json_array_append(members, link);
	add_made(bmc, path, members);
	json_object_set_new(body, "Members@odata.count",
			    json_integer((json_int_t)json_array_size(members)));
	json_object_set_new(body, "Members", members);
}

static void show_collection(struct sim_bmc *bmc, const char *path, const json_t *entry,
			    json_t *body)
{
	json_t *members;

	if (bmc->shape->dir) {
		show_captured(bmc, path, body);
		return;
	}
	/* Some firmware answers null where it means an empty list. */
	if (ms_bool(entry, "/null_members", false)) {
		json_object_set_new(body, "Members", json_null());
		return;
	}
	members = sim_members(bmc, path);
	json_object_set_new(body, "Members@odata.count",
			    json_integer((json_int_t)json_array_size(members)));
	json_object_set_new(body, "Members", members);
}

/* What the engine itself knows better than the template. */
static void show_role(struct sim_bmc *bmc, const char *path, const json_t *entry, json_t *body)
{
	const char *role = ms_str(entry, "/role", "");

	if (!strcmp(role, "collection"))
		show_collection(bmc, path, entry, body);
	else if (!strcmp(role, "account"))
		sim_account_show(bmc, path, body);
	else if (!strcmp(role, "bios"))
		sim_bios_show(bmc, body);
	else if (!strcmp(role, "bios_registry"))
		sim_bios_registry(bmc, body);
	else if (!strcmp(role, "settings"))
		sim_settings_show(bmc, path, entry, body);
	else if (!strcmp(role, "certificate"))
		sim_cert_show(bmc, body);
	else if (!strcmp(role, "https_cert"))
		sim_https_cert_show(bmc, body);
}

static json_t *start_body(const struct sim_bmc *bmc, const char *path, const json_t *template)
{
	const char *type = ms_str(template, "/@odata.type", "#"), *id = strrchr(path, '/');
	json_t *body = json_object();
	size_t n = strcspn(type + 1, ".");

	json_object_set_new(body, "@odata.id", json_string(path));
	json_object_set_new(body, "@odata.type", json_string(type));
	if (bmc->shape->model->context)
		json_object_set_new(body, "@odata.context",
				    json_sprintf("/redfish/v1/$metadata#%.*s.%.*s", (int)n,
						 type + 1, (int)n, type + 1));
	if (!json_object_get(template, "Members") && !strstr(type, "Collection"))
		json_object_set_new(body, "Id", json_string(id ? id + 1 : path));
	json_object_set_new(body, "Name", json_string(id ? id + 1 : path));
	return body;
}

static json_t *template_body(struct sim_bmc *bmc, const char *path, const json_t *entry)
{
	json_t *body, *filled;

	if (bmc->shape->dir && !json_object_get(entry, "made"))
		return sim_capture_read(bmc, entry);
	body = start_body(bmc, path, json_object_get(entry, "body"));
	filled = sim_fill(bmc, json_object_get(entry, "body"));
	json_object_update(body, filled);
	json_decref(filled);
	return body;
}

json_t *sim_read(struct sim_bmc *bmc, const char *path)
{
	const json_t *entry = sim_entry(bmc, path, &path), *patch;
	json_t *body, *merged;

	if (!entry)
		return NULL;
	body = template_body(bmc, path, entry);
	if (!body)
		return NULL;
	show_role(bmc, path, entry, body);
	patch = json_object_get(own(bmc, path), "patch");
	/* What a request made is changed in its body; `patch` is there what may be written. */
	if (!patch || json_object_get(entry, "made"))
		return body;
	merged = sim_overlay_new(body, patch);
	json_decref(body);
	return merged;
}

char *sim_read_text(struct sim_bmc *bmc, const char *path, const char *pointer)
{
	json_auto_t *body = sim_read(bmc, path);
	const char *text = ms_str(body, pointer, NULL);

	return text ? strdup(text) : NULL;
}

/* ---- writing -----------------------------------------------------------------------------------
 */

static json_t *over(struct sim_bmc *bmc)
{
	if (!bmc->over)
		bmc->over = json_object();
	sim_touch(&bmc->dev);
	return bmc->over;
}

/* Merge `patch` into a member of an object in place. */
static int merge_member(json_t *object, const char *key, json_t *patch)
{
	json_t *merged = sim_overlay_new(json_object_get(object, key), patch);

	json_decref(patch);
	return json_object_set_new(object, key, merged);
}

int sim_write(struct sim_bmc *bmc, const char *path, json_t *patch)
{
	json_t *all = over(bmc), *mine;

	sim_entry(bmc, path, &path);
	mine = json_object_get(all, path);
	if (json_object_get(mine, "body"))
		return merge_member(mine, "body", patch);
	if (!json_is_object(mine)) {
		mine = json_object();
		if (json_object_set_new(all, path, mine)) {
			json_decref(patch);
			return -ENOMEM;
		}
	}
	return merge_member(mine, "patch", patch);
}

int sim_make(struct sim_bmc *bmc, const char *path, json_t *entry)
{
	json_object_set_new(entry, "made", json_true());
	return json_object_set_new(over(bmc), path, entry) ? -ENOMEM : 0;
}

int sim_remove(struct sim_bmc *bmc, const char *path)
{
	sim_entry(bmc, path, &path);
	if (json_object_get(bmc->shape->resources, path))
		return json_object_set_new(over(bmc), path, json_null()) ? -ENOMEM : 0;
	json_object_del(over(bmc), path);
	return 0;
}

int sim_prototype(struct sim_bmc *bmc, const char *what, json_t *vars,
		  char path[static SIM_PATH_MAX], json_t **ret_entry)
{
	const json_t *made = ms_at(bmc->shape->model->doc, "/made/%s", what);
	json_auto_t *mine = vars, *where = NULL, *all = NULL;
	struct ms_err err = MS_ERR_INIT;
	int r;

	all = sim_overlay_new(json_object_get(bmc->shape->model->doc, "vars"), mine);
	if (!made)
		return -ENOENT;
	r = sim_expand_text(ms_str(made, "/path", ""), all, &where, &err);
	if (!r)
		r = sim_expand(made, all, ret_entry, &err);
	if (r)
		return r;
	snprintf(path, SIM_PATH_MAX, "%s", json_string_value(where));
	json_object_del(*ret_entry, "path");
	json_object_del(*ret_entry, "class");
	return 0;
}

/* ---- entity tags -------------------------------------------------------------------------------
 */

/* What moves by itself does not count as a change. */
static bool is_volatile(const char *key)
{
	static const char *const keys[] = { "DateTime",		  "Reading",
					    "PercentComplete",	  "ReadingCelsius",
					    "PowerConsumedWatts", "BootProgress",
					    "@odata.etag",	  NULL };

	for (const char *const *k = keys; *k; k++)
		if (!strcmp(*k, key))
			return true;
	return false;
}

static uint64_t mix(uint64_t x, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len--)
		x = (x ^ *p++) * 1099511628211u;
	return x;
}

static uint64_t hash_value(uint64_t x, const json_t *value)
{
	const char *key;
	json_t *member;
	json_int_t n;
	size_t i;

	x = mix(x, &(char){ (char)json_typeof(value) }, 1);
	switch (json_typeof(value)) {
	case JSON_STRING:
		return mix(x, json_string_value(value), json_string_length(value));
	case JSON_INTEGER:
		n = json_integer_value(value);
		return mix(x, &n, sizeof(n));
	case JSON_REAL:
		return mix(x, &(double){ json_real_value(value) }, sizeof(double));
	case JSON_ARRAY:
		json_array_foreach(value, i, member)
			x = hash_value(x, member);
		return x;
	case JSON_OBJECT:
		json_object_foreach((json_t *)value, key, member)
			if (!is_volatile(key))
				x = hash_value(mix(x, key, strlen(key)), member);
		return x;
	default:
		return x;
	}
}

void sim_etag(const struct sim_bmc *bmc, const json_t *body, char buf[static 64])
{
	uint64_t x = hash_value(14695981039346656037u ^ bmc->dev.hash, body);

	*buf = 0;
	switch (bmc->shape->model->etag_form) {
	case SIM_ETAG_NONE: break;
	case SIM_ETAG_WEAK: snprintf(buf, 64, "W/\"%08X\"", (unsigned)(x ^ x >> 32)); break;
	case SIM_ETAG_HEX: snprintf(buf, 64, "\"%08X\"", (unsigned)(x ^ x >> 32)); break;
	case SIM_ETAG_LONG:
		snprintf(buf, 64, "\"%016llx%05x\"", (unsigned long long)x, (unsigned)(x >> 44));
		break;
	case SIM_ETAG_DECIMAL: snprintf(buf, 64, "\"%u\"", (unsigned)(x ^ x >> 32)); break;
	case SIM_ETAG_BARE: snprintf(buf, 64, "%u", (unsigned)(x ^ x >> 32)); break;
	}
}
