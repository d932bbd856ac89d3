// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <idfy.h>
#include <print/emit.h>

static int
raw_print(const struct tool_idfy *idfy, const struct xnvme_spec_idfy *answer, int opts)
{
	struct xnvi_emit e;

	xnvi_emit_init(&e, stdout, opts);
	xnvi_emit_map(&e, "xnvme_spec_idfy", XNVI_EMIT_BLOCK);
	xnvi_emit_hex(&e, "cns", idfy->cns);
	xnvi_emit_u64(&e, "data_nbytes", sizeof(*answer));
	tool_hexdump_emit(&e, "data", answer, sizeof(*answer));
	xnvi_emit_end(&e);

	return xnvi_emit_term(&e);
}

/** Structures of a command set that have a printer; others are printed as bytes */
static int
iocs_print(const struct tool_idfy *idfy, struct xnvme_spec_idfy *answer, int opts)
{
	const bool is_ns = idfy->cns == XNVME_SPEC_IDFY_NS_IOCS;
	void *data = answer;

	if (idfy->csi == XNVME_SPEC_CSI_NVM && is_ns) {
		return xnvme_spec_nvm_idfy_ns_pr(data, opts);
	}
	if (idfy->csi == XNVME_SPEC_CSI_NVM) {
		return xnvme_spec_nvm_idfy_ctrlr_pr(data, opts);
	}
	if (idfy->csi == XNVME_SPEC_CSI_ZONED && is_ns) {
		return xnvme_spec_znd_idfy_ns_pr(data, opts);
	}
	if (idfy->csi == XNVME_SPEC_CSI_ZONED) {
		return xnvme_spec_znd_idfy_ctrlr_pr(data, opts);
	}
	if (idfy->csi == XNVME_SPEC_CSI_KV && is_ns) {
		return xnvme_spec_kvs_idfy_ns_pr(data, opts);
	}

	return raw_print(idfy, answer, opts);
}

static int
answer_print(const struct tool_idfy *idfy, struct xnvme_spec_idfy *answer, int opts)
{
	switch (idfy->cns) {
	case XNVME_SPEC_IDFY_NS:
	case XNVME_SPEC_IDFY_NS_ALLOC:
		return xnvme_spec_idfy_ns_pr(&answer->ns, opts);
	case XNVME_SPEC_IDFY_CTRLR:
		return xnvme_spec_idfy_ctrlr_pr(&answer->ctrlr, opts);
	case XNVME_SPEC_IDFY_IOCS:
		return xnvme_spec_idfy_cs_pr(&answer->cs, opts);
	case XNVME_SPEC_IDFY_NS_IOCS:
	case XNVME_SPEC_IDFY_CTRLR_IOCS:
		return iocs_print(idfy, answer, opts);
	default:
		return raw_print(idfy, answer, opts);
	}
}

int
tool_idfy_run(struct xnvme_cli *cli, const struct tool_idfy *idfy)
{
	struct xnvme_dev *dev = cli->args.dev;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	struct xnvme_spec_idfy *answer;
	int err;

	answer = tool_buf_alloc(dev, sizeof(*answer));
	if (!answer) {
		return -ENOMEM;
	}
	/* Filled in here rather than by xnvme_adm_idfy(), whose parameter for the NSID has 8 bits
	 */
	ctx.cmd.common.opcode = XNVME_SPEC_ADM_OPC_IDFY;
	ctx.cmd.common.nsid = idfy->nsid;
	ctx.cmd.idfy.cns = idfy->cns;
	ctx.cmd.idfy.cntid = idfy->cntid;
	ctx.cmd.idfy.nvmsetid = idfy->setid;
	ctx.cmd.idfy.csi = idfy->csi;
	ctx.cmd.idfy.uuid = (uint32_t)idfy->uuid & 0x7fU;

	err = xnvme_cmd_pass_admin(&ctx, answer, sizeof(*answer), NULL, 0);
	err = tool_cmd_check("Identify", &ctx, err);
	if (!err && cli->args.data_output) {
		err = tool_buf_to_file(answer, sizeof(*answer), cli->args.data_output);
	}
	if (!err) {
		err = tool_printed(answer_print(idfy, answer, xnvme_cli_pr_opts(cli)));
	}
	xnvme_buf_free(dev, answer);

	return err;
}
