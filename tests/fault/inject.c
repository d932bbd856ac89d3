// SPDX-License-Identifier: BSD-3-Clause
#include "inject.h"

#include <aio.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

const char *const fault_class_names[NCLASSES] = {
    [ON_MALLOC] = "malloc",
    [ON_CALLOC] = "calloc",
    [ON_REALLOC] = "realloc",
    [ON_ALIGNED_ALLOC] = "aligned_alloc",
    [ON_MMAP] = "mmap",
    [ON_THREAD] = "pthread_create",
    [ON_MUTEX] = "pthread_mutex_init",
    [ON_COND] = "pthread_cond_init",
    [ON_CONDATTR] = "pthread_condattr_init",
    [ON_SETCLOCK] = "pthread_condattr_setclock",
    [ON_ATFORK] = "pthread_atfork",
    [ON_OPEN] = "open",
    [ON_STAT] = "stat",
    [ON_FSTAT] = "fstat",
    [ON_FTRUNCATE] = "ftruncate",
    [ON_FALLOCATE] = "fallocate",
    [ON_PREAD] = "pread",
    [ON_PREADV] = "preadv",
    [ON_PWRITE] = "pwrite",
    [ON_PWRITEV] = "pwritev",
    [ON_FDATASYNC] = "fdatasync",
    [ON_FSYNC] = "fsync",
    [ON_FLOCK] = "flock",
    [ON_REALPATH] = "realpath",
    [ON_RENAME] = "rename",
    [ON_IOCTL] = "ioctl",
    [ON_EVENTFD] = "eventfd",
    [ON_READ] = "read",
    [ON_WRITE] = "write",
    [ON_AIO_READ] = "aio_read",
    [ON_AIO_WRITE] = "aio_write",
    [ON_AIO_FSYNC] = "aio_fsync",
    [ON_AIO_ERROR] = "aio_error",
    [ON_AIO_RETURN] = "aio_return",
    [ON_URING_INIT] = "io_uring_queue_init",
    [ON_URING_FILES] = "io_uring_register_files/_ring_fd",
    [ON_URING_TABLE] = "io_uring_register_buffers_sparse",
    [ON_URING_BUFFER] = "io_uring_register_buffers_update_tag",
    [ON_URING_EVENTFD] = "io_uring_register_eventfd",
    [ON_URING_SUBMIT] = "io_uring_submit",
    [ON_IO_SETUP] = "io_setup",
    [ON_IO_SUBMIT] = "io_submit",
    [ON_IO_GETEVENTS] = "io_getevents",
};

bool fault_ring_unknown;

static struct fault g_fault;
static atomic_bool g_armed;
static atomic_uint g_ncalls[NCLASSES];
static atomic_uint g_nfired;
static atomic_long g_nblocks;
static atomic_long g_nthreads;

void
fault_arm(const struct fault *fault)
{
	g_fault = *fault;
	for (int i = 0; i < NCLASSES; ++i) {
		atomic_store(&g_ncalls[i], 0);
	}
	atomic_store(&g_nfired, 0);
	atomic_store(&g_armed, true);
}

void
fault_disarm(void)
{
	atomic_store(&g_armed, false);
}

const struct fault *
fault_armed(void)
{
	return &g_fault;
}

unsigned
fault_nfired(void)
{
	return atomic_load(&g_nfired);
}

unsigned
fault_ncalls(enum fault_class cls)
{
	return atomic_load(&g_ncalls[cls]);
}

long
fault_live_blocks(void)
{
	return atomic_load(&g_nblocks);
}

long
fault_live_threads(void)
{
	return atomic_load(&g_nthreads);
}

bool
fault_hits(enum fault_class cls)
{
	unsigned n;

	if (!atomic_load(&g_armed)) {
		return false;
	}
	n = atomic_fetch_add(&g_ncalls[cls], 1) + 1;
	if (cls != g_fault.cls || !g_fault.n ||
	    (g_fault.forever ? n < g_fault.n : n != g_fault.n)) {
		return false;
	}
	atomic_fetch_add(&g_nfired, 1);

	return true;
}

int
fault_fires(enum fault_class cls)
{
	if (!fault_hits(cls)) {
		return 0;
	}
	errno = g_fault.err;

	return g_fault.err;
}

/**
 * A call that moves `*nbytes`
 *
 * @return true when it returns `*nbytes` (-1, or 0) at once; else it is called with `*nbytes`
 */
static bool
cuts(enum fault_class cls, ssize_t *nbytes)
{
	if (!fault_hits(cls)) {
		return false;
	}
	switch (g_fault.kind) {
	case FAULT_ERRNO:
		errno = g_fault.err;
		*nbytes = -1;
		return true;
	case FAULT_ONE:
		*nbytes = *nbytes ? 1 : 0;
		return false;
	case FAULT_HALF:
		*nbytes = *nbytes > 1 ? *nbytes / 2 : *nbytes;
		return false;
	case FAULT_NONE:
		break;
	}
	*nbytes = 0;

	return true;
}

