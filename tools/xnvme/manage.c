// SPDX-License-Identifier: BSD-3-Clause
/**
 * What changes the device, and its registers
 */
#include <dsm.h>
#include <errno.h>
#include <xnvme_tool.h>

int
sub_format(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	int err;

	/* The library calls the high bits of the format index "zf" */
	err = xnvme_adm_format(&ctx, tool_nsid(cli), (uint8_t)args->lbafl, (uint8_t)args->lbafu,
			       (uint8_t)args->mset, (uint8_t)args->ses, (uint8_t)args->pi,
			       (uint8_t)args->pil);

	return tool_cmd_check("Format NVM", &ctx, err);
}

int
sub_sanitize(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	int err;

	err = xnvme_nvm_sanitize(&ctx, (uint8_t)args->sanact, args->ause, args->ovrpat,
				 (uint8_t)args->owpass, args->oipbp, args->nodas);

	return tool_cmd_check("Sanitize", &ctx, err);
}

int
sub_dsm(struct xnvme_cli *cli)
{
	return tool_dsm(cli);
}

int
sub_fdp_ruhs(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	struct xnvme_spec_ruhs *ruhs;
	size_t nbytes;
	int err;

	if (args->limit > UINT16_MAX) {
		return tool_refuse("--limit: there are at most 65535 reclaim unit handles");
	}
	nbytes = sizeof(*ruhs) + args->limit * sizeof(ruhs->desc[0]);
	ruhs = tool_buf_alloc(args->dev, nbytes);
	if (!ruhs) {
		return -ENOMEM;
	}
	err = xnvme_nvm_mgmt_recv(&ctx, tool_nsid(cli), XNVME_SPEC_IO_MGMT_RECV_RUHS, 0, ruhs,
				  (uint32_t)nbytes);
	err = tool_cmd_check("I/O Management Receive: Reclaim Unit Handle Status", &ctx, err);
	if (!err) {
		err = tool_printed(
		    xnvme_spec_ruhs_pr(ruhs, (int)args->limit, xnvme_cli_pr_opts(cli)));
	}
	xnvme_buf_free(args->dev, ruhs);

	return err;
}

int
sub_fdp_ruhu(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	uint16_t *pids;
	int err;

	pids = tool_buf_alloc(args->dev, sizeof(*pids));
	if (!pids) {
		return -ENOMEM;
	}
	pids[0] = (uint16_t)args->pid;
	/* The specific field is the number of identifiers, zero-based */
	err = xnvme_nvm_mgmt_send(&ctx, tool_nsid(cli), XNVME_SPEC_IO_MGMT_SEND_RUHU, 0, pids,
				  sizeof(*pids));
	err = tool_cmd_check("I/O Management Send: Reclaim Unit Handle Update", &ctx, err);
	xnvme_buf_free(args->dev, pids);

	return err;
}

static int
plain(const char *what, int err)
{
	return err ? tool_fail(what, err) : 0;
}

int
sub_subsystem_reset(struct xnvme_cli *cli)
{
	return plain("resetting the subsystem", xnvme_subsystem_reset(cli->args.dev));
}

int
sub_ctrlr_reset(struct xnvme_cli *cli)
{
	return plain("resetting the controller", xnvme_controller_reset(cli->args.dev));
}

int
sub_ns_rescan(struct xnvme_cli *cli)
{
	return plain("rescanning the namespaces", xnvme_namespace_rescan(cli->args.dev));
}

int
sub_show_regs(struct xnvme_cli *cli)
{
	struct xnvme_spec_ctrlr_bar bar = {0};
	const int err = xnvme_controller_get_registers(cli->args.dev, &bar);

	if (err) {
		return tool_fail("reading the registers", err);
	}

	return tool_printed(xnvme_spec_ctrlr_bar_pp(&bar, xnvme_cli_pr_opts(cli)));
}
