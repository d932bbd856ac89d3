// SPDX-License-Identifier: BSD-3-Clause
/**
 * The sync path over a queue, for mechanisms that have only queues, each for one thread at a time
 */
#ifndef XNVI_PORTABLE_SYNC_QUEUE_H
#define XNVI_PORTABLE_SYNC_QUEUE_H

#include <core/mechanism.h>

/** Part of the private state of a device */
struct xnvi_sync_queue {
	struct xnvi_mutex lock; ///< Lock of the queue: its holder is the one thread
	struct xnvme_queue *queue;
};

/**
 * Make the queue
 *
 * @param ops The async mechanism of the backend, which carries every kind of the sync path
 * @param capacity Largest number of commands in flight from all threads; a power of two
 */
int xnvi_sync_queue_init(struct xnvi_sync_queue *sync, struct xnvme_dev *dev,
			 const struct xnvi_async_ops *ops, uint32_t capacity);

void xnvi_sync_queue_term(struct xnvi_sync_queue *sync);

/** Body of xnvi_sync_ops.io: waits until the command is complete; for any number of threads */
int xnvi_sync_queue_io(struct xnvi_sync_queue *sync, struct xnvme_cmd_ctx *ctx,
		       const struct xnvi_req *req);

#endif /* XNVI_PORTABLE_SYNC_QUEUE_H */
