// SPDX-License-Identifier: BSD-3-Clause
/** Commands that the queue gives up */
#include <core/give_up.h>
#include <core/buf.h>
#include <core/mechanism.h>

void
xnvi_queue_give_up(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, enum xnvi_given_up how)
{
	xnvi_cpl_host_err(ctx, -ETIMEDOUT, 0);
	xnvi_rsvd_of(ctx)->given_up = (uint8_t)how & 7U;
	xnvi_queue_complete(queue, ctx);
	queue->ncompleted++;
	queue->ngiven_up++;
}

void
xnvi_queue_cancelled(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	xnvi_queue_give_up(queue, ctx, XNVI_GIVEN_UP_UNBEGUN);
}

void
xnvi_queue_give_up_late(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	struct xnvi_rsvd *rsvd = xnvi_rsvd_of(ctx);

	assert(xnvi_ctx_is_in_flight(ctx));
	assert(xnvi_queue_outstanding(queue) > 0 && queue->room > 0);

	xnvi_withhold(ctx);
	if ((queue->ops->caps & XNVI_ASYNC_BY_LENGTH) &&
	    !(xnvi_ctx_req(ctx)->flags & XNVI_REQ_DEFERRED)) {
		xnvi_place_of(ctx)->req.nbytes = XNVI_NBYTES_LATE;
	}
	xnvi_cpl_host_err(ctx, -ETIMEDOUT, 0);
	rsvd->given_up = XNVI_GIVEN_UP_LATE;
	rsvd->guard = XNVI_GUARD_LATE;
	/* As many slots are free as before: neither it nor its slot counts any more */
	queue->room--;
	queue->nlate++;
	queue->has_late = true;
	queue->nfailed++;
	queue->ncompleted++;
	queue->ngiven_up++;
	XNVI_TRACE1(complete, ctx);
	xnvi_queue_deliver(queue, ctx);
}

uint32_t
xnvi_queue_interrupted(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, enum xnvi_given_up why)
{
	assert(why == XNVI_GIVEN_UP_RESET || why == XNVI_GIVEN_UP_REMOVED);

	if (xnvi_queue_takes_back(queue, ctx)) {
		return 0;
	}
	xnvi_cpl_host_err(ctx, why == XNVI_GIVEN_UP_REMOVED ? -ENODEV : -ECANCELED, 0);
	xnvi_rsvd_of(ctx)->given_up = (uint8_t)why & 7U;
	xnvi_queue_complete(queue, ctx);

	return 1;
}
