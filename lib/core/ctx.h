// SPDX-License-Identifier: BSD-3-Clause
/**
 * Completions: host failures, and the return value and words of a completion
 */
#ifndef XNVI_CORE_CTX_H
#define XNVI_CORE_CTX_H

#include <core/state.h>

/**
 * Complete with a host failure: SCT 7, SC the errno, the full value in the reserved bytes
 *
 * @param err Negative errno
 * @param result Bytes that were transferred before
 */
void xnvi_cpl_host_err(struct xnvme_cmd_ctx *ctx, int err, uint64_t result);

/**
 * For the sync path: evaluate the errno of a call that was repeated
 *
 * When xnvi_retry() gives up, `err` is still -EINTR or -EAGAIN, which must not reach the caller as
 * if it should try again.
 *
 * @return `err`; 0 when it is -EINTR or -EAGAIN, and ctx->cpl then says -ETIMEDOUT
 */
int xnvi_cpl_patience(struct xnvme_cmd_ctx *ctx, int err);

/** Record words for xnvme_err_last() of a command that failed; returns the negative errno */
int xnvi_ctx_failed(const struct xnvme_cmd_ctx *ctx);

/** Turn the status of the device or the host into 0 or a negative errno, explained */
static inline int
xnvi_ctx_verdict(const struct xnvme_cmd_ctx *ctx)
{
	return XNVI_LIKELY(!ctx->cpl.status.sc && !ctx->cpl.status.sct) ? 0 : xnvi_ctx_failed(ctx);
}

#endif /* XNVI_CORE_CTX_H */
