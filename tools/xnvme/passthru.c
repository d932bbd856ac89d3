// SPDX-License-Identifier: BSD-3-Clause
/**
 * Pass commands that are given dword by dword: I/O (pioc) and admin (padc)
 */
#include <change.h>
#include <errno.h>
#include <string.h>
#include <print/emit.h>
#include <spec/opcodes.h>
#include <subs.h>

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
		return tool_refuse("there is no command: give --opcode or --cdw0");
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

/** A command that is known not to change a device */
struct harmless {
	uint8_t opcode;
	int csi; ///< Command set that has it; ANY_CSI: all
};

#define ANY_CSI (-1)

static const struct harmless harmless_io[] = {
    {XNVME_SPEC_NVM_OPC_FLUSH, ANY_CSI},
    {XNVME_SPEC_NVM_OPC_READ, ANY_CSI}, /* Retrieve, of key-value pairs */
    {XNVME_SPEC_NVM_OPC_COMPARE, XNVME_SPEC_CSI_NVM},
    {XNVME_SPEC_NVM_OPC_COMPARE, XNVME_SPEC_CSI_ZONED},
    {XNVME_SPEC_NVM_OPC_COMPARE, XNVME_SPEC_CSI_FS},
    {XNVI_OPC_VERIFY, XNVME_SPEC_CSI_NVM},
    {XNVI_OPC_VERIFY, XNVME_SPEC_CSI_ZONED},
    {XNVI_OPC_VERIFY, XNVME_SPEC_CSI_FS},
    {XNVI_OPC_RESERVATION_REPORT, ANY_CSI},
    {XNVME_SPEC_NVM_OPC_IO_MGMT_RECV, XNVME_SPEC_CSI_NVM},
    {XNVME_SPEC_ZND_OPC_MGMT_RECV, XNVME_SPEC_CSI_ZONED},
    {XNVME_SPEC_KV_OPC_LIST, XNVME_SPEC_CSI_KV},
    {XNVME_SPEC_KV_OPC_EXIST, XNVME_SPEC_CSI_KV},
    {XNVME_SPEC_FS_OPC_READ, XNVME_SPEC_CSI_FS},
    {XNVME_SPEC_FS_OPC_FLUSH, XNVME_SPEC_CSI_FS},
};

static const struct harmless harmless_admin[] = {
    {XNVME_SPEC_ADM_OPC_LOG, ANY_CSI},
    {XNVME_SPEC_ADM_OPC_IDFY, ANY_CSI},
    {XNVME_SPEC_ADM_OPC_GFEAT, ANY_CSI},
    {0x0c, ANY_CSI}, /* Asynchronous Event Request */
    {0x18, ANY_CSI}, /* Keep Alive */
    {0x86, ANY_CSI}, /* Get LBA Status */
};

/** All other commands count as a change, vendor specific ones included */
static bool
is_harmless(const struct xnvme_cmd_ctx *ctx, const struct harmless *rows, size_t nrows)
{
	for (size_t i = 0; i < nrows; ++i) {
		if (rows[i].opcode == ctx->cmd.common.opcode &&
		    (rows[i].csi == ANY_CSI || rows[i].csi == xnvme_dev_get_csi(ctx->dev))) {
			return true;
		}
	}

	return false;
}

/** An admin command may change all namespaces of the controller, not only the one it names */
static int
command_claim(const struct xnvme_cli *cli, const struct xnvme_cmd_ctx *ctx, bool admin)
{
	const bool harmless = admin
				  ? is_harmless(ctx, harmless_admin, TOOL_ARRAY_LEN(harmless_admin))
				  : is_harmless(ctx, harmless_io, TOOL_ARRAY_LEN(harmless_io));

	return harmless ? 0 : tool_claim(cli, ctx->dev, admin ? TOOL_CHANGES_ALL : TOOL_CHANGES);
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
		err = command_claim(cli, &ctx, admin);
	}
	if (!err) {
		err = side_prepare(args->dev, &data);
	}
	if (!err) {
		err = side_prepare(args->dev, &meta);
	}
	if (!err) {
		const struct tool_cmd cmd = {what,	  admin,    data.buf,
					     data.nbytes, meta.buf, meta.nbytes};

		err = tool_send(cli, &ctx, &cmd);
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
