// SPDX-License-Identifier: BSD-3-Clause
/**
 * The inline functions of the public headers as symbols, for programs in other languages
 *
 * C programs have their own copies by the headers, as with 0.7.5. While this file reads the
 * headers, the inline functions get other names. So each symbol can be defined under its own name,
 * and calls its inline function. tests/compat/exports.sh compares the headers with the exports of
 * the library.
 */
#define xnvme_cmd_ctx_cpl_status  inline_cmd_ctx_cpl_status
#define xnvme_cmd_ctx_set_cb	  inline_cmd_ctx_set_cb
#define xnvme_is_pow2		  inline_is_pow2
#define xnvme_timer_bw_pr	  inline_timer_bw_pr
#define xnvme_timer_elapsed	  inline_timer_elapsed
#define xnvme_timer_elapsed_msecs inline_timer_elapsed_msecs
#define xnvme_timer_elapsed_nsecs inline_timer_elapsed_nsecs
#define xnvme_timer_elapsed_secs  inline_timer_elapsed_secs
#define xnvme_timer_elapsed_usecs inline_timer_elapsed_usecs
#define xnvme_timer_pr		  inline_timer_pr
#define xnvme_timer_start	  inline_timer_start
#define xnvme_timer_stop	  inline_timer_stop

#include <libxnvme.h>
#include <os/system.h>

#undef xnvme_cmd_ctx_cpl_status
#undef xnvme_cmd_ctx_set_cb
#undef xnvme_is_pow2
#undef xnvme_timer_bw_pr
#undef xnvme_timer_elapsed
#undef xnvme_timer_elapsed_msecs
#undef xnvme_timer_elapsed_nsecs
#undef xnvme_timer_elapsed_secs
#undef xnvme_timer_elapsed_usecs
#undef xnvme_timer_pr
#undef xnvme_timer_start
#undef xnvme_timer_stop

int xnvme_cmd_ctx_cpl_status(struct xnvme_cmd_ctx *ctx);
void xnvme_cmd_ctx_set_cb(struct xnvme_cmd_ctx *ctx, xnvme_queue_cb cb, void *cb_arg);
int xnvme_is_pow2(uint32_t val);
void xnvme_timer_bw_pr(struct xnvme_timer *t, const char *prefix, size_t nbytes);
double xnvme_timer_elapsed(struct xnvme_timer *t);
double xnvme_timer_elapsed_msecs(struct xnvme_timer *t);
uint64_t xnvme_timer_elapsed_nsecs(struct xnvme_timer *t);
double xnvme_timer_elapsed_secs(struct xnvme_timer *t);
double xnvme_timer_elapsed_usecs(struct xnvme_timer *t);
void xnvme_timer_pr(struct xnvme_timer *t, const char *prefix);
uint64_t xnvme_timer_start(struct xnvme_timer *t);
uint64_t xnvme_timer_stop(struct xnvme_timer *t);

int
xnvme_cmd_ctx_cpl_status(struct xnvme_cmd_ctx *ctx)
{
	return inline_cmd_ctx_cpl_status(ctx);
}

void
xnvme_cmd_ctx_set_cb(struct xnvme_cmd_ctx *ctx, xnvme_queue_cb cb, void *cb_arg)
{
	inline_cmd_ctx_set_cb(ctx, cb, cb_arg);
}

int
xnvme_is_pow2(uint32_t val)
{
	return inline_is_pow2(val);
}

void
xnvme_timer_bw_pr(struct xnvme_timer *t, const char *prefix, size_t nbytes)
{
	inline_timer_bw_pr(t, prefix, nbytes);
}

double
xnvme_timer_elapsed(struct xnvme_timer *t)
{
	return inline_timer_elapsed(t);
}

double
xnvme_timer_elapsed_msecs(struct xnvme_timer *t)
{
	return inline_timer_elapsed_msecs(t);
}

uint64_t
xnvme_timer_elapsed_nsecs(struct xnvme_timer *t)
{
	return inline_timer_elapsed_nsecs(t);
}

double
xnvme_timer_elapsed_secs(struct xnvme_timer *t)
{
	return inline_timer_elapsed_secs(t);
}

double
xnvme_timer_elapsed_usecs(struct xnvme_timer *t)
{
	return inline_timer_elapsed_usecs(t);
}

void
xnvme_timer_pr(struct xnvme_timer *t, const char *prefix)
{
	inline_timer_pr(t, prefix);
}

uint64_t
xnvme_timer_start(struct xnvme_timer *t)
{
	t->start = xnvi_time_ns();

	return t->start;
}

uint64_t
xnvme_timer_stop(struct xnvme_timer *t)
{
	t->stop = xnvi_time_ns();

	return t->stop;
}
