// SPDX-License-Identifier: BSD-3-Clause
/**
 * Queues: the rules that core keeps for every mechanism, with mechanisms that misbehave
 */
#include <support/fake.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define DEPTH 4U

static struct xnvme_dev *g_dev;
static struct xnvme_queue *g_queue;
static uint8_t g_buf[4096];
static unsigned g_ncalled;
static int g_status;

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	(void)arg;
	g_ncalled++;
	g_status = (int)xnvme_cmd_ctx_cpl_status(ctx);
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

static void
queue_open(const char *async)
{
	g_ncalled = 0;
	g_dev = fake_open_async(async);
	CHECK(g_dev);
	CHECK_EQ(xnvme_queue_init(g_dev, DEPTH, 0, &g_queue), 0);
	CHECK_EQ(xnvme_queue_set_cb(g_queue, on_done, NULL), 0);
}

static void
queue_close(void)
{
	CHECK_EQ(xnvme_queue_term(g_queue), 0);
	xnvme_dev_close(g_dev);
}

static int
read_one(struct xnvme_cmd_ctx *ctx)
{
	return xnvme_nvm_read(ctx, 1, 0, 0, g_buf, NULL);
}

static void
null_callback_is_refused_at_submission(void)
{
	struct xnvme_cmd_ctx *ctx;

	queue_open("emu");
	ctx = xnvme_queue_get_cmd_ctx(g_queue);
	CHECK(ctx);
	xnvme_cmd_ctx_set_cb(ctx, NULL, NULL);
	CHECK_EQ(read_one(ctx), -EINVAL);
	CHECK_EQ(xnvme_queue_get_outstanding(g_queue), 0);
	xnvme_cmd_ctx_set_cb(ctx, on_done, NULL);
	CHECK_EQ(read_one(ctx), 0);
	CHECK_EQ(xnvme_queue_drain(g_queue), 1);
	CHECK_EQ(g_ncalled, 1);
	queue_close();
}

static void
capacities_are_powers_of_two(void)
{
	static const uint16_t bad[] = {0, 3, 6, 4097, 8192, 65535};
	struct xnvme_queue *queue;

	g_dev = fake_open();
	for (uint16_t capacity = 1; capacity <= 4096; capacity = (uint16_t)(capacity * 2)) {
		CHECK_EQ(xnvme_queue_init(g_dev, capacity, 0, &queue), 0);
		CHECK_EQ(xnvme_queue_get_capacity(queue), capacity);
		CHECK_EQ(xnvme_queue_term(queue), 0);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
		CHECK_EQ(xnvme_queue_init(g_dev, bad[i], 0, &queue), -EINVAL);
	}
	CHECK_EQ(xnvme_queue_init(g_dev, 1, 0x100, &queue), -EINVAL);
	CHECK_EQ(xnvme_queue_init(g_dev, 1, XNVME_QUEUE_IOPOLL, &queue), -ENOTSUP);
	CHECK_EQ(xnvme_queue_init(g_dev, 1, XNVME_QUEUE_SQPOLL, &queue), -ENOTSUP);
	g_dev->opts.poll_io = 1;
	CHECK_EQ(xnvme_queue_init(g_dev, 1, 0, &queue), -ENOTSUP);
	g_dev->opts.poll_io = 0;
	g_dev->opts.poll_sq = 1;
	CHECK_EQ(xnvme_queue_init(g_dev, 1, 0, &queue), -ENOTSUP);
	CHECK_EQ(xnvme_queue_init(NULL, 1, 0, &queue), -EINVAL);
	CHECK_EQ(xnvme_queue_init(g_dev, 1, 0, NULL), -EINVAL);
	xnvme_dev_close(g_dev);
}

