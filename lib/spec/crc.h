// SPDX-License-Identifier: BSD-3-Clause
/**
 * Checksums of protection information
 *
 * Data can be passed in pieces: start with 0, and pass the result of one call to the next.
 */
#ifndef XNVI_SPEC_CRC_H
#define XNVI_SPEC_CRC_H

#include <stddef.h>
#include <stdint.h>

/** CRC-16/T10-DIF: NVM Command Set 1.0, 16b Guard Protection Information */
uint16_t xnvi_crc16_t10dif(uint16_t crc, const void *buf, size_t nbytes);

/** CRC-64/NVME: NVM Command Set 1.0, 64b CRC Definition */
uint64_t xnvi_crc64_nvme(uint64_t crc, const void *buf, size_t nbytes);

#endif /* XNVI_SPEC_CRC_H */
