// SPDX-License-Identifier: BSD-3-Clause
#include <support/sys.h>

#include <sched.h>
#include <stdlib.h>
#include <time.h>

int
sys_thread_start(struct sys_thread *thread, void *(*func)(void *), void *arg)
{
	return -pthread_create(&thread->id, NULL, func, arg);
}

void *
sys_thread_join(struct sys_thread *thread)
{
	void *result = NULL;

	if (pthread_join(thread->id, &result)) {
		abort();
	}

	return result;
}

void
sys_thread_yield(void)
{
	sched_yield();
}

int
sys_barrier_init(struct sys_barrier *barrier, unsigned nthreads)
{
	int err;

	*barrier = (struct sys_barrier){.nthreads = nthreads};
	err = pthread_mutex_init(&barrier->mutex, NULL);
	if (!err) {
		err = pthread_cond_init(&barrier->cond, NULL);
	}

	return -err;
}

void
sys_barrier_wait(struct sys_barrier *barrier)
{
	unsigned round;

	pthread_mutex_lock(&barrier->mutex);
	round = barrier->round;
	if (++barrier->nwaiting == barrier->nthreads) {
		barrier->nwaiting = 0;
		barrier->round++;
		pthread_cond_broadcast(&barrier->cond);
	}
	while (round == barrier->round) {
		pthread_cond_wait(&barrier->cond, &barrier->mutex);
	}
	pthread_mutex_unlock(&barrier->mutex);
}

void
sys_barrier_term(struct sys_barrier *barrier)
{
	pthread_cond_destroy(&barrier->cond);
	pthread_mutex_destroy(&barrier->mutex);
}

uint64_t
sys_time_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}
