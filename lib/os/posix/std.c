// SPDX-License-Identifier: BSD-3-Clause
#include <os/std.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

/**
 * Put the end of a pipe at `fd`, which is free, while all below it are in use: the end that cannot
 * do what `fd` is for
 */
static int
fd_fill(int fd)
{
	int ends[2];
	int keep;
	int drop;
	int err = 0;

	if (pipe(ends)) {
		return -errno;
	}
	keep = ends[fd == STDIN_FILENO ? 1 : 0];
	drop = ends[fd == STDIN_FILENO ? 0 : 1];
	if (keep != fd) {
		err = dup2(keep, fd) < 0 ? -errno : 0;
		close(keep);
	}
	if (drop != fd) {
		close(drop);
	}

	return err;
}

int
xnvi_std_prepare(void)
{
	int err = 0;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO && !err; ++fd) {
		if (fcntl(fd, F_GETFD) < 0) {
			err = fd_fill(fd);
		}
	}

	return err;
}

xnvi_handle
xnvi_std_handle(enum xnvi_std which)
{
	return (int)which;
}

bool
xnvi_std_is_terminal(enum xnvi_std which)
{
	return isatty((int)which) == 1;
}

int
xnvi_std_divert(xnvi_handle *data, const char **doing)
{
	*doing = "keeping standard output for the data";
	*data = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (*data < 0) {
		return -errno;
	}
	*doing = "sending the report to standard error";

	return dup2(STDERR_FILENO, STDOUT_FILENO) < 0 ? -errno : 0;
}

int
xnvi_handle_path(xnvi_handle handle, char *path, size_t nbytes)
{
	const int len = snprintf(path, nbytes, "/proc/self/fd/%d", handle);

	return len > 0 && (size_t)len < nbytes ? 0 : -ENAMETOOLONG;
}

void
xnvi_events_wait(const int *fds, unsigned nfds, unsigned timeout_ms)
{
	struct pollfd pfds[XNVI_NEVENTS_MAX];

	assert(nfds <= XNVI_NEVENTS_MAX);
	for (unsigned i = 0; i < nfds; ++i) {
		pfds[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	}
	(void)poll(pfds, nfds, (int)timeout_ms);
}
