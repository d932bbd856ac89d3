// SPDX-License-Identifier: BSD-3-Clause
/**
 * Claims on devices: which nodes are opened, and who is named as the holder
 *
 * A made-up tree stands in for sysfs and procfs, and a double of the kernel for the block nodes.
 * What a real kernel grants and refuses is shown by tests/tools/in_use.sh and by the guest.
 */
#include <backends/linux/kernel.h>
#include <backends/posix/fd.h>
#include <backends/linux/ioctl.h>
#include <support/test.h>
#include <support/tree.h>
#include <support/wrap.h>

#include <fcntl.h>
#include <linux/loop.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NNODES	  16
#define DEV_MAJOR 259
#define SELF	  100 /* Minor number of the node that a test has open */

static char g_roots[3][128];
static struct xnvi_linux_view g_view;

/** Block nodes, and what became of opening them */
static struct node {
	char path[192];
	unsigned minor;
	int err; ///< errno of open(2)
	int flags;
	int fd;
	unsigned nopens;
	struct loop_info64 info; ///< What the loop device is over
	int info_err;		 ///< errno of asking it
} g_nodes[NNODES];
static size_t g_nnodes;
/** Whose node a descriptor was opened on */
static struct node *g_owners[256];

/** The descriptor of the device under test */
static struct xnvme_dev *g_dev;
static mode_t g_mode;

/** Calls of realloc(3) that succeed before one fails; -1: all */
static int g_nreallocs = -1;

WRAP(void *, realloc, void *mem, size_t nbytes)
{
	if (g_nreallocs == 0) {
		return NULL;
	}
	g_nreallocs -= g_nreallocs > 0;

	return REAL(realloc)(mem, nbytes);
}

static struct node **
owner_of(int fd)
{
	if (fd < 0 || (size_t)fd >= sizeof(g_owners) / sizeof(g_owners[0])) {
		abort();
	}

	return &g_owners[fd];
}

WRAP(int, open64, const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;
	int fd;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	for (size_t i = 0; i < g_nnodes; ++i) {
		struct node *node = &g_nodes[i];

		if (strcmp(node->path, path) != 0) {
			continue;
		}
		node->flags = flags;
		node->nopens++;
		if (node->err) {
			errno = node->err;
			return -1;
		}
		node->fd = memfd_create("node", MFD_CLOEXEC);
		*owner_of(node->fd) = node;
		return node->fd;
	}
	fd = REAL(open64)(path, flags, mode);
	if (fd >= 0) {
		*owner_of(fd) = NULL;
	}

	return fd;
}

WRAP(int, fstat64, int fd, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	if (g_dev && fd == xnvi_fd_of(g_dev)->fd) {
		st->st_mode = g_mode;
		st->st_rdev = makedev(DEV_MAJOR, SELF);
		return 0;
	}
	if (*owner_of(fd)) {
		st->st_mode = S_IFBLK;
		st->st_rdev = makedev(DEV_MAJOR, (*owner_of(fd))->minor);
		return 0;
	}

	return REAL(fstat64)(fd, st);
}

WRAP(int, ioctl, int fd, xnvi_ioctl_request request, ...)
{
	const struct node *node;
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	node = *owner_of(fd);
	errno = !node || request != LOOP_GET_STATUS64 ? ENOTTY : node->info_err;
	if (!errno) {
		memcpy(arg, &node->info, sizeof(node->info));
	}

	return errno ? -1 : 0;
}

/** An empty system */
static void
begin(void)
{
	static const char *const roots[] = {"sys", "proc", "dev"};
	const char *dir = tree_begin();

	for (size_t i = 0; i < 3; ++i) {
		snprintf(g_roots[i], sizeof(g_roots[i]), "%s/%s", dir, roots[i]);
		tree_put(roots[i], NULL);
	}
	g_view = (struct xnvi_linux_view){g_roots[0], g_roots[1], g_roots[2]};
	tree_put("sys/block", NULL);
	memset(g_nodes, 0, sizeof(g_nodes));
	memset(g_owners, 0, sizeof(g_owners));
	g_nnodes = 0;
}

