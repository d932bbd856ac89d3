// SPDX-License-Identifier: BSD-3-Clause
/**
 * mem: posix
 *
 * Talks to:             the allocator of the system (lib/os)
 * Serves:               every backend whose device can read any memory of the process
 * Needs:                nothing
 * Queue and limits:     -
 * Completion delivery:  -
 * Threads:              any
 * Error mapping:        errno of the allocation
 * Quirks:               sizes are rounded up to whole pages, so O_DIRECT works with every buffer
 * Not supported:        realloc (alignment would be lost), device addresses, mapping: there are
 *                       none
 */
#include <core/mechanism.h>

static void *
heap_alloc(const struct xnvme_dev *dev, size_t nbytes, uint64_t *phys)
{
	void *buf = xnvme_buf_virt_alloc(xnvi_page_nbytes(), nbytes);

	(void)phys;
	if (!buf) {
		const int err = errno;

		xnvi_err(-err, "mem:posix", dev->ident.uri, "free memory, or ask for less",
			 "no memory for a buffer of %zu bytes", nbytes);
		errno = err;
	}

	return buf;
}

static void
heap_free(const struct xnvme_dev *dev, void *buf)
{
	(void)dev;
	xnvi_heap_free(buf);
}

const struct xnvi_mem_ops xnvi_mem_posix = {
    .id = "posix",
    .alloc = heap_alloc,
    .free = heap_free,
    .nbytes = xnvi_heap_nbytes,
};
