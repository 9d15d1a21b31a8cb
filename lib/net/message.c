/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Extended information (DSP0266, 8.6 and 9.9) as one of our errors.  The last segment of a
 * MessageId decides, so that versions of a registry do not matter; then the prefix of a vendor's
 * ids; then the HTTP status.
 */
#include <ctype.h>
#include <errno.h>
#include "net/message.h"
#include "net/redfish.h"

#define MAX_MESSAGES 32
#define MAX_DEPTH 6

static const struct {
	enum ms_code code;
	int error;
} errors[] = {
	{ MS_FAILED, -EIO },           { MS_AUTH, -EACCES },       { MS_SESSION, -EUSERS },
	{ MS_LICENSE, -EPERM },        { MS_BUSY, -EBUSY },        { MS_UNSUPPORTED, -EOPNOTSUPP },
	{ MS_PRECONDITION, -ESTALE },  { MS_CONFLICT, -EEXIST },   { MS_TIMEOUT, -ETIMEDOUT },
	{ MS_NOTFOUND, -ENOENT },
};

static const struct {
	long status;
	const char *phrase;
	enum ms_code code;
} statuses[] = {
	{ 400, "Bad Request", MS_FAILED },
	{ 401, "Unauthorized", MS_AUTH },
	{ 403, "Forbidden", MS_AUTH },
	{ 404, "Not Found", MS_NOTFOUND },
	{ 405, "Method Not Allowed", MS_UNSUPPORTED },
	{ 406, "Not Acceptable", MS_FAILED },
	{ 409, "Conflict", MS_CONFLICT },
	{ 410, "Gone", MS_NOTFOUND },
	{ 411, "Length Required", MS_FAILED },
	{ 412, "Precondition Failed", MS_PRECONDITION },
	{ 413, "Content Too Large", MS_FAILED },
	{ 415, "Unsupported Media Type", MS_FAILED },
	{ 428, "Precondition Required", MS_PRECONDITION },
	{ 429, "Too Many Requests", MS_BUSY },
	{ 500, "Internal Server Error", MS_FAILED },
	{ 501, "Not Implemented", MS_UNSUPPORTED },
	{ 502, "Bad Gateway", MS_FAILED },
	{ 503, "Service Unavailable", MS_BUSY },
	{ 504, "Gateway Timeout", MS_FAILED },
	{ 507, "Insufficient Storage", MS_FAILED },
	{ 0, "", MS_FAILED },
};

static size_t status_row(long status)
{
	size_t i = 0;

	while (statuses[i].status && statuses[i].status != status)
		i++;
	return i;
}

static int error_of(enum ms_code code)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(errors); i++)
		if (errors[i].code == code)
			return errors[i].error;
	return -EIO;
}

const char *ms_rf_message_key(const char *id)
{
	const char *dot = strrchr(id, '.');

	return dot ? dot + 1 : id;
}

/* ---- finding messages ---- */

static void collect(const json_t *value, json_t *out, unsigned depth);

/* A list, or a single object where firmware forgot the list. */
static void collect_info(const json_t *info, json_t *out)
{
	const json_t *message;
	size_t i;

	if (json_is_object(info) && json_array_size(out) < MAX_MESSAGES)
		json_array_append(out, (json_t *)info);
	json_array_foreach(info, i, message)
		if (json_is_object(message) && json_array_size(out) < MAX_MESSAGES)
			json_array_append(out, (json_t *)message);
}

static bool is_info(const char *key)
{
	static const char suffix[] = "@Message.ExtendedInfo";
	size_t len = strlen(key);

	return len >= sizeof(suffix) - 1 && !strcmp(key + len - (sizeof(suffix) - 1), suffix);
}

static void collect(const json_t *value, json_t *out, unsigned depth)
{
	const char *key;
	json_t *item;

	if (!json_is_object(value) || depth > MAX_DEPTH)
		return;
	json_object_foreach((json_t *)value, key, item) {
		if (is_info(key))
			collect_info(item, out);
		else if (json_is_object(item))
			collect(item, out, depth + 1);
	}
}

json_t *ms_rf_messages(const json_t *body)
{
	json_t *out = json_array();

	collect(body, out, 0);
	return out;
}

/* ---- saying them ---- */

static const char *argument(const json_t *message, size_t i)
{
	const json_t *args = json_object_get(message, "MessageArgs");
	const json_t *arg = json_is_array(args) ? json_array_get(args, i) : i == 0 ? args : NULL;

	return json_string_value(arg);
}

