// SPDX-License-Identifier: BSD-3-Clause
#include <core/cmd.h>
#include <core/ctx.h>
#include <core/decode.h>
#include <core/plain.h>

#define LAYER "cmd"

struct xnvme_cmd_ctx *
xnvme_cmd_ctx_from_queue(struct xnvme_queue *queue)
{
	return xnvme_queue_get_cmd_ctx(queue);
}

int
xnvi_sync_pass(struct xnvme_cmd_ctx *ctx, void *data, size_t iovcnt, size_t nbytes, void *mbuf,
	       size_t mbuf_nbytes)
{
	struct xnvme_dev *dev = ctx->dev;
	struct xnvi_req req;
	int err;

	if (XNVI_UNLIKELY(!dev)) {
		return xnvi_err(-EINVAL, LAYER, "", "get the context by xnvme_cmd_ctx_from_dev()",
				"the context has no device");
	}
	xnvi_cpl_clear(ctx);
	xnvi_rsvd_of(ctx)->admin = 0;
	err = xnvi_decode(dev, &ctx->cmd, data, iovcnt, nbytes, mbuf, mbuf_nbytes, &req);
	if (XNVI_UNLIKELY(err)) {
		return err;
	}
	if (XNVI_UNLIKELY(!xnvi_dev_executes(dev, &req))) {
		return xnvi_refuse_kind(dev, ctx);
	}
	xnvi_execute(dev, ctx, &req);

	return xnvi_ctx_verdict(ctx);
}

XNVI_COLD int
xnvi_refuse_mode(const struct xnvme_cmd_ctx *ctx)
{
	return xnvi_err(-EINVAL, LAYER, "", "get the context from a device or a queue",
			"the context is neither of a device nor of a queue (opts 0x%x)", ctx->opts);
}

XNVI_COLD int
xnvi_refuse_busy(struct xnvme_cmd_ctx *ctx)
{
	return xnvi_queue_submit(ctx, NULL, 0, 0, NULL, 0);
}

static XNVI_COLD int
pass_other(struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes, void *mbuf,
	   size_t mbuf_nbytes)
{
	return ctx ? xnvi_pass(ctx, dbuf, 0, dbuf_nbytes, mbuf, mbuf_nbytes) : XNVI_NULL("ctx");
}

/** Whether a range is plain, and the buffer has its length */
XNVI_INLINE bool
has_lbas(const struct xnvme_dev *dev, uint64_t slba, uint64_t nlb, size_t nbytes)
{
	return xnvi_plain_has_lbas(dev, slba, nlb) &&
	       XNVI_LIKELY(nbytes == (nlb + 1) * dev->lba_nbytes);
}

static XNVI_COLD int
pass_refused(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes)
{
	xnvi_plain_give_slot(ctx->async.queue);

	return xnvi_pass(ctx, data, 0, nbytes, NULL, 0);
}

static XNVI_COLD int
pass_long(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes)
{
	return xnvi_pass(ctx, data, 0, nbytes, NULL, 0);
}

/** A file command for a queue */
static XNVI_NOINLINE int
pass_bytes(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes)
{
	struct xnvme_queue *queue = ctx->async.queue;
	const uint8_t opcode = ctx->cmd.common.opcode;
	const uint64_t offset = ctx->cmd.nvm.slba;

	if ((opcode != XNVME_SPEC_FS_OPC_READ && opcode != XNVME_SPEC_FS_OPC_WRITE) ||
	    !xnvi_plain_has_bytes(queue->dev, offset, nbytes)) {
		return pass_long(ctx, data, nbytes);
	}
	if (XNVI_UNLIKELY(!xnvi_plain_take_slot(queue))) {
		return pass_refused(ctx, data, nbytes);
	}
	xnvi_plain_begin(ctx);

	return opcode == XNVME_SPEC_FS_OPC_READ
		   ? queue->plain.bytes[XNVI_PLAIN_READ](ctx, data, nbytes, offset, queue)
		   : queue->plain.bytes[XNVI_PLAIN_WRITE](ctx, data, nbytes, offset, queue);
}

