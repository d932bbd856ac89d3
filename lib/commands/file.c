// SPDX-License-Identifier: BSD-3-Clause
/**
 * Devices as files: bytes at an offset
 */
#include <core/cmd.h>
#include <core/uri.h>
#include <core/dev.h>
#include <core/plain.h>

struct xnvme_dev *
xnvme_file_open(const char *pathname, struct xnvme_opts *opts)
{
	return xnvi_dev_open(pathname, opts, xnvi_uri_parse_file);
}

int
xnvme_file_close(struct xnvme_dev *fh)
{
	xnvme_dev_close(fh);

	return 0;
}

struct xnvme_cmd_ctx
xnvme_file_get_cmd_ctx(struct xnvme_dev *fh)
{
	return xnvme_cmd_ctx_from_dev(fh);
}

static XNVI_COLD int
refuse(const struct xnvme_cmd_ctx *ctx, xnvme_off_t offset)
{
	if (!ctx || !ctx->dev) {
		return xnvi_err_null("xnvme_file_pread, xnvme_file_pwrite",
				     "ctx or the device of ctx");
	}

	return xnvi_err(-EINVAL, "file", ctx->dev->ident.uri, "pass an offset of 0 or more",
			"the offset is %lld", (long long)offset);
}

/** By the long way */
static XNVI_COLD int
rw_other(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset, uint8_t opcode)
{
	if (!ctx || !ctx->dev || offset < 0) {
		return refuse(ctx, offset);
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	ctx->cmd.common.opcode = opcode;
	ctx->cmd.common.nsid = ctx->dev->nsid;
	ctx->cmd.nvm.slba = (uint64_t)offset;

	return xnvi_pass(ctx, buf, 0, count, NULL, 0);
}

/* With the arguments of the entry points, so that these jump here */

static XNVI_COLD int
pread_other(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset)
{
	return rw_other(ctx, buf, count, offset, XNVME_SPEC_FS_OPC_READ);
}

static XNVI_COLD int
pwrite_other(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset)
{
	return rw_other(ctx, buf, count, offset, XNVME_SPEC_FS_OPC_WRITE);
}

/* No slot: it is full, or a gate is closed */

static XNVI_COLD int
pread_refused(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset)
{
	xnvi_plain_give_slot(ctx->async.queue);

	return pread_other(ctx, buf, count, offset);
}

static XNVI_COLD int
pwrite_refused(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset)
{
	xnvi_plain_give_slot(ctx->async.queue);

	return pwrite_other(ctx, buf, count, offset);
}

XNVI_INLINE void
fill(struct xnvme_cmd_ctx *ctx, uint8_t opcode, const struct xnvme_dev *dev, uint64_t offset)
{
	ctx->cmd.common.opcode = opcode;
	ctx->cmd.common.nsid = dev->nsid;
	ctx->cmd.nvm.slba = offset;
}

/** Whether a plain command may go into the queue, if that has a slot */
XNVI_INLINE bool
enters(const struct xnvme_dev *dev, const struct xnvme_cmd_ctx *ctx, const void *buf, size_t count,
       uint64_t offset)
{
	return XNVI_LIKELY(buf && ctx->async.cb) && xnvi_plain_has_bytes(dev, offset, count);
}

/** Whether the context is one of a device, and the command plain */
XNVI_INLINE bool
is_plain(const struct xnvme_cmd_ctx *ctx, const struct xnvme_dev *dev, const void *buf,
	 size_t count, uint64_t offset)
{
	return XNVI_LIKELY(ctx->opts == XNVI_CTX_SYNC && dev && buf &&
			   xnvi_cmd_is_bare(&ctx->cmd)) &&
	       xnvi_plain_has_bytes(dev, offset, count);
}

/* Contexts of devices: apart, so that the way into a queue has all registers */

static XNVI_NOINLINE int
pread_sync(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset)
{
	struct xnvme_dev *dev = ctx->dev;

	if (XNVI_UNLIKELY(!is_plain(ctx, dev, buf, count, (uint64_t)offset))) {
		return pread_other(ctx, buf, count, offset);
	}
	fill(ctx, XNVME_SPEC_FS_OPC_READ, dev, (uint64_t)offset);
	xnvi_plain_begin_sync(ctx);

	return dev->plain.read_bytes(ctx, buf, count, (uint64_t)offset, dev);
}

static XNVI_NOINLINE int
pwrite_sync(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset)
{
	struct xnvme_dev *dev = ctx->dev;

	if (XNVI_UNLIKELY(!is_plain(ctx, dev, buf, count, (uint64_t)offset))) {
		return pwrite_other(ctx, buf, count, offset);
	}
	fill(ctx, XNVME_SPEC_FS_OPC_WRITE, dev, (uint64_t)offset);
	xnvi_plain_begin_sync(ctx);

	return dev->plain.write_bytes(ctx, buf, count, (uint64_t)offset, dev);
}

int
xnvme_file_pread(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset)
{
	struct xnvme_queue *queue;

	if (XNVI_UNLIKELY(!ctx)) {
		return pread_other(ctx, buf, count, offset);
	}
	queue = ctx->async.queue;
	if (XNVI_UNLIKELY(!xnvi_plain_is_held(queue, ctx))) {
		return pread_sync(ctx, buf, count, offset);
	}
	if (XNVI_UNLIKELY(!enters(queue->dev, ctx, buf, count, (uint64_t)offset))) {
		return pread_other(ctx, buf, count, offset);
	}
	if (XNVI_UNLIKELY(!xnvi_plain_take_slot(queue))) {
		return pread_refused(ctx, buf, count, offset);
	}
	fill(ctx, XNVME_SPEC_FS_OPC_READ, queue->dev, (uint64_t)offset);
	xnvi_plain_begin(ctx);

	return queue->plain.bytes[XNVI_PLAIN_READ](ctx, buf, count, (uint64_t)offset, queue);
}

int
xnvme_file_pwrite(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset)
{
	struct xnvme_queue *queue;

	if (XNVI_UNLIKELY(!ctx)) {
		return pwrite_other(ctx, buf, count, offset);
	}
	queue = ctx->async.queue;
	if (XNVI_UNLIKELY(!xnvi_plain_is_held(queue, ctx))) {
		return pwrite_sync(ctx, buf, count, offset);
	}
	if (XNVI_UNLIKELY(!enters(queue->dev, ctx, buf, count, (uint64_t)offset))) {
		return pwrite_other(ctx, buf, count, offset);
	}
	if (XNVI_UNLIKELY(!xnvi_plain_take_slot(queue))) {
		return pwrite_refused(ctx, buf, count, offset);
	}
	fill(ctx, XNVME_SPEC_FS_OPC_WRITE, queue->dev, (uint64_t)offset);
	xnvi_plain_begin(ctx);

	return queue->plain.bytes[XNVI_PLAIN_WRITE](ctx, buf, count, (uint64_t)offset, queue);
}

int
xnvme_file_sync(struct xnvme_dev *fh)
{
	struct xnvme_cmd_ctx ctx;

	if (!fh) {
		return XNVI_NULL("fh");
	}
	ctx = xnvme_cmd_ctx_from_dev(fh);
	ctx.cmd.common.opcode = XNVME_SPEC_FS_OPC_FLUSH;
	ctx.cmd.common.nsid = fh->nsid;

	return xnvme_cmd_pass(&ctx, NULL, 0, NULL, 0);
}
