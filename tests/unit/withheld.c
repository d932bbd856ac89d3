// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands that never came back: their memory is not given back, and the wait for them is bounded
 *
 * free(3) is replaced when the program is linked, and counts the calls for one address; so is the
 * clock, which a mechanism that never completes anything turns forward. What is abandoned stays for
 * the life of a process, so each case runs in a child.
 */
#include <support/fake.h>

#include <stdio.h>
#include <stdlib.h>

#define TIMEOUT_US 1000U
#define BUF_NBYTES 8192U
#define LBA	   512U
#define META	   8U
#define POKE_NS	   100000000ULL /* What the clock is turned forward by at each poke */

static struct xnvme_dev *g_dev;
static struct xnvme_queue *g_queue;
static uint8_t g_own[BUF_NBYTES]; ///< Memory of the caller's own
static struct iovec g_iov[2];
static void *g_buf;	///< What the callback gives back
static void *g_watched; ///< The address that calls of free() are counted for
static unsigned g_nfreed;
static unsigned g_ncalled;
static uint64_t g_skew_ns;
static struct xnvme_err g_words;
static atomic_bool g_inside;

void __real_free(void *mem);
void __wrap_free(void *mem);
uint64_t __real_xnvi_time_ns(void);
uint64_t __wrap_xnvi_time_ns(void);

void
__wrap_free(void *mem)
{
	g_nfreed += mem && mem == g_watched;
	__real_free(mem);
}

uint64_t
__wrap_xnvi_time_ns(void)
{
	return __real_xnvi_time_ns() + g_skew_ns;
}

static int
mech_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	(void)req;

	return xnvi_queue_accept(queue, ctx);
}

static int
mech_poke(struct xnvme_queue *queue, uint32_t max)
{
	(void)queue;
	(void)max;
	g_skew_ns += POKE_NS;

	return 0;
}

/** All that is in flight was never begun */
static void
mech_cancel(struct xnvme_queue *queue)
{
	for (uint32_t i = 0; i <= queue->capacity; ++i) {
		if (xnvi_ctx_is_in_flight(xnvi_queue_ctx(queue, i))) {
			xnvi_queue_cancelled(queue, xnvi_queue_ctx(queue, i));
		}
	}
}

#define MECH(cancel_)                                                                              \
	{                                                                                          \
		.id = "mech", .caps = XNVI_ASYNC_RAW, .kinds = XNVI_KINDS_RW, .iovcnt_max = 4,     \
		.submit = mech_submit, .poke = mech_poke, .cancel = (cancel_),                     \
	}

static const struct xnvi_async_ops g_mech = MECH(NULL);
static const struct xnvi_async_ops g_mech_cancels = MECH(mech_cancel);

/** A thread of the pool that never comes back */
static int
stuck_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	(void)dev;
	(void)ctx;
	(void)req;
	atomic_store(&g_inside, true);
	while (atomic_load(&g_inside)) {
		xnvi_sleep_ns(100000000);
	}

	return 0;
}

/** As realloc(3): it knows nothing of what is withheld */
static void *
counted_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes)
{
	free(buf);

	return xnvme_buf_alloc(dev, nbytes);
}

/* What a command names, and how its callback gives that back */

static int
pass_data(struct xnvme_cmd_ctx *ctx)
{
	return xnvme_nvm_read(ctx, 1, 0, 3, g_buf, NULL);
}

static int
pass_inside(struct xnvme_cmd_ctx *ctx)
{
	return xnvme_nvm_read(ctx, 1, 0, 0, (uint8_t *)g_buf + BUF_NBYTES - LBA, NULL);
}

static int
pass_vectors(struct xnvme_cmd_ctx *ctx, struct iovec *iov, void *second)
{
	xnvme_prep_nvm(ctx, XNVME_SPEC_NVM_OPC_READ, 1, 0, 1);
	iov[0] = (struct iovec){g_own, LBA};
	iov[1] = (struct iovec){second, LBA};

	return xnvme_cmd_pass_iov(ctx, iov, 2, 2 * LBA, NULL, 0);
}

