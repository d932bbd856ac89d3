// SPDX-License-Identifier: BSD-3-Clause
/**
 * async: nil
 *
 * Talks to:             nothing: every command succeeds and no data moves
 * Serves:               every device; measures what the library itself costs
 * Needs:                to be asked for by name, it is never chosen
 * Queue and limits:     1..4096
 * Completion delivery:  poke completes, in the order of submission
 * Threads:              none
 * Error mapping:        nothing that is accepted fails
 * Quirks:               reads leave the buffer as it was
 * Not supported:        polling modes
 */
#include <backends/portable/fifo.h>

static int
nil_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	if (XNVI_UNLIKELY(!xnvi_dev_executes(queue->dev, req))) {
		return xnvi_refuse_kind(queue->dev, ctx);
	}
	xnvi_fifo_push(queue, req->idx);

	return xnvi_queue_accept(queue, ctx);
}

static int
nil_poke(struct xnvme_queue *queue, uint32_t max)
{
	uint32_t ndone = 0;
	uint16_t idx;

	while (ndone < max && xnvi_fifo_pop(queue, &idx)) {
		xnvi_queue_complete(queue, xnvi_queue_ctx(queue, idx));
		ndone++;
	}

	return (int)ndone;
}

const struct xnvi_async_ops xnvi_async_nil = {
    .id = "nil",
    .caps = XNVI_ASYNC_POLLED | XNVI_ASYNC_RAW,
    .kinds = XNVI_KINDS_ALL,
    .iovcnt_max = UINT32_MAX,
    .queue_nbytes = sizeof(struct xnvi_fifo),
    .slot_nbytes = sizeof(uint16_t),
    .submit = nil_submit,
    .poke = nil_poke,
};
