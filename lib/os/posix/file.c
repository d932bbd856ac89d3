// SPDX-License-Identifier: BSD-3-Clause
#include <os/os.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define ZEROES_NBYTES 65536U

/* A signal is over at once; what lasts longer is waited for without burning a processor */
#define RETRIES_AT_ONCE 8U
#define RETRIES_SHORTLY 32U
#define PAUSE_SHORT_NS	50000U
#define PAUSE_LONG_NS	5000000U
#define NSEC_PER_USEC	1000ULL

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

bool
xnvi_retry(struct xnvi_retry *retry)
{
	const int err = errno;
	const uint32_t limit_us = retry->limit_us ? retry->limit_us : XNVI_RETRY_DEFAULT_US;
	uint64_t now_ns;

	if (err != EINTR && err != EAGAIN) {
		return false;
	}
	if (++retry->ntries <= RETRIES_AT_ONCE) {
		return true;
	}
	now_ns = xnvi_time_ns();
	if (!retry->deadline_ns) {
		retry->deadline_ns = now_ns + limit_us * NSEC_PER_USEC;
	}
	if (now_ns >= retry->deadline_ns) {
		return false;
	}
	xnvi_sleep_ns(retry->ntries < RETRIES_SHORTLY ? PAUSE_SHORT_NS : PAUSE_LONG_NS);
	errno = err;

	return true;
}

int
xnvi_open(const char *path, int flags, unsigned mode)
{
	struct xnvi_retry retry = {0};
	int fd;

	do {
		fd = open(path, flags | O_CLOEXEC, mode);
	} while (fd < 0 && errno == EINTR && xnvi_retry(&retry));

	return xnvi_fd_keep(fd);
}

static int
write_zeroes(int fd, uint64_t offset, uint64_t nbytes, uint32_t limit_us)
{
	struct xnvi_retry retry = {.limit_us = limit_us};
	static char zeroes[ZEROES_NBYTES]; /* not const: in .bss it takes no room in the library */

	while (nbytes) {
		const size_t len = nbytes < sizeof(zeroes) ? (size_t)nbytes : sizeof(zeroes);
		const ssize_t n = pwrite(fd, zeroes, len, (off_t)offset);

		if (n < 0 && xnvi_retry(&retry)) {
			continue;
		}
		if (n <= 0) {
			return n ? -errno : -EIO;
		}
		retry = (struct xnvi_retry){.limit_us = limit_us};
		offset += (uint64_t)n;
		nbytes -= (uint64_t)n;
	}

	return 0;
}

int
xnvi_file_zero_range(int fd, uint64_t offset, uint64_t nbytes, bool dealloc, uint32_t limit_us)
{
	const int err = xnvi_os_zero_range(fd, offset, nbytes, dealloc, limit_us);

	return err == -ENOTSUP ? write_zeroes(fd, offset, nbytes, limit_us) : err;
}

int
xnvi_file_trim(int fd, uint64_t nbytes)
{
	struct xnvi_retry retry = {0};
	struct stat st;
	int err;

	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size <= nbytes) {
		return 0;
	}
	do {
		err = ftruncate(fd, (off_t)nbytes);
	} while (err < 0 && xnvi_retry(&retry));

	return err < 0 ? -errno : 0;
}
