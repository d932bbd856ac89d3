// SPDX-License-Identifier: BSD-3-Clause
/**
 * Geometry of a device
 */
#ifndef __LIBXNVME_GEO_H
#define __LIBXNVME_GEO_H

#include <stdint.h>
#include <stdio.h>
#include <libxnvme_host.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Kinds of geometry
 */
enum xnvme_geo_type {
	XNVME_GEO_UNKNOWN = 0,	    ///< Not identified, or a controller
	XNVME_GEO_CONVENTIONAL = 1, ///< Logical blocks without zones, or a file
	XNVME_GEO_ZONED = 2,	    ///< Logical blocks in zones
	XNVME_GEO_KV = 3,	    ///< Key-value pairs
};

/**
 * Geometry of a device
 *
 * On a device of LBAs, `tbytes` = `npugrp` * `npunit` * `nzone` * `nsect` * `nbytes`, unless the
 * last zone is shorter than the others. A file counts bytes: `nsect` and `nbytes` are 1 and
 * `tbytes` is its size; NVM commands address it in LBAs of 512 bytes (`lba_nbytes`, `ssw`).
 *
 * A controller has the type XNVME_GEO_UNKNOWN and zeroes. A key-value namespace has its type and
 * `mdts_nbytes` only.
 */
struct xnvme_geo {
	enum xnvme_geo_type type; ///< Kind of geometry
	uint32_t npugrp;	  ///< Parallel unit groups: 1
	uint32_t npunit;	  ///< Parallel units per group: 1
	uint32_t nzone;		  ///< Zones; 1 on a device without zones
	uint64_t nsect;		  ///< Blocks per zone, or of the device when it has no zones
	uint32_t nbytes;	  ///< Bytes of data per block
	uint32_t nbytes_oob;	  ///< Bytes of metadata per block
	uint64_t tbytes;	  ///< Bytes of data in total, without metadata
	uint64_t ssw;		  ///< log2 of the bytes of data per LBA
	uint32_t mdts_nbytes;	  ///< Largest data transfer of one command, in bytes
	uint32_t lba_nbytes;	  ///< Bytes per LBA in a data buffer, metadata included if extended
	uint8_t lba_extended; ///< 1 when the metadata follows the data of each LBA in the buffer
	uint8_t pi_type;      ///< Protection information: enum xnvme_pi_type
	uint8_t pi_loc;	      ///< 1 when it is the first bytes of the metadata, 0 when the last
	uint8_t pi_format;    ///< Format of it: enum xnvme_spec_nvm_ns_pif
	uint8_t _rsvd[4];     ///< Zero
};

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_GEO_H */
