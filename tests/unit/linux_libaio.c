// SPDX-License-Identifier: BSD-3-Clause
/**
 * Contexts of libaio: used again, destroyed off the caller's path, and waited for when there is no
 * room under fs.aio-max-nr
 */
#include <libxnvme.h>
#include <os/system.h>
#include <support/test.h>

#include <errno.h>
#include <libaio.h>
#include <support/wrap.h>

#define NQUEUES	 64U
#define NKEPT	 8U
#define CAPACITY 16U
#define NBYTES	 4096U

static struct {
	struct xnvi_mutex lock;
	struct xnvi_cond changed;
	bool closed;	     ///< The thread's calls of io_destroy() wait
	bool is_waiting;     ///< One does
	bool no_thread;	     ///< No thread can be started
	unsigned nlive;	     ///< Contexts that the kernel has
	unsigned nlive_max;  ///< fs.aio-max-nr in queues
	unsigned nset_up;    ///< Contexts that were set up, ever
	unsigned nrefused;   ///< For lack of room
	unsigned nby_caller; ///< Calls of io_destroy() by the thread of the test
	unsigned open_at;    ///< With so many refused, the gate opens
} g = {.lock = XNVI_MUTEX_INITIALIZER, .nlive_max = 1000};

static _Thread_local bool t_is_caller;
static struct xnvme_dev *g_dev;
static struct xnvme_queue *g_queues[NQUEUES];

WRAP(int, io_setup, int nevents, io_context_t *ctx)
{
	int err = -EAGAIN;

	xnvi_mutex_lock(&g.lock);
	if (g.nlive < g.nlive_max) {
		err = REAL(io_setup)(nevents, ctx);
		g.nlive += !err;
		g.nset_up += !err;
	} else if (++g.nrefused == g.open_at) {
		g.closed = false;
		xnvi_cond_broadcast(&g.changed);
	}
	xnvi_mutex_unlock(&g.lock);

	return err;
}

WRAP(int, io_destroy, io_context_t ctx)
{
	int err;

	xnvi_mutex_lock(&g.lock);
	while (g.closed && !t_is_caller) {
		g.is_waiting = true;
		xnvi_cond_broadcast(&g.changed);
		xnvi_cond_wait(&g.changed, &g.lock);
	}
	g.is_waiting &= t_is_caller;
	g.nby_caller += t_is_caller;
	xnvi_mutex_unlock(&g.lock);
	err = REAL(io_destroy)(ctx);
	xnvi_mutex_lock(&g.lock);
	g.nlive--;
	xnvi_cond_broadcast(&g.changed);
	xnvi_mutex_unlock(&g.lock);

	return err;
}

int __real_xnvi_thread_start(struct xnvi_thread *thread, const char *name, void *(*func)(void *),
			     void *arg);
int __wrap_xnvi_thread_start(struct xnvi_thread *thread, const char *name, void *(*func)(void *),
			     void *arg);

int
__wrap_xnvi_thread_start(struct xnvi_thread *thread, const char *name, void *(*func)(void *),
			 void *arg)
{
	return g.no_thread ? -ENOMEM : __real_xnvi_thread_start(thread, name, func, arg);
}

static void
gate(bool closed)
{
	xnvi_mutex_lock(&g.lock);
	g.closed = closed;
	xnvi_cond_broadcast(&g.changed);
	xnvi_mutex_unlock(&g.lock);
}

static void
wait_for_live(unsigned nlive)
{
	xnvi_mutex_lock(&g.lock);
	while (g.nlive > nlive) {
		xnvi_cond_wait(&g.changed, &g.lock);
	}
	xnvi_mutex_unlock(&g.lock);
	CHECK_EQ(g.nlive, nlive);
}

/** Wait until the thread is at the closed gate */
static void
wait_for_thread(void)
{
	xnvi_mutex_lock(&g.lock);
	while (!g.is_waiting) {
		xnvi_cond_wait(&g.changed, &g.lock);
	}
	xnvi_mutex_unlock(&g.lock);
}

static void
queues_init(unsigned n, uint16_t capacity)
{
	for (unsigned i = 0; i < n; ++i) {
		CHECK_EQ(xnvme_queue_init(g_dev, capacity, 0, &g_queues[i]), 0);
	}
}

static void
queues_term(unsigned n)
{
	for (unsigned i = 0; i < n; ++i) {
		CHECK_EQ(xnvme_queue_term(g_queues[i]), 0);
	}
}

/** Begin without idle contexts: an init that finds no room destroys them all, and is refused */
static void
begin(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_queue *queue;
	char path[300];

	if (!g_dev) {
		CHECK_EQ(xnvi_cond_init(&g.changed), 0);
		t_is_caller = true;
		sys_temp_path(path, sizeof(path), "libaio");
		CHECK_EQ(sys_file_make(path, NBYTES), 0);
		opts.async = "libaio";
		g_dev = xnvme_dev_open(path, &opts);
		CHECK(g_dev);
	}
	g.no_thread = false;
	g.nlive_max = 0;
	CHECK_EQ(xnvme_queue_init(g_dev, 4096, 0, &queue), -ENOMEM);
	CHECK(strstr(xnvme_err_last()->hint, "fs.aio-max-nr"));
	CHECK_EQ(g.nlive, 0);
	g.nlive_max = 1000;
	g.nrefused = g.open_at = g.nset_up = g.nby_caller = 0;
}

