// SPDX-License-Identifier: BSD-3-Clause
/**
 * What a driver is promised: the sync path over a queue, removal, reset
 *
 * The driver of these tests keeps commands for some pokes, and notices when two threads are in it
 * together.
 */
#include <backends/portable/sync_queue.h>
#include <core/geo.h>
#include <support/fake.h>

#include <stdio.h>
#include <stdlib.h>

#define DEPTH	  8U
#define NTHREADS  4U
#define NCMDS	  2000U
#define NPATTERNS 256U

static struct xnvme_dev *g_dev;
static struct xnvi_sync_queue g_sync;
static uint8_t g_disk[FAKE_NS_NLBAS * 512];
static atomic_uint g_ninside;
static atomic_uint g_ncrowds; ///< Times that two threads were in the driver together
static unsigned g_nrefusals;  ///< Submissions to refuse
static enum xnvi_given_up g_event;
static bool g_hangs; ///< The driver answers nothing

/** Commands in the driver, in the order of submission */
struct driver {
	uint32_t count;
	uint32_t npokes;
	uint16_t idxs[DEPTH];
};

static void
enter(void)
{
	g_ncrowds += atomic_fetch_add(&g_ninside, 1) != 0;
}

static void
leave(void)
{
	atomic_fetch_sub(&g_ninside, 1);
}

static int
driver_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	struct driver *driver = queue->priv;

	(void)req;
	enter();
	if (g_nrefusals) {
		g_nrefusals--;
		leave();
		return -EIO;
	}
	driver->idxs[driver->count++] = (uint16_t)xnvi_ctx_idx(ctx);
	leave();

	return xnvi_queue_accept(queue, ctx);
}

static void
execute(const struct xnvi_req *req)
{
	if (req->kind == XNVI_KIND_READ) {
		memcpy(req->data, g_disk + req->offset, xnvi_req_len(req));
	} else {
		memcpy(g_disk + req->offset, req->data, xnvi_req_len(req));
	}
}

static int
driver_poke(struct xnvme_queue *queue, uint32_t max)
{
	struct driver *driver = queue->priv;
	uint32_t count = driver->count;
	uint16_t idxs[DEPTH];
	uint32_t ndone = 0, nlate = 0;

	enter();
	if (g_hangs) {
		leave();
		return 0;
	}
	/* Every third poke finds completions, the newest first */
	if (!g_event && ++driver->npokes % 3) {
		count = 0;
	}
	count = count < max ? count : max;
	for (; ndone < count; ++ndone) {
		idxs[ndone] = driver->idxs[--driver->count];
	}
	leave();
	for (uint32_t i = 0; i < ndone; ++i) {
		struct xnvme_cmd_ctx *ctx = xnvi_queue_ctx(queue, idxs[i]);

		if (g_event) {
			nlate += !xnvi_queue_interrupted(queue, ctx, g_event);
			continue;
		}
		if (xnvi_queue_takes_back(queue, ctx)) {
			nlate++;
			continue;
		}
		execute(xnvi_ctx_req(ctx));
		xnvi_queue_complete(queue, ctx);
	}

	return (int)(ndone - nlate);
}

/** The device has each command from its submission */
static enum xnvi_expiry
driver_expire(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	(void)queue;
	(void)ctx;

	return XNVI_EXPIRY_LATE;
}

static const struct xnvi_async_ops g_async = {
    .id = "driver",
    .caps = XNVI_ASYNC_RAW,
    .kinds = XNVI_KINDS_ALL,
    .iovcnt_max = 1,
    .queue_nbytes = sizeof(struct driver),
    .submit = driver_submit,
    .poke = driver_poke,
    .expire = driver_expire,
};

static int
driver_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	(void)dev;

	return xnvi_sync_queue_io(&g_sync, ctx, req);
}

static const struct xnvi_sync_ops g_sync_ops = {
    .id = "driver",
    .kinds = XNVI_KINDS_ALL,
    .raw = 1,
    .io = driver_io,
};

