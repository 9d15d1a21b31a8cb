/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/fabric: the stream of a verb that sees the fabric as a whole. */
#ifndef MS_FABRIC_STREAM_H
#define MS_FABRIC_STREAM_H

#include "fabric/set.h"

/* The whole stream, because what a switch is to be lies in the resources of others. */
struct fabric_stream {
	struct ms_item *items;
	size_t n;
	json_t **resources;              /* lent from the items */
	struct fabric_set *set;
};
/* Read it and index it; -EBADMSG + MS_INPUT when names lead nowhere, the problems being in run->report. */
int fabric_stream_read(struct ms_run *run, struct fabric_stream *stream, struct ms_err *err);
void fabric_stream_release(struct fabric_stream *stream);
/* fn for each Switch that is selected, ctx being that of its item; a failure becomes its status.error.  Everything is
 * written in the order of the stream. */
int fabric_stream_each(struct ms_run *run, struct fabric_stream *stream,
		       int (*fn)(struct ms_item *item, struct ms_err *err), void *ctx, struct ms_err *err);

/* Is the item a Switch that the verb is to work on? */
bool fabric_is_target(const struct ms_item *item);

#endif
