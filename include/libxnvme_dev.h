// SPDX-License-Identifier: BSD-3-Clause
/**
 * Devices: opening, closing, and asking what they are
 *
 * A device may be used by several threads at once. xnvme_dev_derive_geo() needs a device without
 * commands in flight, and xnvme_dev_close() one that no other thread is using.
 */
#ifndef __LIBXNVME_DEV_H
#define __LIBXNVME_DEV_H

#include <stdint.h>
#include <libxnvme_geo.h>
#include <libxnvme_ident.h>
#include <libxnvme_opts.h>
#include <libxnvme_spec.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xnvme_dev;

/**
 * What a callback of xnvme_enumerate() returns
 */
enum xnvme_enumerate_action {
	XNVME_ENUMERATE_DEV_KEEP_OPEN = 0, ///< The callback owns the device and closes it later
	XNVME_ENUMERATE_DEV_CLOSE = 1,	   ///< The library closes the device
};

/**
 * Called by xnvme_enumerate() with an open device and `cb_args`, in the thread that called it
 *
 * Returns an enum xnvme_enumerate_action; it does not end the walk.
 */
typedef int (*xnvme_enumerate_cb)(struct xnvme_dev *, void *);

/**
 * Open every device that is found and pass it to `cb_func`
 *
 * Devices are opened read-only. A device that does not open is skipped. May be called from several
 * threads.
 *
 * @param sys_uri As in xnvme_scan(): NULL for the NVMe namespaces of the local system, a controller
 * for its namespaces, "block" for the other block devices; else the URI of one device to open and
 * pass
 * @param opts Options to open with, NULL for the defaults
 * @param cb_func Called with each open device; it returns an enum xnvme_enumerate_action
 * @param cb_args Passed to `cb_func`
 *
 * @return 0, or a negative errno: -EINVAL without `cb_func`, or that of scanning or opening
 * `sys_uri`
 */
int xnvme_enumerate(const char *sys_uri, struct xnvme_opts *opts, xnvme_enumerate_cb cb_func,
		    void *cb_args);

/**
 * Identify the device again and compute its geometry anew, for example after Format NVM
 *
 * No command may be in flight on the device, since their LBAs could change their meaning. Pointers
 * to Identify data that the library returned before are invalid afterwards.
 *
 * When another process formats the namespace to another LBA size, the same command would mean other
 * bytes. The library notices by the block size of the block node, by a size that changed, and by
 * commands that the controller refuses for their length or range. From then on commands that count
 * LBAs are -ESTALE, until geometry is derived again. Two cases cannot be noticed. A program that
 * shares a namespace has to derive geometry after a format itself, or open the device again:
 *
 *  - On a character node, after a format to smaller LBAs: a command moves NLB + 1 of the new LBAs,
 *    beginning with the new SLBA, and succeeds. The rest of the buffer is not written.
 *  - On a block node, plain reads and writes that are aligned to the new LBA size continue at the
 *    byte that they meant before.
 *
 * @param dev Device handle
 *
 * @return 0; -EINVAL when `dev` is NULL; -ENODEV when the device is gone; -EIO when the device
 * refused to be identified; -EPROTO when it reports something impossible; -ENOMEM
 */
int xnvme_dev_derive_geo(struct xnvme_dev *dev);

/**
 * Get the geometry of the device, identifying it on first use
 *
 * May be called from several threads. Each call looks up the size of a file again, so `tbytes` of a
 * file may change while another thread reads it.
 *
 * @param dev Device handle
 *
 * @return Never NULL, valid until the device is closed. All fields are 0 (type XNVME_GEO_UNKNOWN)
 * when identifying failed: errno says why, and the next call tries again.
 */
const struct xnvme_geo *xnvme_dev_get_geo(const struct xnvme_dev *dev);

/**
 * Get Identify Controller data (NVM Express Base Specification 2.0, "Identify Controller data
 * structure", CNS 01h), identifying the device on first use
 *
 * May be called from several threads.
 *
 * @param dev Device handle
 *
 * @return Never NULL, 4096 bytes, valid until the device is closed or its geometry derived again.
 * All zero when identifying failed: errno says why, and the next call tries again.
 */
const struct xnvme_spec_idfy_ctrlr *xnvme_dev_get_ctrlr(const struct xnvme_dev *dev);

/**
 * Get Identify Controller data of the device's command set (CNS 06h); cast the pointer to the
 * structure of the command set
 *
 * @param dev Device handle
 *
 * @return As xnvme_dev_get_ctrlr(); zeroes when the controller has no such page
 */
const struct xnvme_spec_idfy_ctrlr *xnvme_dev_get_ctrlr_css(const struct xnvme_dev *dev);

/**
 * Get Identify Namespace data (NVM Command Set Specification 1.0, "Identify Namespace data
 * structure", CNS 00h), identifying the device on first use
 *
 * @param dev Device handle
 *
 * @return As xnvme_dev_get_ctrlr(); zeroes for a handle of a controller
 */
const struct xnvme_spec_idfy_ns *xnvme_dev_get_ns(const struct xnvme_dev *dev);

/**
 * Get Identify Namespace data of the device's command set (CNS 05h); cast the pointer to the
 * structure of the command set
 *
 * @param dev Device handle
 *
 * @return As xnvme_dev_get_ns()
 */
const struct xnvme_spec_idfy_ns *xnvme_dev_get_ns_css(const struct xnvme_dev *dev);

/**
 * Get the namespace identifier of the device
 *
 * @param dev Device handle
 *
 * @return The identifier; 0xffffffff for a handle of a controller, 1 for a file or a block device
 * that is not a namespace, 0 when `dev` is NULL
 */
