// SPDX-License-Identifier: BSD-3-Clause
/**
 * The commands of a queue in the order of submission, for mechanisms that execute in poke
 */
#ifndef XNVI_FIFO_H
#define XNVI_FIFO_H

#include <core/internal.h>

/** Private state of a queue: `next` of a context is its slot */
struct xnvi_fifo {
	uint16_t head; ///< Oldest, valid while count > 0
	uint16_t tail; ///< Newest, likewise
	uint32_t count;
};

static inline void
xnvi_fifo_push(struct xnvme_queue *queue, uint16_t idx)
{
	struct xnvi_fifo *fifo = queue->priv;
	uint16_t *next = (uint16_t *)(void *)queue->slots;

	if (fifo->count) {
		next[fifo->tail] = idx;
	} else {
		fifo->head = idx;
	}
	fifo->tail = idx;
	fifo->count++;
}

/** The oldest; there has to be one */
static inline uint16_t
xnvi_fifo_pop(struct xnvme_queue *queue)
{
	struct xnvi_fifo *fifo = queue->priv;
	const uint16_t *next = (const uint16_t *)(const void *)queue->slots;
	const uint16_t idx = fifo->head;

	assert(fifo->count);
	fifo->head = next[idx];
	fifo->count--;

	return idx;
}

#endif /* XNVI_FIFO_H */
