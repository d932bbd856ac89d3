// SPDX-License-Identifier: BSD-3-Clause
/**
 * Core's internal header: the device, the queue, and what core offers to backends
 */
#ifndef XNVI_INTERNAL_H
#define XNVI_INTERNAL_H

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <backends/backend.h>
#include <os/os.h>
#include <core/err.h>

#define XNVI_LIKELY(x)	 __builtin_expect(!!(x), 1)
#define XNVI_UNLIKELY(x) __builtin_expect(!!(x), 0)

/** Off the I/O path: keeps the registers of the path free */
#define XNVI_COLD __attribute__((noinline, cold))

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

/* --- uri.c: what a URI is --------------------------------------------------------------------- */

#define XNVI_URI_OPTS_MAX 8

/** A parsed URI; strings point into `text` */
struct xnvi_uri {
	enum xnvi_class cls;
	char text[XNVME_IDENT_URI_LEN]; ///< The URI, cut into NUL-terminated pieces
	const char *path;		///< What stands before the query
	uint64_t ram_nbytes;		///< Size of an in-memory device
	int nopts;
	struct {
		const char *key;
		const char *value;
	} opts[XNVI_URI_OPTS_MAX];
};

/** Parse and classify; -EINVAL, -ENOENT, ... with the position and the remedy in xnvme_err_last()
 */
int xnvi_uri_parse(const char *text, const struct xnvme_opts *opts, struct xnvi_uri *uri);

/** As xnvi_uri_parse(), but with opts.create every text without "file:" is a path as it stands */
int xnvi_uri_parse_file(const char *text, const struct xnvme_opts *opts, struct xnvi_uri *uri);

typedef int (*xnvi_uri_parser)(const char *text, const struct xnvme_opts *opts,
			       struct xnvi_uri *uri);

/** Value of a query key, NULL when absent */
const char *xnvi_uri_opt(const struct xnvi_uri *uri, const char *key);

/** Parse "<digits>[K|M|G|T][B|iB]" with binary units; 0 or -EINVAL / -ERANGE */
int xnvi_parse_nbytes(const char *text, uint64_t *nbytes);

/** Parse a decimal number within [min, max]; 0, -EINVAL or -ERANGE */
int xnvi_parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *value);

const char *xnvi_class_name(uint32_t cls);

/* --- decode.c: from command to request -------------------------------------------------------- */

/** How the length of the data of a command follows from the command */
enum xnvi_len {
	XNVI_LEN_BUFFER = 0, ///< Not known: whatever the caller passes
	XNVI_LEN_NONE,	     ///< No data
	XNVI_LEN_LBAS,	     ///< (NLB + 1) logical blocks
	XNVI_LEN_RANGES16,   ///< (NR + 1) entries of 16 bytes
	XNVI_LEN_RANGES32,   ///< (NR + 1) entries of 32 bytes
	XNVI_LEN_DWORDS11,   ///< (dword 11 + 1) dwords
	XNVI_LEN_DWORDS12,   ///< (dword 12 + 1) dwords
	XNVI_LEN_BYTES,	     ///< The buffer's length counts; the offset is in bytes
};

/** Reads and writes, as nearly all commands are */
enum xnvi_plain {
	XNVI_PLAIN_NO = 0,
	XNVI_PLAIN_LBAS,  ///< Addressed in logical blocks
	XNVI_PLAIN_BYTES, ///< Addressed in bytes: the file commands
};

/** What core knows about an opcode */
struct xnvi_opc {
	uint8_t kind;	///< enum xnvi_kind
	uint8_t len;	///< enum xnvi_len
	uint8_t writes; ///< Changes the medium: refused on a device opened read-only
	uint8_t reads;	///< Returns the medium: refused on a device opened write-only
	uint8_t ranged; ///< SLBA and NLB name a range of logical blocks
	uint8_t pract;	///< Has the protection information action (PRACT) of Read and Write
	uint8_t plain;	///< enum xnvi_plain: nearly all commands, see xnvi_decode_plain()
};

extern const struct xnvi_opc xnvi_opcs_nvm[256];
extern const struct xnvi_opc xnvi_opcs_kv[256];

/* --- dev.c ------------------------------------------------------------------------------------ */

struct xnvi_pool;

