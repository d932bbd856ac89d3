// SPDX-License-Identifier: BSD-3-Clause
/**
 * Finding devices on Linux: made-up trees of sysfs and of device nodes, and what is told of them
 */
#include <backends/linux/kernel.h>
#include <support/test.h>
#include <support/tree.h>

#include <fcntl.h>
#include <backends/linux/sysfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_NBYTES 512
#define SEEN_NBYTES 4096

static char g_sys[64];
static char g_dev[64];

/** An empty system */
static void
begin(void)
{
	const char *dir = tree_begin();

	snprintf(g_sys, sizeof(g_sys), "%s/sys", dir);
	snprintf(g_dev, sizeof(g_dev), "%s/dev", dir);
	tree_put("sys", NULL);
	tree_put("dev", NULL);
}

/** An attribute, or an empty folder when there is no text */
static void
put(const char *attr, const char *text)
{
	char path[2 * PATH_NBYTES];

	snprintf(path, sizeof(path), "sys/%s", attr);
	tree_put(path, text);
}

/** Its target is below the tree of sysfs, or nowhere */
static void
put_link(const char *attr, const char *target)
{
	char path[2 * PATH_NBYTES];
	char to[2 * PATH_NBYTES];

	snprintf(path, sizeof(path), "sys/%s", attr);
	snprintf(to, sizeof(to), "sys/%s", target);
	tree_link(path, to);
}

static void
put_node(const char *name)
{
	char path[2 * PATH_NBYTES];

	snprintf(path, sizeof(path), "dev/%s", name);
	tree_put(path, "");
}

/** A PCI function; `driver` is NULL when it has none */
static void
put_pci(const char *address, const char *class, const char *driver)
{
	char attr[PATH_NBYTES];
	char target[PATH_NBYTES];

	snprintf(attr, sizeof(attr), "bus/pci/devices/%s/class", address);
	put(attr, class);
	if (driver) {
		snprintf(attr, sizeof(attr), "bus/pci/devices/%s/driver", address);
		snprintf(target, sizeof(target), "bus/pci/drivers/%s", driver);
		put_link(attr, target);
	}
}

static void
put_controller(const char *name, const char *subnqn)
{
	char attr[PATH_NBYTES];

	snprintf(attr, sizeof(attr), "class/nvme/%s/subsysnqn", name);
	put(attr, subnqn);
	snprintf(attr, sizeof(attr), "class/nvme/%s/subsystem", name);
	put_link(attr, "class/nvme");
	put_node(name);
}

/** The disk `name` on `parent` (a controller, or a subsystem), with both of its nodes */
static void
put_namespace(const char *name, const char *parent, const char *nsid, const char *zoned)
{
	char attr[PATH_NBYTES];
	char node[PATH_NBYTES / 2];

	snprintf(attr, sizeof(attr), "class/block/%s/nsid", name);
	put(attr, nsid);
	snprintf(attr, sizeof(attr), "class/block/%s/queue/zoned", name);
	put(attr, zoned);
	snprintf(attr, sizeof(attr), "class/block/%s/device", name);
	put_link(attr, parent);
	put_node(name);
	snprintf(node, sizeof(node), "ng%s", name + strlen("nvme"));
	snprintf(attr, sizeof(attr), "class/nvme-generic/%s/", node);
	put(attr, NULL);
	put_node(node);
}

struct seen {
	char text[SEEN_NBYTES];
	size_t len;
	unsigned n;
	unsigned stop_at; ///< The callback returns 77 at this one
	struct xnvme_ident last;
};

static int
see(const struct xnvme_ident *ident, void *arg)
{
	const char *uri = ident->uri;
	struct seen *seen = arg;

	if (strncmp(uri, g_dev, strlen(g_dev)) == 0) {
		uri += strlen(g_dev) + 1;
	}
	seen->len += (size_t)snprintf(seen->text + seen->len, sizeof(seen->text) - seen->len,
				      "%s%s:%u:%x:%x", seen->n ? " " : "", uri, ident->dtype,
				      ident->nsid, ident->csi);
	seen->last = *ident;

	return ++seen->n == seen->stop_at ? 77 : 0;
}

static int
scan(const char *sys_uri, struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));

	return xnvi_linux_scan_at(g_sys, g_dev, sys_uri, see, seen);
}

#define CTRLR ":1:ffffffff:ff"

static void
a_system_without_anything_has_no_devices(void)
{
	struct seen seen;

	begin();
	CHECK_EQ(scan(NULL, &seen), 0);
	CHECK_EQ(seen.n, 0);
	CHECK_EQ(scan("block", &seen), 0);
	CHECK_EQ(seen.n, 0);
}

