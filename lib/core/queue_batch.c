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
		const uint64_t next = rsvd->guard;

		memset(&ctx->cmd, 0, sizeof(ctx->cmd) + sizeof(ctx->cpl));
		rsvd->guard = xnvi_guard_held(queue, ctx);
		ctxs[count] = ctx;
		ctx = (struct xnvme_cmd_ctx *)(uintptr_t)next;
	}
	queue->free = ctx;

	return (int)count;
}

/** Link the contexts before `*free` that are held and clean, up to the first other one */
static inline uint32_t
link_clean(struct xnvme_queue *queue, struct xnvme_cmd_ctx **ctxs, uint32_t n,
	   struct xnvme_cmd_ctx **free)
{
	uint32_t i = 0;

	for (; i < n; ++i) {
		struct xnvme_cmd_ctx *ctx = ctxs[i];

		/* One that is named twice is linked already, and not held */
		if (XNVI_UNLIKELY(!ctx || !xnvi_plain_is_held(queue, ctx))) {
			break;
		}
		xnvi_rsvd_of(ctx)->guard = (uintptr_t)*free;
		*free = ctx;
	}

	return i;
}

/**
 * The others: mark them as being put, which finds one that is named twice
 *
 * @return How many of all could be put: all but for a mistake of the caller
 */
static XNVI_COLD uint32_t
mark_others(struct xnvme_queue *queue, struct xnvme_cmd_ctx **ctxs, uint32_t first, uint32_t n)
{
	uint32_t i = first;

	for (; i < n && ctxs[i] && xnvi_queue_can_put(queue, ctxs[i]); ++i) {
		xnvi_rsvd_of(ctxs[i])->guard += XNVI_GUARD_PUTTING;
	}

	return i;
}

/** Some are dirty or late, or one cannot be put: `nclean` are linked */
static XNVI_COLD int
put_others(struct xnvme_queue *queue, struct xnvme_cmd_ctx **ctxs, uint32_t nclean, uint32_t n)
{
	const uint32_t nmarked = mark_others(queue, ctxs, nclean, n);

	for (uint32_t i = 0; i < nclean; ++i) {
		xnvi_rsvd_of(ctxs[i])->guard = xnvi_guard_held(queue, ctxs[i]);
	}
	for (uint32_t i = nclean; i < nmarked; ++i) {
		xnvi_rsvd_of(ctxs[i])->guard -= XNVI_GUARD_PUTTING;
	}
	if (nmarked < n) {
		return xnvi_err(-EINVAL, LAYER, queue->dev->ident.uri,
				"put each context that the caller holds once",
				"context %u of %u cannot be put: %s", nmarked, n,
				ctxs[nmarked] ? "it is not held, not of this queue, or named twice"
					      : "it is NULL");
	}
	for (uint32_t i = 0; i < n; ++i) {
		(void)xnvme_queue_put_cmd_ctx(queue, ctxs[i]);
	}

	return 0;
}

int
xnvme_queue_put_cmd_ctxs(struct xnvme_queue *queue, struct xnvme_cmd_ctx **ctxs, uint32_t n)
{
	struct xnvme_cmd_ctx *free;
	uint32_t nclean;

	if (!queue || !ctxs) {
		return XNVI_NULL("queue or ctxs");
	}
	free = queue->free;
	nclean = link_clean(queue, ctxs, n, &free);
	if (XNVI_UNLIKELY(nclean < n)) {
		return put_others(queue, ctxs, nclean, n);
	}
	queue->free = free;

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
