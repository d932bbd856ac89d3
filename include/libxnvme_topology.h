// SPDX-License-Identifier: BSD-3-Clause
/**
 * Subsystems, controllers and namespaces as a whole: reset, rescan, registers
 *
 * Commands in flight, when the controller or its subsystem is reset by these functions or by
 * another process:
 *
 *  - Every accepted command is still called back exactly once: with its result, with the status
 *    that the driver gives to an aborted command, or with a host error (SCT 7): -ECANCELED from a
 *    driver of this library. Afterwards its memory is free.
 *  - Reads and writes on a block node may complete without an error, since the block layer sends
 *    them again after the reset.
 *  - A write that failed may have changed some, all or none of its blocks.
 *  - Device handles and queues remain valid, and commands succeed again after the reset.
 *
 * When a device is removed, commands in flight end in the same way. Afterwards commands, new queues
 * and deriving geometry are -ENODEV. Close the handle, and open it again when the device is back.
 *
 * The functions may be called from several threads. They need an NVMe node of the kernel.
 */
#ifndef __LIBXNVME_TOPOLOGY_H
#define __LIBXNVME_TOPOLOGY_H

#include <libxnvme_dev.h>
#include <libxnvme_spec.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A subsystem and its controllers; for programs, no function of the library takes it
 */
struct xnvme_subsystem {
	struct xnvme_dev *dev;	       ///< Handle of the subsystem
	struct xnvme_dev *controllers; ///< Handles of its controllers
};

/**
 * A controller and its namespaces; for programs, no function of the library takes it
 */
struct xnvme_controller {
	struct xnvme_dev *dev;	      ///< Handle of the controller
	struct xnvme_dev *namespaces; ///< Handles of its namespaces
};

/**
 * A namespace; for programs, no function of the library takes it
 */
struct xnvme_namespace {
	struct xnvme_dev *dev; ///< Handle of the namespace
};

/**
 * Reset the NVM subsystem (NVM Express Base Specification 2.0, "NVM Subsystem Reset")
 *
 * @param dev Handle of a controller, or of a namespace of one controller
 *
 * @return 0; -EINVAL when `dev` is NULL; -ENOSYS where the backend cannot reset; -ENOTTY when the
 * controller has no such reset; -ENOTSUP for a namespace that several controllers share; -EPERM or
 * -EACCES without privilege; or another errno of the system
 */
int xnvme_subsystem_reset(struct xnvme_dev *dev);

/**
 * Reset the controller (NVM Express Base Specification 2.0, "Controller Level Reset")
 *
 * @param dev Handle of a controller, or of a namespace of one controller
 *
 * @return As xnvme_subsystem_reset()
 */
int xnvme_controller_reset(struct xnvme_dev *dev);

/**
 * Ask the system to look for new and removed namespaces of the controller
 *
 * @param dev Handle of a controller, or of a namespace of one controller
 *
 * @return As xnvme_subsystem_reset()
 */
int xnvme_namespace_rescan(struct xnvme_dev *dev);

/**
 * Copy the controller's registers (NVM Express Base Specification 2.0, "Controller Properties")
 *
 * @param dev Handle of a controller, or of a namespace of one controller
 * @param bar Filled in; the registers are read one dword at a time
 *
 * @return 0; -EINVAL when an argument is NULL; -ENOSYS where the backend has no registers; or the
 * errno of the system: only PCIe controllers have registers to map, and reading them needs
 * privilege
 */
int xnvme_controller_get_registers(struct xnvme_dev *dev, struct xnvme_spec_ctrlr_bar *bar);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_TOPOLOGY_H */
