// SPDX-License-Identifier: BSD-3-Clause
/**
 * Deadlines of commands, the service thread, and what else drivers may ask of core
 *
 * The mechanism of these tests keeps commands until the test lets them go, and answers the slot
 * `expire` as it is told. The clock is turned forward by hand.
 */
#include <core/buf.h>
#include <core/dev.h>
#include <support/fake.h>

#include <stdio.h>
#include <stdlib.h>

#define DEPTH	   4U
#define TIMEOUT_US 100000U
#define MSEC	   1000000ULL
#define LIMIT_NS   (TIMEOUT_US * 1000ULL + 500 * MSEC) /* With the grace of core */
#define TICK_NS	   (LIMIT_NS / 15 + 1)

static struct xnvme_dev *g_dev;
static struct xnvme_queue *g_queue;
static struct xnvme_cmd_ctx *g_kept[DEPTH + 1]; ///< By index: what the mechanism has
static struct xnvi_async_ops g_ops;
static enum xnvi_expiry g_expiry;
static uint8_t g_buf[512];
static uint8_t g_answer_sc; ///< Status of answers: 0, or one of the device
static bool g_completes;    ///< Poke completes the newest command
static bool g_resubmits;    ///< Callbacks submit again
static unsigned g_ncalled;
static unsigned g_nlate;
static unsigned g_nunbegun;
static atomic_ullong g_skew_ns;
static atomic_int g_thread_err;
static uint64_t g_turns_ns; ///< What each poke turns the clock forward by

uint64_t __real_xnvi_time_ns(void);
uint64_t __wrap_xnvi_time_ns(void);
int __real_xnvi_thread_start(struct xnvi_thread *thread, const char *name, void *(*func)(void *),
			     void *arg);
int __wrap_xnvi_thread_start(struct xnvi_thread *thread, const char *name, void *(*func)(void *),
			     void *arg);

uint64_t
__wrap_xnvi_time_ns(void)
{
	return __real_xnvi_time_ns() + g_skew_ns;
}

int
__wrap_xnvi_thread_start(struct xnvi_thread *thread, const char *name, void *(*func)(void *),
			 void *arg)
{
	return g_thread_err ? g_thread_err : __real_xnvi_thread_start(thread, name, func, arg);
}

static int
mech_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	(void)req;
	g_kept[xnvi_ctx_idx(ctx)] = ctx;

	return xnvi_queue_accept(queue, ctx);
}

/** The system answers for a command: true when it counts */
static bool
mech_answer(uint32_t idx)
{
	struct xnvme_cmd_ctx *ctx = g_kept[idx];

	g_kept[idx] = NULL;
	if (xnvi_queue_takes_back(g_queue, ctx)) {
		return false;
	}
	ctx->cpl.status.sc = g_answer_sc;
	xnvi_queue_complete(g_queue, ctx);

	return true;
}

static bool g_answers[DEPTH + 1]; ///< The next poke finds an answer

static int
mech_poke(struct xnvme_queue *queue, uint32_t max)
{
	int ndone = 0;

	(void)max;
	g_skew_ns += g_turns_ns;
	for (uint32_t idx = 0; idx <= DEPTH; ++idx) {
		if (g_answers[idx] && g_kept[idx]) {
			g_answers[idx] = false;
			ndone += mech_answer(idx);
		}
	}
	for (uint32_t idx = DEPTH + 1; g_completes && idx--;) {
		if (g_kept[idx] && xnvi_ctx_is_in_flight(g_kept[idx]) && idx != 0) {
			ndone += mech_answer(idx);
			break;
		}
	}
	(void)queue;

	return ndone;
}

static enum xnvi_expiry
mech_expire(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)
{
	(void)queue;
	if (g_expiry == XNVI_EXPIRY_UNBEGUN) {
		g_kept[xnvi_ctx_idx(ctx)] = NULL;
	}

	return g_expiry;
}

static atomic_bool g_abandoned; ///< The queue that was terminated last

static void
mech_term(struct xnvme_queue *queue)
{
	g_abandoned = queue->abandoned;
}

