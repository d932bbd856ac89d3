// SPDX-License-Identifier: BSD-3-Clause
/**
 * The ring that io_uring and io_uring_cmd share: set up, handed to the kernel, torn down
 */
#include <backends/linux/uring.h>

#include <backends/linux/kernel.h>
#include <backends/linux/nvme.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define LAYER	     "be:io_uring"
#define FIXED_FILE   0
#define SQ_IDLE_MSEC 1000U
#define NOBODY	     UINT64_MAX

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
	const char *hint = "use async thrpool, and see the kernel log";

	if (err == -EAGAIN) {
		/* No thread for XNVME_QUEUE_SQPOLL: that does not pass by trying again */
		return xnvi_err(-ENOMEM, LAYER, queue->dev->ident.uri,
				"raise the limit of processes (ulimit -u), or use async thrpool",
				"io_uring_setup: the kernel has no thread for the ring");
	}
	if (err == -EPERM || err == -EACCES || err == -ENOSYS) {
		hint = "allow io_uring (sysctl kernel.io_uring_disabled=0), or use async thrpool";
	} else if (err == -ENOMEM) {
		hint = "raise the limit of locked memory (ulimit -l)";
	} else if (err == -EMFILE) {
		hint = "raise the limit of open files (ulimit -n)";
	} else if (err == -ENFILE) {
		hint = "raise the system's limit of open files (sysctl fs.file-max)";
	} else if (err == -EINVAL && (flags & IORING_SETUP_SQE128)) {
		hint = "use Linux 5.19 or later, or async thrpool";
	}

	return xnvi_err(err, LAYER, queue->dev->ident.uri, hint, "io_uring_setup: %s",
			strerror(-err));
}

/** As xnvi_fd_keep(), for the descriptor that liburing made; nothing has used it yet */
static int
keep_ring(struct io_uring *ring)
{
	ring->ring_fd = xnvi_fd_keep(ring->ring_fd);
	if (ring->ring_fd < 0) {
		const int err = -errno;

		io_uring_queue_exit(ring);
		return err;
	}
	ring->enter_ring_fd = ring->ring_fd;

	return 0;
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

	err = err ? err : keep_ring(&priv->ring);

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
	priv->retry.limit_us = queue->dev->opts.command_timeout;
	err = setup_ring(queue, priv, flags);
	if (err) {
		return err;
	}
	if (flags & IORING_SETUP_IOPOLL) {
		/* Only reads and writes can be polled for, and nobody but the caller does */
		xnvi_queue_drop_kinds(queue, 1U << XNVI_KIND_FLUSH);
		xnvi_queue_set_polled(queue);
	}
	priv->plain_fd = priv->ring.enter_ring_fd;
	priv->plain_flags = priv->ring.int_flags;
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
	if (queue->dev->cls != XNVI_CLASS_NVME && xnvi_linux_is_served_by_process(queue->dev)) {
		xnvi_queue_drop_kinds(queue, 1U << XNVI_KIND_READ);
	}
	err = flags & IORING_SETUP_IOPOLL ? check_iopoll(queue) : 0;
	if (err) {
		io_uring_queue_exit(&priv->ring);
	}

	return err;
}

/** Of the calling thread; never used again, as addresses of its memory are */
static inline uint64_t
thread_id(void)
{
	static __attribute__((tls_model("initial-exec"))) _Thread_local uint64_t id;
	static _Atomic uint64_t last;

	if (XNVI_UNLIKELY(!id)) {
		id = atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
	}

	return id;
}

static void
enter_as(struct xnvi_uring *priv, bool owner)
{
	priv->ring.enter_ring_fd = owner ? priv->owner_fd : priv->plain_fd;
	priv->ring.int_flags = owner ? priv->owner_flags : priv->plain_flags;
}

static XNVI_COLD void
change_caller(struct xnvi_uring *priv)
{
	if (!priv->owner) {
		const bool done = io_uring_register_ring_fd(&priv->ring) == 1;

		/* Where it cannot be had, everything works all the same */
		priv->owner = done ? thread_id() : NOBODY;
		priv->owner_fd = priv->ring.enter_ring_fd;
		priv->owner_flags = priv->ring.int_flags;
	}
	enter_as(priv, priv->owner == thread_id());
	priv->caller = thread_id();
}

void
xnvi_uring_as_caller(struct xnvi_uring *priv)
{
	if (XNVI_UNLIKELY(priv->caller != thread_id())) {
		change_caller(priv);
	}
}

/**
 * Whether rings can be had; made sure of by making one, once per process
 *
 * A filter or a setting may forbid them, there may be no locked memory for them, no descriptor, or
 * no such call: whatever it is, what open chose for a caller that named nothing has to be true when
 * the queue is made.
 */
