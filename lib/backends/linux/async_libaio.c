// SPDX-License-Identifier: BSD-3-Clause
/**
 * async: libaio
 *
 * Talks to:             io_setup(2), io_submit(2), io_getevents(2), through libaio
 * Serves:               files and block devices
 * Needs:                room under fs.aio-max-nr
 * Queue and limits:     1..4096
 * Completion delivery:  the completion ring in memory, read without a system call; at most one
 *                       io_submit(2) per poke
 * Threads:              none for commands; without O_DIRECT, or where the file system is not
 *                       asynchronous, the call that submits does the work. One ends queues, while
 *                       there are many to end (aio_context.h)
 * Error mapping:        errno of the event as it is
 * Quirks:               submission waits for poke, unless the completion fd is in use; the sync
 *                       path executes again: short transfers, and commands that the kernel refuses
 *                       to begin, or does not take within opts.command_timeout. Polling is reading
 *                       the ring in memory, which is always done, so XNVME_QUEUE_IOPOLL changes
 *                       nothing
 * Not supported:        flush, write zeroes, deallocate and the like (core runs them over the sync
 *                       path)
 */
#include <backends/linux/aio_context.h>
#include <backends/linux/kernel.h>
#include <backends/posix/fd.h>
#include <backends/posix/fd_done.h>
#include <os/posix/descriptor.h>

#include <limits.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/uio.h>

#define LAYER	   "be:libaio"
#define RING_MAGIC 0xa10a10a1U

/** Ring that the kernel maps at the address of the context, see linux/fs/aio.c */
struct aio_ring {
	uint32_t id;
	uint32_t nr;
	_Atomic uint32_t head;
	_Atomic uint32_t tail;
	uint32_t magic;
	uint32_t compat_features;
	uint32_t incompat_features;
	uint32_t header_nbytes;
	struct io_event events[];
};

struct libaio {
	io_context_t ctx;
	int fd;
	struct aio_ring *ring; ///< NULL when the ring of the kernel has an unknown layout
	bool armed;
	uint32_t nqueued;	 ///< Number of prepared commands in `queued`, not yet submitted
	struct iocb **queued;	 ///< Room for each command that may be outstanding
	struct xnvi_retry retry; ///< Patience since the kernel last took some
};

/** The kernel returns EAGAIN at its limit, which trying again does not change */
static int
explain_setup(const struct xnvme_queue *queue, int err)
{
	const char *uri = queue->dev->ident.uri;

	switch (err) {
	case -EAGAIN:
		return xnvi_err(
		    -ENOMEM, LAYER, uri, "raise fs.aio-max-nr (sysctl), or use a smaller capacity",
		    "io_setup: no room for %u more requests under fs.aio-max-nr", queue->capacity);
	case -ENOSYS:
	case -EPERM:
		return xnvi_err(err, LAYER, uri, "use async io_uring or thrpool", "io_setup: %s",
				strerror(-err));
	default:
		return xnvi_err_sys(err, LAYER, uri, "io_setup");
	}
}

static int
libaio_init(struct xnvme_queue *queue, int opts)
{
	struct libaio *priv = queue->priv;
	int err;

	(void)opts;
	priv->fd = xnvi_fd_of(queue->dev)->fd;
	priv->queued = calloc(queue->capacity, sizeof(struct iocb *));
	if (!priv->queued) {
		return xnvi_err(-ENOMEM, LAYER, queue->dev->ident.uri, "use a smaller capacity",
				"no memory for %u prepared commands", queue->capacity);
	}
	priv->retry.limit_us = queue->dev->opts.command_timeout;
	err = xnvi_aio_context_get(queue->capacity, &priv->ctx);
	if (err) {
		free(priv->queued);
		return explain_setup(queue, err);
	}
	priv->ring = (struct aio_ring *)(void *)priv->ctx;
	if (priv->ring->magic != RING_MAGIC || priv->ring->incompat_features) {
		priv->ring = NULL;
	}

	return 0;
}

static void
libaio_term(struct xnvme_queue *queue)
{
	struct libaio *priv = queue->priv;

	/* After fork(2) the parent has the context; that of an abandoned queue would block */
	if (!xnvi_queue_is_forked(queue) && !queue->abandoned) {
		xnvi_aio_context_put(queue->capacity, priv->ctx);
	}
	free(priv->queued);
}

static void
forget_queued(struct libaio *priv, uint32_t n)
{
	priv->nqueued -= n;
	if (XNVI_UNLIKELY(priv->nqueued)) {
		memmove(priv->queued, priv->queued + n, priv->nqueued * sizeof(struct iocb *));
	}
}

