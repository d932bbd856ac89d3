// SPDX-License-Identifier: BSD-3-Clause
#include <support/sys.h>

#include <sys/epoll.h>
#include <unistd.h>

int
sys_sleeper_init(struct sys_sleeper *sleeper, int fd, enum sys_sleep how)
{
	struct epoll_event event = {.events = EPOLLIN | (how == SYS_SLEEP_EDGES ? EPOLLET : 0)};

	*sleeper = (struct sys_sleeper){.fd = fd, .how = (int)how, .waiter = -1};
	if (how == SYS_SLEEP_READ) {
		return 0;
	}
	sleeper->waiter = epoll_create1(EPOLL_CLOEXEC);

	return sleeper->waiter < 0 || epoll_ctl(sleeper->waiter, EPOLL_CTL_ADD, fd, &event) ? -errno
											    : 0;
}

int
sys_sleeper_wait(struct sys_sleeper *sleeper)
{
	struct epoll_event event;
	int n;

	if (sleeper->how == SYS_SLEEP_READ) {
		return sys_event_read(sleeper->fd);
	}
	/* The kernel's own work for a ring interrupts epoll_wait(2), as signals do */
	do {
		n = epoll_wait(sleeper->waiter, &event, 1, -1);
	} while (n < 0 && errno == EINTR);

	return n == 1 ? 0 : -errno;
}

void
sys_sleeper_term(struct sys_sleeper *sleeper)
{
	if (sleeper->waiter >= 0) {
		close(sleeper->waiter);
	}
}
