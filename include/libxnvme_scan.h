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

/**
 * Called by xnvme_scan() for one device, in the thread that called xnvme_scan()
 *
 * `ident` is valid until the callback returns. The callback may open the device. A return value
 * other than 0 ends the scan.
 */
typedef int (*xnvme_scan_cb)(const struct xnvme_ident *ident, void *cb_args);

/**
 * Report the devices of the system without opening them
 *
 * An identity has its `uri` and `dtype`. It has `nsid`, `csi` and `subnqn` where the system knows
 * them, else 0xffffffff, 0xff and "". Both nodes of a namespace are reported, the character node
 * and the block node. An NVMe controller without a driver is reported by its PCI address.
 *
 * May be called from several threads.
 *
 * @param sys_uri NULL or "/dev" for the NVMe controllers and namespaces of the local system; the
 * node or the PCI address of a controller with a driver of the system, "/dev/nvme0" or
 * "0000:01:00.0", for the namespaces of that controller; "block" for the block devices that are not
 * NVMe namespaces, partitions included
 * @param opts Only opts->be is used: the one backend to ask; NULL asks all
 * @param cb_func Called once per device, in the order of their names; a non-zero return ends the
 * scan
 * @param cb_args Passed to `cb_func`
 *
 * @return 0, the non-zero value of `cb_func`, or a negative errno: -EINVAL without `cb_func`,
 * -ENOENT when there is no such controller, -ENOTSUP when `sys_uri` has another form. When the
 * system forbids reading about a device, the scan reports all others and then returns that error.
 */
int xnvme_scan(const char *sys_uri, struct xnvme_opts *opts, xnvme_scan_cb cb_func, void *cb_args);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_SCAN_H */
