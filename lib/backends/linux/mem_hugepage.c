// SPDX-License-Identifier: BSD-3-Clause
/**
 * mem: hugepage
 *
 * Talks to:             memfd_create(2) with MFD_HUGETLB, or a file on a mounted hugetlbfs
 * Serves:               every device of the kernel, and the one in memory
 * Needs:                huge pages: sysctl vm.nr_hugepages=N; for addresses CAP_SYS_ADMIN
 * Queue and limits:     -
 * Completion delivery:  -
 * Threads:              any
 * Error mapping:        no huge page left is ENOMEM; wrong environment variables are EINVAL
 * Quirks:               XNVME_HUGEPAGE_BACKEND=memfd|hugetlbfs, memfd by default;
 *                       XNVME_HUGETLB_PATH names the mount and implies hugetlbfs; every buffer
 *                       has pages of its own, so a small one takes a whole huge page; a device
 *                       address is valid up to the end of its huge page
 * Not supported:        mapping other memory
 */
#include <backends/linux/kernel.h>
#include <os/posix/descriptor.h>

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LAYER		"mem:hugepage"
#define ENV_BACKEND	"XNVME_HUGEPAGE_BACKEND"
#define ENV_PATH	"XNVME_HUGETLB_PATH"
#define DEFAULT_MOUNT	"/dev/hugepages"
#define NO_PAGES_REMEDY "provide huge pages: sysctl vm.nr_hugepages=N"
#define NBUCKETS	64U
#define PAGEMAP_PRESENT (1ULL << 63)
#define PAGEMAP_PFN	((1ULL << 55) - 1)

/** A buffer, as munmap(2) and realloc need it */
struct region {
	uint8_t *addr;
	size_t nbytes;	      ///< Size that was asked for
	size_t mapped_nbytes; ///< Whole huge pages
	struct region *next;
};

static struct xnvi_mutex g_lock = XNVI_MUTEX_INITIALIZER;
static struct region *g_buckets[NBUCKETS];

static struct region **
bucket_of(const void *addr)
{
	/* Huge pages have at least 2 MiB, so the bits below are all zero */
	return &g_buckets[((uintptr_t)addr >> 21) % NBUCKETS];
}

static void
region_add(struct region *region)
{
	struct region **bucket = bucket_of(region->addr);

	xnvi_mutex_lock(&g_lock);
	region->next = *bucket;
	*bucket = region;
	xnvi_mutex_unlock(&g_lock);
}

/** Take the region of a buffer out of the table; NULL when there is none */
static struct region *
region_remove(const void *addr)
{
	struct region **link = bucket_of(addr);
	struct region *region;

	xnvi_mutex_lock(&g_lock);
	while (*link && (*link)->addr != addr) {
		link = &(*link)->next;
	}
	region = *link;
	if (region) {
		*link = region->next;
	}
	xnvi_mutex_unlock(&g_lock);

	return region;
}

/** Whether an address lies within a buffer */
static bool
is_ours(const void *addr)
{
	bool found = false;

	xnvi_mutex_lock(&g_lock);
	for (unsigned i = 0; i < NBUCKETS && !found; ++i) {
		for (const struct region *r = g_buckets[i]; r && !found; r = r->next) {
			found = (const uint8_t *)addr >= r->addr &&
				(const uint8_t *)addr < r->addr + r->mapped_nbytes;
		}
	}
	xnvi_mutex_unlock(&g_lock);

	return found;
}

/** Decide where pages come from; *mount is NULL for memfd */
static int
source(const char **mount)
{
	const char *backend = xnvi_env(ENV_BACKEND);
	const char *path = xnvi_env(ENV_PATH);

	*mount = path;
	if (!backend) {
		return 0;
	}
	if (strcmp(backend, "hugetlbfs") == 0) {
		*mount = path ? path : DEFAULT_MOUNT;
		return 0;
	}
	if (strcmp(backend, "memfd") != 0) {
		return xnvi_err(-EINVAL, LAYER, backend, "set it to memfd or hugetlbfs",
				ENV_BACKEND " is '%s'", backend);
	}
	if (path) {
		return xnvi_err(-EINVAL, LAYER, path, "unset one of them",
				ENV_BACKEND " is 'memfd', but " ENV_PATH " is set");
	}

	return 0;
}

