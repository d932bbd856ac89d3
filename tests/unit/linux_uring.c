// SPDX-License-Identifier: BSD-3-Clause
/**
 * Registered buffers: which operations go to the ring, and what the ring is told of buffers
 *
 * Functions of liburing are replaced when the program is linked, to look at what is submitted and
 * to refuse what is registered. Buffers come from a place of our own, so that one is freed and
 * another one, with other pages, begins at the same address.
 */
#include <core/buf.h>
#include <support/test.h>

#include <liburing.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define NBYTES	    4096U
#define LBA_NBYTES  512U
#define FILE_NBYTES (1U << 20)

static struct {
	int err_submit;	    ///< What calls that hand entries over fail with; 0: they work
	unsigned nsubmits;  ///< Calls that hand entries to the kernel
	unsigned nops[256]; ///< Entries handed to the kernel, by operation
	unsigned nupdates;  ///< Successful ones of a place
	int place;	    ///< Of the last buffer that was registered, or -1
	int err_sparse;	    ///< The table is refused with it
	int err_update;	    ///< Each place is
	int stuck_fd;	    ///< The next entry reads from this pipe instead; 0: from the device
} g_ring;

static char g_path[] = "/tmp/xnvt_uring_XXXXXX";
static uint8_t *g_arena;
static size_t g_arena_nbytes;
static struct xnvme_dev *g_dev;
static struct xnvme_queue *g_queue;

int __real_io_uring_submit(struct io_uring *ring);
int __wrap_io_uring_submit(struct io_uring *ring);
long __real_xnvi_uring_enter(struct io_uring *ring, unsigned nsubmit, unsigned flags);
long __wrap_xnvi_uring_enter(struct io_uring *ring, unsigned nsubmit, unsigned flags);
int __real_io_uring_register_buffers_sparse(struct io_uring *ring, unsigned nr);
int __wrap_io_uring_register_buffers_sparse(struct io_uring *ring, unsigned nr);
int __real_io_uring_register_buffers_update_tag(struct io_uring *ring, unsigned off,
						const struct iovec *iovs, const __u64 *tags,
						unsigned nr);
int __wrap_io_uring_register_buffers_update_tag(struct io_uring *ring, unsigned off,
						const struct iovec *iovs, const __u64 *tags,
						unsigned nr);

/** Look at the entries that the kernel is about to get */
static void
note(struct io_uring *ring)
{
	const struct io_uring_sq *sq = &ring->sq;

	g_ring.nsubmits += sq->sqe_head != sq->sqe_tail;
	for (unsigned i = sq->sqe_head; i != sq->sqe_tail; ++i) {
		struct io_uring_sqe *sqe = &sq->sqes[i & sq->ring_mask];

		g_ring.nops[sqe->opcode]++;
		if (g_ring.stuck_fd) {
			sqe->fd = g_ring.stuck_fd;
			sqe->flags = 0;
			sqe->off = UINT64_MAX;
			g_ring.stuck_fd = 0;
		}
	}
}

int
__wrap_io_uring_submit(struct io_uring *ring)
{
	note(ring);

	return g_ring.err_submit ? g_ring.err_submit : __real_io_uring_submit(ring);
}

long
__wrap_xnvi_uring_enter(struct io_uring *ring, unsigned nsubmit, unsigned flags)
{
	note(ring);

	return g_ring.err_submit ? g_ring.err_submit
				 : __real_xnvi_uring_enter(ring, nsubmit, flags);
}

int
__wrap_io_uring_register_buffers_sparse(struct io_uring *ring, unsigned nr)
{
	return g_ring.err_sparse ? g_ring.err_sparse
				 : __real_io_uring_register_buffers_sparse(ring, nr);
}

int
__wrap_io_uring_register_buffers_update_tag(struct io_uring *ring, unsigned off,
					    const struct iovec *iovs, const __u64 *tags,
					    unsigned nr)
{
	int res;

	if (g_ring.err_update) {
		return g_ring.err_update;
	}
	res = __real_io_uring_register_buffers_update_tag(ring, off, iovs, tags, nr);
	if (res == 1) {
		g_ring.nupdates++;
		g_ring.place = iovs->iov_len ? (int)off : -1;
	}

	return res;
}

/* Buffers: one, at the start of the arena, whose pages are new each time */

