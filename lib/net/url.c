/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * URLs of one device.  Links come from the device, so they are foreign input: control characters
 * are refused (they could end a header line), and nothing leads to another origin.
 */
#include <ctype.h>
#include <errno.h>
#include "core/core.h"
#include "net/url.h"

#define MAX_URL 4096

static const struct {
	const char *prefix;
	unsigned port;
} schemes[] = { { "https://", 443 }, { "http://", 80 } };

static int refuse(const char *text, const char *why, struct ms_err *err)
{
	return ms_fail(err, -EINVAL, MS_INVALID, "%s: \"%.200s\"", why, text);
}

static int scheme_of(const char *text)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(schemes); i++)
		if (!strncasecmp(text, schemes[i].prefix, strlen(schemes[i].prefix)))
			return (int)i;
	return -1;
}

/* Length of the host in "host:port"; an IPv6 literal keeps its brackets.  0 when there is none. */
static size_t host_length(const char *text)
{
	size_t n;

	if (*text == '[') {
		n = strspn(text + 1, "0123456789abcdefABCDEF:.%");
		return text[1 + n] == ']' ? n + 2 : 0;
	}
	for (n = 0; isalnum((unsigned char)text[n]) || (text[n] && strchr("-._", text[n])); n++)
		;
	return n;
}

static int parse_port(const char *text, const char **ret_end, unsigned *ret_port)
{
	char *end;
	unsigned long port;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	port = strtoul(text, &end, 10);
	if (port < 1 || port > 65535)
		return -EINVAL;
	*ret_end = end;
	*ret_port = (unsigned)port;
	return 0;
}

/* Split "scheme://host[:port]rest"; the origin is canonical: lower case, default port left out. */
static int split(const char *text, char **ret_origin, const char **ret_rest, struct ms_err *err)
{
	int scheme = scheme_of(text);
	const char *host, *rest;
	unsigned port;
	size_t n;
	char *origin;

	if (scheme < 0)
		return refuse(text, "not an http:// or https:// URL", err);
	host = text + strlen(schemes[scheme].prefix);
	n = host_length(host);
	rest = host + n;
	port = schemes[scheme].port;
	if (!n || (*rest == ':' && parse_port(rest + 1, &rest, &port)) ||
	    (*rest && !strchr("/?#", *rest)))
		return refuse(text, "not a URL of host and port", err);
	origin = port == schemes[scheme].port
			 ? ms_asprintf("%s%.*s", schemes[scheme].prefix, (int)n, host)
			 : ms_asprintf("%s%.*s:%u", schemes[scheme].prefix, (int)n, host, port);
	if (!origin)
		return ms_nomem(err);
	for (char *c = origin; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	*ret_origin = origin;
	*ret_rest = rest;
	return 0;
}

int ms_url_origin(const char *base, char **ret_origin, struct ms_err *err)
{
	MS_AUTO_FREE char *origin = NULL;
	const char *rest;
	int rc = split(base, &origin, &rest, err);

	if (rc < 0)
		return rc;
	if (*rest && strcmp(rest, "/"))
		return refuse(base, "a device's address has no path", err);
	*ret_origin = ms_take(origin);
	return 0;
}

bool ms_url_is_tls(const char *origin)
{
	return ms_starts(origin, "https:");
}

static bool is_kept(unsigned char c)
{
	return c > ' ' && c < 0x7f && !strchr("\"<>\\^`{|}", c);
}

/* Append up to the fragment; what a URL may not hold is percent-encoded (devices send spaces in
 * ids). */
static int encode(struct ms_buf *buf, const char *text, struct ms_err *err)
{
	for (; *text && *text != '#'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ' || c == 0x7f)
			return refuse(text, "control character in a link", err);
		if (is_kept(c))
			ms_buf_add(buf, text, 1);
		else
			ms_buf_printf(buf, "%%%02X", c);
	}
	return buf->failed ? ms_fail(err, buf->failed, MS_INVALID, "a link is too long") : 0;
}

/* Everything up to the last slash of the path that a relative reference starts from (RFC
 * 3986, 5.2.3). */
static size_t folder_length(const char *path)
{
	size_t n = strcspn(path, "?#");

	while (n && path[n - 1] != '/')
		n--;
	return n;
}

int ms_url_resolve(const char *origin, const char *path, const char *reference, char **ret_path,
		   struct ms_err *err)
{
	MS_AUTO_FREE char *other = NULL;
	MS_AUTO_BUF struct ms_buf buf = { .max = MAX_URL };
	const char *rest = reference;
	int rc;

	if (ms_starts(reference, "//"))
		return refuse(reference, "a link without a scheme", err);
	if (scheme_of(reference) >= 0) {
		rc = split(reference, &other, &rest, err);
		if (rc < 0)
			return rc;
		if (strcmp(other, origin))
			return ms_fail(err, -EXDEV, MS_INVALID,
				       "a link leads away from %s: \"%.200s\"", origin, reference);
	} else if (strstr(reference, "://") && !strchr("/?", *reference)) {
		return refuse(reference, "not an http:// or https:// URL", err);
	} else if (*reference != '/' && path) {
		ms_buf_add(&buf, path, folder_length(path));
	}
	if (!buf.len && *rest != '/')
		ms_buf_puts(&buf, "/");
	rc = encode(&buf, rest, err);
	if (rc < 0)
		return rc;
	*ret_path = ms_buf_steal(&buf);
	return *ret_path ? 0 : ms_nomem(err);
}
