// SPDX-License-Identifier: BSD-3-Clause
/**
 * async: emu
 *
 * Talks to:             the device's sync path
 * Serves:               every device that has one
 * Needs:                nothing
 * Queue and limits:     1..4096, no memory beyond the queue
 * Completion delivery:  poke executes the commands, in the order of submission
 * Threads:              none
 * Error mapping:        that of the sync path
 * Quirks:               nothing progresses between pokes; the completion fd is readable while
 *                       commands wait
 * Not supported:        polling modes: there is nothing to poll
 */
#include <backends/portable/fifo.h>

static int
emu_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	if (XNVI_UNLIKELY(!xnvi_dev_executes(queue->dev, req))) {
		return xnvi_refuse_kind(queue->dev, ctx);
	}
	xnvi_fifo_push(queue, req->idx);

	return xnvi_queue_accept(queue, ctx);
}

static int
emu_poke(struct xnvme_queue *queue, uint32_t max)
{
	uint32_t ndone = 0;
	uint16_t idx;

	while (ndone < max && xnvi_fifo_pop(queue, &idx)) {
		struct xnvme_cmd_ctx *ctx = xnvi_queue_ctx(queue, idx);

		xnvi_execute(queue->dev, ctx, xnvi_queue_req(queue, idx));
		xnvi_queue_complete(queue, ctx);
		ndone++;
	}

	return (int)ndone;
}

const struct xnvi_async_ops xnvi_async_emu = {
    .id = "emu",
    .caps = XNVI_ASYNC_POLLED | XNVI_ASYNC_RAW,
    .kinds = XNVI_KINDS_ALL,
    .iovcnt_max = UINT32_MAX,
    .queue_nbytes = sizeof(struct xnvi_fifo),
    .slot_nbytes = sizeof(uint16_t),
    .submit = emu_submit,
    .poke = emu_poke,
};
