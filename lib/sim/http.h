/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/sim: what http.c, listen.c, wait.c and stream.c share of libmicrohttpd. */
#ifndef MS_SIM_HTTP_H
#define MS_SIM_HTTP_H

#include <microhttpd.h>
#include "sim/engine.h"

/* A request that is held back until `due` (ms_clock_ms()). */
struct sim_wait {
	struct sim_req *req;
	int64_t due;
	struct sim_wait *next;
};
int sim_wait_start(struct sim_req *req, int64_t ms);
void sim_wait_drop(struct sim_req *req);
void sim_waits_release(struct sim *sim);

/* Queue req->reply. */
enum MHD_Result sim_respond(struct sim_req *req);
struct MHD_Response *sim_stream_response(struct sim_req *req);
void sim_reply_release(struct sim_reply *reply);
/* Close so that the peer sees a reset. */
void sim_abort(struct MHD_Connection *connection);

#endif