static int
open_memfd(void)
{
	const int fd = xnvi_fd_keep(memfd_create("xnvme", MFD_CLOEXEC | MFD_HUGETLB));

	return fd < 0 ? xnvi_err(-errno, LAYER, "memfd_create", NO_PAGES_REMEDY,
				 "memfd_create with huge pages: %s", strerror(errno))
		      : fd;
}

/** Make a file without a name on the mount, which has to be a hugetlbfs */
static int
open_hugetlbfs(const char *mount)
{
	char path[XNVME_IDENT_URI_LEN];
	struct statfs fs;
	int fd;

	if (statfs(mount, &fs) < 0 || (unsigned long)fs.f_type != HUGETLBFS_MAGIC) {
		return xnvi_err(-EINVAL, LAYER, mount,
				"set " ENV_PATH " to the mount point of hugetlbfs",
				"no hugetlbfs is mounted at '%s'", mount);
	}
	if (snprintf(path, sizeof(path), "%s/xnvme-XXXXXX", mount) >= (int)sizeof(path)) {
		return xnvi_err(-EINVAL, LAYER, "", "use a shorter path", ENV_PATH " is too long");
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0) {
		return xnvi_err(-errno, LAYER, mount, "check the permissions of the mount",
				"creating a file on '%s': %s", mount, strerror(errno));
	}
	unlink(path);
	fd = xnvi_fd_keep(fd);

	return fd < 0 ? xnvi_err(-errno, LAYER, mount, "raise the limit of open files (ulimit -n)",
				 "keeping the file: %s", strerror(errno))
		      : fd;
}

