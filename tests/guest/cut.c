// SPDX-License-Identifier: BSD-3-Clause
/**
 * What has to survive when the machine loses power right after a callback
 *
 *   guest_cut prepare DIR            files of old data, durable
 *   guest_cut cut DIR ROW NSID     commands with FUA on the row, the last one a Write Zeroes; its
 *                                    callback asks the host to cut the power. ROW may be "sync"
 *   guest_cut verify DIR             TAP, in the next life
 *
 * Prints lines for run.py; see there.
 */
#include <errno.h>
#include <fcntl.h>
#include <libxnvme.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_NBYTES (1U << 20)
#define SLBA	    256U
#define NBLOCKS	    16U
#define LBA	    512U
#define OLD	    0x5a
#define NEW	    0xc3

/** The commands, in order, and what their range has to hold afterwards */
static const struct deed {
	const char *file;
	uint8_t opcode;
	bool deac;
	int after;
} g_deeds[] = {
    {"write", XNVME_SPEC_NVM_OPC_WRITE, false, NEW},
    {"deallocate", XNVME_SPEC_NVM_OPC_WRITE_ZEROES, true, 0},
    {"zeroes", XNVME_SPEC_NVM_OPC_WRITE_ZEROES, false, 0},
};

#define NDEEDS (sizeof(g_deeds) / sizeof(g_deeds[0]))

/** Written without FUA or flush: shows that the cut takes what is not durable */
#define CONTROL "control"

static int
fail(const char *what, const char *why)
{
	printf("# %s: %s\n", what, why);

	return EXIT_FAILURE;
}

static int
open_file(const char *dir, const char *name, int flags)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);

	return open(path, flags | O_CLOEXEC, 0600);
}

static int
put(const char *dir, const char *name, int value, off_t offset, size_t nbytes, bool durable)
{
	static uint8_t bytes[FILE_NBYTES];
	const int fd = open_file(dir, name, O_RDWR | O_CREAT);
	int err = fd < 0 ? -errno : 0;

	memset(bytes, value, nbytes);
	if (!err && pwrite(fd, bytes, nbytes, offset) != (ssize_t)nbytes) {
		err = errno ? -errno : -EIO;
	}
	if (!err && durable && fsync(fd)) {
		err = -errno;
	}
	if (fd >= 0) {
		close(fd);
	}

	return err;
}

static int
prepare(const char *dir)
{
	int err = put(dir, CONTROL, OLD, 0, FILE_NBYTES, true);

	for (size_t i = 0; i < NDEEDS && !err; ++i) {
		err = put(dir, g_deeds[i].file, OLD, 0, FILE_NBYTES, true);
	}

	return err ? fail("preparing", strerror(-err)) : EXIT_SUCCESS;
}

struct run {
	const char *nsid;
	bool last; ///< The power goes with this callback
	int status;
};

/** The command is reported as done */
static void
done(struct run *run, struct xnvme_cmd_ctx *ctx)
{
	run->status = xnvme_cmd_ctx_cpl_status(ctx);
	if (!run->status && run->last) {
		printf("@@host cut %s\n", run->nsid);
		fflush(stdout);
		/* There is no answer */
		pause();
	}
}

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	done(arg, ctx);
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

static int
pass(struct xnvme_cmd_ctx *ctx, const struct deed *deed, void *buf)
{
	xnvme_prep_nvm(ctx, deed->opcode, xnvme_dev_get_nsid(ctx->dev), SLBA, NBLOCKS - 1);
	ctx->cmd.nvm.fua = 1;
	ctx->cmd.nvm.rsvd2 = deed->deac ? 2 : 0;

	return deed->opcode == XNVME_SPEC_NVM_OPC_WRITE
		   ? xnvme_cmd_pass(ctx, buf, (size_t)NBLOCKS * LBA, NULL, 0)
		   : xnvme_cmd_pass(ctx, NULL, 0, NULL, 0);
}

