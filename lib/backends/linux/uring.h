// SPDX-License-Identifier: BSD-3-Clause
/**
 * What io_uring and io_uring_cmd share: the ring, and when it is handed to the kernel
 */
#ifndef XNVI_LINUX_URING_H
#define XNVI_LINUX_URING_H

#include <backends/portable/fd.h>

#include <liburing.h>

struct xnvi_uring {
	struct io_uring ring;
	int fd;		   ///< Descriptor, or its index when registered
	uint8_t sqe_flags; ///< IOSQE_FIXED_FILE when it is
	bool sqpoll;
	bool armed;
	uint32_t nqueued; ///< Prepared and not yet the kernel's
};

/** Set the ring up; `flags` are of io_uring_setup(2), beside those that follow from `opts` */
int xnvi_uring_init(struct xnvme_queue *queue, int opts, unsigned flags);

/** false when the system forbids io_uring */
bool xnvi_uring_usable(void);

/** An entry is prepared but for its flags and its data: the command is in flight from here on */
int xnvi_uring_accept(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx,
		      struct io_uring_sqe *sqe);

/** Hand over what is prepared; what the kernel refuses is done over again: number completed */
uint32_t xnvi_uring_flush(struct xnvme_queue *queue, uint32_t max);

/* Slots of struct xnvi_async_ops */

void xnvi_uring_term(struct xnvme_queue *queue);
int xnvi_uring_arm(struct xnvme_queue *queue);
void xnvi_uring_settle(struct xnvme_queue *queue);

#endif /* XNVI_LINUX_URING_H */
