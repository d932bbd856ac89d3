/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * The words of a failure, for xnvme_err_last()
 *
 * Core keeps them (err.c). Printers and the command line record theirs too, so this header includes
 * nothing else of core.
 */
#ifndef XNVI_CORE_ERR_H
#define XNVI_CORE_ERR_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

struct xnvme_err;

/** Record why something failed; returns `err` so that callers can return it */
int xnvi_err(int err, const char *layer, const char *where, const char *hint, const char *format,
	     ...) __attribute__((format(printf, 5, 6)));

/**
 * As xnvi_err(), for an errno of the system: its name is what failed, the remedy is the usual one
 *
 * @param doing What the system was asked for, such as "fstat"
 */
int xnvi_err_sys(int err, const char *layer, const char *where, const char *doing);

/** The usual remedy for a positive errno: for what people meet most, else where to look */
const char *xnvi_err_hint(int err);

/** -EINVAL for an argument of a public function that is NULL or 0; `names` as "dev or buf" */
int xnvi_err_null(const char *func, const char *names);
#define XNVI_NULL(names) xnvi_err_null(__func__, (names))

/** For functions that return pointers: leave the negative errno in errno, and return NULL */
static inline void *
xnvi_err_ptr(int err)
{
	errno = -err;

	return NULL;
}

/** Number of the thread's last words, for xnvi_err_since() */
uint64_t xnvi_err_mark(void);

/**
 * A failure that somebody else may have explained: words that were recorded since `mark` for this
 * errno stay, and where there are none, those of xnvi_err_sys() are recorded
 *
 * @return `err`
 */
int xnvi_err_since(uint64_t mark, int err, const char *layer, const char *where, const char *doing);

/**
 * As xnvi_err_since(), for what a slot of a backend failed with: the slot has been patient, so
 * -EAGAIN and -EINTR become -ETIMEDOUT
 */
int xnvi_err_slot(uint64_t mark, int err, const char *layer, const char *where, const char *doing);

/**
 * As xnvi_err(), for refusals of the I/O path: costs a store, for xnvme_err_last() takes the words
 *
 * @param words Constant; lives as long as the library
 */
int xnvi_err_lazy(const struct xnvme_err *words);

/** Success after all: what was tried and failed on the way is not the caller's last failure */
void xnvi_err_restore(const struct xnvme_err *err);

#endif /* XNVI_CORE_ERR_H */
