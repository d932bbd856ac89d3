// SPDX-License-Identifier: BSD-3-Clause
/**
 * The contract of a backend
 *
 * A backend is up to five small const tables, one per role: `dev` opens and closes, `admin` carries
 * admin commands, `sync` executes a command in the calling thread, `async` carries commands on
 * queues, `mem` allocates buffers. backends.def registers them, one row each. Core points at the
 * tables, allocates their private state and owns everything that they share:
 *
 *  - the check for a full queue, the pool of contexts, `outstanding` and calling the callback;
 *  - decoding: a mechanism gets a request {kind, offset, bytes, buffers} and does not look at
 * opcodes; one that passes commands through takes ctx->cmd unchanged;
 *  - commands that a mechanism does not carry: core runs them over `sync` on the device's thread
 * pool;
 *  - `max` of poke is clamped to 1..outstanding; drain, terminate and re-entry are handled above.
 *
 * A NULL slot of admin, sync and mem means unsupported, and core returns -ENOSYS. The comments of
 * the other slots say what NULL means; docs/backend.md has a table.
 */
#ifndef XNVI_BACKEND_H
#define XNVI_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libxnvme.h>

/** Class of a URI; a row of backends.def names the classes that it serves as a set of these bits */
enum xnvi_class {
	XNVI_CLASS_NONE = 0x00,
	XNVI_CLASS_RAMDISK = 0x01,    ///< In-memory device: <N>GB or ram:...
	XNVI_CLASS_FILE = 0x02,	      ///< Regular file, or the path of a file to create
	XNVI_CLASS_BLOCK = 0x04,      ///< Block device that is not an NVMe namespace
	XNVI_CLASS_NVME = 0x08,	      ///< NVMe character node of the kernel: /dev/nvmeX, /dev/ngXnY
	XNVI_CLASS_PCI = 0x10,	      ///< PCI address: 0000:01:00.0
	XNVI_CLASS_FABRICS = 0x20,    ///< host:port
	XNVI_CLASS_NVME_BLOCK = 0x40, ///< NVMe block node of the kernel: /dev/nvmeXnY
};

/** Classes that read(2) and write(2) work on */
#define XNVI_CLASSES_RW (XNVI_CLASS_FILE | XNVI_CLASS_BLOCK | XNVI_CLASS_NVME_BLOCK)

/** Classes that the kernel's NVMe driver takes commands on */
#define XNVI_CLASSES_NVME (XNVI_CLASS_NVME | XNVI_CLASS_NVME_BLOCK)

/** Kind of a request, after decoding */
enum xnvi_kind {
	XNVI_KIND_COMMAND =
	    0,		 ///< Any other command: only mechanisms that pass commands through carry it
	XNVI_KIND_READ,	 ///< Read [offset, offset + nbytes)
	XNVI_KIND_WRITE, ///< Write [offset, offset + nbytes)
	XNVI_KIND_FLUSH, ///< Make completed writes durable
	XNVI_KIND_WRITE_ZEROES, ///< Zero [offset, offset + nbytes); no buffer
	XNVI_KIND_DEALLOCATE,	///< Dataset Management; the buffer holds the ranges
	XNVI_KIND_BEYOND,	///< Read or write that ends after the last known LBA
	XNVI_KIND_ZONE_SEND,	///< Zone Management Send, of a zoned device
	XNVI_KIND_ZONE_RECV,	///< Zone Management Receive, of a zoned device
};

#define XNVI_KINDS_ALL 0x1ffU
#define XNVI_KINDS_RW  ((1U << XNVI_KIND_READ) | (1U << XNVI_KIND_WRITE))

enum xnvi_req_flags {
	XNVI_REQ_FUA = 0x1,	 ///< The write is durable when it completes
	XNVI_REQ_EXACT = 0x2,	 ///< The end of the file is LBA Out of Range, not a short transfer
	XNVI_REQ_DEFERRED = 0x4, ///< Set by core: the pool has it, not the mechanism of the queue
	/** Set by the short way, which leaves the metadata to xnvi_ctx_req() */
	XNVI_REQ_SHORT = 0x8,
};

