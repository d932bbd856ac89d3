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

static int nil_init(struct xnvme_queue *queue, int opts);

static int
nil_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	if (XNVI_UNLIKELY(!xnvi_dev_executes(queue->dev, req))) {
		return xnvi_refuse_kind(queue->dev, ctx);
	}

	return xnvi_fifo_accept(queue, ctx);
}

static int
nil_lbas(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *data,
	 struct xnvme_queue *queue)
{
	(void)nsid;
	(void)slba;
	(void)nlb;
	(void)data;

	return xnvi_fifo_push(queue, ctx);
}

static int
nil_bytes(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, uint64_t offset,
	  struct xnvme_queue *queue)
{
	(void)data;
	(void)nbytes;
	(void)offset;

	return xnvi_fifo_push(queue, ctx);
}

static const struct xnvi_plain_ops g_plain = {
    .lbas = {[XNVI_PLAIN_WRITE] = nil_lbas, [XNVI_PLAIN_READ] = nil_lbas},
    .bytes = {[XNVI_PLAIN_WRITE] = nil_bytes, [XNVI_PLAIN_READ] = nil_bytes},
};

static int
nil_poke(struct xnvme_queue *queue, uint32_t max)
{
	return xnvi_fifo_each(queue, max, xnvi_queue_complete_ok);
}

static int
nil_reap(struct xnvme_queue *queue, uint32_t max)
{
	return xnvi_fifo_each(queue, max, xnvi_queue_reap_ok);
}

#define OPS(plain_)                                                                                \
	{                                                                                          \
		.id = "nil", .caps = XNVI_ASYNC_POLLED | XNVI_ASYNC_RAW, .kinds = XNVI_KINDS_ALL,  \
		.iovcnt_max = UINT32_MAX, .queue_nbytes = sizeof(struct xnvi_fifo),                \
		.slot_nbytes = XNVI_FIFO_SLOT_NBYTES, .init = nil_init, .submit = nil_submit,      \
		.plain = (plain_), .poke = nil_poke, .reap = nil_reap, .cancel = xnvi_fifo_cancel, \
	}

const struct xnvi_async_ops xnvi_async_nil = OPS(&g_plain);

/** Without a controller, core has to look for fields that only a controller honours */
static const struct xnvi_async_ops g_ops_bare = OPS(NULL);

static int
nil_init(struct xnvme_queue *queue, int opts)
{
	(void)opts;
	xnvi_fifo_init(queue);
	if (!queue->dev->sync->raw) {
		xnvi_queue_set_ops(queue, &g_ops_bare);
	}

	return 0;
}