/** The identify pages of a device, fetched on first use */
struct xnvi_idfy {
	struct xnvme_spec_idfy_ctrlr ctrlr;
	struct xnvme_spec_idfy_ctrlr ctrlr_css;
	struct xnvme_spec_idfy_ns ns;
	struct xnvme_spec_idfy_ns ns_css;
};

struct xnvme_dev {
	/* What the I/O path reads, first */
	const struct xnvi_sync_ops *sync;
	const struct xnvi_opc *opcs; ///< Of the command set; valid once geometry is
	atomic_bool plain;     ///< Geometry is there, both directions are open, LBAs hold data only
	atomic_bool geo_ready; ///< `geo` and `nlbas` are valid; set once, under `lock`
	atomic_bool stale;     ///< ... and somebody formatted the namespace since: nothing is sent
	uint8_t ssw;	       ///< log2 of the LBA size
	uint8_t refuse_writes; ///< Opened read-only
	uint8_t refuse_reads;  ///< Opened write-only
	uint8_t bounded;       ///< Core checks the range: nothing behind it knows LBAs
	uint32_t nsid;
	_Atomic uint64_t nlbas; ///< Number of logical blocks, as last seen
	struct xnvme_geo geo;

	const struct xnvi_dev_ops *ops;
	const struct xnvi_admin_ops *admin;
	const struct xnvi_mem_ops *mem;
	const struct xnvi_async_ops *async;
	const char *be;
	enum xnvi_class cls;

	struct xnvme_opts opts;
	struct xnvme_ident ident;
	const char *limit_src;	///< Where geo.mdts_nbytes comes from; valid once geometry is
	struct xnvi_idfy *idfy; ///< NULL until identified; guarded by `lock`, then const

	struct xnvi_mutex lock;
	struct xnvi_pool *pool; ///< Created on first use; guarded by `lock`
	struct xnvi_bufs *bufs; ///< NULL unless opts.register_buffers is honoured
	uint32_t nthreads;	///< Size of the pool
	uint32_t nqueues;	///< Live queues; guarded by the registry's lock
	bool closing;		///< Closed by the caller while queues live; likewise
	bool exclusive;		///< Claimed when it was opened
	struct xnvme_dev *next; ///< Registry of live devices; likewise

	_Alignas(16) uint8_t be_state[XNVI_BE_STATE_NBYTES];
};

/** Make sure geometry is there; 0 or the negative errno of identifying the device */
int xnvi_dev_derive(struct xnvme_dev *dev);

static inline int
xnvi_dev_ready(struct xnvme_dev *dev)
{
	if (XNVI_LIKELY(atomic_load_explicit(&dev->geo_ready, memory_order_acquire))) {
		return 0;
	}

	return xnvi_dev_derive(dev);
}

/** Ask the backend for the size again, after a request went beyond the last known LBA */
int xnvi_dev_refresh_size(struct xnvme_dev *dev);

/** The size in `geo` becomes that of the file, which may have changed; a failure changes nothing */
void xnvi_geo_follow_file(struct xnvme_dev *dev);

/**
 * Somebody else formatted the namespace: commands would go to other places than their caller means
 *
 * From here on the device refuses every command that counts LBAs, until geometry is derived again.
 *
 * @return -ESTALE, explained
 */
int xnvi_dev_is_stale(struct xnvme_dev *dev, uint32_t lba_nbytes, uint32_t meta_nbytes);

/** Identify the device and compute geometry; called by xnvi_dev_derive() under the device's lock */
int xnvi_geo_derive(struct xnvme_dev *dev);

/** As xnvme_dev_open(), with the parser that says what the text is */
struct xnvme_dev *xnvi_dev_open(const char *dev_uri, struct xnvme_opts *opts,
				xnvi_uri_parser parse);

/** One queue more or less on a device; -ENODEV when the device was closed */
int xnvi_dev_ref(struct xnvme_dev *dev);
void xnvi_dev_unref(struct xnvme_dev *dev);

/** The device is one that is open */
bool xnvi_dev_is_live(const struct xnvme_dev *dev);

/* --- buf_table.c: the live buffers of a device ------------------------------------------------ */

/** Most buffers that a table has room for; buffers beyond this are not registered but still work */
#define XNVI_BUFS_MAX 256

struct xnvi_buf {
	uintptr_t addr;
	size_t nbytes;
	uint64_t id; ///< Never used again in its table, as addresses are; 0: there is no buffer
};

