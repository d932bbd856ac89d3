// SPDX-License-Identifier: BSD-3-Clause
#include <support/sys.h>

#include <process.h>
#include <stdlib.h>
#include <windows.h>

_Static_assert(sizeof(SRWLOCK) == sizeof(void *), "struct sys_barrier has room for an SRWLOCK");
_Static_assert(sizeof(CONDITION_VARIABLE) == sizeof(void *), "... and for a CONDITION_VARIABLE");

struct start {
	void *(*func)(void *);
	void *arg;
	void *result;
};

static unsigned __stdcall run(void *arg)
{
	struct start *start = arg;

	start->result = start->func(start->arg);

	return 0;
}

int
sys_thread_start(struct sys_thread *thread, void *(*func)(void *), void *arg)
{
	struct start *start = malloc(sizeof(*start));

	if (!start) {
		return -ENOMEM;
	}
	*start = (struct start){.func = func, .arg = arg};
	thread->start = start;
	thread->handle = (HANDLE)_beginthreadex(NULL, 0, run, start, 0, NULL);
	if (!thread->handle) {
		free(start);
		return -EAGAIN;
	}

	return 0;
}

void *
sys_thread_join(struct sys_thread *thread)
{
	struct start *start = thread->start;
	void *result;

	if (WaitForSingleObject(thread->handle, INFINITE) != WAIT_OBJECT_0) {
		abort();
	}
	CloseHandle(thread->handle);
	result = start->result;
	free(start);

	return result;
}

void
sys_thread_yield(void)
{
	SwitchToThread();
}

int
sys_barrier_init(struct sys_barrier *barrier, unsigned nthreads)
{
	/* All zeroes is SRWLOCK_INIT and CONDITION_VARIABLE_INIT */
	*barrier = (struct sys_barrier){.nthreads = nthreads};

	return 0;
}

void
sys_barrier_wait(struct sys_barrier *barrier)
{
	SRWLOCK *lock = (void *)&barrier->lock;
	CONDITION_VARIABLE *cond = (void *)&barrier->cond;
	unsigned round;

	AcquireSRWLockExclusive(lock);
	round = barrier->round;
	if (++barrier->nwaiting == barrier->nthreads) {
		barrier->nwaiting = 0;
		barrier->round++;
		WakeAllConditionVariable(cond);
	}
	while (round == barrier->round) {
		SleepConditionVariableSRW(cond, lock, INFINITE, 0);
	}
	ReleaseSRWLockExclusive(lock);
}

void
sys_barrier_term(struct sys_barrier *barrier)
{
	(void)barrier;
}

uint64_t
sys_time_ms(void)
{
	return GetTickCount64();
}
