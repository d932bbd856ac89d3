// SPDX-License-Identifier: BSD-3-Clause
/**
 * The copy that ends a plain read or write, and lets go of the stripe
 *
 * Nothing follows it, so its caller has no registers to save. memcpy(3) looks at length, alignment
 * and processor first. For one block of 512 bytes, that takes as many instructions as the copy.
 */
#ifndef XNVI_TARGET_COPY_H
#define XNVI_TARGET_COPY_H

#include <target/private.h>

/** Longer copies gain nothing over memcpy(3) */
#define XNVI_COPY_NBYTES_MAX 4096u

__attribute__((noinline)) static bool
xnvi_copy_any(struct xnvi_stripe *stripe, void *dst, const void *src, size_t nbytes)
{
	memcpy(dst, src, nbytes);
	xnvi_stripe_unlock(stripe);

	return true;
}

#ifdef __x86_64__

typedef long long xnvi_copy_word __attribute__((vector_size(32), aligned(1), may_alias));

/** @param nbytes Multiple of 512, and not 0 */
__attribute__((noinline, target("avx"))) static bool
xnvi_copy_avx(struct xnvi_stripe *stripe, void *dst, const void *src, size_t nbytes)
{
	const char *end = (const char *)src + nbytes;
	const xnvi_copy_word *from = src;
	xnvi_copy_word *to = dst;

#define XNVI_COPY_4(at)                                                                            \
	to[at] = from[at];                                                                         \
	to[(at) + 1] = from[(at) + 1];                                                             \
	to[(at) + 2] = from[(at) + 2];                                                             \
	to[(at) + 3] = from[(at) + 3]
	do {
		XNVI_COPY_4(0);
		XNVI_COPY_4(4);
		XNVI_COPY_4(8);
		XNVI_COPY_4(12);
		to += 16;
		from += 16;
	} while ((const char *)from != end);
#undef XNVI_COPY_4
	xnvi_stripe_unlock(stripe);

	return true;
}

static inline bool
xnvi_copy_has_avx(void)
{
	return __builtin_cpu_supports("avx");
}

#else

static inline bool
xnvi_copy_avx(struct xnvi_stripe *stripe, void *dst, const void *src, size_t nbytes)
{
	return xnvi_copy_any(stripe, dst, src, nbytes);
}

static inline bool
xnvi_copy_has_avx(void)
{
	return false;
}

#endif

/** Copy whole blocks, at least one, and unlock the stripe; returns true */
static inline bool
xnvi_copy_blocks(struct xnvi_stripe *stripe, void *dst, const void *src, size_t nbytes)
{
	if (nbytes <= XNVI_COPY_NBYTES_MAX && xnvi_copy_has_avx()) {
		return xnvi_copy_avx(stripe, dst, src, nbytes);
	}

	return xnvi_copy_any(stripe, dst, src, nbytes);
}

#endif /* XNVI_TARGET_COPY_H */
