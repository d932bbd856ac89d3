// SPDX-License-Identifier: BSD-3-Clause
/**
 * Deadlines of commands on queues
 *
 * Reading the clock costs as much as a tenth of a command, so submission neither reads it nor notes
 * a time. Poke reads the clock when it completed nothing, and in every 256th poke. When the tick of
 * the queue has moved, it looks at the commands in flight, and the deadline of those that are new
 * begins: they store the tick.
 *
 * A command is late when the tick has moved by XNVI_DEADLINE_NTICKS since then. One tick may have
 * been nearly over when it was stored, so these are one tick longer than the deadline, and no
 * command is given up early. It was up to a tick older than it said, so it is given up at most two
 * ticks late.
 *
 * With the completion event in use, the owner sleeps between pokes. Then the service thread moves
 * the tick, and sets the event when the oldest command is late.
 */
#include <core/deadline.h>

#include <core/give_up.h>
#include <core/mechanism.h>

#define USEC_TO_NSEC 1000ULL
#define DEFAULT_US   30000000ULL
#define RESET_US     10000000ULL /* Time for the reset of a controller */
#define GRACE_NS     500000000ULL

/**
 * The kernel's NVMe driver has the same time limit. It aborts a late command, and after the same
 * time again it resets the controller. After that, commands have their true status, and nothing
 * writes to their buffers. On other devices the queue waits a little longer than the limit of a
 * command, so that a mechanism that gives a command up can report it.
 */
uint64_t
xnvi_deadline_ns(const struct xnvme_dev *dev)
{
	const uint64_t us = dev->opts.command_timeout ? dev->opts.command_timeout : DEFAULT_US;

	return dev->cls == XNVI_CLASS_NVME ? (2 * us + RESET_US) * USEC_TO_NSEC
					   : us * USEC_TO_NSEC + GRACE_NS;
}

void
xnvi_deadline_init(struct xnvme_queue *queue)
{
	queue->room = queue->capacity;
	queue->tick_ns = xnvi_deadline_ns(queue->dev) / (XNVI_DEADLINE_NTICKS - 1) + 1;
}

/** Move the tick by the clock; false when it did not move */
static bool
move_tick(struct xnvme_queue *queue)
{
	const uint32_t last = queue->tick_seen;
	uint64_t now_ns, nticks;

	if (queue->event_on && xnvi_service_has_thread()) {
		queue->tick_seen = atomic_load_explicit(&queue->tick, memory_order_relaxed);
		return queue->tick_seen != last;
	}
	now_ns = xnvi_time_ns();
	xnvi_service_poll(now_ns);
	nticks = (now_ns - queue->tick_start_ns) / queue->tick_ns;
	if (!nticks) {
		return false;
	}
	/* After that many, all commands are late; the difference must not become negative */
	queue->tick_seen += (uint32_t)XNVME_MIN_U64(nticks, 2 * XNVI_DEADLINE_NTICKS);
	queue->tick_start_ns += nticks * queue->tick_ns;
	atomic_store_explicit(&queue->tick, queue->tick_seen, memory_order_relaxed);

	return true;
}

/**
 * The kernel's NVMe driver ends every command of a character node itself. Resets may take their
 * time one after the other, so the limit of the queue is the time without a completion.
 */
static void
notice_progress(struct xnvme_queue *queue)
{
	if (queue->dev->cls != XNVI_CLASS_NVME) {
		queue->tick_progress = queue->tick_seen - XNVI_DEADLINE_NTICKS - 1;
	} else if (queue->ncompleted != queue->ncompleted_seen) {
		queue->ncompleted_seen = queue->ncompleted;
		queue->tick_progress = queue->tick_seen;
	}
}

static enum xnvi_expiry
expire(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	const uint32_t idx = xnvi_ctx_idx(ctx);

	if (xnvi_ctx_req(ctx)->flags & XNVI_REQ_DEFERRED) {
		const enum xnvi_expiry how = xnvi_poolq_expiry(queue->deferred, idx);

		queue->ndeferred -= how == XNVI_EXPIRY_LATE;
		return how;
	}

	return queue->ops->expire ? queue->ops->expire(queue, ctx) : XNVI_EXPIRY_WAIT;
}

static void
give_up(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	switch (expire(queue, ctx)) {
	case XNVI_EXPIRY_UNBEGUN:
		xnvi_queue_give_up(queue, ctx, XNVI_GIVEN_UP_UNBEGUN);
		break;
	case XNVI_EXPIRY_LATE:
		xnvi_queue_give_up_late(queue, ctx);
		break;
	case XNVI_EXPIRY_WAIT:
		break;
	}
}

