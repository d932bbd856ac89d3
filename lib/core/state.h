// SPDX-License-Identifier: BSD-3-Clause
/**
 * The state of devices, queues and contexts
 *
 * Core writes it. Backends read it, and change it only through the functions of mechanism.h.
 */
#ifndef XNVI_CORE_STATE_H
#define XNVI_CORE_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <backends/backend.h>
#include <core/registry.h>
#include <core/service.h>
#include <os/system.h>

/*
 * The linter compiles the backends with XNVI_CHECK_ROOMS, which makes the fields of core const. So
 * a backend that writes one does not compile.
 */
#ifdef XNVI_CHECK_ROOMS
#define XNVI_RO const
#else
#define XNVI_RO
#endif

#define XNVI_LIKELY(x)	 __builtin_expect(!!(x), 1)
#define XNVI_UNLIKELY(x) __builtin_expect(!!(x), 0)

/** For functions off the I/O path: keeps the registers of the path free */
#define XNVI_COLD __attribute__((noinline, cold))

#define XNVI_NOINLINE __attribute__((noinline))

/** For the parts of the short way that the entry points share */
#define XNVI_INLINE static inline __attribute__((always_inline))

#define XNVI_QUEUE_CAPACITY_MAX 4096
#define XNVI_BE_STATE_NBYTES	128
#define XNVI_CACHELINE_NBYTES	64

/* Values of ctx->opts, as in 0.7.5 */
#define XNVI_CTX_SYNC  0x1U
#define XNVI_CTX_ASYNC 0x2U

/** Values of struct xnvme_ident.dtype */
enum xnvi_dtype {
	XNVI_DTYPE_UNKNOWN = 0,
	XNVI_DTYPE_CONTROLLER = 1,
	XNVI_DTYPE_NAMESPACE = 2,
	XNVI_DTYPE_BLOCK = 3,
	XNVI_DTYPE_FILE = 4,
	XNVI_DTYPE_RAMDISK = 5,
};

struct xnvi_bufs;
struct xnvi_opc;
struct xnvi_pool;
struct xnvi_poolq;

/** The identify pages of a device, fetched on first use */
struct xnvi_idfy {
	struct xnvme_spec_idfy_ctrlr ctrlr;
	struct xnvme_spec_idfy_ctrlr ctrlr_css;
	struct xnvme_spec_idfy_ns ns;
	struct xnvme_spec_idfy_ns ns_css;
};

struct xnvme_dev {
	/* Read by the short way, see plain.h */
	XNVI_RO _Atomic uint64_t plain_nlbas;  ///< LBAs that plain commands may name; 0: none
	XNVI_RO _Atomic uint64_t plain_nbytes; ///< Likewise of file commands, a limit of offsets
	XNVI_RO struct xnvi_plain_sync plain;  ///< Valid with geometry
	XNVI_RO uint32_t lba_nbytes;	       ///< As geo.lba_nbytes
	XNVI_RO uint32_t nsid;

	/* Read by the I/O path */
	const struct xnvi_sync_ops *XNVI_RO sync;
	const struct xnvi_opc *XNVI_RO opcs; ///< Table of the command set; valid with geometry
	XNVI_RO atomic_bool geo_ready;	///< `geo` and `nlbas` are valid; set once, under `lock`
	XNVI_RO atomic_bool stale;	///< Somebody formatted the namespace: nothing is sent
	XNVI_RO atomic_bool gone;	///< The device was removed: nothing is sent
	XNVI_RO uint8_t ssw;		///< log2 of the LBA size
	XNVI_RO uint8_t refuse_writes;	///< Opened read-only
	XNVI_RO uint8_t refuse_reads;	///< Opened write-only
	XNVI_RO uint8_t bounded;	///< Core checks ranges, since no controller does
	XNVI_RO bool is_plain;		///< Reads and writes are plain; guarded by `lock`
	XNVI_RO _Atomic uint64_t nlbas; ///< Number of logical blocks, as last seen
	XNVI_RO struct xnvme_geo geo;

	const struct xnvi_dev_ops *XNVI_RO ops;
	const struct xnvi_admin_ops *XNVI_RO admin;
	const struct xnvi_mem_ops *XNVI_RO mem;
	const struct xnvi_async_ops *XNVI_RO async;
	const char *XNVI_RO be;
	XNVI_RO enum xnvi_class cls;