static void
a_controller_of_the_kernel_is_its_nodes_and_others_are_addresses(void)
{
	struct seen seen;

	begin();
	put_pci("0000:01:00.0", "0x010802\n", "nvme");
	put_pci("0000:0a:00.0", "0x010802\n", "vfio-pci");
	put_pci("0000:02:00.0", "0x010802\n", "uio_pci_generic");
	put_pci("0000:10:00.0", "0x010802\n", NULL);
	put_pci("0000:03:00.0", "0x010601\n", "ahci");
	put_pci("0000:04:00.0", "0x010803\n", NULL);
	put_controller("nvme0", "nqn.2014.08.org.example:one\n");
	/* The folder of all nodes stands for all of them */
	for (size_t i = 0; i < 3; ++i) {
		const char *const tails[] = {NULL, "", "//"};
		char folder[300];

		snprintf(folder, sizeof(folder), "%s%s", g_dev, tails[i] ? tails[i] : "");
		CHECK_EQ(scan(tails[i] ? folder : NULL, &seen), 0);
		CHECK_STR(seen.text, "nvme0" CTRLR " 0000:02:00.0" CTRLR " 0000:0a:00.0" CTRLR
				     " 0000:10:00.0" CTRLR);
	}
}

static void
namespaces_have_two_nodes_and_the_nsid_of_sysfs(void)
{
	struct seen seen;

	begin();
	put_controller("nvme0", "nqn.one\n");
	put_namespace("nvme0n10", "class/nvme/nvme0", "11\n", "none\n");
	put_namespace("nvme0n2", "class/nvme/nvme0", "7\n", "none\n");
	put_namespace("nvme0n1", "class/nvme/nvme0", "1\n", "host-managed\n");
	CHECK_EQ(scan(NULL, &seen), 0);
	CHECK_STR(seen.text, "ng0n1:2:1:2 ng0n2:2:7:0 ng0n10:2:b:0 nvme0" CTRLR
			     " nvme0n1:2:1:2 nvme0n2:2:7:0 nvme0n10:2:b:0");
	CHECK_STR(seen.last.subnqn, "nqn.one");
}

/** A head below the subsystem, a hidden path per controller */
static void
put_multipath(void)
{
	put_controller("nvme0", "nqn.shared\n");
	put_controller("nvme1", "nqn.shared\n");
	put("class/nvme-subsystem/nvme-subsys0/subsysnqn", "nqn.shared\n");
	put_link("class/nvme-subsystem/nvme-subsys0/subsystem", "class/nvme-subsystem");
	put_namespace("nvme0n1", "class/nvme-subsystem/nvme-subsys0", "3\n", "none\n");
	for (int i = 0; i < 2; ++i) {
		char attr[PATH_NBYTES];
		char target[PATH_NBYTES];

		snprintf(attr, sizeof(attr), "class/block/nvme0c%dn1/hidden", i);
		put(attr, "1\n");
		snprintf(attr, sizeof(attr), "class/block/nvme0c%dn1/nsid", i);
		put(attr, "3\n");
		snprintf(attr, sizeof(attr), "class/block/nvme0c%dn1/device", i);
		snprintf(target, sizeof(target), "class/nvme/nvme%d", i);
		put_link(attr, target);
		snprintf(attr, sizeof(attr), "class/nvme/nvme%d/nvme0c%dn1/", i, i);
		put(attr, NULL);
	}
}

static void
a_namespace_of_several_paths_is_reported_once_by_its_head(void)
{
	struct seen seen;

	begin();
	put_multipath();
	CHECK_EQ(scan(NULL, &seen), 0);
	CHECK_STR(seen.text, "ng0n1:2:3:0 nvme0" CTRLR " nvme0n1:2:3:0 nvme1" CTRLR);
}

static void
a_controller_of_fabrics_needs_no_pci(void)
{
	struct seen seen;

	begin();
	put_controller("nvme4", "nqn.2014-08.org.nvmexpress.discovery\n");
	put("class/nvme/nvme4/transport", "tcp\n");
	put_link("class/nvme/nvme4/device", "class/nvme-fabrics/ctl");
	put_namespace("nvme4n1", "class/nvme/nvme4", "1\n", "none\n");
	CHECK_EQ(scan(NULL, &seen), 0);
	CHECK_STR(seen.text, "ng4n1:2:1:0 nvme4" CTRLR " nvme4n1:2:1:0");
}