#define WRAP(type, name, ...)                                                                      \
	type __real_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__)

/* Memory */

static void *
born(void *mem)
{
	atomic_fetch_add(&g_nblocks, mem != NULL);

	return mem;
}

WRAP(void *, malloc, size_t nbytes)
{
	return fault_fires(ON_MALLOC) ? NULL : born(__real_malloc(nbytes));
}

WRAP(void *, calloc, size_t n, size_t nbytes)
{
	return fault_fires(ON_CALLOC) ? NULL : born(__real_calloc(n, nbytes));
}

WRAP(void *, realloc, void *mem, size_t nbytes)
{
	if (fault_fires(ON_REALLOC)) {
		return NULL;
	}

	return mem ? __real_realloc(mem, nbytes) : born(__real_realloc(NULL, nbytes));
}

WRAP(void *, aligned_alloc, size_t alignment, size_t nbytes)
{
	return fault_fires(ON_ALIGNED_ALLOC) ? NULL : born(__real_aligned_alloc(alignment, nbytes));
}

WRAP(void, free, void *mem)
{
	atomic_fetch_sub(&g_nblocks, mem != NULL);
	__real_free(mem);
}

WRAP(void *, mmap64, void *addr, size_t nbytes, int prot, int flags, int fd, off_t offset)
{
	void *mem = fault_fires(ON_MMAP) ? MAP_FAILED
					 : __real_mmap64(addr, nbytes, prot, flags, fd, offset);

	atomic_fetch_add(&g_nblocks, mem != MAP_FAILED);

	return mem;
}

WRAP(int, munmap, void *mem, size_t nbytes)
{
	const int err = __real_munmap(mem, nbytes);

	atomic_fetch_sub(&g_nblocks, !err);

	return err;
}

/* Threads */

WRAP(int, pthread_create, pthread_t *thread, const pthread_attr_t *attr, void *(*func)(void *),
     void *arg)
{
	int err = fault_fires(ON_THREAD);

	if (!err) {
		err = __real_pthread_create(thread, attr, func, arg);
		atomic_fetch_add(&g_nthreads, !err);
	}

	return err;
}

WRAP(int, pthread_join, pthread_t thread, void **value)
{
	atomic_fetch_sub(&g_nthreads, 1);

	return __real_pthread_join(thread, value);
}

WRAP(int, pthread_mutex_init, pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)
{
	const int err = fault_fires(ON_MUTEX);

	return err ? err : __real_pthread_mutex_init(mutex, attr);
}

WRAP(int, pthread_cond_init, pthread_cond_t *cond, const pthread_condattr_t *attr)
{
	const int err = fault_fires(ON_COND);

	return err ? err : __real_pthread_cond_init(cond, attr);
}

WRAP(int, pthread_condattr_init, pthread_condattr_t *attr)
{
	const int err = fault_fires(ON_CONDATTR);

	return err ? err : __real_pthread_condattr_init(attr);
}

WRAP(int, pthread_condattr_setclock, pthread_condattr_t *attr, clockid_t clock)
{
	const int err = fault_fires(ON_SETCLOCK);

	return err ? err : __real_pthread_condattr_setclock(attr, clock);
}

WRAP(int, pthread_atfork, void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	const int err = fault_fires(ON_ATFORK);

	return err ? err : __real_pthread_atfork(prepare, parent, child);
}

/* Descriptors */

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);

int
__wrap_open64(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}

	return fault_fires(ON_OPEN) ? -1 : __real_open64(path, flags, mode);
}

WRAP(DIR *, opendir, const char *path)
{
	return fault_fires(ON_OPEN) ? NULL : __real_opendir(path);
}

WRAP(int, stat64, const char *path, struct stat *st)
{
	return fault_fires(ON_STAT) ? -1 : __real_stat64(path, st);
}

WRAP(int, fstat64, int fd, struct stat *st)
{
	return fault_fires(ON_FSTAT) ? -1 : __real_fstat64(fd, st);
}

WRAP(int, ftruncate64, int fd, off_t length)
{
	return fault_fires(ON_FTRUNCATE) ? -1 : __real_ftruncate64(fd, length);
}

WRAP(int, fallocate64, int fd, int mode, off_t offset, off_t length)
{
	return fault_fires(ON_FALLOCATE) ? -1 : __real_fallocate64(fd, mode, offset, length);
}

WRAP(int, fdatasync, int fd)
{
	return fault_fires(ON_FDATASYNC) ? -1 : __real_fdatasync(fd);
}

WRAP(int, fsync, int fd)
{
	return fault_fires(ON_FSYNC) ? -1 : __real_fsync(fd);
}

WRAP(int, flock, int fd, int operation)
{
	/* Nobody asks whether unlocking works: closing does it too */
	return operation != LOCK_UN && fault_fires(ON_FLOCK) ? -1 : __real_flock(fd, operation);
}

