// SPDX-License-Identifier: BSD-3-Clause
/**
 * async: io_uring
 *
 * Talks to:             io_uring_setup(2) and io_uring_enter(2), through liburing
 * Serves:               files and block devices
 * Needs:                Linux 5.11; not forbidden by kernel.io_uring_disabled or a seccomp filter;
 *                       opts.register_buffers: Linux 5.19, and locked memory (ulimit -l)
 * Queue and limits:     1..4096; the submission ring has a place for every outstanding command
 * Completion delivery:  the completion ring; at most one system call per poke
 * Threads:              the kernel's, when an operation would block
 * Error mapping:        -errno of the completion as it is; EINTR and EAGAIN go to the sync path
 * Quirks:               submission waits for poke, unless the completion fd is in use; the sync
 *                       path executes again: short transfers, to find out what they mean; commands
 *                       that the kernel accepts no more (a later seccomp filter, a submission
 *                       thread that died) or not within opts.command_timeout (EAGAIN for lack of
 *                       memory); on a file system in user space it executes all reads (the ring
 *                       continues a short one at the wrong offset) and writes with FUA (RWF_DSYNC
 *                       does not sync them); XNVME_QUEUE_IOPOLL is refused where completions
 *                       cannot be polled for; opts.register_buffers registers the first 256 live
 *                       buffers of the device, of at most 1 GiB each, as far as the kernel takes
 *                       them; a ring keeps the pages of a freed buffer until its next read or
 *                       write, or its end
 * Newest features:      the descriptor and the ring are registered, and completions wait for the
 *                       next call, as far as the kernel supports each. Not used: SINGLE_ISSUER and
 *                       DEFER_TASKRUN, since a queue may move between threads and such a ring
 *                       serves only one; NO_SQARRAY, which liburing before 2.5 cannot set up
 * Not supported:        write zeroes, deallocate and the like (core runs them over the sync path)
 */
#include <backends/linux/kernel.h>
#include <backends/posix/fd_done.h>
#include <backends/linux/uring.h>
#include <os/posix/descriptor.h>

#include <limits.h>
#include <stdlib.h>
#include <sys/uio.h>

/** The operation of the ring for a kind of request */
static const struct {
	uint8_t opcode;
	uint8_t opcode_vectored;
	uint8_t opcode_fixed; ///< The operation for a registered buffer; 0: there is none
	uint32_t flags;
	uint32_t flags_fua;
} g_operations[] = {
    [XNVI_KIND_READ] = {IORING_OP_READ, IORING_OP_READV, IORING_OP_READ_FIXED, 0, 0},
    [XNVI_KIND_WRITE] = {IORING_OP_WRITE, IORING_OP_WRITEV, IORING_OP_WRITE_FIXED, 0, RWF_DSYNC},
    [XNVI_KIND_FLUSH] = {IORING_OP_FSYNC, IORING_OP_FSYNC, 0, IORING_FSYNC_DATASYNC,
			 IORING_FSYNC_DATASYNC},
};

static inline struct io_uring_sqe *
prepare(struct xnvi_uring *priv, const struct xnvi_req *req)
{
	struct io_uring_sq *sq = &priv->ring.sq;
	struct io_uring_sqe *sqe = &sq->sqes[sq->sqe_tail & sq->ring_mask];
	const uint8_t kind = req->kind;

	/* The ring has room for all commands that may be outstanding, see setup_ring() */
	assert(io_uring_sq_space_left(&priv->ring));
	sq->sqe_tail++;
	assert(kind < sizeof(g_operations) / sizeof(g_operations[0]));
	memset(sqe, 0, sizeof(*sqe));
	sqe->fd = priv->fd;
	sqe->off = req->offset;
	sqe->addr = (uintptr_t)req->data;
	sqe->rw_flags = (int)(req->flags & XNVI_REQ_FUA ? g_operations[kind].flags_fua
							: g_operations[kind].flags);
	if (XNVI_UNLIKELY(req->iovcnt)) {
		sqe->opcode = g_operations[kind].opcode_vectored;
		sqe->len = req->iovcnt;
	} else {
		sqe->opcode = g_operations[kind].opcode;
		/* A request longer than one system call can transfer comes back short */
		sqe->len = req->nbytes < UINT_MAX ? (unsigned)req->nbytes : UINT_MAX;
	}

	return sqe;
}

/** Whether RWF_DSYNC does not do what FUA asks for: then the sync path writes, and syncs */
static inline bool
lacks_dsync(const struct xnvme_queue *queue, const struct xnvi_req *req)
{
	return XNVI_UNLIKELY(req->flags & XNVI_REQ_FUA) &&
	       xnvi_linux_is_served_by_process(queue->dev);
}

static int
uring_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	if (lacks_dsync(queue, req)) {
		return xnvi_queue_defer(queue, ctx, req);
	}

	return xnvi_uring_accept(queue, ctx, prepare(queue->priv, req));
}