static void *
arena_map(size_t nbytes)
{
	void *addr = mmap(g_arena, nbytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	g_arena_nbytes = nbytes;

	return addr == MAP_FAILED ? NULL : addr;
}

static void
arena_unmap(void)
{
	/* The addresses stay ours, or the next one would be somewhere else */
	mmap(g_arena, g_arena_nbytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void *
arena_alloc(const struct xnvme_dev *dev, size_t nbytes, uint64_t *phys)
{
	(void)dev;
	(void)phys;

	return arena_map(nbytes);
}

/** In place; more than the arena is refused */
static void *
arena_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes)
{
	(void)dev;
	if (nbytes > 16 * NBYTES) {
		errno = ENOMEM;
		return NULL;
	}
	if (mprotect(buf, nbytes, PROT_READ | PROT_WRITE)) {
		return NULL;
	}
	g_arena_nbytes = nbytes;

	return buf;
}

static void
arena_free(const struct xnvme_dev *dev, void *buf)
{
	(void)dev;
	(void)buf;
	arena_unmap();
}

static const struct xnvi_mem_ops g_arena_ops = {
    .id = "arena",
    .alloc = arena_alloc,
    .realloc = arena_realloc,
    .free = arena_free,
};

static struct xnvme_dev *
open_dev(bool registers)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;

	opts.async = "io_uring";
	opts.register_buffers = registers;
	dev = xnvme_dev_open(g_path, &opts);
	if (dev) {
		/* Identifying takes a buffer for itself: there is one arena */
		xnvme_dev_derive_geo(dev);
		dev->mem = &g_arena_ops;
	}

	return dev;
}

/** Forget what was counted; ends the test when the system has no such rings */
static void
start(bool registers)
{
	int err;

	memset(&g_ring, 0, sizeof(g_ring));
	g_ring.place = -1;
	g_queue = NULL;
	g_dev = open_dev(registers);
	if (!g_dev) {
		test_skip("io_uring cannot be used here");
	}
	err = xnvme_queue_init(g_dev, 8, 0, &g_queue);
	if (err == -EPERM || err == -ENOSYS || (registers && err == -ENOTSUP)) {
		xnvme_dev_close(g_dev);
		test_skip("the system forbids io_uring, or has no tables of buffers");
	}
	if (err) {
		test_fail(__FILE__, __LINE__, "queue: %s", xnvme_err_last()->what);
	}
}

static void
stop(void)
{
	xnvme_queue_term(g_queue);
	xnvme_dev_close(g_dev);
}

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	*(int *)arg = xnvme_cmd_ctx_cpl_status(ctx) ? -EIO : 0;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

/** One command, to its end */
static int
io(uint8_t opcode, void *data, size_t nbytes)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(g_queue);
	int outcome = -EINPROGRESS;
	int err;

	xnvme_cmd_ctx_set_cb(ctx, on_done, &outcome);
	ctx->cmd.common.opcode = opcode;
	ctx->cmd.common.nsid = 1;
	ctx->cmd.nvm.nlb = nbytes ? (uint16_t)(nbytes / LBA_NBYTES - 1) : 0;
	err = xnvme_cmd_pass(ctx, data, nbytes, NULL, 0);
	if (err) {
		return err;
	}
	err = xnvme_queue_drain(g_queue);

	return err < 0 ? err : outcome;
}

static int
put(void *data, size_t nbytes)
{
	return io(XNVME_SPEC_NVM_OPC_WRITE, data, nbytes);
}

static int
get(void *data, size_t nbytes)
{
	return io(XNVME_SPEC_NVM_OPC_READ, data, nbytes);
}

static bool
all_are(const uint8_t *data, uint8_t value, size_t nbytes)
{
	return data[0] == value && memcmp(data, data + 1, nbytes - 1) == 0;
}

/** The kernel accepts no entries: the sync path writes to where the command was sent */
static void
command_that_is_done_again_goes_where_it_was_sent(void)
{
	uint8_t *buf;

	start(false);
	buf = xnvme_buf_alloc(g_dev, 4 * NBYTES);
	CHECK(buf);
	memset(buf, 0, 4 * NBYTES);
	CHECK_EQ(put(buf, 4 * NBYTES), 0);
	for (unsigned way = 0; way < 2; ++way) {
		struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(g_queue);
		int outcome = -EINPROGRESS;

		xnvme_cmd_ctx_set_cb(ctx, on_done, &outcome);
		memset(buf, 0x11 + (int)way, NBYTES);
		CHECK_EQ(way ? xnvme_file_pwrite(ctx, buf, NBYTES, way * NBYTES)
			     : xnvme_nvm_write(ctx, 1, 0, NBYTES / LBA_NBYTES - 1, buf, NULL),
			 0);
		ctx->cmd.nvm.slba += 3 * NBYTES / (way ? 1 : LBA_NBYTES);
		g_ring.err_submit = -EACCES;
		CHECK_EQ(xnvme_queue_drain(g_queue), 1);
		g_ring.err_submit = 0;
		CHECK_EQ(outcome, 0);
	}
	CHECK_EQ(get(buf, 4 * NBYTES), 0);
	CHECK(all_are(buf, 0x11, NBYTES) && all_are(buf + NBYTES, 0x12, NBYTES));
	CHECK(all_are(buf + 2 * NBYTES, 0, 2 * NBYTES));
	xnvme_buf_free(g_dev, buf);
	stop();
}