bool
xnvi_uring_usable(void)
{
	/* Generation of the process that knows, plus one: a child of fork(2) may have a filter */
	static _Atomic uint32_t known;
	struct io_uring_params params = {0};
	struct io_uring ring;

	if (atomic_load_explicit(&known, memory_order_relaxed) == xnvi_fork_generation + 1) {
		return true;
	}
	if (io_uring_queue_init_params(1, &ring, &params)) {
		return false;
	}
	io_uring_queue_exit(&ring);
	if (xnvi_fork_watch() == 0) {
		atomic_store_explicit(&known, xnvi_fork_generation + 1, memory_order_relaxed);
	}

	return true;
}

void
xnvi_uring_term(struct xnvme_queue *queue)
{
	struct xnvi_uring *priv = queue->priv;

	/* What a child of fork(2) has registered is its own, whatever its parent had */
	const bool forked = xnvi_queue_is_forked(queue);
	const bool owner = !forked && priv->owner == thread_id();

	enter_as(priv, owner);
	if (!forked && !owner && priv->owner) {
		/* The ring stays until the thread that registered it ends: let go of the device */
		(void)io_uring_unregister_files(&priv->ring);
	}
	io_uring_queue_exit(&priv->ring);
	free(priv->bufs);
}

/** Hand prepared commands to the kernel; 0 when it took some, or a negative errno */
static int
flush_queued(struct xnvi_uring *priv)
{
	int res;

	xnvi_uring_as_caller(priv);
	res = io_uring_submit(&priv->ring);
	if (res < 0) {
		return res;
	}
	priv->nqueued = priv->sqpoll ? 0 : io_uring_sq_ready(&priv->ring);
	if (XNVI_UNLIKELY(!res && priv->nqueued)) {
		return -EAGAIN;
	}
	if (XNVI_UNLIKELY(priv->retry.ntries)) {
		priv->retry = (struct xnvi_retry){.limit_us = priv->retry.limit_us};
	}

	return 0;
}

/**
 * Whether offering the prepared commands again is no use
 *
 * What the kernel does not take now stays for the next poke, until opts.command_timeout.
 */
static bool
is_refused(struct xnvi_uring *priv, int err)
{
	if (err != -EINTR && err != -EAGAIN && err != -EBUSY) {
		return true;
	}
	/* Completions that are read make room; a thread of the kernel may take entries any time */
	if (priv->sqpoll || io_uring_cq_ready(&priv->ring)) {
		return false;
	}
	errno = err == -EINTR ? EINTR : EAGAIN;

	return !xnvi_retry(&priv->retry);
}

void
xnvi_uring_kick(struct xnvme_queue *queue)
{
	struct xnvi_uring *priv = queue->priv;

	/* The caller is going to sleep on the descriptor; what cannot start now wakes it */
	if (flush_queued(priv) || priv->nqueued) {
		xnvi_queue_wake(queue);
	}
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
xnvi_uring_hand_over(struct xnvme_queue *queue, uint32_t max)
{
	struct xnvi_uring *priv = queue->priv;
	const int err = flush_queued(priv);

	return err && is_refused(priv, err) ? redo_queued(queue, priv, max) : 0;
}

unsigned
xnvi_uring_look(struct xnvi_uring *priv)
{
	const unsigned due = IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW;
	struct io_uring_cqe *cqe = NULL;

	if (!(priv->ring.flags & IORING_SETUP_IOPOLL) &&
	    !(IO_URING_READ_ONCE(*priv->ring.sq.kflags) & due)) {
		return 0;
	}
	xnvi_uring_as_caller(priv);
	if (io_uring_peek_cqe(&priv->ring, &cqe) || !cqe) {
		return 0;
	}

	return io_uring_cq_ready(&priv->ring);
}

int
xnvi_uring_arm(struct xnvme_queue *queue)
{
	struct xnvi_uring *priv = queue->priv;
	int err;

	if (queue->polled) {
		return 0;
	}
	xnvi_uring_as_caller(priv);
	err = io_uring_register_eventfd(&priv->ring, xnvi_queue_event_fd(queue));
	if (err) {
		return xnvi_err_sys(err, LAYER, queue->dev->ident.uri, "io_uring_register_eventfd");
	}
	priv->armed = true;

	return 0;
}

bool
xnvi_uring_is_ready(struct xnvme_queue *queue)
{
	struct xnvi_uring *priv = queue->priv;

	/* What the kernel did not take yet, a poke offers again */
	return io_uring_cq_ready(&priv->ring) || priv->nqueued;
}

/**
 * What the kernel has begun cannot be taken back. What it has not taken yet goes to the sync path
 * soon.
 */
enum xnvi_expiry
xnvi_uring_expire(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	const struct xnvi_uring *priv = queue->priv;

	(void)ctx;

	return priv->nqueued ? XNVI_EXPIRY_WAIT : XNVI_EXPIRY_LATE;
}
