// SPDX-License-Identifier: BSD-3-Clause
/**
 * Scenarios that run with a fault in them, and what they keep account of
 *
 * A scenario works on a device of UNITS units. It says what each unit holds afterwards, and what
 * failed first; the runner judges.
 */
#ifndef XNVT_FAULT_H
#define XNVT_FAULT_H

#include <stdint.h>

#include <libxnvme.h>

#include "inject.h"

#define UNIT_NBYTES 4096U
#define UNITS	    64U
#define DEV_NBYTES  ((size_t)UNITS * UNIT_NBYTES)

/** The Sanitize Status log page, and an operation in progress */
#define LID_SANITIZE  0x81
#define SANITIZE_BUSY 2U

enum unit_state {
	UNIT_OLD = 0, ///< As before
	UNIT_NEW,     ///< Written
	UNIT_EITHER,  ///< A write was accepted and did not succeed: old or new, byte by byte
};

struct scenario;

/** One run of a scenario */
struct run {
	const struct scenario *scenario;
	const char *uri;
	const char *dir;
	uint64_t seed; ///< Of what is written; what was there before has seed - 1
	int err;       ///< The first failure
	bool verdict;  ///< It was the device that said so, not the host
	unsigned naccepted;
	unsigned ncalled;
	bool closing;	 ///< The last device is being closed
	unsigned nfired; ///< What was injected before that
	bool broken;	 ///< A rule was broken; says which on stdout
	enum unit_state units[UNITS];
};

enum scenario_flags {
	WITH_BASE = 0x1,     ///< The device is filled before and checked afterwards
	WITH_KEEP = 0x2,     ///< A clean handle is open all the time, so that memory survives
	WITH_ERASE = 0x4,    ///< The scenario erases the device
	IF_HERE = 0x8,	     ///< The interface is optional in a build, and may be forbidden
	NO_RING = 0x10,	     ///< See fault_ring_unknown
	WITH_BUFFERS = 0x20, ///< opts.register_buffers
};

struct scenario {
	const char *name;
	const char *uri; ///< In the directory of the test when it starts with '/'
	const char *async;
	unsigned flags;
	void (*func)(struct run *run);
};

extern const struct scenario scenarios[];
extern const size_t nscenarios;

/** Keep the first failure, right after the call that returned it: xnvme_err_last() has to explain
 * it, and tells whose it is */
void run_failed(struct run *run, int err);

/** Keep the first failure that was learned of in another way; `verdict`: it is the device's */
void run_told(struct run *run, int err, bool verdict);

/** A rule of the library was broken */
void run_broken(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Remove what the scenarios left in their directory */
void scenarios_clean(const char *dir);

/** What a unit holds by a seed */
void unit_fill(void *buf, unsigned unit, uint64_t seed);
bool unit_is(const void *buf, unsigned unit, uint64_t seed);

#endif /* XNVT_FAULT_H */
