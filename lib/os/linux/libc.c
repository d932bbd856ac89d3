// SPDX-License-Identifier: BSD-3-Clause
/**
 * What the C libraries of Linux have beyond POSIX
 */
#include <os/system.h>

#include <malloc.h>
#include <stdlib.h>

size_t
xnvi_heap_nbytes(void *mem)
{
	return malloc_usable_size(mem);
}

const char *
xnvi_env(const char *name)
{
	return secure_getenv(name);
}
