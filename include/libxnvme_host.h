// SPDX-License-Identifier: BSD-3-Clause
/**
 * Requirements on the host, and definitions of the interface that a host may lack
 *
 * Every other public header includes this one.
 */
#ifndef __LIBXNVME_HOST_H
#define __LIBXNVME_HOST_H

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "libxnvme needs a little-endian host: its structures are those that NVMe devices transfer"
#endif

/* A keyword of gcc and clang that silences -Wpedantic; other compilers do not know it */
#if !defined(__GNUC__) && !defined(__extension__)
#define __extension__
#endif

#if defined(_WIN32)
#include <errno.h>

/* Errors of this interface that Windows has no number for; its own numbers end at 140 */
#ifndef ESHUTDOWN
#define ESHUTDOWN 208 ///< The queue is being terminated
#endif
#ifndef ESTALE
#define ESTALE 216 ///< The namespace was formatted
#endif
#ifndef EDQUOT
#define EDQUOT 222 ///< The quota of the user is used up
#endif
#endif

#endif /* __LIBXNVME_HOST_H */
