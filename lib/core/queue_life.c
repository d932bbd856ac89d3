// SPDX-License-Identifier: BSD-3-Clause
/**
 * Queues from init to term
 *
 * Live queues are in a registry, so that terminating a queue twice, or one that never was, is
 * refused.
 */
#include <core/buf.h>
#include <core/deadline.h>
#include <core/dev.h>
#include <core/geo.h>
#include <core/give_up.h>
#include <core/mechanism.h>
#include <core/queue.h>
#include <core/removal.h>

#include <stdlib.h>

#define LAYER "queue"

static struct xnvi_registry g_queues = XNVI_REGISTRY(struct xnvme_queue, live);
static struct xnvi_link *g_abandoned;

static void
registry_lock(void)
{
	xnvi_mutex_lock(&g_queues.lock);
}

static void
registry_unlock(void)
{
	xnvi_mutex_unlock(&g_queues.lock);
}

static void
set_forked(void *object)
{
	struct xnvme_queue *queue = object;

	queue->forked = true;
	xnvi_gate_close(queue, XNVI_GATE_FORKED);
}

/** In a child of fork(2): the queues belong to the parent, and take no commands here */
static void
registry_in_child(void)
{
	xnvi_registry_each(&g_queues, set_forked);
	registry_unlock();
}

/** A child of fork(2) finds the registry whole and unlocked, whatever other threads were doing */
static int
registry_watch_forks(void)
{
	static struct xnvi_fork_hook hook = {
	    .prepare = registry_lock,
	    .parent = registry_unlock,
	    .child = registry_in_child,
	};

	return xnvi_fork_hook(&hook);
}

static void
registry_add(struct xnvme_queue *queue)
{
	registry_lock();
	xnvi_registry_add(&g_queues, queue);
	registry_unlock();
}

/** Begin to terminate; the queue stays in the registry, so that its callbacks get -EDEADLK */
static int
registry_close(struct xnvme_queue *queue)
{
	int err = -EINVAL;

	registry_lock();
	if (xnvi_registry_has(&g_queues, queue)) {
		err = queue->poking ? -EDEADLK : queue->closing ? -EINVAL : 0;
		if (!err) {
			queue->closing = true;
			xnvi_gate_close(queue, XNVI_GATE_CLOSING);
		}
	}
	registry_unlock();

	return err;
}

static void
registry_remove(struct xnvme_queue *queue)
{
	registry_lock();
	xnvi_registry_remove(&g_queues, queue);
	registry_unlock();
}

static void
registry_keep(struct xnvme_queue *queue)
{
	registry_lock();
	queue->live.next = g_abandoned;
	g_abandoned = &queue->live;
	registry_unlock();
}

/** Allocate the queue and all that the I/O path uses at once, in cache lines of their own */
static struct xnvme_queue *
queue_alloc(const struct xnvi_async_ops *ops, uint32_t capacity)
{
	const size_t nctx = (size_t)capacity + 1;
	size_t sizes[] = {
	    sizeof(struct xnvme_queue),
	    ops->queue_nbytes,
	    nctx * sizeof(struct xnvi_place),
	    nctx * ops->slot_nbytes,
	};
	struct xnvme_queue *queue;
	uint8_t *mem;
	size_t total = 0;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
		sizes[i] = (sizes[i] + XNVI_CACHELINE_NBYTES - 1) & ~(XNVI_CACHELINE_NBYTES - 1UL);
		total += sizes[i];
	}
	mem = xnvi_heap_alloc(XNVI_CACHELINE_NBYTES, total);
	if (!mem) {
		return NULL;
	}
	/* queue_setup() writes the places, one by one */
	memset(mem, 0, sizes[0] + sizes[1]);
	memset(mem + sizes[0] + sizes[1] + sizes[2], 0, sizes[3]);

	queue = (struct xnvme_queue *)(void *)mem;
	queue->priv = mem += sizes[0];
	queue->places = (struct xnvi_place *)(void *)(mem += sizes[1]);
	queue->slots = mem + sizes[2];
	queue->slot_nbytes = ops->slot_nbytes;

	return queue;
}

static void
queue_setup(struct xnvme_queue *queue, struct xnvme_dev *dev, const struct xnvi_async_ops *ops,
	    uint32_t capacity)
{
	struct xnvi_place fresh = {0};

	assert(queue->priv == xnvi_queue_priv(queue));
	queue->ops = ops;
	queue->dev = dev;
	queue->capacity = capacity;
	queue->carries = ops->kinds;
	queue->lossy = dev->sync->raw && !(ops->caps & XNVI_ASYNC_RAW);
	queue->iovcnt_max = ops->iovcnt_max;
	queue->polled = ops->caps & XNVI_ASYNC_POLLED;
	queue->fork_gen = xnvi_fork_generation;
	queue->credit = (int32_t)capacity;
	xnvi_deadline_init(queue);
	xnvi_plain_set(queue);

	xnvi_queue_link(queue, &fresh.ctx);
	/* The first is on top of the list, so that few commands use few cache lines */
	for (uint32_t i = capacity + 1; i--;) {
		struct xnvi_place *place = &queue->places[i];

		*place = fresh;
		place->idx = (uint16_t)i;
		xnvi_rsvd_of(&place->ctx)->guard = (uintptr_t)queue->free;
		queue->free = &place->ctx;
	}
}

