// SPDX-License-Identifier: BSD-3-Clause
/**
 * admin: nvme
 *
 * Talks to:             ioctl(2) of the kernel's NVMe driver; sysfs and the controller's node for
 *                       requests that a namespace's node does not take
 * Serves:               /dev/nvmeX, /dev/nvmeXnY, /dev/ngXnY
 * Needs:                CAP_SYS_ADMIN for most commands
 * Queue and limits:     one command at a time per call; length as the kernel allows
 * Completion delivery:  on return
 * Threads:              any
 * Error mapping:        a positive result of ioctl(2) is the controller's status; an errno is the
 *                       host's failure
 * Quirks:               every command carries opts.admin_timeout; EINTR means that the kernel gave
 *                       the command up
 * Not supported:        fused commands: the kernel refuses them
 */
#include <backends/linux/nvme.h>
#include <os/posix/descriptor.h>

#include <fcntl.h>
#include <backends/linux/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define LAYER "be:nvme"

static int
pass(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes, void *mbuf,
     size_t mbuf_nbytes)
{
	union xnvi_nvme_cmd cmd = {0};
	int res;

	if (dbuf_nbytes > UINT32_MAX || mbuf_nbytes > UINT32_MAX) {
		return xnvi_cmd_explained(
		    ctx, xnvi_err(-EINVAL, LAYER, dev->ident.uri, "pass less than 4 GiB",
				  "%zu bytes of data, %zu of metadata", dbuf_nbytes, mbuf_nbytes));
	}
	if (xnvi_admin_writes((uint8_t)ctx->cmd.common.opcode) && xnvi_nvme_is_read_only(dev)) {
		return xnvi_cmd_explained(ctx, xnvi_err(-EPERM, LAYER, dev->ident.uri,
							"blockdev --setrw",
							"the block device is read-only"));
	}
	xnvi_nvme_cmd_init(&cmd.uring, &ctx->cmd, dev->opts.admin_timeout);
	cmd.ioctl.addr = (uintptr_t)dbuf;
	cmd.ioctl.data_len = (uint32_t)dbuf_nbytes;
	cmd.ioctl.metadata = (uintptr_t)mbuf;
	cmd.ioctl.metadata_len = (uint32_t)mbuf_nbytes;
	res = xnvi_linux_ioctl_once(xnvi_fd_of(dev)->fd, NVME_IOCTL_ADMIN64_CMD, &cmd.ioctl);

	return xnvi_nvme_verdict(dev, ctx, res, cmd.ioctl.result);
}

/** Folder of the controller in sysfs, found by the number of the node, since names may be links */
static int
sysfs_of_controller(const struct xnvme_dev *dev, char *path, size_t nbytes)
{
	const bool is_ctrlr = dev->ident.dtype == XNVI_DTYPE_CONTROLLER;
	struct stat st;

	if (fstat(xnvi_fd_of(dev)->fd, &st) < 0) {
		return xnvi_err_sys(-errno, LAYER, dev->ident.uri, "fstat");
	}
	snprintf(path, nbytes, "/sys/dev/%s/%u:%u%s", S_ISBLK(st.st_mode) ? "block" : "char",
		 major(st.st_rdev), minor(st.st_rdev), is_ctrlr ? "" : "/device");

	return 0;
}

/** Open the node of the controller; a namespace of several controllers has no single one */
static int
open_controller(const struct xnvme_dev *dev)
{
	char path[64];
	char link[256];
	char node[sizeof(link) + 4];
	const char *name;
	ssize_t len;
	int fd;

	fd = sysfs_of_controller(dev, path, sizeof(path));
	if (fd) {
		return fd;
	}
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0) {
		return xnvi_err(-errno, LAYER, path, "check that /sys can be read",
				"looking for the controller's node: %s", strerror(errno));
	}
	link[len] = '\0';
	name = strrchr(link, '/');
	if (!name || strncmp(name, "/nvme", 5) != 0 || name[5 + strspn(name + 5, "0123456789")]) {
		return xnvi_err(-ENOTSUP, LAYER, dev->ident.uri, "name a controller: /dev/nvmeX",
				"several controllers share the namespace");
	}
	snprintf(node, sizeof(node), "/dev%s", name);
	fd = xnvi_open(node, O_RDWR, 0);

	return fd < 0 ? xnvi_err(-errno, LAYER, node, "check the permissions", "open: %s",
				 strerror(errno))
		      : fd;
}

static int
on_controller(struct xnvme_dev *dev, unsigned long request, const char *what)
{
	const int fd = open_controller(dev);
	int err;

	if (fd < 0) {
		return fd;
	}
	err = xnvi_linux_ioctl_once(fd, request, NULL);
	close(fd);

	return err < 0
		   ? xnvi_err(err, LAYER, dev->ident.uri,
			      err == -ENOTTY ? "the controller has no such reset" : "run as root",
			      "%s: %s", what, strerror(-err))
		   : 0;
}

static int
subsystem_reset(struct xnvme_dev *dev)
{
	return on_controller(dev, NVME_IOCTL_SUBSYS_RESET, "subsystem reset");
}

static int
controller_reset(struct xnvme_dev *dev)
{
	return on_controller(dev, NVME_IOCTL_RESET, "controller reset");
}

static int
namespace_rescan(struct xnvme_dev *dev)
{
	return on_controller(dev, NVME_IOCTL_RESCAN, "namespace rescan");
}

/** Copy in dwords, an access that every controller allows */
static void
copy_registers(struct xnvme_spec_ctrlr_bar *bar, const volatile uint32_t *from)
{
	uint32_t dwords[sizeof(*bar) / sizeof(uint32_t)];

	for (size_t i = 0; i < sizeof(dwords) / sizeof(dwords[0]); ++i) {
		dwords[i] = from[i];
	}
	memcpy(bar, dwords, sizeof(dwords));
}

static int
registers(struct xnvme_dev *dev, struct xnvme_spec_ctrlr_bar *bar)
{
	char folder[64];
	char path[128];
	void *mapped;
	int fd, err;

	err = sysfs_of_controller(dev, folder, sizeof(folder));
	if (err) {
		return err;
	}
	snprintf(path, sizeof(path), "%s/device/resource0", folder);
	fd = xnvi_open(path, O_RDONLY, 0);
	if (fd < 0) {
		return xnvi_err(-errno, LAYER, path, "run as root; only PCIe controllers have them",
				"open: %s", strerror(errno));
	}
	mapped = mmap(NULL, sizeof(*bar), PROT_READ, MAP_SHARED, fd, 0);
	err = mapped == MAP_FAILED ? -errno : 0;
	close(fd);
	if (err) {
		return xnvi_err(
		    err, LAYER, path, "boot with iomem=relaxed, or unbind the kernel's driver",
		    "the kernel does not let the registers be mapped: %s", strerror(-err));
	}
	copy_registers(bar, mapped);
	munmap(mapped, sizeof(*bar));

	return 0;
}

const struct xnvi_admin_ops xnvi_admin_nvme = {
    .id = "nvme",
    .pass = pass,
    .subsystem_reset = subsystem_reset,
    .controller_reset = controller_reset,
    .namespace_rescan = namespace_rescan,
    .registers = registers,
};
