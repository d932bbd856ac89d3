// SPDX-License-Identifier: BSD-3-Clause
/** ioctl(2), and what it tells of block devices */
#ifndef XNVI_LINUX_IOCTL_H
#define XNVI_LINUX_IOCTL_H

#include <errno.h>
#include <stdint.h>
#include <sys/ioctl.h>

/** Type of the second argument of ioctl(2), which differs between C libraries */
#ifdef __GLIBC__
typedef unsigned long xnvi_ioctl_request;
#else
typedef int xnvi_ioctl_request;
#endif

/**
 * ioctl(2), once
 *
 * @return The result, 0 or positive, or a negative errno
 */
static inline int
xnvi_linux_ioctl_once(int fd, unsigned long request, void *arg)
{
	const int res = ioctl(fd, (xnvi_ioctl_request)request, arg);

	return res < 0 ? -errno : res;
}

/**
 * ioctl(2) that goes on after signals
 *
 * Not for NVMe commands, since an interrupted one may have been executed.
 *
 * @return The result, 0 or positive, or a negative errno; -EINTR or -EAGAIN after
 * XNVI_RETRY_DEFAULT_US of it
 */
int xnvi_linux_ioctl(int fd, unsigned long request, void *arg);

/** Logical block size of an open block device */
int xnvi_linux_block_lba_nbytes(int fd, uint32_t *lba_nbytes);

/** Size in bytes of an open block device */
int xnvi_linux_block_nbytes(int fd, uint64_t *nbytes);

#endif /* XNVI_LINUX_IOCTL_H */
