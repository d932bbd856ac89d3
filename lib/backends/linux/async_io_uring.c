// SPDX-License-Identifier: BSD-3-Clause
/**
 * async: io_uring
 *
 * Talks to:             io_uring_setup(2) and io_uring_enter(2), through liburing
 * Serves:               files and block devices
 * Needs:                Linux 5.11; not forbidden by kernel.io_uring_disabled or a seccomp filter
 * Queue and limits:     1..4096; the submission ring has a place for every outstanding command
 * Completion delivery:  the completion ring; at most one system call per poke
 * Threads:              the kernel's, when an operation would block
 * Error mapping:        -errno of the completion as it is; EINTR and EAGAIN go to the sync path
 * Quirks:               submission waits for poke, unless the completion fd is in use; a short
 *                       transfer is done over again by the sync path, which knows what it means,
 *                       and so is what the kernel does not accept any more (a seccomp filter that
 *                       came later, a submission thread that died)
 *                       XNVME_QUEUE_IOPOLL is refused where completions cannot be polled for
 * Not supported:        write zeroes, deallocate and the like (core runs them over the sync path)
 */
#include <backends/linux/nvme.h>
#include <backends/linux/uring.h>

#include <fcntl.h>
#include <limits.h>
#include <sys/uio.h>

#define LAYER	     "be:io_uring"
#define FIXED_FILE   0
#define SQ_IDLE_MSEC 1000U

/**
 * What the kernel may have, newest first; each set of flags is tried until one is accepted
 *
 * Without interrupting the caller, completions wait for its next system call: the second flag lets
 * a poke see that one is due.
 */
static const unsigned g_setup_flags[] = {
    IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG,
    0,
};

static int
explain_setup(const struct xnvme_queue *queue, int err, unsigned flags)
{
	const char *hint = "";

	if (err == -EPERM || err == -ENOSYS) {
		hint = "allow io_uring (sysctl kernel.io_uring_disabled=0), or use async thrpool";
	} else if (err == -ENOMEM) {
		hint = "raise the limit of locked memory (ulimit -l)";
	} else if (err == -EINVAL && (flags & IORING_SETUP_SQE128)) {
		hint = "use Linux 5.19 or later, or async thrpool";
	}

	return xnvi_err(err, LAYER, queue->dev->ident.uri, hint, "io_uring_setup: %s",
			strerror(-err));
}

static int
setup_ring(struct xnvme_queue *queue, struct xnvi_uring *priv, unsigned flags)
{
	/* The thread of the kernel gives places back after it posts completions: twice as many are
	 * enough for all that it has not given back and all that may follow */
	const unsigned nentries = queue->capacity * (priv->sqpoll ? 2U : 1U);
	int err = -EINVAL;

	for (size_t i = 0; i < sizeof(g_setup_flags) / sizeof(g_setup_flags[0]); ++i) {
		struct io_uring_params params = {
		    .flags = flags | (flags & IORING_SETUP_SQPOLL ? 0 : g_setup_flags[i]),
		    .sq_thread_idle = SQ_IDLE_MSEC,
		};

		err = io_uring_queue_init_params(nentries, &priv->ring, &params);
		if (err != -EINVAL) {
			break;
		}
	}

	return err ? explain_setup(queue, err, flags) : 0;
}

/** Polling that is refused command by command, or done without, is no polling: say so now */
static int
check_iopoll(const struct xnvme_queue *queue)
{
	const struct xnvme_dev *dev = queue->dev;
	const int fd = xnvi_fd_of(dev)->fd;
	const bool past_cache = dev->cls == XNVI_CLASS_NVME || (fcntl(fd, F_GETFL) & O_DIRECT);

	if (past_cache && xnvi_linux_can_poll(fd)) {
		return 0;
	}

	return xnvi_err(-ENOTSUP, LAYER, dev->ident.uri,
			"clear poll_io, or set opts.direct and give the disk queues to poll "
			"(nvme.poll_queues=N)",
			past_cache ? "the disk has no queues to poll"
				   : "what is cached is not polled for");
}

