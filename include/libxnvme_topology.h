// SPDX-License-Identifier: BSD-3-Clause
/**
 * Subsystem, controller and namespace as wholes
 */
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

/**
 * Reset the NVM subsystem
 *
 * @return 0; -ENOSYS where the backend has no such thing; -EPERM; or that of the system
 */
int xnvme_subsystem_reset(struct xnvme_dev *dev);

/**
 * Reset the controller
 *
 * @return 0; -ENOSYS where the backend has no such thing; -EPERM; or that of the system
 */
int xnvme_controller_reset(struct xnvme_dev *dev);

/**
 * Have the namespaces of the controller looked up again
 *
 * @return 0; -ENOSYS where the backend has no such thing; -EPERM; or that of the system
 */
int xnvme_namespace_rescan(struct xnvme_dev *dev);

/**
 * Copy the controller's registers (NVM Express Base Specification 2.0, "Controller Properties")
 *
 * @return 0; -ENOSYS where the backend has no such thing; -EPERM; or that of the system
 */
int xnvme_controller_get_registers(struct xnvme_dev *dev, struct xnvme_spec_ctrlr_bar *bar);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_TOPOLOGY_H */