#define XNVI_REQ_KIND_SHIFT                                                                        \
	4 ///< For XNVI_KIND_BEYOND, the upper half of `flags` is the original kind

/** A decoded command: 48 bytes, one per context of a queue */
struct xnvi_req {
	union {
		struct {
			uint8_t kind;  ///< enum xnvi_kind
			uint8_t flags; ///< enum xnvi_req_flags
			uint16_t zero;
			/** Number of vectors at `data`, 0 when `data` is the buffer itself */
			uint32_t iovcnt;
		};
		uint64_t head; ///< The four of them, to be written at once
	};
	uint64_t offset;      ///< First byte on the device
	uint64_t nbytes;      ///< Length of the transfer in bytes
	void *data;	      ///< Buffer, or struct iovec[iovcnt]
	void *mbuf;	      ///< Separate metadata buffer, or NULL
	uint64_t mbuf_nbytes; ///< Length of the metadata buffer in bytes
};

/**
 * Length of the caller's buffer or vectors in bytes
 *
 * It fits, because the caller passed it as a size_t. The range of a request without a buffer (Write
 * Zeroes) may not fit on 32-bit hosts: use `nbytes` for that.
 */
static inline size_t
xnvi_req_len(const struct xnvi_req *req)
{
	return (size_t)req->nbytes;
}

struct xnvi_uri;

/*
 * Plain commands: reads and writes of one buffer, within the device, without metadata. Core has
 * checked that, and the queue has a place for them, so the functions of a mechanism cannot fail.
 * {opcode, NSID, SLBA, NLB} or {opcode, NSID, offset} are in ctx->cmd, too. The order of arguments
 * is that of the helpers, so that they stay in their registers.
 */
typedef int (*xnvi_plain_lbas)(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba,
			       uint64_t nlb, void *data, struct xnvme_queue *queue);
typedef int (*xnvi_plain_bytes)(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes,
				uint64_t offset, struct xnvme_queue *queue);

/** The short way of a mechanism, see core/plain.h */
struct xnvi_plain_ops {
	xnvi_plain_lbas lbas[2]; ///< By enum xnvi_plain_op
	xnvi_plain_bytes bytes[2];
};

/** The opcodes Write and Read of the NVM command set, less one */
enum xnvi_plain_op { XNVI_PLAIN_WRITE = 0, XNVI_PLAIN_READ = 1 };

/**
 * Execute a plain command that is bare: but for these arguments, all of its fields are 0
 *
 * @param first SLBA, or the offset in bytes
 * @param count NLB, or the number of bytes
 *
 * @return 0 and ctx->cpl without a failure, or what xnvi_plain_failed() returns
 */
typedef int (*xnvi_plain_run)(struct xnvme_cmd_ctx *ctx, void *data, uint64_t count, uint64_t first,
			      struct xnvme_dev *dev);

/** The short way of a sync path, see core/plain.h */
struct xnvi_plain_sync {
	xnvi_plain_run read_lbas;
	xnvi_plain_run write_lbas;
	xnvi_plain_run read_bytes;
	xnvi_plain_run write_bytes;
};

