// SPDX-License-Identifier: BSD-3-Clause
/**
 * What the library asks of the operating system, beyond C11
 *
 * One implementation per system, chosen by the build: lib/os/<system>/. Functions return 0 or a
 * negative errno; none of them prints. The types are in os_types.h of the system.
 */
#ifndef XNVI_OS_SYSTEM_H
#define XNVI_OS_SYSTEM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <os/file.h>
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
/** Sleep about that long: less when a signal arrives, more where the system counts in ms */
void xnvi_sleep_ns(uint32_t ns);

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

/*
 * Completion events. On POSIX systems this is a descriptor that polls readable while the event is
 * set; on Windows it is a HANDLE that waits return for while the event is set.
 */

/** Create a cleared event; children do not inherit it. On POSIX systems read(2) waits for it. */
int xnvi_event_init(struct xnvi_event *event);
void xnvi_event_term(struct xnvi_event *event);
/** Set it; where it is set already this is a new edge all the same */
void xnvi_event_set(struct xnvi_event *event);
/** Clear it, without waiting, even if another thread reads it at the same time */
void xnvi_event_clear(struct xnvi_event *event);
/**
 * The descriptor for read(2), poll(2) and friends; on Windows the HANDLE as a number, which has 32
 * bits there: (HANDLE)(intptr_t)fd is the HANDLE
 */
int xnvi_event_fd(const struct xnvi_event *event);

/* Memory with an alignment: what xnvi_heap_alloc() returns is given to no other allocator */

/**
 * @param alignment Power of two
 * @param nbytes Multiple of the alignment
 *
 * @return NULL when there is no memory
 */
void *xnvi_heap_alloc(size_t alignment, size_t nbytes);
void xnvi_heap_free(void *mem);
/** Bytes that an allocation of xnvi_heap_alloc() has, at least what was asked for */
size_t xnvi_heap_nbytes(void *mem);
/** Size of a page of memory in bytes */
size_t xnvi_page_nbytes(void);

/* Memory in pages: it is zero, and a page takes memory when it is written */

/** @param nbytes Multiple of 64 KiB, which is one of the size of a page; NULL without memory */
void *xnvi_pages_alloc(size_t nbytes);
/** Free all that was allocated together */
void xnvi_pages_free(void *mem, size_t nbytes);
/** These pages will be written now, so the system may take the memory for all of them at once */
void xnvi_pages_expect(void *mem, size_t nbytes);
/**
 * Give the memory of some pages back; they are zero again, and can be written as before
 *
 * @return False when the pages cannot be used any more, and wait for xnvi_pages_free()
 */
bool xnvi_pages_clear(void *mem, size_t nbytes);

/* The process */

/**
 * Value of an environment variable, NULL when unset or when the process is privileged (setuid)
 *
 * It may change with the next call of the same thread.
 */
const char *xnvi_env(const char *name);

/** Number of times this process was forked from the one that loaded the library: 0 in the latter */
extern uint32_t xnvi_fork_generation;

/** Start counting forks in xnvi_fork_generation; may be called any number of times */
int xnvi_fork_watch(void);

/** Called around each fork(2), by the thread that forks; none of them may fork */
struct xnvi_fork_hook {
	void (*prepare)(void); ///< In the parent, before: takes the locks that the others release
	void (*parent)(void);  ///< In the parent, after, also when there is no child
	void (*child)(void);   ///< In the child, after xnvi_fork_generation has risen
	atomic_bool on;	       ///< Of xnvi_fork_hook() only
};

/** As xnvi_fork_watch(), and call the functions of the hook; the hook remains */
int xnvi_fork_hook(struct xnvi_fork_hook *hook);

#endif /* XNVI_OS_SYSTEM_H */
