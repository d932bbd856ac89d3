// SPDX-License-Identifier: BSD-3-Clause
#include <change.h>
#include <errno.h>
#include <string.h>
#include <print/emit.h>
#include <print/text.h>
#include <spec/opcodes.h>
#include <subs.h>

#define DTYPE_MAX 0xf

static const char pattern_descr[] = "A to Z, repeated";

/** Names of patterns that --data-input takes, as xnvme_buf_fill() does; ./zero is a path */
static const char *const g_fills[] = {"zero", "anum", "rand-k", "rand-t"};

static bool
is_fill(const char *text)
{
	for (size_t i = 0; i < TOOL_ARRAY_LEN(g_fills); ++i) {
		if (strcmp(text, g_fills[i]) == 0) {
			return true;
		}
	}

	return false;
}

int
lblk_bufs_init(struct xnvme_cli *cli, struct lblk_bufs *bufs, bool meta)
{
	struct xnvme_dev *dev = cli->args.dev;
	const struct xnvme_geo *geo = xnvme_dev_get_geo(dev);
	const size_t nblocks = (size_t)cli->args.nlb + 1;

	*bufs = (struct lblk_bufs){0};
	if (!geo || !geo->lba_nbytes) {
		return tool_fail("the size of a logical block is unknown",
				 xnvme_err_last()->err ? xnvme_err_last()->err : -EINVAL);
	}
	if (meta && (!geo->nbytes_oob || geo->lba_extended)) {
		return tool_refuse("the namespace has no separate metadata");
	}
	bufs->data_nbytes = nblocks * geo->lba_nbytes;
	bufs->data = tool_buf_alloc(dev, bufs->data_nbytes);
	if (!bufs->data) {
		return -ENOMEM;
	}
	if (meta) {
		bufs->meta_nbytes = nblocks * geo->nbytes_oob;
		bufs->meta = tool_buf_alloc(dev, bufs->meta_nbytes);
	}

	return meta && !bufs->meta ? -ENOMEM : 0;
}

int
lblk_bufs_load(struct xnvme_cli *cli, struct lblk_bufs *bufs)
{
	const struct xnvme_cli_args *args = &cli->args;
	const char *fill = args->data_input ? args->data_input : "anum";
	int err;

	if (is_fill(fill)) {
		err = xnvme_buf_fill(bufs->data, bufs->data_nbytes, fill);
		err = err ? tool_fail("filling the buffer", err) : 0;
	} else {
		err = tool_buf_from_file(bufs->data, bufs->data_nbytes, fill);
	}
	if (!err && args->meta_input) {
		err = tool_buf_from_file(bufs->meta, bufs->meta_nbytes, args->meta_input);
	}

	return err;
}

void
lblk_bufs_term(struct xnvme_cli *cli, struct lblk_bufs *bufs)
{
	xnvme_buf_free(cli->args.dev, bufs->data);
	xnvme_buf_free(cli->args.dev, bufs->meta);
}

int
lblk_summary(struct xnvme_cli *cli, const struct lblk_bufs *bufs)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvi_emit e;

	xnvi_emit_init(&e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&e, cli->sub->name, XNVI_EMIT_BLOCK);
	xnvi_emit_hex(&e, "slba", args->slba);
	xnvi_emit_u64(&e, "nblocks", (uint64_t)args->nlb + 1);
	if (cli->given[XNVME_CLI_OPT_SDLBA]) {
		xnvi_emit_hex(&e, "sdlba", args->sdlba);
	}
	if (bufs) {
		xnvi_emit_u64(&e, "data_nbytes", bufs->data_nbytes);
		xnvi_emit_u64(&e, "meta_nbytes", bufs->meta_nbytes);
		if (strcmp(cli->sub->name, "read") == 0) {
			xnvi_emit_str(&e, "data_output", args->data_output);
		} else {
			xnvi_emit_str(&e, "data",
				      args->data_input ? args->data_input : pattern_descr);
		}
	}
	xnvi_emit_end(&e);

	return tool_printed(xnvi_emit_term(&e));
}

int
sub_read(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	struct lblk_bufs bufs;
	int err;

	err = lblk_bufs_init(cli, &bufs, args->meta_output != NULL);
	if (!err) {
		err = xnvme_nvm_read(&ctx, tool_nsid(cli), args->slba, (uint16_t)args->nlb,
				     bufs.data, bufs.meta);
		err = tool_cmd_check("Read", &ctx, err);
	}
	if (!err && args->data_output) {
		err = tool_buf_to_file(bufs.data, bufs.data_nbytes, args->data_output);
	}
	if (!err && args->meta_output) {
		err = tool_buf_to_file(bufs.meta, bufs.meta_nbytes, args->meta_output);
	}
	if (!err) {
		err = lblk_summary(cli, &bufs);
	}
	lblk_bufs_term(cli, &bufs);

	return err;
}

int
lblk_input_check(struct xnvme_cli *cli)
{
	if (cli->args.data_input || !tool_is_node(cli->args.dev)) {
		return 0;
	}

	return tool_refuse("%s: on a block device or NVMe namespace give --data-input; the pattern "
			   "is for files and devices in memory",
			   cli->sub->name);
}

