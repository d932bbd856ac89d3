// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands: the context, and passing it to a device or a queue
 */
#ifndef __LIBXNVME_CMD_H
#define __LIBXNVME_CMD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <libxnvme_dev.h>
#include <libxnvme_iovec.h>
#include <libxnvme_queue.h>
#include <libxnvme_spec.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What a context of a queue has beside its command; all NULL in a context of a device
 */
struct xnvme_cmd_ctx_async {
	struct xnvme_queue *queue; ///< The queue that owns the context; read only
	xnvme_queue_cb cb;	   ///< Callback, see xnvme_cmd_ctx_set_cb()
	void *cb_arg;		   ///< Second argument of the callback
};

/**
 * A command and its completion
 *
 * A context of a device (xnvme_cmd_ctx_from_dev()) executes its command before the call returns. A
 * context of a queue (xnvme_queue_get_cmd_ctx()) submits it. Either is used by one thread at a
 * time, for one command at a time: from submission to callback a context of a queue must not be
 * changed. A context of a device may be copied, one of a queue may not.
 */
struct xnvme_cmd_ctx {
	struct xnvme_spec_cmd cmd;	  ///< The command; filled in by the caller or a helper
	struct xnvme_spec_cpl cpl;	  ///< The completion; valid after the command
	struct xnvme_dev *dev;		  ///< The device; read only
	struct xnvme_cmd_ctx_async async; ///< Queue and callback
	uint32_t opts;	     ///< 1 context of a device, 2 context of a queue; read only
	uint8_t be_rsvd[12]; ///< State of the library; do not touch
};

/**
 * Set callback and argument of one context
 *
 * Inline here, and a symbol of the library for programs in other languages.
 *
 * @param ctx Context of a queue, not in flight
 * @param cb Called when the command completes, see ::xnvme_queue_cb
 * @param cb_arg Passed to the callback; it stays the caller's
 */
static inline void
xnvme_cmd_ctx_set_cb(struct xnvme_cmd_ctx *ctx, xnvme_queue_cb cb, void *cb_arg)
{
	ctx->async.cb = cb;
	ctx->async.cb_arg = cb_arg;
}

/**
 * Make a context for commands that complete before the call returns
 *
 * @param dev The device; NULL is refused when the context is used
 *
 * @return The context, by value: 128 bytes, as in 0.7.5
 */
struct xnvme_cmd_ctx xnvme_cmd_ctx_from_dev(struct xnvme_dev *dev);

/**
 * As xnvme_queue_get_cmd_ctx()
 *
 * @param queue The queue
 */
struct xnvme_cmd_ctx *xnvme_cmd_ctx_from_queue(struct xnvme_queue *queue);

/**
 * Zero command, completion, device, queue and callback of a context
 *
 * Afterwards a context of a queue can only be put back.
 *
 * @param ctx Context that is not in flight; NULL is ignored
 */
void xnvme_cmd_ctx_clear(struct xnvme_cmd_ctx *ctx);

/**
 * Whether the command completed with an error; xnvme_cmd_ctx_explain() says which
 *
 * Inline here, and a symbol of the library for programs in other languages.
 *
 * @param ctx Context of a completed command
 *
 * @return 1 when SC or SCT is not zero, else 0
 */
static inline int
xnvme_cmd_ctx_cpl_status(struct xnvme_cmd_ctx *ctx)
{
	return ctx->cpl.status.sc || ctx->cpl.status.sct;
}

/**
 * Pass the command in `ctx`
 *
 * With a context of a device, the command is executed before the call returns, in the calling
 * thread. With a context of a queue it is submitted: when that returns 0, the callback is called
 * exactly once; when it returns an error, the callback is not called and the context remains the
 * caller's. Several threads may execute commands on one device, each with a context of its own.
 *
 * The first command on a device identifies it.
 *
 * Where metadata is the protection information alone and PRACT = 1, the controller inserts and
 * strips it: Read, Write and Zone Append then move (NLB + 1) x data size bytes and no metadata,
 * whether LBAs are extended or not.
 *
 * @param ctx Context with the command filled in
 * @param dbuf Data buffer, or NULL for commands without data; it has to live until completion
 * @param dbuf_nbytes Its length in bytes: exactly what the command moves
 * @param mbuf Metadata buffer, or NULL; it has to live until completion
 * @param mbuf_nbytes Its length in bytes: (NLB + 1) x metadata size
 *
 * @return 0, or a negative errno:
 *
 *  - -EIO: the device returned an error status, which is in ctx->cpl (contexts of a device)
 *  - -EBUSY: as many commands are outstanding as the queue has capacity for
 *  - -EINVAL: lengths do not agree; or the context is in flight, was put back or is not valid
 *  - -ENOSYS: the device has no such command
 *  - -ENOTSUP: metadata on a device without separate metadata, or over an interface that carries
 *    none; a fused command or a directive without a controller
 *  - -EPERM: the access mode of the device forbids the command
 *  - -ESHUTDOWN: the queue is being terminated
 *  - -EOWNERDEAD: the queue, or the image of the device, belongs to the parent of this process
 *  - -ENODEV: the device is gone
 *  - -ESTALE: the LBA size of the device changed, see xnvme_dev_derive_geo()
 *  - -ETIMEDOUT: the system did not take the command within opts.command_timeout
 *  - or another errno of the host
 */
