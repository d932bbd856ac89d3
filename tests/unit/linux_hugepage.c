// SPDX-License-Identifier: BSD-3-Clause
/**
 * Huge pages: buffers on them, what the environment chooses, and what is said when there are none
 *
 * The tests that need huge pages ask the system for some and give them back at the end.
 */
#include <core/mechanism.h>
#include <support/test.h>
#include <support/wrap.h>

#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NR_HUGEPAGES "/proc/sys/vm/nr_hugepages"
#define NPAGES	     12L
#define NTHREADS     3
#define NROUNDS	     50
#define NO_PAGES     "the system gives this process no huge pages, or does not map them"

static long g_before = -1; ///< Huge pages of the system before the tests
static bool g_has_pages;
static bool g_maps_pages; ///< The system maps them, as far as it has some

/* Calls that fail when it is their turn */

enum call { NONE, MEMFD, MKOSTEMP, FTRUNCATE, FSTAT, MMAP, CALLOC, OPEN, PREAD };

static struct {
	enum call call;
	int err; ///< 0: it succeeds and moves nothing
} g_fault;

static bool
fires(enum call call)
{
	if (g_fault.call != call) {
		return false;
	}
	g_fault.call = NONE;
	errno = g_fault.err;

	return true;
}

WRAP(int, memfd_create, const char *name, unsigned flags)
{
	return fires(MEMFD) ? -1 : REAL(memfd_create)(name, flags);
}

WRAP(int, mkostemp64, char *path, int flags)
{
	return fires(MKOSTEMP) ? -1 : REAL(mkostemp64)(path, flags);
}

WRAP(int, ftruncate64, int fd, off_t nbytes)
{
	return fires(FTRUNCATE) ? -1 : REAL(ftruncate64)(fd, nbytes);
}

WRAP(int, fstat64, int fd, struct stat *st)
{
	return fires(FSTAT) ? -1 : REAL(fstat64)(fd, st);
}

WRAP(void *, mmap64, void *addr, size_t nbytes, int prot, int flags, int fd, off_t offset)
{
	return fires(MMAP) ? MAP_FAILED : REAL(mmap64)(addr, nbytes, prot, flags, fd, offset);
}

WRAP(void *, calloc, size_t n, size_t nbytes)
{
	return fires(CALLOC) ? NULL : REAL(calloc)(n, nbytes);
}

WRAP(int, open64, const char *path, int flags, mode_t mode)
{
	return fires(OPEN) ? -1 : REAL(open64)(path, flags, mode);
}

WRAP(ssize_t, pread64, int fd, void *buf, size_t nbytes, off_t offset)
{
	return fires(PREAD) ? (g_fault.err ? -1 : 0) : REAL(pread64)(fd, buf, nbytes, offset);
}

/** Number of huge pages that the system keeps; negative when it does not say */
static long
get_pages(void)
{
	FILE *file = fopen(NR_HUGEPAGES, "r");
	long n = -1;

	if (file) {
		if (fscanf(file, "%ld", &n) != 1) {
			n = -1;
		}
		fclose(file);
	}

	return n;
}

static bool
set_pages(long n)
{
	FILE *file = fopen(NR_HUGEPAGES, "w");
	bool ok = file && fprintf(file, "%ld\n", n) > 0;

	if (file) {
		ok = !fclose(file) && ok;
	}

	return ok && get_pages() == n;
}

/** Whether the system refuses for want of pages at most: emulators do not map what is so aligned */
static bool
maps_pages(void)
{
	const int fd = memfd_create("probe", MFD_CLOEXEC | MFD_HUGETLB);
	void *addr = MAP_FAILED;
	struct stat st;
	bool maps;

	if (fd < 0 || fstat(fd, &st) || ftruncate(fd, st.st_blksize)) {
		return true;
	}
	addr = mmap(NULL, (size_t)st.st_blksize, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	maps = addr != MAP_FAILED || errno == ENOMEM;
	if (addr != MAP_FAILED) {
		munmap(addr, (size_t)st.st_blksize);
	}
	close(fd);

	return maps;
}

static void
no_env(void)
{
	unsetenv("XNVME_HUGEPAGE_BACKEND");
	unsetenv("XNVME_HUGETLB_PATH");
}

static struct xnvme_dev *
open_ram(void)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.mem = "hugepage";

	return xnvme_dev_open("ram:1M", &opts);
}

