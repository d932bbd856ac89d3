// SPDX-License-Identifier: BSD-3-Clause
/**
 * Descriptors and system calls that signals interrupt: for code that runs on POSIX systems only
 */
#ifndef XNVI_DESCRIPTOR_H
#define XNVI_DESCRIPTOR_H

#include <stdbool.h>
#include <stdint.h>

/** How long a call may be interrupted, or told "not now", unless its caller knows better */
#define XNVI_RETRY_DEFAULT_US 30000000U

/** The patience with one call; starts as {.limit_us = ...}, where 0 is XNVI_RETRY_DEFAULT_US */
struct xnvi_retry {
	uint32_t limit_us;
	uint32_t ntries;
	uint64_t deadline_ns;
};

/**
 * Whether to make the call again
 *
 * To be asked right after a call that failed. The first tries follow at once, later ones after a
 * pause.
 *
 * @return true after EINTR or EAGAIN, while there is time; errno stays as it is
 */
bool xnvi_retry(struct xnvi_retry *retry);

/**
 * Keep a new descriptor above 2
 *
 * A program that was started with a standard stream closed gets 0, 1 or 2 from the next call that
 * makes a descriptor, and from then on its messages go where that descriptor leads.
 *
 * @param fd What open(2) or another call returned; a negative value is handed through with errno
 *
 * @return The descriptor, close-on-exec; or -1 with errno set, and `fd` is closed
 */
int xnvi_fd_keep(int fd);

/** open(2) with O_CLOEXEC that goes on after signals; above 2, or -1 with errno set */
int xnvi_open(const char *path, int flags, unsigned mode);

#endif /* XNVI_DESCRIPTOR_H */
