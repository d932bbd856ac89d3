// SPDX-License-Identifier: BSD-3-Clause
/**
 * Time, threads and waiting: what waits with a limit waits that long, on every system
 */
#include <os/system.h>
#include <support/huge.h>
#include <support/test.h>

#include <errno.h>
#include <stdatomic.h>

#define NSEC_PER_MSEC 1000000ULL
#define WAIT_NS	      (50 * NSEC_PER_MSEC)
#define LONG_NS	      (20000 * NSEC_PER_MSEC)
#define NADDS	      2000

static struct xnvi_mutex g_mutex;
static struct xnvi_cond g_cond;
static bool g_flag;

/** Wait for the flag at most until the deadline, as the library does; the last result */
static int
flag_wait(uint64_t deadline_ns)
{
	int err = 0;

	xnvi_mutex_lock(&g_mutex);
	while (!g_flag && !err) {
		err = xnvi_cond_wait_until(&g_cond, &g_mutex, deadline_ns);
	}
	xnvi_mutex_unlock(&g_mutex);

	return err;
}

static void
flag_set(bool flag)
{
	xnvi_mutex_lock(&g_mutex);
	g_flag = flag;
	xnvi_mutex_unlock(&g_mutex);
}

static void
begin(void)
{
	CHECK_EQ(xnvi_mutex_init(&g_mutex), 0);
	CHECK_EQ(xnvi_cond_init(&g_cond), 0);
	g_flag = false;
}

static void
end(void)
{
	xnvi_cond_term(&g_cond);
	xnvi_mutex_term(&g_mutex);
}

static void
a_timed_wait_of_50_ms_takes_at_least_50_ms(void)
{
	begin();
	for (int i = 0; i < 3; ++i) {
		const uint64_t start_ns = xnvi_time_ns();

		CHECK_EQ(flag_wait(start_ns + WAIT_NS), -ETIMEDOUT);
		CHECK(xnvi_time_ns() - start_ns >= WAIT_NS);
	}
	end();
}

/** A condition keeps no signal: one that nobody waited for does not end a later wait */
static void
a_timed_wait_takes_as_long_after_a_signal_that_nobody_waited_for(void)
{
	uint64_t start_ns;

	begin();
	xnvi_cond_signal(&g_cond);
	xnvi_cond_broadcast(&g_cond);
	start_ns = xnvi_time_ns();
	CHECK_EQ(flag_wait(start_ns + WAIT_NS), -ETIMEDOUT);
	CHECK(xnvi_time_ns() - start_ns >= WAIT_NS);
	end();
}

static void
a_timed_wait_whose_deadline_has_passed_ends_at_once(void)
{
	uint64_t start_ns;

	begin();
	start_ns = xnvi_time_ns();
	CHECK_EQ(flag_wait(start_ns - NSEC_PER_MSEC), -ETIMEDOUT);
	CHECK_EQ(flag_wait(0), -ETIMEDOUT);
	CHECK(xnvi_time_ns() - start_ns < LONG_NS);
	end();
}

static void *
signal_without_flag(void *stop)
{
	while (!atomic_load((atomic_bool *)stop)) {
		xnvi_mutex_lock(&g_mutex);
		xnvi_cond_broadcast(&g_cond);
		xnvi_mutex_unlock(&g_mutex);
		xnvi_sleep_ns(NSEC_PER_MSEC);
	}

	return NULL;
}

/** Wake-ups that bring nothing neither end the wait early nor make it longer without limit */
static void
a_timed_wait_that_is_woken_in_vain_goes_on_until_its_deadline(void)
{
	struct xnvi_thread thread;
	atomic_bool stop = false;
	uint64_t start_ns;

	begin();
	CHECK_EQ(xnvi_thread_start(&thread, "signaller", signal_without_flag, &stop), 0);
	start_ns = xnvi_time_ns();
	CHECK_EQ(flag_wait(start_ns + WAIT_NS), -ETIMEDOUT);
	CHECK(xnvi_time_ns() - start_ns >= WAIT_NS);
	atomic_store(&stop, true);
	xnvi_thread_join(&thread);
	end();
}

static void *
signal_with_flag(void *arg)
{
	xnvi_sleep_ns(10 * NSEC_PER_MSEC);
	flag_set(true);
	if (arg) {
		xnvi_cond_signal(&g_cond);
	} else {
		xnvi_cond_broadcast(&g_cond);
	}

	return NULL;
}

static void
a_signal_ends_a_wait_long_before_its_deadline(void)
{
	for (int i = 0; i < 2; ++i) {
		struct xnvi_thread thread;
		uint64_t start_ns;

		begin();
		CHECK_EQ(xnvi_thread_start(&thread, "signaller", signal_with_flag,
					   i ? (void *)&thread : NULL),
			 0);
		start_ns = xnvi_time_ns();
		CHECK_EQ(flag_wait(start_ns + LONG_NS), 0);
		CHECK(xnvi_time_ns() - start_ns < LONG_NS);
		xnvi_thread_join(&thread);
		end();
	}
}

static void
a_wait_without_limit_ends_with_its_signal(void)
{
	struct xnvi_thread thread;

	begin();
	CHECK_EQ(xnvi_thread_start(&thread, "signaller", signal_with_flag, NULL), 0);
	xnvi_mutex_lock(&g_mutex);
	while (!g_flag) {
		xnvi_cond_wait(&g_cond, &g_mutex);
	}
	xnvi_mutex_unlock(&g_mutex);
	xnvi_thread_join(&thread);
	end();
}

