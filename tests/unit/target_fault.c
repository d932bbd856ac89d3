// SPDX-License-Identifier: BSD-3-Clause
/**
 * The target when memory, threads or its file fail: the right status, no damage, nothing left
 * behind
 *
 * The functions of libc are replaced when this program is linked (see meson.build).
 */
#include <support/target.h>
#include <support/wrap.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <os/system.h>

enum fault_id {
	ON_MALLOC,
	ON_CALLOC,
	ON_REALLOC,
	ON_MMAP,
	ON_MADVISE,
	ON_THREAD,
	ON_MUTEX,
	ON_PREAD,
	ON_PWRITE,
	ON_FSYNC,
	ON_FTRUNCATE,
	ON_FSTAT,
	ON_FALLOCATE,
	ON_RENAME,
	ON_OPEN,
	NFAULTS,
};

static struct {
	atomic_int skip; ///< Calls that still succeed; below zero: no fault is set
	atomic_bool stays;
	atomic_int err;
	atomic_int ncalls;
} g_faults[NFAULTS];

static char g_dir[] = "/tmp/xnvt_fault_XXXXXX";
static char g_path[64];

/** While set, pwrite() to the image only says that it wrote */
static atomic_bool g_pretend;
/** While set, pwrite() to the image waits */
static atomic_bool g_gate;
/** While set, open() waits */
static atomic_bool g_open_gate;
static atomic_int g_nopens;
/** Bytes after which read and write calls are cut short; 0: not */
static atomic_size_t g_short_nbytes;

static void
fault_set(enum fault_id id, int skip, int err, bool stays)
{
	atomic_store(&g_faults[id].err, err);
	atomic_store(&g_faults[id].stays, stays);
	atomic_store(&g_faults[id].ncalls, 0);
	atomic_store(&g_faults[id].skip, skip);
}

static void
faults_clear(void)
{
	for (unsigned i = 0; i < NFAULTS; ++i) {
		fault_set((enum fault_id)i, -1, 0, false);
	}
	atomic_store(&g_pretend, false);
	atomic_store(&g_gate, false);
	atomic_store(&g_short_nbytes, 0);
}

/** The errno to fail with, or 0 */
static int
fault_fires(enum fault_id id)
{
	int skip = atomic_load(&g_faults[id].skip);

	atomic_fetch_add(&g_faults[id].ncalls, 1);
	while (skip >= 0) {
		const int next = skip || !atomic_load(&g_faults[id].stays) ? skip - 1 : 0;

		if (atomic_compare_exchange_weak(&g_faults[id].skip, &skip, next)) {
			errno = skip ? errno : atomic_load(&g_faults[id].err);
			return skip ? 0 : errno;
		}
	}

	return 0;
}

static size_t
shortened(size_t nbytes)
{
	const size_t max = atomic_load(&g_short_nbytes);

	return max && nbytes > max ? max : nbytes;
}

/** Calls that change files, in their order: a letter each, capital for the image */
static struct {
	atomic_bool on;
	bool collapses; ///< Of equal calls in a row one is kept
	size_t n;
	char calls[64];
} g_trace;

static void
trace(char call)
{
	if (g_trace.collapses && g_trace.n && g_trace.calls[g_trace.n - 1] == call) {
		return;
	}
	if (atomic_load(&g_trace.on) && g_trace.n < sizeof(g_trace.calls) - 1) {
		g_trace.calls[g_trace.n++] = call;
		g_trace.calls[g_trace.n] = '\0';
	}
}

static void
trace_begin(void)
{
	g_trace.n = 0;
	g_trace.calls[0] = '\0';
	atomic_store(&g_trace.on, true);
}

static const char *
trace_end(void)
{
	atomic_store(&g_trace.on, false);

	return g_trace.calls;
}

WRAP(void *, malloc, size_t nbytes)
{
	return fault_fires(ON_MALLOC) ? NULL : REAL(malloc)(nbytes);
}

WRAP(void *, aligned_alloc, size_t alignment, size_t nbytes)
{
	return fault_fires(ON_MALLOC) ? NULL : REAL(aligned_alloc)(alignment, nbytes);
}

WRAP(void *, calloc, size_t n, size_t nbytes)
{
	return fault_fires(ON_CALLOC) ? NULL : REAL(calloc)(n, nbytes);
}

WRAP(void *, realloc, void *mem, size_t nbytes)
{
	return fault_fires(ON_REALLOC) ? NULL : REAL(realloc)(mem, nbytes);
}

WRAP(void *, mmap64, void *addr, size_t nbytes, int prot, int flags, int fd, off_t offset)
{
	return fault_fires(ON_MMAP) ? MAP_FAILED
				    : REAL(mmap64)(addr, nbytes, prot, flags, fd, offset);
}

WRAP(int, madvise, void *mem, size_t nbytes, int advice)
{
	return fault_fires(ON_MADVISE) ? -1 : REAL(madvise)(mem, nbytes, advice);
}

WRAP(int, pthread_create, pthread_t *thread, const pthread_attr_t *attr, void *(*func)(void *),
     void *arg)
{
	const int err = fault_fires(ON_THREAD);

	return err ? err : REAL(pthread_create)(thread, attr, func, arg);
}

WRAP(int, pthread_mutex_init, pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)
{
	const int err = fault_fires(ON_MUTEX);

	return err ? err : REAL(pthread_mutex_init)(mutex, attr);
}

WRAP(ssize_t, pread64, int fd, void *buf, size_t nbytes, off_t offset)
{
	return fault_fires(ON_PREAD) ? (errno ? -1 : 0)
				     : REAL(pread64)(fd, buf, shortened(nbytes), offset);
}

WRAP(int, fstat64, int fd, struct stat *st)
{
	return fault_fires(ON_FSTAT) ? -1 : REAL(fstat64)(fd, st);
}

/** Not the file beside it */
static bool
is_image(int fd)
{
	struct stat of_fd, of_path;

	return !REAL(fstat64)(fd, &of_fd) && !stat(g_path, &of_path) &&
	       of_fd.st_ino == of_path.st_ino;
}