static void
null_is_refused(void)
{
	struct xnvme_queue_stats stats;
	struct xnvme_cmd_ctx ctx = {0};

	queue_open("emu");
	CHECK_EQ(xnvme_queue_term(NULL), -EINVAL);
	CHECK_EQ(xnvme_queue_poke(NULL, 0), -EINVAL);
	CHECK_EQ(xnvme_queue_drain(NULL), -EINVAL);
	CHECK_EQ(xnvme_queue_wait(NULL), -EINVAL);
	CHECK_EQ(xnvme_queue_get_capacity(NULL), 0);
	CHECK_EQ(xnvme_queue_get_outstanding(NULL), 0);
	CHECK_EQ(xnvme_queue_get_completion_fd(NULL), -EINVAL);
	CHECK_EQ(xnvme_queue_set_cb(NULL, on_done, NULL), -EINVAL);
	CHECK_EQ(xnvme_queue_set_cb(g_queue, NULL, NULL), -EINVAL);
	CHECK_EQ(xnvme_queue_get_stats(NULL, &stats), -EINVAL);
	CHECK_EQ(xnvme_queue_get_stats(g_queue, NULL), -EINVAL);
	CHECK_EQ(xnvme_queue_put_cmd_ctx(NULL, &ctx), -EINVAL);
	CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, NULL), -EINVAL);
	errno = 0;
	CHECK(!xnvme_queue_get_cmd_ctx(NULL));
	CHECK_EQ(errno, EINVAL);
	queue_close();
	CHECK_EQ(xnvme_queue_term(g_queue), -EINVAL);
}

static void
contexts_are_used_once_at_a_time(void)
{
	struct xnvme_cmd_ctx *ctxs[DEPTH + 1];
	struct xnvme_cmd_ctx copy;

	queue_open("emu");
	for (unsigned i = 0; i <= DEPTH; ++i) {
		ctxs[i] = xnvme_cmd_ctx_from_queue(g_queue);
		CHECK(ctxs[i]);
	}
	CHECK(!xnvme_queue_get_cmd_ctx(g_queue));
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(read_one(ctxs[0]), 0);
	CHECK_EQ(read_one(ctxs[0]), -EINVAL);
	CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, ctxs[0]), -EINVAL);
	copy = *ctxs[1];
	CHECK_EQ(read_one(&copy), -EINVAL);
	CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, &copy), -EINVAL);
	/* A cleared context is known again, and its links come back */
	xnvme_cmd_ctx_clear(ctxs[1]);
	CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, ctxs[1]), 0);
	CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, ctxs[1]), -EINVAL);
	CHECK_EQ(read_one(ctxs[1]), -EINVAL);
	CHECK(xnvme_queue_get_cmd_ctx(g_queue) == ctxs[1]);
	CHECK(ctxs[1]->async.queue == g_queue);
	CHECK_EQ(xnvme_queue_drain(g_queue), 1);
	CHECK_EQ(g_ncalled, 1);
	queue_close();
}

static void
full_queue_is_busy_without_a_trace(void)
{
	struct xnvme_queue_stats stats;
	struct xnvme_cmd_ctx *ctx;

	queue_open("emu");
	for (unsigned i = 0; i < DEPTH; ++i) {
		CHECK_EQ(read_one(xnvme_queue_get_cmd_ctx(g_queue)), 0);
	}
	ctx = xnvme_queue_get_cmd_ctx(g_queue);
	CHECK_EQ(read_one(ctx), -EBUSY);
	CHECK_EQ(xnvme_queue_get_outstanding(g_queue), DEPTH);
	CHECK_EQ(xnvme_queue_poke(g_queue, 1), 1);
	CHECK_EQ(read_one(ctx), 0);
	CHECK_EQ(xnvme_queue_poke(g_queue, 1000), DEPTH);
	CHECK_EQ(xnvme_queue_poke(g_queue, 0), 0);
	CHECK_EQ(xnvme_queue_get_stats(g_queue, &stats), 0);
	CHECK_EQ(stats.busy, 1);
	CHECK_EQ(stats.submitted, DEPTH + 1);
	CHECK_EQ(stats.completed, DEPTH + 1);
	queue_close();
}

static void
failures_are_counted_and_gone_with_the_next_command(void)
{
	struct xnvme_queue_stats stats;
	struct xnvme_cmd_ctx *ctx;

	queue_open("emu");
	ctx = xnvme_queue_get_cmd_ctx(g_queue);
	g_fake.io_err = -ENOSPC;
	CHECK_EQ(read_one(ctx), 0);
	CHECK_EQ(xnvme_queue_drain(g_queue), 1);
	CHECK(g_status);
	g_fake.io_err = 0;
	CHECK(xnvme_queue_get_cmd_ctx(g_queue) == ctx);
	CHECK_EQ(read_one(ctx), 0);
	CHECK_EQ(xnvme_queue_drain(g_queue), 1);
	CHECK_EQ(g_status, 0);
	CHECK_EQ(xnvme_queue_get_stats(g_queue, &stats), 0);
	CHECK_EQ(stats.failed, 1);
	queue_close();
}