static void put(const char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
put(const char *text, const char *format, ...)
{
	char path[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(path, sizeof(path), format, ap);
	va_end(ap);
	tree_put(path, text);
}

/** What sysfs has of a disk, or of the partition `number` of a disk */
static void
put_disk(const char *disk, const char *name, unsigned minor, const char *number)
{
	char folder[128];
	char path[192];
	char devno[16];

	snprintf(folder, sizeof(folder), "sys/devices/%s%s%s", disk, number ? "/" : "",
		 number ? name : "");
	snprintf(devno, sizeof(devno), "%d:%u", DEV_MAJOR, minor);
	put(devno, "%s/dev", folder);
	if (number) {
		put(number, "%s/partition", folder);
	}
	snprintf(path, sizeof(path), "sys/class/block/%s", name);
	tree_link(path, folder);
	snprintf(path, sizeof(path), "sys/dev/block/%s", devno);
	tree_link(path, folder);
	if (!number) {
		snprintf(path, sizeof(path), "sys/block/%s", name);
		tree_link(path, folder);
	}
}

/** A node that the kernel lets us open, or says `err` to */
static struct node *
put_node(const char *name, unsigned minor, int err)
{
	struct node *node = &g_nodes[g_nnodes++];

	*node = (struct node){.minor = minor, .err = err, .fd = -1};
	snprintf(node->path, sizeof(node->path), "%s/%s", g_view.dev, name);

	return node;
}

/** A loop device over the block device `below`, or over the file `ino` when that is 0. The name of
 * what it is over leads nowhere. */
static struct node *
put_loop(const char *name, unsigned minor, unsigned below, uint64_t ino)
{
	struct node *node;

	put_disk(name, name, minor, NULL);
	put("/gone (deleted)\n", "sys/devices/%s/loop/backing_file", name);
	node = put_node(name, minor, 0);
	node->info = (struct loop_info64){
	    .lo_device = 5,
	    .lo_inode = ino,
	    .lo_rdevice = below ? makedev(DEV_MAJOR, below) : 0,
	};

	return node;
}

/** The disk of a namespace below its owner, and its block node */
static struct node *
put_namespace(const char *name, const char *owner, unsigned minor, int err)
{
	char path[192];
	char target[192];

	put_disk(name, name, minor, NULL);
	snprintf(path, sizeof(path), "sys/devices/%s/device", name);
	snprintf(target, sizeof(target), "sys/%s", owner);
	tree_link(path, target);
	put(NULL, "sys/%s/%s", owner, name);

	return put_node(name, minor, err);
}

/** The device under test: a node whose name in sysfs is `name` */
static void
open_dev(enum xnvi_class cls, mode_t mode, const char *name)
{
	char path[128];
	char target[128];

	g_dev = calloc(1, sizeof(*g_dev));
	g_dev->cls = cls;
	g_mode = mode;
	xnvi_fd_of(g_dev)->fd = memfd_create("device", MFD_CLOEXEC);
	snprintf(g_dev->ident.uri, sizeof(g_dev->ident.uri), "/dev/%s", name);
	if (mode == S_IFCHR) {
		snprintf(path, sizeof(path), "sys/dev/char/%d:%d", DEV_MAJOR, SELF);
		snprintf(target, sizeof(target), "sys/devices/%s", name);
		tree_link(path, target);
	}
}

static void
close_dev(void)
{
	xnvi_linux_unclaim(g_dev);
	close(xnvi_fd_of(g_dev)->fd);
	free(g_dev);
	g_dev = NULL;
}

static bool
is_open(const struct node *node)
{
	return node->fd >= 0 && fcntl(node->fd, F_GETFD) >= 0;
}

static bool
said(const char *text)
{
	return strstr(xnvme_err_last()->what, text) != NULL;
}

#define MOUNTS                                                                                     \
	"22 27 0:21 / /proc rw,relatime - proc proc rw\n"                                          \
	"27 1 259:40 / / rw,relatime - ext4 /dev/other rw\n"

static const struct {
	const char *mounts;
	const char *swaps;
	const char *holder; ///< Of the partition sdap1
	const char *dm_name;
	const char *name; ///< Who is asked about
	const char *text; ///< NULL: no holder is visible
} g_holders[] = {
    {MOUNTS, "", NULL, NULL, "sda", NULL},
    {MOUNTS "30 27 259:1 / /mnt/a rw - ext4 /dev/x rw\n", "", NULL, NULL, "sda",
     "/sda is mounted at /mnt/a"},
    {MOUNTS "30 27 259:1 /sub /mnt/a\\040b rw shared:1 master:2 - ext4 /dev/x rw\n", "", NULL, NULL,
     "sda", "/sda is mounted at /mnt/a\\040b"},
    {MOUNTS "30 27 259:11 / /mnt/a rw - ext4 /dev/x rw\n", "", NULL, NULL, "sda",
     "/sdap1 is mounted at /mnt/a"},
    {MOUNTS "30 27 259:11 / /mnt/a rw - ext4 /dev/x rw\n", "", NULL, NULL, "sdap1",
     "/sdap1 is mounted at /mnt/a"},
    {MOUNTS "30 27 259:1 / /mnt/a rw - ext4 /dev/x rw\n", "", NULL, NULL, "sdap1",
     "/sda is mounted at /mnt/a"},
    /* Of no interest to a partition: the other one */
    {MOUNTS "30 27 259:12 / /mnt/a rw - ext4 /dev/x rw\n", "", NULL, NULL, "sdap1", NULL},
    /* Numbers that begin alike, and numbers that stand elsewhere */
    {MOUNTS "30 27 259:111 / /mnt/259:1 rw - ext4 259:1 rw\n", "", NULL, NULL, "sda", NULL},
    /* A file system on several disks has a number of its own */
    {MOUNTS "30 27 0:44 / /mnt/a rw - btrfs DEV/sdap1 rw\n", "", NULL, NULL, "sda",
     "/sdap1 is mounted at /mnt/a"},
    {MOUNTS "30 27 0:44 / /mnt/a rw - btrfs DEV/sdap11 rw\n", "", NULL, NULL, "sda", NULL},
    {"", "Filename Type Size\nDEV/sda partition 1 0 -2\n", NULL, NULL, "sda",
     "/sda is used as swap"},
    {"", "Filename Type Size\nDEV/sdap1   partition 1 0 -2\n", NULL, NULL, "sda",
     "/sdap1 is used as swap"},
    {"", "Filename Type Size\n/file/DEV/sda file 1 0 -2\n", NULL, NULL, "sda", NULL},
    {"", "", "dm-0", "secret", "sda", "/sdap1 is part of dm-0 (secret)"},
    {"", "", "md127", NULL, "sdap1", "/sdap1 is part of md127"},
    {NULL, NULL, NULL, NULL, "sda", NULL},
    {NULL, NULL, NULL, NULL, "unknown", NULL},
};

/** A file of procfs, with the folder of the nodes for DEV */
static void
put_proc(const char *path, const char *text)
{
	char full[1024];
	const char *dev = strstr(text, "DEV");

	if (dev) {
		snprintf(full, sizeof(full), "%.*s%s%s", (int)(dev - text), text, g_view.dev,
			 dev + strlen("DEV"));
	}
	put(dev ? full : text, "proc/%s", path);
}

static void
holders_are_found_and_named(void)
{
	char text[256];

	for (size_t i = 0; i < sizeof(g_holders) / sizeof(g_holders[0]); ++i) {
		bool found;

		begin();
		put_disk("sda", "sda", 1, NULL);
		put_disk("sda", "sdap1", 11, "1");
		put_disk("sda", "sdap2", 12, "2");
		if (g_holders[i].mounts) {
			put_proc("self/mountinfo", g_holders[i].mounts);
			put_proc("swaps", g_holders[i].swaps);
		}
		if (g_holders[i].holder) {
			put("", "sys/devices/sda/sdap1/holders/%s", g_holders[i].holder);
			put_disk(g_holders[i].holder, g_holders[i].holder, 20, NULL);
		}
		if (g_holders[i].dm_name) {
			put(g_holders[i].dm_name, "sys/devices/%s/dm/name", g_holders[i].holder);
		}
		found = xnvi_linux_holder(&g_view, g_holders[i].name, text, sizeof(text));
		if (found != !!g_holders[i].text ||
		    (found && strcmp(text + strlen(g_view.dev), g_holders[i].text) != 0)) {
			test_fail(__FILE__, __LINE__, "row %zu: %s", i, found ? text : "nobody");
		}
	}
}

static void
put_sda(void)
{
	begin();
	put_disk("sda", "sda", 1, NULL);
	put_disk("sda", "sdap1", 11, "1");
	put_disk("sda", "sdap2", 12, "2");
	put_disk("loop4", "loop4", 31, NULL);
}

static void
loop_devices_over_a_device_are_found(void)
{
	static const struct {
		unsigned below;
		const char *name;
		int found;
	} rows[] = {
	    {0, "sda", 0},    {1, "sda", 1},	{1, "sdap1", 1},  {1, "sdap2", 1}, {11, "sda", 1},
	    {11, "sdap1", 1}, {11, "sdap2", 0}, {12, "sdap2", 1}, {111, "sda", 0},
	};
	char path[300], text[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		int found;

		put_sda();
		put_loop("loop3", 30, rows[i].below, 77);
		found = xnvi_linux_loop_over(&g_view, rows[i].name, NULL, text, sizeof(text));
		if (found != rows[i].found || (found && !strstr(text, "under the loop device ")) ||
		    (found && !strstr(text, "/loop3"))) {
			test_fail(__FILE__, __LINE__, "row %zu: %d %s", i, found, text);
		}
	}
	/* There is no sysfs */
	sys_temp_path(path, sizeof(path), "none");
	g_view.sys = path;
	CHECK_EQ(xnvi_linux_loop_over(&g_view, "sda", NULL, text, sizeof(text)), -ENOENT);
}

static void
a_loop_device_that_cannot_be_asked_counts_as_a_holder(void)
{
	static const struct {
		int open_err;
		int info_err;
		unsigned minor; ///< Of the node; 30 is that of the loop device
	} rows[] = {{ENOENT, 0, 30}, {EACCES, 0, 30}, {EPERM, 0, 30}, {ENXIO, 0, 30},
		    {EMFILE, 0, 30}, {0, EPERM, 30},  {0, EIO, 30},   {0, ENOTTY, 30},
		    {0, ENXIO, 30},  {0, 0, 31}};
	char text[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		struct node *node;
		int res;

		put_sda();
		node = put_loop("loop3", 30, 0, 77);
		node->minor = rows[i].minor;
		node->err = rows[i].open_err;
		node->info_err = rows[i].info_err;
		res = xnvi_linux_loop_over(&g_view, "sda", NULL, text, sizeof(text));
		if (res >= 0 || !strstr(text, "/loop3 for the file below it failed: ")) {
			test_fail(__FILE__, __LINE__, "row %zu: %d %s", i, res, text);
		}
	}
}

/** Two loop devices, and whether claiming the first, which is over a file or sda, succeeds */
static const struct {
	unsigned below[2];
	uint64_t ino[2];
	uint64_t fs[2];
	uint64_t offset[2];
	uint64_t size[2];
	bool refused;
} g_pairs[] = {
    {{0, 0}, {7, 8}, {5, 5}, {0, 0}, {0, 0}, false},
    {{0, 0}, {7, 7}, {5, 6}, {0, 0}, {0, 0}, false},
    {{0, 0}, {7, 7}, {5, 5}, {0, 0}, {0, 0}, true},
    {{0, 0}, {7, 7}, {5, 5}, {0, 512}, {512, 0}, false},
    {{0, 0}, {7, 7}, {5, 5}, {0, 512}, {513, 0}, true},
    {{0, 0}, {7, 7}, {5, 5}, {512, 0}, {0, 512}, false},
    {{0, 0}, {7, 7}, {5, 5}, {512, 0}, {0, 1024}, true},
    {{0, 0}, {7, 7}, {5, 5}, {4096, 512}, {0, UINT64_MAX}, true},
    {{1, 0}, {7, 7}, {5, 5}, {0, 0}, {0, 0}, false},
    {{0, 1}, {7, 7}, {5, 5}, {0, 0}, {0, 0}, false},
    /* Of one device there may be nodes on several file systems */
    {{1, 1}, {7, 8}, {5, 6}, {0, 0}, {0, 0}, true},
    {{1, 1}, {7, 7}, {5, 5}, {0, 512}, {512, 0}, false},
    {{1, 11}, {7, 7}, {5, 5}, {0, 0}, {0, 0}, true},
    {{11, 12}, {7, 7}, {5, 5}, {0, 0}, {0, 0}, false},
};

static void
loop_devices_over_the_same_bytes_are_in_use(void)
{
	for (size_t i = 0; i < sizeof(g_pairs) / sizeof(g_pairs[0]); ++i) {
		int err;

		put_sda();
		put_node("sda", 1, 0);
		put_node("sdap1", 11, 0);
		for (unsigned k = 0; k < 2; ++k) {
			struct node *node = put_loop(k ? "loop1" : "loop0", k ? 40 : SELF,
						     g_pairs[i].below[k], g_pairs[i].ino[k]);

			node->info.lo_device = g_pairs[i].fs[k];
			node->info.lo_offset = g_pairs[i].offset[k];
			node->info.lo_sizelimit = g_pairs[i].size[k];
		}
		open_dev(XNVI_CLASS_BLOCK, S_IFBLK, "loop0");
		err = xnvi_linux_claim_at(g_dev, &g_view, false);
		if (err != (g_pairs[i].refused ? -EBUSY : 0) || (err && !said("/loop1 as well"))) {
			test_fail(__FILE__, __LINE__, "row %zu: %d %s", i, err,
				  err ? xnvme_err_last()->what : "");
		}
		close_dev();
	}
}

static void
what_is_below_a_loop_device_is_probed_whatever_it_is_called(void)
{
	static const struct {
		int sda_err;
		int info_err;
		int err;
		const char *text;
	} rows[] = {
	    {0, 0, 0, ""},
	    {EBUSY, 0, -EBUSY, "sda is in use: held"},
	    {ENOENT, 0, -EBUSY, "sda counts as in use"},
	    {0, EPERM, -EBUSY, "loop0 counts as in use"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		struct node *sda;
		int err;

		put_sda();
		sda = put_node("sda", 1, rows[i].sda_err);
		put_loop("loop0", SELF, 1, 7)->info_err = rows[i].info_err;
		open_dev(XNVI_CLASS_BLOCK, S_IFBLK, "loop0");
		err = xnvi_linux_claim_at(g_dev, &g_view, false);
		if (err != rows[i].err || (err && !said(rows[i].text)) || is_open(sda)) {
			test_fail(__FILE__, __LINE__, "row %zu: %d %s", i, err,
				  err ? xnvme_err_last()->what : "");
		}
		close_dev();
	}
}

static void
a_namespace_has_one_disk_by_any_name(void)
{
	static const struct {
		const char *name;
		const char *disk;
	} rows[] = {
	    {"nvme0n1", "nvme0n1"},
	    {"nvme10n21", "nvme10n21"},
	    {"nvme3c5n7", "nvme3n7"},
	    {"nvme10c20n30", "nvme10n30"},
	    {"ng2n4", "nvme2n4"},
	    {"nvme0", NULL},
	    {"nvme0n1p1", NULL},
	    {"ng0", NULL},
	    {"sda", NULL},
	    {"hwmon1", NULL},
	};
	char disk[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		const bool found = xnvi_linux_namespace_disk(rows[i].name, disk, sizeof(disk));

		if (found != !!rows[i].disk || (found && strcmp(disk, rows[i].disk) != 0)) {
			test_fail(__FILE__, __LINE__, "%s: %s", rows[i].name,
				  found ? disk : "none");
		}
	}
	CHECK(!xnvi_linux_namespace_disk("nvme0n1", disk, 7));
}

static void
a_character_node_is_claimed_by_the_disk_of_its_namespace(void)
{
	struct node *node, *other;

	begin();
	node = put_namespace("nvme0n1", "class/nvme/nvme0", 1, 0);
	other = put_namespace("nvme0n2", "class/nvme/nvme0", 2, EBUSY);
	open_dev(XNVI_CLASS_NVME, S_IFCHR, "ng0n1");
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, false), 0);
	CHECK_EQ(node->flags, O_RDONLY | O_EXCL | O_CLOEXEC);
	CHECK(is_open(node));
	CHECK_EQ(other->nopens, 0);
	/* Again: there is nothing more to claim */
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, false), 0);
	CHECK_EQ(node->nopens, 1);
	close_dev();
	CHECK(!is_open(node));
}

