// SPDX-License-Identifier: BSD-3-Clause
/**
 * Queues: everything that all async mechanisms share
 *
 * Invariants, at every return to the caller:
 *  (1) nfree + held + outstanding == capacity + 1
 *  (2) outstanding <= capacity
 *  (3) a context is in flight exactly while its command has been accepted and not called back
 */
#include <core/buf.h>
#include <core/decode.h>
#include <core/dev.h>
#include <core/give_up.h>
#include <core/queue.h>

#include <stdlib.h>

#define LAYER	     "queue"
#define USEC_TO_NSEC 1000ULL
#define DRAIN_SPINS  64U
#define DEFAULT_US   30000000ULL
#define RESET_US     10000000ULL /* What the reset of a controller may take */
#define GRACE_NS     500000000ULL

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

/** With the registry's lock held: the link to a queue, to NULL when it is not there */
static struct xnvme_queue **
registry_find(const struct xnvme_queue *queue)
{
	struct xnvme_queue **link = &g_queues;

	while (*link && *link != queue) {
		link = &(*link)->next;
	}

	return link;
}

/** Begin to terminate; a queue stays known until its end, so that its callbacks get a true answer
 */
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

static void
cb_none(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	(void)ctx;
	(void)cb_arg;
}

static void
link_ctx(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	ctx->dev = queue->dev;
	ctx->async.queue = queue;
	ctx->async.cb = cb_none;
	ctx->async.cb_arg = NULL;
	ctx->opts = XNVI_CTX_ASYNC;
}

