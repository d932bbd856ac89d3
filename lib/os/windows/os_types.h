// SPDX-License-Identifier: BSD-3-Clause
/**
 * Every type is a pointer in <windows.h>, which is not included here: it defines thousands of names
 */
#ifndef XNVI_OS_TYPES_H
#define XNVI_OS_TYPES_H

#include <stdint.h>

/** An open file or device: a HANDLE */
typedef void *xnvi_handle;

#define XNVI_HANDLE_NONE ((xnvi_handle)(intptr_t)-1)

/** SRWLOCK */
struct xnvi_mutex {
	void *handle;
};

#define XNVI_MUTEX_INITIALIZER                                                                     \
	{                                                                                          \
		0                                                                                  \
	}

/** CONDITION_VARIABLE */
struct xnvi_cond {
	void *handle;
};

/** HANDLE of a thread */
struct xnvi_thread {
	void *handle;
};

/** HANDLE of an event that stays set until it is cleared */
struct xnvi_event {
	void *handle;
};

#endif /* XNVI_OS_TYPES_H */
