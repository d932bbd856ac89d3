// SPDX-License-Identifier: BSD-3-Clause
/**
 * Buffers, for core: those that are registered, and memory that is withheld
 */
#ifndef XNVI_CORE_BUF_H
#define XNVI_CORE_BUF_H

#include <core/mechanism.h>

/* --- Registered buffers: the table of a device ----------------------------------------------- */

/** Give the device a table when it is to have one; -ENOMEM */
int xnvi_bufs_init(struct xnvme_dev *dev);
void xnvi_bufs_term(struct xnvi_bufs *table);

/** Memory is being handed out as a buffer; without a table nothing happens */
void xnvi_bufs_add(struct xnvi_bufs *table, const void *addr, size_t nbytes);

/**
 * A buffer is about to be given back, or to move: no table has it from here on
 *
 * @return The size that it had in `table`, 0 when it was not in there
 */
size_t xnvi_bufs_remove(const struct xnvi_bufs *table, const void *addr);

/* --- Memory of commands that never came back ------------------------------------------------- */

/** Something is withheld; read without the lock, for hardly any process ever withholds memory */
extern atomic_bool xnvi_withheld_any;

/** Withhold the memory that the command of this context names; before its callback */
void xnvi_withhold(const struct xnvme_queue *queue, uint32_t idx);

/** Memory that is withheld is within [addr, addr + nbytes) */
bool xnvi_withheld_has(const void *addr, size_t nbytes);

/** The system may still write to a piece of memory, so it must not be given back */
#define XNVI_IS_WITHHELD(addr, nbytes)                                                             \
	(XNVI_UNLIKELY(atomic_load_explicit(&xnvi_withheld_any, memory_order_relaxed)) &&          \
	 xnvi_withheld_has((addr), (nbytes)))

#endif /* XNVI_CORE_BUF_H */
