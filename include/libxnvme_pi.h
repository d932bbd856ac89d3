// SPDX-License-Identifier: BSD-3-Clause
/**
 * End-to-end protection information in host memory: generate it for writing, verify it after
 * reading
 */
#ifndef __LIBXNVME_PI_H
#define __LIBXNVME_PI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libxnvme_spec.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XNVME_APPTAG_IGNORE  0xFFFF
#define XNVME_REFTAG_MASK_16 0xFFFFFFFFU
#define XNVME_REFTAG_MASK_32 0xFFFFFFFFFFFFFFFFULL
#define XNVME_REFTAG_MASK_64 0xFFFFFFFFFFFFLL

/**
 * Protection information types
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Identify Namespace Data Structure", field
 * DPS
 */
enum xnvme_pi_type {
	XNVME_PI_DISABLE = 0,
	XNVME_PI_TYPE1 = 1,
	XNVME_PI_TYPE2 = 2,
	XNVME_PI_TYPE3 = 3,
};

/**
 * Fields to generate and check; the values of bits 0 to 2 of PRINFO
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Protection Information Field Definition"
 */
enum xnvme_pi_check_type {
	XNVME_PI_FLAGS_REFTAG_CHECK = 1,
	XNVME_PI_FLAGS_APPTAG_CHECK = 2,
	XNVME_PI_FLAGS_GUARD_CHECK = 4,
};

/**
 * Protection of the blocks of a transfer, set by xnvme_pi_ctx_init()
 *
 * NVM Express NVM Command Set Specification 1.0, section "End-to-end Data Protection"
 *
 * The functions only read it, so several threads may share one.
 */
struct xnvme_pi_ctx {
	uint32_t block_size;	 ///< Bytes per block in the data buffer
	uint32_t md_size;	 ///< Bytes of metadata per block
	uint32_t guard_interval; ///< Bytes before the tuple, of the metadata or interleaved block
	uint32_t pi_flags;	 ///< Set of enum xnvme_pi_check_type
	bool md_interleave;	 ///< Metadata follows the data of each block
	uint16_t pi_type;	 ///< enum xnvme_pi_type
	uint16_t pi_format;	 ///< enum xnvme_spec_nvm_ns_pif
	uint64_t init_ref_tag;	 ///< Reference tag of the first block
	uint16_t app_tag;	 ///< Application tag
	uint16_t apptag_mask;	 ///< Bits of the application tag that are checked
};

/**
 * Size of the protection information tuple of a block
 *
 * @param pi_format Format
 *
 * @return Bytes: 8 for the 16b guard, 16 for the others
 */
size_t xnvme_pi_size(enum xnvme_spec_nvm_ns_pif pi_format);

/**
 * Describe how the blocks of a transfer are protected
 *
 * With type 0 and without metadata (`md_size` 0) the blocks are not protected. Then the other
 * arguments do not matter, and generating and verifying do nothing.
 *
 * @param ctx Filled in
 * @param block_size Bytes per block in the data buffer: with the metadata when `md_interleave`.
 * Without it, a multiple of 512 with the 16b guard, of 4096 with the 64b guard
 * @param md_size Bytes of metadata per block, at least xnvme_pi_size()
 * @param md_interleave Metadata follows the data of each block; otherwise it has a buffer of its
 * own
 * @param pi_loc true = the tuple is the first bytes of the metadata, false = the last
 * @param pi_type Protection type
 * @param pi_flags What to generate and check, enum xnvme_pi_check_type; other bits are ignored
 * @param init_ref_tag Reference tag of the first block, usually the low half of its LBA
 * @param apptag_mask Bits of the application tag that are checked
 * @param app_tag Application tag
 * @param pi_format XNVME_SPEC_NVM_NS_16B_GUARD or XNVME_SPEC_NVM_NS_64B_GUARD
 *
 * @return On success, 0. On error, -EINVAL: an argument has another value, or the reference tag is
 * to be checked with type 3
 */
int xnvme_pi_ctx_init(struct xnvme_pi_ctx *ctx, uint32_t block_size, uint32_t md_size,
		      bool md_interleave, bool pi_loc, enum xnvme_pi_type pi_type,
		      uint32_t pi_flags, uint32_t init_ref_tag, uint16_t apptag_mask,
		      uint16_t app_tag, enum xnvme_spec_nvm_ns_pif pi_format);

/**
 * Write protection information into the metadata of blocks
 *
 * Writes the fields that `pi_flags` names and leaves the rest of the metadata as it is. The
 * reference tag rises by one per block; with type 3 it stays the same.
 *
 * @param ctx From xnvme_pi_ctx_init()
 * @param data_buf `num_blocks` blocks
 * @param md_buf Metadata of `num_blocks` blocks; not used when interleaved
 * @param num_blocks Number of blocks, one-based
 */
void xnvme_pi_generate(struct xnvme_pi_ctx *ctx, uint8_t *data_buf, uint8_t *md_buf,
		       uint32_t num_blocks);

/**
 * Check the protection information in the metadata of blocks
 *
 * A block is skipped when its application tag is XNVME_APPTAG_IGNORE and, with type 3, its
 * reference tag is all ones too. The blocks after it are checked.
 *
 * @param ctx From xnvme_pi_ctx_init()
 * @param data_buf `num_blocks` blocks
 * @param md_buf Metadata of `num_blocks` blocks; not used when interleaved
 * @param num_blocks Number of blocks, one-based
 *
 * @return 0 when all blocks match, or when `ctx` describes no protection (all zeroes); -1 when a
 * block does not match; -EINVAL when a buffer is missing
 */
int xnvme_pi_verify(struct xnvme_pi_ctx *ctx, uint8_t *data_buf, uint8_t *md_buf,
		    uint32_t num_blocks);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_PI_H */
