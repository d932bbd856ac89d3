// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands in the order of submission, for mechanisms that execute in poke
 *
 * The commands are linked by the guards of their contexts: the upper bits are the next context.
 */
#ifndef XNVI_CORE_FIFO_H
#define XNVI_CORE_FIFO_H

#include <core/mechanism.h>

/** Private state of the queue */
struct xnvi_fifo {
	uint64_t first; ///< As a guard
	uint64_t *last; ///< Where the next command is linked
};

/** In `init` of the mechanism */
static inline void
xnvi_fifo_init(struct xnvme_queue *queue)
{
	struct xnvi_fifo *fifo = xnvi_queue_priv(queue);

	fifo->last = &fifo->first;
}

/** Append a command, which becomes one in flight; it has a slot of the queue */
XNVI_WRITER void xnvi_fifo_push(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/** Append a command of `submit` */
XNVI_WRITER void xnvi_fifo_accept(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/**
 * Take the oldest `n` commands, at least one, and call `one` for each, which completes it
 *
 * Callbacks may append commands meanwhile.
 */
XNVI_INLINE int xnvi_fifo_each(struct xnvme_queue *queue, uint32_t n,
			       void (*one)(struct xnvme_queue *, struct xnvme_cmd_ctx *));

/**
 * Note how the sync path executes a plain command; NULL: by its request
 *
 * @param count NLB or bytes
 */
XNVI_WRITER void xnvi_fifo_set_run(struct xnvme_cmd_ctx *ctx, xnvi_plain_run run, void *data,
				   uint64_t count);

static inline struct xnvme_cmd_ctx *
xnvi_fifo_ctx(uint64_t link)
{
	return (struct xnvme_cmd_ctx *)(uintptr_t)(link - XNVI_GUARD_INFLIGHT);
}

/** Part of xnvi_fifo_each(): the commands from `link` to `last` come before those appended since */
static inline void
xnvi_fifo_put_back(struct xnvi_fifo *fifo, uint64_t link, uint64_t *last)
{
	if (fifo->last == &fifo->first) {
		fifo->last = last;
	} else {
		*last = fifo->first;
	}
	fifo->first = link;
}

XNVI_INLINE int
xnvi_fifo_each(struct xnvme_queue *queue, uint32_t n,
	       void (*one)(struct xnvme_queue *, struct xnvme_cmd_ctx *))
{
	struct xnvi_fifo *fifo = xnvi_queue_priv(queue);
	uint64_t *const last = fifo->last;
	uint64_t link = fifo->first;
	uint32_t left = n;

	/* Take all: what callbacks append is another list */
	fifo->last = &fifo->first;
	do {
		struct xnvme_cmd_ctx *ctx = xnvi_fifo_ctx(link);

		link = xnvi_rsvd_of(ctx)->guard;
		one(queue, ctx);
	} while (--left);
	if (XNVI_UNLIKELY(link != XNVI_GUARD_INFLIGHT)) {
		xnvi_fifo_put_back(fifo, link, last);
	}

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

#ifndef XNVI_CHECK_ROOMS

static inline void
xnvi_fifo_push(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	struct xnvi_fifo *fifo = xnvi_queue_priv(queue);
	uint64_t *guard = (uint64_t *)(void *)(ctx->be_rsvd + offsetof(struct xnvi_rsvd, guard));

	*fifo->last = (uintptr_t)ctx + XNVI_GUARD_INFLIGHT;
	fifo->last = guard;
	xnvi_plain_accept(ctx);
}

static inline void
xnvi_fifo_accept(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	xnvi_fifo_push(queue, ctx);
	/* Which leaves the link as it is */
	queue->credit--;
	if (XNVI_UNLIKELY(queue->event_on)) {
		xnvi_watch_accepted(queue, ctx);
	}
}

static inline void
xnvi_fifo_set_run(struct xnvme_cmd_ctx *ctx, xnvi_plain_run run, void *data, uint64_t count)
{
	struct xnvi_place *place = xnvi_place_of(ctx);

	place->run = run;
	place->req.data = data;
	place->req.nbytes = count;
}

#endif /* XNVI_CHECK_ROOMS */

#endif /* XNVI_CORE_FIFO_H */
