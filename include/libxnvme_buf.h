// SPDX-License-Identifier: BSD-3-Clause
/**
 * Buffers that a device can reach, and plain memory
 *
 * All functions may be called from several threads, for different buffers. A buffer may be freed in
 * another thread than the one that allocated it.
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
 * @param dev Device; its `mem` interface (opts.mem) allocates
 * @param nbytes Size in bytes, > 0; it may be rounded up
 *
 * @return The buffer, aligned to a page, contents undefined; free it with xnvme_buf_free() on a
 * device with the same `mem` interface. NULL and errno: EINVAL when an argument is NULL or 0;
 * ENOMEM; ENOSYS where the interface allocates nothing
 */
void *xnvme_buf_alloc(const struct xnvme_dev *dev, size_t nbytes);

/**
 * Change the size of a buffer from xnvme_buf_alloc()
 *
 * No command that uses the buffer may be in flight. A buffer that xnvme_buf_free() would withhold
 * is copied to a new one.
 *
 * @param dev Device with the `mem` interface that allocated the buffer
 * @param buf The buffer; NULL allocates one
 * @param nbytes New size in bytes, > 0
 *
 * @return The buffer, at the same or another address; it has the content of `buf` up to the smaller
 * size. NULL and errno on failure, and then `buf` is as it was: EINVAL; ENOMEM; ENOSYS where the
 * interface cannot resize, which is so for `posix`
 */
void *xnvme_buf_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes);

/**
 * Free a buffer from xnvme_buf_alloc()
 *
 * No command that uses the buffer may be in flight. When a queue gave a command up, the system may
 * still write to its buffers (see "Time limits" in libxnvme_queue.h). Such a buffer is withheld:
 * the caller must not use it any more, and its memory stays allocated until the process ends.
 *
 * @param dev Device with the `mem` interface that allocated the buffer
 * @param buf The buffer; NULL does nothing
 */
void xnvme_buf_free(const struct xnvme_dev *dev, void *buf);

/**
 * As xnvme_buf_alloc(), and return the address that the device uses
 *
 * @param dev Device; its `mem` interface allocates
 * @param nbytes Size in bytes, > 0
 * @param phys Where to put the address; not written where memory has no device addresses; may be
 * NULL
 *
 * @return As xnvme_buf_alloc(); free it with xnvme_buf_phys_free()
 */
void *xnvme_buf_phys_alloc(const struct xnvme_dev *dev, size_t nbytes, uint64_t *phys);

/**
 * As xnvme_buf_free(), for buffers from xnvme_buf_phys_alloc() and xnvme_buf_phys_realloc()
 *
 * @param dev Device with the `mem` interface that allocated the buffer
 * @param buf The buffer; NULL does nothing
 */
void xnvme_buf_phys_free(const struct xnvme_dev *dev, void *buf);

/**
 * As xnvme_buf_realloc(), and return the address that the device uses
 *
 * @param dev Device with the `mem` interface that allocated the buffer
 * @param buf The buffer; NULL allocates one
 * @param nbytes New size in bytes, > 0
 * @param phys As for xnvme_buf_phys_alloc()
 *
 * @return As xnvme_buf_realloc()
 */
void *xnvme_buf_phys_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes, uint64_t *phys);

/**
 * Look up the address that the device uses for memory
 *
 * @param dev Device handle
 * @param buf Address within a buffer from xnvme_buf_alloc()
 * @param phys Where to put the address
 *
 * @return 0; -EINVAL when an argument is NULL; -ENOSYS where memory has no device addresses;
 * -EFAULT when the device cannot reach the memory; or the errno of the system
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
 * Free memory from xnvme_buf_virt_alloc(); it is withheld under the conditions of xnvme_buf_free()
 *
 * @param buf The memory; NULL does nothing
 */
void xnvme_buf_virt_free(void *buf);

/**
 * Fill memory
 *
 * @param buf The memory
 * @param nbytes Its length in bytes
 * @param content A single character fills with that byte. Text that begins with one of these names
 * selects a pattern: "anum" and "ascii" A to Z, repeated; "rand-k" the same random bytes each time;
 * "rand-t" random bytes that depend on the time; "zero" zeroes. Any other text is the path of a
 * file to read, as for xnvme_buf_from_file().
 *
 * @return 0; -EINVAL when an argument is NULL or `content` is empty; or the negative errno of
 * reading the file
 */
int xnvme_buf_fill(void *buf, size_t nbytes, const char *content);

/**
 * Fill memory with zeroes
 *
 * @param buf The memory
 * @param nbytes Its length in bytes
 *
 * @return `buf`; NULL and errno EINVAL when it is NULL
 */
void *xnvme_buf_clear(void *buf, size_t nbytes);

/**
 * Copy memory
 *
 * @param dst Destination; it must not overlap `src`
 * @param src Source
 * @param nbytes Length in bytes; with 0 the addresses may be NULL
 *
 * @return 0; -EINVAL when an address is NULL
 */
int xnvme_buf_memcpy(void *dst, const void *src, size_t nbytes);

/**
 * Count the bytes in which two buffers differ
 *
 * @param expected One buffer
 * @param actual The other buffer
 * @param nbytes Length of each in bytes
 *
 * @return The number; `nbytes` when only one address is NULL, 0 when both are
 */
size_t xnvme_buf_diff(const void *expected, const void *actual, size_t nbytes);

/**
 * Print one line per differing byte, and totals, to stdout
 *
 * @param expected One buffer
 * @param actual The other buffer
 * @param nbytes Length of each in bytes
 * @param opts Not used: the form is always the same
 */
void xnvme_buf_diff_pr(const void *expected, const void *actual, size_t nbytes, int opts);

/**
 * Write a buffer to a file, which then holds exactly these bytes, and make it durable
 *
 * A longer file is cut to `nbytes` after the bytes are written.
 *
 * @param buf The bytes
 * @param nbytes Their number
 * @param path As for xnvme_file_open() with opts.create; a missing file is created with mode 0600
 *
 * @return 0, or a negative errno
 */
int xnvme_buf_to_file(void *buf, size_t nbytes, const char *path);

/**
 * Read at most `nbytes` from a file; when it is shorter, the rest of `buf` is not written
 *
 * @param buf Receives the bytes
 * @param nbytes Length of `buf` in bytes
 * @param path As for xnvme_file_open() without opts.create
 *
 * @return 0, or a negative errno
 */
int xnvme_buf_from_file(void *buf, size_t nbytes, const char *path);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_BUF_H */