static int
mech_arm(struct xnvme_queue *queue)
{
	(void)queue;

	return 0;
}

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	const struct xnvi_rsvd *rsvd = xnvi_rsvd_of(ctx);

	(void)arg;
	g_ncalled++;
	if (rsvd->host_err == XNVI_RSVD_HOST_ERR && rsvd->err == -ETIMEDOUT) {
		g_nlate += rsvd->given_up == XNVI_GIVEN_UP_LATE;
		g_nunbegun += rsvd->given_up == XNVI_GIVEN_UP_UNBEGUN;
	}
	if (g_resubmits) {
		struct xnvme_cmd_ctx *other = xnvme_queue_get_cmd_ctx(g_queue);

		g_resubmits = false;
		xnvme_nvm_read(other, 1, 0, 0, g_buf, NULL);
	}
	xnvme_queue_put_cmd_ctx(g_queue, ctx);
}

static int
submit(void)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(g_queue);

	return ctx ? xnvme_nvm_read(ctx, 1, 0, 0, g_buf, NULL) : -errno;
}

static void
pass_ns(uint64_t ns)
{
	g_skew_ns += ns;
}

static void
open_queue(enum xnvi_expiry expiry)
{
	g_ops = (struct xnvi_async_ops){
	    .id = "mech",
	    .caps = XNVI_ASYNC_RAW,
	    .kinds = XNVI_KINDS_ALL,
	    .iovcnt_max = 16,
	    .submit = mech_submit,
	    .poke = mech_poke,
	    .expire = mech_expire,
	    .arm = mech_arm,
	    .term = mech_term,
	};
	memset(g_kept, 0, sizeof(g_kept));
	memset(g_answers, 0, sizeof(g_answers));
	g_expiry = expiry;
	g_answer_sc = 0;
	g_completes = g_resubmits = false;
	g_ncalled = g_nlate = g_nunbegun = 0;
	g_thread_err = 0;
	g_skew_ns = g_turns_ns = 0;
	g_dev = fake_open();
	g_dev->opts.command_timeout = TIMEOUT_US;
	g_dev->async = &g_ops;
	if (xnvme_queue_init(g_dev, DEPTH, 0, &g_queue) ||
	    xnvme_queue_set_cb(g_queue, on_done, NULL)) {
		test_fail(__FILE__, __LINE__, "no queue");
		exit(EXIT_FAILURE);
	}
}

static void
close_queue(void)
{
	CHECK_EQ(xnvme_queue_term(g_queue), 0);
	xnvme_dev_close(g_dev);
}

/** Pokes every `step_ns` until the command is called back: after how long */
static uint64_t
wait_ns(uint64_t step_ns)
{
	uint64_t ns = 0;

	while (!g_ncalled && ns < 10 * LIMIT_NS) {
		pass_ns(step_ns);
		ns += step_ns;
		xnvme_queue_poke(g_queue, 0);
	}

	return ns;
}

static void
command_is_given_up_after_its_time_and_never_before(void)
{
	static const struct {
		uint64_t idle_ns; ///< Before the submission, without a poke
		uint64_t step_ns; ///< From poke to poke
	} rows[] = {
	    {0, MSEC},
	    {0, 10 * MSEC},
	    {0, TICK_NS},
	    {0, 3 * TICK_NS},
	    {TICK_NS / 2, MSEC},
	    {3600000 * MSEC, MSEC},
	    {3600000 * MSEC, 3 * TICK_NS},
	    {LIMIT_NS, LIMIT_NS},
	    {3 * LIMIT_NS, 5 * LIMIT_NS},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		uint64_t ns;

		open_queue(XNVI_EXPIRY_UNBEGUN);
		pass_ns(rows[i].idle_ns);
		CHECK_EQ(submit(), 0);
		ns = wait_ns(rows[i].step_ns);
		CHECK_EQ(g_nunbegun, 1);
		CHECK(ns + MSEC >= LIMIT_NS);
		/* The first poke may count it as submitted right then */
		CHECK(ns <= LIMIT_NS + 3 * TICK_NS + 2 * rows[i].step_ns);
		CHECK_EQ(xnvme_queue_get_outstanding(g_queue), 0);
		close_queue();
	}
}

/** Pokes that call others back look at every 256th time only, for its begin and for its end */
static void
give_up_among_others(uint64_t step_ns)
{
	const uint64_t max_ns = LIMIT_NS + 3 * TICK_NS + 512 * step_ns;
	uint64_t ns = 0;

	open_queue(XNVI_EXPIRY_LATE);
	CHECK_EQ(submit(), 0); /* The first context: the mechanism keeps it */
	g_completes = true;
	while (!g_nlate && ns <= max_ns) {
		CHECK_EQ(submit(), 0);
		CHECK(xnvme_queue_poke(g_queue, 0) > 0);
		pass_ns(step_ns);
		ns += step_ns;
	}
	CHECK_EQ(g_nlate, 1);
	CHECK(ns >= LIMIT_NS);
	CHECK(ns <= max_ns);
	g_completes = false;
	g_answers[0] = true;
	xnvme_queue_poke(g_queue, 0);
	close_queue();
}

