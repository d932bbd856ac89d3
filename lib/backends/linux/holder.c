// SPDX-License-Identifier: BSD-3-Clause
/**
 * Finding out who holds a block device
 *
 * The kernel says that a device is held, but not by whom. This file looks at the places where the
 * kernel lists the usual holders: mounts, swap, devices on top, and loop devices.
 */
#include <backends/linux/kernel.h>
#include <os/posix/descriptor.h>

#include <dirent.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <backends/linux/ioctl.h>
#include <backends/linux/sysfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define DEVNO_NBYTES	24
#define NAME_NBYTES	XNVI_LINUX_NAME_NBYTES
#define MOUNT_SEPARATOR " - "

const struct xnvi_linux_view xnvi_linux_system = {"/sys", "/proc", "/dev"};

/** A search for a holder of one device: the disk itself, a partition of it, or the disk below */
struct search {
	const struct xnvi_linux_view *view;
	const char *name;
	char node[XNVI_SYSFS_PATH_NBYTES];
	char devno[DEVNO_NBYTES];	   ///< "major:minor"; empty while the search is for a file
	const struct xnvi_linux_loop *own; ///< The loop device that is being claimed, or NULL
	char *text;
	size_t text_nbytes;
	int err; ///< First error that kept us from looking at a place
};

/** Look at one place; true when it lists the holder, and `text` names it */
typedef bool (*look_func)(struct search *search);

int
xnvi_linux_each_name(const char *folder, xnvi_linux_name_func func, void *arg)
{
	const struct dirent *entry;
	struct xnvi_retry retry = {0};
	DIR *handle;
	int res = 0;

	do {
		handle = opendir(folder);
	} while (!handle && errno == EINTR && xnvi_retry(&retry));
	if (!handle) {
		return -errno;
	}
	errno = 0;
	while (!res && (entry = readdir(handle))) {
		res = entry->d_name[0] == '.' ? 0 : func(arg, entry->d_name);
		errno = 0;
	}
	if (!res) {
		res = -errno;
	}
	closedir(handle);

	return res;
}

void
xnvi_linux_node(const struct xnvi_linux_view *view, const char *name, char *node, size_t nbytes)
{
	snprintf(node, nbytes, "%s/%s", view->dev, name);
	for (char *c = node + XNVME_MIN_U64(strlen(view->dev), nbytes - 1); *c; ++c) {
		*c = *c == '!' ? '/' : *c;
	}
}

/** Record a failure to look at a place, unless the place does not exist or just went away */
static void
note(struct search *search, int err)
{
	const bool gone = err == -ENOENT || err == -ENOTDIR || err == -ENODEV || err == -ENXIO;

	if (err && !gone && !search->err) {
		search->err = err;
	}
}

/** Folder of a block device in sysfs */
static void
block_dir(const struct search *search, char *dir, size_t nbytes)
{
	snprintf(dir, nbytes, "%s/class/block/%s", search->view->sys, search->name);
}

/** The n-th word of a line, from 0; its length, 0 when there are fewer words */
static size_t
word(const char *line, unsigned n, const char **start)
{
	line += strspn(line, " ");
	for (; n; --n) {
		line += strcspn(line, " \t\n");
		line += strspn(line, " \t\n");
	}
	*start = line;

	return strcspn(line, " \t\n");
}

static bool
word_is(const char *line, unsigned n, const char *expected)
{
	const char *start;
	const size_t len = word(line, n, &start);

	return len == strlen(expected) && memcmp(start, expected, len) == 0;
}

/** Match a line of mountinfo; a file system on several disks has its own number, and names a node
 */
static bool
is_mount_of(const struct search *search, const char *line)
{
	const char *source = strstr(line, MOUNT_SEPARATOR);

	return word_is(line, 2, search->devno) ||
	       (source && word_is(source + strlen(MOUNT_SEPARATOR), 1, search->node));
}

static bool
look_at_mounts(struct search *search)
{
	char path[XNVI_SYSFS_PATH_NBYTES];
	char *line = NULL;
	const char *start;
	size_t nbytes = 0;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/self/mountinfo", search->view->proc);
	file = fopen(path, "re");
	while (file && !found && getline(&line, &nbytes, file) > 0) {
		found = is_mount_of(search, line);
	}
	if (found) {
		const size_t len = word(line, 4, &start);

		snprintf(search->text, search->text_nbytes, "%s is mounted at %.*s", search->node,
			 (int)len, start);
	}
	free(line);
	if (file) {
		fclose(file);
	}

	return found;
}

static bool
look_at_swaps(struct search *search)
{
	char path[XNVI_SYSFS_PATH_NBYTES];
	char *line = NULL;
	size_t nbytes = 0;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/swaps", search->view->proc);
	file = fopen(path, "re");
	while (file && !found && getline(&line, &nbytes, file) > 0) {
		found = word_is(line, 0, search->node);
	}
	if (found) {
		snprintf(search->text, search->text_nbytes, "%s is used as swap", search->node);
	}
	free(line);
	if (file) {
		fclose(file);
	}

	return found;
}

