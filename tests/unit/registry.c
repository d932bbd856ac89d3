// SPDX-License-Identifier: BSD-3-Clause
/**
 * The registry of live objects: any address may be asked for, and the cost does not grow with the
 * number of devices and queues
 */
#include <core/mechanism.h>
#include <core/registry.h>
#include <support/test.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <support/wrap.h>

#define NOBJECTS   10000U
#define NQUEUES	   4096U
#define NFEW	   10U
#define NTHREADS   3U
#define NROUNDS	   200U
#define LENGTH_MAX 12U /* Of a bucket; with good luck 4, with a bad hash hundreds */

struct object {
	uint8_t other[200];
	struct xnvi_link link;
	unsigned nvisits;
};

static struct xnvi_registry g_registry = XNVI_REGISTRY(struct object, link);
static bool g_no_memory;

WRAP(void *, calloc, size_t n, size_t nbytes)
{
	return g_no_memory ? NULL : REAL(calloc)(n, nbytes);
}

static struct object *
objects_add(unsigned n)
{
	struct object *objects = calloc(n, sizeof(*objects));

	CHECK(objects);
	for (unsigned i = 0; i < n; ++i) {
		xnvi_registry_add(&g_registry, &objects[i]);
	}
	CHECK_EQ(g_registry.count, n);

	return objects;
}

/** Remove all, in another order than they came */
static void
objects_remove(struct object *objects, unsigned n)
{
	for (unsigned i = 0; i < n; ++i) {
		struct object *object = &objects[(i * 7919UL) % n];

		CHECK(xnvi_registry_has(&g_registry, object));
		xnvi_registry_remove(&g_registry, object);
		CHECK(!xnvi_registry_has(&g_registry, object));
	}
	CHECK_EQ(g_registry.count, 0);
	free(objects);
}

static unsigned
longest_bucket(void)
{
	const uint32_t n = g_registry.buckets ? 1U << g_registry.nbuckets_log2 : XNVI_REGISTRY_FEW;
	unsigned longest = 0;

	for (uint32_t i = 0; i < n; ++i) {
		const struct xnvi_link *link =
		    g_registry.buckets ? g_registry.buckets[i] : g_registry.few[i];
		unsigned length = 0;

		for (; link; link = link->next) {
			length++;
		}
		longest = length > longest ? length : longest;
	}

	return longest;
}

static void
any_address_may_be_asked_for(void)
{
	const uintptr_t bad[] = {0, 1, 7, 4096, UINTPTR_MAX, UINTPTR_MAX - 200};
	struct object *objects = objects_add(NFEW);
	struct object stranger;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
		CHECK(!xnvi_registry_has(&g_registry, (void *)bad[i]));
	}
	CHECK(!xnvi_registry_has(&g_registry, &stranger));
	CHECK(!xnvi_registry_has(&g_registry, (uint8_t *)&objects[0] + 1));
	objects_remove(objects, NFEW);
	CHECK(!xnvi_registry_has(&g_registry, NULL));
}

static void
no_bucket_of_10000_objects_is_long(void)
{
	const size_t nbytes = sys_heap_nbytes();
	struct object *objects = objects_add(NOBJECTS);

	CHECK(longest_bucket() <= LENGTH_MAX);
	objects_remove(objects, NOBJECTS);
	CHECK(sys_heap_nbytes() <= nbytes + sys_heap_slack_nbytes());
	CHECK(!g_registry.buckets);
	/* And once more, with the buckets that were there first */
	objects_remove(objects_add(NOBJECTS), NOBJECTS);
}

static void
without_memory_nothing_is_lost(void)
{
	struct object *objects = calloc(NOBJECTS, sizeof(*objects));

	CHECK(objects);
	for (unsigned i = 0; i < NOBJECTS; ++i) {
		/* Now and then there is some */
		g_no_memory = i % 1000 != 999;
		xnvi_registry_add(&g_registry, &objects[i]);
	}
	g_no_memory = false;
	objects_remove(objects, NOBJECTS);
}

static void
visit(void *object)
{
	((struct object *)object)->nvisits++;
}

static void
every_object_is_visited_once(void)
{
	static const unsigned counts[] = {0, 1, NFEW, 1000};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); ++i) {
		struct object *objects = objects_add(counts[i] + 1);

		xnvi_registry_remove(&g_registry, &objects[counts[i]]);
		xnvi_registry_each(&g_registry, visit);
		for (unsigned j = 0; j < counts[i]; ++j) {
			CHECK_EQ(objects[j].nvisits, 1);
		}
		CHECK_EQ(objects[counts[i]].nvisits, 0);
		xnvi_registry_add(&g_registry, &objects[counts[i]]);
		objects_remove(objects, counts[i] + 1);
	}
}

/* The cost of devices and queues. What is compared differs by a factor of hundreds when there is a
 * walk over all, and by less than 2 when there is none
 */

#define RATIO_MAX 100 /* A walk over all of them makes it more than 300; other load makes it 20 */

static struct xnvme_dev *g_devs[NOBJECTS];
static struct xnvme_queue *g_queues[NQUEUES];

