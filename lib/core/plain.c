// SPDX-License-Identifier: BSD-3-Clause
/**
 * The short way of plain commands, as far as it is not inline: where mechanisms have none of their
 * own, where they carry less than a command asks for, and when it opens and closes
 */
#include <core/cmd.h>
#include <core/ctx.h>
#include <core/plain.h>

/* --- Out of the short way --------------------------------------------------------------------- */

static inline uint64_t
lbas_nbytes(const struct xnvme_dev *dev, uint64_t nlb)
{
	return (nlb + 1) * dev->lba_nbytes;
}

XNVI_COLD int
xnvi_plain_lbas_other(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb,
		      void *data, struct xnvme_queue *queue)
{
	(void)nsid;
	(void)slba;
	xnvi_plain_give_slot(queue);

	return xnvi_queue_submit(ctx, data, 0, (size_t)lbas_nbytes(queue->dev, nlb), NULL, 0);
}

XNVI_COLD int
xnvi_plain_bytes_other(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, uint64_t offset,
		       struct xnvme_queue *queue)
{
	(void)offset;
	xnvi_plain_give_slot(queue);

	return xnvi_queue_submit(ctx, data, 0, nbytes, NULL, 0);
}

XNVI_COLD void
xnvi_plain_complete_req(struct xnvme_cmd_ctx *ctx)
{
	struct xnvi_req *req = &xnvi_place_of(ctx)->req;

	req->flags &= (uint8_t)~XNVI_REQ_SHORT;
	req->mbuf = NULL;
	req->mbuf_nbytes = 0;
}

/* --- Mechanisms without a short way: a request, as from decoding ------------------------------ */

static inline int
submit(struct xnvme_cmd_ctx *ctx, enum xnvi_kind kind, uint64_t flags, void *data, uint64_t nbytes,
       uint64_t offset, struct xnvme_queue *queue)
{
	struct xnvi_req *req = &xnvi_place_of(ctx)->req;

	/* The mechanism takes the slot, or refuses */
	xnvi_plain_give_slot(queue);
	*req = (struct xnvi_req){
	    .kind = (uint8_t)kind,
	    .flags = (uint8_t)flags,
	    .offset = offset,
	    .nbytes = nbytes,
	    .data = data,
	};

	return queue->ops->submit(queue, ctx, req);
}

static int
read_lbas(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *data,
	  struct xnvme_queue *queue)
{
	return xnvi_plain_lbas_by(ctx, nsid, slba, nlb, data, queue, XNVI_KIND_READ, submit);
}

static int
write_lbas(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *data,
	   struct xnvme_queue *queue)
{
	return xnvi_plain_lbas_by(ctx, nsid, slba, nlb, data, queue, XNVI_KIND_WRITE, submit);
}

static int
read_bytes(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, uint64_t offset,
	   struct xnvme_queue *queue)
{
	return xnvi_plain_bytes_by(ctx, data, nbytes, offset, queue, XNVI_KIND_READ, submit);
}

static int
write_bytes(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, uint64_t offset,
	    struct xnvme_queue *queue)
{
	return xnvi_plain_bytes_by(ctx, data, nbytes, offset, queue, XNVI_KIND_WRITE, submit);
}

static const struct xnvi_plain_ops g_any = {
    .lbas = {[XNVI_PLAIN_WRITE] = write_lbas, [XNVI_PLAIN_READ] = read_lbas},
    .bytes = {[XNVI_PLAIN_WRITE] = write_bytes, [XNVI_PLAIN_READ] = read_bytes},
};

/* --- Mechanisms that carry less of a command than the sync path ------------------------------- */

static inline const struct xnvi_plain_ops *
table_of(const struct xnvme_queue *queue)
{
	return queue->ops->plain ? queue->ops->plain : &g_any;
}

static int
read_lbas_lossy(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *data,
		struct xnvme_queue *queue)
{
	return XNVI_LIKELY(!xnvi_cmd_has_extras(queue->dev, &ctx->cmd))
		   ? table_of(queue)->lbas[XNVI_PLAIN_READ](ctx, nsid, slba, nlb, data, queue)
		   : xnvi_plain_lbas_other(ctx, nsid, slba, nlb, data, queue);
}

static int
write_lbas_lossy(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *data,
		 struct xnvme_queue *queue)
{
	return XNVI_LIKELY(!xnvi_cmd_has_extras(queue->dev, &ctx->cmd))
		   ? table_of(queue)->lbas[XNVI_PLAIN_WRITE](ctx, nsid, slba, nlb, data, queue)
		   : xnvi_plain_lbas_other(ctx, nsid, slba, nlb, data, queue);
}

static int
read_bytes_lossy(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, uint64_t offset,
		 struct xnvme_queue *queue)
{
	return XNVI_LIKELY(!xnvi_cmd_has_extras(queue->dev, &ctx->cmd))
		   ? table_of(queue)->bytes[XNVI_PLAIN_READ](ctx, data, nbytes, offset, queue)
		   : xnvi_plain_bytes_other(ctx, data, nbytes, offset, queue);
}

static int
write_bytes_lossy(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, uint64_t offset,
		  struct xnvme_queue *queue)
{
	return XNVI_LIKELY(!xnvi_cmd_has_extras(queue->dev, &ctx->cmd))
		   ? table_of(queue)->bytes[XNVI_PLAIN_WRITE](ctx, data, nbytes, offset, queue)
		   : xnvi_plain_bytes_other(ctx, data, nbytes, offset, queue);
}

static const struct xnvi_plain_ops g_lossy = {
    .lbas = {[XNVI_PLAIN_WRITE] = write_lbas_lossy, [XNVI_PLAIN_READ] = read_lbas_lossy},
    .bytes = {[XNVI_PLAIN_WRITE] = write_bytes_lossy, [XNVI_PLAIN_READ] = read_bytes_lossy},
};

