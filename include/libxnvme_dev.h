// SPDX-License-Identifier: BSD-3-Clause
/**
 * Devices: opening, closing, what they are
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

enum xnvme_enumerate_action {
	XNVME_ENUMERATE_DEV_KEEP_OPEN = 0,
	XNVME_ENUMERATE_DEV_CLOSE = 1,
};

typedef int (*xnvme_enumerate_cb)(struct xnvme_dev *, void *);

/**
 * Open every device that is found and offer it to `cb_func`
 *
 * Devices are opened read-only; one that does not open is passed over.
 *
 * @param sys_uri As in xnvme_scan(): NULL for the NVMe namespaces of the local system, a controller
 * for its namespaces, "block" for the other block devices; else the URI of one device to open and
 * offer
 * @param opts Options to open with, NULL for the defaults
 * @param cb_func Called with each open device; it returns XNVME_ENUMERATE_DEV_CLOSE to have it
 * closed, or XNVME_ENUMERATE_DEV_KEEP_OPEN to own it and close it later
 * @param cb_args Handed to `cb_func`
 *
 * @return 0, or a negative errno: -EINVAL without `cb_func`, or that of opening `sys_uri`
 */
int xnvme_enumerate(const char *sys_uri, struct xnvme_opts *opts, xnvme_enumerate_cb cb_func,
		    void *cb_args);

/**
 * Identify the device again and compute its geometry anew, for example after Format NVM
 *
 * No command may be in flight on the device: an LBA size that changes under I/O has no meaning.
 *
 * When another process formats the namespace to another LBA size, the same command would mean other
 * bytes. The library notices by the block size of the block node, by a size that changed, and by
 * commands that the controller refuses for their length or range. From then on commands that count
 * LBAs are -ESTALE, until geometry is derived again. Two cases cannot be noticed. A program that
 * shares a namespace has to derive geometry after a format itself, or open the device again:
 *
 *  - On a character node, after a format to smaller LBAs: a command moves NLB + 1 of the new LBAs,
 *    from the new SLBA on, and succeeds. The rest of the buffer is left as it was.
 *  - On a block node, plain reads and writes that are aligned to the new LBA size go on at the byte
 *    that they meant before.
 *
 * @return 0; -EINVAL when `dev` is NULL; -ENODEV when the device is gone; -EIO when the device
 * refused to be identified; -EPROTO when it reports something impossible; -ENOMEM
 */
int xnvme_dev_derive_geo(struct xnvme_dev *dev);

/**
 * Geometry of the device, identifying it on first use
 *
 * Files change their size: `tbytes` of a file is looked at again with every call. So it may change
 * while another thread reads it.
 *
 * @return Never NULL and valid until the device is closed. All fields are 0 (type
 * XNVME_GEO_UNKNOWN) when identifying failed: errno says why, and the next call tries again. May be
 * called from several threads.
 */
const struct xnvme_geo *xnvme_dev_get_geo(const struct xnvme_dev *dev);

/**
 * Identify Controller data (CNS 01h), identifying the device on first use
 *
 * @return Never NULL, 4096 bytes, valid until the device is closed; zeroes when identifying failed
 * (errno)
 */
const struct xnvme_spec_idfy_ctrlr *xnvme_dev_get_ctrlr(const struct xnvme_dev *dev);

/**
 * Identify Controller data of the device's command set (CNS 06h); cast it to what the command set
 * defines
 *
 * @return As xnvme_dev_get_ctrlr(); zeroes when the controller has no such page
 */
const struct xnvme_spec_idfy_ctrlr *xnvme_dev_get_ctrlr_css(const struct xnvme_dev *dev);

/**
 * Identify Namespace data (CNS 00h), identifying the device on first use
 *
 * @return As xnvme_dev_get_ctrlr(); zeroes for a handle of a controller
 */
const struct xnvme_spec_idfy_ns *xnvme_dev_get_ns(const struct xnvme_dev *dev);

/**
 * Identify Namespace data of the device's command set (CNS 05h); cast it to what the command set
 * defines
 *
 * @return As xnvme_dev_get_ns()
 */
const struct xnvme_spec_idfy_ns *xnvme_dev_get_ns_css(const struct xnvme_dev *dev);

/**
 * Namespace identifier of the device; 0xffffffff for a handle of a controller, 1 for a file
 */
