// SPDX-License-Identifier: BSD-3-Clause
/**
 * Shared by the files of the linux backend
 */
#ifndef XNVI_LINUX_KERNEL_H
#define XNVI_LINUX_KERNEL_H

#include <core/mechanism.h>

/** Room for the name of a device in sysfs, or for a number in "major:minor" form */
#define XNVI_LINUX_NAME_NBYTES 256

/** xnvi_dev_ops.scan of the running system */
int xnvi_linux_scan(const char *sys_uri, xnvme_scan_cb cb, void *cb_args);

/** As xnvi_linux_scan(), of the system whose sysfs and device nodes are in these folders */
int xnvi_linux_scan_at(const char *sys, const char *dev, const char *sys_uri, xnvme_scan_cb cb,
		       void *cb_args);

/** '#' in the pattern is a decimal number: "nvme#n#" matches nvme0n1, and not nvme0n1p1 */
bool xnvi_linux_matches(const char *name, const char *pattern);

/**
 * Get the disk of a namespace by one of its names
 *
 * @param name The disk (nvme0n1), a path to it (nvme0c1n1), or its character node (ng0n1)
 *
 * @return false when `name` is another name
 */
bool xnvi_linux_namespace_disk(const char *name, char *disk, size_t nbytes);

/** Folders in which the kernel shows its devices; tests have trees of their own */
struct xnvi_linux_view {
	const char *sys;
	const char *proc;
	const char *dev;
};

extern const struct xnvi_linux_view xnvi_linux_system;

typedef int (*xnvi_linux_name_func)(void *arg, const char *name);

/**
 * Call `func` with each name in a folder, until it returns a value other than 0
 *
 * @return That value, 0, or the negative errno of opening the folder
 */
int xnvi_linux_each_name(const char *folder, xnvi_linux_name_func func, void *arg);

/** Path of the node of a block device; the kernel writes '!' for a '/' in the name of the node */
void xnvi_linux_node(const struct xnvi_linux_view *view, const char *name, char *node,
		     size_t nbytes);

/** Name of the disk of a partition; a negative errno when `name` is not a partition */
int xnvi_linux_disk_of(const struct xnvi_linux_view *view, const char *name, char *disk,
		       size_t nbytes);

/**
 * Find out who holds the block device `name`, a partition of it, or the disk of this partition
 *
 * @return false when the kernel shows no holder here
 */
bool xnvi_linux_holder(const struct xnvi_linux_view *view, const char *name, char *text,
		       size_t nbytes);

/** Number of a block device, by its name in sysfs */
int xnvi_linux_rdev_of(const struct xnvi_linux_view *view, const char *name, dev_t *rdev);

/** Open `path`; -ENXIO when it is not the block node of `rdev` */
int xnvi_linux_open_node(const char *path, dev_t rdev, int flags);

/** What a loop device is attached to */
struct xnvi_linux_loop {
	const char *name; ///< Name of the loop device in sysfs
	dev_t rdev;	  ///< Number of the block device below; 0: it is attached to a file
	dev_t dev;	  ///< The file or node: number of its file system
	ino_t ino;	  ///< ... and its inode
	uint64_t begin;	  ///< First byte that the loop device covers
	uint64_t end;	  ///< The byte after the last one, UINT64_MAX without a limit
};

/** 1 when `name` is an attached loop device, 0 when not, or a negative errno */
int xnvi_linux_loop_is_bound(const struct xnvi_linux_view *view, const char *name);

/** Ask the loop device of `fd`, or the one that it is a partition of */
int xnvi_linux_loop_ask(int fd, struct xnvi_linux_loop *loop);

/**
 * Find a loop device over the block device `name`, over a partition of it, or over its disk
 *
 * @param name NULL: over the file of `own`
 * @param own The loop device that is being claimed, or NULL. It does not count, and neither do loop
 * devices over other bytes.
 *
 * @return 1 and its name in `text`; 0 when there is none; a negative errno when that cannot be
 * found out, and then `text` may say more
 */
int xnvi_linux_loop_over(const struct xnvi_linux_view *view, const char *name,
			 const struct xnvi_linux_loop *own, char *text, size_t nbytes);

/** xnvi_dev_ops.claim of the running system */
int xnvi_linux_claim(struct xnvme_dev *dev, bool all);

/** As xnvi_linux_claim(), of the system shown in `view` */
int xnvi_linux_claim_at(struct xnvme_dev *dev, const struct xnvi_linux_view *view, bool all);

/** Give back all claims of the device */
void xnvi_linux_unclaim(struct xnvme_dev *dev);

/** Get a limit of the queue of a block device; for a partition, of the queue of its disk */
int xnvi_linux_queue_limit(const char *sys, uint64_t rdev, const char *attr, uint64_t *value);

/**
 * Whether the file is on a file system in user space (FUSE)
 *
 * Past the page cache, such files differ (seen with Linux 6.18): a write with RWF_DSYNC is not
 * synced, and after a short read io_uring(7) continues at the offset where the read began.
 */
bool xnvi_linux_is_served_by_process(const struct xnvme_dev *dev);

/** 0 while the logical block size is that of the geometry; else -ESTALE, explained */
int xnvi_linux_check_lba(struct xnvme_dev *dev);

/** Size of a zone of an open block device in bytes, 0 when it has none */
int xnvi_linux_zone_nbytes(int fd, uint64_t *nbytes);

#endif /* XNVI_LINUX_KERNEL_H */
