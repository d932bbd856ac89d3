// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands of the NVM command set: fill in a command and pass it
 */
#include <core/cmd.h>
#include <core/decode.h>
#include <core/geo.h>
#include <core/plain.h>

/** Pass a command with SLBA, NLB and data; the lengths follow from the geometry */
static inline int
pass_rw(struct xnvme_cmd_ctx *ctx, void *dbuf, void *mbuf)
{
	const struct xnvme_geo *geo = &ctx->dev->geo;
	const size_t nblocks = (size_t)ctx->cmd.nvm.nlb + 1;

	return xnvi_pass(ctx, dbuf, 0, xnvi_cmd_lba_nbytes(ctx->dev, &ctx->cmd) * nblocks, mbuf,
			 mbuf ? geo->nbytes_oob * nblocks : 0);
}

/** The first command identifies the device */
static XNVI_COLD int
pass_first_rw(struct xnvme_cmd_ctx *ctx, void *dbuf, void *mbuf)
{
	const int err = xnvi_dev_ready(ctx->dev);

	return err ? err : pass_rw(ctx, dbuf, mbuf);
}

/** By the long way */
static XNVI_COLD int
rw_other(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint16_t nlb, void *dbuf,
	 void *mbuf, uint8_t opcode)
{
	if (!ctx || !ctx->dev) {
		return XNVI_NULL("ctx or the device of ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	xnvme_prep_nvm(ctx, opcode, nsid, slba, nlb);
	if (!atomic_load_explicit(&ctx->dev->geo_ready, memory_order_acquire)) {
		return pass_first_rw(ctx, dbuf, mbuf);
	}

	return pass_rw(ctx, dbuf, mbuf);
}

/* With the arguments of the entry points, so that these jump here */

static XNVI_COLD int
read_other(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *dbuf,
	   void *mbuf)
{
	return rw_other(ctx, nsid, slba, (uint16_t)nlb, dbuf, mbuf, XNVME_SPEC_NVM_OPC_READ);
}

static XNVI_COLD int
write_other(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *dbuf,
	    void *mbuf)
{
	return rw_other(ctx, nsid, slba, (uint16_t)nlb, dbuf, mbuf, XNVME_SPEC_NVM_OPC_WRITE);
}

/* No slot: it is full, or a gate is closed */

static XNVI_COLD int
read_refused(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *dbuf)
{
	xnvi_plain_give_slot(ctx->async.queue);

	return read_other(ctx, nsid, slba, nlb, dbuf, NULL);
}

static XNVI_COLD int
write_refused(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *dbuf)
{
	xnvi_plain_give_slot(ctx->async.queue);

	return write_other(ctx, nsid, slba, nlb, dbuf, NULL);
}

XNVI_INLINE void
fill(struct xnvme_cmd_ctx *ctx, uint8_t opcode, uint32_t nsid, uint64_t slba, uint64_t nlb)
{
	ctx->cmd.common.opcode = opcode;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.nvm.slba = slba;
	ctx->cmd.nvm.nlb = (uint16_t)nlb;
}

/** Whether a plain command may go into the queue, if that has a slot */
XNVI_INLINE bool
enters(struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx, uint64_t slba, uint64_t nlb,
       const void *dbuf)
{
	return XNVI_LIKELY(dbuf && ctx->async.cb) && xnvi_plain_has_lbas(queue->dev, slba, nlb);
}

/** Whether the context is one of a device, and the command plain */
XNVI_INLINE bool
is_plain(const struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb,
	 const void *dbuf)
{
	const struct xnvme_dev *dev = ctx->dev;

	return XNVI_LIKELY(ctx->opts == XNVI_CTX_SYNC && dev && dbuf &&
			   (nsid == dev->nsid || dev->bounded) && xnvi_cmd_is_bare(&ctx->cmd)) &&
	       xnvi_plain_has_lbas(dev, slba, nlb);
}

/* Contexts of devices: apart, so that the way into a queue has all registers */

static XNVI_NOINLINE int
read_sync(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *dbuf)
{
	if (XNVI_UNLIKELY(!is_plain(ctx, nsid, slba, nlb, dbuf))) {
		return read_other(ctx, nsid, slba, nlb, dbuf, NULL);
	}
	fill(ctx, XNVME_SPEC_NVM_OPC_READ, nsid, slba, nlb);
	xnvi_plain_begin_sync(ctx);

	return ctx->dev->plain.read_lbas(ctx, dbuf, nlb, slba, ctx->dev);
}

static XNVI_NOINLINE int
write_sync(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *dbuf)
{
	if (XNVI_UNLIKELY(!is_plain(ctx, nsid, slba, nlb, dbuf))) {
		return write_other(ctx, nsid, slba, nlb, dbuf, NULL);
	}
	fill(ctx, XNVME_SPEC_NVM_OPC_WRITE, nsid, slba, nlb);
	xnvi_plain_begin_sync(ctx);

	return ctx->dev->plain.write_lbas(ctx, dbuf, nlb, slba, ctx->dev);
}

int
xnvme_nvm_read(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint16_t nlb_, void *dbuf,
	       void *mbuf)
{
	uint64_t nlb = nlb_;
	struct xnvme_queue *queue;

	XNVI_KEEP(nlb);
	if (XNVI_UNLIKELY(!ctx || mbuf)) {
		return read_other(ctx, nsid, slba, nlb, dbuf, mbuf);
	}
	queue = ctx->async.queue;
	if (XNVI_UNLIKELY(!xnvi_plain_is_held(queue, ctx))) {
		return read_sync(ctx, nsid, slba, nlb, dbuf);
	}
	if (XNVI_UNLIKELY(!enters(queue, ctx, slba, nlb, dbuf))) {
		return read_other(ctx, nsid, slba, nlb, dbuf, NULL);
	}
	if (XNVI_UNLIKELY(!xnvi_plain_take_slot(queue))) {
		return read_refused(ctx, nsid, slba, nlb, dbuf);
	}
	fill(ctx, XNVME_SPEC_NVM_OPC_READ, nsid, slba, nlb);
	xnvi_plain_begin(ctx);

	return queue->plain.lbas[XNVI_PLAIN_READ](ctx, nsid, slba, nlb, dbuf, queue);
}

int
xnvme_nvm_write(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint16_t nlb_,
		const void *data, const void *meta)
{
	uint64_t nlb = nlb_;
	void *dbuf = (void *)(uintptr_t)data;
	void *mbuf = (void *)(uintptr_t)meta;
	struct xnvme_queue *queue;

	XNVI_KEEP(nlb);
	if (XNVI_UNLIKELY(!ctx || mbuf)) {
		return write_other(ctx, nsid, slba, nlb, dbuf, mbuf);
	}
	queue = ctx->async.queue;
	if (XNVI_UNLIKELY(!xnvi_plain_is_held(queue, ctx))) {
		return write_sync(ctx, nsid, slba, nlb, dbuf);
	}
	if (XNVI_UNLIKELY(!enters(queue, ctx, slba, nlb, dbuf))) {
		return write_other(ctx, nsid, slba, nlb, dbuf, NULL);
	}
	if (XNVI_UNLIKELY(!xnvi_plain_take_slot(queue))) {
		return write_refused(ctx, nsid, slba, nlb, dbuf);
	}
	fill(ctx, XNVME_SPEC_NVM_OPC_WRITE, nsid, slba, nlb);
	xnvi_plain_begin(ctx);

	return queue->plain.lbas[XNVI_PLAIN_WRITE](ctx, nsid, slba, nlb, dbuf, queue);
}

int
xnvme_nvm_compare(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint16_t nlb, void *dbuf,
		  void *mbuf)
{
	return rw_other(ctx, nsid, slba, nlb, dbuf, mbuf, XNVME_SPEC_NVM_OPC_COMPARE);
}

void
xnvme_prep_nvm(struct xnvme_cmd_ctx *ctx, uint8_t opcode, uint32_t nsid, uint64_t slba,
	       uint16_t nlb)
{
	if (!ctx) {
		return;
	}
	ctx->cmd.common.opcode = opcode;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.nvm.slba = slba;
	ctx->cmd.nvm.nlb = nlb;
}

static int
pass_range(struct xnvme_cmd_ctx *ctx, uint8_t opcode, uint32_t nsid, uint64_t slba, uint16_t nlb)
{
	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	xnvme_prep_nvm(ctx, opcode, nsid, slba, nlb);

	return xnvme_cmd_pass(ctx, NULL, 0, NULL, 0);
}

int
xnvme_nvm_write_uncorrectable(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint16_t nlb)
{
	return pass_range(ctx, XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE, nsid, slba, nlb);
}

int
xnvme_nvm_write_zeroes(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint16_t nlb)
{
	return pass_range(ctx, XNVME_SPEC_NVM_OPC_WRITE_ZEROES, nsid, slba, nlb);
}

int
xnvme_nvm_scopy(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t sdlba,
		struct xnvme_spec_nvm_scopy_fmt_zero *ranges, uint8_t nr,
		enum xnvme_nvm_scopy_fmt copy_fmt)
{
	const uint32_t fmt = (uint32_t)copy_fmt;
	size_t entry_nbytes = sizeof(*ranges);

	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	if (!fmt || (fmt & (fmt - 1)) || fmt > (1U << 15)) {
		return xnvi_err(-EINVAL, "cmd", "scopy", "use XNVME_NVM_SCOPY_FMT_ZERO",
				"copy format 0x%x is not one bit in 0x1..0x8000", fmt);
	}
	if (copy_fmt == XNVME_NVM_SCOPY_FMT_SRCLEN) {
		entry_nbytes = sizeof(struct xnvme_spec_nvm_cmd_scopy_fmt_srclen);
	}
	ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_SCOPY;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.scopy.sdlba = sdlba;
	ctx->cmd.scopy.nr = nr;
	ctx->cmd.scopy.df = XNVME_ILOG2(fmt) & 0xf;

	return xnvme_cmd_pass(ctx, ranges, entry_nbytes * (nr + 1U), NULL, 0);
}

int
xnvme_nvm_dsm(struct xnvme_cmd_ctx *ctx, uint32_t nsid, struct xnvme_spec_dsm_range *dsm_range,
	      uint8_t nr, bool ad, bool idw, bool idr)
{
	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.dsm.nr = nr;
	ctx->cmd.dsm.ad = ad;
	ctx->cmd.dsm.idw = idw;
	ctx->cmd.dsm.idr = idr;

	return xnvme_cmd_pass(ctx, dsm_range, sizeof(*dsm_range) * (nr + 1U), NULL, 0);
}

int
xnvme_nvm_mgmt_recv(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t mo, uint16_t mos, void *dbuf,
		    uint32_t dbuf_nbytes)
{
	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	if (!dbuf_nbytes || dbuf_nbytes % 4) {
		return xnvi_err(-EINVAL, "cmd", "mgmt_recv", "use a multiple of 4",
				"%u bytes are not a positive multiple of 4", dbuf_nbytes);
	}
	ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_IO_MGMT_RECV;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.mgmt.mgmt_recv.mo = mo;
	ctx->cmd.mgmt.mgmt_recv.mos = mos;
	ctx->cmd.mgmt.mgmt_recv.numd = dbuf_nbytes / 4 - 1;

	return xnvme_cmd_pass(ctx, dbuf, dbuf_nbytes, NULL, 0);
}

int
xnvme_nvm_mgmt_send(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t mo, uint16_t mos, void *dbuf,
		    uint32_t dbuf_nbytes)
{
	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_IO_MGMT_SEND;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.mgmt.mgmt_send.mo = mo;
	ctx->cmd.mgmt.mgmt_send.mos = mos;

	return xnvme_cmd_pass(ctx, dbuf, dbuf_nbytes, NULL, 0);
}
