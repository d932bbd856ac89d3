// SPDX-License-Identifier: BSD-3-Clause
/**
 * The tables that backends.def may name; a table that is not built is declared all the same
 */
#ifndef XNVI_TABLES_H
#define XNVI_TABLES_H

#include <backends/backend.h>

extern const struct xnvi_dev_ops xnvi_ramdisk_dev;
extern const struct xnvi_admin_ops xnvi_ramdisk_admin;
extern const struct xnvi_sync_ops xnvi_ramdisk_sync;

extern const struct xnvi_dev_ops xnvi_linux_dev;
extern const struct xnvi_admin_ops xnvi_admin_block;
extern const struct xnvi_sync_ops xnvi_sync_block;
extern const struct xnvi_mem_ops xnvi_mem_hugepage;
extern const struct xnvi_admin_ops xnvi_admin_nvme;
extern const struct xnvi_sync_ops xnvi_sync_nvme;
extern const struct xnvi_async_ops xnvi_async_io_uring;
extern const struct xnvi_async_ops xnvi_async_io_uring_cmd;
extern const struct xnvi_async_ops xnvi_async_libaio;

extern const struct xnvi_admin_ops xnvi_admin_file_as_ns;
extern const struct xnvi_sync_ops xnvi_sync_psync;
extern const struct xnvi_mem_ops xnvi_mem_posix;
extern const struct xnvi_async_ops xnvi_async_emu;
extern const struct xnvi_async_ops xnvi_async_nil;
extern const struct xnvi_async_ops xnvi_async_posix;
extern const struct xnvi_async_ops xnvi_async_posix_nofd;
extern const struct xnvi_async_ops xnvi_async_thrpool;

#endif /* XNVI_TABLES_H */