/** One allocation for the queue and all that the I/O path touches, cache lines apart from others */
static struct xnvme_queue *
queue_alloc(struct xnvme_dev *dev, uint32_t capacity)
{
	const struct xnvi_async_ops *ops = dev->async;
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
	mem = aligned_alloc(XNVI_CACHELINE_NBYTES, total);
	if (!mem) {
		return NULL;
	}
	/* The rest is written by queue_setup(), entry by entry */
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
queue_setup(struct xnvme_queue *queue, struct xnvme_dev *dev, uint32_t capacity)
{
	queue->ops = dev->async;
	queue->dev = dev;
	queue->capacity = capacity;
	queue->carries = dev->async->kinds;
	queue->carries_plain = (queue->carries & XNVI_KINDS_RW) == XNVI_KINDS_RW;
	queue->lossy = dev->sync->raw && !(dev->async->caps & XNVI_ASYNC_RAW);
	queue->iovcnt_max = dev->async->iovcnt_max;
	queue->polled = dev->async->caps & XNVI_ASYNC_POLLED;
	queue->fork_gen = xnvi_fork_generation;

	/* Top of the stack is context 0, so that a shallow user touches few cache lines */
	for (uint32_t i = 0; i <= capacity; ++i) {
		queue->ctxs[i] = (struct xnvme_cmd_ctx){0};
		link_ctx(queue, &queue->ctxs[i]);
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

	if (!xnvi_dev_is_live(dev)) {
		return xnvi_err(-EINVAL, LAYER, "", "open the device first", "not an open device");
	}
	if (!capacity || capacity > XNVI_QUEUE_CAPACITY_MAX || !xnvme_is_pow2(capacity)) {
		return xnvi_err(-EINVAL, LAYER, dev->ident.uri, "use 1, 2, 4, ... 4096",
				"capacity %u is not a power of two in 1..%d", capacity,
				XNVI_QUEUE_CAPACITY_MAX);
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

int
xnvme_queue_init(struct xnvme_dev *dev, uint16_t capacity, int opts, struct xnvme_queue **queue)
{
	const uint64_t mark = xnvi_err_mark();
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
	q = queue_alloc(dev, capacity);
	if (!q) {
		xnvi_dev_unref(dev);
		return xnvi_err(-ENOMEM, LAYER, dev->ident.uri, "use a smaller capacity",
				"no memory for %u contexts", capacity);
	}
	queue_setup(q, dev, capacity);
	err = q->ops->init ? q->ops->init(q, opts) : 0;
	if (err) {
		free(q);
		err = xnvi_err_slot(mark, err, LAYER, dev->ident.uri, dev->async->id);
		xnvi_dev_unref(dev);
		return err;
	}
	registry_add(q);
	*queue = q;

	return 0;
}

static bool
is_forked(const struct xnvme_queue *queue)
{
	return queue->fork_gen != xnvi_fork_generation;
}

/** The slow half of the guard of poke, drain and term: says which rule was broken */
static XNVI_COLD int
refuse(const struct xnvme_queue *queue)
{
	if (is_forked(queue)) {
		return xnvi_err(-EOWNERDEAD, LAYER, queue->dev->ident.uri,
				"open the device again in the child",
				"the queue belongs to the parent of this process");
	}

	return xnvi_err(-EDEADLK, LAYER, queue->dev->ident.uri,
			"poke and drain outside of callbacks",
			"poke, drain or terminate from inside a callback");
}

static XNVI_COLD int
refuse_ctx(const struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx)
{
	const struct xnvi_rsvd *rsvd = xnvi_rsvd_of(ctx);
	const char *what = "is not of this queue";

	if (rsvd->idx <= queue->capacity && ctx == &queue->ctxs[rsvd->idx]) {
		what = rsvd->state == XNVI_CTX_IDLE ? "is idle: it was put back" : "is in flight";
	}

	return xnvi_err(-EINVAL, LAYER, queue->dev->ident.uri,
			"use each context from get to put, one command at a time", "the context %s",
			what);
}

/** As refuse(), of submission: allowed in a callback, but not in one that terminating calls */
static XNVI_COLD int
refuse_submit(const struct xnvme_cmd_ctx *ctx)
{
	static const struct xnvme_err busy = {
	    .err = -EBUSY,
	    .layer = LAYER,
	    .what = "as many commands are outstanding as the queue has room for",
	    .hint = "poke, then submit again",
	};
	struct xnvme_queue *queue = ctx->async.queue;

	if (!queue) {
		return xnvi_err(-EINVAL, LAYER, "", "get the context from a queue",
				"the context has no queue");
	}
	if (is_forked(queue)) {
		return refuse(queue);
	}
	if (queue->closing) {
		return xnvi_err(-ESHUTDOWN, LAYER, queue->dev->ident.uri, "set up another queue",
				"the queue is being terminated");
	}
	if (!xnvi_queue_holds(queue, ctx)) {
		return refuse_ctx(queue, ctx);
	}
	if (!ctx->async.cb) {
		return xnvi_err(-EINVAL, LAYER, queue->dev->ident.uri, "set a callback",
				"the context's callback is NULL");
	}
	assert(queue->outstanding == queue->capacity);
	queue->nbusy++;

	return xnvi_err_lazy(&busy);
}

/** What has to hold before the command is looked at; refuse_submit() tells what did not */
static inline bool
admits(const struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx)
{
	return queue && !queue->closing && !is_forked(queue) && xnvi_queue_holds(queue, ctx) &&
	       ctx->async.cb && queue->outstanding != queue->capacity;
}

/** Have a thread of the device's pool execute a command over the sync path */
static int
defer(struct xnvme_queue *queue, const struct xnvi_req *req)
{
	int err;

	if (!queue->deferred) {
		err = xnvi_poolq_init(queue, &queue->deferred);
		if (err) {
			return err;
		}
		if (queue->event_on) {
			xnvi_poolq_arm(queue->deferred);
		}
	}
	xnvi_poolq_submit(queue->deferred, req->idx, true);
	queue->ndeferred++;
	queue->ndeferred_total++;

	return 0;
}

int
xnvi_queue_defer(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	int err;

	if (!xnvi_dev_executes(queue->dev, req)) {
		return xnvi_refuse_kind(queue->dev, ctx);
	}
	err = defer(queue, req);

	return err ? err : xnvi_queue_accept(queue, ctx);
}

uint32_t
xnvi_queue_redo(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	const struct xnvi_req *req = &queue->reqs[xnvi_rsvd_of(ctx)->idx];
	struct xnvme_err before;

	if (queue->deferred) {
		return (uint32_t)defer(queue, req);
	}
	before = *xnvme_err_last();
	if (defer(queue, req) == 0) {
		return 0;
	}
	/* Without memory for a pool the caller of poke waits for the command, and is told of no
	 * failure */
	xnvi_err_restore(&before);
	xnvi_execute(queue->dev, ctx, req);
	xnvi_queue_complete(queue, ctx);

	return 1;
}

static bool
is_carried(const struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx,
	   const struct xnvi_req *req)
{
	if (!((queue->carries >> req->kind) & 1) || req->iovcnt > queue->iovcnt_max) {
		return false;
	}
	if (req->kind == XNVI_KIND_READ && (req->flags & XNVI_REQ_FUA) &&
	    !(queue->ops->caps & XNVI_ASYNC_RAW)) {
		return false;
	}

	/* read(2) and write(2) know bytes of data only: not those of an extended LBA either */
	return !queue->lossy || !(req->mbuf || queue->dev->geo.lba_extended ||
				  xnvi_cmd_has_extras(queue->dev, &ctx->cmd));
}

/** Commands that are not plain, or not for the mechanism */
static XNVI_COLD int
submit_other(struct xnvme_cmd_ctx *ctx, void *data, size_t iovcnt, size_t nbytes, void *mbuf,
	     size_t mbuf_nbytes)
{
	struct xnvme_queue *queue = ctx->async.queue;
	struct xnvi_req *req = &queue->reqs[xnvi_rsvd_of(ctx)->idx];
	int err;

	err = xnvi_decode(queue->dev, &ctx->cmd, data, iovcnt, nbytes, mbuf, mbuf_nbytes, req);
	if (err) {
		return err;
	}
	xnvi_cpl_clear(ctx);
	if (is_carried(queue, ctx, req)) {
		return queue->ops->submit(queue, ctx, req);
	}

	return xnvi_queue_defer(queue, ctx, req);
}

int
xnvi_queue_submit_one(struct xnvme_cmd_ctx *ctx, void *data, size_t nbytes)
{
	struct xnvme_queue *queue = ctx->async.queue;
	struct xnvi_req *req;

	if (XNVI_UNLIKELY(!admits(queue, ctx))) {
		return refuse_submit(ctx);
	}
	req = &queue->reqs[xnvi_rsvd_of(ctx)->idx];
	if (XNVI_LIKELY(queue->carries_plain &&
			!(queue->lossy && xnvi_cmd_has_extras(queue->dev, &ctx->cmd)) &&
			xnvi_decode_plain(queue->dev, &ctx->cmd, data, nbytes, req))) {
		xnvi_cpl_clear(ctx);
		return queue->ops->submit(queue, ctx, req);
	}

	return submit_other(ctx, data, 0, nbytes, NULL, 0);
}

int
xnvi_queue_submit(struct xnvme_cmd_ctx *ctx, void *data, size_t iovcnt, size_t nbytes, void *mbuf,
		  size_t mbuf_nbytes)
{
	if (!admits(ctx->async.queue, ctx)) {
		return refuse_submit(ctx);
	}

	return submit_other(ctx, data, iovcnt, nbytes, mbuf, mbuf_nbytes);
}

/** Another poke would complete something, or is what makes commands go on at all */
static bool
is_ready(struct xnvme_queue *queue)
{
	if (!queue->outstanding) {
		return false;
	}

	return queue->polled || (queue->ndeferred && xnvi_poolq_ready(queue->deferred)) ||
	       (queue->outstanding > queue->ndeferred && queue->ops->ready &&
		queue->ops->ready(queue));
}

/**
 * After a poke: the event is set when there is more to do, written again even if it was set
 *
 * A thread that completes a command first stores the completion where ready() sees it, then sets
 * the event. So this clears the event first and looks then: a completion stored before the look is
 * seen, and one stored after it sets the event again.
 */
static void
settle_event(struct xnvme_queue *queue)
{
	xnvi_event_clear(&queue->event);
	if (is_ready(queue)) {
		xnvi_event_set(&queue->event);
	}
}

/** Poke with the guards passed */
static int
poke(struct xnvme_queue *queue, uint32_t max)
{
	uint32_t ndone = 0;
	int res = 0;

	queue->poking = true;
	if (XNVI_UNLIKELY(queue->ndeferred)) {
		ndone = xnvi_poolq_poke(queue->deferred, max, false);
		queue->ndeferred -= ndone;
	}
	if (ndone < max && queue->outstanding > queue->ndeferred) {
		res = queue->ops->poke(queue, max - ndone);
	}
	queue->ncompleted += ndone + (uint32_t)(res > 0 ? res : 0);
	queue->poking = false;
	if (XNVI_UNLIKELY(queue->event_on)) {
		settle_event(queue);
	}

	if (XNVI_UNLIKELY(res < 0 && !ndone)) {
		return xnvi_err_sys(res, LAYER, queue->dev->ident.uri, "poking");
	}

	return (int)ndone + (res > 0 ? res : 0);
}

int
xnvme_queue_poke(struct xnvme_queue *queue, uint32_t max)
{
	uint32_t outstanding;

	if (XNVI_UNLIKELY(!queue)) {
		return XNVI_NULL("queue");
	}
	if (XNVI_UNLIKELY(queue->poking || is_forked(queue))) {
		return refuse(queue);
	}
	outstanding = queue->outstanding;
	if (!outstanding) {
		if (XNVI_UNLIKELY(queue->event_on)) {
			xnvi_event_clear(&queue->event);
		}
		return 0;
	}
	if (!max || max > outstanding) {
		max = outstanding;
	}

	return poke(queue, max);
}

/**
 * How long to wait for one more completion
 *
 * The kernel's NVMe driver has the same time for a command. It aborts what is late, and after the
 * same time again it resets the controller. Waiting for that gives true completions, and nothing
 * writes to the buffers after them. Elsewhere the wait is longer than a command may take, so that a
 * mechanism that gives a command up can say so.
 */
static uint64_t
timeout_ns(const struct xnvme_dev *dev)
{
	const uint64_t us = dev->opts.command_timeout ? dev->opts.command_timeout : DEFAULT_US;

	return dev->cls == XNVI_CLASS_NVME ? (2 * us + RESET_US) * USEC_TO_NSEC
					   : us * USEC_TO_NSEC + GRACE_NS;
}

/** Poke until nothing is outstanding; the deadline is per completion, not for all of them */
static int
drain(struct xnvme_queue *queue)
{
	uint64_t deadline_ns = 0;
	uint32_t nidle = 0;
	const uint64_t limit_ns = timeout_ns(queue->dev);
	int total = 0;

	while (queue->outstanding) {
		const int res = poke(queue, queue->outstanding);

		if (res < 0 && res != -EAGAIN && res != -EBUSY) {
			return res;
		}
		if (res > 0) {
			total += res;
			nidle = 0;
			deadline_ns = 0;
			continue;
		}
		if (++nidle < DRAIN_SPINS) {
			xnvi_cpu_relax();
			continue;
		}
		if (!deadline_ns) {
			deadline_ns = xnvi_time_ns() + limit_ns;
		} else if (xnvi_time_ns() > deadline_ns) {
			return xnvi_err(
			    -ETIMEDOUT, LAYER, queue->dev->ident.uri, "raise opts.command_timeout",
			    "%u commands did not complete within %llu us", queue->outstanding,
			    (unsigned long long)(limit_ns / USEC_TO_NSEC));
		}
		xnvi_thread_yield();
	}

	return total;
}

int
xnvme_queue_drain(struct xnvme_queue *queue)
{
	if (!queue) {
		return XNVI_NULL("queue");
	}
	if (queue->poking || is_forked(queue)) {
		return refuse(queue);
	}

	return drain(queue);
}

int
xnvme_queue_wait(struct xnvme_queue *queue)
{
	return xnvme_queue_drain(queue);
}

/** What has not begun when the time is over must not begin after its callback */
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
 * Commands that never came back: one callback each. Their memory is withheld, because the system
 * may still write to it
 */
static void
abandon(struct xnvme_queue *queue)
{
	queue->abandoned = true;
	queue->poking = true;
	xnvi_withhold(queue);
	for (uint32_t idx = 0; idx <= queue->capacity; ++idx) {
		struct xnvme_cmd_ctx *ctx = &queue->ctxs[idx];

		if (xnvi_rsvd_of(ctx)->state == XNVI_CTX_INFLIGHT) {
			xnvi_queue_give_up(queue, ctx, XNVI_GIVEN_UP_LATE);
		}
	}
}

/** After a drain that failed: its words stay, whatever fails in the callbacks */
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
		return err == -EDEADLK ? refuse(queue)
				       : xnvi_err(err, LAYER, "", "terminate each queue once",
						  "not a live queue");
	}
	dev = queue->dev;
	/* A child of fork(2) has the memory but not the threads: it only gives the memory back */
	if (!is_forked(queue)) {
		const int res = drain(queue);

		if (queue->outstanding) {
			err = res < 0 ? res : -EIO;
			end_without_them(queue);
		}
	}
	if (queue->ops->term) {
		queue->ops->term(queue);
	}
	if (queue->deferred) {
		xnvi_poolq_term(queue->deferred);
	}
	registry_remove(queue);
	if (queue->abandoned) {
		/* Somebody still works for this queue, with its contexts, its event and its
		 * device, whose descriptors could be other files by then. They stay, and stay
		 * known */
		registry_keep(queue);
		return err;
	}
	if (queue->event_on) {
		xnvi_event_term(&queue->event);
	}
	free(queue);
	xnvi_dev_unref(dev);

	return err;
}

struct xnvme_cmd_ctx *
xnvme_queue_get_cmd_ctx(struct xnvme_queue *queue)
{
	static const struct xnvme_err none_left = {
	    .err = -ENOMEM,
	    .layer = LAYER,
	    .what = "all contexts of the queue are taken",
	    .hint = "put contexts back, or poke until some are",
	};
	struct xnvme_cmd_ctx *ctx;
	uint16_t idx;

	if (XNVI_UNLIKELY(!queue)) {
		return xnvi_err_ptr(XNVI_NULL("queue"));
	}
	if (XNVI_UNLIKELY(!queue->nfree)) {
		return xnvi_err_ptr(xnvi_err_lazy(&none_left));
	}
	idx = queue->free[--queue->nfree];
	ctx = &queue->ctxs[idx];
	assert(xnvi_rsvd_of(ctx)->state == XNVI_CTX_IDLE);
	xnvi_rsvd_of(ctx)->state = XNVI_CTX_HELD;
	memset(&ctx->cmd, 0, sizeof(ctx->cmd));
	xnvi_cpl_clear(ctx);

	return ctx;
}

int
xnvme_queue_put_cmd_ctx(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	if (XNVI_UNLIKELY(!queue || !ctx)) {
		return XNVI_NULL("queue or ctx");
	}
	if (XNVI_UNLIKELY(!xnvi_queue_holds(queue, ctx))) {
		return refuse_ctx(queue, ctx);
	}
	if (XNVI_UNLIKELY(ctx->async.queue != queue)) {
		/* xnvme_cmd_ctx_clear() takes the links away */
		link_ctx(queue, ctx);
	}
	xnvi_rsvd_of(ctx)->state = XNVI_CTX_IDLE;
	queue->free[queue->nfree++] = xnvi_rsvd_of(ctx)->idx;

	return 0;
}

int
xnvme_queue_get_completion_fd(struct xnvme_queue *queue)
{
	const uint64_t mark = xnvi_err_mark();
	int err;

	if (!queue) {
		return XNVI_NULL("queue");
	}
	if (is_forked(queue)) {
		return refuse(queue);
	}
	if (queue->event_on) {
		return xnvi_event_fd(&queue->event);
	}
	if (queue->outstanding) {
		return xnvi_err(-EBUSY, LAYER, queue->dev->ident.uri,
				"ask for the descriptor before the first command",
				"%u commands are outstanding", queue->outstanding);
	}
	err = xnvi_event_init(&queue->event);
	if (err) {
		return xnvi_err_slot(mark, err, LAYER, queue->dev->ident.uri,
				     "making the completion descriptor");
	}
	if (queue->ops->arm) {
		err = queue->ops->arm(queue);
		if (err) {
			xnvi_event_term(&queue->event);
			return xnvi_err_slot(mark, err, LAYER, queue->dev->ident.uri,
					     "the completion descriptor");
		}
	}
	if (queue->deferred) {
		xnvi_poolq_arm(queue->deferred);
	}
	queue->event_on = true;

	return xnvi_event_fd(&queue->event);
}