WRAP(ssize_t, pwrite64, int fd, const void *buf, size_t nbytes, off_t offset)
{
	const int err = fault_fires(ON_PWRITE);

	trace(is_image(fd) ? 'W' : 'w');
	while (atomic_load(&g_gate) && is_image(fd)) {
		xnvi_thread_yield();
	}
	if (err) {
		errno = err;
		return -1;
	}
	if (atomic_load(&g_pretend) && is_image(fd)) {
		return (ssize_t)nbytes;
	}

	return REAL(pwrite64)(fd, buf, shortened(nbytes), offset);
}

WRAP(int, fsync, int fd)
{
	struct stat st;

	trace(is_image(fd) ? 'S' : REAL(fstat64)(fd, &st) || S_ISDIR(st.st_mode) ? 'd' : 's');

	return fault_fires(ON_FSYNC) ? -1 : REAL(fsync)(fd);
}

WRAP(int, ftruncate64, int fd, off_t length)
{
	trace('T');

	return fault_fires(ON_FTRUNCATE) ? -1 : REAL(ftruncate64)(fd, length);
}

WRAP(int, fallocate64, int fd, int mode, off_t offset, off_t length)
{
	trace('Z');

	return fault_fires(ON_FALLOCATE) ? -1 : REAL(fallocate64)(fd, mode, offset, length);
}

WRAP(int, open64, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}

	atomic_fetch_add(&g_nopens, 1);
	while (atomic_load(&g_open_gate)) {
		xnvi_thread_yield();
	}

	/* The first open asks whether the file is there */
	return !(flags & O_EXCL) && fault_fires(ON_OPEN) ? -1 : REAL(open64)(path, flags, mode);
}

WRAP(int, rename, const char *from, const char *to)
{
	trace('r');

	return fault_fires(ON_RENAME) ? -1 : REAL(rename)(from, to);
}

#define TARGET_NBYTES (4 * MIB)

static struct xnvi_target *g_t;
static uint8_t g_buf[256 * 1024];
static uint8_t g_back[256 * 1024];

/* Opening */

static void
open_with_fault_leaves_nothing(enum fault_id id, int err, bool in_file)
{
	const struct xnvi_target_params params = {.nbytes = TARGET_NBYTES,
						  .lba_nbytes = 512,
						  .name = "fault",
						  .path = in_file ? g_path : NULL};
	unsigned nfailures = 0;

	for (int skip = 0;; ++skip) {
		struct xnvi_target *target = NULL;
		int probe, rc;

		fault_set(id, skip, err, false);
		rc = xnvi_target_open(&params, &target);
		faults_clear();
		if (!rc) {
			CHECK(nfailures > 0);
			xnvi_target_close(target);
			break;
		}
		CHECK_EQ(rc, -err);
		CHECK(!target);
		CHECK_EQ(access(g_path, F_OK), -1);
		probe = open("/dev/null", O_RDONLY);
		CHECK(probe >= 0 && probe < 8);
		close(probe);
		nfailures++;
	}
	image_remove(g_path);
}

static void
open_without_resources_leaves_nothing(void)
{
	open_with_fault_leaves_nothing(ON_MALLOC, ENOMEM, true);
	open_with_fault_leaves_nothing(ON_CALLOC, ENOMEM, true);
	open_with_fault_leaves_nothing(ON_MUTEX, ENOMEM, true);
	open_with_fault_leaves_nothing(ON_FTRUNCATE, ENOSPC, true);
	open_with_fault_leaves_nothing(ON_MALLOC, ENOMEM, false);
}

static void
open_of_a_file_that_fails_keeps_the_file(void)
{
	struct xnvi_target *target = target_open(TARGET_NBYTES, 512, g_path);

	CHECK(target);
	xnvi_target_close(target);
	fault_set(ON_FSTAT, 0, EIO, false);
	CHECK(!target_open(TARGET_NBYTES, 512, g_path));
	CHECK_EQ(access(g_path, F_OK), 0);
}

/* Memory */

static void
write_without_memory_is_capacity_exceeded(void)
{
	/* Of the table, of what keeps chunks, and of the chunks */
	static const struct {
		enum fault_id id;
		int skip;
	} rows[] = {{ON_CALLOC, 0}, {ON_CALLOC, 1}, {ON_REALLOC, 0}, {ON_REALLOC, 1}, {ON_MMAP, 0}};

	fill(g_buf, sizeof(g_buf), 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		fault_set(rows[i].id, rows[i].skip, ENOMEM, true);
		CHECK_EQ(do_write(g_t, 100, 512, g_buf, sizeof(g_buf)), CAPACITY);
		CHECK_EQ(do_write(g_t, 100, 1, g_buf, 512), CAPACITY);
		CHECK_EQ(g_cpl.status.dnr, 0);
		faults_clear();
		CHECK_EQ(do_read(g_t, 100, 512, g_back, sizeof(g_back)), OK);
		CHECK(is_filled(g_back, sizeof(g_back), 0));
	}
	CHECK_EQ(do_write(g_t, 100, 512, g_buf, sizeof(g_buf)), OK);
	CHECK_EQ(do_compare(g_t, 100, 512, g_buf, sizeof(g_buf)), OK);
}

/** More than keep their memory */
#define NCHUNKS 48u

/** The memory of a process may be locked, and kernels differ in what they know */
static void
deallocated_blocks_are_zero_where_memory_cannot_be_given_back(void)
{
	fault_set(ON_MADVISE, 0, EINVAL, true);
	memset(g_buf, 0x99, 65536);
	for (uint64_t lba = 0; lba < NCHUNKS * 128; lba += 128) {
		CHECK_EQ(do_write(g_t, lba, 128, g_buf, 65536), OK);
	}
	CHECK_EQ(do_deallocate(g_t, 0, NCHUNKS * 128), OK);
	for (uint64_t lba = 0; lba < NCHUNKS * 128; lba += 128) {
		CHECK_EQ(do_write(g_t, lba, 1, g_buf, 512), OK);
		CHECK_EQ(do_read(g_t, lba + 1, 127, g_back, 65024), OK);
		CHECK(is_filled(g_back, 65024, 0));
	}
	CHECK(atomic_load(&g_faults[ON_MADVISE].ncalls) > 0);
}

