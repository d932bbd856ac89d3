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
 * An identity has its `uri` and `dtype`; `nsid`, `csi` and `subnqn` as far as the system tells,
 * else 0xffffffff, 0xff and "". Both nodes of a namespace, the character and the block node, are
 * reported. An NVMe controller that no driver of the system has is reported by its PCI address.
 *
 * @param sys_uri NULL or "/dev" for the NVMe controllers and namespaces of the local system; the
 * node or the PCI address of a controller that the system drives, "/dev/nvme0" or "0000:01:00.0",
 * for its namespaces; "block" for the block devices that are not NVMe namespaces, partitions
 * included
 * @param opts Only opts->be is used: one backend instead of all; NULL for the defaults
 * @param cb_func Called once per device, in the order of their names; a non-zero return ends the
 * scan
 * @param cb_args Handed to `cb_func`
 *
 * @return 0, the non-zero value of `cb_func`, or a negative errno: -EINVAL without `cb_func`,
 * -ENOENT when there is no such controller, -ENOTSUP when `sys_uri` is none of the above. What the
 * system forbids to read is an error as well, after everything else was reported.
 */
int xnvme_scan(const char *sys_uri, struct xnvme_opts *opts, xnvme_scan_cb cb_func, void *cb_args);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_SCAN_H */
