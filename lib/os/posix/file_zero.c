// SPDX-License-Identifier: BSD-3-Clause
#include <file_zero.h>

#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

int
xnvi_file_write_zeroes(int fd, uint64_t offset, uint64_t nbytes)
{
	static const char zeroes[64 * 1024];

	while (nbytes) {
		const size_t len = nbytes < sizeof(zeroes) ? (size_t)nbytes : sizeof(zeroes);
		const ssize_t n = pwrite(fd, zeroes, len, (off_t)offset);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return n ? -errno : -EIO;
		}
		offset += (uint64_t)n;
		nbytes -= (uint64_t)n;
	}

	return 0;
}
