// SPDX-License-Identifier: BSD-3-Clause
#ifndef __LIBXNVME_BUF_H
#define __LIBXNVME_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <libxnvme_dev.h>

#ifdef __cplusplus
extern "C" {
#endif

void *xnvme_buf_alloc(const struct xnvme_dev *dev, size_t nbytes);

void *xnvme_buf_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes);

void xnvme_buf_free(const struct xnvme_dev *dev, void *buf);

void *xnvme_buf_phys_alloc(const struct xnvme_dev *dev, size_t nbytes, uint64_t *phys);

void xnvme_buf_phys_free(const struct xnvme_dev *dev, void *buf);

void *xnvme_buf_phys_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes, uint64_t *phys);

int xnvme_buf_vtophys(const struct xnvme_dev *dev, void *buf, uint64_t *phys);

void *xnvme_buf_virt_alloc(size_t alignment, size_t nbytes);

void xnvme_buf_virt_free(void *buf);

int xnvme_buf_fill(void *buf, size_t nbytes, const char *content);

void *xnvme_buf_clear(void *buf, size_t nbytes);

int xnvme_buf_memcpy(void *dst, const void *src, size_t nbytes);

size_t xnvme_buf_diff(const void *expected, const void *actual, size_t nbytes);

void xnvme_buf_diff_pr(const void *expected, const void *actual, size_t nbytes, int opts);

int xnvme_buf_to_file(void *buf, size_t nbytes, const char *path);

int xnvme_buf_from_file(void *buf, size_t nbytes, const char *path);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_BUF_H */
