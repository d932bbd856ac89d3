// SPDX-License-Identifier: BSD-3-Clause
/**
 * dev: linux
 *
 * Talks to:             open(2), fstat(2), ioctls for sizes and for the NSID
 * Serves:               files, block devices, NVMe nodes
 * Needs:                read or write permission on the node
 * Queue and limits:     -
 * Completion delivery:  -
 * Threads:              any
 * Error mapping:        errno as it is
 * Quirks:               opts.direct is never dropped: a file without O_DIRECT does not open. A
 *                       namespace's block node is opened with O_DIRECT where commands go past the
 *                       page cache, so that all commands see the same content. A zoned device is
 *                       opened with O_DIRECT too, since its writes must not be delayed. opts.nsid
 *                       has no effect: a node belongs to one namespace
 * Not supported:        -
 */
#include <backends/linux/ioctl.h>
#include <backends/linux/kernel.h>
#include <backends/linux/nvme.h>
#include <os/posix/descriptor.h>

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LAYER "be:linux"

static int
open_flags(const struct xnvme_dev *dev)
{
	const struct xnvme_opts *opts = &dev->opts;
	int flags;

	flags = opts->rdonly ? O_RDONLY : opts->wronly ? O_WRONLY : O_RDWR;
	if (dev->cls == XNVI_CLASS_NVME) {
		/* The node takes only commands: they are direct, and there is no file to create */
		return flags;
	}
	flags |= opts->create ? O_CREAT : 0;
	flags |= opts->truncate ? O_TRUNC : 0;
	flags |=
	    opts->direct || (dev->cls == XNVI_CLASS_NVME_BLOCK && dev->sync->raw) ? O_DIRECT : 0;

	return flags;
}

/** Explain an errno of open(2); the remedy depends on the options */
static int
explain_open(const struct xnvme_opts *opts, const char *path, int err)
{
	const char *hint = "";

	if (err == EINVAL && opts->direct) {
		return xnvi_err(-EINVAL, LAYER, path, "open without opts.direct",
				"the file system does not support O_DIRECT");
	}
	if ((err == EACCES || err == EPERM || err == EROFS) && !opts->rdonly) {
		hint = "check the permissions, or open with opts.rdonly";
	} else if (err == EACCES || err == EPERM) {
		hint = "check the permissions";
	} else if (err == ENOENT) {
		hint = "check the path; set opts.create to create the file";
	} else if (err == ENXIO || err == ENODEV) {
		hint = "the node has no device: load the driver, or wait until the device is back";
	} else if (err == EINTR) {
		return xnvi_err(-ETIMEDOUT, LAYER, path, "see what sends signals to this process",
				"open: EINTR for %u s", XNVI_RETRY_DEFAULT_US / 1000000U);
	}

	return xnvi_err(-err, LAYER, path, hint, "open: %s", strerror(err));
}

/** The page cache would write zones back in any order, and no error would be reported */
static int
go_direct(struct xnvme_dev *dev, int fd)
{
	const int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_DIRECT) < 0) {
		return -errno;
	}
	xnvi_dev_set_direct(dev);

	return 0;
}

static int
fill_state(struct xnvme_dev *dev, struct xnvi_fd *state)
{
	struct stat st;
	int err;

	if (fstat(state->fd, &st) < 0) {
		return -errno;
	}
	state->block = S_ISBLK(st.st_mode);
	if (!state->block && !S_ISREG(st.st_mode)) {
		return xnvi_err(-ENOTTY, LAYER, dev->ident.uri, "name a file or a block device",
				"neither a file nor a block device");
	}

	state->rdev = st.st_rdev;
	if (!state->block) {
		return 0;
	}
	state->ask_lba_nbytes = xnvi_linux_block_lba_nbytes;
	err = xnvi_linux_block_lba_nbytes(state->fd, &state->lba_nbytes);
	err = err ? err : xnvi_linux_zone_nbytes(state->fd, &state->zone_nbytes);

	return !err && state->zone_nbytes ? go_direct(dev, state->fd) : err;
}

/** Set the type of a node of the NVMe driver, and whether core checks ranges */
static int
fill_nvme(struct xnvme_dev *dev, const struct xnvi_fd *state)
{
	const bool has_controller = strcmp(dev->admin->id, "nvme") == 0;
	int read_only = 0;
	uint32_t nsid;
	int err;

	err = xnvi_nvme_nsid(state->fd, &nsid);
	if (err) {
		return err;
	}
	if (state->block && dev->sync->raw) {
		/* Commands go past the block layer, which would refuse writes */
		if (xnvi_linux_ioctl(state->fd, BLKROGET, &read_only) == 0 && read_only) {
			xnvi_dev_set_read_only(dev);
		}
		xnvi_dev_set_direct(dev);
	}
	xnvi_dev_set_bounded(dev, !dev->sync->raw);
	xnvi_dev_set_identity(dev,
			      nsid == UINT32_MAX ? XNVI_DTYPE_CONTROLLER
			      : has_controller	 ? XNVI_DTYPE_NAMESPACE
						 : XNVI_DTYPE_BLOCK,
			      nsid);

	return 0;
}

