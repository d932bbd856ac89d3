// SPDX-License-Identifier: BSD-3-Clause
/**
 * Geometry, for core: derived by the first caller that needs it
 */
#ifndef XNVI_CORE_GEO_H
#define XNVI_CORE_GEO_H

#include <core/state.h>

/** Derive geometry unless it is known; 0 or the negative errno of identifying the device */
int xnvi_dev_derive(struct xnvme_dev *dev);

static inline int
xnvi_dev_ready(struct xnvme_dev *dev)
{
	if (XNVI_LIKELY(atomic_load_explicit(&dev->geo_ready, memory_order_acquire))) {
		return 0;
	}

	return xnvi_dev_derive(dev);
}

/** Update the size in `geo` from the file, which may have changed; a failure changes nothing */
void xnvi_geo_follow_file(struct xnvme_dev *dev);

/** Identify the device and compute geometry; the lock of the device is held */
int xnvi_geo_derive(struct xnvme_dev *dev);

#endif /* XNVI_CORE_GEO_H */