static struct xnvme_err g_words;

static void
on_done_keeping(struct xnvme_cmd_ctx *ctx, void *arg)
{
	(void)arg;
	g_ncalled++;
	CHECK_EQ(xnvme_cmd_ctx_explain(ctx, &g_words), 0);
}

/** A failure of the host, then a status of the device, by the same context */
static void
status_after_a_failure_of_the_host_is_the_devices(void)
{
	static const char *const asyncs[] = {"emu", "thrpool"};

	for (unsigned i = 0; i < 4; ++i) {
		struct xnvme_queue_stats stats;
		struct xnvme_cmd_ctx *ctx;

		queue_open(asyncs[i / 2]);
		CHECK(xnvme_dev_get_geo(g_dev));
		CHECK_EQ(xnvme_queue_set_cb(g_queue, on_done_keeping, NULL), 0);
		ctx = xnvme_queue_get_cmd_ctx(g_queue);
		g_fake.io_err = -ENOSPC;
		CHECK_EQ(read_one(ctx), 0);
		CHECK_EQ(xnvme_queue_drain(g_queue), 1);
		CHECK_EQ(g_words.err, -ENOSPC);
		g_fake.io_err = 0;
		g_fake.sc = XNVI_SC_LBA_OUT_OF_RANGE;
		if (i % 2) {
			CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, ctx), 0);
			CHECK(xnvme_queue_get_cmd_ctx(g_queue) == ctx);
		}
		CHECK_EQ(read_one(ctx), 0);
		CHECK_EQ(xnvme_queue_drain(g_queue), 1);
		CHECK_EQ(g_words.err, -EIO);
		CHECK_STR(g_words.layer, "device");
		g_fake.sc = 0;
		CHECK_EQ(xnvme_queue_get_stats(g_queue, &stats), 0);
		CHECK_EQ(stats.failed, 2);
		queue_close();
	}
}

static void
refused_commands_stay_with_their_caller(void)
{
	struct xnvme_cmd_ctx *ctx;

	queue_open("emu");
	ctx = xnvme_queue_get_cmd_ctx(g_queue);
	CHECK_EQ(xnvme_nvm_read(ctx, 1, 0, 0, NULL, NULL), -EINVAL);
	CHECK_EQ(xnvme_queue_get_outstanding(g_queue), 0);
	CHECK_EQ(xnvme_queue_drain(g_queue), 0);
	CHECK_EQ(g_fake.nios, 0);
	CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, ctx), 0);
	queue_close();
}

static int g_inner[4];

static void
on_done_inside(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct xnvme_queue *queue = ctx->async.queue;

	(void)arg;
	g_ncalled++;
	g_inner[0] = xnvme_queue_poke(queue, 0);
	g_inner[1] = xnvme_queue_drain(queue);
	g_inner[2] = xnvme_queue_term(queue);
	/* Up to three times: submitting from a callback is what callbacks are for */
	g_inner[3] = g_ncalled < 3 ? read_one(ctx) : xnvme_queue_put_cmd_ctx(queue, ctx);
}

static void
callbacks_may_submit_and_not_poke(void)
{
	static const char *const asyncs[] = {"emu", "thrpool", "nil"};

	for (size_t i = 0; i < sizeof(asyncs) / sizeof(asyncs[0]); ++i) {
		queue_open(asyncs[i]);
		CHECK_EQ(xnvme_queue_set_cb(g_queue, on_done_inside, NULL), 0);
		CHECK_EQ(read_one(xnvme_queue_get_cmd_ctx(g_queue)), 0);
		CHECK_EQ(xnvme_queue_drain(g_queue), 3);
		CHECK_EQ(g_ncalled, 3);
		CHECK_EQ(g_inner[0], -EDEADLK);
		CHECK_EQ(g_inner[1], -EDEADLK);
		CHECK_EQ(g_inner[2], -EDEADLK);
		CHECK_EQ(g_inner[3], 0);
		queue_close();
	}
}

static struct xnvme_cmd_ctx *g_late;
static int g_late_err;

static void
on_done_late(struct xnvme_cmd_ctx *ctx, void *arg)
{
	on_done(ctx, arg);
	g_late_err = read_one(g_late);
}

