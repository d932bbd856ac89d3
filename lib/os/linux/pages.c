// SPDX-License-Identifier: BSD-3-Clause
/**
 * Memory in pages: anonymous mappings
 */
#include <os/system.h>

#include <string.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

void *
xnvi_pages_alloc(size_t nbytes)
{
	void *mem = mmap(NULL, nbytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED) {
		return NULL;
	}
	/* A huge page takes memory for all of it with the first byte; kernels may have none */
	madvise(mem, nbytes, MADV_NOHUGEPAGE);

	return mem;
}

void
xnvi_pages_free(void *mem, size_t nbytes)
{
	munmap(mem, nbytes);
}

void
xnvi_pages_expect(void *mem, size_t nbytes)
{
	/* Kernels before 5.14 do not know it, and then each page comes when it is written */
	madvise(mem, nbytes, MADV_POPULATE_WRITE);
}

bool
xnvi_pages_clear(void *mem, size_t nbytes)
{
	/* Locked memory stays */
	if (madvise(mem, nbytes, MADV_DONTNEED)) {
		memset(mem, 0, nbytes);
	}

	return true;
}