static int
check_init(const struct xnvme_dev *dev, uint16_t capacity, int opts)
{
	const int known = XNVME_QUEUE_IOPOLL | XNVME_QUEUE_SQPOLL;
	uint32_t capacity_max;
	char hint[64];

	if (!xnvi_dev_is_live(dev)) {
		return xnvi_err(-EINVAL, LAYER, "", "open the device first", "not an open device");
	}
	if (xnvi_dev_was_removed(dev)) {
		return xnvi_dev_refuse_removed(dev);
	}
	capacity_max = xnvi_queue_capacity_max(dev);
	if (!capacity || capacity > capacity_max || !xnvme_is_pow2(capacity)) {
		snprintf(hint, sizeof(hint), "use 1, 2, 4, ... %u", capacity_max);
		return xnvi_err(-EINVAL, LAYER, dev->ident.uri, hint,
				"capacity %u is not a power of two in 1..%u", capacity,
				capacity_max);
	}
	if (opts & ~known) {
		return xnvi_err(-EINVAL, LAYER, dev->ident.uri,
				"use XNVME_QUEUE_IOPOLL and XNVME_QUEUE_SQPOLL",
				"unknown queue options 0x%x", (unsigned)(opts & ~known));
	}
	if ((opts & XNVME_QUEUE_IOPOLL && !(dev->async->caps & XNVI_ASYNC_IOPOLL)) ||
	    (opts & XNVME_QUEUE_SQPOLL && !(dev->async->caps & XNVI_ASYNC_SQPOLL))) {
		return xnvi_err(-ENOTSUP, LAYER, dev->ident.uri,
				"ask for polling on io_uring, io_uring_cmd or libaio",
				"async '%s' has no such polling (options 0x%x)", dev->async->id,
				(unsigned)opts);
	}

	return xnvi_opts_check_queue(dev);
}

struct xnvme_queue *
xnvi_queue_make(struct xnvme_dev *dev, const struct xnvi_async_ops *ops, uint32_t capacity,
		int opts)
{
	const uint64_t mark = xnvi_err_mark();
	struct xnvme_queue *queue = queue_alloc(ops, capacity);
	int err;

	if (!queue) {
		return xnvi_err_ptr(xnvi_err(-ENOMEM, LAYER, dev->ident.uri,
					     "use a smaller capacity", "no memory for %u contexts",
					     capacity));
	}
	queue_setup(queue, dev, ops, capacity);
	err = ops->init ? ops->init(queue, opts) : 0;
	if (err) {
		xnvi_heap_free(queue);
		return xnvi_err_ptr(xnvi_err_slot(mark, err, LAYER, dev->ident.uri, ops->id));
	}

	return queue;
}

/** Let go of the mechanism and of the device's pool */
static void
detach(struct xnvme_queue *queue)
{
	if (queue->ops->term) {
		queue->ops->term(queue);
	}
	if (queue->deferred) {
		xnvi_poolq_term(queue->deferred);
	}
}

void
xnvi_queue_unmake(struct xnvme_queue *queue)
{
	assert(!xnvi_queue_outstanding(queue));

	/* The system may still complete late commands, so their contexts remain */
	queue->abandoned = queue->nlate > 0;
	detach(queue);
	if (queue->abandoned) {
		registry_keep(queue);
	} else {
		xnvi_heap_free(queue);
	}
}

int
xnvme_queue_init(struct xnvme_dev *dev, uint16_t capacity, int opts, struct xnvme_queue **queue)
{
	struct xnvme_queue *q;
	int err;

	if (!dev || !queue) {
		return XNVI_NULL("dev or queue");
	}
	if (xnvi_dev_is_live(dev)) {
		opts |= dev->opts.poll_io ? XNVME_QUEUE_IOPOLL : 0;
		opts |= dev->opts.poll_sq ? XNVME_QUEUE_SQPOLL : 0;
	}
	err = check_init(dev, capacity, opts);
	if (err) {
		return err;
	}
	*queue = NULL;
	err = registry_watch_forks();
	if (err) {
		return xnvi_err_sys(err, LAYER, dev->ident.uri, "pthread_atfork");
	}
	err = xnvi_dev_ref(dev);
	if (err) {
		return err;
	}
	q = xnvi_queue_make(dev, dev->async, capacity, opts);
	if (!q) {
		err = -errno;
		xnvi_dev_unref(dev);
		return err;
	}
	registry_add(q);
	*queue = q;

	return 0;
}

