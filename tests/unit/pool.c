// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands on the threads of the pool whose time is over
 *
 * The device has one thread, and executes nothing while its gate is closed. The completion
 * descriptor is in use, so that poke does not help.
 */
#include <core/mechanism.h>
#include <support/fake.h>

#include <stdio.h>
#include <stdlib.h>

#define DEPTH	 4U
#define LIMIT_NS 500001000ULL /* Of opts.command_timeout = 1, with the grace of core */

static struct xnvme_dev *g_dev;
static struct xnvme_queue *g_queue;
static uint8_t g_buf[512];
static atomic_bool g_gate;
static atomic_uint g_nbegun;
static atomic_uint g_nended;
static unsigned g_nresubmits; ///< Callbacks that submit the same context again
static unsigned g_ngood;
static unsigned g_nlate;
static unsigned g_nunbegun;

static int
gated_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	(void)dev;
	(void)ctx;
	(void)req;
	g_nbegun++;
	while (!g_gate) {
		xnvi_thread_yield();
	}
	g_nended++;

	return 0;
}

static const struct xnvi_sync_ops g_gated = {
    .id = "gated", .kinds = XNVI_KINDS_ALL, .raw = 1, .io = gated_io};

static int
read_with(struct xnvme_cmd_ctx *ctx)
{
	return xnvme_nvm_read(ctx, 1, 0, 0, g_buf, NULL);
}

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	const struct xnvi_rsvd *rsvd = xnvi_rsvd_of(ctx);

	(void)arg;
	if (!xnvme_cmd_ctx_cpl_status(ctx)) {
		g_ngood++;
	} else {
		g_nlate += rsvd->given_up == XNVI_GIVEN_UP_LATE;
		g_nunbegun += rsvd->given_up == XNVI_GIVEN_UP_UNBEGUN;
	}
	if (g_nresubmits && xnvme_cmd_ctx_cpl_status(ctx) && read_with(ctx) == 0) {
		g_nresubmits--;
		return;
	}
	xnvme_queue_put_cmd_ctx(g_queue, ctx);
}

static void
open_queue(bool gate)
{
	g_gate = gate;
	g_nbegun = g_nended = 0;
	g_nresubmits = g_ngood = g_nlate = g_nunbegun = 0;
	g_dev = fake_open_async("thrpool");
	g_dev->opts.command_timeout = 1;
	g_dev->sync = &g_gated;
	g_dev->nthreads = 1;
	if (xnvme_queue_init(g_dev, DEPTH, 0, &g_queue) ||
	    xnvme_queue_set_cb(g_queue, on_done, NULL) ||
	    xnvme_queue_get_completion_fd(g_queue) < 0) {
		test_fail(__FILE__, __LINE__, "no queue");
		exit(EXIT_FAILURE);
	}
}

static void
submit(unsigned n)
{
	while (n--) {
		CHECK_EQ(read_with(xnvme_queue_get_cmd_ctx(g_queue)), 0);
	}
}

static void
wait_until(const atomic_uint *value, unsigned target)
{
	while (*value < target) {
		xnvi_thread_yield();
	}
}

/** Open the gate; every command that a thread has comes back */
static void
close_queue(void)
{
	g_gate = true;
	while (g_queue->nlate || xnvi_queue_outstanding(g_queue)) {
		CHECK(xnvme_queue_poke(g_queue, 0) >= 0);
	}
	CHECK_EQ(xnvme_queue_term(g_queue), 0);
	xnvme_dev_close(g_dev);
}

static void
command_that_its_callback_submits_again_has_all_of_its_time(void)
{
	struct xnvme_cmd_ctx *ctxs[DEPTH];
	uint64_t start_ns = 0;

	open_queue(false);
	for (unsigned i = 0; i < DEPTH; ++i) {
		ctxs[i] = xnvme_queue_get_cmd_ctx(g_queue);
	}
	/* The thread has the last, so the queue looks first at one that had not begun */
	CHECK_EQ(read_with(ctxs[DEPTH - 1]), 0);
	wait_until(&g_nbegun, 1);
	for (unsigned i = 0; i < DEPTH - 1; ++i) {
		CHECK_EQ(read_with(ctxs[i]), 0);
	}
	g_nresubmits = DEPTH - 1;
	while (g_nlate + g_nunbegun < DEPTH) {
		start_ns = xnvi_time_ns();
		CHECK(xnvme_queue_poke(g_queue, 0) >= 0);
	}
	/* The one that the thread has, and those that it had not taken */
	CHECK_EQ(g_nlate, 1);
	CHECK_EQ(g_nunbegun, DEPTH - 1);
	CHECK_EQ(xnvme_queue_get_outstanding(g_queue), DEPTH - 1);
	while (g_nlate + g_nunbegun == DEPTH) {
		CHECK(xnvme_queue_poke(g_queue, 0) >= 0);
	}
	CHECK(xnvi_time_ns() - start_ns >= LIMIT_NS);
	CHECK_EQ(g_nlate, 1);
	close_queue();
}

static void
command_that_a_thread_completed_in_time_is_not_late(void)
{
	uint64_t start_ns;

	open_queue(true);
	submit(DEPTH);
	wait_until(&g_nended, DEPTH);
	start_ns = xnvi_time_ns();
	while (xnvi_time_ns() - start_ns < 2 * LIMIT_NS) {
		xnvi_sleep_ns(10000000);
	}
	/* Each of these pokes leaves completions, and looks at the clock */
	for (unsigned i = 0; i < DEPTH; ++i) {
		g_queue->npokes = UINT8_MAX;
		CHECK_EQ(xnvme_queue_poke(g_queue, 1), 1);
	}
	CHECK_EQ(g_ngood, DEPTH);
	CHECK_EQ(g_nlate, 0);
	close_queue();
}

static void
poke_gives_up_at_most_as_many_commands_as_it_may_call_back(void)
{
	open_queue(false);
	submit(1);
	wait_until(&g_nbegun, 1);
	submit(DEPTH - 1);
	for (unsigned i = 1; i <= DEPTH; ++i) {
		int n;

		while ((n = xnvme_queue_poke(g_queue, 1)) == 0) {
			continue;
		}
		CHECK_EQ(n, 1);
		CHECK_EQ(g_nlate + g_nunbegun, i);
	}
	CHECK_EQ(g_nlate, 1);
	close_queue();
}

static const struct test g_tests[] = {
    TEST_CASE(command_that_its_callback_submits_again_has_all_of_its_time),
    TEST_CASE(command_that_a_thread_completed_in_time_is_not_late),
    TEST_CASE(poke_gives_up_at_most_as_many_commands_as_it_may_call_back),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(g_tests[0]), argc, argv);
}
