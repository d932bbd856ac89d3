// SPDX-License-Identifier: BSD-3-Clause
#ifndef XNVI_OS_TYPES_H
#define XNVI_OS_TYPES_H

#include <pthread.h>

/** An open file or device: a descriptor */
typedef int xnvi_handle;

#define XNVI_HANDLE_NONE (-1)

struct xnvi_mutex {
	pthread_mutex_t handle;
};

#define XNVI_MUTEX_INITIALIZER                                                                     \
	{                                                                                          \
		PTHREAD_MUTEX_INITIALIZER                                                          \
	}

struct xnvi_cond {
	pthread_cond_t handle;
};

struct xnvi_thread {
	pthread_t handle;
};

/** On Linux both are one eventfd(2); elsewhere the ends of a pipe(2) */
struct xnvi_event {
	int rd;
	int wr;
};

#endif /* XNVI_OS_TYPES_H */