struct xnvi_bufs {
	_Atomic uint64_t generation; ///< Rises with every change
	struct xnvi_bufs *next;
	struct xnvi_buf bufs[XNVI_BUFS_MAX];
};

/** Give the device a table when it is to have one; -ENOMEM */
int xnvi_bufs_init(struct xnvme_dev *dev);
void xnvi_bufs_term(struct xnvi_bufs *table);

/** Memory is being handed out as a buffer; without a table nothing happens */
void xnvi_bufs_add(struct xnvi_bufs *table, const void *addr, size_t nbytes);

/**
 * A buffer is about to be given back, or to move: no table has it from here on
 *
 * @return The size that it had in `table`, 0 when it was not in there
 */
size_t xnvi_bufs_remove(const struct xnvi_bufs *table, const void *addr);

/**
 * What is in the table, place by place, and the generation that this is
 *
 * A mechanism calls it when the generation has changed, before it uses its own copy. So it never
 * takes memory for a buffer that was given back: memory that is handed out again, and passed with
 * a command, was handed out after the generation rose.
 */
uint64_t xnvi_bufs_copy(struct xnvi_bufs *table, struct xnvi_buf bufs[XNVI_BUFS_MAX]);

/* --- withheld.c: memory of commands that never came back -------------------------------------- */

/** Something is withheld; read without the lock, for hardly any process ever withholds memory */
extern atomic_bool xnvi_withheld_any;

/** Withhold the memory that the commands in flight name; before the first of their callbacks */
void xnvi_withhold(const struct xnvme_queue *queue);

/** Memory that is withheld is within [addr, addr + nbytes) */
bool xnvi_withheld_has(const void *addr, size_t nbytes);

/** The system may still write to a piece of memory, so it must not be given back */
#define XNVI_IS_WITHHELD(addr, nbytes)                                                             \
	(XNVI_UNLIKELY(atomic_load_explicit(&xnvi_withheld_any, memory_order_relaxed)) &&          \
	 xnvi_withheld_has((addr), (nbytes)))

/* --- select.c --------------------------------------------------------------------------------- */

/** The id of a row's table */
const char *xnvi_row_id(const struct xnvi_row *row);

/** Choose backend and interfaces for `uri`, and open; fills dev's tables and ids */
int xnvi_select_open(struct xnvme_dev *dev, const struct xnvi_uri *uri);

/* --- opts.c ----------------------------------------------------------------------------------- */

/** Refuse combinations that contradict each other; -EINVAL with the option named */
int xnvi_opts_check(const struct xnvme_opts *opts);

/** Refuse what the device's async interface does not honour; -ENOTSUP with the option named */
int xnvi_opts_check_queue(const struct xnvme_dev *dev);

/* --- queue.c ---------------------------------------------------------------------------------- */

enum xnvi_ctx_state {
	XNVI_CTX_IDLE = 0, ///< In the pool
	XNVI_CTX_HELD,	   ///< Handed to the caller
	XNVI_CTX_INFLIGHT, ///< Accepted and not yet called back
};

struct xnvi_poolq;

struct xnvme_queue {
	/* What the I/O path touches, first */
	const struct xnvi_async_ops *ops;
	struct xnvme_dev *dev;
	struct xnvme_cmd_ctx *ctxs; ///< capacity + 1 contexts
	struct xnvi_req *reqs;	    ///< One per context
	uint16_t *free;		    ///< Stack of idle contexts
	void *priv;		    ///< Private state of the mechanism
	uint32_t capacity;
	uint32_t outstanding;
	uint32_t nfree;
	uint32_t carries;    ///< Kinds that the mechanism carries
	uint32_t iovcnt_max; ///< Most vectors that the mechanism carries
	uint32_t fork_gen;   ///< xnvi_fork_generation at init
	bool carries_plain;  ///< ... Read and Write among them
	bool lossy;	     ///< The mechanism carries less of a command than the sync path
	bool polled;	     ///< The mechanism progresses in poke only
	bool poking;	     ///< Inside poke: callbacks may submit, but not poke
	bool closing;	     ///< Terminating: nothing is accepted
	bool event_on;	     ///< The completion event is in use
	bool abandoned;	     ///< Commands never came back within the timeout
	uint32_t ndeferred;  ///< Outstanding on `deferred`
	uint64_t ncompleted; ///< Callbacks called
	uint64_t nfailed;
	uint64_t nbusy;
	uint64_t ndeferred_total;

