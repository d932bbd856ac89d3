// SPDX-License-Identifier: BSD-3-Clause
/**
 * Sequences of calls on an in-memory device, against a model of it
 *
 * Four bytes are one call: what, first LBA, number of LBAs, content. Commands of the queue take
 * effect in the model when they are called back: emu executes them in that order.
 */
#include <errno.h>
#include <libxnvme.h>

#include "fuzz.h"

#define NLBAS	   64U
#define LBA_NBYTES 512U
#define DEPTH	   4U
#define NLBAS_MAX  16U

enum { ST_RANGE = 0x080, ST_COMPARE = 0x285 };

struct slot {
	uint8_t what;
	uint64_t slba;
	uint32_t nblocks;
	struct iovec iov[2];
	uint8_t buf[NLBAS_MAX * LBA_NBYTES];
};

static uint8_t g_model[NLBAS * LBA_NBYTES];
static struct slot g_slots[DEPTH];
static uint32_t g_busy; /* Bit set of the slots in flight */
static struct xnvme_dev *g_dev;
static struct xnvme_queue *g_queue;

static const uint8_t g_opcodes[] = {
    XNVME_SPEC_NVM_OPC_WRITE,	XNVME_SPEC_NVM_OPC_READ,  XNVME_SPEC_NVM_OPC_WRITE_ZEROES,
    XNVME_SPEC_NVM_OPC_COMPARE, XNVME_SPEC_NVM_OPC_FLUSH,
};

#define NOPCODES sizeof(g_opcodes)

static int
status_of(const struct xnvme_cmd_ctx *ctx)
{
	return ctx->cpl.status.sct << 8 | ctx->cpl.status.sc;
}

/** What the command did, and what it must have done */
static void
apply(const struct slot *slot, int status)
{
	const bool inside = slot->slba < NLBAS && slot->nblocks <= NLBAS - slot->slba;
	const size_t nbytes = (size_t)slot->nblocks * LBA_NBYTES;
	uint8_t *at = g_model + (inside ? slot->slba * LBA_NBYTES : 0);

	if (slot->what == XNVME_SPEC_NVM_OPC_FLUSH) {
		MUST(!status);
		return;
	}
	if (!inside) {
		MUST(status == ST_RANGE);
		return;
	}
	switch (slot->what) {
	case XNVME_SPEC_NVM_OPC_WRITE:
		MUST(!status);
		memcpy(at, slot->buf, nbytes);
		break;
	case XNVME_SPEC_NVM_OPC_READ:
		MUST(!status && memcmp(at, slot->buf, nbytes) == 0);
		break;
	case XNVME_SPEC_NVM_OPC_WRITE_ZEROES:
		MUST(!status);
		memset(at, 0, nbytes);
		break;
	default:
		MUST(status == (memcmp(at, slot->buf, nbytes) ? ST_COMPARE : 0));
	}
}

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	const struct slot *slot = arg;
	const uint32_t bit = 1U << (slot - g_slots);

	MUST(g_busy & bit);
	g_busy &= ~bit;
	apply(slot, status_of(ctx));
	MUST(!xnvme_queue_put_cmd_ctx(g_queue, ctx));
}

static void
fill_slot(struct slot *slot, const uint8_t *call)
{
	slot->what = g_opcodes[(call[0] >> 3) % NOPCODES];
	slot->slba = call[1] == 0xff ? UINT64_MAX - 1 : call[1] % (NLBAS + 8);
	slot->nblocks = call[2] % NLBAS_MAX + 1;
	for (size_t i = 0; i < sizeof(slot->buf); ++i) {
		slot->buf[i] = call[3] & 1 ? (uint8_t)(call[3] + i / LBA_NBYTES) : 0;
	}
	slot->iov[0].iov_base = slot->buf;
	slot->iov[0].iov_len = call[3];
	slot->iov[1].iov_base = slot->buf + call[3];
	slot->iov[1].iov_len = slot->nblocks * LBA_NBYTES - call[3];
}

static int
pass(struct xnvme_cmd_ctx *ctx, struct slot *slot, bool vectored)
{
	const size_t nbytes = (size_t)slot->nblocks * LBA_NBYTES;

	xnvme_prep_nvm(ctx, slot->what, 1, slot->slba, (uint16_t)(slot->nblocks - 1));
	if (slot->what == XNVME_SPEC_NVM_OPC_FLUSH ||
	    slot->what == XNVME_SPEC_NVM_OPC_WRITE_ZEROES) {
		return xnvme_cmd_pass(ctx, NULL, 0, NULL, 0);
	}

	return vectored ? xnvme_cmd_pass_iov(ctx, slot->iov, 2, nbytes, NULL, 0)
			: xnvme_cmd_pass(ctx, slot->buf, nbytes, NULL, 0);
}

static void
call_sync(const uint8_t *call)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(g_dev);
	static struct slot slot;
	int err;

	fill_slot(&slot, call);
	err = pass(&ctx, &slot, call[0] & 0x80);
	MUST(err == (status_of(&ctx) ? -EIO : 0));
	apply(&slot, status_of(&ctx));
}

static void
call_async(const uint8_t *call)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(g_queue);
	unsigned i = 0;
	int err;

	MUST(ctx);
	while (i < DEPTH && g_busy >> i & 1) {
		i++;
	}
	if (i == DEPTH) {
		static struct slot none;

		fill_slot(&none, call);
		MUST(pass(ctx, &none, false) == -EBUSY);
		MUST(!xnvme_queue_put_cmd_ctx(g_queue, ctx));
		return;
	}
	fill_slot(&g_slots[i], call);
	ctx->async.cb = on_done;
	ctx->async.cb_arg = &g_slots[i];
	err = pass(ctx, &g_slots[i], call[0] & 0x80);
	MUST(!err);
	g_busy |= 1U << i;
}

static void
call_one(const uint8_t *call)
{
	const int before = __builtin_popcount(g_busy);
	int res;

	MUST(xnvme_queue_get_outstanding(g_queue) == (uint32_t)before);
	switch (call[0] & 7) {
	case 0:
	case 1:
		call_sync(call);
		break;
	case 2:
	case 3:
	case 4:
		call_async(call);
		break;
	case 5:
		res = xnvme_queue_poke(g_queue, call[1]);
		MUST(res == (call[1] && call[1] < before ? call[1] : before));
		break;
	case 6:
		MUST(xnvme_queue_drain(g_queue) == before && !g_busy);
		break;
	default:
		MUST(!xnvme_queue_term(g_queue) && !g_busy);
		MUST(!xnvme_queue_init(g_dev, DEPTH, 0, &g_queue));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.async = "emu";
	memset(g_model, 0, sizeof(g_model));
	g_busy = 0;
	g_dev = xnvme_dev_open("ram:32KiB", &opts);
	MUST(g_dev && !xnvme_queue_init(g_dev, DEPTH, 0, &g_queue));
	for (; nbytes >= 4; nbytes -= 4, data += 4) {
		call_one(data);
	}
	MUST(!xnvme_queue_term(g_queue) && !g_busy);
	xnvme_dev_close(g_dev);

	return 0;
}
