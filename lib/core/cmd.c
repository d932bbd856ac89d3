// SPDX-License-Identifier: BSD-3-Clause
#include <core/cmd.h>
#include <core/ctx.h>
#include <core/decode.h>

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
	if ((iovcnt | (uintptr_t)mbuf | mbuf_nbytes) ||
	    !xnvi_decode_plain(dev, &ctx->cmd, data, nbytes, &req)) {
		err = xnvi_decode(dev, &ctx->cmd, data, iovcnt, nbytes, mbuf, mbuf_nbytes, &req);
		if (XNVI_UNLIKELY(err)) {
			return err;
		}
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

int
xnvme_cmd_pass(struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes, void *mbuf,
	       size_t mbuf_nbytes)
{
	if (XNVI_UNLIKELY(!ctx)) {
		return XNVI_NULL("ctx");
	}

	return xnvi_pass(ctx, dbuf, 0, dbuf_nbytes, mbuf, mbuf_nbytes);
}

int
xnvme_cmd_pass_iov(struct xnvme_cmd_ctx *ctx, struct iovec *dvec, size_t dvec_cnt,
		   size_t dvec_nbytes, void *mbuf, size_t mbuf_nbytes)
{
	if (XNVI_UNLIKELY(!ctx)) {
		return XNVI_NULL("ctx");
	}
	if (XNVI_UNLIKELY(dvec_cnt && !dvec)) {
		return xnvi_err(-EINVAL, LAYER, "dvec", "pass the vectors",
				"%zu vectors at address NULL", dvec_cnt);
	}
	if (XNVI_UNLIKELY(!dvec_cnt)) {
		/* From here on, a count of zero means that the pointer is the data itself */
		return dvec_nbytes ? xnvi_err(-EINVAL, LAYER, "dvec", "pass the vectors",
					      "%zu bytes in no vector", dvec_nbytes)
				   : xnvi_pass(ctx, NULL, 0, 0, mbuf, mbuf_nbytes);
	}

	return xnvi_pass(ctx, dvec, dvec_cnt, dvec_nbytes, mbuf, mbuf_nbytes);
}

int
xnvme_cmd_passv(struct xnvme_cmd_ctx *ctx, struct iovec *dvec, size_t dvec_cnt, size_t dvec_nbytes,
		struct iovec *mvec, size_t mvec_cnt, size_t mvec_nbytes)
{
	if (XNVI_UNLIKELY(mvec_cnt > 1 || (mvec_cnt && !mvec))) {
		return xnvi_err(-EINVAL, LAYER, "mvec", "pass metadata in one vector",
				"%zu metadata vectors", mvec_cnt);
	}

	return xnvme_cmd_pass_iov(ctx, dvec, dvec_cnt, dvec_nbytes,
				  mvec_cnt ? mvec->iov_base : NULL, mvec_cnt ? mvec_nbytes : 0);
}