struct xnvi_dev_ops {
	const char *id;
	/** Open the device of `uri` and set the private state in dev->be_state; explain failures */
	int (*open)(struct xnvme_dev *dev, const struct xnvi_uri *uri);
	void (*close)(struct xnvme_dev *dev);
	/** Get the current size in bytes, also after the file grew; NULL: Identify has the size */
	int (*size)(struct xnvme_dev *dev, uint64_t *nbytes);
	/** Reduce limits from Identify to what the system moves with one command; NULL: the system
	 * has no limits of its own */
	void (*limits)(struct xnvme_dev *dev, struct xnvme_geo *geo);
	/**
	 * Claim the device until it is closed, as xnvme_dev_claim() does, or with `all` as
	 * xnvme_dev_claim_all(). Claiming again changes nothing. NULL: there is nothing to claim.
	 */
	int (*claim)(struct xnvme_dev *dev, bool all);
	/**
	 * Work of the device without commands: keep-alive, events, noticing a removal
	 *
	 * Called by one thread at a time, from open to close, also while commands are sent. It must
	 * not block or complete commands, which poke does. NULL: there is no such work.
	 *
	 * @return The time of xnvi_time_ns() when to call it again
	 */
	uint64_t (*service)(struct xnvme_dev *dev, uint64_t now_ns);
	/** Called by each thread of the device's pool at its begin and end; may be NULL */
	int (*thread_init)(struct xnvme_dev *dev);
	void (*thread_term)(struct xnvme_dev *dev);
	/** Report the devices this backend finds; `sys_uri` as in xnvme_scan() */
	int (*scan)(const char *sys_uri, xnvme_scan_cb cb, void *cb_args);
};

struct xnvi_admin_ops {
	const char *id;
	/** Returns 0 and fills ctx->cpl, or a negative errno when the host got no status */
	int (*pass)(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, void *dbuf,
		    size_t dbuf_nbytes, void *mbuf, size_t mbuf_nbytes);
	int (*subsystem_reset)(struct xnvme_dev *dev);
	int (*controller_reset)(struct xnvme_dev *dev);
	int (*namespace_rescan)(struct xnvme_dev *dev);
	int (*registers)(struct xnvme_dev *dev, struct xnvme_spec_ctrlr_bar *bar);
};

struct xnvi_sync_ops {
	const char *id;
	uint32_t kinds; ///< Bit set of enum xnvi_kind that `io` can do
	uint8_t raw;	///< Takes any opcode from ctx->cmd, and the device decides
	uint8_t bytes;	///< If raw: takes file commands of any offset and length
	const struct xnvi_plain_sync *plain; ///< NULL: core makes requests for `io`
	/** Returns 0 and fills ctx->cpl, or a negative errno; called from any thread */
	int (*io)(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req);
};

enum xnvi_async_caps {
	XNVI_ASYNC_POLLED =
	    0x2, ///< Commands progress in poke only; core drives the completion event
	XNVI_ASYNC_IOPOLL = 0x4, ///< XNVME_QUEUE_IOPOLL is honoured
	XNVI_ASYNC_SQPOLL = 0x8, ///< XNVME_QUEUE_SQPOLL is honoured
	XNVI_ASYNC_RAW =
	    0x10, ///< Every field of a command arrives, metadata included. Without it, a command
		  ///< with fields that a request lacks runs over `sync` if that is raw
	XNVI_ASYNC_FILES = 0x20,   ///< opts.register_files is honoured
	XNVI_ASYNC_BUFFERS = 0x40, ///< opts.register_buffers is honoured
	/** A result that equals xnvi_ctx_nbytes() is that of a command in flight: late ones have
	 * another length */
	XNVI_ASYNC_BY_LENGTH = 0x80,
};

/** State of a command whose time is over */
enum xnvi_expiry {
	XNVI_EXPIRY_WAIT = 0, ///< The mechanism will complete it by itself, soon
	XNVI_EXPIRY_UNBEGUN,  ///< It had not begun, and never begins; its slot is free
	XNVI_EXPIRY_LATE,     ///< The system may still write to its buffers, and returns it later
};

