// SPDX-License-Identifier: BSD-3-Clause
#include <change.h>
#include <dsm.h>
#include <errno.h>
#include <print/emit.h>

int
tool_dsm(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	struct tool_cmd cmd = {.name = "Dataset Management"};
	struct xnvme_spec_dsm_range *range;
	struct xnvi_emit e;
	int err;

	range = tool_buf_alloc(args->dev, sizeof(*range));
	if (!range) {
		return -ENOMEM;
	}
	range->slba = args->slba;
	range->llb = args->llb;
	cmd.data = range;
	cmd.data_nbytes = sizeof(*range);
	ctx.cmd.common.opcode = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT;
	ctx.cmd.common.nsid = tool_nsid(cli);
	ctx.cmd.dsm.ad = args->ad;
	ctx.cmd.dsm.idw = args->idw;
	ctx.cmd.dsm.idr = args->idr;
	err = tool_send(cli, &ctx, &cmd);
	xnvme_buf_free(args->dev, range);
	if (err) {
		return err;
	}

	xnvi_emit_init(&e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&e, "xnvme_dsm", XNVI_EMIT_BLOCK);
	xnvi_emit_hex(&e, "slba", args->slba);
	xnvi_emit_u64(&e, "llb", args->llb);
	xnvi_emit_bool(&e, "ad", args->ad);
	xnvi_emit_bool(&e, "idw", args->idw);
	xnvi_emit_bool(&e, "idr", args->idr);
	xnvi_emit_end(&e);

	return tool_printed(xnvi_emit_term(&e));
}