/* Registries hold "%1"; some firmware sends the message with the arguments not filled in. */
static void append_message(struct ms_buf *buf, const json_t *message)
{
	const char *text = ms_str(message, "/Message", "");

	if (!*text)
		text = ms_str(message, "/MessageId", "");
	for (; *text; text++) {
		const char *arg = *text == '%' && isdigit((unsigned char)text[1]) && text[1] != '0'
				  ? argument(message, (size_t)(text[1] - '1')) : NULL;

		if (arg) {
			ms_buf_puts(buf, arg);
			text++;
		} else {
			ms_buf_add(buf, text, 1);
		}
	}
	while (buf->len && strchr(" .\r\n", buf->data[buf->len - 1]))
		buf->data[--buf->len] = '\0';
}

static void copy_text(char *buf, size_t size, const struct ms_buf *text)
{
	snprintf(buf, size, "%.*s", (int)size - 1, text->data ? text->data : "");
}

static bool is_good(const char *key)
{
	static const char *const good[] = {
		"Success", "NoOperation", "Created", "ResetRequired", "Accepted", "",
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(good); i++)
		if (!strcmp(key, good[i]))
			return true;
	return false;
}

void ms_rf_message_text(const json_t *messages, char *buf, size_t size)
{
	MS_AUTO_BUF struct ms_buf text = { .max = 4096 };
	json_t *message;
	size_t i;

	json_array_foreach(messages, i, message) {
		if (is_good(ms_rf_message_key(ms_str(message, "/MessageId", "?"))))
			continue;
		if (text.len)
			ms_buf_puts(&text, "; ");
		append_message(&text, message);
	}
	copy_text(buf, size, &text);
}

/* ---- judging ---- */

static void take(struct rf_verdict *v, const struct ms_message_row *row, const json_t *message)
{
	const char *arg = argument(message, 0);

	v->code = row->code;
	v->hint = row->hint;
	snprintf(v->id, sizeof(v->id), "%.*s", (int)sizeof(v->id) - 1,
		 ms_str(message, "/MessageId", ""));
	snprintf(v->argument, sizeof(v->argument), "%.*s", (int)sizeof(v->argument) - 1,
		 arg ? arg : "");
}

/* The first message with a meaning of its own; GeneralError and its like only stand around it. */
static void judge_messages(const json_t *messages, struct rf_verdict *v)
{
	json_t *message;
	size_t i;

	json_array_foreach(messages, i, message) {
		const struct ms_message_row *row = ms_message_find(
			ms_str(message, "/MessageId", ""));

		if (row) {
			take(v, row, message);
			return;
		}
	}
}

void ms_rf_judge(long status, const json_t *body, struct rf_verdict *v)
{
	json_auto_t *messages = ms_rf_messages(body);
	const json_t *error = json_object_get(body, "error");
	size_t row = status_row(status);

	*v = (struct rf_verdict){ .code = statuses[row].code };
	judge_messages(messages, v);
	ms_rf_message_text(messages, v->text, sizeof(v->text));
	if (!*v->id) {
		const struct ms_message_row *known = ms_message_find(ms_str(error, "/code", ""));

		if (known)
			take(v, known, error);
	}
	if (!*v->text) {
		MS_AUTO_BUF struct ms_buf text = { .max = 4096 };

		ms_buf_puts(&text, ms_str(error, "/message", ""));
		copy_text(v->text, sizeof(v->text), &text);
	}
	v->error = error_of(v->code);
}

static void add_hint(const struct ms_redfish *rf, const struct rf_verdict *v, struct ms_err *err)
{
	if (!strcmp(ms_rf_message_key(v->id), "PasswordChangeRequired"))
		ms_hint(err,
			"the account needs a new password first: PATCH Password at %s",
			*v->argument ? v->argument : "its ManagerAccount");
	else if (v->hint)
		ms_hint(err, "%s", v->hint);
	else if (v->code == MS_AUTH)
		ms_hint(err, "check the credentials and the role of user \"%s\"",
			rf && rf->user ? rf->user : "");
}

int ms_redfish_fail(struct ms_redfish *rf, const char *method, const char *uri, long status,
		    const json_t *body, struct ms_err *err)
{
	struct rf_verdict v;
	const char *phrase = statuses[status_row(status)].phrase;

	ms_rf_judge(status, body, &v);
	ms_fail(err, v.error, v.code, "%s %s: %ld%s%s%s%s", method, uri, status, *phrase ? " " : "",
		phrase, *v.text ? ": " : "", v.text);
	add_hint(rf, &v, err);
	if (rf && !rf->must_change && !strcmp(ms_rf_message_key(v.id), "PasswordChangeRequired"))
		rf->must_change = strdup(v.argument);
	if (rf)
		ms_err_at(err, rf->name, NULL);
	return v.error;
}