	XNVI_RO struct xnvme_opts opts;
	XNVI_RO struct xnvme_ident ident;
	const char *XNVI_RO limit_src;	///< Source of geo.mdts_nbytes; valid with geometry
	struct xnvi_idfy *XNVI_RO idfy; ///< NULL until identified; guarded by `lock`, then const

	XNVI_RO struct xnvi_mutex lock;
	struct xnvi_pool *XNVI_RO pool; ///< Created on first use; guarded by `lock`
	struct xnvi_bufs *XNVI_RO bufs; ///< NULL unless opts.register_buffers is honoured
	XNVI_RO uint32_t nthreads;	///< Size of the pool
	XNVI_RO uint32_t nqueues;	///< Live queues; guarded by the registry's lock
	XNVI_RO bool closing;		///< Closed by the caller while queues live; likewise
	XNVI_RO bool exclusive;		///< Claimed when it was opened
	XNVI_RO struct xnvi_link live;	///< Registry of live devices; likewise

	XNVI_RO struct xnvi_service service; ///< Added if the backend has the slot

	/** Private state of the backend; programs for 0.7.5 expect the descriptor first */
	_Alignas(16) uint8_t be_state[XNVI_BE_STATE_NBYTES];
};

enum xnvi_ctx_state {
	XNVI_CTX_IDLE = 0, ///< In the pool
	XNVI_CTX_HELD,	   ///< Handed to the caller
	XNVI_CTX_INFLIGHT, ///< Accepted and not yet called back
	XNVI_CTX_LATE,	   ///< Given up and called back; the system still has the command
	XNVI_CTX_LATE_PUT, ///< ... and the caller has put it back
};

/** A context of a queue, and what belongs to it: three cache lines */
struct xnvi_place {
	_Alignas(XNVI_CACHELINE_NBYTES) struct xnvme_cmd_ctx ctx;
	XNVI_RO struct xnvi_req req;
	XNVI_RO xnvi_plain_run run; ///< For mechanisms that execute in poke
	XNVI_RO uint32_t tick;	    ///< The tick when the deadline began, see deadline.c
	XNVI_RO uint16_t idx;	    ///< Index in the queue
};

/** Why the short way into a queue is closed, see plain.h */
enum xnvi_gate {
	XNVI_GATE_CLOSING = 0x1, ///< Terminating
	XNVI_GATE_FORKED = 0x2,	 ///< The queue belongs to the parent of this process
	XNVI_GATE_EVENT = 0x4,	 ///< The completion event is in use: submissions wake somebody
	XNVI_GATE_KINDS = 0x8,	 ///< The mechanism does not carry both reads and writes
};

struct xnvme_queue {
	/* Used by the short way, see plain.h */
	XNVI_RO int32_t credit; ///< Commands that it accepts; negative while a gate is closed
	XNVI_RO uint32_t gates; ///< Set of enum xnvi_gate: the closed ones
	struct xnvme_cmd_ctx *XNVI_RO free; ///< First idle context; its guard links the next one
	struct xnvme_dev *XNVI_RO dev;
	XNVI_RO struct xnvi_plain_ops plain;
	const struct xnvi_async_ops *XNVI_RO ops;

	/* Read by poke as one word: it has nothing special to do while all are zero */
	XNVI_RO bool poking;	    ///< Inside poke: callbacks may submit, but not poke
	XNVI_RO bool event_on;	    ///< The completion event is in use
	XNVI_RO bool forked;	    ///< The queue belongs to the parent of this process
	XNVI_RO uint8_t has_late;   ///< `nlate` is not 0
	XNVI_RO uint32_t ndeferred; ///< Number of commands outstanding on `deferred`

	XNVI_RO uint32_t room;	     ///< Most outstanding commands: capacity without late ones
	XNVI_RO uint8_t npokes;	     ///< Pokes since one looked for late commands
	XNVI_RO uint32_t poke_max;   ///< Callbacks that this poke may call
	XNVI_RO uint64_t ncompleted; ///< Commands handed back, by callbacks or by reap
	/** Inside xnvme_queue_reap(): where the next context goes; else NULL */
	struct xnvme_cmd_ctx **XNVI_RO reaped;
	XNVI_RO bool batching; ///< More submissions follow: see slot `flush`
	XNVI_RO uint64_t nfailed;

