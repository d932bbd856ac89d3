// SPDX-License-Identifier: BSD-3-Clause
/**
 * The ring, for io_uring and io_uring_cmd: setting up, submitting, tearing down
 */
#include <backends/linux/uring.h>

#include <backends/linux/kernel.h>
#include <backends/linux/nvme.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LAYER	     "be:io_uring"
#define FIXED_FILE   0
#define SQ_IDLE_MSEC 1000U
#define NOBODY	     UINT64_MAX

/**
 * Sets of flags, newest first; each is tried until the kernel accepts one
 *
 * With the first flag, completions do not interrupt the caller but wait for its next system call.
 * The second flag lets a poke see that such a call is due.
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
		/* No thread for XNVME_QUEUE_SQPOLL, which trying again does not change */
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

/** As xnvi_fd_keep(), for the descriptor from liburing, which nothing has used yet */
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
	/* The thread of the kernel frees entries after it posts completions: twice as many
	 * have room for those that it has not freed and those that may follow */
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

/** Refuse polling now where the kernel would refuse it for each command, or ignore it */
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
				   : "the kernel does not poll for cached reads and writes");
}

/**
 * Whether entries can be submitted without liburing: nobody else submits, no call is needed to
 * complete, and each place of the ring is that of its entry
 */
static void
set_direct(struct xnvi_uring *priv)
{
	const struct io_uring_sq *sq = &priv->ring.sq;
	bool in_order = true;

	for (unsigned i = 0; i < sq->ring_entries; ++i) {
		in_order = in_order && sq->array[i] == i;
	}
	priv->is_direct =
	    in_order && !(priv->ring.flags & (IORING_SETUP_SQPOLL | IORING_SETUP_IOPOLL));
	priv->sqes = sq->sqes;
	priv->sq_mask = sq->ring_mask;
	priv->cqes = priv->ring.cq.cqes;
	priv->cq_mask = priv->ring.cq.ring_mask;
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
		/* Only reads and writes can be polled for, and only the caller polls */
		xnvi_queue_drop_kinds(queue, 1U << XNVI_KIND_FLUSH);
		xnvi_queue_set_polled(queue);
	}
	set_direct(priv);
	priv->plain_fd = priv->ring.enter_ring_fd;
	priv->plain_flags = priv->ring.int_flags;
	priv->fd = xnvi_fd_of(queue->dev)->fd;
	/* Both only save work per command, so failures do not matter */
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

/** Number of the calling thread; unlike an address of its memory, it is never used again */
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
	priv->enter_flags = owner ? IORING_ENTER_REGISTERED_RING : 0;
}

