/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A captured tree: a directory per resource with its body in index.json, as mockup creators write
 * it.  Bodies stay files and are read when they are asked for; roles are found by the types that
 * the resources name.
 */
#include <dirent.h>
#include <sys/stat.h>
#include "sim/engine.h"

#define DEPTH_MAX 40
#define FILE_MAX (32u << 20)

struct walk {
	struct sim_shape *shape;
	char path[PATH_MAX];
	size_t base;
	unsigned depth;
	struct ms_err *err;
};

static json_t *load(const char *file)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct ms_doc doc = { 0 };
	json_t *body;

	if (ms_read_file(file, FILE_MAX, &buf, &err) || !buf.data ||
	    ms_doc_parse(file, 1, buf.data, buf.len, &doc, &err))
		return NULL;
	body = json_incref(doc.root);
	ms_doc_release(&doc);
	return body;
}

static void show_live(const struct sim_bmc *bmc, const json_t *entry, json_t *body)
{
	if (sim_has_role(entry, "system"))
		json_object_set_new(body, "PowerState", json_string(sim_power_word(bmc)));
}

json_t *sim_capture_read(const struct sim_bmc *bmc, const json_t *entry)
{
	json_t *body = load(ms_str(entry, "/file", ""));

	if (json_is_object(body))
		show_live(bmc, entry, body);
	return body;
}

/* The file as it is, where nothing was changed. */
bool sim_capture_text(struct sim_req *req)
{
	const char *file = ms_str(req->entry, "/file", NULL);
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	struct ms_err err = MS_ERR_INIT;

	if (!file || json_object_get(req->bmc->over, req->path) ||
	    json_object_get(req->entry, "role"))
		return false;
	if (ms_read_file(file, FILE_MAX, &buf, &err))
		return false;
	req->reply.status = 200;
	req->reply.len = buf.len;
	req->reply.text = ms_buf_steal(&buf);
	req->reply.type = "application/json";
	return true;
}

/* ---- roles -------------------------------------------------------------------------------------
 */

static const struct { const char *type, *role, *as;
} types[] = {
	{ "#ComputerSystem.", "system", NULL },
	{ "#Manager.", "manager", NULL },
	{ "#Bios.", "bios", NULL },
	{ "#SessionService.", "session_service", NULL },
	{ "#SessionCollection.", "collection", "sessions" },
	{ "#TaskCollection.", "collection", "tasks" },
	{ "#ManagerNetworkProtocol.", "network_protocol", NULL },
	{ "#EventService.", "event_service", NULL },
	{ "#SoftwareInventoryCollection.", "collection", "firmware" },
	{ "#SecureBoot.", "secure_boot", NULL },
	{ "#ManagerAccountCollection.", "collection", "accounts" },
};

static void set_role(json_t *entry, const json_t *body)
{
	const char *type = ms_str(body, "/@odata.type", "");

	if (json_object_get(entry, "role"))
		return;
	if (strstr(type, "Collection."))
		json_object_set_new(entry, "role", json_string("collection"));
	if (ms_starts(type, "#ComputerSystem.") && !ms_at(body, "/Actions/#ComputerSystem.Reset"))
		return;
	for (size_t i = 0; i < MS_ARRAY_SIZE(types); i++) {
		if (!ms_starts(type, types[i].type))
			continue;
		json_object_set_new(entry, "role", json_string(types[i].role));
		if (types[i].as)
			json_object_set_new(entry, "as", json_string(types[i].as));
	}
}

/* The settings object of a resource is what waits for the next boot. */
static void note_settings(struct sim_shape *shape, const char *path, const json_t *body)
{
	const char *where = ms_str(body, "/@Redfish.Settings/SettingsObject/@odata.id", NULL);
	char trimmed[SIM_PATH_MAX];
	json_t *entry;
	size_t n;

	if (!where || strlen(where) >= sizeof(trimmed) || !ms_at(body, "/Attributes"))
		return;
	snprintf(trimmed, sizeof(trimmed), "%s", where);
	for (n = strlen(trimmed); n > 1 && trimmed[n - 1] == '/'; n--)
		trimmed[n - 1] = 0;
	entry = json_object_get(shape->resources, trimmed);
	if (!entry) {
		entry = json_object();
		json_object_set_new(shape->resources, trimmed, entry);
	}
	json_object_set_new(entry, "role", json_string("settings"));
	json_object_set_new(entry, "of", json_string(path));
}

