// SPDX-License-Identifier: BSD-3-Clause
/** Properties and counters of a queue, and setting the callbacks of its contexts */
#include <core/err.h>
#include <core/state.h>

uint32_t
xnvme_queue_get_capacity(struct xnvme_queue *queue)
{
	if (XNVI_UNLIKELY(!queue)) {
		xnvi_err_ptr(XNVI_NULL("queue"));
		return 0;
	}

	return queue->capacity;
}

uint32_t
xnvme_queue_get_outstanding(struct xnvme_queue *queue)
{
	if (XNVI_UNLIKELY(!queue)) {
		xnvi_err_ptr(XNVI_NULL("queue"));
		return 0;
	}

	return xnvi_queue_outstanding(queue);
}

int
xnvme_queue_set_cb(struct xnvme_queue *queue, xnvme_queue_cb cb, void *cb_arg)
{
	if (!queue || !cb) {
		return XNVI_NULL("queue or cb");
	}
	for (uint32_t i = 0; i <= queue->capacity; ++i) {
		queue->places[i].ctx.async.cb = cb;
		queue->places[i].ctx.async.cb_arg = cb_arg;
	}

	return 0;
}

int
xnvme_queue_get_stats(struct xnvme_queue *queue, struct xnvme_queue_stats *stats)
{
	if (!queue || !stats) {
		return XNVI_NULL("queue or stats");
	}
	memset(stats, 0, sizeof(*stats));
	stats->submitted = queue->ncompleted + xnvi_queue_outstanding(queue);
	stats->completed = queue->ncompleted;
	stats->busy = queue->nbusy;
	stats->deferred = queue->ndeferred_total;
	stats->failed = queue->nfailed;

	return 0;
}
