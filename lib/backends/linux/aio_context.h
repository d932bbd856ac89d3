// SPDX-License-Identifier: BSD-3-Clause
/**
 * Contexts of io_setup(2), which are used again, and destroyed off the caller's path
 *
 * io_destroy(2) waits tens of milliseconds for a grace period of the kernel. A context without
 * events left can be used again. So some idle contexts are kept, and a thread destroys the others.
 * It exists while there are too many. Where it cannot be started, the caller destroys.
 */
#ifndef XNVI_BACKENDS_LINUX_AIO_CONTEXT_H
#define XNVI_BACKENDS_LINUX_AIO_CONTEXT_H

#include <libaio.h>
#include <stdint.h>

/**
 * Get an idle context of this capacity, or a new one
 *
 * Idle contexts count against fs.aio-max-nr, and so do those that are being destroyed. When there
 * is no room, it waits until they are gone.
 *
 * @return 0; -EAGAIN when there is no room under fs.aio-max-nr; another negative errno
 */
int xnvi_aio_context_get(uint32_t capacity, io_context_t *context);

/** Give a context without events back; by the process that got it */
void xnvi_aio_context_put(uint32_t capacity, io_context_t context);

#endif /* XNVI_BACKENDS_LINUX_AIO_CONTEXT_H */
