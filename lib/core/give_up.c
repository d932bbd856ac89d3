// SPDX-License-Identifier: BSD-3-Clause
/** Commands that the queue does not wait for any longer */
#include <core/give_up.h>
#include <core/mechanism.h>

void
xnvi_queue_give_up(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, enum xnvi_given_up how)
{
	xnvi_cpl_host_err(ctx, -ETIMEDOUT, 0);
	xnvi_rsvd_of(ctx)->given_up = (uint8_t)how;
	xnvi_queue_complete(queue, ctx);
	queue->ncompleted++;
}

void
xnvi_queue_cancelled(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	xnvi_queue_give_up(queue, ctx, XNVI_GIVEN_UP_UNBEGUN);
}