static int
holder_take(void *arg, const char *name)
{
	struct search *search = arg;
	char dir[XNVI_SYSFS_PATH_NBYTES];
	char title[NAME_NBYTES];

	snprintf(dir, sizeof(dir), "%s/class/block/%s", search->view->sys, name);
	if (xnvi_sysfs_text(dir, "dm/name", title, sizeof(title)) || !title[0]) {
		snprintf(search->text, search->text_nbytes, "%s is part of %s", search->node, name);
	} else {
		snprintf(search->text, search->text_nbytes, "%s is part of %s (%s)", search->node,
			 name, title);
	}

	return 1;
}

/** Look for devices on top: the device mapper, md, bcache */
static bool
look_at_holders(struct search *search)
{
	char dir[XNVI_SYSFS_PATH_NBYTES];

	snprintf(dir, sizeof(dir), "%s/class/block/%s/holders", search->view->sys, search->name);

	return xnvi_linux_each_name(dir, holder_take, search) > 0;
}

static const look_func g_looks[] = {look_at_mounts, look_at_swaps, look_at_holders};

static bool
look_everywhere(struct search *search)
{
	for (size_t i = 0; i < sizeof(g_looks) / sizeof(g_looks[0]); ++i) {
		if (g_looks[i](search)) {
			return true;
		}
	}

	return false;
}

/** Direct the search at a device; false when sysfs does not have it */
static bool
search_name(struct search *search, const char *name)
{
	char dir[XNVI_SYSFS_PATH_NBYTES];
	int err;

	search->name = name;
	xnvi_linux_node(search->view, name, search->node, sizeof(search->node));
	block_dir(search, dir, sizeof(dir));
	err = xnvi_sysfs_text(dir, "dev", search->devno, sizeof(search->devno));
	note(search, err);

	return !err;
}

int
xnvi_linux_disk_of(const struct xnvi_linux_view *view, const char *name, char *disk, size_t nbytes)
{
	char dir[XNVI_SYSFS_PATH_NBYTES];
	char devno[DEVNO_NBYTES];
	uint64_t number;
	int err;

	snprintf(dir, sizeof(dir), "%s/class/block/%s", view->sys, name);
	err = xnvi_sysfs_u64(dir, "partition", &number);
	err = err ? err : xnvi_sysfs_text(dir, "../dev", devno, sizeof(devno));
	if (err) {
		return err;
	}
	snprintf(dir, sizeof(dir), "%s/dev/block", view->sys);

	return xnvi_sysfs_link(dir, devno, disk, nbytes);
}

/** A search, and the disk whose folder it reads */
struct parts {
	struct search *search;
	look_func look;
	const char *disk;
};

static int
part_look(void *arg, const char *name)
{
	const struct parts *parts = arg;
	char dir[2 * XNVI_SYSFS_PATH_NBYTES];
	uint64_t number;
	int err;

	snprintf(dir, sizeof(dir), "%s/class/block/%s/%s", parts->search->view->sys, parts->disk,
		 name);
	err = xnvi_sysfs_u64(dir, "partition", &number);
	note(parts->search, err);

	return !err && search_name(parts->search, name) && parts->look(parts->search);
}

/** Search for the device itself, then for its partitions or the disk that it is a partition of */
static bool
look_at_family(struct search *search, const char *name, look_func look)
{
	struct parts parts = {search, look, name};
	char disk[NAME_NBYTES];
	char dir[XNVI_SYSFS_PATH_NBYTES];
	int res;

	if (search_name(search, name) && look(search)) {
		return true;
	}
	res = xnvi_linux_disk_of(search->view, name, disk, sizeof(disk));
	if (!res) {
		return search_name(search, disk) && look(search);
	}
	note(search, res);
	snprintf(dir, sizeof(dir), "%s/class/block/%s", search->view->sys, name);
	res = xnvi_linux_each_name(dir, part_look, &parts);
	note(search, res < 0 ? res : 0);

	return res > 0;
}

bool
xnvi_linux_holder(const struct xnvi_linux_view *view, const char *name, char *text, size_t nbytes)
{
	struct search search = {.view = view, .text = text, .text_nbytes = nbytes};

	return look_at_family(&search, name, look_everywhere);
}

int
xnvi_linux_rdev_of(const struct xnvi_linux_view *view, const char *name, dev_t *rdev)
{
	char dir[XNVI_SYSFS_PATH_NBYTES];
	char text[DEVNO_NBYTES];
	unsigned int major_number, minor_number;
	int err;

	snprintf(dir, sizeof(dir), "%s/class/block/%s", view->sys, name);
	err = xnvi_sysfs_text(dir, "dev", text, sizeof(text));
	if (err) {
		return err;
	}
	// NOLINTNEXTLINE(cert-err34-c): the kernel's own text, and what does not match is refused
	if (sscanf(text, "%u:%u", &major_number, &minor_number) != 2) {
		return -EPROTO;
	}
	*rdev = makedev(major_number, minor_number);

	return 0;
}

