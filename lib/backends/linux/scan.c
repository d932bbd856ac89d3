// SPDX-License-Identifier: BSD-3-Clause
/**
 * scan: linux
 *
 * Talks to:             sysfs, which it only reads; no device is opened
 * Serves:               NVMe controllers and namespaces of PCIe and fabrics, other block devices
 * Needs:                /sys; permissions on the devices do not matter
 * Queue and limits:     -
 * Completion delivery:  calls back in the order of names, numbers by value
 * Threads:              any
 * Error mapping:        a device that vanishes meanwhile is skipped; a permission error is
 *                       returned after all other devices were reported
 * Quirks:               of a multipath namespace, the head is reported and not the hidden paths;
 *                       a PCI function without the kernel's driver is reported by its address
 * Not supported:        controllers of fabrics that are not connected
 */
#include <backends/linux/kernel.h>

#include <ctype.h>
#include <backends/linux/sysfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LAYER	       "be:linux"
#define CLASS_NVME     0x010802U /* Mass storage, non-volatile memory, NVMe I/O controller */
#define NSID_NONE      0xffffffffU
#define SYS_URI_BLOCK  "block"
#define NFOUND_INITIAL 16U
#define DOTTED_NBYTES  32

/** All devices, to be sorted before they are reported */
struct scan {
	const char *sys;
	const char *dev;
	struct xnvme_ident *idents;
	size_t n;
	size_t nmax;
	int err; ///< First error that kept us from looking
};

typedef void (*entry_func)(struct scan *scan, const char *dir, const char *name);

bool
xnvi_linux_matches(const char *name, const char *pattern)
{
	for (; *pattern; ++pattern) {
		if (*pattern != '#') {
			if (*name++ != *pattern) {
				return false;
			}
			continue;
		}
		if (!isdigit((unsigned char)*name)) {
			return false;
		}
		while (isdigit((unsigned char)*name)) {
			name++;
		}
	}

	return !*name;
}

bool
xnvi_linux_namespace_disk(const char *name, char *disk, size_t nbytes)
{
	int len = -1;

	if (xnvi_linux_matches(name, "nvme#n#")) {
		len = snprintf(disk, nbytes, "%s", name);
	} else if (xnvi_linux_matches(name, "nvme#c#n#")) {
		len = snprintf(disk, nbytes, "%.*s%s", (int)(strchr(name, 'c') - name), name,
			       strrchr(name, 'n'));
	} else if (xnvi_linux_matches(name, "ng#n#")) {
		len = snprintf(disk, nbytes, "nvme%s", name + strlen("ng"));
	}

	return len >= 0 && (size_t)len < nbytes;
}

/** Record a failure, unless the device went away or the kernel lacks the attribute */
static void
note(struct scan *scan, int err, const char *dir, const char *attr)
{
	char where[XNVI_SYSFS_PATH_NBYTES];

	switch (err) {
	case 0:
	case -ENOENT:
	case -ENOTDIR:
	case -ENODEV:
	case -ENXIO:
	case -EINVAL:
	case -ELOOP:
	case -ENAMETOOLONG:
		return;
	default:
		if (!scan->err) {
			snprintf(where, sizeof(where), "%s/%s", dir, attr);
			scan->err = xnvi_err(err, LAYER, where, "check the permissions",
					     "looking for devices: %s", strerror(-err));
		}
	}
}

static uint64_t
number(struct scan *scan, const char *dir, const char *attr, uint64_t fallback)
{
	uint64_t value = fallback;

	note(scan, xnvi_sysfs_u64(dir, attr, &value), dir, attr);

	return value;
}

static bool
text_is(struct scan *scan, const char *dir, const char *attr, const char *expected)
{
	char text[DOTTED_NBYTES] = {0};

	note(scan, xnvi_sysfs_text(dir, attr, text, sizeof(text)), dir, attr);

	return strcmp(text, expected) == 0;
}

struct entries {
	struct scan *scan;
	const char *dir;
	entry_func func;
};

static int
visit(void *arg, const char *name)
{
	const struct entries *entries = arg;
	char path[XNVI_SYSFS_PATH_NBYTES];

	if (snprintf(path, sizeof(path), "%s/%s", entries->dir, name) < (int)sizeof(path)) {
		entries->func(entries->scan, path, name);
	}

	return 0;
}

