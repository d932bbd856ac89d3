// SPDX-License-Identifier: BSD-3-Clause
/**
 * Standard streams, and waiting for several events: what programs need, and the library does not
 */
#ifndef XNVI_STD_H
#define XNVI_STD_H

#include <stdbool.h>
#include <os/file.h>

enum xnvi_std {
	XNVI_STDIN = 0,
	XNVI_STDOUT = 1,
	XNVI_STDERR = 2,
};

/**
 * Make the standard streams what a program expects; to be called before anything else
 *
 * On POSIX systems, what is closed of descriptors 0 to 2 is filled, so that no device or file gets
 * one of them. Using a filled descriptor fails with EBADF: 0 cannot be read, 1 and 2 cannot be
 * written. On Windows, <stdio.h> no longer changes line ends, and output is UTF-8 on a terminal.
 *
 * @return 0 or a negative errno
 */
int xnvi_std_prepare(void);

/** The handle of a standard stream, which nobody closes */
xnvi_handle xnvi_std_handle(enum xnvi_std which);

bool xnvi_std_is_terminal(enum xnvi_std which);

/**
 * Let everything that is printed go to standard error from now on
 *
 * @param data The standard output as it was
 *
 * @return 0 or a negative errno, with what failed in `doing`
 */
int xnvi_std_divert(xnvi_handle *data, const char **doing);

/** A path that opens what the handle has open; -ENOSYS where there is none */
int xnvi_handle_path(xnvi_handle handle, char *path, size_t nbytes);

/** Most descriptors of xnvi_events_wait() */
#define XNVI_NEVENTS_MAX 8U

/** Wait until one of the events is set, or for that time; `fds` as of xnvi_event_fd() */
void xnvi_events_wait(const int *fds, unsigned nfds, unsigned timeout_ms);

#endif /* XNVI_STD_H */
