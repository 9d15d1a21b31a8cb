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

/* ---- what is kept of a meeting ---- */

void probe_meeting_init(struct probe_meeting *meeting, struct probe_group *group,
			const struct roce_pair *pair)
{
	struct roce_cell nothing = roce_cell_of(NULL, false, NULL);

	*meeting = (struct probe_meeting){ .group = group,
					   .sides = { pair->listens, pair->connects },
					   .cells = { nothing, nothing } };
}

bool probe_said(const struct probe_meeting *meeting, int side, const char *event)
{
	return ms_streq(ms_str(meeting->events[side], "/event", NULL), event);
}

/* A report is packed when it comes, and not when all have: thousands of them come at once. */
int probe_hear(struct probe_meeting *meeting, int side, json_t *event)
{
	const json_t *report = json_object_get(event, "report");
	int r = 0;

	if (probe_said(meeting, side, "done") || probe_said(meeting, side, "failed")) {
		json_decref(event);
		return 0;
	}
	json_decref(meeting->events[side]);
	meeting->events[side] = event;
	if (probe_said(meeting, side, "done") || probe_said(meeting, side, "failed")) {
		meeting->cells[side] = roce_cell_of(report, ms_at(report, "/mtu") != NULL, NULL);
		if (report)
			r = roce_pack(meeting->group->probe->texts, report,
				      &meeting->reports[side]);
	}
	json_object_del(event, "report");
	return r;
}

/* {at, error} */
static json_t *rest_new(const struct probe_meeting *meeting)
{
	bool done = probe_said(meeting, 0, "done") && probe_said(meeting, 1, "done");
	char now[32];

	return json_pack("{s:s,s:o*}", "at", ms_time_format(ms_now(), now), "error",
			 done ? NULL : why_not(meeting));
}

/* For what is usual. */
static void keep_numbers(struct probe_meeting *meeting, int from, const char *why)
{
	struct probe_group *group = meeting->group;
	size_t a = meeting->sides[from], b = meeting->sides[!from];

	meeting->cells[from].why = why;
	roce_paths_take(&group->probe->paths.rails[group->at], group->nics[a]->node,
			group->nics[b]->node, a * group->n + b, &meeting->cells[from]);
}

int probe_keep(struct probe_meeting *meeting)
{
	struct probe_group *group = meeting->group;
	struct roce_texts *texts = group->probe->texts;
	json_auto_t *rest = rest_new(meeting);
	const char *why = ms_str(rest, "/error/message", NULL);
	struct probe_result result = { .reports = { meeting->reports[0], meeting->reports[1] } };

	if (!rest || roce_pack(texts, rest, &result.rest) < 0)
		return -ENOMEM;
	if (why && !(why = roce_text(texts, why)))
		return -ENOMEM;
	group->results[meeting->sides[1] * group->n + meeting->sides[0]] = result;
	keep_numbers(meeting, 0, why);
	keep_numbers(meeting, 1, why);
	return 0;
}

/* ---- Paths ---- */

static json_t *status_new(bool back, const json_t *listens, const json_t *connects,
			  const json_t *rest)
{
	const json_t *sent = back ? listens : connects, *received = back ? connects : listens;
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
	copy(status, "error", rest, "/error");
	copy(status, "observedAt", rest, "/at");
	return status;
}

/* Takes the status. */
static json_t *path_new(const struct probe_group *group, size_t from, size_t to, json_t *status)
{
	const struct probe_nic *a = group->nics[from], *b = group->nics[to];
	MS_AUTO_FREE char *name = ms_asprintf("%s--%s", ms_name(a->res), ms_name(b->res));
	json_t *res = name ? ms_resource_new("Path", name) : NULL;
	json_t *spec = json_object_get(res, "spec");

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
	if (json_object_set_new(res, "status", json_pack("{s:o}", "roce", status)) == 0)
		return res;
	json_decref(res);
	return NULL;
}

static json_t *unpack(const struct probe_group *group, const unsigned char *packed)
{
	return packed ? roce_unpack(group->probe->texts, packed) : NULL;
}

int probe_path_at(const struct probe_group *group, size_t from, size_t to, json_t **ret_path)
{
	const struct probe_result *there = &group->results[from * group->n + to],
				  *back = &group->results[to * group->n + from],
				  *result = there->rest ? there : back;
	json_auto_t *listens = unpack(group, result->reports[0]),
		    *connects = unpack(group, result->reports[1]),
		    *rest = unpack(group, result->rest);

	*ret_path = rest ? path_new(group, from, to,
				    status_new(result == back, listens, connects, rest))
			 : NULL;
	return result->rest && !*ret_path ? -ENOMEM : 0;
}
