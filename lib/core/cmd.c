// SPDX-License-Identifier: BSD-3-Clause
#include <core/internal.h>

#define LAYER "cmd"

/* Namespace Management: NVMe Base 2.0, "Opcodes for Admin Commands" */
#define OPC_NS_MANAGEMENT 0x0d

struct xnvme_cmd_ctx
xnvme_cmd_ctx_from_dev(struct xnvme_dev *dev)
{
	return (struct xnvme_cmd_ctx){.dev = dev, .opts = XNVI_CTX_SYNC};
}

struct xnvme_cmd_ctx *
xnvme_cmd_ctx_from_queue(struct xnvme_queue *queue)
{
	return xnvme_queue_get_cmd_ctx(queue);
}

void
xnvme_cmd_ctx_clear(struct xnvme_cmd_ctx *ctx)
{
	struct xnvi_rsvd rsvd;

	if (!ctx) {
		return;
	}
	/* The queue still has to know its context again */
	rsvd = *xnvi_rsvd_of(ctx);
	rsvd.host_err = 0;
	memset(ctx, 0, sizeof(*ctx));
	*xnvi_rsvd_of(ctx) = rsvd;
}

/** The device's verdict as a return value; the host's was folded before */
static inline int
verdict(const struct xnvme_cmd_ctx *ctx)
{
	if (XNVI_LIKELY(!ctx->cpl.status.sc && !ctx->cpl.status.sct)) {
		return 0;
	}

	return xnvi_rsvd_of(ctx)->host_err == XNVI_RSVD_HOST_ERR ? xnvi_rsvd_of(ctx)->err : -EIO;
}

/** Why a command failed, for xnvme_err_last() */
static XNVI_COLD int
explain(const struct xnvme_cmd_ctx *ctx, int err)
{
	struct xnvi_rsvd *rsvd = xnvi_rsvd_of(ctx);
	struct xnvme_err words;

	if (rsvd->explained) {
		rsvd->explained = 0;
		return err;
	}
	xnvme_cmd_ctx_explain(ctx, &words);

	return xnvi_err(err, words.layer, words.where, words.hint, "%s", words.what);
}

int
xnvi_refuse_kind(const struct xnvme_dev *dev, const struct xnvme_cmd_ctx *ctx)
{
	return xnvi_err(-ENOSYS, LAYER, dev->ident.uri,
			"use an NVMe namespace; xnvme_dev_can() tells before",
			"opcode %02xh is not a command of %s", ctx->cmd.common.opcode,
			xnvi_class_name(dev->cls));
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
	err = verdict(ctx);

	return XNVI_UNLIKELY(err) ? explain(ctx, err) : 0;
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
		/* Below, a count of zero says that the pointer is the data itself */
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

bool
xnvi_admin_writes(uint8_t opcode)
{
	return opcode == XNVME_SPEC_NVM_OPC_FMT || opcode == XNVME_SPEC_NVM_OPC_SANITIZE ||
	       opcode == OPC_NS_MANAGEMENT;
}

int
xnvme_cmd_pass_admin(struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes, void *mbuf,
		     size_t mbuf_nbytes)
{
	int err;

	if (!ctx || !ctx->dev || ctx->opts != XNVI_CTX_SYNC) {
		return xnvi_err(-EINVAL, LAYER, "", "get the context by xnvme_cmd_ctx_from_dev()",
				"admin commands need a context of a device");
	}
	if (!dbuf && dbuf_nbytes) {
		return xnvi_err(-EINVAL, LAYER, "dbuf", "pass a buffer",
				"%zu bytes at address NULL", dbuf_nbytes);
	}
	if (!ctx->dev->admin->pass) {
		return xnvi_err(-ENOSYS, LAYER, ctx->dev->ident.uri,
				"name another admin interface (opts.admin)",
				"admin '%s' takes no commands", ctx->dev->admin->id);
	}
	if (ctx->dev->refuse_writes && xnvi_admin_writes((uint8_t)ctx->cmd.common.opcode)) {
		return xnvi_err(-EPERM, LAYER, ctx->dev->ident.uri, "open without opts.rdonly",
				"admin opcode %02xh on a device opened read-only",
				ctx->cmd.common.opcode);
	}
	xnvi_cpl_clear(ctx);
	xnvi_rsvd_of(ctx)->admin = 1;
	err = ctx->dev->admin->pass(ctx->dev, ctx, dbuf, dbuf_nbytes, mbuf, mbuf_nbytes);
	if (err) {
		xnvi_cpl_host_err(ctx, err, 0);
	}
	err = verdict(ctx);

	return err ? explain(ctx, err) : 0;
}
