/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A shape: a model written out for one layout of NICs, with the indexes that reading needs.  10,000
 * servers of one kind share one shape.
 */
#include <ctype.h>
#include "sim/engine.h"

/* ---- layout: which adapter each NIC of the site file sits on -----------------------------------
 */

/* A slot may name an adapter ("slot-4") or a function of it ("NIC.Slot.3-1-1"): the model says what
 * divides them. */
static json_t *adapter_of(const struct sim_model *model, const char *slot)
{
	const char *divider = ms_str(model->doc, "/nics/divider", "");
	const char *at = *divider ? strchr(slot, *divider) : NULL;

	return at ? json_stringn(slot, (size_t)(at - slot)) : json_string(slot);
}

static json_t *find_adapter(json_t *adapters, const char *id)
{
	size_t i;
	json_t *adapter;

	json_array_foreach(adapters, i, adapter)
		if (!strcmp(ms_str(adapter, "/id", ""), id))
			return adapter;
	return NULL;
}

static json_t *new_adapter(json_t *adapters, json_t *id)
{
	json_t *adapter = json_pack("{s:i, s:o, s:[]}", "n", (int)json_array_size(adapters) + 1,
				    "id", id, "ports");

	json_array_append_new(adapters, adapter);
	return adapter;
}

/* The adapter for a NIC without a slot: the last one while it has ports left. */
static int next_adapter(const struct sim_model *model, json_t *adapters, json_t **ret_adapter,
			struct ms_err *err)
{
	size_t n = json_array_size(adapters), per = (size_t)ms_int(model->doc, "/nics/ports", 2);
	json_t *last = n ? json_array_get(adapters, n - 1) : NULL, *id = NULL;
	json_auto_t *vars = NULL;
	int r;

	if (last && !json_object_get(last, "slot") &&
	    json_array_size(json_object_get(last, "ports")) < per) {
		*ret_adapter = last;
		return 0;
	}
	vars = json_pack("{s:i}", "n", (int)n + 1);
	r = sim_expand_text(ms_str(model->doc, "/nics/adapter", "$(n)"), vars, &id, err);
	if (r)
		return r;
	if (json_is_integer(id)) {
		json_t *text = json_sprintf("%d", (int)json_integer_value(id));

		json_decref(id);
		id = text;
	}
	*ret_adapter = new_adapter(adapters, id);
	return 0;
}

static int place_nic(const struct sim_model *model, json_t *adapters, json_t *nics,
		     const char *slot, struct ms_err *err)
{
	json_t *adapter = NULL, *ports, *nic, *function = NULL;
	json_auto_t *vars = NULL, *id = slot ? adapter_of(model, slot) : NULL;
	int r = 0;

	if (slot) {
		adapter = find_adapter(adapters, json_string_value(id));
		if (!adapter)
			adapter = new_adapter(adapters, json_incref(id));
		json_object_set_new(adapter, "slot", json_true());
	} else {
		r = next_adapter(model, adapters, &adapter, err);
	}
	if (r)
		return r;
	ports = json_object_get(adapter, "ports");
	nic = json_pack("{s:i, s:i, s:O, s:i}", "n", (int)json_array_size(nics) + 1, "p",
			(int)json_array_size(ports) + 1, "adapter", json_object_get(adapter, "id"),
			"a", (int)ms_int(adapter, "/n", 0));
	vars = json_pack("{s:O}", "nic", nic);
	if (slot && strcmp(slot, json_string_value(id)))
		function = json_string(slot);
	else
		r = sim_expand_text(ms_str(model->doc, "/nics/function", "$(nic.p)"), vars,
				    &function, err);
	if (r)
		return r;
	if (json_is_integer(function)) {
		json_t *text = json_sprintf("%d", (int)json_integer_value(function));

		json_decref(function);
		function = text;
	}
	json_object_set_new(nic, "id", function);
	json_array_append(ports, nic);
	json_array_append_new(nics, nic);
	return 0;
}

/* {nics: [...], adapters: [...]} for a server; the model's own number of NICs where the site file
 * names none. */
static int layout(const struct sim_model *model, const json_t *server, json_t **ret_vars,
		  struct ms_err *err)
{
	const json_t *wanted = ms_at(server, "/spec/nics");
	size_t n = json_array_size(wanted);
	json_auto_t *vars = json_pack("{s:[], s:[]}", "nics", "adapters");
	int r = 0;

	if (!n)
		n = (size_t)ms_int(model->doc, "/nics/count", 2);
	for (size_t i = 0; !r && i < n; i++)
		r = place_nic(model, json_object_get(vars, "adapters"),
			      json_object_get(vars, "nics"),
			      ms_str(json_array_get(wanted, i), "/slot", NULL), err);
	if (r)
		return r;
	*ret_vars = ms_take(vars);
	return 0;
}

/* ---- writing out -------------------------------------------------------------------------------
 */

static int add_resource(struct sim_shape *shape, const char *pattern, const json_t *entry,
			const json_t *vars, struct ms_err *err)
{
	json_auto_t *path = NULL, *plain = json_copy((json_t *)entry);
	json_t *out = NULL;
	int r = sim_expand_text(pattern, vars, &path, err);

	/* What only prototypes and repetitions use. */
	json_object_del(plain, "path");
	json_object_del(plain, "each");
	json_object_del(plain, "class");
	if (!r)
		r = sim_expand(plain, vars, &out, err);
	if (r)
		return r;
	if (json_object_set_new(shape->resources, json_string_value(path), out))
		return ms_nomem(err);
	return 0;
}