static void
stuck_command_among_others_that_complete_is_given_up(void)
{
	give_up_among_others(MSEC / 10);
	give_up_among_others(20 * MSEC);
}

static void
poke_calls_back_no_more_late_commands_than_it_may(void)
{
	static const enum xnvi_expiry hows[] = {XNVI_EXPIRY_UNBEGUN, XNVI_EXPIRY_LATE};

	for (unsigned how = 0; how < 2; ++how) {
		open_queue(hows[how]);
		for (unsigned i = 0; i < DEPTH; ++i) {
			CHECK_EQ(submit(), 0);
		}
		while (!g_ncalled) {
			pass_ns(10 * MSEC);
			CHECK(xnvme_queue_poke(g_queue, 1) <= 1);
		}
		CHECK_EQ(g_ncalled, 1);
		/* The others are as late, and need no further tick */
		CHECK_EQ(xnvme_queue_poke(g_queue, 2), 2);
		CHECK_EQ(xnvme_queue_poke(g_queue, 2), 1);
		CHECK_EQ(g_ncalled, DEPTH);
		for (unsigned i = 0; i <= DEPTH; ++i) {
			g_answers[i] = true;
		}
		CHECK_EQ(xnvme_queue_poke(g_queue, 0), 0);
		close_queue();
	}
}

/** On character nodes the limit is the time without a completion, as resets follow each other */
static void
commands_of_nvme_nodes_have_time_as_long_as_others_complete(void)
{
	const uint64_t limit_ns = 2 * TIMEOUT_US * 1000ULL + 10000 * MSEC;
	uint64_t ns = 0;

	open_queue(XNVI_EXPIRY_LATE);
	CHECK_EQ(xnvme_queue_term(g_queue), 0);
	g_dev->cls = XNVI_CLASS_NVME;
	CHECK_EQ(xnvme_queue_init(g_dev, DEPTH, 0, &g_queue), 0);
	CHECK_EQ(xnvme_queue_set_cb(g_queue, on_done, NULL), 0);
	CHECK_EQ(submit(), 0);
	CHECK_EQ(submit(), 0);
	for (; ns < limit_ns * 9 / 10; ns += 100 * MSEC) {
		pass_ns(100 * MSEC);
		CHECK_EQ(xnvme_queue_poke(g_queue, 0), 0);
	}
	g_answers[1] = true;
	CHECK_EQ(xnvme_queue_poke(g_queue, 0), 1);
	for (; ns < limit_ns * 9 / 5; ns += 100 * MSEC) {
		pass_ns(100 * MSEC);
		CHECK_EQ(xnvme_queue_poke(g_queue, 0), 0);
	}
	for (; !g_nlate && ns < 4 * limit_ns; ns += 100 * MSEC) {
		pass_ns(100 * MSEC);
		xnvme_queue_poke(g_queue, 0);
	}
	CHECK_EQ(g_nlate, 1);
	g_answers[0] = true;
	xnvme_queue_poke(g_queue, 0);
	close_queue();
}

static void
mechanism_that_ends_commands_itself_is_waited_for(void)
{
	open_queue(XNVI_EXPIRY_WAIT);
	CHECK_EQ(submit(), 0);
	CHECK_EQ(wait_ns(10 * MSEC), 10 * LIMIT_NS);
	CHECK_EQ(g_ncalled, 0);
	CHECK_EQ(xnvme_queue_get_outstanding(g_queue), 1);
	g_answers[0] = true;
	CHECK_EQ(xnvme_queue_poke(g_queue, 0), 1);
	CHECK_EQ(g_nlate + g_nunbegun, 0);
	close_queue();
}

