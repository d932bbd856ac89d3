// SPDX-License-Identifier: BSD-3-Clause
#include <os/os.h>
#include <file_zero.h>

#include <errno.h>
#include <fcntl.h>

int
xnvi_file_zero_range(int fd, uint64_t offset, uint64_t nbytes)
{
	const int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
	int err;

	do {
		err = fallocate(fd, mode, (off_t)offset, (off_t)nbytes) ? errno : 0;
	} while (err == EINTR);
	if (err == EOPNOTSUPP || err == ENOSYS) {
		return xnvi_file_write_zeroes(fd, offset, nbytes);
	}

	return -err;
}
