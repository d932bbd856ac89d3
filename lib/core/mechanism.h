// SPDX-License-Identifier: BSD-3-Clause
/**
 * What a backend may use of core
 *
 * Backends include no other header of core. They read the state of devices and queues, and change
 * it only through the functions below. docs/backend.md takes a backend from an empty file to the
 * conformance suite.
 */
#ifndef XNVI_CORE_MECHANISM_H
#define XNVI_CORE_MECHANISM_H

#include <assert.h>
#include <errno.h>
#include <core/ctx.h>
#include <core/err.h>
#include <core/late.h>
#include <core/opcode.h>
#include <core/removal.h>
#include <core/state.h>
#include <core/trace.h>
#include <core/uri.h>

/* For functions that write fields of core: the linter sees only their declaration, see state.h */
#ifdef XNVI_CHECK_ROOMS
#define XNVI_WRITER
#else
#define XNVI_WRITER static inline
#endif

/* --- Opening a device: what the backend decides ----------------------------------------------- */

/** Set the type of the device, and the namespace that commands go to by default */
XNVI_WRITER void xnvi_dev_set_identity(struct xnvme_dev *dev, enum xnvi_dtype dtype, uint32_t nsid);

/** Have core check that ranges lie within the device, if no controller does */
XNVI_WRITER void xnvi_dev_set_bounded(struct xnvme_dev *dev, bool bounded);

/** Refuse writes, although the device was opened for writing */
XNVI_WRITER void xnvi_dev_set_read_only(struct xnvme_dev *dev);

/** Record that the device bypasses the page cache, although opts.direct was not set */
XNVI_WRITER void xnvi_dev_set_direct(struct xnvme_dev *dev);

/** Set the number of logical blocks that the system just reported */
XNVI_WRITER void xnvi_dev_set_nlbas(struct xnvme_dev *dev, uint64_t nlbas);

/** In the slot `limits`: name the source of the limit of one command; a constant string */
XNVI_WRITER void xnvi_dev_set_limit_src(struct xnvme_dev *dev, const char *src);

/* --- Devices ---------------------------------------------------------------------------------- */

/** Call the slot `size` again, after a request went beyond the last known LBA */
int xnvi_dev_refresh_size(struct xnvme_dev *dev);

/**
 * Record that somebody else formatted the namespace, so that LBAs may mean other bytes
 *
 * From here on, the device refuses every command that counts LBAs, until geometry is derived again.
 *
 * @return -ESTALE, explained
 */
int xnvi_dev_is_stale(struct xnvme_dev *dev, uint32_t lba_nbytes, uint32_t meta_nbytes);

/** Whether the sync path of the device can execute the request; ask before accepting it */
static inline bool
xnvi_dev_executes(const struct xnvme_dev *dev, const struct xnvi_req *req)
{
	return (dev->sync->kinds >> req->kind) & 1;
}

/* --- Setting up a queue: what the mechanism decides ------------------------------------------- */

/** Have the sync path execute `kinds` (a bit set), which the mechanism does not carry */
XNVI_WRITER void xnvi_queue_drop_kinds(struct xnvme_queue *queue, uint32_t kinds);

/** Record that this queue makes progress in poke only, as with XNVI_ASYNC_POLLED */
XNVI_WRITER void xnvi_queue_set_polled(struct xnvme_queue *queue);

/** Use another table of the same mechanism, such as one for a special kind of submission */
XNVI_WRITER void xnvi_queue_set_ops(struct xnvme_queue *queue, const struct xnvi_async_ops *ops);

/**
 * A queue of the backend's own, which no program sees and which the device does not wait for
 *
 * @param ops The mechanism; the backend's, whatever the caller chose for its own queues
 *
 * @return NULL and errno, explained, when it cannot be had
 */
struct xnvme_queue *xnvi_queue_make(struct xnvme_dev *dev, const struct xnvi_async_ops *ops,
				    uint32_t capacity, int opts);