static int
by_value(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a;
	const uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
devs_open(unsigned n)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.async = "nil";
	for (unsigned i = 0; i < n; ++i) {
		g_devs[i] = xnvme_dev_open("ram:1M", &opts);
		CHECK(g_devs[i]);
	}
}

/** Close all, the oldest first; the median time of the first ones */
static uint64_t
devs_close(unsigned n)
{
	uint64_t ns[NFEW];

	for (unsigned i = 0; i < n; ++i) {
		const uint64_t start = i < NFEW ? xnvi_time_ns() : 0;

		xnvme_dev_close(g_devs[i]);
		if (i < NFEW) {
			ns[i] = xnvi_time_ns() - start;
		}
	}
	qsort(ns, NFEW, sizeof(ns[0]), by_value);

	return ns[NFEW / 2];
}

static void
closing_costs_the_same_among_10000_devices(void)
{
	uint64_t few, many;

	devs_open(NFEW);
	few = devs_close(NFEW);
	devs_open(NOBJECTS);
	many = devs_close(NOBJECTS);
	if (many > few * RATIO_MAX) {
		test_fail(__FILE__, __LINE__, "%llu ns among many, %llu ns among few",
			  (unsigned long long)many, (unsigned long long)few);
	}
}

/** Set up and terminate all, the oldest first; the median time of the first ones */
static uint64_t
queues_use(struct xnvme_dev *dev, unsigned n)
{
	uint64_t ns[NFEW];

	for (unsigned i = 0; i < n; ++i) {
		CHECK_EQ(xnvme_queue_init(dev, 1, 0, &g_queues[i]), 0);
	}
	for (unsigned i = 0; i < n; ++i) {
		const uint64_t start = i < NFEW ? xnvi_time_ns() : 0;

		CHECK_EQ(xnvme_queue_term(g_queues[i]), 0);
		if (i < NFEW) {
			ns[i] = xnvi_time_ns() - start;
		}
	}
	qsort(ns, NFEW, sizeof(ns[0]), by_value);

	return ns[NFEW / 2];
}

static void
terminating_costs_the_same_among_4096_queues(void)
{
	uint64_t few, many;

	devs_open(1);
	few = queues_use(g_devs[0], NFEW);
	many = queues_use(g_devs[0], NQUEUES);
	xnvme_dev_close(g_devs[0]);
	if (many > few * RATIO_MAX) {
		test_fail(__FILE__, __LINE__, "%llu ns among many, %llu ns among few",
			  (unsigned long long)many, (unsigned long long)few);
	}
}

/* Forks */

static atomic_bool g_stop;
static atomic_uint g_nqueues;

static void *
come_and_go(void *arg)
{
	struct xnvme_queue **queue = arg;

	while (!atomic_load(&g_stop)) {
		CHECK_EQ(xnvme_queue_init(g_devs[0], 1, 0, queue), 0);
		CHECK_EQ(xnvme_queue_term(*queue), 0);
		atomic_fetch_add(&g_nqueues, 1);
	}

	return NULL;
}

/** What the other threads had in registers is lost here, so that the child must not be checked */
static int
use_inherited(void)
{
	/* A child that hangs ends with another status */
	EXPECT(1, sys_watchdog(20) == 0);
	EXPECT(2, xnvme_queue_poke(g_queues[0], 0) == -EOWNERDEAD);
	EXPECT(3, xnvme_queue_term(g_queues[0]) == 0);
	EXPECT(4, xnvme_queue_term(g_queues[0]) == -EINVAL);
	sys_vanish();
}

static void
children_find_the_registries_unlocked_whatever_other_threads_do(void)
{
	struct sys_thread threads[NTHREADS];

	NEEDS(SYS_FORK);
	devs_open(1);
	CHECK_EQ(xnvme_queue_init(g_devs[0], 1, 0, &g_queues[0]), 0);
	atomic_store(&g_stop, false);
	for (unsigned i = 0; i < NTHREADS; ++i) {
		CHECK_EQ(sys_thread_start(&threads[i], come_and_go, &g_queues[i + 1]), 0);
	}
	for (unsigned round = 0; round < NROUNDS; ++round) {
		const unsigned before = atomic_load(&g_nqueues);

		while (atomic_load(&g_nqueues) == before) {
			sys_thread_yield();
		}
		CHECK_EQ(test_in_copy(use_inherited), 137);
	}
	atomic_store(&g_stop, true);
	for (unsigned i = 0; i < NTHREADS; ++i) {
		sys_thread_join(&threads[i]);
	}
	CHECK_EQ(xnvme_queue_poke(g_queues[0], 0), 0);
	CHECK_EQ(xnvme_queue_term(g_queues[0]), 0);
	xnvme_dev_close(g_devs[0]);
}

static const struct test g_tests[] = {
    TEST_CASE(any_address_may_be_asked_for),
    TEST_CASE(no_bucket_of_10000_objects_is_long),
    TEST_CASE(without_memory_nothing_is_lost),
    TEST_CASE(every_object_is_visited_once),
    TEST_CASE(closing_costs_the_same_among_10000_devices),
    TEST_CASE(terminating_costs_the_same_among_4096_queues),
    TEST_CASE(children_find_the_registries_unlocked_whatever_other_threads_do),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(g_tests[0]), argc, argv);
}
