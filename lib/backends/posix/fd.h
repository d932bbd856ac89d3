// SPDX-License-Identifier: BSD-3-Clause
/**
 * The private state of a device that is a descriptor: what psync, posix and file_as_ns share
 */
#ifndef XNVI_FD_H
#define XNVI_FD_H

#include <core/internal.h>

struct xnvi_claims;

/** Who answers for the descriptor's data */
enum xnvi_server { XNVI_SERVER_UNKNOWN = 0, XNVI_SERVER_KERNEL, XNVI_SERVER_PROCESS };

struct xnvi_fd {
	int fd; ///< First, as programs for 0.7.5 expect of xnvme_dev_get_be_state()
	bool block;
	_Atomic uint8_t server; ///< enum xnvi_server; asked for on first use
	uint32_t lba_nbytes;	///< Of a block device, as last seen
	/** Likewise: asks the system for it */
	int (*ask_lba_nbytes)(int fd, uint32_t *lba_nbytes);
	uint64_t rdev;		    ///< Likewise: its number
	uint64_t zone_nbytes;	    ///< Likewise: size of a zone, 0 when it has none
	struct xnvi_claims *claims; ///< Held until the device is closed; NULL: nothing is
	atomic_int exclusive_fd; ///< Of a claimed block device: a descriptor that excludes others
};

static inline struct xnvi_fd *
xnvi_fd_of(const struct xnvme_dev *dev)
{
	static_assert(sizeof(struct xnvi_fd) <= XNVI_BE_STATE_NBYTES, "state has to fit");

	return (struct xnvi_fd *)(uintptr_t)dev->be_state;
}

/** The descriptor to discard and zero by: a claim makes the kernel refuse both by any other */
static inline int
xnvi_fd_for_ranges(const struct xnvi_fd *state)
{
	const int fd = atomic_load_explicit(&state->exclusive_fd, memory_order_relaxed);

	return fd > 0 ? fd : state->fd;
}

/** xnvi_admin_ops.pass of a descriptor */
int xnvi_file_as_ns_pass(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, void *dbuf,
			 size_t dbuf_nbytes, void *mbuf, size_t mbuf_nbytes);

/** What xnvi_psync_io() can do */
#define XNVI_PSYNC_KINDS                                                                           \
	(XNVI_KINDS_RW | (1U << XNVI_KIND_FLUSH) | (1U << XNVI_KIND_WRITE_ZEROES) |                \
	 (1U << XNVI_KIND_DEALLOCATE) | (1U << XNVI_KIND_BEYOND))

/** xnvi_sync_ops.io of a descriptor */
int xnvi_psync_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req);

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

/** The end of the file explains why only `done` bytes were read: another try would say the same */
bool xnvi_fd_met_end(struct xnvme_dev *dev, const struct xnvi_req *req, uint64_t done);

/**
 * What `err` of a call comes to
 *
 * A block device that is gone fails in many ways, and one whose LBA size changed too: these are
 * -ENODEV and -ESTALE.
 */
int xnvi_fd_verdict(struct xnvme_dev *dev, int err);

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
	const struct xnvi_req *req = &queue->reqs[xnvi_rsvd_of(ctx)->idx];
	int err;

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

#endif /* XNVI_FD_H */
