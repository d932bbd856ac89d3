// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands as given, dword by dword: I/O (pioc) and admin (padc)
 */
#include <errno.h>
#include <string.h>
#include <spec/emit.h>
#include <xnvme_tool.h>

/** A buffer of the command and the files it comes from and goes to */
struct side {
	const char *name;
	const char *input;
	const char *output;
	size_t nbytes;
	void *buf;
};

static int
side_prepare(struct xnvme_dev *dev, struct side *side)
{
	if (side->output && !side->nbytes) {
		return tool_refuse("--%s-output needs --%s-nbytes", side->name, side->name);
	}
	if (side->input && !side->nbytes) {
		side->buf = tool_buf_read_file(dev, side->input, &side->nbytes);
		return side->buf ? 0 : -EIO;
	}
	if (!side->nbytes) {
		return 0;
	}
	side->buf = tool_buf_alloc(dev, side->nbytes);
	if (!side->buf) {
		return -ENOMEM;
	}

	return side->input ? tool_buf_from_file(side->buf, side->nbytes, side->input) : 0;
}

static int
command_fill(const struct xnvme_cli *cli, struct xnvme_cmd_ctx *ctx)
{
	const struct xnvme_cli_args *args = &cli->args;
	uint32_t dwords[16] = {0};

	_Static_assert(sizeof(dwords) == sizeof(ctx->cmd), "a command is 16 dwords");

	if (args->cmd_input) {
		const int err = tool_buf_from_file(dwords, sizeof(dwords), args->cmd_input);

		if (err) {
			return err;
		}
	} else if (!cli->given[XNVME_CLI_OPT_OPCODE] && !cli->given[XNVME_CLI_OPT_CDW00]) {
		return tool_refuse("which command: give --opcode or --cdw0");
	}
	for (int i = 0; i < 16; ++i) {
		if (cli->given[XNVME_CLI_OPT_CDW00 + i]) {
			dwords[i] = args->cdw[i];
		}
	}
	memcpy(&ctx->cmd, dwords, sizeof(dwords));
	if (cli->given[XNVME_CLI_OPT_OPCODE]) {
		ctx->cmd.common.opcode = args->opcode & 0xff;
	}
	if (cli->given[XNVME_CLI_OPT_NSID]) {
		ctx->cmd.common.nsid = args->nsid;
	}

	return 0;
}

static int
answer_print(struct xnvme_cli *cli, const struct xnvme_cmd_ctx *ctx, const struct side *data)
{
	const bool to_host = ctx->cmd.common.opcode & 0x2;
	struct xnvi_emit e;

	xnvi_emit_init(&e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&e, "xnvme_cmd_ctx", XNVI_EMIT_BLOCK);
	xnvi_emit_hex(&e, "opcode", ctx->cmd.common.opcode);
	xnvi_emit_hex(&e, "nsid", ctx->cmd.common.nsid);
	xnvi_emit_hex(&e, "result", ctx->cpl.result);
	xnvi_emit_hex(&e, "sct", ctx->cpl.status.sct);
	xnvi_emit_hex(&e, "sc", ctx->cpl.status.sc);
	if (data->buf && to_host && !data->output) {
		tool_hexdump_emit(&e, "data", data->buf, data->nbytes);
	}
	xnvi_emit_end(&e);

	return tool_printed(xnvi_emit_term(&e));
}

static int
passthru(struct xnvme_cli *cli, const char *what, bool admin)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	struct side data = {"data", args->data_input, args->data_output, args->data_nbytes, NULL};
	struct side meta = {"meta", args->meta_input, args->meta_output, args->meta_nbytes, NULL};
	int err;

	err = command_fill(cli, &ctx);
	if (!err) {
		err = side_prepare(args->dev, &data);
	}
	if (!err) {
		err = side_prepare(args->dev, &meta);
	}
	if (!err) {
		err = (admin ? xnvme_cmd_pass_admin : xnvme_cmd_pass)(&ctx, data.buf, data.nbytes,
								      meta.buf, meta.nbytes);
		err = tool_cmd_check(what, &ctx, err);
	}
	if (!err && data.output) {
		err = tool_buf_to_file(data.buf, data.nbytes, data.output);
	}
	if (!err && meta.output) {
		err = tool_buf_to_file(meta.buf, meta.nbytes, meta.output);
	}
	if (!err) {
		err = answer_print(cli, &ctx, &data);
	}
	xnvme_buf_free(args->dev, data.buf);
	xnvme_buf_free(args->dev, meta.buf);

	return err;
}

int
sub_pioc(struct xnvme_cli *cli)
{
	return passthru(cli, "I/O command", false);
}

int
sub_padc(struct xnvme_cli *cli)
{
	return passthru(cli, "Admin command", true);
}
