/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must never be written down: the values of headers and members that carry secrets by their
 * name, and every secret of this run wherever it stands.
 */
#include <ctype.h>
#include "net/json.h"
#include "net/trace.h"

#define HIDDEN "***"
#define MAX_DEPTH (MS_JSON_MAX_DEPTH + 1)

static const char *const secret_headers[] = {
	"authorization", "proxy-authorization", "x-auth-token", "cookie", "set-cookie", NULL
};

/* Parts of member names, in lower case.  "PasswordName" or "TokenCount" hidden as well is the
 * lesser evil. */
static const char *const secret_parts[] = {
	"password", "passphrase", "token", "secret", "privatekey", "private_key", "encryptionkey",
	"authenticationkey", "apikey", "sessionkey", "communitystring", NULL,
};

static bool is_secret_member(const char *key)
{
	char lower[128];
	size_t i;

	for (i = 0; key[i] && i + 1 < sizeof(lower); i++)
		lower[i] = (char)tolower((unsigned char)key[i]);
	lower[i] = '\0';
	/* Annotations describe the member, they do not hold it. */
	if (strchr(lower, '@'))
		return false;
	for (i = 0; secret_parts[i]; i++)
		if (strstr(lower, secret_parts[i]))
			return true;
	return false;
}

static json_t *masked(const char *text, size_t len, const struct ms_secrets *secrets)
{
	MS_AUTO_FREE char *copy = strndup(text, len);

	if (!copy)
		return NULL;
	if (secrets)
		ms_secrets_mask(secrets, copy);
	return json_string_nocheck(copy);
}

static json_t *redact(const json_t *value, const struct ms_secrets *secrets, unsigned depth);

static json_t *redact_object(const json_t *value, const struct ms_secrets *secrets, unsigned depth)
{
	json_t *out = json_object(), *item;
	const char *key;

	json_object_foreach((json_t *)value, key, item) {
		bool hide = is_secret_member(key) && (json_is_string(item) || json_is_number(item));

		json_object_set_new_nocheck(
			out, key, hide ? json_string(HIDDEN) : redact(item, secrets, depth));
	}
	return out;
}

static json_t *redact_array(const json_t *value, const struct ms_secrets *secrets, unsigned depth)
{
	json_t *out = json_array(), *item;
	size_t i;

	json_array_foreach(value, i, item)
		json_array_append_new(out, redact(item, secrets, depth));
	return out;
}

static json_t *redact(const json_t *value, const struct ms_secrets *secrets, unsigned depth)
{
	if (depth == 0)
		return json_string("too deep to be written");
	if (json_is_object(value))
		return redact_object(value, secrets, depth - 1);
	if (json_is_array(value))
		return redact_array(value, secrets, depth - 1);
	if (json_is_string(value))
		return masked(json_string_value(value), json_string_length(value), secrets);
	return json_incref((json_t *)value);
}

json_t *ms_redact_value(const json_t *value, const struct ms_secrets *secrets)
{
	return redact(value, secrets, MAX_DEPTH);
}

json_t *ms_redact_header(const char *name, const char *value, const struct ms_secrets *secrets)
{
	for (size_t i = 0; secret_headers[i]; i++)
		if (!strcasecmp(name, secret_headers[i]))
			return json_string(HIDDEN);
	return masked(value, strlen(value), secrets);
}

/* JSON as JSON, text as a string; what is neither only as its size (firmware, form data with
 * passwords). */
json_t *ms_redact_body(const char *body, size_t len, const struct ms_secrets *secrets)
{
	struct ms_err ignored = MS_ERR_INIT;
	json_auto_t *value = NULL;
	const char *oddity = NULL;
	json_t *text;

	/* A trace shows oddities as they came; a NUL would make its line unreadable. */
	if (len && !memmem(body, len, "\\u0000", 6))
		ms_json_decode(body, len, &value, &oddity, &ignored);
	if (value && !oddity)
		return redact(value, secrets, MAX_DEPTH);
	text = json_stringn(body, len);
	if (!text || memchr(body, 0, len)) {
		json_decref(text);
		return json_pack("{s:I}", "bytes", (json_int_t)len);
	}
	json_decref(text);
	return masked(body, len, secrets);
}