int xnvme_cmd_pass(struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes, void *mbuf,
		   size_t mbuf_nbytes);

/**
 * As xnvme_cmd_pass_iov(), with metadata in at most one vector
 *
 * @param ctx Context with the command filled in
 * @param dvec Segments; array and memory have to live until completion
 * @param dvec_cnt Number of segments
 * @param dvec_nbytes Sum of their lengths in bytes
 * @param mvec One segment with the metadata, or NULL; its memory has to live until completion
 * @param mvec_cnt 0 or 1
 * @param mvec_nbytes Length of the metadata in bytes
 *
 * @return As xnvme_cmd_pass(); -EINVAL also for more than one metadata vector
 */
int xnvme_cmd_passv(struct xnvme_cmd_ctx *ctx, struct iovec *dvec, size_t dvec_cnt,
		    size_t dvec_nbytes, struct iovec *mvec, size_t mvec_cnt, size_t mvec_nbytes);

/**
 * A command of a batch
 */
struct xnvme_cmd_io {
	struct xnvme_cmd_ctx *ctx; ///< Context of the queue, with the command
	void *dbuf;		   ///< Data, or NULL
	size_t dbuf_nbytes;	   ///< Length of the data in bytes
	void *mbuf;		   ///< Metadata, or NULL
	size_t mbuf_nbytes;	   ///< Length of the metadata in bytes
	uint64_t rsvd;		   ///< 0
};

/**
 * Submit commands, in order
 *
 * Each is submitted as by xnvme_cmd_pass(). The first one that is refused ends the batch; those
 * before it are accepted. With the completion descriptor in use, an interface that submits by a
 * system call makes at most one for the batch.
 *
 * @param queue The queue
 * @param ios The commands; read until the call returns
 * @param n How many they are
 *
 * @return Number of commands that were accepted. When there are some and the first is refused, its
 * negative errno: as xnvme_cmd_pass(), and -EINVAL for a context that is not of this queue, a
 * context that an earlier entry has submitted, or when `rsvd` is not 0. -EINVAL when an argument is
 * NULL
 */
int xnvme_cmd_pass_batch(struct xnvme_queue *queue, const struct xnvme_cmd_io *ios, uint32_t n);

/**
 * As xnvme_cmd_pass(), with the data in several segments
 *
 * @param ctx Context with the command filled in
 * @param dvec Segments; array and memory have to live until completion
 * @param dvec_cnt Number of segments
 * @param dvec_nbytes Sum of their lengths in bytes
 * @param mbuf Metadata buffer, or NULL; it has to live until completion
 * @param mbuf_nbytes Its length in bytes
 *
 * @return As xnvme_cmd_pass(); -EINVAL also when the lengths do not add up to `dvec_nbytes`
 */
int xnvme_cmd_pass_iov(struct xnvme_cmd_ctx *ctx, struct iovec *dvec, size_t dvec_cnt,
		       size_t dvec_nbytes, void *mbuf, size_t mbuf_nbytes);

/**
 * Pass an admin command and wait for it
 *
 * @param ctx Context of a device, with the command filled in; contexts of a queue are -EINVAL
 * @param dbuf Data buffer, or NULL for commands without data
 * @param dbuf_nbytes Its length in bytes
 * @param mbuf Metadata buffer, or NULL
 * @param mbuf_nbytes Its length in bytes
 *
 * @return As xnvme_cmd_pass(); -EPERM also for Format NVM, Sanitize and Namespace Management on a
 * device that was opened read-only
 */
int xnvme_cmd_pass_admin(struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes, void *mbuf,
			 size_t mbuf_nbytes);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_CMD_H */
