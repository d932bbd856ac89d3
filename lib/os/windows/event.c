// SPDX-License-Identifier: BSD-3-Clause
#include <os/system.h>
#include <os/windows/error.h>

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

int
xnvi_event_init(struct xnvi_event *event)
{
	event->handle = CreateEventW(NULL, TRUE, FALSE, NULL);

	return event->handle ? 0 : xnvi_last_error();
}

void
xnvi_event_term(struct xnvi_event *event)
{
	CloseHandle(event->handle);
}

void
xnvi_event_set(struct xnvi_event *event)
{
	SetEvent(event->handle);
}

void
xnvi_event_clear(struct xnvi_event *event)
{
	ResetEvent(event->handle);
}

/** Handles have 32 significant bits, also in processes of 64 bits */
int
xnvi_event_fd(const struct xnvi_event *event)
{
	return (int)(intptr_t)event->handle;
}