static void note(struct sim_shape *shape, const char *path, const char *file, const json_t *body)
{
	json_t *entry = json_object_get(shape->resources, path);

	if (!entry) {
		entry = json_object();
		json_object_set_new(shape->resources, path, entry);
	}
	json_object_set_new(entry, "file", json_string(file));
	set_role(entry, body);
	if (json_object_get(body, "Actions"))
		json_object_set_new(
			entry, "body",
			json_pack("{s:O}", "Actions", json_object_get(body, "Actions")));
	note_settings(shape, path, body);
}

/* ---- the directory -----------------------------------------------------------------------------
 */

static int take_file(struct walk *walk)
{
	json_auto_t *body = load(walk->path);
	char path[PATH_MAX];
	size_t n;

	/* What we cannot parse (a number of more than 64 bits) is served all the same. */
	snprintf(path, sizeof(path), "%s", walk->path + walk->base);
	n = strlen(path) - strlen("/index.json");
	path[n] = 0;
	if (n < SIM_PATH_MAX)
		note(walk->shape, n ? path : "/", walk->path, body);
	return 0;
}

static int take_directory(struct walk *walk);

static int take_entry(struct walk *walk, const char *name)
{
	size_t len = strlen(walk->path);
	struct stat st;
	int r = 0;

	if (*name == '.' || len + strlen(name) + 2 > sizeof(walk->path))
		return 0;
	snprintf(walk->path + len, sizeof(walk->path) - len, "/%s", name);
	if (lstat(walk->path, &st))
		r = 0;
	else if (S_ISDIR(st.st_mode) && walk->depth < DEPTH_MAX)
		r = take_directory(walk);
	else if (S_ISREG(st.st_mode) && !strcmp(name, "index.json"))
		r = take_file(walk);
	walk->path[len] = 0;
	return r;
}

static int take_directory(struct walk *walk)
{
	struct dirent **list;
	int n = scandir(walk->path, &list, NULL, alphasort), r = 0;

	if (n < 0)
		return ms_fail_errno(walk->err, -errno, "cannot read %s", walk->path);
	walk->depth++;
	for (int i = 0; i < n; i++) {
		if (!r)
			r = take_entry(walk, list[i]->d_name);
		free(list[i]);
	}
	walk->depth--;
	free(list);
	return r;
}

