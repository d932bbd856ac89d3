// SPDX-License-Identifier: BSD-3-Clause
/**
 * Faults of libaio; its functions return a negative errno
 */
#include "inject.h"

#include <libaio.h>
#include <stdint.h>

#define WRAP(name, ...)                                                                            \
	int __real_##name(__VA_ARGS__);                                                            \
	int __wrap_##name(__VA_ARGS__);                                                            \
	int __wrap_##name(__VA_ARGS__)

/** Of the ring at the address of a context: which 32-bit word is the mark of its format */
#define RING_MAGIC_IDX 4

WRAP(io_setup, int nevents, io_context_t *ctx)
{
	int err = fault_fires(ON_IO_SETUP);

	if (err) {
		return -err;
	}
	err = __real_io_setup(nevents, ctx);
	if (!err && fault_ring_unknown) {
		((uint32_t *)(void *)*ctx)[RING_MAGIC_IDX] = 0;
	}

	return err;
}

WRAP(io_submit, io_context_t ctx, long n, struct iocb **iocbs)
{
	if (!fault_hits(ON_IO_SUBMIT)) {
		return __real_io_submit(ctx, n, iocbs);
	}
	switch (fault_armed()->kind) {
	case FAULT_ERRNO:
		return -fault_armed()->err;
	case FAULT_NONE:
		return 0;
	case FAULT_HALF:
		return __real_io_submit(ctx, (n + 1) / 2, iocbs);
	case FAULT_ONE:
		break;
	}
	/* The first command moves one byte; of a vector: one of its entries */
	iocbs[0]->u.c.nbytes = 1;

	return __real_io_submit(ctx, n, iocbs);
}

WRAP(io_getevents, io_context_t ctx, long nmin, long n, struct io_event *events,
     struct timespec *timeout)
{
	const int err = fault_fires(ON_IO_GETEVENTS);

	return err ? -err : __real_io_getevents(ctx, nmin, n, events, timeout);
}
