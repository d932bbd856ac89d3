// SPDX-License-Identifier: BSD-3-Clause
/**
 * Small helpers: integers, bit strings, timers
 *
 * The functions are inline. Those named xnvme_* are also symbols of the library, under the same
 * names, for programs in other languages, which cannot call an inline function.
 */
#ifndef __LIBXNVME_UTIL_H
#define __LIBXNVME_UTIL_H

#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <libxnvme_host.h>

#ifdef __cplusplus
extern "C" {
#endif

/** log2 of a sector of 512 bytes */
#define XNVME_UNIVERSAL_SECT_SH 9

/** Assertion at compile time; a declaration, its semicolon included */
#ifdef __cplusplus
#define XNVME_STATIC_ASSERT(cond, msg) static_assert(cond, msg);
#else
#define XNVME_STATIC_ASSERT(cond, msg) _Static_assert(cond, msg);
#endif

/**
 * Name of a parameter that the function does not use: `int f(void *XNVME_UNUSED(arg))`
 *
 * The parameter gets another name than `x`, so that using it by accident does not compile.
 */
#if defined(__GNUC__)
#define XNVME_UNUSED(x) xnvme_unused_##x __attribute__((__unused__))
#else
#define XNVME_UNUSED(x) xnvme_unused_##x
#endif

/* Formats of printf(3) for integers of 8, 16, 32 and 64 bits as digits 0 and 1; the arguments are
 * XNVME_I8_TO_STR(value) and so on, the most significant bit first */
#define XNVME_I8_FMT  "%c%c%c%c%c%c%c%c"
#define XNVME_I16_FMT XNVME_I8_FMT XNVME_I8_FMT
#define XNVME_I32_FMT XNVME_I16_FMT XNVME_I16_FMT
#define XNVME_I64_FMT XNVME_I32_FMT XNVME_I32_FMT

#define XNVME_I8_TO_STR(val)                                                                       \
	(((val)&0x80) ? '1' : '0'), (((val)&0x40) ? '1' : '0'), (((val)&0x20) ? '1' : '0'),        \
	    (((val)&0x10) ? '1' : '0'), (((val)&0x08) ? '1' : '0'), (((val)&0x04) ? '1' : '0'),    \
	    (((val)&0x02) ? '1' : '0'), (((val)&0x01) ? '1' : '0')
#define XNVME_I16_TO_STR(val) XNVME_I8_TO_STR((val) >> 8), XNVME_I8_TO_STR(val)
#define XNVME_I32_TO_STR(val) XNVME_I16_TO_STR((val) >> 16), XNVME_I16_TO_STR(val)
#define XNVME_I64_TO_STR(val) XNVME_I32_TO_STR((val) >> 32), XNVME_I32_TO_STR(val)

/** Size of a member of a structure, in bytes */
#define XNVME_SIZEOF_MEMBER(type, member) (sizeof(((type *)0)->member))

/* Print a message to stderr, or evaluate an expression, in programs that define
 * XNVME_DEBUG_ENABLED; nothing in others */
#ifdef XNVME_DEBUG_ENABLED
#define XNVME_DEBUG(...)                                                                           \
	do {                                                                                       \
		fprintf(stderr, "# DBG:%s:%s-%d: ", __FILE__, __func__, __LINE__);                 \
		fprintf(stderr, __VA_ARGS__);                                                      \
		fputc('\n', stderr);                                                               \
	} while (0)
#define XNVME_DEBUG_FCALL(x) x
#else
#define XNVME_DEBUG(...)
#define XNVME_DEBUG_FCALL(x)
#endif

/**
 * Stopwatch; used by one thread at a time
 */
struct xnvme_timer {
	uint64_t start; ///< Time of xnvme_timer_start(), in nanoseconds
	uint64_t stop;	///< Time of xnvme_timer_stop(), in nanoseconds
};

/** Binary logarithm, rounded down; 0 for 0 */
static inline uint64_t
XNVME_ILOG2(uint64_t x)
{
	uint64_t val = 0;

	while (x >>= 1) {
		val++;
	}

	return val;
}

/** Smaller of two numbers */
static inline int
XNVME_MIN(int x, int y)
{
	return x < y ? x : y;
}

/** Smaller of two numbers */
static inline uint64_t
XNVME_MIN_U64(uint64_t x, uint64_t y)
{
	return x < y ? x : y;
}

/** Smaller of two numbers */
static inline int64_t
XNVME_MIN_S64(int64_t x, int64_t y)
{
	return x < y ? x : y;
}

/** Larger of two numbers */
static inline int
XNVME_MAX(int x, int y)
{
	return x > y ? x : y;
}

/*
 * Strict C99 declares neither clock_gettime() nor timespec_get(), and Windows has neither. There,
 * the symbols of the library are used instead of the inline functions.
 */
#if !defined(_WIN32) && (defined(CLOCK_MONOTONIC) || defined(TIME_UTC))
/** Monotonic time in nanoseconds; by the calendar where there is no monotonic clock */
static inline uint64_t
_xnvme_timer_clock_sample(void)
{
	struct timespec ts = {0, 0};

#ifdef CLOCK_MONOTONIC
	clock_gettime(CLOCK_MONOTONIC, &ts);
#else
	timespec_get(&ts, TIME_UTC);
#endif

	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

/** Start the stopwatch; returns the time in nanoseconds */
static inline uint64_t
xnvme_timer_start(struct xnvme_timer *t)
{
	t->start = _xnvme_timer_clock_sample();
	return t->start;
}

/** Stop the stopwatch; returns the time in nanoseconds */
static inline uint64_t
xnvme_timer_stop(struct xnvme_timer *t)
{
	t->stop = _xnvme_timer_clock_sample();
	return t->stop;
}
#else
uint64_t xnvme_timer_start(struct xnvme_timer *t);
uint64_t xnvme_timer_stop(struct xnvme_timer *t);
#endif

/* Time between start and stop: nanoseconds, microseconds, milliseconds, seconds */

static inline uint64_t
xnvme_timer_elapsed_nsecs(struct xnvme_timer *t)
{
	return t->stop - t->start;
}

static inline double
xnvme_timer_elapsed_usecs(struct xnvme_timer *t)
{
	return (double)(t->stop - t->start) / 1e3;
}

static inline double
xnvme_timer_elapsed_msecs(struct xnvme_timer *t)
{
	return (double)(t->stop - t->start) / 1e6;
}

static inline double
xnvme_timer_elapsed_secs(struct xnvme_timer *t)
{
	return (double)(t->stop - t->start) / 1e9;
}

/** As xnvme_timer_elapsed_secs() */
static inline double
xnvme_timer_elapsed(struct xnvme_timer *t)
{
	return xnvme_timer_elapsed_secs(t);
}

/** Print the seconds between start and stop to stdout, after `prefix` */
static inline void
xnvme_timer_pr(struct xnvme_timer *t, const char *prefix)
{
	printf("%s: {elapsed: %.4f}\n", prefix, xnvme_timer_elapsed(t));
}

/** Print seconds, MiB and MiB per second to stdout, after `prefix`; `nbytes` were moved */
static inline void
xnvme_timer_bw_pr(struct xnvme_timer *t, const char *prefix, size_t nbytes)
{
	double secs = xnvme_timer_elapsed(t);
	double mib = (double)nbytes / (double)(1 << 20);

	printf("%s: {elapsed: %.4f, mb: %.2f, mbsec: %.2f}\n", prefix, secs, mib,
	       secs > 0 ? mib / secs : 0.0);
}

/** 1 when `val` is a power of two, else 0; 0 is not a power of two */
static inline int
xnvme_is_pow2(uint32_t val)
{
	return val != 0 && (val & (val - 1)) == 0;
}

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_UTIL_H */
