// SPDX-License-Identifier: BSD-3-Clause
/**
 * Faults: the n-th call of a class fails, or moves less than it was asked for
 *
 * The functions of libc are replaced when the program is linked (see meson.build). While nothing is
 * armed they only count what is alive.
 */
#ifndef XNVT_INJECT_H
#define XNVT_INJECT_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

enum fault_class {
	ON_MALLOC,
	ON_CALLOC,
	ON_REALLOC,
	ON_ALIGNED_ALLOC,
	ON_MMAP,
	ON_THREAD,
	ON_MUTEX,
	ON_COND,
	ON_CONDATTR,
	ON_SETCLOCK,
	ON_ATFORK,
	ON_OPEN,
	ON_STAT,
	ON_FSTAT,
	ON_FTRUNCATE,
	ON_FALLOCATE,
	ON_PREAD,
	ON_PREADV,
	ON_PWRITE,
	ON_PWRITEV,
	ON_FDATASYNC,
	ON_FSYNC,
	ON_FLOCK,
	ON_REALPATH,
	ON_RENAME,
	ON_IOCTL,
	ON_EVENTFD,
	ON_READ,
	ON_WRITE,
	ON_AIO_READ,
	ON_AIO_WRITE,
	ON_AIO_FSYNC,
	ON_AIO_ERROR,
	ON_AIO_RETURN,
	ON_URING_INIT,
	ON_URING_FILES,
	ON_URING_TABLE,
	ON_URING_BUFFER,
	ON_URING_EVENTFD,
	ON_URING_SUBMIT,
	ON_IO_SETUP,
	ON_IO_SUBMIT,
	ON_IO_GETEVENTS,
	NCLASSES,
};

enum fault_kind {
	FAULT_ERRNO, ///< The call fails with `err`
	FAULT_ONE,   ///< It moves one byte
	FAULT_HALF,  ///< It moves half of what was asked
	FAULT_NONE,  ///< It moves nothing and says so
};

struct fault {
	enum fault_class cls;
	enum fault_kind kind;
	int err;
	unsigned n;   ///< Counted from 1; 0: count only
	bool forever; ///< Every call from the n-th on
};

extern const char *const fault_class_names[NCLASSES];

/** For what replaces functions: count a call; true when it is the one */
bool fault_hits(enum fault_class cls);

/** ... The errno that a call without a length fails with, or 0 */
int fault_fires(enum fault_class cls);

/** Contexts of io_setup(2) come with a ring that programs do not know how to read */
extern bool fault_ring_unknown;

void fault_arm(const struct fault *fault);

void fault_disarm(void);

/** What was given to fault_arm() last */
const struct fault *fault_armed(void);

/** Calls that failed or were cut since the last fault_arm() */
unsigned fault_nfired(void);

/** Calls of a class since the last fault_arm() */
unsigned fault_ncalls(enum fault_class cls);

/** Blocks of memory that were allocated and not freed */
long fault_live_blocks(void);

/** Threads that were started and not joined */
long fault_live_threads(void);

/* What the tests use for themselves, past the faults */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*func)(void *),
			  void *arg);
int __real_pthread_join(pthread_t thread, void **value);

#endif /* XNVT_INJECT_H */
