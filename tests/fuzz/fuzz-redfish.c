/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a BMC may send: bodies, messages, tasks, ETags, links; and what is written of it into a trace. */
#include <stdint.h>
#include "net/etag.h"
#include "net/json.h"
#include "net/task.h"
#include "net/trace.h"
#include "net/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_body(const json_t *body)
{
	struct rf_answer answer = { .http = { .status = 202 }, .body = (json_t *)body };
	struct ms_redfish_reply reply = { 0 };
	struct ms_rf_quirks quirks;
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *redacted = ms_redact_value(body, NULL);
	char etag[RF_ETAG_SIZE], line[RF_LINE_SIZE];
	const char *state;

	(void)redacted;
	ms_redfish_fail(NULL, "GET", "/fuzz", 400, body, &err);
	ms_task_judge(200, body, &state);
	ms_rf_task_of(&answer, &reply);
	ms_rf_quirks_choose(body, body, &quirks);
	if (ms_etag_of(NULL, body, etag))
		for (enum rf_rung rung = RF_RUNG_GIVEN; rung <= RF_RUNG_NONE; rung++)
			ms_etag_header(rung, etag, line);
	free(reply.task);
}

static void read_link(const char *text)
{
	MS_AUTO_FREE char *path = NULL, *origin = NULL, *task = ms_task_behind(text);
	struct ms_err err = MS_ERR_INIT;
	int64_t seconds;

	(void)task;
	ms_url_origin(text, &origin, &err);
	ms_url_resolve("https://h", "/a/b", text, &path, &err);
	ms_http_date_parse(text, &seconds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MS_AUTO_FREE char *text = strndup((const char *)data, size);
	json_auto_t *body = NULL, *redacted = ms_redact_body((const char *)data, size, NULL);
	struct ms_err err = MS_ERR_INIT;

	(void)redacted;
	if (ms_json_decode((const char *)data, size, &body, NULL, &err) == 0 && json_is_object(body))
		read_body(body);
	if (text)
		read_link(text);
	return 0;
}
