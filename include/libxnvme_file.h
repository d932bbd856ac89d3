// SPDX-License-Identifier: BSD-3-Clause
/**
 * Devices as files: bytes at an offset
 */
#ifndef __LIBXNVME_FILE_H
#define __LIBXNVME_FILE_H

#include <sys/types.h>
#include <libxnvme_cmd.h>

/* The library was built with offsets of 64 bits. C99 and C++98 have no assertion with words. */
#define XNVME_OFF_T_WORDS "libxnvme needs an off_t of 64 bits: compile with -D_FILE_OFFSET_BITS=64"
#if defined(__cplusplus) && __cplusplus >= 201103L
static_assert(sizeof(off_t) == 8, XNVME_OFF_T_WORDS);
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
_Static_assert(sizeof(off_t) == 8, XNVME_OFF_T_WORDS);
#else
typedef char xnvme_needs_D_FILE_OFFSET_BITS_64[sizeof(off_t) == 8 ? 1 : -1];
#endif
#undef XNVME_OFF_T_WORDS

#ifdef __cplusplus
extern "C" {
#endif

/**
 * As xnvme_dev_open(), for names of files
 *
 * @param pathname `file:PATH`; an existing path; with opts.create a path as it stands, also `3GB`
 * or `a?b`; without it the other forms of xnvme_dev_open(). Write `file:` before a name that must
 * never be anything else than a path.
 * @param opts As of xnvme_dev_open()
 *
 * @return As xnvme_dev_open(); the URI of the device's identity is `pathname` as it stands
 */
struct xnvme_dev *xnvme_file_open(const char *pathname, struct xnvme_opts *opts);

/**
 * As xnvme_dev_close()
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
 * @return 0, and the bytes read in ctx->cpl.result: fewer than `count` only at end of file; else as
 * xnvme_cmd_pass()
 */
int xnvme_file_pread(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, off_t offset);

/**
 * Write `count` bytes at `offset`
 *
 * A file becomes longer where needed. On a device, a write that ends past the end is LBA Out of
 * Range, and writes nothing.
 *
 * @return 0, and `count` in ctx->cpl.result; else as xnvme_cmd_pass(), with the bytes written
 * before the error there
 */
int xnvme_file_pwrite(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, off_t offset);

/**
 * Make completed writes durable
 *
 * @return 0 or a negative errno
 */
int xnvme_file_sync(struct xnvme_dev *fh);

/**
 * As xnvme_cmd_ctx_from_dev()
 */
struct xnvme_cmd_ctx xnvme_file_get_cmd_ctx(struct xnvme_dev *fh);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_FILE_H */