/** Cancel commands that have not begun, so that they do not begin after their callback */
static void
cancel(struct xnvme_queue *queue)
{
	queue->poking = true;
	if (queue->deferred) {
		queue->ndeferred -= xnvi_poolq_cancel(queue->deferred);
	}
	if (queue->ops->cancel) {
		queue->ops->cancel(queue);
	}
	queue->poking = false;
}

/**
 * Call back the commands that did not complete. Their memory is withheld, because the system may
 * still write to it
 */
static void
abandon(struct xnvme_queue *queue)
{
	queue->abandoned = true;
	queue->poking = true;
	for (uint32_t idx = 0; idx <= queue->capacity; ++idx) {
		if (xnvi_ctx_is_in_flight(xnvi_queue_ctx(queue, idx))) {
			xnvi_withhold(xnvi_queue_ctx(queue, idx));
		}
	}
	for (uint32_t idx = 0; idx <= queue->capacity; ++idx) {
		struct xnvme_cmd_ctx *ctx = xnvi_queue_ctx(queue, idx);

		if (xnvi_ctx_is_in_flight(ctx)) {
			xnvi_queue_give_up(queue, ctx, XNVI_GIVEN_UP_LATE);
		}
	}
}

/** End after a drain that failed; its words remain, whatever fails in the callbacks */
static void
end_without_them(struct xnvme_queue *queue)
{
	const struct xnvme_err words = *xnvme_err_last();

	cancel(queue);
	if (xnvi_queue_outstanding(queue)) {
		abandon(queue);
	}
	xnvi_err_restore(&words);
}

/** Number of contexts in a state; for assertions */
static inline uint32_t
count_ctxs(const struct xnvme_queue *queue, enum xnvi_ctx_state state)
{
	uint32_t n = 0;

	for (uint32_t idx = 0; idx <= queue->capacity; ++idx) {
		n += xnvi_queue_ctx_state(queue, xnvi_queue_ctx(queue, idx)) == state;
	}

	return n;
}

/** Check that the counters agree with the states of the contexts */
static void
check_states(const struct xnvme_queue *queue)
{
	assert(count_ctxs(queue, XNVI_CTX_INFLIGHT) == xnvi_queue_outstanding(queue));
	assert(count_ctxs(queue, XNVI_CTX_LATE) + count_ctxs(queue, XNVI_CTX_LATE_PUT) ==
	       queue->nlate);
	/* Without assertions neither is used */
	(void)queue;
	(void)count_ctxs;
}

/** One callback for each command; -ETIMEDOUT, explained, when that was not its completion */
static int
complete_all(struct xnvme_queue *queue)
{
	const uint64_t ngiven_up = queue->ngiven_up;
	int err = xnvi_queue_drain(queue);

	err = err < 0 ? err : 0;
	if (xnvi_queue_outstanding(queue)) {
		err = err ? err : -EIO;
		end_without_them(queue);
	} else if (!err && queue->ngiven_up != ngiven_up) {
		/* Poke was faster than the limit of drain */
		err =
		    xnvi_err(-ETIMEDOUT, LAYER, queue->dev->ident.uri, "raise opts.command_timeout",
			     "commands did not complete in time, and were given up");
	}
	if (queue->nlate) {
		xnvi_deadline_collect(queue);
	}
	queue->abandoned |= queue->nlate > 0;
	check_states(queue);

	return err;
}

int
xnvme_queue_term(struct xnvme_queue *queue)
{
	struct xnvme_dev *dev;
	int err;

	if (!queue) {
		return XNVI_NULL("queue");
	}
	err = registry_close(queue);
	if (err) {
		return err == -EDEADLK ? xnvi_queue_refuse(queue)
				       : xnvi_err(err, LAYER, "", "terminate each queue once",
						  "not a live queue");
	}
	dev = queue->dev;
	/* A child of fork(2) has the memory but not the threads, so it only frees the memory */
	if (!xnvi_queue_is_forked(queue)) {
		err = complete_all(queue);
	}
	if (queue->event_on) {
		xnvi_watch_end(queue);
	}
	detach(queue);
	registry_remove(queue);
	if (queue->abandoned) {
		/* The system or a thread still uses contexts, event and device of this queue, and
		 * their descriptors must not become other files. So they remain, and reachable */
		registry_keep(queue);
		return err;
	}
	if (queue->event_on) {
		xnvi_event_term(&queue->event);
	}
	xnvi_heap_free(queue);
	xnvi_dev_unref(dev);

	return err;
}
