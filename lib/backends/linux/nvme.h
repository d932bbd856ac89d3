// SPDX-License-Identifier: BSD-3-Clause
/**
 * The kernel's NVMe driver: what admin, sync and io_uring_cmd share
 */
#ifndef XNVI_LINUX_NVME_H
#define XNVI_LINUX_NVME_H

#include <backends/linux/ioctl.h>
#include <backends/posix/fd.h>

#include <linux/nvme_ioctl.h>

/** Most vectors that the driver takes with one command: the kernel's UIO_MAXIOV */
#define XNVI_NVME_IOVCNT_MAX 1024U

/** One command for ioctl(2); all but the result is what io_uring takes */
union xnvi_nvme_cmd {
	struct nvme_uring_cmd uring;
	struct nvme_passthru_cmd64 ioctl;
};

static_assert(offsetof(struct nvme_uring_cmd, timeout_ms) ==
		  offsetof(struct nvme_passthru_cmd64, timeout_ms),
	      "one layout");

/** The namespace of an open node, or the broadcast value for a controller's; -ENOTTY for others */
int xnvi_nvme_nsid(int fd, uint32_t *nsid);

/** The disk of a node or file completes what is polled for: its driver has queues of that kind */
bool xnvi_linux_can_poll(int fd);

/** Most bytes that the kernel maps for one command on a namespace's node, wherever they lie */
int xnvi_nvme_limit(int fd, uint64_t *nbytes);

/** Fields that data and metadata do not decide; `timeout_us` 0 is the kernel's own default */
void xnvi_nvme_cmd_init(struct nvme_uring_cmd *out, const struct xnvme_spec_cmd *cmd,
			uint32_t timeout_us);

/**
 * A request of a queue or a device; vectors are not filled in
 *
 * File commands are made NVM ones, so that the opcode differs from that of `ctx`.
 */
void xnvi_nvme_cmd_from_req(struct nvme_uring_cmd *out, const struct xnvme_dev *dev,
			    const struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req);

/**
 * The namespace keeps metadata in a buffer of its own, the command moves some, and the caller has
 * none: the controller would take address 0 for the buffer
 */
bool xnvi_nvme_lacks_mbuf(const struct xnvme_dev *dev, const struct nvme_uring_cmd *cmd);

/**
 * The driver's answer: a verdict, or that there is none
 *
 * @param res 0, an NVMe status in the layout of the kernel, or a negative errno
 *
 * @return 0 with ctx->cpl filled, or the negative errno, explained
 */
int xnvi_nvme_verdict(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, int res, uint64_t result);

/** As xnvi_nvme_verdict(), of an I/O command: -ESTALE when the namespace was formatted meanwhile */
int xnvi_nvme_io_verdict(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, int res,
			 uint64_t result);

/** The block node was made read-only (blockdev --setro), which commands by ioctl(2) do not heed */
bool xnvi_nvme_is_read_only(const struct xnvme_dev *dev);

#endif /* XNVI_LINUX_NVME_H */
