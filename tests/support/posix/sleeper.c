// SPDX-License-Identifier: BSD-3-Clause
/** For systems without epoll(7): there is no waiting for edges */
#include <support/sys.h>

#include <poll.h>

int
sys_sleeper_init(struct sys_sleeper *sleeper, int fd, enum sys_sleep how)
{
	*sleeper = (struct sys_sleeper){.fd = fd, .how = (int)how, .waiter = -1};

	return how == SYS_SLEEP_EDGES ? -ENOSYS : 0;
}

int
sys_sleeper_wait(struct sys_sleeper *sleeper)
{
	struct pollfd pfd = {.fd = sleeper->fd, .events = POLLIN};
	int n;

	if (sleeper->how == SYS_SLEEP_READ) {
		return sys_event_read(sleeper->fd);
	}
	do {
		n = poll(&pfd, 1, -1);
	} while (n < 0 && errno == EINTR);

	return n == 1 ? 0 : -errno;
}

void
sys_sleeper_term(struct sys_sleeper *sleeper)
{
	(void)sleeper;
}
