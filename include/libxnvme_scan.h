// SPDX-License-Identifier: BSD-3-Clause
/**
 * Finding devices without opening them
 */
#ifndef __LIBXNVME_SCAN_H
#define __LIBXNVME_SCAN_H

#include <libxnvme_ident.h>
#include <libxnvme_opts.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int (*xnvme_scan_cb)(const struct xnvme_ident *ident, void *cb_args);

/**
 * Report what devices there are, without opening them
 *
 * @param sys_uri NULL for the local system
 * @param opts Only opts->be is used: one backend instead of all; NULL for the defaults
 * @param cb_func Called once per device node; a non-zero return ends the scan
 * @param cb_args Handed to `cb_func`
 *
 * @return 0, the non-zero value of `cb_func`, or a negative errno
 */
int xnvme_scan(const char *sys_uri, struct xnvme_opts *opts, xnvme_scan_cb cb_func, void *cb_args);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_SCAN_H */