static void
a_controller_is_asked_for_its_namespaces(void)
{
	char uri[PATH_NBYTES];
	struct seen seen;

	begin();
	put_multipath();
	put_controller("nvme7", "nqn.other\n");
	put_namespace("nvme7n1", "class/nvme/nvme7", "1\n", "none\n");
	put_namespace("nvme7n2", "class/nvme/nvme7", "2\n", "none\n");
	put("class/nvme/nvme7/nvme7n1/", NULL);
	put("class/nvme/nvme7/nvme7n2/", NULL);
	put("class/nvme/nvme7/hwmon7/", NULL);
	put_pci("0000:01:00.0", "0x010802\n", "nvme");
	put("bus/pci/devices/0000:01:00.0/nvme/nvme7/", NULL);
	put_pci("0000:02:00.0", "0x010802\n", "vfio-pci");
	snprintf(uri, sizeof(uri), "%s/nvme7", g_dev);
	CHECK_EQ(scan(uri, &seen), 0);
	CHECK_STR(seen.text, "ng7n1:2:1:0 ng7n2:2:2:0 nvme7n1:2:1:0 nvme7n2:2:2:0");
	CHECK_EQ(scan("0000:01:00.0", &seen), 0);
	CHECK_EQ(seen.n, 4);
	snprintf(uri, sizeof(uri), "%s/nvme1", g_dev);
	CHECK_EQ(scan(uri, &seen), 0);
	CHECK_STR(seen.text, "ng0n1:2:3:0 nvme0n1:2:3:0");
	snprintf(uri, sizeof(uri), "%s/nvme9", g_dev);
	CHECK_EQ(scan(uri, &seen), -ENOENT);
	CHECK(strstr(xnvme_err_last()->what, "no NVMe controller"));
	/* No controllers that the kernel drives: others may know them */
	snprintf(uri, sizeof(uri), "%s/nvme7n1", g_dev);
	CHECK_EQ(scan(uri, &seen), -ENOTSUP);
	CHECK_EQ(scan("0000:02:00.0", &seen), -ENOTSUP);
	CHECK_EQ(scan("0000:03:00.0", &seen), -ENOTSUP);
	CHECK_EQ(scan("1GB", &seen), -ENOTSUP);
	CHECK_EQ(scan("target.example:4420", &seen), -ENOTSUP);
	CHECK_EQ(seen.n, 0);
}

static void
other_block_devices_are_reported_when_asked_for(void)
{
	struct seen seen;

	begin();
	put_controller("nvme0", "nqn.one\n");
	put_namespace("nvme0n1", "class/nvme/nvme0", "1\n", "none\n");
	put("class/block/nvme0n1/size", "4096\n");
	put("class/block/nvme0n1p1/size", "2048\n");
	put("class/block/nvme0n1p1/partition", "1\n");
	put_node("nvme0n1p1");
	put("class/block/loop0/size", "2048\n");
	put_node("loop0");
	put("class/block/loop10/size", "2048\n");
	put_node("loop10");
	put("class/block/loop2/size", "2048\n");
	put_node("loop2");
	put("class/block/loop1/size", "0\n");
	put_node("loop1");
	put("class/block/sdb/size", "8388608\n");
	put("class/block/sdb/queue/zoned", "host-managed\n");
	put_node("sdb");
	put("class/block/cciss!c0d0/size", "8\n");
	put_node("cciss/c0d0");
	put("class/block/vda/size", "8\n");
	put("class/block/vda/hidden", "1\n");
	put_node("vda");
	put("class/block/dm-0/size", "8\n");
	CHECK_EQ(scan("block", &seen), 0);
	CHECK_STR(seen.text, "cciss/c0d0:3:1:1f loop0:3:1:1f loop2:3:1:1f loop10:3:1:1f"
			     " nvme0n1p1:3:1:1f sdb:3:1:2");
	CHECK_EQ(scan(NULL, &seen), 0);
	CHECK_STR(seen.text, "ng0n1:2:1:0 nvme0" CTRLR " nvme0n1:2:1:0");
}

