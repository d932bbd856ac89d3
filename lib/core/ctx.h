// SPDX-License-Identifier: BSD-3-Clause
/**
 * Completions: host failures, and what a completion comes to for its caller
 */
#ifndef XNVI_CORE_CTX_H
#define XNVI_CORE_CTX_H

#include <core/state.h>

/**
 * A host failure at completion: SCT 7, SC the errno, the full value in the reserved bytes
 *
 * @param err Negative errno
 * @param result Bytes that were transferred all the same
 */
void xnvi_cpl_host_err(struct xnvme_cmd_ctx *ctx, int err, uint64_t result);

/**
 * For the sync path: what a call that may be made again came to
 *
 * After xnvi_retry() gave up, `err` still is what the system said, and that must not look like
 * something that the caller could try again.
 *
 * @return `err`; 0 when it is -EINTR or -EAGAIN, and ctx->cpl then says -ETIMEDOUT
 */
int xnvi_cpl_patience(struct xnvme_cmd_ctx *ctx, int err);

/** Of a command that failed: the negative errno for the caller, and words for xnvme_err_last() */
int xnvi_ctx_failed(const struct xnvme_cmd_ctx *ctx);

/** The verdict of the device or the host as a return value: 0 or a negative errno, explained */
static inline int
xnvi_ctx_verdict(const struct xnvme_cmd_ctx *ctx)
{
	return XNVI_LIKELY(!ctx->cpl.status.sc && !ctx->cpl.status.sct) ? 0 : xnvi_ctx_failed(ctx);
}

#endif /* XNVI_CORE_CTX_H */
