// SPDX-License-Identifier: BSD-3-Clause
/**
 * Ranges of logical blocks
 */
#ifndef __LIBXNVME_LBA_H
#define __LIBXNVME_LBA_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <libxnvme_dev.h>
#include <libxnvme_spec.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Attributes of a range; `is_valid` is false when the range could not be made
 */
struct xnvme_lba_range_attr {
	bool is_zoned;
	bool is_valid;
};

/**
 * Range of logical blocks
 *
 * `slba` and `elba` are the first and the last address, `naddrs` is the number of addresses,
 * one-based, `nbytes` the bytes of data without metadata.
 */
struct xnvme_lba_range {
	uint64_t slba;
	uint64_t elba;
	uint32_t naddrs;
	uint64_t nbytes;
	struct xnvme_lba_range_attr attr;
};

/**
 * Print a range
 *
 * @param stream Where to write
 * @param range The range; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_lba_range_fpr(FILE *stream, struct xnvme_lba_range *range, int opts);

/**
 * As xnvme_lba_range_fpr(), to stdout
 */
int xnvme_lba_range_pr(struct xnvme_lba_range *range, int opts);

/**
 * Range of an extent in bytes
 *
 * @param dev Device, for its block size
 * @param offset First byte, a multiple of the block size
 * @param nbytes Number of bytes, a multiple of the block size, not 0
 *
 * @return The range; on error all of it is zero, with `attr.is_valid` false
 */
struct xnvme_lba_range xnvme_lba_range_from_offset_nbytes(struct xnvme_dev *dev, uint64_t offset,
							  uint64_t nbytes);

/**
 * Range from the first to the last address, inclusive
 *
 * @param dev Device, for its block size
 * @param slba First address
 * @param elba Last address, not below the first
 *
 * @return The range; on error all of it is zero, with `attr.is_valid` false
 */
struct xnvme_lba_range xnvme_lba_range_from_slba_elba(struct xnvme_dev *dev, uint64_t slba,
						      uint64_t elba);

/**
 * Range of a number of addresses
 *
 * @param dev Device, for its block size
 * @param slba First address
 * @param naddrs Number of addresses, one-based, not 0
 *
 * @return The range; on error all of it is zero, with `attr.is_valid` false
 */
struct xnvme_lba_range xnvme_lba_range_from_slba_naddrs(struct xnvme_dev *dev, uint64_t slba,
							uint64_t naddrs);

/**
 * Range of the writable blocks of a zone
 *
 * @param dev Device, for its block size
 * @param zdescr Descriptor of the zone
 *
 * @return The range; on error all of it is zero, with `attr.is_valid` false
 */
struct xnvme_lba_range xnvme_lba_range_from_zdescr(struct xnvme_dev *dev,
						   struct xnvme_spec_znd_descr *zdescr);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_LBA_H */