static void
each_entry(struct scan *scan, const char *folder, entry_func func)
{
	char dir[XNVI_SYSFS_PATH_NBYTES];
	struct entries entries = {scan, dir, func};

	snprintf(dir, sizeof(dir), "%s/%s", scan->sys, folder);
	note(scan, xnvi_linux_each_name(dir, visit, &entries), scan->sys, folder);
}

/** Add an identity as of an unopened URI; NULL without memory */
static struct xnvme_ident *
add_uri(struct scan *scan, const char *uri, enum xnvi_dtype dtype)
{
	struct xnvme_ident *ident;

	if (scan->n == scan->nmax) {
		const size_t nmax = scan->nmax ? 2 * scan->nmax : NFOUND_INITIAL;
		struct xnvme_ident *idents = realloc(scan->idents, nmax * sizeof(*idents));

		if (!idents) {
			note(scan, -ENOMEM, scan->sys, uri);
			return NULL;
		}
		scan->idents = idents;
		scan->nmax = nmax;
	}
	ident = &scan->idents[scan->n];
	if (xnvme_ident_from_uri(uri, ident)) {
		return NULL;
	}
	ident->dtype = dtype;
	scan->n++;

	return ident;
}

/** Add a node of a device; the kernel writes '!' for a '/' in the name of the node */
static struct xnvme_ident *
add_node(struct scan *scan, const char *name, enum xnvi_dtype dtype)
{
	char path[XNVI_SYSFS_PATH_NBYTES];

	snprintf(path, sizeof(path), "%s/%s", scan->dev, name);
	for (char *c = path + strlen(scan->dev); *c; ++c) {
		*c = *c == '!' ? '/' : *c;
	}
	/* Without a node, as in a container, the device cannot be opened */
	if (access(path, F_OK)) {
		return NULL;
	}

	return add_uri(scan, path, dtype);
}

static void
add_pci(struct scan *scan, const char *dir, const char *name)
{
	char driver[DOTTED_NBYTES];

	if (number(scan, dir, "class", 0) != CLASS_NVME) {
		return;
	}
	/* A device with a driver is reported by its nodes */
	if (xnvi_sysfs_link(dir, "driver", driver, sizeof(driver)) || strcmp(driver, "nvme") != 0) {
		add_uri(scan, name, XNVI_DTYPE_CONTROLLER);
	}
}

static void
add_controller(struct scan *scan, const char *dir, const char *name)
{
	struct xnvme_ident *ident;

	if (!xnvi_linux_matches(name, "nvme#")) {
		return;
	}
	ident = add_node(scan, name, XNVI_DTYPE_CONTROLLER);
	if (ident) {
		note(scan, xnvi_sysfs_text(dir, "subsysnqn", ident->subnqn, sizeof(ident->subnqn)),
		     dir, "subsysnqn");
	}
}

/** Set what the disk `name` of a namespace tells, for either node */
static void
fill_namespace(struct scan *scan, struct xnvme_ident *ident, const char *name)
{
	char dir[XNVI_SYSFS_PATH_NBYTES];

	snprintf(dir, sizeof(dir), "%s/class/block/%s", scan->sys, name);
	ident->nsid = (uint32_t)number(scan, dir, "nsid", NSID_NONE);
	ident->csi = (uint8_t)number(scan, dir, "csi", 0xff);
	if (ident->csi == 0xff && text_is(scan, dir, "queue/zoned", "host-managed")) {
		ident->csi = XNVME_SPEC_CSI_ZONED;
	} else if (ident->csi == 0xff && text_is(scan, dir, "queue/zoned", "none")) {
		ident->csi = XNVME_SPEC_CSI_NVM;
	}
	note(scan, xnvi_sysfs_text(dir, "device/subsysnqn", ident->subnqn, sizeof(ident->subnqn)),
	     dir, "device/subsysnqn");
}

