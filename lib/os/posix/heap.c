// SPDX-License-Identifier: BSD-3-Clause
#include <os/system.h>

#include <stdlib.h>
#include <unistd.h>

#define PAGE_NBYTES_DEFAULT 4096U

void *
xnvi_heap_alloc(size_t alignment, size_t nbytes)
{
	return aligned_alloc(alignment, nbytes);
}

void
xnvi_heap_free(void *mem)
{
	free(mem);
}

size_t
xnvi_page_nbytes(void)
{
	const long nbytes = sysconf(_SC_PAGESIZE);

	return nbytes > 0 ? (size_t)nbytes : PAGE_NBYTES_DEFAULT;
}
