// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands: the context, and passing it to a device or a queue
 */
#ifndef __LIBXNVME_CMD_H
#define __LIBXNVME_CMD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <libxnvme_dev.h>
#include <libxnvme_queue.h>
#include <libxnvme_spec.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xnvme_cmd_ctx_async {
	struct xnvme_queue *queue;
	xnvme_queue_cb cb;
	void *cb_arg;
};

struct xnvme_cmd_ctx {
	struct xnvme_spec_cmd cmd;
	struct xnvme_spec_cpl cpl;
	struct xnvme_dev *dev;
	struct xnvme_cmd_ctx_async async;
	uint32_t opts;
	uint8_t be_rsvd[12];
};

/**
 * Set callback and argument of one context
 *
 * Inline here, and a symbol of the library for programs in other languages.
 *
 * @param ctx The context, in the hands of the caller
 * @param cb What is called when its command completes, by the thread that pokes the queue
 * @param cb_arg What the callback gets; it stays the caller's
 */
static inline void
xnvme_cmd_ctx_set_cb(struct xnvme_cmd_ctx *ctx, xnvme_queue_cb cb, void *cb_arg)
{
	ctx->async.cb = cb;
	ctx->async.cb_arg = cb_arg;
}

/**
 * A context for commands that complete before the call returns
 *
 * @param dev The device; checked when the context is used
 *
 * @return The context, by value: 128 bytes, as in 0.7.5
 */
struct xnvme_cmd_ctx xnvme_cmd_ctx_from_dev(struct xnvme_dev *dev);

/**
 * As xnvme_queue_get_cmd_ctx()
 */
struct xnvme_cmd_ctx *xnvme_cmd_ctx_from_queue(struct xnvme_queue *queue);

/**
 * Zero all 128 bytes of a context
 *
 * A context of a queue can afterwards only be given back.
 */
void xnvme_cmd_ctx_clear(struct xnvme_cmd_ctx *ctx);

/**
 * 1 when the command completed with an error, else 0; xnvme_cmd_ctx_explain() says which
 *
 * Inline here, and a symbol of the library for programs in other languages.
 */
static inline int
xnvme_cmd_ctx_cpl_status(struct xnvme_cmd_ctx *ctx)
{
	return ctx->cpl.status.sc || ctx->cpl.status.sct;
}

/**
 * Pass the command in `ctx`
 *
 * With a context of a device it is executed now. With a context of a queue it is submitted: after 0
 * the callback is called exactly once, after an error never.
 *
 * Where metadata is the protection information alone and PRACT = 1, the controller inserts and
 * strips it: Read, Write and Zone Append then move (NLB + 1) x data size bytes and no metadata,
 * whether LBAs are extended or not.
 *
 * @param ctx Context with the command filled in
 * @param dbuf Data buffer, or NULL for commands without data; it has to live until completion
 * @param dbuf_nbytes Its length in bytes: exactly what the command moves
 * @param mbuf Metadata buffer, or NULL
 * @param mbuf_nbytes Its length in bytes
 *
 * @return 0; -EIO when the device refused (ctx->cpl says how); -EBUSY when the queue is full;
 * -EINVAL when lengths do not agree or the context is not in hand; -ENOSYS when this is no command
 * of the device; -ENOTSUP for metadata where there is none; -EPERM when the access mode forbids it;
 * -ESHUTDOWN, -EOWNERDEAD; -ENODEV when the device is gone; -ESTALE when its LBA size changed, see
 * xnvme_dev_derive_geo(); or the host's errno
 */
int xnvme_cmd_pass(struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes, void *mbuf,
		   size_t mbuf_nbytes);

/**
 * As xnvme_cmd_pass_iov(), with metadata in at most one vector
 */
int xnvme_cmd_passv(struct xnvme_cmd_ctx *ctx, struct iovec *dvec, size_t dvec_cnt,
		    size_t dvec_nbytes, struct iovec *mvec, size_t mvec_cnt, size_t mvec_nbytes);

/**
 * As xnvme_cmd_pass(), with the data in several segments
 *
 * @param dvec Segments; array and memory have to live until completion
 * @param dvec_cnt Number of segments
 * @param dvec_nbytes Sum of their lengths in bytes
 */
int xnvme_cmd_pass_iov(struct xnvme_cmd_ctx *ctx, struct iovec *dvec, size_t dvec_cnt,
		       size_t dvec_nbytes, void *mbuf, size_t mbuf_nbytes);

/**
 * Pass an admin command; contexts of a device only
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_cmd_pass_admin(struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes, void *mbuf,
			 size_t mbuf_nbytes);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_CMD_H */