static void
deallocated_chunks_are_used_again(void)
{
	fault_set(ON_MMAP, -1, 0, false);
	for (unsigned i = 0; i < 1000; ++i) {
		CHECK_EQ(do_write(g_t, 128 * (i % 8), 1, g_buf, 512), OK);
		CHECK_EQ(do_deallocate(g_t, 128 * (i % 8), 128), OK);
	}
	CHECK_EQ(atomic_load(&g_faults[ON_MMAP].ncalls), 1);
}

static void
deallocating_and_writing_in_turn_asks_for_no_memory(void)
{
	for (unsigned i = 0; i < 100; ++i) {
		if (i == 1) {
			fault_set(ON_MADVISE, -1, 0, false);
			fault_set(ON_MMAP, -1, 0, false);
		}
		CHECK_EQ(do_write(g_t, 128 * (i % 8), 128, g_buf, 65536), OK);
		CHECK_EQ(do_deallocate(g_t, 128 * (i % 8), 128), OK);
	}
	CHECK_EQ(atomic_load(&g_faults[ON_MADVISE].ncalls), 0);
	CHECK_EQ(atomic_load(&g_faults[ON_MMAP].ncalls), 0);
}

static void
marks_without_memory_are_capacity_exceeded(void)
{
	/* Two allocations for the table, of which the first one remains, and one for the marks */
	static const int skips[] = {0, 1, 1};

	for (size_t i = 0; i < sizeof(skips) / sizeof(skips[0]); ++i) {
		fault_set(ON_CALLOC, skips[i], ENOMEM, true);
		CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 0, 1), CAPACITY);
		faults_clear();
		CHECK_EQ(do_read(g_t, 0, 1, g_back, 512), OK);
	}
	CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 0, 1), OK);
	CHECK_EQ(do_read(g_t, 0, 1, g_back, 512), READ_ERROR);
}

static void
copy_without_memory_is_an_internal_error(void)
{
	struct xnvme_spec_nvm_scopy_fmt_zero source = {.slba = 0, .nlb = 7};

	fill(g_buf, 4096, 1);
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	fault_set(ON_MALLOC, 0, ENOMEM, false);
	CHECK_EQ(do_copy(g_t, 100, &source, 1), INTERNAL);
	CHECK_EQ(g_cpl.status.dnr, 0);
	CHECK_EQ(do_copy(g_t, 100, &source, 1), OK);
	CHECK_EQ(do_compare(g_t, 100, 8, g_buf, 4096), OK);
}

static int
start_sanitize(unsigned action, bool ause)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_NVM_OPC_SANITIZE;
	cmd.sanitize.sanact = action & 0x7;
	cmd.sanitize.ause = ause;
	cmd.sanitize.owpass = 1;
	cmd.sanitize.ovrpat = 0x21212121;

	return run_admin(g_t, &cmd, NULL, 0);
}

static unsigned
wait_for_sanitize(void)
{
	struct xnvme_spec_log_sanitize_entry log;

	do {
		xnvi_thread_yield();
		if (do_log(g_t, 0x81, 0, &log, sizeof(log))) {
			return 0;
		}
	} while (log.sstat.sos == 2);

	return log.sstat.sos;
}

static void
zeroing_a_pattern_without_memory_is_capacity_exceeded(void)
{
	CHECK_EQ(start_sanitize(3, false), OK);
	CHECK_EQ(wait_for_sanitize(), 1);
	fault_set(ON_CALLOC, 0, ENOMEM, true);
	CHECK_EQ(do_deallocate(g_t, 0, 128), CAPACITY);
	CHECK_EQ(do_zeroes(g_t, 0, 1, 0), CAPACITY);
	faults_clear();
	fault_set(ON_MMAP, 0, ENOMEM, true);
	CHECK_EQ(do_zeroes(g_t, 0, 1, 0), CAPACITY);
	CHECK_EQ(do_read(g_t, 0, 128, g_back, 65536), OK);
	CHECK(is_filled(g_back, 65536, 0x21));
	CHECK_EQ(do_deallocate(g_t, 0, 128), OK);
	CHECK_EQ(do_read(g_t, 0, 128, g_back, 65536), OK);
	CHECK(is_filled(g_back, 65536, 0));
}

static void
sanitize_without_a_thread_changes_nothing(void)
{
	fill(g_buf, 512, 1);
	CHECK_EQ(do_write(g_t, 0, 1, g_buf, 512), OK);
	fault_set(ON_THREAD, 0, EAGAIN, false);
	CHECK_EQ(start_sanitize(2, false), INTERNAL);
	CHECK_EQ(do_compare(g_t, 0, 1, g_buf, 512), OK);
	CHECK_EQ(start_sanitize(2, false), OK);
	CHECK_EQ(wait_for_sanitize(), 1);
	CHECK_EQ(do_compare(g_t, 0, 1, g_buf, 512), COMPARE_FAILURE);
}

/* Files: g_t is in one */

static void
read_errors_of_the_file_are_unrecovered_read_errors(void)
{
	struct xnvme_spec_nvm_scopy_fmt_zero source = {.slba = 0, .nlb = 7};

	fill(g_buf, 4096, 1);
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	fault_set(ON_PREAD, 0, EIO, true);
	CHECK_EQ(do_read(g_t, 0, 8, g_back, 4096), READ_ERROR);
	CHECK_EQ(g_cpl.status.dnr, 0);
	CHECK_EQ(do_compare(g_t, 0, 8, g_buf, 4096), READ_ERROR);
	CHECK_EQ(do_lba(g_t, OPC_VERIFY, 0, 8), READ_ERROR);
	CHECK_EQ(do_copy(g_t, 100, &source, 1), READ_ERROR);
	/* Interrupted calls are called again, and short ones go on */
	fault_set(ON_PREAD, 0, EINTR, false);
	atomic_store(&g_short_nbytes, 1000);
	CHECK_EQ(do_read(g_t, 0, 8, g_back, 4096), OK);
	CHECK_MEM(g_buf, g_back, 4096);
	faults_clear();
	/* Somebody cut the file */
	CHECK_EQ(truncate(g_path, 1024), 0);
	CHECK_EQ(do_read(g_t, 0, 8, g_back, 4096), READ_ERROR);
}

