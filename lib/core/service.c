// SPDX-License-Identifier: BSD-3-Clause
#include <core/service.h>

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <os/system.h>

#define NEXT_MAX_NS 3600000000000ULL /* Without work, the thread looks once an hour */
#define RESETTING   0x80000000U	     /* Flag of g_service.fork_gen */

static struct {
	struct xnvi_mutex life; ///< Held while an entry is added or removed, and the thread with it
	struct xnvi_mutex lock; ///< Held while entries are called
	struct xnvi_cond changed; ///< An entry was added or removed
	struct xnvi_thread thread;
	struct xnvi_service *entries;
	/** Fork generation of the process, plus one; 0: nothing is set up */
	_Atomic uint32_t fork_gen;
	atomic_bool has_thread;
	bool stop;
} g_service = {.life = XNVI_MUTEX_INITIALIZER, .lock = XNVI_MUTEX_INITIALIZER};

/** Call the entries that are due, with the lock held; returns the time of the next one */
static uint64_t
run_due(uint64_t now_ns)
{
	uint64_t next_ns = now_ns + NEXT_MAX_NS;

	for (struct xnvi_service *entry = g_service.entries; entry; entry = entry->next) {
		if (entry->due_ns <= now_ns) {
			entry->due_ns = entry->run(entry, now_ns);
		}
		next_ns = entry->due_ns < next_ns ? entry->due_ns : next_ns;
	}

	return next_ns;
}

static void *
service_main(void *arg)
{
	(void)arg;
	xnvi_mutex_lock(&g_service.lock);
	while (!g_service.stop) {
		const uint64_t next_ns = run_due(xnvi_time_ns());

		xnvi_cond_wait_until(&g_service.changed, &g_service.lock, next_ns);
	}
	xnvi_mutex_unlock(&g_service.lock);

	return NULL;
}

/**
 * A child of fork(2) has neither the thread nor the entries of its parent
 *
 * The lock may have been held during fork(2), so the first call in the child resets everything.
 * Other threads of the child may call at the same time, and wait for that.
 */
static void
follow_fork(void)
{
	static const struct xnvi_mutex unlocked = XNVI_MUTEX_INITIALIZER;
	const uint32_t here = xnvi_fork_generation + 1;
	uint32_t gen = atomic_load_explicit(&g_service.fork_gen, memory_order_acquire);

	while (gen && gen != here) {
		if (gen == (here | RESETTING)) {
			xnvi_thread_yield();
			gen = atomic_load_explicit(&g_service.fork_gen, memory_order_acquire);
		} else if (atomic_compare_exchange_strong(&g_service.fork_gen, &gen,
							  here | RESETTING)) {
			g_service.life = unlocked;
			g_service.lock = unlocked;
			g_service.entries = NULL;
			atomic_store_explicit(&g_service.has_thread, false, memory_order_relaxed);
			gen = 0;
			atomic_store_explicit(&g_service.fork_gen, gen, memory_order_release);
		}
	}
}

/** Start the thread for the first entry, with the lock held; if that fails, poke calls entries */
static void
start_thread(void)
{
	bool started = false;

	g_service.stop = false;
	atomic_store_explicit(&g_service.fork_gen, xnvi_fork_generation + 1, memory_order_relaxed);
	if (xnvi_cond_init(&g_service.changed) == 0) {
		started =
		    xnvi_thread_start(&g_service.thread, "xnvme-service", service_main, NULL) == 0;
		if (!started) {
			xnvi_cond_term(&g_service.changed);
		}
	}
	atomic_store_explicit(&g_service.has_thread, started, memory_order_release);
}

static void
link_entry(struct xnvi_service *entry)
{
	entry->next = g_service.entries;
	entry->back = &g_service.entries;
	if (entry->next) {
		entry->next->back = &entry->next;
	}
	g_service.entries = entry;
}

static void
unlink_entry(struct xnvi_service *entry)
{
	*entry->back = entry->next;
	if (entry->next) {
		entry->next->back = entry->back;
	}
}

void
xnvi_service_add(struct xnvi_service *entry)
{
	assert(!entry->fork_gen);

	(void)xnvi_fork_watch();
	follow_fork();
	xnvi_mutex_lock(&g_service.life);
	xnvi_mutex_lock(&g_service.lock);
	if (!g_service.entries) {
		start_thread();
	}
	entry->fork_gen = g_service.fork_gen;
	link_entry(entry);
	if (xnvi_service_has_thread()) {
		xnvi_cond_signal(&g_service.changed);
	}
	xnvi_mutex_unlock(&g_service.lock);
	xnvi_mutex_unlock(&g_service.life);
}

void
xnvi_service_remove(struct xnvi_service *entry)
{
	bool ends;

	if (!entry->fork_gen || entry->fork_gen != xnvi_fork_generation + 1) {
		return;
	}
	xnvi_mutex_lock(&g_service.life);
	xnvi_mutex_lock(&g_service.lock);
	unlink_entry(entry);
	ends = !g_service.entries && xnvi_service_has_thread();
	if (ends) {
		g_service.stop = true;
		xnvi_cond_signal(&g_service.changed);
	}
	xnvi_mutex_unlock(&g_service.lock);
	entry->fork_gen = 0;
	if (ends) {
		xnvi_thread_join(&g_service.thread);
		xnvi_cond_term(&g_service.changed);
		atomic_store_explicit(&g_service.has_thread, false, memory_order_release);
	}
	xnvi_mutex_unlock(&g_service.life);
}

bool
xnvi_service_has_thread(void)
{
	return atomic_load_explicit(&g_service.has_thread, memory_order_acquire);
}

void
xnvi_service_poll(uint64_t now_ns)
{
	if (xnvi_service_has_thread() ||
	    atomic_load_explicit(&g_service.fork_gen, memory_order_relaxed) !=
		xnvi_fork_generation + 1) {
		return;
	}
	xnvi_mutex_lock(&g_service.lock);
	(void)run_due(now_ns);
	xnvi_mutex_unlock(&g_service.lock);
}