/** Whether commands outlive the poke that began them: others are never late */
static inline bool
outlive_poke(const struct xnvme_queue *queue)
{
	return !(queue->ops->caps & XNVI_ASYNC_POLLED);
}

/** The deadline of a new command begins */
static inline void
begin_deadline(const struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	struct xnvi_rsvd *rsvd = xnvi_rsvd_of(ctx);

	if (!(rsvd->guard & XNVI_GUARD_AGED)) {
		rsvd->guard |= XNVI_GUARD_AGED;
		xnvi_place_of(ctx)->tick = queue->tick_seen;
	}
}

/** Give up late commands; the service thread watches the oldest of the others */
static void
give_up_all(struct xnvme_queue *queue)
{
	uint32_t oldest = queue->tick_seen;

	if (queue->ndeferred) {
		queue->ndeferred -= xnvi_poolq_expire(queue->deferred);
	}
	for (uint32_t idx = 0; idx <= queue->capacity && outlive_poke(queue); ++idx) {
		struct xnvme_cmd_ctx *ctx = xnvi_queue_ctx(queue, idx);

		if (!xnvi_ctx_is_in_flight(ctx)) {
			continue;
		}
		begin_deadline(queue, ctx);
		if (xnvi_queue_is_late(queue, ctx)) {
			if (xnvi_queue_may_give_up(queue)) {
				give_up(queue, ctx);
			}
		} else if ((int32_t)(xnvi_place_of(ctx)->tick - oldest) < 0) {
			oldest = xnvi_place_of(ctx)->tick;
		}
	}
	queue->more_late = !xnvi_queue_may_give_up(queue);
	atomic_store_explicit(&queue->watched, oldest + 1, memory_order_relaxed);
}

uint32_t
xnvi_deadline_look(struct xnvme_queue *queue, uint32_t max)
{
	const uint64_t ncompleted = queue->ncompleted;
	uint32_t ndone;

	if (queue->nlate) {
		xnvi_deadline_collect(queue);
	}
	if (!move_tick(queue) && !queue->more_late) {
		return 0;
	}
	notice_progress(queue);
	queue->ngiven_up_max = queue->ngiven_up + max;
	give_up_all(queue);
	/* Poke itself counts the commands that it returns */
	ndone = (uint32_t)(queue->ncompleted - ncompleted);
	queue->ncompleted = ncompleted;

	return ndone;
}

void
xnvi_deadline_collect(struct xnvme_queue *queue)
{
	const bool was_poking = queue->poking;

	queue->poking = true;
	if (queue->deferred && !queue->ndeferred) {
		xnvi_poolq_poke(queue->deferred, queue->capacity, false);
	}
	if (queue->ops->poke && xnvi_queue_outstanding(queue) == queue->ndeferred) {
		queue->ops->poke(queue, queue->capacity);
	}
	queue->poking = was_poking;
}

/* --- The owner sleeps: the service thread watches --------------------------------------------- */

static uint64_t
watch(struct xnvi_service *entry, uint64_t now_ns)
{
	struct xnvme_queue *queue =
	    (void *)((uint8_t *)entry - offsetof(struct xnvme_queue, service));
	uint32_t tick, watched;

	if (!xnvi_service_has_thread()) {
		/* Called by the owner, who moves the tick itself */
		return now_ns + queue->tick_ns;
	}
	tick = atomic_fetch_add_explicit(&queue->tick, 1, memory_order_relaxed) + 1;
	watched = atomic_load_explicit(&queue->watched, memory_order_relaxed);
	if (watched && tick + 1 - watched >= XNVI_DEADLINE_NTICKS) {
		xnvi_event_set(&queue->event);
	}

	return now_ns + queue->tick_ns;
}

void
xnvi_watch_begin(struct xnvme_queue *queue)
{
	queue->service = (struct xnvi_service){
	    .run = watch,
	    .due_ns = xnvi_time_ns() + queue->tick_ns,
	};
	xnvi_service_add(&queue->service);
}

void
xnvi_watch_end(struct xnvme_queue *queue)
{
	xnvi_service_remove(&queue->service);
}

void
xnvi_watch_poked(struct xnvme_queue *queue)
{
	if (!xnvi_queue_outstanding(queue)) {
		atomic_store_explicit(&queue->watched, 0, memory_order_relaxed);
	} else if (atomic_load_explicit(&queue->tick, memory_order_relaxed) != queue->tick_seen) {
		/* The thread moved the tick, so the next poke looks, even if it completes some */
		queue->npokes = UINT8_MAX;
	}
}
