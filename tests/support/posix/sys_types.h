// SPDX-License-Identifier: BSD-3-Clause
/** Types of sys.h: POSIX */
#ifndef XNVT_SYS_TYPES_H
#define XNVT_SYS_TYPES_H

#include <pthread.h>
#include <sys/types.h>

struct sys_thread {
	pthread_t id;
};

/** macOS has no pthread_barrier_t */
struct sys_barrier {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	unsigned nthreads;
	unsigned nwaiting;
	unsigned round;
};

struct sys_program {
	pid_t pid;
	int in;	 ///< The program reads what is written here
	int out; ///< What it prints can be read here
};

struct sys_sleeper {
	int fd;
	int how;
	int waiter; ///< Where the system has descriptors that wait for others
};

#endif /* XNVT_SYS_TYPES_H */