void
xnvi_plain_set(struct xnvme_queue *queue)
{
	queue->plain = queue->lossy ? g_lossy : *table_of(queue);
	if ((queue->carries & XNVI_KINDS_RW) != XNVI_KINDS_RW) {
		xnvi_gate_close(queue, XNVI_GATE_KINDS);
	}
}

void
xnvi_gate_close(struct xnvme_queue *queue, enum xnvi_gate why)
{
	if (!queue->gates) {
		queue->credit -= XNVI_CREDIT_CLOSED;
	}
	queue->gates |= (uint32_t)why;
}

/* --- Sync paths ------------------------------------------------------------------------------- */

XNVI_COLD int
xnvi_plain_failed(struct xnvme_cmd_ctx *ctx, int err)
{
	if (err) {
		xnvi_cpl_host_err(ctx, err, ctx->cpl.result);
	}

	return ctx->opts == XNVI_CTX_SYNC ? xnvi_ctx_verdict(ctx) : 1;
}

static inline int
execute(struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req, struct xnvme_dev *dev)
{
	const int err = dev->sync->io(dev, ctx, req);

	return XNVI_LIKELY(!err && !ctx->cpl.status.sc && !ctx->cpl.status.sct)
		   ? 0
		   : xnvi_plain_failed(ctx, err);
}

static inline int
execute_lbas(struct xnvme_cmd_ctx *ctx, enum xnvi_kind kind, void *data, uint64_t nlb,
	     uint64_t slba, struct xnvme_dev *dev)
{
	const struct xnvi_req req = {
	    .kind = (uint8_t)kind,
	    .flags = XNVI_REQ_EXACT,
	    .offset = slba << dev->ssw,
	    .nbytes = (nlb + 1) << dev->ssw,
	    .data = data,
	};

	return execute(ctx, &req, dev);
}

static inline int
execute_bytes(struct xnvme_cmd_ctx *ctx, enum xnvi_kind kind, void *data, uint64_t nbytes,
	      uint64_t offset, struct xnvme_dev *dev)
{
	const struct xnvi_req req = {
	    .kind = (uint8_t)kind,
	    .offset = offset,
	    .nbytes = nbytes,
	    .data = data,
	};

	return execute(ctx, &req, dev);
}

static int
run_read_lbas(struct xnvme_cmd_ctx *ctx, void *data, uint64_t nlb, uint64_t slba,
	      struct xnvme_dev *dev)
{
	return execute_lbas(ctx, XNVI_KIND_READ, data, nlb, slba, dev);
}

static int
run_write_lbas(struct xnvme_cmd_ctx *ctx, void *data, uint64_t nlb, uint64_t slba,
	       struct xnvme_dev *dev)
{
	return execute_lbas(ctx, XNVI_KIND_WRITE, data, nlb, slba, dev);
}

static int
run_read_bytes(struct xnvme_cmd_ctx *ctx, void *data, uint64_t nbytes, uint64_t offset,
	       struct xnvme_dev *dev)
{
	return execute_bytes(ctx, XNVI_KIND_READ, data, nbytes, offset, dev);
}

static int
run_write_bytes(struct xnvme_cmd_ctx *ctx, void *data, uint64_t nbytes, uint64_t offset,
		struct xnvme_dev *dev)
{
	return execute_bytes(ctx, XNVI_KIND_WRITE, data, nbytes, offset, dev);
}

const struct xnvi_plain_sync xnvi_plain_sync_any = {run_read_lbas, run_write_lbas, run_read_bytes,
						    run_write_bytes};

/* --- Which ranges are plain ------------------------------------------------------------------- */

static bool
is_open(const struct xnvme_dev *dev)
{
	return !atomic_load(&dev->gone) && !atomic_load(&dev->stale);
}

void
xnvi_plain_set_nlbas(struct xnvme_dev *dev, uint64_t nlbas)
{
	atomic_store_explicit(&dev->nlbas, nlbas, memory_order_relaxed);
	if (!dev->is_plain) {
		return;
	}
	/* xnvi_plain_close() stores its reason first, then 0: one of us sees the other */
	atomic_store(&dev->plain_nlbas, nlbas);
	if (!is_open(dev)) {
		atomic_store(&dev->plain_nlbas, 0);
	}
}

void
xnvi_plain_close_dev(struct xnvme_dev *dev)
{
	atomic_store(&dev->plain_nlbas, 0);
	atomic_store(&dev->plain_nbytes, 0);
}

/** Whether file commands may have any range; else decoding checks that they are whole LBAs */
static inline bool
takes_bytes(const struct xnvme_dev *dev)
{
	return dev->bounded || dev->sync->bytes;
}

void
xnvi_plain_set_dev(struct xnvme_dev *dev)
{
	const struct xnvme_geo *geo = &dev->geo;

	dev->plain = dev->sync->plain ? *dev->sync->plain : xnvi_plain_sync_any;
	dev->lba_nbytes = geo->lba_nbytes;
	dev->is_plain = geo->type != XNVME_GEO_KV && !geo->lba_extended && !dev->refuse_reads &&
			!dev->refuse_writes && is_open(dev) &&
			(dev->sync->kinds & XNVI_KINDS_RW) == XNVI_KINDS_RW &&
			geo->lba_nbytes <= XNVI_PLAIN_NBYTES_MAX / 65536;
	if (!dev->is_plain) {
		xnvi_plain_close_dev(dev);
		return;
	}
	atomic_store(&dev->plain_nbytes, takes_bytes(dev) ? (uint64_t)INT64_MAX / 2 : 0);
	xnvi_plain_set_nlbas(dev, atomic_load_explicit(&dev->nlbas, memory_order_relaxed));
}
