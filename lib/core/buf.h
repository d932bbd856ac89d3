// SPDX-License-Identifier: BSD-3-Clause
/**
 * Buffers, for core: registered buffers, and withheld memory
 */
#ifndef XNVI_CORE_BUF_H
#define XNVI_CORE_BUF_H

#include <core/mechanism.h>

/* --- Registered buffers: the table of a device ----------------------------------------------- */

/** Give the device a table if its options ask for one; -ENOMEM */
int xnvi_bufs_init(struct xnvme_dev *dev);
void xnvi_bufs_term(struct xnvi_bufs *table);

/** Add a buffer that is handed to the caller; does nothing without a table */
void xnvi_bufs_add(struct xnvi_bufs *table, const void *addr, size_t nbytes);

/**
 * Remove a buffer from all tables, before it is freed or moves
 *
 * @return Its size in `table`, 0 when it was not there
 */
size_t xnvi_bufs_remove(const struct xnvi_bufs *table, const void *addr);

/* --- Memory of commands that never completed -------------------------------------------------- */

/** Some memory is withheld; read without the lock, since hardly any process withholds memory */
extern atomic_bool xnvi_withheld_any;

/** Withhold the memory that the command of this context names; before its callback */
void xnvi_withhold(struct xnvme_cmd_ctx *ctx);

/** Whether [addr, addr + nbytes) contains withheld memory */
bool xnvi_withheld_has(const void *addr, size_t nbytes);

/** Whether the system may still write to the memory, so that it must not be freed */
#define XNVI_IS_WITHHELD(addr, nbytes)                                                             \
	(XNVI_UNLIKELY(atomic_load_explicit(&xnvi_withheld_any, memory_order_relaxed)) &&          \
	 xnvi_withheld_has((addr), (nbytes)))

#endif /* XNVI_CORE_BUF_H */