uint32_t xnvme_dev_get_nsid(const struct xnvme_dev *dev);

/**
 * Command set identifier: enum xnvme_spec_csi, XNVME_SPEC_CSI_FS for files and block devices, 0xff
 * when identifying failed
 */
uint8_t xnvme_dev_get_csi(const struct xnvme_dev *dev);

/**
 * What identifies the device: URI, type, namespace, command set, NQN
 *
 * @return Valid until the device is closed; NULL only when `dev` is NULL
 */
const struct xnvme_ident *xnvme_dev_get_ident(const struct xnvme_dev *dev);

/**
 * The options that the device was opened with, with the ids of what was chosen filled in
 *
 * @return Valid until the device is closed; NULL only when `dev` is NULL
 */
const struct xnvme_opts *xnvme_dev_get_opts(const struct xnvme_dev *dev);

/**
 * 128 bytes of private state of the backend; on Unix the first int is the descriptor, -1 where
 * there is none
 */
const void *xnvme_dev_get_be_state(const struct xnvme_dev *dev);

/**
 * Sector shift width: log2 of the LBA size in bytes, identifying the device on first use; 0 when
 * that failed
 */
uint64_t xnvme_dev_get_ssw(const struct xnvme_dev *dev);

/**
 * Open a device
 *
 * Backend and interfaces that `opts` does not name are chosen from what the URI is.
 *
 * @param dev_uri An existing path (file, block device, NVMe node); `<N>GB` or
 * `ram:<size>[?lba_nbytes=512..4096&name=NAME&path=FILE&threads=N]` for an NVMe device in memory; a
 * PCI address `0000:01:00.0`; `host:port`; else a file to create (with opts.create). `file:PATH` is
 * always the path, and nothing in it is a query; a file named `file:x` is `./file:x`. At most 383
 * characters. A query `?exclusive=1` claims the device, see xnvme_dev_claim(). A device in memory
 * with `path` is open in one process at a time. FILE is an image of the data; LBA size,
 * uncorrectable blocks and saved features are kept in FILE.xnvme beside it.
 * @param opts Options, NULL for the defaults; strings in it have to live as long as the device.
 * Sets rdwr when no access mode is given, and create_mode when it is 0 and create is set. rdonly or
 * wronly win over rdwr.
 *
 * @return The device; NULL and errno on failure: EINVAL (malformed URI or options; an image that
 * disagrees with its URI or with its side file), ENOENT, EACCES, EPERM, EBUSY (another process has
 * the image open), ENOTSUP (an interface that cannot serve this URI), ENOTTY (not a device of this
 * library), EISDIR, ENOMEM, or that of the system. xnvme_err_last() explains.
 */
struct xnvme_dev *xnvme_dev_open(const char *dev_uri, struct xnvme_opts *opts);

/**
 * Claim a device: from here on until it is closed nobody else mounts it or claims it
 *
 * The claim is refused when the device is in use: mounted, swap, part of another device (md, the
 * device mapper, a loop device), or claimed by somebody else. A disk is in use when one of its
 * partitions is. What reads and writes without a claim is not kept out. On an NVMe character node
 * it is the namespace that is claimed, on the node of a controller all its namespaces. Files and
 * devices in memory are not in use in this sense: for them the function does nothing. Claiming
 * twice does nothing. The URI query `?exclusive=1` claims a device when it is opened.
 *
 * Addition to 0.7.5.
 *
 * @return 0; -EINVAL when `dev` is NULL; -EBUSY when the device is in use, or when this cannot be
 * found out, and then nothing is claimed that was not before: xnvme_err_last() names the holder;
 * -ENOMEM
 */
int xnvme_dev_claim(struct xnvme_dev *dev);

/**
 * As xnvme_dev_claim(), and claim whatever an admin command can reach through this device
 *
 * An admin command such as Sanitize goes to the controller, whichever namespace it is sent through.
 * On NVMe nodes all namespaces of the NVM subsystem are claimed, as far as this system has them.
 *
 * Addition to 0.7.5.
 *
 * @return As xnvme_dev_claim()
 */
int xnvme_dev_claim_all(struct xnvme_dev *dev);

/**
 * Close a device
 *
 * A device that is closed while queues live on it stays until the last of them is terminated.
 * Closing NULL, or closing twice, does nothing.
 */
void xnvme_dev_close(struct xnvme_dev *dev);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_DEV_H */
