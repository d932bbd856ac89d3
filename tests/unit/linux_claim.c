// SPDX-License-Identifier: BSD-3-Clause
/**
 * Claims on devices: which nodes are opened, and who is named as the holder
 *
 * A made-up tree stands in for sysfs and procfs, and a double of the kernel for the block nodes.
 * What a real kernel grants and refuses is shown by tests/tools/in_use.sh and by the guest.
 */
#include <backends/linux/linux.h>
#include <backends/portable/fd.h>
#include <support/test.h>
#include <support/tree.h>

#include <fcntl.h>
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
} g_nodes[NNODES];
static size_t g_nnodes;

/** The descriptor of the device under test */
static struct xnvme_dev *g_dev;
static mode_t g_mode;

/** Calls of realloc(3) that succeed before one fails; -1: all */
static int g_nreallocs = -1;

void *__real_realloc(void *mem, size_t nbytes);
void *__wrap_realloc(void *mem, size_t nbytes);

void *
__wrap_realloc(void *mem, size_t nbytes)
{
	if (g_nreallocs == 0) {
		return NULL;
	}
	g_nreallocs -= g_nreallocs > 0;

	return __real_realloc(mem, nbytes);
}

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __real_fstat64(int fd, struct stat64 *st);
int __wrap_fstat64(int fd, struct stat64 *st);

int
__wrap_open64(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

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
		return node->fd;
	}

	return __real_open64(path, flags, mode);
}

int
__wrap_fstat64(int fd, struct stat64 *st)
{
	memset(st, 0, sizeof(*st));
	if (g_dev && fd == xnvi_fd_of(g_dev)->fd) {
		st->st_mode = g_mode;
		st->st_rdev = makedev(DEV_MAJOR, SELF);
		return 0;
	}
	for (size_t i = 0; i < g_nnodes; ++i) {
		if (g_nodes[i].fd == fd) {
			st->st_mode = S_IFBLK;
			st->st_rdev = makedev(DEV_MAJOR, g_nodes[i].minor);
			return 0;
		}
	}

	return __real_fstat64(fd, st);
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
loop_devices_over_a_device_are_found(void)
{
	static const struct {
		const char *file;
		const char *name;
		int found;
	} rows[] = {
	    {"/image", "sda", 0},      {"DEV/sda", "sda", 1},	 {"DEV/sda", "sdap1", 1},
	    {"DEV/sda", "sdap2", 1},   {"DEV/sdap1", "sda", 1},	 {"DEV/sdap1", "sdap1", 1},
	    {"DEV/sdap1", "sdap2", 0}, {"DEV/sdap11", "sda", 0},
	};
	char path[256];
	char text[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		const bool is_node = strncmp(rows[i].file, "DEV", 3) == 0;
		int found;

		begin();
		put_disk("sda", "sda", 1, NULL);
		put_disk("sda", "sdap1", 11, "1");
		put_disk("sda", "sdap2", 12, "2");
		put_disk("loop3", "loop3", 30, NULL);
		put_disk("loop4", "loop4", 31, NULL);
		snprintf(path, sizeof(path), "%s%s\n", is_node ? g_view.dev : "",
			 rows[i].file + (is_node ? 3 : 0));
		put(path, "sys/devices/loop3/loop/backing_file");
		found = xnvi_linux_loop_over(&g_view, rows[i].name, text, sizeof(text));
		if (found != rows[i].found || (found && !strstr(text, "under the loop device ")) ||
		    (found && !strstr(text, "/loop3"))) {
			test_fail(__FILE__, __LINE__, "row %zu: %d %s", i, found, text);
		}
	}
	/* Nobody can tell: what should be read is a folder, or there is no sysfs */
	begin();
	put_disk("sda", "sda", 1, NULL);
	put_disk("loop3", "loop3", 30, NULL);
	put(NULL, "sys/devices/loop3/loop/backing_file");
	CHECK_EQ(xnvi_linux_loop_over(&g_view, "sda", text, sizeof(text)), -EISDIR);
	g_view.sys = "/nonexistent";
	CHECK_EQ(xnvi_linux_loop_over(&g_view, "sda", text, sizeof(text)), -ENOENT);
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
	char path[256];
	struct node *node;

	begin();
	node = put_namespace("nvme0n1", "class/nvme/nvme0", 1, 0);
	put_disk("loop3", "loop3", 30, NULL);
	snprintf(path, sizeof(path), "%s/nvme0n1\n", g_view.dev);
	put(path, "sys/devices/loop3/loop/backing_file");
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
