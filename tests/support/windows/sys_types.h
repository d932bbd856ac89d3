// SPDX-License-Identifier: BSD-3-Clause
/** Types of sys.h: Windows. Without <windows.h>, whose names tests would meet */
#ifndef XNVT_SYS_TYPES_H
#define XNVT_SYS_TYPES_H

struct sys_thread {
	void *handle;
	void *start;
};

/** Room for an SRWLOCK and a CONDITION_VARIABLE, which are a pointer each */
struct sys_barrier {
	void *lock;
	void *cond;
	unsigned nthreads;
	unsigned nwaiting;
	unsigned round;
};

struct sys_program {
	void *process;
	void *in;  ///< The program reads what is written here
	void *out; ///< What it prints can be read here
};

struct sys_sleeper {
	int fd;
	int how;
};

#endif /* XNVT_SYS_TYPES_H */
