// SPDX-License-Identifier: BSD-3-Clause
/**
 * Buffers
 */
#ifndef __LIBXNVME_BUF_H
#define __LIBXNVME_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <libxnvme_dev.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Allocate a buffer that the device can reach
 *
 * @param dev The device whose `mem` interface allocates
 * @param nbytes Size in bytes, > 0; it may be rounded up
 *
 * @return The buffer, aligned to a page, contents undefined; free it with xnvme_buf_free() on a
 * device of the same `mem`. NULL and errno: EINVAL, ENOMEM, ENOSYS
 */
void *xnvme_buf_alloc(const struct xnvme_dev *dev, size_t nbytes);

/**
 * Change the size of a buffer of xnvme_buf_alloc()
 *
 * A buffer that xnvme_buf_free() would withhold is copied to a new one.
 *
 * @return The buffer; NULL and errno: ENOSYS where the memory cannot be resized (then `buf` is as
 * it was)
 */
void *xnvme_buf_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes);

/**
 * Free a buffer of xnvme_buf_alloc(); NULL does nothing
 *
 * A buffer that a command names which never came back (xnvme_queue_term() returned -ETIMEDOUT) is
 * withheld: its memory stays allocated until the process ends, since the system may still write to
 * it. The caller is done with it all the same.
 */
void xnvme_buf_free(const struct xnvme_dev *dev, void *buf);

/**
 * As xnvme_buf_alloc(), and the address that the device uses in `*phys`
 *
 * @param phys Left as it is by memory that has no device addresses; may be NULL
 */
void *xnvme_buf_phys_alloc(const struct xnvme_dev *dev, size_t nbytes, uint64_t *phys);

/**
 * As xnvme_buf_free()
 */
void xnvme_buf_phys_free(const struct xnvme_dev *dev, void *buf);

/**
 * As xnvme_buf_realloc(), and the address that the device uses in `*phys`
 */
void *xnvme_buf_phys_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes, uint64_t *phys);

/**
 * Address that the device uses for `buf`
 *
 * @return 0; -ENOSYS for memory without device addresses; -EINVAL; -EFAULT for memory the device
 * cannot reach
 */
int xnvme_buf_vtophys(const struct xnvme_dev *dev, void *buf, uint64_t *phys);

/**
 * Allocate plain memory
 *
 * @param alignment In bytes, a power of two
 * @param nbytes Size in bytes, > 0; rounded up to a multiple of `alignment`
 *
 * @return The memory, contents undefined; free it with xnvme_buf_virt_free(). NULL and errno:
 * EINVAL, ENOMEM
 */
void *xnvme_buf_virt_alloc(size_t alignment, size_t nbytes);

/**
 * Free memory of xnvme_buf_virt_alloc(); NULL does nothing. Withholds as xnvme_buf_free() does.
 */
void xnvme_buf_virt_free(void *buf);

/**
 * Fill memory
 *
 * @param content One character: that byte. "anum" or "ascii": A to Z, repeated. "rand-k": the same
 * random bytes each time. "rand-t": random bytes by the time. "zero". Anything else is the path of
 * a file to read from.
 *
 * @return 0, -EINVAL, or the negative errno of reading the file
 */
int xnvme_buf_fill(void *buf, size_t nbytes, const char *content);

/**
 * Fill memory with zeroes
 *
 * @return `buf`
 */
void *xnvme_buf_clear(void *buf, size_t nbytes);

/**
 * Copy `nbytes` from `src` to `dst`, which do not overlap
 *
 * @return 0, -EINVAL when an address is NULL
 */
int xnvme_buf_memcpy(void *dst, const void *src, size_t nbytes);

/**
 * Number of bytes in which two buffers differ
 */
size_t xnvme_buf_diff(const void *expected, const void *actual, size_t nbytes);

/**
 * Print one line per differing byte, and totals, to stdout
 */
void xnvme_buf_diff_pr(const void *expected, const void *actual, size_t nbytes, int opts);

/**
 * Write a buffer to a file, which then holds exactly these bytes, on the medium
 *
 * @param path As of xnvme_file_open() with opts.create: a path. Created with mode 0600 when
 * missing, cut to `nbytes` when longer, once they are written
 *
 * @return 0 or a negative errno
 */
int xnvme_buf_to_file(void *buf, size_t nbytes, const char *path);

/**
 * Read at most `nbytes` from a file; when it is shorter, the rest of `buf` is left alone
 *
 * @param path As of xnvme_file_open() without opts.create
 *
 * @return 0 or a negative errno
 */
int xnvme_buf_from_file(void *buf, size_t nbytes, const char *path);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_BUF_H */