int
xnvi_linux_open_node(const char *path, dev_t rdev, int flags)
{
	struct stat st;
	int err = 0;
	int fd;

	fd = xnvi_open(path, flags, 0);
	if (fd < 0) {
		return -errno;
	}
	if (fstat(fd, &st) < 0) {
		err = -errno;
	} else if (!S_ISBLK(st.st_mode) || st.st_rdev != rdev) {
		err = -ENXIO;
	}
	if (err) {
		close(fd);
		return err;
	}

	return fd;
}

int
xnvi_linux_loop_is_bound(const struct xnvi_linux_view *view, const char *name)
{
	char path[XNVI_SYSFS_PATH_NBYTES];
	int res;

	snprintf(path, sizeof(path), "%s/class/block/%s/loop/backing_file", view->sys, name);
	res = access(path, F_OK) ? -errno : 1;

	return res == -ENOENT || res == -ENOTDIR ? 0 : res;
}

int
xnvi_linux_loop_ask(int fd, struct xnvi_linux_loop *loop)
{
	struct loop_info64 info;

	const int err = xnvi_linux_ioctl_once(fd, LOOP_GET_STATUS64, &info);

	if (err) {
		return err;
	}
	loop->rdev = (dev_t)info.lo_rdevice;
	loop->dev = (dev_t)info.lo_device;
	loop->ino = (ino_t)info.lo_inode;
	loop->begin = info.lo_offset;
	if (!info.lo_sizelimit ||
	    __builtin_add_overflow(info.lo_offset, info.lo_sizelimit, &loop->end)) {
		loop->end = UINT64_MAX;
	}

	return 0;
}

/** Ask by the node of the loop device: the name of its file may be gone, or lead elsewhere */
static int
loop_ask_by_node(const struct search *search, const char *name, const char *node,
		 struct xnvi_linux_loop *loop)
{
	dev_t rdev;
	int err, fd;

	err = xnvi_linux_rdev_of(search->view, name, &rdev);
	if (err) {
		return err;
	}
	fd = xnvi_linux_open_node(node, rdev, O_RDONLY | O_NONBLOCK);
	if (fd < 0) {
		return fd;
	}
	err = xnvi_linux_loop_ask(fd, loop);
	close(fd);

	return err;
}

/** Whether the loop device is over the target of the search */
static bool
is_over(const struct search *search, const struct xnvi_linux_loop *loop)
{
	const struct xnvi_linux_loop *own = search->own;
	char devno[DEVNO_NBYTES];

	if (own && own->rdev == loop->rdev &&
	    (own->rdev || (own->dev == loop->dev && own->ino == loop->ino))) {
		return own->begin < loop->end && loop->begin < own->end;
	}
	snprintf(devno, sizeof(devno), "%u:%u", major(loop->rdev), minor(loop->rdev));

	return loop->rdev && strcmp(devno, search->devno) == 0;
}

static int
loop_look(void *arg, const char *name)
{
	struct search *search = arg;
	struct xnvi_linux_loop loop;
	char node[XNVI_SYSFS_PATH_NBYTES];
	int err;

	if ((search->own && strcmp(name, search->own->name) == 0) ||
	    !xnvi_linux_loop_is_bound(search->view, name)) {
		return 0;
	}
	xnvi_linux_node(search->view, name, node, sizeof(node));
	err = loop_ask_by_node(search, name, node, &loop);
	if (err && xnvi_linux_loop_is_bound(search->view, name)) {
		search->err = err;
		snprintf(search->text, search->text_nbytes,
			 "asking the loop device %.80s for the file below it failed: %s", node,
			 strerror(-err));
	}
	if (err || !is_over(search, &loop)) {
		return 0;
	}
	snprintf(search->text, search->text_nbytes, "%s is under the loop device %s%s",
		 search->devno[0] ? search->node : "its file", node, search->own ? " as well" : "");

	return 1;
}

static bool
look_at_loops(struct search *search)
{
	char dir[XNVI_SYSFS_PATH_NBYTES];
	int res;

	snprintf(dir, sizeof(dir), "%s/block", search->view->sys);
	res = xnvi_linux_each_name(dir, loop_look, search);
	if (res < 0 && !search->err) {
		search->err = res;
	}

	return res > 0;
}

int
xnvi_linux_loop_over(const struct xnvi_linux_view *view, const char *name,
		     const struct xnvi_linux_loop *own, char *text, size_t nbytes)
{
	struct search search = {.view = view, .own = own, .text = text, .text_nbytes = nbytes};

	text[0] = '\0';
	if (!name) {
		return look_at_loops(&search) ? 1 : search.err;
	}
	if (!search_name(&search, name)) {
		return search.err ? search.err : -ENOENT;
	}

	return look_at_family(&search, name, look_at_loops) ? 1 : search.err;
}
