/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Vendor models: YAML documents built into the program.  A model may extend another one; all stand
 * on `common`.
 */
#include "sim/engine.h"
#include "sim/models.h"

/* The first of a vendor is what spec.bmc.vendor alone means. */
static const struct { const char *vendor, *name;
} order[] = {
	{ "dell", "idrac9" },	    { "dell", "idrac10" },    { "hpe", "ilo5" },
	{ "hpe", "ilo6" },	    { "lenovo", "xcc" },      { "supermicro", "x12" },
	{ "supermicro", "x11" },    { "openbmc", "openbmc" }, { "ami", "dgx-h100" },
	{ "nvidia", "bluefield3" },
};

static const struct sim_text *text_find(const char *name)
{
	for (const struct sim_text *text = sim_texts; text->name; text++)
		if (!strcmp(text->name, name))
			return text;
	return NULL;
}

static int load_text(const char *name, json_t **ret_value, struct ms_err *err)
{
	const struct sim_text *text = text_find(name);
	struct ms_doc doc = { 0 };
	char source[96];
	int r;

	if (!text)
		return ms_fail(err, -ENOENT, MS_INPUT, "no model \"%s\"", name);
	snprintf(source, sizeof(source), "model %s", name);
	r = ms_doc_parse(source, 1, text->text, strlen(text->text), &doc, err);
	if (!r)
		*ret_value = json_incref(doc.root);
	ms_doc_release(&doc);
	return r;
}

/* A model on top of what it extends. */
static int load_chain(const char *name, unsigned depth, json_t **ret_value, struct ms_err *err)
{
	json_auto_t *mine = NULL, *base = NULL;
	const char *parent;
	int r = load_text(name, &mine, err);

	if (r)
		return r;
	parent = ms_str(mine, "/extends", NULL);
	if (!parent || depth > 8) {
		*ret_value = ms_take(mine);
		return 0;
	}
	r = load_chain(parent, depth + 1, &base, err);
	if (r)
		return r;
	*ret_value = sim_overlay_new(base, mine);
	return *ret_value ? 0 : ms_nomem(err);
}

/* An entry on top of its class, and that on its own. */
static json_t *with_class(const json_t *classes, const json_t *entry, unsigned depth)
{
	const char *name = ms_str(entry, "/class", NULL);
	const json_t *class = name ? json_object_get(classes, name) : NULL;
	json_auto_t *base = NULL;

	if (!class || depth > 8)
		return json_incref((json_t *)entry);
	base = with_class(classes, class, depth + 1);
	return sim_overlay_new(base, entry);
}

static int resolve(json_t *doc, const char *section, struct ms_err *err)
{
	const json_t *classes = json_object_get(doc, "classes");
	json_t *resolved = json_object(), *entry;
	const char *path;

	json_object_foreach(json_object_get(doc, section), path, entry) {
		const char *class = ms_str(entry, "/class", NULL);

		if (class && !json_object_get(classes, class)) {
			json_decref(resolved);
			return ms_fail(err, -EINVAL, MS_FAILED, "model: %s is of unknown class %s",
				       path, class);
		}
		if (json_is_object(entry)) {
			json_auto_t *whole = with_class(classes, entry, 0);

			json_object_set_new(resolved, path, sim_strip_new(whole));
		}
	}
	return json_object_set_new(doc, section, resolved) ? ms_nomem(err) : 0;
}

static unsigned word_index(const char *word, const char *const *words)
{
	for (unsigned i = 0; words[i]; i++)
		if (!strcmp(words[i], word))
			return i;
	return 0;
}

