// SPDX-License-Identifier: BSD-3-Clause
/**
 * Queues: everything that all async mechanisms share
 *
 * Invariants, at every return to the caller:
 *  (1) idle + held + outstanding + late == capacity + 1
 *  (2) outstanding <= room == capacity - late
 *  (3) a context is in flight exactly while its command has been accepted and not called back
 */
#include <core/buf.h>
#include <core/deadline.h>
#include <core/decode.h>
#include <core/dev.h>
#include <core/give_up.h>
#include <core/plain.h>
#include <core/queue.h>

#include <stdlib.h>

#define LAYER	      "queue"
#define NSEC_PER_USEC 1000ULL
#define DRAIN_SPINS   64U

void
xnvi_queue_no_cb(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	(void)ctx;
	(void)cb_arg;
}

XNVI_COLD int
xnvi_queue_refuse(const struct xnvme_queue *queue)
{
	if (xnvi_queue_is_forked(queue)) {
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
	static const char *const whats[] = {
	    [XNVI_CTX_IDLE] = "is idle: it was put back",
	    [XNVI_CTX_HELD] = "is held",
	    [XNVI_CTX_INFLIGHT] = "is in flight",
	    [XNVI_CTX_LATE] = "was given up, and the system still has its command",
	    [XNVI_CTX_LATE_PUT] = "was given up and put back",
	};
	const char *what = xnvi_queue_has(queue, ctx) ? whats[xnvi_queue_ctx_state(queue, ctx)]
						      : "is not of this queue";

	return xnvi_err(-EINVAL, LAYER, queue->dev->ident.uri,
			"use each context from get to put, one command at a time", "the context %s",
			what);
}

/** As xnvi_queue_refuse(), for a submission */
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
	if (xnvi_queue_is_forked(queue)) {
		return xnvi_queue_refuse(queue);
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
	assert(!xnvi_queue_nfree(queue));
	queue->nbusy++;

	return xnvi_err_lazy(&busy);
}

/** Conditions of a submission, checked before the command; refuse_submit() explains which fails */
static inline bool
admits(const struct xnvme_queue *queue, const struct xnvme_cmd_ctx *ctx)
{
	return queue && !queue->closing && !xnvi_queue_is_forked(queue) &&
	       xnvi_queue_holds(queue, ctx) && ctx->async.cb && xnvi_queue_nfree(queue);
}

/** Have a thread of the pool execute a command over the sync path */
static int
defer(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	const uint32_t idx = xnvi_ctx_idx(ctx);
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
	(void)xnvi_ctx_req(ctx);
	queue->places[idx].req.flags |= XNVI_REQ_DEFERRED;
	xnvi_poolq_submit(queue->deferred, idx, true);
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
	err = defer(queue, ctx);

	return err ? err : xnvi_queue_accept(queue, ctx);
}

uint32_t
xnvi_queue_redo(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	struct xnvme_err before;

	if (queue->deferred) {
		return (uint32_t)defer(queue, ctx);
	}
	before = *xnvme_err_last();
	if (defer(queue, ctx) == 0) {
		return 0;
	}
	/* Without memory for a pool, poke executes the command, and reports no failure */
	xnvi_err_restore(&before);
	xnvi_execute(queue->dev, ctx, xnvi_ctx_req(ctx));
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

	/* read(2) and write(2) carry data without metadata, so no extended LBAs either */
	return !queue->lossy || !(req->mbuf || queue->dev->geo.lba_extended ||
				  xnvi_cmd_has_extras(queue->dev, &ctx->cmd));
}

/** Decode a command, and have the mechanism or the sync path execute it */
static int
submit(struct xnvme_cmd_ctx *ctx, void *data, size_t iovcnt, size_t nbytes, void *mbuf,
       size_t mbuf_nbytes)
{
	struct xnvme_queue *queue = ctx->async.queue;
	struct xnvi_req *req = &xnvi_place_of(ctx)->req;
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
xnvi_queue_submit(struct xnvme_cmd_ctx *ctx, void *data, size_t iovcnt, size_t nbytes, void *mbuf,
		  size_t mbuf_nbytes)
{
	if (!admits(ctx->async.queue, ctx)) {
		return refuse_submit(ctx);
	}

	return submit(ctx, data, iovcnt, nbytes, mbuf, mbuf_nbytes);
}

/** Whether another poke would complete something, or is needed for any progress */
static bool
is_ready(struct xnvme_queue *queue)
{
	if (!xnvi_queue_outstanding(queue)) {
		return false;
	}

	return queue->polled || queue->more_late ||
	       (queue->ndeferred && xnvi_poolq_ready(queue->deferred)) ||
	       (xnvi_queue_outstanding(queue) > queue->ndeferred && queue->ops->ready &&
		queue->ops->ready(queue));
}

/**
 * After a poke: set the event if there is more to do, even if it was set before
 *
 * A thread that completes a command first stores the completion where ready() sees it, then sets
 * the event. So clear the event first, then look: a completion that was stored before the look is
 * seen, and one that is stored later sets the event again.
 */
static void
settle_event(struct xnvme_queue *queue)
{
	xnvi_watch_poked(queue);
	xnvi_event_clear(&queue->event);
	if (is_ready(queue)) {
		xnvi_event_set(&queue->event);
	}
}

/** The invariants at the head of this file, as far as they need no loop */
static void
check_invariants(const struct xnvme_queue *queue)
{
	assert(queue->room + queue->nlate == queue->capacity);
	assert(xnvi_queue_nfree(queue) <= queue->room);
	assert(queue->ndeferred <= xnvi_queue_outstanding(queue));
	assert((queue->credit < 0) == (queue->gates != 0));
	(void)queue;
}

/** The number of callbacks that a poke may call: 0, or more than are outstanding, stands for all */
static inline uint32_t
clamp(uint32_t max, uint32_t outstanding)
{
	/* 0 wraps */
	return max - 1 < outstanding ? max : outstanding;
}

/** The function of the mechanism that completes commands, by callbacks or without */
static inline int (*mechanism_of(const struct xnvme_queue *queue))(struct xnvme_queue *, uint32_t)
{
	return queue->reaped && queue->ops->reap ? queue->ops->reap : queue->ops->poke;
}

/** Poke, after the guards */
static int
poke(struct xnvme_queue *queue, uint32_t max)
{
	uint32_t ndone = 0;
	int res = 0;

	queue->poking = true;
	if (XNVI_UNLIKELY(!++queue->npokes)) {
		ndone = xnvi_deadline_look(queue, max);
	}
	if (XNVI_UNLIKELY(queue->ndeferred)) {
		const uint32_t n = xnvi_poolq_poke(queue->deferred, max - ndone, false);

		queue->ndeferred -= n;
		ndone += n;
	}
	if (ndone < max && xnvi_queue_outstanding(queue) > queue->ndeferred) {
		res = mechanism_of(queue)(queue, max - ndone);
	}
	ndone += (uint32_t)(res > 0 ? res : 0);
	if (XNVI_UNLIKELY(!ndone)) {
		ndone = xnvi_deadline_look(queue, max);
	}
	queue->ncompleted += ndone;
	queue->poking = false;
	check_invariants(queue);
	if (XNVI_UNLIKELY(queue->event_on)) {
		settle_event(queue);
	}

	if (XNVI_UNLIKELY(res < 0 && !ndone)) {
		return xnvi_err_sys(res, LAYER, queue->dev->ident.uri, "poking");
	}

	return (int)ndone;
}

/** Poke while nothing is outstanding: commands that were given up may come back */
static int
poke_idle(struct xnvme_queue *queue)
{
	/* In this order: a late command that comes back after the look sets the event again */
	if (queue->event_on) {
		xnvi_event_clear(&queue->event);
	}
	if (queue->nlate) {
		xnvi_deadline_collect(queue);
	}

	return 0;
}

int
xnvi_queue_poke(struct xnvme_queue *queue, uint32_t max)
{
	const uint32_t outstanding = xnvi_queue_outstanding(queue);

	return outstanding ? poke(queue, clamp(max, outstanding)) : poke_idle(queue);
}

/** Poke of a queue with something special, see has_special() */
static XNVI_COLD int
poke_special(struct xnvme_queue *queue, uint32_t max)
{
	if (queue->poking || xnvi_queue_is_forked(queue)) {
		return xnvi_queue_refuse(queue);
	}

	return xnvi_queue_poke(queue, max);
}

/** Whether any of `poking`, `event_on`, `forked`, `has_late` and `ndeferred` is not 0 */
static inline bool
has_special(const struct xnvme_queue *queue)
{
	uint64_t all;

	static_assert(offsetof(struct xnvme_queue, room) - offsetof(struct xnvme_queue, poking) ==
			  sizeof(all),
		      "they are one word");
	memcpy(&all, &queue->poking, sizeof(all));

	return all != 0;
}

/** The mechanism completed nothing, or failed: look for late commands */
static XNVI_COLD int
poke_nothing(struct xnvme_queue *queue, int res)
{
	const uint32_t ndone = xnvi_deadline_look(queue, queue->poke_max);

	queue->ncompleted += ndone;
	queue->poking = false;
	check_invariants(queue);
	if (res < 0 && !ndone) {
		return xnvi_err_sys(res, LAYER, queue->dev->ident.uri, "poking");
	}

	return (int)ndone;
}

/** As poke(), of a queue with nothing special */
static XNVI_NOINLINE int
poke_plain(struct xnvme_queue *queue, uint32_t max, uint32_t outstanding)
{
	int res;

	max = clamp(max, outstanding);
	if (XNVI_UNLIKELY(queue->npokes == UINT8_MAX)) {
		return poke(queue, max);
	}
	queue->npokes++;
	queue->poking = true;
	queue->poke_max = max;
	res = queue->ops->poke(queue, max);
	if (XNVI_UNLIKELY(res <= 0)) {
		return poke_nothing(queue, res);
	}
	queue->ncompleted += (uint32_t)res;
	queue->poking = false;
	check_invariants(queue);

	return res;
}

int
xnvme_queue_poke(struct xnvme_queue *queue, uint32_t max)
{
	uint32_t outstanding;

	if (XNVI_UNLIKELY(!queue)) {
		return XNVI_NULL("queue");
	}
	if (XNVI_UNLIKELY(has_special(queue))) {
		return poke_special(queue, max);
	}
	outstanding = xnvi_queue_outstanding(queue);

	return outstanding ? poke_plain(queue, max, outstanding) : 0;
}

int
xnvi_queue_drain(struct xnvme_queue *queue)
{
	uint64_t deadline_ns = 0;
	uint32_t nidle = 0;
	const uint64_t limit_ns = xnvi_deadline_ns(queue->dev);
	int total = 0;

	while (xnvi_queue_outstanding(queue)) {
		const int res = poke(queue, xnvi_queue_outstanding(queue));

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
			return xnvi_err(-ETIMEDOUT, LAYER, queue->dev->ident.uri,
					"raise opts.command_timeout",
					"%u commands did not complete within %llu us",
					xnvi_queue_outstanding(queue),
					(unsigned long long)(limit_ns / NSEC_PER_USEC));
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
	if (queue->poking || xnvi_queue_is_forked(queue)) {
		return xnvi_queue_refuse(queue);
	}

	return xnvi_queue_drain(queue);
}

int
xnvme_queue_wait(struct xnvme_queue *queue)
{
	return xnvme_queue_drain(queue);
}

static XNVI_COLD struct xnvme_cmd_ctx *
refuse_get(const struct xnvme_queue *queue)
{
	static const struct xnvme_err none_left = {
	    .err = -ENOMEM,
	    .layer = LAYER,
	    .what = "all contexts of the queue are taken",
	    .hint = "put contexts back, or poke until some are",
	};

	return xnvi_err_ptr(queue ? xnvi_err_lazy(&none_left)
				  : xnvi_err_null("xnvme_queue_get_cmd_ctx", "queue"));
}

struct xnvme_cmd_ctx *
xnvme_queue_get_cmd_ctx(struct xnvme_queue *queue)
{
	struct xnvme_cmd_ctx *ctx;
	struct xnvi_rsvd *rsvd;

	if (XNVI_UNLIKELY(!queue)) {
		return refuse_get(queue);
	}
	ctx = queue->free;
	if (XNVI_UNLIKELY(!ctx)) {
		return refuse_get(queue);
	}
	rsvd = xnvi_rsvd_of(ctx);
	queue->free = (struct xnvme_cmd_ctx *)(uintptr_t)rsvd->guard;
	rsvd->guard = xnvi_guard_held(queue, ctx);
	memset(&ctx->cmd, 0, sizeof(ctx->cmd) + sizeof(ctx->cpl));

	return ctx;
}

static inline int
put(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	xnvi_rsvd_of(ctx)->guard = (uintptr_t)queue->free;
	queue->free = ctx;

	return 0;
}

/** Put a context that is dirty or was given up; refuse one that the caller does not hold */
static XNVI_COLD int
put_other(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	if (!queue || !ctx) {
		return XNVI_NULL("queue or ctx");
	}
	if (xnvi_queue_holds(queue, ctx)) {
		/* Its command failed, or xnvme_cmd_ctx_clear() removed the links */
		memset(ctx->be_rsvd, 0, offsetof(struct xnvi_rsvd, guard));
		if (ctx->async.queue != queue) {
			xnvi_queue_link(queue, ctx);
		}
		return put(queue, ctx);
	}
	if (!xnvi_queue_has(queue, ctx) || xnvi_queue_ctx_state(queue, ctx) != XNVI_CTX_LATE) {
		return refuse_ctx(queue, ctx);
	}
	/* It can be used again when the system returns it */
	xnvi_queue_link(queue, ctx);
	xnvi_rsvd_of(ctx)->guard = XNVI_GUARD_LATE_PUT;

	return 0;
}

int
xnvme_queue_put_cmd_ctx(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	if (XNVI_UNLIKELY(!ctx || !xnvi_plain_is_held(queue, ctx))) {
		return put_other(queue, ctx);
	}

	return put(queue, ctx);
}

int
xnvme_queue_get_completion_fd(struct xnvme_queue *queue)
{
	const uint64_t mark = xnvi_err_mark();
	int err;

	if (!queue) {
		return XNVI_NULL("queue");
	}
	if (xnvi_queue_is_forked(queue)) {
		return xnvi_queue_refuse(queue);
	}
	if (queue->event_on) {
		return xnvi_event_fd(&queue->event);
	}
	if (xnvi_queue_outstanding(queue)) {
		return xnvi_err(-EBUSY, LAYER, queue->dev->ident.uri,
				"ask for the descriptor before the first command",
				"%u commands are outstanding", xnvi_queue_outstanding(queue));
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
	/* Each submission has to be noticed, see xnvi_queue_accept() */
	xnvi_gate_close(queue, XNVI_GATE_EVENT);
	xnvi_watch_begin(queue);

	return xnvi_event_fd(&queue->event);
}