	struct xnvi_poolq
	    *deferred;	///< Commands that the mechanism cannot carry; NULL until needed
	uint8_t *slots; ///< Private state of the contexts
	size_t slot_nbytes;
	struct xnvi_event event;
	struct xnvme_queue *next; ///< Registry of live queues
};

/** How far a command was that the queue did not wait for any longer */
enum xnvi_given_up {
	XNVI_GIVEN_UP_NOT = 0,
	XNVI_GIVEN_UP_UNBEGUN, ///< It never begins
	XNVI_GIVEN_UP_LATE,    ///< The system may still read and write its memory
};

/**
 * What the library keeps in a context's reserved bytes
 *
 * The state of a context of a queue and its index, beside the mark of a failure of the host. Of the
 * index only so much is believed: the context has to be the one that the queue has there.
 */
struct xnvi_rsvd {
	uint8_t host_err;  ///< XNVI_RSVD_HOST_ERR, and `err` is valid
	uint8_t state;	   ///< enum xnvi_ctx_state
	uint16_t idx;	   ///< Index in the queue
	int32_t err;	   ///< Negative errno
	uint8_t admin;	   ///< The command was an admin command
	uint8_t explained; ///< xnvme_err_last() has better words than `err` has
	uint8_t cause;	   ///< errno that did not end, of -ETIMEDOUT; else 0
	uint8_t given_up;  ///< enum xnvi_given_up, of -ETIMEDOUT
};

static inline struct xnvi_rsvd *
xnvi_rsvd_of(const struct xnvme_cmd_ctx *ctx)
{
	static_assert(sizeof(struct xnvi_rsvd) == sizeof(ctx->be_rsvd), "the size is ABI");

	return (struct xnvi_rsvd *)(uintptr_t)ctx->be_rsvd;
}

/** The context is one that this queue handed out and that is not in flight */
static inline bool
xnvi_queue_holds(const struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx)
{
	const struct xnvi_rsvd *rsvd = xnvi_rsvd_of(ctx);

	return rsvd->state == XNVI_CTX_HELD && ctx == &queue->ctxs[rsvd->idx];
}

/** For mechanisms: from now on every command runs over the sync path */
static inline void
xnvi_queue_carry_nothing(struct xnvme_queue *queue)
{
	queue->carries = 0;
	queue->carries_plain = false;
}

static inline void *
xnvi_queue_slot(const struct xnvme_queue *queue, uint32_t idx)
{
	return queue->slots + (size_t)idx * queue->slot_nbytes;
}

/**
 * For mechanisms, when `submit` cannot fail any more: the command is in flight from here on
 */
static inline int
xnvi_queue_accept(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	assert(xnvi_queue_holds(queue, ctx));
	assert(queue->outstanding < queue->capacity);

	xnvi_rsvd_of(ctx)->state = XNVI_CTX_INFLIGHT;
	queue->outstanding++;
	if (XNVI_UNLIKELY(queue->event_on) && queue->polled) {
		xnvi_event_set(&queue->event);
	}

	return 0;
}

/**
 * For mechanisms, from within poke: the command is done and ctx->cpl says how
 *
 * Gives the slot back, then calls the callback.
 */
static inline void
xnvi_queue_complete(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	assert(xnvi_rsvd_of(ctx)->state == XNVI_CTX_INFLIGHT);
	assert(queue->outstanding > 0);

	xnvi_rsvd_of(ctx)->state = XNVI_CTX_HELD;
	queue->outstanding--;
	if (XNVI_UNLIKELY(xnvme_cmd_ctx_cpl_status(ctx))) {
		queue->nfailed++;
	}
	ctx->async.cb(ctx, ctx->async.cb_arg);
}

