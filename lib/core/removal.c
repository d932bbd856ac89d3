// SPDX-License-Identifier: BSD-3-Clause
/** Devices that were removed while they were open */
#include <core/removal.h>

#include <errno.h>
#include <core/err.h>

int
xnvi_dev_is_gone(struct xnvme_dev *dev)
{
	atomic_store_explicit(&dev->gone, true, memory_order_relaxed);
	/* From here on, decoding takes its slow path, which checks this */
	atomic_store_explicit(&dev->plain, false, memory_order_release);

	return xnvi_dev_refuse_removed(dev);
}

XNVI_COLD int
xnvi_dev_refuse_removed(const struct xnvme_dev *dev)
{
	return xnvi_err(-ENODEV, "dev", dev->ident.uri, "open it again when the device is back",
			"the device was removed");
}
