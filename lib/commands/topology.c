// SPDX-License-Identifier: BSD-3-Clause
#include <core/cmd.h>
#include <core/trace.h>
#include <core/uri.h>

static int
pseudo(struct xnvme_dev *dev, int (*func)(struct xnvme_dev *dev), const char *what)
{
	const uint64_t mark = xnvi_err_mark();
	int err;

	if (!func) {
		return xnvi_err(-ENOSYS, "topology", dev->ident.uri,
				"use an NVMe node of the kernel or a user-space driver",
				"%s has no %s", xnvi_class_name(dev->cls), what);
	}

	err = func(dev);

	return err ? xnvi_err_slot(mark, err, "topology", dev->ident.uri, what) : 0;
}

int
xnvme_subsystem_reset(struct xnvme_dev *dev)
{
	XNVI_TRACE1(reset, dev);

	return dev ? pseudo(dev, dev->admin->subsystem_reset, "subsystem reset") : XNVI_NULL("dev");
}

int
xnvme_controller_reset(struct xnvme_dev *dev)
{
	XNVI_TRACE1(reset, dev);

	return dev ? pseudo(dev, dev->admin->controller_reset, "controller reset")
		   : XNVI_NULL("dev");
}

int
xnvme_namespace_rescan(struct xnvme_dev *dev)
{
	return dev ? pseudo(dev, dev->admin->namespace_rescan, "namespace rescan")
		   : XNVI_NULL("dev");
}

int
xnvme_controller_get_registers(struct xnvme_dev *dev, struct xnvme_spec_ctrlr_bar *bar)
{
	if (!dev || !bar) {
		return XNVI_NULL("dev or bar");
	}

	return dev->admin->registers ? dev->admin->registers(dev, bar)
				     : pseudo(dev, NULL, "registers");
}
