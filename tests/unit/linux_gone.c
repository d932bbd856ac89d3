// SPDX-License-Identifier: BSD-3-Clause
/**
 * Block devices that change under an open handle: their disk is gone, or its LBA size another
 *
 * The disk is a loop device whose file becomes empty, or that is given another block size: the
 * block layer then says what it says of any disk.
 */
#include <support/loop.h>
#include <support/test.h>

#include <errno.h>
#include <fcntl.h>
#include <libxnvme.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NBYTES	 (1 << 20)
#define MAX_ROWS 16
#define LBA	 512U

static struct {
	char file[64];
	char node[64];
	int fd;	  ///< Of the file
	int loop; ///< Of the device
} g_disk;

static struct {
	char ids[MAX_ROWS][32];
	int n;
} g_rows;

static uint8_t *g_buf; ///< Aligned for O_DIRECT

/** No block device is in sysfs any more: what the kernel shows of one that lost its driver */
static bool g_lost;

int
access(const char *path, int mode)
{
	if (g_lost && strncmp(path, "/sys/dev/block/", strlen("/sys/dev/block/")) == 0) {
		errno = ENOENT;
		return -1;
	}

	return faccessat(AT_FDCWD, path, mode, 0);
}

static int
on_probe(const struct xnvme_probe *probe, void *arg)
{
	(void)arg;
	if (!probe->err && probe->async && strcmp(probe->async, "nil") != 0 &&
	    g_rows.n < MAX_ROWS) {
		snprintf(g_rows.ids[g_rows.n++], sizeof(g_rows.ids[0]), "%s", probe->async);
	}

	return 0;
}

/** The test is skipped where loop devices cannot be had */
static void
disk_open(void)
{
	strcpy(g_disk.file, "/tmp/xnvt_gone_XXXXXX");
	g_disk.fd = mkstemp(g_disk.file);
	if (g_disk.fd < 0 || ftruncate(g_disk.fd, NBYTES) < 0) {
		test_fail(__FILE__, __LINE__, "no temporary file");
	}
	g_disk.loop = loop_attach(g_disk.file, false, g_disk.node, sizeof(g_disk.node));
	unlink(g_disk.file);
	if (g_disk.loop < 0) {
		close(g_disk.fd);
		test_skip("this process may not make loop devices");
	}
}

static void
disk_close(void)
{
	close(g_disk.loop);
	close(g_disk.fd);
}

enum op { READ, WRITE, FILE_READ, FILE_WRITE, WRITE_ZEROES, NOPS };

static int
submit(struct xnvme_cmd_ctx *ctx, enum op op)
{
	const uint32_t nsid = xnvme_dev_get_nsid(ctx->dev);

	switch (op) {
	case READ:
		return xnvme_nvm_read(ctx, nsid, 1, 0, g_buf, NULL);
	case WRITE:
		return xnvme_nvm_write(ctx, nsid, 1, 0, g_buf, NULL);
	case FILE_READ:
		return xnvme_file_pread(ctx, g_buf, LBA, LBA);
	case FILE_WRITE:
		return xnvme_file_pwrite(ctx, g_buf, LBA, LBA);
	default:
		return xnvme_nvm_write_zeroes(ctx, nsid, 1, 0);
	}
}

/** Sync without a queue; 0, or what explains the failure */
static int
pass(struct xnvme_dev *dev, struct xnvme_queue *queue, enum op op)
{
	struct xnvme_cmd_ctx one = xnvme_cmd_ctx_from_dev(dev);
	struct xnvme_cmd_ctx *ctx = queue ? xnvme_queue_get_cmd_ctx(queue) : &one;
	struct xnvme_err words = {0};
	int err;

	err = submit(ctx, op);
	if (queue && !err && xnvme_queue_drain(queue) != 1) {
		err = -EPROTO;
	}
	if (queue && !err) {
		xnvme_cmd_ctx_explain(ctx, &words);
		err = words.err;
	}
	if (queue) {
		xnvme_queue_put_cmd_ctx(queue, ctx);
	}

	return err;
}

static struct xnvme_dev *
open_row(const char *async, const char *sync, bool direct)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.async = async;
	opts.sync = sync;
	opts.direct = direct;

	return xnvme_dev_open(g_disk.node, &opts);
}

static int
lose_disk(void)
{
	return ftruncate(g_disk.fd, 0) < 0 || ioctl(g_disk.loop, LOOP_SET_CAPACITY, 0) < 0 ? -errno
											   : 0;
}

static int
bring_disk_back(void)
{
	return ftruncate(g_disk.fd, NBYTES) < 0 || ioctl(g_disk.loop, LOOP_SET_CAPACITY, 0) < 0
		   ? -errno
		   : 0;
}

/** Every operation, by sync and on a queue, comes to `expected` */
static void
all_come_to(struct xnvme_dev *dev, struct xnvme_queue *queue, const char *row, int expected)
{
	for (int op = READ; op < NOPS; ++op) {
		for (int way = 0; way < 2; ++way) {
			const int err = pass(dev, way ? queue : NULL, (enum op)op);

			if (err != expected) {
				test_fail(__FILE__, __LINE__, "%s %s, operation %d: %d", row,
					  way ? "queue" : "sync", op, err);
				return;
			}
		}
	}
}

static const char *const g_syncs[] = {"psync", "block"};

