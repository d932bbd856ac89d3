/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Recording the words of a failure, for xnvme_err_last()
 *
 * err.c keeps them. Printers and the command line record words too, so this header includes nothing
 * else of core.
 */
#ifndef XNVI_CORE_ERR_H
#define XNVI_CORE_ERR_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

struct xnvme_err;

/** Record why something failed; returns `err`, so that callers can return it */
int xnvi_err(int err, const char *layer, const char *where, const char *hint, const char *format,
	     ...) __attribute__((format(XNVI_PRINTF, 5, 6)));

/**
 * As xnvi_err(), for an errno of the system, with the system's words and the usual remedy
 *
 * @param doing What the system was to do, such as "fstat"
 */
int xnvi_err_sys(int err, const char *layer, const char *where, const char *doing);

/** The usual remedy for a positive errno; for rare ones, where to look */
const char *xnvi_err_hint(int err);

/** -EINVAL for an argument of a public function that is NULL or 0; `names` is as "dev or buf" */
int xnvi_err_null(const char *func, const char *names);
#define XNVI_NULL(names) xnvi_err_null(__func__, (names))

/** For functions that return pointers: set errno from the negative errno, and return NULL */
static inline void *
xnvi_err_ptr(int err)
{
	errno = -err;

	return NULL;
}

/** Number of the last words of the thread, for xnvi_err_since() */
uint64_t xnvi_err_mark(void);

/**
 * Explain a failure that a callee may have explained: words for this errno that were recorded since
 * `mark` stay, otherwise those of xnvi_err_sys() are recorded
 *
 * @return `err`
 */
int xnvi_err_since(uint64_t mark, int err, const char *layer, const char *where, const char *doing);

/**
 * As xnvi_err_since(), for the failure of a slot of a backend: the slot has repeated its calls, so
 * -EAGAIN and -EINTR become -ETIMEDOUT
 */
int xnvi_err_slot(uint64_t mark, int err, const char *layer, const char *where, const char *doing);

/**
 * As xnvi_err(), for refusals on the I/O path: costs one store, since xnvme_err_last() copies later
 *
 * @param words Constant; lives as long as the library
 */
int xnvi_err_lazy(const struct xnvme_err *words);

/** Restore the words from before, after an attempt that failed and does not concern the caller */
void xnvi_err_restore(const struct xnvme_err *err);

#endif /* XNVI_CORE_ERR_H */
