// SPDX-License-Identifier: BSD-3-Clause
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

struct xnvme_lba_range_attr {
	bool is_zoned;
	bool is_valid;
};

struct xnvme_lba_range {
	uint64_t slba;
	uint64_t elba;
	uint32_t naddrs;
	uint64_t nbytes;
	struct xnvme_lba_range_attr attr;
};

int xnvme_lba_range_fpr(FILE *stream, struct xnvme_lba_range *range, int opts);

int xnvme_lba_range_pr(struct xnvme_lba_range *range, int opts);

struct xnvme_lba_range xnvme_lba_range_from_offset_nbytes(struct xnvme_dev *dev, uint64_t offset,
							  uint64_t nbytes);

struct xnvme_lba_range xnvme_lba_range_from_slba_elba(struct xnvme_dev *dev, uint64_t slba,
						      uint64_t elba);

struct xnvme_lba_range xnvme_lba_range_from_slba_naddrs(struct xnvme_dev *dev, uint64_t slba,
							uint64_t naddrs);

struct xnvme_lba_range xnvme_lba_range_from_zdescr(struct xnvme_dev *dev,
						   struct xnvme_spec_znd_descr *zdescr);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_LBA_H */