/** A command of a device, or one whose context cannot be submitted */
static XNVI_NOINLINE int
pass_sync(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes)
{
	struct xnvme_dev *dev = ctx->dev;
	const uint8_t opcode = ctx->cmd.common.opcode;
	const uint64_t first = ctx->cmd.nvm.slba;
	const uint64_t nlb = ctx->cmd.nvm.nlb;
	const bool reads = opcode == XNVME_SPEC_NVM_OPC_READ || opcode == XNVME_SPEC_FS_OPC_READ;

	if (XNVI_UNLIKELY(ctx->opts != XNVI_CTX_SYNC || !dev || !data ||
			  !xnvi_plain_is_bare(dev, &ctx->cmd))) {
		return pass_long(ctx, data, nbytes);
	}
	if (XNVI_LIKELY(opcode == XNVME_SPEC_NVM_OPC_READ || opcode == XNVME_SPEC_NVM_OPC_WRITE)) {
		if (XNVI_UNLIKELY(!has_lbas(dev, first, nlb, nbytes))) {
			return pass_long(ctx, data, nbytes);
		}
		xnvi_plain_begin_sync(ctx);
		return (reads ? dev->plain.read_lbas : dev->plain.write_lbas)(ctx, data, nlb, first,
									      dev);
	}
	if ((opcode != XNVME_SPEC_FS_OPC_READ && opcode != XNVME_SPEC_FS_OPC_WRITE) ||
	    !xnvi_plain_has_bytes(dev, first, nbytes)) {
		return pass_long(ctx, data, nbytes);
	}
	xnvi_plain_begin_sync(ctx);

	return (reads ? dev->plain.read_bytes : dev->plain.write_bytes)(ctx, data, nbytes, first,
									dev);
}

/** A command of one buffer without metadata, whose context `queue` handed out */
XNVI_INLINE int
pass_held(struct xnvme_cmd_ctx *ctx, struct xnvme_queue *queue, void *data, size_t nbytes)
{
	const uint32_t op = ctx->cmd.common.opcode - (uint32_t)XNVME_SPEC_NVM_OPC_WRITE;
	const uint64_t slba = ctx->cmd.nvm.slba;
	const uint64_t nlb = ctx->cmd.nvm.nlb;

	static_assert(XNVME_SPEC_NVM_OPC_READ - XNVME_SPEC_NVM_OPC_WRITE == XNVI_PLAIN_READ,
		      "opcodes are indices");
	if (XNVI_UNLIKELY(!data || !ctx->async.cb)) {
		return pass_long(ctx, data, nbytes);
	}
	if (XNVI_UNLIKELY(op > XNVI_PLAIN_READ)) {
		return pass_bytes(ctx, data, nbytes);
	}
	if (XNVI_UNLIKELY(!has_lbas(queue->dev, slba, nlb, nbytes))) {
		return pass_long(ctx, data, nbytes);
	}
	if (XNVI_UNLIKELY(!xnvi_plain_take_slot(queue))) {
		return pass_refused(ctx, data, nbytes);
	}
	xnvi_plain_begin(ctx);

	/* Mechanisms take the namespace from the command */
	return queue->plain.lbas[op](ctx, 0, slba, nlb, data, queue);
}

/** A command of one buffer without metadata */
XNVI_INLINE int
pass_one(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes)
{
	struct xnvme_queue *queue = ctx->async.queue;

	return xnvi_plain_is_held(queue, ctx) ? pass_held(ctx, queue, data, nbytes)
					      : pass_sync(ctx, data, nbytes);
}

int
xnvme_cmd_pass(struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes, void *mbuf,
	       size_t mbuf_nbytes)
{
	if (XNVI_UNLIKELY(!ctx || ((uintptr_t)mbuf | mbuf_nbytes))) {
		return pass_other(ctx, dbuf, dbuf_nbytes, mbuf, mbuf_nbytes);
	}

	return pass_one(ctx, dbuf, dbuf_nbytes);
}

/** Any vectors of data; metadata in one buffer */
static XNVI_COLD int
pass_iov_other(struct xnvme_cmd_ctx *ctx, struct iovec *dvec, size_t dvec_cnt, size_t dvec_nbytes,
	       void *mbuf, size_t mbuf_nbytes)
{
	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (dvec_cnt && !dvec) {
		return xnvi_err(-EINVAL, LAYER, "dvec", "pass the vectors",
				"%zu vectors at address NULL", dvec_cnt);
	}
	if (!dvec_cnt) {
		/* From here on, a count of zero means that the pointer is the data itself */
		return dvec_nbytes ? xnvi_err(-EINVAL, LAYER, "dvec", "pass the vectors",
					      "%zu bytes in no vector", dvec_nbytes)
				   : xnvi_pass(ctx, NULL, 0, 0, mbuf, mbuf_nbytes);
	}

	return xnvi_pass(ctx, dvec, dvec_cnt, dvec_nbytes, mbuf, mbuf_nbytes);
}

