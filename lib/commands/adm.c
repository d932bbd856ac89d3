// SPDX-License-Identifier: BSD-3-Clause
/**
 * Admin commands: fill in a command and pass it
 */
#include <core/cmd.h>

#define LAYER	    "cmd"
#define IDFY_NBYTES 4096U

/** A field of a command, and its largest value */
struct field {
	const char *name;
	uint64_t value;
	uint64_t max;
};

static int
check_fields(const char *where, const struct field *fields, size_t nfields)
{
	for (size_t i = 0; i < nfields; ++i) {
		if (fields[i].value > fields[i].max) {
			return xnvi_err(-EINVAL, LAYER, where, "pass a value that fits the field",
					"%s is 0x%llx, the largest value is 0x%llx", fields[i].name,
					(unsigned long long)fields[i].value,
					(unsigned long long)fields[i].max);
		}
	}

	return 0;
}

#define CHECK_FIELDS(where, fields)                                                                \
	check_fields((where), (fields), sizeof(fields) / sizeof((fields)[0]))

static int
refuse_length(const char *where, const char *name, uint64_t value)
{
	return xnvi_err(-EINVAL, LAYER, where, "use a multiple of 4; a log has at least 4 bytes",
			"%s is %llu", name, (unsigned long long)value);
}

void
xnvme_prep_adm_idfy(struct xnvme_cmd_ctx *ctx, uint8_t cns, uint16_t cntid, uint32_t nsid,
		    uint16_t nvmsetid, uint8_t uuid)
{
	if (!ctx) {
		return;
	}
	ctx->cmd.common.opcode = XNVME_SPEC_ADM_OPC_IDFY;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.idfy.cns = cns;
	ctx->cmd.idfy.cntid = cntid;
	ctx->cmd.idfy.nvmsetid = nvmsetid;
	ctx->cmd.idfy.uuid = uuid & 0x7fU;
}