/** Size of the pages of a mapping in KiB, as the kernel has it */
static long
page_kib(const void *addr)
{
	FILE *file = fopen("/proc/self/smaps", "r");
	char line[512];
	bool within = false;
	long kib = -1;

	while (file && kib < 0 && fgets(line, sizeof(line), file)) {
		unsigned long first, last;

		if (sscanf(line, "%lx-%lx ", &first, &last) == 2) {
			within = (uintptr_t)addr >= first && (uintptr_t)addr < last;
		} else if (within && sscanf(line, "KernelPageSize: %ld kB", &kib) != 1) {
			kib = -1;
		}
	}
	if (file) {
		fclose(file);
	}

	return kib;
}

static void
fill(uint8_t *buf, size_t nbytes, uint8_t seed)
{
	for (size_t i = 0; i < nbytes; ++i) {
		buf[i] = (uint8_t)(i * 31 + seed + i / 4096);
	}
}

static bool
is_filled(const uint8_t *buf, size_t nbytes, uint8_t seed)
{
	for (size_t i = 0; i < nbytes; ++i) {
		if (buf[i] != (uint8_t)(i * 31 + seed + i / 4096)) {
			return false;
		}
	}

	return true;
}

static void
buffers_are_on_huge_pages(void)
{
	struct xnvme_dev *dev = open_ram();
	uint8_t *small, *large;
	size_t huge;

	CHECK(dev);
	CHECK_STR(xnvme_dev_get_opts(dev)->mem, "hugepage");
	if (!g_has_pages) {
		xnvme_dev_close(dev);
		test_skip(NO_PAGES);
	}
	small = xnvme_buf_alloc(dev, 1);
	CHECK(small);
	huge = (size_t)page_kib(small) * 1024;
	CHECK(huge > 4096);
	CHECK_EQ((uintptr_t)small % huge, 0);
	large = xnvme_buf_alloc(dev, huge + 1);
	CHECK(large && large != small);
	CHECK_EQ(page_kib(large + huge), huge / 1024);
	CHECK_EQ(dev->mem->nbytes(small), huge);
	CHECK_EQ(dev->mem->nbytes(large), 2 * huge);
	CHECK_EQ(dev->mem->nbytes(large + huge), 0);
	fill(small, huge, 1);
	fill(large, 2 * huge, 2);
	CHECK(is_filled(small, huge, 1) && is_filled(large, 2 * huge, 2));
	CHECK_EQ(xnvme_mem_map(dev, small, huge), -ENOSYS);
	CHECK_EQ(xnvme_mem_unmap(dev, small), -ENOSYS);
	xnvme_buf_free(dev, small);
	CHECK_EQ(page_kib(small), -1);
	CHECK(is_filled(large, 2 * huge, 2));
	xnvme_buf_free(dev, large);
	xnvme_dev_close(dev);
}

static void
resizing_keeps_the_content(void)
{
	struct xnvme_dev *dev = open_ram();
	uint8_t *buf, *grown;
	size_t huge;

	CHECK(dev);
	if (!g_has_pages) {
		xnvme_dev_close(dev);
		test_skip(NO_PAGES);
	}
	buf = xnvme_buf_realloc(dev, NULL, 5000);
	CHECK(buf);
	huge = (size_t)page_kib(buf) * 1024;
	fill(buf, 5000, 3);
	/* Within its page it stays where it is */
	CHECK(xnvme_buf_realloc(dev, buf, huge) == buf);
	CHECK(is_filled(buf, 5000, 3));
	fill(buf, huge, 4);
	grown = xnvme_buf_realloc(dev, buf, huge + 1);
	CHECK(grown && grown != buf);
	CHECK(is_filled(grown, huge, 4));
	CHECK_EQ(page_kib(buf), -1);
	CHECK(xnvme_buf_realloc(dev, grown, 10) == grown);
	/* More than there is: the buffer is as it was */
	errno = 0;
	CHECK(!xnvme_buf_realloc(dev, grown, 1000 * huge));
	CHECK_EQ(errno, ENOMEM);
	CHECK(is_filled(grown, huge, 4));
	errno = 0;
	CHECK(!xnvme_buf_realloc(dev, grown, SIZE_MAX));
	CHECK_EQ(errno, ENOMEM);
	xnvme_buf_free(dev, grown);
	CHECK(!xnvme_buf_realloc(dev, grown, 10));
	CHECK_EQ(errno, EINVAL);
	xnvme_dev_close(dev);
}