static XNVI_COLD void
change_caller(struct xnvi_uring *priv)
{
	if (!priv->owner) {
		const bool done = io_uring_register_ring_fd(&priv->ring) == 1;

		/* It only saves work, so a failure does not matter */
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
 * Whether rings work here; found out by making one, once per process
 *
 * A seccomp filter or a setting may forbid rings, and locked memory, a descriptor or the system
 * call may be missing. When open chooses this interface by itself, making a queue later has to
 * work.
 */
bool
xnvi_uring_usable(void)
{
	/* Fork generation of the process that asked, plus one: a child may have a filter */
	static _Atomic uint32_t known;
	struct io_uring_params params = {0};
	int fd;

	if (atomic_load_explicit(&known, memory_order_relaxed) == xnvi_fork_generation + 1) {
		return true;
	}
	/* Its memory need not be mapped for that */
	fd = (int)syscall(SYS_io_uring_setup, 1, &params);
	if (fd < 0) {
		return false;
	}
	close(fd);
	if (xnvi_fork_watch() == 0) {
		atomic_store_explicit(&known, xnvi_fork_generation + 1, memory_order_relaxed);
	}

	return true;
}

void
xnvi_uring_term(struct xnvme_queue *queue)
{
	struct xnvi_uring *priv = queue->priv;

	/* A child of fork(2) does not have the registrations of its parent */
	const bool forked = xnvi_queue_is_forked(queue);
	const bool owner = !forked && priv->owner == thread_id();

	enter_as(priv, owner);
	if (!forked && !owner && priv->owner) {
		/* The ring exists until the thread that registered it ends: release the device */
		(void)io_uring_unregister_files(&priv->ring);
	}
	io_uring_queue_exit(&priv->ring);
	free(priv->bufs);
}

static void
set_queued(struct xnvi_uring *priv, unsigned nqueued)
{
	priv->handed = priv->ring.sq.sqe_tail - nqueued;
}

bool
xnvi_uring_submit_all(struct xnvi_uring *priv)
{
	if (XNVI_UNLIKELY(!priv->is_direct || priv->caller != thread_id())) {
		return false;
	}
	/* As liburing does, so that it can go on from here if the kernel does not take all */
	io_uring_smp_store_release(priv->ring.sq.ktail, priv->ring.sq.sqe_tail);
	if (XNVI_UNLIKELY(xnvi_uring_enter(&priv->ring, xnvi_uring_nqueued(priv),
					   priv->enter_flags) != (long)xnvi_uring_nqueued(priv))) {
		return false;
	}
	priv->ring.sq.sqe_head = priv->ring.sq.sqe_tail;
	priv->handed = priv->ring.sq.sqe_tail;

	return true;
}

/** Submit prepared commands; 0 when the kernel took some, or a negative errno */
static int
flush_queued(struct xnvi_uring *priv)
{
	int res;

	xnvi_uring_as_caller(priv);
	res = io_uring_submit(&priv->ring);
	if (res < 0) {
		return res;
	}
	set_queued(priv, priv->sqpoll ? 0 : io_uring_sq_ready(&priv->ring));
	if (XNVI_UNLIKELY(!res && xnvi_uring_nqueued(priv))) {
		return -EAGAIN;
	}
	if (XNVI_UNLIKELY(priv->retry.ntries)) {
		priv->retry = (struct xnvi_retry){.limit_us = priv->retry.limit_us};
	}

	return 0;
}

/**
 * Whether to give up submitting the prepared commands
 *
 * Commands that the kernel does not take now are submitted by the next poke, for at most
 * opts.command_timeout.
 */
static bool
is_refused(struct xnvi_uring *priv, int err)
{
	if (err != -EINTR && err != -EAGAIN && err != -EBUSY) {
		return true;
	}
	/* Reading completions makes room; a thread of the kernel may take entries at any time */
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

	/* The caller is going to sleep; a command that cannot start wakes it */
	if (flush_queued(priv) || xnvi_uring_nqueued(priv)) {
		xnvi_queue_wake(queue);
	}
}

/**
 * Take prepared commands back from the ring, and have the sync path execute them
 *
 * Newest first and one by one, because a callback may submit.
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

		/* The kernel reads it only when called, and its thread is dead: there is no race */
		sq->sqe_head = sq->sqe_tail;
		io_uring_smp_store_release(sq->ktail, sq->sqe_tail);
		ndone += xnvi_queue_redo(queue, (void *)(uintptr_t)sqe->user_data);
		set_queued(priv, io_uring_sq_ready(&priv->ring));
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

	/* A poke submits again what the kernel has not taken yet */
	return io_uring_cq_ready(&priv->ring) || xnvi_uring_nqueued(priv);
}

/** Whether the next pokes submit or complete the command */
static bool
is_in_rings(struct xnvi_uring *priv, const struct xnvme_cmd_ctx *ctx)
{
	const unsigned sq_shift = priv->ring.flags & IORING_SETUP_SQE128 ? 1 : 0;
	const unsigned cq_shift = priv->ring.flags & IORING_SETUP_CQE32 ? 1 : 0;
	const struct io_uring_sq *sq = &priv->ring.sq;
	const struct io_uring_cq *cq = &priv->ring.cq;

	for (unsigned n = io_uring_sq_ready(&priv->ring); n; --n) {
		const unsigned place = (sq->sqe_tail - n) & sq->ring_mask;

		if (sq->sqes[place << sq_shift].user_data == (uintptr_t)ctx) {
			return true;
		}
	}
	(void)xnvi_uring_look(priv);
	for (unsigned n = io_uring_cq_ready(&priv->ring); n; --n) {
		const unsigned place = (*cq->khead + n - 1) & cq->ring_mask;

		if (cq->cqes[place << cq_shift].user_data == (uintptr_t)ctx) {
			return true;
		}
	}

	return false;
}

/** A command that the kernel has begun cannot be taken back */
enum xnvi_expiry
xnvi_uring_expire(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	return is_in_rings(queue->priv, ctx) ? XNVI_EXPIRY_WAIT : XNVI_EXPIRY_LATE;
}