/* The directory that holds "redfish", at most three levels down. */
static bool find_root(char *dir, size_t size, unsigned levels)
{
	struct dirent **list;
	size_t len = strlen(dir);
	bool found = false;
	int n;

	if (len + 32 > size)
		return false;
	memcpy(dir + len, "/redfish/v1/index.json", sizeof("/redfish/v1/index.json"));
	found = !access(dir, R_OK);
	dir[len] = 0;
	if (found || !levels)
		return found;
	n = scandir(dir, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (!found && *list[i]->d_name != '.' && len + strlen(list[i]->d_name) + 2 < size) {
			snprintf(dir + len, size - len, "/%s", list[i]->d_name);
			found = find_root(dir, size, levels - 1);
			if (!found)
				dir[len] = 0;
		}
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return found;
}

/* ---- the BMC -----------------------------------------------------------------------------------
 */

static const char *vendor_of(const json_t *root)
{
	static const struct { const char *word, *vendor;
	} words[] = {
		{ "Dell", "dell" },	{ "HPE", "hpe" },
		{ "Lenovo", "lenovo" }, { "Supermicro", "supermicro" },
		{ "AMI", "ami" },	{ "Nvidia", "nvidia" },
		{ "NVIDIA", "nvidia" },
	};
	const char *vendor = ms_str(root, "/Vendor", "");

	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		if (!strcmp(vendor, words[i].word) ||
		    json_object_get(json_object_get(root, "Oem"), words[i].word))
			return words[i].vendor;
	return "unknown";
}

/* A model of its own: what is made goes where the tree has its collections. */
static int capture_model(struct sim *sim, struct sim_shape *shape, const char *name,
			 struct ms_err *err)
{
	static const char *const wanted[] = { "sessions", "tasks", "accounts", NULL };
	char word[96];
	json_auto_t *root = NULL;
	struct sim_model *model;
	json_t *vars;
	int r;

	snprintf(word, sizeof(word), "capture %.64s", name);
	r = sim_model_copy(sim, "capture", word, &model, err);
	if (r)
		return r;
	vars = json_object_get(model->doc, "vars");
	for (const char *const *role = wanted; *role; role++) {
		const json_t *path = json_object_get(shape->roles, *role);

		if (path)
			json_object_set(vars, *role, (json_t *)path);
	}
	root = load(ms_str(json_object_get(shape->resources, "/redfish/v1"), "/file", ""));
	free(model->vendor);
	model->vendor = strdup(vendor_of(root));
	shape->model = model;
	return 0;
}

static int shape_of(struct sim *sim, const char *name, const char *dir,
		    struct sim_shape **ret_shape, struct ms_err *err)
{
	struct sim_shape *shape = calloc(1, sizeof(*shape));
	struct walk *walk = calloc(1, sizeof(*walk));
	int r = -ENOMEM;

	if (shape && walk) {
		shape->resources = json_object();
		shape->dir = strdup(dir);
		*walk = (struct walk){ .shape = shape, .err = err };
		snprintf(walk->path, sizeof(walk->path), "%s", dir);
		walk->base = strlen(dir);
		r = find_root(walk->path, sizeof(walk->path), 3)
			    ? 0
			    : ms_fail(err, -ENOENT, MS_INPUT,
				      "%s: holds no captured tree (redfish/v1/index.json)", dir);
		walk->base = strlen(walk->path);
		if (!r)
			r = take_directory(walk);
		if (!r)
			r = sim_shape_index(shape, true, err);
		if (!r)
			r = capture_model(sim, shape, name, err);
	}
	free(walk);
	if (r) {
		sim_shape_free(shape);
		return r == -ENOMEM ? ms_nomem(err) : r;
	}
	shape->next = sim->shapes;
	sim->shapes = shape;
	*ret_shape = shape;
	return 0;
}

static void start_as_captured(struct sim_bmc *bmc)
{
	json_auto_t *body = load(ms_str(
		json_object_get(bmc->shape->resources, sim_role_path(bmc, "system")), "/file", ""));

	if (!strcmp(ms_str(body, "/PowerState", "On"), "Off")) {
		bmc->power = SIM_OFF;
		bmc->boot = SIM_BOOT_NONE;
	}
}

int sim_add_capture(struct sim *sim, const char *name, const char *dir, json_t **ret_server,
		    struct ms_err *err)
{
	json_auto_t *server = ms_resource_new("Server", name);
	struct sim_shape *shape = NULL;
	struct sim_bmc *bmc;
	int r;

	if (!server)
		return ms_nomem(err);
	r = shape_of(sim, name, dir, &shape, err);
	if (!r)
		r = sim_bmc_make(sim, shape, server, &bmc, err);
	if (r)
		return r;
	start_as_captured(bmc);
	r = sim_device_add(&bmc->dev, server, err);
	if (r)
		return r;
	*ret_server = ms_take(server);
	return 0;
}

/* Resource names: lower case, digits, dashes and dots. */
static void clean_name(const char *dir, char *buf, size_t size)
{
	size_t n = 0;

	for (; *dir && n + 1 < size; dir++) {
		char c = *dir >= 'A' && *dir <= 'Z' ? (char)(*dir + 32) : *dir;

		buf[n++] = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ? c : '-';
	}
	buf[n] = 0;
}

static int add_named(struct sim *sim, const char *dir, const char *name,
		     int (*put)(void *, json_t *, struct ms_err *), void *ctx, struct ms_err *err)
{
	MS_AUTO_FREE char *path = ms_asprintf("%s/%s", dir, name), *probe = calloc(1, PATH_MAX);
	char word[64];
	json_t *server;
	int r;

	if (!path || !probe)
		return ms_nomem(err);
	snprintf(probe, PATH_MAX, "%s", path);
	if (!find_root(probe, PATH_MAX, 3))
		return 0;
	clean_name(name, word, sizeof(word));
	r = sim_add_capture(sim, word, path, &server, err);
	return r ? r : put(ctx, server, err);
}

int sim_add_captures(struct sim *sim, const char *dir,
		     int (*put)(void *ctx, json_t *server, struct ms_err *err), void *ctx,
		     struct ms_err *err)
{
	struct dirent **list;
	int n = scandir(dir, &list, NULL, alphasort), r = 0;
	size_t before = sim->n_devices;

	if (n < 0)
		return ms_fail_errno(err, -errno, "cannot read %s", dir);
	for (int i = 0; i < n; i++) {
		if (!r && *list[i]->d_name != '.')
			r = add_named(sim, dir, list[i]->d_name, put, ctx, err);
		free(list[i]);
	}
	free(list);
	if (!r && sim->n_devices == before)
		r = ms_fail(err, -ENOENT, MS_INPUT,
			    "%s: holds no captured tree (NAME/redfish/v1/index.json)", dir);
	return r;
}