static void
write_errors_of_the_file_have_their_status(void)
{
	static const struct {
		int err;
		int status;
	} cases[] = {{ENOSPC, CAPACITY}, {EDQUOT, CAPACITY}, {EFBIG, CAPACITY}, {EIO, WRITE_FAULT}};

	fill(g_buf, 8192, 1);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		fault_set(ON_PWRITE, 0, cases[i].err, true);
		CHECK_EQ(do_write(g_t, 0, 16, g_buf, 8192), cases[i].status);
		fault_set(ON_FALLOCATE, 0, cases[i].err, true);
		CHECK_EQ(do_zeroes(g_t, 0, 16, 0), cases[i].status);
		CHECK_EQ(do_deallocate(g_t, 0, 1000), cases[i].status);
	}
	faults_clear();
	fault_set(ON_PWRITE, 0, EINTR, false);
	fault_set(ON_FALLOCATE, 0, EINTR, false);
	atomic_store(&g_short_nbytes, 3000);
	CHECK_EQ(do_write(g_t, 0, 16, g_buf, 8192), OK);
	CHECK_EQ(do_zeroes(g_t, 16, 1, 0), OK);
	CHECK_EQ(do_compare(g_t, 0, 16, g_buf, 8192), OK);
}

static void
file_systems_without_holes_get_zeroes(void)
{
	memset(g_buf, 0x88, sizeof(g_buf));
	CHECK_EQ(do_write(g_t, 0, 512, g_buf, sizeof(g_buf)), OK);
	fault_set(ON_FALLOCATE, 0, EOPNOTSUPP, true);
	fault_set(ON_PWRITE, 1, EINTR, false);
	atomic_store(&g_short_nbytes, 10000);
	CHECK_EQ(do_deallocate(g_t, 1, 511), OK);
	CHECK_EQ(do_compare(g_t, 0, 1, g_buf, 512), OK);
	CHECK_EQ(do_read(g_t, 1, 511, g_back, 511 * 512), OK);
	CHECK(is_filled(g_back, 511 * 512, 0));
	fault_set(ON_PWRITE, 0, EIO, true);
	CHECK_EQ(do_deallocate(g_t, 0, 1), WRITE_FAULT);
	CHECK_EQ(do_compare(g_t, 0, 1, g_buf, 512), OK);
}

static int
set_write_cache(uint32_t enable)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_ADM_OPC_SFEAT;
	cmd.sfeat.cdw10.fid = XNVME_SPEC_FEAT_VWCACHE;
	cmd.sfeat.feat.val = enable;

	return run_admin(g_t, &cmd, NULL, 0);
}

static void
durable_writes_sync_the_file(void)
{
	struct xnvme_spec_cmd cmd = {0};

	fault_set(ON_FSYNC, -1, 0, false);
	CHECK_EQ(do_write(g_t, 0, 1, g_buf, 512), OK);
	CHECK_EQ(do_deallocate(g_t, 0, 1), OK);
	CHECK_EQ(atomic_load(&g_faults[ON_FSYNC].ncalls), 0);
	cmd.common.nsid = 1;
	CHECK_EQ(run(g_t, &cmd, NULL, 0), OK);
	CHECK_EQ(atomic_load(&g_faults[ON_FSYNC].ncalls), 1);
	cmd = cmd_lba(OPC_WRITE, 0, 1);
	cmd.common.cdw12 |= CDW12_FUA;
	CHECK_EQ(run(g_t, &cmd, g_buf, 512), OK);
	CHECK_EQ(atomic_load(&g_faults[ON_FSYNC].ncalls), 2);
	CHECK_EQ(do_zeroes(g_t, 0, 1, CDW12_FUA), OK);
	CHECK_EQ(atomic_load(&g_faults[ON_FSYNC].ncalls), 3);
	CHECK_EQ(set_write_cache(0), OK);
	CHECK_EQ(atomic_load(&g_faults[ON_FSYNC].ncalls), 4);
	CHECK_EQ(do_write(g_t, 0, 1, g_buf, 512), OK);
	CHECK_EQ(do_deallocate(g_t, 0, 1), OK);
	CHECK_EQ(atomic_load(&g_faults[ON_FSYNC].ncalls), 6);
	CHECK_EQ(set_write_cache(1), OK);
	CHECK_EQ(do_write(g_t, 0, 1, g_buf, 512), OK);
	CHECK_EQ(atomic_load(&g_faults[ON_FSYNC].ncalls), 6);
}

static void
sync_errors_are_write_faults(void)
{
	struct xnvme_spec_cmd flush = {0};
	struct xnvme_spec_cmd write = cmd_lba(OPC_WRITE, 0, 1);

	flush.common.nsid = 1;
	fault_set(ON_FSYNC, 0, EIO, true);
	CHECK_EQ(run(g_t, &flush, NULL, 0), WRITE_FAULT);
	write.common.cdw12 |= CDW12_FUA;
	CHECK_EQ(run(g_t, &write, g_buf, 512), WRITE_FAULT);
	CHECK_EQ(set_write_cache(0), WRITE_FAULT);
	faults_clear();
	fault_set(ON_FSYNC, 0, EINTR, false);
	CHECK_EQ(run(g_t, &flush, NULL, 0), OK);
}

static void
format_that_fails_is_an_internal_error(void)
{
	struct xnvme_spec_idfy_ns ns;

	fault_set(ON_FALLOCATE, 0, EIO, false);
	CHECK_EQ(do_format(g_t, 3, 0), INTERNAL);
	fault_set(ON_FALLOCATE, 0, EOPNOTSUPP, true);
	fault_set(ON_FTRUNCATE, 0, EIO, false);
	CHECK_EQ(do_format(g_t, 3, 0), INTERNAL);
	faults_clear();
	CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.flbas.format, 0);
	CHECK_EQ(do_format(g_t, 3, 0), OK);
	/* What is in use is not known without the file's answer: all */
	fault_set(ON_FSTAT, 0, EIO, false);
	CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.flbas.format, 3);
	CHECK_EQ(ns.nuse, TARGET_NBYTES / 4096);
}