/** A batch costs one call, whether the completion descriptor is in use or not */
static void
batch_is_submitted_by_one_call(void)
{
	for (int sleeps = 0; sleeps <= 1; ++sleeps) {
		struct xnvme_cmd_ctx *ctxs[8];
		struct xnvme_cmd_io ios[8] = {0};
		int nreaped = 0;
		uint8_t *buf;

		start(false);
		buf = xnvme_buf_alloc(g_dev, NBYTES);
		CHECK(buf);
		CHECK_EQ(put(buf, NBYTES), 0);
		if (sleeps) {
			CHECK(xnvme_queue_get_completion_fd(g_queue) > 2);
		}
		CHECK_EQ(xnvme_queue_get_cmd_ctxs(g_queue, ctxs, 8), 8);
		for (int i = 0; i < 8; ++i) {
			xnvme_prep_nvm(ctxs[i], XNVME_SPEC_NVM_OPC_READ, 1, 0, 0);
			ios[i].ctx = ctxs[i];
			ios[i].dbuf = buf;
			ios[i].dbuf_nbytes = LBA_NBYTES;
		}
		g_ring.nsubmits = 0;
		CHECK_EQ(xnvme_cmd_pass_batch(g_queue, ios, 8), 8);
		CHECK_EQ(g_ring.nsubmits, sleeps);
		while (nreaped < 8) {
			const int res = xnvme_queue_reap(g_queue, ctxs, 8);

			CHECK(res >= 0);
			CHECK_EQ(xnvme_queue_put_cmd_ctxs(g_queue, ctxs, (uint32_t)res), 0);
			nreaped += res;
		}
		CHECK_EQ(g_ring.nsubmits, 1);
		xnvme_buf_free(g_dev, buf);
		stop();
	}
}

static void
without_the_option_nothing_is_registered(void)
{
	uint8_t *buf;

	start(false);
	buf = xnvme_buf_alloc(g_dev, NBYTES);
	CHECK(buf && !g_dev->bufs);
	CHECK_EQ(put(buf, NBYTES), 0);
	CHECK_EQ(get(buf, NBYTES), 0);
	CHECK_EQ(g_ring.nops[IORING_OP_WRITE], 1);
	CHECK_EQ(g_ring.nops[IORING_OP_READ], 1);
	CHECK_EQ(g_ring.nupdates, 0);
	xnvme_buf_free(g_dev, buf);
	stop();
}

static void
what_lies_within_a_buffer_is_fixed(void)
{
	static uint8_t foreign[NBYTES];
	uint8_t *buf;

	start(true);
	CHECK_EQ(put(foreign, NBYTES), 0);
	CHECK_EQ(g_ring.nops[IORING_OP_WRITE_FIXED], 0);
	CHECK_EQ(g_ring.nops[IORING_OP_WRITE], 1);
	buf = xnvme_buf_alloc(g_dev, 2 * (size_t)NBYTES);
	CHECK(buf);
	/* There are pages after the end of the buffer; they are not part of it */
	CHECK_EQ(mprotect(buf, 4 * (size_t)NBYTES, PROT_READ | PROT_WRITE), 0);
	memset(buf, 0x5a, 4 * (size_t)NBYTES);
	CHECK_EQ(put(buf, 2 * NBYTES), 0);
	CHECK_EQ(put(buf + NBYTES + LBA_NBYTES, NBYTES - LBA_NBYTES), 0);
	CHECK_EQ(get(buf + 1, NBYTES), 0);
	CHECK_EQ(g_ring.nops[IORING_OP_WRITE_FIXED], 2);
	CHECK_EQ(g_ring.nops[IORING_OP_READ_FIXED], 1);
	CHECK_EQ(put(buf + NBYTES + LBA_NBYTES, NBYTES), 0);
	CHECK_EQ(get(buf + 2 * (size_t)NBYTES, NBYTES), 0);
	CHECK_EQ(get(foreign, NBYTES), 0);
	CHECK_EQ(g_ring.nops[IORING_OP_WRITE_FIXED], 2);
	CHECK_EQ(g_ring.nops[IORING_OP_READ_FIXED], 1);
	CHECK_EQ(g_ring.nops[IORING_OP_WRITE], 2);
	CHECK_EQ(g_ring.nops[IORING_OP_READ], 2);
	CHECK(all_are(foreign, 0x5a, NBYTES));
	CHECK_EQ(io(XNVME_SPEC_NVM_OPC_FLUSH, NULL, 0), 0);
	CHECK_EQ(g_ring.nops[IORING_OP_FSYNC], 1);
	CHECK_EQ(g_ring.nupdates, 1);
	xnvme_buf_free(g_dev, buf);
	stop();
}

