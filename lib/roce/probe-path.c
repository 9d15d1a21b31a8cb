/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Path resources: what the two sides of a meeting said, one for each direction. */
#include "roce/probe-run.h"

#include <errno.h>

static void copy(json_t *status, const char *name, const json_t *from, const char *pointer)
{
	json_t *value = ms_at(from, "%s", pointer);

	if (value)
		json_object_set(status, name, value);
}

static void copy_both(json_t *status, const char *name, const json_t *from, const json_t *to,
		      const char *pointer)
{
	json_t *both = json_object();

	copy(both, "from", from, pointer);
	copy(both, "to", to, pointer);
	if (json_object_size(both))
		json_object_set(status, name, both);
	json_decref(both);
}

/* The side whose failure says most: who listens, as who connects is refused then, unless it only
 * lost the other. */
static const json_t *failed_event(const struct probe_meeting *meeting)
{
	const json_t *failed = NULL;

	for (int side = 1; side >= 0; side--)
		if (ms_streq(ms_str(meeting->events[side], "/event", NULL), "failed") &&
		    (!failed || !ms_bool(meeting->events[side], "/gone", false)))
			failed = meeting->events[side];
	return failed;
}

static json_t *error_new(const char *code, const char *phase, const char *who, const char *message,
			 const char *hint)
{
	char text[1024];

	/* A host's own error names it. */
	snprintf(text, sizeof(text), "%s%s%s", who ? who : "", who ? ": " : "", message);
	return json_pack("{s:s,s:s*,s:s,s:s*}", "code", code, "phase", phase, "message", text,
			 "hint", hint);
}

static json_t *why_not(const struct probe_meeting *meeting)
{
	const json_t *failed = failed_event(meeting);

	for (int side = 0; side < 2; side++) {
		const struct probe_nic *nic = meeting->group->nics[meeting->sides[side]];

		if (nic->why)
			return error_new("input", NULL, ms_name(nic->res), nic->why, NULL);
		if (nic->host->err.code)
			return error_new(ms_code_name(nic->host->err.code), "ssh", NULL,
					 nic->host->err.message,
					 *nic->host->err.hint ? nic->host->err.hint : NULL);
	}
	if (failed) {
		int side = failed == meeting->events[1];

		return error_new(ms_str(failed, "/error/code", "failed"),
				 ms_str(failed, "/phase", NULL),
				 ms_name(meeting->group->nics[meeting->sides[side]]->res),
				 ms_str(failed, "/error/message", "it failed"),
				 ms_str(failed, "/error/hint", NULL));
	}
	for (int side = 0; side < 2; side++) {
		const struct probe_nic *nic = meeting->group->nics[meeting->sides[side]];
		char text[64];

		snprintf(text, sizeof(text), "not tried, as it reached none of %u others",
			 nic->met);
		if (!meeting->ids[side] && probe_is_lost(nic))
			return error_new("unreachable", "connect", ms_name(nic->res), text, NULL);
	}
	return error_new("timeout", NULL,
			 ms_name(meeting->group->nics[meeting->sides[1]]->res),
			 "measuring was not done in time", NULL);
}

static bool is_done(const struct probe_meeting *meeting, int side)
{
	return ms_streq(ms_str(meeting->events[side], "/event", NULL), "done");
}

json_t *probe_result_new(const struct probe_meeting *meeting)
{
	bool done = is_done(meeting, 0) && is_done(meeting, 1);
	char now[32];

	return json_pack("{s:s,s:O*,s:O*,s:o*}", "at", ms_time_format(ms_now(), now), "listens",
			 ms_at(meeting->events[0], "/report"), "connects",
			 ms_at(meeting->events[1], "/report"), "error",
			 done ? NULL : why_not(meeting));
}

static json_t *status_new(bool back, const json_t *result)
{
	const json_t *listens = json_object_get(result, "listens"),
		     *connects = json_object_get(result, "connects"),
		     *sent = back ? listens : connects, *received = back ? connects : listens;
	json_t *status = json_pack("{s:b}", "connected", ms_at(sent, "/mtu") != NULL);

	copy(status, "mtu", sent, "/mtu");
	copy(status, "blocked", connects, "/blocked");
	copy(status, "tos", sent, "/tos");
	copy(status, "dscp", received, "/dscp");
	copy(status, "latency", sent, "/latency");
	copy(status, "bandwidth", sent, "/bandwidth");
	copy_both(status, "gid", sent, received, "/gid");
	copy_both(status, "device", sent, received, "/device");
	copy_both(status, "counters", sent, received, "/counters");
	copy(status, "error", result, "/error");
	copy(status, "observedAt", result, "/at");
	return status;
}

json_t *probe_path_new(const struct probe_group *group, size_t from, size_t to, bool back,
		       const json_t *result)
{
	const struct probe_nic *a = group->nics[from], *b = group->nics[to];
	MS_AUTO_FREE char *name = ms_asprintf("%s--%s", ms_name(a->res), ms_name(b->res));
	json_t *res = name ? ms_resource_new("Path", name) : NULL;
	json_t *spec = json_object_get(res, "spec");

	if (!res)
		return NULL;
	json_object_set_new(spec, "from", json_string(ms_name(a->res)));
	json_object_set_new(spec, "to", json_string(ms_name(b->res)));
	if (*group->fabric)
		json_object_set_new(spec, "fabric", json_string(group->fabric));
	if (*group->rail)
		json_object_set_new(spec, "rail", json_string(group->rail));
	if (a->mtu)
		json_object_set_new(spec, "mtu", json_integer(a->mtu));
	if (a->tos >= 0)
		json_object_set_new(spec, "tos", json_integer(a->tos));
	if (json_object_set_new(res, "status",
				json_pack("{s:o}", "roce", status_new(back, result))) == 0)
		return res;
	json_decref(res);
	return NULL;
}

int probe_path_at(const struct probe_group *group, size_t from, size_t to, json_t **ret_path)
{
	const unsigned char *there = group->results[from * group->n + to],
			    *back = group->results[to * group->n + from];
	json_auto_t *result = NULL;

	*ret_path = NULL;
	if (!there && !back)
		return 0;
	result = roce_unpack(group->probe->texts, there ? there : back);
	if (result)
		*ret_path = probe_path_new(group, from, to, !there, result);
	return *ret_path ? 0 : -ENOMEM;
}