	struct xnvi_place *XNVI_RO places; ///< capacity + 1
	void *XNVI_RO priv; ///< Private state of the mechanism, see xnvi_queue_priv()
	XNVI_RO uint32_t capacity;
	XNVI_RO uint32_t carries;    ///< Kinds that the mechanism carries
	XNVI_RO uint32_t iovcnt_max; ///< Largest number of vectors that the mechanism carries
	XNVI_RO uint32_t fork_gen;   ///< xnvi_fork_generation at init
	XNVI_RO bool lossy;	     ///< The mechanism carries less of a command than the sync path
	XNVI_RO bool polled;	     ///< The mechanism progresses in poke only
	XNVI_RO bool closing;	     ///< Terminating: nothing is accepted
	XNVI_RO bool abandoned;	     ///< Commands did not complete within the time limit
	XNVI_RO _Atomic uint32_t tick; ///< Rises; commands in flight for too many ticks are late
	XNVI_RO uint64_t nbusy;
	XNVI_RO uint64_t ndeferred_total;

	/** Commands that the mechanism cannot carry; NULL until needed */
	struct xnvi_poolq *XNVI_RO deferred;
	uint8_t *XNVI_RO slots; ///< Private state of the contexts
	XNVI_RO size_t slot_nbytes;
	XNVI_RO struct xnvi_event event;
	XNVI_RO struct xnvi_link live; ///< Registry of live queues; or `next` of abandoned ones

	/* Deadlines, see deadline.c */
	XNVI_RO uint64_t tick_ns;
	XNVI_RO uint64_t tick_start_ns;
	XNVI_RO uint32_t tick_seen; ///< Value of `tick` when the clock was last read
	/** Where the limit is between completions: the tick when one was last seen, their number */
	XNVI_RO uint32_t tick_progress;
	XNVI_RO uint64_t ncompleted_seen;
	XNVI_RO uint32_t nlate;	    ///< Contexts that were given up, and that the system still has
	XNVI_RO uint64_t ngiven_up; ///< Commands that were called back because their time was over
	XNVI_RO uint64_t ngiven_up_max; ///< What it may be when this poke returns
	XNVI_RO bool more_late; ///< The last look called back all that it may: there may be more
	/** With the event in use, the tick of the oldest outstanding command, plus one; 0: none */
	XNVI_RO _Atomic uint32_t watched;
	XNVI_RO struct xnvi_service service;
} __attribute__((aligned(XNVI_CACHELINE_NBYTES)));

/** Why the host ended a command that was in flight */
enum xnvi_given_up {
	XNVI_GIVEN_UP_NOT = 0,
	XNVI_GIVEN_UP_UNBEGUN, ///< -ETIMEDOUT: it never begins
	XNVI_GIVEN_UP_LATE,    ///< -ETIMEDOUT: the system may still read and write its memory
	XNVI_GIVEN_UP_RESET,   ///< -ECANCELED: the controller was reset; it may have been executed
	XNVI_GIVEN_UP_REMOVED, ///< -ENODEV: the device is gone; it may have been executed
	XNVI_GIVEN_UP_COUNT,
};

/** Value of xnvi_rsvd.host_err: the host failed, and `err` is its errno */
#define XNVI_RSVD_HOST_ERR 0xe5U

/** Value of xnvi_rsvd.cause */
enum xnvi_cause {
	XNVI_CAUSE_NONE = 0,
	XNVI_CAUSE_EINTR, ///< The system answered EINTR until the time was over
	XNVI_CAUSE_EAGAIN,
};

/**
 * State of the library in the reserved bytes of a context
 *
 * `guard` is the state of a context of a queue, and proves that it is one:
 *
 *  - held: the sum of its address and that of its queue, so that neither a copy at another address
 *    nor a context with another queue passes. XNVI_GUARD_DIRTY is added when its command failed, or
 *    when its links were removed
 *  - in flight: odd
 *  - given up: XNVI_GUARD_LATE or XNVI_GUARD_LATE_PUT
 *  - idle: the address of the next idle context, or 0
 *
 * It is 0 in a context of a device. A program could overwrite these bytes: then its context is
 * refused, and lost.
 */
struct xnvi_rsvd {
	XNVI_RO uint8_t host_err;      ///< XNVI_RSVD_HOST_ERR, and the next four are valid
	XNVI_RO uint8_t admin : 1;     ///< The command was an admin command
	XNVI_RO uint8_t explained : 1; ///< xnvme_err_last() has better words than `err`
	XNVI_RO uint8_t given_up : 3;  ///< enum xnvi_given_up
	XNVI_RO uint8_t cause : 2;     ///< With -ETIMEDOUT, the errno that did not end
	XNVI_RO int16_t err;	       ///< Negative errno
	XNVI_RO uint64_t guard;
} __attribute__((packed, aligned(4)));