static void
context_that_was_given_up_is_usable_when_the_system_gives_it_back(void)
{
	struct xnvme_queue_stats stats;
	struct xnvme_cmd_ctx *ctx, *held[DEPTH];

	open_queue(XNVI_EXPIRY_LATE);
	ctx = xnvme_queue_get_cmd_ctx(g_queue);
	CHECK_EQ(xnvme_nvm_read(ctx, 1, 0, 0, g_buf, NULL), 0);
	wait_ns(10 * MSEC);
	CHECK_EQ(g_nlate, 1);
	CHECK(xnvi_withheld_has(g_buf, sizeof(g_buf)));

	/* on_done() has put it back; neither it nor its place in the queue is there */
	CHECK_EQ(xnvme_nvm_read(ctx, 1, 0, 0, g_buf, NULL), -EINVAL);
	CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, ctx), -EINVAL);
	for (unsigned i = 0; i < DEPTH - 1; ++i) {
		CHECK_EQ(submit(), 0);
	}
	for (unsigned i = 0; i < DEPTH; ++i) {
		held[i] = xnvme_queue_get_cmd_ctx(g_queue);
		if (!held[i]) {
			break;
		}
		CHECK_EQ(xnvme_nvm_read(held[i], 1, 0, 0, g_buf, NULL), -EBUSY);
		CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, held[i]), 0);
	}
	CHECK_EQ(xnvme_queue_get_outstanding(g_queue), DEPTH - 1);

	/* The answer that comes late calls nobody */
	g_answers[0] = true;
	g_ncalled = 0;
	CHECK_EQ(xnvme_queue_poke(g_queue, 0), 0);
	CHECK_EQ(g_ncalled, 0);
	CHECK_EQ(submit(), 0);
	CHECK_EQ(xnvme_queue_get_outstanding(g_queue), DEPTH);
	for (unsigned i = 0; i <= DEPTH; ++i) {
		g_answers[i] = true;
	}
	CHECK_EQ(xnvme_queue_drain(g_queue), DEPTH);
	CHECK_EQ(xnvme_queue_get_stats(g_queue, &stats), 0);
	CHECK_EQ(stats.completed, 1 + DEPTH);
	CHECK_EQ(stats.submitted, 1 + DEPTH);
	CHECK_EQ(stats.failed, 1);
	close_queue();
}

static struct xnvme_err g_words; ///< Of the command that on_explained() was called back for

static void
on_explained(struct xnvme_cmd_ctx *ctx, void *arg)
{
	(void)arg;
	g_ncalled++;
	CHECK_EQ(xnvme_cmd_ctx_explain(ctx, &g_words), 0);
}

/** A context is late; the next command of this context gets a status of the device */
static void
next_status_is_the_devices(bool puts_before)
{
	struct xnvme_cmd_ctx *ctx;

	open_queue(XNVI_EXPIRY_LATE);
	CHECK_EQ(xnvme_queue_set_cb(g_queue, on_explained, NULL), 0);
	ctx = xnvme_queue_get_cmd_ctx(g_queue);
	CHECK_EQ(xnvme_nvm_read(ctx, 1, 0, 0, g_buf, NULL), 0);
	wait_ns(10 * MSEC);
	CHECK_EQ(g_words.err, -ETIMEDOUT);
	if (puts_before) {
		CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, ctx), 0);
	}
	g_answers[xnvi_ctx_idx(ctx)] = true;
	CHECK_EQ(xnvme_queue_poke(g_queue, 0), 0);
	if (puts_before) {
		CHECK(xnvme_queue_get_cmd_ctx(g_queue) == ctx);
		xnvme_cmd_ctx_set_cb(ctx, on_explained, NULL);
	}
	g_answers[xnvi_ctx_idx(ctx)] = true;
	g_answer_sc = XNVI_SC_LBA_OUT_OF_RANGE;
	CHECK_EQ(xnvme_nvm_read(ctx, 1, 0, 0, g_buf, NULL), 0);
	CHECK_EQ(xnvme_queue_poke(g_queue, 0), 1);
	CHECK_EQ(g_ncalled, 2);
	CHECK_EQ(g_words.err, -EIO);
	CHECK_STR(g_words.layer, "device");
	close_queue();
}

static void
status_after_a_command_that_was_given_up_is_the_devices(void)
{
	next_status_is_the_devices(true);
	next_status_is_the_devices(false);
}

