// SPDX-License-Identifier: BSD-3-Clause
#ifndef __LIBXNVME_TOPOLOGY_H
#define __LIBXNVME_TOPOLOGY_H

#include <libxnvme_dev.h>
#include <libxnvme_spec.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xnvme_subsystem {
	struct xnvme_dev *dev;
	struct xnvme_dev *controllers;
};

struct xnvme_controller {
	struct xnvme_dev *dev;
	struct xnvme_dev *namespaces;
};

struct xnvme_namespace {
	struct xnvme_dev *dev;
};

int xnvme_subsystem_reset(struct xnvme_dev *dev);

int xnvme_controller_reset(struct xnvme_dev *dev);

int xnvme_namespace_rescan(struct xnvme_dev *dev);

int xnvme_controller_get_registers(struct xnvme_dev *dev, struct xnvme_spec_ctrlr_bar *bar);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_TOPOLOGY_H */