static void
a_block_node_is_claimed_as_it_is(void)
{
	struct node *disk, *part;
	int own;

	begin();
	put_disk("sda", "sda", 1, NULL);
	put_disk("sda", "sdap1", SELF, "1");
	disk = put_node("sda", 1, EBUSY);
	part = put_node("sdap1", SELF, 0);
	open_dev(XNVI_CLASS_BLOCK, S_IFBLK, "sdap1");
	own = xnvi_fd_of(g_dev)->fd;
	CHECK_EQ(xnvi_fd_for_ranges(xnvi_fd_of(g_dev)), own);
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, true), 0);
	CHECK_EQ(disk->nopens, 0);
	CHECK_EQ(part->flags, O_RDWR | O_EXCL | O_CLOEXEC);
	CHECK(is_open(part));
	/* What a claim keeps others from goes by the claim */
	CHECK_EQ(xnvi_fd_of(g_dev)->fd, own);
	CHECK_EQ(xnvi_fd_for_ranges(xnvi_fd_of(g_dev)), part->fd);
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, true), 0);
	CHECK_EQ(part->nopens, 1);
	close_dev();
	CHECK(!is_open(part));
}

static void
a_block_node_is_claimed_after_all_others(void)
{
	struct node *own, *other;

	begin();
	own = put_namespace("nvme0n1", "class/nvme/nvme0", SELF, 0);
	other = put_namespace("nvme0n2", "class/nvme/nvme0", 2, EBUSY);
	open_dev(XNVI_CLASS_NVME_BLOCK, S_IFBLK, "nvme0n1");
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, true), -EBUSY);
	CHECK(said("nvme0n2 is in use"));
	CHECK_EQ(own->nopens, 0);
	other->err = 0;
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, true), 0);
	CHECK(is_open(other));
	CHECK_EQ(own->nopens, 1);
	CHECK_EQ(xnvi_fd_for_ranges(xnvi_fd_of(g_dev)), own->fd);
	close_dev();
	own->err = EBUSY;
	open_dev(XNVI_CLASS_NVME_BLOCK, S_IFBLK, "nvme0n1");
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, true), -EBUSY);
	CHECK(said("nvme0n1 is in use"));
	CHECK(!is_open(other));
	CHECK_EQ(xnvi_fd_for_ranges(xnvi_fd_of(g_dev)), xnvi_fd_of(g_dev)->fd);
	close_dev();
}

