// SPDX-License-Identifier: BSD-3-Clause
/**
 * io_uring_enter(2)
 *
 * In a file of its own, so that tests replace it. On hosts without instructions of their own here,
 * the C library makes the call.
 */
#include <backends/linux/uring.h>

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

long
xnvi_uring_enter(struct io_uring *ring, unsigned nsubmit, unsigned flags)
{
	const int fd = ring->enter_ring_fd;

#if defined(__x86_64__) && defined(__LP64__)
	register long r10 __asm__("r10") = flags;
	register long r8 __asm__("r8") = 0;
	register long r9 __asm__("r9") = 0;
	long res;

	__asm__ volatile("syscall"
			 : "=a"(res)
			 : "a"(SYS_io_uring_enter), "D"(fd), "S"(nsubmit), "d"(0), "r"(r10),
			   "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");

	return res;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = SYS_io_uring_enter;
	register long x0 __asm__("x0") = fd;
	register long x1 __asm__("x1") = nsubmit;
	register long x2 __asm__("x2") = 0;
	register long x3 __asm__("x3") = flags;
	register long x4 __asm__("x4") = 0;
	register long x5 __asm__("x5") = 0;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");

	return x0;
#else
	const long res = syscall(SYS_io_uring_enter, fd, nsubmit, 0U, flags, NULL, (size_t)0);

	return res < 0 ? -errno : res;
#endif
}
