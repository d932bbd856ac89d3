// SPDX-License-Identifier: BSD-3-Clause
/**
 * The private state of a device that is a descriptor: what psync, posix and file_as_ns share
 */
#ifndef XNVI_FD_H
#define XNVI_FD_H

#include <core/internal.h>

struct xnvi_fd {
	int fd; ///< First, as programs for 0.7.5 expect of xnvme_dev_get_be_state()
	bool block;
	uint32_t lba_nbytes; ///< Of a block device
};

static inline struct xnvi_fd *
xnvi_fd_of(const struct xnvme_dev *dev)
{
	static_assert(sizeof(struct xnvi_fd) <= XNVI_BE_STATE_NBYTES, "state has to fit");

	return (struct xnvi_fd *)(uintptr_t)dev->be_state;
}

#endif /* XNVI_FD_H */
