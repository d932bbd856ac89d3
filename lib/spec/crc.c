// SPDX-License-Identifier: BSD-3-Clause
/**
 * Checksums, eight bytes at a time
 *
 * table[k][b] is the contribution of byte b when k more bytes follow it. Eight look-ups that do not
 * depend on each other thus replace eight that do. The first call computes the tables. Calls of
 * other threads do without until then, and so do children of fork(2) if it was under way.
 */
#include <spec/crc.h>

#include <stdatomic.h>
#include <stdbool.h>

#define NSLICES 8U
#define POLY16	0x8bb7U		      /* Most significant bit first */
#define POLY64	0x9a6c9329ac4bc9b5ULL /* 0xad93d23594c93659, least significant bit first */

enum { UNKNOWN = 0, BEING_COMPUTED, READY };

static uint16_t g_crc16[NSLICES][256];
static uint64_t g_crc64[NSLICES][256];
static atomic_int g_tables; ///< Their state; who made it BEING_COMPUTED writes them

/** Advance by one byte, which is the upper one of `crc` */
static uint16_t
step16(uint16_t crc)
{
	for (unsigned int i = 0; i < 8; ++i) {
		crc = (uint16_t)(((unsigned int)crc << 1) ^ (crc >> 15 ? POLY16 : 0U));
	}

	return crc;
}

/** Advance by one byte, which is the lowest one of `crc` */
static uint64_t
step64(uint64_t crc)
{
	for (unsigned int i = 0; i < 8; ++i) {
		crc = (crc >> 1) ^ (crc & 1 ? POLY64 : 0);
	}

	return crc;
}

static void
compute(void)
{
	for (unsigned int byte = 0; byte < 256; ++byte) {
		uint16_t crc16 = step16((uint16_t)(byte << 8));
		uint64_t crc64 = step64(byte);

		for (unsigned int k = 0; k < NSLICES; ++k) {
			g_crc16[k][byte] = crc16;
			g_crc64[k][byte] = crc64;
			crc16 = step16(crc16);
			crc64 = step64(crc64);
		}
	}
}

/** Whether the tables can be used */
static bool
has_tables(void)
{
	int state = atomic_load_explicit(&g_tables, memory_order_acquire);

	if (state == UNKNOWN && atomic_compare_exchange_strong(&g_tables, &state, BEING_COMPUTED)) {
		compute();
		state = READY;
		atomic_store_explicit(&g_tables, state, memory_order_release);
	}

	return state == READY;
}

uint16_t
xnvi_crc16_t10dif(uint16_t crc, const void *buf, size_t nbytes)
{
	const uint16_t(*table)[256] = g_crc16;
	const uint8_t *at = buf;

	if (has_tables()) {
		for (; nbytes >= NSLICES; nbytes -= NSLICES, at += NSLICES) {
			crc = (uint16_t)(table[7][at[0] ^ (crc >> 8)] ^
					 table[6][at[1] ^ (crc & 0xff)] ^ table[5][at[2]] ^
					 table[4][at[3]] ^ table[3][at[4]] ^ table[2][at[5]] ^
					 table[1][at[6]] ^ table[0][at[7]]);
		}
	}
	for (; nbytes; --nbytes, ++at) {
		crc = step16((uint16_t)(crc ^ (at[0] << 8)));
	}

	return crc;
}

uint64_t
xnvi_crc64_nvme(uint64_t crc, const void *buf, size_t nbytes)
{
	const uint64_t(*table)[256] = g_crc64;
	const uint8_t *at = buf;

	crc = ~crc;
	if (has_tables()) {
		for (; nbytes >= NSLICES; nbytes -= NSLICES, at += NSLICES) {
			uint64_t next = 0;

			for (unsigned int i = 0; i < NSLICES; ++i) {
				next ^= table[NSLICES - 1 - i][at[i] ^ ((crc >> (8 * i)) & 0xff)];
			}
			crc = next;
		}
	}
	for (; nbytes; --nbytes, ++at) {
		crc = step64(crc ^ at[0]);
	}

	return ~crc;
}