/** Add both nodes of the namespace whose disk is `name` */
static void
add_namespace(struct scan *scan, const char *name, bool block, bool generic)
{
	char node[XNVI_SYSFS_PATH_NBYTES];
	struct xnvme_ident *ident;

	ident = block ? add_node(scan, name, XNVI_DTYPE_NAMESPACE) : NULL;
	if (ident) {
		fill_namespace(scan, ident, name);
	}
	snprintf(node, sizeof(node), "ng%s", name + strlen("nvme"));
	ident = generic ? add_node(scan, node, XNVI_DTYPE_NAMESPACE) : NULL;
	if (ident) {
		fill_namespace(scan, ident, name);
	}
}

static bool
is_hidden(struct scan *scan, const char *dir)
{
	return number(scan, dir, "hidden", 0) != 0;
}

/** Whether the disk belongs to a controller, or to a subsystem with several paths */
static bool
is_nvme_disk(const char *dir, const char *name)
{
	char subsystem[DOTTED_NBYTES];

	return xnvi_linux_matches(name, "nvme#n#") &&
	       !xnvi_sysfs_link(dir, "device/subsystem", subsystem, sizeof(subsystem)) &&
	       strncmp(subsystem, "nvme", strlen("nvme")) == 0;
}

static void
add_nvme_disk(struct scan *scan, const char *dir, const char *name)
{
	if (is_nvme_disk(dir, name) && !is_hidden(scan, dir)) {
		add_namespace(scan, name, true, false);
	}
}

static void
add_nvme_generic(struct scan *scan, const char *dir, const char *name)
{
	char disk[XNVI_SYSFS_PATH_NBYTES];

	(void)dir;
	if (xnvi_linux_matches(name, "ng#n#") &&
	    xnvi_linux_namespace_disk(name, disk, sizeof(disk))) {
		add_namespace(scan, disk, false, true);
	}
}

/** Add another block device, if it has a size: a loop device without a file has none */
static void
add_block(struct scan *scan, const char *dir, const char *name)
{
	struct xnvme_ident *ident;

	if (is_nvme_disk(dir, name) || is_hidden(scan, dir) || !number(scan, dir, "size", 0)) {
		return;
	}
	ident = add_node(scan, name, XNVI_DTYPE_BLOCK);
	if (ident) {
		ident->nsid = 1;
		ident->csi = text_is(scan, dir, "queue/zoned", "host-managed")
				 ? XNVME_SPEC_CSI_ZONED
				 : XNVME_SPEC_CSI_FS;
	}
}

/** Add a namespace of a controller: nvme0n1, or the path nvme0c1n1 whose head is nvme0n1 */
static void
add_of_controller(struct scan *scan, const char *dir, const char *name)
{
	char disk[DOTTED_NBYTES];
	char disk_dir[XNVI_SYSFS_PATH_NBYTES];

	if (xnvi_linux_matches(name, "ng#n#") ||
	    !xnvi_linux_namespace_disk(name, disk, sizeof(disk))) {
		return;
	}
	if (strcmp(name, disk) != 0) {
		snprintf(disk_dir, sizeof(disk_dir), "%s/class/block/%s", scan->sys, disk);
		dir = disk_dir;
		name = disk;
	}
	add_namespace(scan, name, !is_hidden(scan, dir), true);
}

/** Compare names by the value of their numbers, so that nvme10 comes after nvme2 */
static int
compare(const void *one, const void *two)
{
	const char *a = ((const struct xnvme_ident *)one)->uri;
	const char *b = ((const struct xnvme_ident *)two)->uri;
	const int plain = strcmp(a, b);

	if (*a != '/' || *b != '/') {
		return plain;
	}
	while (*a && *b) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			char *a_end, *b_end;
			const unsigned long long a_value = strtoull(a, &a_end, 10);
			const unsigned long long b_value = strtoull(b, &b_end, 10);

			if (a_value != b_value) {
				return a_value < b_value ? -1 : 1;
			}
			a = a_end;
			b = b_end;
		} else if (*a != *b) {
			break;
		} else {
			a++;
			b++;
		}
	}

	return *a != *b ? (unsigned char)*a - (unsigned char)*b : plain;
}

