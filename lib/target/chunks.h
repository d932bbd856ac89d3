// SPDX-License-Identifier: BSD-3-Clause
/**
 * Memory of chunks: it is zero, and takes as many pages as are written
 *
 * Chunks come from regions of several, because each allocation is a system call. A chunk that is
 * not used has its address only, and no memory. Addresses are given back with the whole store.
 *
 * A few chunks keep their memory, for the next long write: to give pages back and to take new ones
 * costs ten times as much as to write them.
 */
#ifndef XNVI_TARGET_CHUNKS_H
#define XNVI_TARGET_CHUNKS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define XNVI_CHUNKS_NWARM 32u

struct xnvi_chunks {
	atomic_uint lock;
	unsigned nwarm;
	size_t nregions;
	size_t max; ///< Regions that the arrays have room for
	uint8_t **regions;
	uint8_t **spare; ///< Chunks that are not used, the next one last; room for all there are
	size_t nspare;
	uint8_t *warm[XNVI_CHUNKS_NWARM]; ///< Chunks that are not used, and not cleared
};

/**
 * A chunk for a write of `nbytes`, which is zero where the write does not reach; from any thread
 *
 * @return NULL without memory
 */
uint8_t *xnvi_chunks_get(struct xnvi_chunks *chunks, uint32_t nbytes);
/** Give a chunk back, which may be NULL; from any thread */
void xnvi_chunks_put(struct xnvi_chunks *chunks, uint8_t *chunk);
/** Free all, also chunks that are used; the caller is the only user */
void xnvi_chunks_free(struct xnvi_chunks *chunks);

#endif /* XNVI_TARGET_CHUNKS_H */
