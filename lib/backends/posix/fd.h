// SPDX-License-Identifier: BSD-3-Clause
/**
 * The private state of a device that is a descriptor: what psync, posix and file_as_ns share
 */
#ifndef XNVI_FD_H
#define XNVI_FD_H

#include <core/mechanism.h>

struct xnvi_claims;

/** Who answers for the descriptor's data */
enum xnvi_server { XNVI_SERVER_UNKNOWN = 0, XNVI_SERVER_KERNEL, XNVI_SERVER_PROCESS };

struct xnvi_fd {
	int fd; ///< First, as programs for 0.7.5 expect of xnvme_dev_get_be_state()
	bool block;
	_Atomic uint8_t server; ///< enum xnvi_server; asked for on first use
	uint32_t lba_nbytes;	///< Of a block device, as last seen
	/** Likewise: asks the system for it */
	int (*ask_lba_nbytes)(int fd, uint32_t *lba_nbytes);
	uint64_t rdev;		    ///< Likewise: its number
	uint64_t zone_nbytes;	    ///< Likewise: size of a zone, 0 when it has none
	struct xnvi_claims *claims; ///< Held until the device is closed; NULL: nothing is
	atomic_int exclusive_fd; ///< Of a claimed block device: a descriptor that excludes others
};

static inline struct xnvi_fd *
xnvi_fd_of(const struct xnvme_dev *dev)
{
	static_assert(sizeof(struct xnvi_fd) <= XNVI_BE_STATE_NBYTES, "state has to fit");

	return (struct xnvi_fd *)(uintptr_t)dev->be_state;
}

/** The descriptor to discard and zero by: a claim makes the kernel refuse both by any other */
static inline int
xnvi_fd_for_ranges(const struct xnvi_fd *state)
{
	const int fd = atomic_load_explicit(&state->exclusive_fd, memory_order_relaxed);

	return fd > 0 ? fd : state->fd;
}

/** The end of the file explains why only `done` bytes were read: another try would say the same */
XNVI_COLD bool xnvi_fd_met_end(struct xnvme_dev *dev, const struct xnvi_req *req, uint64_t done);

/**
 * What `err` of a call comes to
 *
 * A block device that is gone fails in many ways, and one whose LBA size changed too: these are
 * -ENODEV and -ESTALE.
 */
XNVI_COLD int xnvi_fd_verdict(struct xnvme_dev *dev, int err);

#endif /* XNVI_FD_H */
