// SPDX-License-Identifier: BSD-3-Clause
/**
 * struct iovec: a piece of memory, one of a vector
 *
 * Systems with <sys/uio.h> define it there. On Windows it is defined here, with the layout that
 * 64-bit Linux has. A program that brings a definition of its own sets XNVME_HAVE_IOVEC before the
 * first header of libxnvme.
 */
#ifndef __LIBXNVME_IOVEC_H
#define __LIBXNVME_IOVEC_H

#include <libxnvme_host.h>

#if !defined(_WIN32)
#include <sys/uio.h>
#elif !defined(XNVME_HAVE_IOVEC)
#define XNVME_HAVE_IOVEC
#include <stddef.h>

struct iovec {
	void *iov_base; ///< First byte
	size_t iov_len; ///< Length in bytes
};
#endif

#endif /* __LIBXNVME_IOVEC_H */
