// SPDX-License-Identifier: BSD-3-Clause
#include <os/os.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

int
xnvi_event_init(struct xnvi_event *event)
{
	event->rd = xnvi_fd_keep(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
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

	/* Fails only with EAGAIN at 2^64-2 unread events: readable already */
	while (write(event->wr, &one, sizeof(one)) < 0 && errno == EINTR) {
	}
}

void
xnvi_event_clear(struct xnvi_event *event)
{
	uint64_t count;

	/* EAGAIN: it was clear */
	while (read(event->rd, &count, sizeof(count)) < 0 && errno == EINTR) {
	}
}

int
xnvi_event_fd(const struct xnvi_event *event)
{
	return event->rd;
}

const char *
xnvi_env(const char *name)
{
	return secure_getenv(name);
}
