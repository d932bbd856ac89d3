// SPDX-License-Identifier: BSD-3-Clause
#ifndef __LIBXNVME_SCAN_H
#define __LIBXNVME_SCAN_H

#include <libxnvme_ident.h>
#include <libxnvme_opts.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int (*xnvme_scan_cb)(const struct xnvme_ident *ident, void *cb_args);

int xnvme_scan(const char *sys_uri, struct xnvme_opts *opts, xnvme_scan_cb cb_func, void *cb_args);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_SCAN_H */