/** The same address, other pages: what the ring still has are the pages of the buffer before */
static void
a_buffer_at_the_address_of_another_is_itself(void)
{
	uint8_t *buf, *again;

	start(true);
	buf = xnvme_buf_alloc(g_dev, NBYTES);
	CHECK(buf);
	memset(buf, 0x11, NBYTES);
	CHECK_EQ(put(buf, NBYTES), 0);
	for (int i = 0; i < 8; ++i) {
		xnvme_buf_free(g_dev, buf);
		again = xnvme_buf_alloc(g_dev, NBYTES);
		CHECK(again == buf);
		memset(again, 0x20 + i, NBYTES);
		CHECK_EQ(put(again, NBYTES), 0);
		memset(again, 0xff, NBYTES);
		CHECK_EQ(get(again, NBYTES), 0);
		CHECK(all_are(again, (uint8_t)(0x20 + i), NBYTES));
	}
	CHECK_EQ(g_ring.nops[IORING_OP_WRITE_FIXED], 9);
	CHECK_EQ(g_ring.nops[IORING_OP_READ_FIXED], 8);
	xnvme_buf_free(g_dev, buf);
	stop();
}

/** ... Nor is memory that is no buffer; and a buffer may be given back on another device */
static void
what_is_no_buffer_any_more_is_not_fixed(void)
{
	struct xnvme_dev *other;
	uint8_t *buf;

	start(true);
	other = open_dev(false);
	CHECK(other);
	for (int i = 0; i < 2; ++i) {
		buf = xnvme_buf_alloc(g_dev, NBYTES);
		CHECK(buf);
		memset(buf, 0x31 + i, NBYTES);
		CHECK_EQ(put(buf, NBYTES), 0);
		CHECK(g_ring.place >= 0);
		xnvme_buf_free(i ? other : g_dev, buf);
		CHECK(arena_map(NBYTES) == buf);
		CHECK_EQ(get(buf, NBYTES), 0);
		CHECK(all_are(buf, (uint8_t)(0x31 + i), NBYTES));
		CHECK_EQ(g_ring.place, -1);
		arena_unmap();
	}
	CHECK_EQ(g_ring.nops[IORING_OP_WRITE_FIXED], 2);
	CHECK_EQ(g_ring.nops[IORING_OP_READ_FIXED], 0);
	CHECK_EQ(g_ring.nops[IORING_OP_READ], 2);
	xnvme_dev_close(other);
	stop();
}

static void
a_buffer_that_changes_its_size_stays_registered(void)
{
	uint8_t *buf;

	start(true);
	buf = xnvme_buf_alloc(g_dev, NBYTES);
	CHECK(buf);
	CHECK_EQ(put(buf, NBYTES), 0);
	CHECK(xnvme_buf_realloc(g_dev, buf, 4 * (size_t)NBYTES) == buf);
	CHECK_EQ(put(buf, 4 * NBYTES), 0);
	CHECK_EQ(g_ring.nops[IORING_OP_WRITE_FIXED], 2);
	CHECK(!xnvme_buf_realloc(g_dev, buf, SIZE_MAX));
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(put(buf, 4 * NBYTES), 0);
	CHECK_EQ(g_ring.nops[IORING_OP_WRITE_FIXED], 3);
	xnvme_buf_free(g_dev, buf);
	stop();
}