static void
clear_then_put(bool puts_before)
{
	struct xnvme_cmd_ctx *ctx;

	open_queue(XNVI_EXPIRY_LATE);
	CHECK_EQ(xnvme_queue_set_cb(g_queue, on_explained, NULL), 0);
	ctx = xnvme_queue_get_cmd_ctx(g_queue);
	CHECK_EQ(xnvme_nvm_read(ctx, 1, 0, 0, g_buf, NULL), 0);
	wait_ns(10 * MSEC);
	xnvme_cmd_ctx_clear(ctx);
	CHECK_EQ(puts_before ? xnvme_queue_put_cmd_ctx(g_queue, ctx) : 0, 0);
	g_answers[xnvi_ctx_idx(ctx)] = true;
	CHECK_EQ(xnvme_queue_poke(g_queue, 0), 0);
	CHECK_EQ(xnvme_nvm_read(ctx, 1, 0, 0, g_buf, NULL), -EINVAL);
	CHECK_EQ(puts_before ? 0 : xnvme_queue_put_cmd_ctx(g_queue, ctx), 0);
	CHECK(xnvme_queue_get_cmd_ctx(g_queue) == ctx);
	CHECK(ctx->async.queue == g_queue && ctx->dev == g_dev);
	CHECK_EQ(xnvme_nvm_read(ctx, 1, 0, 0, g_buf, NULL), 0);
	g_answers[xnvi_ctx_idx(ctx)] = true;
	CHECK_EQ(xnvme_queue_poke(g_queue, 0), 1);
	close_queue();
}

static void
context_that_was_given_up_and_cleared_has_its_links_again_when_it_is_put(void)
{
	clear_then_put(false);
	clear_then_put(true);
}

static void
late_answer_is_taken_while_nothing_else_is_outstanding(void)
{
	open_queue(XNVI_EXPIRY_LATE);
	for (unsigned i = 0; i < DEPTH; ++i) {
		CHECK_EQ(submit(), 0);
	}
	wait_ns(10 * MSEC);
	CHECK_EQ(g_nlate, DEPTH);
	CHECK_EQ(submit(), -EBUSY);
	for (unsigned i = 0; i < DEPTH; ++i) {
		g_answers[i] = true;
		CHECK_EQ(xnvme_queue_poke(g_queue, 0), 0);
		CHECK_EQ(g_queue->nlate, DEPTH - 1 - i);
	}
	CHECK_EQ(g_ncalled, DEPTH);
	for (unsigned i = 0; i < DEPTH; ++i) {
		struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(g_queue);

		CHECK(ctx);
		CHECK_EQ(xnvme_nvm_read(ctx, 1, 0, 0, g_buf, NULL), 0);
	}
	for (unsigned i = 0; i <= DEPTH; ++i) {
		g_answers[i] = true;
	}
	CHECK_EQ(xnvme_queue_drain(g_queue), DEPTH);
	close_queue();
}

static void
queue_is_freed_if_the_late_answers_are_there_when_it_is_terminated(void)
{
	for (unsigned answers = 0; answers <= 1; ++answers) {
		open_queue(XNVI_EXPIRY_LATE);
		CHECK_EQ(submit(), 0);
		wait_ns(10 * MSEC);
		CHECK_EQ(g_nlate, 1);
		g_answers[0] = answers;
		CHECK_EQ(xnvme_queue_term(g_queue), 0);
		CHECK_EQ(g_abandoned, !answers);
		xnvme_dev_close(g_dev);
	}
}

static void
command_that_a_callback_submits_is_as_young_as_any(void)
{
	open_queue(XNVI_EXPIRY_UNBEGUN);
	CHECK_EQ(submit(), 0);
	g_resubmits = true;
	wait_ns(10 * MSEC);
	CHECK_EQ(g_nunbegun, 1);
	CHECK_EQ(xnvme_queue_get_outstanding(g_queue), 1);
	g_ncalled = 0;
	CHECK(wait_ns(10 * MSEC) + 10 * MSEC >= LIMIT_NS);
	CHECK_EQ(g_nunbegun, 2);
	close_queue();
}

static void
sleeper_is_woken_when_a_deadline_has_passed(void)
{
	const uint64_t start_ns = __real_xnvi_time_ns();
	int fd;
	uint64_t ns;

	open_queue(XNVI_EXPIRY_LATE);
	fd = xnvme_queue_get_completion_fd(g_queue);
	CHECK(fd > 2);
	CHECK(xnvi_service_has_thread());
	CHECK_EQ(submit(), 0);
	while (!g_ncalled && __real_xnvi_time_ns() - start_ns < 10 * LIMIT_NS) {
		CHECK_EQ(sys_event_is_set(fd, 10000), 1);
		xnvme_queue_poke(g_queue, 0);
	}
	ns = __real_xnvi_time_ns() - start_ns;
	CHECK_EQ(g_nlate, 1);
	CHECK(ns >= LIMIT_NS);
	CHECK_EQ(sys_event_is_set(fd, 0), 0);
	g_answers[0] = true;
	xnvme_queue_poke(g_queue, 0);
	close_queue();
	CHECK(!xnvi_service_has_thread());
}

