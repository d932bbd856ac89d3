// SPDX-License-Identifier: BSD-3-Clause
/**
 * What the files of the linux backend share
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

/** '#' in the pattern is a decimal number: "nvme#n#" is a namespace, and nvme0n1p1 is none */
bool xnvi_linux_matches(const char *name, const char *pattern);

/**
 * The disk of a namespace, by a name that the kernel has for it
 *
 * @param name The disk (nvme0n1), a path to it (nvme0c1n1), or its character node (ng0n1)
 *
 * @return false when `name` is none of these
 */
bool xnvi_linux_namespace_disk(const char *name, char *disk, size_t nbytes);

/** Where the kernel shows its devices; tests show trees of their own */
struct xnvi_linux_view {
	const char *sys;
	const char *proc;
	const char *dev;
};

extern const struct xnvi_linux_view xnvi_linux_system;

typedef int (*xnvi_linux_name_func)(void *arg, const char *name);

/**
 * Call `func` with the names in a folder until it returns something else than 0
 *
 * @return That value, 0, or the negative errno of opening the folder
 */
int xnvi_linux_each_name(const char *folder, xnvi_linux_name_func func, void *arg);

/** The node of a block device; the kernel writes '!' where the name of the node has a '/' */
void xnvi_linux_node(const struct xnvi_linux_view *view, const char *name, char *node,
		     size_t nbytes);

/** Name of the disk that a partition is on; a negative errno when `name` is no partition */
int xnvi_linux_disk_of(const struct xnvi_linux_view *view, const char *name, char *disk,
		       size_t nbytes);

/**
 * Who holds the block device `name`, a partition of it, or the disk that it is a partition of
 *
 * @return false when the kernel shows no holder here
 */
bool xnvi_linux_holder(const struct xnvi_linux_view *view, const char *name, char *text,
		       size_t nbytes);

/** Number of a block device, by its name in sysfs */
int xnvi_linux_rdev_of(const struct xnvi_linux_view *view, const char *name, dev_t *rdev);

/** Open `path`; -ENXIO when it is not the block node of `rdev` */
int xnvi_linux_open_node(const char *path, dev_t rdev, int flags);

/** What a loop device is over */
struct xnvi_linux_loop {
	const char *name; ///< Of the loop device in sysfs
	dev_t rdev;	  ///< The block device below; 0: it is over a file
	dev_t dev;	  ///< The file or node: the file system that it is on
	ino_t ino;	  ///< and its number there
	uint64_t begin;	  ///< First byte of it
	uint64_t end;	  ///< The byte after the last one, UINT64_MAX without a limit
};

/** 1 when `name` is a loop device over something, 0 when not, a negative errno */
int xnvi_linux_loop_is_bound(const struct xnvi_linux_view *view, const char *name);

/** Ask the loop device that `fd` is open on, or the one that it is a partition of */
int xnvi_linux_loop_ask(int fd, struct xnvi_linux_loop *loop);

/**
 * The loop device over the block device `name`, over a partition of it, or over its disk
 *
 * @param name NULL: over the file of `own`
 * @param own The loop device that is being claimed, which does not count, and neither do others
 * that are over other bytes; or NULL
 *
 * @return 1 and its name in `text`; 0 when there is none; a negative errno when nobody can tell,
 * and then `text` may say more
 */
int xnvi_linux_loop_over(const struct xnvi_linux_view *view, const char *name,
			 const struct xnvi_linux_loop *own, char *text, size_t nbytes);

/** xnvi_dev_ops.claim of the running system */
int xnvi_linux_claim(struct xnvme_dev *dev, bool all);

/** As xnvi_linux_claim(), of the system shown in `view` */
int xnvi_linux_claim_at(struct xnvme_dev *dev, const struct xnvi_linux_view *view, bool all);

/** Give back what was claimed */
void xnvi_linux_unclaim(struct xnvme_dev *dev);

/** A limit of the queue of a block device, also when it is of the disk that a partition is on */
int xnvi_linux_queue_limit(const char *sys, uint64_t rdev, const char *attr, uint64_t *value);

/**
 * The file is on a file system in user space (FUSE)
 *
 * Past the page cache, such a file has two surprises (seen with Linux 6.18): a write with RWF_DSYNC
 * is not synced, and after a short read io_uring(7) goes on at the offset where the read began.
 */
bool xnvi_linux_is_served_by_process(const struct xnvme_dev *dev);

/** Whether the logical block size is that of when geometry was derived; -ESTALE, explained */
int xnvi_linux_check_lba(struct xnvme_dev *dev);

/** Size of a zone of an open block device in bytes, 0 when it has none */
int xnvi_linux_zone_nbytes(int fd, uint64_t *nbytes);

#endif /* XNVI_LINUX_KERNEL_H */