/** Nothing is in flight on the queue, but for what was given up */
void xnvi_queue_unmake(struct xnvme_queue *queue);

/* --- Commands on a queue ---------------------------------------------------------------------- */

/** As queue->priv; its distance from the queue is known when compiling */
static inline void *
xnvi_queue_priv(struct xnvme_queue *queue)
{
	return queue + 1;
}

/** The private state of a context, struct xnvi_async_ops.slot_nbytes long */
static inline void *
xnvi_queue_slot(const struct xnvme_queue *queue, uint32_t idx)
{
	return queue->slots + (size_t)idx * queue->slot_nbytes;
}

/** The context with this index */
static inline struct xnvme_cmd_ctx *
xnvi_queue_ctx(const struct xnvme_queue *queue, uint32_t idx)
{
	return &queue->places[idx].ctx;
}

/** Part of xnvi_ctx_req(): fill in what the short way left out */
void xnvi_plain_complete_req(struct xnvme_cmd_ctx *ctx);

/** The request of a command in flight */
static inline const struct xnvi_req *
xnvi_ctx_req(struct xnvme_cmd_ctx *ctx)
{
	const struct xnvi_req *req = &xnvi_place_of(ctx)->req;

	if (req->flags & XNVI_REQ_SHORT) {
		xnvi_plain_complete_req(ctx);
	}

	return req;
}

/** Length of the data of a command in flight, in bytes; of a late one, what no result equals */
static inline uint64_t
xnvi_ctx_nbytes(const struct xnvme_cmd_ctx *ctx)
{
	return xnvi_place_of(ctx)->req.nbytes;
}

/** The queue takes one more command */
static inline bool
xnvi_queue_has_room(const struct xnvme_queue *queue)
{
	return xnvi_queue_nfree(queue) > 0;
}

/** The request of a context becomes a copy of `from`, for a command of the backend's own */
XNVI_WRITER struct xnvi_req *xnvi_queue_copy_req(struct xnvme_queue *queue,
						 const struct xnvme_cmd_ctx *ctx,
						 const struct xnvi_req *from);

/** The index of a context of a queue */
static inline uint32_t
xnvi_ctx_idx(const struct xnvme_cmd_ctx *ctx)
{
	return xnvi_place_of(ctx)->idx;
}

/** Whether the command of the context was accepted, and not yet called back */
static inline bool
xnvi_ctx_is_in_flight(const struct xnvme_cmd_ctx *ctx)
{
	return xnvi_rsvd_of(ctx)->guard & XNVI_GUARD_INFLIGHT;
}

/** In submit, with the event in use: more commands follow, and then slot `flush` is called */
static inline bool
xnvi_queue_is_batch(const struct xnvme_queue *queue)
{
	return queue->batching;
}

/** Whether the queue was made by the parent of this process */
static inline bool
xnvi_queue_is_forked(const struct xnvme_queue *queue)
{
	return queue->fork_gen != xnvi_fork_generation;
}