/** Everything is refused with `status` but what looks at the state */
static void
check_closed(int status)
{
	static const uint8_t opcodes[] = {OPC_FLUSH,	     OPC_WRITE,	  OPC_READ,
					  OPC_UNCORRECTABLE, OPC_COMPARE, OPC_ZEROES,
					  OPC_DSM,	     OPC_VERIFY,  OPC_COPY};
	struct xnvme_spec_log_health_entry health;
	struct xnvme_spec_idfy_ns ns;

	for (size_t i = 0; i < sizeof(opcodes); ++i) {
		const struct xnvme_spec_cmd cmd = cmd_lba(opcodes[i], 0, 1);

		CHECK_EQ(run(g_t, &cmd, g_buf, 4096), status);
		CHECK_EQ(g_cpl.status.dnr, 0);
	}
	CHECK_EQ(do_format(g_t, 0, 0), status);
	CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
	CHECK_EQ(do_log(g_t, 2, 0, &health, sizeof(health)), OK);
	CHECK_EQ(health.host_write_cmds[0], 1);
}

static void
sanitize_in_progress_refuses_io(void)
{
	struct xnvme_spec_log_sanitize_entry log;
	unsigned progress;

	CHECK_EQ(do_write(g_t, 0, 1, g_buf, 512), OK);
	atomic_store(&g_gate, true);
	fault_set(ON_PWRITE, -1, 0, false);
	CHECK_EQ(start_sanitize(3, false), OK);
	while (!atomic_load(&g_faults[ON_PWRITE].ncalls)) {
		xnvi_thread_yield();
	}
	CHECK_EQ(do_log(g_t, 0x81, 0, &log, sizeof(log)), OK);
	CHECK_EQ(log.sstat.sos, 2);
	CHECK_EQ(log.sstat.gde, 0);
	CHECK_EQ(log.sstat.opc, 0);
	progress = log.sprog;
	CHECK_EQ(progress, 0);
	check_closed(SANITIZE_IN_PROGRESS);
	CHECK_EQ(start_sanitize(2, false), SANITIZE_IN_PROGRESS);
	atomic_store(&g_gate, false);
	CHECK_EQ(wait_for_sanitize(), 1);
	CHECK_EQ(do_read(g_t, 0, 1, g_back, 512), OK);
	CHECK(is_filled(g_back, 512, 0x21));
}

static void
sanitize_that_fails_closes_until_it_is_resolved(void)
{
	struct xnvme_spec_log_sanitize_entry log;

	CHECK_EQ(do_write(g_t, 0, 1, g_buf, 512), OK);
	fault_set(ON_PWRITE, 5, EIO, true);
	CHECK_EQ(start_sanitize(3, false), OK);
	CHECK_EQ(wait_for_sanitize(), 3);
	CHECK_EQ(do_log(g_t, 0x81, 0, &log, sizeof(log)), OK);
	CHECK_EQ(log.sprog, 0xFFFF);
	check_closed(SANITIZE_FAILED);
	/* A restricted operation is left by a successful one only */
	CHECK_EQ(start_sanitize(1, false), SANITIZE_FAILED);
	fault_set(ON_THREAD, 0, EAGAIN, false);
	CHECK_EQ(start_sanitize(2, false), INTERNAL);
	CHECK_EQ(do_read(g_t, 0, 1, g_back, 512), SANITIZE_FAILED);
	faults_clear();
	CHECK_EQ(start_sanitize(2, false), OK);
	CHECK_EQ(wait_for_sanitize(), 1);
	CHECK_EQ(do_read(g_t, 0, 1, g_back, 512), OK);

	/* An unrestricted one by the command to do so, too */
	fault_set(ON_FTRUNCATE, 0, EIO, false);
	CHECK_EQ(start_sanitize(2, true), OK);
	CHECK_EQ(wait_for_sanitize(), 3);
	CHECK_EQ(do_read(g_t, 0, 1, g_back, 512), SANITIZE_FAILED);
	CHECK_EQ(start_sanitize(1, false), OK);
	CHECK_EQ(do_read(g_t, 0, 1, g_back, 512), OK);
}

/* The file beside the image */

static int
save_feature(uint32_t value)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_ADM_OPC_SFEAT;
	cmd.sfeat.cdw10.fid = 8;
	cmd.sfeat.cdw10.save = 1;
	cmd.sfeat.feat.val = value;

	return run_admin(g_t, &cmd, NULL, 0);
}

static uint32_t
get_feature(void)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_ADM_OPC_GFEAT;
	cmd.gfeat.cdw10.fid = 8;

	return run_admin(g_t, &cmd, NULL, 0) ? UINT32_MAX : (uint32_t)g_cpl.result;
}

static struct xnvi_target *
reopened(void)
{
	xnvi_target_close(g_t);

	return target_open(TARGET_NBYTES, 0, g_path);
}

#define REOPEN()                                                                                   \
	do {                                                                                       \
		g_t = reopened();                                                                  \
		CHECK(g_t);                                                                        \
	} while (0)

/** A new file in the place of the old one, durable */
#define SAVED "wsrd"

static void
every_step_is_durable_before_the_next(void)
{
	struct xnvme_spec_nvm_scopy_fmt_zero source = {.slba = 4000, .nlb = 3};

	trace_begin();
	CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 0, 1000), OK);
	CHECK_STR(trace_end(), SAVED);
	trace_begin();
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	CHECK_STR(trace_end(), "WS" SAVED);
	trace_begin();
	CHECK_EQ(do_zeroes(g_t, 8, 8, 0), OK);
	CHECK_STR(trace_end(), "ZS" SAVED);
	trace_begin();
	CHECK_EQ(do_deallocate(g_t, 16, 300), OK);
	CHECK_STR(trace_end(), "ZS" SAVED);
	trace_begin();
	CHECK_EQ(do_copy(g_t, 400, &source, 1), OK);
	CHECK_STR(trace_end(), "WS" SAVED);
	trace_begin();
	CHECK_EQ(save_feature(5), OK);
	CHECK_STR(trace_end(), SAVED);
	trace_begin();
	CHECK_EQ(do_format(g_t, 3, 0), OK);
	CHECK_STR(trace_end(), SAVED "ZTS" SAVED);
}

