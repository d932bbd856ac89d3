// SPDX-License-Identifier: BSD-3-Clause
/** Admin commands */
#include <core/ctx.h>
#include <core/mechanism.h>
#include <core/removal.h>

#define LAYER "cmd"

/* Namespace Management: NVMe Base 2.0, "Opcodes for Admin Commands" */
#define OPC_NS_MANAGEMENT 0x0d

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
	if (xnvi_dev_was_removed(ctx->dev)) {
		return xnvi_dev_refuse_removed(ctx->dev);
	}
	xnvi_cpl_clear(ctx);
	xnvi_rsvd_of(ctx)->admin = 1;
	err = ctx->dev->admin->pass(ctx->dev, ctx, dbuf, dbuf_nbytes, mbuf, mbuf_nbytes);
	if (err) {
		xnvi_cpl_host_err(ctx, err, 0);
	}

	return xnvi_ctx_verdict(ctx);
}
