// SPDX-License-Identifier: BSD-3-Clause
/**
 * Queues, for core: submission
 */
#ifndef XNVI_CORE_QUEUE_H
#define XNVI_CORE_QUEUE_H

#include <core/state.h>

/** Submit what decode.c made of a command; the queue half of xnvme_cmd_pass() and friends */
int xnvi_queue_submit(struct xnvme_cmd_ctx *ctx, void *data, size_t iovcnt, size_t nbytes,
		      void *mbuf, size_t mbuf_nbytes);

/** As xnvi_queue_submit() for one buffer without metadata: three arguments stay in registers */
int xnvi_queue_submit_one(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes);

#endif /* XNVI_CORE_QUEUE_H */