static void
sanitize_counts_a_pass_when_it_is_durable(void)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_NVM_OPC_SANITIZE;
	cmd.sanitize.sanact = 3;
	cmd.sanitize.owpass = 2;
	g_trace.collapses = true;
	trace_begin();
	CHECK_EQ(run_admin(g_t, &cmd, NULL, 0), OK);
	CHECK_EQ(wait_for_sanitize(), 1);
	CHECK_STR(trace_end(), SAVED "WS" SAVED "WS" SAVED SAVED);
	g_trace.collapses = false;
}

static void
a_saved_write_cache_that_is_off_is_off_after_the_next_open(void)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_ADM_OPC_SFEAT;
	cmd.sfeat.cdw10.fid = XNVME_SPEC_FEAT_VWCACHE;
	cmd.sfeat.cdw10.save = 1;
	CHECK_EQ(run_admin(g_t, &cmd, NULL, 0), OK);
	REOPEN();
	trace_begin();
	CHECK_EQ(do_write(g_t, 0, 1, g_buf, 512), OK);
	CHECK_STR(trace_end(), "WS");
}

static void
a_write_without_marks_is_one_system_call(void)
{
	CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 0, 64), OK);
	trace_begin();
	/* In a chunk without marks, and in one that has marks elsewhere */
	CHECK_EQ(do_write(g_t, 128, 8, g_buf, 4096), OK);
	CHECK_EQ(do_write(g_t, 64, 8, g_buf, 4096), OK);
	CHECK_EQ(do_zeroes(g_t, 72, 8, 0), OK);
	CHECK_EQ(do_deallocate(g_t, 64, 1000), OK);
	CHECK_STR(trace_end(), "WWZZ");
	/* Once cleared, a mark costs nothing any more */
	CHECK_EQ(do_write(g_t, 0, 64, g_buf, 32768), OK);
	trace_begin();
	CHECK_EQ(do_write(g_t, 0, 64, g_buf, 32768), OK);
	CHECK_EQ(do_deallocate(g_t, 0, 1000), OK);
	CHECK_STR(trace_end(), "WZ");
}

/** The calls of SAVED that can fail */
static const struct {
	enum fault_id id;
	int err;
	int status; ///< Of an I/O command
} g_save_faults[] = {
    {ON_PWRITE, ENOSPC, CAPACITY},
    {ON_FSYNC, EIO, WRITE_FAULT},
    {ON_RENAME, EACCES, WRITE_FAULT},
};

static void
what_cannot_be_saved_changes_nothing(void)
{
	struct xnvme_spec_idfy_ns ns;

	fill(g_buf, 4096, 1);
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	CHECK_EQ(save_feature(5), OK);
	for (size_t i = 0; i < sizeof(g_save_faults) / sizeof(*g_save_faults); ++i) {
		const enum fault_id id = g_save_faults[i].id;
		const int err = g_save_faults[i].err;

		fault_set(id, 0, err, false);
		CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 0, 8), g_save_faults[i].status);
		fault_set(id, 0, err, false);
		CHECK_EQ(save_feature(6), INTERNAL);
		fault_set(id, 0, err, false);
		CHECK_EQ(do_format(g_t, 3, 0), INTERNAL);
		fault_set(id, 0, err, false);
		CHECK_EQ(start_sanitize(2, false), INTERNAL);
		faults_clear();
		for (int again = 0; again < 2; ++again) {
			CHECK_EQ(do_compare(g_t, 0, 8, g_buf, 4096), OK);
			CHECK_EQ(get_feature(), 5);
			CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
			CHECK_EQ(ns.flbas.format, 0);
			REOPEN();
		}
	}
}

/** Of two calls to write or to sync, the first is for the image and the second for the side file */
static void
a_mark_that_cannot_be_cleared_stays(void)
{
	for (size_t i = 0; i < sizeof(g_save_faults) / sizeof(*g_save_faults); ++i) {
		CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 0, 8), OK);
		fault_set(g_save_faults[i].id, g_save_faults[i].id == ON_RENAME ? 0 : 1,
			  g_save_faults[i].err, false);
		CHECK_EQ(do_write(g_t, 0, 4, g_buf, 2048), g_save_faults[i].status);
		faults_clear();
		CHECK_EQ(do_read(g_t, 0, 1, g_back, 512), READ_ERROR);
		REOPEN();
		CHECK_EQ(do_read(g_t, 0, 1, g_back, 512), READ_ERROR);
		CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
		REOPEN();
		CHECK_EQ(do_read(g_t, 0, 8, g_back, 4096), OK);
	}
}

/** Of two saves the second fails: the data is gone, and what is written now would go, too */
static void
format_that_cannot_be_completed_closes_until_the_next_open(void)
{
	struct xnvme_spec_idfy_ns ns;

	memset(g_buf, 0x88, 4096);
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	fault_set(ON_RENAME, 1, EIO, false);
	CHECK_EQ(do_format(g_t, 3, 0), INTERNAL);
	faults_clear();
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), INTERNAL);
	CHECK_EQ(do_format(g_t, 3, 0), INTERNAL);
	REOPEN();
	CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.flbas.format, 3);
	CHECK_EQ(do_read(g_t, 0, 1, g_back, 4096), OK);
	CHECK(is_filled(g_back, 4096, 0));
}

/** The intent can neither be completed nor taken back */
static void
format_that_cannot_be_taken_back_closes_until_the_next_open(void)
{
	struct xnvme_spec_idfy_ns ns;

	memset(g_buf, 0x88, 4096);
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	fault_set(ON_FALLOCATE, 0, EIO, false);
	fault_set(ON_RENAME, 1, EIO, false);
	CHECK_EQ(do_format(g_t, 3, 0), INTERNAL);
	faults_clear();
	CHECK_EQ(do_read(g_t, 0, 8, g_back, 4096), INTERNAL);
	REOPEN();
	CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.flbas.format, 3);
	CHECK_EQ(do_read(g_t, 0, 1, g_back, 4096), OK);
	CHECK(is_filled(g_back, 4096, 0));
}

