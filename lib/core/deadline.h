// SPDX-License-Identifier: BSD-3-Clause
/**
 * Deadlines, for core: what is in flight for too long is called back
 */
#ifndef XNVI_CORE_DEADLINE_H
#define XNVI_CORE_DEADLINE_H

#include <core/state.h>

/** How long the queue waits for a command, in nanoseconds */
uint64_t xnvi_deadline_ns(const struct xnvme_dev *dev);

/** Of a new queue */
void xnvi_deadline_init(struct xnvme_queue *queue);

/**
 * From within poke, when it completed nothing, and now and then when it did: look at the clock, and
 * give up what is late
 *
 * @return Number of commands called back
 */
uint32_t xnvi_deadline_look(struct xnvme_queue *queue);

/** Take back what was given up, while nothing else is outstanding */
void xnvi_deadline_collect(struct xnvme_queue *queue);

/** The completion event is in use from now on: a sleeper is woken when a deadline has passed */
void xnvi_watch_begin(struct xnvme_queue *queue);
void xnvi_watch_end(struct xnvme_queue *queue);

/** After a poke of a queue whose event is in use; `progress`: it completed something */
void xnvi_watch_poked(struct xnvme_queue *queue, bool progress);

#endif /* XNVI_CORE_DEADLINE_H */