static unsigned g_left; ///< Times that a callback submits again

static void
on_done_again(struct xnvme_cmd_ctx *ctx, void *arg)
{
	(void)arg;
	g_ncalled++;
	if (g_left) {
		g_left--;
		CHECK_EQ(read_one(ctx), 0);
	}
}

/** Poke takes some of the commands, while callbacks append others */
static void
nothing_is_lost_when_poke_calls_some_back_that_submit_again(void)
{
	static const char *const asyncs[] = {"emu", "nil", "thrpool"};

	for (size_t i = 0; i < sizeof(asyncs) / sizeof(asyncs[0]); ++i) {
		queue_open(asyncs[i]);
		CHECK(xnvme_dev_get_geo(g_dev));
		CHECK_EQ(xnvme_queue_set_cb(g_queue, on_done_again, NULL), 0);
		g_left = 8;
		for (unsigned k = 0; k < DEPTH; ++k) {
			CHECK_EQ(read_one(xnvme_queue_get_cmd_ctx(g_queue)), 0);
		}
		for (unsigned n = 0; n < 1000 && xnvme_queue_get_outstanding(g_queue); ++n) {
			CHECK(xnvme_queue_poke(g_queue, 1 + n % 2) >= 0);
		}
		CHECK(xnvme_queue_drain(g_queue) >= 0);
		CHECK_EQ(g_ncalled, DEPTH + 8);
		queue_close();
	}
}

static void
queue_that_is_terminated_takes_no_more(void)
{
	queue_open("emu");
	g_late = xnvme_queue_get_cmd_ctx(g_queue);
	CHECK_EQ(xnvme_queue_set_cb(g_queue, on_done_late, NULL), 0);
	CHECK_EQ(read_one(xnvme_queue_get_cmd_ctx(g_queue)), 0);
	queue_close();
	CHECK_EQ(g_ncalled, 1);
	CHECK_EQ(g_late_err, -ESHUTDOWN);
}

/* Mechanisms that misbehave */

static int g_mech_err;
static uint32_t g_mech_max; ///< What the last poke could complete

static int
mech_init(struct xnvme_queue *queue, int opts)
{
	(void)queue;
	(void)opts;

	return g_mech_err;
}

static int
mech_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	(void)req;

	return g_mech_err ? g_mech_err : xnvi_queue_accept(queue, ctx);
}

/** Nothing ever completes */
static int
mech_poke(struct xnvme_queue *queue, uint32_t max)
{
	(void)queue;
	g_mech_max = max;

	return g_mech_err;
}

static int
mech_arm(struct xnvme_queue *queue)
{
	(void)queue;

	return g_mech_err;
}

static const struct xnvi_async_ops g_mech = {
    .id = "mech",
    .kinds = XNVI_KINDS_RW,
    .init = mech_init,
    .submit = mech_submit,
    .poke = mech_poke,
    .arm = mech_arm,
};

static void
mechanism_that_does_not_start_leaves_no_queue(void)
{
	struct xnvme_queue *queue = NULL;

	g_dev = fake_open();
	g_dev->async = &g_mech;
	g_mech_err = -ENOMEM;
	CHECK_EQ(xnvme_queue_init(g_dev, 1, 0, &queue), -ENOMEM);
	CHECK(!queue);
	g_mech_err = 0;
	CHECK_EQ(xnvme_queue_init(g_dev, 1, 0, &queue), 0);
	g_mech_err = -EMFILE;
	CHECK_EQ(xnvme_queue_get_completion_fd(queue), -EMFILE);
	CHECK_EQ(read_one(xnvme_queue_get_cmd_ctx(queue)), -EMFILE);
	CHECK_EQ(xnvme_queue_get_outstanding(queue), 0);
	g_mech_err = 0;
	CHECK(xnvme_queue_get_completion_fd(queue) >= 0);
	CHECK(xnvme_queue_get_completion_fd(queue) >= 0);
	CHECK_EQ(xnvme_queue_term(queue), 0);
	xnvme_dev_close(g_dev);
}

/** What fails in a callback does not hide why the queue could not be drained */
static void
on_done_then_failing(struct xnvme_cmd_ctx *ctx, void *arg)
{
	on_done(ctx, arg);
	xnvme_queue_poke(NULL, 0);
}

