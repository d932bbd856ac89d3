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
	XNVME_GEO_UNKNOWN = 0,
	XNVME_GEO_CONVENTIONAL = 1,
	XNVME_GEO_ZONED = 2,
	XNVME_GEO_KV = 3,
};

/**
 * Geometry of a device, in the terms of the library
 *
 * `tbytes` = `npugrp` * `npunit` * `nzone` * `nsect` * `nbytes`. `nbytes` and `nbytes_oob` are the
 * bytes of data and of metadata per block, `lba_nbytes` is what a buffer holds per block: with the
 * metadata when `lba_extended`. `ssw` is the binary logarithm of `nbytes`, `mdts_nbytes` the
 * largest transfer in bytes. `pi_*` are the protection information settings of the namespace, see
 * libxnvme_pi.h.
 *
 * A file counts bytes: `nsect` and `nbytes` are 1, and `tbytes` is its size. Its LBAs have
 * `lba_nbytes` = 512 bytes, of which `ssw` is the logarithm.
 */
struct xnvme_geo {
	enum xnvme_geo_type type;
	uint32_t npugrp;
	uint32_t npunit;
	uint32_t nzone;
	uint64_t nsect;
	uint32_t nbytes;
	uint32_t nbytes_oob;
	uint64_t tbytes;
	uint64_t ssw;
	uint32_t mdts_nbytes;
	uint32_t lba_nbytes;
	uint8_t lba_extended;
	uint8_t pi_type;
	uint8_t pi_loc;
	uint8_t pi_format;
	uint8_t _rsvd[4];
};

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_GEO_H */