int
xnvi_uring_init(struct xnvme_queue *queue, int opts, unsigned flags)
{
	struct xnvi_uring *priv = queue->priv;
	int err;

	flags |= opts & XNVME_QUEUE_IOPOLL ? IORING_SETUP_IOPOLL : 0;
	flags |= opts & XNVME_QUEUE_SQPOLL ? IORING_SETUP_SQPOLL : 0;
	priv->sqpoll = flags & IORING_SETUP_SQPOLL;
	err = setup_ring(queue, priv, flags);
	if (err) {
		return err;
	}
	if (flags & IORING_SETUP_IOPOLL) {
		/* Only reads and writes can be polled for, and nobody but the caller does */
		queue->carries &= ~(1U << XNVI_KIND_FLUSH);
		queue->polled = true;
	}
	priv->fd = xnvi_fd_of(queue->dev)->fd;
	/* Both save work per command; where they cannot be had, everything works all the same */
	if (io_uring_register_files(&priv->ring, &priv->fd, 1) == 0) {
		priv->fd = FIXED_FILE;
		priv->sqe_flags = IOSQE_FIXED_FILE;
	} else if (queue->dev->opts.register_files) {
		io_uring_queue_exit(&priv->ring);
		return xnvi_err(-ENOTSUP, LAYER, queue->dev->ident.uri, "clear opts.register_files",
				"the kernel does not register the descriptor");
	}
	err = flags & IORING_SETUP_IOPOLL ? check_iopoll(queue) : 0;
	if (err) {
		io_uring_queue_exit(&priv->ring);
	}

	return err;
}

static int
uring_init(struct xnvme_queue *queue, int opts)
{
	return xnvi_uring_init(queue, opts, 0);
}

/** A filter or a setting forbids it for good; what fails for now is the queue's to tell */
bool
xnvi_uring_usable(void)
{
	static atomic_bool known;
	struct io_uring ring;
	int err;

	if (atomic_load_explicit(&known, memory_order_relaxed)) {
		return true;
	}
	err = io_uring_queue_init(1, &ring, 0);
	if (err == -EPERM || err == -EACCES || err == -ENOSYS) {
		return false;
	}
	if (!err) {
		io_uring_queue_exit(&ring);
		atomic_store_explicit(&known, true, memory_order_relaxed);
	}

	return true;
}

void
xnvi_uring_term(struct xnvme_queue *queue)
{
	struct xnvi_uring *priv = queue->priv;

	io_uring_queue_exit(&priv->ring);
}

/**
 * Hand prepared commands to the kernel; what it does not take now stays for the next poke
 *
 * @return 0, or a negative errno when trying again is no use
 */
static int
flush_queued(struct xnvi_uring *priv)
{
	const int res = io_uring_submit(&priv->ring);

	if (res < 0) {
		return res == -EINTR || res == -EAGAIN || res == -EBUSY ? 0 : res;
	}
	priv->nqueued = priv->sqpoll ? 0 : io_uring_sq_ready(&priv->ring);

	return 0;
}

static void
prepare(struct io_uring_sqe *sqe, const struct xnvi_uring *priv, const struct xnvi_req *req)
{
	/* What is longer than a system call transfers comes back short */
	const unsigned nbytes = req->nbytes < UINT_MAX ? (unsigned)req->nbytes : UINT_MAX;

	switch (req->kind) {
	case XNVI_KIND_FLUSH:
		io_uring_prep_fsync(sqe, priv->fd, IORING_FSYNC_DATASYNC);
		break;
	case XNVI_KIND_READ:
		if (req->iovcnt) {
			io_uring_prep_readv(sqe, priv->fd, req->data, req->iovcnt, req->offset);
		} else {
			io_uring_prep_read(sqe, priv->fd, req->data, nbytes, req->offset);
		}
		break;
	default:
		if (req->iovcnt) {
			io_uring_prep_writev(sqe, priv->fd, req->data, req->iovcnt, req->offset);
		} else {
			io_uring_prep_write(sqe, priv->fd, req->data, nbytes, req->offset);
		}
		sqe->rw_flags = req->flags & XNVI_REQ_FUA ? RWF_DSYNC : 0;
		break;
	}
}

int
xnvi_uring_accept(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct io_uring_sqe *sqe)
{
	struct xnvi_uring *priv = queue->priv;

	sqe->flags |= priv->sqe_flags;
	io_uring_sqe_set_data(sqe, ctx);
	priv->nqueued++;
	xnvi_queue_accept(queue, ctx);
	if (XNVI_UNLIKELY(priv->armed)) {
		/* The caller is going to sleep on the descriptor; what cannot start now wakes it */
		if (flush_queued(priv) || priv->nqueued) {
			xnvi_event_set(&queue->event);
		}
	}

	return 0;
}

