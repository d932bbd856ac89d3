// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands in the order of submission, for mechanisms that execute in poke
 *
 * They are in a list of contexts. Poke takes the whole list and begins another one, so nothing
 * wraps: a mechanism has room for two lists in the slots of its contexts.
 */
#ifndef XNVI_FIFO_H
#define XNVI_FIFO_H

#include <core/mechanism.h>

/** Private state of the queue */
struct xnvi_fifo {
	struct xnvme_cmd_ctx **tail; ///< Where the next command goes
	struct xnvme_cmd_ctx **base;
	struct xnvme_cmd_ctx **other; ///< Room for the next list
};

/** Slot of a context: a place in each list */
#define XNVI_FIFO_SLOT_NBYTES (2 * sizeof(struct xnvme_cmd_ctx *))

/** In `init` of the mechanism */
static inline void
xnvi_fifo_init(struct xnvme_queue *queue)
{
	struct xnvi_fifo *fifo = xnvi_queue_priv(queue);

	fifo->base = xnvi_queue_slot(queue, 0);
	fifo->other = fifo->base + queue->capacity + 1;
	fifo->tail = fifo->base;
}

/** Append a command of the short way */
static inline int
xnvi_fifo_push(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	struct xnvi_fifo *fifo = xnvi_queue_priv(queue);

	*fifo->tail++ = ctx;

	return xnvi_plain_accept(ctx);
}

/** Append a command of `submit` */
static inline int
xnvi_fifo_accept(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	struct xnvi_fifo *fifo = xnvi_queue_priv(queue);

	*fifo->tail++ = ctx;

	return xnvi_queue_accept(queue, ctx);
}

/**
 * Take the oldest `n` commands, at least one, and call `one` for each, which completes it
 *
 * Callbacks may append commands meanwhile.
 */
XNVI_INLINE int
xnvi_fifo_each(struct xnvme_queue *queue, uint32_t n,
	       void (*one)(struct xnvme_queue *, struct xnvme_cmd_ctx *))
{
	struct xnvi_fifo *fifo = xnvi_queue_priv(queue);
	struct xnvme_cmd_ctx **next = fifo->base;
	struct xnvme_cmd_ctx **const end = next + n;
	const size_t nleft = (size_t)(fifo->tail - end);

	fifo->base = fifo->other;
	fifo->other = next;
	fifo->tail = fifo->base + nleft;
	if (XNVI_UNLIKELY(nleft)) {
		memcpy(fifo->base, end, nleft * sizeof(struct xnvme_cmd_ctx *));
	}
	do {
		one(queue, *next);
	} while (++next != end);

	return (int)n;
}

/** Slot `cancel`: no command has begun */
static inline void
xnvi_fifo_cancel(struct xnvme_queue *queue)
{
	if (xnvi_queue_outstanding(queue)) {
		xnvi_fifo_each(queue, xnvi_queue_outstanding(queue), xnvi_queue_cancelled);
	}
}

#endif /* XNVI_FIFO_H */
