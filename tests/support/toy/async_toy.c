// SPDX-License-Identifier: BSD-3-Clause
/**
 * async: toy
 *
 * Talks to:             the device's sync path
 * Serves:               every device that has one
 * Needs:                nothing
 * Queue and limits:     1..4096, no memory beyond the queue
 * Completion delivery:  poke executes the commands, the newest first
 * Threads:              none
 * Error mapping:        that of the sync path
 * Quirks:               not part of the library: tests/support/toy.sh adds it to a copy, to show
 *                       that an interface is one file, one row per backend and one line of meson
 * Not supported:        polling modes
 */
#include <core/mechanism.h>

struct toy {
	uint32_t nwaiting;
};

/** The slots of the contexts are the stack, 2 bytes each */
static uint16_t *
stack_of(const struct xnvme_queue *queue)
{
	return xnvi_queue_slot(queue, 0);
}

static int
toy_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	struct toy *priv = queue->priv;

	if (!xnvi_dev_executes(queue->dev, req)) {
		return xnvi_refuse_kind(queue->dev, ctx);
	}
	stack_of(queue)[priv->nwaiting++] = xnvi_ctx_idx(ctx);

	return xnvi_queue_accept(queue, ctx);
}

static int
toy_poke(struct xnvme_queue *queue, uint32_t max)
{
	struct toy *priv = queue->priv;
	uint32_t ndone = 0;

	while (ndone < max && priv->nwaiting) {
		const uint16_t idx = stack_of(queue)[--priv->nwaiting];
		struct xnvme_cmd_ctx *ctx = xnvi_queue_ctx(queue, idx);

		xnvi_execute(queue->dev, ctx, xnvi_ctx_req(ctx));
		xnvi_queue_complete(queue, ctx);
		ndone++;
	}

	return (int)ndone;
}

const struct xnvi_async_ops xnvi_async_toy = {
    .id = "toy",
    .caps = XNVI_ASYNC_POLLED | XNVI_ASYNC_RAW,
    .kinds = XNVI_KINDS_ALL,
    .iovcnt_max = UINT32_MAX,
    .queue_nbytes = sizeof(struct toy),
    .slot_nbytes = sizeof(uint16_t),
    .submit = toy_submit,
    .poke = toy_poke,
};