/** Map huge pages of the file; mapping reserves them, so touching them cannot fail */
static int
map(int fd, struct region *region)
{
	struct xnvi_retry retry = {0};
	struct stat st;
	size_t page_nbytes;
	void *addr;
	int res;

	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	page_nbytes = (size_t)st.st_blksize;
	if (__builtin_add_overflow(region->nbytes, page_nbytes - 1, &region->mapped_nbytes) ||
	    region->mapped_nbytes > PTRDIFF_MAX) {
		return -ENOMEM;
	}
	region->mapped_nbytes -= region->mapped_nbytes % page_nbytes;
	do {
		res = ftruncate(fd, (off_t)region->mapped_nbytes);
	} while (res < 0 && xnvi_retry(&retry));
	if (res < 0) {
		return -errno;
	}
	addr = mmap(NULL, region->mapped_nbytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (addr == MAP_FAILED) {
		return -errno;
	}
	region->addr = addr;

	return 0;
}

static int
region_map(struct region *region)
{
	const char *mount;
	int err, fd;

	err = source(&mount);
	if (err) {
		return err;
	}
	fd = mount ? open_hugetlbfs(mount) : open_memfd();
	if (fd < 0) {
		return fd;
	}
	err = map(fd, region);
	close(fd);

	return err ? xnvi_err(err, LAYER, mount ? mount : "memfd", NO_PAGES_REMEDY,
			      "no huge pages for %zu bytes: %s", region->nbytes, strerror(-err))
		   : 0;
}

/** Get a physical address from the page tables of this process */
static int
hugepage_vtophys(const struct xnvme_dev *dev, void *buf, uint64_t *phys)
{
	const uint64_t page_nbytes = (uint64_t)sysconf(_SC_PAGESIZE);
	const uint64_t vaddr = (uintptr_t)buf;
	volatile uint8_t touched;
	struct xnvi_retry retry = {0};
	uint64_t entry = 0;
	ssize_t n;
	int fd;

	(void)dev;
	if (!is_ours(buf)) {
		return xnvi_err(-EFAULT, LAYER, "", "allocate it with xnvme_buf_alloc()",
				"%p is not in a buffer of huge pages", buf);
	}
	/* A page has no address before it is touched; the value is kept, or valgrind drops the
	 * load */
	touched = *(volatile uint8_t *)buf;
	(void)touched;
	fd = xnvi_open("/proc/self/pagemap", O_RDONLY, 0);
	if (fd < 0) {
		return xnvi_err(errno == EACCES ? -EPERM : -errno, LAYER, "/proc/self/pagemap",
				"run with CAP_SYS_ADMIN", "reading the page tables: %s",
				strerror(errno));
	}
	do {
		n = pread(fd, &entry, sizeof(entry), (off_t)(vaddr / page_nbytes * sizeof(entry)));
	} while (n < 0 && xnvi_retry(&retry));
	close(fd);
	if (n != (ssize_t)sizeof(entry) || !(entry & PAGEMAP_PRESENT)) {
		return xnvi_err(-EIO, LAYER, "/proc/self/pagemap", "",
				"the page tables do not have %p", buf);
	}
	if (!(entry & PAGEMAP_PFN)) {
		return xnvi_err(-EPERM, LAYER, "/proc/self/pagemap", "run with CAP_SYS_ADMIN",
				"the kernel hides physical addresses from this process");
	}
	*phys = (entry & PAGEMAP_PFN) * page_nbytes + vaddr % page_nbytes;

	return 0;
}

static size_t
hugepage_nbytes(void *buf)
{
	size_t nbytes = 0;

	xnvi_mutex_lock(&g_lock);
	for (const struct region *r = *bucket_of(buf); r && !nbytes; r = r->next) {
		nbytes = r->addr == buf ? r->mapped_nbytes : 0;
	}
	xnvi_mutex_unlock(&g_lock);

	return nbytes;
}

static void
hugepage_free(const struct xnvme_dev *dev, void *buf)
{
	struct region *region = region_remove(buf);

	(void)dev;
	if (!region) {
		xnvi_err(-EINVAL, LAYER, "", "free each buffer once, on a device of its mem",
			 "%p is not a buffer of huge pages", buf);
		return;
	}
	munmap(region->addr, region->mapped_nbytes);
	free(region);
}

static void *
hugepage_alloc(const struct xnvme_dev *dev, size_t nbytes, uint64_t *phys)
{
	struct region *region = calloc(1, sizeof(*region));
	int err;

	if (!region) {
		xnvi_err(-ENOMEM, LAYER, "", "free memory", "no memory for a buffer's entry");
		errno = ENOMEM;
		return NULL;
	}
	region->nbytes = nbytes;
	err = region_map(region);
	if (err) {
		free(region);
		errno = -err;
		return NULL;
	}
	region_add(region);
	err = phys ? hugepage_vtophys(dev, region->addr, phys) : 0;
	if (err) {
		hugepage_free(dev, region->addr);
		errno = -err;
		return NULL;
	}

	return region->addr;
}

static void *
hugepage_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes)
{
	struct region *region = buf ? region_remove(buf) : NULL;
	void *mem;

	if (!buf) {
		return hugepage_alloc(dev, nbytes, NULL);
	}
	if (!region) {
		xnvi_err(-EINVAL, LAYER, "", "pass a buffer of xnvme_buf_alloc()",
			 "%p is not a buffer of huge pages", buf);
		errno = EINVAL;
		return NULL;
	}
	if (nbytes <= region->mapped_nbytes) {
		region->nbytes = nbytes;
		region_add(region);
		return buf;
	}
	region_add(region);
	mem = hugepage_alloc(dev, nbytes, NULL);
	if (!mem) {
		return NULL;
	}
	memcpy(mem, buf, region->nbytes);
	hugepage_free(dev, buf);

	return mem;
}

const struct xnvi_mem_ops xnvi_mem_hugepage = {
    .id = "hugepage",
    .alloc = hugepage_alloc,
    .realloc = hugepage_realloc,
    .free = hugepage_free,
    .nbytes = hugepage_nbytes,
    .vtophys = hugepage_vtophys,
};
