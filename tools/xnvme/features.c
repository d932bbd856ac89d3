// SPDX-License-Identifier: BSD-3-Clause
#include <change.h>
#include <errno.h>
#include <string.h>
#include <print/emit.h>
#include <subs.h>

/** Size of a descriptor in the data of Get Features, FDP Events */
#define FDP_EVENT_DESC_NBYTES 2

static int
capabilities_print(uint32_t fid, uint32_t value, int opts)
{
	struct xnvi_emit e;

	xnvi_emit_init(&e, stdout, opts);
	xnvi_emit_map(&e, "xnvme_feature_capabilities", XNVI_EMIT_BLOCK);
	xnvi_emit_hex(&e, "fid", fid);
	xnvi_emit_bool(&e, "saveable", value & 0x1);
	xnvi_emit_bool(&e, "namespace_specific", value & 0x2);
	xnvi_emit_bool(&e, "changeable", value & 0x4);
	xnvi_emit_end(&e);

	return xnvi_emit_term(&e);
}

static int
feature_print(struct xnvme_cli *cli, uint32_t value, void *data, size_t data_nbytes)
{
	const struct xnvme_spec_feat feat = {.val = value};
	const uint32_t fid = cli->args.fid;
	const int opts = xnvme_cli_pr_opts(cli);

	if (cli->args.sel == XNVME_SPEC_FEAT_SEL_SUPPORTED) {
		return tool_printed(capabilities_print(fid, value, opts));
	}
	if (fid == XNVME_SPEC_FEAT_FDP_EVENTS && data) {
		if ((uint64_t)value * FDP_EVENT_DESC_NBYTES > data_nbytes) {
			return tool_refuse("%u events need --data-nbytes %llu", value,
					   (unsigned long long)value * FDP_EVENT_DESC_NBYTES);
		}
		return tool_printed(xnvme_spec_feat_fdp_events_pr(data, feat, opts));
	}

	return tool_printed(xnvme_spec_feat_pr((uint8_t)fid, feat, opts));
}

int
sub_feature_get(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	const size_t nbytes = args->data_nbytes;
	void *data = NULL;
	int err;

	if (args->data_output && !nbytes) {
		return tool_refuse("--data-output needs --data-nbytes");
	}
	if (nbytes) {
		data = tool_buf_alloc(args->dev, nbytes);
		if (!data) {
			return -ENOMEM;
		}
	}
	xnvme_prep_adm_gfeat(&ctx, args->nsid, (uint8_t)args->fid, (uint8_t)args->sel);
	ctx.cmd.gfeat.cdw11 = args->cdw[11];
	err = xnvme_cmd_pass_admin(&ctx, data, nbytes, NULL, 0);
	err = tool_cmd_check("Get Features", &ctx, err);
	if (!err && args->data_output) {
		err = tool_buf_to_file(data, nbytes, args->data_output);
	}
	if (!err) {
		err = feature_print(cli, ctx.cpl.cdw0, data, nbytes);
	}
	xnvme_buf_free(args->dev, data);

	return err;
}

/** Set the feature of --fid to --feat; prints what the device answered */
static int
feature_set(struct xnvme_cli *cli, void *data, size_t data_nbytes)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(args->dev);
	const struct tool_cmd cmd = {
	    .name = "Set Features", .admin = true, .data = data, .data_nbytes = data_nbytes};
	struct xnvi_emit e;
	int err;

	xnvme_prep_adm_sfeat(&ctx, args->nsid, (uint8_t)args->fid, args->feat, args->save);
	ctx.cmd.sfeat.cdw12 = args->cdw[12];
	err = tool_send(cli, &ctx, &cmd);
	if (err) {
		return err;
	}

	xnvi_emit_init(&e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&e, "xnvme_feature_set", XNVI_EMIT_BLOCK);
	xnvi_emit_hex(&e, "fid", args->fid);
	xnvi_emit_hex(&e, "feat", args->feat);
	xnvi_emit_bool(&e, "saved", args->save);
	xnvi_emit_hex(&e, "cdw0", ctx.cpl.cdw0);
	xnvi_emit_end(&e);

	return tool_printed(xnvi_emit_term(&e));
}

int
sub_feature_set(struct xnvme_cli *cli)
{
	struct xnvme_cli_args *args = &cli->args;
	size_t nbytes = args->data_nbytes;
	void *data;
	int err = 0;

	if (!args->data_input) {
		return nbytes ? tool_refuse("--data-nbytes needs --data-input")
			      : feature_set(cli, NULL, 0);
	}
	if (!nbytes) {
		data = tool_buf_read_file(args->dev, args->data_input, &nbytes);
	} else {
		data = tool_buf_alloc(args->dev, nbytes);
		err = data ? tool_buf_from_file(data, nbytes, args->data_input) : 0;
	}
	if (!data) {
		return -EIO;
	}
	if (!err) {
		err = feature_set(cli, data, nbytes);
	}
	xnvme_buf_free(args->dev, data);

	return err;
}

int
sub_set_fdp_events(struct xnvme_cli *cli)
{
	/* Event types of the NVM Express Base Specification 2.1: host events, controller events */
	static const uint8_t types[] = {0x00, 0x01, 0x02, 0x03, 0x80, 0x81};
	struct xnvme_cli_args *args = &cli->args;
	const uint32_t ntypes = (args->feat >> 16) & 0xff;
	uint8_t *data;
	int err;

	if (!ntypes || ntypes > sizeof(types)) {
		return tool_refuse("--feat: bits 23:16 are the number of event types, 1 to %zu",
				   sizeof(types));
	}
	data = tool_buf_alloc(args->dev, ntypes);
	if (!data) {
		return -ENOMEM;
	}
	memcpy(data, types, ntypes);
	/* The events belong to a namespace; without --nsid it is the one that was opened */
	args->nsid = tool_nsid(cli);
	err = feature_set(cli, data, ntypes);
	xnvme_buf_free(args->dev, data);

	return err;
}
