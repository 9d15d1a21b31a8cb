/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RESTCONF (RFC 8040) of OS10: read only.  What changes the switch goes through its command line, which has a candidate
 * and lines to go back by; RESTCONF has neither, and changes what runs with each request.
 */
#ifndef MS_FABRIC_OS10_REST_H
#define MS_FABRIC_OS10_REST_H

#include "fabric/os10/os10.h"

struct os10_rest;
/* *ret_rest is NULL where the site has no spec.management.restconf. */
int os10_rest_open(const struct fabric_env *env, const json_t *sw, struct os10_rest **ret_rest, struct ms_err *err);
void os10_rest_close(struct os10_rest *rest);
/*
 * Facts of probe; the interfaces with all that there is of them.  *ret_known is false, or *ret_body stays NULL, and
 * there is no error, where ssh is to be asked: rest is NULL, or nobody answers there, or who answers does not speak
 * RESTCONF.  A switch whose web service is off is no
 * reason to be without its facts in the middle of a night.  But who refuses the password, or shows another key, may
 * not be the switch: that is an error.
 */
int os10_rest_probe(struct os10_rest *rest, json_t *facts, bool *ret_known, struct ms_err *err);
int os10_rest_interfaces(struct os10_rest *rest, json_t **ret_body, struct ms_err *err);
/* Why ssh is asked, into status.refused.restconf, where the site wants RESTCONF. */
int os10_rest_status(const struct os10_rest *rest, json_t *status, struct ms_err *err);

/* Replies, read.  The fuzzer's doors. */
int os10_rest_reply(const char *path, long status, const char *text, size_t len, json_t **ret_body, struct ms_err *err);
void os10_rest_read_version(const json_t *body, json_t *facts);
void os10_rest_read_equipment(const json_t *body, json_t *facts);
void os10_rest_read_ports(const struct fabric_dialect *dialect, const json_t *body, json_t *ports);
int os10_rest_read_counters(const struct fabric_dialect *dialect, const json_t *body, json_t *status);

#endif
