// SPDX-License-Identifier: BSD-3-Clause
/**
 * Buffers that a device can reach, by its `mem` interface, and plain aligned memory
 */
#include <core/buf.h>

#include <stdlib.h>

#define LAYER "buf"

/** -ENOSYS, explained: the `mem` interface of the device does not have the function */
static int
refuse_mem(const struct xnvme_dev *dev, const char *what)
{
	return xnvi_err(-ENOSYS, LAYER, dev->ident.uri,
			"leave the call out, which this interface does not need, or set opts.mem",
			"mem '%s' %s", dev->mem->id, what);
}

void *
xnvme_buf_phys_alloc(const struct xnvme_dev *dev, size_t nbytes, uint64_t *phys)
{
	const uint64_t mark = xnvi_err_mark();
	void *buf;

	if (!dev || !nbytes) {
		return xnvi_err_ptr(XNVI_NULL("dev or nbytes"));
	}
	if (!dev->mem->alloc) {
		return xnvi_err_ptr(refuse_mem(dev, "allocates nothing"));
	}
	buf = dev->mem->alloc(dev, nbytes, phys);
	if (!buf) {
		return xnvi_err_ptr(
		    xnvi_err_slot(mark, -errno, LAYER, dev->ident.uri, "allocating a buffer"));
	}
	xnvi_bufs_add(dev->bufs, buf, nbytes);

	return buf;
}

void *
xnvme_buf_alloc(const struct xnvme_dev *dev, size_t nbytes)
{
	return xnvme_buf_phys_alloc(dev, nbytes, NULL);
}

static size_t
nbytes_of(const struct xnvme_dev *dev, void *buf)
{
	return dev->mem->nbytes ? dev->mem->nbytes(buf) : 1;
}

/** Whether the system may still write to the buffer, so that its memory must remain */
static bool
is_withheld(const struct xnvme_dev *dev, void *buf)
{
	return buf && XNVI_IS_WITHHELD(buf, nbytes_of(dev, buf));
}

/** Copy a withheld buffer to a new one */
static void *
move(const struct xnvme_dev *dev, void *buf, size_t nbytes)
{
	void *mem = dev->mem->alloc ? dev->mem->alloc(dev, nbytes, NULL) : NULL;

	if (mem) {
		const size_t had = nbytes_of(dev, buf);

		memcpy(mem, buf, had < nbytes ? had : nbytes);
	}

	return mem;
}

void *
xnvme_buf_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes)
{
	const uint64_t mark = xnvi_err_mark();
	size_t had;
	void *mem;

	if (!dev || !nbytes) {
		return xnvi_err_ptr(XNVI_NULL("dev or nbytes"));
	}
	if (!dev->mem->realloc) {
		return xnvi_err_ptr(xnvi_err(-ENOSYS, LAYER, dev->ident.uri,
					     "allocate, copy and free",
					     "mem '%s' does not reallocate", dev->mem->id));
	}

	had = buf ? xnvi_bufs_remove(dev->bufs, buf) : 0;
	mem = is_withheld(dev, buf) ? move(dev, buf, nbytes) : dev->mem->realloc(dev, buf, nbytes);
	if (mem) {
		xnvi_bufs_add(dev->bufs, mem, nbytes);
		return mem;
	}
	if (had) {
		xnvi_bufs_add(dev->bufs, buf, had);
	}

	return xnvi_err_ptr(
	    xnvi_err_slot(mark, -errno, LAYER, dev->ident.uri, "reallocating a buffer"));
}

void *
xnvme_buf_phys_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes, uint64_t *phys)
{
	void *mem = xnvme_buf_realloc(dev, buf, nbytes);

	if (mem && phys) {
		/* Without device addresses, *phys is not written, as by the allocation */
		(void)xnvme_buf_vtophys(dev, mem, phys);
	}

	return mem;
}

void
xnvme_buf_free(const struct xnvme_dev *dev, void *buf)
{
	if (dev && buf && dev->mem->free) {
		xnvi_bufs_remove(dev->bufs, buf);
		if (!is_withheld(dev, buf)) {
			dev->mem->free(dev, buf);
		}
	}
}

void
xnvme_buf_phys_free(const struct xnvme_dev *dev, void *buf)
{
	xnvme_buf_free(dev, buf);
}

