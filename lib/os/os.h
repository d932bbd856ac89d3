// SPDX-License-Identifier: BSD-3-Clause
/**
 * What the library asks of the operating system, beyond C11
 *
 * One implementation per system, chosen by the build: lib/os/<system>/. Functions return 0 or a
 * negative errno; none of them prints. The types are in os_types.h of the system.
 */
#ifndef XNVI_OS_H
#define XNVI_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <os_types.h>

/* Threads and locks: thin, so that a caller reads like C11 <threads.h>, which not every libc has */

int xnvi_mutex_init(struct xnvi_mutex *mutex);
void xnvi_mutex_term(struct xnvi_mutex *mutex);
void xnvi_mutex_lock(struct xnvi_mutex *mutex);
void xnvi_mutex_unlock(struct xnvi_mutex *mutex);

int xnvi_cond_init(struct xnvi_cond *cond);
void xnvi_cond_term(struct xnvi_cond *cond);
/** Wait until signalled; spurious wake-ups happen, so callers loop on their condition */
void xnvi_cond_wait(struct xnvi_cond *cond, struct xnvi_mutex *mutex);
/** As xnvi_cond_wait(), but at most until `deadline_ns` of xnvi_time_ns(); -ETIMEDOUT then */
int xnvi_cond_wait_until(struct xnvi_cond *cond, struct xnvi_mutex *mutex, uint64_t deadline_ns);
void xnvi_cond_signal(struct xnvi_cond *cond);
void xnvi_cond_broadcast(struct xnvi_cond *cond);

/** Start a thread with all signals blocked; `name` is at most 15 characters */
int xnvi_thread_start(struct xnvi_thread *thread, const char *name, void *(*func)(void *),
		      void *arg);
void xnvi_thread_join(struct xnvi_thread *thread);
/** Never to be joined: it runs on to its end, or not */
void xnvi_thread_detach(struct xnvi_thread *thread);
/** Give up the rest of the time slice */
void xnvi_thread_yield(void);
/** Sleep about that long; less when a signal arrives */
void xnvi_sleep_ns(uint32_t ns);

/** How long a call may be interrupted, or told "not now", unless its caller knows better */
#define XNVI_RETRY_DEFAULT_US 30000000U

/** The patience with one call; starts as {.limit_us = ...}, where 0 is XNVI_RETRY_DEFAULT_US */
struct xnvi_retry {
	uint32_t limit_us;
	uint32_t ntries;
	uint64_t deadline_ns;
};

/**
 * Whether to make the call again
 *
 * To be asked right after a call that failed. The first tries follow at once, later ones after a
 * pause.
 *
 * @return true after EINTR or EAGAIN, while there is time; errno stays as it is
 */
bool xnvi_retry(struct xnvi_retry *retry);

/** Monotonic time in nanoseconds */
uint64_t xnvi_time_ns(void);

/** Number of processors this process may use, at least 1 */
unsigned xnvi_ncpus(void);

/** Tell the processor that this is a spin-wait loop */
static inline void
xnvi_cpu_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* Completion events: a descriptor that polls readable while the event is set */

/** Create a cleared event; the descriptor is close-on-exec, and read(2) waits until it is set */
int xnvi_event_init(struct xnvi_event *event);
void xnvi_event_term(struct xnvi_event *event);
/** Set it; where it is set already this is a new edge all the same */
void xnvi_event_set(struct xnvi_event *event);
/** Clear it; does not wait, whoever reads at the same time */
void xnvi_event_clear(struct xnvi_event *event);
/** The descriptor for read(2), poll(2) and friends */
int xnvi_event_fd(const struct xnvi_event *event);

/* Files and devices */

/**
 * Keep a new descriptor above 2
 *
 * A program that was started with a standard stream closed gets 0, 1 or 2 from the next call that
 * makes a descriptor, and from then on its messages go where that descriptor leads.
 *
 * @param fd What open(2) or another call returned; a negative value is handed through with errno
 *
 * @return The descriptor, close-on-exec; or -1 with errno set, and `fd` is closed
 */
int xnvi_fd_keep(int fd);

/** open(2) with O_CLOEXEC that goes on after signals; above 2, or -1 with errno set */
int xnvi_open(const char *path, int flags, unsigned mode);

/**
 * Classify an existing path as one of enum xnvi_class
 *
 * @return The class; -EISDIR; -ENXIO for a character node that no device has the number of; -ENOTTY
 * for a character device, pipe or socket that is not NVMe; or
 * the negative errno of stat(2)
 */
int xnvi_os_classify(const char *path);

/**
 * Make a range of a file or block device read as zeroes by the system's own means, giving its space
 * back with `dealloc`; -ENOTSUP when there is none. The size does not change.
 *
 * @param limit_us Of struct xnvi_retry; -EINTR or -EAGAIN when that time is over
 */
int xnvi_os_zero_range(int fd, uint64_t offset, uint64_t nbytes, bool dealloc, uint32_t limit_us);

/** As xnvi_os_zero_range(), but writes zeroes when the system has no means */
int xnvi_file_zero_range(int fd, uint64_t offset, uint64_t nbytes, bool dealloc, uint32_t limit_us);

/** Cut an open regular file to `nbytes`; what is shorter, or no regular file, is left alone */
int xnvi_file_trim(int fd, uint64_t nbytes);

/**
 * Lock an open file against other processes, without waiting
 *
 * The lock belongs to what open(2) made. Children of fork(2) share it; a second open of the same
 * file in this process does not.
 *
 * @return 0; -EBUSY when another open of the file has the lock; or another negative errno
 */
int xnvi_file_lock(int fd);
/** Give the lock back, even while children of fork(2) have the descriptor */
void xnvi_file_unlock(int fd);
/** Process that has locked the file of `fd`; 0 when the system does not tell */
int xnvi_file_lock_holder(int fd);

/** Which file a descriptor is of, whatever its path */
struct xnvi_file_id {
	uint64_t volume;
	uint64_t file;
};

int xnvi_file_id(int fd, struct xnvi_file_id *id);

/** Absolute path of an existing file, without symbolic links; free() it */
int xnvi_file_real_path(const char *path, char **real);

/**
 * Rename a file over another in the same folder, and make that durable
 *
 * @param replaced True when `to` is the new file, even if that may not survive a power cut
 *
 * @return 0 or a negative errno
 */
int xnvi_file_replace(const char *from, const char *to, const char *folder, bool *replaced);

/** Bytes that an allocation of malloc(3) or aligned_alloc(3) has, at least what was asked for */
size_t xnvi_heap_nbytes(void *mem);

/** Value of an environment variable, NULL when unset or when the process is privileged (setuid) */
const char *xnvi_env(const char *name);

/** Number of times this process was forked from the one that loaded the library: 0 in the latter */
extern uint32_t xnvi_fork_generation;

/** Start counting forks in xnvi_fork_generation; may be called any number of times */
int xnvi_fork_watch(void);

#endif /* XNVI_OS_H */