/** Submit prepared commands; 0 when the kernel took some, or a negative errno */
static int
flush_queued(struct libaio *priv)
{
	const int res = io_submit(priv->ctx, (long)priv->nqueued, priv->queued);

	if (res <= 0) {
		return res ? res : -EAGAIN;
	}
	forget_queued(priv, (uint32_t)res);
	if (XNVI_UNLIKELY(priv->retry.ntries)) {
		priv->retry = (struct xnvi_retry){.limit_us = priv->retry.limit_us};
	}

	return 0;
}

static bool
has_events(const struct libaio *priv)
{
	return atomic_load_explicit(&priv->ring->head, memory_order_relaxed) !=
	       atomic_load_explicit(&priv->ring->tail, memory_order_acquire);
}

/**
 * Whether to give up submitting the first of the prepared commands
 *
 * A command that the kernel does not take now is submitted by the next poke, for at most
 * opts.command_timeout.
 */
static bool
is_refused(struct libaio *priv, int err)
{
	if (err != -EINTR && err != -EAGAIN) {
		return true;
	}
	/* Reading events makes room */
	if (priv->ring && has_events(priv)) {
		return false;
	}
	errno = -err;

	return !xnvi_retry(&priv->retry);
}

/** As flush_queued(); refused commands go to the sync path, so that they do not block the rest */
static uint32_t
flush_or_redo(struct xnvme_queue *queue, struct libaio *priv, uint32_t max)
{
	uint32_t ndone = 0;

	while (priv->nqueued && ndone < max) {
		struct xnvme_cmd_ctx *ctx = priv->queued[0]->data;
		const int err = flush_queued(priv);

		if (!err || !is_refused(priv, err)) {
			break;
		}
		forget_queued(priv, 1);
		ndone += xnvi_queue_redo(queue, ctx);
	}

	return ndone;
}

/** The caller is going to sleep; a command that cannot start wakes it */
static void
libaio_flush(struct xnvme_queue *queue)
{
	struct libaio *priv = queue->priv;

	if (priv->nqueued && (flush_queued(priv) || priv->nqueued)) {
		xnvi_queue_wake(queue);
	}
}

static int
libaio_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	struct iocb *iocb = xnvi_queue_slot(queue, xnvi_ctx_idx(ctx));
	struct libaio *priv = queue->priv;
	const bool write = req->kind != XNVI_KIND_READ;

	if (XNVI_UNLIKELY(req->flags & XNVI_REQ_FUA) &&
	    xnvi_linux_is_served_by_process(queue->dev)) {
		return xnvi_queue_defer(queue, ctx, req);
	}
	memset(iocb, 0, sizeof(*iocb));
	iocb->data = ctx;
	iocb->aio_fildes = xnvi_fd_of(queue->dev)->fd;
	iocb->u.c.buf = req->data;
	iocb->u.c.offset = (long long)req->offset;
	if (XNVI_UNLIKELY(req->iovcnt)) {
		iocb->aio_lio_opcode = write ? IO_CMD_PWRITEV : IO_CMD_PREADV;
		iocb->u.c.nbytes = req->iovcnt;
	} else {
		iocb->aio_lio_opcode = write ? IO_CMD_PWRITE : IO_CMD_PREAD;
		iocb->u.c.nbytes = xnvi_req_len(req);
	}
	iocb->aio_rw_flags = write && (req->flags & XNVI_REQ_FUA) ? RWF_DSYNC : 0;
	priv->queued[priv->nqueued++] = iocb;
	xnvi_queue_accept(queue, ctx);
	if (XNVI_UNLIKELY(priv->armed)) {
		io_set_eventfd(iocb, xnvi_queue_event_fd(queue));
		if (!xnvi_queue_is_batch(queue)) {
			libaio_flush(queue);
		}
	}

	return 0;
}

/* The short way */

