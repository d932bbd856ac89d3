// SPDX-License-Identifier: BSD-3-Clause
/**
 * Changing the device, and reading its registers
 */
#include <change.h>
#include <dsm.h>
#include <errno.h>
#include <print/emit.h>
#include <subs.h>

/** What Format NVM changes: some controllers format all namespaces when one is named */
static enum tool_use
format_use(struct xnvme_cli *cli)
{
	const struct xnvme_spec_idfy_ctrlr *ctrlr = xnvme_dev_get_ctrlr(cli->args.dev);

	if (tool_nsid(cli) != xnvme_dev_get_nsid(cli->args.dev) || ctrlr->fna.format_all_ns ||
	    (cli->args.ses && ctrlr->fna.erase_all_ns)) {
		return TOOL_CHANGES_ALL;
	}

	return TOOL_CHANGES;
}

static int
format_report(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvi_emit e;

	xnvi_emit_init(&e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&e, "xnvme_format", XNVI_EMIT_BLOCK);
	xnvi_emit_hex(&e, "nsid", tool_nsid(cli));
	xnvi_emit_hex(&e, "lbafl", args->lbafl);
	xnvi_emit_hex(&e, "lbafu", args->lbafu);
	xnvi_emit_hex(&e, "mset", args->mset);
	xnvi_emit_hex(&e, "ses", args->ses);
	xnvi_emit_hex(&e, "pi", args->pi);
	xnvi_emit_hex(&e, "pil", args->pil);
	xnvi_emit_end(&e);

	return tool_printed(xnvi_emit_term(&e));
}

int
sub_format(struct xnvme_cli *cli)
{
	static const struct tool_cmd cmd = {.name = "Format NVM", .admin = true};
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	char doing[64];
	int err;

	ctx.cmd.common.opcode = XNVME_SPEC_NVM_OPC_FMT;
	ctx.cmd.common.nsid = tool_nsid(cli);
	/* The fields of the command can hold every value that the options accept */
	ctx.cmd.format.lbafl = args->lbafl & 0xf;
	ctx.cmd.format.lbafu = args->lbafu & 0x3;
	ctx.cmd.format.mset = args->mset & 0x1;
	ctx.cmd.format.ses = args->ses & 0x7;
	ctx.cmd.format.pi = args->pi & 0x7;
	ctx.cmd.format.pil = args->pil & 0x1;

	snprintf(doing, sizeof(doing), "Format namespace 0x%x of", tool_nsid(cli));
	err = tool_claim(cli, args->dev, format_use(cli));
	err = err ? err : tool_confirm(cli, doing);
	err = err ? err : tool_send(cli, &ctx, &cmd);

	return err ? err : format_report(cli);
}

static int
sanitize_report(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvi_emit e;

	xnvi_emit_init(&e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&e, "xnvme_sanitize", XNVI_EMIT_BLOCK);
	xnvi_emit_hex(&e, "sanact", args->sanact);
	xnvi_emit_bool(&e, "ause", args->ause);
	xnvi_emit_hex(&e, "ovrpat", args->ovrpat);
	xnvi_emit_hex(&e, "owpass", args->owpass);
	xnvi_emit_bool(&e, "oipbp", args->oipbp);
	xnvi_emit_bool(&e, "nodas", args->nodas);
	xnvi_emit_end(&e);

	return tool_printed(xnvi_emit_term(&e));
}

int
sub_sanitize(struct xnvme_cli *cli)
{
	static const struct tool_cmd cmd = {.name = "Sanitize", .admin = true};
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	int err;

	ctx.cmd.common.opcode = XNVME_SPEC_NVM_OPC_SANITIZE;
	ctx.cmd.sanitize.sanact = args->sanact & 0x7;
	ctx.cmd.sanitize.ause = args->ause;
	ctx.cmd.sanitize.ovrpat = args->ovrpat;
	ctx.cmd.sanitize.owpass = args->owpass & 0xf;
	ctx.cmd.sanitize.oipbp = args->oipbp;
	ctx.cmd.sanitize.nodas = args->nodas;

	err = tool_confirm(cli, "Sanitize all namespaces of the subsystem of");
	err = err ? err : tool_send(cli, &ctx, &cmd);

	return err ? err : sanitize_report(cli);
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
	struct tool_cmd cmd = {.name = "I/O Management Send: Reclaim Unit Handle Update"};
	uint16_t *pids;
	int err;

	pids = tool_buf_alloc(args->dev, sizeof(*pids));
	if (!pids) {
		return -ENOMEM;
	}
	pids[0] = (uint16_t)args->pid;
	cmd.data = pids;
	cmd.data_nbytes = sizeof(*pids);
	ctx.cmd.common.opcode = XNVME_SPEC_NVM_OPC_IO_MGMT_SEND;
	ctx.cmd.common.nsid = tool_nsid(cli);
	ctx.cmd.mgmt.mgmt_send.mo = XNVME_SPEC_IO_MGMT_SEND_RUHU;
	/* The specific field is the number of identifiers, zero-based */
	ctx.cmd.mgmt.mgmt_send.mos = 0;
	err = tool_send(cli, &ctx, &cmd);
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
	const int shown = tool_show(cli, "NVM subsystem reset");

	return shown ? shown
		     : plain("resetting the subsystem", xnvme_subsystem_reset(cli->args.dev));
}

int
sub_ctrlr_reset(struct xnvme_cli *cli)
{
	const int shown = tool_show(cli, "controller reset");

	return shown ? shown
		     : plain("resetting the controller", xnvme_controller_reset(cli->args.dev));
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
