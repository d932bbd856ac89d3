// SPDX-License-Identifier: BSD-3-Clause
/**
 * What other processes do with a namespace while it is open, on every row of a node
 *
 *   guest_other content URI DISK     TAP: readers by the page cache see what was written
 *   guest_other readonly URI DISK    TAP: blockdev --setro stops writes
 *   guest_other format URI DISK      TAP: a format to another LBA size; a command means one place
 *
 * DISK is the block node of the same namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <libxnvme.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MAX_ROWS 16
#define AREA	 (64U << 10)
#define PAGE	 4096U
#define NPLACES	 8U /* Pages that tell where a command went */

static struct {
	char ids[MAX_ROWS][32];
	int n;
} g_rows;

static int g_count;
static int g_failed;
static uint8_t *g_buf;

static void
report(bool passed, const char *row, const char *what, int got)
{
	g_count++;
	g_failed += !passed;
	printf("%s %d - %s: %s\n", passed ? "ok" : "not ok", g_count, row, what);
	if (!passed) {
		printf("# came to %d; %s\n", got, xnvme_err_last()->what);
	}
	fflush(stdout);
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

/** The sync path or a queue; a plain command, or one with a hint that only a controller takes */
enum way { SYNC_PLAIN, SYNC_MORE, QUEUE_PLAIN, QUEUE_MORE, NWAYS };

static const char *const g_way_names[] = {"sync", "sync, to the controller", "queue",
					  "queue, to the controller"};

/** 0, or what explains the failure; what a controller takes is a dataset management hint */
static int
pass(struct xnvme_dev *dev, struct xnvme_queue *queue, enum way way, uint8_t opcode, uint64_t slba,
     uint16_t nblocks)
{
	const bool on_queue = way == QUEUE_PLAIN || way == QUEUE_MORE;
	struct xnvme_cmd_ctx one = xnvme_cmd_ctx_from_dev(dev);
	struct xnvme_cmd_ctx *ctx = on_queue ? xnvme_queue_get_cmd_ctx(queue) : &one;
	const size_t nbytes = (size_t)nblocks * xnvme_dev_get_geo(dev)->lba_nbytes;
	struct xnvme_err words = {0};
	int err;

	xnvme_prep_nvm(ctx, opcode, xnvme_dev_get_nsid(dev), slba, (uint16_t)(nblocks - 1));
	ctx->cmd.common.cdw13 = way == SYNC_MORE || way == QUEUE_MORE;
	err = xnvme_cmd_pass(ctx, g_buf, nbytes, NULL, 0);
	if (on_queue && !err) {
		err = xnvme_queue_drain(queue) == 1 ? 0 : -EPROTO;
		xnvme_cmd_ctx_explain(ctx, &words);
		err = err ? err : words.err;
	}
	if (on_queue) {
		xnvme_queue_put_cmd_ctx(queue, ctx);
	}

	return err;
}

static int
buffered_read(int fd, uint8_t *buf, off_t offset)
{
	return pread(fd, buf, PAGE, offset) == PAGE ? 0 : -errno;
}

/** The page is in the cache before the library writes, and has to be the new one afterwards */
static void
check_content(struct xnvme_dev *dev, struct xnvme_queue *queue, const char *row, const char *disk)
{
	const uint32_t lba_nbytes = xnvme_dev_get_geo(dev)->lba_nbytes;
	static uint8_t tag;
	uint8_t page[PAGE], want[PAGE];
	int fd, err;

	fd = open(disk, O_RDWR);
	for (enum way way = SYNC_PLAIN; way < NWAYS; ++way) {
		err = buffered_read(fd, page, AREA);
		memset(g_buf, ++tag, PAGE);
		err = err ? err
			  : pass(dev, queue, way, XNVME_SPEC_NVM_OPC_WRITE, AREA / lba_nbytes,
				 (uint16_t)(PAGE / lba_nbytes));
		err = err ? err : buffered_read(fd, page, AREA);
		memset(want, tag, PAGE);
		err = err ? err : memcmp(page, want, PAGE);
		report(!err, row, g_way_names[way], err);
		/* Dirty pages of others are read, not what they are to replace */
		memset(page, ++tag, PAGE);
		err = pwrite(fd, page, PAGE, AREA) == PAGE ? 0 : -errno;
		memset(g_buf, 0, PAGE);
		err = err ? err
			  : pass(dev, queue, way, XNVME_SPEC_NVM_OPC_READ, AREA / lba_nbytes,
				 (uint16_t)(PAGE / lba_nbytes));
		err = err ? err : memcmp(page, g_buf, PAGE);
		report(!err, row, "what others wrote is read", err);
	}
	close(fd);
}

static void
check_readonly(struct xnvme_dev *dev, struct xnvme_queue *queue, const char *row, const char *disk)
{
	const int fd = open(disk, O_RDONLY);
	int on = 1, off = 0;

	report(ioctl(fd, BLKROSET, &on) == 0, row, "set read-only", -errno);
	for (enum way way = SYNC_PLAIN; way < NWAYS; ++way) {
		const int err = pass(dev, queue, way, XNVME_SPEC_NVM_OPC_WRITE, 0, 8);

		report(err == -EPERM, row, g_way_names[way], err);
	}
	report(ioctl(fd, BLKROSET, &off) == 0, row, "set writable", -errno);
	for (enum way way = SYNC_PLAIN; way < NWAYS; ++way) {
		const int err = pass(dev, queue, way, XNVME_SPEC_NVM_OPC_WRITE, 0, 8);

		report(!err, row, g_way_names[way], err);
	}
	close(fd);
}

/** The format whose LBAs hold so many bytes of data, and nothing else */
static int
format_of(struct xnvme_dev *dev, uint32_t lba_nbytes)
{
	const struct xnvme_spec_idfy_ns *ns = xnvme_dev_get_ns(dev);

	for (int i = 0; i <= ns->nlbaf; ++i) {
		if (1ULL << ns->lbaf[i].ds == lba_nbytes && !ns->lbaf[i].ms) {
			return i;
		}
	}

	return -1;
}

/** As another process does it; then page k of the disk holds k, and page 0 is 0xff */
static int
format_to(const char *disk, uint32_t lba_nbytes)
{
	struct xnvme_dev *dev = xnvme_dev_open(disk, NULL);
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	const int format = dev ? format_of(dev, lba_nbytes) : -1;
	uint8_t page[PAGE];
	int fd, err, size = 0;

	err = format < 0
		  ? -ENOENT
		  : xnvme_adm_format(&ctx, xnvme_dev_get_nsid(dev), (uint8_t)format, 0, 0, 0, 0, 0);
	xnvme_dev_close(dev);
	fd = open(disk, O_RDWR);
	/* The kernel looks at the new format in a thread of its own */
	for (int i = 0; i < 100 && !err && size != (int)lba_nbytes; ++i) {
		usleep(20000);
		err = ioctl(fd, BLKSSZGET, &size) ? -errno : 0;
	}
	for (unsigned k = 0; k < NPLACES * 8 && !err; ++k) {
		memset(page, k ? (int)k : 0xff, sizeof(page));
		err = pwrite(fd, page, PAGE, (off_t)k * PAGE) == PAGE ? 0 : -errno;
	}
	err = err ? err : fsync(fd);
	close(fd);

	return size == (int)lba_nbytes ? err : -ETIMEDOUT;
}

/**
 * Read what was page `page` when the handle was opened, by every way: those that read something
 * read the same, and the others say that the LBA size changed
 */
static void
check_one_place(struct xnvme_dev *dev, struct xnvme_queue *queue, const char *row, unsigned page)
{
	const uint32_t lba_nbytes = xnvme_dev_get_geo(dev)->nbytes;
	int place = -1;

	for (enum way way = SYNC_PLAIN; way < NWAYS; ++way) {
		int err;

		memset(g_buf, 0, PAGE);
		err = pass(dev, queue, way, XNVME_SPEC_NVM_OPC_READ,
			   (uint64_t)page * PAGE / lba_nbytes, (uint16_t)(PAGE / lba_nbytes));
		printf("# %s %s: %d, place %d\n", row, g_way_names[way], err, err ? -1 : g_buf[0]);
		report(err == -ESTALE || (!err && (place < 0 || place == g_buf[0])), row,
		       g_way_names[way], err);
		place = err ? place : g_buf[0];
	}
}

static void
check_format(struct xnvme_dev *dev, struct xnvme_queue *queue, const char *row, const char *disk)
{
	const uint32_t before = xnvme_dev_get_geo(dev)->nbytes;
	const uint32_t after = before == 512 ? 4096 : 512;
	int err;

	err = format_to(disk, after);
	report(!err, row, "another process formats", err);
	check_one_place(dev, queue, row, 1);
	err = xnvme_dev_derive_geo(dev);
	report(!err && xnvme_dev_get_geo(dev)->nbytes == after, row, "geometry is derived again",
	       err);
	for (enum way way = SYNC_PLAIN; way < NWAYS; ++way) {
		memset(g_buf, 0, PAGE);
		err = pass(dev, queue, way, XNVME_SPEC_NVM_OPC_READ, 3 * PAGE / after,
			   (uint16_t)(PAGE / after));
		report(!err && g_buf[0] == 3, row, g_way_names[way], err);
	}
}

static const struct {
	const char *name;
	void (*func)(struct xnvme_dev *dev, struct xnvme_queue *queue, const char *row,
		     const char *disk);
} g_modes[] = {{"content", check_content}, {"readonly", check_readonly}, {"format", check_format}};

int
main(int argc, char **argv)
{
	size_t mode = 0;

	while (argc == 4 && mode < 3 && strcmp(argv[1], g_modes[mode].name) != 0) {
		mode++;
	}
	g_buf = aligned_alloc(PAGE, AREA);
	if (argc != 4 || mode == 3 || !g_buf) {
		fprintf(stderr, "guest_other content|readonly|format URI DISK\n");
		return EXIT_FAILURE;
	}
	memset(g_buf, 0, AREA);
	xnvme_dev_probe(argv[2], NULL, on_probe, NULL);
	report(g_rows.n >= 3, argv[2], "has rows", g_rows.n);
	for (int i = 0; i < g_rows.n; ++i) {
		struct xnvme_opts opts = xnvme_opts_default();
		struct xnvme_queue *queue = NULL;
		struct xnvme_dev *dev;

		opts.async = g_rows.ids[i];
		dev = xnvme_dev_open(argv[2], &opts);
		if (!dev || xnvme_queue_init(dev, 4, 0, &queue)) {
			report(false, g_rows.ids[i], "open", -errno);
		} else {
			g_modes[mode].func(dev, queue, g_rows.ids[i], argv[3]);
		}
		if (queue && xnvme_queue_term(queue)) {
			report(false, g_rows.ids[i], "queue_term", -1);
		}
		xnvme_dev_close(dev);
	}
	printf("1..%d\n", g_count);

	return g_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