static void
a_controller_is_claimed_by_all_its_namespaces(void)
{
	struct node *nodes[4];

	begin();
	nodes[0] = put_namespace("nvme0n1", "class/nvme/nvme0", 1, 0);
	nodes[1] = put_namespace("nvme0n2", "class/nvme/nvme0", 2, 0);
	/* A path to the head of a namespace, and a character node beside a disk */
	put(NULL, "sys/class/nvme/nvme0/nvme7c0n1");
	nodes[2] = put_namespace("nvme7n1", "class/nvme-subsystem/nvme-subsys7", 3, 0);
	put(NULL, "sys/class/nvme/nvme0/ng0n1");
	put(NULL, "sys/class/nvme/nvme0/hwmon1");
	nodes[3] = put_namespace("nvme1n1", "class/nvme/nvme1", 4, 0);
	open_dev(XNVI_CLASS_NVME, S_IFCHR, "nvme0");
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, false), 0);
	for (int i = 0; i < 3; ++i) {
		CHECK_EQ(nodes[i]->nopens, 1);
		CHECK(is_open(nodes[i]));
	}
	CHECK_EQ(nodes[3]->nopens, 0);
	close_dev();
	CHECK(!is_open(nodes[0]) && !is_open(nodes[1]) && !is_open(nodes[2]));
}

