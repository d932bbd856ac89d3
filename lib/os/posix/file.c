// SPDX-License-Identifier: BSD-3-Clause
#include <os/os.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#define ZEROES_NBYTES 65536U

int
xnvi_fd_keep(int fd)
{
	int kept, err;

	if (fd < 0 || fd > STDERR_FILENO) {
		return fd;
	}
	kept = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	err = errno;
	close(fd);
	errno = err;

	return kept;
}

int
xnvi_open(const char *path, int flags, unsigned mode)
{
	int fd;

	do {
		fd = open(path, flags | O_CLOEXEC, mode);
	} while (fd < 0 && errno == EINTR);

	return xnvi_fd_keep(fd);
}

static int
write_zeroes(int fd, uint64_t offset, uint64_t nbytes)
{
	static char zeroes[ZEROES_NBYTES]; /* not const: in .bss it takes no room in the library */

	while (nbytes) {
		const size_t len = nbytes < sizeof(zeroes) ? (size_t)nbytes : sizeof(zeroes);
		const ssize_t n = pwrite(fd, zeroes, len, (off_t)offset);

		if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
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

int
xnvi_file_zero_range(int fd, uint64_t offset, uint64_t nbytes, bool dealloc)
{
	const int err = xnvi_os_zero_range(fd, offset, nbytes, dealloc);

	return err == -ENOTSUP ? write_zeroes(fd, offset, nbytes) : err;
}