/** For mechanisms, from within cancel: the command was not begun, and never will be */
void xnvi_queue_cancelled(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/** Submit what decode.c made of a command; the queue half of xnvme_cmd_pass() and friends */
int xnvi_queue_submit(struct xnvme_cmd_ctx *ctx, void *data, size_t iovcnt, size_t nbytes,
		      void *mbuf, size_t mbuf_nbytes);

/** As xnvi_queue_submit() for one buffer without metadata: three arguments stay in registers */
int xnvi_queue_submit_one(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes);

/**
 * What a mechanism does not carry: the sync path does it on the device's pool
 *
 * For core, and for a mechanism's `submit` that finds out by itself.
 */
int xnvi_queue_defer(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx,
		     const struct xnvi_req *req);

/**
 * For mechanisms, from within poke: the outcome is not plain (a short transfer, an interrupted
 * call), so the sync path does the command over again on the device's pool and has the last word
 *
 * @return Number of commands completed right now: 1 when there is no memory for a pool, else 0
 */
uint32_t xnvi_queue_redo(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/* --- cmd.c ------------------------------------------------------------------------------------ */

/**
 * Decode a command for a device; the one place where lengths, vectors and ranges are checked
 *
 * @return 0 and the request; -EINVAL, -ENOTSUP, -ENOSYS, -EPERM explained in xnvme_err_last()
 */
int xnvi_decode(struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd, void *data, size_t iovcnt,
		size_t nbytes, void *mbuf, size_t mbuf_nbytes, struct xnvi_req *req);

/** What an opcode asks of this device: without zones there is nothing to manage */
static inline uint8_t
xnvi_kind_of(const struct xnvme_dev *dev, const struct xnvi_opc *opc)
{
	return opc->kind >= XNVI_KIND_ZONE_SEND && dev->geo.type != XNVME_GEO_ZONED
		   ? XNVI_KIND_COMMAND
		   : opc->kind;
}

/**
 * A controller has no file commands: what `file` means in logical blocks
 *
 * @return false when it is no file command; `cmd` is then not written
 */
bool xnvi_cmd_from_file(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *file,
			const struct xnvi_req *req, struct xnvme_spec_cmd *cmd);

/** Admin commands that change what is on the medium, or that take it away */
bool xnvi_admin_writes(uint8_t opcode);

/** -ENOSYS, explained: the command is none of this device's */
int xnvi_refuse_kind(const struct xnvme_dev *dev, const struct xnvme_cmd_ctx *ctx);

/** Refuse what the device's sync path cannot do; asked at submission, so that it is never completed
 */
static inline bool
xnvi_dev_executes(const struct xnvme_dev *dev, const struct xnvi_req *req)
{
	return (dev->sync->kinds >> req->kind) & 1;
}

/** Execute a command in the calling thread; the device half of xnvme_cmd_pass() and friends */
int xnvi_sync_pass(struct xnvme_cmd_ctx *ctx, void *data, size_t iovcnt, size_t nbytes, void *mbuf,
		   size_t mbuf_nbytes);

/** -EINVAL: the context is of neither */
int xnvi_refuse_mode(const struct xnvme_cmd_ctx *ctx);

/** Where every I/O command goes, by what its context is of */
static inline int
xnvi_pass(struct xnvme_cmd_ctx *ctx, void *data, size_t iovcnt, size_t nbytes, void *mbuf,
	  size_t mbuf_nbytes)
{
	if (XNVI_LIKELY(ctx->opts == XNVI_CTX_ASYNC)) {
		if (XNVI_LIKELY(!(iovcnt | (uintptr_t)mbuf | mbuf_nbytes))) {
			return xnvi_queue_submit_one(ctx, data, nbytes);
		}
		return xnvi_queue_submit(ctx, data, iovcnt, nbytes, mbuf, mbuf_nbytes);
	}
	if (XNVI_LIKELY(ctx->opts == XNVI_CTX_SYNC)) {
		return xnvi_sync_pass(ctx, data, iovcnt, nbytes, mbuf, mbuf_nbytes);
	}

	return xnvi_refuse_mode(ctx);
}

/* --- err.c: the two channels of errors -------------------------------------------------------- */

/** The failure is the host's, and its errno stands beside */
#define XNVI_RSVD_HOST_ERR 0xe5U

/**
 * A host failure at completion: SCT 7, SC the errno, the full value in the reserved bytes
 *
 * @param err Negative errno
 * @param result Bytes that were transferred all the same
 */
void xnvi_cpl_host_err(struct xnvme_cmd_ctx *ctx, int err, uint64_t result);

/**
 * For the sync path: what a call that may be made again came to
 *
 * After xnvi_retry() gave up, `err` still is what the system said, and that must not look like
 * something that the caller could try again.
 *
 * @return `err`; 0 when it is -EINTR or -EAGAIN, and ctx->cpl then says -ETIMEDOUT
 */
int xnvi_cpl_patience(struct xnvme_cmd_ctx *ctx, int err);

/** For the sync path and admin: xnvi_err() has said why this command fails, and knows best */
static inline int
xnvi_cmd_explained(struct xnvme_cmd_ctx *ctx, int err)
{
	xnvi_rsvd_of(ctx)->explained = 1;

	return err;
}

/** A verdict in the device's words, by a layer that stands in for the device */
static inline void
xnvi_cpl_status(struct xnvme_cmd_ctx *ctx, uint8_t sct, uint8_t sc, bool dnr)
{
	ctx->cpl.status.sct = sct & 0x7U;
	ctx->cpl.status.sc = sc;
	ctx->cpl.status.dnr = dnr;
}

/** A new use of a context: clean completion, no host error */
static inline void
xnvi_cpl_clear(struct xnvme_cmd_ctx *ctx)
{
	memset(&ctx->cpl, 0, sizeof(ctx->cpl));
	xnvi_rsvd_of(ctx)->host_err = 0;
}

/** Dword 12 of Read, Write and Write Zeroes: the type of a directive */
#define XNVI_CDW12_DTYPE 0x00f00000U

/** The command asks for what only a controller can do: it is fused, or it carries a directive */
static inline bool
xnvi_cmd_asks_more(const struct xnvme_spec_cmd *cmd)
{
	return cmd->common.fuse || (cmd->common.cdw12 & XNVI_CDW12_DTYPE);
}

/** PRACT in dword 12 of Read, Write and Zone Append */
#define XNVI_CDW12_PRACT 0x20000000U

/**
 * The controller inserts and strips the protection information, and there is no other metadata: the
 * command moves data only
 */
static inline bool
xnvi_cmd_moves_no_meta(const struct xnvme_dev *dev, uint8_t opcode, uint32_t cdw12)
{
	const struct xnvme_geo *geo = &dev->geo;

	return XNVI_UNLIKELY(cdw12 & XNVI_CDW12_PRACT) && geo->pi_type &&
	       xnvi_opcs_nvm[opcode].pract &&
	       geo->nbytes_oob == xnvme_pi_size((enum xnvme_spec_nvm_ns_pif)geo->pi_format);
}

/** Bytes of data that a command moves per logical block */
static inline uint32_t
xnvi_cmd_lba_nbytes(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd)
{
	return xnvi_cmd_moves_no_meta(dev, (uint8_t)cmd->common.opcode, cmd->common.cdw12)
		   ? dev->geo.nbytes
		   : dev->geo.lba_nbytes;
}

/**
 * FUA and Limited Retry are all that a Read or Write by read(2) or write(2) may have beside NLB;
 * only a controller fuses commands
 */
#define XNVI_CDW12_EXTRAS 0x3fff0000U

/**
 * The command says more than a request does: another namespace, protection information,
 * directives, hints, storage tags; what carries requests only would lose it
 */
static inline bool
xnvi_cmd_has_extras(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd)
{
	const struct xnvme_spec_cmd_common *common = &cmd->common;

	return common->fuse | (common->cdw12 & XNVI_CDW12_EXTRAS) | common->cdw13 | common->cdw14 |
	       common->cdw15 | common->cdw02 | common->cdw03 | (common->nsid ^ dev->nsid);
}

/**
 * Decode what nearly all commands are: Read or Write within the device; of one buffer and without
 * metadata, which the caller has seen to
 *
 * @return false when it is anything else: then xnvi_decode() has to look closely
 */
static inline bool
xnvi_decode_plain(struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd, void *data,
		  size_t nbytes, struct xnvi_req *req)
{
	const uint64_t nblocks = cmd->nvm.nlb + 1ULL;
	const uint64_t start = cmd->nvm.slba;
	const struct xnvi_opc *opc;
	uint64_t nlbas;

	if (XNVI_UNLIKELY(!atomic_load_explicit(&dev->plain, memory_order_acquire) || !data)) {
		return false;
	}
	opc = &xnvi_opcs_nvm[cmd->common.opcode];
	/* A read with FUA makes the blocks durable first, which is the sync path's to do */
	if (XNVI_UNLIKELY((opc->reads & cmd->nvm.fua) ||
			  (dev->bounded && xnvi_cmd_asks_more(cmd)))) {
		return false;
	}
	if (XNVI_LIKELY(opc->plain == XNVI_PLAIN_LBAS)) {
		nlbas = atomic_load_explicit(&dev->nlbas, memory_order_relaxed);
		if (XNVI_UNLIKELY(nbytes != nblocks << dev->ssw || start >= nlbas ||
				  nblocks > nlbas - start)) {
			return false;
		}
		req->flags = XNVI_REQ_EXACT | (uint8_t)cmd->nvm.fua;
		req->offset = start << dev->ssw;
	} else if (opc->plain == XNVI_PLAIN_BYTES && dev->bounded &&
		   (start | nbytes) <= (uint64_t)INT64_MAX / 2) {
		req->flags = (uint8_t)cmd->nvm.fua;
		req->offset = start;
	} else {
		return false;
	}
	req->kind = opc->kind;
	req->iovcnt = 0;
	req->nbytes = nbytes;
	req->data = data;
	req->mbuf = NULL;
	req->mbuf_nbytes = 0;

	return true;
}

/** The blocks are among the first `nlbas`; no sum wraps */
static inline bool
xnvi_lbas_are_within(uint64_t slba, uint64_t nblocks, uint64_t nlbas)
{
	return slba <= nlbas && nblocks <= nlbas - slba;
}

/** Execute a request over the sync path and leave the outcome in ctx->cpl; for any thread */
static inline void
xnvi_execute(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	const int err = dev->sync->io(dev, ctx, req);

	if (XNVI_UNLIKELY(err)) {
		xnvi_cpl_host_err(ctx, err, ctx->cpl.result);
	}
}

/** Generic status code LBA Out of Range, NVMe Base 2.0, "Status Code - Generic Command Status
 * Values" */
#define XNVI_SC_LBA_OUT_OF_RANGE 0x80

/** Type of the descriptor that names the command set, NVMe Base 2.0, "Identify - Namespace
 * Identification Descriptor" */
#define XNVI_NIDT_CSI 4U

/** The DEAC bit of Write Zeroes (dword 12, bit 25) within cmd.nvm.rsvd2 */
#define XNVI_WZ_DEAC 0x2

/** Number of the thread's last words, for xnvi_err_since() */
uint64_t xnvi_err_mark(void);

/**
 * A failure that somebody else may have explained: words that were recorded since `mark` for this
 * errno stay, and where there are none, those of xnvi_err_sys() are recorded
 *
 * @return `err`
 */
int xnvi_err_since(uint64_t mark, int err, const char *layer, const char *where, const char *doing);

/**
 * As xnvi_err_since(), for what a slot of a backend failed with: the slot has been patient, so
 * -EAGAIN and -EINTR become -ETIMEDOUT
 */
int xnvi_err_slot(uint64_t mark, int err, const char *layer, const char *where, const char *doing);

/**
 * As xnvi_err(), for refusals of the I/O path: costs a store, for xnvme_err_last() takes the words
 *
 * @param words Constant; lives as long as the library
 */
int xnvi_err_lazy(const struct xnvme_err *words);

/** Success after all: what was tried and failed on the way is not the caller's last failure */
void xnvi_err_restore(const struct xnvme_err *err);

/* --- pool.c: threads that execute commands over the sync path ----------------------------------
 */

/** The pool of a device, created on first use; NULL and errno on failure */
struct xnvi_pool *xnvi_pool_get(struct xnvme_dev *dev);

/** Stop the threads; no queue is attached any more */
void xnvi_pool_term(struct xnvi_pool *pool);

/** Attach a queue to the pool of its device */
int xnvi_poolq_init(struct xnvme_queue *queue, struct xnvi_poolq **poolq);

/** Detach; waits for threads that still execute a command of this queue, unless it was abandoned */
void xnvi_poolq_term(struct xnvi_poolq *poolq);

/**
 * Queue a request; `kick` wakes a thread at once
 *
 * Where no thread can be had, poke executes, and queue->event is set so that a sleeper pokes.
 */
void xnvi_poolq_submit(struct xnvi_poolq *poolq, uint32_t idx, bool kick);

/** Complete at most `max`; with `help` the caller executes what no thread has taken */
uint32_t xnvi_poolq_poke(struct xnvi_poolq *poolq, uint32_t max, bool help);

/** Completions set queue->event from now on */
void xnvi_poolq_arm(struct xnvi_poolq *poolq);

/** Complete what no thread has taken, by xnvi_queue_cancelled(); number of commands */
uint32_t xnvi_poolq_cancel(struct xnvi_poolq *poolq);

/** Another poke would complete something */
bool xnvi_poolq_ready(const struct xnvi_poolq *poolq);

#endif /* XNVI_INTERNAL_H */