/** Two controllers of one subsystem, and one of another; `multipath`: it has the disks */
static void
put_subsystem(struct node *nodes[3], bool multipath)
{
	const char *shared = "class/nvme-subsystem/nvme-subsys0";

	nodes[0] = put_namespace("nvme0n1", multipath ? shared : "class/nvme/nvme0", 1, 0);
	nodes[1] = put_namespace("nvme1n1", multipath ? shared : "class/nvme/nvme1", 2, 0);
	nodes[2] = put_namespace("nvme2n1", "class/nvme/nvme2", 3, 0);
	put(NULL, "sys/class/nvme/nvme0");
	put(NULL, "sys/class/nvme/nvme1");
	put(NULL, "sys/class/nvme-subsystem/nvme-subsys0/nvme0");
	put(NULL, "sys/class/nvme-subsystem/nvme-subsys0/nvme1");
	put(NULL, "sys/class/nvme-subsystem/nvme-subsys2/nvme2");
}

static void
what_admin_commands_reach_is_claimed_as_a_whole(void)
{
	static const struct {
		const char *name;
		bool multipath;
	} rows[] = {{"ng0n1", false}, {"ng0n1", true}, {"nvme0", false}, {"nvme0", true}};
	struct node *nodes[3];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		begin();
		put_subsystem(nodes, rows[i].multipath);
		open_dev(XNVI_CLASS_NVME, S_IFCHR, rows[i].name);
		CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, true), 0);
		CHECK(is_open(nodes[0]) && is_open(nodes[1]));
		CHECK_EQ(nodes[0]->nopens, 1);
		CHECK_EQ(nodes[1]->nopens, 1);
		CHECK_EQ(nodes[2]->nopens, 0);
		close_dev();
	}
}

