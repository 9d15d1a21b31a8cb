/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What came back: headers by name, and giving all of it back. */
#include <ctype.h>
#include <errno.h>
#include "net/http.h"

void ms_http_reply_release(struct ms_http_reply *reply)
{
	for (size_t i = 0; reply->headers && reply->headers[i]; i++)
		free(reply->headers[i]);
	free(reply->headers);
	free(reply->body);
	*reply = (struct ms_http_reply){ 0 };
}

const char *ms_http_header(const struct ms_http_reply *reply, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; reply->headers && reply->headers[i]; i++)
		if (!strncmp(reply->headers[i], name, len) && reply->headers[i][len] == ':')
			return reply->headers[i] + len + 2;
	return NULL;
}

/* "Name:  value\r\n" as "name: value"; a line without a name is passed over. */
static char *canonical(const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	const char *value, *end = line + len;
	char *header;

	while (end > line && isspace((unsigned char)end[-1]))
		end--;
	if (!colon || colon == line || colon >= end + 1)
		return strdup("");
	for (value = colon + 1; value < end && (*value == ' ' || *value == '\t'); value++)
		;
	header = ms_asprintf("%.*s: %.*s", (int)(colon - line), line,
			     value < end ? (int)(end - value) : 0, value);
	for (char *c = header; c && *c != ':'; c++)
		*c = (char)tolower((unsigned char)*c);
	return header;
}

int ms_http_reply_add_header(struct ms_http_reply *reply, size_t *n, const char *line, size_t len)
{
	MS_AUTO_FREE char *header = canonical(line, len);
	char **grown;

	if (!header)
		return -ENOMEM;
	if (!*header)
		return 0;
	grown = realloc(reply->headers, (*n + 2) * sizeof(char *));
	if (!grown)
		return -ENOMEM;
	reply->headers = grown;
	grown[(*n)++] = ms_take(header);
	grown[*n] = NULL;
	return 0;
}
