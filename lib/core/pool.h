// SPDX-License-Identifier: BSD-3-Clause
/**
 * The pool: threads of a device that execute commands over its sync path
 */
#ifndef XNVI_CORE_POOL_H
#define XNVI_CORE_POOL_H

#include <core/state.h>

/** The pool of a device, created on first use; NULL and errno on failure */
struct xnvi_pool *xnvi_pool_get(struct xnvme_dev *dev);

/** Stop the threads; no queue may be attached any more */
void xnvi_pool_term(struct xnvi_pool *pool);

#endif /* XNVI_CORE_POOL_H */
