// SPDX-License-Identifier: BSD-3-Clause
/**
 * Declarations of the tables in backends.def, whether they are built or not
 */
#ifndef XNVI_TABLES_H
#define XNVI_TABLES_H

#include <backends/backend.h>

#define XNVI_DECLARE_DEV   extern const struct xnvi_dev_ops
#define XNVI_DECLARE_ADMIN extern const struct xnvi_admin_ops
#define XNVI_DECLARE_SYNC  extern const struct xnvi_sync_ops
#define XNVI_DECLARE_MEM   extern const struct xnvi_mem_ops
#define XNVI_DECLARE_ASYNC extern const struct xnvi_async_ops

#define XNVI_BE(be, alias, remedy)
#define XNVI_KEY(be, key)
#define XNVI_ROW(built, be, role, table, classes) XNVI_DECLARE_##role table;

#include <backends/backends.def>

#undef XNVI_BE
#undef XNVI_KEY
#undef XNVI_ROW

#endif /* XNVI_TABLES_H */
