/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Server-sent events (DSP0266 section 13.5), and subscriptions, which are kept but not sent to.
 */
#include "sim/http.h"

#define BACKLOG_MAX (256u << 10)
#define TICK_MS 50

struct sim_sse {
	struct sim_bmc *bmc;
	struct MHD_Connection *connection;
	struct ms_buf pending;
	bool waiting, closing;
	unsigned next_id;
	struct sim_sse *next;
};

static ssize_t read_events(void *cls, uint64_t pos, char *buf, size_t max)
{
	struct sim_sse *sse = cls;
	size_t n = sse->pending.len < max ? sse->pending.len : max;

	(void)pos;
	if (!n && sse->closing)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (!n) {
		sse->waiting = true;
		MHD_suspend_connection(sse->connection);
		return 0;
	}
	memcpy(buf, sse->pending.data, n);
	sse->pending.len -= n;
	memmove(sse->pending.data, sse->pending.data + n, sse->pending.len);
	return (ssize_t)n;
}

static void forget(void *cls)
{
	struct sim_sse *sse = cls;

	for (struct sim_sse **at = &sse->bmc->streams; *at; at = &(*at)->next) {
		if (*at != sse)
			continue;
		*at = sse->next;
		break;
	}
	ms_buf_release(&sse->pending);
	free(sse);
}

static void wake(struct sim_sse *sse)
{
	if (!sse->waiting)
		return;
	sse->waiting = false;
	MHD_resume_connection(sse->connection);
}

struct MHD_Response *sim_stream_response(struct sim_req *req)
{
	struct sim_sse *sse = calloc(1, sizeof(*sse));

	if (!sse)
		return NULL;
	*sse = (struct sim_sse){ .bmc = req->bmc,
				 .connection = req->connection,
				 .next = req->bmc->streams,
				 .pending = { .max = BACKLOG_MAX },
				 .next_id = 1 };
	/* A comment first, so that the client sees that the stream stands. */
	ms_buf_puts(&sse->pending, ": stream\n\n");
	req->bmc->streams = sse;
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_events, sse, forget);
}

static size_t count(const struct sim_bmc *bmc)
{
	size_t n = 0;

	for (const struct sim_sse *sse = bmc->streams; sse; sse = sse->next)
		n++;
	return n;
}

/* Who listens wants to hear of things when they happen, not when somebody asks next. */
static void on_tick(void *ctx)
{
	struct sim *sim = ctx;
	bool any = false;

	for (size_t i = 0; i < sim->n_devices; i++) {
		const struct sim_bmc *bmc = sim_bmc_of(sim->devices[i]);

		if (!bmc || !bmc->streams)
			continue;
		any = true;
		sim_settle(sim->devices[i]);
	}
	if (any)
		ms_timer_set(sim->stream_timer, TICK_MS);
	sim_http_kick(sim);
}

static int start_ticking(struct sim *sim)
{
	struct ms_err err = MS_ERR_INIT;
	int r = sim->stream_timer ? 0
				  : ms_timer_new(sim->loop, on_tick, sim, &sim->stream_timer, &err);

	if (!r)
		ms_timer_set(sim->stream_timer, TICK_MS);
	return r;
}

void sim_stream_open(struct sim_req *req)
{
	if (count(req->bmc) >=
	    (size_t)ms_int(req->bmc->shape->model->behaviour, "/events/streams", 8)) {
		sim_say(req, "session_full", NULL, NULL);
		return;
	}
	if (start_ticking(req->sim)) {
		sim_say(req, "internal", NULL, NULL);
		return;
	}
	req->reply.status = 200;
	req->reply.stream = true;
	req->reply.type = "text/event-stream";
}

/* A client that does not read loses events. */
void sim_stream_send(struct sim_bmc *bmc, const json_t *event)
{
	MS_AUTO_FREE char *text = ms_json_text(event, MS_JSON_COMPACT);

	for (struct sim_sse *sse = bmc->streams; text && sse; sse = sse->next) {
		if (sse->pending.len + strlen(text) + 64 > BACKLOG_MAX)
			continue;
		ms_buf_printf(&sse->pending, "id: %u\ndata: %s\n\n", sse->next_id++, text);
		wake(sse);
	}
}

void sim_streams_close(struct sim_device *dev)
{
	for (struct sim_sse *sse = sim_bmc_of(dev)->streams; sse; sse = sse->next) {
		sse->closing = true;
		wake(sse);
	}
}

void sim_test_event(struct sim_req *req)
{
	sim_log(req->bmc, "test", "OK", ms_str(req->json, "/Message", "Test event."));
	sim_done(req, 204);
}

void sim_subscribe(struct sim_req *req)
{
	const char *to = ms_str(req->json, "/Destination", NULL);
	char id[16], path[SIM_PATH_MAX];
	json_t *entry = NULL;

	if (!to || !strstr(to, "://")) {
		sim_say(req, "missing", "#/Destination", "Destination", NULL);
		return;
	}
	snprintf(id, sizeof(id), "%u", ++req->bmc->serial_no);
	if (sim_prototype(req->bmc, "subscription",
			  json_pack("{s:s, s:s, s:s, s:s}", "id", id, "destination", to, "context",
				    ms_str(req->json, "/Context", ""), "protocol",
				    ms_str(req->json, "/Protocol", "Redfish")),
			  path, &entry)) {
		sim_say(req, "internal", NULL, NULL);
		return;
	}
	sim_make(req->bmc, path, entry);
	req->reply.status = 201;
	req->reply.body = sim_read(req->bmc, path);
	snprintf(req->reply.location, sizeof(req->reply.location), "%s", path);
}

/* Some firmware forgets its subscriptions when the BMC restarts. */
void sim_subscriptions_drop(struct sim_bmc *bmc)
{
	const char *path;
	json_t *entry;
	void *tmp;

	json_object_foreach_safe(bmc->over, tmp, path, entry)
		if (ms_starts(ms_str(entry, "/body/@odata.type", ""), "#EventDestination."))
			json_object_del(bmc->over, path);
}
