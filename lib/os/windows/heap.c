// SPDX-License-Identifier: BSD-3-Clause
/**
 * Memory with an alignment, of malloc(3)
 *
 * The C library has _aligned_malloc(), but it tells the size of an allocation only to a caller that
 * knows the alignment. So what malloc(3) returned and the size are kept in front of the memory.
 */
#include <os/system.h>

#include <stdlib.h>
#include <string.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/** No value is longer, with its end */
#define VALUE_NBYTES 32768U

struct front {
	void *whole; ///< What malloc(3) returned
	size_t nbytes;
};

void *
xnvi_heap_alloc(size_t alignment, size_t nbytes)
{
	const size_t extra_nbytes = alignment + sizeof(struct front);
	struct front front = {.nbytes = nbytes};
	uintptr_t addr;

	if (nbytes > PTRDIFF_MAX - extra_nbytes) {
		return NULL;
	}
	front.whole = malloc(nbytes + extra_nbytes);
	if (!front.whole) {
		return NULL;
	}
	addr = ((uintptr_t)front.whole + extra_nbytes) & ~(uintptr_t)(alignment - 1);
	memcpy((char *)addr - sizeof(front), &front, sizeof(front));

	return (void *)addr;
}

static struct front
front_of(const void *mem)
{
	struct front front;

	memcpy(&front, (const char *)mem - sizeof(front), sizeof(front));

	return front;
}

void
xnvi_heap_free(void *mem)
{
	if (mem) {
		free(front_of(mem).whole);
	}
}

size_t
xnvi_heap_nbytes(void *mem)
{
	return mem ? front_of(mem).nbytes : 0;
}

size_t
xnvi_page_nbytes(void)
{
	SYSTEM_INFO info;

	GetSystemInfo(&info);

	return info.dwPageSize;
}

/**
 * No process has more rights than the one that started it and set its variables. The C library is
 * not asked: it has a copy of the variables, from when it was loaded.
 */
const char *
xnvi_env(const char *name)
{
	static _Thread_local char value[VALUE_NBYTES];
	DWORD nchars;

	SetLastError(ERROR_SUCCESS);
	nchars = GetEnvironmentVariableA(name, value, sizeof(value));
	if (nchars >= sizeof(value) || (!nchars && GetLastError() != ERROR_SUCCESS)) {
		return NULL;
	}
	value[nchars] = '\0';

	return value;
}
