/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libcurl, opened at first use: linking it costs every command 3 ms of start-up, also those that never
 * talk to a device.
 */
#ifndef MS_NET_CURL_H
#define MS_NET_CURL_H

#include <curl/curl.h>
#include "core/err.h"

#define MS_CURL_FUNCTIONS(X)                                                                       \
	X(global_init) X(global_cleanup)                                                           \
	X(easy_init) X(easy_cleanup) X(easy_reset) X(easy_setopt) X(easy_getinfo) X(easy_strerror) \
	X(multi_init) X(multi_cleanup) X(multi_setopt) X(multi_add_handle) X(multi_remove_handle)  \
	X(multi_socket_action) X(multi_info_read) X(multi_strerror)                                \
	X(slist_append) X(slist_free_all)

struct ms_curl {
#define X(name) __typeof__(curl_##name) *name;
	MS_CURL_FUNCTIONS(X)
#undef X
};

/* Fill the table; the library stays loaded until the process ends. */
int ms_curl_open(struct ms_curl *ret_curl, struct ms_err *err);

#endif