static void
what_a_refused_claim_took_is_given_back(void)
{
	struct node *nodes[3];

	begin();
	put_subsystem(nodes, false);
	nodes[1]->err = EBUSY;
	open_dev(XNVI_CLASS_NVME, S_IFCHR, "nvme0");
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, true), -EBUSY);
	CHECK(said("nvme1n1 is in use: held, holder not visible here"));
	CHECK(!is_open(nodes[0]));
	/* What was claimed before stays so */
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, false), 0);
	CHECK(is_open(nodes[0]));
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, true), -EBUSY);
	CHECK(is_open(nodes[0]));
	close_dev();
}

static void
a_probe_that_cannot_be_made_counts_as_in_use(void)
{
	static const int errs[] = {EACCES, EPERM, ENOENT, ENXIO, EMFILE};
	struct node *node;

	for (size_t i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		begin();
		node = put_namespace("nvme0n1", "class/nvme/nvme0", 1, errs[i]);
		open_dev(XNVI_CLASS_NVME, S_IFCHR, "ng0n1");
		CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, false), -EBUSY);
		CHECK(said("nvme0n1 counts as in use, since it cannot be probed: "));
		CHECK(said(strerror(errs[i])));
		CHECK(xnvme_err_last()->hint[0]);
		close_dev();
	}
	/* The node is another device's */
	begin();
	node = put_namespace("nvme0n1", "class/nvme/nvme0", 1, 0);
	node->minor = 2;
	open_dev(XNVI_CLASS_NVME, S_IFCHR, "ng0n1");
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, false), -EBUSY);
	CHECK(said("cannot be probed"));
	CHECK(!is_open(node));
	close_dev();
	/* A namespace without a disk, as of a command set that the kernel does not know */
	begin();
	open_dev(XNVI_CLASS_NVME, S_IFCHR, "ng0n1");
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, false), -EBUSY);
	CHECK(said("cannot be probed"));
	close_dev();
	/* Without sysfs there is nothing to be known */
	begin();
	open_dev(XNVI_CLASS_BLOCK, S_IFBLK, "sda");
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, false), -EBUSY);
	CHECK(said("cannot be probed"));
	close_dev();
}

