/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Server-sent events of the EventService (DSP0266, "Server-sent events"): one neutral object per
 * event record. */
#include <errno.h>
#include "bmc/read.h"

struct listener {
	const struct bmc_norm *norm;
	int (*put)(void *ctx, json_t *event);
	void *ctx;
};

static const struct bmc_row rows[] = {
	{ "id", "/EventId|/MemberId|/Id", BMC_TEXT },
	{ "type", "/EventType", BMC_WORD },
	{ "created", "/EventTimestamp", BMC_TIME },
	{ "severity", "/MessageSeverity|/Severity", BMC_WORD },
	{ "message", "/Message", BMC_TEXT },
	{ "messageId", "/MessageId", BMC_TEXT },
	{ "messageArgs", "/MessageArgs", BMC_LIST },
	{ "origin", "/OriginOfCondition", BMC_LINK },
	BMC_ROW_END
};

json_t *bmc_norm_event(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, rows, raw);
}

/* Event payloads carry records in Events; a MetricReport is one record with its values. */
static int on_event(void *ctx, const json_t *event)
{
	struct listener *to = ctx;
	const json_t *one;
	size_t i;
	int r = 0;

	if (json_is_array(ms_at(event, "/MetricValues"))) {
		json_t *out = json_pack("{s:s, s:s, s:O}", "type", "MetricReport", "id",
					ms_str(event, "/Id", ""), "values",
					ms_at(event, "/MetricValues"));

		return out ? to->put(to->ctx, out) : -ENOMEM;
	}
	json_array_foreach(ms_at(event, "/Events"), i, one) {
		json_t *out = json_is_object(one) ? bmc_norm_event(to->norm, one) : NULL;

		if (out && !r)
			r = to->put(to->ctx, out);
		else
			json_decref(out);
	}
	return r;
}

int bmc_events(struct bmc *bmc, int (*put)(void *ctx, json_t *event), void *ctx, struct ms_err *err)
{
	struct bmc_norm norm = bmc_norm(bmc, NULL);
	struct listener to = { &norm, put, ctx };
	json_auto_t *service = NULL;
	const char *uri;
	int r = bmc_follow(bmc, ms_redfish_root(bmc->redfish), "/EventService", &service, err);

	if (r < 0)
		return r;
	uri = ms_str(service, "/ServerSentEventUri", NULL);
	if (!uri || !*uri) {
		r = ms_fail(err, -ENOTSUP, MS_UNSUPPORTED, "the BMC has no server-sent events");
		ms_hint(err, "msctl-bmc log --follow asks for new log entries instead");
		return r;
	}
	return ms_redfish_events(bmc->redfish, uri, on_event, &to, err);
}