static bool g_sleeps; ///< The completion descriptor is in use

static int
never_completes(void)
{
	struct xnvme_queue *queue;
	int fd = -1;

	g_ncalled = 0;
	g_dev = fake_open();
	g_dev->async = &g_mech;
	g_dev->opts.command_timeout = 1000;
	g_mech_err = 0;
	EXPECT(1, !xnvme_queue_init(g_dev, 2, 0, &queue));
	EXPECT(2, !xnvme_queue_set_cb(queue, on_done_then_failing, NULL));
	if (g_sleeps) {
		fd = xnvme_queue_get_completion_fd(queue);
	}
	EXPECT(3, !read_one(xnvme_queue_get_cmd_ctx(queue)));
	for (uint32_t max = 0; max < 5; ++max) {
		EXPECT(14, !xnvme_queue_poke(queue, max) && g_mech_max == 1);
	}
	EXPECT(4, xnvme_queue_drain(queue) == -ETIMEDOUT);
	EXPECT(11, xnvme_err_last()->err == -ETIMEDOUT);
	EXPECT(5, g_ncalled == 0);
	g_mech_err = -ENODEV;
	EXPECT(6, xnvme_queue_poke(queue, 0) == -ENODEV);
	EXPECT(12, xnvme_err_last()->err == -ENODEV);
	EXPECT(7, xnvme_queue_term(queue) == -ENODEV);
	EXPECT(13, xnvme_err_last()->err == -ENODEV);
	EXPECT(8, g_ncalled == 1);
	EXPECT(9, g_status != 0);
	/* Who set the event while it was in use may do so again: it is still that event */
	EXPECT(10, !g_sleeps || !sys_event_set(fd));
	xnvme_dev_close(g_dev);

	return 0;
}

static void
commands_that_never_complete_are_called_back_by_terminate(void)
{
	for (int sleeps = 0; sleeps <= 1; ++sleeps) {
		g_sleeps = sleeps;
		CHECK_EQ(test_in_copy(never_completes), 0);
	}
}

static atomic_bool g_gate;
static atomic_bool g_inside;

static int
slow_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	(void)dev;
	(void)ctx;
	(void)req;
	atomic_store(&g_inside, true);
	while (!atomic_load(&g_gate)) {
		xnvi_thread_yield();
	}
	atomic_store(&g_inside, false);

	return 0;
}

/** A thread of the pool comes back from its command long after the queue is gone */
static int
late_thread(void)
{
	static struct xnvi_sync_ops slow;
	struct xnvme_queue *queue;
	int fd;

	slow = g_fake_sync;
	slow.io = slow_io;
	g_ncalled = 0;
	g_dev = fake_open_async("thrpool");
	g_dev->opts.command_timeout = 1000;
	EXPECT(1, !xnvme_dev_derive_geo(g_dev));
	g_dev->sync = &slow;
	EXPECT(2, !xnvme_queue_init(g_dev, 1, 0, &queue));
	EXPECT(3, !xnvme_queue_set_cb(queue, on_done, NULL));
	fd = xnvme_queue_get_completion_fd(queue);
	EXPECT(4, fd >= 0);
	EXPECT(5, !read_one(xnvme_queue_get_cmd_ctx(queue)));
	while (!atomic_load(&g_inside)) {
		xnvi_thread_yield();
	}
	EXPECT(6, xnvme_queue_term(queue) == -ETIMEDOUT);
	EXPECT(7, g_ncalled == 1);
	/* The lowest descriptor that is free: were it the queue's, the thread would write into it
	 */
	EXPECT(8, fileno(sys_temp_stream()) != fd);
	atomic_store(&g_gate, true);
	EXPECT(9, sys_event_is_set(fd, 5000) == 1);
	xnvme_dev_close(g_dev);

	return 0;
}

static void
late_threads_do_not_write_into_other_descriptors(void)
{
	CHECK_EQ(test_in_copy(late_thread), 0);
}

static int
forked(void)
{
	/* In the child: nothing of the parent's queue works, and it may be given back */
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(g_queue);

	EXPECT(1, read_one(ctx) == -EOWNERDEAD);
	EXPECT(2, xnvme_queue_poke(g_queue, 0) == -EOWNERDEAD);
	EXPECT(3, xnvme_queue_drain(g_queue) == -EOWNERDEAD);
	EXPECT(4, xnvme_queue_get_completion_fd(g_queue) == -EOWNERDEAD);
	EXPECT(5, xnvme_queue_term(g_queue) == 0);
	xnvme_dev_close(g_dev);

	return 0;
}

