// SPDX-License-Identifier: BSD-3-Clause
/**
 * Deadlines, for core: commands that are in flight for too long are called back
 */
#ifndef XNVI_CORE_DEADLINE_H
#define XNVI_CORE_DEADLINE_H

#include <core/state.h>

/** How long the queue waits for a command, in nanoseconds */
uint64_t xnvi_deadline_ns(const struct xnvme_dev *dev);

/** Set the fields of a new queue */
void xnvi_deadline_init(struct xnvme_queue *queue);

/**
 * Called in poke when it completed nothing, and in some other pokes: read the clock, and give up
 * late commands, but at most `max`
 *
 * @return Number of commands called back
 */
uint32_t xnvi_deadline_look(struct xnvme_queue *queue, uint32_t max);

/** Take back commands that were given up, while nothing else is outstanding */
void xnvi_deadline_collect(struct xnvme_queue *queue);

/** From now on wake a sleeper on the completion event when a deadline has passed */
void xnvi_watch_begin(struct xnvme_queue *queue);
void xnvi_watch_end(struct xnvme_queue *queue);

/** After a poke of a queue whose event is in use */
void xnvi_watch_poked(struct xnvme_queue *queue);

#endif /* XNVI_CORE_DEADLINE_H */
