// SPDX-License-Identifier: BSD-3-Clause
/**
 * The short way of plain reads and writes: to the bytes of one chunk by a few comparisons
 *
 * A stripe keeps the last chunk that was used through it in the cache line of its lock, when the
 * chunk needs no thought. It is in memory, or it reads as zeroes. It is wholly in the namespace,
 * and has no uncorrectable blocks. What ends one of these forgets the chunk. So one comparison
 * decides all of it, and whether a range is within the chunk.
 *
 * False means that nothing was done. The long way has to execute the command, and explains errors.
 */
#include <target/private.h>

#include <target/copy.h>

/** What a chunk without memory reads as; not const, since it would take room in the library then */
static uint8_t g_zeroes[XNVI_CHUNK_NBYTES];

/** Cache the chunk of a block; the stripe is held. False when there is nothing to cache */
static bool
cache_fill(struct xnvi_target *target, struct xnvi_stripe *stripe, uint64_t lba)
{
	const uint32_t shift = atomic_load_explicit(&target->lba_shift, memory_order_relaxed);
	const uint32_t nblocks = XNVI_CHUNK_NBYTES >> shift;
	const uint64_t first = lba & ~(uint64_t)(nblocks - 1);
	uint8_t *data;

	if (lba >= target->nblocks || target->nblocks - first < nblocks ||
	    !xnvi_store_is_plain(&target->store, first << shift, &data)) {
		return false;
	}
	stripe->cached_data = data ? data : g_zeroes;
	stripe->cached_slba = first;
	stripe->cached_shift = shift;
	stripe->nreadable = nblocks;
	stripe->nwritable = data ? nblocks : 0;

	return true;
}

/** Blocks of the cached chunk: a power of two, or 0 when they cannot be moved without thought */
static inline uint64_t
cached_nblocks(const struct xnvi_stripe *stripe, const bool is_write)
{
	return is_write ? stripe->nwritable : stripe->nreadable;
}

static inline void
count(struct xnvi_stripe *stripe, size_t nbytes, const bool is_write)
{
	if (is_write) {
		stripe->nwrites++;
		stripe->write_nbytes += nbytes;
	} else {
		stripe->nreads++;
		stripe->read_nbytes += nbytes;
	}
}

static bool
refuse(struct xnvi_stripe *stripe)
{
	xnvi_stripe_unlock(stripe);

	return false;
}

/** One comparison refuses ranges that begin or end outside of the chunk, and sums that wrap */
static inline bool
has_lbas(const struct xnvi_stripe *stripe, uint64_t slba, uint32_t nlb, const bool is_write)
{
	const uint64_t first = slba - stripe->cached_slba;

	return (first | (first + nlb)) < cached_nblocks(stripe, is_write);
}

/** Move blocks of the cached chunk, and let go of the stripe */
static inline bool
lbas_move(struct xnvi_stripe *stripe, uint64_t slba, uint32_t nlb, void *data, size_t data_nbytes,
	  const bool is_write)
{
	const uint32_t shift = stripe->cached_shift;
	const size_t nbytes = ((size_t)nlb + 1) << shift;
	uint8_t *blocks = stripe->cached_data + ((size_t)(slba - stripe->cached_slba) << shift);

	/* Another handle may have formatted the namespace to longer blocks */
	if (__builtin_expect(nbytes > data_nbytes, false)) {
		return refuse(stripe);
	}
	count(stripe, nbytes, is_write);

	return xnvi_copy_blocks(stripe, is_write ? blocks : data, is_write ? data : blocks, nbytes);
}

/** Of another chunk than the cached one; the stripe is held */
static inline bool
lbas_uncached(struct xnvi_target *target, uint64_t slba, uint32_t nlb, void *data,
	      size_t data_nbytes, const bool is_write)
{
	struct xnvi_stripe *stripe = xnvi_stripe_of(target, slba);

	if (!cache_fill(target, stripe, slba) || !has_lbas(stripe, slba, nlb, is_write)) {
		return refuse(stripe);
	}

	return lbas_move(stripe, slba, nlb, data, data_nbytes, is_write);
}

/** Not inlined, and called last, so that the usual case saves no registers for it */
__attribute__((noinline)) static bool
read_uncached(struct xnvi_target *target, uint64_t slba, uint32_t nlb, void *data,
	      size_t data_nbytes)
{
	return lbas_uncached(target, slba, nlb, data, data_nbytes, false);
}

