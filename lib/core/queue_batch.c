// SPDX-License-Identifier: BSD-3-Clause
/**
 * Contexts of a queue by the batch, and completions without callbacks
 */
#include <core/plain.h>
#include <core/queue.h>

#define LAYER "queue"

int
xnvme_queue_get_cmd_ctxs(struct xnvme_queue *queue, struct xnvme_cmd_ctx **ctxs, uint32_t n)
{
	struct xnvme_cmd_ctx *ctx;
	uint32_t count = 0;

	if (!queue || !ctxs) {
		return XNVI_NULL("queue or ctxs");
	}
	for (ctx = queue->free; ctx && count < n; ++count) {
		struct xnvi_rsvd *rsvd = xnvi_rsvd_of(ctx);

		ctxs[count] = ctx;
		memset(&ctx->cmd, 0, sizeof(ctx->cmd) + sizeof(ctx->cpl));
		ctx = (struct xnvme_cmd_ctx *)(uintptr_t)rsvd->guard;
		rsvd->guard = xnvi_guard_held(queue, ctxs[count]);
	}
	queue->free = ctx;

	return (int)count;
}

/** None of the first `n` is put after all */
static void
take_again(struct xnvme_queue *queue, struct xnvme_cmd_ctx **ctxs, uint32_t n)
{
	for (uint32_t i = 0; i < n; ++i) {
		xnvi_rsvd_of(ctxs[i])->guard -= XNVI_GUARD_PUTTING;
	}
	(void)queue;
}

/**
 * Mark the contexts as being put, which finds one that is named twice
 *
 * @return How many could be put; all but for a mistake of the caller
 */
static uint32_t
mark(struct xnvme_queue *queue, struct xnvme_cmd_ctx **ctxs, uint32_t n)
{
	uint32_t i = 0;

	for (; i < n; ++i) {
		if (!ctxs[i] || !xnvi_queue_can_put(queue, ctxs[i])) {
			break;
		}
		xnvi_rsvd_of(ctxs[i])->guard += XNVI_GUARD_PUTTING;
	}

	return i;
}

int
xnvme_queue_put_cmd_ctxs(struct xnvme_queue *queue, struct xnvme_cmd_ctx **ctxs, uint32_t n)
{
	uint32_t nmarked;

	if (!queue || !ctxs) {
		return XNVI_NULL("queue or ctxs");
	}
	nmarked = mark(queue, ctxs, n);
	if (XNVI_UNLIKELY(nmarked < n)) {
		take_again(queue, ctxs, nmarked);
		return xnvi_err(-EINVAL, LAYER, queue->dev->ident.uri,
				"put each context that the caller holds once",
				"context %u of %u cannot be put: %s", nmarked, n,
				ctxs[nmarked] ? "it is not held, not of this queue, or named twice"
					      : "it is NULL");
	}
	for (uint32_t i = 0; i < n; ++i) {
		xnvi_rsvd_of(ctxs[i])->guard -= XNVI_GUARD_PUTTING;
		(void)xnvme_queue_put_cmd_ctx(queue, ctxs[i]);
	}

	return 0;
}

int
xnvme_queue_reap(struct xnvme_queue *queue, struct xnvme_cmd_ctx **ctxs, uint32_t max)
{
	int res;

	if (!queue || !ctxs) {
		return XNVI_NULL("queue or ctxs");
	}
	if (!max) {
		return xnvi_err(-EINVAL, LAYER, queue->dev->ident.uri, "make room for contexts",
				"no room for a context");
	}
	if (XNVI_UNLIKELY(queue->poking || xnvi_queue_is_forked(queue))) {
		return xnvi_queue_refuse(queue);
	}
	queue->reaped = ctxs;
	res = xnvi_queue_poke(queue, max);
	queue->reaped = NULL;

	return res;
}
