// SPDX-License-Identifier: BSD-3-Clause
/**
 * Requirements on the host; every other public header includes this one
 */
#ifndef __LIBXNVME_HOST_H
#define __LIBXNVME_HOST_H

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "libxnvme needs a little-endian host: its structures are those that NVMe devices transfer"
#endif

#endif /* __LIBXNVME_HOST_H */