/** Its memory is from within libc, where nothing is counted */
WRAP(char *, realpath, const char *path, char *resolved)
{
	return fault_fires(ON_REALPATH) ? NULL : born(__real_realpath(path, resolved));
}

WRAP(int, rename, const char *from, const char *to)
{
	return fault_fires(ON_RENAME) ? -1 : __real_rename(from, to);
}

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);

int
__wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);

	return fault_fires(ON_IOCTL) ? -1 : __real_ioctl(fd, request, arg);
}

WRAP(int, eventfd, unsigned count, int flags)
{
	return fault_fires(ON_EVENTFD) ? -1 : __real_eventfd(count, flags);
}

/* Transfers */

WRAP(ssize_t, pread64, int fd, void *buf, size_t nbytes, off_t offset)
{
	ssize_t n = (ssize_t)nbytes;

	return cuts(ON_PREAD, &n) ? n : __real_pread64(fd, buf, (size_t)n, offset);
}

WRAP(ssize_t, pwrite64, int fd, const void *buf, size_t nbytes, off_t offset)
{
	ssize_t n = (ssize_t)nbytes;

	return cuts(ON_PWRITE, &n) ? n : __real_pwrite64(fd, buf, (size_t)n, offset);
}

static ssize_t
iov_nbytes(const struct iovec *iov, int iovcnt)
{
	ssize_t total = 0;

	for (int i = 0; i < iovcnt; ++i) {
		total += (ssize_t)iov[i].iov_len;
	}

	return total;
}

/** The first `nbytes` of a vector; they are few, for every vector of the tests is */
static int
iov_cut(const struct iovec *iov, ssize_t nbytes, struct iovec *out)
{
	int n = 0;

	while (nbytes > 0 && n < 16) {
		out[n] = iov[n];
		if ((ssize_t)out[n].iov_len > nbytes) {
			out[n].iov_len = (size_t)nbytes;
		}
		nbytes -= (ssize_t)out[n].iov_len;
		n++;
	}

	return n;
}

WRAP(ssize_t, preadv64, int fd, const struct iovec *iov, int iovcnt, off_t offset)
{
	const ssize_t nbytes = iov_nbytes(iov, iovcnt);
	struct iovec part[16];
	ssize_t n = nbytes;

	if (cuts(ON_PREADV, &n)) {
		return n;
	}
	if (n == nbytes) {
		return __real_preadv64(fd, iov, iovcnt, offset);
	}

	return __real_preadv64(fd, part, iov_cut(iov, n, part), offset);
}

WRAP(ssize_t, pwritev64, int fd, const struct iovec *iov, int iovcnt, off_t offset)
{
	const ssize_t nbytes = iov_nbytes(iov, iovcnt);
	struct iovec part[16];
	ssize_t n = nbytes;

	if (cuts(ON_PWRITEV, &n)) {
		return n;
	}
	if (n == nbytes) {
		return __real_pwritev64(fd, iov, iovcnt, offset);
	}

	return __real_pwritev64(fd, part, iov_cut(iov, n, part), offset);
}

WRAP(ssize_t, read, int fd, void *buf, size_t nbytes)
{
	return fault_fires(ON_READ) ? -1 : __real_read(fd, buf, nbytes);
}

WRAP(ssize_t, write, int fd, const void *buf, size_t nbytes)
{
	return fault_fires(ON_WRITE) ? -1 : __real_write(fd, buf, nbytes);
}

/* aio: a call fails at once, by aio_error() later, or moves less than it was asked for */

/** Whose aio_error() fails until aio_return() takes the verdict */
static const struct aiocb *g_failed_cb;

WRAP(int, aio_read64, struct aiocb *cb)
{
	return fault_fires(ON_AIO_READ) ? -1 : __real_aio_read64(cb);
}

WRAP(int, aio_write64, struct aiocb *cb)
{
	return fault_fires(ON_AIO_WRITE) ? -1 : __real_aio_write64(cb);
}

WRAP(int, aio_fsync64, int op, struct aiocb *cb)
{
	return fault_fires(ON_AIO_FSYNC) ? -1 : __real_aio_fsync64(op, cb);
}

WRAP(int, aio_error64, const struct aiocb *cb)
{
	const int err = __real_aio_error64(cb);

	if (err == EINPROGRESS) {
		return err;
	}
	if (g_failed_cb == cb) {
		return g_fault.err;
	}
	if (fault_fires(ON_AIO_ERROR)) {
		g_failed_cb = cb;
		return g_fault.err;
	}

	return err;
}

WRAP(ssize_t, aio_return64, struct aiocb *cb)
{
	ssize_t res = __real_aio_return64(cb);

	if (g_failed_cb == cb) {
		g_failed_cb = NULL;
		return -1;
	}
	/* What was moved and is not told is moved again, which does no harm */
	if (res > 0) {
		(void)cuts(ON_AIO_RETURN, &res);
	}

	return res;
}
