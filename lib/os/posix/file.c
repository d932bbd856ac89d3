// SPDX-License-Identifier: BSD-3-Clause
/**
 * Zeroing a range of a file where the system has no call for it
 */
#include <os/os.h>
#include <file_zero.h>

int
xnvi_file_zero_range(int fd, uint64_t offset, uint64_t nbytes)
{
	return xnvi_file_write_zeroes(fd, offset, nbytes);
}
