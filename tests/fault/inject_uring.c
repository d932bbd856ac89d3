// SPDX-License-Identifier: BSD-3-Clause
/**
 * Faults of liburing; its functions return a negative errno
 */
#include "inject.h"

#include <errno.h>
#include <liburing.h>
#include <stdarg.h>

#define WRAP(name, ...)                                                                            \
	int __real_##name(__VA_ARGS__);                                                            \
	int __wrap_##name(__VA_ARGS__);                                                            \
	int __wrap_##name(__VA_ARGS__)

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

/** Only io_uring_setup(2) goes this way, to see whether rings can be made */
long
__wrap_syscall(long number, ...)
{
	const int err = fault_fires(ON_URING_INIT);
	struct io_uring_params *params;
	unsigned nentries;
	va_list ap;

	if (err) {
		errno = err;
		return -1;
	}
	va_start(ap, number);
	nentries = va_arg(ap, unsigned);
	params = va_arg(ap, struct io_uring_params *);
	va_end(ap);

	return __real_syscall(number, nentries, params);
}

WRAP(io_uring_queue_init_params, unsigned nentries, struct io_uring *ring,
     struct io_uring_params *params)
{
	const int err = fault_fires(ON_URING_INIT);

	return err ? -err : __real_io_uring_queue_init_params(nentries, ring, params);
}

WRAP(io_uring_register_files, struct io_uring *ring, const int *fds, unsigned nfds)
{
	const int err = fault_fires(ON_URING_FILES);

	return err ? -err : __real_io_uring_register_files(ring, fds, nfds);
}

WRAP(io_uring_register_buffers_sparse, struct io_uring *ring, unsigned nr)
{
	const int err = fault_fires(ON_URING_TABLE);

	return err ? -err : __real_io_uring_register_buffers_sparse(ring, nr);
}

WRAP(io_uring_register_buffers_update_tag, struct io_uring *ring, unsigned off,
     const struct iovec *iovs, const __u64 *tags, unsigned nr)
{
	const int err = fault_fires(ON_URING_BUFFER);

	return err ? -err : __real_io_uring_register_buffers_update_tag(ring, off, iovs, tags, nr);
}

WRAP(io_uring_register_ring_fd, struct io_uring *ring)
{
	const int err = fault_fires(ON_URING_FILES);

	return err ? -err : __real_io_uring_register_ring_fd(ring);
}

WRAP(io_uring_register_eventfd, struct io_uring *ring, int fd)
{
	const int err = fault_fires(ON_URING_EVENTFD);

	return err ? -err : __real_io_uring_register_eventfd(ring, fd);
}

/** The newest command moves less than it was asked for; of a vector: fewer of its entries */
static void
shorten(struct io_uring *ring)
{
	struct io_uring_sqe *sqe = &ring->sq.sqes[(ring->sq.sqe_tail - 1) & ring->sq.ring_mask];

	if (io_uring_sq_ready(ring) && sqe->opcode != IORING_OP_FSYNC && sqe->len > 1) {
		sqe->len = fault_armed()->kind == FAULT_ONE ? 1 : sqe->len / 2;
	}
}

/** Whether a call fails, with *res; otherwise its newest command may move less */
static bool
fails(struct io_uring *ring, int *res)
{
	if (!fault_hits(ON_URING_SUBMIT)) {
		return false;
	}
	switch (fault_armed()->kind) {
	case FAULT_ERRNO:
		*res = -fault_armed()->err;
		return true;
	case FAULT_NONE:
		*res = 0;
		return true;
	default:
		shorten(ring);
		return false;
	}
}

WRAP(io_uring_submit, struct io_uring *ring)
{
	int res;

	return fails(ring, &res) ? res : __real_io_uring_submit(ring);
}

long __real_xnvi_uring_enter(struct io_uring *ring, unsigned nsubmit, unsigned flags);
long __wrap_xnvi_uring_enter(struct io_uring *ring, unsigned nsubmit, unsigned flags);

long
__wrap_xnvi_uring_enter(struct io_uring *ring, unsigned nsubmit, unsigned flags)
{
	int res;

	return fails(ring, &res) ? res : __real_xnvi_uring_enter(ring, nsubmit, flags);
}