uint32_t xnvme_dev_get_nsid(const struct xnvme_dev *dev);

/**
 * Get the command set identifier, identifying the device on first use
 *
 * @param dev Device handle
 *
 * @return enum xnvme_spec_csi; XNVME_SPEC_CSI_FS for files, and for block devices that are neither
 * NVMe namespaces nor zoned; 0xff when identifying failed
 */
uint8_t xnvme_dev_get_csi(const struct xnvme_dev *dev);

/**
 * Get the identity of the device: URI, type, namespace, command set, NQN
 *
 * Identifies the device on first use. When that fails, the identity lacks the NQN.
 *
 * @param dev Device handle
 *
 * @return Valid until the device is closed; NULL only when `dev` is NULL
 */
const struct xnvme_ident *xnvme_dev_get_ident(const struct xnvme_dev *dev);

/**
 * Get the options that the device was opened with; the ids are those of the interfaces in use
 *
 * @param dev Device handle
 *
 * @return Valid until the device is closed; NULL only when `dev` is NULL
 */
const struct xnvme_opts *xnvme_dev_get_opts(const struct xnvme_dev *dev);

/**
 * Get the private state of the backend
 *
 * @param dev Device handle
 *
 * @return 128 bytes, valid until the device is closed; NULL only when `dev` is NULL. On Unix the
 * first int is the descriptor, -1 where there is none; it belongs to the device, do not close it.
 */
const void *xnvme_dev_get_be_state(const struct xnvme_dev *dev);

/**
 * Get the sector shift width, identifying the device on first use
 *
 * @param dev Device handle
 *
 * @return log2 of the bytes of data per LBA; 0 when identifying failed
 */
uint64_t xnvme_dev_get_ssw(const struct xnvme_dev *dev);

/**
 * Open a device
 *
 * When `opts` does not name the backend or an interface, the library chooses one that serves the
 * URI. Opening does not identify the device: the first command or getter does. May be called from
 * several threads.
 *
 * Forms of a URI, at most 383 characters:
 *
 *  - An existing path: a file, a block device, or an NVMe node of the kernel.
 *  - `file:PATH`: always that path. Nothing in it is a query. A file named `file:x` is `./file:x`.
 *  - `<N>GB`: an NVMe device in memory, of N GiB.
 *  - `ram:<size>[?lba_nbytes=512..4096&name=NAME&path=FILE&threads=N]`: the same with options.
 *    Opens in one process with the same NAME or FILE share one device. FILE is an image of the
 *    data; the LBA size, uncorrectable blocks and saved features are in FILE.xnvme beside it. One
 *    process at a time can open an image.
 *  - `0000:01:00.0`: a PCI address.
 *  - `host:port`: a fabrics target.
 *  - With opts.create, any other text: a file to create.
 *
 * The query `?exclusive=1` claims the device, see xnvme_dev_claim(). `?threads=N` limits the
 * threads that execute commands of its queues.
 *
 * @param dev_uri The URI
 * @param opts Options, NULL for the defaults; the strings in it have to live as long as the device.
 * Two fields are changed: rdwr is set when no access mode is given, and create_mode when it is 0
 * and create is set. rdonly and wronly win over rdwr.
 *
 * @return The device; release it with xnvme_dev_close(). NULL and errno on failure, explained by
 * xnvme_err_last():
 *
 *  - EINVAL: malformed URI or options; an image that disagrees with its URI or with its side file
 *  - ENOENT, EACCES, EPERM, EISDIR: the path
 *  - EBUSY: another process has the image open; or the device cannot be claimed
 *  - ENOTSUP: no backend or interface of this build, or not the one that was named, serves the URI
 *  - ENOTTY: a character device, pipe or socket that is not an NVMe node
 *  - ENOMEM, or another errno of the system
 */
struct xnvme_dev *xnvme_dev_open(const char *dev_uri, struct xnvme_opts *opts);

/**
 * Claim a device: until it is closed, nobody else can mount or claim it
 *
 * The claim is refused when the device is in use: mounted, swap, part of another device (md, the
 * device mapper, a loop device), or claimed by another program. A disk is in use when one of its
 * partitions is. A claim does not keep out programs that read and write without one. For an NVMe
 * character node the namespace is claimed, for the node of a controller all its namespaces. Files
 * and devices in memory have no claims: for them the function does nothing. Claiming twice does
 * nothing. The URI query `?exclusive=1` claims a device when it is opened. May be called from
 * several threads.
 *
 * Addition to 0.7.5.
 *
 * @param dev Device handle
 *
 * @return 0; -EINVAL when `dev` is NULL; -EBUSY when the device is in use, or when this cannot be
 * found out: xnvme_err_last() names the holder, and existing claims are unchanged; -ENOMEM
 */
int xnvme_dev_claim(struct xnvme_dev *dev);

/**
 * As xnvme_dev_claim(), for everything that an admin command can reach through this device
 *
 * An admin command such as Sanitize goes to the controller and can affect other namespaces. On NVMe
 * nodes the function claims all namespaces of the NVM subsystem that this system has.
 *
 * Addition to 0.7.5.
 *
 * @param dev Device handle
 *
 * @return As xnvme_dev_claim()
 */
int xnvme_dev_claim_all(struct xnvme_dev *dev);

/**
 * Close a device
 *
 * When queues are still live on the device, it remains for them until the last one is terminated.
 * Nothing else may use it any more. Closing a handle twice does nothing.
 *
 * @param dev Device handle; NULL does nothing
 */
void xnvme_dev_close(struct xnvme_dev *dev);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_DEV_H */
