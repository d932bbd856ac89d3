// SPDX-License-Identifier: BSD-3-Clause
/**
 * The short way of plain commands
 *
 * Nearly all commands are reads and writes of one buffer, within the device, without metadata. They
 * go from the entry point (the helpers, xnvme_cmd_pass(), xnvme_cmd_passv() and so on) to the
 * mechanism without decoding what the entry point just encoded. Every other command takes the long
 * way: xnvi_queue_submit() and xnvi_sync_pass() decode it, and explain what is wrong with it.
 *
 * The short way of a command into a queue is open when
 *
 *  (1) the guard of the context says that its queue handed it out and it is not in flight, see
 *      struct xnvi_rsvd;
 *  (2) there is a buffer, a callback, and no metadata;
 *  (3) the range lies below `plain_nlbas` or `plain_nbytes` of the device. Both are 0 while no
 *      command is plain: geometry is unknown, the device was removed or formatted, it is open in
 *      one direction only, or its LBAs hold metadata;
 *  (4) `credit` is not exhausted. It counts the free slots, and is negative while a gate of the
 *      queue is closed, see enum xnvi_gate.
 *
 * What a command asks for beyond {opcode, NSID, SLBA, NLB} matters to some mechanisms only, so they
 * look at it: xnvi_cmd_is_bare(). Where the mechanism carries less of a command than the sync path
 * does (a namespace's block node), `plain` of the queue points here, and xnvi_cmd_has_extras()
 * decides.
 *
 * For a context of a device, (1) is its mode, and there is neither callback nor credit.
 *
 * Where several threads use a device, (3) may change after the check, as the checks of the long way
 * may: a command that passed before the device was removed is ended by the system.
 */
#ifndef XNVI_CORE_PLAIN_H
#define XNVI_CORE_PLAIN_H

#include <core/mechanism.h>

/** Largest plain transfer of LBAs */
#define XNVI_PLAIN_NBYTES_MAX (1U << 30)

/** Keep a variable in one register: gcc extends a narrow argument anew for each use */
#ifdef __GNUC__
#define XNVI_KEEP(variable) __asm__("" : "+r"(variable))
#else
#define XNVI_KEEP(variable) ((void)(variable))
#endif

/** (1): a context of a queue that may be submitted; `queue` is its queue, and NULL never passes */
XNVI_INLINE bool
xnvi_plain_is_held(const struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx)
{
	return XNVI_LIKELY(xnvi_rsvd_of(ctx)->guard == xnvi_guard_held(queue, ctx));
}

/**
 * (3) for LBAs; `nlb` counts from 0, and has 16 bits
 *
 * The union of the bits of two numbers is no smaller than each of them, so the first and the last
 * LBA are within the device, and no sum wraps. It may be larger than both: the few commands that
 * are turned away for that take the long way, which is exact.
 */
XNVI_INLINE bool
xnvi_plain_has_lbas(const struct xnvme_dev *dev, uint64_t slba, uint64_t nlb)
{
	return XNVI_LIKELY((slba | (slba + nlb)) <
			   atomic_load_explicit(&dev->plain_nlbas, memory_order_acquire));
}

/** (3) for bytes: no sum of two numbers below the limit reaches 2^63 */
XNVI_INLINE bool
xnvi_plain_has_bytes(const struct xnvme_dev *dev, uint64_t offset, uint64_t nbytes)
{
	return XNVI_LIKELY((offset | nbytes) <
			   atomic_load_explicit(&dev->plain_nbytes, memory_order_acquire));
}

/** For a context of a device: the sync path gets no more of the command than its arguments */
XNVI_INLINE bool
xnvi_plain_is_bare(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd)
{
	return XNVI_LIKELY(xnvi_cmd_is_bare(cmd) &&
			   (cmd->common.nsid == dev->nsid || dev->bounded));
}

/** (4): take a slot; false: call xnvi_plain_give_slot(), since there is none or a gate is closed */
XNVI_INLINE bool
xnvi_plain_take_slot(struct xnvme_queue *queue)
{
	return XNVI_LIKELY(--queue->credit >= 0);
}

/** Give back a slot, also one that was not there */
static inline void
xnvi_plain_give_slot(struct xnvme_queue *queue)
{
	queue->credit++;
}

/** Begin a new command of a queue with a clean completion; if the last one failed, it is dirty */
XNVI_INLINE void
xnvi_plain_begin(struct xnvme_cmd_ctx *ctx)
{
	memset(&ctx->cpl, 0, sizeof(ctx->cpl));
}

/** Begin a new command of a device */
XNVI_INLINE void
xnvi_plain_begin_sync(struct xnvme_cmd_ctx *ctx)
{
	memset(&ctx->cpl, 0, sizeof(ctx->cpl));
	/* All that is kept of the last command, at once */
	memset(ctx->be_rsvd, 0, offsetof(struct xnvi_rsvd, guard));
}

/** From geometry, the state of the device and of its sync path: which ranges are plain */
void xnvi_plain_set_dev(struct xnvme_dev *dev);

#endif /* XNVI_CORE_PLAIN_H */
