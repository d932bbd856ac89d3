// SPDX-License-Identifier: BSD-3-Clause
/**
 * Conformance: Force Unit Access and flushes
 *
 * The medium is a file of a file system that counts: what arrived there, and whether it was synced
 * since. The callback looks before anything else can happen.
 */
#include <conformance/linux.h>
#include <support/fuse.h>
#include <support/loop.h>

#include <stdio.h>
#include <unistd.h>

#define NBYTES 4096U
#define DEAC   0x2 /* Of cmd.nvm.rsvd2: the bit of dword 12 that deallocates */

/** A device whose medium counts */
struct medium {
	struct fuse_fs fs;
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *buf;
	int loop_fd;
	char uri[400];
};

static void
medium_open(struct medium *medium, const struct conf_row *row, bool cached)
{
	struct xnvme_opts opts = row_opts(row);

	own_mounts();
	EQ(fuse_start(&medium->fs, conf_env.dir), 0);
	atomic_store(&medium->fs.ctl->cached, cached);
	if (row->dev->is_loop) {
		medium->loop_fd =
		    loop_attach(medium->fs.path, false, medium->uri, sizeof(medium->uri));
		CHECK(medium->loop_fd >= 0);
	} else {
		snprintf(medium->uri, sizeof(medium->uri),
			 row->dev->in_memory ? "ram:64KiB?lba_nbytes=%u&path=%s" : "%.0u%s",
			 row->dev->in_memory ? row->dev->lba_nbytes : 0, medium->fs.path);
	}
	medium->dev = xnvme_dev_open(medium->uri, &opts);
	if (!medium->dev) {
		conf_fail(__FILE__, __LINE__, "%s: %s", medium->uri, xnvme_err_last()->what);
	}
	medium->queue = row_queue(medium->dev, 4);
	medium->buf = row_buf(medium->dev, NBYTES);
	memset(medium->buf, 0x5a, NBYTES);
}

static void
medium_close(struct medium *medium, const struct conf_row *row)
{
	xnvme_buf_free(medium->dev, medium->buf);
	row_close(medium->dev, medium->queue);
	if (row->dev->is_loop) {
		EQ(close(medium->loop_fd), 0);
	}
	EQ(fuse_stop(&medium->fs), 0);
}

struct deed {
	const char *name;
	struct op op;
	struct iovec iov[2];
};

#define NDEEDS 9

/** Every command that has the FUA bit and that files and block devices know */
static void
deeds_init(struct deed *deeds, uint8_t *buf, uint32_t lba)
{
	static const struct {
		const char *name;
		uint8_t opcode;
		bool vectored;
		bool no_data;
		uint8_t deac;
	} kinds[NDEEDS] = {
	    {"write", XNVME_SPEC_NVM_OPC_WRITE, false, false, 0},
	    {"vectored write", XNVME_SPEC_NVM_OPC_WRITE, true, false, 0},
	    {"file write", XNVME_SPEC_FS_OPC_WRITE, false, false, 0},
	    {"vectored file write", XNVME_SPEC_FS_OPC_WRITE, true, false, 0},
	    {"write zeroes", XNVME_SPEC_NVM_OPC_WRITE_ZEROES, false, true, 0},
	    {"write zeroes, deallocating", XNVME_SPEC_NVM_OPC_WRITE_ZEROES, false, true, DEAC},
	    {"read", XNVME_SPEC_NVM_OPC_READ, false, false, 0},
	    {"vectored read", XNVME_SPEC_NVM_OPC_READ, true, false, 0},
	    {"file read", XNVME_SPEC_FS_OPC_READ, false, false, 0},
	};
	const uint16_t nlb = (uint16_t)(NBYTES / lba - 1);

	for (int i = 0; i < NDEEDS; ++i) {
		struct deed *deed = &deeds[i];

		*deed = (struct deed){.name = kinds[i].name};
		deed->iov[0] = (struct iovec){buf, NBYTES / 2};
		deed->iov[1] = (struct iovec){buf + NBYTES / 2, NBYTES / 2};
		deed->op = kinds[i].vectored
			       ? op_iov(kinds[i].opcode, 0, nlb, deed->iov, 2, NBYTES)
			       : op_io(kinds[i].opcode, 0, nlb, kinds[i].no_data ? NULL : buf,
				       kinds[i].no_data ? 0 : NBYTES);
		deed->op.cmd.nvm.rsvd2 = kinds[i].deac & 3U;
	}
}

