// SPDX-License-Identifier: BSD-3-Clause
#ifndef __LIBXNVME_GEO_H
#define __LIBXNVME_GEO_H

#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum xnvme_geo_type {
	XNVME_GEO_UNKNOWN = 0,
	XNVME_GEO_CONVENTIONAL = 1,
	XNVME_GEO_ZONED = 2,
	XNVME_GEO_KV = 3,
};

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