static void
format_whose_erase_fails_is_not_done_at_the_next_open(void)
{
	struct xnvme_spec_idfy_ns ns;

	fault_set(ON_FALLOCATE, 0, EIO, false);
	CHECK_EQ(do_format(g_t, 3, 0), INTERNAL);
	faults_clear();
	memset(g_buf, 0x99, 4096);
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	REOPEN();
	CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.flbas.format, 0);
	CHECK_EQ(do_compare(g_t, 0, 8, g_buf, 4096), OK);
}

static void
sanitize_that_fails_goes_on_at_the_next_open(void)
{
	memset(g_buf, 0x88, 4096);
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 8, 1), OK);
	fault_set(ON_FALLOCATE, 0, EIO, false);
	CHECK_EQ(start_sanitize(2, false), OK);
	CHECK_EQ(wait_for_sanitize(), 3);
	CHECK_EQ(do_read(g_t, 0, 8, g_back, 4096), SANITIZE_FAILED);
	faults_clear();
	REOPEN();
	CHECK_EQ(wait_for_sanitize(), 1);
	CHECK_EQ(do_read(g_t, 0, 16, g_back, 8192), OK);
	CHECK(is_filled(g_back, 8192, 0));
	/* Left by the command to do so it does not go on */
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	fault_set(ON_FALLOCATE, 0, EIO, false);
	CHECK_EQ(start_sanitize(2, true), OK);
	CHECK_EQ(wait_for_sanitize(), 3);
	faults_clear();
	CHECK_EQ(start_sanitize(1, false), OK);
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	REOPEN();
	CHECK_EQ(do_compare(g_t, 0, 8, g_buf, 4096), OK);
}

/** The file is in place, and only whether a power cut leaves it there is open */
static void
a_save_that_may_not_be_durable_is_made_so_by_the_next(void)
{
	CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 0, 8), OK);
	/* Of image, side file and folder the folder */
	fault_set(ON_FSYNC, 2, EIO, false);
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), WRITE_FAULT);
	faults_clear();
	trace_begin();
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	CHECK_STR(trace_end(), "WS" SAVED);
	trace_begin();
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	CHECK_STR(trace_end(), "W");

	/* A mark that failed in the same way is one: a write has to clear it */
	fault_set(ON_FSYNC, 1, EIO, false);
	CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 0, 8), WRITE_FAULT);
	faults_clear();
	CHECK_EQ(do_write(g_t, 0, 8, g_buf, 4096), OK);
	REOPEN();
	CHECK_EQ(do_compare(g_t, 0, 8, g_buf, 4096), OK);
}

static void *
open_and_close(void *path)
{
	xnvi_target_close(target_open(TARGET_NBYTES, 512, path));

	return NULL;
}

/** The lock of the thread that is in open(2) is nobody's in the child */
static void
a_child_opens_although_its_parent_was_opening(void)
{
	pthread_t thread;
	int status = -1;
	pid_t pid;

	atomic_store(&g_nopens, 0);
	atomic_store(&g_open_gate, true);
	CHECK_EQ(pthread_create(&thread, NULL, open_and_close, g_path), 0);
	while (!atomic_load(&g_nopens)) {
		xnvi_thread_yield();
	}
	pid = fork();
	if (!pid) {
		alarm(10);
		atomic_store(&g_open_gate, false);
		_exit(!target_open(TARGET_NBYTES, 512, NULL));
	}
	atomic_store(&g_open_gate, false);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
}

static int
open_image(bool read_only, struct xnvi_target_words *words, struct xnvi_target **target)
{
	const struct xnvi_target_params params = {
	    .nbytes = TARGET_NBYTES, .path = g_path, .read_only = read_only, .words = words};

	memset(words, 0, sizeof(*words));

	return xnvi_target_open(&params, target);
}

static bool
image_is_locked(void)
{
	const int fd = open(g_path, O_RDONLY | O_CLOEXEC);
	const int err = flock(fd, LOCK_EX | LOCK_NB);

	close(fd);

	return err;
}

static void
an_image_that_cannot_be_written_opens_for_reading_only(void)
{
	static const int errs[] = {EACCES, EROFS, EPERM, ETXTBSY};
	struct xnvi_target *second = NULL;
	struct xnvi_target_words words;

	fill(g_buf, 512, 1);
	CHECK_EQ(do_write(g_t, 0, 1, g_buf, 512), OK);
	for (size_t i = 0; i < sizeof(errs) / sizeof(*errs); ++i) {
		xnvi_target_close(g_t);
		g_t = NULL;
		fault_set(ON_OPEN, 0, errs[i], false);
		CHECK_EQ(open_image(false, &words, &g_t), -errs[i]);
		fault_set(ON_OPEN, 0, errs[i], false);
		CHECK_EQ(open_image(true, &words, &g_t), 0);
		faults_clear();
		CHECK_EQ(do_compare(g_t, 0, 1, g_buf, 512), OK);
		CHECK(image_is_locked());
		/* Who wants to write does not get this one */
		CHECK_EQ(open_image(false, &words, &second), -EACCES);
		CHECK(words.what[0] && words.hint[0]);
		CHECK_EQ(open_image(true, &words, &second), 0);
		xnvi_target_close(second);
	}
	/* What has to be written cannot wait */
	REOPEN();
	fault_set(ON_FALLOCATE, 0, EIO, false);
	CHECK_EQ(start_sanitize(2, false), OK);
	CHECK_EQ(wait_for_sanitize(), 3);
	xnvi_target_close(g_t);
	fault_set(ON_OPEN, 0, EROFS, false);
	CHECK_EQ(open_image(true, &words, &g_t), -EROFS);
	CHECK(strstr(words.what, "Sanitize") && words.hint[0]);
	faults_clear();
	CHECK_EQ(open_image(true, &words, &g_t), 0);
	CHECK_EQ(wait_for_sanitize(), 1);
}

static void
closing_stops_an_overwrite(void)
{
	const uint64_t nbytes = 1ull << 40;

	g_t = target_open(nbytes, 512, g_path);
	CHECK(g_t);
	fault_set(ON_PWRITE, -1, 0, false);
	atomic_store(&g_pretend, true);
	CHECK_EQ(start_sanitize(3, false), OK);
	while (!atomic_load(&g_faults[ON_PWRITE].ncalls)) {
		xnvi_thread_yield();
	}
	xnvi_target_close(g_t);
	CHECK((uint64_t)atomic_load(&g_faults[ON_PWRITE].ncalls) < nbytes / 4096);
}

