// SPDX-License-Identifier: BSD-3-Clause
/**
 * Memory of chunks: it is zero, and takes as many pages as are written
 *
 * Chunks come from regions of several, because the system allocates in calls. A chunk that is not
 * used has its address only, and no memory. Addresses are given back with the whole store.
 */
#ifndef XNVI_TARGET_CHUNKS_H
#define XNVI_TARGET_CHUNKS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct xnvi_chunks {
	atomic_uint lock;
	size_t nregions;
	size_t max; ///< Regions that the arrays have room for
	uint8_t **regions;
	uint8_t **spare; ///< Chunks that are not used, the next one last; room for all there are
	size_t nspare;
};

/** A chunk that reads as zeroes, or NULL without memory; from any thread */
uint8_t *xnvi_chunks_get(struct xnvi_chunks *chunks);
/** Give its memory back; from any thread */
void xnvi_chunks_put(struct xnvi_chunks *chunks, uint8_t *chunk);
/** Free all, also chunks that are used; the caller is the only user */
void xnvi_chunks_free(struct xnvi_chunks *chunks);

#endif /* XNVI_TARGET_CHUNKS_H */
