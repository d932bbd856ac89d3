// SPDX-License-Identifier: BSD-3-Clause
/**
 * The kernel's NVMe driver, for admin, sync and io_uring_cmd
 */
#ifndef XNVI_LINUX_NVME_H
#define XNVI_LINUX_NVME_H

#include <backends/linux/ioctl.h>
#include <backends/posix/fd.h>

#include <linux/nvme_ioctl.h>

/** Largest number of vectors in one command: UIO_MAXIOV of the kernel */
#define XNVI_NVME_IOVCNT_MAX 1024U

/** One command for ioctl(2); io_uring takes the same without the result */
union xnvi_nvme_cmd {
	struct nvme_uring_cmd uring;
	struct nvme_passthru_cmd64 ioctl;
};

static_assert(offsetof(struct nvme_uring_cmd, timeout_ms) ==
		  offsetof(struct nvme_passthru_cmd64, timeout_ms),
	      "one layout");

/** Get the NSID of an open node, the broadcast value for a controller; -ENOTTY for other files */
int xnvi_nvme_nsid(int fd, uint32_t *nsid);

/** Whether the disk of a node or file has queues to poll */
bool xnvi_linux_can_poll(int fd);

/** Get the bytes that the kernel maps for one command on a node, however they lie in memory */
int xnvi_nvme_limit(int fd, uint64_t *nbytes);

/** Set all fields except data and metadata; `timeout_us` 0 is the default of the kernel */
void xnvi_nvme_cmd_init(struct nvme_uring_cmd *out, const struct xnvme_spec_cmd *cmd,
			uint32_t timeout_us);

/**
 * Set the fields from a request; vectors are not filled in
 *
 * File commands become NVM commands, so the opcode may differ from that of `ctx`.
 */
void xnvi_nvme_cmd_from_req(struct nvme_uring_cmd *out, const struct xnvme_dev *dev,
			    const struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req);

/**
 * Whether the command moves metadata in a buffer of its own, and the caller passed none: the
 * controller would take address 0 for the buffer
 */
bool xnvi_nvme_lacks_mbuf(const struct xnvme_dev *dev, const struct nvme_uring_cmd *cmd);

/**
 * Evaluate the result of the driver: a status, or none
 *
 * @param res 0, an NVMe status in the layout of the kernel, or a negative errno
 *
 * @return 0 with ctx->cpl filled, or the negative errno, explained
 */
int xnvi_nvme_verdict(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, int res, uint64_t result);

/** As xnvi_nvme_verdict(), for an I/O command: -ESTALE when the namespace was formatted */
int xnvi_nvme_io_verdict(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, int res,
			 uint64_t result);

/** Whether the block node was made read-only (blockdev --setro), which ioctl(2) ignores */
bool xnvi_nvme_is_read_only(const struct xnvme_dev *dev);

#endif /* XNVI_LINUX_NVME_H */