static int write_out(struct sim_shape *shape, const json_t *vars, struct ms_err *err)
{
	const char *pattern;
	json_t *entry, *row;
	size_t i;
	int r;

	json_object_foreach(json_object_get(shape->model->doc, "resources"), pattern, entry) {
		json_auto_t *rows = NULL;

		r = sim_expand_each(json_object_get(entry, "each"), vars, &rows, err);
		if (r)
			return r;
		json_array_foreach(rows, i, row) {
			r = add_resource(shape, pattern, entry, row, err);
			if (r)
				return r;
		}
	}
	return 0;
}

/* ---- indexes -----------------------------------------------------------------------------------
 */

static char *lower(const char *text)
{
	char *copy = strdup(text);

	for (char *p = copy; p && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

static int index_parent(struct sim_shape *shape, const char *path)
{
	const char *slash = strrchr(path, '/');
	char parent[SIM_PATH_MAX];
	json_t *list;

	if (!slash || slash == path || (size_t)(slash - path) >= sizeof(parent))
		return 0;
	memcpy(parent, path, (size_t)(slash - path));
	parent[slash - path] = 0;
	if (!sim_has_role(json_object_get(shape->resources, parent), "collection"))
		return 0;
	list = json_object_get(shape->children, parent);
	if (!list) {
		list = json_array();
		json_object_set_new(shape->children, parent, list);
	}
	return json_array_append_new(list, json_string(path));
}

/* {"#X.Reset": {target: ...}} -> where a POST to the target leads; Oem groups are one level deeper.
 */
static void index_actions(struct sim_shape *shape, const char *path, const json_t *actions)
{
	char trimmed[SIM_PATH_MAX];
	const char *name, *target;
	json_t *action;
	size_t n;

	json_object_foreach((json_t *)actions, name, action) {
		target = ms_str(action, "/target", NULL);
		if (target) {
			snprintf(trimmed, sizeof(trimmed), "%s", target);
			for (n = strlen(trimmed); n && trimmed[n - 1] == '/'; n--)
				trimmed[n - 1] = 0;
			json_object_set_new(shape->targets, trimmed,
					    json_pack("{s:s, s:s, s:O}", "resource", path, "action",
						      name, "allow", action));
		} else if (json_is_object(action) && !strcmp(name, "Oem")) {
			index_actions(shape, path, action);
		}
	}
}

static int index_entry(struct sim_shape *shape, const char *path, const json_t *entry)
{
	const char *role = ms_str(entry, "/as", ms_str(entry, "/role", NULL));
	char *folded;

	if (role && !json_object_get(shape->roles, role))
		json_object_set_new(shape->roles, role, json_string(path));
	index_actions(shape, path, ms_at(entry, "/body/Actions"));
	if (shape->folded) {
		folded = lower(path);
		if (!folded)
			return -ENOMEM;
		json_object_set_new(shape->folded, folded, json_string(path));
		free(folded);
	}
	return index_parent(shape, path);
}

int sim_shape_index(struct sim_shape *shape, bool fold, struct ms_err *err)
{
	const char *path;
	json_t *entry;

	shape->children = json_object();
	shape->roles = json_object();
	shape->targets = json_object();
	if (fold)
		shape->folded = json_object();
	json_object_foreach(shape->resources, path, entry)
		if (index_entry(shape, path, entry))
			return ms_nomem(err);
	return 0;
}

/* ---- life --------------------------------------------------------------------------------------
 */

void sim_shape_free(struct sim_shape *shape)
{
	if (!shape)
		return;
	free(shape->key);
	free(shape->dir);
	json_decref(shape->resources);
	json_decref(shape->folded);
	json_decref(shape->children);
	json_decref(shape->roles);
	json_decref(shape->targets);
	free(shape);
}

static int shape_new(struct sim_model *model, const json_t *vars, char *key,
		     struct sim_shape **ret_shape, struct ms_err *err)
{
	struct sim_shape *shape = calloc(1, sizeof(*shape));
	json_auto_t *all = sim_overlay_new(json_object_get(model->doc, "vars"), vars);
	int r;

	if (!shape) {
		free(key);
		return ms_nomem(err);
	}
	shape->model = model;
	shape->key = key;
	shape->resources = json_object();
	r = write_out(shape, all, err);
	if (!r)
		r = sim_shape_index(shape, model->fold_case, err);
	if (r) {
		ms_hint(err, "this is a defect of the model %s", model->name);
		sim_shape_free(shape);
		return r;
	}
	*ret_shape = shape;
	return 0;
}

int sim_shape_get(struct sim *sim, struct sim_model *model, const json_t *server,
		  struct sim_shape **ret_shape, struct ms_err *err)
{
	json_auto_t *vars = NULL;
	struct sim_shape *shape;
	char *key;
	int r = layout(model, server, &vars, err);

	if (r)
		return r;
	key = ms_json_text(vars, MS_JSON_COMPACT);
	if (!key)
		return ms_nomem(err);
	for (shape = sim->shapes; shape; shape = shape->next)
		if (shape->model == model && ms_streq(shape->key, key))
			break;
	if (shape) {
		free(key);
		*ret_shape = shape;
		return 0;
	}
	r = shape_new(model, vars, key, &shape, err);
	if (r)
		return r;
	shape->next = sim->shapes;
	sim->shapes = shape;
	*ret_shape = shape;
	return 0;
}