/** Report in order, each node once; the callback may end it */
static int
report(struct scan *scan, xnvme_scan_cb cb, void *cb_args)
{
	if (scan->n) {
		qsort(scan->idents, scan->n, sizeof(*scan->idents), compare);
	}
	for (size_t i = 0; i < scan->n; ++i) {
		int res;

		if (i && strcmp(scan->idents[i].uri, scan->idents[i - 1].uri) == 0) {
			continue;
		}
		res = cb(&scan->idents[i], cb_args);
		if (res) {
			return res;
		}
	}

	return scan->err;
}

/** Buffer for the name of the first controller */
struct found {
	char *name;
	size_t nbytes;
};

static int
is_controller(void *arg, const char *name)
{
	const struct found *found = arg;

	return xnvi_linux_matches(name, "nvme#") &&
	       snprintf(found->name, found->nbytes, "%s", name) < (int)found->nbytes;
}

/** Name of the controller in `sys_uri`, which is its node or its PCI address */
static int
controller_of(const struct scan *scan, const char *sys_uri, char *name, size_t nbytes)
{
	const size_t ndev = strlen(scan->dev);
	struct found found = {name, nbytes};
	char dir[XNVI_SYSFS_PATH_NBYTES];

	if (strncmp(sys_uri, scan->dev, ndev) == 0 && sys_uri[ndev] == '/' &&
	    xnvi_linux_matches(sys_uri + ndev + 1, "nvme#")) {
		return snprintf(name, nbytes, "%s", sys_uri + ndev + 1) < (int)nbytes ? 0 : -ENOENT;
	}
	if (strchr(sys_uri, '/') || !strchr(sys_uri, ':')) {
		return -ENOTSUP;
	}
	snprintf(dir, sizeof(dir), "%s/bus/pci/devices/%s/nvme", scan->sys, sys_uri);

	/* Otherwise there is no such function, or it has no driver */
	return xnvi_linux_each_name(dir, is_controller, &found) > 0 ? 0 : -ENOTSUP;
}

static int
scan_controller(struct scan *scan, const char *sys_uri)
{
	char name[DOTTED_NBYTES];
	char folder[DOTTED_NBYTES + 16];
	char dir[XNVI_SYSFS_PATH_NBYTES];
	int err;

	err = controller_of(scan, sys_uri, name, sizeof(name));
	if (err == -ENOTSUP) {
		return err;
	}
	snprintf(folder, sizeof(folder), "class/nvme/%s", err ? "" : name);
	snprintf(dir, sizeof(dir), "%s/%s", scan->sys, folder);
	if (err || access(dir, F_OK)) {
		return xnvi_err(-ENOENT, LAYER, sys_uri, "see xnvme scan for the controllers",
				"the kernel has no NVMe controller of that name");
	}
	each_entry(scan, folder, add_of_controller);

	return 0;
}

/** Whether `sys_uri` is the folder of all nodes, which stands for all of them as in 0.7.5 */
static bool
is_everything(const struct scan *scan, const char *sys_uri)
{
	const size_t n = sys_uri ? strlen(scan->dev) : 0;

	return !sys_uri || (strncmp(sys_uri, scan->dev, n) == 0 &&
			    sys_uri[n + strspn(sys_uri + n, "/")] == '\0');
}

int
xnvi_linux_scan_at(const char *sys, const char *dev, const char *sys_uri, xnvme_scan_cb cb,
		   void *cb_args)
{
	struct scan scan = {.sys = sys, .dev = dev};
	int err = 0;

	if (is_everything(&scan, sys_uri)) {
		each_entry(&scan, "bus/pci/devices", add_pci);
		each_entry(&scan, "class/nvme", add_controller);
		each_entry(&scan, "class/block", add_nvme_disk);
		each_entry(&scan, "class/nvme-generic", add_nvme_generic);
	} else if (strcmp(sys_uri, SYS_URI_BLOCK) == 0) {
		each_entry(&scan, "class/block", add_block);
	} else {
		err = scan_controller(&scan, sys_uri);
	}
	if (!err) {
		err = report(&scan, cb, cb_args);
	}
	free(scan.idents);

	return err;
}

int
xnvi_linux_scan(const char *sys_uri, xnvme_scan_cb cb, void *cb_args)
{
	return xnvi_linux_scan_at("/sys", "/dev", sys_uri, cb, cb_args);
}