static void
what_is_not_a_buffer_is_not_freed(void)
{
	struct xnvme_dev *dev = open_ram();
	uint8_t plain[64] = {1};
	uint8_t *buf;

	CHECK(dev);
	xnvme_err_clear();
	xnvme_buf_free(dev, plain);
	CHECK_EQ(xnvme_err_last()->err, -EINVAL);
	if (g_has_pages) {
		buf = xnvme_buf_alloc(dev, 100);
		CHECK(buf);
		xnvme_err_clear();
		xnvme_buf_free(dev, buf + 1);
		CHECK_EQ(xnvme_err_last()->err, -EINVAL);
		fill(buf, 100, 1);
		xnvme_err_clear();
		xnvme_buf_free(dev, buf);
		CHECK_EQ(xnvme_err_last()->err, 0);
		xnvme_buf_free(dev, buf);
		CHECK_EQ(xnvme_err_last()->err, -EINVAL);
	}
	xnvme_dev_close(dev);
}

/** In a process of its own: without the capability the kernel hides addresses */
static int
vtophys_without_capability(struct xnvme_dev *dev, void *buf)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}};
	const pid_t pid = fork();
	uint64_t phys = 0;
	int status = 0;

	if (pid == 0) {
		if (syscall(SYS_capset, &header, none)) {
			_exit(100);
		}
		_exit(-xnvme_buf_vtophys(dev, buf, &phys));
	}

	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status)
		   ? -WEXITSTATUS(status)
		   : -EFAULT;
}

static void
addresses_are_physical_or_refused(void)
{
	struct xnvme_dev *dev = open_ram();
	uint64_t phys = 0, inner = 0, other = 0;
	uint8_t *buf, *buf2;
	uint8_t plain = 0;
	int err;

	CHECK(dev);
	CHECK_EQ(xnvme_buf_vtophys(dev, &plain, &phys), -EFAULT);
	if (!g_has_pages) {
		xnvme_dev_close(dev);
		test_skip(NO_PAGES);
	}
	buf = xnvme_buf_alloc(dev, 5000);
	CHECK(buf);
	CHECK_EQ(vtophys_without_capability(dev, buf), -EPERM);
	err = xnvme_buf_vtophys(dev, buf, &phys);
	if (err == -EPERM) {
		CHECK(strstr(xnvme_err_last()->hint, "CAP_SYS_ADMIN"));
		xnvme_buf_free(dev, buf);
		xnvme_dev_close(dev);
		test_skip("the system hides physical addresses");
	}
	CHECK_EQ(err, 0);
	CHECK(phys && phys % ((uint64_t)page_kib(buf) * 1024) == 0);
	CHECK_EQ(xnvme_buf_vtophys(dev, buf + 4999, &inner), 0);
	CHECK_EQ(inner, phys + 4999);
	buf2 = xnvme_buf_phys_alloc(dev, 1, &other);
	CHECK(buf2);
	CHECK(other && other != phys);
	g_fault.call = OPEN;
	g_fault.err = EACCES;
	CHECK_EQ(xnvme_buf_vtophys(dev, buf, &phys), -EPERM);
	g_fault.call = PREAD;
	g_fault.err = 0;
	CHECK_EQ(xnvme_buf_vtophys(dev, buf, &phys), -EIO);
	g_fault.call = PREAD;
	g_fault.err = EINTR;
	CHECK_EQ(xnvme_buf_vtophys(dev, buf, &phys), 0);
	/* Who asks for the address does not get a buffer without */
	g_fault.call = OPEN;
	g_fault.err = EACCES;
	CHECK(!xnvme_buf_phys_alloc(dev, 1, &other));
	CHECK_EQ(errno, EPERM);
	xnvme_buf_free(dev, buf);
	CHECK_EQ(xnvme_buf_vtophys(dev, buf, &phys), -EFAULT);
	xnvme_buf_free(dev, buf2);
	xnvme_dev_close(dev);
}

static void *
churn(void *arg)
{
	struct xnvme_dev *dev = arg;
	uintptr_t nbad = 0;

	for (int i = 0; i < NROUNDS; ++i) {
		uint8_t *buf = xnvme_buf_alloc(dev, 4096);

		if (!buf) {
			nbad++;
			continue;
		}
		fill(buf, 4096, (uint8_t)i);
		nbad += !is_filled(buf, 4096, (uint8_t)i);
		xnvme_buf_free(dev, buf);
	}

	return (void *)nbad;
}

