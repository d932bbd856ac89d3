// SPDX-License-Identifier: BSD-3-Clause
#ifndef __LIBXNVME_FILE_H
#define __LIBXNVME_FILE_H

#include <sys/types.h>
#include <libxnvme_cmd.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xnvme_dev *xnvme_file_open(const char *pathname, struct xnvme_opts *opts);

int xnvme_file_close(struct xnvme_dev *fh);

int xnvme_file_pread(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, off_t offset);

int xnvme_file_pwrite(struct xnvme_cmd_ctx *ctx, void *buf, size_t count, off_t offset);

int xnvme_file_sync(struct xnvme_dev *fh);

struct xnvme_cmd_ctx xnvme_file_get_cmd_ctx(struct xnvme_dev *fh);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_FILE_H */
