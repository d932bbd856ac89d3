// SPDX-License-Identifier: BSD-3-Clause
/**
 * Devices as files: bytes at an offset
 */
#ifndef __LIBXNVME_FILE_H
#define __LIBXNVME_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <libxnvme_cmd.h>

/**
 * An offset in bytes: 64 bits on every system
 *
 * POSIX systems have off_t for it. Some 32-bit systems have two of them, and the flag that the
 * packages pass selects the one of 64 bits. On Windows off_t has 32 bits, so it is not used.
 */
#if defined(_WIN32)
typedef int64_t xnvme_off_t;
#else
typedef off_t xnvme_off_t;
#endif

/* C99 and C++98 have no assertion with words */
#define XNVME_OFF_T_WORDS "libxnvme needs an off_t of 64 bits: compile with -D_FILE_OFFSET_BITS=64"
#if defined(__cplusplus) && __cplusplus >= 201103L
static_assert(sizeof(xnvme_off_t) == 8, XNVME_OFF_T_WORDS);
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
_Static_assert(sizeof(xnvme_off_t) == 8, XNVME_OFF_T_WORDS);
#else
typedef char xnvme_needs_D_FILE_OFFSET_BITS_64[sizeof(xnvme_off_t) == 8 ? 1 : -1];
#endif
#undef XNVME_OFF_T_WORDS

#ifdef __cplusplus
extern "C" {
#endif

/**
 * As xnvme_dev_open(), for names of files
 *
 * @param pathname `file:PATH`, or an existing path. With opts.create, any other text is a path too,
 * even `3GB` or `a?b`. Without opts.create, the other forms of xnvme_dev_open() are accepted. Write
 * `file:` before a name that must always be a path.
 * @param opts As for xnvme_dev_open()
 *
 * @return As xnvme_dev_open(); close it with xnvme_file_close(). The URI of its identity is
 * `pathname`, unchanged.
 */
struct xnvme_dev *xnvme_file_open(const char *pathname, struct xnvme_opts *opts);

/**
 * As xnvme_dev_close()
 *
 * @param fh Handle from xnvme_file_open(), or NULL
 *
 * @return 0
 */
int xnvme_file_close(struct xnvme_dev *fh);

/**
 * Read at most `count` bytes at `offset`
 *
 * Files and the device in memory take any offset and length. NVMe namespaces take multiples of
 * their LBA size, and so do block devices that were opened with O_DIRECT.
 *
 * @param ctx Context of a device or of a queue
 * @param buf Receives the bytes; it has to live until completion
 * @param count Length of `buf` in bytes
 * @param offset First byte on the device, >= 0
 *
 * @return 0, and the bytes read in ctx->cpl.result: fewer than `count` only at end of file; else as
 * xnvme_cmd_pass()
 */
int xnvme_file_pread(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset);

/**
 * Write `count` bytes at `offset`
 *
 * A write past the end of a file makes the file longer. On a device, a write that ends past the end
 * writes nothing and has the status LBA Out of Range.
 *
 * @param ctx Context of a device or of a queue
 * @param buf The bytes; it has to live until completion
 * @param count Length of `buf` in bytes
 * @param offset First byte on the device, >= 0
 *
 * @return 0, and `count` in ctx->cpl.result; else as xnvme_cmd_pass(), and ctx->cpl.result counts
 * the bytes that were written before the error
 */
int xnvme_file_pwrite(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, xnvme_off_t offset);

/**
 * Make completed writes durable
 *
 * @param fh Device handle
 *
 * @return 0, or as xnvme_cmd_pass()
 */
int xnvme_file_sync(struct xnvme_dev *fh);

/**
 * As xnvme_cmd_ctx_from_dev()
 *
 * @param fh Device handle
 */
struct xnvme_cmd_ctx xnvme_file_get_cmd_ctx(struct xnvme_dev *fh);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_FILE_H */