/** With opts.register_buffers: submit without a look-up of pages, if the buffer is registered */
static int
uring_submit_fixed(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	const uint8_t opcode_fixed = g_operations[req->kind].opcode_fixed;
	struct xnvi_uring *priv = queue->priv;
	struct io_uring_sqe *sqe;

	if (lacks_dsync(queue, req)) {
		return xnvi_queue_defer(queue, ctx, req);
	}
	sqe = prepare(priv, req);
	if (XNVI_LIKELY(opcode_fixed && !req->iovcnt)) {
		const struct xnvi_uring_buf *buf;

		if (XNVI_UNLIKELY(
			atomic_load_explicit(&queue->dev->bufs->generation, memory_order_acquire) !=
			priv->bufs->generation)) {
			xnvi_uring_as_caller(priv);
			xnvi_uring_bufs_update(queue);
		}
		buf = xnvi_uring_bufs_find(priv->bufs, req->data, xnvi_req_len(req));
		if (buf) {
			sqe->opcode = opcode_fixed;
			sqe->buf_index = buf->place;
		}
	}

	return xnvi_uring_accept(queue, ctx, sqe);
}

/* The short way. Fields that its entries do not need are zero since the ring was made */

XNVI_INLINE int
plain_rw(struct xnvme_cmd_ctx *ctx, enum xnvi_kind kind, uint64_t flags, void *data,
	 uint64_t nbytes, uint64_t offset, struct xnvme_queue *queue)
{
	struct xnvi_uring *priv = xnvi_queue_priv(queue);
	struct io_uring_sqe *sqe = &priv->sqes[priv->ring.sq.sqe_tail++ & priv->sq_mask];

	memcpy(sqe, kind == XNVI_KIND_READ ? &priv->word_read : &priv->word_write,
	       sizeof(priv->word_read));
	sqe->off = offset;
	sqe->addr = (uintptr_t)data;
	/* What is longer comes back short, as what is longer than a system call transfers */
	sqe->len = (uint32_t)nbytes;
	sqe->rw_flags = 0;
	sqe->user_data = (uintptr_t)ctx;
	xnvi_plain_req(ctx, kind, flags, data, nbytes, offset);

	return xnvi_plain_accept(ctx);
}

static int
plain_read_lbas(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *data,
		struct xnvme_queue *queue)
{
	return xnvi_plain_lbas_by(ctx, nsid, slba, nlb, data, queue, XNVI_KIND_READ, plain_rw);
}

static int
plain_write_lbas(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint64_t nlb, void *data,
		 struct xnvme_queue *queue)
{
	return xnvi_plain_lbas_by(ctx, nsid, slba, nlb, data, queue, XNVI_KIND_WRITE, plain_rw);
}

static int
plain_read_bytes(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, uint64_t offset,
		 struct xnvme_queue *queue)
{
	return xnvi_plain_bytes_by(ctx, data, nbytes, offset, queue, XNVI_KIND_READ, plain_rw);
}

static int
plain_write_bytes(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes, uint64_t offset,
		  struct xnvme_queue *queue)
{
	return xnvi_plain_bytes_by(ctx, data, nbytes, offset, queue, XNVI_KIND_WRITE, plain_rw);
}

static const struct xnvi_plain_ops g_plain = {
    .lbas = {[XNVI_PLAIN_WRITE] = plain_write_lbas, [XNVI_PLAIN_READ] = plain_read_lbas},
    .bytes = {[XNVI_PLAIN_WRITE] = plain_write_bytes, [XNVI_PLAIN_READ] = plain_read_bytes},
};

/** Complete a command that did not move all of its bytes, or has the sync path do it again */
static XNVI_COLD void
complete_other(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, int res)
{
	struct xnvi_uring *priv = xnvi_queue_priv(queue);

	priv->nopen += 1 - xnvi_fd_complete(queue, ctx, res);
}

/** Complete commands by entries that follow each other, those that succeeded by `one` */
XNVI_INLINE void
each(struct xnvme_queue *queue, const struct io_uring_cqe *cqe, uint32_t n,
     void (*one)(struct xnvme_queue *, struct xnvme_cmd_ctx *))
{
	const struct io_uring_cqe *end = cqe + n;

	do {
		struct xnvme_cmd_ctx *ctx = (void *)(uintptr_t)cqe->user_data;
		const int64_t res = cqe->res;

		if (XNVI_LIKELY((uint64_t)res == xnvi_ctx_nbytes(ctx))) {
			ctx->cpl.result = (uint64_t)res;
			one(queue, ctx);
		} else {
			complete_other(queue, ctx, cqe->res);
		}
	} while (++cqe != end);
}

