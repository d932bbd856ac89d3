// SPDX-License-Identifier: BSD-3-Clause
/** Questions by ioctl(2) */
#ifndef XNVI_OS_LINUX_IOCTL_H
#define XNVI_OS_LINUX_IOCTL_H

#include <sys/ioctl.h>

/**
 * ioctl(2) that goes on after signals
 *
 * Not for NVMe commands: an interrupted one may have been executed.
 *
 * @return The result, 0 or positive, or a negative errno; -EINTR or -EAGAIN after
 * XNVI_RETRY_DEFAULT_US of it
 */
int xnvi_linux_ioctl(int fd, unsigned long request, void *arg);

#endif /* XNVI_OS_LINUX_IOCTL_H */
