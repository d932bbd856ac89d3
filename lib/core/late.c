// SPDX-License-Identifier: BSD-3-Clause
/** Slow paths of accepting and completing a command */
#include <core/late.h>

#include <assert.h>

void
xnvi_late_return(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	struct xnvi_rsvd *rsvd = xnvi_rsvd_of(ctx);

	assert(rsvd->state == XNVI_CTX_LATE || rsvd->state == XNVI_CTX_LATE_PUT);
	assert(queue->nlate > 0);

	queue->nlate--;
	queue->room++;
	if (rsvd->state == XNVI_CTX_LATE_PUT) {
		rsvd->state = XNVI_CTX_IDLE;
		queue->free[queue->nfree++] = rsvd->idx;
	} else {
		rsvd->state = XNVI_CTX_HELD;
	}
}

void
xnvi_watch_accepted(struct xnvme_queue *queue)
{
	if (queue->polled) {
		xnvi_event_set(&queue->event);
	}
	if (!atomic_load_explicit(&queue->watched, memory_order_relaxed)) {
		const uint32_t tick = atomic_load_explicit(&queue->tick, memory_order_relaxed);

		atomic_store_explicit(&queue->watched, tick + 1, memory_order_relaxed);
	}
}