static void
on_every_row(void (*func)(struct xnvme_dev *dev, struct xnvme_queue *queue, const char *row),
	     bool direct)
{
	disk_open();
	g_rows.n = 0;
	CHECK_EQ(xnvme_dev_probe(g_disk.node, NULL, on_probe, NULL), 0);
	CHECK(g_rows.n >= 3);
	for (int i = 0; i < 2 * g_rows.n; ++i) {
		struct xnvme_queue *queue = NULL;
		struct xnvme_dev *dev;

		dev = open_row(g_rows.ids[i / 2], g_syncs[i % 2], direct);
		CHECK(dev);
		CHECK_EQ(xnvme_queue_init(dev, 4, 0, &queue), 0);
		all_come_to(dev, queue, g_rows.ids[i / 2], 0);
		func(dev, queue, g_rows.ids[i / 2]);
		CHECK_EQ(xnvme_queue_term(queue), 0);
		xnvme_dev_close(dev);
	}
	disk_close();
}

static void
lose_and_find(struct xnvme_dev *dev, struct xnvme_queue *queue, const char *row)
{
	CHECK_EQ(lose_disk(), 0);
	all_come_to(dev, queue, row, -ENODEV);
	CHECK_EQ(xnvme_dev_derive_geo(dev), -ENODEV);
	CHECK(strstr(xnvme_err_last()->what, "gone"));
	CHECK_EQ(bring_disk_back(), 0);
	CHECK_EQ(xnvme_dev_derive_geo(dev), 0);
	all_come_to(dev, queue, row, 0);
}

static void
disk_that_is_gone_is_enodev_on_every_row(void)
{
	on_every_row(lose_and_find, false);
	on_every_row(lose_and_find, true);
}

/** It still has a size, so that a range is no proof of anything */
static void
lose_driver(struct xnvme_dev *dev, struct xnvme_queue *queue, const char *row)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	const uint64_t end = xnvme_dev_get_geo(dev)->nsect;

	(void)queue;
	(void)row;
	CHECK_EQ(xnvme_nvm_read(&ctx, xnvme_dev_get_nsid(dev), end, 0, g_buf, NULL), -EIO);
	g_lost = true;
	CHECK_EQ(xnvme_nvm_read(&ctx, xnvme_dev_get_nsid(dev), end, 0, g_buf, NULL), -ENODEV);
	CHECK_EQ(xnvme_dev_derive_geo(dev), -ENODEV);
	CHECK(strstr(xnvme_err_last()->what, "driver"));
	g_lost = false;
	CHECK_EQ(xnvme_dev_derive_geo(dev), 0);
}

static void
disk_that_lost_its_driver_is_enodev(void)
{
	on_every_row(lose_driver, false);
}

static void
change_lba_size(struct xnvme_dev *dev, struct xnvme_queue *queue, const char *row)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	CHECK_EQ(ioctl(g_disk.loop, LOOP_SET_BLOCK_SIZE, 4096), 0);
	/* O_DIRECT: the block layer refuses what is no block any more */
	CHECK_EQ(pass(dev, queue, READ), -ESTALE);
	all_come_to(dev, queue, row, -ESTALE);
	CHECK(strstr(xnvme_err_last()->hint, "derive_geo"));
	CHECK_EQ(xnvme_dev_derive_geo(dev), 0);
	CHECK_EQ(xnvme_dev_get_geo(dev)->lba_nbytes, 4096);
	CHECK_EQ(xnvme_nvm_read(&ctx, xnvme_dev_get_nsid(dev), 1, 0, g_buf, NULL), 0);
	CHECK_EQ(ioctl(g_disk.loop, LOOP_SET_BLOCK_SIZE, LBA), 0);
}

static void
lba_size_that_changed_is_an_error_that_says_so(void)
{
	on_every_row(change_lba_size, true);
}

static void
node_without_a_device_says_so(void)
{
	static const mode_t types[] = {S_IFBLK, S_IFCHR};
	char folder[] = "/tmp/xnvt_node_XXXXXX";
	char path[64];

	CHECK(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/node", folder);
	for (int i = 0; i < 2; ++i) {
		/* 240 to 254 are for local use: no driver here has the number */
		if (mknod(path, types[i] | 0600, makedev(240, 77)) < 0) {
			rmdir(folder);
			test_skip("this process may not make device nodes");
		}
		CHECK(!xnvme_dev_open(path, NULL));
		CHECK(errno == ENXIO || errno == ENODEV);
		CHECK(!strstr(xnvme_err_last()->what, "ramdisk"));
		CHECK(strstr(xnvme_err_last()->hint, "driver"));
		CHECK_EQ(unlink(path), 0);
	}
	rmdir(folder);
}

static const struct test tests[] = {
    TEST_CASE(disk_that_is_gone_is_enodev_on_every_row),
    TEST_CASE(disk_that_lost_its_driver_is_enodev),
    TEST_CASE(lba_size_that_changed_is_an_error_that_says_so),
    TEST_CASE(node_without_a_device_says_so),
};

int
main(int argc, char **argv)
{
	g_buf = aligned_alloc(4096, 4096);
	if (!g_buf) {
		printf("Bail out! no memory\n");
		return EXIT_FAILURE;
	}
	memset(g_buf, 0x5a, 4096);

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
