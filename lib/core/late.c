// SPDX-License-Identifier: BSD-3-Clause
/** Slow paths of accepting and completing a command */
#include <core/late.h>
#include <core/trace.h>

#include <assert.h>
#include <string.h>

void
xnvi_late_return(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	struct xnvi_rsvd *rsvd = xnvi_rsvd_of(ctx);

	assert(rsvd->guard == XNVI_GUARD_LATE || rsvd->guard == XNVI_GUARD_LATE_PUT);
	assert(queue->nlate > 0);

	queue->has_late = --queue->nlate > 0;
	queue->room++;
	queue->credit++;
	if (rsvd->guard == XNVI_GUARD_LATE_PUT) {
		memset(ctx->be_rsvd, 0, offsetof(struct xnvi_rsvd, guard));
		rsvd->guard = (uintptr_t)queue->free;
		queue->free = ctx;
	} else {
		/* The caller may still ask how its command ended */
		rsvd->guard = xnvi_guard_held(queue, ctx) | XNVI_GUARD_DIRTY;
	}
}

void
xnvi_queue_deliver(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	if (queue->reaped) {
		*queue->reaped++ = ctx;
	} else {
		ctx->async.cb(ctx, ctx->async.cb_arg);
	}
}

XNVI_COLD void
xnvi_queue_complete_failed(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	/* The next command begins with a clean context: see to it by the long way */
	xnvi_rsvd_of(ctx)->guard = xnvi_guard_held(queue, ctx) | XNVI_GUARD_DIRTY;
	queue->credit++;
	queue->nfailed++;
	XNVI_TRACE1(complete, ctx);
	xnvi_queue_deliver(queue, ctx);
}

void
xnvi_watch_accepted(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	const uint32_t tick = atomic_load_explicit(&queue->tick, memory_order_relaxed);

	/* The owner is going to sleep, so it cannot begin the deadline in poke */
	if (!(queue->ops->caps & XNVI_ASYNC_POLLED) && xnvi_service_has_thread()) {
		xnvi_place_of(ctx)->tick = tick;
		xnvi_rsvd_of(ctx)->guard |= XNVI_GUARD_AGED;
	}
	if (queue->polled) {
		xnvi_event_set(&queue->event);
	}
	if (!atomic_load_explicit(&queue->watched, memory_order_relaxed)) {
		atomic_store_explicit(&queue->watched, tick + 1, memory_order_relaxed);
	}
}
