// SPDX-License-Identifier: BSD-3-Clause
/**
 * Buffers: those a device can reach, by its `mem` role, and plain aligned memory
 */
#include <core/internal.h>

#include <fcntl.h>
#include <stdlib.h>

#define LAYER "buf"

void *
xnvme_buf_phys_alloc(const struct xnvme_dev *dev, size_t nbytes, uint64_t *phys)
{
	if (!dev || !nbytes) {
		errno = EINVAL;
		return NULL;
	}
	if (!dev->mem->alloc) {
		errno = ENOSYS;
		return NULL;
	}

	return dev->mem->alloc(dev, nbytes, phys);
}

void *
xnvme_buf_alloc(const struct xnvme_dev *dev, size_t nbytes)
{
	return xnvme_buf_phys_alloc(dev, nbytes, NULL);
}

void *
xnvme_buf_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes)
{
	if (!dev || !nbytes) {
		errno = EINVAL;
		return NULL;
	}
	if (!dev->mem->realloc) {
		errno = ENOSYS;
		return NULL;
	}

	return dev->mem->realloc(dev, buf, nbytes);
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
		return -EINVAL;
	}

	return dev->mem->vtophys ? dev->mem->vtophys(dev, buf, phys) : -ENOSYS;
}

int
xnvme_mem_map(const struct xnvme_dev *dev, void *vaddr, size_t nbytes)
{
	if (!dev || !vaddr || !nbytes) {
		return -EINVAL;
	}

	return dev->mem->map ? dev->mem->map(dev, vaddr, nbytes) : -ENOSYS;
}

int
xnvme_mem_unmap(const struct xnvme_dev *dev, void *buf)
{
	if (!dev || !buf) {
		return -EINVAL;
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

static void
fill_letters(uint8_t *buf, size_t nbytes)
{
	for (size_t i = 0; i < nbytes; ++i) {
		buf[i] = (uint8_t)('A' + i % 26);
	}
}

/** xorshift: no state outside, so that the same seed gives the same bytes in every thread */
static void
fill_random(uint8_t *buf, size_t nbytes, uint64_t seed)
{
	uint64_t x = seed * 0x9e3779b97f4a7c15ULL + 0x2545f4914f6cdd1dULL;

	for (size_t i = 0; i < nbytes; ++i) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		buf[i] = (uint8_t)(x >> 32);
	}
}

int
xnvme_buf_fill(void *buf, size_t nbytes, const char *content)
{
	if (!buf || !content || !*content) {
		return -EINVAL;
	}
	if (!content[1]) {
		memset(buf, content[0], nbytes);
	} else if (strncmp(content, "anum", 4) == 0 || strncmp(content, "ascii", 5) == 0) {
		fill_letters(buf, nbytes);
	} else if (strncmp(content, "rand-k", 6) == 0) {
		fill_random(buf, nbytes, 0);
	} else if (strncmp(content, "rand-t", 6) == 0) {
		fill_random(buf, nbytes, xnvi_time_ns());
	} else if (strncmp(content, "zero", 4) == 0) {
		memset(buf, 0, nbytes);
	} else {
		return xnvme_buf_from_file(buf, nbytes, content);
	}

	return 0;
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

/** Move a buffer to or from a file through the library itself; the file is exactly the buffer after
 * a write */
static int
transfer(void *buf, size_t nbytes, const char *path, bool write)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;
	struct xnvme_cmd_ctx ctx;
	int err;

	if (!buf || !path) {
		return -EINVAL;
	}
	opts.rdonly = !write;
	opts.wronly = write;
	opts.create = write;
	opts.truncate = write;
	dev = xnvme_file_open(path, &opts);
	if (!dev) {
		return -errno;
	}
	ctx = xnvme_file_get_cmd_ctx(dev);
	if (!nbytes) {
		err = 0;
	} else if (write) {
		err = xnvme_file_pwrite(&ctx, buf, nbytes, 0);
		if (!err && ctx.cpl.result != nbytes) {
			err = -EIO;
		}
		err = err ? err : xnvme_file_sync(dev);
	} else {
		err = xnvme_file_pread(&ctx, buf, nbytes, 0);
	}
	xnvme_file_close(dev);

	return err;
}

int
xnvme_buf_to_file(void *buf, size_t nbytes, const char *path)
{
	return transfer(buf, nbytes, path, true);
}

int
xnvme_buf_from_file(void *buf, size_t nbytes, const char *path)
{
	return transfer(buf, nbytes, path, false);
}