static void
junk_is_passed_over(void)
{
	static const char *const names[] = {"nvme",	"nvme0x", "nvmex0", "nvme0n",	"nvmen1",
					    "nvme0n1x", "xnvme0", "nvme-1", "nvme0n1n1"};
	char attr[PATH_NBYTES];
	struct seen seen;

	begin();
	put_link("bus/pci/devices/0000:05:00.0", "nowhere");
	put("bus/pci/devices/0000:06:00.0/class", "");
	put("bus/pci/devices/0000:07:00.0/class", "0x010802 or so\n");
	put("bus/pci/devices/0000:08:00.0/", NULL);
	put("class/block/readme", "a file\n");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i) {
		put_controller(names[i], "nqn.one\n");
		snprintf(attr, sizeof(attr), "class/block/%s/nsid", names[i]);
		put(attr, "1\n");
		snprintf(attr, sizeof(attr), "class/block/%s/device", names[i]);
		put_link(attr, "class/nvme/nvme");
	}
	put("class/nvme-generic/ng0/", NULL);
	put("class/nvme-generic/ng0n1p1/", NULL);
	/* It has the name of a namespace, and is none */
	put("class/block/nvme5n1/nsid", "1\n");
	put_node("nvme5n1");
	put_link("class/block/nvme6n1", "nowhere");
	put_node("nvme6n1");
	/* Without a node there is nothing to open */
	put_controller("nvme8", "nqn.one\n");
	CHECK_EQ(scan(NULL, &seen), 0);
	CHECK_STR(seen.text, "nvme8" CTRLR);
	snprintf(attr, sizeof(attr), "%s/nvme8", g_dev);
	CHECK_EQ(unlink(attr), 0);
	CHECK_EQ(scan(NULL, &seen), 0);
	CHECK_EQ(seen.n, 0);
}

static void
a_namespace_is_reported_also_when_it_says_nothing(void)
{
	struct seen seen;

	begin();
	put_controller("nvme0", "nqn.one\n");
	put_link("class/block/nvme0n1/device", "class/nvme/nvme0");
	put("class/block/nvme0n1/nsid", "one\n");
	put_node("nvme0n1");
	put("class/nvme-generic/ng0n2/", NULL);
	put_node("ng0n2");
	CHECK_EQ(scan(NULL, &seen), 0);
	CHECK_STR(seen.text, "ng0n2:2:ffffffff:ff nvme0" CTRLR " nvme0n1:2:ffffffff:ff");
}

static void
the_command_set_is_told_where_the_kernel_knows_it(void)
{
	struct seen seen;

	begin();
	put_controller("nvme0", "nqn.one\n");
	put_namespace("nvme0n1", "class/nvme/nvme0", "1\n", "none\n");
	/* Key value: the kernel has no disk for it, and hides what stands for one */
	put("class/block/nvme0n1/csi", "1\n");
	put("class/block/nvme0n1/hidden", "1\n");
	CHECK_EQ(scan(NULL, &seen), 0);
	CHECK_STR(seen.text, "ng0n1:2:1:1 nvme0" CTRLR);
}

static void
what_cannot_be_read_is_told_after_all_the_rest(void)
{
	struct seen seen;

	begin();
	put_pci("0000:01:00.0", "0x010802\n", NULL);
	put("bus/pci/devices/0000:02:00.0/class/", NULL);
	put_controller("nvme0", "nqn.one\n");
	xnvme_err_clear();
	CHECK_EQ(scan(NULL, &seen), -EISDIR);
	CHECK_STR(seen.text, "nvme0" CTRLR " 0000:01:00.0" CTRLR);
	CHECK(strstr(xnvme_err_last()->where, "0000:02:00.0/class"));
}

static void
the_callback_ends_the_scan(void)
{
	struct seen seen = {.stop_at = 2};

	begin();
	put_controller("nvme0", "nqn.one\n");
	put_controller("nvme1", "nqn.one\n");
	put_controller("nvme2", "nqn.one\n");
	CHECK_EQ(xnvi_linux_scan_at(g_sys, g_dev, NULL, see, &seen), 77);
	CHECK_EQ(seen.n, 2);
}

static void
many_devices_fit(void)
{
	char name[32];
	char before[32] = "";
	struct seen seen;
	int n = 0;

	begin();
	for (int i = 99; i >= 0; --i) {
		snprintf(name, sizeof(name), "nvme%d", i);
		put_controller(name, "nqn.one\n");
	}
	CHECK_EQ(scan(NULL, &seen), 0);
	CHECK_EQ(seen.n, 100);
	for (char *word = strtok(seen.text, " "); word; word = strtok(NULL, " ")) {
		snprintf(name, sizeof(name), "nvme%d%s", n++, CTRLR);
		CHECK_STR(word, name);
		CHECK(strcmp(word, before) != 0);
		snprintf(before, sizeof(before), "%s", word);
	}
	CHECK_EQ(n, 100);
}

