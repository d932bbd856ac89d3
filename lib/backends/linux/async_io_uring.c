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
 * Quirks:               submission waits for poke, unless the completion fd is in use; a short transfer is
 *                       done over again by the sync path, which knows what it means
 * Not supported:        write zeroes, deallocate and the like (core runs them over the sync path)
 */
#include <backends/portable/fd.h>

#include <liburing.h>
#include <sys/uio.h>

#define LAYER        "be:io_uring"
#define FIXED_FILE   0
#define SQ_IDLE_MSEC 1000U

struct uring {
	struct io_uring ring;
	int fd;           ///< Descriptor, or its index when registered
	uint8_t sqe_flags; ///< IOSQE_FIXED_FILE when it is
	bool iopoll;
	bool armed;
	uint32_t nqueued; ///< Prepared and not yet submitted
};

/** What the kernel may have, newest first; each set of flags is tried until one is accepted */
static const unsigned g_setup_flags[] = {
#ifdef IORING_SETUP_DEFER_TASKRUN
	IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN,
	IORING_SETUP_COOP_TASKRUN,
#endif
	0,
};

static int
explain_setup(const struct xnvme_queue *queue, int err)
{
	const char *hint = "";

	if (err == -EPERM || err == -ENOSYS) {
		hint = "allow io_uring (sysctl kernel.io_uring_disabled=0), or use async thrpool";
	} else if (err == -ENOMEM) {
		hint = "raise the limit of locked memory (ulimit -l)";
	}

	return xnvi_err(err, LAYER, queue->dev->ident.uri, hint, "io_uring_setup: %s", strerror(-err));
}

static int
setup_ring(struct xnvme_queue *queue, struct uring *priv, unsigned flags)
{
	int err = -EINVAL;

	for (size_t i = 0; i < sizeof(g_setup_flags) / sizeof(g_setup_flags[0]); ++i) {
		struct io_uring_params params = {
			.flags = flags | (flags & IORING_SETUP_SQPOLL ? 0 : g_setup_flags[i]),
			.sq_thread_idle = SQ_IDLE_MSEC,
		};

		err = io_uring_queue_init_params(queue->capacity, &priv->ring, &params);
		if (err != -EINVAL) {
			break;
		}
	}

	return err ? explain_setup(queue, err) : 0;
}

static int
uring_init(struct xnvme_queue *queue, int opts)
{
	struct uring *priv = queue->priv;
	unsigned flags = 0;
	int err;

	flags |= opts & XNVME_QUEUE_IOPOLL ? IORING_SETUP_IOPOLL : 0;
	flags |= opts & XNVME_QUEUE_SQPOLL ? IORING_SETUP_SQPOLL : 0;
	err = setup_ring(queue, priv, flags);
	if (err) {
		return err;
	}
	priv->iopoll = flags & IORING_SETUP_IOPOLL;
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

	return 0;
}

static void
uring_term(struct xnvme_queue *queue)
{
	struct uring *priv = queue->priv;

	io_uring_queue_exit(&priv->ring);
}

/** Hand prepared commands to the kernel; 0, or a negative errno when it took none of them */
static int
flush_queued(struct uring *priv)
{
	const int res = io_uring_submit(&priv->ring);

	if (res < 0) {
		/* They stay prepared: the next poke tries again */
		return res == -EINTR || res == -EAGAIN || res == -EBUSY ? 0 : res;
	}
	priv->nqueued -= (uint32_t)res;

	return 0;
}

static void
prepare(struct io_uring_sqe *sqe, const struct uring *priv, const struct xnvi_req *req)
{
	switch (req->kind) {
	case XNVI_KIND_FLUSH:
		io_uring_prep_fsync(sqe, priv->fd, IORING_FSYNC_DATASYNC);
		break;
	case XNVI_KIND_READ:
		if (req->iovcnt) {
			io_uring_prep_readv(sqe, priv->fd, req->data, req->iovcnt, req->offset);
		} else {
			io_uring_prep_read(sqe, priv->fd, req->data, (unsigned)req->nbytes,
					   req->offset);
		}
		break;
	default:
		if (req->iovcnt) {
			io_uring_prep_writev(sqe, priv->fd, req->data, req->iovcnt, req->offset);
		} else {
			io_uring_prep_write(sqe, priv->fd, req->data, (unsigned)req->nbytes,
					    req->offset);
		}
		sqe->rw_flags = req->flags & XNVI_REQ_FUA ? RWF_DSYNC : 0;
		break;
	}
	sqe->flags |= priv->sqe_flags;
}

static int
uring_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	struct uring *priv = queue->priv;
	struct io_uring_sqe *sqe = io_uring_get_sqe(&priv->ring);

	/* As many places as commands may be outstanding, and a command outlives its place */
	assert(sqe);
	prepare(sqe, priv, req);
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

/** What a completion says: the command is done, or the sync path has to look at it */
static void
complete(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, int res)
{
	const struct xnvi_req *req = &queue->reqs[xnvi_rsvd_of(ctx)->idx];

	if (XNVI_LIKELY(res >= 0 && ((uint64_t)res == req->nbytes || req->kind == XNVI_KIND_FLUSH))) {
		ctx->cpl.result = (uint64_t)res;
		xnvi_queue_complete(queue, ctx);
	} else if (res >= 0 || res == -EINTR || res == -EAGAIN) {
		xnvi_queue_redo(queue, ctx);
	} else {
		xnvi_cpl_host_err(ctx, res, 0);
		xnvi_queue_complete(queue, ctx);
	}
}
