// SPDX-License-Identifier: BSD-3-Clause
#include <os/system.h>
#include <os/posix/descriptor.h>

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>

int
xnvi_event_init(struct xnvi_event *event)
{
	event->rd = xnvi_fd_keep(eventfd(0, EFD_CLOEXEC));
	event->wr = event->rd;

	return event->rd < 0 ? -errno : 0;
}

void
xnvi_event_term(struct xnvi_event *event)
{
	close(event->rd);
}

void
xnvi_event_set(struct xnvi_event *event)
{
	const uint64_t one = 1;

	/* Would block at 2^64 - 2 unread events, which nobody lives to see */
	while (write(event->wr, &one, sizeof(one)) < 0 && errno == EINTR) {
	}
}

/** A read that does not wait, for systems whose preadv2(2) cannot do that with an eventfd */
static void
clear_by_poll(int fd)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	uint64_t count;

	if (poll(&pfd, 1, 0) == 1) {
		(void)!read(fd, &count, sizeof(count));
	}
}

void
xnvi_event_clear(struct xnvi_event *event)
{
#ifdef RWF_NOWAIT
	uint64_t count;
	const struct iovec iov = {&count, sizeof(count)};

	if (preadv2(event->rd, &iov, 1, -1, RWF_NOWAIT) >= 0 || errno == EAGAIN) {
		return;
	}
#endif
	clear_by_poll(event->rd);
}

int
xnvi_event_fd(const struct xnvi_event *event)
{
	return event->rd;
}