/** The entries go on at the begin of the ring */
static XNVI_NOINLINE void
each_around(struct xnvme_queue *queue, uint32_t head, uint32_t n,
	    void (*one)(struct xnvme_queue *, struct xnvme_cmd_ctx *))
{
	const struct xnvi_uring *priv = xnvi_queue_priv(queue);
	const uint32_t room = priv->cq_mask + 1 - head;

	each(queue, &priv->cqes[head], room, one);
	each(queue, &priv->cqes[0], n - room, one);
}

/** Complete at most `max` commands; callbacks may submit, but not reap */
XNVI_INLINE int
complete_ready(struct xnvme_queue *queue, uint32_t max,
	       void (*one)(struct xnvme_queue *, struct xnvme_cmd_ctx *))
{
	struct xnvi_uring *priv = xnvi_queue_priv(queue);
	const unsigned nready = xnvi_uring_ready(priv, max);
	const unsigned head = *priv->ring.cq.khead & priv->cq_mask;
	uint32_t nopen;

	if (!nready) {
		return 0;
	}
	if (XNVI_LIKELY(head + nready <= priv->cq_mask + 1)) {
		each(queue, &priv->cqes[head], nready, one);
	} else {
		each_around(queue, head, nready, one);
	}
	io_uring_cq_advance(&priv->ring, nready);
	nopen = priv->nopen;
	if (XNVI_LIKELY(!nopen)) {
		return (int)nready;
	}
	priv->nopen = 0;

	return (int)(nready - nopen);
}

/** The kernel may not have taken all that is prepared */
static XNVI_COLD int
poke_closely(struct xnvme_queue *queue, uint32_t max)
{
	const uint32_t ndone = xnvi_uring_hand_over(queue, max);

	return (int)ndone +
	       (ndone < max ? complete_ready(queue, max - ndone, xnvi_queue_complete) : 0);
}

XNVI_INLINE int
poke(struct xnvme_queue *queue, uint32_t max,
     void (*one)(struct xnvme_queue *, struct xnvme_cmd_ctx *))
{
	struct xnvi_uring *priv = xnvi_queue_priv(queue);

	if (xnvi_uring_nqueued(priv) && XNVI_UNLIKELY(!xnvi_uring_submit_all(priv))) {
		return poke_closely(queue, max);
	}

	return complete_ready(queue, max, one);
}

static int
uring_poke(struct xnvme_queue *queue, uint32_t max)
{
	return poke(queue, max, xnvi_queue_complete_ok);
}

static int
uring_reap(struct xnvme_queue *queue, uint32_t max)
{
	return poke(queue, max, xnvi_queue_reap_ok);
}

static int uring_init(struct xnvme_queue *queue, int opts);

#define OPS(submit_, plain_)                                                                       \
	{                                                                                          \
		.id = "io_uring",                                                                  \
		.caps = XNVI_ASYNC_IOPOLL | XNVI_ASYNC_SQPOLL | XNVI_ASYNC_FILES |                 \
			XNVI_ASYNC_BUFFERS | XNVI_ASYNC_BY_LENGTH,                                 \
		.kinds = XNVI_KINDS_RW | (1U << XNVI_KIND_FLUSH), .iovcnt_max = IOV_MAX,           \
		.queue_nbytes = sizeof(struct xnvi_uring), .usable = xnvi_uring_usable,            \
		.init = uring_init, .term = xnvi_uring_term, .submit = (submit_),                  \
		.plain = (plain_), .poke = uring_poke, .reap = uring_reap,                         \
		.flush = xnvi_uring_kick, .ready = xnvi_uring_is_ready, .arm = xnvi_uring_arm,     \
		.expire = xnvi_uring_expire,                                                       \
	}

const struct xnvi_async_ops xnvi_async_io_uring = OPS(uring_submit, &g_plain);

/** For queues with opts.register_buffers, so that other queues have no cost from it */
static const struct xnvi_async_ops g_ops_fixed = OPS(uring_submit_fixed, NULL);

static int
uring_init(struct xnvme_queue *queue, int opts)
{
	struct xnvi_uring *priv = queue->priv;
	struct io_uring_sqe first;
	int err;

	err = xnvi_uring_init(queue, opts, 0);
	if (err) {
		return err;
	}
	first = (struct io_uring_sqe){
	    .opcode = IORING_OP_READ,
	    .flags = priv->sqe_flags,
	    .fd = priv->fd,
	};
	memcpy(&priv->word_read, &first, sizeof(priv->word_read));
	first.opcode = IORING_OP_WRITE;
	memcpy(&priv->word_write, &first, sizeof(priv->word_write));
	if (!queue->dev->bufs) {
		return 0;
	}
	err = xnvi_uring_bufs_init(queue);
	if (err) {
		io_uring_queue_exit(&priv->ring);
		return err;
	}
	xnvi_queue_set_ops(queue, &g_ops_fixed);

	return 0;
}