/** In `submit`, when it cannot fail any more: the command is in flight now; returns 0 */
XNVI_WRITER int xnvi_queue_accept(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/**
 * In poke: complete the command with the status in ctx->cpl
 *
 * Frees the slot, then calls the callback.
 */
XNVI_WRITER void xnvi_queue_complete(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/** In poke of a mechanism with the slot `reap`: as xnvi_queue_complete(), of one that succeeded */
XNVI_WRITER void xnvi_queue_complete_ok(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/** In the slot `reap`: as xnvi_queue_complete_ok(), without a callback */
XNVI_WRITER void xnvi_queue_reap_ok(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/**
 * Whether the system returns a command that was given up and called back before
 *
 * Every mechanism asks before it evaluates a completion of the system. When the answer is true, it
 * ignores the completion.
 */
XNVI_WRITER bool xnvi_queue_takes_back(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/** A command that is in flight for so many ticks is late, see deadline.c */
#define XNVI_DEADLINE_NTICKS 16

/** Whether the time of the command is over */
static inline bool
xnvi_queue_is_late(const struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx)
{
	return (xnvi_rsvd_of(ctx)->guard & XNVI_GUARD_AGED) &&
	       (int32_t)(queue->tick_seen - xnvi_place_of(ctx)->tick) >= XNVI_DEADLINE_NTICKS &&
	       (int32_t)(queue->tick_seen - queue->tick_progress) >= XNVI_DEADLINE_NTICKS;
}

/** In expire: whether this poke may call back one more command */
static inline bool
xnvi_queue_may_give_up(const struct xnvme_queue *queue)
{
	return queue->ngiven_up < queue->ngiven_up_max;
}

/**
 * In poke: end a command, because the controller was reset or the device removed
 *
 * Nothing writes to its buffers any more. The command may have been executed.
 *
 * @param why XNVI_GIVEN_UP_RESET or XNVI_GIVEN_UP_REMOVED
 *
 * @return Number of commands completed: 0 when it was late, and called back before
 */
uint32_t xnvi_queue_interrupted(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx,
				enum xnvi_given_up why);

/** In cancel: complete a command that has not begun, and never will */
void xnvi_queue_cancelled(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/**
 * In submit: have the sync path execute a command that the mechanism does not carry, on the
 * device's pool
 */
int xnvi_queue_defer(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx,
		     const struct xnvi_req *req);

/**
 * In poke: have the sync path execute the command again on the device's pool, after a short
 * transfer or an interrupted call; it decides the outcome
 *
 * @return Number of commands that completed now: 1 without memory for a pool, else 0
 */
uint32_t xnvi_queue_redo(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/** Set the completion event, so that a caller that sleeps on the descriptor wakes up and pokes */
XNVI_WRITER void xnvi_queue_wake(struct xnvme_queue *queue);

/** Descriptor of the completion event, for a system that sets it */
static inline int
xnvi_queue_event_fd(const struct xnvme_queue *queue)
{
	return xnvi_event_fd(&queue->event);
}

/* --- The short way, see plain.h --------------------------------------------------------------- */

/** In a function of struct xnvi_plain_ops: the command is in flight now; returns 0 */
XNVI_WRITER int xnvi_plain_accept(struct xnvme_cmd_ctx *ctx);

/** Write the request of a plain command, for a mechanism that may hand it to the sync path */
XNVI_WRITER struct xnvi_req *xnvi_plain_req(struct xnvme_cmd_ctx *ctx, enum xnvi_kind kind,
					    uint64_t flags, void *data, uint64_t nbytes,
					    uint64_t offset);

/**
 * In submit or a function of struct xnvi_plain_ops: note how poke executes the command
 *
 * @param run NULL: by its request, and the other arguments are those of the request
 * @param count NLB or bytes
 * @param first SLBA or offset
 */
XNVI_WRITER void xnvi_plain_set_run(struct xnvme_cmd_ctx *ctx, xnvi_plain_run run, void *data,
				    uint64_t count, uint64_t first);

/**
 * Whether all fields of a command are 0, but for those that every mechanism knows: no FUA, no
 * directive, not fused
 */
static inline bool
xnvi_cmd_is_bare(const struct xnvme_spec_cmd *cmd)
{
	return XNVI_LIKELY(!(cmd->common.cdw12 >> 16)) && XNVI_LIKELY(!cmd->common.fuse);
}

/** In a function of struct xnvi_plain_ops: the long way decides, for a command that is not bare */
int xnvi_plain_lbas_other(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb,
			  void *data, struct xnvme_queue *queue);
int xnvi_plain_bytes_other(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, uint64_t offset,
			   struct xnvme_queue *queue);

/** How a mechanism submits a plain command that is bare, in bytes */
typedef int (*xnvi_plain_rw)(struct xnvme_cmd_ctx *ctx, enum xnvi_kind kind, uint64_t flags,
			     void *data, uint64_t nbytes, uint64_t offset,
			     struct xnvme_queue *queue);

/** A function of struct xnvi_plain_ops, for a mechanism that carries bare commands only */
XNVI_INLINE int
xnvi_plain_lbas_by(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb,
		   void *data, struct xnvme_queue *queue, enum xnvi_kind kind, xnvi_plain_rw rw)
{
	const uint64_t lba_nbytes = queue->dev->lba_nbytes;

	if (XNVI_UNLIKELY(!xnvi_cmd_is_bare(&ctx->cmd))) {
		return xnvi_plain_lbas_other(ctx, nsid, slba, nlb, data, queue);
	}

	return rw(ctx, kind, XNVI_REQ_EXACT, data, (nlb + 1) * lba_nbytes, slba * lba_nbytes,
		  queue);
}

XNVI_INLINE int
xnvi_plain_bytes_by(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, uint64_t offset,
		    struct xnvme_queue *queue, enum xnvi_kind kind, xnvi_plain_rw rw)
{
	if (XNVI_UNLIKELY(!xnvi_cmd_is_bare(&ctx->cmd))) {
		return xnvi_plain_bytes_other(ctx, data, nbytes, offset, queue);
	}

	return rw(ctx, kind, 0, data, nbytes, offset, queue);
}

/**
 * In a function of struct xnvi_plain_sync: the command failed
 *
 * @param err Negative errno, or 0 when ctx->cpl has a status
 *
 * @return For a context of a device what the caller gets, explained; for one of a queue not 0
 */
int xnvi_plain_failed(struct xnvme_cmd_ctx *ctx, int err);

/**
 * In a function of struct xnvi_plain_sync, off the short way: SLBA or offset, and NLB or bytes
 *
 * A program may have changed the command of a context in flight.
 */
static inline uint64_t
xnvi_plain_first(const struct xnvme_cmd_ctx *ctx)
{
	return ctx->opts == XNVI_CTX_SYNC ? ctx->cmd.nvm.slba : xnvi_place_of(ctx)->req.offset;
}

static inline uint64_t
xnvi_plain_nlb(const struct xnvme_cmd_ctx *ctx)
{
	return ctx->opts == XNVI_CTX_SYNC ? ctx->cmd.nvm.nlb : xnvi_place_of(ctx)->req.nbytes;
}

/** In a function of struct xnvi_plain_sync: have slot `io` execute it */
extern const struct xnvi_plain_sync xnvi_plain_sync_any;

/* --- Completions ------------------------------------------------------------------------------ */

/** For the sync path and admin: keep the words that xnvi_err() recorded; returns `err` */
XNVI_WRITER int xnvi_cmd_explained(struct xnvme_cmd_ctx *ctx, int err);

/** Clear the completion and the host error, for a new command of a context */
XNVI_WRITER void xnvi_cpl_clear(struct xnvme_cmd_ctx *ctx);

/** Copy the outcome of a command, which was executed with another context, to `ctx` */
XNVI_WRITER void xnvi_ctx_take_outcome(struct xnvme_cmd_ctx *ctx, const struct xnvme_spec_cpl *cpl,
				       const struct xnvi_rsvd *from);

/** Set a status of the device, by a layer that acts for the device */
static inline void
xnvi_cpl_status(struct xnvme_cmd_ctx *ctx, uint8_t sct, uint8_t sc, bool dnr)
{
	ctx->cpl.status.sct = sct & 0x7U;
	ctx->cpl.status.sc = sc;
	ctx->cpl.status.dnr = dnr;
}

/** Execute a request over the sync path, in any thread; the outcome is in ctx->cpl */
static inline void
xnvi_execute(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	const int err = dev->sync->io(dev, ctx, req);

	if (XNVI_UNLIKELY(err)) {
		xnvi_cpl_host_err(ctx, err, ctx->cpl.result);
	}
}

/* --- What a command asks for ------------------------------------------------------------------ */

/** Generic status code LBA Out of Range, NVMe Base 2.0, "Status Code - Generic Command Status
 * Values" */
#define XNVI_SC_LBA_OUT_OF_RANGE 0x80

/** Type of the descriptor that names the command set, NVMe Base 2.0, "Identify - Namespace
 * Identification Descriptor" */
#define XNVI_NIDT_CSI 4U

/** The DEAC bit of Write Zeroes (dword 12, bit 25) within cmd.nvm.rsvd2 */
#define XNVI_WZ_DEAC 0x2

/** PRACT in dword 12 of Read, Write and Zone Append */
#define XNVI_CDW12_PRACT 0x20000000U

/**
 * Bits of dword 12 that read(2) and write(2) cannot carry: all except NLB, FUA and Limited Retry
 */
#define XNVI_CDW12_EXTRAS 0x3fff0000U

/** -ENOSYS, explained: the device does not have the command */
int xnvi_refuse_kind(const struct xnvme_dev *dev, const struct xnvme_cmd_ctx *ctx);

/** Whether an admin command changes or erases data on the medium */
bool xnvi_admin_writes(uint8_t opcode);

/**
 * Turn a file command into an NVM command, since a controller has no file commands
 *
 * @return false when `file` is not a file command; then `cmd` is not written
 */
bool xnvi_cmd_from_file(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *file,
			const struct xnvi_req *req, struct xnvme_spec_cmd *cmd);

/** Whether the blocks are among the first `nlbas`; no sum wraps */
static inline bool
xnvi_lbas_are_within(uint64_t slba, uint64_t nblocks, uint64_t nlbas)
{
	return slba <= nlbas && nblocks <= nlbas - slba;
}

/**
 * Whether the command moves data only: the controller inserts and strips the protection
 * information, and there is no other metadata
 */
static inline bool
xnvi_cmd_moves_no_meta(const struct xnvme_dev *dev, uint8_t opcode, uint32_t cdw12)
{
	const struct xnvme_geo *geo = &dev->geo;

	return XNVI_UNLIKELY(cdw12 & XNVI_CDW12_PRACT) && geo->pi_type &&
	       xnvi_opcs_nvm[opcode].pract &&
	       geo->nbytes_oob == xnvme_pi_size((enum xnvme_spec_nvm_ns_pif)geo->pi_format);
}

/**
 * Whether the command has fields that a request does not: another namespace, protection
 * information, directives, hints, storage tags
 */
static inline bool
xnvi_cmd_has_extras(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd)
{
	const struct xnvme_spec_cmd_common *common = &cmd->common;

	return common->fuse | (common->cdw12 & XNVI_CDW12_EXTRAS) | common->cdw13 | common->cdw14 |
	       common->cdw15 | common->cdw02 | common->cdw03 | (common->nsid ^ dev->nsid);
}

/* --- Registered buffers ----------------------------------------------------------------------- */

/** Largest number of buffers in a table; buffers beyond it are not registered but still work */
#define XNVI_BUFS_MAX 256

struct xnvi_buf {
	uintptr_t addr;
	size_t nbytes;
	uint64_t id; ///< Unlike an address, never used again in its table; 0: no buffer
};

/** The live buffers of a device with opts.register_buffers */
struct xnvi_bufs {
	_Atomic uint64_t generation; ///< Rises with every change
	struct xnvi_bufs *next;
	struct xnvi_bufs **back; ///< What points here
	struct xnvi_buf bufs[XNVI_BUFS_MAX];
};

/**
 * Copy the entries of the table; returns their generation
 *
 * A mechanism calls it when the generation has changed, before it uses its own copy. So it never
 * takes memory for a buffer that was freed: when the same memory is a buffer again, and is passed
 * with a command, the generation has risen before.
 */
uint64_t xnvi_bufs_copy(struct xnvi_bufs *table, struct xnvi_buf bufs[XNVI_BUFS_MAX]);

/* --- The pool of the device: threads that execute commands over the sync path ----------------- */

/** Attach a queue to the pool of its device */
int xnvi_poolq_init(struct xnvme_queue *queue, struct xnvi_poolq **poolq);

/** Detach; waits for threads that execute a command of this queue, unless it was abandoned */
void xnvi_poolq_term(struct xnvi_poolq *poolq);

/**
 * Queue a request; `kick` wakes a thread at once
 *
 * When no thread can be started, poke executes, and the completion event is set so that a sleeper
 * pokes.
 */
void xnvi_poolq_submit(struct xnvi_poolq *poolq, uint32_t idx, bool kick);

/** Complete at most `max`; with `help` the caller executes commands that no thread has taken */
uint32_t xnvi_poolq_poke(struct xnvi_poolq *poolq, uint32_t max, bool help);

/** From now on, completions set the completion event */
void xnvi_poolq_arm(struct xnvi_poolq *poolq);

/**
 * Complete late commands that no thread has taken, by xnvi_queue_cancelled(), as many as this poke
 * may call back; their number
 */
uint32_t xnvi_poolq_expire(struct xnvi_poolq *poolq);

/**
 * What to do about a late command after xnvi_poolq_expire(): XNVI_EXPIRY_LATE if a thread executes
 * it, or XNVI_EXPIRY_WAIT if it waits in a ring
 */
enum xnvi_expiry xnvi_poolq_expiry(const struct xnvi_poolq *poolq, uint32_t idx);

/** Complete commands that no thread has taken, by xnvi_queue_cancelled(); their number */
uint32_t xnvi_poolq_cancel(struct xnvi_poolq *poolq);

/** Whether another poke would complete something */
bool xnvi_poolq_ready(const struct xnvi_poolq *poolq);

/* --- The functions that write what core owns -------------------------------------------------- */

#ifndef XNVI_CHECK_ROOMS

static inline void
xnvi_dev_set_identity(struct xnvme_dev *dev, enum xnvi_dtype dtype, uint32_t nsid)
{
	dev->nsid = nsid;
	dev->ident.nsid = nsid;
	dev->ident.dtype = dtype;
}

static inline void
xnvi_dev_set_bounded(struct xnvme_dev *dev, bool bounded)
{
	dev->bounded = bounded;
}

static inline void
xnvi_dev_set_read_only(struct xnvme_dev *dev)
{
	dev->refuse_writes = 1;
}

static inline void
xnvi_dev_set_direct(struct xnvme_dev *dev)
{
	dev->opts.direct = 1;
}

static inline void
xnvi_dev_set_nlbas(struct xnvme_dev *dev, uint64_t nlbas)
{
	xnvi_plain_set_nlbas(dev, nlbas);
}

static inline void
xnvi_dev_set_limit_src(struct xnvme_dev *dev, const char *src)
{
	dev->limit_src = src;
}

static inline void
xnvi_queue_drop_kinds(struct xnvme_queue *queue, uint32_t kinds)
{
	queue->carries &= ~kinds;
	xnvi_plain_set(queue);
}

static inline void
xnvi_queue_set_polled(struct xnvme_queue *queue)
{
	queue->polled = true;
}

static inline void
xnvi_queue_set_ops(struct xnvme_queue *queue, const struct xnvi_async_ops *ops)
{
	queue->ops = ops;
	xnvi_plain_set(queue);
}

static inline void
xnvi_queue_wake(struct xnvme_queue *queue)
{
	xnvi_event_set(&queue->event);
}

static inline struct xnvi_req *
xnvi_queue_copy_req(struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx,
		    const struct xnvi_req *from)
{
	struct xnvi_req *req = &xnvi_place_of(ctx)->req;

	(void)queue;
	*req = *from;

	return req;
}

static inline int
xnvi_queue_accept(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	assert(xnvi_queue_holds(queue, ctx));
	assert(xnvi_queue_nfree(queue) > 0);

	xnvi_rsvd_of(ctx)->guard = XNVI_GUARD_INFLIGHT;
	queue->credit--;
	XNVI_TRACE1(submit, ctx);
	if (XNVI_UNLIKELY(queue->event_on)) {
		xnvi_watch_accepted(queue, ctx);
	}

	return 0;
}

static inline int
xnvi_plain_accept(struct xnvme_cmd_ctx *ctx)
{
	xnvi_rsvd_of(ctx)->guard = XNVI_GUARD_INFLIGHT;
	XNVI_TRACE1(submit, ctx);

	return 0;
}

static inline struct xnvi_req *
xnvi_plain_req(struct xnvme_cmd_ctx *ctx, enum xnvi_kind kind, uint64_t flags, void *data,
	       uint64_t nbytes, uint64_t offset)
{
	struct xnvi_req *req = &xnvi_place_of(ctx)->req;

	req->head = (uint64_t)kind | (flags | XNVI_REQ_SHORT) << 8;
	req->nbytes = nbytes;
	req->data = data;
	/* Not from the command later: a program may have changed that */
	req->offset = offset;

	return req;
}

static inline void
xnvi_plain_set_run(struct xnvme_cmd_ctx *ctx, xnvi_plain_run run, void *data, uint64_t count,
		   uint64_t first)
{
	struct xnvi_place *place = xnvi_place_of(ctx);

	place->run = run;
	place->req.data = data;
	place->req.nbytes = count;
	place->req.offset = first;
}

static inline bool
xnvi_queue_takes_back(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	if (XNVI_LIKELY(xnvi_ctx_is_in_flight(ctx))) {
		return false;
	}
	xnvi_late_return(queue, ctx);

	return true;
}

/** The command is not in flight any more: its context is held, and its slot free */
static inline void
xnvi_queue_release(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	assert(xnvi_ctx_is_in_flight(ctx));
	assert(xnvi_queue_outstanding(queue) > 0);

	xnvi_rsvd_of(ctx)->guard = xnvi_guard_held(queue, ctx);
	queue->credit++;
	XNVI_TRACE1(complete, ctx);
}

static inline void
xnvi_queue_complete_ok(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	assert(!queue->reaped);

	xnvi_queue_release(queue, ctx);
	ctx->async.cb(ctx, ctx->async.cb_arg);
}

static inline void
xnvi_queue_reap_ok(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	xnvi_queue_release(queue, ctx);
	*queue->reaped++ = ctx;
}

static inline void
xnvi_queue_complete(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	if (XNVI_UNLIKELY(xnvme_cmd_ctx_cpl_status(ctx))) {
		xnvi_queue_complete_failed(queue, ctx);
	} else {
		xnvi_queue_release(queue, ctx);
		xnvi_queue_deliver(queue, ctx);
	}
}

static inline int
xnvi_cmd_explained(struct xnvme_cmd_ctx *ctx, int err)
{
	xnvi_rsvd_of(ctx)->explained = 1;

	return err;
}

static inline void
xnvi_ctx_take_outcome(struct xnvme_cmd_ctx *ctx, const struct xnvme_spec_cpl *cpl,
		      const struct xnvi_rsvd *from)
{
	struct xnvi_rsvd *rsvd = xnvi_rsvd_of(ctx);

	ctx->cpl = *cpl;
	rsvd->host_err = from->host_err;
	rsvd->err = from->err;
	rsvd->cause = from->cause;
	rsvd->given_up = from->given_up;
}

static inline void
xnvi_cpl_clear(struct xnvme_cmd_ctx *ctx)
{
	memset(&ctx->cpl, 0, sizeof(ctx->cpl));
	xnvi_rsvd_of(ctx)->host_err = 0;
}

#endif /* XNVI_CHECK_ROOMS */

#endif /* XNVI_CORE_MECHANISM_H */