XNVI_INLINE int
plain_rw(struct xnvme_cmd_ctx *ctx, enum xnvi_kind kind, uint64_t flags, void *data,
	 uint64_t nbytes, uint64_t offset, struct xnvme_queue *queue)
{
	struct libaio *priv = xnvi_queue_priv(queue);
	struct iocb *iocb = (struct iocb *)(void *)queue->slots + xnvi_ctx_idx(ctx);

	iocb->data = ctx;
	iocb->aio_rw_flags = 0;
	iocb->aio_lio_opcode = kind == XNVI_KIND_READ ? IO_CMD_PREAD : IO_CMD_PWRITE;
	iocb->aio_reqprio = 0;
	iocb->aio_fildes = priv->fd;
	iocb->u.c.buf = data;
	iocb->u.c.nbytes = (unsigned long)nbytes;
	iocb->u.c.offset = (long long)offset;
	priv->queued[priv->nqueued++] = iocb;
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

static XNVI_COLD uint32_t
complete_other(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, long res)
{
	return xnvi_fd_complete(queue, ctx, res);
}

/** Read events by the system call, for rings of an unknown layout */
static XNVI_COLD uint32_t
reap_by_call(struct xnvme_queue *queue, struct libaio *priv, uint32_t max)
{
	struct timespec none = {0};
	struct io_event event;
	uint32_t ndone = 0;

	for (uint32_t n = 0; n < max && io_getevents(priv->ctx, 0, 1, &event, &none) == 1; ++n) {
		ndone += xnvi_fd_complete(queue, event.data, (long)event.res);
	}

	return ndone;
}

/**
 * Read events from the ring in memory; `one` completes a command that succeeded
 *
 * All are given back together, after the last callback. Commands that the kernel cannot begin until
 * then for lack of room stay prepared.
 */
XNVI_INLINE uint32_t
complete_events(struct xnvme_queue *queue, struct libaio *priv, uint32_t max,
		void (*one)(struct xnvme_queue *, struct xnvme_cmd_ctx *))
{
	struct aio_ring *ring = priv->ring;
	const uint32_t nr = ring->nr;
	const uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	uint32_t ndone = 0;

	if (head == tail) {
		return 0;
	}
	for (uint32_t n = 0; n < max && head != tail; ++n) {
		const struct io_event *event = &ring->events[head];
		struct xnvme_cmd_ctx *ctx = event->data;

		if (XNVI_LIKELY(event->res == xnvi_ctx_nbytes(ctx))) {
			ctx->cpl.result = event->res;
			one(queue, ctx);
			ndone++;
		} else {
			ndone += complete_other(queue, ctx, (long)event->res);
		}
		head = head + 1 < nr ? head + 1 : 0;
	}
	atomic_store_explicit(&ring->head, head, memory_order_release);

	return ndone;
}

XNVI_INLINE int
poke(struct xnvme_queue *queue, uint32_t max,
     void (*one)(struct xnvme_queue *, struct xnvme_cmd_ctx *))
{
	struct libaio *priv = xnvi_queue_priv(queue);
	const uint32_t nredone = priv->nqueued ? flush_or_redo(queue, priv, max) : 0;

	return (int)(nredone + (XNVI_LIKELY(priv->ring)
				    ? complete_events(queue, priv, max - nredone, one)
				    : reap_by_call(queue, priv, max - nredone)));
}

static int
libaio_poke(struct xnvme_queue *queue, uint32_t max)
{
	return poke(queue, max, xnvi_queue_complete_ok);
}

static int
libaio_reap(struct xnvme_queue *queue, uint32_t max)
{
	return poke(queue, max, xnvi_queue_reap_ok);
}

/** Whether the next pokes submit or complete the command */
static bool
is_in_rings(const struct libaio *priv, const struct xnvme_cmd_ctx *ctx)
{
	for (uint32_t i = 0; i < priv->nqueued; ++i) {
		if (priv->queued[i]->data == ctx) {
			return true;
		}
	}
	if (priv->ring && has_events(priv)) {
		const uint32_t tail = atomic_load_explicit(&priv->ring->tail, memory_order_acquire);
		uint32_t head = atomic_load_explicit(&priv->ring->head, memory_order_relaxed);

		for (; head != tail; head = head + 1 < priv->ring->nr ? head + 1 : 0) {
			if (priv->ring->events[head].data == ctx) {
				return true;
			}
		}
	}

	return false;
}

/** A command that the kernel has begun cannot be taken back */
static enum xnvi_expiry
libaio_expire(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	return is_in_rings(queue->priv, ctx) ? XNVI_EXPIRY_WAIT : XNVI_EXPIRY_LATE;
}

static int
libaio_arm(struct xnvme_queue *queue)
{
	struct libaio *priv = queue->priv;

	priv->armed = true;

	return 0;
}

static bool
libaio_ready(struct xnvme_queue *queue)
{
	const struct libaio *priv = queue->priv;

	/* Without the ring, looking would take the events: let the caller poke */
	return priv->nqueued || !priv->ring || has_events(priv);
}

const struct xnvi_async_ops xnvi_async_libaio = {
    .id = "libaio",
    .caps = XNVI_ASYNC_IOPOLL | XNVI_ASYNC_BY_LENGTH,
    .kinds = XNVI_KINDS_RW,
    .iovcnt_max = IOV_MAX,
    .queue_nbytes = sizeof(struct libaio),
    .slot_nbytes = sizeof(struct iocb),
    .init = libaio_init,
    .term = libaio_term,
    .submit = libaio_submit,
    .plain = &g_plain,
    .poke = libaio_poke,
    .reap = libaio_reap,
    .flush = libaio_flush,
    .ready = libaio_ready,
    .arm = libaio_arm,
    .expire = libaio_expire,
};
