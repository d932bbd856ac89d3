// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: one description of a command, passed over both ways */
#include <conformance/conf.h>

struct op
op_io(uint8_t opcode, uint64_t slba, uint16_t nlb, void *data, size_t nbytes)
{
	struct op op = {.data = data, .nbytes = nbytes};

	op.cmd.common.opcode = opcode;
	op.cmd.common.nsid = 1;
	op.cmd.nvm.slba = slba;
	op.cmd.nvm.nlb = nlb;

	return op;
}

struct op
op_iov(uint8_t opcode, uint64_t slba, uint16_t nlb, struct iovec *iov, size_t iovcnt, size_t nbytes)
{
	struct op op = op_io(opcode, slba, nlb, NULL, nbytes);

	op.iov = iov;
	op.iovcnt = iovcnt;

	return op;
}

int
op_pass(struct xnvme_cmd_ctx *ctx, const struct op *op)
{
	ctx->cmd = op->cmd;
	ctx->cmd.common.nsid = xnvme_dev_get_nsid(ctx->dev);
	if (op->iov) {
		return xnvme_cmd_pass_iov(ctx, op->iov, op->iovcnt, op->nbytes, op->mbuf,
					  op->mbuf_nbytes);
	}

	return xnvme_cmd_pass(ctx, op->data, op->nbytes, op->mbuf, op->mbuf_nbytes);
}

struct outcome
op_outcome(const struct xnvme_cmd_ctx *ctx, int err)
{
	struct outcome out = {.err = err};
	struct xnvme_err words;

	EQ(xnvme_cmd_ctx_explain(ctx, &words), 0);
	out.host = words.err;
	out.sct = ctx->cpl.status.sct;
	out.sc = (uint8_t)ctx->cpl.status.sc;
	out.status = ctx->cpl.status.val;
	out.result = ctx->cpl.result;

	return out;
}

struct outcome
op_sync(struct xnvme_dev *dev, const struct op *op)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	const int err = op_pass(&ctx, op);

	return op_outcome(&ctx, err);
}

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct outcome *out = arg;
	const int ncb = out->ncb;

	*out = op_outcome(ctx, 0);
	out->ncb = ncb + 1;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

struct outcome
op_async(struct xnvme_queue *queue, const struct op *op)
{
	struct xnvme_cmd_ctx *ctx = get_ctx(queue);
	struct outcome out = {0};

	xnvme_cmd_ctx_set_cb(ctx, on_done, &out);
	out.err = op_pass(ctx, op);
	if (out.err) {
		EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
		return out;
	}
	CHECK(xnvme_queue_drain(queue) >= 1);
	EQ(out.ncb, 1);

	return out;
}

struct outcome
op_by(enum op_way way, struct xnvme_dev *dev, struct xnvme_queue *queue, const struct op *op)
{
	return way == OP_SYNC ? op_sync(dev, op) : op_async(queue, op);
}

void
op_good(struct outcome out, const char *file, int line)
{
	if (out.err || out.status || out.host) {
		conf_fail(file, line, "err %d, status %xh/%02xh (%04xh), host %d: %s", out.err,
			  out.sct, out.sc, out.status, out.host,
			  out.err ? xnvme_err_last()->what : "");
	}
}

void
op_verdict(struct outcome out, enum op_way way, uint8_t sct, uint8_t sc, const char *file, int line)
{
	const int err = way == OP_SYNC ? -EIO : 0;

	if (out.err != err || out.sct != sct || out.sc != sc || out.host != -EIO) {
		conf_fail(file, line,
			  "%s: err %d, status %xh/%02xh, host %d; expected err %d, %xh/%02xh",
			  way == OP_SYNC ? "sync" : "async", out.err, out.sct, out.sc, out.host,
			  err, sct, sc);
	}
}

void
op_stopped(struct outcome out, enum op_way way, int err, uint64_t result)
{
	EQ(out.err, way == OP_SYNC ? err : 0);
	EQ(out.sct, SCT_HOST);
	EQ(out.host, err);
	EQ(out.result, result);
}
