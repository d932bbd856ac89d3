// SPDX-License-Identifier: BSD-3-Clause
/**
 * Claiming devices: until they are closed, nobody else can mount or claim them
 *
 * A claim is a descriptor of a block node that was opened with O_EXCL. The kernel grants it when
 * the disk is neither mounted, nor swap, nor part of another device, nor claimed by another
 * program, and refuses all of these while the descriptor is open. A claim on a disk covers its
 * partitions. A claim on a partition does not affect the other partitions. Character nodes have no
 * claims, so the block nodes of the same namespaces are claimed for them.
 *
 * The block node of the device is opened a second time, with the access mode of the device: while a
 * claim exists, the kernel lets only its descriptor discard and zero ranges that are dirty in the
 * page cache. The other commands use the first descriptor. io_uring keeps that one open for a while
 * after everything is closed, and would keep the claim as long.
 *
 * The kernel does not count a loop device as a user of the file or block device below it, so every
 * loop device is asked what it is attached to. A block device below a loop device is probed but not
 * held, because the loop driver discards and zeroes there.
 */
#include <backends/linux/kernel.h>
#include <backends/linux/nvme.h>

#include <fcntl.h>
#include <backends/linux/sysfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define LAYER	    "be:linux"
#define NAME_NBYTES XNVI_LINUX_NAME_NBYTES
#define HINT	    "unmount or release it, or use another device"
#define TEXT_NBYTES 256

/** What a node belongs to */
enum role {
	ROLE_OWN = 0, ///< The device itself
	ROLE_OTHER,   ///< A namespace that the device stands for, or reaches
	ROLE_BELOW,   ///< The block device below the device, if that is a loop device
};

struct held {
	dev_t rdev;
	int fd;
};

struct xnvi_claims {
	size_t n;
	struct held held[];
};

/** One call: the device, and the folders of the kernel */
struct claim {
	struct xnvme_dev *dev;
	const struct xnvi_linux_view *view;
	const char *folder; ///< Folder that is being read
	dev_t own; ///< Number of the device's block node, which is claimed last; 0: it has none
	const struct xnvi_linux_loop *above; ///< Loop device above the one in question; NULL: none
	int err;			     ///< Errno of the first device that is held
};

static struct xnvi_claims **
claims_of(const struct claim *claim)
{
	return &xnvi_fd_of(claim->dev)->claims;
}

static int
refuse(const struct claim *claim, const char *node, const char *text)
{
	return xnvi_err(-EBUSY, LAYER, claim->dev->ident.uri, HINT, "%.80s is in use: %s", node,
			text);
}

/** A device that cannot be probed counts as held, since it may be in use */
static int
refuse_unprobed(const struct claim *claim, const char *node, const char *why)
{
	return xnvi_err(-EBUSY, LAYER, claim->dev->ident.uri,
			"read permission on the block node is needed to see whether it is in use",
			"%.80s counts as in use, since it cannot be probed: %s", node, why);
}

static bool
is_held(const struct claim *claim, dev_t rdev)
{
	const struct xnvi_claims *claims = *claims_of(claim);

	for (size_t i = 0; claims && i < claims->n; ++i) {
		if (claims->held[i].rdev == rdev) {
			return true;
		}
	}

	return false;
}

static int
hold(const struct claim *claim, dev_t rdev, int fd)
{
	struct xnvi_claims **claims = claims_of(claim);
	const size_t n = *claims ? (*claims)->n : 0;
	struct xnvi_claims *grown =
	    realloc(*claims, sizeof(*grown) + (n + 1) * sizeof(grown->held[0]));

	if (!grown) {
		return xnvi_err(-ENOMEM, LAYER, claim->dev->ident.uri, "free memory",
				"no memory to keep a claim");
	}
	grown->held[n] = (struct held){rdev, fd};
	grown->n = n + 1;
	*claims = grown;

	return 0;
}

/** Give back all claims except the first `n` */
static void
let_go(struct xnvi_claims *claims, size_t n)
{
	while (claims && claims->n > n) {
		close(claims->held[--claims->n].fd);
	}
}

