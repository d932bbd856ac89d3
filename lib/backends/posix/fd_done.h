// SPDX-License-Identifier: BSD-3-Clause
/**
 * What mechanisms on descriptors do with the result of a call
 */
#ifndef XNVI_POSIX_FD_DONE_H
#define XNVI_POSIX_FD_DONE_H

#include <backends/posix/fd.h>

/**
 * A read met the end of a file that became shorter, or of a disk that is gone
 *
 * An NVM command is told so, and the size is known from now on; a file command has a short read.
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

	/* A controller behind it knows the size */
	return dev->sync->raw ? 0 : xnvi_dev_refresh_size(dev);
}

/**
 * A controller behind the descriptor says better than an errno what is wrong. A permission error is
 * final all the same: the command is not tried again by ioctl(2).
 */
static inline bool
xnvi_fd_asks_controller(const struct xnvme_dev *dev, long err)
{
	return dev->sync->raw && err != -EPERM && err != -EACCES && err != -EROFS && err != -ESTALE;
}

/**
 * What the kernel says of a command: it is done, or the sync path has to look at it
 *
 * @param res Bytes transferred, or a negative errno
 *
 * @return Number of commands completed, 0 or 1
 */
static inline uint32_t
xnvi_fd_complete(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, long res)
{
	const struct xnvi_req *req = xnvi_queue_req(queue, xnvi_ctx_idx(ctx));
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