static int
do_deed(const struct deed *deed, const char *dir, const char *row, struct run *run)
{
	struct xnvme_opts opts = xnvme_opts_default();
	const bool sync = strcmp(row, "sync") == 0;
	struct xnvme_queue *queue = NULL;
	struct xnvme_dev *dev;
	char path[128];
	void *buf;
	int err;

	snprintf(path, sizeof(path), "%s/%s", dir, deed->file);
	opts.async = sync ? NULL : row;
	dev = xnvme_dev_open(path, &opts);
	buf = dev ? xnvme_buf_alloc(dev, (size_t)NBLOCKS * LBA) : NULL;
	if (!buf || (!sync && xnvme_queue_init(dev, 4, 0, &queue))) {
		return fail(path, xnvme_err_last()->what);
	}
	memset(buf, NEW, (size_t)NBLOCKS * LBA);
	if (sync) {
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

		err = pass(&ctx, deed, buf);
		done(run, &ctx);
	} else {
		struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(queue);

		xnvme_cmd_ctx_set_cb(ctx, on_done, run);
		err = pass(ctx, deed, buf);
		err = err ? err : xnvme_queue_drain(queue) == 1 ? 0 : -EIO;
		xnvme_queue_term(queue);
	}
	xnvme_buf_free(dev, buf);
	xnvme_dev_close(dev);

	return err || run->status ? fail(path, "the command failed") : EXIT_SUCCESS;
}

static int
cut(const char *dir, const char *row, const char *nsid)
{
	struct run run = {.nsid = nsid};
	char answer[32];
	int err;

	err = put(dir, CONTROL, NEW, SLBA * LBA, (size_t)NBLOCKS * LBA, false);
	for (size_t i = 0; i < NDEEDS && !err; ++i) {
		run.last = i + 1 == NDEEDS;
		if (run.last) {
			printf("@@host flushes %s\n", nsid);
			fflush(stdout);
			if (!fgets(answer, sizeof(answer), stdin)) {
				return fail("the host", "no answer");
			}
		}
		err = do_deed(&g_deeds[i], dir, row, &run);
	}

	/* Not reached when everything goes well */
	return fail(row, err ? "not done" : "the power is still there");
}

/** The range holds `value`, and the rest what it was */
static bool
holds(const char *dir, const char *name, int value)
{
	static uint8_t bytes[FILE_NBYTES];
	const int fd = open_file(dir, name, O_RDONLY);
	bool same = fd >= 0 && read(fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes);

	for (size_t i = 0; i < sizeof(bytes) && same; ++i) {
		const bool inside = i / LBA >= SLBA && i / LBA < SLBA + NBLOCKS;

		same = bytes[i] == (inside ? value : OLD);
	}
	if (fd >= 0) {
		close(fd);
	}

	return same;
}

static int
verify(const char *dir)
{
	int nfailed = 0;
	int n = 0;

	for (size_t i = 0; i < NDEEDS; ++i) {
		const bool passed = holds(dir, g_deeds[i].file, g_deeds[i].after);

		printf("%s %d - %s with FUA is there\n", passed ? "ok" : "not ok", ++n,
		       g_deeds[i].file);
		nfailed += !passed;
	}
	/* The cut is a cut only when it takes this */
	printf("%s %d - a write without FUA is lost\n", holds(dir, CONTROL, OLD) ? "ok" : "not ok",
	       ++n);
	nfailed += !holds(dir, CONTROL, OLD);
	printf("1..%d\n", n);

	return nfailed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "prepare") == 0) {
		return prepare(argv[2]);
	}
	if (argc == 5 && strcmp(argv[1], "cut") == 0) {
		return cut(argv[2], argv[3], argv[4]);
	}
	if (argc == 3 && strcmp(argv[1], "verify") == 0) {
		return verify(argv[2]);
	}
	fprintf(stderr, "guest_cut: see the head of its source\n");

	return EXIT_FAILURE;
}
