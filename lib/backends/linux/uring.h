// SPDX-License-Identifier: BSD-3-Clause
/**
 * The ring, for io_uring and io_uring_cmd, and when its entries are submitted
 */
#ifndef XNVI_LINUX_URING_H
#define XNVI_LINUX_URING_H

#include <backends/posix/fd.h>
#include <os/posix/descriptor.h>

#include <liburing.h>

struct xnvi_uring_bufs;

struct xnvi_uring {
	/* Used by the short way; copies of what is in `ring` */
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
	unsigned sq_mask;
	unsigned cq_mask;
	uint64_t word_read; ///< The first eight bytes of an entry: operation, flags, descriptor
	uint64_t word_write;
	bool is_direct; ///< xnvi_uring_enter() submits, see xnvi_uring_flush()
	bool sqpoll;
	bool armed;
	uint8_t sqe_flags; ///< IOSQE_FIXED_FILE when the descriptor is registered
	int fd;		   ///< Descriptor of the device, or its index when registered
	uint32_t nopen;	   ///< Entries read in this poke that completed nothing
	unsigned handed;   ///< sqe_tail of `ring` when all was last submitted
	struct io_uring ring;
	struct xnvi_retry retry; ///< Patience since the kernel last took some

	/* The thread that calls the kernel, see as_caller() */
	uint64_t owner;		///< Thread that registered the ring; NOBODY when the kernel refused
	uint64_t caller;	///< Thread for which the fields of the ring are set
	unsigned enter_flags;	///< Of io_uring_enter(2)
	int owner_fd, plain_fd; ///< Fields of liburing for the owner, and for others
	uint8_t owner_flags, plain_flags;

	struct xnvi_uring_bufs *bufs; ///< NULL unless opts.register_buffers
};

/** Set up the ring; `flags` of io_uring_setup(2) are added to those that follow from `opts` */
int xnvi_uring_init(struct xnvme_queue *queue, int opts, unsigned flags);

/** Whether rings work here */
bool xnvi_uring_usable(void);

/**
 * Call it before liburing may enter the kernel
 *
 * A registered descriptor of the ring saves the kernel a look-up. But it is an index in a table of
 * the thread, which another thread does not share, and a queue may move between threads. So the
 * first thread registers the ring, and all others use the plain descriptor.
 */
void xnvi_uring_as_caller(struct xnvi_uring *priv);

/** Slot `flush`, and part of xnvi_uring_accept(): submit, since the caller is going to sleep */
void xnvi_uring_kick(struct xnvme_queue *queue);

/** Part of xnvi_uring_flush(): submit, since entries are prepared */
uint32_t xnvi_uring_hand_over(struct xnvme_queue *queue, uint32_t max);

/**
 * io_uring_enter(2) without waiting, which liburing has behind more work
 *
 * @param flags Of io_uring_enter(2), for the descriptor in `ring`
 *
 * @return Number of entries submitted, or a negative errno
 */
long xnvi_uring_enter(struct io_uring *ring, unsigned nsubmit, unsigned flags);

/** Part of xnvi_uring_flush(): submit all, as nearly always; false when xnvi_uring_hand_over() has
 * to look closely */
bool xnvi_uring_submit_all(struct xnvi_uring *priv);

/** Number of entries that are prepared and not yet submitted */
static inline unsigned
xnvi_uring_nqueued(const struct xnvi_uring *priv)
{
	return priv->ring.sq.sqe_tail - priv->handed;
}

/** Part of xnvi_uring_ready(): ask the kernel for completions that it has not posted */
unsigned xnvi_uring_look(struct xnvi_uring *priv);

/** Complete an entry with flags and user data; the command is in flight from here on */
static inline int
xnvi_uring_accept(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct io_uring_sqe *sqe)
{
	struct xnvi_uring *priv = xnvi_queue_priv(queue);

	sqe->flags |= priv->sqe_flags;
	io_uring_sqe_set_data(sqe, ctx);
	xnvi_queue_accept(queue, ctx);
	if (XNVI_UNLIKELY(priv->armed && !xnvi_queue_is_batch(queue))) {
		xnvi_uring_kick(queue);
	}

	return 0;
}

/** Submit prepared entries; refused commands are executed again. Returns the number completed */
static inline uint32_t
xnvi_uring_flush(struct xnvme_queue *queue, uint32_t max)
{
	struct xnvi_uring *priv = xnvi_queue_priv(queue);

	return !xnvi_uring_nqueued(priv) || XNVI_LIKELY(xnvi_uring_submit_all(priv))
		   ? 0
		   : xnvi_uring_hand_over(queue, max);
}

/**
 * Number of completions to read, at most `max`
 *
 * All are given back together, after the last callback. The ring is twice as long as the queue, so
 * it has room for all completions of commands that callbacks submit meanwhile.
 */
static inline unsigned
xnvi_uring_ready(struct xnvi_uring *priv, uint32_t max)
{
	unsigned nready = io_uring_cq_ready(&priv->ring);

	if (XNVI_UNLIKELY(!nready)) {
		nready = xnvi_uring_look(priv);
	}

	return nready < max ? nready : max;
}

/* --- uring_bufs.c: registered buffers of the ring --------------------------------------------- */

/** A registered buffer */
struct xnvi_uring_buf {
	uintptr_t addr;
	size_t nbytes;
	uint16_t place; ///< Index in the table of the ring
};

struct xnvi_uring_bufs {
	uint64_t generation; ///< Generation of the device's table when this was copied from it
	uint32_t nbufs;
	struct xnvi_uring_buf bufs[XNVI_BUFS_MAX]; ///< Sorted by address
	uint64_t ids[XNVI_BUFS_MAX];		   ///< Ids of the buffers in the table of the ring
};

/** Give the ring a table, and register the existing buffers */
int xnvi_uring_bufs_init(struct xnvme_queue *queue);

/** Update the table of the ring from that of the device; call xnvi_uring_as_caller() before */
void xnvi_uring_bufs_update(struct xnvme_queue *queue);

/** Find the registered buffer that contains [addr, addr + nbytes); or NULL */
static inline const struct xnvi_uring_buf *
xnvi_uring_bufs_find(const struct xnvi_uring_bufs *bufs, const void *data, size_t nbytes)
{
	const uintptr_t addr = (uintptr_t)data;
	const struct xnvi_uring_buf *buf = bufs->bufs;

	/* Find the last one that begins at or before `addr`; no entry after the last is read */
	for (uint32_t n = bufs->nbufs; n > 1; n -= n / 2) {
		buf += buf[n / 2].addr <= addr ? n / 2 : 0;
	}

	return addr - buf->addr < buf->nbytes && nbytes <= buf->nbytes - (addr - buf->addr) ? buf
											    : NULL;
}

/* Slots of struct xnvi_async_ops */

void xnvi_uring_term(struct xnvme_queue *queue);
int xnvi_uring_arm(struct xnvme_queue *queue);
bool xnvi_uring_is_ready(struct xnvme_queue *queue);
enum xnvi_expiry xnvi_uring_expire(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

#endif /* XNVI_LINUX_URING_H */