static void
without_memory_nothing_is_claimed(void)
{
	struct node *nodes[3];

	for (int n = 0; n < 2; ++n) {
		begin();
		put_subsystem(nodes, false);
		open_dev(XNVI_CLASS_NVME, S_IFCHR, "nvme0");
		g_nreallocs = n;
		CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, true), -ENOMEM);
		CHECK_EQ(xnvme_err_last()->err, -ENOMEM);
		CHECK(!is_open(nodes[0]) && !is_open(nodes[1]));
		g_nreallocs = -1;
		CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, true), 0);
		CHECK(is_open(nodes[0]) && is_open(nodes[1]));
		close_dev();
	}
}

static void
a_loop_device_over_the_disk_is_a_holder(void)
{
	struct node *node;

	begin();
	node = put_namespace("nvme0n1", "class/nvme/nvme0", 1, 0);
	put_loop("loop3", 30, 1, 7);
	open_dev(XNVI_CLASS_NVME, S_IFCHR, "ng0n1");
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, false), -EBUSY);
	CHECK(said("is under the loop device "));
	CHECK(!is_open(node));
	close_dev();
}

static void
files_are_never_in_use(void)
{
	begin();
	open_dev(XNVI_CLASS_FILE, S_IFREG, "file");
	CHECK_EQ(xnvi_linux_claim_at(g_dev, &g_view, true), 0);
	close_dev();
}