static void
attributes_are_numbers_texts_and_links(void)
{
	char text[8];
	uint64_t value = 5;

	begin();
	put("a/dec", "42\n");
	put("a/hex", "0x1f\n");
	put("a/negative", "-1\n");
	put("a/huge", "99999999999999999999999\n");
	put("a/long", "0123456789\n");
	put_link("a/link", "somewhere/name");
	CHECK_EQ(xnvi_sysfs_u64(g_sys, "a/dec", &value), 0);
	CHECK_EQ(value, 42);
	CHECK_EQ(xnvi_sysfs_u64(g_sys, "a/hex", &value), 0);
	CHECK_EQ(value, 31);
	CHECK_EQ(xnvi_sysfs_u64(g_sys, "a/negative", &value), -EINVAL);
	CHECK_EQ(xnvi_sysfs_u64(g_sys, "a/huge", &value), -EINVAL);
	CHECK_EQ(xnvi_sysfs_u64(g_sys, "a/none", &value), -ENOENT);
	CHECK_EQ(value, 31);
	CHECK_EQ(xnvi_sysfs_text(g_sys, "a/long", text, sizeof(text)), 0);
	CHECK_STR(text, "0123456");
	CHECK_EQ(xnvi_sysfs_link(g_sys, "a/link", text, sizeof(text)), 0);
	CHECK_STR(text, "name");
	CHECK_EQ(xnvi_sysfs_link(g_sys, "a/link", text, 4), -ENAMETOOLONG);
	CHECK_EQ(xnvi_sysfs_link(g_sys, "a/dec", text, sizeof(text)), -EINVAL);
}

/** What is enumerated is opened for reading, whatever the options say */
static int
on_dev(struct xnvme_dev *dev, void *arg)
{
	const int *fd = xnvme_dev_get_be_state(dev);
	int *nopen = arg;

	*nopen += xnvme_dev_get_opts(dev)->rdonly && !xnvme_dev_get_opts(dev)->wronly &&
		  (fcntl(*fd, F_GETFL) & O_ACCMODE) == O_RDONLY;

	return XNVME_ENUMERATE_DEV_CLOSE;
}

static void
enumeration_opens_for_reading(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	char path[PATH_NBYTES];
	int nopen = 0;

	begin();
	put_node("file");
	snprintf(path, sizeof(path), "%s/file", g_dev);
	CHECK_EQ(chmod(path, 0600), 0);
	opts.wronly = 1;
	opts.rdwr = 0;
	opts.truncate = 1;
	CHECK_EQ(xnvme_enumerate(path, &opts, on_dev, &nopen), 0);
	CHECK_EQ(nopen, 1);
	opts.create = 1;
	snprintf(path, sizeof(path), "%s/new", g_dev);
	CHECK_EQ(xnvme_enumerate(path, &opts, on_dev, &nopen), -ENOENT);
	CHECK(access(path, F_OK) < 0);
	CHECK_EQ(nopen, 1);
	/* A controller that is not there is an error, not a device to open */
	CHECK_EQ(xnvme_enumerate("/dev/nvme4095", NULL, on_dev, &nopen), -ENOENT);
	CHECK_EQ(xnvme_scan("/dev/nvme4095", NULL, see, NULL), -ENOENT);
	CHECK_EQ(xnvme_scan(path, NULL, see, NULL), -ENOTSUP);
	CHECK(xnvme_err_last()->hint[0]);
}

static const struct test tests[] = {
    TEST_CASE(a_system_without_anything_has_no_devices),
    TEST_CASE(a_controller_of_the_kernel_is_its_nodes_and_others_are_addresses),
    TEST_CASE(namespaces_have_two_nodes_and_the_nsid_of_sysfs),
    TEST_CASE(a_namespace_of_several_paths_is_reported_once_by_its_head),
    TEST_CASE(a_controller_of_fabrics_needs_no_pci),
    TEST_CASE(a_controller_is_asked_for_its_namespaces),
    TEST_CASE(other_block_devices_are_reported_when_asked_for),
    TEST_CASE(junk_is_passed_over),
    TEST_CASE(a_namespace_is_reported_also_when_it_says_nothing),
    TEST_CASE(the_command_set_is_told_where_the_kernel_knows_it),
    TEST_CASE(what_cannot_be_read_is_told_after_all_the_rest),
    TEST_CASE(the_callback_ends_the_scan),
    TEST_CASE(many_devices_fit),
    TEST_CASE(attributes_are_numbers_texts_and_links),
    TEST_CASE(enumeration_opens_for_reading),
};

int
main(int argc, char **argv)
{
	int status;

	status = test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
	tree_end();

	return status;
}
