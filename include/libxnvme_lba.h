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
 * Attributes of a range
 */
struct xnvme_lba_range_attr {
	bool is_zoned; ///< The device has zones
	bool is_valid; ///< false when the range could not be made; all else is then zero
};

/**
 * Range of logical blocks
 *
 * The functions below make one. They count blocks of geo.nbytes bytes: on a file an address is
 * therefore a byte. A range has to end within the device or file and has fewer than 2^32
 * addresses. On error errno is set, and xnvme_err_last() explains. The functions may be called from
 * several threads; the first call identifies the device.
 */
struct xnvme_lba_range {
	uint64_t slba;			  ///< First address
	uint64_t elba;			  ///< Last address, inclusive
	uint32_t naddrs;		  ///< Number of addresses, one-based
	uint64_t nbytes;		  ///< Bytes of data, without metadata
	struct xnvme_lba_range_attr attr; ///< Attributes
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
 * @param elba Last address, inclusive, at least `slba`
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
