// SPDX-License-Identifier: BSD-3-Clause
#include <os/system.h>
#include <os/posix/descriptor.h>
#include <backends/backend.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/major.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/**
 * The kernel names the subsystem of what a node stands for: "nvme", "nvme-generic", "mem", ...
 *
 * A block node belongs to "block", and the disk's device to its driver's. A partition has no device
 * of its own, and is none of a namespace's: commands would count LBAs from the start of the disk.
 */
static bool
is_nvme_node(const struct stat *st)
{
	char path[64];
	char link[256];
	ssize_t len;
	const char *base;

	/* Disks of NVMe have a dynamic number, from the range that is of no driver */
	if (S_ISBLK(st->st_mode) && major(st->st_rdev) != BLOCK_EXT_MAJOR) {
		return false;
	}
	snprintf(path, sizeof(path), "/sys/dev/%s/%u:%u/%ssubsystem",
		 S_ISBLK(st->st_mode) ? "block" : "char", major(st->st_rdev), minor(st->st_rdev),
		 S_ISBLK(st->st_mode) ? "device/" : "");
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0) {
		return false;
	}
	link[len] = '\0';
	base = strrchr(link, '/');

	return base && strncmp(base + 1, "nvme", 4) == 0;
}

/** Another driver than NVMe's has the major number of a character node */
static bool
is_of_other_driver(unsigned number)
{
	FILE *file = fopen("/proc/devices", "re");
	bool found = !file;
	char line[128];

	/* Character devices come first, after a headline; then there is an empty line */
	while (!found && fgets(line, sizeof(line), file) && line[0] != '\n') {
		char *name;
		const unsigned long major_number = strtoul(line, &name, 10);

		found = name != line && major_number == number &&
			strncmp(name, " nvme", strlen(" nvme")) != 0;
	}
	if (file) {
		fclose(file);
	}

	return found;
}

/** A stale node: no device has its number */
static bool
has_no_device(const struct stat *st)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u", major(st->st_rdev), minor(st->st_rdev));

	/* Not every driver has its devices in sysfs: terminals are not there */
	return access(path, F_OK) < 0 && access("/sys/dev/char", F_OK) == 0 &&
	       !is_of_other_driver(major(st->st_rdev));
}

int
xnvi_os_classify(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		return -errno;
	}
	if (S_ISREG(st.st_mode)) {
		return XNVI_CLASS_FILE;
	}
	if (S_ISBLK(st.st_mode)) {
		return is_nvme_node(&st) ? XNVI_CLASS_NVME_BLOCK : XNVI_CLASS_BLOCK;
	}
	if (S_ISDIR(st.st_mode)) {
		return -EISDIR;
	}

	if (S_ISCHR(st.st_mode) && is_nvme_node(&st)) {
		return XNVI_CLASS_NVME;
	}

	return S_ISCHR(st.st_mode) && has_no_device(&st) ? -ENXIO : -ENOTTY;
}

int
xnvi_os_zero_range(xnvi_handle handle, uint64_t offset, uint64_t nbytes, bool dealloc,
		   uint32_t limit_us)
{
	const int mode = dealloc ? FALLOC_FL_PUNCH_HOLE : FALLOC_FL_ZERO_RANGE;
	struct xnvi_retry retry = {.limit_us = limit_us};
	int err;

	do {
		err = fallocate(handle, mode | FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)nbytes);
	} while (err < 0 && xnvi_retry(&retry));

	return err < 0 ? (errno == EOPNOTSUPP || errno == ENOSYS ? -ENOTSUP : -errno) : 0;
}
