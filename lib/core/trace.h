// SPDX-License-Identifier: BSD-3-Clause
/**
 * Trace points of the provider "xnvme", for perf(1), bpftrace(8) and gdb(1)
 *
 * A trace point is a nop, and a note in the binary that says where its arguments are. Builds
 * without the header of USDT have no trace points.
 *
 *   submit     context: a mechanism accepted the command; its queue is ctx->async.queue
 *   complete   context: the callback is about to be called
 *   host_err   context, errno (negative): the host ends a command without a status of the device
 *   reset      device: the controller or the subsystem is about to be reset
 */
#ifndef XNVI_CORE_TRACE_H
#define XNVI_CORE_TRACE_H

#ifdef XNVI_HAS_SDT
#include <sys/sdt.h>
#define XNVI_TRACE1(name, a)	DTRACE_PROBE1(xnvme, name, a)
#define XNVI_TRACE2(name, a, b) DTRACE_PROBE2(xnvme, name, a, b)
#else
#define XNVI_TRACE1(name, a)	((void)(a))
#define XNVI_TRACE2(name, a, b) ((void)(a), (void)(b))
#endif

#endif /* XNVI_CORE_TRACE_H */