__attribute__((noinline)) static bool
write_uncached(struct xnvi_target *target, uint64_t slba, uint32_t nlb, void *data,
	       size_t data_nbytes)
{
	return lbas_uncached(target, slba, nlb, data, data_nbytes, true);
}

bool
xnvi_target_read_lbas(struct xnvi_target *target, uint64_t slba, uint32_t nlb, void *data,
		      size_t data_nbytes)
{
	struct xnvi_stripe *stripe = xnvi_stripe_of(target, slba);

	if (__builtin_expect(!xnvi_stripe_try_lock(stripe), false)) {
		return false;
	}
	if (__builtin_expect(!has_lbas(stripe, slba, nlb, false), false)) {
		return read_uncached(target, slba, nlb, data, data_nbytes);
	}

	return lbas_move(stripe, slba, nlb, data, data_nbytes, false);
}

bool
xnvi_target_write_lbas(struct xnvi_target *target, uint64_t slba, uint32_t nlb, void *data,
		       size_t data_nbytes)
{
	struct xnvi_stripe *stripe = xnvi_stripe_of(target, slba);

	if (__builtin_expect(!xnvi_stripe_try_lock(stripe), false)) {
		return false;
	}
	if (__builtin_expect(!has_lbas(stripe, slba, nlb, true), false)) {
		return write_uncached(target, slba, nlb, data, data_nbytes);
	}

	return lbas_move(stripe, slba, nlb, data, data_nbytes, true);
}

/* Bytes: the range may begin and end anywhere. Each LBA changes at once, as the stripe is held */

static inline bool
has_bytes(const struct xnvi_stripe *stripe, uint64_t offset, size_t nbytes, const bool is_write)
{
	const uint64_t size = cached_nblocks(stripe, is_write) << stripe->cached_shift;
	const uint64_t first = offset - (stripe->cached_slba << stripe->cached_shift);

	return first < size && nbytes - 1 < size - first;
}

/** Move bytes of the cached chunk, and let go of the stripe */
static inline bool
bytes_move(struct xnvi_stripe *stripe, uint64_t offset, void *data, size_t nbytes,
	   const bool is_write)
{
	uint8_t *bytes =
	    stripe->cached_data + (size_t)(offset - (stripe->cached_slba << stripe->cached_shift));
	void *dst = is_write ? bytes : data;
	void *src = is_write ? data : bytes;

	count(stripe, nbytes, is_write);
	if (nbytes % (1u << XNVI_LBA_SHIFT_MIN)) {
		return xnvi_copy_any(stripe, dst, src, nbytes);
	}

	return xnvi_copy_blocks(stripe, dst, src, nbytes);
}

/** Of another chunk than the cached one; the stripe is held */
__attribute__((noinline)) static bool
bytes_uncached(struct xnvi_target *target, uint64_t lba, uint64_t offset, void *data, size_t nbytes,
	       bool is_write)
{
	struct xnvi_stripe *stripe = xnvi_stripe_of(target, lba);

	if (!cache_fill(target, stripe, lba) || !has_bytes(stripe, offset, nbytes, is_write)) {
		return refuse(stripe);
	}

	return bytes_move(stripe, offset, data, nbytes, is_write);
}

/** Inlined, so that reads and writes do not ask which they are */
__attribute__((always_inline)) static inline bool
bytes_any(struct xnvi_target *target, uint64_t offset, void *data, size_t nbytes,
	  const bool is_write)
{
	/*
	 * Before the stripe is held, the shape may change. Then this may not be the stripe of these
	 * bytes, but the chunk that it has cached is its own.
	 */
	const uint64_t lba =
	    offset >> atomic_load_explicit(&target->lba_shift, memory_order_relaxed);
	struct xnvi_stripe *stripe = xnvi_stripe_of(target, lba);

	if (__builtin_expect(!xnvi_stripe_try_lock(stripe), false)) {
		return false;
	}
	if (__builtin_expect(!has_bytes(stripe, offset, nbytes, is_write), false)) {
		return bytes_uncached(target, lba, offset, data, nbytes, is_write);
	}

	return bytes_move(stripe, offset, data, nbytes, is_write);
}

bool
xnvi_target_read_bytes(struct xnvi_target *target, uint64_t offset, void *data, size_t nbytes)
{
	return bytes_any(target, offset, data, nbytes, false);
}

bool
xnvi_target_write_bytes(struct xnvi_target *target, uint64_t offset, void *data, size_t nbytes)
{
	return bytes_any(target, offset, data, nbytes, true);
}