/** One poke per wake-up, each of which completes a command */
static void
sleeper_is_woken_for_a_stuck_command_beside_others_that_complete(void)
{
	const uint64_t start_ns = __real_xnvi_time_ns();
	uint64_t ns = 0;
	int fd;

	open_queue(XNVI_EXPIRY_LATE);
	fd = xnvme_queue_get_completion_fd(g_queue);
	CHECK_EQ(submit(), 0); /* The first context: the mechanism keeps it */
	g_completes = true;
	while (!g_nlate && ns < 4 * LIMIT_NS) {
		CHECK_EQ(submit(), 0);
		(void)sys_event_is_set(fd, (int)(TICK_NS / MSEC));
		CHECK(xnvme_queue_poke(g_queue, 0) > 0);
		ns = __real_xnvi_time_ns() - start_ns;
	}
	CHECK_EQ(g_nlate, 1);
	CHECK(ns >= LIMIT_NS);
	g_completes = false;
	g_answers[0] = true;
	xnvme_queue_poke(g_queue, 0);
	close_queue();
}

static void
completions_do_not_put_off_the_wake_up_for_a_stuck_command(void)
{
	const uint64_t start_ns = __real_xnvi_time_ns();
	uint64_t ns = 0;
	uint32_t watched;
	int fd;

	open_queue(XNVI_EXPIRY_LATE);
	fd = xnvme_queue_get_completion_fd(g_queue);
	CHECK_EQ(submit(), 0);
	watched = g_queue->watched;
	CHECK(watched > 0);
	while (ns < LIMIT_NS / 2) {
		xnvi_sleep_ns(MSEC);
		ns = __real_xnvi_time_ns() - start_ns;
	}
	CHECK_EQ(submit(), 0);
	g_completes = true;
	CHECK_EQ(xnvme_queue_poke(g_queue, 0), 1);
	g_completes = false;
	CHECK_EQ(g_queue->watched, watched);
	while (!g_nlate && ns < 10 * LIMIT_NS) {
		CHECK_EQ(sys_event_is_set(fd, 10000), 1);
		xnvme_queue_poke(g_queue, 0);
		ns = __real_xnvi_time_ns() - start_ns;
	}
	CHECK(ns >= LIMIT_NS);
	g_answers[0] = true;
	xnvme_queue_poke(g_queue, 0);
	close_queue();
}

static void
poke_looks_at_the_clock_where_no_thread_can_be_made(void)
{
	open_queue(XNVI_EXPIRY_UNBEGUN);
	g_thread_err = -ENOMEM;
	CHECK(xnvme_queue_get_completion_fd(g_queue) > 2);
	CHECK(!xnvi_service_has_thread());
	CHECK_EQ(submit(), 0);
	CHECK(wait_ns(10 * MSEC) + MSEC >= LIMIT_NS);
	CHECK_EQ(g_nunbegun, 1);
	close_queue();
}

static void
terminating_says_so_when_poke_gave_commands_up(void)
{
	open_queue(XNVI_EXPIRY_UNBEGUN);
	CHECK_EQ(submit(), 0);
	g_turns_ns = LIMIT_NS; /* Each look finds the time over, before drain does */
	CHECK_EQ(xnvme_queue_term(g_queue), -ETIMEDOUT);
	CHECK_EQ(xnvme_err_last()->err, -ETIMEDOUT);
	CHECK_EQ(g_nunbegun, 1);
	xnvme_dev_close(g_dev);
}

/* --- The service thread ----------------------------------------------------------------------- */

static atomic_uint g_nserved;
static atomic_bool g_closed;

static uint64_t
dev_service(struct xnvme_dev *dev, uint64_t now_ns)
{
	if (dev != g_dev || g_closed) {
		g_nserved = 1000000;
	}
	g_nserved++;

	return now_ns + MSEC;
}