int
xnvme_cmd_pass_iov(struct xnvme_cmd_ctx *ctx, struct iovec *dvec, size_t dvec_cnt,
		   size_t dvec_nbytes, void *mbuf, size_t mbuf_nbytes)
{
	if (XNVI_UNLIKELY(!ctx || dvec_cnt != 1 || !dvec || dvec->iov_len != dvec_nbytes ||
			  ((uintptr_t)mbuf | mbuf_nbytes))) {
		return pass_iov_other(ctx, dvec, dvec_cnt, dvec_nbytes, mbuf, mbuf_nbytes);
	}

	/* One vector is a buffer */
	return pass_one(ctx, dvec->iov_base, dvec_nbytes);
}

static XNVI_COLD int
passv_other(struct xnvme_cmd_ctx *ctx, struct iovec *dvec, size_t dvec_cnt, size_t dvec_nbytes,
	    struct iovec *mvec, size_t mvec_cnt, size_t mvec_nbytes)
{
	if (mvec_cnt > 1 || (mvec_cnt && !mvec)) {
		return xnvi_err(-EINVAL, LAYER, "mvec", "pass metadata in one vector",
				"%zu metadata vectors", mvec_cnt);
	}

	return pass_iov_other(ctx, dvec, dvec_cnt, dvec_nbytes, mvec_cnt ? mvec->iov_base : NULL,
			      mvec_cnt ? mvec_nbytes : 0);
}

int
xnvme_cmd_passv(struct xnvme_cmd_ctx *ctx, struct iovec *dvec, size_t dvec_cnt, size_t dvec_nbytes,
		struct iovec *mvec, size_t mvec_cnt, size_t mvec_nbytes)
{
	if (XNVI_UNLIKELY(!ctx || dvec_cnt != 1 || !dvec || dvec->iov_len != dvec_nbytes ||
			  mvec_cnt)) {
		return passv_other(ctx, dvec, dvec_cnt, dvec_nbytes, mvec, mvec_cnt, mvec_nbytes);
	}

	return pass_one(ctx, dvec->iov_base, dvec_nbytes);
}

/** An entry of a batch that is not plain, or that is refused */
static XNVI_COLD int
pass_io_other(struct xnvme_queue *queue, const struct xnvme_cmd_io *io)
{
	struct xnvme_cmd_ctx *ctx = io->ctx;

	if (!ctx) {
		return XNVI_NULL("ctx of an entry");
	}
	if (io->rsvd) {
		return xnvi_err(-EINVAL, LAYER, queue->dev->ident.uri, "set `rsvd` to 0",
				"`rsvd` of an entry is %llu", (unsigned long long)io->rsvd);
	}
	if (ctx->async.queue != queue || ctx->opts != XNVI_CTX_ASYNC) {
		return xnvi_err(-EINVAL, LAYER, queue->dev->ident.uri,
				"get the contexts of a batch from its queue",
				"the context of an entry is not of this queue");
	}

	return xnvi_pass(ctx, io->dbuf, 0, io->dbuf_nbytes, io->mbuf, io->mbuf_nbytes);
}

XNVI_INLINE int
pass_io(struct xnvme_queue *queue, const struct xnvme_cmd_io *io)
{
	struct xnvme_cmd_ctx *ctx = io->ctx;

	if (XNVI_UNLIKELY(!ctx || ((uintptr_t)io->mbuf | io->mbuf_nbytes | io->rsvd) ||
			  ctx->async.queue != queue || !xnvi_plain_is_held(queue, ctx))) {
		return pass_io_other(queue, io);
	}

	return pass_held(ctx, queue, io->dbuf, io->dbuf_nbytes);
}

int
xnvme_cmd_pass_batch(struct xnvme_queue *queue, const struct xnvme_cmd_io *ios, uint32_t n)
{
	uint32_t count = 0;
	int err = 0;

	if (XNVI_UNLIKELY(!queue || !ios)) {
		return XNVI_NULL("queue or ios");
	}
	xnvi_queue_begin_batch(queue);
	for (; count < n; ++count) {
		err = pass_io(queue, &ios[count]);
		if (XNVI_UNLIKELY(err)) {
			break;
		}
	}
	xnvi_queue_end_batch(queue, count);

	return count ? (int)count : err;
}