static void
terminating_64_queues_destroys_nothing_on_the_callers_path(void)
{
	begin();
	gate(true);
	queues_init(NQUEUES, CAPACITY);
	queues_term(NQUEUES);
	CHECK_EQ(g.nby_caller, 0);
	gate(false);
	wait_for_live(NKEPT);
	CHECK_EQ(g.nby_caller, 0);
}

static void
contexts_are_used_again_even_when_they_wait_for_their_end(void)
{
	begin();
	gate(true);
	queues_init(NQUEUES, CAPACITY);
	queues_term(NQUEUES);
	CHECK_EQ(g.nset_up, NQUEUES);
	/* The thread has at most one of them */
	queues_init(NQUEUES - 1, CAPACITY);
	CHECK_EQ(g.nset_up, NQUEUES);
	CHECK_EQ(xnvme_queue_init(g_dev, 2 * CAPACITY, 0, &g_queues[NQUEUES - 1]), 0);
	CHECK_EQ(g.nset_up, NQUEUES + 1);
	queues_term(NQUEUES);
	gate(false);
	wait_for_live(NKEPT);
}

static void
init_waits_for_room_until_nothing_is_left_to_destroy(void)
{
	struct xnvme_queue *queue;

	begin();
	g.nlive_max = 2 * NKEPT;
	gate(true);
	queues_init(2 * NKEPT, CAPACITY);
	queues_term(2 * NKEPT);
	/* The thread has one. The caller destroys the others, and then has to wait for that one */
	wait_for_thread();
	g.open_at = 2 * NKEPT;
	queues_init(2 * NKEPT, 2 * CAPACITY);
	CHECK_EQ(g.nrefused, 2 * NKEPT);
	CHECK_EQ(g.nlive, 2 * NKEPT);
	CHECK_EQ(xnvme_queue_init(g_dev, CAPACITY, 0, &queue), -ENOMEM);
	queues_term(2 * NKEPT);
	wait_for_live(NKEPT);
}

static void
without_a_thread_the_caller_destroys(void)
{
	begin();
	g.no_thread = true;
	queues_init(NQUEUES, CAPACITY);
	queues_term(NQUEUES);
	CHECK_EQ(g.nby_caller, NQUEUES - NKEPT);
	CHECK_EQ(g.nlive, NKEPT);
}

static void
count_read(struct xnvme_cmd_ctx *ctx, void *arg)
{
	*(unsigned *)arg += xnvme_cmd_ctx_cpl_status(ctx) == 0;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

static int
in_child(void)
{
	const unsigned nset_up = g.nset_up;
	struct xnvme_queue *queue;
	uint8_t *buf;
	unsigned nread = 0;

	EXPECT(1, sys_watchdog(20) == 0);
	EXPECT(2, xnvme_queue_term(g_queues[0]) == 0);
	/* The idle contexts are the parent's */
	EXPECT(3, xnvme_queue_init(g_dev, CAPACITY, 0, &queue) == 0);
	EXPECT(4, g.nset_up == nset_up + 1);
	buf = xnvme_buf_alloc(g_dev, NBYTES);
	EXPECT(5, buf && xnvme_queue_set_cb(queue, count_read, &nread) == 0);
	EXPECT(6, xnvme_file_pread(xnvme_queue_get_cmd_ctx(queue), buf, NBYTES, 0) == 0);
	EXPECT(7, xnvme_queue_drain(queue) == 1 && nread == 1);
	EXPECT(8, xnvme_queue_term(queue) == 0);
	xnvme_buf_free(g_dev, buf);
	EXPECT(9, g.nby_caller == 0);
	xnvme_dev_close(g_dev);

	return 0;
}

static void
children_leave_the_contexts_of_their_parent_alone(void)
{
	NEEDS(SYS_FORK);
	begin();
	gate(true);
	queues_init(NQUEUES, CAPACITY);
	for (unsigned i = 1; i < NQUEUES; ++i) {
		CHECK_EQ(xnvme_queue_term(g_queues[i]), 0);
	}
	CHECK_EQ(test_in_copy(in_child), 0);
	CHECK_EQ(xnvme_queue_term(g_queues[0]), 0);
	gate(false);
	wait_for_live(NKEPT);
}

static void
closing_leaves_nothing(void)
{
	begin();
	xnvme_dev_close(g_dev);
	g_dev = NULL;
}

static const struct test g_tests[] = {
    TEST_CASE(terminating_64_queues_destroys_nothing_on_the_callers_path),
    TEST_CASE(contexts_are_used_again_even_when_they_wait_for_their_end),
    TEST_CASE(init_waits_for_room_until_nothing_is_left_to_destroy),
    TEST_CASE(without_a_thread_the_caller_destroys),
    TEST_CASE(children_leave_the_contexts_of_their_parent_alone),
    TEST_CASE(closing_leaves_nothing),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(g_tests[0]), argc, argv);
}
