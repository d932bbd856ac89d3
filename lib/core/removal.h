// SPDX-License-Identifier: BSD-3-Clause
/**
 * Removal, for core: refusing commands, queues and geometry of a device that is gone
 */
#ifndef XNVI_CORE_REMOVAL_H
#define XNVI_CORE_REMOVAL_H

#include <core/state.h>

/**
 * Record that the device was removed: commands, queues and geometry are refused from here on
 *
 * xnvi_queue_interrupted() ends the commands in flight, each on its queue.
 *
 * @return -ENODEV, explained
 */
int xnvi_dev_is_gone(struct xnvme_dev *dev);

/** Whether the device was removed: xnvi_dev_is_gone() was called */
static inline bool
xnvi_dev_was_removed(const struct xnvme_dev *dev)
{
	return XNVI_UNLIKELY(atomic_load_explicit(&dev->gone, memory_order_relaxed));
}

/** -ENODEV, explained */
int xnvi_dev_refuse_removed(const struct xnvme_dev *dev);

#endif /* XNVI_CORE_REMOVAL_H */
