/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtual media, with the oddities of each vendor (behaviour.media):
 *
 *   empty_only      insert fails while something is in        needs: [names]   parameters that must
 * be there bad_uri: "&?"   characters that a URL may not have        with_session     what a
 * session mounted goes with it stale: true     Inserted is still shown after an eject, for some
 * seconds
 */
#include "sim/engine.h"

static const json_t *how(const struct sim_req *req)
{
	return ms_at(req->bmc->shape->model->behaviour, "/media");
}

static const char *slot_of(const struct sim_req *req)
{
	return ms_str(json_object_get(req->bmc->shape->targets, req->path), "/resource", "");
}

static bool has_needed(struct sim_req *req)
{
	json_t *name;
	size_t i;

	if (!ms_str(req->json, "/Image", NULL)) {
		sim_say(req, "action_missing", NULL, "VirtualMedia.InsertMedia", "Image", NULL);
		return false;
	}
	json_array_foreach(json_object_get(how(req), "needs"), i, name) {
		if (json_object_get(req->json, json_string_value(name)))
			continue;
		sim_say(req, "action_missing", NULL, "VirtualMedia.InsertMedia",
			json_string_value(name), NULL);
		return false;
	}
	return true;
}

static bool good_uri(struct sim_req *req, const char *image)
{
	const char *bad = ms_str(how(req), "/bad_uri", "");

	if (strstr(image, "://") && (!*bad || !strpbrk(image, bad)))
		return true;
	if (ms_starts(image, "//") && strchr(image + 2, '/')) /* a share */
		return true;
	sim_say(req, "uri", "#/Image", image, "Image", NULL);
	return false;
}

static bool may_insert(struct sim_req *req, const json_t *slot)
{
	if (!ms_bool(slot, "/Inserted", false) || !ms_bool(how(req), "/empty_only", true))
		return true;
	sim_say(req, "media_busy", NULL, NULL);
	return false;
}

/* Which session mounted it; nobody sees this. */
static void note_session(struct sim_req *req, const char *path)
{
	json_t *mine = json_object_get(req->bmc->over, path);

	if (req->session && ms_bool(how(req), "/with_session", false))
		json_object_set_new(mine, "mounted", json_string(req->session->id));
	else
		json_object_del(mine, "mounted");
}

static const char *image_name(const char *image)
{
	const char *slash = strrchr(image, '/');

	return slash ? slash + 1 : image;
}

void sim_media_insert(struct sim_req *req)
{
	const char *path = slot_of(req), *image = ms_str(req->json, "/Image", "");
	json_auto_t *slot = sim_read(req->bmc, path);

	if (!has_needed(req) || !good_uri(req, image) || !may_insert(req, slot))
		return;
	sim_write(req->bmc, path,
		  json_pack("{s:s, s:s, s:b, s:b, s:s}", "Image", image, "ImageName",
			    image_name(image), "Inserted", ms_bool(req->json, "/Inserted", true),
			    "WriteProtected", ms_bool(req->json, "/WriteProtected", true),
			    "ConnectedVia", "URI"));
	note_session(req, path);
	sim_done(req, (unsigned)ms_int(how(req), "/status", 204));
}

static void empty(struct sim_bmc *bmc, const char *path)
{
	sim_write(bmc, path,
		  json_pack("{s:n, s:n, s:b, s:s}", "Image", "ImageName", "Inserted", 0,
			    "ConnectedVia", "NotConnected"));
	json_object_del(json_object_get(bmc->over, path), "mounted");
}

/* An image that a PATCH mounted, where there are no actions. */
void sim_media_patched(struct sim_req *req)
{
	json_auto_t *slot = sim_read(req->bmc, req->path);
	const char *image = ms_str(slot, "/Image", NULL);

	if (!image || !*image) {
		empty(req->bmc, req->path);
		return;
	}
	sim_write(req->bmc, req->path,
		  json_pack("{s:s, s:b, s:s}", "ImageName", image_name(image), "Inserted",
			    ms_bool(req->json, "/Inserted", true), "ConnectedVia", "URI"));
	note_session(req, req->path);
}

void sim_media_eject(struct sim_req *req)
{
	const char *path = slot_of(req);
	json_auto_t *slot = sim_read(req->bmc, path);

	if (!req->json && ms_bool(req->bmc->shape->model->behaviour, "/empty_body", false)) {
		sim_say(req, "malformed", NULL, NULL);
		return;
	}
	if (!ms_bool(slot, "/Inserted", false) && ms_bool(how(req), "/eject_empty_fails", false)) {
		sim_say(req, "media_empty", NULL, NULL);
		return;
	}
	empty(req->bmc, path);
	sim_done(req, (unsigned)ms_int(how(req), "/status", 204));
}

/* What a session mounted goes when it ends. */
void sim_media_session(struct sim_bmc *bmc, const char *session)
{
	const char *path;
	json_t *mine;
	void *tmp;

	if (!ms_bool(bmc->shape->model->behaviour, "/media/with_session", false))
		return;
	json_object_foreach_safe(bmc->over, tmp, path, mine)
		if (ms_streq(ms_str(mine, "/mounted", NULL), session))
			empty(bmc, path);
}