static void
device_is_served_from_open_to_close(void)
{
	struct xnvi_dev_ops ops;

	g_dev = fake_open();
	CHECK(g_dev);
	g_nserved = 0;
	g_closed = false;
	g_thread_err = 0;
	ops = *g_dev->ops;
	ops.service = dev_service;
	g_dev->ops = &ops;
	xnvi_dev_serve(g_dev);
	CHECK(xnvi_service_has_thread());
	while (g_nserved < 10) {
		xnvi_thread_yield();
	}
	xnvme_dev_close(g_dev);
	g_closed = true;
	CHECK(g_nserved < 1000000);
	CHECK(!xnvi_service_has_thread());
}

/** In a copy of the process: its own device is served, and closing both ends the service */
static int
serve_in_copy(void)
{
	struct xnvme_dev *inherited = g_dev;

	g_nserved = 0;
	g_dev = fake_open();
	g_dev->ops = inherited->ops;
	xnvi_dev_serve(g_dev);
	while (g_nserved < 10) {
		xnvi_thread_yield();
	}
	xnvme_dev_close(g_dev);
	xnvme_dev_close(inherited);
	EXPECT(1, g_nserved < 1000000);
	EXPECT(2, !xnvi_service_has_thread());

	return 0;
}

static void
child_of_fork_has_a_service_thread_of_its_own(void)
{
	struct xnvi_dev_ops ops;

	NEEDS(SYS_FORK_THREADS);
	g_dev = fake_open();
	g_nserved = 0;
	g_closed = false;
	g_thread_err = 0;
	ops = *g_dev->ops;
	ops.service = dev_service;
	g_dev->ops = &ops;
	xnvi_dev_serve(g_dev);
	CHECK_EQ(test_in_copy(serve_in_copy), 0);
	xnvme_dev_close(g_dev);
}

#define NTHREADS 4U
#define NROUNDS	 50U

/** Queues whose descriptor is in use come and go */
static void *
make_sleepers(void *arg)
{
	uintptr_t nfailed = 0;

	(void)arg;
	for (unsigned i = 0; i < NROUNDS; ++i) {
		struct xnvme_queue *queue;

		nfailed += xnvme_queue_init(g_dev, DEPTH, 0, &queue) != 0;
		nfailed += xnvme_queue_get_completion_fd(queue) < 0;
		nfailed += !xnvi_service_has_thread();
		nfailed += xnvme_queue_term(queue) != 0;
	}

	return (void *)nfailed;
}

static int
make_sleepers_in_threads(void)
{
	struct sys_thread threads[NTHREADS];

	for (unsigned i = 0; i < NTHREADS; ++i) {
		EXPECT(1, sys_thread_start(&threads[i], make_sleepers, NULL) == 0);
	}
	for (unsigned i = 0; i < NTHREADS; ++i) {
		EXPECT(2, !sys_thread_join(&threads[i]));
	}

	return 0;
}

static void
service_thread_starts_and_ends_with_queues_of_many_threads(void)
{
	open_queue(XNVI_EXPIRY_WAIT);
	CHECK_EQ(make_sleepers_in_threads(), 0);
	CHECK(!xnvi_service_has_thread());
	close_queue();
}

/* --- What drivers ask of core ----------------------------------------------------------------- */

static uint32_t
two(const struct xnvme_dev *dev)
{
	(void)dev;

	return 2;
}

static void
capacity_of_queues_is_the_devices(void)
{
	struct xnvme_queue *queue;
	struct xnvme_caps caps;

	open_queue(XNVI_EXPIRY_WAIT);
	g_ops.capacity_max = two;
	CHECK_EQ(xnvme_dev_get_caps(g_dev, &caps), 0);
	CHECK_EQ(caps.queue_capacity_max, 2);
	CHECK_EQ(xnvme_queue_init(g_dev, 4, 0, &queue), -EINVAL);
	CHECK(strstr(xnvme_err_last()->hint, "2"));
	CHECK_EQ(xnvme_queue_init(g_dev, 2, 0, &queue), 0);
	CHECK_EQ(xnvme_queue_term(queue), 0);
	close_queue();
}

static atomic_uint g_nprepared;
static atomic_uint g_nended;
static atomic_int g_prepare_err;

static int
prepare(struct xnvme_dev *dev)
{
	(void)dev;
	g_nprepared++;

	return g_prepare_err;
}

static void
end(struct xnvme_dev *dev)
{
	(void)dev;
	g_nended++;
}

