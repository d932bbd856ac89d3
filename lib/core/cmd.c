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

static XNVI_COLD int
pass_other(struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes, void *mbuf,
	   size_t mbuf_nbytes)
{
	return ctx ? xnvi_pass(ctx, dbuf, 0, dbuf_nbytes, mbuf, mbuf_nbytes) : XNVI_NULL("ctx");
}

XNVI_INLINE bool
take_slot(struct xnvme_queue *queue)
{
	if (XNVI_LIKELY(xnvi_plain_take_slot(queue))) {
		return true;
	}
	xnvi_plain_give_slot(queue);

	return false;
}

/** Whether the command is a read or write of LBAs, and the buffer has their length */
XNVI_INLINE bool
has_lbas(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd, size_t nbytes)
{
	const uint64_t nlb = cmd->nvm.nlb;

	return xnvi_plain_has_lbas(dev, cmd->nvm.slba, nlb) &&
	       XNVI_LIKELY(nbytes == (nlb + 1) * dev->lba_nbytes);
}

/** A plain command of one buffer into a queue; *res is valid when it is one */
XNVI_INLINE bool
pass_queue(struct xnvme_cmd_ctx *ctx, struct xnvme_queue *queue, void *data, size_t nbytes,
	   int *res)
{
	const struct xnvme_spec_cmd *cmd = &ctx->cmd;
	const struct xnvme_dev *dev = queue->dev;
	const uint8_t opcode = cmd->common.opcode;
	const uint64_t first = cmd->nvm.slba;

	if (XNVI_UNLIKELY(!data || !ctx->async.cb)) {
		return false;
	}
	if (XNVI_LIKELY(opcode == XNVME_SPEC_NVM_OPC_READ || opcode == XNVME_SPEC_NVM_OPC_WRITE)) {
		if (XNVI_UNLIKELY(!has_lbas(dev, cmd, nbytes) || !take_slot(queue))) {
			return false;
		}
		xnvi_plain_begin(ctx);
		*res = opcode == XNVME_SPEC_NVM_OPC_READ
			   ? queue->plain.read_lbas(ctx, cmd->common.nsid, first, cmd->nvm.nlb,
						    data, queue)
			   : queue->plain.write_lbas(ctx, cmd->common.nsid, first, cmd->nvm.nlb,
						     data, queue);
		return true;
	}
	if ((opcode != XNVME_SPEC_FS_OPC_READ && opcode != XNVME_SPEC_FS_OPC_WRITE) ||
	    !xnvi_plain_has_bytes(dev, first, nbytes) || !take_slot(queue)) {
		return false;
	}
	xnvi_plain_begin(ctx);
	*res = opcode == XNVME_SPEC_FS_OPC_READ
		   ? queue->plain.read_bytes(ctx, data, nbytes, first, queue)
		   : queue->plain.write_bytes(ctx, data, nbytes, first, queue);

	return true;
}

/** As pass_queue(), for a context of a device */
XNVI_INLINE bool
pass_dev(struct xnvme_cmd_ctx *ctx, struct xnvme_dev *dev, void *data, size_t nbytes, int *res)
{
	const struct xnvme_spec_cmd *cmd = &ctx->cmd;
	const uint8_t opcode = cmd->common.opcode;
	const uint64_t first = cmd->nvm.slba;

	if (XNVI_UNLIKELY(!data || !dev || !xnvi_plain_is_bare(dev, cmd))) {
		return false;
	}
	if (XNVI_LIKELY(opcode == XNVME_SPEC_NVM_OPC_READ || opcode == XNVME_SPEC_NVM_OPC_WRITE)) {
		if (XNVI_UNLIKELY(!has_lbas(dev, cmd, nbytes))) {
			return false;
		}
		xnvi_plain_begin_sync(ctx);
		*res = opcode == XNVME_SPEC_NVM_OPC_READ
			   ? dev->plain.read_lbas(ctx, data, cmd->nvm.nlb, first, dev)
			   : dev->plain.write_lbas(ctx, data, cmd->nvm.nlb, first, dev);
		return true;
	}
	if ((opcode != XNVME_SPEC_FS_OPC_READ && opcode != XNVME_SPEC_FS_OPC_WRITE) ||
	    !xnvi_plain_has_bytes(dev, first, nbytes)) {
		return false;
	}
	xnvi_plain_begin_sync(ctx);
	*res = opcode == XNVME_SPEC_FS_OPC_READ
		   ? dev->plain.read_bytes(ctx, data, nbytes, first, dev)
		   : dev->plain.write_bytes(ctx, data, nbytes, first, dev);

	return true;
}

/** A plain command of one buffer */
XNVI_INLINE bool
pass_plain(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, int *res)
{
	struct xnvme_queue *queue = ctx->async.queue;

	if (XNVI_LIKELY(xnvi_plain_is_held(queue, ctx))) {
		return pass_queue(ctx, queue, data, nbytes, res);
	}

	return ctx->opts == XNVI_CTX_SYNC && pass_dev(ctx, ctx->dev, data, nbytes, res);
}

int
xnvme_cmd_pass(struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes, void *mbuf,
	       size_t mbuf_nbytes)
{
	int res;

	if (XNVI_LIKELY(ctx && !((uintptr_t)mbuf | mbuf_nbytes) &&
			pass_plain(ctx, dbuf, dbuf_nbytes, &res))) {
		return res;
	}

	return pass_other(ctx, dbuf, dbuf_nbytes, mbuf, mbuf_nbytes);
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
	int res;

	/* One vector is a buffer */
	if (XNVI_LIKELY(ctx && dvec_cnt == 1 && dvec && dvec->iov_len == dvec_nbytes &&
			!((uintptr_t)mbuf | mbuf_nbytes) &&
			pass_plain(ctx, dvec->iov_base, dvec_nbytes, &res))) {
		return res;
	}

	return pass_iov_other(ctx, dvec, dvec_cnt, dvec_nbytes, mbuf, mbuf_nbytes);
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
	int res;

	if (XNVI_LIKELY(ctx && dvec_cnt == 1 && dvec && dvec->iov_len == dvec_nbytes && !mvec_cnt &&
			pass_plain(ctx, dvec->iov_base, dvec_nbytes, &res))) {
		return res;
	}

	return passv_other(ctx, dvec, dvec_cnt, dvec_nbytes, mvec, mvec_cnt, mvec_nbytes);
}
