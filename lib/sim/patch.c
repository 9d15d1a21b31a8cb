/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changing: preconditions as the vendor keeps them, the resource's rules, then whoever knows what
 * the change means.
 */
#include "sim/engine.h"

/* Comparing as RFC 9110 section 8.8.3.2 says, but for quotes that some clients leave out. */
static bool same_tag(const char *given, const char *mine)
{
	size_t n = strlen(mine);

	if (!strcmp(given, "*") || !strcmp(given, mine))
		return true;
	return *mine == '"' && strlen(given) == n - 2 && !strncmp(given, mine + 1, n - 2);
}

bool sim_precondition(struct sim_req *req)
{
	const struct sim_model *model = req->bmc->shape->model;
	const char *given = sim_header(req, "If-Match");
	json_auto_t *body = NULL;
	char etag[64];

	if (model->etag == SIM_ETAG_IGNORE)
		return true;
	if (!given && model->etag != SIM_ETAG_REQUIRE)
		return true;
	if (!given) {
		sim_say(req, "precondition_required", NULL, NULL);
		return false;
	}
	body = sim_read(req->bmc, req->path);
	sim_etag(req->bmc, body, etag);
	if (model->etag != SIM_ETAG_REFUSE && same_tag(given, etag))
		return true;
	sim_say(req, "precondition_failed", NULL, NULL);
	return false;
}

/* The BMC's clock is not kept as a text: it goes on. */
static void set_clock(struct sim_req *req)
{
	int64_t seconds;

	if (!ms_time_parse(ms_str(req->json, "/DateTime", ""), &seconds))
		req->bmc->dev.clock_offset = seconds - ms_now();
	json_object_del(req->json, "DateTime");
}

/* A BMC that hears an NTP server has the right time. */
static void follow_ntp(struct sim_req *req)
{
	json_auto_t *body = sim_read(req->bmc, req->path);
	const char *where = ms_str(req->entry, "/ntp", "/NTP");

	if (ms_bool(ms_at(body, "%s", where), "/ProtocolEnabled",
		    ms_bool(body, "/NTPEnabled", false)))
		req->bmc->dev.clock_offset = 0;
}

static void after_write(struct sim_req *req)
{
	if (sim_has_role(req->entry, "media"))
		sim_media_patched(req);
	if (sim_has_role(req->entry, "network_protocol"))
		follow_ntp(req);
	if (sim_has_role(req->entry, "event_service") &&
	    json_is_false(json_object_get(req->json, "ServiceEnabled")))
		sim_streams_close(req->dev);
}

static void strip_annotations(json_t *value)
{
	const char *key;
	json_t *member;
	void *tmp;

	json_object_foreach_safe(value, tmp, key, member)
		if (strchr(key, '@'))
			json_object_del(value, key);
}

static void write_values(struct sim_req *req)
{
	if (sim_has_role(req->entry, "manager") && json_object_get(req->json, "DateTime"))
		set_clock(req);
	strip_annotations(req->json);
	if (sim_write(req->bmc, req->path, json_deep_copy(req->json))) {
		sim_say(req, "internal", NULL, NULL);
		return;
	}
	after_write(req);
	sim_done(req, (unsigned)ms_int(req->bmc->shape->model->behaviour, "/patch_status", 200));
}

/* A captured tree has no rules: what was read may be written. */
static bool permitted(struct sim_req *req)
{
	const json_t *rules = json_object_get(req->entry, "patch");

	if (req->bmc->shape->dir)
		return true;
	if (!rules) {
		sim_say(req, "method", NULL, NULL);
		return false;
	}
	return sim_validate(req, rules, req->json, "#");
}

void sim_patch(struct sim_req *req)
{
	const char *licence = ms_str(req->entry, "/license_write",
				     ms_str(req->entry, "/license", NULL));

	if (licence) {
		sim_say(req, "license", NULL, licence, NULL);
	} else if (!json_object_size(req->json)) {
		sim_say(req, "empty", NULL, NULL);
	} else if (!sim_precondition(req)) {
		return;
	} else if (sim_has_role(req->entry, "settings")) {
		sim_settings_patch(req);
	} else if (!permitted(req)) {
		return;
	} else if (sim_has_role(req->entry, "account") && !req->bmc->shape->dir) {
		sim_account_patch(req);
	} else if (sim_boot_patch(req)) {
		write_values(req);
	}
}