static void
threads_share_the_table(void)
{
	struct xnvme_dev *dev = open_ram();
	pthread_t threads[NTHREADS];
	void *nbad = NULL;

	CHECK(dev);
	if (!g_has_pages) {
		xnvme_dev_close(dev);
		test_skip(NO_PAGES);
	}
	for (int i = 0; i < NTHREADS; ++i) {
		CHECK_EQ(pthread_create(&threads[i], NULL, churn, dev), 0);
	}
	for (int i = 0; i < NTHREADS; ++i) {
		CHECK_EQ(pthread_join(threads[i], &nbad), 0);
		CHECK(!nbad);
	}
	xnvme_dev_close(dev);
}

static void
commands_move_data_of_huge_pages(void)
{
	struct xnvme_dev *dev = open_ram();
	struct xnvme_cmd_ctx ctx;
	uint8_t *out, *in;

	CHECK(dev);
	if (!g_has_pages) {
		xnvme_dev_close(dev);
		test_skip(NO_PAGES);
	}
	out = xnvme_buf_alloc(dev, 65536);
	in = xnvme_buf_alloc(dev, 65536);
	CHECK(out && in);
	fill(out, 65536, 9);
	ctx = xnvme_cmd_ctx_from_dev(dev);
	CHECK_EQ(xnvme_nvm_write(&ctx, 1, 64, 127, out, NULL), 0);
	CHECK_EQ(xnvme_nvm_read(&ctx, 1, 64, 127, in, NULL), 0);
	CHECK(is_filled(in, 65536, 9));
	xnvme_buf_free(dev, out);
	xnvme_buf_free(dev, in);
	xnvme_dev_close(dev);
}

static void
refused(const char *backend, const char *path, const char *words)
{
	struct xnvme_dev *dev;

	no_env();
	if (backend) {
		setenv("XNVME_HUGEPAGE_BACKEND", backend, 1);
	}
	if (path) {
		setenv("XNVME_HUGETLB_PATH", path, 1);
	}
	dev = open_ram();
	CHECK(dev);
	xnvme_err_clear();
	errno = 0;
	CHECK(!xnvme_buf_alloc(dev, 1));
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(xnvme_err_last()->err, -EINVAL);
	CHECK(strstr(xnvme_err_last()->what, words) && xnvme_err_last()->hint[0]);
	/* So does a caller that needs memory to identify the device */
	CHECK_EQ(xnvme_dev_derive_geo(dev), -EINVAL);
	CHECK(strstr(xnvme_err_last()->what, words));
	xnvme_dev_close(dev);
	no_env();
}

static void
an_environment_that_makes_no_sense_is_refused(void)
{
	char longer[512], none[300];

	sys_temp_path(none, sizeof(none), "none/folder");
	memset(longer, 'x', sizeof(longer));
	longer[0] = '/';
	longer[sizeof(longer) - 1] = '\0';
	refused("junk", NULL, "junk");
	refused("", NULL, "XNVME_HUGEPAGE_BACKEND");
	refused("MEMFD", NULL, "MEMFD");
	refused("memfd", "/tmp", "XNVME_HUGETLB_PATH");
	refused(NULL, "", "no hugetlbfs is mounted");
	refused(NULL, "/tmp", "no hugetlbfs is mounted");
	refused(NULL, none, "no hugetlbfs is mounted");
	refused("hugetlbfs", "/dev/null", "no hugetlbfs is mounted");
	refused("hugetlbfs", longer, "no hugetlbfs is mounted");
}

/** In a process of its own, with a mount of its own */
static int
use_mount(const char *dir)
{
	struct xnvme_dev *dev;
	uint8_t *buf;
	int status;

	if (unshare(CLONE_NEWNS) || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", dir, "hugetlbfs", 0, NULL)) {
		return 100;
	}
	setenv("XNVME_HUGETLB_PATH", dir, 1);
	dev = open_ram();
	g_fault.call = MKOSTEMP;
	g_fault.err = EACCES;
	if (!dev || xnvme_buf_alloc(dev, 10) || errno != EACCES) {
		return 4;
	}
	buf = xnvme_buf_alloc(dev, 10);
	if (!buf) {
		return 1;
	}
	fill(buf, 4096, 7);
	status = is_filled(buf, 4096, 7) && page_kib(buf) > 4 ? 0 : 2;
	/* Nothing by that name is left for others to open, not even now */
	if (!status && rmdir(dir) == 0) {
		status = 3;
	}
	status = status ? status : system("test -z \"$(ls -A \"$XNVME_HUGETLB_PATH\")\"");
	xnvme_buf_free(dev, buf);
	xnvme_dev_close(dev);

	return status;
}

