// SPDX-License-Identifier: BSD-3-Clause
/**
 * What the files of the linux backend share
 */
#ifndef XNVI_LINUX_H
#define XNVI_LINUX_H

#include <core/internal.h>

/** xnvi_dev_ops.scan of the running system */
int xnvi_linux_scan(const char *sys_uri, xnvme_scan_cb cb, void *cb_args);

/** As xnvi_linux_scan(), of the system whose sysfs and device nodes are in these folders */
int xnvi_linux_scan_at(const char *sys, const char *dev, const char *sys_uri, xnvme_scan_cb cb,
		       void *cb_args);

#endif /* XNVI_LINUX_H */
