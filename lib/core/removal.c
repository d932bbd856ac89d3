// SPDX-License-Identifier: BSD-3-Clause
/** Devices that were removed while they were open */
#include <core/removal.h>

#include <errno.h>
#include <core/err.h>
#include <core/late.h>

int
xnvi_dev_is_gone(struct xnvme_dev *dev)
{
	atomic_store(&dev->gone, true);
	/* Decoding looks at it, so no command may take the short way */
	xnvi_plain_close_dev(dev);

	return xnvi_dev_refuse_removed(dev);
}

XNVI_COLD int
xnvi_dev_refuse_removed(const struct xnvme_dev *dev)
{
	return xnvi_err(-ENODEV, "dev", dev->ident.uri, "open it again when the device is back",
			"the device was removed");
}
