// SPDX-License-Identifier: BSD-3-Clause
/**
 * What io_uring and io_uring_cmd share: the ring, and when it is handed to the kernel
 */
#ifndef XNVI_LINUX_URING_H
#define XNVI_LINUX_URING_H

#include <backends/posix/fd.h>

#include <liburing.h>

struct xnvi_uring_bufs;

struct xnvi_uring {
	struct io_uring ring;
	int fd;		   ///< Descriptor, or its index when registered
	uint8_t sqe_flags; ///< IOSQE_FIXED_FILE when it is
	bool sqpoll;
	bool armed;
	uint32_t nqueued;	 ///< Prepared and not yet the kernel's
	struct xnvi_retry retry; ///< Since the kernel last took some

	/* The thread that calls the kernel, see as_caller() */
	uint64_t owner;	 ///< Thread that has the ring registered, NOBODY when that was refused
	uint64_t caller; ///< Thread that the next two are of
	int owner_fd, plain_fd; ///< liburing's fields of the ring for the owner, for all others
	uint8_t owner_flags, plain_flags;

	struct xnvi_uring_bufs *bufs; ///< NULL unless opts.register_buffers
};

/** Set the ring up; `flags` are of io_uring_setup(2), beside those that follow from `opts` */
int xnvi_uring_init(struct xnvme_queue *queue, int opts, unsigned flags);

/** false when rings cannot be had */
bool xnvi_uring_usable(void);

/**
 * To be called before liburing may enter the kernel
 *
 * By a registered descriptor of the ring the kernel need not look it up. But that is an index in a
 * table of the thread, and may mean another ring in another one, and a queue may move between
 * threads: the first one registers the ring, all others go the plain way.
 */
void xnvi_uring_as_caller(struct xnvi_uring *priv);

/** Of xnvi_uring_accept(), with the completion descriptor in use: hand over at once */
void xnvi_uring_kick(struct xnvme_queue *queue);

/** Of xnvi_uring_flush(): something is prepared */
uint32_t xnvi_uring_hand_over(struct xnvme_queue *queue, uint32_t max);

/** Of xnvi_uring_ready(): nothing is, unless the kernel is asked to bring it */
unsigned xnvi_uring_look(struct xnvi_uring *priv);

/** An entry is prepared but for its flags and its data: the command is in flight from here on */
static inline int
xnvi_uring_accept(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct io_uring_sqe *sqe)
{
	struct xnvi_uring *priv = queue->priv;

	sqe->flags |= priv->sqe_flags;
	io_uring_sqe_set_data(sqe, ctx);
	priv->nqueued++;
	xnvi_queue_accept(queue, ctx);
	if (XNVI_UNLIKELY(priv->armed)) {
		xnvi_uring_kick(queue);
	}

	return 0;
}

/** Hand over what is prepared; what the kernel refuses is done over again: number completed */
static inline uint32_t
xnvi_uring_flush(struct xnvme_queue *queue, uint32_t max)
{
	const struct xnvi_uring *priv = queue->priv;

	return priv->nqueued ? xnvi_uring_hand_over(queue, max) : 0;
}

/**
 * Completions to be read, at most `max`
 *
 * They are given back together, after the last callback: the ring has room for all that callbacks
 * may submit meanwhile, for it is twice as long as the queue.
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

/* --- uring_bufs.c: the buffers that the ring knows -------------------------------------------- */

/** A buffer that is registered */
struct xnvi_uring_buf {
	uintptr_t addr;
	size_t nbytes;
	uint16_t place; ///< In the ring's table
};

struct xnvi_uring_bufs {
	uint64_t generation; ///< Of the device's table, when this was made of it
	uint32_t nbufs;
	struct xnvi_uring_buf bufs[XNVI_BUFS_MAX]; ///< By address
	uint64_t ids[XNVI_BUFS_MAX];		   ///< What is at the places of the ring's table
};

/** Give the ring a table, and register what buffers there are */
int xnvi_uring_bufs_init(struct xnvme_queue *queue);

/** Make the ring's table what the device's is by now; the ring's own calls are as_caller()'s */
void xnvi_uring_bufs_update(struct xnvme_queue *queue);

/** The registered buffer that [addr, addr + nbytes) lies within, or NULL */
static inline const struct xnvi_uring_buf *
xnvi_uring_bufs_find(const struct xnvi_uring_bufs *bufs, const void *data, size_t nbytes)
{
	const uintptr_t addr = (uintptr_t)data;
	const struct xnvi_uring_buf *buf = bufs->bufs;

	/* The last one that begins at or before it; the entry behind the last is never looked at */
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