int
lblk_write(struct xnvme_cli *cli, struct xnvme_cmd_ctx *ctx, const struct lblk_bufs *bufs)
{
	const struct tool_cmd cmd = {"Write",		false,	    bufs->data,
				     bufs->data_nbytes, bufs->meta, bufs->meta_nbytes};

	xnvme_prep_nvm(ctx, XNVME_SPEC_NVM_OPC_WRITE, tool_nsid(cli), cli->args.slba,
		       (uint16_t)cli->args.nlb);

	return tool_send(cli, ctx, &cmd);
}

/** Write, with a directive when `dtype` is not 0 */
static int
write_blocks(struct xnvme_cli *cli, uint32_t dtype, uint32_t dspec)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	struct lblk_bufs bufs;
	int err;

	err = lblk_input_check(cli);
	if (err) {
		return err;
	}
	err = lblk_bufs_init(cli, &bufs, args->meta_input != NULL);
	if (!err) {
		err = lblk_bufs_load(cli, &bufs);
	}
	if (!err) {
		ctx.cmd.nvm.dtype = dtype & DTYPE_MAX;
		ctx.cmd.nvm.cdw13.dspec = dspec & UINT16_MAX;
		err = lblk_write(cli, &ctx, &bufs);
	}
	if (!err) {
		err = lblk_summary(cli, &bufs);
	}
	lblk_bufs_term(cli, &bufs);

	return err;
}

int
sub_write(struct xnvme_cli *cli)
{
	return write_blocks(cli, 0, 0);
}

int
sub_write_dir(struct xnvme_cli *cli)
{
	if (cli->args.dtype > DTYPE_MAX) {
		return tool_refuse("--dtype: a write carries 0x0 to 0xf");
	}

	return write_blocks(cli, cli->args.dtype, cli->args.dspec);
}

int
sub_compare(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	struct lblk_bufs bufs;
	int err;

	err = lblk_bufs_init(cli, &bufs, args->meta_input != NULL);
	if (!err) {
		err = lblk_bufs_load(cli, &bufs);
	}
	if (!err) {
		err = xnvme_nvm_compare(&ctx, tool_nsid(cli), args->slba, (uint16_t)args->nlb,
					bufs.data, bufs.meta);
		err = tool_cmd_check("Compare", &ctx, err);
	}
	if (!err) {
		err = lblk_summary(cli, &bufs);
	}
	lblk_bufs_term(cli, &bufs);

	return err;
}

/** Options of 0.7.5 without effect, since the commands carry no data: accept them, and say so */
static void
input_remark(const struct xnvme_cli *cli)
{
	if (cli->args.data_input || cli->args.meta_input) {
		xnvi_text_line(stderr,
			       "# %s carries no data: --data-input and --meta-input are ignored",
			       cli->sub->name);
	}
}

int
sub_write_zeros(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	static const struct tool_cmd cmd = {.name = "Write Zeroes"};
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	int err;

	input_remark(cli);
	xnvme_prep_nvm(&ctx, XNVME_SPEC_NVM_OPC_WRITE_ZEROES, tool_nsid(cli), args->slba,
		       (uint16_t)args->nlb);
	err = tool_send(cli, &ctx, &cmd);

	return err ? err : lblk_summary(cli, NULL);
}

int
sub_write_uncor(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	static const struct tool_cmd cmd = {.name = "Write Uncorrectable"};
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	int err;

	input_remark(cli);
	xnvme_prep_nvm(&ctx, XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE, tool_nsid(cli), args->slba,
		       (uint16_t)args->nlb);
	err = tool_send(cli, &ctx, &cmd);

	return err ? err : lblk_summary(cli, NULL);
}

int
sub_verify(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	static const struct tool_cmd cmd = {.name = "Verify"};
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	int err;

	xnvme_prep_nvm(&ctx, XNVI_OPC_VERIFY, tool_nsid(cli), args->slba, (uint16_t)args->nlb);
	err = tool_send(cli, &ctx, &cmd);

	return err ? err : lblk_summary(cli, NULL);
}

int
sub_flush(struct xnvme_cli *cli)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(cli->args.dev);
	struct xnvi_emit e;
	int err;

	ctx.cmd.common.opcode = XNVME_SPEC_NVM_OPC_FLUSH;
	ctx.cmd.common.nsid = tool_nsid(cli);
	err = tool_cmd_check("Flush", &ctx, xnvme_cmd_pass(&ctx, NULL, 0, NULL, 0));
	if (err) {
		return err;
	}
	xnvi_emit_init(&e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&e, "flush", XNVI_EMIT_BLOCK);
	xnvi_emit_hex(&e, "nsid", tool_nsid(cli));
	xnvi_emit_end(&e);

	return tool_printed(xnvi_emit_term(&e));
}

int
sub_copy(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	struct xnvme_spec_nvm_scopy_fmt_zero *range;
	struct tool_cmd cmd = {.name = "Copy"};
	int err;

	range = tool_buf_alloc(args->dev, sizeof(*range));
	if (!range) {
		return -ENOMEM;
	}
	range->slba = args->slba;
	range->nlb = args->nlb & UINT16_MAX;
	cmd.data = range;
	cmd.data_nbytes = sizeof(*range);
	/* One range, of source range descriptors in format 0 */
	ctx.cmd.common.opcode = XNVME_SPEC_NVM_OPC_SCOPY;
	ctx.cmd.common.nsid = tool_nsid(cli);
	ctx.cmd.scopy.sdlba = args->sdlba;
	err = tool_send(cli, &ctx, &cmd);
	err = err ? err : lblk_summary(cli, NULL);
	xnvme_buf_free(args->dev, range);

	return err;
}
