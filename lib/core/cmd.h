// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands, for core: to the device or to the queue
 */
#ifndef XNVI_CORE_CMD_H
#define XNVI_CORE_CMD_H

#include <core/err.h>
#include <core/queue.h>

/** Execute a command in the calling thread; xnvme_cmd_pass() and the like on a device */
int xnvi_sync_pass(struct xnvme_cmd_ctx *ctx, void *data, size_t iovcnt, size_t nbytes, void *mbuf,
		   size_t mbuf_nbytes);

/** -EINVAL, explained: the context belongs neither to a device nor to a queue */
int xnvi_refuse_mode(const struct xnvme_cmd_ctx *ctx);

/** Whether the command of a context is in flight: then helpers may not fill in another one */
static inline bool
xnvi_ctx_is_busy(const struct xnvme_cmd_ctx *ctx)
{
	return XNVI_UNLIKELY(ctx->opts == XNVI_CTX_ASYNC &&
			     (xnvi_rsvd_of(ctx)->guard & XNVI_GUARD_INFLIGHT));
}

/** -EINVAL, explained: the context is in flight */
int xnvi_refuse_busy(struct xnvme_cmd_ctx *ctx);

/** Pass an I/O command to the device or the queue of its context, by the long way */
static inline int
xnvi_pass(struct xnvme_cmd_ctx *ctx, void *data, size_t iovcnt, size_t nbytes, void *mbuf,
	  size_t mbuf_nbytes)
{
	if (ctx->opts == XNVI_CTX_ASYNC) {
		return xnvi_queue_submit(ctx, data, iovcnt, nbytes, mbuf, mbuf_nbytes);
	}
	if (ctx->opts == XNVI_CTX_SYNC) {
		return xnvi_sync_pass(ctx, data, iovcnt, nbytes, mbuf, mbuf_nbytes);
	}

	return xnvi_refuse_mode(ctx);
}

#endif /* XNVI_CORE_CMD_H */
