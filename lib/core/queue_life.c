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

static struct xnvi_mutex g_queues_lock = XNVI_MUTEX_INITIALIZER;
static struct xnvme_queue *g_queues;
static struct xnvme_queue *g_abandoned;

static void
registry_add(struct xnvme_queue *queue)
{
	xnvi_mutex_lock(&g_queues_lock);
	queue->next = g_queues;
	g_queues = queue;
	xnvi_mutex_unlock(&g_queues_lock);
}

/** Find the link to a queue, to NULL when it is not there; the lock is held */
static struct xnvme_queue **
registry_find(const struct xnvme_queue *queue)
{
	struct xnvme_queue **link = &g_queues;

	while (*link && *link != queue) {
		link = &(*link)->next;
	}

	return link;
}

/** Begin to terminate; the queue stays in the registry, so that its callbacks get -EDEADLK */
static int
registry_close(struct xnvme_queue *queue)
{
	int err = -EINVAL;

	xnvi_mutex_lock(&g_queues_lock);
	if (*registry_find(queue)) {
		err = queue->poking ? -EDEADLK : queue->closing ? -EINVAL : 0;
		queue->closing |= !err;
	}
	xnvi_mutex_unlock(&g_queues_lock);

	return err;
}

static void
registry_remove(const struct xnvme_queue *queue)
{
	xnvi_mutex_lock(&g_queues_lock);
	*registry_find(queue) = queue->next;
	xnvi_mutex_unlock(&g_queues_lock);
}

static void
registry_keep(struct xnvme_queue *queue)
{
	xnvi_mutex_lock(&g_queues_lock);
	queue->next = g_abandoned;
	g_abandoned = queue;
	xnvi_mutex_unlock(&g_queues_lock);
}

/** Allocate the queue and all that the I/O path uses at once, in cache lines of their own */
static struct xnvme_queue *
queue_alloc(const struct xnvi_async_ops *ops, uint32_t capacity)
{
	const size_t nctx = (size_t)capacity + 1;
	size_t sizes[] = {
	    sizeof(struct xnvme_queue),	    nctx * sizeof(struct xnvme_cmd_ctx),
	    nctx * sizeof(struct xnvi_req), ops->queue_nbytes,
	    nctx * ops->slot_nbytes,	    nctx * sizeof(uint16_t),
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
	/* queue_setup() writes the rest, entry by entry */
	memset(mem, 0, sizes[0]);
	memset(mem + sizes[0] + sizes[1] + sizes[2], 0, sizes[3] + sizes[4]);

	queue = (struct xnvme_queue *)(void *)mem;
	queue->ctxs = (struct xnvme_cmd_ctx *)(void *)(mem += sizes[0]);
	queue->reqs = (struct xnvi_req *)(void *)(mem += sizes[1]);
	queue->priv = mem += sizes[2];
	queue->slots = mem += sizes[3];
	queue->free = (uint16_t *)(void *)(mem + sizes[4]);
	queue->slot_nbytes = ops->slot_nbytes;

	return queue;
}

static void
queue_setup(struct xnvme_queue *queue, struct xnvme_dev *dev, const struct xnvi_async_ops *ops,
	    uint32_t capacity)
{
	struct xnvme_cmd_ctx fresh = {0};

	queue->ops = ops;
	queue->dev = dev;
	queue->capacity = capacity;
	queue->carries = ops->kinds;
	queue->carries_plain = (queue->carries & XNVI_KINDS_RW) == XNVI_KINDS_RW;
	queue->lossy = dev->sync->raw && !(ops->caps & XNVI_ASYNC_RAW);
	queue->iovcnt_max = ops->iovcnt_max;
	queue->polled = ops->caps & XNVI_ASYNC_POLLED;
	queue->fork_gen = xnvi_fork_generation;
	xnvi_deadline_init(queue);

	xnvi_queue_link(queue, &fresh);
	/* Context 0 is on top of the stack, so that few commands use few cache lines */
	for (uint32_t i = 0; i <= capacity; ++i) {
		queue->ctxs[i] = fresh;
		xnvi_rsvd_of(&queue->ctxs[i])->idx = (uint16_t)i;
		queue->reqs[i] = (struct xnvi_req){.idx = (uint16_t)i};
		queue->free[i] = (uint16_t)(capacity - i);
	}
	queue->nfree = capacity + 1;
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
	assert(!queue->outstanding);

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
	err = xnvi_fork_watch();
	if (err) {
		return xnvi_err_sys(err, LAYER, dev->ident.uri, "pthread_atfork");
	}
	err = xnvi_dev_ref(dev);
	if (err) {
		return xnvi_err(err, LAYER, "", "open the device again",
				"the device was closed meanwhile");
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
		if (xnvi_rsvd_of(&queue->ctxs[idx])->state == XNVI_CTX_INFLIGHT) {
			xnvi_withhold(queue, idx);
		}
	}
	for (uint32_t idx = 0; idx <= queue->capacity; ++idx) {
		struct xnvme_cmd_ctx *ctx = &queue->ctxs[idx];

		if (xnvi_rsvd_of(ctx)->state == XNVI_CTX_INFLIGHT) {
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
	if (queue->outstanding) {
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
		n += xnvi_rsvd_of(&queue->ctxs[idx])->state == (uint8_t)state;
	}

	return n;
}

/** Check that the counters agree with the states of the contexts */
static void
check_states(const struct xnvme_queue *queue)
{
	assert(count_ctxs(queue, XNVI_CTX_IDLE) == queue->nfree);
	assert(count_ctxs(queue, XNVI_CTX_INFLIGHT) == queue->outstanding);
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
	if (queue->outstanding) {
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
