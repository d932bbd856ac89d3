// SPDX-License-Identifier: BSD-3-Clause
/**
 * Who holds a block device, in words
 *
 * The kernel says that a device is held, and not by whom. This file looks at the places where the
 * kernel shows the usual holders: mounts, swap, the devices on top of it, and loop devices.
 */
#include <backends/linux/linux.h>

#include <dirent.h>
#include <os/linux/sysfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define DEVNO_NBYTES	24
#define NAME_NBYTES	XNVI_LINUX_NAME_NBYTES
#define MOUNT_SEPARATOR " - "

const struct xnvi_linux_view xnvi_linux_system = {"/sys", "/proc", "/dev"};

/** A search for a holder of one device: the disk itself, a partition of it, or the disk below */
struct search {
	const struct xnvi_linux_view *view;
	const char *name;
	char node[XNVI_SYSFS_PATH_NBYTES];
	char devno[DEVNO_NBYTES]; ///< "major:minor"
	char *text;
	size_t text_nbytes;
	int err; ///< The first that kept us from looking at a place
};

/** Looks at one place; true when the holder is there, and `text` names it */
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

/** What is not there, or goes away meanwhile, holds nothing; other failures leave a place unseen */
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

/** A line of mountinfo; file systems on several disks have a number of their own, and name a node
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

/** Devices on top: the device mapper, md, bcache */
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

/** Point the search at a device; false when sysfs does not know it */
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

/** A search, and the disk whose folder it goes through */
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

/** The device itself, then its partitions or the disk that it is a partition of */
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

/** A loop device's file may be a block device under any name */
static bool
is_node_of(const struct search *search, const char *path)
{
	char devno[DEVNO_NBYTES];
	struct stat st;

	if (strcmp(path, search->node) == 0) {
		return true;
	}
	if (stat(path, &st) || !S_ISBLK(st.st_mode)) {
		return false;
	}
	snprintf(devno, sizeof(devno), "%u:%u", major(st.st_rdev), minor(st.st_rdev));

	return strcmp(devno, search->devno) == 0;
}

static int
loop_look(void *arg, const char *name)
{
	struct search *search = arg;
	char dir[XNVI_SYSFS_PATH_NBYTES];
	char node[XNVI_SYSFS_PATH_NBYTES];
	char path[XNVI_SYSFS_PATH_NBYTES];
	int err;

	if (strncmp(name, "loop", strlen("loop")) != 0) {
		return 0;
	}
	snprintf(dir, sizeof(dir), "%s/block/%s", search->view->sys, name);
	err = xnvi_sysfs_text(dir, "loop/backing_file", path, sizeof(path));
	note(search, err);
	if (err || !is_node_of(search, path)) {
		return 0;
	}
	xnvi_linux_node(search->view, name, node, sizeof(node));
	snprintf(search->text, search->text_nbytes, "%s is under the loop device %s", search->node,
		 node);

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
xnvi_linux_loop_over(const struct xnvi_linux_view *view, const char *name, char *text,
		     size_t nbytes)
{
	struct search search = {.view = view, .text = text, .text_nbytes = nbytes};

	if (!search_name(&search, name)) {
		return search.err ? search.err : -ENOENT;
	}

	return look_at_family(&search, name, look_at_loops) ? 1 : search.err;
}
