// SPDX-License-Identifier: BSD-3-Clause
/**
 * Locks and conditions of the system, which need no memory and cannot fail to be made
 *
 * Not those of winpthreads: its conditions refuse the monotonic clock, and then do not wait.
 */
#include <os/system.h>
#include <os/windows/error.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#define NSEC_PER_SEC  1000000000ULL
#define NSEC_PER_MSEC 1000000ULL
/** INFINITE is one more than a wait can be told; a day at a time is enough */
#define WAIT_MS_MAX 86400000ULL
/** Of a name of a thread, with its end; see xnvi_thread_start() */
#define NAME_NCHARS 16

_Static_assert(sizeof(SRWLOCK) == sizeof(struct xnvi_mutex), "one is the other");
_Static_assert(sizeof(CONDITION_VARIABLE) == sizeof(struct xnvi_cond), "one is the other");

uint32_t xnvi_fork_generation;

static PSRWLOCK
lock_of(struct xnvi_mutex *mutex)
{
	return (PSRWLOCK)(void *)mutex;
}

static PCONDITION_VARIABLE
variable_of(struct xnvi_cond *cond)
{
	return (PCONDITION_VARIABLE)(void *)cond;
}

int
xnvi_mutex_init(struct xnvi_mutex *mutex)
{
	InitializeSRWLock(lock_of(mutex));

	return 0;
}

void
xnvi_mutex_term(struct xnvi_mutex *mutex)
{
	(void)mutex;
}

void
xnvi_mutex_lock(struct xnvi_mutex *mutex)
{
	AcquireSRWLockExclusive(lock_of(mutex));
}

void
xnvi_mutex_unlock(struct xnvi_mutex *mutex)
{
	ReleaseSRWLockExclusive(lock_of(mutex));
}

int
xnvi_cond_init(struct xnvi_cond *cond)
{
	InitializeConditionVariable(variable_of(cond));

	return 0;
}

void
xnvi_cond_term(struct xnvi_cond *cond)
{
	(void)cond;
}

void
xnvi_cond_wait(struct xnvi_cond *cond, struct xnvi_mutex *mutex)
{
	const BOOL woken =
	    SleepConditionVariableSRW(variable_of(cond), lock_of(mutex), INFINITE, 0);

	(void)woken;
	assert(woken);
}

int
xnvi_cond_wait_until(struct xnvi_cond *cond, struct xnvi_mutex *mutex, uint64_t deadline_ns)
{
	uint64_t now_ns = xnvi_time_ns();

	/* The system counts its own milliseconds, so a wait may end a little early */
	while (now_ns < deadline_ns) {
		const uint64_t left_ms = (deadline_ns - now_ns - 1) / NSEC_PER_MSEC + 1;

		if (SleepConditionVariableSRW(
			variable_of(cond), lock_of(mutex),
			(DWORD)(left_ms < WAIT_MS_MAX ? left_ms : WAIT_MS_MAX), 0)) {
			return 0;
		}
		if (GetLastError() != ERROR_TIMEOUT) {
			return xnvi_last_error();
		}
		now_ns = xnvi_time_ns();
	}

	return -ETIMEDOUT;
}

void
xnvi_cond_signal(struct xnvi_cond *cond)
{
	WakeConditionVariable(variable_of(cond));
}

void
xnvi_cond_broadcast(struct xnvi_cond *cond)
{
	WakeAllConditionVariable(variable_of(cond));
}

struct start {
	void *(*func)(void *);
	void *arg;
};

static DWORD WINAPI
thread_main(void *arg)
{
	const struct start start = *(struct start *)arg;

	free(arg);
	start.func(start.arg);

	return 0;
}

typedef HRESULT(WINAPI *describe_func)(HANDLE thread, PCWSTR name);

/** For debuggers; systems before Windows 10 1607 do not have it */
static void
thread_set_name(HANDLE thread, const char *name)
{
	const HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
	FARPROC symbol = kernel ? GetProcAddress(kernel, "SetThreadDescription") : NULL;
	WCHAR wide[NAME_NCHARS];
	describe_func describe;

	if (symbol && MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, NAME_NCHARS)) {
		memcpy(&describe, &symbol, sizeof(describe));
		(void)describe(thread, wide);
	}
}

int
xnvi_thread_start(struct xnvi_thread *thread, const char *name, void *(*func)(void *), void *arg)
{
	struct start *start = malloc(sizeof(*start));

	if (!start) {
		return -ENOMEM;
	}
	*start = (struct start){.func = func, .arg = arg};
	thread->handle = CreateThread(NULL, 0, thread_main, start, 0, NULL);
	if (!thread->handle) {
		free(start);
		return -ENOMEM;
	}
	thread_set_name(thread->handle, name);

	return 0;
}

void
xnvi_thread_join(struct xnvi_thread *thread)
{
	const DWORD ended = WaitForSingleObject(thread->handle, INFINITE);

	(void)ended;
	assert(ended == WAIT_OBJECT_0);
	CloseHandle(thread->handle);
}

void
xnvi_thread_detach(struct xnvi_thread *thread)
{
	CloseHandle(thread->handle);
}

void
xnvi_thread_yield(void)
{
	SwitchToThread();
}

void
xnvi_sleep_ns(uint32_t ns)
{
	const uint64_t end_ns = xnvi_time_ns() + ns;
	uint64_t now_ns = end_ns - ns;

	while (now_ns < end_ns) {
		Sleep((DWORD)((end_ns - now_ns - 1) / NSEC_PER_MSEC + 1));
		now_ns = xnvi_time_ns();
	}
}

uint64_t
xnvi_time_ns(void)
{
	LARGE_INTEGER count, per_sec;
	uint64_t secs, rest;

	/* Neither fails since Windows XP; the frequency is constant from boot on */
	QueryPerformanceCounter(&count);
	QueryPerformanceFrequency(&per_sec);
	secs = (uint64_t)count.QuadPart / (uint64_t)per_sec.QuadPart;
	rest = (uint64_t)count.QuadPart % (uint64_t)per_sec.QuadPart;

	return secs * NSEC_PER_SEC + rest * NSEC_PER_SEC / (uint64_t)per_sec.QuadPart;
}

unsigned
xnvi_ncpus(void)
{
	const DWORD n = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);

	return n ? n : 1;
}

/** There is no fork(2) here */
int
xnvi_fork_watch(void)
{
	return 0;
}

int
xnvi_fork_hook(struct xnvi_fork_hook *hook)
{
	(void)hook;

	return 0;
}