static void
a_mount_is_used_when_it_is_named(void)
{
	char dir[] = "/tmp/xnvt_hugepage_XXXXXX";
	int status = -1;
	pid_t pid;

	if (!g_has_pages) {
		test_skip(NO_PAGES);
	}
	CHECK(mkdtemp(dir));
	pid = fork();
	if (pid == 0) {
		_exit(use_mount(dir));
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK_EQ(rmdir(dir), 0);
	CHECK(WIFEXITED(status));
	if (WEXITSTATUS(status) == 100) {
		test_skip("the system does not let this process mount");
	}
	CHECK_EQ(WEXITSTATUS(status), 0);
}

static void
failing_calls_are_told_and_leave_nothing(void)
{
	static const struct {
		enum call call;
		int err;
	} faults[] = {{MEMFD, ENOSYS}, {MEMFD, EMFILE}, {FTRUNCATE, ENOMEM},
		      {FSTAT, EIO},    {MMAP, ENOMEM},	{CALLOC, ENOMEM}};
	struct xnvme_dev *dev = open_ram();

	CHECK(dev);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); ++i) {
		if (!g_has_pages && faults[i].call == MMAP) {
			continue;
		}
		xnvme_err_clear();
		errno = 0;
		g_fault.call = faults[i].call;
		g_fault.err = faults[i].err;
		CHECK(!xnvme_buf_alloc(dev, 1));
		CHECK_EQ(errno, faults[i].err);
		CHECK_EQ(xnvme_err_last()->err, -faults[i].err);
		CHECK_EQ(g_fault.call, NONE);
	}
	if (g_has_pages) {
		void *buf;

		g_fault.call = FTRUNCATE;
		g_fault.err = EINTR;
		buf = xnvme_buf_alloc(dev, 1);
		CHECK(buf);
		xnvme_buf_free(dev, buf);
	}
	xnvme_dev_close(dev);
}

/** Last: it takes the pages away again */
static void
without_huge_pages_there_is_a_remedy_and_no_substitute(void)
{
	struct xnvme_dev *dev = open_ram();

	CHECK(dev);
	if (!g_maps_pages) {
		xnvme_dev_close(dev);
		test_skip("the system does not map huge pages, whether it has some or not");
	}
	if (g_before > 0 || (g_has_pages && !set_pages(0))) {
		xnvme_dev_close(dev);
		test_skip("the system has huge pages of its own");
	}
	xnvme_err_clear();
	CHECK(!xnvme_buf_alloc(dev, 1));
	CHECK_EQ(errno, ENOMEM);
	CHECK(strstr(xnvme_err_last()->hint, "vm.nr_hugepages"));
	xnvme_err_clear();
	CHECK_EQ(xnvme_dev_derive_geo(dev), -ENOMEM);
	CHECK(strstr(xnvme_err_last()->hint, "vm.nr_hugepages"));
	xnvme_dev_close(dev);
}

static const struct test tests[] = {
    TEST_CASE(buffers_are_on_huge_pages),
    TEST_CASE(resizing_keeps_the_content),
    TEST_CASE(what_is_not_a_buffer_is_not_freed),
    TEST_CASE(addresses_are_physical_or_refused),
    TEST_CASE(threads_share_the_table),
    TEST_CASE(commands_move_data_of_huge_pages),
    TEST_CASE(an_environment_that_makes_no_sense_is_refused),
    TEST_CASE(a_mount_is_used_when_it_is_named),
    TEST_CASE(failing_calls_are_told_and_leave_nothing),
    TEST_CASE(without_huge_pages_there_is_a_remedy_and_no_substitute),
};

int
main(int argc, char **argv)
{
	const int lock = open(NR_HUGEPAGES, O_RDONLY | O_CLOEXEC, 0);
	int status;

	no_env();
	/* The number is the system's: another run of this test has to wait for its turn */
	if (lock >= 0) {
		flock(lock, LOCK_EX);
	}
	g_before = get_pages();
	g_maps_pages = maps_pages();
	g_has_pages =
	    g_maps_pages && (g_before >= NPAGES || (g_before >= 0 && set_pages(g_before + NPAGES)));
	status = test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
	if (g_before >= 0 && get_pages() != g_before && !set_pages(g_before)) {
		printf("# %ld huge pages could not be given back\n", get_pages() - g_before);
		status = EXIT_FAILURE;
	}

	return status;
}