int
xnvme_adm_idfy(struct xnvme_cmd_ctx *ctx, uint8_t cns, uint16_t cntid, uint8_t nsid,
	       uint16_t nvmsetid, uint8_t uuid, struct xnvme_spec_idfy *dbuf)
{
	if (!ctx || !dbuf) {
		return XNVI_NULL("ctx or dbuf");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	xnvme_prep_adm_idfy(ctx, cns, cntid, nsid, nvmsetid, uuid);

	return xnvme_cmd_pass_admin(ctx, dbuf, IDFY_NBYTES, NULL, 0);
}

/** Identify by CNS; other fields keep the values that the caller gave them */
static int
idfy(struct xnvme_cmd_ctx *ctx, uint8_t cns, uint8_t csi, uint32_t nsid,
     struct xnvme_spec_idfy *dbuf)
{
	if (!ctx || !ctx->dev || !dbuf) {
		return XNVI_NULL("ctx or the device of ctx or dbuf");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	ctx->cmd.common.opcode = XNVME_SPEC_ADM_OPC_IDFY;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.idfy.cns = cns;
	ctx->cmd.idfy.csi = csi;

	return xnvme_cmd_pass_admin(ctx, dbuf, IDFY_NBYTES, NULL, 0);
}

int
xnvme_adm_idfy_ctrlr(struct xnvme_cmd_ctx *ctx, struct xnvme_spec_idfy *dbuf)
{
	return idfy(ctx, XNVME_SPEC_IDFY_CTRLR, 0, ctx ? ctx->cmd.common.nsid : 0, dbuf);
}

int
xnvme_adm_idfy_ctrlr_csi(struct xnvme_cmd_ctx *ctx, uint8_t csi, struct xnvme_spec_idfy *dbuf)
{
	return idfy(ctx, XNVME_SPEC_IDFY_CTRLR_IOCS, csi, ctx ? ctx->cmd.common.nsid : 0, dbuf);
}

static uint32_t
nsid_or_own(const struct xnvme_cmd_ctx *ctx, uint32_t nsid)
{
	return nsid || !ctx ? nsid : xnvme_dev_get_nsid(ctx->dev);
}

int
xnvme_adm_idfy_ns(struct xnvme_cmd_ctx *ctx, uint32_t nsid, struct xnvme_spec_idfy *dbuf)
{
	return idfy(ctx, XNVME_SPEC_IDFY_NS, 0, nsid_or_own(ctx, nsid), dbuf);
}

int
xnvme_adm_idfy_ns_csi(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t csi,
		      struct xnvme_spec_idfy *dbuf)
{
	return idfy(ctx, XNVME_SPEC_IDFY_NS_IOCS, csi, nsid_or_own(ctx, nsid), dbuf);
}

void
xnvme_prep_adm_log(struct xnvme_cmd_ctx *ctx, uint8_t lid, uint8_t lsp, uint64_t lpo_nbytes,
		   uint32_t nsid, uint8_t rae, uint32_t dbuf_nbytes)
{
	const uint32_t numd = dbuf_nbytes / 4 - 1;

	if (!ctx) {
		return;
	}
	ctx->cmd.common.opcode = XNVME_SPEC_ADM_OPC_LOG;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.log.lid = lid;
	ctx->cmd.log.lsp = lsp & 0x7fU;
	ctx->cmd.log.rae = rae & 0x1U;
	ctx->cmd.log.numdl = numd & 0xffffU;
	ctx->cmd.log.numdu = (uint16_t)(numd >> 16);
	ctx->cmd.log.lpol = (uint32_t)lpo_nbytes;
	ctx->cmd.log.lpou = (uint32_t)(lpo_nbytes >> 32);
}

int
xnvme_adm_log(struct xnvme_cmd_ctx *ctx, uint8_t lid, uint8_t lsp, uint64_t lpo_nbytes,
	      uint32_t nsid, uint8_t rae, void *dbuf, uint32_t dbuf_nbytes)
{
	if (!ctx || !dbuf) {
		return XNVI_NULL("ctx or dbuf");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	if (!dbuf_nbytes || dbuf_nbytes % 4) {
		return refuse_length("log", "dbuf_nbytes", dbuf_nbytes);
	}
	if (lpo_nbytes % 4) {
		return refuse_length("log", "lpo_nbytes", lpo_nbytes);
	}
	xnvme_prep_adm_log(ctx, lid, lsp, lpo_nbytes, nsid, rae, dbuf_nbytes);
	memset(dbuf, 0, dbuf_nbytes);

	return xnvme_cmd_pass_admin(ctx, dbuf, dbuf_nbytes, NULL, 0);
}

void
xnvme_prep_adm_gfeat(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t fid, uint8_t sel)
{
	if (!ctx) {
		return;
	}
	ctx->cmd.common.opcode = XNVME_SPEC_ADM_OPC_GFEAT;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.gfeat.cdw10.fid = fid;
	ctx->cmd.gfeat.cdw10.sel = sel & 0x7U;
}

void
xnvme_prep_adm_sfeat(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t fid, uint32_t feat,
		     uint8_t save)
{
	if (!ctx) {
		return;
	}
	ctx->cmd.common.opcode = XNVME_SPEC_ADM_OPC_SFEAT;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.sfeat.cdw10.fid = fid;
	ctx->cmd.sfeat.cdw10.save = save & 0x1U;
	ctx->cmd.sfeat.feat.val = feat;
}

int
xnvme_adm_gfeat(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t fid, uint8_t sel, void *dbuf,
		size_t dbuf_nbytes)
{
	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	xnvme_prep_adm_gfeat(ctx, nsid, fid, sel);

	return xnvme_cmd_pass_admin(ctx, dbuf, dbuf_nbytes, NULL, 0);
}

int
xnvme_adm_sfeat(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t fid, uint32_t feat, uint8_t save,
		const void *dbuf, size_t dbuf_nbytes)
{
	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	xnvme_prep_adm_sfeat(ctx, nsid, fid, feat, save);

	return xnvme_cmd_pass_admin(ctx, (void *)(uintptr_t)dbuf, dbuf_nbytes, NULL, 0);
}

int
xnvme_adm_format(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t lbaf, uint8_t zf, uint8_t mset,
		 uint8_t ses, uint8_t pi, uint8_t pil)
{
	const struct field fields[] = {
	    {"lbaf", lbaf, 0xf}, {"zf", zf, 0x3}, {"mset", mset, 1},
	    {"ses", ses, 0x7},	 {"pi", pi, 0x7}, {"pil", pil, 1},
	};
	int err;

	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	err = CHECK_FIELDS("format", fields);
	if (err) {
		return err;
	}
	ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_FMT;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.format.lbafl = lbaf & 0xfU;
	ctx->cmd.format.lbafu = zf & 0x3U;
	ctx->cmd.format.mset = mset & 0x1U;
	ctx->cmd.format.ses = ses & 0x7U;
	ctx->cmd.format.pi = pi & 0x7U;
	ctx->cmd.format.pil = pil & 0x1U;

	return xnvme_cmd_pass_admin(ctx, NULL, 0, NULL, 0);
}

int
xnvme_nvm_sanitize(struct xnvme_cmd_ctx *ctx, uint8_t sanact, bool ause, uint32_t ovrpat,
		   uint8_t owpass, bool oipbp, bool nodas)
{
	const struct field fields[] = {{"sanact", sanact, 0x7}, {"owpass", owpass, 0xf}};
	int err;

	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	err = CHECK_FIELDS("sanitize", fields);
	if (err) {
		return err;
	}
	ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_SANITIZE;
	ctx->cmd.sanitize.sanact = sanact & 0x7U;
	ctx->cmd.sanitize.ause = ause;
	ctx->cmd.sanitize.ovrpat = ovrpat;
	ctx->cmd.sanitize.owpass = owpass & 0xfU;
	ctx->cmd.sanitize.oipbp = oipbp;
	ctx->cmd.sanitize.nodas = nodas;

	return xnvme_cmd_pass_admin(ctx, NULL, 0, NULL, 0);
}

int
xnvme_adm_dir_send(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t doper, uint32_t dtype,
		   uint32_t dspec, uint32_t val)
{
	const struct field fields[] = {{"dtype", dtype, 0xff}, {"dspec", dspec, 0xffff}};
	int err;

	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	err = CHECK_FIELDS("dir_send", fields);
	if (err) {
		return err;
	}
	ctx->cmd.common.opcode = XNVME_SPEC_ADM_OPC_DSEND;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.dsend.doper = doper;
	ctx->cmd.dsend.dtype = dtype & 0xffU;
	ctx->cmd.dsend.dspec = dspec & 0xffffU;
	ctx->cmd.dsend.cdw12.val = val;

	return xnvme_cmd_pass_admin(ctx, NULL, 0, NULL, 0);
}

int
xnvme_adm_dir_recv(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t doper, uint32_t dtype,
		   uint32_t val, void *dbuf, size_t dbuf_nbytes)
{
	const struct field fields[] = {
	    {"dtype", dtype, 0xff},
	    {"dbuf_nbytes", dbuf_nbytes, UINT32_MAX * 4ULL},
	};
	int err;

	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	err = CHECK_FIELDS("dir_recv", fields);
	if (err) {
		return err;
	}
	if (dbuf_nbytes % 4) {
		return refuse_length("dir_recv", "dbuf_nbytes", dbuf_nbytes);
	}
	ctx->cmd.common.opcode = XNVME_SPEC_ADM_OPC_DRECV;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.drecv.numd = dbuf_nbytes ? (uint32_t)(dbuf_nbytes / 4 - 1) : 0;
	ctx->cmd.drecv.doper = doper;
	ctx->cmd.drecv.dtype = dtype & 0xffU;
	ctx->cmd.drecv.cdw12.val = val;

	return xnvme_cmd_pass_admin(ctx, dbuf, dbuf_nbytes, NULL, 0);
}
