// SPDX-License-Identifier: BSD-3-Clause
/**
 * Making memory of the application reachable for a device
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
 * The kernel's drivers and the device in memory reach all memory of the process. There the function
 * is not needed, and is -ENOSYS. May be called from several threads.
 *
 * @param dev Device handle
 * @param vaddr Start, aligned to a page; the memory stays the caller's
 * @param nbytes Length in bytes, whole pages
 *
 * @return 0; -ENOSYS where the device reaches all memory, or where its `mem` interface cannot add
 * any; -EINVAL when an argument is NULL or 0
 */
int xnvme_mem_map(const struct xnvme_dev *dev, void *vaddr, size_t nbytes);

/**
 * Undo xnvme_mem_map()
 *
 * No command that uses the memory may be in flight.
 *
 * @param dev Device handle
 * @param buf Address that was passed to xnvme_mem_map()
 *
 * @return 0; -ENOSYS as for xnvme_mem_map(); -EINVAL when an argument is NULL
 */
int xnvme_mem_unmap(const struct xnvme_dev *dev, void *buf);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_MEM_H */
