// SPDX-License-Identifier: BSD-3-Clause
/**
 * Explaining failures in words
 *
 * The functions of the library return a negative errno and a completion status. This header adds
 * words for people: which layer refused, what it refused, where, and what to try. It is an addition
 * to the interface of 0.7.5.
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
 * All strings are NUL-terminated and may be empty. They are safe to print: where they quote a name,
 * control bytes and invalid UTF-8 are spelled \xNN.
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
 * Every function that returns an error records its failure and a remedy here. A function that
 * succeeds changes nothing. Ask right after the failure, since cleaning up may fail too. For a
 * command that was called back, use xnvme_cmd_ctx_explain().
 *
 * @return Pointer to thread-local storage, never NULL; the thread's next failure overwrites it
 */
const struct xnvme_err *xnvme_err_last(void);

/**
 * Forget the last failure of the calling thread
 */
void xnvme_err_clear(void);

/**
 * Explain how a command context completed
 *
 * Tells failures of the host (the command has no status of the device) from statuses of the device
 * (SCT and SC, named as in the NVM Express Base Specification 2.0, section 3.3.3.2).
 *
 * @param ctx Context of a completed command
 * @param err Filled in. `err->err` is 0 when the command succeeded, -EIO when the device returned
 * an error status, and the negative errno when the host failed
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
