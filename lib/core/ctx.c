// SPDX-License-Identifier: BSD-3-Clause
/**
 * Contexts and completions: clearing, host failures, return values, words
 */
#include <core/ctx.h>
#include <os/words.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <core/err.h>
#include <core/trace.h>
#include <print/text.h>
#include <spec/names.h>

/* For older processors gcc clears by an instruction that is slow to start */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target("tune=skylake")))
#endif
struct xnvme_cmd_ctx
xnvme_cmd_ctx_from_dev(struct xnvme_dev *dev)
{
	return (struct xnvme_cmd_ctx){.dev = dev, .opts = XNVI_CTX_SYNC};
}

void
xnvme_cmd_ctx_clear(struct xnvme_cmd_ctx *ctx)
{
	uint64_t guard;

	if (!ctx) {
		return;
	}
	/* The queue has to recognise its context afterwards, and that the links are gone */
	guard = xnvi_rsvd_of(ctx)->guard;
	if (ctx->async.queue && guard == xnvi_guard_held(ctx->async.queue, ctx)) {
		guard |= XNVI_GUARD_DIRTY;
	}
	memset(ctx, 0, sizeof(*ctx));
	xnvi_rsvd_of(ctx)->guard = guard;
}

void
xnvi_cpl_host_err(struct xnvme_cmd_ctx *ctx, int err, uint64_t result)
{
	const uint32_t positive = (uint32_t)-err;

	assert(err < 0);
	XNVI_TRACE2(host_err, ctx, err);

	ctx->cpl.result = result;
	/* SC has 8 bits; an errno with zeroes there must not read as success */
	ctx->cpl.status.sct = XNVME_STATUS_CODE_TYPE_VENDOR;
	ctx->cpl.status.sc = (positive & 0xff) ? (uint8_t)positive : 0xff;
	ctx->cpl.status.dnr = 0;
	xnvi_rsvd_of(ctx)->host_err = XNVI_RSVD_HOST_ERR;
	xnvi_rsvd_of(ctx)->err = (int16_t)err;
	xnvi_rsvd_of(ctx)->cause = XNVI_CAUSE_NONE;
	xnvi_rsvd_of(ctx)->given_up = XNVI_GIVEN_UP_NOT;
}

int
xnvi_cpl_patience(struct xnvme_cmd_ctx *ctx, int err)
{
	if (XNVI_LIKELY(err != -EINTR && err != -EAGAIN)) {
		return err;
	}
	xnvi_cpl_host_err(ctx, -ETIMEDOUT, ctx->cpl.result);
	xnvi_rsvd_of(ctx)->cause = err == -EINTR ? XNVI_CAUSE_EINTR : XNVI_CAUSE_EAGAIN;

	return 0;
}

/** Words for commands that the host ended, by enum xnvi_given_up */
static const struct reason {
	const char *what;
	const char *hint;
} g_given_up[XNVI_GIVEN_UP_COUNT] = {
    [XNVI_GIVEN_UP_UNBEGUN] = {"the command had not begun when its time was over, and never will",
			       "its buffers are free; raise opts.command_timeout to wait longer"},
    [XNVI_GIVEN_UP_LATE] =
	{"the command did not complete in time; the system may still read and write its buffers",
	 "leave the buffers alone until the process ends, or free them with xnvme_buf_free()"},
    [XNVI_GIVEN_UP_RESET] =
	{"the controller was reset while the command was in flight: it may have been executed or "
	 "not",
	 "its buffers are free; read back what it may have written, or send it again"},
    [XNVI_GIVEN_UP_REMOVED] =
	{"the device was removed while the command was in flight: it may have been executed or not",
	 "its buffers are free; open the device again when it is back"},
};

static void
explain_host(const struct xnvme_cmd_ctx *ctx, struct xnvme_err *err)
{
	const uint8_t why = xnvi_rsvd_of(ctx)->given_up;
	const struct reason *given_up = &g_given_up[why < XNVI_GIVEN_UP_COUNT ? why : 0];

	err->err = xnvi_rsvd_of(ctx)->err;
	xnvi_text_safe(err->layer, sizeof(err->layer), "host");
	snprintf(err->what, sizeof(err->what), "%s (errno %d)", xnvi_strerror(-err->err),
		 -err->err);
	xnvi_text_safe(err->hint, sizeof(err->hint), xnvi_err_hint(-err->err));
	if (xnvi_rsvd_of(ctx)->cause) {
		snprintf(err->what, sizeof(err->what),
			 "the system answered %s for all of opts.command_timeout",
			 xnvi_rsvd_of(ctx)->cause == XNVI_CAUSE_EINTR ? "EINTR" : "EAGAIN");
	}
	if (given_up->what) {
		xnvi_text_safe(err->what, sizeof(err->what), given_up->what);
		xnvi_text_safe(err->hint, sizeof(err->hint), given_up->hint);
	}
}

static void
explain_device(const struct xnvme_cmd_ctx *ctx, struct xnvme_err *err)
{
	const uint8_t sct = (uint8_t)ctx->cpl.status.sct;
	const uint8_t sc = (uint8_t)ctx->cpl.status.sc;

	err->err = -EIO;
	xnvi_text_safe(err->layer, sizeof(err->layer), "device");
	snprintf(err->what, sizeof(err->what), "%s (SCT %xh, SC %02xh)",
		 xnvi_spec_status_name(sct, sc), sct, sc);
	xnvi_text_safe(err->hint, sizeof(err->hint),
		       ctx->cpl.status.dnr ? "the same command will fail again (DNR is set)"
					   : "the command may be retried");
}

int
xnvme_cmd_ctx_explain(const struct xnvme_cmd_ctx *ctx, struct xnvme_err *err)
{
	if (!ctx || !err) {
		return XNVI_NULL("ctx or err");
	}

	memset(err, 0, sizeof(*err));
	if (!ctx->cpl.status.sc && !ctx->cpl.status.sct) {
		return 0;
	}
	if (xnvi_rsvd_of(ctx)->host_err == XNVI_RSVD_HOST_ERR) {
		explain_host(ctx, err);
	} else {
		explain_device(ctx, err);
	}
	if (xnvi_rsvd_of(ctx)->admin) {
		snprintf(err->where, sizeof(err->where), "admin opcode %02xh, nsid %u",
			 ctx->cmd.common.opcode, ctx->cmd.common.nsid);
	} else {
		snprintf(err->where, sizeof(err->where), "opcode %02xh, nsid %u, slba 0x%llx",
			 ctx->cmd.common.opcode, ctx->cmd.common.nsid,
			 (unsigned long long)ctx->cmd.nvm.slba);
	}

	return 0;
}

XNVI_COLD int
xnvi_ctx_failed(const struct xnvme_cmd_ctx *ctx)
{
	struct xnvi_rsvd *rsvd = xnvi_rsvd_of(ctx);
	const int err = rsvd->host_err == XNVI_RSVD_HOST_ERR ? rsvd->err : -EIO;
	struct xnvme_err words;

	if (rsvd->explained) {
		rsvd->explained = 0;
		return err;
	}
	xnvme_cmd_ctx_explain(ctx, &words);

	return xnvi_err(err, words.layer, words.where, words.hint, "%s", words.what);
}