static void
children_of_fork_cannot_use_the_queue(void)
{
	queue_open("thrpool");
	/* Nor its descriptor: who reads it takes a wake-up from the parent */
	for (int armed = 0; armed < 2; ++armed) {
		CHECK_EQ(read_one(xnvme_queue_get_cmd_ctx(g_queue)), 0);
		CHECK_EQ(test_in_copy(forked), 0);
		CHECK_EQ(xnvme_queue_drain(g_queue), 1);
		CHECK(xnvme_queue_get_completion_fd(g_queue) >= 0);
	}
	queue_close();
}

static void
descriptor_is_readable_while_there_is_something_to_poke_for(void)
{
	static const char *const asyncs[] = {"emu", "thrpool", "nil", "posix"};
	const int inherited = sys_count_inheritable();

	for (size_t i = 0; i < sizeof(asyncs) / sizeof(asyncs[0]); ++i) {
		int fd;

		if (strcmp(asyncs[i], "posix") == 0 && sys_lacks(SYS_POSIX_AIO)) {
			continue;
		}
		queue_open(asyncs[i]);
		CHECK_EQ(read_one(xnvme_queue_get_cmd_ctx(g_queue)), 0);
		CHECK_EQ(xnvme_queue_get_completion_fd(g_queue), -EBUSY);
		CHECK_EQ(xnvme_queue_drain(g_queue), 1);
		fd = xnvme_queue_get_completion_fd(g_queue);
		CHECK(fd >= 0);
		CHECK_EQ(sys_count_inheritable(), inherited);
		CHECK_EQ(sys_event_is_set(fd, 0), 0);
		CHECK_EQ(read_one(xnvme_queue_get_cmd_ctx(g_queue)), 0);
		CHECK_EQ(sys_event_is_set(fd, 5000), 1);
		CHECK_EQ(xnvme_queue_poke(g_queue, 0), 1);
		CHECK_EQ(sys_event_is_set(fd, 0), 0);
		queue_close();
	}
}

static void
what_a_mechanism_does_not_carry_runs_on_the_pool(void)
{
	struct xnvme_queue_stats stats;
	struct xnvi_sync_ops none = g_fake_sync;
	struct xnvme_cmd_ctx *ctx;

	g_ncalled = 0;
	g_mech_err = 0;
	g_dev = fake_open();
	g_dev->async = &g_mech;
	CHECK_EQ(xnvme_queue_init(g_dev, DEPTH, 0, &g_queue), 0);
	CHECK_EQ(xnvme_queue_set_cb(g_queue, on_done, NULL), 0);
	for (int armed = 0; armed < 2; ++armed) {
		ctx = xnvme_queue_get_cmd_ctx(g_queue);
		CHECK_EQ(xnvme_nvm_write_zeroes(ctx, 1, 0, 0), 0);
		CHECK_EQ(xnvme_queue_drain(g_queue), 1);
		CHECK(xnvme_queue_get_completion_fd(g_queue) >= 0);
	}
	CHECK_EQ(xnvme_queue_get_stats(g_queue, &stats), 0);
	CHECK_EQ(stats.deferred, 2);
	none.kinds = 0;
	g_dev->sync = &none;
	ctx = xnvme_queue_get_cmd_ctx(g_queue);
	CHECK_EQ(xnvme_nvm_write_zeroes(ctx, 1, 0, 0), -ENOSYS);
	CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, ctx), 0);
	queue_close();
	CHECK_EQ(g_ncalled, 2);
}

