// SPDX-License-Identifier: BSD-3-Clause
#include <os/posix/descriptor.h>

#include <os/system.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

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
