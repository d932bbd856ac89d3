// SPDX-License-Identifier: BSD-3-Clause
#include <os/system.h>

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define NSEC_PER_SEC 1000000000ULL

uint32_t xnvi_fork_generation;

/**
 * POSIX says EAGAIN where a thread or a lock cannot be had, but trying again at once is no use: the
 * lack lasts until somebody raises a limit or gives something back
 */
static int
lasting(int err)
{
	return err == EAGAIN ? -ENOMEM : -err;
}

/** For calls that fail only when their argument is not what it has to be */
static inline void
must_work(int err)
{
	(void)err;
	assert(!err);
}

int
xnvi_mutex_init(struct xnvi_mutex *mutex)
{
	return lasting(pthread_mutex_init(&mutex->handle, NULL));
}

void
xnvi_mutex_term(struct xnvi_mutex *mutex)
{
	must_work(pthread_mutex_destroy(&mutex->handle));
}

void
xnvi_mutex_lock(struct xnvi_mutex *mutex)
{
	must_work(pthread_mutex_lock(&mutex->handle));
}

void
xnvi_mutex_unlock(struct xnvi_mutex *mutex)
{
	must_work(pthread_mutex_unlock(&mutex->handle));
}

int
xnvi_cond_init(struct xnvi_cond *cond)
{
	pthread_condattr_t attr;
	int err;

	err = pthread_condattr_init(&attr);
	if (err) {
		return lasting(err);
	}
	/* A condition on another clock would not wait: its deadlines have long passed */
	err = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	err = err ? err : pthread_cond_init(&cond->handle, &attr);
	must_work(pthread_condattr_destroy(&attr));

	return lasting(err);
}

void
xnvi_cond_term(struct xnvi_cond *cond)
{
	must_work(pthread_cond_destroy(&cond->handle));
}

void
xnvi_cond_wait(struct xnvi_cond *cond, struct xnvi_mutex *mutex)
{
	must_work(pthread_cond_wait(&cond->handle, &mutex->handle));
}

int
xnvi_cond_wait_until(struct xnvi_cond *cond, struct xnvi_mutex *mutex, uint64_t deadline_ns)
{
	const struct timespec ts = {
	    .tv_sec = (time_t)(deadline_ns / NSEC_PER_SEC),
	    .tv_nsec = (long)(deadline_ns % NSEC_PER_SEC),
	};

	return -pthread_cond_timedwait(&cond->handle, &mutex->handle, &ts);
}

void
xnvi_cond_signal(struct xnvi_cond *cond)
{
	must_work(pthread_cond_signal(&cond->handle));
}

void
xnvi_cond_broadcast(struct xnvi_cond *cond)
{
	must_work(pthread_cond_broadcast(&cond->handle));
}

int
xnvi_thread_start(struct xnvi_thread *thread, const char *name, void *(*func)(void *), void *arg)
{
	sigset_t all, old;
	int err;

	/* The new thread inherits the mask, so the application's signals never land on it */
	sigfillset(&all);
	must_work(pthread_sigmask(SIG_SETMASK, &all, &old));
	err = pthread_create(&thread->handle, NULL, func, arg);
	must_work(pthread_sigmask(SIG_SETMASK, &old, NULL));
	if (err) {
		return lasting(err);
	}
	/* For debuggers; where /proc is not mounted the thread has no name */
	(void)pthread_setname_np(thread->handle, name);

	return 0;
}

void
xnvi_thread_join(struct xnvi_thread *thread)
{
	must_work(pthread_join(thread->handle, NULL));
}

void
xnvi_thread_detach(struct xnvi_thread *thread)
{
	must_work(pthread_detach(thread->handle));
}

void
xnvi_sleep_ns(uint32_t ns)
{
	const struct timespec pause = {
	    .tv_sec = (time_t)(ns / NSEC_PER_SEC),
	    .tv_nsec = (long)(ns % NSEC_PER_SEC),
	};

	nanosleep(&pause, NULL);
}

void
xnvi_thread_yield(void)
{
	sched_yield();
}

uint64_t
xnvi_time_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

unsigned
xnvi_ncpus(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? (unsigned)n : 1;
}

static void
fork_child(void)
{
	xnvi_fork_generation++;
}

/**
 * Register handlers once; a failure is the caller's, and is tried again next time
 *
 * Without the lock where that is done, because a child may have inherited it locked.
 */
static int
at_forks(atomic_bool *on, void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	int err = 0;

	if (atomic_load_explicit(on, memory_order_acquire)) {
		return 0;
	}
	pthread_mutex_lock(&lock);
	if (!atomic_load_explicit(on, memory_order_relaxed)) {
		err = lasting(pthread_atfork(prepare, parent, child));
		atomic_store_explicit(on, !err, memory_order_release);
	}
	pthread_mutex_unlock(&lock);

	return err;
}

int
xnvi_fork_watch(void)
{
	static atomic_bool on;

	return at_forks(&on, NULL, NULL, fork_child);
}

int
xnvi_fork_hook(struct xnvi_fork_hook *hook)
{
	/* First, so that the child is counted before its hooks are called */
	const int err = xnvi_fork_watch();

	return err ? err : at_forks(&hook->on, hook->prepare, hook->parent, hook->child);
}