static void
what_the_kernel_refuses_goes_the_plain_way(void)
{
	uint8_t *buf;

	start(true);
	g_ring.err_update = -ENOMEM;
	buf = xnvme_buf_alloc(g_dev, NBYTES);
	CHECK(buf);
	memset(buf, 0x42, NBYTES);
	CHECK_EQ(put(buf, NBYTES), 0);
	memset(buf, 0, NBYTES);
	CHECK_EQ(get(buf, NBYTES), 0);
	CHECK(all_are(buf, 0x42, NBYTES));
	CHECK_EQ(g_ring.nops[IORING_OP_WRITE], 1);
	CHECK_EQ(g_ring.nops[IORING_OP_READ], 1);
	/* The next one is asked for again */
	g_ring.err_update = 0;
	xnvme_buf_free(g_dev, buf);
	CHECK(xnvme_buf_alloc(g_dev, NBYTES) == buf);
	CHECK_EQ(get(buf, NBYTES), 0);
	CHECK_EQ(g_ring.nops[IORING_OP_READ_FIXED], 1);
	/* What cannot be taken out is not used any more */
	g_ring.err_update = -ENOMEM;
	xnvme_buf_free(g_dev, buf);
	CHECK(arena_map(NBYTES) == buf);
	CHECK_EQ(get(buf, NBYTES), 0);
	CHECK(all_are(buf, 0x42, NBYTES));
	CHECK_EQ(g_ring.nops[IORING_OP_READ], 2);
	arena_unmap();
	stop();
}

static void
a_table_that_is_refused_is_explained(void)
{
	struct xnvme_queue *queue = NULL;

	start(true);
	g_ring.err_sparse = -EINVAL;
	CHECK_EQ(xnvme_queue_init(g_dev, 8, 0, &queue), -ENOTSUP);
	CHECK(!queue && strstr(xnvme_err_last()->hint, "5.19"));
	g_ring.err_sparse = -ENOMEM;
	CHECK_EQ(xnvme_queue_init(g_dev, 8, 0, &queue), -ENOMEM);
	CHECK(!queue && strstr(xnvme_err_last()->hint, "ulimit -l"));
	stop();
}

static void
more_than_the_table_holds_is_left_out(void)
{
	struct xnvi_buf bufs[XNVI_BUFS_MAX];
	uint8_t *base;
	uint64_t generation;

	start(true);
	base = g_arena;
	for (size_t i = 0; i <= XNVI_BUFS_MAX; ++i) {
		xnvi_bufs_add(g_dev->bufs, base + i * 16, 16);
	}
	generation = xnvi_bufs_copy(g_dev->bufs, bufs);
	CHECK_EQ(xnvi_bufs_remove(g_dev->bufs, base + (size_t)XNVI_BUFS_MAX * 16), 0);
	CHECK_EQ(xnvi_bufs_copy(g_dev->bufs, bufs), generation);
	for (size_t i = 0; i < XNVI_BUFS_MAX; ++i) {
		CHECK_EQ(bufs[i].addr, (uintptr_t)base + i * 16);
		CHECK_EQ(bufs[i].nbytes, 16);
		CHECK(bufs[i].id && (!i || bufs[i].id > bufs[i - 1].id));
	}
	/* A buffer that is handed out was given back before, by any thread */
	xnvi_bufs_add(g_dev->bufs, base + 8, 32);
	CHECK(xnvi_bufs_copy(g_dev->bufs, bufs) > generation);
	CHECK_EQ(bufs[0].nbytes, 32);
	CHECK_EQ(bufs[1].id, 0);
	CHECK_EQ(bufs[2].id, 0);
	CHECK_EQ(bufs[3].nbytes, 16);
	CHECK_EQ(xnvi_bufs_remove(g_dev->bufs, base + 8), 32);
	stop();
}

/* --- Commands whose time is over -------------------------------------------------------------- */

#define LIMIT_NS 500001000ULL /* Of opts.command_timeout = 1, with the grace of core */

static struct {
	unsigned ngood;
	unsigned nlate;
	bool resubmits; ///< Callbacks of completed commands submit again
} g_timed;

static uint8_t g_data[LBA_NBYTES];

static void
on_timed(struct xnvme_cmd_ctx *ctx, void *arg)
{
	const bool good = !xnvme_cmd_ctx_cpl_status(ctx);

	(void)arg;
	g_timed.ngood += good;
	g_timed.nlate += !good && xnvi_rsvd_of(ctx)->given_up == XNVI_GIVEN_UP_LATE;
	if (!good || !g_timed.resubmits || xnvme_nvm_read(ctx, 1, 0, 0, g_data, NULL)) {
		xnvme_queue_put_cmd_ctx(g_queue, ctx);
	}
}