#define ON_TARGET(func, path)                                                                      \
	static void func##_case(void)                                                              \
	{                                                                                          \
		image_remove(g_path);                                                              \
		g_t = target_open(TARGET_NBYTES, 512, path);                                       \
		CHECK(g_t);                                                                        \
		func();                                                                            \
		faults_clear();                                                                    \
		xnvi_target_close(g_t);                                                            \
		image_remove(g_path);                                                              \
	}

#define ALONE(func)                                                                                \
	static void func##_case(void)                                                              \
	{                                                                                          \
		image_remove(g_path);                                                              \
		func();                                                                            \
		faults_clear();                                                                    \
		image_remove(g_path);                                                              \
	}

ALONE(open_without_resources_leaves_nothing)
ALONE(open_of_a_file_that_fails_keeps_the_file)
ON_TARGET(write_without_memory_is_capacity_exceeded, NULL)
ON_TARGET(deallocated_blocks_are_zero_where_memory_cannot_be_given_back, NULL)
ON_TARGET(deallocated_chunks_are_used_again, NULL)
ON_TARGET(deallocating_and_writing_in_turn_asks_for_no_memory, NULL)
ON_TARGET(marks_without_memory_are_capacity_exceeded, NULL)
ON_TARGET(copy_without_memory_is_an_internal_error, NULL)
ON_TARGET(zeroing_a_pattern_without_memory_is_capacity_exceeded, NULL)
ON_TARGET(sanitize_without_a_thread_changes_nothing, NULL)
ON_TARGET(read_errors_of_the_file_are_unrecovered_read_errors, g_path)
ON_TARGET(write_errors_of_the_file_have_their_status, g_path)
ON_TARGET(file_systems_without_holes_get_zeroes, g_path)
ON_TARGET(durable_writes_sync_the_file, g_path)
ON_TARGET(sync_errors_are_write_faults, g_path)
ON_TARGET(format_that_fails_is_an_internal_error, g_path)
ON_TARGET(sanitize_in_progress_refuses_io, g_path)
ON_TARGET(sanitize_that_fails_closes_until_it_is_resolved, g_path)
ON_TARGET(every_step_is_durable_before_the_next, g_path)
ON_TARGET(a_write_without_marks_is_one_system_call, g_path)
ON_TARGET(what_cannot_be_saved_changes_nothing, g_path)
ON_TARGET(a_mark_that_cannot_be_cleared_stays, g_path)
ON_TARGET(format_that_cannot_be_completed_closes_until_the_next_open, g_path)
ON_TARGET(format_that_cannot_be_taken_back_closes_until_the_next_open, g_path)
ON_TARGET(format_whose_erase_fails_is_not_done_at_the_next_open, g_path)
ON_TARGET(sanitize_that_fails_goes_on_at_the_next_open, g_path)
ON_TARGET(a_save_that_may_not_be_durable_is_made_so_by_the_next, g_path)
ON_TARGET(an_image_that_cannot_be_written_opens_for_reading_only, g_path)
ON_TARGET(sanitize_counts_a_pass_when_it_is_durable, g_path)
ON_TARGET(a_saved_write_cache_that_is_off_is_off_after_the_next_open, g_path)
ALONE(a_child_opens_although_its_parent_was_opening)
ALONE(closing_stops_an_overwrite)

#define CASE(func)                                                                                 \
	{                                                                                          \
#func, func##_case                                                                 \
	}

static const struct test g_tests[] = {
    CASE(open_without_resources_leaves_nothing),
    CASE(open_of_a_file_that_fails_keeps_the_file),
    CASE(write_without_memory_is_capacity_exceeded),
    CASE(deallocated_blocks_are_zero_where_memory_cannot_be_given_back),
    CASE(deallocated_chunks_are_used_again),
    CASE(deallocating_and_writing_in_turn_asks_for_no_memory),
    CASE(marks_without_memory_are_capacity_exceeded),
    CASE(copy_without_memory_is_an_internal_error),
    CASE(zeroing_a_pattern_without_memory_is_capacity_exceeded),
    CASE(sanitize_without_a_thread_changes_nothing),
    CASE(read_errors_of_the_file_are_unrecovered_read_errors),
    CASE(write_errors_of_the_file_have_their_status),
    CASE(file_systems_without_holes_get_zeroes),
    CASE(durable_writes_sync_the_file),
    CASE(sync_errors_are_write_faults),
    CASE(format_that_fails_is_an_internal_error),
    CASE(sanitize_in_progress_refuses_io),
    CASE(sanitize_that_fails_closes_until_it_is_resolved),
    CASE(every_step_is_durable_before_the_next),
    CASE(a_write_without_marks_is_one_system_call),
    CASE(what_cannot_be_saved_changes_nothing),
    CASE(a_mark_that_cannot_be_cleared_stays),
    CASE(format_that_cannot_be_completed_closes_until_the_next_open),
    CASE(format_that_cannot_be_taken_back_closes_until_the_next_open),
    CASE(format_whose_erase_fails_is_not_done_at_the_next_open),
    CASE(sanitize_that_fails_goes_on_at_the_next_open),
    CASE(a_save_that_may_not_be_durable_is_made_so_by_the_next),
    CASE(an_image_that_cannot_be_written_opens_for_reading_only),
    CASE(sanitize_counts_a_pass_when_it_is_durable),
    CASE(a_saved_write_cache_that_is_off_is_off_after_the_next_open),
    CASE(a_child_opens_although_its_parent_was_opening),
    CASE(closing_stops_an_overwrite),
};

int
main(int argc, char **argv)
{
	int rc;

	faults_clear();
	if (!mkdtemp(g_dir)) {
		return EXIT_FAILURE;
	}
	snprintf(g_path, sizeof(g_path), "%s/data", g_dir);
	rc = test_main(g_tests, sizeof(g_tests) / sizeof(*g_tests), argc, argv);
	rmdir(g_dir);

	return rc;
}