static const struct test tests[] = {
    TEST_CASE(holders_are_found_and_named),
    TEST_CASE(loop_devices_over_a_device_are_found),
    TEST_CASE(a_loop_device_that_cannot_be_asked_counts_as_a_holder),
    TEST_CASE(loop_devices_over_the_same_bytes_are_in_use),
    TEST_CASE(what_is_below_a_loop_device_is_probed_whatever_it_is_called),
    TEST_CASE(a_namespace_has_one_disk_by_any_name),
    TEST_CASE(a_character_node_is_claimed_by_the_disk_of_its_namespace),
    TEST_CASE(a_block_node_is_claimed_as_it_is),
    TEST_CASE(a_block_node_is_claimed_after_all_others),
    TEST_CASE(a_controller_is_claimed_by_all_its_namespaces),
    TEST_CASE(what_admin_commands_reach_is_claimed_as_a_whole),
    TEST_CASE(what_a_refused_claim_took_is_given_back),
    TEST_CASE(a_probe_that_cannot_be_made_counts_as_in_use),
    TEST_CASE(without_memory_nothing_is_claimed),
    TEST_CASE(a_loop_device_over_the_disk_is_a_holder),
    TEST_CASE(files_are_never_in_use),
};

int
main(int argc, char **argv)
{
	const int status = test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);

	tree_end();

	return status;
}
