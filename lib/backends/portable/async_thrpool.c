// SPDX-License-Identifier: BSD-3-Clause
/**
 * async: thrpool
 *
 * Talks to:             the device's sync path, from the pool of the device (core/pool.c)
 * Serves:               every device that has one
 * Needs:                threads; without any the caller of poke still does all the work
 * Queue and limits:     1..4096; threads by ?threads= of the URI, or by
 *                       XNVME_BE_CBI_ASYNC_THRPOOL_NTHREADS, 4 by default, shared by the
 *                       device's queues
 * Completion delivery:  threads and the caller of poke complete, in any order
 * Threads:              started when first wanted, stopped with the device
 * Error mapping:        that of the sync path
 * Quirks:               the caller executes commands that no thread has taken, unless the
 *                       completion fd is in use: then the threads do all of them, if there are any
 * Not supported:        polling modes
 */
#include <core/mechanism.h>

struct thrpool {
	struct xnvi_poolq *poolq;
};

static int
thrpool_init(struct xnvme_queue *queue, int opts)
{
	struct thrpool *priv = queue->priv;

	(void)opts;

	return xnvi_poolq_init(queue, &priv->poolq);
}

static void
thrpool_term(struct xnvme_queue *queue)
{
	const struct thrpool *priv = queue->priv;

	xnvi_poolq_term(priv->poolq);
}

static int
thrpool_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	const struct thrpool *priv = queue->priv;

	if (XNVI_UNLIKELY(!xnvi_dev_executes(queue->dev, req))) {
		return xnvi_refuse_kind(queue->dev, ctx);
	}

	xnvi_poolq_submit(priv->poolq, xnvi_ctx_idx(ctx), false);

	return xnvi_queue_accept(queue, ctx);
}

static int
thrpool_poke(struct xnvme_queue *queue, uint32_t max)
{
	const struct thrpool *priv = queue->priv;

	return (int)xnvi_poolq_poke(priv->poolq, max, true);
}

/**
 * Those that no thread has taken are given up together, the oldest first; their callbacks may
 * submit them again
 */
static enum xnvi_expiry
thrpool_expire(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	const struct thrpool *priv = queue->priv;

	xnvi_poolq_expire(priv->poolq);

	if (!xnvi_ctx_is_in_flight(ctx) || !xnvi_queue_is_late(queue, ctx) ||
	    !xnvi_queue_may_give_up(queue)) {
		return XNVI_EXPIRY_WAIT;
	}

	return xnvi_poolq_expiry(priv->poolq, xnvi_ctx_idx(ctx));
}

static void
thrpool_cancel(struct xnvme_queue *queue)
{
	const struct thrpool *priv = queue->priv;

	xnvi_poolq_cancel(priv->poolq);
}

static int
thrpool_arm(struct xnvme_queue *queue)
{
	const struct thrpool *priv = queue->priv;

	xnvi_poolq_arm(priv->poolq);

	return 0;
}

static bool
thrpool_ready(struct xnvme_queue *queue)
{
	const struct thrpool *priv = queue->priv;

	return xnvi_poolq_ready(priv->poolq);
}

const struct xnvi_async_ops xnvi_async_thrpool = {
    .id = "thrpool",
    .caps = XNVI_ASYNC_RAW,
    .kinds = XNVI_KINDS_ALL,
    .iovcnt_max = UINT32_MAX,
    .queue_nbytes = sizeof(struct thrpool),
    .init = thrpool_init,
    .term = thrpool_term,
    .cancel = thrpool_cancel,
    .expire = thrpool_expire,
    .submit = thrpool_submit,
    .poke = thrpool_poke,
    .ready = thrpool_ready,
    .arm = thrpool_arm,
};
