// SPDX-License-Identifier: BSD-3-Clause
#include <os/std.h>

#include <os/windows/error.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

int
xnvi_std_prepare(void)
{
	/* Also for what is opened later. A stream that is closed has no descriptor to change. */
	_fmode = _O_BINARY;
	for (int fd = XNVI_STDIN; fd <= XNVI_STDERR; ++fd) {
		(void)_setmode(fd, _O_BINARY);
	}
	(void)SetConsoleOutputCP(CP_UTF8);

	return 0;
}

xnvi_handle
xnvi_std_handle(enum xnvi_std which)
{
	static const DWORD names[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
	const HANDLE handle = GetStdHandle(names[which]);

	/* NULL is that of a program that was started without */
	return handle ? handle : XNVI_HANDLE_NONE;
}

bool
xnvi_std_is_terminal(enum xnvi_std which)
{
	DWORD mode;

	return GetConsoleMode(xnvi_std_handle(which), &mode);
}

int
xnvi_std_divert(xnvi_handle *data, const char **doing)
{
	const HANDLE self = GetCurrentProcess();

	*doing = "keeping standard output for the data";
	*data = XNVI_HANDLE_NONE;
	if (!DuplicateHandle(self, xnvi_std_handle(XNVI_STDOUT), self, data, 0, FALSE,
			     DUPLICATE_SAME_ACCESS)) {
		return xnvi_last_error();
	}
	*doing = "sending the report to standard error";
	fflush(stdout);

	return _dup2(_fileno(stderr), _fileno(stdout)) ? -errno : 0;
}

int
xnvi_handle_path(xnvi_handle handle, char *path, size_t nbytes)
{
	(void)handle;
	(void)path;
	(void)nbytes;

	return -ENOSYS;
}

void
xnvi_events_wait(const int *fds, unsigned nfds, unsigned timeout_ms)
{
	HANDLE handles[XNVI_NEVENTS_MAX];

	assert(nfds <= XNVI_NEVENTS_MAX);
	for (unsigned i = 0; i < nfds; ++i) {
		handles[i] = (HANDLE)(intptr_t)fds[i];
	}
	(void)WaitForMultipleObjects(nfds, handles, FALSE, timeout_ms);
}
