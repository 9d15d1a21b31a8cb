/* SPDX-License-Identifier: GPL-2.0-or-later */
/* render: configuration as the vendor writes it, or the neutral model, behind each Switch or into
 * files. */
#include <errno.h>
#include <sys/stat.h>
#include "fabric/stream.h"
#include "fabric/wanted.h"

static int put_config(struct ms_item *item, json_t *spec, struct ms_err *err)
{
	json_t *res = ms_resource_new("Config", ms_name(item->res));

	if (!res || json_object_set_new(res, "spec", spec) || ms_item_add(item, res))
		return ms_nomem(err);
	return 0;
}

/* ---- files ---- */

static int make_folders(const char *path, struct ms_err *err)
{
	MS_AUTO_FREE char *copy = strdup(path);

	if (!copy)
		return ms_nomem(err);
	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (mkdir(copy, 0777) < 0 && errno != EEXIST)
			return ms_fail_errno(err, -errno, "cannot make %s", copy);
		*slash = '/';
	}
	return 0;
}

static int write_text(const char *path, const char *text, struct ms_err *err)
{
	int r = make_folders(path, err);

	return r ? r : ms_write_file(path, text, strlen(text), 0644, err);
}

/* A driver's own file names, below the folder of the switch. */
static int write_files(const char *dir, const char *name, const json_t *files, struct ms_err *err)
{
	const char *file;
	json_t *text;
	int r = 0;

	json_object_foreach((json_t *)files, file, text) {
		MS_AUTO_FREE char *path = ms_asprintf("%s/%s/%s", dir, name, file + (*file == '/'));

		if (!path)
			return ms_nomem(err);
		if (!r)
			r = write_text(path, json_string_value(text) ? json_string_value(text) : "",
				       err);
	}
	return r;
}

static int write_config(const char *dir, const char *name, const json_t *spec, struct ms_err *err)
{
	const json_t *config = json_object_get(spec, "config");
	const char *format = ms_str(spec, "/format", "");
	MS_AUTO_FREE char *text = NULL, *path = NULL;

	if (ms_streq(format, "files"))
		return write_files(dir, name, config, err);
	if (json_is_string(config)) {
		path = ms_asprintf("%s/%s.%s", dir, name, ms_streq(format, "xml") ? "xml" : "conf");
		return path ? write_text(path, json_string_value(config), err) : ms_nomem(err);
	}
	path = ms_asprintf("%s/%s.json", dir, name);
	text = ms_json_text(config ? config : spec, MS_JSON_INDENTED);
	return path && text ? write_text(path, text, err) : ms_nomem(err);
}

/* ---- the verb ---- */

static int render_one(struct ms_item *item, struct ms_err *err)
{
	const struct fabric_args *args = item->run->args;
	json_auto_t *model = NULL, *spec = NULL;
	int r = args->model ? fabric_intent(item->ctx, item->res, &model, err)
			    : fabric_wanted(item->ctx, item->res, &model, err);

	if (!r && args->model) {
		spec = json_pack("{s:s,s:O}", "platform", ms_str(item->res, "/spec/platform", ""),
				 "model", model);
		r = spec ? 0 : ms_nomem(err);
	} else if (!r) {
		r = fabric_render(item->res, model, &spec, err);
	}
	if (!r && args->dir)
		r = write_config(args->dir, ms_name(item->res), spec, err);
	return r ? r : put_config(item, ms_take(spec), err);
}

int fabric_verb_render(struct ms_run *run, struct ms_err *err)
{
	struct fabric_stream stream;
	int r = fabric_stream_read(run, &stream, err);

	if (!r)
		r = fabric_stream_each(run, &stream, render_one, stream.set, err);
	fabric_stream_release(&stream);
	return r;
}
