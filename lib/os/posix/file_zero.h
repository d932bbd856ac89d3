// SPDX-License-Identifier: BSD-3-Clause
#ifndef XNVI_FILE_ZERO_H
#define XNVI_FILE_ZERO_H

#include <stdint.h>

/** Write zeroes over a range of a file; 0 or a negative errno */
int xnvi_file_write_zeroes(int fd, uint64_t offset, uint64_t nbytes);

#endif /* XNVI_FILE_ZERO_H */