/* Contexts are cache lines of their own, so the lowest bits of their addresses are free */
#define XNVI_GUARD_INFLIGHT 0x01U
#define XNVI_GUARD_DIRTY    0x02U
#define XNVI_GUARD_AGED	    0x04U /* Beside INFLIGHT: `tick` is valid */
#define XNVI_GUARD_LATE	    0x08U
#define XNVI_GUARD_LATE_PUT 0x10U
#define XNVI_GUARD_PUTTING  0x20U /* Beside another one, see queue_batch.c */

/** Length of a late command, which no result of a system call equals */
#define XNVI_NBYTES_LATE (1ULL << 63)

/** Free slots are counted below this; a closed gate subtracts it */
#define XNVI_CREDIT_CLOSED (1 << 30)

static inline struct xnvi_rsvd *
xnvi_rsvd_of(const struct xnvme_cmd_ctx *ctx)
{
	static_assert(sizeof(struct xnvi_rsvd) == sizeof(ctx->be_rsvd), "the size is ABI");

	return (struct xnvi_rsvd *)(uintptr_t)ctx->be_rsvd;
}

/** The guard of a context that this queue handed out, and that is not in flight */
static inline uint64_t
xnvi_guard_held(const struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx)
{
	return (uint64_t)(uintptr_t)queue + (uintptr_t)ctx;
}

/** What belongs to a context of a queue; not for contexts that were not checked */
static inline struct xnvi_place *
xnvi_place_of(const struct xnvme_cmd_ctx *ctx)
{
	static_assert(offsetof(struct xnvi_place, ctx) == 0, "they have the same address");

	return (struct xnvi_place *)(uintptr_t)ctx;
}

/** Whether the context is one of this queue, in whatever state */
static inline bool
xnvi_queue_has(const struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx)
{
	const uintptr_t distance = (uintptr_t)ctx - (uintptr_t)queue->places;

	return distance / sizeof(struct xnvi_place) <= queue->capacity &&
	       distance % sizeof(struct xnvi_place) == 0;
}

/** The state of a context of this queue */
static inline enum xnvi_ctx_state
xnvi_queue_ctx_state(const struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx)
{
	const uint64_t guard = xnvi_rsvd_of(ctx)->guard;

	if (guard & XNVI_GUARD_INFLIGHT) {
		return XNVI_CTX_INFLIGHT;
	}
	if ((guard & ~(uint64_t)XNVI_GUARD_DIRTY) == xnvi_guard_held(queue, ctx)) {
		return XNVI_CTX_HELD;
	}

	return guard == XNVI_GUARD_LATE	      ? XNVI_CTX_LATE
	       : guard == XNVI_GUARD_LATE_PUT ? XNVI_CTX_LATE_PUT
					      : XNVI_CTX_IDLE;
}

/** Whether xnvme_queue_put_cmd_ctx() takes the context */
static inline bool
xnvi_queue_can_put(const struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx)
{
	enum xnvi_ctx_state state;

	if (XNVI_LIKELY(xnvi_rsvd_of(ctx)->guard == xnvi_guard_held(queue, ctx))) {
		return true;
	}
	if (!xnvi_queue_has(queue, ctx)) {
		return false;
	}
	state = xnvi_queue_ctx_state(queue, ctx);

	return state == XNVI_CTX_HELD || state == XNVI_CTX_LATE;
}

/** Whether this queue handed the context out, and it is not in flight */
static inline bool
xnvi_queue_holds(const struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx)
{
	return xnvi_queue_has(queue, ctx) && xnvi_queue_ctx_state(queue, ctx) == XNVI_CTX_HELD;
}

/** Number of commands that the queue has room for */
static inline uint32_t
xnvi_queue_nfree(const struct xnvme_queue *queue)
{
	return (uint32_t)queue->credit & (XNVI_CREDIT_CLOSED - 1U);
}

/** Number of commands that were accepted and not yet called back */
static inline uint32_t
xnvi_queue_outstanding(const struct xnvme_queue *queue)
{
	return queue->room - xnvi_queue_nfree(queue);
}

#endif /* XNVI_CORE_STATE_H */
