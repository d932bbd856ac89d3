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
emu_init(struct xnvme_queue *queue, int opts)
{
	(void)opts;
	xnvi_fifo_init(queue);

	return 0;
}

static int
emu_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	if (XNVI_UNLIKELY(!xnvi_dev_executes(queue->dev, req))) {
		return xnvi_refuse_kind(queue->dev, ctx);
	}
	xnvi_plain_set_run(ctx, NULL, req->data, req->nbytes, req->offset);

	return xnvi_fifo_accept(queue, ctx);
}

/* The short way: the sync path gets {SLBA, NLB} or {offset, bytes} */

static inline int
push(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, xnvi_plain_run run, void *data,
     uint64_t count, uint64_t first)
{
	xnvi_plain_set_run(ctx, run, data, count, first);

	return xnvi_fifo_push(queue, ctx);
}

static int
emu_read_lbas(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *data,
	      struct xnvme_queue *queue)
{
	return XNVI_LIKELY(xnvi_cmd_is_bare(&ctx->cmd))
		   ? push(queue, ctx, queue->dev->plain.read_lbas, data, nlb, slba)
		   : xnvi_plain_lbas_other(ctx, nsid, slba, nlb, data, queue);
}

static int
emu_write_lbas(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *data,
	       struct xnvme_queue *queue)
{
	return XNVI_LIKELY(xnvi_cmd_is_bare(&ctx->cmd))
		   ? push(queue, ctx, queue->dev->plain.write_lbas, data, nlb, slba)
		   : xnvi_plain_lbas_other(ctx, nsid, slba, nlb, data, queue);
}

static int
emu_read_bytes(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, uint64_t offset,
	       struct xnvme_queue *queue)
{
	return XNVI_LIKELY(xnvi_cmd_is_bare(&ctx->cmd))
		   ? push(queue, ctx, queue->dev->plain.read_bytes, data, nbytes, offset)
		   : xnvi_plain_bytes_other(ctx, data, nbytes, offset, queue);
}

static int
emu_write_bytes(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, uint64_t offset,
		struct xnvme_queue *queue)
{
	return XNVI_LIKELY(xnvi_cmd_is_bare(&ctx->cmd))
		   ? push(queue, ctx, queue->dev->plain.write_bytes, data, nbytes, offset)
		   : xnvi_plain_bytes_other(ctx, data, nbytes, offset, queue);
}

static const struct xnvi_plain_ops g_plain = {
    .lbas = {[XNVI_PLAIN_WRITE] = emu_write_lbas, [XNVI_PLAIN_READ] = emu_read_lbas},
    .bytes = {[XNVI_PLAIN_WRITE] = emu_write_bytes, [XNVI_PLAIN_READ] = emu_read_bytes},
};

/** Execute a command; false when it failed, or may have */
static inline bool
execute(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	const struct xnvi_place *place = xnvi_place_of(ctx);

	if (XNVI_LIKELY(place->run)) {
		return XNVI_LIKELY(!place->run(ctx, place->req.data, place->req.nbytes,
					       place->req.offset, queue->dev));
	}
	xnvi_execute(queue->dev, ctx, &place->req);

	return false;
}

static inline void
complete(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	if (XNVI_LIKELY(execute(queue, ctx))) {
		xnvi_queue_complete_ok(queue, ctx);
	} else {
		xnvi_queue_complete(queue, ctx);
	}
}

static inline void
reap(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	if (XNVI_LIKELY(execute(queue, ctx))) {
		xnvi_queue_reap_ok(queue, ctx);
	} else {
		xnvi_queue_complete(queue, ctx);
	}
}

static int
emu_poke(struct xnvme_queue *queue, uint32_t max)
{
	return xnvi_fifo_each(queue, max, complete);
}

static int
emu_reap(struct xnvme_queue *queue, uint32_t max)
{
	return xnvi_fifo_each(queue, max, reap);
}

const struct xnvi_async_ops xnvi_async_emu = {
    .id = "emu",
    .caps = XNVI_ASYNC_POLLED | XNVI_ASYNC_RAW,
    .kinds = XNVI_KINDS_ALL,
    .iovcnt_max = UINT32_MAX,
    .queue_nbytes = sizeof(struct xnvi_fifo),
    .slot_nbytes = XNVI_FIFO_SLOT_NBYTES,
    .init = emu_init,
    .submit = emu_submit,
    .plain = &g_plain,
    .poke = emu_poke,
    .reap = emu_reap,
    .cancel = xnvi_fifo_cancel,
};
