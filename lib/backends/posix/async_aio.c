// SPDX-License-Identifier: BSD-3-Clause
/**
 * async: posix
 *
 * Talks to:             aio_read(3), aio_write(3), aio_fsync(3) of the C library
 * Serves:               files and block devices
 * Needs:                nothing; the C library runs helper threads of its own
 * Queue and limits:     1..4096
 * Completion delivery:  poke asks aio_error(3), oldest first
 * Threads:              those of the C library
 * Error mapping:        errno of aio_return(3) as it is
 * Quirks:               a short transfer is continued; with the completion fd in use, commands
 *                       run on the device's pool, since aio can wake a sleeper only by signals or
 *                       detached threads; likewise in a child of a process that used aio, since
 *                       the C library's threads are not in the child
 * Not supported:        vectors (core runs them over the sync path)
 */
#include <backends/posix/fd.h>
#include <backends/posix/fd_done.h>

#include <aio.h>
#include <fcntl.h>
#include <limits.h>

#define LAYER "be:posix"

/* Beside the negative errno values of settle(): the queue gave the command up before */
#define TAKEN_BACK INT_MIN

/*
 * musl begins every request at once, each in a thread of its own. Its aio_cancel(3) waits until
 * they end, so it does not help to end in time.
 */
#if defined(__linux__) && !defined(__GLIBC__)
#define CANCEL_WAITS true
#else
#define CANCEL_WAITS false
#endif

struct slot {
	struct aiocb cb;
	uint64_t done; ///< Bytes of earlier, short transfers
	uint16_t next; ///< Next younger command in flight
	bool syncing;  ///< The write is complete, and its FUA is under way
};

struct posix {
	uint32_t count;
	uint16_t oldest; ///< Oldest command; valid while count > 0
	uint16_t newest; ///< Youngest command; valid while count > 0
};

/** Fork generation of the process that first used aio, plus one; 0: no process has */
static _Atomic uint32_t g_user_gen;

/**
 * In a child of fork(2) the C library still believes that its helper threads exist, so requests
 * that it accepts there never complete
 */
static bool
is_lost(void)
{
	const uint32_t gen = atomic_load_explicit(&g_user_gen, memory_order_relaxed);

	return gen && gen != xnvi_fork_generation + 1;
}

static int
posix_init(struct xnvme_queue *queue, int opts)
{
	(void)opts;
	if (is_lost()) {
		xnvi_queue_drop_kinds(queue, XNVI_KINDS_ALL);
	}

	return 0;
}

static int
start(struct xnvme_queue *queue, const struct xnvi_req *req, struct slot *slot)
{
	struct aiocb *cb = &slot->cb;
	int res;

	memset(cb, 0, sizeof(*cb));
	cb->aio_fildes = xnvi_fd_of(queue->dev)->fd;
	cb->aio_sigevent.sigev_notify = SIGEV_NONE;
	if (req->kind == XNVI_KIND_FLUSH || slot->syncing) {
		res = aio_fsync(O_DSYNC, cb);
	} else {
		cb->aio_buf = (uint8_t *)req->data + slot->done;
		cb->aio_nbytes = xnvi_req_len(req) - (size_t)slot->done;
		cb->aio_offset = (off_t)(req->offset + slot->done);
		res = req->kind == XNVI_KIND_READ ? aio_read(cb) : aio_write(cb);
	}

	return res < 0 ? -errno : 0;
}

static int
posix_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	struct slot *slot = xnvi_queue_slot(queue, xnvi_ctx_idx(ctx));
	struct posix *priv = queue->priv;
	int err;

	slot->done = 0;
	slot->syncing = false;
	if (XNVI_UNLIKELY(!atomic_load_explicit(&g_user_gen, memory_order_relaxed))) {
		atomic_store_explicit(&g_user_gen, xnvi_fork_generation + 1, memory_order_relaxed);
	}
	err = start(queue, req, slot);
	if (err == -EAGAIN) {
		/* No thread, or the limits of the system are reached: poke executes it */
		return xnvi_queue_defer(queue, ctx, req);
	}
	if (err) {
		return xnvi_err_sys(err, LAYER, queue->dev->ident.uri, "starting a request");
	}
	if (priv->count) {
		((struct slot *)xnvi_queue_slot(queue, priv->newest))->next =
		    (uint16_t)xnvi_ctx_idx(ctx);
	} else {
		priv->oldest = (uint16_t)xnvi_ctx_idx(ctx);
	}
	priv->newest = (uint16_t)xnvi_ctx_idx(ctx);
	priv->count++;

	return xnvi_queue_accept(queue, ctx);
}

/** Evaluate a finished transfer: 0 when the command is complete, 1 when it continues */
static int
settle(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req,
       struct slot *slot)
{
	const int err = aio_error(&slot->cb);
	const ssize_t res = aio_return(&slot->cb);

	if (err == EINTR || err == EAGAIN) {
		return -EAGAIN;
	}
	if (err) {
		ctx->cpl.result = slot->done;
		return -err;
	}
	if (req->kind == XNVI_KIND_FLUSH) {
		return 0;
	}
	if (!slot->syncing) {
		slot->done += (uint64_t)res;
	}
	ctx->cpl.result = slot->done;
	if (slot->syncing) {
		return 0;
	}
	if (slot->done < req->nbytes && res > 0) {
		return start(queue, req, slot) ?: 1;
	}
	if (slot->done < req->nbytes && req->kind == XNVI_KIND_WRITE) {
		return -EIO;
	}
	if (slot->done < req->nbytes) {
		/* With a controller, the sync path asks it */
		return queue->dev->sync->raw ? -EAGAIN : xnvi_fd_ends_early(queue->dev, ctx, req);
	}
	if (req->kind == XNVI_KIND_WRITE && (req->flags & XNVI_REQ_FUA)) {
		slot->syncing = true;
		return start(queue, req, slot) ?: 1;
	}

