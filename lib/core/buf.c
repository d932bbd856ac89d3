// SPDX-License-Identifier: BSD-3-Clause
/**
 * Buffers: those a device can reach, by its `mem` role, and plain aligned memory
 */
#include <core/internal.h>

#include <stdlib.h>

void *
xnvme_buf_phys_alloc(const struct xnvme_dev *dev, size_t nbytes, uint64_t *phys)
{
	void *buf;

	if (!dev || !nbytes) {
		errno = EINVAL;
		return NULL;
	}
	if (!dev->mem->alloc) {
		errno = ENOSYS;
		return NULL;
	}
	buf = dev->mem->alloc(dev, nbytes, phys);
	if (buf) {
		xnvi_bufs_add(dev->bufs, buf, nbytes);
	}

	return buf;
}

void *
xnvme_buf_alloc(const struct xnvme_dev *dev, size_t nbytes)
{
	return xnvme_buf_phys_alloc(dev, nbytes, NULL);
}

void *
xnvme_buf_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes)
{
	size_t had;
	void *mem;

	if (!dev || !nbytes) {
		errno = EINVAL;
		return NULL;
	}
	if (!dev->mem->realloc) {
		errno = ENOSYS;
		return NULL;
	}

	had = buf ? xnvi_bufs_remove(dev->bufs, buf) : 0;
	mem = dev->mem->realloc(dev, buf, nbytes);
	if (mem) {
		xnvi_bufs_add(dev->bufs, mem, nbytes);
	} else if (had) {
		xnvi_bufs_add(dev->bufs, buf, had);
	}

	return mem;
}

void *
xnvme_buf_phys_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes, uint64_t *phys)
{
	void *mem = xnvme_buf_realloc(dev, buf, nbytes);

	if (mem && phys) {
		/* Memory without device addresses leaves *phys as it is, like the allocation */
		(void)xnvme_buf_vtophys(dev, mem, phys);
	}

	return mem;
}

void
xnvme_buf_free(const struct xnvme_dev *dev, void *buf)
{
	if (dev && buf && dev->mem->free) {
		xnvi_bufs_remove(dev->bufs, buf);
		dev->mem->free(dev, buf);
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
	if (!dev || !buf || !phys) {
		return XNVI_NULL("dev or buf or phys");
	}

	return dev->mem->vtophys ? dev->mem->vtophys(dev, buf, phys) : -ENOSYS;
}

int
xnvme_mem_map(const struct xnvme_dev *dev, void *vaddr, size_t nbytes)
{
	if (!dev || !vaddr || !nbytes) {
		return XNVI_NULL("dev or vaddr or nbytes");
	}

	return dev->mem->map ? dev->mem->map(dev, vaddr, nbytes) : -ENOSYS;
}

int
xnvme_mem_unmap(const struct xnvme_dev *dev, void *buf)
{
	if (!dev || !buf) {
		return XNVI_NULL("dev or buf");
	}

	return dev->mem->unmap ? dev->mem->unmap(dev, buf) : -ENOSYS;
}

void *
xnvme_buf_virt_alloc(size_t alignment, size_t nbytes)
{
	size_t rounded;

	if (!nbytes || !alignment || (alignment & (alignment - 1))) {
		errno = EINVAL;
		return NULL;
	}
	if (__builtin_add_overflow(nbytes, alignment - 1, &rounded)) {
		errno = ENOMEM;
		return NULL;
	}
	rounded &= ~(alignment - 1);

	return aligned_alloc(alignment, rounded);
}

void
xnvme_buf_virt_free(void *buf)
{
	free(buf);
}

void *
xnvme_buf_clear(void *buf, size_t nbytes)
{
	return buf ? memset(buf, 0, nbytes) : NULL;
}

int
xnvme_buf_memcpy(void *dst, const void *src, size_t nbytes)
{
	if ((!dst || !src) && nbytes) {
		return -EINVAL;
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