static int
pass_second_vector(struct xnvme_cmd_ctx *ctx)
{
	return pass_vectors(ctx, g_iov, (uint8_t *)g_buf + LBA);
}

static int
pass_array_of_vectors(struct xnvme_cmd_ctx *ctx)
{
	return pass_vectors(ctx, g_buf, g_own + LBA);
}

static int
pass_metadata(struct xnvme_cmd_ctx *ctx)
{
	return xnvme_nvm_read(ctx, 1, 0, 3, g_own, g_buf);
}

/** None of the mechanism's kinds: a thread of the pool executes it */
static int
pass_deferred(struct xnvme_cmd_ctx *ctx)
{
	static struct xnvi_sync_ops stuck;
	int err;

	stuck = g_fake_sync;
	stuck.io = stuck_io;
	g_dev->sync = &stuck;
	ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT;
	ctx->cmd.common.nsid = 1;
	err = xnvme_cmd_pass(ctx, g_buf, 16, NULL, 0);
	while (!err && !atomic_load(&g_inside)) {
		xnvi_thread_yield();
	}

	return err;
}

static int
pass_nothing_of_it(struct xnvme_cmd_ctx *ctx)
{
	return xnvme_nvm_read(ctx, 1, 0, 3, g_own, NULL);
}

static void *
virt_alloc(const struct xnvme_dev *dev, size_t nbytes)
{
	(void)dev;

	return xnvme_buf_virt_alloc(512, nbytes);
}

static void
virt_free(const struct xnvme_dev *dev, void *buf)
{
	(void)dev;
	xnvme_buf_virt_free(buf);
}

/** The content moves to memory that nobody else writes to */
static void
by_realloc(const struct xnvme_dev *dev, void *buf)
{
	void *mem = xnvme_buf_realloc(dev, buf, 2 * (size_t)BUF_NBYTES);

	if (!mem || mem == buf || memcmp(mem, g_own, BUF_NBYTES) != 0) {
		sys_exit_now(99);
	}
	xnvme_buf_free(dev, mem);
}

static const struct {
	const char *what;
	int (*pass)(struct xnvme_cmd_ctx *ctx);
	void *(*alloc)(const struct xnvme_dev *dev, size_t nbytes);
	void (*give_back)(const struct xnvme_dev *dev, void *buf);
	bool cancels;	 ///< The mechanism knows that the command was not begun
	bool separate;	 ///< The namespace has metadata
	unsigned nfreed; ///< 0: withheld
} g_cases[] = {
    {"data", pass_data, xnvme_buf_alloc, xnvme_buf_free, false, false, 0},
    {"the end of it", pass_inside, xnvme_buf_alloc, xnvme_buf_free, false, false, 0},
    {"a vector", pass_second_vector, xnvme_buf_alloc, xnvme_buf_free, false, false, 0},
    {"the array", pass_array_of_vectors, xnvme_buf_alloc, xnvme_buf_free, false, false, 0},
    {"metadata", pass_metadata, xnvme_buf_alloc, xnvme_buf_free, false, true, 0},
    {"deferred", pass_deferred, xnvme_buf_alloc, xnvme_buf_free, false, false, 0},
    {"plain memory", pass_data, virt_alloc, virt_free, false, false, 0},
    {"resized", pass_data, xnvme_buf_alloc, by_realloc, false, false, 0},
    {"not named", pass_nothing_of_it, xnvme_buf_alloc, xnvme_buf_free, false, false, 1},
    {"not begun", pass_data, xnvme_buf_alloc, xnvme_buf_free, true, false, 1},
};

static int g_case;

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	(void)arg;
	g_ncalled++;
	xnvme_cmd_ctx_explain(ctx, &g_words);
	g_watched = g_buf;
	g_cases[g_case].give_back(g_dev, g_buf);
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

