// SPDX-License-Identifier: BSD-3-Clause
/**
 * Explaining failures in words
 *
 * The functions of the library answer with a negative errno and a completion status. This header
 * adds, for people: which layer refused, what it refused, where, and what to try. An addition to
 * the interface of 0.7.5.
 */
#ifndef __LIBXNVME_ERR_H
#define __LIBXNVME_ERR_H

#include <stdio.h>
#include <libxnvme_cmd.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One explained failure
 *
 * All strings are NUL-terminated and may be empty, never unterminated. They can be printed as they
 * are: control bytes and invalid UTF-8 of a name that they quote are spelled \xNN.
 */
struct xnvme_err {
	int err; ///< Negative errno of the failure, 0 when nothing failed
	char
	    layer[16]; ///< Who refused: "uri", "opts", "core", "queue", "cmd", "be:linux", "device"
	char what[256];	 ///< What failed, naming the offending thing
	char where[128]; ///< On what: the URI, the option, the opcode and LBA; may be empty
	char hint[256];	 ///< What to try
};

/**
 * The last failure in the calling thread
 *
 * Set by every function of the library that returns an error, with words of this very failure and a
 * remedy; left alone by functions that succeed. Ask right after the failure: cleaning up may fail,
 * too. What ends as a completion is explained by xnvme_cmd_ctx_explain().
 *
 * @return Pointer to thread-local storage, valid until the thread's next failure; never NULL
 */
const struct xnvme_err *xnvme_err_last(void);

/**
 * Forget the last failure of the calling thread
 */
void xnvme_err_clear(void);

/**
 * Explain how a command context completed
 *
 * Host failures (the command never got a verdict) and device verdicts (SCT/SC, named as in the NVM
 * Express Base Specification 2.0, section 3.3.3.2) are told apart.
 *
 * @param ctx A completed context
 * @param err Filled in; `err->err` is 0 when the command succeeded, -EIO for a verdict of the
 * device, and the full negative errno for a failure of the host
 *
 * @return 0, or -EINVAL when an argument is NULL
 */
int xnvme_cmd_ctx_explain(const struct xnvme_cmd_ctx *ctx, struct xnvme_err *err);

/**
 * Print an explained failure to the given stream
 *
 * @param stream Where to print
 * @param err The failure, NULL prints as ~
 * @param opts Printer options, see ::xnvme_pr
 *
 * @return Number of characters written, or a negative errno
 */
int xnvme_err_fpr(FILE *stream, const struct xnvme_err *err, int opts);

/**
 * As xnvme_err_fpr(), to stdout
 */
int xnvme_err_pr(const struct xnvme_err *err, int opts);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_ERR_H */