/** Open the device again, by its descriptor in /proc; by `node` without /proc */
static int
open_own(const struct claim *claim, const char *node, dev_t rdev)
{
	const int fd = xnvi_fd_of(claim->dev)->fd;
	const int flags = fcntl(fd, F_GETFL);
	char path[XNVI_SYSFS_PATH_NBYTES];

	if (flags < 0) {
		return -errno;
	}
	snprintf(path, sizeof(path), "%s/self/fd/%d", claim->view->proc, fd);

	return xnvi_linux_open_node(access(path, F_OK) ? node : path, rdev,
				    (flags & (O_ACCMODE | O_DIRECT)) | O_EXCL);
}

/** Keep the exclusive descriptor `fd` as long as the device is open */
static int
keep(const struct claim *claim, dev_t rdev, int fd, enum role role)
{
	int err;

	if (role == ROLE_BELOW) {
		close(fd);
		return 0;
	}
	err = hold(claim, rdev, fd);
	if (!err && role == ROLE_OWN) {
		atomic_store(&xnvi_fd_of(claim->dev)->exclusive_fd, fd);
	}

	return err;
}

/** Explain -EBUSY, or another failure of xnvi_linux_open_node() */
static int
explain_open(const struct claim *claim, const char *name, const char *node, int err)
{
	char text[TEXT_NBYTES];

	if (err != -EBUSY) {
		return refuse_unprobed(claim, node, strerror(-err));
	}
	if (!xnvi_linux_holder(claim->view, name, text, sizeof(text))) {
		snprintf(text, sizeof(text), "held, holder not visible here");
	}

	return refuse(claim, node, text);
}

static int claim_below(struct claim *claim, const char *name, int fd);

/** Refuse `node` when a loop device is over `name`, or when that cannot be found out */
static int
refuse_loop_over(const struct claim *claim, const char *name, const char *node,
		 const struct xnvi_linux_loop *own)
{
	char text[TEXT_NBYTES];
	const int res = xnvi_linux_loop_over(claim->view, name, own, text, sizeof(text));

	if (res < 0) {
		return refuse_unprobed(claim, node, text[0] ? text : strerror(-res));
	}

	return res ? refuse(claim, node, text) : 0;
}

/** Check what O_EXCL does not: loop devices over the device, and the device below it */
static int
look_around(struct claim *claim, const char *name, const char *node, int fd, enum role role)
{
	const int err =
	    refuse_loop_over(claim, name, node, role == ROLE_BELOW ? claim->above : NULL);

	return err ? err : claim_below(claim, name, fd);
}

/** Claim the device called `name` in sysfs */
static int
claim_node(struct claim *claim, const char *name, enum role role)
{
	char node[XNVI_SYSFS_PATH_NBYTES];
	dev_t rdev;
	int err, fd;

	xnvi_linux_node(claim->view, name, node, sizeof(node));
	err = xnvi_linux_rdev_of(claim->view, name, &rdev);
	if (err) {
		return refuse_unprobed(claim, node, strerror(-err));
	}
	if (is_held(claim, rdev) || (role == ROLE_OTHER && rdev == claim->own)) {
		return 0;
	}
	fd = role == ROLE_OWN ? open_own(claim, node, rdev)
			      : xnvi_linux_open_node(node, rdev, O_RDONLY | O_EXCL);
	if (fd < 0) {
		return explain_open(claim, name, node, fd);
	}
	err = look_around(claim, name, node, fd, role);
	err = err ? err : keep(claim, rdev, fd, role);
	if (err) {
		close(fd);
	}

	return err;
}

/** Claim the block device that the loop device `loop` is over */
static int
claim_under(struct claim *claim, const struct xnvi_linux_loop *loop, const char *node)
{
	const struct xnvi_linux_loop *above = claim->above;
	char dir[XNVI_SYSFS_PATH_NBYTES];
	char below[NAME_NBYTES];
	char devno[NAME_NBYTES];
	int err;

	snprintf(dir, sizeof(dir), "%s/dev/block", claim->view->sys);
	snprintf(devno, sizeof(devno), "%u:%u", major(loop->rdev), minor(loop->rdev));
	if (xnvi_sysfs_link(dir, devno, below, sizeof(below))) {
		return refuse_unprobed(claim, node, "the device below is not in sysfs");
	}
	claim->above = loop;
	err = claim_node(claim, below, ROLE_BELOW);
	claim->above = above;

	return err;
}

