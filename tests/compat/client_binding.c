// SPDX-License-Identifier: BSD-3-Clause
/**
 * What a program in another language does: it loads the library, looks symbols up by name, and has
 * no inline functions. Each symbol does what the inline function of that name does.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <libxnvme.h>
#include <support/capture.h>
#include <support/test.h>

#define DEPTH 4

/** An address as a pointer to a function: void (*)(void) stands for any type of function */
static void (*symbol(const char *name))(void)
{
	void (*func)(void) = NULL;
	void *address = dlsym(RTLD_DEFAULT, name);

	memcpy(&func, &address, sizeof(func));

	return func;
}

#define SYMBOL(type, name) ((type)symbol(name))

typedef int (*cpl_status_fn)(struct xnvme_cmd_ctx *ctx);
typedef void (*set_cb_fn)(struct xnvme_cmd_ctx *ctx, xnvme_queue_cb cb, void *cb_arg);
typedef int (*is_pow2_fn)(uint32_t val);
typedef uint64_t (*clock_fn)(struct xnvme_timer *t);
typedef double (*elapsed_fn)(struct xnvme_timer *t);
typedef void (*pr_fn)(struct xnvme_timer *t, const char *prefix);
typedef void (*bw_pr_fn)(struct xnvme_timer *t, const char *prefix, size_t nbytes);

static void
on_completion(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	unsigned *ncompleted = cb_arg;

	++*ncompleted;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

static void
sets_callback_and_reads_status_on_a_queue(void)
{
	cpl_status_fn cpl_status = SYMBOL(cpl_status_fn, "xnvme_cmd_ctx_cpl_status");
	set_cb_fn set_cb = SYMBOL(set_cb_fn, "xnvme_cmd_ctx_set_cb");
	struct xnvme_dev *dev = xnvme_dev_open("1GB", NULL);
	struct xnvme_queue *queue = NULL;
	struct xnvme_cmd_ctx *ctx;
	unsigned ncompleted = 0;
	uint8_t *buf;

	CHECK(cpl_status && set_cb);
	CHECK(dev);
	buf = xnvme_buf_alloc(dev, 512);
	CHECK(buf);
	CHECK_EQ(xnvme_queue_init(dev, DEPTH, 0, &queue), 0);
	ctx = xnvme_queue_get_cmd_ctx(queue);
	CHECK(ctx);
	set_cb(ctx, on_completion, &ncompleted);
	CHECK_EQ(xnvme_nvm_read(ctx, xnvme_dev_get_nsid(dev), 0, 0, buf, NULL), 0);
	CHECK(xnvme_queue_drain(queue) >= 0);
	CHECK_EQ(ncompleted, 1);
	CHECK_EQ(cpl_status(ctx), 0);
	xnvme_queue_term(queue);
	xnvme_buf_free(dev, buf);
	xnvme_dev_close(dev);
}

static void
status_is_what_the_inline_says(void)
{
	cpl_status_fn cpl_status = SYMBOL(cpl_status_fn, "xnvme_cmd_ctx_cpl_status");

	CHECK(cpl_status);
	for (unsigned bit = 0; bit < 16; ++bit) {
		struct xnvme_cmd_ctx ctx = {0};

		ctx.cpl.status.val = (uint16_t)(1U << bit);
		CHECK_EQ(cpl_status(&ctx), xnvme_cmd_ctx_cpl_status(&ctx));
	}
}

static void
powers_of_two(void)
{
	static const uint32_t values[] = {0, 1, 2, 3, 4096, 4097, 1U << 31, UINT32_MAX};
	is_pow2_fn is_pow2 = SYMBOL(is_pow2_fn, "xnvme_is_pow2");

	CHECK(is_pow2);
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); ++i) {
		CHECK_EQ(is_pow2(values[i]), xnvme_is_pow2(values[i]));
	}
}

static void
timers_start_and_stop(void)
{
	clock_fn start = SYMBOL(clock_fn, "xnvme_timer_start");
	clock_fn stop = SYMBOL(clock_fn, "xnvme_timer_stop");
	struct xnvme_timer before, timer = {0}, after;

	CHECK(start && stop);
	xnvme_timer_start(&before);
	CHECK_EQ(start(&timer), timer.start);
	CHECK_EQ(stop(&timer), timer.stop);
	xnvme_timer_start(&after);
	CHECK(before.start <= timer.start && timer.start <= timer.stop);
	CHECK(timer.stop <= after.start);
}

static void
timers_tell_what_elapsed(void)
{
	static const struct {
		const char *name;
		double (*expected)(struct xnvme_timer *t);
	} rows[] = {
	    {"xnvme_timer_elapsed", xnvme_timer_elapsed},
	    {"xnvme_timer_elapsed_secs", xnvme_timer_elapsed_secs},
	    {"xnvme_timer_elapsed_msecs", xnvme_timer_elapsed_msecs},
	    {"xnvme_timer_elapsed_usecs", xnvme_timer_elapsed_usecs},
	};
	clock_fn nsecs = SYMBOL(clock_fn, "xnvme_timer_elapsed_nsecs");
	struct xnvme_timer timer = {.start = 1000000000, .stop = 3500000000};

	CHECK(nsecs);
	CHECK_EQ(nsecs(&timer), 2500000000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); ++i) {
		elapsed_fn elapsed = SYMBOL(elapsed_fn, rows[i].name);

		CHECK(elapsed);
		CHECK(elapsed(&timer) > 0);
		CHECK_EQ(elapsed(&timer) * 1000, rows[i].expected(&timer) * 1000);
	}
}

static void
timers_print(void)
{
	pr_fn pr = SYMBOL(pr_fn, "xnvme_timer_pr");
	bw_pr_fn bw_pr = SYMBOL(bw_pr_fn, "xnvme_timer_bw_pr");
	struct xnvme_timer timer = {.start = 1000000000, .stop = 3000000000};
	char *text;

	CHECK(pr && bw_pr);
	capture_begin();
	pr(&timer, "t");
	bw_pr(&timer, "b", 1 << 20);
	text = capture_end();
	CHECK_STR(text, "t: {elapsed: 2.0000}\nb: {elapsed: 2.0000, mb: 1.00, mbsec: 0.50}\n");
	free(text);
}

static const struct test g_tests[] = {
    TEST_CASE(sets_callback_and_reads_status_on_a_queue),
    TEST_CASE(status_is_what_the_inline_says),
    TEST_CASE(powers_of_two),
    TEST_CASE(timers_start_and_stop),
    TEST_CASE(timers_tell_what_elapsed),
    TEST_CASE(timers_print),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(*g_tests), argc, argv);
}
