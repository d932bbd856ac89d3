// SPDX-License-Identifier: BSD-3-Clause
#include <target/private.h>

#include <stdlib.h>

/** 2 MiB: the system's bookkeeping is a fraction of it, on all processors */
#define REGION_NCHUNKS 32u
#define REGION_NBYTES  ((size_t)REGION_NCHUNKS << XNVI_CHUNK_SHIFT)
#define NREGIONS_MIN   4u

/** Writes of this length take memory for all of the chunk at once */
#define DENSE_NBYTES (XNVI_CHUNK_NBYTES / 2)

static void
lock(struct xnvi_chunks *chunks)
{
	unsigned nspins = 0;

	while (atomic_exchange_explicit(&chunks->lock, 1, memory_order_acquire)) {
		xnvi_spin_wait(&nspins);
	}
}

static void
unlock(struct xnvi_chunks *chunks)
{
	atomic_store_explicit(&chunks->lock, 0, memory_order_release);
}

/** Make room for another region, and for its chunks, so that giving one back cannot fail */
static bool
arrays_grow(struct xnvi_chunks *chunks)
{
	const size_t max = chunks->max ? 2 * chunks->max : NREGIONS_MIN;
	uint8_t **regions = realloc(chunks->regions, max * sizeof(*regions));
	uint8_t **spare;

	if (!regions) {
		return false;
	}
	chunks->regions = regions;
	spare = realloc(chunks->spare, max * REGION_NCHUNKS * sizeof(*spare));
	if (!spare) {
		return false;
	}
	chunks->spare = spare;
	chunks->max = max;

	return true;
}

static bool
region_add(struct xnvi_chunks *chunks)
{
	uint8_t *region;

	if (chunks->nregions == chunks->max && !arrays_grow(chunks)) {
		return false;
	}
	region = xnvi_pages_alloc(REGION_NBYTES);
	if (!region) {
		return false;
	}
	chunks->regions[chunks->nregions++] = region;
	/* In the order of their addresses */
	for (size_t i = REGION_NCHUNKS; i-- > 0;) {
		chunks->spare[chunks->nspare++] = region + (i << XNVI_CHUNK_SHIFT);
	}

	return true;
}

/** One that is zero; the lock is held. NULL when there is none */
static uint8_t *
spare_get(struct xnvi_chunks *chunks)
{
	return chunks->nspare ? chunks->spare[--chunks->nspare] : NULL;
}

/** One that has memory with any content; the lock is held. NULL when there is none */
static uint8_t *
warm_get(struct xnvi_chunks *chunks)
{
	return chunks->nwarm ? chunks->warm[--chunks->nwarm] : NULL;
}

/** For a write that leaves most of the chunk as it is, and takes memory for itself only */
static uint8_t *
get_sparse(struct xnvi_chunks *chunks)
{
	uint8_t *chunk;
	uint8_t *warm;

	lock(chunks);
	chunk = spare_get(chunks);
	warm = chunk ? NULL : warm_get(chunks);
	if (!chunk && !warm && region_add(chunks)) {
		chunk = spare_get(chunks);
	}
	unlock(chunks);
	if (warm && xnvi_pages_clear(warm, XNVI_CHUNK_NBYTES)) {
		chunk = warm;
	}

	return chunk;
}

/** For a write to most of the chunk, or to all of it */
static uint8_t *
get_dense(struct xnvi_chunks *chunks, uint32_t nbytes)
{
	uint8_t *chunk;

	lock(chunks);
	chunk = warm_get(chunks);
	unlock(chunks);
	if (!chunk) {
		chunk = get_sparse(chunks);
		if (chunk) {
			xnvi_pages_expect(chunk, XNVI_CHUNK_NBYTES);
		}
	} else if (nbytes < XNVI_CHUNK_NBYTES) {
		memset(chunk, 0, XNVI_CHUNK_NBYTES);
	}

	return chunk;
}

uint8_t *
xnvi_chunks_get(struct xnvi_chunks *chunks, uint32_t nbytes)
{
	return nbytes < DENSE_NBYTES ? get_sparse(chunks) : get_dense(chunks, nbytes);
}

/** Keep a chunk with its memory; false when there are enough of them */
static bool
warm_put(struct xnvi_chunks *chunks, uint8_t *chunk)
{
	bool kept;

	lock(chunks);
	kept = chunks->nwarm < XNVI_CHUNKS_NWARM;
	if (kept) {
		chunks->warm[chunks->nwarm++] = chunk;
	}
	unlock(chunks);

	return kept;
}

void
xnvi_chunks_put(struct xnvi_chunks *chunks, uint8_t *chunk)
{
	/* Cleared without the lock, because that takes the system some time */
	if (!chunk || warm_put(chunks, chunk) || !xnvi_pages_clear(chunk, XNVI_CHUNK_NBYTES)) {
		return;
	}
	lock(chunks);
	chunks->spare[chunks->nspare++] = chunk;
	unlock(chunks);
}

void
xnvi_chunks_free(struct xnvi_chunks *chunks)
{
	for (size_t i = 0; i < chunks->nregions; ++i) {
		xnvi_pages_free(chunks->regions[i], REGION_NBYTES);
	}
	free(chunks->regions);
	free(chunks->spare);
	chunks->regions = NULL;
	chunks->spare = NULL;
	chunks->nregions = 0;
	chunks->max = 0;
	chunks->nspare = 0;
	chunks->nwarm = 0;
}
