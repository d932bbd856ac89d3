// SPDX-License-Identifier: BSD-3-Clause
#include <os/os.h>

#include <malloc.h>

size_t
xnvi_heap_nbytes(void *mem)
{
	return malloc_usable_size(mem);
}
