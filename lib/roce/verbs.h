/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/roce: librdmacm and libibverbs, opened when they are needed, so that msctl-roce starts on machines
 * without them.
 */
#ifndef MS_ROCE_VERBS_H
#define MS_ROCE_VERBS_H

#include <infiniband/verbs.h>
#include <rdma/rdma_cma.h>
#include "core/err.h"

/* The headers make macros of these, for arguments that we do not have. */
#undef ibv_reg_mr
#undef ibv_query_port

#define MS_VERBS_CM(X)                                                                                                 \
	X(rdma_create_event_channel) X(rdma_destroy_event_channel) X(rdma_create_id) X(rdma_destroy_id)                \
	X(rdma_bind_addr) X(rdma_listen) X(rdma_get_src_port) X(rdma_resolve_addr) X(rdma_resolve_route)               \
	X(rdma_connect) X(rdma_accept) X(rdma_establish) X(rdma_disconnect) X(rdma_get_cm_event)                       \
	X(rdma_ack_cm_event) X(rdma_init_qp_attr) X(rdma_set_option) X(rdma_event_str)
#define MS_VERBS_IB(X)                                                                                                 \
	X(ibv_alloc_pd) X(ibv_dealloc_pd) X(ibv_reg_mr) X(ibv_dereg_mr) X(ibv_create_comp_channel)                     \
	X(ibv_destroy_comp_channel) X(ibv_create_cq) X(ibv_destroy_cq) X(ibv_get_cq_event) X(ibv_ack_cq_events)        \
	X(ibv_create_qp) X(ibv_destroy_qp) X(ibv_modify_qp) X(ibv_query_qp) X(ibv_wc_status_str)

struct ms_verbs {
#define X(name) __typeof__(name) *name;
	MS_VERBS_CM(X) MS_VERBS_IB(X)
#undef X
};
/* Fill the table; the libraries stay until the process ends. */
int ms_verbs_open(struct ms_verbs *ret_lib, struct ms_err *err);

#endif
