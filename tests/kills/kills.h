// SPDX-License-Identifier: BSD-3-Clause
/**
 * An image that is killed for: what it begins with, and the device on it
 */
#ifndef XNVT_KILLS_H
#define XNVT_KILLS_H

#include <stdbool.h>
#include <stdint.h>

#include <libxnvme.h>

#define LBA_NBYTES   512U
#define IMAGE_NBYTES (192U * 1024) ///< Three chunks of the store
#define NLBAS	     (IMAGE_NBYTES / LBA_NBYTES)

/** What an LBA reads as */
enum {
	BYTE_MARKED = -1, ///< Unrecovered Read Error
	BYTE_MIXED = -2,  ///< Not one byte, over and over
	BYTE_FAILED = -3, ///< Another error
};

/** Print and exit */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/** The device on the image, or die() */
struct xnvme_dev *image_open(void);
/** Before and after: the folder, and what is in it */
void image_init(void);
void image_term(void);
/** Remove image and side file */
void image_remove(void);

/** The byte of an LBA of LBA_NBYTES, or one of the above */
int lba_byte(struct xnvme_dev *dev, uint64_t slba);

/** Kills at random moments; true when nothing was lost */
bool kills_under_load(unsigned nrounds);

#endif /* XNVT_KILLS_H */
