/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log entries that events write, and what is told of them to whoever listens.
 */
#include "sim/engine.h"

#define ENTRIES_MAX 100

/* The oldest one goes when there are too many. */
static void make_room(struct sim_bmc *bmc, const char *collection)
{
	json_auto_t *members = sim_members(bmc, collection);

	if (json_array_size(members) >= ENTRIES_MAX)
		sim_remove(bmc, ms_str(json_array_get(members, 0), "/@odata.id", ""));
}

static const char *parent_of(const char *path, char buf[static SIM_PATH_MAX])
{
	char *slash;

	snprintf(buf, SIM_PATH_MAX, "%s", path);
	slash = strrchr(buf, '/');
	if (slash)
		*slash = 0;
	return buf;
}

static json_t *event_of(struct sim_bmc *bmc, const char *topic, const char *severity,
			const char *message)
{
	char stamp[32];

	return json_pack(
		"{s:s, s:s, s:s, s:s, s:[{s:s, s:s, s:s, s:s, s:s, s:{s:s}}]}", "@odata.type",
		"#Event.v1_4_0.Event", "Id", "1", "Name", "Event Array", "Context", "msctl-sim",
		"Events", "EventType", !strcmp(topic, "power") ? "StatusChange" : "ResourceUpdated",
		"EventTimestamp", ms_time_format(sim_wall(&bmc->dev), stamp), "Severity", severity,
		"Message", message, "MessageId", "ResourceEvent.1.0.ResourceChanged",
		"OriginOfCondition", "@odata.id", sim_role_path(bmc, "system"));
}

int sim_log(struct sim_bmc *bmc, const char *topic, const char *severity, const char *message)
{
	char path[SIM_PATH_MAX], parent[SIM_PATH_MAX], stamp[32], id[16];
	json_t *entry = NULL;
	json_auto_t *event = NULL;
	int r;

	ms_time_format(sim_wall(&bmc->dev), stamp);
	snprintf(id, sizeof(id), "%u", ++bmc->serial_no);
	r = sim_prototype(bmc, "log",
			  json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", id, "topic", topic,
				    "severity", severity, "message", message, "time", stamp),
			  path, &entry);
	if (!r) {
		make_room(bmc, parent_of(path, parent));
		r = sim_make(bmc, path, entry);
	}
	if (bmc->streams) {
		event = event_of(bmc, topic, severity, message);
		sim_stream_send(bmc, event);
	}
	return r;
}

/* LogService.ClearLog: entries made here go, and those of the template too. */
void sim_log_clear(struct sim_req *req)
{
	const char *service = json_string_value(
		json_object_get(json_object_get(req->bmc->shape->targets, req->path), "resource"));
	char *entries = sim_read_text(req->bmc, service, "/Entries/@odata.id");
	json_auto_t *members = entries ? sim_members(req->bmc, entries) : NULL;
	json_t *member;
	size_t i;

	json_array_foreach(members, i, member)
		sim_remove(req->bmc, ms_str(member, "/@odata.id", ""));
	free(entries);
	sim_done(req, 204);
}
