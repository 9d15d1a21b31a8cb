/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --trace: one exchange per line, in the order in which they ended. */
#include <errno.h>
#include <fcntl.h>
#include "net/trace.h"

struct ms_trace {
	FILE *file;
	char *path;
	const struct ms_secrets *secrets;
	int error;
};

int ms_trace_open(const char *path, const struct ms_secrets *secrets, struct ms_trace **ret_trace,
		  struct ms_err *err)
{
	struct ms_trace *trace = calloc(1, sizeof(*trace));
	int fd;

	if (!trace)
		return ms_nomem(err);
	trace->secrets = secrets;
	trace->path = strdup(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	trace->file = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!trace->path || !trace->file) {
		int error = -errno;

		if (fd >= 0 && !trace->file)
			close(fd);
		ms_trace_free(trace);
		return ms_fail_errno(err, error, "cannot write the trace %s", path);
	}
	*ret_trace = trace;
	return 0;
}

void ms_trace_free(struct ms_trace *trace)
{
	if (!trace)
		return;
	if (trace->file)
		fclose(trace->file);
	free(trace->path);
	free(trace);
}

int ms_trace_status(const struct ms_trace *trace, struct ms_err *err)
{
	if (!trace || !trace->error)
		return 0;
	return ms_fail_errno(err, trace->error, "the trace %s is not complete", trace->path);
}

/* "Name: value" lines as an object; a name that comes again is joined as RFC 9110, 5.3 says. */
static json_t *headers_value(const char *const *lines, const struct ms_secrets *secrets)
{
	json_t *out = json_object();

	for (size_t i = 0; lines && lines[i]; i++) {
		const char *colon = strchr(lines[i], ':'), *value;
		MS_AUTO_FREE char *name = colon ? strndup(lines[i], (size_t)(colon - lines[i]))
						: NULL;
		const char *before;
		json_t *text;

		if (!name)
			continue;
		value = colon + 1 + strspn(colon + 1, " ");
		before = json_string_value(json_object_get(out, name));
		text = ms_redact_header(name, value, secrets);
		if (before && text) {
			json_t *joined = json_sprintf("%s, %s", before, json_string_value(text));

			json_decref(text);
			text = joined;
		}
		json_object_set_new(out, name, text);
	}
	return out;
}

static void set_request(json_t *line, const struct ms_exchange *x, const struct ms_secrets *secrets)
{
	json_t *headers = headers_value(x->request->headers, secrets);

	if (x->request->user)
		json_object_set_new(headers, "Authorization", json_string("***"));
	json_object_set_new(line, "requestHeaders", headers);
	if (x->request->body)
		json_object_set_new(
			line, "requestBody",
			ms_redact_body(x->request->body, x->request->body_len, secrets));
}

static void set_reply(json_t *line, const struct ms_exchange *x, const struct ms_secrets *secrets)
{
	json_object_set_new(line, "status", json_integer(x->reply->status));
	json_object_set_new(line, "headers",
			    headers_value((const char *const *)x->reply->headers, secrets));
	if (x->reply->len)
		json_object_set_new(line, "body",
				    ms_redact_body(x->reply->body, x->reply->len, secrets));
	json_object_set_new(line, "seconds",
			    json_real((double)(long)(x->reply->seconds * 1000) / 1000));
}

static json_t *line_of(const struct ms_exchange *x, const struct ms_secrets *secrets)
{
	char time[32];
	json_t *line = json_pack("{s:s, s:s, s:s}", "time", ms_time_format(ms_now(), time), "peer",
				 x->peer, "method", x->request->method);

	json_object_set_new(line, "url", json_sprintf("%s%s", x->origin, x->path));
	set_request(line, x, secrets);
	if (x->reply)
		set_reply(line, x, secrets);
	else
		json_object_set_new(line, "error",
				    json_pack("{s:s, s:s}", "code", ms_code_name(x->err->code),
					      "message", x->err->message));
	json_object_set_new(line, "try", json_integer(x->try));
	return line;
}

void ms_trace_write(struct ms_trace *trace, const struct ms_exchange *exchange)
{
	json_auto_t *line = line_of(exchange, trace->secrets);
	MS_AUTO_FREE char *text = line ? ms_json_text(line, MS_JSON_COMPACT) : NULL;

	if (trace->error)
		return;
	/* Flushed line by line: the exchange before a crash is the one that is looked for. */
	if (!text)
		trace->error = -ENOMEM;
	else if (fprintf(trace->file, "%s\n", text) < 0 || fflush(trace->file))
		trace->error = errno ? -errno : -EIO;
}