static void
open_dev(void)
{
	g_ncrowds = g_nrefusals = 0;
	g_event = XNVI_GIVEN_UP_NOT;
	g_hangs = false;
	g_dev = fake_open();
	if (g_dev) {
		g_dev->opts.command_timeout = 1; /* With the grace of core: half a second */
	}
	if (!g_dev || xnvi_sync_queue_init(&g_sync, g_dev, &g_async, DEPTH)) {
		test_fail(__FILE__, __LINE__, "the device does not open");
		exit(EXIT_FAILURE);
	}
	g_dev->sync = &g_sync_ops;
	g_dev->async = &g_async;
}

static void
close_dev(void)
{
	xnvi_sync_queue_term(&g_sync);
	xnvme_dev_close(g_dev);
}

static void *
worker(void *arg)
{
	const uint64_t first = (uint64_t)(uintptr_t)arg * (FAKE_NS_NLBAS / NTHREADS);
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(g_dev);
	uint8_t written[512], read[512];
	uintptr_t nwrong = 0;

	for (unsigned i = 0; i < NCMDS; ++i) {
		const uint64_t slba = first + i % (FAKE_NS_NLBAS / NTHREADS);

		memset(written, (int)(i % NPATTERNS), sizeof(written));
		nwrong += xnvme_nvm_write(&ctx, 1, slba, 0, written, NULL) != 0;
		nwrong += xnvme_nvm_read(&ctx, 1, slba, 0, read, NULL) != 0;
		nwrong += memcmp(written, read, sizeof(read)) != 0;
	}

	return (void *)nwrong;
}

static void
sync_commands_of_threads_share_a_queue_of_one_thread(void)
{
	struct sys_thread threads[NTHREADS];

	open_dev();
	for (uintptr_t i = 0; i < NTHREADS; ++i) {
		CHECK_EQ(sys_thread_start(&threads[i], worker, (void *)i), 0);
	}
	for (unsigned i = 0; i < NTHREADS; ++i) {
		CHECK_EQ((uintptr_t)sys_thread_join(&threads[i]), 0);
	}
	CHECK_EQ(g_ncrowds, 0);
	close_dev();
}

static void
sync_command_that_the_driver_refuses_leaves_no_trace(void)
{
	struct xnvme_cmd_ctx ctx;
	uint8_t buf[512] = {0};

	open_dev();
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	for (unsigned i = 0; i < 3 * DEPTH; ++i) {
		g_nrefusals = 1;
		CHECK_EQ(xnvme_nvm_write(&ctx, 1, 0, 0, buf, NULL), -EIO);
	}
	CHECK_EQ(xnvme_nvm_write(&ctx, 1, 0, 0, buf, NULL), 0);
	close_dev();
}

static void *
read_one(void *arg)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(g_dev);
	static uint8_t bufs[2 * DEPTH][512];

	return (void *)(intptr_t)xnvme_nvm_read(&ctx, 1, 0, 0, bufs[(uintptr_t)arg], NULL);
}

static void
sync_commands_end_also_when_the_device_never_answered_as_many_as_it_takes(void)
{
	struct sys_thread threads[DEPTH];
	struct xnvme_cmd_ctx ctx;
	uint8_t buf[512];

	open_dev();
	g_hangs = true;
	for (uintptr_t i = 0; i < DEPTH; ++i) {
		CHECK_EQ(sys_thread_start(&threads[i], read_one, (void *)i), 0);
	}
	for (unsigned i = 0; i < DEPTH; ++i) {
		CHECK_EQ((intptr_t)sys_thread_join(&threads[i]), -ETIMEDOUT);
	}
	CHECK_EQ((intptr_t)read_one((void *)(uintptr_t)DEPTH), -ETIMEDOUT);
	CHECK(strstr(xnvme_err_last()->what, "has not answered"));

	/* The answers make room again */
	g_hangs = false;
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	while (xnvme_nvm_read(&ctx, 1, 0, 0, buf, NULL) == -ETIMEDOUT) {
		continue;
	}
	while (g_sync.queue->nlate) {
		CHECK_EQ(xnvme_nvm_read(&ctx, 1, 0, 0, buf, NULL), 0);
	}
	close_dev();
}

/* --- Reset and removal ------------------------------------------------------------------------ */

struct seen {
	unsigned ncalled;
	unsigned nright;
	int err;
	const char *word;
};