int
xnvme_buf_vtophys(const struct xnvme_dev *dev, void *buf, uint64_t *phys)
{
	const uint64_t mark = xnvi_err_mark();
	int err;

	if (!dev || !buf || !phys) {
		return XNVI_NULL("dev or buf or phys");
	}

	if (!dev->mem->vtophys) {
		return refuse_mem(dev, "has no device addresses");
	}
	err = dev->mem->vtophys(dev, buf, phys);

	return err ? xnvi_err_slot(mark, err, LAYER, dev->ident.uri, "looking up an address") : 0;
}

int
xnvme_mem_map(const struct xnvme_dev *dev, void *vaddr, size_t nbytes)
{
	const uint64_t mark = xnvi_err_mark();
	int err;

	if (!dev || !vaddr || !nbytes) {
		return XNVI_NULL("dev or vaddr or nbytes");
	}

	if (!dev->mem->map) {
		return refuse_mem(dev, "maps nothing: any memory will do");
	}
	err = dev->mem->map(dev, vaddr, nbytes);

	return err ? xnvi_err_slot(mark, err, LAYER, dev->ident.uri, "mapping memory") : 0;
}

int
xnvme_mem_unmap(const struct xnvme_dev *dev, void *buf)
{
	const uint64_t mark = xnvi_err_mark();
	int err;

	if (!dev || !buf) {
		return XNVI_NULL("dev or buf");
	}

	if (!dev->mem->unmap) {
		return refuse_mem(dev, "maps nothing, so there is nothing to unmap");
	}
	err = dev->mem->unmap(dev, buf);

	return err ? xnvi_err_slot(mark, err, LAYER, dev->ident.uri, "unmapping memory") : 0;
}

void *
xnvme_buf_virt_alloc(size_t alignment, size_t nbytes)
{
	size_t rounded;
	void *buf;

	if (!nbytes || !alignment || (alignment & (alignment - 1))) {
		return xnvi_err_ptr(
		    xnvi_err(-EINVAL, LAYER, "", "pass a power of two, and at least one byte",
			     "alignment %zu or nbytes %zu is impossible", alignment, nbytes));
	}
	buf = NULL;
	/* No object can be longer than the largest difference of addresses */
	if (!__builtin_add_overflow(nbytes, alignment - 1, &rounded) && rounded <= PTRDIFF_MAX) {
		buf = xnvi_heap_alloc(alignment, rounded & ~(alignment - 1));
	}
	if (!buf) {
		return xnvi_err_ptr(xnvi_err(-ENOMEM, LAYER, "", "free memory, or ask for less",
					     "no memory for a buffer of %zu bytes", nbytes));
	}

	return buf;
}

void
xnvme_buf_virt_free(void *buf)
{
	if (buf && !XNVI_IS_WITHHELD(buf, xnvi_heap_nbytes(buf))) {
		xnvi_heap_free(buf);
	}
}

void *
xnvme_buf_clear(void *buf, size_t nbytes)
{
	return buf ? memset(buf, 0, nbytes) : xnvi_err_ptr(XNVI_NULL("buf"));
}

int
xnvme_buf_memcpy(void *dst, const void *src, size_t nbytes)
{
	if ((!dst || !src) && nbytes) {
		return XNVI_NULL("dst or src");
	}
	if (nbytes) {
		memcpy(dst, src, nbytes);
	}

	return 0;
}

size_t
xnvme_buf_diff(const void *expected, const void *actual, size_t nbytes)
{
	const uint8_t *exp = expected;
	const uint8_t *act = actual;
	size_t ndiffs = 0;

	if (!exp || !act) {
		return exp == act ? 0 : nbytes;
	}
	for (size_t i = 0; i < nbytes; ++i) {
		ndiffs += exp[i] != act[i];
	}

	return ndiffs;
}

void
xnvme_buf_diff_pr(const void *expected, const void *actual, size_t nbytes, int opts)
{
	const uint8_t *exp = expected;
	const uint8_t *act = actual;
	size_t ndiffs = 0;

	(void)opts;
	printf("comparison:\n  diffs:\n");
	for (size_t i = 0; exp && act && i < nbytes; ++i) {
		if (exp[i] != act[i]) {
			ndiffs++;
			printf("    - {byte: '%06zu', expected: 0x%x, actual: 0x%x}\n", i, exp[i],
			       act[i]);
		}
	}
	printf("  nbytes: %zu\n  nbytes_diff: %zu\n", nbytes, ndiffs);
}