static int
abandon_one(void)
{
	static struct xnvi_mem_ops mem;
	struct xnvme_cmd_ctx *ctx;

	g_dev = fake_open();
	if (g_cases[g_case].separate) {
		fake_ns()->lbaf[0].ms = META;
	}
	mem = *g_dev->mem;
	mem.realloc = counted_realloc;
	g_dev->mem = &mem;
	g_dev->async = g_cases[g_case].cancels ? &g_mech_cancels : &g_mech;
	g_dev->opts.command_timeout = TIMEOUT_US;
	EXPECT(1, !xnvme_queue_init(g_dev, 2, 0, &g_queue));
	EXPECT(2, !xnvme_queue_set_cb(g_queue, on_done, NULL));
	g_buf = g_cases[g_case].alloc(g_dev, BUF_NBYTES);
	EXPECT(3, g_buf);
	memset(g_buf, 0, BUF_NBYTES);
	ctx = xnvme_queue_get_cmd_ctx(g_queue);
	EXPECT(4, !g_cases[g_case].pass(ctx));
	EXPECT(5, xnvme_queue_term(g_queue) == -ETIMEDOUT);
	EXPECT(6, g_ncalled == 1);
	EXPECT(7, g_nfreed == g_cases[g_case].nfreed);
	EXPECT(8, g_words.err == -ETIMEDOUT);
	/* What the words say is what the memory is treated as */
	EXPECT(9, !strstr(g_words.what, "may still") == g_cases[g_case].cancels);
	/* Memory that no such command names is given back as ever */
	g_watched = xnvme_buf_alloc(g_dev, BUF_NBYTES);
	g_nfreed = 0;
	xnvme_buf_free(g_dev, g_watched);
	EXPECT(10, g_nfreed == 1);

	return 0;
}

static void
memory_that_the_system_may_still_write_to_is_withheld(void)
{
	for (g_case = 0; g_case < (int)(sizeof(g_cases) / sizeof(g_cases[0])); ++g_case) {
		const int line = test_in_copy(abandon_one);

		if (line) {
			test_fail(__FILE__, __LINE__, "%s: expectation %d", g_cases[g_case].what,
				  line);
		}
	}
}

/** Nothing ever completes: how long drain and terminate wait, in nanoseconds */
static uint64_t
waits_ns(enum xnvi_class cls, int (*wait)(struct xnvme_queue *queue))
{
	uint64_t start_ns;

	g_dev = fake_open();
	g_dev->async = &g_mech;
	g_dev->opts.command_timeout = TIMEOUT_US;
	if (xnvme_queue_init(g_dev, 2, 0, &g_queue) ||
	    xnvme_nvm_read(xnvme_queue_get_cmd_ctx(g_queue), 1, 0, 0, g_own, NULL)) {
		return 0;
	}
	g_dev->cls = cls;
	start_ns = xnvi_time_ns();
	if (wait(g_queue) != -ETIMEDOUT) {
		return 0;
	}

	return xnvi_time_ns() - start_ns;
}

#define BOUND_NS(us) ((us)*1000ULL)
#define SLACK_NS     (70 * POKE_NS) /* The first pokes are made before the clock is looked at */

static int
bounds_hold(void)
{
	static int (*const waits[])(struct xnvme_queue *) = {xnvme_queue_drain, xnvme_queue_term};
	const uint64_t reset_ns = BOUND_NS(2 * TIMEOUT_US + 10000000);
	uint64_t ns;

	for (int i = 0; i < 2; ++i) {
		ns = waits_ns(XNVI_CLASS_NVME, waits[i]);
		EXPECT(1, ns >= reset_ns);
		EXPECT(2, ns <= reset_ns + SLACK_NS);
		ns = waits_ns(XNVI_CLASS_NVME_BLOCK, waits[i]);
		EXPECT(3, ns >= BOUND_NS(TIMEOUT_US));
		EXPECT(4, ns <= BOUND_NS(TIMEOUT_US) + SLACK_NS);
	}

	return 0;
}

/** Of a character node the kernel aborts what is late, and then resets the controller */
static void
character_nodes_are_given_the_time_of_an_abort_and_a_reset(void)
{
	CHECK_EQ(test_in_copy(bounds_hold), 0);
}

static const struct test tests[] = {
    TEST_CASE(memory_that_the_system_may_still_write_to_is_withheld),
    TEST_CASE(character_nodes_are_given_the_time_of_an_abort_and_a_reset),
};

int
main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
