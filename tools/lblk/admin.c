// SPDX-License-Identifier: BSD-3-Clause
#include <change.h>
#include <errno.h>
#include <idfy.h>
#include <print/emit.h>
#include <subs.h>

/** Open stream identifiers: a 16-bit count, and as many as it can count */
#define STREAMS_STATUS_NBYTES (2 * (UINT16_MAX + 1))

int
sub_idfy(struct xnvme_cli *cli)
{
	const struct tool_idfy idfy = {.cns = XNVME_SPEC_IDFY_NS, .nsid = tool_nsid(cli)};

	return tool_idfy_run(cli, &idfy);
}

int
sub_dir_send(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	static const struct tool_cmd cmd = {.name = "Directive Send", .admin = true};
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);

	ctx.cmd.common.opcode = XNVME_SPEC_ADM_OPC_DSEND;
	ctx.cmd.common.nsid = tool_nsid(cli);
	/* The fields of the command can hold every value that the options accept */
	ctx.cmd.dsend.doper = args->doper & 0xff;
	ctx.cmd.dsend.dtype = args->dtype & 0xff;
	ctx.cmd.dsend.dspec = args->dspec & 0xffff;
	ctx.cmd.dsend.cdw12.val = args->endir | args->tgtdir << 8;

	return tool_send(cli, &ctx, &cmd);
}

struct dir_answer {
	uint32_t dtype;
	uint32_t doper;
	size_t nbytes;
};

/** Operations that return data; of others the value in the completion is printed */
static const struct dir_answer dir_answers[] = {
    {XNVME_SPEC_DIR_IDENTIFY, XNVME_SPEC_DRECV_IDFY_RETPR, sizeof(struct xnvme_spec_idfy_dir_rp)},
    {XNVME_SPEC_DIR_STREAMS, XNVME_SPEC_DRECV_STREAMS_RETPR,
     sizeof(struct xnvme_spec_streams_dir_rp)},
    {XNVME_SPEC_DIR_STREAMS, XNVME_SPEC_DRECV_STREAMS_GETST, STREAMS_STATUS_NBYTES},
};

static int
dir_print(const struct xnvme_cli_args *args, void *data, uint32_t cdw0, int opts)
{
	const struct xnvme_spec_alloc_resource sar = {.val = cdw0};

	if (!data) {
		return xnvme_spec_drecv_sar_pr(sar, opts);
	}
	if (args->dtype == XNVME_SPEC_DIR_IDENTIFY) {
		return xnvme_spec_drecv_idfy_pr(data, opts);
	}
	if (args->doper == XNVME_SPEC_DRECV_STREAMS_RETPR) {
		return xnvme_spec_drecv_srp_pr(data, opts);
	}

	return xnvme_spec_drecv_sgs_pr(data, opts);
}

int
sub_dir_receive(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	struct tool_cmd cmd = {.name = "Directive Receive", .admin = true};
	size_t nbytes = 0;
	void *data = NULL;
	int err;

	for (size_t i = 0; i < TOOL_ARRAY_LEN(dir_answers); ++i) {
		if (dir_answers[i].dtype == args->dtype && dir_answers[i].doper == args->doper) {
			nbytes = dir_answers[i].nbytes;
		}
	}
	if (!nbytes && (args->dtype != XNVME_SPEC_DIR_STREAMS ||
			args->doper != XNVME_SPEC_DRECV_STREAMS_ALLRS)) {
		return tool_refuse(
		    "--dtype 0x%x --doper 0x%x is not an operation of Directive Receive",
		    args->dtype, args->doper);
	}
	if (nbytes) {
		data = tool_buf_alloc(args->dev, nbytes);
		if (!data) {
			return -ENOMEM;
		}
	}
	cmd.data = data;
	cmd.data_nbytes = nbytes;
	ctx.cmd.common.opcode = XNVME_SPEC_ADM_OPC_DRECV;
	ctx.cmd.common.nsid = tool_nsid(cli);
	ctx.cmd.drecv.numd = nbytes ? (uint32_t)(nbytes / 4 - 1) : 0;
	ctx.cmd.drecv.doper = args->doper & 0xff;
	ctx.cmd.drecv.dtype = args->dtype & 0xff;
	ctx.cmd.drecv.cdw12.val = args->nsr;
	/* The operation without data allocates resources */
	err = nbytes ? 0 : tool_claim(cli, args->dev, TOOL_CHANGES);
	err = err ? err : tool_send(cli, &ctx, &cmd);
	if (!err) {
		err = tool_printed(dir_print(args, data, ctx.cpl.cdw0, xnvme_cli_pr_opts(cli)));
	}
	xnvme_buf_free(args->dev, data);

	return err;
}