/** Before and after a gate closes, and when the same and others close on top of it */
static void
closed_gates_change_no_number_of_slots(void)
{
	static const enum xnvi_gate gates[] = {XNVI_GATE_KINDS, XNVI_GATE_EVENT, XNVI_GATE_KINDS,
					       XNVI_GATE_EVENT};

	queue_open("emu");
	CHECK(xnvme_dev_get_geo(g_dev));
	for (size_t k = 0; k < sizeof(gates) / sizeof(gates[0]); ++k) {
		struct xnvme_cmd_ctx *ctx;

		xnvi_gate_close(g_queue, gates[k]);
		CHECK(g_queue->gates & (uint32_t)gates[k]);
		CHECK(g_queue->credit < 0);
		CHECK_EQ(xnvi_queue_nfree(g_queue), DEPTH);
		for (unsigned i = 0; i < DEPTH; ++i) {
			CHECK_EQ(read_one(xnvme_queue_get_cmd_ctx(g_queue)), 0);
		}
		ctx = xnvme_queue_get_cmd_ctx(g_queue);
		CHECK_EQ(read_one(ctx), -EBUSY);
		CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, ctx), 0);
		CHECK(g_queue->credit < 0);
		CHECK_EQ(xnvme_queue_drain(g_queue), DEPTH);
	}
	queue_close();
}

static void
reads_that_a_mechanism_does_not_carry_run_on_the_pool(void)
{
	struct xnvi_async_ops writes_only = g_mech;
	struct xnvme_queue_stats stats;

	g_ncalled = 0;
	g_mech_err = 0;
	g_dev = fake_open();
	g_dev->async = &writes_only;
	writes_only.kinds = 1U << XNVI_KIND_WRITE;
	CHECK(xnvme_dev_get_geo(g_dev));
	CHECK_EQ(xnvme_queue_init(g_dev, DEPTH, 0, &g_queue), 0);
	CHECK_EQ(xnvme_queue_set_cb(g_queue, on_done, NULL), 0);
	CHECK_EQ(read_one(xnvme_queue_get_cmd_ctx(g_queue)), 0);
	CHECK_EQ(xnvme_queue_drain(g_queue), 1);
	CHECK_EQ(xnvme_queue_get_stats(g_queue, &stats), 0);
	CHECK_EQ(stats.deferred, 1);
	queue_close();
	CHECK_EQ(g_ncalled, 1);
}

static void
number_of_threads_is_checked(void)
{
	static const char *const env = "XNVME_BE_CBI_ASYNC_THRPOOL_NTHREADS";
	static const char *const bad[] = {"", "0", "1024", "abc", "-1", "4 "};
	struct xnvme_queue *queue;

	g_dev = fake_open_async("thrpool");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
		if (!bad[i][0] && sys_env_set(env, "")) {
			continue;
		}
		CHECK_EQ(sys_env_set(env, bad[i]), 0);
		CHECK_EQ(xnvme_queue_init(g_dev, 1, 0, &queue), -EINVAL);
	}
	CHECK_EQ(sys_env_set(env, "1023"), 0);
	CHECK_EQ(xnvme_queue_init(g_dev, 1, 0, &queue), 0);
	CHECK_EQ(sys_env_set(env, NULL), 0);
	CHECK_EQ(xnvme_queue_term(queue), 0);
	xnvme_dev_close(g_dev);
}

static const struct test tests[] = {
    TEST_CASE(capacities_are_powers_of_two),
    TEST_CASE(null_callback_is_refused_at_submission),
    TEST_CASE(null_is_refused),
    TEST_CASE(contexts_are_used_once_at_a_time),
    TEST_CASE(full_queue_is_busy_without_a_trace),
    TEST_CASE(failures_are_counted_and_gone_with_the_next_command),
    TEST_CASE(status_after_a_failure_of_the_host_is_the_devices),
    TEST_CASE(refused_commands_stay_with_their_caller),
    TEST_CASE(callbacks_may_submit_and_not_poke),
    TEST_CASE(nothing_is_lost_when_poke_calls_some_back_that_submit_again),
    TEST_CASE(queue_that_is_terminated_takes_no_more),
    TEST_CASE(mechanism_that_does_not_start_leaves_no_queue),
    TEST_CASE(commands_that_never_complete_are_called_back_by_terminate),
    TEST_CASE(late_threads_do_not_write_into_other_descriptors),
    TEST_CASE(children_of_fork_cannot_use_the_queue),
    TEST_CASE(descriptor_is_readable_while_there_is_something_to_poke_for),
    TEST_CASE(what_a_mechanism_does_not_carry_runs_on_the_pool),
    TEST_CASE(closed_gates_change_no_number_of_slots),
    TEST_CASE(reads_that_a_mechanism_does_not_carry_run_on_the_pool),
    TEST_CASE(number_of_threads_is_checked),
};

int
main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
