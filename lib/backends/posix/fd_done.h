// SPDX-License-Identifier: BSD-3-Clause
/**
 * Completing a command by the result of a call on a descriptor
 */
#ifndef XNVI_POSIX_FD_DONE_H
#define XNVI_POSIX_FD_DONE_H

#include <backends/posix/fd.h>

/**
 * A read reached the end of a file that became shorter, or of a disk that is gone
 *
 * For an NVM command this is LBA Out of Range, and the new size is stored. For a file command it is
 * a short read.
 */
static inline int
xnvi_fd_ends_early(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	if (req->flags & XNVI_REQ_EXACT) {
		ctx->cpl.result = 0;
		xnvi_cpl_status(ctx, XNVME_STATUS_CODE_TYPE_GENERIC, XNVI_SC_LBA_OUT_OF_RANGE,
				true);
	} else if (!xnvi_fd_of(dev)->block) {
		return 0;
	}

	/* With a controller, Identify has the size */
	return dev->sync->raw ? 0 : xnvi_dev_refresh_size(dev);
}

/**
 * Whether to ask the controller of the descriptor, whose status says more than an errno
 *
 * A permission error is final: the command is not tried again by ioctl(2).
 */
static inline bool
xnvi_fd_asks_controller(const struct xnvme_dev *dev, long err)
{
	return dev->sync->raw && err != -EPERM && err != -EACCES && err != -EROFS && err != -ESTALE;
}

/**
 * Complete a command by the result from the kernel, or hand it to the sync path
 *
 * @param res Bytes transferred, or a negative errno
 *
 * @return Number of commands completed, 0 or 1
 */
static inline uint32_t
xnvi_fd_complete(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, long res)
{
	const struct xnvi_req *req = xnvi_ctx_req(ctx);
	int err;

	if (xnvi_queue_takes_back(queue, ctx)) {
		return 0;
	}
	if (XNVI_LIKELY(res >= 0 && (uint64_t)res == req->nbytes)) {
		ctx->cpl.result = (uint64_t)res;
	} else if (res >= 0 && xnvi_fd_met_end(queue->dev, req, (uint64_t)res)) {
		ctx->cpl.result = (uint64_t)res;
		err = xnvi_fd_ends_early(queue->dev, ctx, req);
		if (err) {
			xnvi_cpl_host_err(ctx, err, ctx->cpl.result);
		}
	} else if (res >= 0 || res == -EINTR || res == -EAGAIN || res == -ECANCELED ||
		   xnvi_fd_asks_controller(queue->dev, res)) {
		return xnvi_queue_redo(queue, ctx);
	} else {
		xnvi_cpl_host_err(ctx, xnvi_fd_verdict(queue->dev, (int)res), 0);
	}
	xnvi_queue_complete(queue, ctx);

	return 1;
}

#endif /* XNVI_POSIX_FD_DONE_H */