/** What the medium had seen when the command was reported as done */
struct seen {
	const struct fuse_ctl *ctl;
	unsigned ncb;
	uint32_t nsyncs;
	uint32_t nunsynced;
	int status;
};

static void
look(struct seen *seen, struct xnvme_cmd_ctx *ctx)
{
	seen->nsyncs = atomic_load(&seen->ctl->nsyncs);
	seen->nunsynced = atomic_load(&seen->ctl->nunsynced);
	seen->status = xnvme_cmd_ctx_cpl_status(ctx);
	seen->ncb++;
}

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	look(arg, ctx);
	EQ(xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx), 0);
}

static struct seen
pass(const struct medium *medium, enum op_way way, const struct op *op)
{
	struct seen seen = {.ctl = medium->fs.ctl};

	if (way == OP_SYNC) {
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(medium->dev);

		EQ(op_pass(&ctx, op), 0);
		look(&seen, &ctx);
	} else {
		struct xnvme_cmd_ctx *ctx = get_ctx(medium->queue);

		xnvme_cmd_ctx_set_cb(ctx, on_done, &seen);
		EQ(op_pass(ctx, op), 0);
		CHECK(xnvme_queue_drain(medium->queue) >= 0);
	}
	EQ(seen.ncb, 1);
	EQ(seen.status, 0);

	return seen;
}

static void
check_fua(const struct conf_row *row, bool cached)
{
	struct deed deeds[NDEEDS];
	struct medium medium;

	medium_open(&medium, row, cached);
	deeds_init(deeds, medium.buf, row->dev->lba_nbytes);
	for (int k = 0; k < NDEEDS * OP_NWAYS; ++k) {
		struct deed *deed = &deeds[k / OP_NWAYS];
		const uint32_t before = atomic_load(&medium.fs.ctl->nsyncs);
		struct seen seen;

		/* Without the bit nothing is synced, and something is left to be */
		seen = pass(&medium, op_way_of(k), &deeds[0].op);
		EQ(seen.nsyncs, before);
		deed->op.cmd.nvm.fua = 1;
		seen = pass(&medium, op_way_of(k), &deed->op);
		deed->op.cmd.nvm.fua = 0;
		if (seen.nsyncs == before || seen.nunsynced) {
			conf_fail(__FILE__, __LINE__, "%s, %s: %u syncs, %u changes after the last",
				  deed->name, op_way_of(k) == OP_SYNC ? "sync" : "async",
				  seen.nsyncs - before, seen.nunsynced);
		}
	}
	medium_close(&medium, row);
}

/** With a page cache the system is told to sync by each write; without, not on every file system */
static void
force_unit_access_reaches_the_medium_before_the_callback(const struct conf_row *row)
{
	check_fua(row, true);
	check_fua(row, false);
}

static void
flush_reaches_the_medium_before_the_callback(const struct conf_row *row)
{
	static const uint8_t opcodes[] = {XNVME_SPEC_NVM_OPC_FLUSH, XNVME_SPEC_FS_OPC_FLUSH};
	struct deed deeds[NDEEDS];
	struct medium medium;

	medium_open(&medium, row, false);
	deeds_init(deeds, medium.buf, row->dev->lba_nbytes);
	for (int k = 0; k < (int)sizeof(opcodes) * OP_NWAYS; ++k) {
		const struct op flush = op_io(opcodes[k / OP_NWAYS], 0, 0, NULL, 0);
		const uint32_t before = atomic_load(&medium.fs.ctl->nsyncs);
		struct seen seen;

		(void)pass(&medium, op_way_of(k), &deeds[0].op);
		seen = pass(&medium, op_way_of(k), &flush);
		CHECK(seen.nsyncs > before);
		EQ(seen.nunsynced, 0);
	}
	medium_close(&medium, row);
}

const struct conf_case conf_cases_linux_durable[] = {
    CONF_CASE(force_unit_access_reaches_the_medium_before_the_callback, SCOPE_ROW,
	      NEED_DATA | NEED_FUSE | NEED_OWN_MEDIUM),
    CONF_CASE(flush_reaches_the_medium_before_the_callback, SCOPE_ROW,
	      NEED_DATA | NEED_FUSE | NEED_OWN_MEDIUM),
    {0},
};