static void
threads_of_the_pool_are_prepared_by_the_backend(void)
{
	for (int fails = 0; fails <= 1; ++fails) {
		struct xnvi_dev_ops ops;

		g_prepare_err = fails ? -ENOMEM : 0;
		g_nprepared = g_nended = 0;
		open_queue(XNVI_EXPIRY_WAIT);
		ops = *g_dev->ops;
		ops.thread_init = prepare;
		ops.thread_term = end;
		g_dev->ops = &ops;
		g_ops.kinds = 0; /* Every command goes to the pool */
		CHECK_EQ(xnvme_queue_term(g_queue), 0);
		CHECK_EQ(xnvme_queue_init(g_dev, DEPTH, 0, &g_queue), 0);
		CHECK_EQ(xnvme_queue_set_cb(g_queue, on_done, NULL), 0);
		for (unsigned i = 0; i < 100; ++i) {
			CHECK_EQ(submit(), 0);
			CHECK_EQ(xnvme_queue_drain(g_queue), 1);
		}
		close_queue();
		CHECK(g_nprepared > 0);
		CHECK_EQ(g_nended, fails ? 0 : g_nprepared);
	}
}

static atomic_bool g_submitted;

static int
prepare_after_submission(struct xnvme_dev *dev)
{
	(void)dev;
	while (!g_submitted) {
		xnvi_thread_yield();
	}

	return -ENOMEM;
}

static void
sleeper_is_woken_when_the_backend_refuses_the_thread_of_its_command(void)
{
	struct xnvi_dev_ops ops;
	int fd;

	g_submitted = false;
	open_queue(XNVI_EXPIRY_WAIT);
	ops = *g_dev->ops;
	ops.thread_init = prepare_after_submission;
	g_dev->ops = &ops;
	g_dev->nthreads = 1;
	g_queue->tick_ns = 3600000 * MSEC; /* No deadline wakes it meanwhile */
	fd = xnvme_queue_get_completion_fd(g_queue);
	xnvi_queue_drop_kinds(g_queue, XNVI_KINDS_ALL); /* Every command goes to the pool */
	CHECK_EQ(submit(), 0);
	CHECK_EQ(sys_event_is_set(fd, 0), 0);
	g_submitted = true;
	CHECK_EQ(sys_event_is_set(fd, 10000), 1);
	CHECK_EQ(xnvme_queue_poke(g_queue, 0), 1);
	close_queue();
}

static const struct test g_tests[] = {
    TEST_CASE(command_is_given_up_after_its_time_and_never_before),
    TEST_CASE(stuck_command_among_others_that_complete_is_given_up),
    TEST_CASE(poke_calls_back_no_more_late_commands_than_it_may),
    TEST_CASE(commands_of_nvme_nodes_have_time_as_long_as_others_complete),
    TEST_CASE(mechanism_that_ends_commands_itself_is_waited_for),
    TEST_CASE(context_that_was_given_up_is_usable_when_the_system_gives_it_back),
    TEST_CASE(status_after_a_command_that_was_given_up_is_the_devices),
    TEST_CASE(context_that_was_given_up_and_cleared_has_its_links_again_when_it_is_put),
    TEST_CASE(late_answer_is_taken_while_nothing_else_is_outstanding),
    TEST_CASE(queue_is_freed_if_the_late_answers_are_there_when_it_is_terminated),
    TEST_CASE(command_that_a_callback_submits_is_as_young_as_any),
    TEST_CASE(terminating_says_so_when_poke_gave_commands_up),
    TEST_CASE(sleeper_is_woken_when_a_deadline_has_passed),
    TEST_CASE(sleeper_is_woken_for_a_stuck_command_beside_others_that_complete),
    TEST_CASE(completions_do_not_put_off_the_wake_up_for_a_stuck_command),
    TEST_CASE(poke_looks_at_the_clock_where_no_thread_can_be_made),
    TEST_CASE(device_is_served_from_open_to_close),
    TEST_CASE(service_thread_starts_and_ends_with_queues_of_many_threads),
    TEST_CASE(child_of_fork_has_a_service_thread_of_its_own),
    TEST_CASE(capacity_of_queues_is_the_devices),
    TEST_CASE(threads_of_the_pool_are_prepared_by_the_backend),
    TEST_CASE(sleeper_is_woken_when_the_backend_refuses_the_thread_of_its_command),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(g_tests[0]), argc, argv);
}