static void
start_timed(void)
{
	start(false);
	memset(&g_timed, 0, sizeof(g_timed));
	xnvme_queue_term(g_queue);
	g_dev->opts.command_timeout = 1;
	CHECK_EQ(xnvme_queue_init(g_dev, 8, 0, &g_queue), 0);
	CHECK_EQ(xnvme_queue_set_cb(g_queue, on_timed, NULL), 0);
}

static void
submit_timed(unsigned n)
{
	while (n--) {
		CHECK_EQ(xnvme_nvm_read(xnvme_queue_get_cmd_ctx(g_queue), 1, 0, 0, g_data, NULL),
			 0);
	}
}

/** Callbacks that submit again leave entries that the kernel has not taken yet */
static void
stuck_command_is_given_up_while_others_are_submitted_again(void)
{
	const uint64_t start_ns = xnvi_time_ns();
	uint8_t block[LBA_NBYTES] = {0};
	int pipes[2];

	start_timed();
	CHECK_EQ(pipe(pipes), 0);
	submit_timed(1);
	g_ring.stuck_fd = pipes[0];
	CHECK_EQ(xnvme_queue_poke(g_queue, 0), 0);
	g_timed.resubmits = true;
	submit_timed(4);
	while (!g_timed.nlate && xnvi_time_ns() - start_ns < 4 * LIMIT_NS) {
		CHECK(xnvme_queue_poke(g_queue, 0) > 0);
	}
	CHECK_EQ(g_timed.nlate, 1);
	CHECK(xnvi_time_ns() - start_ns >= LIMIT_NS);
	g_timed.resubmits = false;
	CHECK_EQ(write(pipes[1], block, sizeof(block)), (ssize_t)sizeof(block));
	while (g_queue->nlate || xnvi_queue_outstanding(g_queue)) {
		CHECK(xnvme_queue_poke(g_queue, 0) >= 0);
	}
	CHECK_EQ(g_timed.nlate, 1);
	close(pipes[0]);
	close(pipes[1]);
	CHECK_EQ(xnvme_queue_term(g_queue), 0);
	xnvme_dev_close(g_dev);
}

static void
command_that_the_kernel_completed_in_time_is_not_late(void)
{
	uint64_t start_ns;

	start_timed();
	submit_timed(8);
	/* The clock is read, then the kernel gets the commands and completes them */
	CHECK_EQ(xnvme_queue_poke(g_queue, 1), 1);
	start_ns = xnvi_time_ns();
	while (xnvi_time_ns() - start_ns < 2 * LIMIT_NS) {
		xnvi_sleep_ns(10000000);
		if (xnvi_time_ns() - start_ns < LIMIT_NS / 4) {
			/* The commands are older than the last tick */
			g_queue->tick_seen++;
			g_queue->tick++;
		}
	}
	for (unsigned i = 0; i < 7; ++i) {
		g_queue->npokes = UINT8_MAX;
		CHECK_EQ(xnvme_queue_poke(g_queue, 1), 1);
	}
	CHECK_EQ(g_timed.ngood, 8);
	stop();
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
	    TEST_CASE(command_that_is_done_again_goes_where_it_was_sent),
	    TEST_CASE(batch_is_submitted_by_one_call),
	    TEST_CASE(without_the_option_nothing_is_registered),
	    TEST_CASE(what_lies_within_a_buffer_is_fixed),
	    TEST_CASE(a_buffer_at_the_address_of_another_is_itself),
	    TEST_CASE(what_is_no_buffer_any_more_is_not_fixed),
	    TEST_CASE(a_buffer_that_changes_its_size_stays_registered),
	    TEST_CASE(what_the_kernel_refuses_goes_the_plain_way),
	    TEST_CASE(a_table_that_is_refused_is_explained),
	    TEST_CASE(more_than_the_table_holds_is_left_out),
	    TEST_CASE(stuck_command_is_given_up_while_others_are_submitted_again),
	    TEST_CASE(command_that_the_kernel_completed_in_time_is_not_late),
	};
	const int fd = mkstemp(g_path);
	int status;

	g_arena = mmap(NULL, 16 * (size_t)NBYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fd < 0 || ftruncate(fd, FILE_NBYTES) || g_arena == MAP_FAILED) {
		printf("Bail out! no file or no memory\n");
		return 1;
	}
	close(fd);
	status = test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
	unlink(g_path);

	return status;
}
