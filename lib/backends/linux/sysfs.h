// SPDX-License-Identifier: BSD-3-Clause
/**
 * Attributes of sysfs and procfs: short texts and links
 *
 * A path is `<dir>/<attr>`; `attr` may have several components, as in "device/nsid". Functions
 * return 0 or a negative errno, and print nothing.
 */
#ifndef XNVI_SYSFS_H
#define XNVI_SYSFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Longest path, with its terminator */
#define XNVI_SYSFS_PATH_NBYTES 768

/** Read an attribute as text, without blanks and newlines at its end; cut to the size of `text` */
int xnvi_sysfs_text(const char *dir, const char *attr, char *text, size_t nbytes);

/** Read an attribute as a number, decimal or 0x...; -EINVAL when it is not a number */
int xnvi_sysfs_u64(const char *dir, const char *attr, uint64_t *value);

/** Last component of the target of a link: the name of a driver, a subsystem, a device */
int xnvi_sysfs_link(const char *dir, const char *attr, char *name, size_t nbytes);

#endif /* XNVI_SYSFS_H */
