// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands of a queue in the order of submission, for mechanisms that execute in poke
 */
#ifndef XNVI_FIFO_H
#define XNVI_FIFO_H

#include <core/mechanism.h>

/** Private state of a queue; the ring itself is in the slots of the contexts, 2 bytes each */
struct xnvi_fifo {
	uint32_t head; ///< Next entry to take; wraps, since the size is a power of two
	uint32_t tail; ///< Next entry to fill
};

static inline void
xnvi_fifo_push(struct xnvme_queue *queue, uint16_t idx)
{
	struct xnvi_fifo *fifo = queue->priv;
	uint16_t *ring = (uint16_t *)(void *)queue->slots;

	assert(fifo->tail - fifo->head < queue->capacity);
	ring[fifo->tail++ & (queue->capacity - 1)] = idx;
}

/** Take the oldest entry; false when there is none */
static inline bool
xnvi_fifo_pop(struct xnvme_queue *queue, uint16_t *idx)
{
	struct xnvi_fifo *fifo = queue->priv;
	const uint16_t *ring = (const uint16_t *)(const void *)queue->slots;

	if (fifo->head == fifo->tail) {
		return false;
	}
	*idx = ring[fifo->head++ & (queue->capacity - 1)];

	return true;
}

#endif /* XNVI_FIFO_H */
