// SPDX-License-Identifier: BSD-3-Clause
/**
 * Devices as files: bytes at an offset
 */
#include <core/cmd.h>
#include <core/uri.h>
#include <core/dev.h>

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

static inline int
rw(struct xnvme_cmd_ctx *ctx, uint8_t opcode, void *buf, size_t count, xnvme_off_t offset)
{
	if (XNVI_UNLIKELY(!ctx || !ctx->dev || offset < 0)) {
		return refuse(ctx, offset);
	}
	ctx->cmd.common.opcode = opcode;
	ctx->cmd.common.nsid = ctx->dev->nsid;
	ctx->cmd.nvm.slba = (uint64_t)offset;

	return xnvi_pass(ctx, buf, 0, count, NULL, 0);
}

int
xnvme_file_pread(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset)
{
	return rw(ctx, XNVME_SPEC_FS_OPC_READ, buf, count, offset);
}

int
xnvme_file_pwrite(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset)
{
	return rw(ctx, XNVME_SPEC_FS_OPC_WRITE, buf, count, offset);
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
