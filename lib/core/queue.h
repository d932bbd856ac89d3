// SPDX-License-Identifier: BSD-3-Clause
/**
 * Queues, for core: submission
 */
#ifndef XNVI_CORE_QUEUE_H
#define XNVI_CORE_QUEUE_H

#include <core/state.h>

/** The callback of contexts that have none of their own yet */
void xnvi_queue_no_cb(struct xnvme_cmd_ctx *ctx, void *cb_arg);

/** Link a context to its queue; its callback does nothing */
static inline void
xnvi_queue_link(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	ctx->dev = queue->dev;
	ctx->async.queue = queue;
	ctx->async.cb = xnvi_queue_no_cb;
	ctx->async.cb_arg = NULL;
	ctx->opts = XNVI_CTX_ASYNC;
}

/** Explain which rule a call of poke, drain or terminate breaks: -EOWNERDEAD or -EDEADLK */
int xnvi_queue_refuse(const struct xnvme_queue *queue);

/** Poke until nothing is outstanding; the time limit is per completion, not for all of them */
int xnvi_queue_drain(struct xnvme_queue *queue);

/** Largest capacity of a queue of this device */
static inline uint32_t
xnvi_queue_capacity_max(const struct xnvme_dev *dev)
{
	return dev->async->capacity_max ? dev->async->capacity_max(dev) : XNVI_QUEUE_CAPACITY_MAX;
}

/** Poke, for xnvme_queue_poke() and xnvme_queue_reap(): their guards have passed */
int xnvi_queue_poke(struct xnvme_queue *queue, uint32_t max);

/** Submit a command; xnvme_cmd_pass() and the like on a queue */
int xnvi_queue_submit(struct xnvme_cmd_ctx *ctx, void *data, size_t iovcnt, size_t nbytes,
		      void *mbuf, size_t mbuf_nbytes);

/** Of xnvme_cmd_pass_batch(): submissions in between wait for the end of the batch */
static inline void
xnvi_queue_begin_batch(struct xnvme_queue *queue)
{
	queue->batching = true;
}

/** With the event in use, the mechanism submits now what it left */
static inline void
xnvi_queue_end_batch(struct xnvme_queue *queue, uint32_t naccepted)
{
	queue->batching = false;
	if (XNVI_UNLIKELY(queue->event_on) && naccepted && queue->ops->flush) {
		queue->ops->flush(queue);
	}
}

#endif /* XNVI_CORE_QUEUE_H */
