// SPDX-License-Identifier: BSD-3-Clause
/**
 * Memory in pages: regions of the process
 */
#include <os/system.h>

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

void *
xnvi_pages_alloc(size_t nbytes)
{
	return VirtualAlloc(NULL, nbytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void
xnvi_pages_free(void *mem, size_t nbytes)
{
	(void)nbytes;
	VirtualFree(mem, 0, MEM_RELEASE);
}

void
xnvi_pages_expect(void *mem, size_t nbytes)
{
	(void)mem;
	(void)nbytes;
}

bool
xnvi_pages_clear(void *mem, size_t nbytes)
{
	/* Another process may take what is given back, before it is taken again */
	return VirtualFree(mem, nbytes, MEM_DECOMMIT) &&
	       VirtualAlloc(mem, nbytes, MEM_COMMIT, PAGE_READWRITE);
}
