/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * The words of a failure, for xnvme_err_last()
 *
 * Core keeps them (lib/core/err.c). They are declared here because printers and the command line
 * fail too, and neither of them knows core.
 */
#ifndef XNVI_CORE_ERR_H
#define XNVI_CORE_ERR_H

#include <errno.h>
#include <stddef.h>

/** Record why something failed; returns `err` so that callers can return it */
int xnvi_err(int err, const char *layer, const char *where, const char *hint, const char *format,
	     ...) __attribute__((format(printf, 5, 6)));

/**
 * As xnvi_err(), for an errno of the system: its name is what failed, the remedy is the usual one
 *
 * @param doing What the system was asked for, such as "fstat"
 */
int xnvi_err_sys(int err, const char *layer, const char *where, const char *doing);

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

#endif /* XNVI_CORE_ERR_H */