static void read_behaviour(struct sim_model *model)
{
	static const char *const policies[] = { "ignore", "honour", "require", "refuse", NULL };
	static const char *const forms[] = {
		"none", "weak", "hex", "long", "decimal", "bare", NULL
	};
	const json_t *how = model->behaviour = json_object_get(model->doc, "behaviour");

	model->etag = word_index(ms_str(how, "/etag/policy", ""), policies);
	model->etag_form = word_index(ms_str(how, "/etag/form", ""), forms);
	model->etag_body = ms_bool(how, "/etag/body", false);
	model->etag_header = ms_bool(how, "/etag/header", true);
	model->fold_case = ms_bool(how, "/fold_case", false);
	model->context = ms_bool(how, "/context", false);
	model->session_cap = (unsigned)ms_int(how, "/session/cap", 64);
	model->session_timeout = (unsigned)ms_int(how, "/session/timeout", 1800);
}

static void model_free(struct sim_model *model)
{
	if (!model)
		return;
	free(model->name);
	free(model->vendor);
	json_decref(model->doc);
	free(model);
}

/* BIOS attributes are the same in every layout of NICs. */
static int expand_bios(json_t *doc, struct ms_err *err)
{
	const json_t *bios = json_object_get(doc, "bios");
	json_t *expanded;
	json_auto_t *stripped = bios ? sim_strip_new(bios) : NULL;
	int r = bios ? sim_expand(stripped, json_object_get(doc, "vars"), &expanded, err) : 0;

	if (r || !bios)
		return r;
	return json_object_set_new(doc, "bios", expanded) ? ms_nomem(err) : 0;
}

static int model_load(const char *name, struct sim_model **ret_model, struct ms_err *err)
{
	struct sim_model *model = calloc(1, sizeof(*model));
	int r;

	if (!model)
		return ms_nomem(err);
	r = load_chain(name, 0, &model->doc, err);
	if (!r)
		r = resolve(model->doc, "resources", err);
	if (!r)
		r = resolve(model->doc, "made", err);
	if (!r)
		r = expand_bios(model->doc, err);
	if (r) {
		model_free(model);
		return r;
	}
	model->name = strdup(name);
	model->vendor = strdup(ms_str(model->doc, "/vendor", "openbmc"));
	read_behaviour(model);
	*ret_model = model;
	return 0;
}

static const char *default_name(const char *vendor)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(order); i++)
		if (!strcmp(order[i].vendor, vendor))
			return order[i].name;
	return "openbmc";
}

int sim_model_get(struct sim *sim, const char *vendor, const char *name,
		  struct sim_model **ret_model, struct ms_err *err)
{
	struct sim_model *model;
	int r;

	if (!name)
		name = default_name(vendor);
	for (model = sim->models; model; model = model->next)
		if (!strcmp(model->name, name))
			break;
	if (!model) {
		r = model_load(name, &model, err);
		if (r)
			return r;
		model->next = sim->models;
		sim->models = model;
	}
	*ret_model = model;
	return 0;
}

int sim_model_copy(struct sim *sim, const char *of, const char *name, struct sim_model **ret_model,
		   struct ms_err *err)
{
	struct sim_model *model;
	int r = model_load(of, &model, err);

	if (r)
		return r;
	free(model->name);
	model->name = strdup(name);
	model->next = sim->models;
	sim->models = model;
	*ret_model = model;
	return 0;
}

void sim_models_free(struct sim *sim)
{
	struct sim_model *next;

	for (struct sim_shape *shape = sim->shapes, *other; shape; shape = other) {
		other = shape->next;
		sim_shape_free(shape);
	}
	sim->shapes = NULL;
	for (struct sim_model *model = sim->models; model; model = next) {
		next = model->next;
		model_free(model);
	}
	sim->models = NULL;
}

int sim_models(json_t **ret_models, struct ms_err *err)
{
	json_auto_t *all = json_array();

	for (size_t i = 0; i < MS_ARRAY_SIZE(order); i++) {
		json_auto_t *doc = NULL;
		int r;

		if (!text_find(order[i].name))
			continue;
		r = load_text(order[i].name, &doc, err);
		if (r)
			return r;
		json_array_append_new(all, json_pack("{s:s, s:s, s:s}", "vendor", order[i].vendor,
						     "model", order[i].name, "title",
						     ms_str(doc, "/title", "")));
	}
	*ret_models = ms_take(all);
	return 0;
}
