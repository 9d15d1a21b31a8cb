/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Extended information (DSP0266 section 8.6): the messages stand in the models.
 */
#include <stdarg.h>
#include "sim/engine.h"

/* "%1" and "%2" of the registry's text. */
static char *fill_args(const char *text, const json_t *args)
{
	struct ms_buf buf = { 0 };

	for (; *text; text++) {
		const char *arg;

		if (*text != '%' || text[1] < '1' || text[1] > '9') {
			ms_buf_add(&buf, text, 1);
			continue;
		}
		text++;
		arg = json_string_value(json_array_get(args, (size_t)(*text - '1')));
		ms_buf_puts(&buf, arg ? arg : "");
	}
	return ms_buf_steal(&buf);
}

static const char *registry_of(const struct sim_req *req)
{
	return ms_str(req->bmc->shape->model->behaviour, "/registry", "Base.1.12");
}

static json_t *message_id(const struct sim_req *req, const json_t *words)
{
	const char *id = ms_str(words, "/id", "InternalError");

	if (strchr(id, '.'))
		return json_string(id);
	return json_sprintf("%s.%s", registry_of(req), id);
}

static json_t *info_of(const struct sim_req *req, const json_t *words, json_t *args)
{
	MS_AUTO_FREE char *text = fill_args(ms_str(words, "/text", ""), args);
	const char *severity = ms_str(words, "/severity", "Critical");

	return json_pack("{s:s, s:o, s:s, s:O, s:s, s:s, s:s}", "@odata.type",
			 "#Message.v1_1_1.Message", "MessageId", message_id(req, words), "Message",
			 text ? text : "", "MessageArgs", args, "MessageSeverity", severity,
			 "Severity", severity, "Resolution", ms_str(words, "/resolution", "None"));
}

/* What ought to be a list is an object or a text in some firmware. */
static json_t *wrap_info(const struct sim_req *req, const json_t *info)
{
	const char *form = ms_str(req->bmc->shape->model->behaviour, "/extended_info", "list");

	if (!strcmp(form, "object"))
		return json_incref((json_t *)info);
	if (!strcmp(form, "string"))
		return json_string(ms_str(info, "/Message", ""));
	return json_pack("[O]", info);
}

static json_t *general_error(const struct sim_req *req, const json_t *info)
{
	const char *form = ms_str(req->bmc->shape->model->behaviour, "/extended_info", "list");

	/* With a text there, what happened is told by the code. */
	if (!strcmp(form, "string"))
		return json_pack("{s:s, s:s}", "code", ms_str(info, "/MessageId", ""), "message",
				 ms_str(info, "/Message", ""));
	return json_pack("{s:s+, s:s}", "code", registry_of(req), ".GeneralError", "message",
			 "A general error has occurred. See ExtendedInfo for more information.");
}

static void answer(struct sim_req *req, const json_t *words, const json_t *info)
{
	json_t *error;

	sim_reply_clear(req);
	req->reply.status = (unsigned)ms_int(words, "/status", 500);
	req->reply.retry_after = (unsigned)ms_int(words, "/retry_after", 0);
	if (req->reply.status < 300) {
		req->reply.body = json_pack("{s:o}", "@Message.ExtendedInfo", wrap_info(req, info));
		return;
	}
	error = general_error(req, info);
	json_object_set_new(error, "@Message.ExtendedInfo", wrap_info(req, info));
	req->reply.body = json_pack("{s:o}", "error", error);
}

void sim_say(struct sim_req *req, const char *key, const char *property, ...)
{
	const json_t *words = ms_at(req->bmc->shape->model->doc, "/messages/%s", key);
	json_auto_t *args = json_array(), *info = NULL;
	const char *arg;
	va_list list;

	va_start(list, property);
	while ((arg = va_arg(list, const char *)))
		json_array_append_new(args, json_string(arg));
	va_end(list);
	info = info_of(req, words, args);
	if (property)
		json_object_set_new(info, "RelatedProperties", json_pack("[s]", property));
	answer(req, words, info);
	if (req->reply.status >= 400)
		req->bmc->refused++;
}

/* Success in the model's own manner: nothing more, or a body that says so. */
void sim_done(struct sim_req *req, unsigned status)
{
	bool chatty = ms_bool(req->bmc->shape->model->behaviour, "/chatty", false);

	if (status == 204 || !chatty) {
		req->reply.status = status == 200 ? 204 : status;
		return;
	}
	sim_say(req, "success", NULL, NULL);
	req->reply.status = status;
}
