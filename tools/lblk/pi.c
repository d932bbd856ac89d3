// SPDX-License-Identifier: BSD-3-Clause
/**
 * End-to-end data protection: write with protection information, read it back, and check both
 */
#include <change.h>
#include <errno.h>
#include <string.h>
#include <print/text.h>
#include <subs.h>

#define PRACT_BIT 0x8

/** Without protection information, PRACT and PRCHK have no effect */
static bool
has_pi(const struct xnvme_geo *geo)
{
	return geo->pi_type && geo->nbytes_oob;
}

/** Say that options are ignored */
static void
pi_remark(const struct xnvme_cli *cli)
{
	if (cli->given[XNVME_CLI_OPT_PRACT] || cli->given[XNVME_CLI_OPT_PRCHK]) {
		xnvi_text_line(stderr,
			       "# the namespace has no protection information: --pract %d and "
			       "--prchk 0x%x have no effect",
			       cli->args.pract, cli->args.prchk);
	}
}

static int
pi_prepare(struct xnvme_cli *cli, const struct xnvme_geo *geo, struct xnvme_pi_ctx *pi)
{
	const struct xnvme_cli_args *args = &cli->args;
	int err;

	err =
	    xnvme_pi_ctx_init(pi, geo->lba_nbytes, geo->nbytes_oob, geo->lba_extended, geo->pi_loc,
			      geo->pi_type, args->prchk, (uint32_t)args->slba,
			      (uint16_t)args->apptag_mask, (uint16_t)args->apptag, geo->pi_format);

	return err ? tool_fail("setting up the protection information", err) : 0;
}

static void
pi_fields(const struct xnvme_cli_args *args, struct xnvme_cmd_ctx *ctx)
{
	ctx->cmd.nvm.prinfo = (args->pract ? PRACT_BIT : 0) | (args->prchk & 0x7);
	ctx->cmd.nvm.ilbrt = (uint32_t)args->slba;
	ctx->cmd.nvm.lbat = args->apptag & UINT16_MAX;
	ctx->cmd.nvm.lbatm = args->apptag_mask & UINT16_MAX;
}

/** Whether the controller inserts and strips all of the metadata, so that none is moved */
static bool
moves_no_meta(const struct xnvme_cli_args *args, const struct xnvme_geo *geo)
{
	return args->pract && has_pi(geo) && geo->nbytes_oob == xnvme_pi_size(geo->pi_format);
}

/** Distance between blocks in the buffer */
static size_t
block_stride(const struct xnvme_cli_args *args, const struct xnvme_geo *geo)
{
	return moves_no_meta(args, geo) ? geo->nbytes : geo->lba_nbytes;
}

static int
payload_check(const struct xnvme_cli_args *args, const struct xnvme_geo *geo,
	      const struct lblk_bufs *written, const struct lblk_bufs *found)
{
	const size_t stride = block_stride(args, geo);

	for (size_t block = 0; block <= args->nlb; ++block) {
		const size_t ofz = block * stride;

		/* In an extended block the data comes first; the tuple is within the metadata */
		if (memcmp(written->data + ofz, found->data + ofz, geo->nbytes) != 0) {
			return tool_fail(
			    "the data that was read differs from the data that was written", -EIO);
		}
	}

	return 0;
}

static int
write_read(struct xnvme_cli *cli, const struct xnvme_geo *geo, struct lblk_bufs *written,
	   struct lblk_bufs *found)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	const uint32_t nblocks = args->nlb + 1;
	struct xnvme_pi_ctx pi = {0};
	int err;

	err = has_pi(geo) ? pi_prepare(cli, geo, &pi) : 0;
	if (err) {
		return err;
	}
	if (!args->pract) {
		xnvme_pi_generate(&pi, written->data, written->meta, nblocks);
	}
	pi_fields(args, &ctx);
	err = lblk_write(cli, &ctx, written);
	if (err) {
		return err;
	}

	ctx = xnvme_cmd_ctx_from_dev(args->dev);
	pi_fields(args, &ctx);
	err = xnvme_nvm_read(&ctx, tool_nsid(cli), args->slba, (uint16_t)args->nlb, found->data,
			     found->meta);
	err = tool_cmd_check("Read", &ctx, err);
	if (err) {
		return err;
	}
	if (!args->pract && xnvme_pi_verify(&pi, found->data, found->meta, nblocks)) {
		return tool_fail("the protection information read does not match the data", -EIO);
	}

	return payload_check(args, geo, written, found);
}

int
sub_write_read_pi(struct xnvme_cli *cli)
{
	const struct xnvme_geo *geo = xnvme_dev_get_geo(cli->args.dev);
	struct lblk_bufs written = {0};
	struct lblk_bufs found = {0};
	bool meta;
	int err;

	if (!has_pi(geo)) {
		pi_remark(cli);
	}
	/* --meta-input without metadata is refused when the buffers are made */
	meta = geo->nbytes_oob ? !geo->lba_extended && !moves_no_meta(&cli->args, geo)
			       : cli->args.meta_input != NULL;
	err = lblk_input_check(cli);
	if (!err) {
		err = lblk_bufs_init(cli, &written, meta);
	}
	if (!err) {
		err = lblk_bufs_init(cli, &found, meta);
	}
	if (!err) {
		/* The input has the length that the command moves */
		written.data_nbytes = ((size_t)cli->args.nlb + 1) * block_stride(&cli->args, geo);
		found.data_nbytes = written.data_nbytes;
		err = lblk_bufs_load(cli, &written);
	}
	if (!err) {
		err = write_read(cli, geo, &written, &found);
	}
	if (!err) {
		err = lblk_summary(cli, &written);
	}
	lblk_bufs_term(cli, &written);
	lblk_bufs_term(cli, &found);

	return err;
}
