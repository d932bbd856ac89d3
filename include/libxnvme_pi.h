// SPDX-License-Identifier: BSD-3-Clause
#ifndef __INTERNAL_XNVME_PI_H
#define __INTERNAL_XNVME_PI_H

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

enum xnvme_pi_type {
	XNVME_PI_DISABLE = 0,
	XNVME_PI_TYPE1 = 1,
	XNVME_PI_TYPE2 = 2,
	XNVME_PI_TYPE3 = 3,
};

enum xnvme_pi_check_type {
	XNVME_PI_FLAGS_REFTAG_CHECK = 1,
	XNVME_PI_FLAGS_APPTAG_CHECK = 2,
	XNVME_PI_FLAGS_GUARD_CHECK = 4,
};

struct xnvme_pi_ctx {
	uint32_t block_size;
	uint32_t md_size;
	uint32_t guard_interval;
	uint32_t pi_flags;
	bool md_interleave;
	uint16_t pi_type;
	uint16_t pi_format;
	uint64_t init_ref_tag;
	uint16_t app_tag;
	uint16_t apptag_mask;
};

size_t xnvme_pi_size(enum xnvme_spec_nvm_ns_pif pi_format);

int xnvme_pi_ctx_init(struct xnvme_pi_ctx *ctx, uint32_t block_size, uint32_t md_size,
		      bool md_interleave, bool pi_loc, enum xnvme_pi_type pi_type,
		      uint32_t pi_flags, uint32_t init_ref_tag, uint16_t apptag_mask,
		      uint16_t app_tag, enum xnvme_spec_nvm_ns_pif pi_format);

void xnvme_pi_generate(struct xnvme_pi_ctx *ctx, uint8_t *data_buf, uint8_t *md_buf,
		       uint32_t num_blocks);

int xnvme_pi_verify(struct xnvme_pi_ctx *ctx, uint8_t *data_buf, uint8_t *md_buf,
		    uint32_t num_blocks);

#ifdef __cplusplus
}
#endif

#endif /* __INTERNAL_XNVME_PI_H */