/** Claim the block device below a loop device, if there is one; `fd` is open on the loop device */
static int
claim_below(struct claim *claim, const char *name, int fd)
{
	struct xnvi_linux_loop loop = {.name = name};
	char disk[NAME_NBYTES];
	char node[XNVI_SYSFS_PATH_NBYTES];
	int res;

	if (!xnvi_linux_disk_of(claim->view, name, disk, sizeof(disk))) {
		loop.name = disk;
	}
	res = xnvi_linux_loop_is_bound(claim->view, loop.name);
	res = res > 0 ? xnvi_linux_loop_ask(fd, &loop) : res < 0 ? res : -ENXIO;
	if (res == -ENXIO) {
		return 0;
	}
	xnvi_linux_node(claim->view, loop.name, node, sizeof(node));
	if (res) {
		return refuse_unprobed(claim, node, strerror(-res));
	}

	return loop.rdev ? claim_under(claim, &loop, node)
			 : refuse_loop_over(claim, NULL, node, &loop);
}

/** Claim a namespace by the name of its disk, path (nvme0c1n1) or character node (ng0n1) */
static int
claim_namespace(void *arg, const char *name)
{
	struct claim *claim = arg;
	char disk[NAME_NBYTES];

	if (strlen(name) >= sizeof(disk) || !xnvi_linux_namespace_disk(name, disk, sizeof(disk))) {
		return 0;
	}
	claim->err = claim_node(claim, disk, ROLE_OTHER);

	return claim->err ? 1 : 0;
}

/** Claim what `func` finds among the names in the folder of a controller or a subsystem */
static int
claim_folder(struct claim *claim, const char *folder, xnvi_linux_name_func func)
{
	char dir[2 * XNVI_SYSFS_PATH_NBYTES];
	int res;

	snprintf(dir, sizeof(dir), "%s/%s", claim->view->sys, folder);
	res = xnvi_linux_each_name(dir, func, claim);

	return res < 0 ? refuse_unprobed(claim, folder, strerror(-res)) : claim->err;
}

static int
claim_controller(void *arg, const char *name)
{
	struct claim *claim = arg;
	char folder[2 * NAME_NBYTES];

	if (!xnvi_linux_matches(name, "nvme#")) {
		return 0;
	}
	snprintf(folder, sizeof(folder), "class/nvme/%.*s", NAME_NBYTES - 1, name);
	claim->err = claim_folder(claim, folder, claim_namespace);

	return claim->err ? 1 : 0;
}

/** Claim the namespaces of a subsystem, and those of its controllers */
static int
claim_subsystem(struct claim *claim, const char *name)
{
	char folder[XNVI_SYSFS_PATH_NBYTES];
	int err;

	snprintf(folder, sizeof(folder), "class/nvme-subsystem/%s", name);
	err = claim_folder(claim, folder, claim_namespace);

	return err ? err : claim_folder(claim, folder, claim_controller);
}

/** Get the subsystem of the controller in `claim->folder` */
static int
claim_subsystem_of(void *arg, const char *name)
{
	struct claim *claim = arg;
	char path[2 * XNVI_SYSFS_PATH_NBYTES];

	snprintf(path, sizeof(path), "%s/class/nvme-subsystem/%s/%s", claim->view->sys, name,
		 claim->folder);
	if (access(path, F_OK)) {
		return 0;
	}
	claim->err = claim_subsystem(claim, name);

	return 1;
}