static int
fill_dev(struct xnvme_dev *dev, struct xnvi_fd *state)
{
	int err = 0;

	if (dev->cls != XNVI_CLASS_NVME) {
		err = fill_state(dev, state);
	}
	if (err) {
		return err;
	}
	if (dev->cls & XNVI_CLASSES_NVME) {
		return fill_nvme(dev, state);
	}
	xnvi_dev_set_bounded(dev, true);
	xnvi_dev_set_identity(dev, state->block ? XNVI_DTYPE_BLOCK : XNVI_DTYPE_FILE, 1);

	return 0;
}

static int
linux_open(struct xnvme_dev *dev, const struct xnvi_uri *uri)
{
	struct xnvi_fd *state = xnvi_fd_of(dev);
	int err;

	state->fd = xnvi_open(uri->path, open_flags(dev), dev->opts.create_mode);
	if (state->fd < 0) {
		return explain_open(&dev->opts, uri->path, errno);
	}
	err = fill_dev(dev, state);
	if (err) {
		close(state->fd);
	}

	return err;
}

bool
xnvi_linux_is_served_by_process(const struct xnvme_dev *dev)
{
	struct xnvi_fd *state = xnvi_fd_of(dev);
	uint8_t server = atomic_load_explicit(&state->server, memory_order_relaxed);
	struct statfs fs;

	if (XNVI_UNLIKELY(server == XNVI_SERVER_UNKNOWN)) {
		server = !state->block && (fstatfs(state->fd, &fs) || fs.f_type == FUSE_SUPER_MAGIC)
			     ? XNVI_SERVER_PROCESS
			     : XNVI_SERVER_KERNEL;
		atomic_store_explicit(&state->server, server, memory_order_relaxed);
	}

	return server == XNVI_SERVER_PROCESS;
}

static void
linux_close(struct xnvme_dev *dev)
{
	xnvi_linux_unclaim(dev);
	close(xnvi_fd_of(dev)->fd);
}

/** Whether the disk lost its driver; false without sysfs */
static bool
lost_driver(const struct xnvi_fd *state)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", major(state->rdev),
		 minor(state->rdev));

	return state->rdev && access(path, F_OK) < 0 && errno == ENOENT &&
	       access("/sys/dev/block", F_OK) == 0;
}

int
xnvi_linux_check_lba(struct xnvme_dev *dev)
{
	const struct xnvi_fd *state = xnvi_fd_of(dev);
	uint32_t lba_nbytes = 0;

	/* When the size is not known, the next command fails with a reason */
	return xnvi_linux_block_lba_nbytes(state->fd, &lba_nbytes) ||
		       lba_nbytes == state->lba_nbytes
		   ? 0
		   : xnvi_dev_is_stale(dev, lba_nbytes, dev->geo.nbytes_oob);
}

/** Size of a block device; -ENODEV for a disk that is gone, which has no size */
static int
block_size(struct xnvme_dev *dev, const struct xnvi_fd *state, uint64_t *nbytes)
{
	const int err = xnvi_linux_block_nbytes(state->fd, nbytes);

	if (err && err != -ENXIO && err != -ENODEV) {
		return err;
	}
	if (err || !*nbytes || lost_driver(state)) {
		return xnvi_err(-ENODEV, LAYER, dev->ident.uri,
				"open it again when the device is back",
				"the block device has no size or no driver: the disk is gone");
	}

	return xnvi_linux_check_lba(dev);
}

static int
linux_size(struct xnvme_dev *dev, uint64_t *nbytes)
{
	const struct xnvi_fd *state = xnvi_fd_of(dev);
	struct stat st;

	if (state->block) {
		return block_size(dev, state, nbytes);
	}
	if (fstat(state->fd, &st) < 0) {
		return -errno;
	}
	*nbytes = (uint64_t)st.st_size;

	return 0;
}

/** Reduce the limits: unlike reads and writes, the kernel does not split commands */
static void
linux_limits(struct xnvme_dev *dev, struct xnvme_geo *geo)
{
	struct xnvi_fd *state = xnvi_fd_of(dev);
	uint64_t nbytes;

	if (state->block && dev->sync->raw) {
		/* The driver does not support all sizes that Identify may report */
		(void)xnvi_linux_block_lba_nbytes(state->fd, &state->lba_nbytes);
	}
	if (dev->sync->raw && xnvi_nvme_limit(xnvi_fd_of(dev)->fd, &nbytes) == 0 &&
	    nbytes < geo->mdts_nbytes) {
		geo->mdts_nbytes = (uint32_t)nbytes;
		xnvi_dev_set_limit_src(dev, "kernel:max_segments");
	}
}

const struct xnvi_dev_ops xnvi_linux_dev = {
    .id = "linux",
    .open = linux_open,
    .close = linux_close,
    .size = linux_size,
    .limits = linux_limits,
    .claim = xnvi_linux_claim,
    .scan = xnvi_linux_scan,
};
