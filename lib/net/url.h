/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The few URL operations that a client of one device needs (RFC 3986). */
#ifndef MS_NET_URL_H
#define MS_NET_URL_H

#include <stdbool.h>
#include "core/err.h"

/* "https://Host:443/" to "https://host"; anything but scheme, host and port is refused.  Caller frees. */
int ms_url_origin(const char *base, char **ret_origin, struct ms_err *err);
bool ms_url_is_tls(const char *origin);
/*
 * Resolve a reference as devices send them (absolute URL, absolute or relative path) against `origin` and
 * `path` (NULL = "/") into an absolute path with query, percent-encoded where a device was sloppy, without
 * fragment.  -EXDEV when it leads to another scheme, host or port.  Caller frees.
 */
int ms_url_resolve(const char *origin, const char *path, const char *reference, char **ret_path, struct ms_err *err);

#endif