static void
on_interrupted(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct seen *seen = arg;
	struct xnvme_err err;

	xnvme_cmd_ctx_explain(ctx, &err);
	seen->ncalled++;
	seen->nright += err.err == seen->err && strstr(err.what, seen->word);
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

static void
fill_queue(struct xnvme_queue *queue, struct seen *seen, uint8_t *buf)
{
	CHECK_EQ(xnvme_queue_set_cb(queue, on_interrupted, seen), 0);
	for (unsigned i = 0; i < DEPTH; ++i) {
		CHECK_EQ(xnvme_nvm_read(xnvme_queue_get_cmd_ctx(queue), 1, i, 0, buf, NULL), 0);
	}
}

static void
commands_in_flight_end_once_with_the_event_and_the_next_works_after_a_reset(void)
{
	struct seen seen = {.err = -ECANCELED, .word = "reset"};
	struct xnvme_queue *queue;
	uint8_t buf[512];

	open_dev();
	CHECK_EQ(xnvme_queue_init(g_dev, DEPTH, 0, &queue), 0);
	fill_queue(queue, &seen, buf);
	g_event = XNVI_GIVEN_UP_RESET;
	CHECK_EQ(xnvme_queue_drain(queue), DEPTH);
	CHECK_EQ(seen.ncalled, DEPTH);
	CHECK_EQ(seen.nright, DEPTH);
	g_event = XNVI_GIVEN_UP_NOT;
	seen = (struct seen){.err = 0, .word = ""};
	fill_queue(queue, &seen, buf);
	CHECK_EQ(xnvme_queue_drain(queue), DEPTH);
	CHECK_EQ(seen.nright, DEPTH);
	CHECK_EQ(xnvme_queue_term(queue), 0);
	close_dev();
}

static void
every_further_call_is_refused_after_a_removal(void)
{
	struct seen seen = {.err = -ENODEV, .word = "removed"};
	struct xnvme_spec_idfy page;
	struct xnvme_queue *queue, *other;
	struct xnvme_cmd_ctx ctx;
	uint8_t buf[512] = {0};

	open_dev();
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_queue_init(g_dev, DEPTH, 0, &queue), 0);
	fill_queue(queue, &seen, buf);
	g_event = XNVI_GIVEN_UP_REMOVED;
	CHECK_EQ(xnvi_dev_is_gone(g_dev), -ENODEV);
	CHECK_EQ(xnvme_queue_drain(queue), DEPTH);
	CHECK_EQ(seen.ncalled, DEPTH);
	CHECK_EQ(seen.nright, DEPTH);

	CHECK_EQ(xnvme_nvm_read(xnvme_queue_get_cmd_ctx(queue), 1, 0, 0, buf, NULL), -ENODEV);
	CHECK(strstr(xnvme_err_last()->what, "removed"));
	CHECK_EQ(xnvme_nvm_read(&ctx, 1, 0, 0, buf, NULL), -ENODEV);
	CHECK_EQ(xnvme_nvm_write(&ctx, 1, 0, 0, buf, NULL), -ENODEV);
	CHECK_EQ(xnvme_nvm_dsm(&ctx, 1, (void *)buf, 0, true, false, false), -ENODEV);
	CHECK_EQ(xnvme_adm_idfy_ctrlr(&ctx, &page), -ENODEV);
	CHECK_EQ(xnvme_dev_derive_geo(g_dev), -ENODEV);
	CHECK_EQ(xnvme_queue_init(g_dev, DEPTH, 0, &other), -ENODEV);
	CHECK_EQ(xnvme_queue_term(queue), 0);
	close_dev();
}

static const struct test g_tests[] = {
    TEST_CASE(sync_commands_of_threads_share_a_queue_of_one_thread),
    TEST_CASE(sync_command_that_the_driver_refuses_leaves_no_trace),
    TEST_CASE(sync_commands_end_also_when_the_device_never_answered_as_many_as_it_takes),
    TEST_CASE(commands_in_flight_end_once_with_the_event_and_the_next_works_after_a_reset),
    TEST_CASE(every_further_call_is_refused_after_a_removal),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(g_tests[0]), argc, argv);
}