	return 0;
}

static void
unlink_slot(struct xnvme_queue *queue, int32_t prev, uint16_t idx)
{
	const struct slot *slot = xnvi_queue_slot(queue, idx);
	struct posix *priv = queue->priv;

	if (prev < 0) {
		priv->oldest = slot->next;
	} else {
		((struct slot *)xnvi_queue_slot(queue, (uint32_t)prev))->next = slot->next;
		if (priv->newest == idx) {
			priv->newest = (uint16_t)prev;
		}
	}
	priv->count--;
}

/** @return Number of commands completed; 0 when the sync path executes the command again */
static uint32_t
posix_complete(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, int err)
{
	if (err == -EAGAIN || (err && xnvi_fd_asks_controller(queue->dev, err))) {
		return xnvi_queue_redo(queue, ctx);
	}
	if (err) {
		xnvi_cpl_host_err(ctx, xnvi_fd_verdict(queue->dev, err), ctx->cpl.result);
	}
	xnvi_queue_complete(queue, ctx);

	return 1;
}

static int
posix_poke(struct xnvme_queue *queue, uint32_t max)
{
	struct posix *priv = queue->priv;
	uint32_t left = priv->count;
	uint16_t idx = priv->oldest;
	int32_t prev = -1;
	uint32_t ndone = 0;

	/* Callbacks append commands; this round looks only at those that are there now */
	while (left-- && ndone < max) {
		struct xnvme_cmd_ctx *ctx = xnvi_queue_ctx(queue, idx);
		struct slot *slot = xnvi_queue_slot(queue, idx);
		const uint16_t next = slot->next;
		int res;

		if (aio_error(&slot->cb) == EINPROGRESS) {
			res = 1;
		} else if (xnvi_queue_takes_back(queue, ctx)) {
			(void)aio_return(&slot->cb);
			res = TAKEN_BACK;
		} else {
			res = settle(queue, ctx, xnvi_ctx_req(ctx), slot);
		}
		if (res > 0) {
			prev = idx;
			idx = next;
			continue;
		}
		unlink_slot(queue, prev, idx);
		ndone += res == TAKEN_BACK ? 0 : posix_complete(queue, ctx, res);
		idx = prev < 0
			  ? priv->oldest
			  : ((const struct slot *)xnvi_queue_slot(queue, (uint32_t)prev))->next;
	}

	return (int)ndone;
}

/** Cancel a request; false when a helper thread of the C library has begun it */
static bool
is_forgotten(struct aiocb *cb)
{
	if (CANCEL_WAITS || aio_cancel(cb->aio_fildes, cb) != AIO_CANCELED) {
		return false;
	}
	(void)aio_return(cb);

	return true;
}

static enum xnvi_expiry
posix_expire(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	struct slot *slot = xnvi_queue_slot(queue, xnvi_ctx_idx(ctx));
	struct posix *priv = queue->priv;
	uint16_t idx = priv->oldest;
	int32_t prev = -1;

	if (!is_forgotten(&slot->cb)) {
		return aio_error(&slot->cb) == EINPROGRESS ? XNVI_EXPIRY_LATE : XNVI_EXPIRY_WAIT;
	}
	while (idx != xnvi_ctx_idx(ctx)) {
		prev = idx;
		idx = ((const struct slot *)xnvi_queue_slot(queue, idx))->next;
	}
	unlink_slot(queue, prev, idx);

	return XNVI_EXPIRY_UNBEGUN;
}

static void
posix_cancel(struct xnvme_queue *queue)
{
	const struct posix *priv = queue->priv;
	uint32_t left = priv->count;
	uint16_t idx = priv->oldest;
	int32_t prev = -1;

	while (left--) {
		struct slot *slot = xnvi_queue_slot(queue, idx);
		const uint16_t next = slot->next;

		if (is_forgotten(&slot->cb)) {
			unlink_slot(queue, prev, idx);
			xnvi_queue_cancelled(queue, xnvi_queue_ctx(queue, idx));
		} else {
			prev = idx;
		}
		idx = next;
	}
}

/** The pool wakes sleepers, so this mechanism carries nothing any more */
static int
posix_arm(struct xnvme_queue *queue)
{
	xnvi_queue_drop_kinds(queue, XNVI_KINDS_ALL);

	return 0;
}

const struct xnvi_async_ops xnvi_async_posix = {
    .id = "posix",
    .kinds = XNVI_KINDS_RW | (1U << XNVI_KIND_FLUSH),
    .queue_nbytes = sizeof(struct posix),
    .slot_nbytes = sizeof(struct slot),
    .init = posix_init,
    .cancel = posix_cancel,
    .expire = posix_expire,
    .submit = posix_submit,
    .poke = posix_poke,
    .arm = posix_arm,
};

/**
 * POSIX aio needs a descriptor, and memory has none: this mechanism carries nothing, and core runs
 * and counts every command over the sync path
 */
const struct xnvi_async_ops xnvi_async_posix_nofd = {
    .id = "posix",
};
