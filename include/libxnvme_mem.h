// SPDX-License-Identifier: BSD-3-Clause
/**
 * Memory of the application that a device is to reach
 */
#ifndef __LIBXNVME_MEM_H
#define __LIBXNVME_MEM_H

#include <stddef.h>
#include <libxnvme_dev.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Let the device reach memory that was not allocated by xnvme_buf_alloc()
 *
 * @param vaddr Start, aligned to a page
 * @param nbytes Length in bytes, whole pages
 *
 * @return 0; -ENOSYS where every memory can be reached or none can be added; -EINVAL
 */
int xnvme_mem_map(const struct xnvme_dev *dev, void *vaddr, size_t nbytes);

/**
 * Undo xnvme_mem_map()
 *
 * @return 0, -ENOSYS, -EINVAL
 */
int xnvme_mem_unmap(const struct xnvme_dev *dev, void *buf);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_MEM_H */