/** Also beyond a second, where the parts of a time are carried */
static void
a_sleep_takes_at_least_its_time(void)
{
	static const uint32_t times_ns[] = {1, 1000000, 50000000, 1100000000};

	for (size_t i = 0; i < sizeof(times_ns) / sizeof(times_ns[0]); ++i) {
		const uint64_t start_ns = xnvi_time_ns();

		xnvi_sleep_ns(times_ns[i]);
		CHECK(xnvi_time_ns() - start_ns >= times_ns[i]);
	}
}

static struct xnvi_mutex g_static = XNVI_MUTEX_INITIALIZER;
static volatile uint64_t g_sum;

/** The others get a chance to come between reading and writing */
static void *
add(void *arg)
{
	for (int i = 0; i < NADDS; ++i) {
		uint64_t sum;

		xnvi_mutex_lock(&g_static);
		sum = g_sum;
		xnvi_thread_yield();
		g_sum = sum + (uintptr_t)arg;
		xnvi_mutex_unlock(&g_static);
	}

	return NULL;
}

static void
a_mutex_lets_one_thread_in_at_a_time(void)
{
	struct xnvi_thread threads[4];

	g_sum = 0;
	for (int i = 0; i < 4; ++i) {
		CHECK_EQ(xnvi_thread_start(&threads[i], "adder", add, (void *)3), 0);
	}
	for (int i = 0; i < 4; ++i) {
		xnvi_thread_join(&threads[i]);
	}
	CHECK_EQ(g_sum, 4 * NADDS * 3);
}

static atomic_bool g_ran;

static void *
run(void *arg)
{
	xnvi_thread_yield();
	atomic_store((atomic_bool *)arg, true);

	return NULL;
}

static void
a_detached_thread_runs_to_its_end(void)
{
	const uint64_t limit_ns = xnvi_time_ns() + LONG_NS;
	struct xnvi_thread thread;

	CHECK_EQ(xnvi_thread_start(&thread, "detached", run, &g_ran), 0);
	xnvi_thread_detach(&thread);
	while (!atomic_load(&g_ran) && xnvi_time_ns() < limit_ns) {
		xnvi_sleep_ns(NSEC_PER_MSEC);
	}
	CHECK(atomic_load(&g_ran));
}

static void
an_event_can_be_set_and_cleared_any_number_of_times(void)
{
	struct xnvi_event event;

	CHECK_EQ(xnvi_event_init(&event), 0);
	CHECK(xnvi_event_fd(&event) > 2);
	xnvi_event_clear(&event);
	xnvi_event_set(&event);
	xnvi_event_set(&event);
	xnvi_event_clear(&event);
	xnvi_event_clear(&event);
	xnvi_event_term(&event);
}

static void
facts_of_the_process_make_sense(void)
{
	const size_t page_nbytes = xnvi_page_nbytes();

	CHECK(xnvi_ncpus() >= 1);
	CHECK(page_nbytes >= 4096);
	CHECK_EQ(page_nbytes & (page_nbytes - 1), 0);
	CHECK_EQ(xnvi_fork_watch(), 0);
	CHECK_EQ(xnvi_fork_watch(), 0);
	CHECK_EQ(xnvi_fork_generation, 0);
	CHECK(xnvi_env("PATH") && xnvi_env("PATH")[0]);
	CHECK(!xnvi_env("XNVT_A_NAME_THAT_NOBODY_SETS"));
}

static void
heap_memory_is_aligned_and_as_large_as_asked_for(void)
{
	for (size_t alignment = 8; alignment <= 65536; alignment *= 2) {
		const size_t nbytes = 3 * alignment;
		uint8_t *mem = xnvi_heap_alloc(alignment, nbytes);

		CHECK(mem);
		CHECK_EQ((uintptr_t)mem & (alignment - 1), 0);
		CHECK(xnvi_heap_nbytes(mem) >= nbytes);
		memset(mem, 0xa5, nbytes);
		xnvi_heap_free(mem);
	}
	xnvi_heap_free(NULL);
	CHECK(!xnvi_heap_alloc(64, (size_t)PTRDIFF_MAX & ~(size_t)63));
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
	    TEST_CASE(a_timed_wait_of_50_ms_takes_at_least_50_ms),
	    TEST_CASE(a_timed_wait_takes_as_long_after_a_signal_that_nobody_waited_for),
	    TEST_CASE(a_timed_wait_whose_deadline_has_passed_ends_at_once),
	    TEST_CASE(a_timed_wait_that_is_woken_in_vain_goes_on_until_its_deadline),
	    TEST_CASE(a_signal_ends_a_wait_long_before_its_deadline),
	    TEST_CASE(a_wait_without_limit_ends_with_its_signal),
	    TEST_CASE(a_sleep_takes_at_least_its_time),
	    TEST_CASE(a_mutex_lets_one_thread_in_at_a_time),
	    TEST_CASE(a_detached_thread_runs_to_its_end),
	    TEST_CASE(an_event_can_be_set_and_cleared_any_number_of_times),
	    TEST_CASE(facts_of_the_process_make_sense),
	    TEST_CASE(heap_memory_is_aligned_and_as_large_as_asked_for),
	};

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
