// SPDX-License-Identifier: BSD-3-Clause
/**
 * Private state of a device that is a descriptor, for psync, posix and file_as_ns
 */
#ifndef XNVI_FD_H
#define XNVI_FD_H

#include <core/mechanism.h>

struct xnvi_claims;

/** Who serves the data of the descriptor */
enum xnvi_server { XNVI_SERVER_UNKNOWN = 0, XNVI_SERVER_KERNEL, XNVI_SERVER_PROCESS };

struct xnvi_fd {
	int fd; ///< First, as programs for 0.7.5 expect of xnvme_dev_get_be_state()
	bool block;
	_Atomic uint8_t server; ///< enum xnvi_server; determined on first use
	uint32_t lba_nbytes;	///< LBA size of a block device, as last seen
	/** Asks the system for the LBA size of a block device */
	int (*ask_lba_nbytes)(int fd, uint32_t *lba_nbytes);
	uint64_t rdev;		    ///< Number of a block device
	uint64_t zone_nbytes;	    ///< Size of a zone of a block device, 0 when it has none
	struct xnvi_claims *claims; ///< Claims, held until the device is closed; NULL without
	atomic_int exclusive_fd;    ///< Descriptor of the claim on a block device
};

static inline struct xnvi_fd *
xnvi_fd_of(const struct xnvme_dev *dev)
{
	static_assert(sizeof(struct xnvi_fd) <= XNVI_BE_STATE_NBYTES, "state has to fit");

	return (struct xnvi_fd *)(uintptr_t)dev->be_state;
}

/** Descriptor for discarding and zeroing; after a claim the kernel refuses both by any other */
static inline int
xnvi_fd_for_ranges(const struct xnvi_fd *state)
{
	const int fd = atomic_load_explicit(&state->exclusive_fd, memory_order_relaxed);

	return fd > 0 ? fd : state->fd;
}

/** Whether the end of the file explains that only `done` bytes were read */
XNVI_COLD bool xnvi_fd_met_end(struct xnvme_dev *dev, const struct xnvi_req *req, uint64_t done);

/**
 * Turn the errno of a call into that of the command
 *
 * A block device that is gone fails in many ways, as does one whose LBA size changed. The results
 * are -ENODEV and -ESTALE.
 */
XNVI_COLD int xnvi_fd_verdict(struct xnvme_dev *dev, int err);

#endif /* XNVI_FD_H */
