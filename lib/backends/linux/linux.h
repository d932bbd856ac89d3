// SPDX-License-Identifier: BSD-3-Clause
/**
 * What the files of the linux backend share
 */
#ifndef XNVI_LINUX_H
#define XNVI_LINUX_H

#include <core/internal.h>

/** xnvi_dev_ops.scan of the running system */
int xnvi_linux_scan(const char *sys_uri, xnvme_scan_cb cb, void *cb_args);

/** As xnvi_linux_scan(), of the system whose sysfs and device nodes are in these folders */
int xnvi_linux_scan_at(const char *sys, const char *dev, const char *sys_uri, xnvme_scan_cb cb,
		       void *cb_args);

/** A limit of the queue of a block device, also when it is of the disk that a partition is on */
int xnvi_linux_queue_limit(const char *sys, uint64_t rdev, const char *attr, uint64_t *value);

/**
 * The file is on a file system in user space (FUSE)
 *
 * Past the page cache, such a file has two surprises (seen with Linux 6.18): a write with RWF_DSYNC
 * is not synced, and after a short read io_uring(7) goes on at the offset where the read began.
 */
bool xnvi_linux_is_served_by_process(const struct xnvme_dev *dev);

/** Size of a zone of an open block device in bytes, 0 when it has none */
int xnvi_linux_zone_nbytes(int fd, uint64_t *nbytes);

#endif /* XNVI_LINUX_H */