/** Claim all namespaces that an admin command to this controller or subsystem can reach */
static int
claim_reach(struct claim *claim, const char *name)
{
	char dir[XNVI_SYSFS_PATH_NBYTES];
	int err;

	if (!xnvi_linux_matches(name, "nvme#")) {
		return claim_subsystem(claim, name);
	}
	err = claim_controller(claim, name);
	if (err) {
		return claim->err;
	}
	/* Kernels before 4.15 have no folders of subsystems */
	snprintf(dir, sizeof(dir), "%s/class/nvme-subsystem", claim->view->sys);
	claim->folder = name;
	err = xnvi_linux_each_name(dir, claim_subsystem_of, claim);

	return err < 0 && err != -ENOENT ? refuse_unprobed(claim, dir, strerror(-err)) : claim->err;
}

/** Name in sysfs of the device that the descriptor is a node of */
static int
name_of(struct claim *claim, char *name, bool *is_char)
{
	char dir[XNVI_SYSFS_PATH_NBYTES];
	char devno[NAME_NBYTES];
	struct stat st;

	if (fstat(xnvi_fd_of(claim->dev)->fd, &st) < 0) {
		return -errno;
	}
	*is_char = S_ISCHR(st.st_mode);
	claim->own = *is_char ? 0 : st.st_rdev;
	snprintf(dir, sizeof(dir), "%s/dev/%s", claim->view->sys, *is_char ? "char" : "block");
	snprintf(devno, sizeof(devno), "%u:%u", major(st.st_rdev), minor(st.st_rdev));

	return xnvi_sysfs_link(dir, devno, name, NAME_NBYTES);
}

static int
claim_char(struct claim *claim, const char *name)
{
	if (xnvi_linux_matches(name, "nvme#")) {
		claim_controller(claim, name);
		return claim->err;
	}
	if (!xnvi_linux_matches(name, "ng#n#")) {
		return refuse_unprobed(claim, name, "it is not a namespace");
	}
	claim_namespace(claim, name);

	return claim->err;
}

static int
claim_all(struct claim *claim, const char *name, bool is_char)
{
	char dir[XNVI_SYSFS_PATH_NBYTES];
	char disk[NAME_NBYTES];
	char owner[NAME_NBYTES];

	if (is_char && xnvi_linux_matches(name, "nvme#")) {
		return claim_reach(claim, name);
	}
	if (!xnvi_linux_namespace_disk(name, disk, sizeof(disk))) {
		return refuse_unprobed(claim, name, "it is not a namespace");
	}
	snprintf(dir, sizeof(dir), "%s/class/block/%s", claim->view->sys, disk);
	if (xnvi_sysfs_link(dir, "device", owner, sizeof(owner))) {
		return refuse_unprobed(claim, disk, "the kernel does not show its controller");
	}

	return claim_reach(claim, owner);
}

int
xnvi_linux_claim_at(struct xnvme_dev *dev, const struct xnvi_linux_view *view, bool all)
{
	struct claim claim = {.dev = dev, .view = view};
	const size_t n = *claims_of(&claim) ? (*claims_of(&claim))->n : 0;
	char name[NAME_NBYTES];
	bool is_char = false;
	int err;

	if (dev->cls == XNVI_CLASS_FILE) {
		return 0;
	}
	err = name_of(&claim, name, &is_char);
	if (err) {
		return refuse_unprobed(&claim, dev->ident.uri, strerror(-err));
	}
	err = is_char ? claim_char(&claim, name) : 0;
	if (!err && all && (dev->cls & XNVI_CLASSES_NVME)) {
		err = claim_all(&claim, name, is_char);
	}
	/* Last, since it is in use from here on, and so is not given back before close */
	if (!err && !is_char) {
		err = claim_node(&claim, name, ROLE_OWN);
	}
	if (err) {
		let_go(*claims_of(&claim), n);
	}

	return err;
}

int
xnvi_linux_claim(struct xnvme_dev *dev, bool all)
{
	return xnvi_linux_claim_at(dev, &xnvi_linux_system, all);
}

void
xnvi_linux_unclaim(struct xnvme_dev *dev)
{
	struct xnvi_claims **claims = &xnvi_fd_of(dev)->claims;

	let_go(*claims, 0);
	free(*claims);
	*claims = NULL;
}