struct xnvi_async_ops {
	const char *id;
	uint32_t caps;	     ///< Set of enum xnvi_async_caps
	uint32_t kinds;	     ///< Bit set of enum xnvi_kind that `submit` can carry
	uint32_t iovcnt_max; ///< Most vectors of one command; more run over `sync`
	size_t queue_nbytes; ///< Private state of a queue, zeroed, at queue->priv
	size_t slot_nbytes;  ///< Private state of a context, zeroed, at xnvi_queue_slot()
	/** Largest capacity of a queue of this device; NULL: XNVI_QUEUE_CAPACITY_MAX */
	uint32_t (*capacity_max)(const struct xnvme_dev *dev);
	/** Asked when the caller names no interface: whether this one works here */
	bool (*usable)(void);
	int (*init)(struct xnvme_queue *queue, int opts);
	/** Release everything; nothing is in flight unless queue->abandoned */
	void (*term)(struct xnvme_queue *queue);
	/**
	 * The time of a command is over: make sure that nothing writes to its buffers any more
	 *
	 * NULL: a command of this mechanism never outlives the poke that began it.
	 */
	enum xnvi_expiry (*expire)(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);
	/** The time for terminating is over: complete commands that have not begun, by
	 * xnvi_queue_cancelled() */
	void (*cancel)(struct xnvme_queue *queue);
	/** Accept by xnvi_queue_accept(), or return a negative errno and leave no trace; never call
	 * back */
	int (*submit)(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req);
	const struct xnvi_plain_ops *plain; ///< NULL: core makes requests for `submit`
	/** Complete at most `max` commands through xnvi_queue_complete(); count or negative errno
	 */
	int (*poke)(struct xnvme_queue *queue, uint32_t max);
	/** As poke, for xnvme_queue_reap(); NULL: poke uses xnvi_queue_complete() for all */
	int (*reap)(struct xnvme_queue *queue, uint32_t max);
	/** With the event in use, after a batch: submit what `submit` left, as it may while
	 * xnvi_queue_is_batch(); NULL: it leaves nothing */
	void (*flush)(struct xnvme_queue *queue);
	/** Whether another poke would complete something; asked after a poke if event is in use */
	bool (*ready)(struct xnvme_queue *queue);
	/** From now on, call xnvi_queue_wake() when poke would complete something */
	int (*arm)(struct xnvme_queue *queue);
};

struct xnvi_mem_ops {
	const char *id;
	void *(*alloc)(const struct xnvme_dev *dev, size_t nbytes, uint64_t *phys);
	void *(*realloc)(const struct xnvme_dev *dev, void *buf, size_t nbytes);
	void (*free)(const struct xnvme_dev *dev, void *buf);
	/** Size of a buffer, at least the size that was asked for; 0 when `buf` is not a buffer */
	size_t (*nbytes)(void *buf);
	int (*vtophys)(const struct xnvme_dev *dev, void *buf, uint64_t *phys);
	int (*map)(const struct xnvme_dev *dev, void *vaddr, size_t nbytes);
	int (*unmap)(const struct xnvme_dev *dev, void *vaddr);
};

enum xnvi_role {
	XNVI_ROLE_DEV = 0,
	XNVI_ROLE_ADMIN,
	XNVI_ROLE_SYNC,
	XNVI_ROLE_MEM,
	XNVI_ROLE_ASYNC,
	XNVI_ROLE_COUNT,
};

/** One row of backends.def; the first member of every table is its id */
struct xnvi_row {
	const char *be;
	enum xnvi_role role;
	const void *ops;
	uint32_t classes;
};

/** A backend of the interface, whether it is built or not */
struct xnvi_family {
	const char *name;
	const char *alias;  ///< Another name that callers may use, or NULL
	const char *remedy; ///< What to do where it is not built; "" when nothing helps
};

/** A key that a backend takes in a URI */
struct xnvi_key {
	const char *be;
	const char *key;
};

/* The three kinds of lines of backends.def, in its order */
extern const struct xnvi_family xnvi_families[];
extern const struct xnvi_key xnvi_keys[];
extern const struct xnvi_row xnvi_rows[];
extern const size_t xnvi_nfamilies;
extern const size_t xnvi_nkeys;
extern const size_t xnvi_nrows;

#endif /* XNVI_BACKEND_H */
