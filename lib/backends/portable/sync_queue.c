// SPDX-License-Identifier: BSD-3-Clause
/**
 * A thread submits, then pokes until its own command is complete. The lock is free between two
 * pokes, so the commands of several threads are in flight together, and each thread completes what
 * it finds.
 */
#include <backends/portable/sync_queue.h>

struct wait {
	struct xnvme_cmd_ctx *ctx; ///< Context of the caller
	bool done;
};

int
xnvi_sync_queue_init(struct xnvi_sync_queue *sync, struct xnvme_dev *dev,
		     const struct xnvi_async_ops *ops, uint32_t capacity)
{
	int err = xnvi_mutex_init(&sync->lock);

	if (err) {
		return err;
	}
	sync->queue = xnvi_queue_make(dev, ops, capacity, 0);
	if (!sync->queue) {
		err = -errno;
		xnvi_mutex_term(&sync->lock);
	}

	return err;
}

void
xnvi_sync_queue_term(struct xnvi_sync_queue *sync)
{
	xnvi_queue_unmake(sync->queue);
	xnvi_mutex_term(&sync->lock);
}

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct wait *wait = arg;

	xnvi_ctx_take_outcome(wait->ctx, &ctx->cpl, xnvi_rsvd_of(ctx));
	wait->done = true;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

/** Let other threads have the lock, which is held again on return */
static void
let_others_in(struct xnvi_sync_queue *sync)
{
	xnvi_mutex_unlock(&sync->lock);
	xnvi_thread_yield();
	xnvi_mutex_lock(&sync->lock);
}

static int
submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *own, const struct xnvi_req *req,
       struct wait *wait)
{
	int err;

	own->cmd = wait->ctx->cmd;
	xnvme_cmd_ctx_set_cb(own, on_done, wait);
	err = queue->ops->submit(queue, own, xnvi_queue_copy_req(queue, own, req));
	if (err) {
		xnvme_queue_put_cmd_ctx(queue, own);
	}

	return err;
}

/** Wait for room, with the lock held; the commands that are in flight end within their time */
static int
wait_for_room(struct xnvi_sync_queue *sync, struct xnvme_cmd_ctx *ctx)
{
	struct xnvme_queue *queue = sync->queue;

	while (!xnvi_queue_has_room(queue)) {
		xnvme_queue_poke(queue, 0);
		if (!queue->room) {
			return xnvi_cmd_explained(
			    ctx, xnvi_err(-ETIMEDOUT, "sync", queue->dev->ident.uri,
					  "reset the controller, or see the log of the system",
					  "the device has not answered any of %u commands",
					  queue->capacity));
		}
		let_others_in(sync);
	}

	return 0;
}

int
xnvi_sync_queue_io(struct xnvi_sync_queue *sync, struct xnvme_cmd_ctx *ctx,
		   const struct xnvi_req *req)
{
	struct xnvme_queue *queue = sync->queue;
	struct wait wait = {.ctx = ctx};
	int err;

	if (xnvi_queue_is_forked(queue)) {
		return -EOWNERDEAD;
	}
	xnvi_mutex_lock(&sync->lock);
	err = wait_for_room(sync, ctx);
	err = err ? err : submit(queue, xnvme_queue_get_cmd_ctx(queue), req, &wait);
	while (!err && !wait.done) {
		xnvme_queue_poke(queue, 0);
		if (!wait.done) {
			let_others_in(sync);
		}
	}
	xnvi_mutex_unlock(&sync->lock);

	return err;
}