static int
uring_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	struct xnvi_uring *priv = queue->priv;
	struct io_uring_sqe *sqe = io_uring_get_sqe(&priv->ring);

	/* At least as many places as commands may be outstanding, see setup_ring() */
	assert(sqe);
	prepare(sqe, priv, req);

	return xnvi_uring_accept(queue, ctx, sqe);
}

/**
 * Take prepared commands back from the ring, and have the sync path do them
 *
 * Newest first, one by one, for a callback may submit.
 */
static uint32_t
redo_queued(struct xnvme_queue *queue, struct xnvi_uring *priv, uint32_t max)
{
	const unsigned shift = priv->ring.flags & IORING_SETUP_SQE128 ? 1 : 0;
	struct io_uring_sq *sq = &priv->ring.sq;
	uint32_t ndone = 0;

	for (unsigned n = io_uring_sq_ready(&priv->ring); n && ndone < max; --n) {
		const struct io_uring_sqe *sqe =
		    &sq->sqes[(--sq->sqe_tail & sq->ring_mask) << shift];

		/* The kernel looks when it is called, and its thread is dead: nobody reads this */
		sq->sqe_head = sq->sqe_tail;
		io_uring_smp_store_release(sq->ktail, sq->sqe_tail);
		ndone += xnvi_queue_redo(queue, (void *)(uintptr_t)sqe->user_data);
		priv->nqueued = io_uring_sq_ready(&priv->ring);
	}

	return ndone;
}

uint32_t
xnvi_uring_flush(struct xnvme_queue *queue, uint32_t max)
{
	struct xnvi_uring *priv = queue->priv;

	return priv->nqueued && flush_queued(priv) ? redo_queued(queue, priv, max) : 0;
}

static int
uring_poke(struct xnvme_queue *queue, uint32_t max)
{
	struct xnvi_uring *priv = queue->priv;
	uint32_t ndone = xnvi_uring_flush(queue, max);
	uint32_t nseen = ndone;

	/* One look at each entry; callbacks submit, they do not reap */
	while (nseen < max) {
		struct io_uring_cqe *cqe = NULL;
		struct xnvme_cmd_ctx *ctx;
		int res;

		if (io_uring_peek_cqe(&priv->ring, &cqe) || !cqe) {
			break;
		}
		ctx = io_uring_cqe_get_data(cqe);
		res = cqe->res;
		io_uring_cqe_seen(&priv->ring, cqe);
		nseen++;
		ndone += xnvi_fd_complete(queue, ctx, res);
	}

	return (int)ndone;
}

int
xnvi_uring_arm(struct xnvme_queue *queue)
{
	struct xnvi_uring *priv = queue->priv;
	int err;

	if (queue->polled) {
		return 0;
	}
	err = io_uring_register_eventfd(&priv->ring, xnvi_event_fd(&queue->event));
	if (err) {
		return xnvi_err(err, LAYER, queue->dev->ident.uri, "",
				"io_uring_register_eventfd: %s", strerror(-err));
	}
	priv->armed = true;

	return 0;
}

/** The kernel sets the event after it posts a completion, so: first clear, then look */
void
xnvi_uring_settle(struct xnvme_queue *queue)
{
	struct xnvi_uring *priv = queue->priv;

	if (!queue->deferred) {
		xnvi_event_clear(&queue->event);
	}
	if (io_uring_cq_ready(&priv->ring) || priv->nqueued) {
		xnvi_event_set(&queue->event);
	}
}

const struct xnvi_async_ops xnvi_async_io_uring = {
    .id = "io_uring",
    .caps = XNVI_ASYNC_IOPOLL | XNVI_ASYNC_SQPOLL | XNVI_ASYNC_FILES,
    .kinds = XNVI_KINDS_RW | (1U << XNVI_KIND_FLUSH),
    .iovcnt_max = IOV_MAX,
    .queue_nbytes = sizeof(struct xnvi_uring),
    .usable = xnvi_uring_usable,
    .init = uring_init,
    .term = xnvi_uring_term,
    .submit = uring_submit,
    .poke = uring_poke,
    .settle = xnvi_uring_settle,
    .arm = xnvi_uring_arm,
};
